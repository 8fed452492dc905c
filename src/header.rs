//! The JOSE header (RFC 7515 section 4): `alg`, `typ`, and `kid` where there is one. Keys in a header are never looked at.

use crate::json::read::{Object, Text};
use crate::json::{Members, write::ObjectWriter};
use crate::status::Status;

/// The most parameters that are read, and the most bytes of JSON: registered are 11 parameters. A header is read before
/// anything in it can be trusted, so what that costs must be less than to check a signature.
pub const PARAMETERS_MAX: usize = 32;
pub const LEN_MAX: usize = 4096;

/// Of a token that is minted.
pub struct Header<'a> {
    pub algorithm: &'static str,
    pub key_id: Option<&'a str>,
}

impl Members for Header<'_> {
    fn write(&self, object: &mut ObjectWriter<'_>) -> Result<(), Status> {
        object.text("alg", self.algorithm);
        object.text("typ", "JWT");
        match self.key_id {
            Some(key_id) => object.required("kid", key_id),
            None => Ok(()),
        }
    }
}

/// Of a token that came from elsewhere. Says what to try, and proves nothing.
pub struct Unverified<'j> {
    pub algorithm: Text<'j>,
    pub key_id: Option<Text<'j>>,
}

impl<'j> Unverified<'j> {
    /// Reads the header's JSON. What would have to be understood to be obeyed is refused.
    pub fn read(json: &'j [u8]) -> Result<Self, Status> {
        let malformed = Status::JWT_REJECT_MALFORMED;
        if json.len() > LEN_MAX {
            return Err(malformed);
        }
        let json = str::from_utf8(json).map_err(|_| malformed)?;
        let parameters = Object::parse(json, PARAMETERS_MAX)?;
        if ["crit", "b64"].iter().any(|name| parameters.get(name).is_some()) {
            return Err(Status::JWT_REJECT_CRITICAL_HEADER);
        }
        let text = |name| parameters.get(name).map(|value| Text::of(value).ok_or(malformed)).transpose();
        text("typ")?;
        Ok(Self { algorithm: text("alg")?.ok_or(malformed)?, key_id: text("kid")? })
    }
}
