//! The receiving side: a token checked, a bare JWS checked, a header looked at.

use super::memory::{Outputs, fill_with_buffer};
use super::signer::jwt_verifier;
use super::types::{jwt_bytes, jwt_str};
use crate::claims::PROFILE_LIFETIME_MAX;
use crate::header;
use crate::json::read::{Object, unescape_in_place};
use crate::policy::{self, Policy};
use crate::status::{Status, jwt_status};
use crate::verify::Compact;

/// The most verifiers that one call tries. IoT Core lets a device have three keys.
pub const JWT_VERIFIERS_MAX: usize = 3;
/// `jwt_policy.lifetime_max`: tokens may live for any time, and `iat` may be missing.
pub const JWT_LIFETIME_ANY: i64 = 9223372036854775807;
/// The most claims of a token that is accepted.
pub const JWT_CLAIMS_MAX: usize = 263;
/// The most header parameters of a token that is accepted.
pub const JWT_HEADER_PARAMETERS_MAX: usize = 32;
/// The most bytes of a header that is accepted, as JSON.
pub const JWT_HEADER_LEN_MAX: usize = 4096;

const _: () = {
    assert!(JWT_LIFETIME_ANY == i64::MAX);
    assert!(JWT_CLAIMS_MAX == policy::CLAIMS_MAX);
    assert!(JWT_CLAIMS_MAX == 7 + super::mint::JWT_OWN_CLAIMS_MAX);
    assert!(JWT_HEADER_PARAMETERS_MAX == header::PARAMETERS_MAX);
    assert!(JWT_HEADER_LEN_MAX == header::LEN_MAX);
};

/// What a token must say to be accepted. Zeroed but for `now` it is the strictest: `exp` and `iat` are there, the lifetime is
/// 24 hours at most, no clock is off, and no audience is named. Times are in seconds; `nbf` is obeyed wherever it is there.
#[repr(C)]
pub struct jwt_policy {
    /// The time now, since 1970-01-01 UTC.
    pub now: i64,
    /// As in `jwt_mqtt_claims`.
    pub clock_floor: i64,
    /// How far the clock of whoever minted the token may be off, either way. Saturates.
    pub leeway: i64,
    /// The most that `exp - iat` may be; the leeway comes on top. 0: `JWT_PROFILE_LIFETIME_MAX`. `JWT_LIFETIME_ANY`: no limit.
    pub lifetime_max: i64,
    /// Who the receiver is: `aud` must be it, or an array with it (RFC 7519 section 4.1.3). NULL: `aud` must be missing.
    pub audience: jwt_str,
    /// What `iss` must be. NULL: not asked for. Here and elsewhere, an empty text is an error: leave out what is not known.
    pub issuer: jwt_str,
    /// What `sub` must be. NULL: not asked for.
    pub subject: jwt_str,
    /// 0: `exp` must be there. Anything else: a token without it is accepted, for ever, with or without `iat`.
    pub allow_no_expiry: u8,
    /// 0: as `audience` says. Anything else, where `audience` is NULL: any `aud`, or none.
    pub allow_any_audience: u8,
}

/// The claims of a token that was accepted. They stand in the scratch: each of these structs that is in use needs a scratch of
/// its own, left alone. Zeroed, it holds none.
#[repr(C)]
pub struct jwt_verified {
    /// The payload, as JSON. To be read, not to be set: what reads claims trusts it.
    pub payload: jwt_str,
    /// Which of the verifiers found the signature good, counted from 0.
    pub verifier: usize,
}

/// What the header of a token says that nobody has checked.
#[repr(C)]
pub struct jwt_unverified_header {
    /// `alg`, unescaped, as all here, in the scratch: gone when that is used again, by `jwt_verify()` too.
    pub algorithm: jwt_str,
    /// `kid`; NULL where there is none. No NUL follows it, and there may be some in it.
    pub key_id: jwt_str,
}

