//! Verifiers that share no code with the library accept every token, and read in it what was asked for and nothing else.

mod capi;

use std::collections::BTreeSet;

use aws_lc_rs::digest;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use capi::random::{SWEEP, Source};
use capi::token::{Token, members};
use capi::{Claims, Es256, General, Hs256, Own, Period, Rs256, Signer, Status, key_file, sign};
use ecdsa::hazmat::sign_prehashed_rfc6979;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use p256::ecdsa::signature::Signer as _;
use p256::elliptic_curve::sec1::ToSec1Point;
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};
use serde_json::{Map, Value, json};
use sha2::Sha256;

/// A verifier that is not ours.
struct Stranger {
    algorithm: Algorithm,
    key: DecodingKey,
    validation: Validation,
}

impl Stranger {
    fn new(algorithm: Algorithm, key: DecodingKey) -> Self {
        let mut validation = Validation::new(algorithm);
        // The claims are compared one by one instead.
        (validation.validate_exp, validation.validate_aud) = (false, false);
        Self { algorithm, key, validation }
    }

    fn es256(public_key: &str) -> Self {
        Self::new(Algorithm::ES256, DecodingKey::from_ec_pem(key_file(public_key).as_bytes()).unwrap())
    }

    fn rs256(public_key: &str) -> Self {
        Self::new(Algorithm::RS256, DecodingKey::from_rsa_pem(key_file(public_key).as_bytes()).unwrap())
    }

    fn hs256(secret: &[u8]) -> Self {
        Self::new(Algorithm::HS256, DecodingKey::from_secret(secret))
    }

