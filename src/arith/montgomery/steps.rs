//! A step of a product, and all those of a square, by leaves for their halves, and with blocks of four limbs.

use super::{accumulate, accumulate_square, reduce};
use crate::arith::limbs::Limb;

/// The length of a block.
pub const BLOCK_LEN: usize = 4;
pub type Block = [Limb; BLOCK_LEN];
/// Squarings by which R^2 is made of R 2^(n / 8). One less costs more, in doublings, where a product takes few instructions.
pub const SQUARINGS_OF_R: u32 = 8;

/// `sum = 0`
#[inline(always)]
pub fn clear(sum: &mut [Limb]) {
    sum.fill(0);
}

/// `sum = (sum + a b + q m) / 2^128` with the q that makes it a whole number, for a sum with one limb more than `m` and room for
/// [`SUM_EXTRA`](super::SUM_EXTRA); what that comes to has one more too. `negated_inverse` is -m^-1 modulo 2^32.
#[inline(always)]
pub fn multiply_step(sum: &mut [Limb], a: &Block, b: &[Limb], m: &[Limb], negated_inverse: Limb) {
    accumulate(sum, a, b);
    reduce(sum, m, negated_inverse);
}

/// `sum = (number^2 + q m) / R`, with as many limbs of q as `m` has, for a sum of 0.
#[inline(always)]
pub fn square(sum: &mut [Limb], number: &[Limb], m: &[Limb], negated_inverse: Limb) {
    for start in (0..number.len()).step_by(BLOCK_LEN) {
        if let (Some(sum), Some(number)) = (sum.get_mut(start..), number.get(start..)) {
            accumulate_square(sum, number);
        }
        reduce(sum, m, negated_inverse);
    }
}
