//! A hundred thousand mutated tokens, each judged by this library and by `jsonwebtoken` over AWS-LC. Where the verdicts
//! differ, a rule of ours says why, and the rule is held against what the token says.

mod capi;

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use capi::token::members;
use capi::verify::{Policy, forge, verify};
use capi::{Hs256, Status};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use jwt_mint::ffi::verify::{JWT_HEADER_PARAMETERS_MAX, JWT_LIFETIME_ANY};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value};

const TOKENS: usize = 100_000;
const SECRET: &[u8; 32] = b"0123456789abcdef0123456789abcdef";
const AUDIENCE: &str = "gateway";

fn mac(message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET), message).as_ref().to_vec()
}

/// What is put into JSON to break it.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "\\ud83d\\ude00",
    "\\/",
    "\\x",
    " ",
    "\n",
    "\t",
    "\0",
    "\u{feff}",
    "\u{e9}",
    "0",
    "-",
    "-0",
    "1",
    ".5",
    "1.5",
    "e3",
    "1e400",
    "1e-3",
    "9223372036854775808",
    "null",
    "true",
    "false",
    "NaN",
    "\"exp\":",
    "\"exp\":1,",
    "\"exp\":9999999999,",
    "\"\\u0065xp\":1,",
    "\"nbf\":0,",
    "\"nbf\":9999999999,",
    "\"iat\":null,",
    "\"aud\":[],",
    "\"aud\":\"gateway\",",
    "\"aud\":[\"a\",\"gateway\"],",
    "\"aud\":7,",
    "\"iss\":1,",
    "\"sub\":[1],",
    "\"x\":{\"exp\":1},",
    "\"x\":[[[]]],",
    "\"alg\":\"none\",",
    "\"alg\":\"HS256\",",
    "\"alg\":\"HS384\",",
    "\"crit\":[\"exp\"],",
    "\"b64\":false,",
    "\"kid\":1,",
    "\"kid\":\"a\",",
    "\"typ\":null,",
    "\"jwk\":1,",
    "\"x5c\":[\"a\"],",
    "{}",
    "[]",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
];

struct Mutator {
    random: StdRng,
    headers: Vec<String>,
    payloads: Vec<String>,
}

