//! PEM (RFC 7468), read as people have it: any line ends and widths, blanks, text around the blocks, a trailing NUL.
//!
//! The body is decoded without tables: no address depends on a key's characters.

use base64ct::{Base64Unpadded, Encoding};
use zeroize::Zeroize;

use crate::status::Status;

pub const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Which keys the caller is looking for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Private,
    Public,
}

/// One block, with its body still encoded.
struct Block<'t> {
    label: &'t [u8],
    body: &'t [u8],
}

/// Decodes the first wanted key in `text`: its length in bytes, of which `der` holds as many as it has room for.
///
/// Blocks before it that are something else (curve parameters, a certificate) are passed over; where no key is found,
/// the status tells what was there instead.
pub fn decode(text: &[u8], wanted: Wanted, der: &mut [u8]) -> Result<usize, Status> {
    let mut rest = text;
    let mut instead = Status::JWT_ERR_KEY_MALFORMED;
    while let Some((block, following)) = next_block(rest) {
        match judge(&block, wanted) {
            Ok(()) => {
                let decoded = decode_body(block.body, der);
                if decoded.is_none() {
                    der.zeroize();
                }
                return decoded.ok_or(Status::JWT_ERR_KEY_MALFORMED);
            }
            Err(Status::JWT_ERR_KEY_MALFORMED) => {}
            Err(status) => instead = status,
        }
        rest = following;
    }
    Err(instead)
}

fn judge(block: &Block<'_>, wanted: Wanted) -> Result<(), Status> {
    match (block.label, wanted) {
        (b"ENCRYPTED PRIVATE KEY", _) => Err(Status::JWT_ERR_KEY_ENCRYPTED),
        (b"PRIVATE KEY" | b"EC PRIVATE KEY" | b"RSA PRIVATE KEY", Wanted::Private) => {
            // RFC 1421 header lines: only encrypted keys have them.
            if block.body.contains(&b':') { Err(Status::JWT_ERR_KEY_ENCRYPTED) } else { Ok(()) }
        }
        (b"OPENSSH PRIVATE KEY", Wanted::Private) => Err(Status::JWT_ERR_KEY_UNSUPPORTED),
        (b"PUBLIC KEY" | b"RSA PUBLIC KEY", Wanted::Public) => Ok(()),
        (b"PUBLIC KEY" | b"RSA PUBLIC KEY", Wanted::Private) => Err(Status::JWT_ERR_KEY_IS_PUBLIC),
        (b"CERTIFICATE" | b"TRUSTED CERTIFICATE" | b"X509 CERTIFICATE", _) => Err(Status::JWT_ERR_KEY_IS_CERTIFICATE),
        (label, Wanted::Private) if label.ends_with(b"PRIVATE KEY") => Err(Status::JWT_ERR_KEY_ALGORITHM),
        (label, Wanted::Public) if label.ends_with(b"PRIVATE KEY") => Err(Status::JWT_ERR_KEY_IS_PRIVATE),
        _ => Err(Status::JWT_ERR_KEY_MALFORMED),
    }
}

/// The next block whose END bears the label of its BEGIN, and the text behind it. A BEGIN without such an END is text.
fn next_block(text: &[u8]) -> Option<(Block<'_>, &[u8])> {
    let mut rest = text;
    loop {
        // The END belongs to the last BEGIN before it, or to none: so every byte is looked at a few times at most.
        let (before, ended) = split_at_marker(rest, END)?;
        let block = before.windows(BEGIN.len()).rposition(|window| window == BEGIN).and_then(|start| {
            let (label, body) = split_at_marker(before.get(start..)?.strip_prefix(BEGIN)?, DASHES)?;
            Some((Block { label, body }, ended.strip_prefix(label)?.strip_prefix(DASHES)?))
        });
        if block.is_some() {
            return block;
        }
        rest = ended;
    }
}

/// What stands before `marker`, and what behind it.
fn split_at_marker<'t>(text: &'t [u8], marker: &[u8]) -> Option<(&'t [u8], &'t [u8])> {
    let start = text.windows(marker.len()).position(|window| window == marker)?;
    let (before, rest) = text.split_at_checked(start)?;
    Some((before, rest.strip_prefix(marker)?))
}

/// Standard base64 with its padding (RFC 4648 section 4); returns the number of bytes encoded.
fn decode_body(body: &[u8], der: &mut [u8]) -> Option<usize> {
    let mut characters = body.iter().copied().filter(|character| !matches!(character, b' ' | b'\t' | b'\r' | b'\n'));
    let mut room = der.iter_mut();
    let mut len = 0;
    loop {
        let mut group = [0; 4];
        let mut filled = 0;
        for (place, character) in group.iter_mut().zip(characters.by_ref()) {
            *place = character;
            filled += 1;
        }
        if filled == 0 {
            return Some(len);
        }
        let digits = match group {
            _ if filled != group.len() => return None,
            [_, _, b'=', b'='] => 2,
            [_, _, _, b'='] => 3,
            _ => 4,
        };
        let mut bytes = [0; 3];
        let decoded = Base64Unpadded::decode(group.get(..digits)?, &mut bytes).ok()?;
        len += decoded.len();
        for (&byte, place) in decoded.iter().zip(room.by_ref()) {
            *place = byte;
        }
        bytes.zeroize();
        group.zeroize();
        if digits < group.len() {
            return characters.next().is_none().then_some(len);
        }
    }
}
