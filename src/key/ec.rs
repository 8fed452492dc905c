//! P-256 keys: the scalar of an ECPrivateKey (RFC 5915 section 3), the point of a SubjectPublicKeyInfo.

use zeroize::Zeroizing;

use super::container::{self, Encoded, EncodedEc};
use super::pem;
use crate::der::{self, Reader};
use crate::sign::es256::{COMPRESSED_POINT_LEN, POINT_LEN, SCALAR_LEN, check_pair, check_point, check_scalar};
use crate::status::Status;

/// More than the DER of any P-256 key with a named curve (138 bytes in PKCS#8), and enough of every other to tell what
/// it is.
const DER_ROOM: usize = 384;

/// 1.2.840.10045.3.1.7, secp256r1 (RFC 5480 section 2.1.1.1).
const P_256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// A public point, uncompressed.
type Point = [u8; POINT_LEN];

/// A private scalar, written in place: a value that moved would leave copies behind.
pub type Scalar = [u8; SCALAR_LEN];

/// The private key in a DER: SEC1 or PKCS#8.
pub fn private_from_der(der: &[u8], scalar: &mut Scalar) -> Result<(), Status> {
    match container::private_key(der)? {
        Encoded::Ec(encoded) => private_from_encoded(&encoded, scalar),
        Encoded::Rsa(_) => Err(Status::JWT_ERR_KEY_ALGORITHM),
    }
}

/// The first private key in a PEM text.
pub fn private_from_pem(text: &[u8], scalar: &mut Scalar) -> Result<(), Status> {
    let mut room = Zeroizing::new([0; DER_ROOM]);
    private_from_der(decode_pem(text, pem::Wanted::Private, &mut room)?, scalar)
}

/// The private key from its 32 bytes.
pub fn private_from_raw(raw: &[u8], scalar: &mut Scalar) -> Result<(), Status> {
    *scalar = *<&Scalar>::try_from(raw).map_err(|_| Status::JWT_ERR_KEY_MALFORMED)?;
    check_scalar(scalar)
}

/// The private key out of its container, checked against the public key where that stands beside it.
pub fn private_from_encoded(encoded: &EncodedEc<'_>, scalar: &mut Scalar) -> Result<(), Status> {
    let fields = Fields::read(encoded.key).ok_or(Status::JWT_ERR_KEY_MALFORMED)?;
    // The curve may be named around the key, in it, or both.
    let around = encoded.parameters.clone();
    let within = fields.parameters.map(Reader::new);
    if around.is_some() && within.is_some() {
        check_curve(within.clone())?;
    }
    check_curve(around.or(within))?;
    der::pad_left(fields.scalar, scalar).ok_or(Status::JWT_ERR_KEY_MALFORMED)?;
    check_scalar(scalar)?;
    for point in [fields.point, encoded.point].into_iter().flatten() {
        match (point.first(), point.len()) {
            (Some(4), POINT_LEN) | (Some(2 | 3), COMPRESSED_POINT_LEN) => check_pair(scalar, point)?,
            _ => return Err(Status::JWT_ERR_KEY_MALFORMED),
        }
    }
    Ok(())
}

/// The public key in a SubjectPublicKeyInfo.
pub fn public_from_der(der: &[u8]) -> Result<Point, Status> {
    match container::public_key(der)? {
        Encoded::Ec(encoded) => {
            check_curve(encoded.parameters)?;
            public_from_raw(encoded.key)
        }
        Encoded::Rsa(_) => Err(Status::JWT_ERR_KEY_ALGORITHM),
    }
}

/// The first public key in a PEM text.
pub fn public_from_pem(text: &[u8]) -> Result<Point, Status> {
    public_from_der(decode_pem(text, pem::Wanted::Public, &mut [0; DER_ROOM])?)
}

/// The public key from its 65 bytes: 4, x, y.
pub fn public_from_raw(point: &[u8]) -> Result<Point, Status> {
    let point = <&Point>::try_from(point).map_err(|_| Status::JWT_ERR_KEY_MALFORMED)?;
    check_point(point)?;
    Ok(*point)
}

fn decode_pem<'d>(text: &[u8], wanted: pem::Wanted, room: &'d mut [u8; DER_ROOM]) -> Result<&'d [u8], Status> {
    let len = pem::decode(text, wanted, room)?;
    room.get(..len).ok_or_else(|| container::why_too_long_for_p256(room))
}

/// Whether P-256 is what the parameters name.
fn check_curve(parameters: Option<Reader<'_>>) -> Result<(), Status> {
    let name = parameters.and_then(|mut reader| reader.element(der::OBJECT_IDENTIFIER).filter(|_| reader.is_empty()));
    if name == Some(P_256) { Ok(()) } else { Err(Status::JWT_ERR_KEY_CURVE) }
}

/// The fields of an ECPrivateKey (RFC 5915 section 3).
struct Fields<'a> {
    scalar: &'a [u8],
    parameters: Option<&'a [u8]>,
    point: Option<&'a [u8]>,
}

impl<'a> Fields<'a> {
    fn read(sec1: &'a [u8]) -> Option<Self> {
        let mut outer = Reader::new(sec1);
        let mut reader = Reader::new(outer.element(der::SEQUENCE)?);
        let version = reader.unsigned()?;
        let scalar = reader.element(der::OCTET_STRING)?;
        let parameters = reader.optional(der::context(0))?;
        let point = match reader.optional(der::context(1))? {
            Some(wrapped) => {
                let mut reader = Reader::new(wrapped);
                Some(reader.bit_string().filter(|_| reader.is_empty())?)
            }
            None => None,
        };
        let whole = version == [1] && outer.is_empty() && reader.is_empty();
        whole.then_some(Self { scalar, parameters, point })
    }
}
