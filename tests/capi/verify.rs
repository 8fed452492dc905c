//! The calls that check tokens, with just the scratch that they ask for.

use std::mem::zeroed;
use std::ptr::null_mut;
use std::slice;

use jwt_mint::ffi::hs256::jwt_hs256_verifier;
use jwt_mint::ffi::types::{jwt_bytes, jwt_str};
use jwt_mint::ffi::verify::{jwt_policy, jwt_verified, jwt_verify, jwt_verify_jws};

use super::{Hs256, Status, Verifier, optional, write};

impl Hs256 {
    pub fn verifier(&self) -> Verifier<'_> {
        Verifier { raw: jwt_hs256_verifier(&self.0), key: std::marker::PhantomData }
    }
}

/// What a token must say. The default is the header's: zeros.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    pub now: i64,
    pub lifetime_max: i64,
    pub audience: Option<String>,
    pub allow_any_audience: bool,
}

/// `jwt_verify()`: the payload's JSON.
pub fn verify(token: &[u8], verifier: &Verifier<'_>, policy: &Policy) -> Result<String, Status> {
    // SAFETY: zero is a value of every C struct; the texts outlive the call.
    let mut raw: jwt_policy = unsafe { zeroed() };
    (raw.now, raw.lifetime_max) = (policy.now, policy.lifetime_max);
    raw.audience = optional(policy.audience.as_ref());
    raw.allow_any_audience = policy.allow_any_audience.into();
    let payload = call(|claims: &mut jwt_verified, out, size, len| {
        let token = jwt_str { ptr: token.as_ptr().cast(), len: token.len() };
        // SAFETY: as C calls it.
        let status = unsafe { jwt_verify(claims, token, &verifier.raw, 1, &raw, out, size, len) };
        (status, jwt_bytes { ptr: claims.payload.ptr.cast(), len: claims.payload.len })
    })?;
    Ok(String::from_utf8(payload).expect("what is accepted is UTF-8"))
}

/// `jwt_verify_jws()`: the payload.
pub fn verify_jws(jws: &[u8], verifier: &Verifier<'_>) -> Result<Vec<u8>, Status> {
    call(|payload: &mut jwt_bytes, out, size, len| {
        let jws = jwt_str { ptr: jws.as_ptr().cast(), len: jws.len() };
        // SAFETY: as C calls it.
        (unsafe { jwt_verify_jws(payload, jws, &verifier.raw, 1, out, size, len) }, *payload)
    })
}

/// Asks for the scratch that is needed, gives it, and holds what comes out against what the header says of all calls.
fn call<T>(verify: impl Fn(&mut T, *mut u8, usize, *mut usize) -> (Status, jwt_bytes)) -> Result<Vec<u8>, Status> {
    // SAFETY: zero is a value of every C struct.
    let mut object: T = unsafe { zeroed() };
    let mut needed = usize::MAX;
    match verify(&mut object, null_mut(), 0, &raw mut needed).0 {
        Status::JWT_ERR_BUFFER_TOO_SMALL => assert_ne!(needed, 0),
        Status::JWT_OK => panic!("accepted without scratch"),
        status => {
            assert_eq!(needed, 0, "{status:?} told a length");
            return Err(status);
        }
    }
    let mut payload = Vec::new();
    let written = write(needed, |out, size, len| {
        let (status, found) = verify(&mut object, out, size, len);
        if status == Status::JWT_OK {
            assert_eq!(found.ptr, out.cast_const(), "the payload is in the scratch");
            // SAFETY: that much of the scratch has been written.
            payload = unsafe { slice::from_raw_parts(found.ptr, found.len) }.to_vec();
        } else {
            assert!(found.ptr.is_null() && found.len == 0, "{status:?} left something");
        }
        status
    });
    match written {
        Ok(_) => Ok(payload),
        Err((status, left)) => {
            assert!(left.iter().all(|&byte| byte == 0), "{status:?} left something in the scratch");
            Err(status)
        }
    }
}

/// The token of a header and a payload as they are, with whatever signature `sign` makes.
pub fn forge(header: &[u8], payload: &[u8], sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    use base64ct::{Base64UrlUnpadded, Encoding};

    let mut token = [header, payload].map(Base64UrlUnpadded::encode_string).join(".");
    let signature = sign(token.as_bytes());
    token.push('.');
    token.push_str(&Base64UrlUnpadded::encode_string(&signature));
    token.into_bytes()
}
