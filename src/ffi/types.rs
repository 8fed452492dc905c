//! The plain structs that the caller fills in.

use core::ffi::c_char;

/// Text by pointer and length; it need not end in a NUL. Made by `JWT_STR("literal")` or `jwt_str_from(c_string)`.
/// At most 65,535 bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct jwt_str {
    /// First byte. NULL only where `len` is 0.
    pub ptr: *const c_char,
    /// Length in bytes, without a NUL.
    pub len: usize,
}

/// Bytes by pointer and length. At most 65,535 of them.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct jwt_bytes {
    /// First byte. NULL only where `len` is 0.
    pub ptr: *const u8,
    /// Length in bytes.
    pub len: usize,
}

/// Claims of an MQTT token: `aud`, `iat`, `exp`. Times are in seconds.
#[repr(C)]
pub struct jwt_mqtt_claims {
    /// `aud`: the cloud project's id.
    pub project: jwt_str,
    /// `iat`: the time now, since 1970-01-01 UTC.
    pub now: i64,
    /// The earliest time that `now` can be if the clock is set: the time of the build, say, or the last time stored.
    /// 0: `JWT_CLOCK_FLOOR_DEFAULT`. It may be less than that; 1 all but switches the check off.
    pub clock_floor: i64,
    /// `exp - iat`: 1 to `JWT_PROFILE_LIFETIME_MAX`.
    pub lifetime: i64,
}

/// Claims of an HTTP token: `sk`, `uid`, `ut` (always 3), `iat`, `exp`. Times are in seconds.
#[repr(C)]
pub struct jwt_http_claims {
    /// `sk`: the registry's system key.
    pub system_key: jwt_str,
    /// `uid`: the device id, not its number.
    pub device: jwt_str,
    /// As in `jwt_mqtt_claims`.
    pub now: i64,
    /// As in `jwt_mqtt_claims`.
    pub clock_floor: i64,
    /// As in `jwt_mqtt_claims`.
    pub lifetime: i64,
}

/// `jwt_claim.type`: `value.text`, written as a JSON string.
pub const JWT_CLAIM_TEXT: u32 = 1;
/// `jwt_claim.type`: `value.integer`.
pub const JWT_CLAIM_INTEGER: u32 = 2;
/// `jwt_claim.type`: `value.unsigned_integer`.
pub const JWT_CLAIM_UNSIGNED: u32 = 3;
/// `jwt_claim.type`: `value.boolean`.
pub const JWT_CLAIM_BOOLEAN: u32 = 4;
/// `jwt_claim.type`: `value.json`.
pub const JWT_CLAIM_JSON: u32 = 5;

/// The value of a claim of the caller's own.
#[repr(C)]
#[derive(Clone, Copy)]
pub union jwt_claim_value {
    /// Text, valid UTF-8.
    pub text: jwt_str,
    /// A number; many readers are exact only up to 2^53.
    pub integer: i64,
    /// A number; many readers are exact only up to 2^53.
    pub unsigned_integer: u64,
    /// 0: false, anything else: true.
    pub boolean: u8,
    /// One JSON value, written as it is. Checked against RFC 8259 first; names inside it are not compared.
    pub json: jwt_str,
}

/// A claim of the caller's own. Made by `jwt_claim_text()` and its siblings. It may bear the name of a registered claim
/// that is left out: an `aud` that is an array, say.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct jwt_claim {
    /// Its name: not empty, and no other claim's.
    pub name: jwt_str,
    /// Which member of `value` holds the value: `JWT_CLAIM_TEXT` and its siblings.
    pub r#type: u32,
    /// Its value.
    pub value: jwt_claim_value,
}

/// Claims of a token for any broker. A text whose pointer is NULL is left out. Times are in seconds.
#[repr(C)]
pub struct jwt_claims {
    /// `iss` (RFC 7519 section 4.1.1), or left out.
    pub issuer: jwt_str,
    /// `sub` (RFC 7519 section 4.1.2), or left out.
    pub subject: jwt_str,
    /// `aud` (RFC 7519 section 4.1.3), or left out. For an array of them, a JSON claim of the caller's own.
    pub audience: jwt_str,
    /// `jti` (RFC 7519 section 4.1.7), or left out.
    pub jwt_id: jwt_str,
    /// `kid` in the header (RFC 7515 section 4.1.4), or left out.
    pub key_id: jwt_str,
    /// `nbf` (RFC 7519 section 4.1.5) since 1970-01-01 UTC, before `now + lifetime`. 0: left out.
    pub not_before: i64,
    /// As in `jwt_mqtt_claims`.
    pub now: i64,
    /// As in `jwt_mqtt_claims`.
    pub clock_floor: i64,
    /// `exp - iat`: 1 or more.
    pub lifetime: i64,
    /// The claims of the caller's own, written behind the others in this order. NULL where there are none.
    pub own: *const jwt_claim,
    /// How many there are: at most `JWT_OWN_CLAIMS_MAX`.
    pub own_count: usize,
}
