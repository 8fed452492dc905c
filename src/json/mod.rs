//! JSON (RFC 8259): the members of an object as values, their writing into a token, and the strict reading of text that is
//! handed in as JSON or comes in a token.

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
    /// JSON text, checked by the one who made the member.
    Json(&'a str),
}

/// One name and value of an object.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    pub name: &'a str,
    pub value: Value<'a>,
}

impl<'a> Member<'a> {
    pub const fn text(name: &'a str, text: &'a str) -> Self {
        Self { name, value: Value::Text(text) }
    }

    /// A text that must not be empty.
    pub const fn required(name: &'a str, text: &'a str) -> Result<Self, Status> {
        if text.is_empty() { Err(Status::JWT_ERR_EMPTY_CLAIM) } else { Ok(Self::text(name, text)) }
    }

    pub const fn integer(name: &'a str, number: i64) -> Self {
        Self { name, value: Value::Integer(number) }
    }

    /// The bytes of its texts, which is less than it takes in JSON.
    pub const fn len(&self) -> usize {
        match self.value {
            Value::Text(text) | Value::Json(text) => self.name.len().saturating_add(text.len()),
            Value::Integer(_) | Value::Unsigned(_) | Value::Boolean(_) => self.name.len(),
        }
    }
}

/// Takes members one after the other.
pub type Visit<'v> = dyn FnMut(&Member<'_>) -> Result<(), Status> + 'v;

/// The members of one object. They can be walked any number of times, and are checked on each walk.
pub trait Members {
    fn visit(&self, visit: &mut Visit<'_>) -> Result<(), Status>;
}
