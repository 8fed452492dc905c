//! Tokens that were published, and those of minters that share no code with the library, are accepted; with any bit of them
//! flipped they are not.

mod capi;
mod support;

use aws_lc_rs::{hmac, rand::SystemRandom};
use capi::random::Source;
use capi::token::{base64url, members};
use capi::verify::{Policy, forge, verify, verify_jws};
use capi::{Claims, Es256, Es256Public, Hs256, PrivateKey, Rs256Public, Status, Verifier, der, key_file};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use jwt_mint::ffi::verify::{JWT_CLAIMS_MAX, JWT_LIFETIME_ANY};
use rsa::pkcs8::DecodePrivateKey;
use rsa::signature::{SignatureEncoding, Signer as _};
use serde_json::json;

/// RFC 7515 appendix A and RFC 7519 section 3.1: what their tokens say.
const JOE: &str = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
const JOE_TEXT: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

/// The token of the RFC is accepted until it expires, as a token and as a JWS.
#[track_caller]
fn is_joes(token: &str, verifier: &Verifier<'_>) {
    let mut policy = Policy { now: 1_300_819_379, lifetime_max: JWT_LIFETIME_ANY, ..Policy::default() };
    assert_eq!(verify(token.as_bytes(), verifier, &policy).as_deref(), Ok(JOE));
    assert_eq!(verify_jws(token.as_bytes(), verifier).as_deref(), Ok(JOE.as_bytes()));
    policy.now += 1;
    assert_eq!(verify(token.as_bytes(), verifier, &policy), Err(Status::JWT_REJECT_EXPIRED));
    policy = Policy { now: 1_300_819_379, ..Policy::default() };
    assert_eq!(verify(token.as_bytes(), verifier, &policy), Err(Status::JWT_REJECT_MISSING_CLAIM));
}

/// The `k` of RFC 7515 appendix A.1.
fn joes_secret() -> Hs256 {
    let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    Hs256::secret(&base64url(key)).unwrap()
}

#[test]
fn tokens_of_rfc_7515_are_accepted() {
    // A.1, which is also RFC 7519 section 3.1.
    let token =
        format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{JOE_TEXT}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    is_joes(&token, &joes_secret().verifier());
    // A.2.
    let modulus = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pC\
         gNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg6\
         65xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRW\
         yuXpoQ";
    let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds\
        9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn\
        6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_\
        IoypGlUPQGe77Rw";
    let key = Rs256Public::der(&der::pkcs1_public(&base64url(modulus), &[1, 0, 1])).unwrap();
    is_joes(&format!("eyJhbGciOiJSUzI1NiJ9.{JOE_TEXT}.{signature}"), &key.verifier());
    // A.3.
    let (x, y) = ("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let key = Es256Public::raw(&[vec![4], base64url(x), base64url(y)].concat()).unwrap();
    is_joes(&format!("eyJhbGciOiJFUzI1NiJ9.{JOE_TEXT}.{signature}"), &key.verifier());
}

/// RFC 7515 appendix A.5, RFC 7519 section 6.1: the same claims, unsecured.
#[test]
fn unsecured_token_of_rfc_7515_is_refused() {
    let token = format!("eyJhbGciOiJub25lIn0.{JOE_TEXT}.");
    let policy = Policy { now: 1_300_819_379, lifetime_max: JWT_LIFETIME_ANY, ..Policy::default() };
    let (secret, ec) = (joes_secret(), Es256Public::pem(&key_file("ec_public.pem")).unwrap());
    for verifier in [secret.verifier(), ec.verifier()] {
        assert_eq!(verify(token.as_bytes(), &verifier, &policy), Err(Status::JWT_REJECT_ALGORITHM));
        assert_eq!(verify_jws(token.as_bytes(), &verifier), Err(Status::JWT_REJECT_ALGORITHM));
    }
}

/// RFC 7520 sections 4.1 and 4.4: the payload is no JSON.
#[test]
fn signatures_of_rfc_7520_are_accepted() {
    let frodo = "It\u{2019}s a dangerous business, Frodo, going out your door. You step onto the road, and if you don't keep \
        your feet, there\u{2019}s no knowing where you might be swept off to.";
    let text = "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9h\
        ZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0\
        by4";
    let modulus = "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKr\
        Kb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJls\
        de3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHd\
        rNP5zw";
    let header = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9";
    let signature = "MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB\
        -BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0\
        ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18\
        kDquDg";
    let key = Rs256Public::der(&der::pkcs1_public(&base64url(modulus), &[1, 0, 1])).unwrap();
    let jws = format!("{header}.{text}.{signature}");
    assert_eq!(verify_jws(jws.as_bytes(), &key.verifier()).as_deref(), Ok(frodo.as_bytes()));

    let key = Hs256::secret(&base64url("hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg")).unwrap();
    let header = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9";
    let jws = format!("{header}.{text}.s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0");
    assert_eq!(verify_jws(jws.as_bytes(), &key.verifier()).as_deref(), Ok(frodo.as_bytes()));
    // It is no token.
    let policy = Policy { now: 1_700_000_000, ..Policy::default() };
    assert_eq!(verify(jws.as_bytes(), &key.verifier(), &policy), Err(Status::JWT_REJECT_MALFORMED));
}

const SECRET: &[u8; 32] = b"0123456789abcdef0123456789abcdef";

fn mac(message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET), message).as_ref().to_vec()
}

