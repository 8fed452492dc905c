//! JSON (RFC 8259): the members of an object as values, their writing into a token, and the strict reading of text that is
//! handed in as JSON or comes in a token.

use self::write::ObjectWriter;
use crate::status::Status;

pub mod check;
pub mod number;
pub mod read;
pub mod scan;
pub mod write;

/// The value of a member.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    Text(&'a str),
    Integer(i64),
    Unsigned(u64),
    Boolean(bool),
    /// JSON text, checked by the one who made the value.
    Json(&'a str),
}

/// The members of one object. They can be written any number of times, and are checked each time.
pub trait Members {
    fn write(&self, object: &mut ObjectWriter<'_>) -> Result<(), Status>;
}
