//! RSA keys: the numbers of an RSAPrivateKey or RSAPublicKey (RFC 8017 appendix A.1), borrowed from the DER.

use super::container::{self, Encoded};
use crate::der::{self, Reader};
use crate::sign::rs256::{RsaPrivateKey, RsaPublicKey};
use crate::status::Status;

/// The most bytes that the DER of a key takes: 4096 bits, a public exponent of 32, PKCS#8 around it.
pub const DER_LEN_MAX: usize = 2384;

/// The private key in a DER: PKCS#1 or PKCS#8. Its parts are found to belong together.
pub fn private_from_der(der: &[u8]) -> Result<RsaPrivateKey<'_>, Status> {
    match container::private_key(der)? {
        Encoded::Rsa(pkcs1) => private_from_pkcs1(pkcs1),
        Encoded::Ec(_) => Err(Status::JWT_ERR_KEY_ALGORITHM),
    }
}

/// The private key in an RSAPrivateKey.
pub fn private_from_pkcs1(pkcs1: &[u8]) -> Result<RsaPrivateKey<'_>, Status> {
    let key = private_fields(pkcs1).ok_or(Status::JWT_ERR_KEY_MALFORMED)??;
    key.check()?;
    Ok(key)
}

/// The public key in a DER: PKCS#1 or SubjectPublicKeyInfo.
pub fn public_from_der(der: &[u8]) -> Result<RsaPublicKey<'_>, Status> {
    let Encoded::Rsa(pkcs1) = container::public_key(der)? else { return Err(Status::JWT_ERR_KEY_ALGORITHM) };
    let key = public_fields(pkcs1).ok_or(Status::JWT_ERR_KEY_MALFORMED)??;
    key.check()?;
    Ok(key)
}

fn private_fields(pkcs1: &[u8]) -> Option<Result<RsaPrivateKey<'_>, Status>> {
    let mut outer = Reader::new(pkcs1);
    let mut reader = Reader::new(outer.element(der::SEQUENCE)?);
    match reader.unsigned()? {
        [] => {}
        // More than two primes (RFC 8017 appendix A.1.2).
        [1] => return Some(Err(Status::JWT_ERR_KEY_UNSUPPORTED)),
        _ => return None,
    }
    let mut numbers = [&[][..]; 8];
    for number in &mut numbers {
        *number = reader.unsigned()?;
    }
    let [modulus, public_exponent, _private_exponent, prime1, prime2, exponent1, exponent2, coefficient] = numbers;
    if !outer.is_empty() || !reader.is_empty() {
        return None;
    }
    Some(public(modulus, public_exponent).map(|public| RsaPrivateKey {
        public,
        prime1,
        prime2,
        exponent1,
        exponent2,
        coefficient,
    }))
}

fn public_fields(pkcs1: &[u8]) -> Option<Result<RsaPublicKey<'_>, Status>> {
    let mut outer = Reader::new(pkcs1);
    let mut reader = Reader::new(outer.element(der::SEQUENCE)?);
    let (modulus, exponent) = (reader.unsigned()?, reader.unsigned()?);
    (outer.is_empty() && reader.is_empty()).then(|| public(modulus, exponent))
}

/// An exponent of more than 32 bits is legal and unheard of.
fn public<'k>(modulus: &'k [u8], exponent: &[u8]) -> Result<RsaPublicKey<'k>, Status> {
    if exponent.len() > size_of::<u32>() {
        return Err(Status::JWT_ERR_KEY_UNSUPPORTED);
    }
    let exponent = exponent.iter().fold(0, |exponent, &byte| exponent << 8 | u32::from(byte));
    Ok(RsaPublicKey { modulus, exponent })
}
