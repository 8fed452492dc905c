//! The compression function in Rust.

use super::{Block, K, State};

pub const IS_IN_ASSEMBLY: bool = false;

/// Section 6.2.2, with the message schedule computed 16 words at a time in place.
#[inline(never)]
pub fn compress(state: &mut State, block: &mut Block) {
    let w = &mut block.room;
    for (word, bytes) in w.iter_mut().zip(block.bytes.as_chunks().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (part, k) in K.as_chunks::<16>().0.iter().enumerate() {
        if part > 0 {
            for t in 0..16 {
                let (w1, w14) = (w[(t + 1) % 16], w[(t + 14) % 16]);
                w[t] = w[t]
                    .wrapping_add(w1.rotate_right(7) ^ w1.rotate_right(18) ^ w1 >> 3)
                    .wrapping_add(w[(t + 9) % 16])
                    .wrapping_add(w14.rotate_right(17) ^ w14.rotate_right(19) ^ w14 >> 10);
            }
        }
        for (&k, &w) in k.iter().zip(&*w) {
            let sum = h
                .wrapping_add(e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25))
                .wrapping_add(g ^ (e & (f ^ g)))
                .wrapping_add(k)
                .wrapping_add(w);
            (h, g, f, e) = (g, f, e, d.wrapping_add(sum));
            let sum = sum
                .wrapping_add(a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22))
                .wrapping_add((a & b) | (c & (a | b)));
            (d, c, b, a) = (c, b, a, sum);
        }
    }
    for (word, sum) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(sum);
    }
}