/// Checks a token (RFC 7519 section 7.2): its form, its algorithm against that of the keys, its signature, and only then what
/// it says.
///
/// A signature tells which key signed, not that the token speaks of that key's owner: a device can write another's name into
/// its own token. So pass keys of one owner only, and either say who that is in `policy.subject`, or compare `sub`, or `uid`
/// and `sk` in a token for IoT Core's HTTP, with the owner of the key.
///
/// @param[out] verified       The claims of the token; empty on failure.
/// @param[in]  token          The token alone: no `Bearer`, no blanks around it.
/// @param[in]  verifiers      The keys that may have signed it. Those whose algorithm the token names are tried in turn. One
///                            that is not fit for use fails the call, whatever the token: pass those that loaded.
/// @param[in]  verifier_count How many: 1 to `JWT_VERIFIERS_MAX`.
/// @param[in]  policy         What the token must say.
/// @param[out] scratch        Where the token is decoded; borrowed by `verified`. Zeros on failure.
/// @param[in]  scratch_size   Room there, in bytes. `JWT_SCRATCH_SIZE()` bounds what is needed.
/// @param[out] scratch_len    How much of it the token needs; 0 on failure, but see below.
/// @retval JWT_OK                      Accepted. Nothing else means that.
/// @retval JWT_REJECT_MALFORMED        Not a token; or one with more than `JWT_CLAIMS_MAX` claims or
///                                     `JWT_HEADER_PARAMETERS_MAX` header parameters or `JWT_HEADER_LEN_MAX` bytes of
///                                     header, or a claim that nests deeper than `JWT_JSON_DEPTH_MAX`.
/// @retval JWT_REJECT_DUPLICATE_NAME   A name twice in the header, or twice in the payload, not in objects inside it.
/// @retval JWT_REJECT_CRITICAL_HEADER  `crit` or `b64` in the header.
/// @retval JWT_REJECT_ALGORITHM        `alg` is no verifier's: `none`, say.
/// @retval JWT_REJECT_SIGNATURE        No verifier finds the signature valid.
/// @retval JWT_REJECT_MISSING_CLAIM    A claim that the policy asks for is missing.
/// @retval JWT_REJECT_CLAIM_TYPE       `exp`, `nbf` or `iat` is not a number of seconds from 0 to 2^63 - 1, `iss` or `sub` not
///                                     a text, or `aud` neither a text nor an array of them, asked for or not. Fractions
///                                     count against the token: `exp` is rounded down, `nbf` and `iat` up.
/// @retval JWT_REJECT_ISSUER           Another `iss`.
/// @retval JWT_REJECT_SUBJECT          Another `sub`.
/// @retval JWT_REJECT_AUDIENCE         Another `aud`; or any, where the policy names none.
/// @retval JWT_REJECT_LIFETIME         `exp` is not after `iat`, or too long after it.
/// @retval JWT_REJECT_NOT_YET_VALID    `nbf` or `iat` is after `now` and the leeway.
/// @retval JWT_REJECT_EXPIRED          `now` has reached `exp` and the leeway. All else is right.
/// @retval JWT_ERR_BUFFER_TOO_SMALL    `*scratch_len` is the size that is needed; with a NULL scratch too.
/// @retval JWT_ERR_TOO_LONG            A token over 65,535 bytes, or too many verifiers.
/// @retval JWT_ERR_TIME                A time in the policy is negative.
/// @retval JWT_ERR_CLOCK               `now` is below the clock floor.
/// @retval JWT_ERR_EMPTY_CLAIM         A text in the policy is given (its pointer is not NULL) but empty.
/// @retval JWT_ERR_UTF8                A text in the policy is not UTF-8.
/// @retval JWT_ERR_KEY_NOT_LOADED      No verifiers; or one of them is zeroed, or its key empty.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_verify(
    verified: *mut jwt_verified,
    token: jwt_str,
    verifiers: *const jwt_verifier,
    verifier_count: usize,
    policy: *const jwt_policy,
    scratch: *mut u8,
    scratch_size: usize,
    scratch_len: *mut usize,
) -> jwt_status {
    // SAFETY: the caller's promises, as in all of this interface.
    unsafe {
        fill_with_buffer(verified, (scratch, scratch_size, scratch_len), |inputs, verified, scratch, len| {
            let policy = read_policy(inputs, policy)?;
            let verifiers = read_verifiers(inputs, verifiers, verifier_count)?;
            *verified = accept(inputs, inputs.raw_text(token)?, verifiers, &policy, scratch, len)?;
            Ok(())
        })
    }
}

