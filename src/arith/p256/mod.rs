//! The curve P-256 (SP 800-186 section 3.2.1.3): y^2 = x^3 - 3 x + b over the integers modulo p, n points.

pub mod comb;
pub mod field;
pub mod inverse;
pub mod joint;
/// What is worth an assembler's while on some processors. The compiler of a release channel does not tell which have DSP
/// instructions, so `--cfg jwt_mint_dsp` can.
#[cfg_attr(all(target_arch = "arm", any(target_feature = "dsp", jwt_mint_dsp)), path = "umaal.rs")]
#[cfg_attr(not(all(target_arch = "arm", any(target_feature = "dsp", jwt_mint_dsp))), path = "portable.rs")]
#[allow(unsafe_code)]
mod leaf;
pub mod point;
pub mod scalar;
pub mod table;

use super::limbs::{self, Limb};

/// A number of 256 bits.
pub type Number = [Limb; 8];

pub const ZERO: Number = [0; 8];
pub const ONE: Number = [1, 0, 0, 0, 0, 0, 0, 0];

pub fn from_be_bytes(bytes: &[u8; 32]) -> Number {
    let mut number = ZERO;
    limbs::from_be_bytes(&mut number, bytes);
    number
}

pub fn to_be_bytes(number: &Number) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (byte, digit) in bytes.iter_mut().zip(limbs::be_bytes(number)) {
        *byte = digit;
    }
    bytes
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
