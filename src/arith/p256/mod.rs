//! The curve P-256 (SP 800-186 section 3.2.1.3): y^2 = x^3 - 3 x + b over the integers modulo p, n points.

pub mod comb;
pub mod field;
pub mod inverse;
pub mod joint;
/// What is worth an assembler's while on some processors. The compiler of a release channel does not tell which have DSP
/// instructions, so `--cfg jwt_mint_dsp` can.
#[cfg_attr(all(target_arch = "arm", any(target_feature = "dsp", jwt_mint_dsp)), path = "umaal.rs")]
#[cfg_attr(all(target_arch = "riscv32", target_feature = "m"), path = "riscv.rs")]
#[cfg_attr(
    not(any(
        all(target_arch = "arm", any(target_feature = "dsp", jwt_mint_dsp)),
        all(target_arch = "riscv32", target_feature = "m")
    )),
    path = "portable.rs"
)]
#[allow(unsafe_code)]
mod leaf;
#[cfg(feature = "compare-leaves")]
mod leaves;
pub mod point;
pub mod scalar;
pub mod table;

use super::limbs::{self, Limb};

/// A number of 256 bits.
pub type Number = [Limb; 8];

pub const ZERO: Number = [0; 8];
pub const ONE: Number = [1, 0, 0, 0, 0, 0, 0, 0];

#[inline(never)]
pub fn from_be_bytes(bytes: &[u8; 32]) -> Number {
    let mut number = ZERO;
    for (limb, bytes) in number.iter_mut().rev().zip(bytes.as_chunks().0) {
        *limb = Limb::from_be_bytes(*bytes);
    }
    number
}

pub fn write_be_bytes(number: &Number, bytes: &mut [u8; 32]) {
    for (bytes, limb) in bytes.as_chunks_mut().0.iter_mut().zip(number.iter().rev()) {
        *bytes = limb.to_be_bytes();
    }
}

pub fn to_be_bytes(number: &Number) -> [u8; 32] {
    let mut bytes = [0; 32];
    write_be_bytes(number, &mut bytes);
    bytes
}

/// The same number. Limb by limb, where the compiler would call a function that copies bytes.
#[inline(always)]
fn copy_of(&[n0, n1, n2, n3, n4, n5, n6, n7]: &Number) -> Number {
    [n0, n1, n2, n3, n4, n5, n6, n7]
}

/// Subtracts `modulus` from the number `overflow : a` where it is not less.
#[inline(never)]
fn reduce_once(a: &mut Number, overflow: Limb, modulus: &Number) {
    limbs::reduce_once(a, overflow, modulus);
}

/// `a` where `mask` is zero, `b` where it is all ones.
pub fn select(a: &Number, b: &Number, mask: Limb) -> Number {
    let mut selected = *a;
    for (limb, &b) in selected.iter_mut().zip(b) {
        *limb ^= (*limb ^ b) & mask;
    }
    selected
}

/// Whether all limbs are zero.
pub fn is_zero(a: &Number) -> bool {
    limbs::equal(a, &ZERO)
}
