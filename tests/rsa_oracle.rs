//! RS256 against two other libraries: the same key and message must give the same signature, byte for byte. Then keys that
//! no generator makes: legal ones must sign alike, the others must be refused.

mod capi;

use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use capi::{Rs256, Status, der, sign};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::EncodePrivateKey;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding, Signer};
use rsa::traits::PrivateKeyParts;
use rsa::{BigUint, RsaPrivateKey};

/// Around every border of a block of SHA-256 and of a text's tail, and the longest message.
const MESSAGE_LENS: &[usize] =
    &[0, 1, 2, 3, 31, 32, 33, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000, 65_535];

fn random_keys(seed: u64, bits: usize, count: usize) -> Vec<RsaPrivateKey> {
    let mut random = StdRng::seed_from_u64(seed);
    (0..count).map(|_| RsaPrivateKey::new(&mut random, bits).expect("a key")).collect()
}

/// Keys of 2048 bits that the tests share.
fn keys_2048() -> &'static [RsaPrivateKey] {
    static KEYS: OnceLock<Vec<RsaPrivateKey>> = OnceLock::new();
    KEYS.get_or_init(|| random_keys(2048, 2048, 6))
}

/// Signs messages of these lengths with three libraries.
fn hold(what: &str, ours: &Rs256, theirs: &RsaPrivateKey, pkcs1: &[u8], lens: &[usize]) {
    let theirs = SigningKey::<Sha256>::new(theirs.clone());
    let others = RsaKeyPair::from_der(pkcs1).unwrap_or_else(|error| panic!("{what}: {error}"));
    for &len in lens {
        let mut message = vec![0; len];
        StdRng::seed_from_u64(len as u64).fill_bytes(&mut message);
        let signature = sign(&ours.signer(), &message);
        assert_eq!(signature, Ok(theirs.sign(&message).to_vec()), "{what}: {len} bytes, rsa");
        let mut other = vec![0; others.public_modulus_len()];
        others.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &message, &mut other).expect("a signature");
        assert_eq!(signature, Ok(other), "{what}: {len} bytes, aws-lc");
    }
}

fn hold_all(keys: &[RsaPrivateKey]) {
    for key in keys {
        let (pkcs1, pkcs8) = (key.to_pkcs1_der().unwrap(), key.to_pkcs8_der().unwrap());
        let (pkcs1, pkcs8) = (pkcs1.as_bytes(), pkcs8.as_bytes());
        hold("PKCS#1", &Rs256::der(pkcs1).unwrap(), key, pkcs1, MESSAGE_LENS);
        hold("PKCS#8", &Rs256::der(pkcs8).unwrap(), key, pkcs1, &[100]);
    }
}

#[test]
fn signatures_of_2048_bits_are_those_of_others() {
    hold_all(keys_2048());
}

#[test]
fn signatures_of_3072_bits_are_those_of_others() {
    hold_all(&random_keys(3072, 3072, 3));
}

#[test]
fn signatures_of_4096_bits_are_those_of_others() {
    hold_all(&random_keys(4096, 4096, 2));
}

/// The numbers of an RSAPrivateKey.
#[derive(Clone)]
struct Numbers {
    n: BigUint,
    e: BigUint,
    d: BigUint,
    p: BigUint,
    q: BigUint,
    dp: BigUint,
    dq: BigUint,
    qinv: BigUint,
}

impl Numbers {
    /// The key of these primes; `None` where `e` has no inverse.
    fn new(p: &BigUint, q: &BigUint, e: u64) -> Option<Self> {
        let one = BigUint::from(1_u8);
        let (p1, q1) = (p - &one, q - &one);
        Some(Self {
            n: p * q,
            e: e.into(),
            d: inverse(e, &(&p1 * &q1))?,
            dp: inverse(e, &p1)?,
            dq: inverse(e, &q1)?,
            // Fermat's little theorem.
            qinv: q.modpow(&(p - BigUint::from(2_u8)), p),
            p: p.clone(),
            q: q.clone(),
        })
    }

    fn of(key: &RsaPrivateKey, e: u64) -> Option<Self> {
        Self::new(&key.primes()[0], &key.primes()[1], e)
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.clone();
        change(&mut changed);
        changed
    }

    fn der(&self) -> Vec<u8> {
        let Self { n, e, d, p, q, dp, dq, qinv } = self;
        der::pkcs1(&[n, e, d, p, q, dp, dq, qinv].map(BigUint::to_bytes_be))
    }

    fn load(&self) -> Result<Rs256, Status> {
        Rs256::der(&self.der())
    }

    fn hold(&self, what: &str) {
        let Self { n, e, d, p, q, .. } = self.clone();
        let theirs =
            RsaPrivateKey::from_components(n, e, d, vec![p, q]).unwrap_or_else(|error| panic!("{what}: {error}"));
        let ours = self.load().unwrap_or_else(|status| panic!("{what}: {status:?}"));
        hold(what, &ours, &theirs, &self.der(), &[0, 1, 55, 56, 64, 200]);
    }
}