/// Tokens of two minters for each algorithm, with the verifier that is to accept them: `jsonwebtoken` over AWS-LC, and
/// headers and payloads in a form of their own signed by AWS-LC and by the `rsa` package.
fn strangers_tokens() -> Vec<(&'static str, Vec<u8>)> {
    let claims =
        json!({"sub": "caf\u{e9} \"7\"", "iat": 1_700_000_000, "exp": 1_700_003_600, "list": [1, {"a": null}]});
    let header = |algorithm| Header { kid: Some("key/7".to_owned()), ..Header::new(algorithm) };
    let ec = EncodingKey::from_ec_pem(key_file("ec_pkcs8.pem").as_bytes()).unwrap();
    let rsa = EncodingKey::from_rsa_pem(key_file("rsa_2048_pkcs8.pem").as_bytes()).unwrap();
    let spaced = serde_json::to_vec_pretty(&claims).unwrap();
    let header_of = |name| format!("{{ \"typ\":\"JWT\",\r\n \"alg\":\"{name}\" }}").into_bytes();

    let ec_der = support::keys::last_block(&key_file("ec_pkcs8.pem")).unwrap();
    let ec_pair =
        aws_lc_rs::signature::EcdsaKeyPair::from_pkcs8(&aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING, &ec_der)
            .unwrap();
    let rsa_key = rsa::RsaPrivateKey::from_pkcs8_pem(&key_file("rsa_2048_pkcs8.pem")).unwrap();
    let rsa_signer = rsa::pkcs1v15::SigningKey::<rsa::sha2::Sha256>::new(rsa_key);
    vec![
        ("HS256", encode(&header(Algorithm::HS256), &claims, &EncodingKey::from_secret(SECRET)).unwrap().into_bytes()),
        ("HS256", forge(&header_of("HS256"), &spaced, mac)),
        ("ES256", encode(&header(Algorithm::ES256), &claims, &ec).unwrap().into_bytes()),
        (
            "ES256",
            forge(&header_of("ES256"), &spaced, |message| {
                ec_pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
            }),
        ),
        ("RS256", encode(&header(Algorithm::RS256), &claims, &rsa).unwrap().into_bytes()),
        ("RS256", forge(&header_of("RS256"), &spaced, |message| rsa_signer.sign(message).to_vec())),
    ]
}

