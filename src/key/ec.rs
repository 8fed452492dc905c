//! P-256 keys: the scalar of an ECPrivateKey (RFC 5915 section 3), the point of a SubjectPublicKeyInfo.

use zeroize::Zeroizing;

use super::container::{self, Encoded};
use super::pem;
use crate::der::{self, Reader};
use crate::sign::es256::{POINT_LEN, SCALAR_LEN, check_point, check_scalar};
use crate::status::Status;

/// More than the DER of any P-256 key with a named curve (138 bytes in PKCS#8), and enough of every other to tell what
/// it is.
const DER_ROOM: usize = 384;

/// 1.2.840.10045.3.1.7, secp256r1 (RFC 5480 section 2.1.1.1).
const P_256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// A private scalar, written in place: a value that moved would leave copies behind.
pub type Scalar = [u8; SCALAR_LEN];

/// The private key in a DER: SEC1 or PKCS#8.
pub fn private_from_der(der: &[u8], scalar: &mut Scalar) -> Result<(), Status> {
    match container::private_key(der)? {
        Encoded::Ec(sec1) => private_from_sec1(sec1, scalar),
        Encoded::Rsa(_) => Err(Status::JWT_ERR_KEY_ALGORITHM),
    }
}

/// The first private key in a PEM text.
pub fn private_from_pem(text: &[u8], scalar: &mut Scalar) -> Result<(), Status> {
    let mut room = Zeroizing::new([0; DER_ROOM]);
    private_from_der(pem::decode_beginning(text, pem::Wanted::Private, &mut *room)?, scalar)
}

/// The private key from its 32 bytes.
pub fn private_from_raw(raw: &[u8], scalar: &mut Scalar) -> Result<(), Status> {
    *scalar = *<&Scalar>::try_from(raw).map_err(|_| Status::JWT_ERR_KEY_MALFORMED)?;
    check_scalar(scalar, None)
}

/// The private key in an ECPrivateKey, checked against the public key where that stands there too.
pub fn private_from_sec1(sec1: &[u8], scalar: &mut Scalar) -> Result<(), Status> {
    let (digits, point) = fields_of(sec1).ok_or(Status::JWT_ERR_KEY_MALFORMED)?;
    der::pad_left(digits, scalar).ok_or(Status::JWT_ERR_KEY_MALFORMED)?;
    check_scalar(scalar, point)
}

/// The point of the public key in a SubjectPublicKeyInfo.
pub fn public_from_der(der: &[u8]) -> Result<[u8; POINT_LEN], Status> {
    match container::public_key(der)? {
        Encoded::Ec(point) => public_from_raw(point),
        Encoded::Rsa(_) => Err(Status::JWT_ERR_KEY_ALGORITHM),
    }
}

/// The point of the first public key in a PEM text.
pub fn public_from_pem(text: &[u8]) -> Result<[u8; POINT_LEN], Status> {
    let mut room = [0; DER_ROOM];
    public_from_der(pem::decode_beginning(text, pem::Wanted::Public, &mut room)?)
}

/// The point from its 65 bytes: 4, x, y.
pub fn public_from_raw(point: &[u8]) -> Result<[u8; POINT_LEN], Status> {
    let point = <&[u8; POINT_LEN]>::try_from(point).map_err(|_| Status::JWT_ERR_KEY_MALFORMED)?;
    check_point(point)?;
    Ok(*point)
}

/// An ECPrivateKey's scalar and, where it stands there, its uncompressed public point.
fn fields_of(sec1: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let mut outer = Reader::new(sec1);
    let mut reader = Reader::new(outer.element(der::SEQUENCE)?);
    let version = reader.unsigned()?;
    let scalar = reader.element(der::OCTET_STRING)?;
    reader.optional(der::context(0))?;
    let point = match reader.optional(der::context(1))? {
        Some(wrapped) => Some(Reader::new(wrapped).bit_string()?),
        None => None,
    };
    let whole = version == [1] && outer.is_empty() && reader.is_empty();
    // A compressed point is left unchecked: it would take a square root to compare.
    whole.then_some((scalar, point.filter(|point| point.len() == POINT_LEN)))
}

/// Whether the contents of an ECPrivateKey that stands alone name P-256.
pub fn check_curve(contents: &[u8]) -> Result<(), Status> {
    let parameters = (|| {
        let mut reader = Reader::new(contents);
        reader.unsigned()?;
        reader.element(der::OCTET_STRING)?;
        reader.optional(der::context(0))
    })();
    match parameters {
        Some(Some(parameters)) => check_named_curve(&mut Reader::new(parameters)),
        // No curve is named, or its description goes on for longer than a name would.
        Some(None) => Err(Status::JWT_ERR_KEY_CURVE),
        None if contents.len() + 3 >= DER_ROOM => Err(Status::JWT_ERR_KEY_CURVE),
        None => Err(Status::JWT_ERR_KEY_MALFORMED),
    }
}

/// Whether the next element is the name of P-256.
pub fn check_named_curve(reader: &mut Reader<'_>) -> Result<(), Status> {
    match reader.element(der::OBJECT_IDENTIFIER) {
        Some(P_256) => Ok(()),
        _ => Err(Status::JWT_ERR_KEY_CURVE),
    }
}
