//! When to mint, when to use the token, when to wait: a state machine over numbers that the caller passes in.

use crate::claims::check_clock;
use crate::status::Status;

/// The clock has stepped when it and the uptime have moved apart, between two questions, by more than this many seconds and
/// a sixteenth of the time between them. Slow oscillators drift by some percent; the bridge allows 600 seconds.
const STEP: i64 = 30;
const DRIFT_SHIFT: u32 = 4;

/// The longest that [`Advice::wait_ms`] asks to wait while a token is good: an hour, so that a clock that steps is noticed.
const LOOK_MS: u64 = 3_600_000;

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
/// Zero it, set the settings, and then ask `jwt_renewal_next()` what to do: before each connection and each request, and at
/// the latest when the time that it told has passed:
/// - `JWT_RENEWAL_RENEW`: mint with the time now and the struct's lifetime, and report it with `jwt_renewal_minted()`, or
///   `jwt_renewal_failed()` where it could not be minted. A connection made with an older token is to be closed and made
///   anew; closing it is reported to nobody.
/// - `JWT_RENEWAL_USE`: connect with the token, or stay connected. Each token is renewed when between 5/8 and 7/8 of its
///   lifetime have passed, by the clock or by the uptime; where in between, the seed decides, so that a fleet does not renew
///   at once. While a mint that failed is backed off, the old token is used until it expires.
/// - `JWT_RENEWAL_WAIT`: come back later.
///
/// And report what becomes of connections (MQTT) and requests (HTTP), each event once, to one of four:
///
/// | event | report |
/// |---|---|
/// | CONNACK 0; HTTP 2xx | `jwt_renewal_accepted()` |
/// | CONNACK 4 or 5, with MQTT 5 134 or 135; HTTP 401 or 403 | `jwt_renewal_refused()` |
/// | no network, no answer; any other CONNACK; any other HTTP status; a mint that failed | `jwt_renewal_failed()` |
/// | an MQTT connection that stood (after CONNACK 0) is lost | `jwt_renewal_lost()` |
/// | the device itself closes its connection; the socket closes after a CONNACK other than 0 | none |
///
/// Before the first question reports serve too. Where requests overlap, report only on those made with the token in use.
///
/// After a failure it waits min(2^n s + up to 1000 ms, `backoff_max_ms`), n = 0, 1, 2, ...; n starts anew at the first
/// failure that is `backoff_max_ms` or more after the first success since the failure before. Of two waits the one that ends
/// later counts. A setting may be changed between two calls; a wait that has begun stays as it is.
///
/// A clock that steps by more than 30 seconds plus 1/16 of the time since the last question makes it renew: the token was
/// minted by a clock that was wrong. A connection that stands is then closed as at any renewal, so ask with a clock that is
/// trusted. So does a sleep of that length in which the uptime stood still or started anew: a device that sleeps between its
/// connections keeps its token where the uptime goes on through sleep, or where it adds the time slept by a counter that
/// nobody sets. Since such a sleep and a clock that is set forwards look alike, either counts as time that passed and may end
/// a wait. Where the clock starts with a wrong time above the clock floor, pass 0 as the time until it is set; then the
/// spread begins when it is.
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
    /// Setting, for devices that start, or lose their connections, all at once: the first connection after the start (after
    /// the clock is set) or after `jwt_renewal_lost()` waits for a random time of up to this many milliseconds. 0: it does
    /// not. The price: a device that loses its connection alone stays away for half of it on average.
    pub spread_ms: u32,
    /// Setting: the longest wait after a failure, in milliseconds: 32000 or 64000, says the vendor. 0: 64000.
    pub backoff_max_ms: u32,
    /// This and all below is the library's.
    pub time_ms: u64,
    pub asked_ms: u64,
    pub asked_now: i64,
    pub issued: i64,
    pub issued_ms: u64,
    pub age: i64,
    pub wait_until_ms: u64,
    pub mint_after_ms: u64,
    pub accepted_ms: u64,
    pub uptime_ms: u32,
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
    /// the first case. 0 with `JWT_RENEWAL_RENEW`, and on failure: then ask again when you like, in a second, say.
    pub wait_ms: u32,
}

pub use jwt_renewal_advice as Advice;

impl Advice {
    fn new(action: u32, wait_ms: u64) -> Self {
        Self { action, wait_ms: u32::try_from(wait_ms).unwrap_or(u32::MAX) }
    }
}

