//! Keys and messages at random, the same ones in every run, and what other libraries say of the signatures.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use aws_lc_rs::hmac;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{Signature, SigningKey};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey};
use rsa::sha2::{Digest, Sha256};
use rsa::traits::PrivateKeyParts;
use rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey};

use crate::emulator::Request;

/// What `sign.c` can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Es256 = 1,
    Rs256,
    Hs256,
    LeakByBranch,
    LeakByAddress,
}

const MESSAGE_LEN: usize = 200;

/// Keys of one form, each with a message of its own.
pub fn requests(operation: Operation, count: usize) -> Vec<Request> {
    let mut random = StdRng::seed_from_u64(operation as u64);
    let mut requests = Vec::new();
    while requests.len() < count {
        let mut message = vec![0; MESSAGE_LEN];
        random.fill_bytes(&mut message);
        let mut key = vec![0; 32];
        random.fill_bytes(&mut key);
        match operation {
            Operation::Rs256 => {
                let keys = rsa_keys();
                key = keys.get(requests.len() % keys.len()).expect("keys").clone();
            }
            Operation::Hs256 => {}
            _ => {
                // Two neighbours differ where the planted leaks look.
                let lowest = key.first_mut().expect("32 bytes");
                *lowest = *lowest & !1 | u8::from(requests.len() % 2 == 1);
                if SigningKey::from_slice(&key).is_err() {
                    continue;
                }
            }
        }
        requests.push(Request { operation: operation as u32, argument: 0, key, message });
    }
    requests
}

/// Whether the signature is the right one, by another library.
pub fn is_valid(operation: Operation, request: &Request, signature: &[u8]) -> bool {
    let message = &request.message;
    match operation {
        Operation::Rs256 => {
            let key = RsaPrivateKey::from_pkcs1_der(&request.key).expect("a key");
            let scheme = Pkcs1v15Sign::new::<Sha256>();
            key.to_public_key().verify(scheme, &Sha256::digest(message), signature).is_ok()
        }
        Operation::Hs256 => hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &request.key), message, signature).is_ok(),
        _ => {
            let key = SigningKey::from_slice(&request.key).expect("a key");
            Signature::from_slice(signature)
                .is_ok_and(|signature| key.verifying_key().verify(message, &signature).is_ok())
        }
    }
}

/// Whether it is the signature of what has that digest, and no other that is valid as well: one by the nonce of another
/// message would give the key away. For HMAC the digest is the inner one.
pub fn is_signature_of_digest(operation: Operation, key: &[u8], digest: &[u8], signature: &[u8]) -> bool {
    match operation {
        Operation::Rs256 => {
            let key = RsaPrivateKey::from_pkcs1_der(key).expect("a key");
            key.to_public_key().verify(Pkcs1v15Sign::new::<Sha256>(), digest, signature).is_ok()
        }
        Operation::Hs256 => {
            let padded = key.iter().copied().chain(std::iter::repeat(0)).take(64).map(|byte| byte ^ 0x5c);
            Sha256::digest(padded.chain(digest.iter().copied()).collect::<Vec<_>>()).as_slice() == signature
        }
        _ => {
            let signed = SigningKey::from_slice(key).and_then(|key| key.sign_prehash(digest));
            signed.is_ok_and(|expected: Signature| expected.to_bytes().as_slice() == signature)
        }
    }
}

/// Primes that RSA keys of 2048 bits are made of: each pair of them is a key.
const PRIME_PAIRS: usize = 6;

/// RSA keys of 2048 bits as PKCS#1, in which all numbers have the same length: lengths are no secret, and tell where in the
/// DER a number lies.
pub fn rsa_keys() -> &'static [Vec<u8>] {
    static KEYS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let mut random = StdRng::seed_from_u64(2048);
        let keys = (0..PRIME_PAIRS).map(|_| RsaPrivateKey::new(&mut random, 2048).expect("a key"));
        let primes: Vec<BigUint> = keys.flat_map(|key| key.primes().to_vec()).collect();
        let pairs = primes.iter().flat_map(|p| primes.iter().map(move |q| (p, q))).filter(|(p, q)| p != q);
        let mut of_form: BTreeMap<Vec<usize>, Vec<Vec<u8>>> = BTreeMap::new();
        for (p, q) in pairs {
            let Ok(key) = RsaPrivateKey::from_p_q(p.clone(), q.clone(), BigUint::from(65537_u32)) else { continue };
            let der = key.to_pkcs1_der().expect("DER").as_bytes().to_vec();
            of_form.entry(integer_lens(&der)).or_default().push(der);
        }
        // Those of 2048 bits have a modulus of 257 bytes, the first of which is 0.
        of_form.retain(|lens, _| lens.get(1) == Some(&257));
        of_form.into_values().max_by_key(Vec::len).expect("keys")
    })
}

/// The lengths of the INTEGERs in a SEQUENCE of up to 65,535 bytes.
fn integer_lens(der: &[u8]) -> Vec<usize> {
    let header = |der: &[u8]| match der {
        [_, len, ..] if *len < 0x80 => (2, usize::from(*len)),
        [_, 0x81, len, ..] => (3, usize::from(*len)),
        [_, 0x82, high, low, ..] => (4, usize::from(*high) << 8 | usize::from(*low)),
        _ => panic!("not DER as it is expected here"),
    };
    let mut rest = der.get(header(der).0..).expect("contents");
    let mut lens = Vec::new();
    while !rest.is_empty() {
        let (start, len) = header(rest);
        lens.push(len);
        rest = rest.get(start + len..).expect("an INTEGER");
    }
    lens
}
