//! Where a text or a signature goes: measured first, held against the room there is, and empty after a failure.

use core::ffi::c_char;

use super::memory::{Outputs, buffer, store};
use super::signer::JWT_SIGNATURE_SIZE_MAX;
use crate::status::Status;

/// What is to be filled, or only measured.
pub struct Room {
    out: *mut u8,
    size: usize,
    /// Bytes behind what goes in: one for a NUL.
    terminator: usize,
    /// What was asked for.
    len: usize,
}

impl Room {
    /// Zeros for `len` bytes, and for a NUL where a text is to go there; `None` where only the length is asked for.
    pub fn lend(&mut self, len: usize) -> Result<Option<&mut [u8]>, Status> {
        self.len = len;
        if self.out.is_null() {
            return Ok(None);
        }
        let needed = len.saturating_add(self.terminator);
        if self.size < needed {
            return Err(Status::JWT_ERR_BUFFER_TOO_SMALL);
        }
        // SAFETY: who made the room promised it; every input was held against it when it was read.
        Ok(Some(unsafe { buffer(self.out, needed) }))
    }
}

/// Lets `produce` fill a room with a text; on failure it holds the empty string and the length is 0.
///
/// # Safety
/// `out` has `size` bytes that may be written to, `len` is NULL or may be written to.
pub unsafe fn fill_text(
    out: *mut c_char,
    size: usize,
    len: *mut usize,
    produce: impl FnOnce(&Outputs, &mut Room) -> Result<(), Status>,
) -> Status {
    let room = Room { out: out.cast(), size, terminator: 1, len: 0 };
    // SAFETY: the caller's promise.
    unsafe { fill(room, len, 1, produce) }
}

/// Lets `produce` fill a room with a signature; on failure it holds zeros and the length is 0.
///
/// # Safety
/// As for [`fill_text`].
pub unsafe fn fill_signature(
    out: *mut u8,
    size: usize,
    len: *mut usize,
    produce: impl FnOnce(&Outputs, &mut Room) -> Result<(), Status>,
) -> Status {
    let room = Room { out, size, terminator: 0, len: 0 };
    // SAFETY: the caller's promise.
    unsafe { fill(room, len, JWT_SIGNATURE_SIZE_MAX, produce) }
}

/// `emptied`: how many bytes are zero after a failure.
///
/// # Safety
/// As for [`fill_text`].
unsafe fn fill(
    mut room: Room,
    len: *mut usize,
    emptied: usize,
    produce: impl FnOnce(&Outputs, &mut Room) -> Result<(), Status>,
) -> Status {
    // Looked at where they are, so that there is one of them on the stack.
    let produced = match &Outputs::buffer(room.out, room.size, len) {
        Ok(outputs) => produce(outputs, &mut room),
        Err(status) => Err(*status),
    };
    // SAFETY: the caller's promise.
    unsafe {
        if produced.is_err() {
            buffer(room.out, room.size.min(emptied));
        }
        let tells_length = matches!(produced, Ok(()) | Err(Status::JWT_ERR_BUFFER_TOO_SMALL));
        store(len, if tells_length { room.len } else { 0 });
    }
    produced.into()
}
