//! Base64url without padding (RFC 7515 section 2), as a stream: bytes go in as they come, characters go out.
//! It holds no more than the bytes that do not yet fill a block.

pub mod decode;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::copy::copy;

/// Bytes gathered before they are encoded: whole groups of three, so that only the last block has a tail.
pub const BLOCK: usize = 48;
const ENCODED_BLOCK: usize = encoded_len(BLOCK);

/// Characters that `len` bytes encode to.
pub const fn encoded_len(len: usize) -> usize {
    len / 3 * 4 + (len % 3 * 4).div_ceil(3)
}

/// Encodes at most [`BLOCK`] bytes into `text`, unused bits zero, and returns the characters.
pub fn encode_block<'t>(bytes: &[u8], text: &'t mut [u8; ENCODED_BLOCK]) -> &'t [u8] {
    let (groups, _) = text.as_chunks_mut::<4>();
    for (bytes, group) in bytes.chunks(3).zip(groups) {
        let mut padded = [0; 3];
        copy(&mut padded, bytes);
        // Three bytes to four characters at a time: then the compiler sees that the package's panics are not reached, and
        // its error, a text too short, does not occur.
        let _ = URL_SAFE_NO_PAD.encode_slice(padded, group);
    }
    text.get(..encoded_len(bytes.len())).unwrap_or_default()
}

/// Encodes a stream of bytes and hands the characters to `emit`.
pub struct Encoder {
    pending: [u8; BLOCK],
    len: usize,
}

impl Encoder {
    pub const fn new() -> Self {
        Self { pending: [0; BLOCK], len: 0 }
    }

    /// Takes `bytes` in; emits every block that they fill.
    pub fn push(&mut self, bytes: &[u8], emit: &mut impl FnMut(&[u8])) {
        for &byte in bytes {
            if let Some(slot) = self.pending.get_mut(self.len) {
                *slot = byte;
                self.len += 1;
            }
            if self.len == BLOCK {
                self.flush(emit);
            }
        }
    }

    /// Emits what is left.
    pub fn finish(mut self, emit: &mut impl FnMut(&[u8])) {
        self.flush(emit);
    }

    fn flush(&mut self, emit: &mut impl FnMut(&[u8])) {
        let bytes = self.pending.get(..self.len).unwrap_or_default();
        emit(encode_block(bytes, &mut [0; ENCODED_BLOCK]));
        self.len = 0;
    }
}
