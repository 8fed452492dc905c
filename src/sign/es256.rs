//! ES256: ECDSA on P-256 with SHA-256 (RFC 7518 section 3.4), nonces by RFC 6979.

use ecdsa::hazmat;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{FieldBytes, NistP256, NonZeroScalar, PublicKey};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Algorithm, Signer, Verifier, residue::wipe_stack};
use crate::sink::MessageDigest;
use crate::status::Status;

/// Bytes of a private scalar.
pub const SCALAR_LEN: usize = 32;
/// Bytes of an uncompressed public point (SEC 1 section 2.3.3).
pub const POINT_LEN: usize = 65;
/// Bytes of a compressed public point.
pub const COMPRESSED_POINT_LEN: usize = 33;
/// Bytes of a signature: r, then s.
pub const SIGNATURE_LEN: usize = 64;

/// More stack than `p256` needs below one of our calls into it, in any build of ours.
const STACK: usize = if cfg!(debug_assertions) { 32 * 1024 } else { 6 * 1024 };

/// A private key: a scalar that [`check_scalar`] found good.
pub struct Es256Signer<'k> {
    pub scalar: &'k [u8; SCALAR_LEN],
}

/// A public key: a point that [`check_point`] found good.
pub struct Es256Verifier<'k> {
    pub point: &'k [u8; POINT_LEN],
}

/// Whether `scalar` lies in 1 to n - 1 and, where the key came with a public point, whether that point is its own.
pub fn check_scalar(scalar: &[u8; SCALAR_LEN], point: Option<&[u8]>) -> Result<(), Status> {
    let found = check_scalar_unwiped(scalar, point);
    wipe_stack::<STACK>();
    found
}

#[inline(never)]
fn check_scalar_unwiped(scalar: &[u8; SCALAR_LEN], point: Option<&[u8]>) -> Result<(), Status> {
    let scalar = load_scalar(scalar)?;
    let Some(point) = point else { return Ok(()) };
    let derived = PublicKey::from_secret_scalar(&scalar).to_sec1_point(point.len() == COMPRESSED_POINT_LEN);
    if derived.as_bytes() == point { Ok(()) } else { Err(Status::JWT_ERR_KEY_INCONSISTENT) }
}

/// Whether `point` is an uncompressed point on the curve.
pub fn check_point(point: &[u8; POINT_LEN]) -> Result<(), Status> {
    load_point(point).map(|_| ()).ok_or(Status::JWT_ERR_KEY_INCONSISTENT)
}

impl Signer for Es256Signer<'_> {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn signature_len(&self) -> usize {
        SIGNATURE_LEN
    }

    /// Signs twice and compares: one fault in a deterministic signature gives the key away to whoever also has the
    /// right one.
    fn sign(&self, digest: &MessageDigest, _message_len: usize, signature: &mut [u8]) -> Result<(), Status> {
        // Wiped on every way out: a right and a wrong one side by side are what this is about.
        let mut first = Zeroizing::new([0; SIGNATURE_LEN]);
        let mut second = Zeroizing::new([0; SIGNATURE_LEN]);
        let signed =
            sign_unwiped(self.scalar, digest, &mut first).and_then(|()| sign_unwiped(self.scalar, digest, &mut second));
        wipe_stack::<STACK>();
        signed?;
        if *first != *second || signature.len() != SIGNATURE_LEN {
            return Err(Status::JWT_ERR_SIGNATURE);
        }
        signature.copy_from_slice(&*first);
        Ok(())
    }
}

#[inline(never)]
fn sign_unwiped(
    scalar: &[u8; SCALAR_LEN],
    digest: &MessageDigest,
    signature: &mut [u8; SIGNATURE_LEN],
) -> Result<(), Status> {
    // The compiler must not conclude that the second signature is the first.
    let scalar = load_scalar(core::hint::black_box(scalar))?;
    let (computed, _) = hazmat::sign_prehashed_rfc6979::<NistP256, Sha256>(&scalar, digest, &[]);
    signature.copy_from_slice(&computed.to_bytes());
    Ok(())
}

fn load_scalar(scalar: &[u8; SCALAR_LEN]) -> Result<Zeroizing<NonZeroScalar>, Status> {
    NonZeroScalar::from_repr(FieldBytes::from(*scalar))
        .into_option()
        .map(Zeroizing::new)
        .ok_or(Status::JWT_ERR_KEY_INCONSISTENT)
}

impl Verifier for Es256Verifier<'_> {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn signature_len(&self) -> usize {
        SIGNATURE_LEN
    }

    fn verify(&self, digest: &MessageDigest, signature: &[u8]) -> bool {
        let (Some(key), Ok(signature)) = (load_point(self.point), parse(signature)) else { return false };
        hazmat::verify_prehashed::<NistP256>(&key.to_projective(), digest, &signature).is_ok()
    }
}

fn load_point(point: &[u8; POINT_LEN]) -> Option<PublicKey> {
    PublicKey::from_sec1_bytes(point).ok()
}

/// Whether r and s both lie in 1 to n - 1.
pub fn is_in_range(signature: &[u8; SIGNATURE_LEN]) -> bool {
    parse(signature).is_ok()
}

fn parse(signature: &[u8]) -> Result<ecdsa::Signature<NistP256>, ecdsa::Error> {
    ecdsa::Signature::from_slice(signature)
}