/// `e^-1 mod modulus`: (1 + k * modulus) / e, where k = -modulus^-1 mod e.
fn inverse(e: u64, modulus: &BigUint) -> Option<BigUint> {
    let remainder = (modulus % BigUint::from(e)).to_bytes_be().iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
    // Euclid, with `x` the factor of `remainder` in `a`, and `y` that in `b`.
    let (mut a, mut b) = (i128::from(e), i128::from(remainder));
    let (mut x, mut y) = (0_i128, 1_i128);
    while b != 0 {
        (a, b, x, y) = (b, a % b, y, x - a / b * y);
    }
    let k = u64::try_from((-x).rem_euclid(i128::from(e))).ok()?;
    (a == 1).then(|| (modulus * BigUint::from(k) + BigUint::from(1_u8)) / BigUint::from(e))
}

/// The largest 32-bit public exponents that `wanted` keys have.
fn search_exponent(key: &RsaPrivateKey, wanted: impl Fn(&BigUint, &BigUint) -> bool) -> Numbers {
    let one = BigUint::from(1_u8);
    let [p1, q1] = [0, 1].map(|prime| &key.primes()[prime] - &one);
    let found = (3..=u64::from(u32::MAX))
        .rev()
        .step_by(2)
        .find(|&e| inverse(e, &p1).zip(inverse(e, &q1)).is_some_and(|(dp, dq)| wanted(&dp, &dq)));
    Numbers::of(key, found.expect("an exponent")).expect("coprime")
}

/// CRT exponents that are a byte shorter than the primes.
fn short_exponents() -> &'static Numbers {
    static KEY: OnceLock<Numbers> = OnceLock::new();
    KEY.get_or_init(|| search_exponent(&keys_2048()[0], |dp, dq| dp.bits() <= 1016 && dq.bits() <= 1016))
}

/// A coefficient that is a byte shorter than the primes: one in 256 pairs of primes has it.
fn short_coefficient() -> &'static Numbers {
    static KEY: OnceLock<Numbers> = OnceLock::new();
    KEY.get_or_init(|| {
        let mut random = StdRng::seed_from_u64(61);
        let mut primes: Vec<BigUint> = Vec::new();
        loop {
            for new in RsaPrivateKey::new(&mut random, 2048).expect("a key").primes() {
                let pairs = primes.iter().flat_map(|old| [(old, new), (new, old)]);
                let short = pairs.filter_map(|(p, q)| Numbers::new(p, q, 65_537)).find(|key| key.qinv.bits() <= 1016);
                if let Some(key) = short {
                    return key;
                }
                primes.push(new.clone());
            }
        }
    })
}

#[test]
fn unusual_keys_sign_as_others_do() {
    let keys = keys_2048();
    let ordinary = Numbers::of(&keys[0], 65_537).unwrap();
    let (small, large) = if ordinary.p < ordinary.q { (&ordinary.p, &ordinary.q) } else { (&ordinary.q, &ordinary.p) };
    Numbers::new(large, small, 65_537).unwrap().hold("p > q");
    Numbers::new(small, large, 65_537).unwrap().hold("q > p");

    search_exponent(&keys[1], |_, _| true).hold("the largest public exponent of 32 bits");
    search_exponent(&keys[2], |dp, _| dp.bits() <= 1008).hold("dp two bytes short");
    search_exponent(&keys[2], |_, dq| dq.bits() <= 1008).hold("dq two bytes short");
    short_exponents().hold("dp and dq a byte short");
    short_coefficient().hold("qinv a byte short");

    for (e, seed) in [(3, 31), (17, 32), (0x8000_0001, 33)] {
        let key = RsaPrivateKey::new_with_exp(&mut StdRng::seed_from_u64(seed), 2048, &BigUint::from(e)).unwrap();
        Numbers::of(&key, e).unwrap().hold(&format!("e = {e}"));
    }
}

