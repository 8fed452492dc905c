//! A block of a power out of the table, by a leaf.

use super::{BLOCK_LEN, Block, select_leaf};
use crate::arith::limbs::{LIMB_BITS, Limb};
use crate::arith::montgomery::TABLE_ENTRIES;

/// Which power [`select`] is to take.
pub type Chosen = Limb;

pub const fn choose(digit: Limb) -> Chosen {
    digit
}

/// The block with that index of the power that was chosen, out of a table of the powers 1 to 7. The power 0 is R - m.
#[inline]
pub fn select(m: &[Limb], table: &[Limb], chosen: &Chosen, index: usize, block: &mut Block) {
    let start = index.wrapping_mul(BLOCK_LEN);
    if start < m.len() && m.len().is_multiple_of(BLOCK_LEN) && table.len() == m.len() * TABLE_ENTRIES {
        // SAFETY: the leaf's contract: the lengths are as just checked, and a digit has three bits.
        unsafe { select_leaf(block, m.as_ptr().add(start), table.as_ptr().add(start), m.len(), *chosen) }
    }
    if index == 0 {
        // What R - m is more than m with all its bits turned.
        block[0] |= chosen.wrapping_sub(1) >> (LIMB_BITS - 1);
    }
}
