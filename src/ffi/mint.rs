//! The acts: minting a token, signing a message.

use core::ffi::c_char;

use super::memory::Outputs;
use super::room::{Room, fill_signature, fill_text};
use super::signer::jwt_signer;
use super::types::{
    JWT_CLAIM_BOOLEAN, JWT_CLAIM_INTEGER, JWT_CLAIM_JSON, JWT_CLAIM_TEXT, JWT_CLAIM_UNSIGNED, jwt_bytes, jwt_claim,
    jwt_claims, jwt_http_claims, jwt_mqtt_claims,
};
use crate::claims::{self, GeneralClaims, HttpClaims, MqttClaims, OwnClaims, Period};
use crate::json::{Members, Value};
use crate::mint::{self, Draft};
use crate::sign::{Algorithm, Signer, sign_message};
use crate::status::{Status, jwt_status};

/// The longest lifetime of an MQTT or HTTP token, in seconds: 24 hours.
pub const JWT_PROFILE_LIFETIME_MAX: i64 = 86400;
/// The clock floor where the caller gives none: 2001-09-09T01:46:40Z. Unset clocks start in 1970, 1980 or 2000.
pub const JWT_CLOCK_FLOOR_DEFAULT: i64 = 1000000000;
/// The longest token, in characters without the NUL.
pub const JWT_TOKEN_LEN_MAX: usize = 65535;
/// The most claims of the caller's own in one token.
pub const JWT_OWN_CLAIMS_MAX: usize = 256;
/// How deep the arrays and objects of a JSON claim may nest.
pub const JWT_JSON_DEPTH_MAX: u32 = 32;

const _: () = {
    assert!(JWT_PROFILE_LIFETIME_MAX == claims::PROFILE_LIFETIME_MAX);
    assert!(JWT_CLOCK_FLOOR_DEFAULT == claims::CLOCK_FLOOR_DEFAULT);
    assert!(JWT_TOKEN_LEN_MAX == mint::TOKEN_LEN_MAX);
    assert!(JWT_JSON_DEPTH_MAX == crate::json::scan::DEPTH_MAX);
};

/// Mints an MQTT token: header `alg`, `typ`; payload `aud`, `iat`, `exp`. It goes into the CONNECT packet as password,
/// with a user name that is not empty, such as `unused`.
///
/// @param[in]  claims   What the token says.
/// @param[in]  signer   Who signs it: ES256 or RS256.
/// @param[out] out      The token and a NUL; the empty string on failure. NULL to ask for the length only.
/// @param[in]  out_size Room at `out`, in bytes; 0 where `out` is NULL. `JWT_MQTT_TOKEN_SIZE()` bounds what is needed.
/// @param[out] out_len  Length of the token without the NUL; 0 on failure, but see below.
/// @retval JWT_OK                   Minted; or, where `out` is NULL, measured: nothing was signed.
/// @retval JWT_ERR_BUFFER_TOO_SMALL `out_size` is less than `*out_len + 1`; `*out_len` is the token's length.
/// @retval JWT_ERR_EMPTY_CLAIM      The project is empty.
/// @retval JWT_ERR_UTF8             The project is not UTF-8.
/// @retval JWT_ERR_TIME             `now` or `clock_floor` is negative, or `exp` does not fit 64 bits.
/// @retval JWT_ERR_CLOCK            `now` is below the clock floor.
/// @retval JWT_ERR_LIFETIME         Not 1 to `JWT_PROFILE_LIFETIME_MAX` seconds.
/// @retval JWT_ERR_TOO_LONG         A text over 65,535 bytes, or a token over `JWT_TOKEN_LEN_MAX`.
/// @retval JWT_ERR_KEY_ALGORITHM    The signer is for HS256, which the bridge does not take.
/// @retval JWT_ERR_KEY_NOT_LOADED   The signer is zeroed, or its key is empty.
/// @retval JWT_ERR_KEY_INCONSISTENT The struct of an RS256 key was damaged, as far as that is noticed.
/// @retval JWT_ERR_SIGNER           A signing callback failed.
/// @retval JWT_ERR_SIGNATURE        A signature came out wrong, and was not used.
/// @retval JWT_ERR_CALLBACK         A signing callback is described wrongly.
/// @retval JWT_ERR_SCRATCH          Of `jwt_rs256_scratch_signer()`: the scratch is too small.
/// @retval JWT_ERR_ENTROPY          Of `jwt_es256_hedged_signer()`: there is none.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_mint_mqtt(
    claims: *const jwt_mqtt_claims,
    signer: *const jwt_signer,
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
) -> jwt_status {
    // SAFETY: the caller's promises, as in all of this interface.
    unsafe {
        fill_text(out, out_size, out_len, |inputs, room| {
            let claims: &jwt_mqtt_claims = inputs.read(claims)?;
            let period = Period { now: claims.now, floor: claims.clock_floor, lifetime: claims.lifetime };
            let claims = MqttClaims { project: inputs.text(claims.project)?, period };
            mint(inputs, signer, Minting { room, key_id: None, claims: &claims, is_for_bridge: true })
        })
    }
}

