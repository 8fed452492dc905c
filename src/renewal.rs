//! When to mint, when to use the token, when to wait: a state machine over numbers that the caller passes in.

use crate::claims::check_clock;
use crate::status::Status;

/// The clock has stepped when it and the uptime have moved apart, between two questions, by more than this many seconds and
/// a sixteenth of the time between them. Slow oscillators drift by some percent; the bridge allows 600 seconds.
const STEP: u64 = 30;
const DRIFT_SHIFT: u32 = 4;

/// The longest that [`Advice::wait_ms`] asks to wait while a token is good: an hour, so that a clock that steps is noticed.
const LOOK_MS: u32 = 3_600_000;

/// `backoff_max_ms` where the caller gives none.
const BACKOFF_MAX_MS: u32 = 64_000;
/// What is added to each power of two at random: 0 to 1000 ms.
const BACKOFF_JITTER_MS: u32 = 1_000;
/// 2^22 seconds are the longest that, in milliseconds and with the jitter, fit 32 bits.
const BACKOFF_SHIFT_MAX: u32 = 22;

/// `jwt_renewal_advice.action`: the token is good. Connect with it, or stay connected with it.
pub const JWT_RENEWAL_USE: u32 = 1;
/// `jwt_renewal_advice.action`: mint a token.
pub const JWT_RENEWAL_RENEW: u32 = 2;
/// `jwt_renewal_advice.action`: make no connection and no request yet. A connection that stands may stay.
pub const JWT_RENEWAL_WAIT: u32 = 3;

/// Knows when a device is to mint, to connect and to wait. It holds numbers only: no clock, no timer, no token.
///
/// Zero it, set the settings, and then ask `jwt_renewal_next()` what to do, at the latest when the time that it told has
/// passed:
/// - `JWT_RENEWAL_RENEW`: mint with the time now and the struct's lifetime, and report it with `jwt_renewal_minted()`. A
///   connection made with an older token is to be closed and made anew.
/// - `JWT_RENEWAL_USE`: connect with the token, or stay connected. Each token is renewed when between 5/8 and 7/8 of its
///   lifetime have passed; where in between, the seed decides, so that a fleet does not renew at once.
/// - `JWT_RENEWAL_WAIT`: come back later.
///
/// And report what becomes of connections (MQTT) and requests (HTTP) with `jwt_renewal_accepted()`, `jwt_renewal_failed()`
/// and `jwt_renewal_refused()`. After a failure it waits min(2^n s + up to 1000 ms, `backoff_max_ms`), n = 0, 1, 2, ...; n
/// starts anew once a connection has held for `backoff_max_ms`.
///
/// A clock that steps by more than 30 seconds and 1/16 of the time since the last question makes it renew: the token was
/// minted by a clock that was wrong. So does a sleep in which the uptime stood still or started anew.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct jwt_renewal {
    /// Setting: another number for each device. Its serial number, or `jwt_renewal_seed()` of its id.
    pub seed: u64,
    /// Setting: seconds that tokens live, `exp - iat`.
    pub lifetime: i64,
    /// Setting: as in `jwt_mqtt_claims`.
    pub clock_floor: i64,
    /// Setting, for devices that start, or lose their connections, all at once: the first connection after either waits for
    /// a random time of up to this many milliseconds. 0: it does not.
    pub spread_ms: u32,
    /// Setting: the longest wait after a failure, in milliseconds: 32000 or 64000, says the vendor. 0: 64000.
    pub backoff_max_ms: u32,
    /// This and all below is the library's.
    pub issued: i64,
    pub renew_at: i64,
    pub asked_now: i64,
    pub asked_uptime_ms: u32,
    pub wait_from_ms: u32,
    pub wait_ms: u32,
    pub accepted_ms: u32,
    pub failures: u32,
    pub draws: u32,
    pub state: u32,
}

pub use jwt_renewal as Renewal;

/// What to do.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct jwt_renewal_advice {
    /// `JWT_RENEWAL_USE` and its siblings; 0 on failure.
    pub action: u32,
    /// To be asked again within (`JWT_RENEWAL_USE`) or after (`JWT_RENEWAL_WAIT`) this many milliseconds; at most an hour in
    /// the first case. 0 with `JWT_RENEWAL_RENEW`.
    pub wait_ms: u32,
}

pub use jwt_renewal_advice as Advice;

/// Bits of `state`: it was asked before.
const STARTED: u32 = 1;
/// There is a token.
const MINTED: u32 = 2;
/// Waiting since `wait_from_ms`.
const WAITING: u32 = 4;
/// The bridge has accepted a connection or a request at `accepted_ms`, and nothing has failed since.
const ACCEPTED: u32 = 8;
/// That was long enough ago.
const SETTLED: u32 = 16;

