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

/// `a + b`, and the carry.
#[inline]
fn add_carrying(a: &Number, b: &Number) -> (Number, Limb) {
    let ((a_low, a_high), (b_low, b_high)) = (halves(a), halves(b));
    let (low, carry) = a_low.overflowing_add(b_low);
    let (high, overflow) = a_high.overflowing_add(b_high);
    let (high, overflow_of_carry) = high.overflowing_add(carry.into());
    (joined(low, high), Limb::from(overflow) | Limb::from(overflow_of_carry))
}

/// `a - b`, and the borrow.
#[inline]
fn subtract_borrowing(a: &Number, b: &Number) -> (Number, Limb) {
    let ((a_low, a_high), (b_low, b_high)) = (halves(a), halves(b));
    let (low, borrow) = a_low.overflowing_sub(b_low);
    let (high, underflow) = a_high.overflowing_sub(b_high);
    let (high, underflow_of_borrow) = high.overflowing_sub(borrow.into());
    (joined(low, high), Limb::from(underflow) | Limb::from(underflow_of_borrow))
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
    add_carrying(a, &b.map(|limb| limb & mask)).0
}

/// The number `overflow : a`, less the modulus where it is not less than that.
#[inline(never)]
fn less_modulus(a: &Number, overflow: Limb, modulus: &Number) -> Number {
    let (reduced, borrow) = subtract_borrowing(a, modulus);
    add_masked(&reduced, modulus, limbs::mask(borrow & (1 ^ overflow)))
}

/// As two integers, of which the compiler knows how to add them limb by limb.
#[inline]
fn halves(&[a0, a1, a2, a3, a4, a5, a6, a7]: &Number) -> (u128, u128) {
    let half = |a0, a1, a2, a3| u128::from(a0) | u128::from(a1) << 32 | u128::from(a2) << 64 | u128::from(a3) << 96;
    (half(a0, a1, a2, a3), half(a4, a5, a6, a7))
}

#[inline]
fn joined(low: u128, high: u128) -> Number {
    let limb = |half: u128, index: u32| (half >> (Limb::BITS * index)) as Limb;
    [limb(low, 0), limb(low, 1), limb(low, 2), limb(low, 3), limb(high, 0), limb(high, 1), limb(high, 2), limb(high, 3)]
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
