//! ES256: ECDSA on P-256 with SHA-256 (RFC 7518 section 3.4, FIPS 186-5 section 6.4), nonces by RFC 6979.

use core::hint::black_box;

use zeroize::Zeroizing;

use super::{Algorithm, MessageDigest, Signer, Verifier, residue::wipe_stack, rfc6979::nonce};
use crate::arith::limbs::Limb;
use crate::arith::p256::point::{Affine, Point};
use crate::arith::p256::scalar::{self, Scalar};
use crate::arith::p256::{Number, comb, from_be_bytes, is_zero, joint, write_be_bytes};
use crate::copy::copy;
use crate::status::Status;

/// Bytes of a private scalar.
pub const SCALAR_LEN: usize = 32;
/// Bytes of an uncompressed public point (SEC 1 section 2.3.3).
pub const POINT_LEN: usize = 65;
/// Bytes of a compressed public point.
pub const COMPRESSED_POINT_LEN: usize = 33;
/// Bytes of a signature: r, then s.
pub const SIGNATURE_LEN: usize = 64;

/// More stack, in words, than any build of ours needs below a call after which it is wiped. With the leaves in assembly it is less.
const STACK_WORDS: usize = match (cfg!(debug_assertions), cfg!(target_pointer_width = "32"), cfg!(jwt_mint_dsp)) {
    (true, ..) => 16 * 1024,
    (false, true, true) => 968,
    (false, true, false) => 1280,
    (false, false, _) => 4 * 1024,
} / size_of::<u32>();

/// A private key.
#[derive(Clone, Copy)]
pub struct Es256PrivateKey<'k> {
    /// Such as [`check_scalar`] found good.
    pub scalar: &'k [u8; SCALAR_LEN],
    /// What goes into the nonces beside scalar and digest (RFC 6979 section 3.6). Empty: nothing (section 3.2).
    pub entropy: &'k [u8],
}

/// The key as it was come by twice, so that a fault in a reference to it meets one of the two signatures alone.
pub struct Es256Signer<'k> {
    pub keys: [Es256PrivateKey<'k>; 2],
}

/// A public key: a point that [`check_point`] found good.
pub struct Es256Verifier<'k> {
    pub point: &'k [u8; POINT_LEN],
}

/// Whether `scalar` lies in 1 to n - 1.
pub fn check_scalar(scalar: &[u8; SCALAR_LEN]) -> Result<(), Status> {
    let good = is_good(scalar);
    wipe_stack::<STACK_WORDS>();
    if good { Ok(()) } else { Err(Status::JWT_ERR_KEY_INCONSISTENT) }
}

#[inline(never)]
fn is_good(scalar: &[u8; SCALAR_LEN]) -> bool {
    scalar::is_in_range(&from_be_bytes(scalar))
}

/// Whether `point`, uncompressed or compressed, is that of a scalar that [`check_scalar`] found good.
pub fn check_pair(scalar: &[u8; SCALAR_LEN], point: &[u8]) -> Result<(), Status> {
    let found = is_pair(scalar, point);
    wipe_stack::<STACK_WORDS>();
    if found { Ok(()) } else { Err(Status::JWT_ERR_KEY_INCONSISTENT) }
}

#[inline(never)]
fn is_pair(scalar: &[u8; SCALAR_LEN], point: &[u8]) -> bool {
    let Some((&[tag], rest)) = point.split_first_chunk() else { return false };
    let Some((given_x, rest)) = rest.split_first_chunk() else { return false };
    let (x, y) = comb::multiply_generator(&from_be_bytes(scalar)).affine().coordinates();
    from_be_bytes(given_x) == x
        && match tag {
            4 => <&[u8; 32]>::try_from(rest).is_ok_and(|given_y| from_be_bytes(given_y) == y),
            2 | 3 => rest.is_empty() && y[0] & 1 == Limb::from(tag & 1),
            _ => false,
        }
}

/// Whether `point` is an uncompressed point on the curve.
pub fn check_point(point: &[u8; POINT_LEN]) -> Result<(), Status> {
    decode_point(point).map(|_| ()).ok_or(Status::JWT_ERR_KEY_INCONSISTENT)
}

impl Signer for Es256Signer<'_> {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn signature_len(&self) -> usize {
        SIGNATURE_LEN
    }

    /// Signs twice and compares: one fault in a deterministic signature gives the key away to whoever also has the
    /// right one. With entropy both have the same nonce as well.
    fn sign(&self, digest: &MessageDigest, _message_len: usize, signature: &mut [u8]) -> Result<(), Status> {
        // Two references, which no fault spoils both of; and for the compiler they are not the same.
        let (first_digest, second_digest) = (black_box(digest), black_box(digest));
        // Wiped on every way out: a right and a wrong one side by side are what this is about.
        let mut first = Zeroizing::new([0; SIGNATURE_LEN]);
        let mut second = Zeroizing::new([0; SIGNATURE_LEN]);
        let [first_key, second_key] = &self.keys;
        sign_unwiped(first_key, first_digest, &mut first);
        sign_unwiped(second_key, second_digest, &mut second);
        wipe_stack::<STACK_WORDS>();
        if *first != *second || signature.len() != SIGNATURE_LEN {
            return Err(Status::JWT_ERR_SIGNATURE);
        }
        copy(signature, &*first);
        // A fault may also meet the copying.
        if *signature != black_box(&*second)[..] {
            signature.fill(0);
            return Err(Status::JWT_ERR_SIGNATURE);
        }
        Ok(())
    }
}

