//! The order in which a token comes to be trusted: taken apart, its algorithm held against the key's, its signature checked,
//! and only then its payload looked at.

use crate::base64url::decode::{decode, decoded_len};
use crate::header::Unverified;
use crate::sign::{Algorithm, MessageDigest, Verifier};
use crate::status::Status;

/// Takes verifiers one after the other.
pub type Visit<'v> = dyn FnMut(&dyn Verifier) -> Result<(), Status> + 'v;

/// A JWS in compact form (RFC 7515 section 7.1), its parts still encoded.
pub struct Compact<'t> {
    signing_input: &'t [u8],
    header: &'t [u8],
    payload: &'t [u8],
    signature: &'t [u8],
}

impl<'t> Compact<'t> {
    pub fn split(token: &'t [u8]) -> Result<Self, Status> {
        Self::split_at_dots(token).ok_or(Status::JWT_REJECT_MALFORMED)
    }

    fn split_at_dots(token: &'t [u8]) -> Option<Self> {
        let mut parts = token.split(|&character| character == b'.');
        let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
        let signing_input = token.get(..header.len() + 1 + payload.len())?;
        parts.next().is_none().then_some(Self { signing_input, header, payload, signature })
    }

    /// Bytes that the header decodes to.
    pub fn header_len(&self) -> Result<usize, Status> {
        decoded_len(self.header.len()).ok_or(Status::JWT_REJECT_MALFORMED)
    }

    /// Bytes that the longest of the three parts decodes to: they take turns in the scratch.
    pub fn scratch_len(&self) -> Result<usize, Status> {
        let lens = [self.header, self.payload, self.signature].map(|part| decoded_len(part.len()));
        let [Some(header), Some(payload), Some(signature)] = lens else { return Err(Status::JWT_REJECT_MALFORMED) };
        Ok(header.max(payload).max(signature))
    }

    /// Not inlined, so that the hash is off the stack once the verifier is at work.
    #[inline(never)]
    fn digest(&self, verifier: &dyn Verifier) -> MessageDigest {
        verifier.digest(self.signing_input)
    }

    /// The header, in `room`, which holds [`Self::header_len`] bytes.
    pub fn header<'r>(&self, room: &'r mut [u8]) -> Result<Unverified<'r>, Status> {
        Unverified::read(decoded(self.header, room)?)
    }

    /// The payload, in `scratch`, which holds [`Self::scratch_len`] bytes, and which of the verifiers has found the signature
    /// good. `verifiers` lends them all, so that one which is not fit for use does not stay unnoticed behind another.
    pub fn open<'s>(
        &self,
        verifiers: impl FnOnce(&mut Visit<'_>) -> Result<(), Status>,
        scratch: &'s mut [u8],
    ) -> Result<(&'s [u8], usize), Status> {
        // What is no base64url is no token, whatever its signature.
        decoded(self.payload, scratch)?;
        let header = self.header(scratch)?;
        let algorithm = Algorithm::find(|name| header.algorithm.is(name));
        let signature = decoded(self.signature, scratch)?;
        let (mut is_the_keys, mut found) = (false, None);
        let mut index = 0;
        verifiers(&mut |verifier| {
            if algorithm == Some(verifier.algorithm()) && found.is_none() {
                is_the_keys = true;
                found = verifier.verify(&self.digest(verifier), signature).then_some(index);
            }
            index += 1;
            Ok(())
        })?;
        if !is_the_keys {
            return Err(Status::JWT_REJECT_ALGORITHM);
        }
        let found = found.ok_or(Status::JWT_REJECT_SIGNATURE)?;
        Ok((decoded(self.payload, scratch)?, found))
    }
}

fn decoded<'r>(part: &[u8], room: &'r mut [u8]) -> Result<&'r [u8], Status> {
    decode(part, room).map(|bytes| &*bytes).ok_or(Status::JWT_REJECT_MALFORMED)
}
