//! Shared secrets: long enough, and not a key in disguise.

use super::pem::BEGIN;
use crate::arith::limbs::{Limb, mask_equal};
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

/// Looks at every byte of every window, whatever is in the others.
fn is_pem(secret: &[u8]) -> bool {
    secret.windows(BEGIN.len()).fold(0, |found, window| found | mask_equal(difference(window, BEGIN), 0)) != 0
}

/// `Some` where the whole is one SEQUENCE of whole elements that starts as keys and certificates do. 32 random bytes do
/// so once in 2^30 or so. That a header fits is all that a branch tells of other secrets: one of 32 bytes in 65,536 has one.
fn is_key_der(secret: &[u8]) -> Option<()> {
    let len = secret.len();
    let [high, low] = u16::try_from(len.checked_sub(4)?).ok()?.to_be_bytes();
    let differs = match len {
        0..130 => difference(secret, &[der::SEQUENCE, (len as u8).wrapping_sub(2)]),
        130..259 => difference(secret, &[der::SEQUENCE, 0x81, (len as u8).wrapping_sub(3)]),
        _ => difference(secret, &[der::SEQUENCE, 0x82, high, low]),
    };
    if differs != 0 {
        return None;
    }
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

/// Zero where `bytes` starts with `start`.
fn difference(bytes: &[u8], start: &[u8]) -> Limb {
    bytes.iter().zip(start).fold(0, |all, (&byte, &expected)| all | Limb::from(byte ^ expected))
}
