//! Arithmetic modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1.
//!
//! An element stands in Montgomery form, a 2^256 mod p, and is less than p.

use super::inverse::{self, Modulus};
pub use super::leaf::{
    add, add_to, double, halve, multiply, multiply_by, multiply_by_subtract, multiply_subtract, reflect, square,
    square_in_place, square_subtract, subtract, subtract_from, subtract_from_product,
};
use super::{Number, ONE};
use crate::arith::limbs::borrow;

pub type Element = Number;

pub const P: Number =
    [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0001, 0xffff_ffff];

/// 2^256 mod p: one as an element.
pub const UNIT: Element =
    [0x0000_0001, 0x0000_0000, 0x0000_0000, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_fffe, 0x0000_0000];

/// 2^512 mod p: multiplying by it makes an element of a number.
const SQUARE_OF_R: Number =
    [0x0000_0003, 0x0000_0000, 0xffff_ffff, 0xffff_fffb, 0xffff_fffe, 0xffff_ffff, 0xffff_fffd, 0x0000_0004];

/// The inverse of a R is a^-1 / R: two factors of R short of an element.
static MODULUS: Modulus = Modulus::new(&P, 512);

/// The element of a number; `None` where that is not less than p.
pub fn from_number(number: &Number) -> Option<Element> {
    (borrow(number, &P) == 1).then(|| multiply(number, &SQUARE_OF_R))
}

pub fn to_number(a: &Element) -> Number {
    multiply(a, &ONE)
}

/// `a^-1`; 0 of 0.
pub fn invert(a: &Element) -> Element {
    inverse::invert(a, &MODULUS)
}