/// FIPS 186-5 section 6.4.1; the steps are those of the standard.
#[inline(never)]
fn sign_unwiped(key: &Es256PrivateKey<'_>, digest: &MessageDigest, signature: &mut [u8; SIGNATURE_LEN]) {
    let Es256PrivateKey { scalar, entropy } = *key;
    for rejected in 0.. {
        // Steps 1 to 7.
        let k = nonce(scalar, digest, entropy, rejected);
        let r = scalar::reduce(&x_of_multiple(&k));
        // Steps 8 and 9.
        let s = s_of(&k, &r, scalar, digest);
        // Steps 10 and 11: neither is 0, or it is done again with another k.
        if !is_zero(&r) && !is_zero(&s) {
            for (half, number) in signature.as_chunks_mut().0.iter_mut().zip([&r, &s]) {
                write_be_bytes(number, half);
            }
            return;
        }
    }
}

#[inline(never)]
fn x_of_multiple(k: &Scalar) -> Number {
    comb::multiply_generator(k).affine_x()
}

/// (e + r d) / k
#[inline(never)]
fn s_of(k: &Scalar, r: &Scalar, scalar: &[u8; SCALAR_LEN], digest: &MessageDigest) -> Scalar {
    let sum = scalar::add(&scalar::from_be_bytes_reduced(digest), &scalar::multiply(r, &from_be_bytes(scalar)));
    scalar::invert(k).times(&sum)
}

impl Verifier for Es256Verifier<'_> {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn signature_len(&self) -> usize {
        SIGNATURE_LEN
    }

    /// FIPS 186-5 section 6.4.2.
    fn verify(&self, digest: &MessageDigest, signature: &[u8]) -> bool {
        let Some((r, s)) = <&[u8; SIGNATURE_LEN]>::try_from(signature).ok().and_then(parse) else { return false };
        let mut q = joint::Multiples::NONE;
        q.load(|point| load_point(self.point, point)) && sum_of_multiples(&r, &s, digest, &q).has_x_public(&r)
    }
}

#[inline(never)]
fn sum_of_multiples(r: &Scalar, s: &Scalar, digest: &MessageDigest, q: &joint::Multiples) -> Point {
    let (u1, u2) = multiples(r, s, digest);
    joint::multiply_add_public(&u1, &u2, q)
}

/// e / s and r / s
#[inline(never)]
fn multiples(r: &Scalar, s: &Scalar, digest: &MessageDigest) -> (Scalar, Scalar) {
    let inverse = scalar::invert(s);
    (inverse.times(&scalar::from_be_bytes_reduced(digest)), inverse.times(r))
}

/// Writes the point of an encoding into `loaded`; whether it is one on the curve.
#[inline(never)]
fn load_point(point: &[u8; POINT_LEN], loaded: &mut Affine) -> bool {
    let Some(found) = decode_point(point) else { return false };
    *loaded = found;
    true
}

fn decode_point(point: &[u8; POINT_LEN]) -> Option<Affine> {
    let (&[tag], coordinates) = point.split_first_chunk()?;
    let (x, rest) = coordinates.split_first_chunk()?;
    let (y, _) = rest.split_first_chunk()?;
    if tag != 4 {
        return None;
    }
    Affine::from_coordinates(&from_be_bytes(x), &from_be_bytes(y))
}

/// Whether r and s both lie in 1 to n - 1.
pub fn is_in_range(signature: &[u8; SIGNATURE_LEN]) -> bool {
    parse(signature).is_some()
}

fn parse(signature: &[u8; SIGNATURE_LEN]) -> Option<(Scalar, Scalar)> {
    let (r, rest) = signature.split_first_chunk()?;
    let (s, _) = rest.split_first_chunk()?;
    let (r, s) = (from_be_bytes(r), from_be_bytes(s));
    (scalar::is_in_range(&r) && scalar::is_in_range(&s)).then_some((r, s))
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::{Signature, SigningKey, signature::hazmat::PrehashSigner};

    use super::*;
    use crate::arith::p256::to_be_bytes;

    /// Hashing does not get there: one digest in 2^32 is not less than n.
    #[test]
    fn digest_that_is_not_less_than_n_is_reduced() {
        let key = [0x42; 32];
        let other = SigningKey::from_slice(&key).expect("a key");
        let near_n = [-1, 0, 1, 2].map(|difference: i32| {
            let mut number = scalar::N;
            number[0] = number[0].wrapping_add_signed(difference);
            to_be_bytes(&number)
        });
        for digest in near_n.iter().chain(&[[0; 32], [0xff; 32]]) {
            let mut signature = [0; 64];
            let key = Es256PrivateKey { scalar: &key, entropy: &[] };
            Es256Signer { keys: [key; 2] }.sign(digest, 0, &mut signature).expect("a signature");
            let expected: Signature = other.sign_prehash(digest).expect("a signature");
            assert_eq!(signature[..], expected.to_bytes()[..], "{digest:02x?}");
        }
    }
}
