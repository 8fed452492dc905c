//! For a test on the processors that have the compression function in assembly: whether it computes what that in Rust does.
#![allow(unsafe_code)]

use super::{BLOCK_LEN, Block, K, State, compress};
use crate::arith::random::Random;

#[path = "portable.rs"]
mod portable;

/// Compares the leaves on `rounds` states and blocks. Returns how often they differ.
#[unsafe(no_mangle)]
pub extern "C" fn jwt_mint_sha256_leaves_that_differ(rounds: u32) -> u32 {
    let (mut different, mut random) = (0, Random(1));
    for _ in 0..rounds {
        let state: State = [(); 8].map(|()| random.limb());
        let bytes = [(); BLOCK_LEN].map(|()| (random.limb() >> 24) as u8);
        let (mut ours, mut theirs) = (state, state);
        compress::compress(&mut ours, &mut Block { bytes, room: [0; _] });
        portable::compress(&mut theirs, &mut Block { bytes, room: [0; _] });
        different += u32::from(ours != theirs);
    }
    different
}
