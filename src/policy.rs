//! What a token has to say to be accepted, once its signature is found good (RFC 7519 section 4.1).

use crate::claims::check_clock;
use crate::json::number::Number;
use crate::json::read::{Object, Text, texts};
use crate::status::Status;

/// The most members of a payload: as many as the library mints, seven registered claims and 256 of the caller's own.
pub const CLAIMS_MAX: usize = 263;

/// Times are in seconds. A text that is `None` is not asked for.
pub struct Policy<'a> {
    pub now: i64,
    pub clock_floor: i64,
    /// How far the clock that the token was made by may be off.
    pub leeway: i64,
    /// The most that `exp - iat` may be; `i64::MAX` for any, and then `iat` may be missing.
    pub lifetime_max: i64,
    pub audience: Option<&'a str>,
    pub issuer: Option<&'a str>,
    pub subject: Option<&'a str>,
    pub allows_no_expiry: bool,
    pub allows_any_audience: bool,
}

impl Policy<'_> {
    /// Whether the policy makes sense by itself.
    pub fn check(&self) -> Result<(), Status> {
        if self.leeway < 0 || self.lifetime_max < 0 {
            return Err(Status::JWT_ERR_TIME);
        }
        if [self.audience, self.issuer, self.subject].contains(&Some("")) {
            return Err(Status::JWT_ERR_EMPTY_CLAIM);
        }
        check_clock(self.now, self.clock_floor)
    }

    /// Whether claims satisfy the policy. That they are over is said only of claims that are right otherwise.
    pub fn judge(&self, claims: &Object<'_>) -> Result<(), Status> {
        expect(claims, "iss", self.issuer, Status::JWT_REJECT_ISSUER)?;
        expect(claims, "sub", self.subject, Status::JWT_REJECT_SUBJECT)?;
        self.judge_audience(claims)?;
        // Fractions of a second count against the token.
        let expiry = seconds(claims, "exp", Number::floor)?;
        let not_before = seconds(claims, "nbf", Number::ceil)?;
        let issued_at = seconds(claims, "iat", Number::ceil)?;

        let limits_lifetime = self.lifetime_max != i64::MAX;
        match (expiry, issued_at) {
            (None, _) if self.allows_no_expiry => {}
            (Some(_), None) if !limits_lifetime => {}
            (None, _) | (_, None) => return Err(Status::JWT_REJECT_MISSING_CLAIM),
            (Some(expiry), Some(issued_at)) => {
                let lifetime_max = self.lifetime_max.saturating_add(self.leeway);
                // At its longest.
                let end = seconds(claims, "exp", Number::ceil)?.unwrap_or(i64::MAX);
                let start = seconds(claims, "iat", Number::floor)?.unwrap_or(0);
                if expiry <= issued_at || limits_lifetime && end - start > lifetime_max {
                    return Err(Status::JWT_REJECT_LIFETIME);
                }
            }
        }
        let latest_now = self.now.saturating_add(self.leeway);
        if [not_before, issued_at].into_iter().flatten().any(|start| start > latest_now) {
            return Err(Status::JWT_REJECT_NOT_YET_VALID);
        }
        // At `exp` itself the token is over (RFC 7519 section 4.1.4).
        if expiry.is_some_and(|expiry| expiry.saturating_add(self.leeway) <= self.now) {
            return Err(Status::JWT_REJECT_EXPIRED);
        }
        Ok(())
    }

    /// RFC 7519 section 4.1.3: one text or an array of them. Whoever is not named must refuse a token that names others.
    fn judge_audience(&self, claims: &Object<'_>) -> Result<(), Status> {
        let Some(value) = claims.get("aud") else {
            return if self.audience.is_some() { Err(Status::JWT_REJECT_MISSING_CLAIM) } else { Ok(()) };
        };
        let mut is_named = false;
        for text in texts(value) {
            let text = text.ok_or(Status::JWT_REJECT_CLAIM_TYPE)?;
            is_named |= self.audience.is_some_and(|audience| text.is(audience));
        }
        let is_asked = self.audience.is_some() || !self.allows_any_audience;
        if is_asked && !is_named { Err(Status::JWT_REJECT_AUDIENCE) } else { Ok(()) }
    }
}

/// A claim that is a text wherever it is there, and the expected one where one is expected.
fn expect(claims: &Object<'_>, name: &str, expected: Option<&str>, otherwise: Status) -> Result<(), Status> {
    let found = match claims.get(name) {
        Some(value) => Some(Text::of(value).ok_or(Status::JWT_REJECT_CLAIM_TYPE)?),
        None => None,
    };
    match (expected, found) {
        (Some(_), None) => Err(Status::JWT_REJECT_MISSING_CLAIM),
        (Some(expected), Some(found)) if !found.is(expected) => Err(otherwise),
        _ => Ok(()),
    }
}

/// A NumericDate (RFC 7519 section 2), rounded.
fn seconds(claims: &Object<'_>, name: &str, round: fn(&Number) -> Option<i64>) -> Result<Option<i64>, Status> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    Number::of(value).and_then(|number| round(&number)).map(Some).ok_or(Status::JWT_REJECT_CLAIM_TYPE)
}
