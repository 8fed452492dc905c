//! Keys and messages at random, the same ones in every run, and what other libraries say of the signatures.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use aws_lc_rs::hmac;
use base64ct::{Base64UrlUnpadded, Encoding};
use ecdsa::hazmat::sign_prehashed_rfc6979;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{NistP256, NonZeroScalar, PublicKey};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey};
use rsa::pkcs8::{LineEnding, SecretDocument};
use rsa::sha2::{Digest, Sha256};
use rsa::traits::PrivateKeyParts;
use rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey};

use crate::emulator::Request;

/// Who signs, as `request.h` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    Es256 = 1,
    Rs256,
    Hs256,
    HedgedEs256,
    Rs256InScratch,
}

/// What is done, as `request.h` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Sign = 1,
    Mint,
    MintMqtt,
    LoadDer,
    LoadPem,
    Verify,
    LeakByBranch,
    LeakByAddress,
    Forget,
}

const SCALAR_LEN: usize = 32;
const MESSAGE_LEN: usize = 200;

/// Keys of one form, each with a message of its own. Of RSA keys there are so many, and no more where no message tells two
/// requests with one key apart.
pub fn requests(signer: Signer, operation: Operation, count: usize) -> Vec<Request> {
    let mut random = StdRng::seed_from_u64(signer as u64);
    let mut requests = Vec::new();
    while requests.len() < count {
        let mut message = vec![0; MESSAGE_LEN];
        random.fill_bytes(&mut message);
        let mut key = vec![0; SCALAR_LEN];
        random.fill_bytes(&mut key);
        match signer {
            Signer::Rs256 | Signer::Rs256InScratch => {
                let keys = rsa_keys();
                if requests.len() == keys.len() && operation != Operation::Sign {
                    break;
                }
                key.clone_from(&keys[requests.len() % keys.len()]);
            }
            Signer::Hs256 => {}
            Signer::Es256 | Signer::HedgedEs256 => {
                // Two neighbours differ where the planted leaks look.
                key[0] = key[0] & !1 | u8::from(requests.len() % 2 == 1);
                if SigningKey::from_slice(&key).is_err() {
                    continue;
                }
            }
        }
        match (signer, operation) {
            (Signer::HedgedEs256, _) => {
                key.resize(2 * SCALAR_LEN, 0);
                random.fill_bytes(&mut key[SCALAR_LEN..]);
            }
            (Signer::Es256, Operation::LoadDer) => key = sec1(&key, &key),
            (Signer::Es256, Operation::LoadPem) => key = pem("EC PRIVATE KEY", &sec1(&key, &key)),
            (Signer::Rs256, Operation::LoadPem) => key = pem("RSA PRIVATE KEY", &key),
            _ => {}
        }
        requests.push(Request { operation: operation as u32, signer, argument: 0, key, message });
    }
    requests
}

/// Tokens by HS256 with the same claims and different secrets, after `spoil` had a hand at their MACs.
pub fn tokens(count: usize, spoil: impl Fn(usize, &mut [u8])) -> Vec<Request> {
    let mut requests = requests(Signer::Hs256, Operation::Verify, count);
    for (index, request) in requests.iter_mut().enumerate() {
        let parts = [r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"iat":1700000000,"exp":1700003600}"#];
        let input = parts.map(|part| base64url(part.as_bytes())).join(".");
        let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &request.key), input.as_bytes());
        let mut mac = mac.as_ref().to_vec();
        spoil(index, &mut mac);
        request.message = format!("{input}.{}", base64url(&mac)).into_bytes();
    }
    requests
}

fn base64url(bytes: &[u8]) -> String {
    let mut text = vec![0; 2 * bytes.len()];
    Base64UrlUnpadded::encode(bytes, &mut text).expect("room").to_owned()
}

