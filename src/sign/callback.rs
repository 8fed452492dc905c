//! A signer that lives elsewhere: a secure element, a PSA key, an HSM. What it returns is not believed.

use super::{Algorithm, MessageDigest, Signer, Verifier, es256};
use crate::copy::copy;
use crate::der;
use crate::status::Status;

/// The longest DER signature of P-256: two INTEGERs of 33 bytes, their heads, and the SEQUENCE's.
pub const DER_SIGNATURE_LEN_MAX: usize = 72;

/// How the callback writes a signature. Declared by the caller: a raw r may start like DER.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// ES256: r, then s, 32 bytes each.
    Raw,
    /// ES256: the SEQUENCE of two INTEGERs of RFC 3279 section 2.2.3.
    Der,
    /// RS256: as long as the modulus.
    Rsa { modulus_len: usize },
}

/// Writes a signature into the slice and returns its length, or `None` when it cannot sign.
pub type Sign<'c> = dyn Fn(&MessageDigest, usize, &mut [u8]) -> Option<usize> + 'c;

pub struct CallbackSigner<'c> {
    pub encoding: Encoding,
    pub sign: &'c Sign<'c>,
    /// The public key to check every signature with, where the caller has it.
    pub verifier: Option<&'c dyn Verifier>,
}

impl CallbackSigner<'_> {
    fn sign_es256(&self, digest: &MessageDigest, message_len: usize, signature: &mut [u8]) -> Result<(), Status> {
        let is_der = self.encoding == Encoding::Der;
        let mut answer = [0; DER_SIGNATURE_LEN_MAX];
        let (raw_room, _) = answer.split_at_mut(es256::SIGNATURE_LEN);
        let room = if is_der { &mut answer } else { raw_room };
        let len = (self.sign)(digest, message_len, room).ok_or(Status::JWT_ERR_SIGNER)?;
        let answer = room.get(..len).ok_or(Status::JWT_ERR_SIGNATURE)?;
        let raw = if is_der { raw_from_der(answer) } else { answer.try_into().ok() };
        let raw = raw.filter(es256::is_in_range).ok_or(Status::JWT_ERR_SIGNATURE)?;
        if signature.len() != raw.len() {
            return Err(Status::JWT_ERR_SIGNATURE);
        }
        copy(signature, &raw);
        Ok(())
    }

    fn sign_rs256(&self, digest: &MessageDigest, message_len: usize, signature: &mut [u8]) -> Result<(), Status> {
        signature.fill(0);
        let len = (self.sign)(digest, message_len, signature).ok_or(Status::JWT_ERR_SIGNER)?;
        if len != signature.len() || signature.iter().all(|&byte| byte == 0) {
            return Err(Status::JWT_ERR_SIGNATURE);
        }
        Ok(())
    }
}

impl Signer for CallbackSigner<'_> {
    fn algorithm(&self) -> Algorithm {
        match self.encoding {
            Encoding::Raw | Encoding::Der => Algorithm::Es256,
            Encoding::Rsa { .. } => Algorithm::Rs256,
        }
    }

    fn signature_len(&self) -> usize {
        match self.encoding {
            Encoding::Raw | Encoding::Der => es256::SIGNATURE_LEN,
            Encoding::Rsa { modulus_len } => modulus_len,
        }
    }

    fn sign(&self, digest: &MessageDigest, message_len: usize, signature: &mut [u8]) -> Result<(), Status> {
        let signed = match self.algorithm() {
            Algorithm::Es256 => self.sign_es256(digest, message_len, signature),
            _ => self.sign_rs256(digest, message_len, signature),
        };
        let checked = signed.and_then(|()| match self.verifier {
            Some(verifier) if !verifier.verify(digest, signature) => Err(Status::JWT_ERR_SIGNATURE),
            _ => Ok(()),
        });
        if checked.is_err() {
            signature.fill(0);
        }
        checked
    }
}

/// r and s of a DER signature, each left-padded to 32 bytes.
fn raw_from_der(answer: &[u8]) -> Option<[u8; es256::SIGNATURE_LEN]> {
    let mut reader = der::Reader::new(answer);
    let mut integers = der::Reader::new(reader.element(der::SEQUENCE)?);
    let (r, s) = (integers.unsigned()?, integers.unsigned()?);
    if !reader.is_empty() || !integers.is_empty() {
        return None;
    }
    let mut raw = [0; es256::SIGNATURE_LEN];
    let (left, right) = raw.split_at_mut(es256::SIGNATURE_LEN / 2);
    der::pad_left(r, left)?;
    der::pad_left(s, right)?;
    Some(raw)
}