#[test]
fn keys_whose_parts_contradict_are_refused() {
    let one = &BigUint::from(1_u8);
    let ordinary = &Numbers::of(&keys_2048()[3], 65_537).unwrap();
    for (base, key) in
        [("ordinary", ordinary), ("short exponents", short_exponents()), ("short qinv", short_coefficient())]
    {
        assert!(key.load().is_ok(), "{base}");
        for (what, changed) in [
            ("dp + 1", key.with(|key| key.dp += one)),
            ("dp - 1", key.with(|key| key.dp -= one)),
            ("dq + 1", key.with(|key| key.dq += one)),
            ("dq - 1", key.with(|key| key.dq -= one)),
            ("qinv + 1", key.with(|key| key.qinv += one)),
            ("qinv - 1", key.with(|key| key.qinv -= one)),
            ("dp + p - 1", key.with(|key| key.dp += &key.p - one)),
            ("dq + q - 1", key.with(|key| key.dq += &key.q - one)),
            ("qinv + p", key.with(|key| key.qinv += &key.p)),
            ("dp = 0", key.with(|key| key.dp -= key.dp.clone())),
            ("dq = 0", key.with(|key| key.dq -= key.dq.clone())),
            ("qinv = 0", key.with(|key| key.qinv -= key.qinv.clone())),
            ("dp = d", key.with(|key| key.dp = key.d.clone())),
            ("dp + 2^1024", key.with(|key| key.dp += one << 1024)),
            ("dq + 2^1024", key.with(|key| key.dq += one << 1024)),
            ("qinv + 2^1024", key.with(|key| key.qinv += one << 1024)),
            ("p and q swapped", key.with(|key| std::mem::swap(&mut key.p, &mut key.q))),
            ("dp and dq swapped", key.with(|key| std::mem::swap(&mut key.dp, &mut key.dq))),
            (
                "all swapped but qinv",
                key.with(|key| {
                    std::mem::swap(&mut key.p, &mut key.q);
                    std::mem::swap(&mut key.dp, &mut key.dq);
                }),
            ),
            ("n + 1, which is even", key.with(|key| key.n += one)),
            ("n + 2", key.with(|key| key.n += BigUint::from(2_u8))),
            ("n of another key", key.with(|key| key.n = Numbers::of(&keys_2048()[4], 65_537).unwrap().n)),
            ("q = p", key.with(|key| key.q = key.p.clone())),
            (
                "q = p, n = p * p",
                key.with(|key| {
                    key.q = key.p.clone();
                    key.n = &key.p * &key.p;
                }),
            ),
            ("another e", key.with(|key| key.e -= BigUint::from(2_u8))),
        ] {
            assert_eq!(changed.load().err(), Some(Status::JWT_ERR_KEY_INCONSISTENT), "{base}: {what}");
        }
    }
}

#[test]
fn keys_of_other_sizes_are_refused() {
    let key = &Numbers::of(&keys_2048()[5], 65_537).unwrap();
    let prime = |seed, bits| random_keys(seed, bits, 1)[0].primes()[0].clone();
    let unequal = Numbers::new(&prime(41, 2 * 1030), &prime(42, 2 * 1018), 65_537).unwrap();
    assert_eq!(unequal.n.bits(), 2048);
    let of_bits = |seed, bits| Numbers::of(&random_keys(seed, bits, 1)[0], 65_537).unwrap();
    for (what, key, expected) in [
        ("modulus of 1024 bits", of_bits(43, 1024), Status::JWT_ERR_KEY_TOO_SMALL),
        ("modulus of 2047 bits", of_bits(44, 2047), Status::JWT_ERR_KEY_TOO_SMALL),
        ("modulus of 2049 bits", of_bits(45, 2049), Status::JWT_ERR_KEY_UNSUPPORTED),
        ("primes of unequal length", unequal.clone(), Status::JWT_ERR_KEY_UNSUPPORTED),
        (
            "primes of unequal length, the other way",
            Numbers::new(&unequal.q, &unequal.p, 65_537).unwrap(),
            Status::JWT_ERR_KEY_UNSUPPORTED,
        ),
        ("e = 0", key.with(|key| key.e = 0_u8.into()), Status::JWT_ERR_KEY_UNSUPPORTED),
        ("e = 1", key.with(|key| key.e = 1_u8.into()), Status::JWT_ERR_KEY_UNSUPPORTED),
        ("e = 2", key.with(|key| key.e = 2_u8.into()), Status::JWT_ERR_KEY_UNSUPPORTED),
        ("e = 65536", key.with(|key| key.e = 65_536_u32.into()), Status::JWT_ERR_KEY_UNSUPPORTED),
        ("e = 2^32 + 1", key.with(|key| key.e = 0x1_0000_0001_u64.into()), Status::JWT_ERR_KEY_UNSUPPORTED),
        ("e = 2^32 + 65537", key.with(|key| key.e = 0x1_0001_0001_u64.into()), Status::JWT_ERR_KEY_UNSUPPORTED),
    ] {
        assert_eq!(key.load().err(), Some(expected), "{what}");
    }
}

/// Its parts belong together, so it loads; what it signs would be wrong, and is held back.
#[test]
fn key_with_a_composite_prime_signs_nothing() {
    let small = random_keys(51, 1024, 1);
    let (composite, prime) = (small[0].primes()[0].clone() * &small[0].primes()[1], &keys_2048()[0].primes()[0]);
    for (what, key) in [
        ("q", Numbers::new(prime, &composite, 65_537).unwrap()),
        // Fermat's theorem does not hold for it: p is a product, so is the group's order.
        ("p", {
            let [a, b] = [0, 1].map(|at| &small[0].primes()[at] - BigUint::from(1_u8));
            let key = Numbers::new(&composite, prime, 65_537).unwrap();
            key.with(|key| key.qinv = prime.modpow(&(a * b - BigUint::from(1_u8)), &composite))
        }),
    ] {
        let key = key.load().unwrap_or_else(|status| panic!("{what}: {status:?}"));
        assert_eq!(sign(&key.signer(), b"message"), Err(Status::JWT_ERR_SIGNATURE), "{what} is composite");
    }
}