/// Checks the signature of a JWS in compact form (RFC 7515 section 5.2) whose payload may be anything. Nothing in the payload
/// is looked at: for tokens there is `jwt_verify()`.
///
/// Parameters and results as for `jwt_verify()`, as far as they do not speak of policy and claims.
///
/// @param[out] payload        The payload, in the scratch; empty on failure.
/// @param[in]  jws            The JWS.
/// @param[in]  verifiers      As for `jwt_verify()`.
/// @param[in]  verifier_count As for `jwt_verify()`.
/// @param[out] scratch        As for `jwt_verify()`.
/// @param[in]  scratch_size   As for `jwt_verify()`.
/// @param[out] scratch_len    As for `jwt_verify()`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_verify_jws(
    payload: *mut jwt_bytes,
    jws: jwt_str,
    verifiers: *const jwt_verifier,
    verifier_count: usize,
    scratch: *mut u8,
    scratch_size: usize,
    scratch_len: *mut usize,
) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill_with_buffer(payload, (scratch, scratch_size, scratch_len), |inputs, payload, scratch, len| {
            let verifiers = read_verifiers(inputs, verifiers, verifier_count)?;
            *payload = open(inputs, inputs.raw_text(jws)?, verifiers, scratch, len)?.0.into();
            Ok(())
        })
    }
}

/// Reads `alg` and `kid` of a token WITHOUT CHECKING IT. Anyone can write what they like there: it serves to choose the keys
/// that `jwt_verify()` is then called with, and for nothing else.
///
/// @param[out] header       What the header says; empty on failure.
/// @param[in]  token        The token.
/// @param[out] scratch      Where the header is decoded; borrowed by `header`. Zeros on failure.
/// @param[in]  scratch_size Room there, in bytes. What `jwt_verify()` needs is enough.
/// @param[out] scratch_len  How much of it the header needs; 0 on failure, but see below.
/// @retval JWT_OK                     Read. It does not mean that the token is good.
/// @retval JWT_REJECT_MALFORMED       Not three parts, or the first is not a JOSE header; `kid` is no text.
/// @retval JWT_REJECT_DUPLICATE_NAME  A name twice.
/// @retval JWT_REJECT_CRITICAL_HEADER `crit` or `b64`.
/// @retval JWT_ERR_BUFFER_TOO_SMALL   `*scratch_len` is the size that is needed.
/// @retval JWT_ERR_TOO_LONG           A token over 65,535 bytes.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_header_peek(
    header: *mut jwt_unverified_header,
    token: jwt_str,
    scratch: *mut u8,
    scratch_size: usize,
    scratch_len: *mut usize,
) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill_with_buffer(header, (scratch, scratch_size, scratch_len), |inputs, header, scratch, len| {
            let token = Compact::split(inputs.raw_text(token)?)?;
            *len = token.header_len()?;
            let scratch = scratch.get_mut(..*len).ok_or(Status::JWT_ERR_BUFFER_TOO_SMALL)?;
            let start = scratch.as_ptr().addr();
            let found = token.header(scratch)?;
            let (algorithm, key_id) = (found.algorithm.range(start), found.key_id.map(|key_id| key_id.range(start)));
            header.algorithm = unescaped(scratch.get_mut(algorithm));
            if let Some(key_id) = key_id {
                header.key_id = unescaped(scratch.get_mut(key_id));
            }
            Ok(())
        })
    }
}

