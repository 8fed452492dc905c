//! The field's arithmetic in Rust: what the leaves in assembly mean.

use super::field::{Element, P};
use super::point::Affine;
use super::{Number, ZERO, add_carrying, add_masked, less_modulus, select, subtract_borrowing};
use crate::arith::limbs::{Limb, mask, mask_equal, multiply_accumulate, multiply_add};

/// `a + b`
#[inline(never)]
pub fn add(a: &Element, b: &Element) -> Element {
    let (sum, overflow) = add_carrying(a, b);
    less_modulus(&sum, overflow, &P)
}

/// `a - b`
#[inline(never)]
pub fn subtract(a: &Element, b: &Element) -> Element {
    let (difference, borrow) = subtract_borrowing(a, b);
    add_masked(&difference, &P, mask(borrow))
}

/// `a / 2`
#[inline(never)]
pub fn halve(a: &Element) -> Element {
    let [lowest, ..] = *a;
    let (even, mut above) = add_carrying(a, &select(&ZERO, &P, mask(lowest & 1)));
    let mut half = even;
    for limb in half.iter_mut().rev() {
        (*limb, above) = (*limb >> 1 | above << (Limb::BITS - 1), *limb & 1);
    }
    half
}

/// `a b / 2^256`
#[inline(never)]
pub fn multiply(a: &Element, b: &Element) -> Element {
    let mut product = [0; 16];
    multiply_accumulate(&mut product, a, b);
    reduce(&mut product)
}

/// `a a / 2^256`
pub fn square(a: &Element) -> Element {
    multiply(a, a)
}

/// `table[index]`, by reading all of it.
#[inline(never)]
pub fn lookup(table: &[Affine; 16], index: Limb) -> Affine {
    let mut found = Affine { x: ZERO, y: ZERO };
    for (position, entry) in (0..).zip(table) {
        let chosen = mask_equal(position, index);
        or_masked(&mut found.x, &entry.x, chosen);
        or_masked(&mut found.y, &entry.y, chosen);
    }
    found
}

fn or_masked(a: &mut Number, b: &Number, mask: Limb) {
    for (a, &b) in a.iter_mut().zip(b) {
        *a |= b & mask;
    }
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
    less_modulus(&[r0, r1, r2, r3, r4, r5, r6, r7], overflow, &P)
}