impl Renewal {
    /// What to do at this time. `uptime_ms` wraps.
    pub fn next(&mut self, now: i64, uptime_ms: u32) -> Result<Advice, Status> {
        if !self.is(STARTED) {
            self.state |= STARTED;
            let wait_ms = self.draw(self.spread_ms);
            self.wait(uptime_ms, wait_ms);
        }
        if self.lifetime < 1 {
            return Err(Status::JWT_ERR_LIFETIME);
        }
        check_clock(now, self.clock_floor)?;
        let stepped = self.has_stepped(now, uptime_ms);
        (self.asked_now, self.asked_uptime_ms) = (now, uptime_ms);
        self.settle(uptime_ms);

        let not_yet_issued = now.saturating_add(STEP.cast_signed()) < self.issued;
        if stepped || now >= self.renew_at || not_yet_issued {
            self.state &= !MINTED;
        }
        if self.is(WAITING) {
            let waited = uptime_ms.wrapping_sub(self.wait_from_ms);
            if waited < self.wait_ms {
                return Ok(Advice { action: JWT_RENEWAL_WAIT, wait_ms: self.wait_ms.wrapping_sub(waited) });
            }
            self.state &= !WAITING;
        }
        if !self.is(MINTED) {
            return Ok(Advice { action: JWT_RENEWAL_RENEW, wait_ms: 0 });
        }
        let left = self.renew_at.saturating_sub(now).clamp(1, i64::from(LOOK_MS / 1_000));
        Ok(Advice { action: JWT_RENEWAL_USE, wait_ms: (left as u32).wrapping_mul(1_000) })
    }

    /// A token was minted at `issued`.
    pub fn minted(&mut self, issued: i64) {
        // From 5/8 to 7/8 of the lifetime, yet in the second after `iat` at the earliest: a token is to be used once.
        let earliest = self.lifetime - self.lifetime / 8 - self.lifetime / 4;
        let width = u32::try_from((self.lifetime / 4).max(0)).unwrap_or(u32::MAX);
        let age = earliest.saturating_add(i64::from(self.draw(width))).max(1);
        self.issued = issued;
        self.renew_at = issued.saturating_add(age);
        self.state |= MINTED;
    }

    /// The bridge accepted the token.
    pub const fn accepted(&mut self, uptime_ms: u32) {
        if !self.is(ACCEPTED) && !self.is(SETTLED) {
            self.accepted_ms = uptime_ms;
            self.state |= ACCEPTED;
        }
    }

    /// A connection did not come about or was lost, a request was not answered as it should be.
    pub fn failed(&mut self, uptime_ms: u32) {
        self.settle(uptime_ms);
        let spread_ms = if self.is(SETTLED) { self.draw(self.spread_ms) } else { 0 };
        self.state &= !(ACCEPTED | SETTLED);
        let power_ms = 1_000 << self.failures.min(BACKOFF_SHIFT_MAX);
        let jitter_ms = self.draw(BACKOFF_JITTER_MS + 1);
        self.failures = self.failures.saturating_add(1);
        self.wait(uptime_ms, self.backoff_max_ms().min(power_ms + jitter_ms).saturating_add(spread_ms));
    }

    /// The bridge wants none of this token.
    pub fn refused(&mut self, uptime_ms: u32) {
        self.state &= !MINTED;
        self.failed(uptime_ms);
    }

    const fn is(&self, bit: u32) -> bool {
        self.state & bit != 0
    }

    const fn wait(&mut self, uptime_ms: u32, wait_ms: u32) {
        (self.wait_from_ms, self.wait_ms) = (uptime_ms, wait_ms);
        self.state |= WAITING;
    }

    /// A connection that was cut at once, as two devices with one id do to each other, does not end the back-off.
    fn settle(&mut self, uptime_ms: u32) {
        if self.is(ACCEPTED) && uptime_ms.wrapping_sub(self.accepted_ms) >= self.backoff_max_ms() {
            self.state = self.state & !ACCEPTED | SETTLED;
            self.failures = 0;
        }
    }

    const fn backoff_max_ms(&self) -> u32 {
        if self.backoff_max_ms == 0 { BACKOFF_MAX_MS } else { self.backoff_max_ms }
    }

    /// Whether clock and uptime have moved apart since the last question. An uptime that wrapped more than once in between
    /// has: the clock shows it.
    fn has_stepped(&self, now: i64, uptime_ms: u32) -> bool {
        let elapsed = i64::from(uptime_ms.wrapping_sub(self.asked_uptime_ms) / 1_000);
        let apart = now.saturating_sub(self.asked_now).abs_diff(elapsed);
        apart > STEP + (elapsed.unsigned_abs() >> DRIFT_SHIFT)
    }

