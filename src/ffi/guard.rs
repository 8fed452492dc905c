//! An HTTP endpoint guarded: the token out of the request, the verdict into the answer.

use core::ffi::c_char;
use core::ptr;

use super::memory::fill_with_buffer;
use super::signer::jwt_verifier;
use super::types::jwt_str;
use super::verify::{accept, jwt_policy, jwt_verified, read_policy, read_verifiers};
use crate::guard::{Credentials, answer};
use crate::status::{Status, jwt_status};

/// The headers of a request in which a token may be. A header that the request does not have is NULL; of one that it has
/// several times, refuse the request.
#[repr(C)]
pub struct jwt_http_request {
    /// The value of `Authorization`: `Bearer <token>` (RFC 6750 section 2.1; any case, one space or more).
    pub authorization: jwt_str,
    /// The value of `ClearBlade-UserToken`: the token alone.
    pub user_token: jwt_str,
    /// Answer to a token that is not good: 0 for 403, anything else for 401, as RFC 6750 section 3.1 has it.
    pub unauthorized_for_bad_token: u8,
}

/// What to answer to a request.
#[repr(C)]
pub struct jwt_http_answer {
    /// 200: the token was accepted, go on. 401: no token, or as `unauthorized_for_bad_token` says. 403: a token that is not
    /// good. 500: the call could not be carried out; the fault is the server's.
    pub code: u32,
    /// Why: what `jwt_verify()` returned; `JWT_REJECT_NO_CREDENTIALS` where the request has no token.
    pub status: jwt_status,
    /// The value of the answer's `WWW-Authenticate` header (RFC 6750 section 3), which lasts for ever; NULL with 200 and 500.
    pub www_authenticate: *const c_char,
}

/// Checks the token of an HTTP request as `jwt_verify()` does. Only 200 lets the request through.
///
/// A request with a Bearer token and a user token is answered as `JWT_REJECT_MALFORMED`. `Authorization` of another scheme, or
/// of `Bearer` alone, and an empty header are no token. Blanks around a value are allowed (RFC 9110 section 5.6.3). A token that
/// is too long for the library or the scratch is answered as one that is not good. Policy, verifiers and scratch are looked at
/// first: where they are at fault every request is answered with 500.
///
/// @param[out] verified       As for `jwt_verify()`; empty unless the code is 200.
/// @param[in]  request        Where to find the token.
/// @param[in]  verifiers      As for `jwt_verify()`.
/// @param[in]  verifier_count As for `jwt_verify()`.
/// @param[in]  policy         As for `jwt_verify()`.
/// @param[out] scratch        As for `jwt_verify()`.
/// @param[in]  scratch_size   As for `jwt_verify()`.
/// @param[out] scratch_len    As for `jwt_verify()`.
/// @return The answer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_guard_http(
    verified: *mut jwt_verified,
    request: *const jwt_http_request,
    verifiers: *const jwt_verifier,
    verifier_count: usize,
    policy: *const jwt_policy,
    scratch: *mut u8,
    scratch_size: usize,
    scratch_len: *mut usize,
) -> jwt_http_answer {
    let mut unauthorized_for_bad_token = false;
    let mut is_ready = false;
    // SAFETY: the caller's promises, as in all of this interface.
    let status = unsafe {
        fill_with_buffer(verified, (scratch, scratch_size, scratch_len), |inputs, verified, scratch, len| {
            let request: &jwt_http_request = inputs.read(request)?;
            unauthorized_for_bad_token = request.unauthorized_for_bad_token != 0;
            let policy = read_policy(inputs, policy)?;
            let verifiers = read_verifiers(inputs, verifiers, verifier_count)?;
            if scratch.is_empty() {
                return Err(Status::JWT_ERR_BUFFER_TOO_SMALL);
            }
            is_ready = true;
            let credentials = Credentials {
                authorization: inputs.raw_text(request.authorization)?,
                user_token: inputs.raw_text(request.user_token)?,
            };
            *verified = accept(inputs, credentials.token()?, verifiers, &policy, scratch, len)?;
            Ok(())
        })
    };
    // What went wrong before the request was looked at is not the client's fault.
    let (code, challenge) = if is_ready { answer(status, unauthorized_for_bad_token) } else { (500, None) };
    jwt_http_answer { code, status, www_authenticate: challenge.map_or(ptr::null(), |text| text.as_ptr()) }
}
