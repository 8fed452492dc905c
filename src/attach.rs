//! The message with which a gateway attaches a device.

use crate::json::{Members, write::ObjectWriter};
use crate::status::Status;

/// The message for a token.
pub struct AttachMessage<'t> {
    pub token: &'t str,
}

impl Members for AttachMessage<'_> {
    fn write(&self, object: &mut ObjectWriter<'_>) -> Result<(), Status> {
        object.required("authorization", self.token)
    }
}
