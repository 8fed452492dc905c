//! The seam between tokens and algorithms. A signer or verifier is a value; a program links those whose values it makes.

use crate::sha256::{DIGEST_LEN, Sha256};
use crate::status::Status;

pub mod callback;
pub mod es256;
pub mod hs256;
mod residue;
mod rfc6979;
pub mod rs256;

/// The SHA-256 of a message.
pub type MessageDigest = [u8; DIGEST_LEN];

/// The algorithms of RFC 7518 section 3.1 that the library knows. It belongs to the key, never to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Es256,
    Rs256,
    Hs256,
}

impl Algorithm {
    const ALL: [Self; 3] = [Self::Es256, Self::Rs256, Self::Hs256];

    /// The algorithm for which `is` holds of its name.
    pub fn find(is: impl Fn(&str) -> bool) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| is(algorithm.name()))
    }

    /// The value of `alg`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::Hs256 => "HS256",
        }
    }
}

/// Signs the digest of a message.
pub trait Signer {
    fn algorithm(&self) -> Algorithm;

    /// Bytes of a signature, before base64url.
    fn signature_len(&self) -> usize;

    /// Whether the message lies in memory that the signer works in.
    fn works_in(&self, _message: &[u8]) -> bool {
        false
    }

    /// The digest of a message that [`Self::sign`] takes. HMAC's takes in the padded secret first.
    fn digest(&self, message: &[u8]) -> MessageDigest {
        Sha256::digest(message)
    }

    /// Fills `signature`, which is `signature_len` bytes long, or leaves nothing of a signature in it.
    fn sign(&self, digest: &MessageDigest, message_len: usize, signature: &mut [u8]) -> Result<(), Status>;
}

/// Checks the signature of a message by its digest.
pub trait Verifier {
    fn algorithm(&self) -> Algorithm;

    /// Bytes of a signature, before base64url.
    fn signature_len(&self) -> usize;

    /// The digest of a message that [`Self::verify`] takes, as the signer's.
    fn digest(&self, message: &[u8]) -> MessageDigest {
        Sha256::digest(message)
    }

    /// A signature of another length is not valid.
    fn verify(&self, digest: &MessageDigest, signature: &[u8]) -> bool;
}

/// A signature over `message` as raw bytes, into `signature`, which is as long as the signer's are.
#[inline(always)]
pub fn sign_message(signer: &dyn Signer, message: &[u8], signature: &mut [u8]) -> Result<(), Status> {
    if signer.works_in(message) {
        return Err(Status::JWT_ERR_OVERLAP);
    }
    let digest = signer.digest(message);
    check_digest(signer, message, &digest)?;
    signer.sign(&digest, message.len(), signature)
}

/// Hashes `message` once more: signers check their signatures against the digest, so a fault in that would pass.
#[inline(never)]
pub fn check_digest(signer: &dyn Signer, message: &[u8], digest: &MessageDigest) -> Result<(), Status> {
    // The compiler must not conclude that the second digest is the first.
    let again = signer.digest(core::hint::black_box(message));
    if again == *digest { Ok(()) } else { Err(Status::JWT_ERR_SIGNATURE) }
}