/// Mints an HTTP token: header `alg`, `typ`; payload `sk`, `uid`, `ut`, `iat`, `exp`. It goes into the header
/// `ClearBlade-UserToken` of every request, as it is.
///
/// Parameters and results as for `jwt_mint_mqtt()`, with system key and device in the place of the project;
/// `JWT_HTTP_TOKEN_SIZE()` bounds what is needed.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_mint_http(
    claims: *const jwt_http_claims,
    signer: *const jwt_signer,
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill_text(out, out_size, out_len, |inputs, room| {
            let claims: &jwt_http_claims = inputs.read(claims)?;
            let period = Period { now: claims.now, floor: claims.clock_floor, lifetime: claims.lifetime };
            let (system_key, device) = (inputs.text(claims.system_key)?, inputs.text(claims.device)?);
            let claims = HttpClaims { system_key, device, period };
            mint(inputs, signer, Minting { room, key_id: None, claims: &claims, is_for_bridge: true })
        })
    }
}

/// Mints a token for any broker: header `alg`, `typ`, `kid`; payload `iss`, `sub`, `aud`, `jti`, `nbf`, `iat`, `exp`, each
/// where it is given, then the caller's own claims.
///
/// Parameters as for `jwt_mint_mqtt()`, results too, but for these; any signer will do.
///
/// @retval JWT_ERR_EMPTY_CLAIM     A registered claim that is given (its pointer is not NULL) but empty, or a claim of
///                                 the caller's own without a name, or with a text that is NULL.
/// @retval JWT_ERR_DUPLICATE_CLAIM A claim of the caller's own bears the name of another.
/// @retval JWT_ERR_CLAIM_TYPE      A claim's `type` is none of `JWT_CLAIM_TEXT` and its siblings.
/// @retval JWT_ERR_JSON            A JSON claim is not exactly one JSON value, or nests too deep.
/// @retval JWT_ERR_LIFETIME        Less than 1 second, or over before `not_before`; there is no longest.
/// @retval JWT_ERR_TIME            Also a negative `not_before`.
/// @retval JWT_ERR_TOO_LONG        Also more than `JWT_OWN_CLAIMS_MAX` claims.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_mint(
    claims: *const jwt_claims,
    signer: *const jwt_signer,
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill_text(out, out_size, out_len, |inputs, room| {
            let claims: &jwt_claims = inputs.read(claims)?;
            if claims.own_count > JWT_OWN_CLAIMS_MAX {
                return Err(Status::JWT_ERR_TOO_LONG);
            }
            let own = Own { inputs, claims: inputs.array(claims.own, claims.own_count)? };
            let general = GeneralClaims {
                issuer: inputs.optional_text(claims.issuer)?,
                subject: inputs.optional_text(claims.subject)?,
                audience: inputs.optional_text(claims.audience)?,
                jwt_id: inputs.optional_text(claims.jwt_id)?,
                not_before: claims.not_before,
                period: Period { now: claims.now, floor: claims.clock_floor, lifetime: claims.lifetime },
                own,
            };
            let key_id = inputs.optional_text(claims.key_id)?;
            mint(inputs, signer, Minting { room, key_id, claims: &general, is_for_bridge: false })
        })
    }
}