    /// The token of these claims, once it is found to be accepted and to say exactly what they say.
    fn mint_and_check(&self, signer: &Signer<'_>, claims: &Claims) -> String {
        let token = claims.mint(signer).unwrap_or_else(|status| panic!("{status:?}: {claims:?}"));
        let parts = Token::parse(&token);
        let Self { algorithm, key, validation } = self;

        let header = format!(r#"{{"alg":"{algorithm:?}","typ":"JWT""#);
        match claims.key_id() {
            None => assert_eq!(parts.header, header + "}"),
            Some(key_id) => {
                assert!(parts.header.starts_with(&(header + r#","kid":""#)), "{}", parts.header);
                let expected =
                    [("alg", json!(format!("{algorithm:?}"))), ("typ", json!("JWT")), ("kid", json!(key_id))];
                assert_eq!(members(&parts.header), expected.map(|(name, value)| (name.to_owned(), value)));
            }
        }
        let expected = claims.expected();
        assert_eq!(members(&parts.payload), expected, "{claims:?}");

        let accepted = decode::<Map<String, Value>>(&token, key, validation)
            .unwrap_or_else(|error| panic!("{error}: {token} of {claims:?}"));
        assert_eq!(accepted.claims, expected.into_iter().collect(), "{claims:?}");
        token
    }
}

/// Which lengths and characters occurred.
#[derive(Default)]
struct Seen {
    payload_tails: BTreeSet<usize>,
    block_lengths: BTreeSet<usize>,
    utf8_widths: BTreeSet<usize>,
    escaped: BTreeSet<char>,
}

impl Seen {
    fn note(&mut self, token: &str) {
        let parts = Token::parse(token);
        self.payload_tails.insert(parts.payload.len() % 3);
        self.block_lengths.insert(parts.signing_input.len() % 64);
        self.utf8_widths.extend(parts.payload.chars().map(char::len_utf8));
        for (_, value) in members(&parts.payload) {
            self.escaped
                .extend(value.as_str().unwrap_or_default().chars().filter(|&c| c < ' ' || c == '"' || c == '\\'));
        }
    }

    fn assert_all(&self) {
        assert!(self.payload_tails.iter().copied().eq(0..3), "tails modulo 3: {:?}", self.payload_tails);
        assert!(self.block_lengths.iter().copied().eq(0..64), "lengths modulo 64: {:?}", self.block_lengths);
        assert!(self.utf8_widths.iter().copied().eq(1..=4), "UTF-8 widths: {:?}", self.utf8_widths);
        assert!(self.escaped.iter().copied().eq(('\0'..' ').chain(['"', '\\'])), "escaped: {:?}", self.escaped);
    }
}

/// Mints `count` tokens; each must be accepted and say what was asked for.
fn soak(seed: u64, count: usize, signer: &Signer<'_>, stranger: &Stranger) {
    let (mut source, mut seen) = (Source::new(seed), Seen::default());
    for index in 0..count {
        let any_entry = index >= SWEEP && stranger.algorithm != Algorithm::HS256;
        let claims = if any_entry { source.claims() } else { source.sweep(index) };
        seen.note(&stranger.mint_and_check(signer, &claims));
    }
    seen.assert_all();
}

#[test]
fn ten_thousand_es256_tokens_are_accepted() {
    let stranger = Stranger::es256("ec_public.pem");
    std::thread::scope(|threads| {
        for (seed, form) in [(1, "ec_sec1.pem"), (2, "ec_pkcs8.pem")] {
            let stranger = &stranger;
            threads.spawn(move || soak(seed, 5_000, &Es256::pem(&key_file(form)).unwrap().signer(), stranger));
        }
    });
}

#[test]
fn ten_thousand_hs256_tokens_are_accepted() {
    let mut random = StdRng::seed_from_u64(3);
    for secret_len in [32, 33, 63, 64, 65, 127, 128, 129, 255, 1000] {
        let mut secret = vec![0; secret_len];
        random.fill_bytes(&mut secret);
        let key = Hs256::secret(&secret).unwrap();
        soak(random.next_u64(), 1_000, &key.signer(), &Stranger::hs256(&secret));
    }
}

#[test]
fn three_hundred_rs256_tokens_of_each_size_are_accepted() {
    for (seed, bits) in [(4, 2048), (5, 3072), (6, 4096)] {
        let key = Rs256::pem(&key_file(&format!("rsa_{bits}_pkcs8.pem"))).unwrap();
        soak(seed, 300, &key.signer(), &Stranger::rs256(&format!("rsa_{bits}_public.pem")));
    }
}

/// Deterministic ECDSA has one right answer.
#[test]
fn es256_signatures_are_those_of_another_signer() {
    let mut random = StdRng::seed_from_u64(7);
    for key in 0..20 {
        let mut scalar = [0; 32];
        random.fill_bytes(&mut scalar);
        let (ours, theirs) = (Es256::raw(&scalar).unwrap(), p256::ecdsa::SigningKey::from_slice(&scalar).unwrap());
        let point = theirs.verifying_key().to_sec1_point(false);
        let verifier = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point.as_bytes());
        for len in (0..10).map(|round| key * 10 + round).chain([random.gen_range(200..65_535)]) {
            let mut message = vec![0; len];
            random.fill_bytes(&mut message);
            let signature = sign(&ours.signer(), &message).unwrap();
            let expected: p256::ecdsa::Signature = theirs.sign(&message);
            assert_eq!(signature, expected.to_bytes()[..], "{len} bytes signed by {scalar:02x?}");
            verifier.verify(&message, &signature).expect("a good signature");
        }
    }
}

/// So has ECDSA with additional data in the nonce (RFC 6979 section 3.6).
#[test]
fn hedged_es256_signatures_are_those_of_another_signer() {
    let mut random = StdRng::seed_from_u64(8);
    let lens = (1..=130).chain([255, 256, 1_000, 65_535]).chain([32; 20]);
    for len in lens {
        let (mut scalar, mut entropy, mut message) = ([0; 32], vec![0; len], vec![0; random.gen_range(0..300)]);
        random.fill_bytes(&mut scalar);
        random.fill_bytes(&mut entropy);
        random.fill_bytes(&mut message);
        let (ours, theirs) = (Es256::raw(&scalar).unwrap(), p256::NonZeroScalar::try_from(&scalar[..]).unwrap());
        let digest = digest::digest(&digest::SHA256, &message);
        let (expected, _) = sign_prehashed_rfc6979::<p256::NistP256, Sha256>(&theirs, digest.as_ref(), &entropy);
        let signature = ours.sign_hedged(&entropy, &message).unwrap();
        assert_eq!(signature, expected.to_bytes()[..], "{len} bytes of entropy, {scalar:02x?}");
        let point = p256::PublicKey::from_secret_scalar(&theirs).to_sec1_point(false);
        let verifier = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point.as_bytes());
        verifier.verify(&message, &signature).expect("a good signature");
        assert_ne!(Ok(signature), sign(&ours.signer(), &message), "{len} bytes of entropy made no difference");
    }
}

/// The texts of every entry, one after the other, and what tells them apart.
fn with_text(text: &str) -> Vec<(&'static str, Claims)> {
    let period = Period { now: 1_500_000_000, floor: 0, lifetime: 3600 };
    let (given, harmless) = (text.to_owned(), "harmless".to_owned());
    let none = General {
        issuer: None,
        subject: None,
        audience: None,
        jwt_id: None,
        key_id: None,
        not_before: 0,
        period,
        own: Vec::new(),
    };
    let some = || Some(given.clone());
    vec![
        ("project", Claims::Mqtt { project: given.clone(), period }),
        ("system key", Claims::Http { system_key: given.clone(), device: harmless.clone(), period }),
        ("device", Claims::Http { system_key: harmless.clone(), device: given.clone(), period }),
        ("iss", Claims::General(General { issuer: some(), ..none.clone() })),
        ("sub", Claims::General(General { subject: some(), ..none.clone() })),
        ("aud", Claims::General(General { audience: some(), ..none.clone() })),
        ("jti", Claims::General(General { jwt_id: some(), ..none.clone() })),
        ("kid", Claims::General(General { key_id: some(), ..none.clone() })),
        ("own name", Claims::General(General { own: vec![(given.clone(), Own::Boolean(true))], ..none.clone() })),
        ("own text", Claims::General(General { own: vec![(harmless, Own::Text(given.clone()))], ..none })),
    ]
}

#[test]
fn a_text_cannot_smuggle_in_a_claim() {
    let (key, stranger) = (Es256::pem(&key_file("ec_sec1.pem")).unwrap(), Stranger::es256("ec_public.pem"));
    for injection in
        [r#"a","exp":9999999999,"x":""#, r#"a\","exp":9999999999,"x":""#, "a\"}\n{\"exp\":9999999999,\"x\":\""]
    {
        for (place, claims) in with_text(injection) {
            let token = stranger.mint_and_check(&key.signer(), &claims);
            let payload = members(&Token::parse(&token).payload);
            let expiries: Vec<_> = payload.iter().filter(|(name, _)| name == "exp").collect();
            assert_eq!(expiries, [&("exp".to_owned(), json!(1_500_003_600))], "{place}");
        }
    }
}

#[test]
fn a_json_claim_cannot_smuggle_in_a_claim() {
    let key = Es256::pem(&key_file("ec_sec1.pem")).unwrap();
    let period = Period { now: 1_500_000_000, floor: 0, lifetime: 3600 };
    for injection in
        [r#"1,"exp":9999999999"#, r#"{}},{"exp":9999999999"#, r#""a","exp":9999999999,"x":"""#, "1}", "1 2", ""]
    {
        let (issuer, subject, audience, jwt_id, key_id) = (None, None, None, None, None);
        let own = vec![("x".to_owned(), Own::Json(injection.to_owned()))];
        let claims = General { issuer, subject, audience, jwt_id, key_id, not_before: 0, period, own };
        assert_eq!(Claims::General(claims).mint(&key.signer()), Err(Status::JWT_ERR_JSON), "{injection}");
    }
}
