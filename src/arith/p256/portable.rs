//! The field's arithmetic in Rust: what the leaves in assembly mean.

use super::field::{Element, P};
use super::point::Affine;
use super::{Number, ZERO, add_carrying, add_masked, less_modulus, multiply_wide, select, subtract_borrowing};
use crate::arith::limbs::{LIMB_BITS, Limb, mask, mask_equal};

/// `a + b`
#[inline(never)]
pub fn add(a: &Element, b: &Element) -> Element {
    let (sum, overflow) = add_carrying(a, b);
    less_modulus(&sum, overflow, &P)
}

/// `a += b`
pub fn add_to(a: &mut Element, b: &Element) {
    *a = add(a, b);
}

/// `a *= 2`
pub fn double(a: &mut Element) {
    *a = add(a, a);
}

/// `a - b`
#[inline(never)]
pub fn subtract(a: &Element, b: &Element) -> Element {
    let (difference, borrow) = subtract_borrowing(a, b);
    add_masked(&difference, &P, mask(borrow))
}

/// `a -= b`
pub fn subtract_from(a: &mut Element, b: &Element) {
    *a = subtract(a, b);
}

/// `a = b - a`
pub fn reverse_subtract(a: &mut Element, b: &Element) {
    *a = subtract(b, a);
}

/// `a /= 2`
#[inline(never)]
pub fn halve(a: &mut Element) {
    let [lowest, ..] = *a;
    let is_odd = mask(lowest & 1);
    let (even, mut above) = add_carrying(a, &P.map(|limb| limb & is_odd));
    *a = even;
    for limb in a.iter_mut().rev() {
        (*limb, above) = (*limb >> 1 | above << (Limb::BITS - 1), *limb & 1);
    }
}

/// `a b / 2^256`
#[inline(never)]
pub fn multiply(a: &Element, b: &Element) -> Element {
    reduce(&mut multiply_wide(a, b))
}

/// `a = a b / 2^256`
pub fn multiply_by(a: &mut Element, b: &Element) {
    *a = multiply(a, b);
}

/// `a a / 2^256`
pub fn square(a: &Element) -> Element {
    multiply(a, a)
}

/// `a = a a / 2^256`
pub fn square_in_place(a: &mut Element) {
    *a = multiply(a, a);
}

/// `table[index]`, by reading all of it; its negative where `negated` is all ones and not zero.
#[inline(never)]
pub fn lookup(table: &[Affine; 16], index: Limb, negated: Limb) -> Affine {
    let mut found = Affine { x: ZERO, y: ZERO };
    for (position, entry) in (0..).zip(table) {
        let chosen = mask_equal(position, index);
        or_masked(&mut found.x, &entry.x, chosen);
        or_masked(&mut found.y, &entry.y, chosen);
    }
    found.y = select(&found.y, &subtract(&ZERO, &found.y), negated);
    found
}

fn or_masked(a: &mut Number, b: &Number, mask: Limb) {
    for (a, &b) in a.iter_mut().zip(b) {
        *a |= b & mask;
    }
}

/// Montgomery's reduction. -p^-1 is 1 modulo 2^32, so that the lowest limb q is itself the multiple of p to be added, and
/// q p is q 2^256 - q 2^224 + q 2^192 + q 2^96 - q.
fn reduce(product: &mut [Limb; 16]) -> Element {
    let mut overflow = 0;
    for lowest in 0..8 {
        let Some([q, _, _, t3, t4, t5, t6, t7, t8, ..]) = product.get_mut(lowest..) else { break };
        let q = i64::from(*q);
        let mut carry = 0;
        let mut add = |limb: &mut Limb, addend: i64| {
            let sum = i64::from(*limb) + addend + carry;
            *limb = sum as Limb;
            carry = sum >> LIMB_BITS;
        };
        add(t3, q);
        add(t4, 0);
        add(t5, 0);
        add(t6, q);
        add(t7, -q);
        add(t8, q + overflow);
        overflow = carry;
    }
    let [.., r0, r1, r2, r3, r4, r5, r6, r7] = *product;
    less_modulus(&[r0, r1, r2, r3, r4, r5, r6, r7], overflow as Limb, &P)
}
