//! Halving in Rust, where it is not worth an assembler's while.

use super::super::field::{Element, P};
use crate::arith::limbs::{self, Limb, mask};

/// `a /= 2`
#[inline(never)]
pub fn halve(a: &mut Element) {
    let [lowest, ..] = *a;
    let mut above = limbs::add_masked(a, &P, mask(lowest & 1));
    for limb in a.iter_mut().rev() {
        (*limb, above) = (*limb >> 1 | above << (Limb::BITS - 1), *limb & 1);
    }
}