/// Bits of `state`: it was asked before.
const STARTED: u32 = 1;
/// There is a token.
const MINTED: u32 = 2;
/// To mint was the last advice, and what came of it was not reported yet.
const MINTING: u32 = 4;
/// The bridge has accepted a connection or a request at `accepted_ms`, and nothing has failed since.
const ACCEPTED: u32 = 8;
/// The token was minted, and neither advised nor reported on since.
const UNUSED: u32 = 16;

impl Renewal {
    /// What to do at this time. `uptime_ms` wraps.
    pub fn next(&mut self, now: i64, uptime_ms: u32) -> Result<Advice, Status> {
        self.advance(uptime_ms);
        if self.lifetime < 1 {
            return Err(Status::JWT_ERR_LIFETIME);
        }
        check_clock(now, self.clock_floor)?;
        // Not before the clock is set: after an outage the time servers and the network may return long after the power, and
        // to all devices at once.
        if !self.is(STARTED) {
            self.state |= STARTED;
            let spread_ms = self.draw(self.spread_ms);
            self.wait(spread_ms.into());
        }
        let stepped = self.follow_clock(now);
        let not_yet_issued = now.saturating_add(STEP) < self.issued;
        if stepped || not_yet_issued || self.left_ms(self.lifetime) == 0 {
            if self.is(UNUSED) {
                // Minted by another clock than the one that asks, it would be minted again and again without a pause.
                self.mint_after_ms = self.time_ms.saturating_add(self.back_off());
            }
            self.state &= !(MINTED | UNUSED);
        }
        self.state &= !MINTING;

        let wait_ms = self.wait_until_ms.saturating_sub(self.time_ms);
        if wait_ms > 0 {
            return Ok(Advice::new(JWT_RENEWAL_WAIT, wait_ms));
        }
        let fresh_ms = if self.is(MINTED) { self.left_ms(self.age) } else { 0 };
        if fresh_ms > 0 {
            self.state &= !UNUSED;
            return Ok(Advice::new(JWT_RENEWAL_USE, fresh_ms.min(LOOK_MS)));
        }
        let mint_wait_ms = self.mint_after_ms.saturating_sub(self.time_ms);
        if mint_wait_ms == 0 {
            self.state |= MINTING;
            return Ok(Advice::new(JWT_RENEWAL_RENEW, 0));
        }
        if self.is(MINTED) {
            self.state &= !UNUSED;
            return Ok(Advice::new(JWT_RENEWAL_USE, self.left_ms(self.lifetime).min(mint_wait_ms).min(LOOK_MS)));
        }
        Ok(Advice::new(JWT_RENEWAL_WAIT, mint_wait_ms))
    }

    /// A token was minted at `issued`.
    pub fn minted(&mut self, issued: i64) {
        // From 5/8 to 7/8 of the lifetime.
        let earliest = self.lifetime - self.lifetime / 8 - self.lifetime / 4;
        let width = u32::try_from((self.lifetime / 4).max(0)).unwrap_or(u32::MAX);
        self.age = earliest.saturating_add(i64::from(self.draw(width)));
        (self.issued, self.issued_ms) = (issued, self.time_ms);
        // The mint may have taken its time, or waited for the clock to be set: clock and uptime are compared from the next
        // question on.
        self.asked_now = 0;
        self.state = self.state & !MINTING | MINTED | UNUSED;
    }

    /// The bridge accepted the token.
    pub fn accepted(&mut self, uptime_ms: u32) {
        self.advance(uptime_ms);
        self.state &= !UNUSED;
        if !self.is(ACCEPTED) {
            self.accepted_ms = self.time_ms;
            self.state |= ACCEPTED;
        }
    }

    /// A connection did not come about, a request was not answered as it should be, or a token could not be minted.
    pub fn failed(&mut self, uptime_ms: u32) {
        let backoff_ms = self.fail(uptime_ms);
        if self.is(MINTING) {
            self.state &= !MINTING;
            self.mint_after_ms = self.time_ms.saturating_add(backoff_ms);
        } else {
            self.wait(backoff_ms);
        }
    }

    /// A connection that stood was lost, perhaps with those of all the fleet.
    pub fn lost(&mut self, uptime_ms: u32) {
        let backoff_ms = self.fail(uptime_ms);
        let spread_ms = self.draw(self.spread_ms);
        self.wait(backoff_ms + u64::from(spread_ms));
    }

