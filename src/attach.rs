//! The message with which a gateway attaches a device.

use crate::copy::copy;
use crate::json::{Member, write::ObjectWriter};
use crate::status::Status;

/// The message for a token: its length is known, nothing is written yet.
pub struct AttachMessage<'t> {
    authorization: Member<'t>,
    len: usize,
}

impl<'t> AttachMessage<'t> {
    pub fn new(token: &'t str) -> Result<Self, Status> {
        let mut message = Self { authorization: Member::required("authorization", token)?, len: 0 };
        let mut len: usize = 0;
        message.put(&mut |json| len = len.saturating_add(json.len()));
        message.len = len;
        Ok(message)
    }

    /// Its length in bytes, without the NUL.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Writes the message and a NUL into `out`, which has `len() + 1` zeroed bytes.
    pub fn write(&self, out: &mut [u8]) {
        let mut len: usize = 0;
        self.put(&mut |json| {
            let end = len.saturating_add(json.len());
            if let Some(room) = out.get_mut(len..end) {
                copy(room, json);
            }
            len = end;
        });
    }

    fn put(&self, put: &mut dyn FnMut(&[u8])) {
        let mut object = ObjectWriter::new(put);
        object.member(&self.authorization);
        object.finish();
    }
}
