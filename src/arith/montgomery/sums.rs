//! Which sums the leaves in assembly take, and what is left of one in the end.

use super::{BLOCK_LEN, less_overflow_leaf};
use crate::arith::limbs::Limb;
use crate::arith::montgomery::SUM_EXTRA;

/// Whether a sum and a number are as long as the leaves ask for.
#[inline(always)]
pub const fn is_sum_for(sum: &[Limb], number: &[Limb]) -> bool {
    let len = number.len();
    len != 0 && len.is_multiple_of(BLOCK_LEN) && sum.len() == len + SUM_EXTRA
}

/// `out = sum - m` where the limb of the sum above those of `m` is 1, `out = sum` where it is 0.
pub fn less_overflow(out: &mut [Limb], sum: &[Limb], m: &[Limb]) {
    if is_sum_for(sum, m) && out.len() == m.len() {
        // SAFETY: the leaf's contract, as just checked.
        unsafe { less_overflow_leaf(out.as_mut_ptr(), sum.as_ptr(), m.as_ptr(), m.len()) }
    }
}