    /// The bridge wants none of this token.
    pub fn refused(&mut self, uptime_ms: u32) {
        self.state &= !MINTED;
        let backoff_ms = self.fail(uptime_ms);
        self.wait(backoff_ms);
    }

    const fn is(&self, bit: u32) -> bool {
        self.state & bit != 0
    }

    fn wait(&mut self, wait_ms: u64) {
        self.wait_until_ms = self.wait_until_ms.max(self.time_ms.saturating_add(wait_ms));
    }

    fn fail(&mut self, uptime_ms: u32) -> u64 {
        self.advance(uptime_ms);
        self.state &= !UNUSED;
        self.back_off()
    }

    /// Counts a failure; the back-off that it costs. A connection that was cut at once, as two devices with one id do to each
    /// other, does not end the back-off.
    fn back_off(&mut self) -> u64 {
        let backoff_max_ms = if self.backoff_max_ms == 0 { BACKOFF_MAX_MS } else { self.backoff_max_ms };
        if self.is(ACCEPTED) && self.time_ms.saturating_sub(self.accepted_ms) >= backoff_max_ms.into() {
            self.failures = 0;
        }
        self.state &= !ACCEPTED;
        let power_ms = 1_000 << self.failures.min(BACKOFF_SHIFT_MAX);
        let jitter_ms = self.draw(BACKOFF_JITTER_MS + 1);
        self.failures = self.failures.saturating_add(1);
        backoff_max_ms.min(power_ms + jitter_ms).into()
    }

    /// Time goes on as the uptime does. An uptime that went back, or for so long that it seems so, tells nothing.
    fn advance(&mut self, uptime_ms: u32) {
        let passed = uptime_ms.wrapping_sub(self.uptime_ms);
        self.uptime_ms = uptime_ms;
        if passed.cast_signed() > 0 {
            self.time_ms = self.time_ms.saturating_add(passed.into());
        }
    }

    /// Time goes on as the clock does, where that is further: the uptime may have stood still. Whether the two have moved
    /// apart since the last question.
    fn follow_clock(&mut self, now: i64) -> bool {
        if self.asked_now == 0 {
            (self.asked_now, self.asked_ms) = (now, self.time_ms);
            return false;
        }
        let by_uptime = self.time_ms.saturating_sub(self.asked_ms);
        let seconds = now.saturating_sub(self.asked_now);
        let (by_clock, back) = (milliseconds(seconds), milliseconds(seconds.saturating_neg()));
        let apart = by_clock.abs_diff(by_uptime.saturating_add(back));
        let stepped = apart > milliseconds(STEP).saturating_add(by_uptime >> DRIFT_SHIFT);
        // A clock of whole seconds may be a second ahead.
        self.time_ms = self.time_ms.max(self.asked_ms.saturating_add(by_clock.saturating_sub(1_000)));
        (self.asked_now, self.asked_ms) = (now, self.time_ms);
        stepped
    }

    /// How long it is until the token is `age` seconds old, by the clock or by the uptime.
    fn left_ms(&self, age: i64) -> u64 {
        let by_clock = milliseconds(self.issued.saturating_add(age).saturating_sub(self.asked_now));
        by_clock.min(self.issued_ms.saturating_add(milliseconds(age)).saturating_sub(self.time_ms))
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

/// Of seconds from 0 to 2^40, which are 34,000 years.
fn milliseconds(seconds: i64) -> u64 {
    seconds.clamp(0, 1 << 40).unsigned_abs() * 1_000
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
                time_ms: any(&mut random).cast_unsigned(),
                asked_ms: any(&mut random).cast_unsigned(),
                asked_now: any(&mut random),
                issued: any(&mut random),
                issued_ms: any(&mut random).cast_unsigned(),
                age: any(&mut random),
                wait_until_ms: any(&mut random).cast_unsigned(),
                mint_after_ms: any(&mut random).cast_unsigned(),
                accepted_ms: any(&mut random).cast_unsigned(),
                uptime_ms: random.r#gen(),
                failures: random.r#gen::<u32>() >> random.gen_range(0..32),
                draws: random.r#gen(),
                state: random.r#gen(),
            };
            for _ in 0..10 {
                match random.gen_range(0..7) {
                    0 => renewal.minted(any(&mut random)),
                    4 => renewal.lost(random.r#gen()),
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
                match random.gen_range(0..9) {
                    0 => renewal.accepted(uptime_ms),
                    6 => renewal.lost(uptime_ms),
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