    /// A number below `bound`, or 0: the next of the device's own sequence (SplitMix64: Steele, Lea and Flood, 2014).
    fn draw(&mut self, bound: u32) -> u32 {
        self.draws = self.draws.wrapping_add(1);
        let mut mixed = self.seed.wrapping_add(u64::from(self.draws).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        ((mixed >> 32).wrapping_mul(u64::from(bound)) >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    use super::*;

    const EDGES: [i64; 9] = [i64::MIN, i64::MIN + 1, -1, 0, 1, 1 << 31, 1_700_000_000, i64::MAX - 1, i64::MAX];

    fn any(random: &mut StdRng) -> i64 {
        match random.gen_range(0..4) {
            0 => EDGES[random.gen_range(0..EDGES.len())],
            1 => random.r#gen(),
            _ => 1_700_000_000 + random.gen_range(-100_000..100_000),
        }
    }

    /// The build of the tests stops where a number overflows.
    #[test]
    fn no_input_and_no_state_overflows() {
        let mut random = StdRng::seed_from_u64(51);
        for _ in 0..200_000 {
            let mut renewal = Renewal {
                seed: random.r#gen(),
                lifetime: any(&mut random),
                clock_floor: any(&mut random).min(1_800_000_000),
                spread_ms: random.r#gen(),
                backoff_max_ms: random.r#gen(),
                issued: any(&mut random),
                renew_at: any(&mut random),
                asked_now: any(&mut random),
                asked_uptime_ms: random.r#gen(),
                wait_from_ms: random.r#gen(),
                wait_ms: random.r#gen(),
                accepted_ms: random.r#gen(),
                failures: random.r#gen::<u32>() >> random.gen_range(0..32),
                draws: random.r#gen(),
                state: random.r#gen(),
            };
            for _ in 0..10 {
                match random.gen_range(0..6) {
                    0 => renewal.minted(any(&mut random)),
                    1 => renewal.accepted(random.r#gen()),
                    2 => renewal.failed(random.r#gen()),
                    3 => renewal.refused(random.r#gen()),
                    _ => {
                        if let Ok(advice) = renewal.next(any(&mut random), random.r#gen()) {
                            assert!((JWT_RENEWAL_USE..=JWT_RENEWAL_WAIT).contains(&advice.action));
                            assert_eq!(advice.wait_ms == 0, advice.action == JWT_RENEWAL_RENEW);
                        }
                    }
                }
            }
        }
    }

    /// Devices that live through anything: a token is never used at or past its expiry by the clock, each is used, and
    /// none is minted while the back-off runs.
    #[test]
    fn no_token_is_used_past_its_expiry_whatever_happens() {
        let mut random = StdRng::seed_from_u64(52);
        for device in 0..2_000 {
            let lifetime = random.gen_range(1..=86_400);
            let mut renewal = Renewal { seed: device, lifetime, ..Renewal::default() };
            let (mut now, mut uptime_ms) = (1_700_000_000_i64, random.r#gen::<u32>());
            let mut token = None;
            let mut used = true;
            for _ in 0..200 {
                let advice = renewal.next(now, uptime_ms).expect("the clock is set");
                match advice.action {
                    JWT_RENEWAL_RENEW => {
                        assert!(used, "a token was renewed before it was used");
                        renewal.minted(now);
                        (token, used) = (Some(now), false);
                        continue;
                    }
                    JWT_RENEWAL_USE => {
                        let issued: i64 = token.expect("a token");
                        assert!(now < issued + lifetime && issued <= now + 30, "{now} {issued} {lifetime}");
                        used = true;
                    }
                    _ => assert!(advice.wait_ms <= 64_000),
                }
                let mut passed_ms = u64::from(advice.wait_ms);
                match random.gen_range(0..8) {
                    0 => renewal.accepted(uptime_ms),
                    1 => renewal.failed(uptime_ms),
                    2 => (renewal.refused(uptime_ms), token = None).1,
                    3 => now = (now + random.gen_range(-1_000_000..1_000_000)).max(1_600_000_000),
                    4 => passed_ms += random.gen_range(0..20_000_000_000),
                    5 => passed_ms = random.gen_range(0..=passed_ms),
                    _ => (),
                }
                now += (passed_ms / 1_000).cast_signed();
                uptime_ms = uptime_ms.wrapping_add(passed_ms as u32);
            }
        }
    }
}
