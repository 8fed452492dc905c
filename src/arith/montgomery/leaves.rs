//! For a test on the processors that have leaves in assembly: whether they compute what those in Rust do.
#![allow(unsafe_code)]

use super::{BLOCK_LEN, Block, SUM_EXTRA, TABLE_ENTRIES, leaf};
use crate::arith::limbs::Limb;
use crate::arith::random::Random;

#[path = "portable.rs"]
mod portable;

/// As many limbs as the longest number here has.
const LEN_MAX: usize = 32;
const LENS: [usize; 4] = [8, 16, 24, LEN_MAX];

/// With room for a block more than the longest number, and for a carry.
type Sum = [Limb; LEN_MAX + 9];

/// Compares the leaves on `rounds` sets of numbers of each length. Returns 0, or which of the leaves differ: bits 0 to 4 stand
/// for the step of a product, the square, less overflow, what is added to a product, and select.
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
    let (block, number_and_more, mut modulus): (Block, Sum, Sum) = (random.limbs(), random.limbs(), random.limbs());
    let sum: Sum = random.limbs();
    modulus[0] |= 1;
    let (number, modulus) = (number_and_more.get(..len).unwrap_or_default(), modulus.get(..len).unwrap_or_default());
    let negated_inverse = super::negated_inverse(modulus.first().copied().unwrap_or_default());
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
            // What is above the limb over the modulus does not count.
            sum.iter_mut().skip(len + 1).take(SUM_EXTRA - 1).for_each(|limb| *limb = 0);
            (sum, out)
        });
        ours != theirs
    };
    [
        differs(&|sum, _| leaf::multiply_step(sum, &block, number, modulus, negated_inverse), &|sum, _| {
            for block in block.as_chunks().0 {
                portable::multiply_step(sum, block, number, modulus, negated_inverse);
            }
        }),
        differs(
            &|sum, _| {
                leaf::clear(sum);
                let mut number = number_and_more;
                let number = number.get_mut(..len).unwrap_or_default();
                leaf::square(sum, number, modulus, negated_inverse);
            },
            &|sum, _| {
                portable::clear(sum);
                portable::square(sum, number, modulus, negated_inverse);
            },
        ),
        differs(&|sum, out| leaf::less_overflow(out, sum, modulus), &|sum, out| {
            portable::less_overflow(out, sum, modulus);
        }),
        accumulate_differs(&sum, &block, number),
        select_differs(modulus, &random.limbs()),
    ]
    .iter()
    .zip(0..)
    .fold(0, |different, (&differs, leaf)| different | u32::from(differs) << leaf)
}

fn accumulate_differs(sum: &Sum, block: &Block, number: &[Limb]) -> bool {
    let (mut ours, mut theirs) = (*sum, *sum);
    for product in [&mut ours, &mut theirs] {
        product.iter_mut().skip(number.len()).for_each(|limb| *limb = 0);
    }
    leaf::accumulate(ours.get_mut(..number.len() + BLOCK_LEN + 1).unwrap_or_default(), block, number);
    for (block, start) in block.as_chunks().0.iter().zip((0..).step_by(portable::BLOCK_LEN)) {
        let product = theirs.get_mut(start..start + number.len() + SUM_EXTRA).unwrap_or_default();
        portable::accumulate(product, block, number);
    }
    ours != theirs
}

/// For every digit and every block.
fn select_differs(modulus: &[Limb], table: &[Limb; LEN_MAX * TABLE_ENTRIES]) -> bool {
    let table = table.get(..modulus.len() * TABLE_ENTRIES).unwrap_or_default();
    (0..=TABLE_ENTRIES as Limb).any(|digit| {
        let (ours, theirs) = (leaf::choose(digit), portable::choose(digit));
        (0..modulus.len() / BLOCK_LEN).any(|index| {
            let mut block = [0; BLOCK_LEN];
            leaf::select(modulus, table, &ours, index, &mut block);
            let start = index * (BLOCK_LEN / portable::BLOCK_LEN);
            block.as_chunks().0.iter().zip(start..).any(|(block, index)| {
                let mut expected = [0; portable::BLOCK_LEN];
                portable::select(modulus, table, &theirs, index, &mut expected);
                *block != expected
            })
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
