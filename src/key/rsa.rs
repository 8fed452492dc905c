//! RSA keys: the numbers of an RSAPrivateKey or RSAPublicKey (RFC 8017 appendix A.1), borrowed from the DER.

use super::container::{self, Encoded};
use crate::der::{self, Reader};
use crate::sign::rs256::{RsaPrivateKey, RsaPublicKey};
use crate::status::Status;

/// The most bytes that the DER of a key takes: 4096 bits, a public exponent of 32, PKCS#8 around it.
pub const DER_LEN_MAX: usize = 2384;

/// Reads the private key in a DER: PKCS#1 or PKCS#8. Its parts are found to belong together.
pub fn private_from_der<'k>(der: &'k [u8], key: &mut RsaPrivateKey<'k>) -> Result<(), Status> {
    match container::private_key(der)? {
        Encoded::Rsa(pkcs1) => private_from_pkcs1(pkcs1, key),
        Encoded::Ec(_) => Err(Status::JWT_ERR_KEY_ALGORITHM),
    }
}

/// Reads the private key in an RSAPrivateKey, as above.
pub fn private_from_pkcs1<'k>(pkcs1: &'k [u8], key: &mut RsaPrivateKey<'k>) -> Result<(), Status> {
    let version = private_fields(pkcs1, key).ok_or(Status::JWT_ERR_KEY_MALFORMED)?;
    // More than two primes (RFC 8017 appendix A.1.2).
    if version != 0 {
        return Err(Status::JWT_ERR_KEY_UNSUPPORTED);
    }
    key.check()
}

/// The public key in a DER: PKCS#1 or SubjectPublicKeyInfo.
pub fn public_from_der(der: &[u8]) -> Result<RsaPublicKey<'_>, Status> {
    let Encoded::Rsa(pkcs1) = container::public_key(der)? else { return Err(Status::JWT_ERR_KEY_ALGORITHM) };
    let key = public_fields(pkcs1).ok_or(Status::JWT_ERR_KEY_MALFORMED)?;
    key.check()?;
    Ok(key)
}

/// Reads the numbers, where there are as many as the version says, and tells the version.
fn private_fields<'k>(pkcs1: &'k [u8], key: &mut RsaPrivateKey<'k>) -> Option<u8> {
    let mut outer = Reader::new(pkcs1);
    let mut reader = Reader::new(outer.element(der::SEQUENCE)?);
    match reader.unsigned()? {
        [] => {}
        // Their further numbers are not looked at.
        [1] => return Some(1),
        _ => return None,
    }
    for number in &mut key.numbers {
        *number = reader.unsigned()?;
    }
    (outer.is_empty() && reader.is_empty()).then_some(0)
}

fn public_fields(pkcs1: &[u8]) -> Option<RsaPublicKey<'_>> {
    let mut outer = Reader::new(pkcs1);
    let mut reader = Reader::new(outer.element(der::SEQUENCE)?);
    let (modulus, exponent) = (reader.unsigned()?, reader.unsigned()?);
    (outer.is_empty() && reader.is_empty()).then(|| RsaPublicKey::new(modulus, exponent))
}
