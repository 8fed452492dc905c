//! A token taken apart by RFC 7515 to the letter, with nothing that the library uses.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

pub struct Token<'t> {
    pub signing_input: &'t str,
    /// The header's JSON.
    pub header: String,
    /// The payload's JSON.
    pub payload: String,
    pub signature: Vec<u8>,
}

impl<'t> Token<'t> {
    /// Panics on whatever is not a JWS in compact form (RFC 7515 section 3.1).
    pub fn parse(token: &'t str) -> Self {
        let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
            panic!("{token} has not two dots");
        };
        let json = |part| String::from_utf8(base64url(part)).expect("JSON is UTF-8");
        Self {
            signing_input: &token[..header.len() + 1 + payload.len()],
            header: json(header),
            payload: json(payload),
            signature: base64url(signature),
        }
    }
}

/// RFC 7515 section 2: its alphabet and nothing else, the unused bits zero.
pub fn base64url(text: &str) -> Vec<u8> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::with_capacity(text.len()));
    for character in text.bytes() {
        let digit = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => panic!("{:?} in {text:?} is not of the alphabet", char::from(character)),
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    assert!(count < 6 && bits == 0, "{text:?} ends in bits of nothing");
    bytes
}

/// The members of a JSON object in their order. Names that occur twice are kept twice.
pub fn members(json: &str) -> Vec<(String, Value)> {
    serde_json::from_str::<Members>(json).unwrap_or_else(|error| panic!("{json}: {error}")).0
}

struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}
