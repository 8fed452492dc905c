//! Where a token's text goes: into the caller's buffer, or nowhere at all while it is only counted.

use crate::copy::copy;

/// The SHA-256 of a signing input.
pub type MessageDigest = [u8; 32];

/// Takes text; knows its length. One type for both uses, so that the length asked for is the length written.
pub struct Sink<'o> {
    stored: Option<&'o mut [u8]>,
    len: usize,
}

impl<'o> Sink<'o> {
    /// Counts and stores nothing.
    pub const fn counting() -> Self {
        Self { stored: None, len: 0 }
    }

    /// Stores into `out`, which must have room for all that is put.
    pub const fn storing(out: &'o mut [u8]) -> Self {
        Self { stored: Some(out), len: 0 }
    }

    pub fn put(&mut self, text: &[u8]) {
        let end = self.len.saturating_add(text.len());
        if let Some(room) = self.stored.as_mut().and_then(|out| out.get_mut(self.len..end)) {
            copy(room, text);
        }
        self.len = end;
    }

    pub const fn len(&self) -> usize {
        self.len
    }
}
