//! The end of a product, and a block of a power out of the table, in Rust.

use super::{BLOCK_LEN, Block, SUM_EXTRA};
use crate::arith::limbs::{Limb, mask, mask_equal, subtract_limb};
use crate::arith::montgomery::TABLE_ENTRIES;

/// `out = sum - m` where the limb of the sum above those of `m` is 1, `out = sum` where it is 0.
pub fn less_overflow(out: &mut [Limb], sum: &[Limb], m: &[Limb]) {
    let Some((sum, &[overflow, ..])) = sum.split_last_chunk::<SUM_EXTRA>() else { return };
    let is_over = mask(overflow);
    let mut borrow = 0;
    for ((out, &limb), &m) in out.iter_mut().zip(sum).zip(m) {
        (*out, borrow) = subtract_limb(limb, m & is_over, borrow);
    }
}

/// A mask for each power, of which [`select`] is to take the one that is not zero.
pub type Chosen = [Limb; 1 + TABLE_ENTRIES];

#[inline]
pub fn choose(digit: Limb) -> Chosen {
    core::array::from_fn(|power| mask_equal(power as Limb, digit))
}

/// The block with that index of the power that was chosen, out of a table of the powers 1 to 7, reading all of them.
#[inline]
pub fn select(m: &[Limb], table: &[Limb], chosen: &Chosen, index: usize, block: &mut Block) {
    let start = index.wrapping_mul(BLOCK_LEN);
    for (limbs, start) in block.as_chunks_mut().0.iter_mut().zip((start..).step_by(4)) {
        *limbs = select_four(m, table, chosen, start);
    }
}

fn select_four(m: &[Limb], table: &[Limb], chosen: &Chosen, start: usize) -> [Limb; 4] {
    let [zeroth, chosen @ ..] = chosen;
    // The power 0 is R - m: all bits of m but the lowest are turned, for that one is set.
    let lowest = m.get(start..).and_then(<[Limb]>::first_chunk).unwrap_or(&[0; 4]);
    let [mut limb0, mut limb1, mut limb2, mut limb3] = lowest.map(|limb| !limb & zeroth);
    limb0 |= Limb::from(start == 0) & zeroth;
    let mut rest = table.get(start..).unwrap_or_default();
    for chosen in chosen {
        let Some([c0, c1, c2, c3]) = rest.first_chunk() else { break };
        limb0 |= c0 & chosen;
        limb1 |= c1 & chosen;
        limb2 |= c2 & chosen;
        limb3 |= c3 & chosen;
        rest = rest.get(m.len()..).unwrap_or_default();
    }
    [limb0, limb1, limb2, limb3]
}
