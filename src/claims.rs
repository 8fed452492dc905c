//! What a token says: the claims of each profile, in the order in which they are written.
//! Every check on a claim set stands here; the texts are already UTF-8 when they arrive.

use crate::json::{self, Members, Value, write::ObjectWriter};
use crate::status::Status;

/// The longest lifetime that the vendor's profiles allow, in seconds: one day.
pub const PROFILE_LIFETIME_MAX: i64 = 86_400;

/// The floor for `now` where the caller gives none: 2001-09-09T01:46:40Z, later than the 1970, 1980 and 2000 at which
/// unset clocks start.
pub const CLOCK_FLOOR_DEFAULT: i64 = 1_000_000_000;

/// Whether the clock is set. `floor` 0: [`CLOCK_FLOOR_DEFAULT`].
pub const fn check_clock(now: i64, floor: i64) -> Result<(), Status> {
    if now < 0 || floor < 0 {
        return Err(Status::JWT_ERR_TIME);
    }
    let floor = if floor == 0 { CLOCK_FLOOR_DEFAULT } else { floor };
    if now < floor { Err(Status::JWT_ERR_CLOCK) } else { Ok(()) }
}

/// When the token is minted and for how long it holds. All in seconds; `now` and `floor` since 1970-01-01 UTC.
#[derive(Clone, Copy)]
pub struct Period {
    pub now: i64,
    /// 0: [`CLOCK_FLOOR_DEFAULT`].
    pub floor: i64,
    pub lifetime: i64,
}

impl Period {
    /// `exp`, once the clock and the lifetime are found good.
    fn expiry(&self, lifetime_max: i64) -> Result<i64, Status> {
        check_clock(self.now, self.floor)?;
        if self.lifetime < 1 || self.lifetime > lifetime_max {
            return Err(Status::JWT_ERR_LIFETIME);
        }
        self.now.checked_add(self.lifetime).ok_or(Status::JWT_ERR_TIME)
    }

    fn write(&self, lifetime_max: i64, object: &mut ObjectWriter<'_>) -> Result<(), Status> {
        let expiry = self.expiry(lifetime_max)?;
        object.integer("iat", self.now);
        object.integer("exp", expiry);
        Ok(())
    }
}

/// The MQTT token: `aud` is the cloud project.
pub struct MqttClaims<'a> {
    pub project: &'a str,
    pub period: Period,
}

impl Members for MqttClaims<'_> {
    fn write(&self, object: &mut ObjectWriter<'_>) -> Result<(), Status> {
        object.required("aud", self.project)?;
        self.period.write(PROFILE_LIFETIME_MAX, object)
    }
}

/// `ut`: the user type of a device, which the vendor fixes.
const USER_TYPE_DEVICE: i64 = 3;

/// The HTTP token: `sk`, `uid`, `ut`.
pub struct HttpClaims<'a> {
    pub system_key: &'a str,
    pub device: &'a str,
    pub period: Period,
}

impl Members for HttpClaims<'_> {
    fn write(&self, object: &mut ObjectWriter<'_>) -> Result<(), Status> {
        object.required("sk", self.system_key)?;
        object.required("uid", self.device)?;
        object.integer("ut", USER_TYPE_DEVICE);
        self.period.write(PROFILE_LIFETIME_MAX, object)
    }
}

/// The claims of the caller's own, which may have to be converted on the way.
pub trait OwnClaims {
    fn len(&self) -> usize;
    fn name(&self, index: usize) -> Result<&str, Status>;
    fn value(&self, index: usize) -> Result<Value<'_>, Status>;
}

/// Any token: the registered claims of RFC 7519 section 4.1, each left out where it is `None`, then the caller's own.
pub struct GeneralClaims<'a, O> {
    pub issuer: Option<&'a str>,
    pub subject: Option<&'a str>,
    pub audience: Option<&'a str>,
    pub jwt_id: Option<&'a str>,
    /// 0: left out.
    pub not_before: i64,
    pub period: Period,
    pub own: O,
}

impl<O: OwnClaims> GeneralClaims<'_, O> {
    fn texts(&self) -> [(&'static str, Option<&str>); 4] {
        [("iss", self.issuer), ("sub", self.subject), ("aud", self.audience), ("jti", self.jwt_id)]
    }

    /// Whether the claim at `index` among the caller's own bears a name that was already written.
    fn is_duplicate(&self, name: &str, index: usize) -> Result<bool, Status> {
        let registered = self.texts().iter().any(|&(taken, text)| text.is_some() && taken == name);
        if registered || name == "iat" || name == "exp" || (name == "nbf" && self.not_before != 0) {
            return Ok(true);
        }
        for earlier in 0..index {
            if self.own.name(earlier)? == name {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl<O: OwnClaims> Members for GeneralClaims<'_, O> {
    fn write(&self, object: &mut ObjectWriter<'_>) -> Result<(), Status> {
        for (name, text) in self.texts() {
            if let Some(text) = text {
                object.required(name, text)?;
            }
        }
        if self.not_before < 0 {
            return Err(Status::JWT_ERR_TIME);
        }
        if self.not_before >= self.period.expiry(i64::MAX)? {
            return Err(Status::JWT_ERR_LIFETIME);
        }
        if self.not_before != 0 {
            object.integer("nbf", self.not_before);
        }
        self.period.write(i64::MAX, object)?;
        for index in 0..self.own.len() {
            let (value, name) = (self.own.value(index)?, self.own.name(index)?);
            if name.is_empty() {
                return Err(Status::JWT_ERR_EMPTY_CLAIM);
            }
            if self.is_duplicate(name, index)? {
                return Err(Status::JWT_ERR_DUPLICATE_CLAIM);
            }
            if let Value::Json(text) = value {
                json::check::one_value(text)?;
            }
            object.value(name, value);
        }
        Ok(())
    }
}
