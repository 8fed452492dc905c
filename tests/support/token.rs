//! Checks the tokens that C cases print, with a verifier that shares no code with the library.
//!
//! The lines are `TOKEN <key> <token> <payload>`; `tests/c/harness.h` tells what they hold.

use std::fs;

use base64ct::{Base64UrlUnpadded, Encoding};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PublicKeyParts;

/// Checks every token in what a case printed; returns how many there were.
pub fn check_all(output: &str) -> Result<usize, String> {
    for line in lines(output) {
        check(line).map_err(|why| format!("{why}: {line}"))?;
    }
    Ok(lines(output).count())
}

/// The tokens in what a case printed, with their keys and payloads.
pub fn lines(output: &str) -> impl Iterator<Item = &str> {
    output.lines().filter_map(|line| line.strip_prefix("TOKEN "))
}

/// The share of one case in what a run of all cases printed: what stands between the verdict before and its own good one.
pub fn said_in<'a>(all: &'a str, case: &str) -> Option<&'a str> {
    let verdict = format!("ok {case}");
    let mut start = 0;
    let mut end = 0;
    for line in all.split_inclusive('\n') {
        if line.trim_end() == verdict {
            return all.get(start..end);
        }
        end += line.len();
        if line.starts_with("ok ") || line.starts_with("FAILED ") {
            start = end;
        }
    }
    None
}

fn check(line: &str) -> Result<(), String> {
    let mut words = line.splitn(3, ' ');
    let (Some(key), Some(token), Some(expected)) = (words.next(), words.next(), words.next()) else {
        return Err("a TOKEN line holds a key, a token and a payload".to_owned());
    };
    let (algorithm, key) = decoding_key(key)?;
    let mut validation = Validation::new(algorithm);
    // The times are the test's own: only the signature and the algorithm are in question.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    jsonwebtoken::decode::<serde_json::Value>(token, &key, &validation).map_err(|error| error.to_string())?;

    let payload = base64url(token.split('.').nth(1).ok_or("no payload")?)?;
    if payload == expected.as_bytes() {
        Ok(())
    } else {
        Err(format!("the payload is {} and not {expected}", String::from_utf8_lossy(&payload)))
    }
}

/// The bytes of a part of a token.
pub fn base64url(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = vec![0; text.len()];
    let len = Base64UrlUnpadded::decode(text, &mut bytes).map_err(|error| error.to_string())?.len();
    bytes.truncate(len);
    Ok(bytes)
}

/// The key for what stands in a TOKEN line.
fn decoding_key(name: &str) -> Result<(Algorithm, DecodingKey), String> {
    if let Some(digits) = name.strip_prefix("hs256:") {
        return Ok((Algorithm::HS256, DecodingKey::from_secret(&from_hex(digits).ok_or("no hexadecimal secret")?)));
    }
    let pem = fs::read_to_string(super::keys::file(name)).map_err(|error| format!("tests/keys/{name}.pem: {error}"))?;
    let text = |error: jsonwebtoken::errors::Error| error.to_string();
    if name.starts_with("ec_") {
        Ok((Algorithm::ES256, DecodingKey::from_ec_pem(pem.as_bytes()).map_err(text)?))
    } else if pem.contains("BEGIN PUBLIC KEY") {
        Ok((Algorithm::RS256, DecodingKey::from_rsa_pem(pem.as_bytes()).map_err(text)?))
    } else {
        let key = rsa::RsaPrivateKey::from_pkcs8_pem(&pem).map_err(|error| error.to_string())?;
        let (modulus, exponent) = (key.n().to_bytes_be(), key.e().to_bytes_be());
        Ok((Algorithm::RS256, DecodingKey::from_rsa_raw_components(&modulus, &exponent)))
    }
}

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
