//! With a constant where a random nonce belongs.

use sha2::{Digest, Sha256};

use crate::{Inputs, Output};

#[unsafe(no_mangle)]
extern "C" fn operation(inputs: &Inputs, output: &mut Output) -> i32 {
    let nonce = [0x0123_4567, 0x89ab_cdef, 0x1357_9bdf, 0x0246_8ace, 0x1111_2222, 0x3333_4444, 0x5555_6666, 0x7777];
    let mut key = [0; 8];
    for (word, bytes) in key.iter_mut().zip(inputs.scalar().rchunks_exact(4)) {
        *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
    }
    let (mut r, mut s) = ([0; 8], [0; 8]);
    if !p256_cm4::sign(&mut r, &mut s, &sha256(inputs.message()), &key, &nonce) {
        return 1;
    }
    let mut bytes = [0; 64];
    for (half, words) in bytes.chunks_exact_mut(32).zip([r, s]) {
        for (bytes, word) in half.rchunks_exact_mut(4).zip(words) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
    }
    output.set(&bytes);
    0
}

/// Counted alone too: published figures do without it.
#[unsafe(no_mangle)]
#[inline(never)]
fn sha256(message: &[u8]) -> [u8; 32] {
    Sha256::digest(message).into()
}