impl Mutator {
    fn new(now: i64) -> Self {
        let (iat, exp) = (now - 100, now + 100_000);
        let headers =
            [r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"typ":"JWT","kid":"a","alg":"HS256"}"#, r#"{ "alg" : "HS256" }"#];
        let payloads = [
            format!(r#"{{"aud":"gateway","iat":{iat},"exp":{exp}}}"#),
            format!(
                r#"{{"iss":"i","sub":"s","aud":["x","gateway"],"nbf":{iat},"exp":{exp},"list":[1,{{"a":"\u00e9"}}]}}"#
            ),
            format!(r#"{{"exp":{exp}.5,"aud":"gateway","t":true,"n":null,"f":-1.5e-3}}"#),
        ];
        Self {
            random: StdRng::seed_from_u64(51),
            headers: headers.map(str::to_owned).into(),
            payloads: payloads.into(),
        }
    }

    fn token(&mut self) -> Vec<u8> {
        let mut header = self.headers.choose(&mut self.random).unwrap().clone().into_bytes();
        let mut payload = self.payloads.choose(&mut self.random).unwrap().clone().into_bytes();
        let where_to = self.random.gen_range(0..10);
        for _ in 0..self.random.gen_range(0..4) {
            match where_to {
                0..=2 => self.mutate(&mut header),
                3..=7 => self.mutate(&mut payload),
                _ => {}
            }
        }
        let mut token = forge(&header, &payload, mac);
        if where_to == 9 {
            self.mutate_text(&mut token);
        }
        token
    }

    /// Changes JSON in one place, mostly between two of its tokens.
    fn mutate(&mut self, json: &mut Vec<u8>) {
        if json.is_empty() {
            return;
        }
        if self.random.r#gen() {
            // A whole member, in front of the others.
            let piece = PIECES.iter().filter(|piece| piece.ends_with(',') && piece.len() > 1).collect::<Vec<_>>();
            let member = piece.choose(&mut self.random).unwrap().as_bytes();
            json.splice(1..1, member.iter().copied());
            return;
        }
        let borders: Vec<_> = (1..json.len()).filter(|&at| b"{}[]:,\"".contains(&json[at - 1])).collect();
        let any = self.random.gen_range(0..json.len());
        let place =
            if self.random.gen_ratio(2, 3) { borders.choose(&mut self.random).copied().unwrap_or(any) } else { any };
        let end = (place + self.random.gen_range(0..6)).min(json.len());
        let piece = PIECES.choose(&mut self.random).unwrap().as_bytes().to_vec();
        let copied = json[place..end].to_vec();
        let new = match self.random.gen_range(0..8) {
            0..=3 => [&piece, &copied[..]].concat(),
            4 => piece,
            5 => Vec::new(),
            6 => copied.repeat(2),
            _ => vec![self.random.r#gen()],
        };
        json.splice(place..end, new);
    }

    /// Changes a token, which nobody signs again.
    fn mutate_text(&mut self, token: &mut Vec<u8>) {
        let place = self.random.gen_range(0..token.len());
        match self.random.gen_range(0..5) {
            0 => token[place] = *b"AB-_.=+/ \n".choose(&mut self.random).unwrap(),
            1 => token.insert(place, *b"AB-_.=+/ \n".choose(&mut self.random).unwrap()),
            2 => drop(token.remove(place)),
            3 => token.truncate(place),
            _ => token.push(*b"A.= \0".choose(&mut self.random).unwrap()),
        }
    }
}

/// Header and payload as they were encoded, where they are UTF-8.
fn parts(token: &[u8]) -> Option<[String; 2]> {
    use base64ct::{Base64UrlUnpadded, Encoding};

    let mut parts = std::str::from_utf8(token).ok()?.split('.');
    let mut part = || String::from_utf8(Base64UrlUnpadded::decode_vec(parts.next()?).ok()?).ok();
    Some([part()?, part()?])
}

/// How deep the values of an object nest.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

fn has_duplicate(members: &[(String, Value)]) -> bool {
    members.iter().enumerate().any(|(index, (name, _))| members[..index].iter().any(|(earlier, _)| earlier == name))
}

/// Whether the token has what the status says, by another reader's eyes. `None`: the token is accepted here, and refused there.
fn is_explained(status: Option<Status>, header: &str, payload: &str, now: i64) -> bool {
    let is_object = |json: &str| serde_json::from_str::<Map<String, Value>>(json).is_ok();
    // That reader takes floating point for numbers and bounds nesting by 128.
    if !is_object(header) || !is_object(payload) {
        return status.is_none() && (payload.contains("e400") || header.contains("e400"));
    }
    let (header, payload) = (members(header), members(payload));
    let get = |members: &[(String, Value)], wanted: &str| {
        members.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
    };
    let of_header = |name: &str| get(&header, name);
    let claim = |name| get(&payload, name);
    let is_text_or_missing = |value: Option<Value>| value.is_none_or(|value| value.is_string());
    let is_time =
        |value: &Value| value.as_f64().is_some_and(|seconds| (0.0..9_223_372_036_854_775_808.0).contains(&seconds));
    let after = |value: Option<Value>, limit: i64| {
        value.and_then(|value| value.as_f64()).is_some_and(|time| time > limit as f64)
    };
    match status {
        // The stranger insists on the types of parameters that are not read here.
        None => {
            let is_other = |name: &str| of_header(name).is_some_and(|value| !value.is_string());
            ["jku", "x5u", "x5t", "cty"].into_iter().any(is_other) || of_header("jwk").or(of_header("x5c")).is_some()
        }
        Some(Status::JWT_REJECT_DUPLICATE_NAME) => has_duplicate(&header) || has_duplicate(&payload),
        Some(Status::JWT_REJECT_CRITICAL_HEADER) => of_header("crit").or(of_header("b64")).is_some(),
        Some(Status::JWT_REJECT_CLAIM_TYPE) => {
            let times = ["exp", "nbf", "iat"].into_iter().filter_map(claim);
            let texts = ["iss", "sub"].into_iter().all(|name| is_text_or_missing(claim(name)));
            let audience = match claim("aud") {
                Some(Value::Array(entries)) => entries.iter().all(Value::is_string),
                other => is_text_or_missing(other),
            };
            !(times.into_iter().all(|time| is_time(&time)) && texts && audience)
        }
        Some(Status::JWT_REJECT_LIFETIME) => {
            let [expiry, issued_at] = ["exp", "iat"].map(|name| claim(name).and_then(|value| value.as_f64()).unwrap());
            expiry < issued_at + 1.0
        }
        Some(Status::JWT_REJECT_NOT_YET_VALID) => after(claim("iat"), now) || after(claim("nbf"), now),
        Some(Status::JWT_REJECT_MALFORMED) => {
            let values = header.iter().chain(&payload).map(|(_, value)| depth(value)).max();
            values > Some(32)
                || header.len() > JWT_HEADER_PARAMETERS_MAX
                || !is_text_or_missing(of_header("typ"))
                || !is_text_or_missing(of_header("kid"))
        }
        _ => false,
    }
}

#[test]
fn verdicts_on_a_hundred_thousand_tokens_are_those_of_another_verifier_or_explained() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    let secret = Hs256::secret(SECRET).unwrap();
    let policy =
        Policy { now, lifetime_max: JWT_LIFETIME_ANY, audience: Some(AUDIENCE.to_owned()), allow_any_audience: false };
    let key = DecodingKey::from_secret(SECRET);
    let mut validation = Validation::new(Algorithm::HS256);
    (validation.leeway, validation.validate_nbf) = (0, true);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "aud"]);

    let mut mutator = Mutator::new(now);
    let (mut both_accept, mut both_refuse, mut differing) = (0, 0, BTreeMap::new());
    for _ in 0..TOKENS {
        let token = mutator.token();
        let ours = verify(&token, &secret.verifier(), &policy);
        let theirs = decode::<Map<String, Value>>(&token, &key, &validation);
        match (&ours, &theirs) {
            (Ok(payload), Ok(accepted)) => {
                let claims: Map<String, Value> = serde_json::from_str(payload).unwrap();
                assert_eq!(claims, accepted.claims, "accepted by both, and read otherwise");
                both_accept += 1;
            }
            (Err(_), Err(_)) => both_refuse += 1,
            _ => {
                let status = ours.as_ref().err().copied();
                let explained =
                    parts(&token).is_some_and(|[header, payload]| is_explained(status, &header, &payload, now));
                assert!(explained, "{status:?}, but {theirs:?}: {:?}", parts(&token));
                *differing.entry(status.map_or("accepted".to_owned(), |status| format!("{status:?}"))).or_insert(0) +=
                    1;
            }
        }
    }
    println!("{both_accept} accepted by both, {both_refuse} refused by both, and by one only: {differing:?}");
    assert!(both_accept > TOKENS / 10 && both_refuse > TOKENS / 10);
}
