//! Where a token's text goes: into the caller's buffer and through the hash, or nowhere at all while it is only counted.

use crate::copy::copy;
use crate::sha256::Sha256;

/// The SHA-256 of a signing input.
pub type MessageDigest = [u8; 32];

/// Takes text; knows its length. One type for both uses, so that the length asked for is the length written.
pub struct Sink<'o> {
    stored: Option<(&'o mut [u8], Sha256)>,
    len: usize,
}

impl<'o> Sink<'o> {
    /// Counts and stores nothing.
    pub const fn counting() -> Self {
        Self { stored: None, len: 0 }
    }

    /// Stores into `out`, which must have room for all that is put, and hashes it on the way.
    pub const fn storing(out: &'o mut [u8], hash: Sha256) -> Self {
        Self { stored: Some((out, hash)), len: 0 }
    }

    pub fn put(&mut self, text: &[u8]) {
        let end = self.len.saturating_add(text.len());
        if let Some((out, hash)) = &mut self.stored {
            if let Some(room) = out.get_mut(self.len..end) {
                copy(room, text);
            }
            hash.update(text);
        }
        self.len = end;
    }

    pub const fn len(&self) -> usize {
        self.len
    }

    /// The digest of all that was put; `None` from a sink that counted.
    pub fn digest(self) -> Option<MessageDigest> {
        self.stored.map(|(_, mut hash)| hash.finalize())
    }
}
