//! Shared secrets: long enough, and not a key in disguise.

use crate::der::{self, Reader};
use crate::sign::hs256::SECRET_LEN_MIN;
use crate::status::Status;

/// Refuses what would make the HMAC worthless: a short secret (RFC 7518 section 3.2), and the PEM or DER of a key, which
/// is public more often than not.
pub fn check(secret: &[u8]) -> Result<(), Status> {
    if secret.len() < SECRET_LEN_MIN {
        Err(Status::JWT_ERR_KEY_TOO_SMALL)
    } else if is_pem(secret) || is_key_der(secret).is_some() {
        Err(Status::JWT_ERR_KEY_NOT_SECRET)
    } else {
        refuse_zeros(secret)
    }
}

/// Refuses what a secret looks like that was wiped, or never filled in.
pub fn refuse_zeros(secret: &[u8]) -> Result<(), Status> {
    if secret.iter().fold(0, |bits, byte| bits | byte) == 0 { Err(Status::JWT_ERR_KEY_NOT_SECRET) } else { Ok(()) }
}

fn is_pem(secret: &[u8]) -> bool {
    secret.windows(super::pem::BEGIN.len()).any(|window| window == super::pem::BEGIN)
}

/// `Some` where the whole is one SEQUENCE of whole elements that starts as keys and certificates do. 32 random bytes do
/// so once in 2^30 or so.
fn is_key_der(secret: &[u8]) -> Option<()> {
    let mut outer = Reader::new(secret);
    let mut reader = Reader::new(outer.element(der::SEQUENCE)?);
    if !outer.is_empty() || !matches!(reader.peek(), Some(der::INTEGER | der::SEQUENCE)) {
        return None;
    }
    while let Some(tag) = reader.peek() {
        reader.element(tag)?;
    }
    Some(())
}
