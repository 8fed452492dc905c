//! What a DER holds: the containers in which keys come, told apart by their first elements.

use super::ec;
use crate::der::{self, Reader};
use crate::status::Status;

/// A key, still encoded, out of its container.
pub enum Encoded<'a> {
    /// Private: an ECPrivateKey (RFC 5915 section 3). Public: a point (SEC 1 section 2.3.3). The curve is P-256.
    Ec(&'a [u8]),
    /// An RSAPrivateKey or RSAPublicKey (RFC 8017 appendix A.1).
    Rsa(&'a [u8]),
}

/// 1.2.840.10045.2.1, id-ecPublicKey (RFC 5480 section 2.1.1).
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// 1.2.840.113549.1.1.1, rsaEncryption (RFC 8017 appendix A.1).
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// The primitive context-specific element `[1]`: the public key of PKCS#8's second version (RFC 5958 section 2).
const PKCS8_PUBLIC_KEY: u8 = 0x81;

/// The private key in a SEC1, PKCS#1 or PKCS#8 container, or what it is that was handed in instead.
///
/// `der` may be cut short behind the names of algorithm and curve: then an empty key comes out, of the right kind.
pub fn private_key(der: &[u8]) -> Result<Encoded<'_>, Status> {
    let contents = outer_sequence(der)?;
    let mut reader = Reader::new(contents);
    if reader.peek() == Some(der::SEQUENCE) {
        return Err(match second_element(contents) {
            Some(der::BIT_STRING) => Status::JWT_ERR_KEY_IS_PUBLIC,
            other => not_a_key(other),
        });
    }
    let version = reader.unsigned().ok_or(Status::JWT_ERR_KEY_MALFORMED)?;
    match (version, reader.peek()) {
        ([1], Some(der::OCTET_STRING)) => {
            ec::check_curve(contents)?;
            Ok(Encoded::Ec(der))
        }
        ([] | [1], Some(der::SEQUENCE)) => pkcs8(reader),
        ([] | [1], Some(der::INTEGER)) => Ok(Encoded::Rsa(der)),
        // A modulus where the version would be.
        (_, Some(der::INTEGER)) => Err(Status::JWT_ERR_KEY_IS_PUBLIC),
        _ => Err(Status::JWT_ERR_KEY_MALFORMED),
    }
}

/// The public key in a SubjectPublicKeyInfo (RFC 5280 section 4.1) or PKCS#1 container, or what was handed in instead.
/// As for [`private_key`], `der` may be cut short.
pub fn public_key(der: &[u8]) -> Result<Encoded<'_>, Status> {
    let contents = outer_sequence(der)?;
    let mut reader = Reader::new(contents);
    if reader.peek() == Some(der::SEQUENCE) {
        let kind = match second_element(contents) {
            Some(der::BIT_STRING) => kind(reader.element(der::SEQUENCE).unwrap_or_default())?,
            other => return Err(not_a_key(other)),
        };
        let key = reader.bit_string().unwrap_or_default();
        return finished(&reader, kind, key);
    }
    match reader.unsigned() {
        // A version: every private key begins with one.
        Some([] | [1]) => Err(Status::JWT_ERR_KEY_IS_PRIVATE),
        Some(_) if reader.peek() == Some(der::INTEGER) => Ok(Encoded::Rsa(der)),
        _ => Err(Status::JWT_ERR_KEY_MALFORMED),
    }
}

/// PrivateKeyInfo (RFC 5958 section 2) from behind its version.
fn pkcs8(mut reader: Reader<'_>) -> Result<Encoded<'_>, Status> {
    let kind = kind(reader.element(der::SEQUENCE).ok_or(Status::JWT_ERR_KEY_MALFORMED)?)?;
    let key = reader.element(der::OCTET_STRING).unwrap_or_default();
    for tag in [der::context(0), PKCS8_PUBLIC_KEY] {
        reader.optional(tag).ok_or(Status::JWT_ERR_KEY_MALFORMED)?;
    }
    finished(&reader, kind, key)
}

fn finished<'a>(reader: &Reader<'_>, kind: Kind, key: &'a [u8]) -> Result<Encoded<'a>, Status> {
    match kind {
        // An empty key was cut short, so that something is left.
        _ if !reader.is_empty() && !key.is_empty() => Err(Status::JWT_ERR_KEY_MALFORMED),
        Kind::Ec => Ok(Encoded::Ec(key)),
        Kind::Rsa => Ok(Encoded::Rsa(key)),
    }
}

enum Kind {
    Ec,
    Rsa,
}

/// The kind of key that an AlgorithmIdentifier names (RFC 5280 section 4.1.1.2).
fn kind(algorithm: &[u8]) -> Result<Kind, Status> {
    let mut reader = Reader::new(algorithm);
    match reader.element(der::OBJECT_IDENTIFIER) {
        Some(EC_PUBLIC_KEY) => ec::check_named_curve(&mut reader).map(|()| Kind::Ec),
        Some(RSA_ENCRYPTION) => Ok(Kind::Rsa),
        Some(_) => Err(Status::JWT_ERR_KEY_ALGORITHM),
        None => Err(Status::JWT_ERR_KEY_MALFORMED),
    }
}

/// The contents of the one SEQUENCE that `der` is, or of the beginning of it.
fn outer_sequence(der: &[u8]) -> Result<&[u8], Status> {
    der::sequence_or_beginning(der).ok_or(Status::JWT_ERR_KEY_MALFORMED)
}

fn second_element(contents: &[u8]) -> Option<u8> {
    let mut reader = Reader::new(contents);
    reader.element(der::SEQUENCE)?;
    reader.peek()
}

/// What begins with a SEQUENCE and goes on with `second` instead of a public key's bits.
const fn not_a_key(second: Option<u8>) -> Status {
    match second {
        // EncryptedPrivateKeyInfo (RFC 5958 section 3).
        Some(der::OCTET_STRING) => Status::JWT_ERR_KEY_ENCRYPTED,
        // Certificate (RFC 5280 section 4.1): signed part, algorithm, signature.
        Some(der::SEQUENCE) => Status::JWT_ERR_KEY_IS_CERTIFICATE,
        _ => Status::JWT_ERR_KEY_MALFORMED,
    }
}
