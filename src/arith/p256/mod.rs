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

/// `a + b`, and the carry.
#[inline]
fn add_carrying(a: &Number, b: &Number) -> (Number, Limb) {
    let (mut sum, mut carry) = (*a, 0);
    for (a, &b) in sum.iter_mut().zip(b) {
        (*a, carry) = limbs::add_limb(*a, b, carry);
    }
    (sum, carry)
}

/// `a - b`, and the borrow.
#[inline]
fn subtract_borrowing(a: &Number, b: &Number) -> (Number, Limb) {
    let (mut difference, mut borrow) = (*a, 0);
    for (a, &b) in difference.iter_mut().zip(b) {
        (*a, borrow) = limbs::subtract_limb(*a, b, borrow);
    }
    (difference, borrow)
}

/// `a b`, row by row.
#[inline(never)]
fn multiply_wide(a: &Number, b: &Number) -> [Limb; 16] {
    let mut product = [0; 16];
    for (lowest, &a) in a.iter().enumerate() {
        let Some((row, [top, ..])) = product.get_mut(lowest..).and_then(|limbs| limbs.split_first_chunk_mut::<8>())
        else {
            break;
        };
        let mut carry = 0;
        for (limb, &b) in row.iter_mut().zip(b) {
            (*limb, carry) = limbs::multiply_add(*limb, a, b, carry);
        }
        *top = carry;
    }
    product
}

/// `a + (b & mask)` modulo 2^256.
#[inline]
fn add_masked(a: &Number, b: &Number, mask: Limb) -> Number {
    let (mut sum, mut carry) = (*a, 0);
    for (a, &b) in sum.iter_mut().zip(b) {
        (*a, carry) = limbs::add_limb(*a, b & mask, carry);
    }
    sum
}

/// The number `overflow : a`, less the modulus where it is not less than that.
#[inline(never)]
fn less_modulus(a: &Number, overflow: Limb, modulus: &Number) -> Number {
    let (reduced, borrow) = subtract_borrowing(a, modulus);
    add_masked(&reduced, modulus, limbs::mask(borrow & (1 ^ overflow)))
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