#[test]
fn tokens_of_strangers_are_accepted_and_every_flipped_bit_is_refused() {
    let secret = Hs256::secret(SECRET).unwrap();
    let ec = Es256Public::pem(&key_file("ec_public.pem")).unwrap();
    let rsa = Rs256Public::pem(&key_file("rsa_2048_public.pem")).unwrap();
    let policy = Policy { now: 1_700_000_000, ..Policy::default() };
    for (algorithm, mut token) in strangers_tokens() {
        let verifier = match algorithm {
            "HS256" => secret.verifier(),
            "ES256" => ec.verifier(),
            _ => rsa.verifier(),
        };
        let payload = verify(&token, &verifier, &policy).unwrap_or_else(|status| panic!("{algorithm}: {status:?}"));
        let subject = ("sub".to_owned(), json!("caf\u{e9} \"7\""));
        assert!(members(&payload).contains(&subject), "{payload}");
        for place in 0..token.len() {
            for bit in 0..8 {
                token[place] ^= 1 << bit;
                let verdict = verify(&token, &verifier, &policy);
                let is_refused =
                    verdict.as_ref().is_err_and(|status| status.name().to_bytes().starts_with(b"JWT_REJECT"));
                assert!(is_refused, "{algorithm}, bit {bit} of {place}: {verdict:?}");
                token[place] ^= 1 << bit;
            }
        }
    }
}

/// What is minted here is accepted here, and says what was asked for.
#[test]
fn our_own_tokens_are_accepted() {
    let (private, public) =
        (Es256::pem(&key_file("ec_sec1.pem")).unwrap(), Es256Public::pem(&key_file("ec_public.pem")).unwrap());
    let (secret, mut source) = (Hs256::secret(SECRET).unwrap(), Source::new(41));
    for round in 0..3_000 {
        let by_ec = round % 10 == 0;
        let claims = if by_ec { source.claims() } else { Claims::General(source.general()) };
        let (signer, verifier) =
            if by_ec { (private.signer(), public.verifier()) } else { (secret.signer(), secret.verifier()) };
        let token = claims.mint(&signer).unwrap();
        let expected = claims.expected();
        let number =
            |wanted: &str| expected.iter().find(|(name, _)| name == wanted).and_then(|(_, value)| value.as_i64());
        let now = number("iat").max(number("nbf")).unwrap();
        let policy = Policy { now, lifetime_max: JWT_LIFETIME_ANY, allow_any_audience: true, audience: None };
        let payload = verify(token.as_bytes(), &verifier, &policy);
        let payload = payload.unwrap_or_else(|status| panic!("{status:?}: {token} of {claims:?}"));
        assert_eq!(members(&payload), expected);
    }
    for (bits, key) in [(2048, "rsa_2048"), (3072, "rsa_3072"), (4096, "rsa_4096")] {
        let private = PrivateKey::pem(&key_file(&format!("{key}_pkcs8.pem"))).unwrap();
        let public = Rs256Public::pem(&key_file(&format!("{key}_public.pem"))).unwrap();
        let token = Claims::General(source.general()).mint(&private.signer()).unwrap();
        let verdict = verify_jws(token.as_bytes(), &public.verifier());
        assert!(verdict.is_ok(), "{bits}: {verdict:?}");
    }
}

#[test]
fn as_many_claims_as_are_minted_are_accepted_and_no_more() {
    let secret = Hs256::secret(SECRET).unwrap();
    let policy = Policy { now: 1_700_000_000, ..Policy::default() };
    for (count, expected) in [(JWT_CLAIMS_MAX, Ok(())), (JWT_CLAIMS_MAX + 1, Err(Status::JWT_REJECT_MALFORMED))] {
        let own: String = (2..count).map(|number| format!(",\"{number}\":0")).collect();
        let payload = format!("{{\"iat\":1700000000,\"exp\":1700000060{own}}}");
        let token = forge(br#"{"alg":"HS256"}"#, payload.as_bytes(), mac);
        assert_eq!(verify(&token, &secret.verifier(), &policy).map(|_| ()), expected, "{count}");
    }
}
