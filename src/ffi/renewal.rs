//! Renewal for C.

use super::memory::{fill, writable};
use crate::renewal::{Advice, Renewal, jwt_renewal, jwt_renewal_advice};
use crate::status::{Status, jwt_status};

/// Tells what to do now.
///
/// @param[in,out] renewal   Zeroed and set before the first call.
/// @param[in]     now       The time now, in seconds since 1970-01-01 UTC. It may step.
/// @param[in]     uptime_ms Milliseconds since any moment, from a counter that nobody sets; best one that goes on through
///                          sleep. It may wrap, as 32 bits do after 49 days, so the lower 32 bits of a longer count serve
///                          too. Never pass an older one than in the call before: one that is older, or newer by 2^31 ms
///                          or more, counts as no time at all, and what passed is judged by the clock. Never pass the clock
///                          itself, in milliseconds: to set it would end every wait.
/// @param[out]    advice    What to do; zeros on failure.
/// @retval JWT_OK           `advice` says what to do.
/// @retval JWT_ERR_CLOCK    `now` is below the clock floor: make no connection and ask again once the clock is set. A
///                          connection that stands may stay.
/// @retval JWT_ERR_TIME     `now` or `clock_floor` is negative.
/// @retval JWT_ERR_LIFETIME `lifetime` is not 1 or more.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_renewal_next(
    renewal: *mut jwt_renewal,
    now: i64,
    uptime_ms: u32,
    advice: *mut jwt_renewal_advice,
) -> jwt_status {
    // SAFETY: the caller's promises, as in all of this interface.
    unsafe {
        fill(advice, |outputs, advice: &mut Advice| {
            // Read only to find an overlap.
            let _: &Renewal = outputs.read(renewal)?;
            *advice = writable(renewal).ok_or(Status::JWT_ERR_POINTER)?.next(now, uptime_ms)?;
            Ok(())
        })
    }
}

/// Reports that a token was minted. NULL does nothing, here and below.
///
/// @param[in,out] renewal The struct.
/// @param[in]     issued  The token's `iat`: the `now` that it was minted with, by the clock that `jwt_renewal_next()` is
///                        asked with. By a clock that is ahead of that one by more than 30 seconds, or behind by the
///                        lifetime, it is a token that cannot be used, and its mint counts as one that failed. Its
///                        lifetime is the struct's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_renewal_minted(renewal: *mut jwt_renewal, issued: i64) {
    // SAFETY: the caller's promises.
    if let Some(renewal) = unsafe { writable(renewal) } {
        renewal.minted(issued);
    }
}

/// Reports that the bridge accepted the token: CONNACK 0, or an HTTP status 200 to 299.
///
/// @param[in,out] renewal   The struct.
/// @param[in]     uptime_ms As in `jwt_renewal_next()`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_renewal_accepted(renewal: *mut jwt_renewal, uptime_ms: u32) {
    // SAFETY: the caller's promises.
    if let Some(renewal) = unsafe { writable(renewal) } {
        renewal.accepted(uptime_ms);
    }
}

/// Reports a failure that says nothing of the token: no network, no answer, a CONNACK that neither accepts nor refuses it, an
/// HTTP status other than 2xx, 401 and 403. The next connection or request waits; the token is kept. A request that is wrong,
/// as 400 and 404 tell, does not get right by waiting, but is not repeated at once either.
///
/// As the answer to `JWT_RENEWAL_RENEW`: no token could be minted. The next mint waits, and a token that has not expired is used
/// meanwhile.
///
/// @param[in,out] renewal   The struct.
/// @param[in]     uptime_ms As in `jwt_renewal_next()`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_renewal_failed(renewal: *mut jwt_renewal, uptime_ms: u32) {
    // SAFETY: the caller's promises.
    if let Some(renewal) = unsafe { writable(renewal) } {
        renewal.failed(uptime_ms);
    }
}

/// Reports that an MQTT connection that stood was lost: one that CONNACK 0 had opened and that the device did not close
/// itself. As `jwt_renewal_failed()`, and the next connection waits for a random part of `spread_ms` besides. HTTP has no
/// use for it.
///
/// @param[in,out] renewal   The struct.
/// @param[in]     uptime_ms As in `jwt_renewal_next()`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_renewal_lost(renewal: *mut jwt_renewal, uptime_ms: u32) {
    // SAFETY: the caller's promises.
    if let Some(renewal) = unsafe { writable(renewal) } {
        renewal.lost(uptime_ms);
    }
}

/// Reports that the bridge refused the token: CONNACK 4 or 5 (with MQTT 5, 134 or 135), an HTTP status 401 or 403. The next
/// connection or request waits, and uses a new token.
///
/// @param[in,out] renewal   The struct.
/// @param[in]     uptime_ms As in `jwt_renewal_next()`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jwt_renewal_refused(renewal: *mut jwt_renewal, uptime_ms: u32) {
    // SAFETY: the caller's promises.
    if let Some(renewal) = unsafe { writable(renewal) } {
        renewal.refused(uptime_ms);
    }
}
