//! The field's arithmetic in Rust: what the leaves in assembly mean.

use super::field::{Element, P};
use super::point::Affine;
use super::{Number, ZERO, copy_of, reduce_once};
use crate::arith::barrier::opaque;
use crate::arith::limbs::{self, Limb, Wide, add_limb, mask, mask_equal, multiply_add};

#[path = "halve.rs"]
mod halving;
pub use halving::halve;

/// `a + b`
pub fn add(a: &Element, b: &Element) -> Element {
    let mut sum = copy_of(a);
    add_to(&mut sum, b);
    sum
}

/// `a += b`
#[inline(never)]
pub fn add_to(a: &mut Element, b: &Element) {
    let overflow = limbs::add_masked(a, b, Limb::MAX);
    reduce_once(a, overflow, &P);
}

/// `a *= 2`
pub fn double(a: &mut Element) {
    let b = copy_of(a);
    add_to(a, &b);
}

/// `a - b`
pub fn subtract(a: &Element, b: &Element) -> Element {
    let mut difference = copy_of(a);
    subtract_from(&mut difference, b);
    difference
}

/// `a -= b`
#[inline(never)]
pub fn subtract_from(a: &mut Element, b: &Element) {
    let borrow = limbs::subtract_masked(a, b, Limb::MAX);
    limbs::add_masked(a, &P, mask(borrow));
}

/// `(a, b) = (b - 2 a, 3 a - b)`
pub fn reflect(a: &mut Element, b: &mut Element) {
    subtract_from(b, a);
    subtract_from(b, a);
    subtract_from(a, b);
    let mirror = copy_of(a);
    *a = copy_of(b);
    *b = mirror;
}

/// `a b / 2^256`
pub fn multiply(a: &Element, b: &Element) -> Element {
    let mut product = copy_of(a);
    multiply_by(&mut product, b);
    product
}

/// `a = a b / 2^256`, limb by limb of a: its product with b is added, and a multiple of p that clears the lowest limb, which
/// is shifted out. -p^-1 is 1 modulo 2^32, so that this limb q is itself the multiple, and q p is
/// q 2^256 - q 2^224 + q 2^192 + q 2^96 - q. The sum stays below 2 p.
#[inline(never)]
pub fn multiply_by(a: &mut Element, b: &Element) {
    let &[b0, b1, b2, b3, b4, b5, b6, b7] = b;
    let [mut t0, mut t1, mut t2, mut t3, mut t4, mut t5, mut t6, mut t7] = ZERO;
    let mut t8 = 0;
    for &a in a.iter() {
        let (q, mut carry) = multiply_add(t0, a, b0, 0);
        (t0, carry) = multiply_add(t1, a, b1, carry);
        (t1, carry) = multiply_add(t2, a, b2, carry);
        (t2, carry) = multiply_add(t3, a, b3, carry);
        (t3, carry) = multiply_add(t4, a, b4, carry);
        (t4, carry) = multiply_add(t5, a, b5, carry);
        (t5, carry) = multiply_add(t6, a, b6, carry);
        (t6, carry) = multiply_add(t7, a, b7, carry);
        // Below (2^32 + 1) p, which may be 2^288 and more.
        let over;
        (t7, over) = add_limb(t8, carry, 0);
        (t2, carry) = add_limb(t2, q, 0);
        (t3, carry) = add_limb(t3, 0, carry);
        (t4, carry) = add_limb(t4, 0, carry);
        (t5, carry) = add_limb(t5, q, carry);
        // Behind a barrier, else that is a product by 2^32 - 1, whose time depends on q on some cores.
        let difference = (Wide::from(q) << Limb::BITS) - Wide::from(opaque(q)) + Wide::from(t6) + Wide::from(carry);
        t6 = difference as Limb;
        (t7, t8) = add_limb(t7, (difference >> Limb::BITS) as Limb, 0);
        t8 += over;
    }
    *a = [t0, t1, t2, t3, t4, t5, t6, t7];
    reduce_once(a, t8, &P);
}

/// `a b / 2^256 - c`
pub fn multiply_subtract(a: &Element, b: &Element, c: &Element) -> Element {
    let mut product = multiply(a, b);
    subtract_from(&mut product, c);
    product
}

/// `a = a b / 2^256 - c`
pub fn multiply_by_subtract(a: &mut Element, b: &Element, c: &Element) {
    multiply_by(a, b);
    subtract_from(a, c);
}

/// `c = a b / 2^256 - c`
pub fn subtract_from_product(c: &mut Element, a: &Element, b: &Element) {
    *c = multiply_subtract(a, b, c);
}

/// `a a / 2^256`
pub fn square(a: &Element) -> Element {
    multiply(a, a)
}

/// `a a / 2^256 - c`
pub fn square_subtract(a: &Element, c: &Element) -> Element {
    multiply_subtract(a, a, c)
}

/// `a = a a / 2^256`
pub fn square_in_place(a: &mut Element) {
    let b = copy_of(a);
    multiply_by(a, &b);
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
    // -y = (y ^ -1) + 1, and so p less it is p + 1 and y ^ -1.
    for limb in &mut found.y {
        *limb ^= negated;
    }
    limbs::add_masked(&mut found.y, &P_AND_1, negated);
    found
}

const P_AND_1: Number = [0, 0, 0, 1, 0, 0, 1, Limb::MAX];

fn or_masked(a: &mut Number, b: &Number, mask: Limb) {
    for (a, &b) in a.iter_mut().zip(b) {
        *a |= b & mask;
    }
}
