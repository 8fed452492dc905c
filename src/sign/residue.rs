//! What secret work leaves behind on the dead stack is overwritten by whoever called for it.

use zeroize::Zeroize;

/// Overwrites `WORDS` words of 32 bits of stack below the caller's frame. Called straight after a function that is not
/// inlined and needs no more stack than that, so that the same memory is met.
#[inline(never)]
pub fn wipe_stack<const WORDS: usize>() {
    let mut dead = [0_u32; WORDS];
    core::hint::black_box(&mut dead);
    dead.zeroize();
}
