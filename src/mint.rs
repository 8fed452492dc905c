//! The order in which a token comes to be: measured, written, signed, and only then whole.

use crate::base64url::{bytes_of, encode_in_place, encoded_len};
use crate::header::Header;
use crate::json::{Members, write};
use crate::sign::{Signer, check_digest};
use crate::status::Status;

/// The longest token, in characters without the NUL.
pub const TOKEN_LEN_MAX: usize = 65_535;

/// A token that could be minted: its length is known, nothing is signed yet.
pub struct Draft<'a> {
    header: Header<'a>,
    claims: &'a dyn Members,
    signer: &'a dyn Signer,
    /// Characters of the header.
    header_len: usize,
    /// Characters of header, dot and claims.
    message_len: usize,
    len: usize,
}

impl<'a> Draft<'a> {
    /// Checks the claims and measures the token, by the code that writes it.
    pub fn new(key_id: Option<&'a str>, claims: &'a dyn Members, signer: &'a dyn Signer) -> Result<Self, Status> {
        let header = Header { algorithm: signer.algorithm().name(), key_id };
        let header_len = encoded_len(write::write(&header, &mut [])?);
        let message_len = header_len + 1 + encoded_len(write::write(claims, &mut [])?);
        let len = message_len + 1 + encoded_len(signer.signature_len());
        if len > TOKEN_LEN_MAX {
            return Err(Status::JWT_ERR_TOO_LONG);
        }
        Ok(Self { header, claims, signer, header_len, message_len, len })
    }

    /// The token's length in characters, without the NUL.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Writes the signed token and a NUL into `out`, which has at least `len() + 1` bytes. On failure `out` holds zeros
    /// where the token would have stood.
    pub fn mint(&self, out: &mut [u8]) -> Result<(), Status> {
        let out = out.get_mut(..=self.len).ok_or(Status::JWT_ERR_BUFFER_TOO_SMALL)?;
        let minted = self.write(out);
        if minted.is_err() {
            out.fill(0);
        }
        minted
    }

    fn write(&self, out: &mut [u8]) -> Result<(), Status> {
        let (message, rest) = out.split_at_mut_checked(self.message_len).ok_or(Status::JWT_ERR_SIGNATURE)?;
        let [dot, signature @ .., nul] = rest else { return Err(Status::JWT_ERR_SIGNATURE) };
        self.write_message(message)?;
        let digest = self.signer.digest(message);
        check_digest(self.signer, message, &digest)?;
        // While it is signed, what stands there is the empty string.
        let Some(first) = message.first_mut() else { return Err(Status::JWT_ERR_SIGNATURE) };
        let first_character = core::mem::take(first);
        *dot = b'.';
        *nul = 0;
        self.signer.sign(&digest, self.message_len, bytes_of(signature))?;
        encode_in_place(signature);
        *first = first_character;
        Ok(())
    }

    /// Writes what is signed.
    fn write_message(&self, message: &mut [u8]) -> Result<(), Status> {
        let (header, rest) = message.split_at_mut_checked(self.header_len).ok_or(Status::JWT_ERR_SIGNATURE)?;
        let [dot, claims @ ..] = rest else { return Err(Status::JWT_ERR_SIGNATURE) };
        write_part(&self.header, header)?;
        *dot = b'.';
        write_part(self.claims, claims)
    }
}

/// One object as JSON as base64url, which fills `text`.
fn write_part(members: &dyn Members, text: &mut [u8]) -> Result<(), Status> {
    let json = bytes_of(text);
    // A text that changed since it was measured, or a fault, makes another length.
    if write::write(members, json)? != json.len() {
        return Err(Status::JWT_ERR_SIGNATURE);
    }
    encode_in_place(text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use core::cell::Cell;

    use super::*;
    use crate::json::write::ObjectWriter;
    use crate::sign::hs256::Hs256Signer;

    /// A text that another task changes between the measuring and the writing.
    struct Changing(Cell<&'static str>, &'static str);

    impl Members for Changing {
        fn write(&self, object: &mut ObjectWriter<'_>) -> Result<(), Status> {
            object.text("sub", self.0.replace(self.1));
            Ok(())
        }
    }

    #[test]
    fn text_that_changes_its_length_makes_no_token() {
        let signer = Hs256Signer { secrets: [&[7; 32]; 2] };
        for (first, then) in [("abc", "\"\"\""), ("\"\"\"", "abc"), ("abc", "ab")] {
            let claims = Changing(Cell::new(first), then);
            let draft = Draft::new(None, &claims, &signer).expect("a draft");
            let mut out = [0x5a; 200];
            assert_eq!(draft.mint(&mut out), Err(Status::JWT_ERR_SIGNATURE), "{first} then {then}");
            assert!(out.iter().take_while(|&&byte| byte != 0x5a).all(|&byte| byte == 0));
            assert_eq!(out[0], 0);
        }
    }
}
