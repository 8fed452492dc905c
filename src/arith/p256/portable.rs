//! The field's multiplication in Rust.

use super::field::{Element, P};
use crate::arith::limbs::{Limb, multiply_accumulate, multiply_add, reduce_once};

/// `a b / 2^256 mod p`.
#[inline(never)]
pub fn multiply(a: &Element, b: &Element) -> Element {
    let mut product = [0; 16];
    multiply_accumulate(&mut product, a, b);
    reduce(&mut product)
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
