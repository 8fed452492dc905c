//! Arithmetic modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1.
//!
//! An element stands in Montgomery form, a 2^256 mod p, and is less than p.

use super::{Number, ONE, inverse};
use crate::arith::limbs::{
    Limb, add_masked, borrow, mask, multiply_accumulate, multiply_add, reduce_once, subtract_masked,
};

pub type Element = Number;

pub const P: Number =
    [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0001, 0xffff_ffff];

/// 2^256 mod p: one as an element.
pub const UNIT: Element =
    [0x0000_0001, 0x0000_0000, 0x0000_0000, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_fffe, 0x0000_0000];

/// 2^512 mod p: multiplying by it makes an element of a number.
const SQUARE_OF_R: Number =
    [0x0000_0003, 0x0000_0000, 0xffff_ffff, 0xffff_fffb, 0xffff_fffe, 0xffff_ffff, 0xffff_fffd, 0x0000_0004];

/// p^-1 mod 2^30: p is -1 modulo 2^96.
const INVERSE_OF_P: u32 = (1 << 30) - 1;

/// The element of a number; `None` where that is not less than p.
pub fn from_number(number: &Number) -> Option<Element> {
    (borrow(number, &P) == 1).then(|| multiply(number, &SQUARE_OF_R))
}

pub fn to_number(a: &Element) -> Number {
    multiply(a, &ONE)
}

pub fn add(a: &Element, b: &Element) -> Element {
    let mut sum = *a;
    let overflow = add_masked(&mut sum, b, Limb::MAX);
    reduce_once(&mut sum, overflow, &P);
    sum
}

pub fn subtract(a: &Element, b: &Element) -> Element {
    let mut difference = *a;
    let borrow = subtract_masked(&mut difference, b, Limb::MAX);
    add_masked(&mut difference, &P, mask(borrow));
    difference
}

pub fn double(a: &Element) -> Element {
    add(a, a)
}

/// `a b / 2^256`, for factors of which at least one is less than p.
#[inline(never)]
pub fn multiply(a: &Element, b: &Element) -> Element {
    let mut product = [0; 16];
    multiply_accumulate(&mut product, a, b);
    reduce(&mut product)
}

pub fn square(a: &Element) -> Element {
    multiply(a, a)
}

/// Montgomery's reduction. -p^-1 is 1 modulo 2^32, so that the lowest limb q is itself the multiple of p to be added, and
/// q p is q (2^32 - 1) 2^224 + q 2^192 + q 2^96 - q.
fn reduce(product: &mut [Limb; 16]) -> Element {
    let mut overflow = 0;
    for lowest in 0..8 {
        let Some([q, _, _, t3, t4, t5, t6, t7, t8, ..]) = product.get_mut(lowest..) else { break };
        let mut carry;
        (*t3, carry) = multiply_add(*t3, 1, *q, 0);
        (*t4, carry) = multiply_add(*t4, 0, 0, carry);
        (*t5, carry) = multiply_add(*t5, 0, 0, carry);
        (*t6, carry) = multiply_add(*t6, 1, *q, carry);
        (*t7, carry) = multiply_add(*t7, Limb::MAX, *q, carry);
        (*t8, overflow) = multiply_add(*t8, 1, carry, overflow);
    }
    let [.., r0, r1, r2, r3, r4, r5, r6, r7] = *product;
    let mut reduced = [r0, r1, r2, r3, r4, r5, r6, r7];
    reduce_once(&mut reduced, overflow, &P);
    reduced
}

/// `a^-1`; 0 of 0.
pub fn invert(a: &Element) -> Element {
    // The inverse of a R is a^-1 / R: two factors of R short of an element.
    let inverse = inverse::invert(a, &P, INVERSE_OF_P);
    multiply(&multiply(&inverse, &SQUARE_OF_R), &SQUARE_OF_R)
}