/// A text in the scratch, unescaped where it stands.
fn unescaped(escaped: Option<&mut [u8]>) -> jwt_str {
    let escaped = escaped.unwrap_or_default();
    let len = unescape_in_place(escaped);
    jwt_str { ptr: escaped.as_ptr().cast(), len }
}

impl From<&str> for jwt_str {
    fn from(text: &str) -> Self {
        Self { ptr: text.as_ptr().cast(), len: text.len() }
    }
}

/// # Safety
/// `policy` is NULL or points to a policy whose texts are there.
pub(super) unsafe fn read_policy<'p>(inputs: &Outputs, policy: *const jwt_policy) -> Result<Policy<'p>, Status> {
    // SAFETY: the caller's promise.
    unsafe {
        let policy: &jwt_policy = inputs.read(policy)?;
        let policy = Policy {
            now: policy.now,
            clock_floor: policy.clock_floor,
            leeway: policy.leeway,
            lifetime_max: if policy.lifetime_max == 0 { PROFILE_LIFETIME_MAX } else { policy.lifetime_max },
            audience: inputs.optional_text(policy.audience)?,
            issuer: inputs.optional_text(policy.issuer)?,
            subject: inputs.optional_text(policy.subject)?,
            allows_no_expiry: policy.allow_no_expiry != 0,
            allows_any_audience: policy.allow_any_audience != 0,
        };
        policy.check()?;
        Ok(policy)
    }
}

/// The verifiers, each of them fit for use: one that is not is found whatever the token is.
///
/// # Safety
/// The pointer is NULL or points to so many verifiers that the library made, or zeroed ones.
pub(super) unsafe fn read_verifiers<'v>(
    inputs: &Outputs,
    verifiers: *const jwt_verifier,
    count: usize,
) -> Result<&'v [jwt_verifier], Status> {
    if count == 0 {
        return Err(Status::JWT_ERR_KEY_NOT_LOADED);
    }
    if count > JWT_VERIFIERS_MAX {
        return Err(Status::JWT_ERR_TOO_LONG);
    }
    // SAFETY: the caller's promise.
    unsafe {
        let verifiers = inputs.array(verifiers, count)?;
        verifiers.iter().try_for_each(|verifier: &jwt_verifier| verifier.open(inputs, &mut |_| Ok(())))?;
        Ok(verifiers)
    }
}

/// The claims of a token that is accepted.
///
/// # Safety
/// As for [`open`].
pub(super) unsafe fn accept(
    inputs: &Outputs,
    token: &[u8],
    verifiers: &[jwt_verifier],
    policy: &Policy<'_>,
    scratch: &mut [u8],
    len: &mut usize,
) -> Result<jwt_verified, Status> {
    // SAFETY: the caller's promise.
    let (payload, verifier) = unsafe { open(inputs, token, verifiers, scratch, len)? };
    let payload = str::from_utf8(payload).map_err(|_| Status::JWT_REJECT_MALFORMED)?;
    policy.judge(&Object::parse(payload, policy::CLAIMS_MAX)?)?;
    Ok(jwt_verified { payload: payload.into(), verifier })
}

/// The payload of a JWS whose signature is good, and whose. `len` becomes the scratch that it needs.
///
/// # Safety
/// The verifiers are the library's, or zeroed.
unsafe fn open<'s>(
    inputs: &Outputs,
    token: &[u8],
    verifiers: &[jwt_verifier],
    scratch: &'s mut [u8],
    len: &mut usize,
) -> Result<(&'s [u8], usize), Status> {
    let token = Compact::split(token)?;
    *len = token.scratch_len()?;
    let scratch = scratch.get_mut(..*len).ok_or(Status::JWT_ERR_BUFFER_TOO_SMALL)?;
    let lend = |visit: &mut crate::verify::Visit<'_>| {
        // SAFETY: the caller's promise.
        verifiers.iter().try_for_each(|verifier| unsafe { verifier.open(inputs, visit) })
    };
    token.open(lend, scratch)
}
