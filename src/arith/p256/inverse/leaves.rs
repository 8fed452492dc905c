//! For a test on the processors that have a leaf in assembly: whether it computes what that in Rust does.
#![allow(unsafe_code)]

use super::{BITS, Division, LEN, Modulus, Pair, leaf};
use crate::arith::limbs::Limb;
use crate::arith::random::Random;

#[path = "portable.rs"]
mod portable;

/// Compares the batches of division steps, of numbers of each length, `rounds` times. Returns 0, or 1 where they differ.
#[unsafe(no_mangle)]
pub extern "C" fn jwt_mint_inverse_leaves_that_differ(rounds: u32) -> u32 {
    let mut random = Random(1);
    u32::from((0..rounds).any(|_| (2..=LEN).any(|len| differ(&mut random, len))))
}

fn differ(random: &mut Random, len: usize) -> bool {
    let mut number = [(); 8].map(|()| random.limb_of_edges());
    number[0] |= 1;
    let modulus = Modulus::new(&number, 0);
    let (zeta, mut fg, de) = (random.limb() as i32 >> 26, random.pair(), random.pair());
    for digit in fg.as_flattened_mut() {
        *digit &= -4;
    }
    fg[0][0] |= 4;
    let [ours, theirs] = [leaf::divide, portable::divide].map(|divide| {
        let mut division = Division { zeta, fg, de };
        divide(&mut division, &modulus, len);
        (division.zeta, division.fg, division.de)
    });
    ours != theirs
}

impl Random {
    fn pair(&mut self) -> Pair {
        [(); LEN].map(|()| [(); 2].map(|()| self.limb_of_edges() as i32))
    }

    /// One in two is all zeros, all ones, the greatest or the least with a sign.
    fn limb_of_edges(&mut self) -> Limb {
        match self.limb() >> 29 {
            0 => 0,
            1 => Limb::MAX,
            2 => Limb::MAX >> 1,
            3 => 1 << 31,
            _ => self.limb(),
        }
    }
}
