//! For a test on the processors that have leaves in assembly: whether they compute what those in Rust do.
#![allow(unsafe_code)]

use super::{BLOCK_LEN, Block, SUM_EXTRA, TABLE_ENTRIES, leaf};
use crate::arith::limbs::Limb;
use crate::arith::random::Random;

#[path = "portable.rs"]
mod portable;

/// As many limbs as the longest number here has.
const LEN_MAX: usize = 32;
const LENS: [usize; 4] = [4, 8, 12, LEN_MAX];

type Sum = [Limb; LEN_MAX + SUM_EXTRA];

/// Compares the leaves on `rounds` sets of numbers of each length. Returns 0, or which of the leaves differ: bits 0 to 4 stand
/// for accumulate, its square, reduce, less overflow and select.
#[unsafe(no_mangle)]
pub extern "C" fn jwt_mint_montgomery_leaves_that_differ(rounds: u32) -> u32 {
    let (mut different, mut random) = (0, Random(1));
    for _ in 0..rounds {
        for len in LENS {
            different |= differences(&mut random, len);
        }
    }
    different
}

fn differences(random: &mut Random, len: usize) -> u32 {
    let (block, number, modulus): (Block, Sum, Sum) = (random.limbs(), random.limbs(), random.limbs());
    let (sum, negated_inverse): (Sum, Limb) = (random.limbs(), random.limb());
    let (number, modulus) = (number.get(..len).unwrap_or_default(), modulus.get(..len).unwrap_or_default());
    let differs = |ours: &dyn Fn(&mut [Limb], &mut [Limb]), theirs: &dyn Fn(&mut [Limb], &mut [Limb])| {
        // What lies behind the sum or the result is not to be written to.
        let [ours, theirs] = [ours, theirs].map(|leaf| {
            let (mut sum, mut out) = (sum, sum);
            if let Some(overflow) = sum.get_mut(len) {
                *overflow &= 1;
            }
            if let (Some(sum), Some(out)) = (sum.get_mut(..len + SUM_EXTRA), out.get_mut(..len)) {
                leaf(sum, out);
            }
            (sum, out)
        });
        ours != theirs
    };
    [
        differs(&|sum, _| leaf::accumulate(sum, &block, number), &|sum, _| portable::accumulate(sum, &block, number)),
        differs(&|sum, _| leaf::accumulate_square(sum, number), &|sum, _| portable::accumulate_square(sum, number)),
        differs(&|sum, _| leaf::reduce(sum, modulus, negated_inverse), &|sum, _| {
            portable::reduce(sum, modulus, negated_inverse);
        }),
        differs(&|sum, out| leaf::less_overflow(out, sum, modulus), &|sum, out| {
            portable::less_overflow(out, sum, modulus);
        }),
        select_differs(len, &random.limbs(), &random.limbs()),
    ]
    .iter()
    .zip(0..)
    .fold(0, |different, (&differs, leaf)| different | u32::from(differs) << leaf)
}

/// For every digit and every block. A modulus is odd.
fn select_differs(len: usize, modulus: &Sum, table: &[Limb; LEN_MAX * TABLE_ENTRIES]) -> bool {
    let mut modulus = *modulus;
    modulus[0] |= 1;
    let (modulus, table) =
        (modulus.get(..len).unwrap_or_default(), table.get(..len * TABLE_ENTRIES).unwrap_or_default());
    (0..=TABLE_ENTRIES as Limb).any(|digit| {
        let (ours, theirs) = (leaf::choose(digit), portable::choose(digit));
        (0..len / BLOCK_LEN).any(|index| {
            let (mut our_block, mut their_block) = (Block::default(), Block::default());
            leaf::select(modulus, table, &ours, index, &mut our_block);
            portable::select(modulus, table, &theirs, index, &mut their_block);
            our_block != their_block
        })
    })
}

impl Random {
    /// Every fourth limb, and in every fourth number all limbs, are all zeros or all ones.
    fn limbs<const N: usize>(&mut self) -> [Limb; N] {
        let edges_only = self.limb() >> 30 == 0;
        [(); N].map(|()| match (self.limb() >> 29, edges_only) {
            (0, _) | (2 | 4 | 6, true) => 0,
            (1, _) | (3 | 5 | 7, true) => Limb::MAX,
            _ => self.limb(),
        })
    }
}
