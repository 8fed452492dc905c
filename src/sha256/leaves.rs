//! For a test on the processors that have the compression function in assembly: whether it computes what that in Rust does.
#![allow(unsafe_code)]

use super::{BLOCK_LEN, K, State, compress};
use crate::arith::random::Random;

#[path = "portable.rs"]
mod portable;

/// Compares the leaves on `rounds` states and blocks, the latter at every alignment. Returns how often they differ.
#[unsafe(no_mangle)]
pub extern "C" fn jwt_mint_sha256_leaves_that_differ(rounds: u32) -> u32 {
    let (mut different, mut random) = (0, Random(1));
    let mut bytes = [0; BLOCK_LEN + 3];
    for round in 0..rounds {
        let state: State = [(); 8].map(|()| random.limb());
        for byte in &mut bytes {
            *byte = (random.limb() >> 24) as u8;
        }
        let start = round as usize % 4;
        if let Some(block) = bytes.get(start..).and_then(<[u8]>::first_chunk) {
            let (mut ours, mut theirs) = (state, state);
            compress::compress(&mut ours, block);
            portable::compress(&mut theirs, block);
            different += u32::from(ours != theirs);
        }
    }
    different
}