/// An ECPrivateKey with the public point of another scalar, or of its own.
pub fn sec1(scalar: &[u8], of_point: &[u8]) -> Vec<u8> {
    let of_point = NonZeroScalar::try_from(of_point).expect("a scalar");
    let point = PublicKey::from_secret_scalar(&of_point).to_sec1_point(false);
    // RFC 5915: SEQUENCE, version 1, the scalar, [0] the curve, [1] the point.
    let mut der = vec![0x30, 0x77, 2, 1, 1, 4, 32];
    der.extend(scalar);
    der.extend([0xa0, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7, 0xa1, 0x44, 3, 0x42, 0]);
    der.extend(point.as_bytes());
    der
}

fn pem(label: &'static str, der: &[u8]) -> Vec<u8> {
    let document = SecretDocument::try_from(der).expect("DER");
    document.to_pem(label, LineEnding::LF).expect("PEM").as_bytes().to_vec()
}

/// Whether the signature is the right one, by another library.
pub fn is_valid(signer: Signer, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    match signer {
        Signer::Rs256 | Signer::Rs256InScratch => {
            let key = RsaPrivateKey::from_pkcs1_der(key).expect("a key");
            let scheme = Pkcs1v15Sign::new::<Sha256>();
            key.to_public_key().verify(scheme, &Sha256::digest(message), signature).is_ok()
        }
        Signer::Hs256 => hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), message, signature).is_ok(),
        Signer::Es256 | Signer::HedgedEs256 => {
            let key = SigningKey::from_slice(&key[..SCALAR_LEN]).expect("a key");
            Signature::from_slice(signature)
                .is_ok_and(|signature| key.verifying_key().verify(message, &signature).is_ok())
        }
    }
}

/// The digest that a signer gets of a message. For HMAC it is the inner one.
pub fn digest_of(signer: Signer, key: &[u8], message: &[u8]) -> Vec<u8> {
    if signer == Signer::Hs256 { inner_or_outer(key, 0x36, message) } else { Sha256::digest(message).to_vec() }
}

/// A half of HMAC with SHA-256 (RFC 2104), for a key of up to 64 bytes.
fn inner_or_outer(key: &[u8], pad: u8, message: &[u8]) -> Vec<u8> {
    let padded = key.iter().copied().chain(std::iter::repeat(0)).take(64).map(|byte| byte ^ pad);
    Sha256::digest(padded.chain(message.iter().copied()).collect::<Vec<_>>()).to_vec()
}

/// Whether it is an ES256 signature of what has that digest, by whatever nonce.
pub fn verifies(scalar: &[u8], digest: &[u8], signature: &[u8]) -> bool {
    let key = SigningKey::from_slice(&scalar[..SCALAR_LEN]);
    let signature = Signature::from_slice(signature);
    matches!((key, signature), (Ok(key), Ok(signature)) if key.verifying_key().verify_prehash(digest, &signature).is_ok())
}

/// Whether it is the signature of what has that digest, and no other that is valid as well: one by the nonce of another
/// message would give the key away. For HMAC the digest is the inner one.
pub fn is_signature_of_digest(signer: Signer, key: &[u8], digest: &[u8], signature: &[u8]) -> bool {
    match signer {
        Signer::Rs256 | Signer::Rs256InScratch => {
            let key = RsaPrivateKey::from_pkcs1_der(key).expect("a key");
            key.to_public_key().verify(Pkcs1v15Sign::new::<Sha256>(), digest, signature).is_ok()
        }
        Signer::Hs256 => inner_or_outer(key, 0x5c, digest) == signature,
        Signer::Es256 => {
            let signed = SigningKey::from_slice(key).and_then(|key| key.sign_prehash(digest));
            signed.is_ok_and(|expected: Signature| expected.to_bytes().as_slice() == signature)
        }
        Signer::HedgedEs256 => {
            let (scalar, entropy) = key.split_at(SCALAR_LEN);
            let Ok(key) = NonZeroScalar::try_from(scalar) else { return false };
            let (expected, _) = sign_prehashed_rfc6979::<NistP256, sha2::Sha256>(&key, digest, entropy);
            expected.to_bytes().as_slice() == signature
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
