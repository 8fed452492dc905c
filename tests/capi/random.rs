//! Claim sets at random, the same ones in every run.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use serde_json::Value;

use super::{Claims, General, Own, Period};

pub struct Source(StdRng);

/// Lengths after which those of a base64url text repeat modulo 64: 48 bytes are 64 characters.
const TAILS: usize = 48;
/// How many claim sets of [`Source::sweep`] meet every length.
pub const SWEEP: usize = 2 * TAILS;

impl Source {
    pub fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// The claim set number `index` for `jwt_mint()`. The first [`SWEEP`] have one payload length after the other, behind
    /// headers of two lengths modulo 4, so that together they meet every length that a signing input can have modulo 64.
    pub fn sweep(&mut self, index: usize) -> Claims {
        if index >= SWEEP {
            return Claims::General(self.general());
        }
        let period = Period { now: 1_500_000_000, floor: 0, lifetime: 3600 };
        let subject = Some("s".repeat(1 + index % TAILS));
        let key_id = Some("k".repeat(1 + index / TAILS));
        let (issuer, audience, jwt_id, own) = (None, None, None, Vec::new());
        Claims::General(General { issuer, subject, audience, jwt_id, key_id, not_before: 0, period, own })
    }

    /// A claim set for any of the three entries.
    pub fn claims(&mut self) -> Claims {
        match self.0.gen_range(0..3) {
            0 => Claims::Mqtt { project: self.text(), period: self.period(86_400) },
            1 => Claims::Http { system_key: self.text(), device: self.text(), period: self.period(86_400) },
            _ => Claims::General(self.general()),
        }
    }

    pub fn general(&mut self) -> General {
        let period = self.period(i64::MAX);
        let not_before = if self.0.r#gen() { 0 } else { self.0.gen_range(1..period.now + period.lifetime) };
        let own = (0..self.0.gen_range(0..6))
            // The number keeps them apart from one another and from the registered names.
            .map(|number| (format!("{}{number}", self.text()), self.own()))
            .collect();
        General {
            issuer: self.optional_text(),
            subject: self.optional_text(),
            audience: self.optional_text(),
            jwt_id: self.optional_text(),
            key_id: self.optional_text(),
            not_before,
            period,
            own,
        }
    }

    fn period(&mut self, lifetime_max: i64) -> Period {
        let now = if self.0.gen_ratio(1, 8) {
            self.0.gen_range(1_000_000_000..i64::MAX)
        } else {
            self.0.gen_range(1_000_000_000..10_000_000_000)
        };
        let floor = if self.0.r#gen() { 0 } else { self.0.gen_range(1..=now) };
        let lifetime_max = lifetime_max.min(i64::MAX - now);
        let digits = self.0.gen_range(1..19);
        let lifetime = self.0.gen_range(1..=10_i64.pow(digits).min(lifetime_max));
        Period { now, floor, lifetime }
    }

    fn optional_text(&mut self) -> Option<String> {
        self.0.r#gen::<bool>().then(|| self.text())
    }

    /// A text that is not empty: mostly short, now and then long.
    fn text(&mut self) -> String {
        let len = if self.0.gen_ratio(1, 64) { 400 } else { 24 };
        (0..self.0.gen_range(1..=len)).map(|_| self.character()).collect()
    }

    fn character(&mut self) -> char {
        match self.0.gen_range(0..12) {
            0 => '"',
            1 => '\\',
            2 => self.0.gen_range('\0'..=' '),
            3 => self.0.gen_range('\u{7f}'..='\u{7ff}'),
            4 => self.0.gen_range('\u{800}'..='\u{ffff}'),
            5 => self.0.gen_range('\u{10000}'..=char::MAX),
            6 => *['\u{7f}', '\u{80}', '\u{2028}', '\u{d7ff}', '\u{e000}', '\u{feff}', '\u{ffff}', '\u{10ffff}']
                .choose(&mut self.0)
                .unwrap(),
            _ => self.0.gen_range(' '..='~'),
        }
    }

    fn own(&mut self) -> Own {
        match self.0.gen_range(0..5) {
            0 => Own::Text(if self.0.gen_ratio(1, 16) { String::new() } else { self.text() }),
            1 => Own::Integer(*[i64::MIN, -1, 0, i64::MAX, self.0.r#gen()].choose(&mut self.0).unwrap()),
            2 => Own::Unsigned(*[0, u64::MAX, self.0.r#gen()].choose(&mut self.0).unwrap()),
            3 => Own::Boolean(self.0.r#gen()),
            _ => {
                let value = self.json(3);
                let spaced = self.0.r#gen::<bool>();
                let text = if spaced { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
                Own::Json(text.unwrap())
            }
        }
    }

    fn json(&mut self, depth: u32) -> Value {
        match self.0.gen_range(0..if depth == 0 { 5 } else { 7 }) {
            0 => Value::Null,
            1 => self.0.r#gen::<bool>().into(),
            2 => self.0.r#gen::<i64>().into(),
            3 => (f64::from(self.0.r#gen::<i32>()) / 16.0).into(),
            4 => self.text().into(),
            5 => (0..self.0.gen_range(0..4)).map(|_| self.json(depth - 1)).collect::<Vec<_>>().into(),
            _ => Value::Object((0..self.0.gen_range(0..4)).map(|_| (self.text(), self.json(depth - 1))).collect()),
        }
    }
}
