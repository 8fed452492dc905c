//! A barrier for the optimizer.

use super::limbs::Limb;

/// The same value, of which the optimizer knows nothing: what is computed from it is not turned into a branch on what it
/// was computed from. It stays in its register.
#[cfg(any(target_arch = "arm", target_arch = "riscv32"))]
#[allow(unsafe_code)]
#[inline(always)]
pub fn opaque(mut value: Limb) -> Limb {
    // SAFETY: no instruction at all.
    unsafe { core::arch::asm!("/* {0} */", inout(reg) value, options(pure, nomem, nostack, preserves_flags)) };
    value
}

#[cfg(not(any(target_arch = "arm", target_arch = "riscv32")))]
pub fn opaque(value: Limb) -> Limb {
    core::hint::black_box(value)
}
