//! Is a text exactly one JSON value?

use super::scan::Cursor;
use crate::status::Status;

/// `Ok` when `text` is one JSON value, with white space around it allowed, and nests no deeper than
/// [`DEPTH_MAX`](super::scan::DEPTH_MAX). Names are not compared.
pub fn one_value(text: &str) -> Result<(), Status> {
    let mut cursor = Cursor::new(text);
    let found = cursor.value();
    cursor.skip_white_space();
    if found.is_some() && cursor.is_at_end() { Ok(()) } else { Err(Status::JWT_ERR_JSON) }
}
