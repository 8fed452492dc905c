//! The order in which a token comes to be: measured, written and hashed, signed, and only then whole.

use crate::base64url::{self, Encoder, encode_block, encoded_len};
use crate::copy::copy;
use crate::header::Header;
use crate::json::{Members, write::ObjectWriter};
use crate::sign::{Signer, check_digest};
use crate::sink::Sink;
use crate::status::Status;

/// The longest token, in characters without the NUL.
pub const TOKEN_LEN_MAX: usize = 65_535;

/// A token that could be minted: its length is known, nothing is signed yet.
pub struct Draft<'a> {
    header: Header<'a>,
    claims: &'a dyn Members,
    signer: &'a dyn Signer,
    len: usize,
}

impl<'a> Draft<'a> {
    /// Checks the claims and measures the token, by the code that writes it.
    pub fn new(key_id: Option<&'a str>, claims: &'a dyn Members, signer: &'a dyn Signer) -> Result<Self, Status> {
        let header = Header { algorithm: signer.algorithm().name(), key_id };
        let mut draft = Self { header, claims, signer, len: 0 };
        let mut sink = Sink::counting();
        draft.write_signing_input(&mut sink)?;
        draft.len = sink.len().saturating_add(1).saturating_add(encoded_len(signer.signature_len()));
        if draft.len > TOKEN_LEN_MAX { Err(Status::JWT_ERR_TOO_LONG) } else { Ok(draft) }
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
        let mut sink = Sink::storing(out);
        self.write_signing_input(&mut sink)?;
        let message_len = sink.len();
        let (text, rest) = out.split_at_mut_checked(message_len).ok_or(Status::JWT_ERR_SIGNATURE)?;
        let digest = self.signer.digest(text);
        check_digest(self.signer, text, &digest)?;
        let [dot, signature @ .., nul] = rest else { return Err(Status::JWT_ERR_SIGNATURE) };
        // A text that changed while it was minted, or a fault, makes another length than was measured.
        if signature.len() != encoded_len(self.signer.signature_len()) {
            return Err(Status::JWT_ERR_SIGNATURE);
        }
        // Until it is signed, what stands there is the empty string.
        let Some(first) = text.first_mut() else { return Err(Status::JWT_ERR_SIGNATURE) };
        let first_character = core::mem::take(first);
        *dot = b'.';
        *nul = 0;
        // The raw signature goes to the end of its own text's place, and is encoded towards the front: the text never
        // overtakes what is still to be read, because 4 characters replace 3 bytes that stand at least as far behind.
        let start = signature.len().saturating_sub(self.signer.signature_len());
        let raw = signature.get_mut(start..).unwrap_or_default();
        self.signer.sign(&digest, message_len, raw)?;
        encode_in_place(signature, start);
        *first = first_character;
        Ok(())
    }

    fn write_signing_input(&self, sink: &mut Sink<'_>) -> Result<(), Status> {
        write_part(&self.header, sink)?;
        sink.put(b".");
        write_part(self.claims, sink)
    }
}

/// One object as JSON as base64url, in one pass.
fn write_part(members: &dyn Members, sink: &mut Sink<'_>) -> Result<(), Status> {
    let mut encoder = Encoder::new();
    let mut emit = |text: &[u8]| sink.put(text);
    let mut put = |json: &[u8]| encoder.push(json, &mut emit);
    let mut object = ObjectWriter::new(&mut put);
    let mut len: usize = 0;
    members.visit(&mut |member| {
        // What is too long for sure is not worth escaping.
        len = len.saturating_add(member.len());
        if len > TOKEN_LEN_MAX {
            return Err(Status::JWT_ERR_TOO_LONG);
        }
        object.member(member);
        Ok(())
    })?;
    object.finish();
    encoder.finish(&mut emit);
    Ok(())
}

/// Turns the bytes from `start` to the end of `text` into base64url that fills `text`.
fn encode_in_place(text: &mut [u8], start: usize) {
    let (mut read, mut written) = (start, 0);
    while read < text.len() {
        let mut block = [0; base64url::BLOCK];
        let len = block.len().min(text.len() - read);
        let mut characters = [0; encoded_len(base64url::BLOCK)];
        if let (Some(bytes), Some(source)) = (block.get_mut(..len), text.get(read..read + len)) {
            copy(bytes, source);
            let encoded = encode_block(bytes, &mut characters);
            if let Some(room) = text.get_mut(written..written + encoded.len()) {
                copy(room, encoded);
            }
            written += encoded.len();
        }
        read += len;
    }
}

#[cfg(test)]
mod tests {
    use core::cell::Cell;

    use super::*;
    use crate::json::{Member, Visit};
    use crate::sign::hs256::Hs256Signer;

    /// A text that another task changes between the measuring and the writing.
    struct Changing(Cell<&'static str>, &'static str);

    impl Members for Changing {
        fn visit(&self, visit: &mut Visit<'_>) -> Result<(), Status> {
            visit(&Member::text("sub", self.0.replace(self.1)))
        }
    }

    #[test]
    fn text_that_changes_its_length_makes_no_token() {
        let signer = Hs256Signer { secret: &[7; 32] };
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
