//! The JOSE header (RFC 7515 section 4) of a token that is minted: `alg`, `typ`, and `kid` where there is one.

use crate::json::{Member, Members, Visit};
use crate::status::Status;

pub struct Header<'a> {
    pub algorithm: &'static str,
    pub key_id: Option<&'a str>,
}

impl Members for Header<'_> {
    fn visit(&self, visit: &mut Visit<'_>) -> Result<(), Status> {
        visit(&Member::text("alg", self.algorithm))?;
        visit(&Member::text("typ", "JWT"))?;
        match self.key_id {
            Some(key_id) => visit(&Member::required("kid", key_id)?),
            None => Ok(()),
        }
    }
}
