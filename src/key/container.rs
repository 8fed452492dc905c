//! What a DER holds: the containers in which keys come, told apart by their first elements.

use crate::der::{self, Reader};
use crate::status::Status;

/// A key, still encoded, out of its container.
pub enum Encoded<'a> {
    Ec(EncodedEc<'a>),
    /// An RSAPrivateKey or RSAPublicKey (RFC 8017 appendix A.1).
    Rsa(&'a [u8]),
}

/// Private: an ECPrivateKey (RFC 5915 section 3). Public: a point (SEC 1 section 2.3.3).
pub struct EncodedEc<'a> {
    pub key: &'a [u8],
    /// The parameters of the algorithm (RFC 5480 section 2.1.1); `None` where only the key itself could name them.
    pub parameters: Option<Reader<'a>>,
    /// The public key beside a private one in PKCS#8's second version.
    pub point: Option<&'a [u8]>,
}

/// 1.2.840.10045.2.1, id-ecPublicKey (RFC 5480 section 2.1.1).
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// 1.2.840.113549.1.1.1, rsaEncryption (RFC 8017 appendix A.1).
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// The primitive context-specific element `[1]`: the public key of PKCS#8's second version (RFC 5958 section 2).
const PKCS8_PUBLIC_KEY: u8 = 0x81;

/// The private key in a SEC1, PKCS#1 or PKCS#8 container, or what it is that was handed in instead.
pub fn private_key(der: &[u8]) -> Result<Encoded<'_>, Status> {
    let contents = outer_sequence(der)?;
    let mut reader = Reader::new(contents);
    if reader.peek() == Some(der::SEQUENCE) {
        return Err(match second_tag(contents) {
            Some(der::BIT_STRING) => Status::JWT_ERR_KEY_IS_PUBLIC,
            other => not_a_key(other),
        });
    }
    let version = reader.unsigned().ok_or(Status::JWT_ERR_KEY_MALFORMED)?;
    match (version, reader.peek()) {
        ([1], Some(der::OCTET_STRING)) => Ok(Encoded::Ec(EncodedEc { key: der, parameters: None, point: None })),
        ([], Some(der::SEQUENCE)) => pkcs8(reader, false),
        ([1], Some(der::SEQUENCE)) => pkcs8(reader, true),
        ([] | [1], Some(der::INTEGER)) => Ok(Encoded::Rsa(der)),
        // A modulus where the version would be.
        (_, Some(der::INTEGER)) => Err(Status::JWT_ERR_KEY_IS_PUBLIC),
        _ => Err(Status::JWT_ERR_KEY_MALFORMED),
    }
}

/// The public key in a SubjectPublicKeyInfo (RFC 5280 section 4.1) or PKCS#1 container, or what was handed in instead.
pub fn public_key(der: &[u8]) -> Result<Encoded<'_>, Status> {
    let contents = outer_sequence(der)?;
    let mut reader = Reader::new(contents);
    if reader.peek() == Some(der::SEQUENCE) {
        return match second_tag(contents) {
            Some(der::BIT_STRING) => {
                let algorithm = reader.element(der::SEQUENCE);
                let key = reader.bit_string();
                of_algorithm(algorithm, key, None, &reader)
            }
            other => Err(not_a_key(other)),
        };
    }
    match reader.unsigned() {
        // A version: every private key begins with one.
        Some([] | [1]) => Err(Status::JWT_ERR_KEY_IS_PRIVATE),
        Some(_) if reader.peek() == Some(der::INTEGER) => Ok(Encoded::Rsa(der)),
        _ => Err(Status::JWT_ERR_KEY_MALFORMED),
    }
}

/// PrivateKeyInfo (RFC 5958 section 2) from behind its version. The second one may have the public key too.
fn pkcs8(mut reader: Reader<'_>, second_version: bool) -> Result<Encoded<'_>, Status> {
    let algorithm = reader.element(der::SEQUENCE);
    let key = reader.element(der::OCTET_STRING);
    // Attributes: of no use here.
    reader.optional(der::context(0)).ok_or(Status::JWT_ERR_KEY_MALFORMED)?;
    let public = if second_version { reader.optional(PKCS8_PUBLIC_KEY) } else { Some(None) };
    let public = match public.ok_or(Status::JWT_ERR_KEY_MALFORMED)? {
        Some(bits) => Some(bits.strip_prefix(&[0]).ok_or(Status::JWT_ERR_KEY_MALFORMED)?),
        None => None,
    };
    of_algorithm(algorithm, key, public, &reader)
}

/// The key that belongs to an AlgorithmIdentifier (RFC 5280 section 4.1.1.2), with nothing left behind the two.
fn of_algorithm<'a>(
    algorithm: Option<&'a [u8]>,
    key: Option<&'a [u8]>,
    point: Option<&'a [u8]>,
    behind: &Reader<'_>,
) -> Result<Encoded<'a>, Status> {
    let (Some(algorithm), Some(key), true) = (algorithm, key, behind.is_empty()) else {
        return Err(Status::JWT_ERR_KEY_MALFORMED);
    };
    let mut parameters = Reader::new(algorithm);
    match parameters.element(der::OBJECT_IDENTIFIER) {
        Some(EC_PUBLIC_KEY) => Ok(Encoded::Ec(EncodedEc { key, parameters: Some(parameters), point })),
        // The parameters are NULL (RFC 8017 appendix A.1); some leave them out.
        Some(RSA_ENCRYPTION) if parameters.is_empty() => Ok(Encoded::Rsa(key)),
        Some(RSA_ENCRYPTION) => match (parameters.element(der::NULL), parameters.is_empty()) {
            (Some([]), true) => Ok(Encoded::Rsa(key)),
            _ => Err(Status::JWT_ERR_KEY_MALFORMED),
        },
        Some(_) => Err(Status::JWT_ERR_KEY_ALGORITHM),
        None => Err(Status::JWT_ERR_KEY_MALFORMED),
    }
}

/// Why a DER, of which only the beginning is there, holds no key on P-256: it is longer than any of them.
pub fn why_too_long_for_p256(beginning: &[u8]) -> Status {
    let mut reader = Reader::new(beginning);
    let algorithm = reader.enter(der::SEQUENCE).and_then(|()| {
        // A private key's version. A public RSA key begins with its modulus, which may not be there as a whole.
        if reader.peek() == Some(der::INTEGER) && reader.unsigned().is_none() {
            return Some(RSA_ENCRYPTION);
        }
        match reader.peek()? {
            der::INTEGER => Some(RSA_ENCRYPTION),
            der::OCTET_STRING => Some(EC_PUBLIC_KEY),
            _ => {
                reader.enter(der::SEQUENCE)?;
                reader.element(der::OBJECT_IDENTIFIER)
            }
        }
    });
    match algorithm {
        Some(EC_PUBLIC_KEY) => Status::JWT_ERR_KEY_CURVE,
        Some(_) => Status::JWT_ERR_KEY_ALGORITHM,
        None => Status::JWT_ERR_KEY_MALFORMED,
    }
}

/// The contents of the one SEQUENCE that `der` is.
fn outer_sequence(der: &[u8]) -> Result<&[u8], Status> {
    let mut outer = Reader::new(der);
    outer.element(der::SEQUENCE).filter(|_| outer.is_empty()).ok_or(Status::JWT_ERR_KEY_MALFORMED)
}

fn second_tag(contents: &[u8]) -> Option<u8> {
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
