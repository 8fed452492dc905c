//! From a request's headers to the token in them, and from a verdict to what HTTP says of it (RFC 9110, RFC 6750).

use core::ffi::CStr;

use crate::status::Status;

/// The values of a request's headers; empty where it has no such header.
pub struct Credentials<'r> {
    /// `Authorization`: a scheme, then a token.
    pub authorization: &'r [u8],
    /// `ClearBlade-UserToken`: a token alone.
    pub user_token: &'r [u8],
}

impl<'r> Credentials<'r> {
    /// The one token that the request bears.
    pub fn token(&self) -> Result<&'r [u8], Status> {
        let bare = Some(trimmed(self.user_token)).filter(|token| !token.is_empty());
        match (bearer(self.authorization), bare) {
            (Some(token), None) | (None, Some(token)) => Ok(token),
            (None, None) => Err(Status::JWT_REJECT_NO_CREDENTIALS),
            // RFC 6750 section 2: no more than one method in a request.
            (Some(_), Some(_)) => Err(Status::JWT_REJECT_MALFORMED),
        }
    }
}

/// The token of `Bearer <token>` (RFC 9110 section 11.4: any case, one space or more); `None` where the scheme is another or
/// nothing follows it.
fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, mut token) = trimmed(value).split_at_checked(b"Bearer".len())?;
    token = token.strip_prefix(b" ")?;
    while let Some(rest) = token.strip_prefix(b" ") {
        token = rest;
    }
    scheme.eq_ignore_ascii_case(b"Bearer").then_some(token)
}

/// Without the blanks that a field's value may have around it (RFC 9110 section 5.6.3).
fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// The code of an answer, and the value of its `WWW-Authenticate` header where it has one (RFC 6750 section 3).
pub fn answer(status: Status, unauthorized_for_bad_token: bool) -> (u32, Option<&'static CStr>) {
    let challenge = match status {
        Status::JWT_OK => return (200, None),
        Status::JWT_REJECT_NO_CREDENTIALS => return (401, Some(c"Bearer")),
        Status::JWT_REJECT_EXPIRED => c"Bearer error=\"invalid_token\", error_description=\"The token expired\"",
        // What is too long to be looked at is the request's fault.
        Status::JWT_ERR_TOO_LONG | Status::JWT_ERR_BUFFER_TOO_SMALL => c"Bearer error=\"invalid_token\"",
        status if status.is_reject() => c"Bearer error=\"invalid_token\"",
        _ => return (500, None),
    };
    (if unauthorized_for_bad_token { 401 } else { 403 }, Some(challenge))
}
