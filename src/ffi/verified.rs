//! The claims of a token that was accepted, by name.

use core::ffi::c_char;

use super::memory::{Outputs, fill};
use super::room::{Room, fill_text};
use super::types::jwt_str;
use super::verify::jwt_verified;
use crate::json::number::Number;
use crate::json::read::{Object, Text, texts};
use crate::status::{Status, jwt_status};

/// Copies a claim that is a text, without its escapes.
///
/// @param[in]  verified What `jwt_verify()` filled in.
/// @param[in]  name     The claim's name.
/// @param[out] out      The text and a NUL; the empty string on failure. NULL to ask for the length only.
/// @param[in]  out_size Room at `out`, in bytes; 0 where `out` is NULL.
/// @param[out] out_len  Length of the text in bytes, without the NUL; 0 on failure, but see below.
/// @retval JWT_OK                   Copied; or, where `out` is NULL, measured.
/// @retval JWT_ERR_BUFFER_TOO_SMALL `out_size` is less than `*out_len + 1`; `*out_len` is the text's length.
/// @retval JWT_ERR_NOT_VERIFIED     There is no accepted token behind `verified`.
/// @retval JWT_ERR_UTF8             The name is not UTF-8.
/// @retval JWT_REJECT_MISSING_CLAIM There is no such claim.
/// @retval JWT_REJECT_CLAIM_TYPE    It is not a text, or one with a NUL in it, which would end early in C.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_verified_text(
    verified: *const jwt_verified,
    name: jwt_str,
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
) -> jwt_status {
    // SAFETY: the caller's promises, as in all of this interface.
    unsafe {
        fill_text(out, out_size, out_len, |inputs, room| {
            copy(Text::of(claim(inputs, verified, inputs.text(name)?)?), room)
        })
    }
}

/// Copies one of the audiences of a token: `aud` is a text or an array of texts (RFC 7519 section 4.1.3).
///
/// Parameters and results as for `jwt_verified_text()`.
///
/// @param[in]  verified What `jwt_verify()` filled in.
/// @param[in]  index    Which: 0 is the first, and where `aud` is a text the only one.
/// @param[out] out      As for `jwt_verified_text()`.
/// @param[in]  out_size As for `jwt_verified_text()`.
/// @param[out] out_len  As for `jwt_verified_text()`.
/// @retval JWT_REJECT_MISSING_CLAIM There is no `aud`, or it has no more than `index` entries.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_verified_audience(
    verified: *const jwt_verified,
    index: usize,
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill_text(out, out_size, out_len, |inputs, room| {
            let mut audiences = texts(claim(inputs, verified, "aud")?);
            copy(audiences.nth(index).ok_or(Status::JWT_REJECT_MISSING_CLAIM)?, room)
        })
    }
}

/// Reads a claim that is an integer, exactly: 1e3 and 1000.0 are 1000.
///
/// @param[out] integer  The integer; 0 on failure.
/// @param[in]  verified What `jwt_verify()` filled in.
/// @param[in]  name     The claim's name.
/// @retval JWT_OK                   Read.
/// @retval JWT_ERR_NOT_VERIFIED     There is no accepted token behind `verified`.
/// @retval JWT_ERR_UTF8             The name is not UTF-8.
/// @retval JWT_REJECT_MISSING_CLAIM There is no such claim.
/// @retval JWT_REJECT_CLAIM_TYPE    It is not a number, has a fraction, or does not fit.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_verified_integer(
    integer: *mut i64,
    verified: *const jwt_verified,
    name: jwt_str,
) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill(integer, |inputs, integer| {
            let number = Number::of(claim(inputs, verified, inputs.text(name)?)?);
            *integer = number.and_then(|number| number.integer()).ok_or(Status::JWT_REJECT_CLAIM_TYPE)?;
            Ok(())
        })
    }
}

/// Reads a claim that is true or false. Results as for `jwt_verified_integer()`.
///
/// @param[out] boolean  1 or 0; 0 on failure.
/// @param[in]  verified What `jwt_verify()` filled in.
/// @param[in]  name     The claim's name.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_verified_boolean(
    boolean: *mut u8,
    verified: *const jwt_verified,
    name: jwt_str,
) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill(boolean, |inputs, boolean| {
            *boolean = match claim(inputs, verified, inputs.text(name)?)? {
                "true" => 1,
                "false" => 0,
                _ => return Err(Status::JWT_REJECT_CLAIM_TYPE),
            };
            Ok(())
        })
    }
}

/// Borrows a claim as the JSON that it is: objects, arrays, numbers, texts with quotes and escapes, null. Names inside it were
/// not compared with each other. Results as for `jwt_verified_integer()`.
///
/// @param[out] json     The JSON, in the scratch; empty on failure.
/// @param[in]  verified What `jwt_verify()` filled in.
/// @param[in]  name     The claim's name.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_verified_json(
    json: *mut jwt_str,
    verified: *const jwt_verified,
    name: jwt_str,
) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill(json, |inputs, json| {
            *json = claim(inputs, verified, inputs.text(name)?)?.into();
            Ok(())
        })
    }
}

/// The value of a claim, as JSON.
///
/// # Safety
/// `verified` is NULL or points to what `jwt_verify()` filled in, or zeros, and the payload is there.
unsafe fn claim<'c>(inputs: &Outputs, verified: *const jwt_verified, name: &str) -> Result<&'c str, Status> {
    // SAFETY: the caller's promise.
    let payload = unsafe { inputs.text(inputs.read(verified)?.payload) };
    // What was accepted is UTF-8 and an object. Whoever finds something else there finds what was written since.
    let payload = payload.map_err(|status| match status {
        Status::JWT_ERR_UTF8 => Status::JWT_ERR_NOT_VERIFIED,
        status => status,
    })?;
    // Its names were compared when it was accepted.
    let claims = Object::of_form(payload).ok_or(Status::JWT_ERR_NOT_VERIFIED)?;
    claims.get(name).ok_or(Status::JWT_REJECT_MISSING_CLAIM)
}

/// Copies a text and a NUL.
fn copy(text: Option<Text<'_>>, room: &mut Room) -> Result<(), Status> {
    let text = text.filter(|text| text.chars().all(|character| character != '\0'));
    let text = text.ok_or(Status::JWT_REJECT_CLAIM_TYPE)?;
    if let Some(out) = room.lend(text.len())? {
        text.write(out);
    }
    Ok(())
}