/// Signs any message: the bare signature, as RFC 7518 section 3 has it (ES256: r then s; RS256: as long as the modulus;
/// HS256: the MAC), without base64url.
///
/// @param[in]  signer         Who signs.
/// @param[in]  message        The message; may be empty.
/// @param[out] signature      The signature; on failure zeros, as far as any signature reaches. NULL to ask for the length only.
/// @param[in]  signature_size Room there, in bytes; 0 where `signature` is NULL. `JWT_SIGNATURE_SIZE_MAX` is always enough.
/// @param[out] signature_len  Length of the signature in bytes; 0 on failure, but see below.
/// @retval JWT_OK                   Signed; or, where `signature` is NULL, measured.
/// @retval JWT_ERR_BUFFER_TOO_SMALL `*signature_len` is the length needed.
/// @retval JWT_ERR_TOO_LONG         A message over 65,535 bytes.
/// @retval JWT_ERR_KEY_NOT_LOADED   The signer is zeroed, or its key is empty.
/// @retval JWT_ERR_KEY_INCONSISTENT The struct of an RS256 key was damaged, as far as that is noticed.
/// @retval JWT_ERR_SIGNER           A signing callback failed.
/// @retval JWT_ERR_SIGNATURE        A signature came out wrong, and was not used.
/// @retval JWT_ERR_CALLBACK         A signing callback is described wrongly.
/// @retval JWT_ERR_SCRATCH          Of `jwt_rs256_scratch_signer()`: the scratch is too small.
/// @retval JWT_ERR_ENTROPY          Of `jwt_es256_hedged_signer()`: there is none.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_sign(
    signer: *const jwt_signer,
    message: jwt_bytes,
    signature: *mut u8,
    signature_size: usize,
    signature_len: *mut usize,
) -> jwt_status {
    // SAFETY: the caller's promises.
    unsafe {
        fill_signature(signature, signature_size, signature_len, |inputs, room| {
            let message = inputs.bytes(message)?;
            let mut signing = Signing { room, message };
            inputs.read(signer)?.open(inputs, &mut |signer| signing.with(signer))
        })
    }
}

/// A message that is signed once its signer is there.
struct Signing<'s> {
    room: &'s mut Room,
    message: &'s [u8],
}

impl Signing<'_> {
    #[inline(never)]
    fn with(&mut self, signer: &dyn Signer) -> Result<(), Status> {
        match self.room.lend(signer.signature_len())? {
            Some(signature) => sign_message(signer, self.message, signature),
            None => Ok(()),
        }
    }
}

/// A token that is minted once its signer is there.
struct Minting<'m> {
    room: &'m mut Room,
    key_id: Option<&'m str>,
    claims: &'m dyn Members,
    /// The bridge does not take HS256.
    is_for_bridge: bool,
}

impl Minting<'_> {
    #[inline(never)]
    fn with(&mut self, signer: &dyn Signer) -> Result<(), Status> {
        if self.is_for_bridge && signer.algorithm() == Algorithm::Hs256 {
            return Err(Status::JWT_ERR_KEY_ALGORITHM);
        }
        let draft = Draft::new(self.key_id, self.claims, signer)?;
        match self.room.lend(draft.len())? {
            Some(out) => draft.mint(out),
            None => Ok(()),
        }
    }
}

/// # Safety
/// `signer` is NULL or points to a signer that the library made, or a zeroed one.
unsafe fn mint(inputs: &Outputs, signer: *const jwt_signer, mut minting: Minting<'_>) -> Result<(), Status> {
    // SAFETY: the caller's promise.
    unsafe { inputs.read(signer)?.open(inputs, &mut |signer| minting.with(signer)) }
}

/// The caller's own claims, converted one at a time.
struct Own<'c> {
    inputs: &'c Outputs,
    claims: &'c [jwt_claim],
}

impl Own<'_> {
    fn claim(&self, index: usize) -> Result<&jwt_claim, Status> {
        self.claims.get(index).ok_or(Status::JWT_ERR_POINTER)
    }
}

impl OwnClaims for Own<'_> {
    fn len(&self) -> usize {
        self.claims.len()
    }

    fn name(&self, index: usize) -> Result<&str, Status> {
        // SAFETY: the caller promises that the name is there.
        unsafe { self.inputs.text(self.claim(index)?.name) }
    }

    fn value(&self, index: usize) -> Result<Value<'_>, Status> {
        let claim = self.claim(index)?;
        // SAFETY: the caller promises that `type` names the member of `value` that was set, and that its texts are there.
        unsafe {
            Ok(match claim.r#type {
                JWT_CLAIM_TEXT => {
                    let text = self.inputs.optional_text(claim.value.text)?;
                    Value::Text(text.ok_or(Status::JWT_ERR_EMPTY_CLAIM)?)
                }
                JWT_CLAIM_INTEGER => Value::Integer(claim.value.integer),
                JWT_CLAIM_UNSIGNED => Value::Unsigned(claim.value.unsigned_integer),
                JWT_CLAIM_BOOLEAN => Value::Boolean(claim.value.boolean != 0),
                JWT_CLAIM_JSON => Value::Json(self.inputs.text(claim.value.json)?),
                _ => return Err(Status::JWT_ERR_CLAIM_TYPE),
            })
        }
    }
}
