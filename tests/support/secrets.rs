//! What an attacker would look for in memory, and whether it is there.

use std::collections::HashMap;

use p256::elliptic_curve::{PrimeField, ops::Reduce, sec1::ToSec1Point};
use p256::{NonZeroScalar, PublicKey, Scalar};
use rsa::RsaPrivateKey;
use rsa::traits::PrivateKeyParts;
use sha2::{Digest, Sha256};

/// A stretch of a secret that must not be found again.
const WINDOW: usize = 8;

/// FIPS 180-4 section 5.3.3.
const SHA256_START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// Names and bytes.
pub type Secrets = Vec<(&'static str, Vec<u8>)>;

/// Names of the secrets of which a window is found in `memory`, in the order of its bytes or in reverse.
pub fn found(secrets: &Secrets, memory: &[u8]) -> Vec<&'static str> {
    let mut windows = HashMap::new();
    for (name, secret) in secrets {
        let reversed: Vec<u8> = secret.iter().rev().copied().collect();
        for window in secret.windows(WINDOW).chain(reversed.windows(WINDOW)) {
            windows.insert(window.to_vec(), *name);
        }
    }
    let mut names: Vec<_> = memory.windows(WINDOW).filter_map(|window| windows.get(window).copied()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// A scalar of P-256, also in the form that Montgomery's multiplication takes, which is a multiple of 2^256.
pub fn scalar(scalar: &[u8]) -> Secrets {
    both_forms([("scalar", "scalar in Montgomery form", number(scalar))])
}

/// Those of a signature: the scalar, the nonce k = (z + r d) / s, and its inverse.
pub fn es256(scalar: &[u8], message: &[u8], signature: &[u8]) -> Secrets {
    let key = number(scalar);
    let (r, s) = (number(&signature[..32]), number(&signature[32..]));
    let z = <Scalar as Reduce<p256::FieldBytes>>::reduce(&Sha256::digest(message));
    let nonce = (z + r * key) * Option::<Scalar>::from(s.invert()).expect("s is not 0");

    // The nonce is right: r is the x of its multiple of the generator.
    let point = PublicKey::from_secret_scalar(&NonZeroScalar::new(nonce).unwrap()).to_sec1_point(false);
    assert_eq!(point.x().expect("x").as_slice(), &signature[..32]);
    let inverse = Option::<Scalar>::from(nonce.invert()).expect("the nonce is not 0");
    both_forms([
        ("scalar", "scalar in Montgomery form", key),
        ("nonce", "nonce in Montgomery form", nonce),
        ("inverse of the nonce", "inverse of the nonce in Montgomery form", inverse),
    ])
}

fn number(bytes: &[u8]) -> Scalar {
    Scalar::from_repr_vartime(bytes.try_into().expect("32 bytes")).expect("a scalar")
}

fn both_forms<const N: usize>(numbers: [(&'static str, &'static str, Scalar); N]) -> Secrets {
    let forms = numbers.into_iter().flat_map(|(name, montgomery, number)| {
        let shifted = (0..256).fold(number, |number, _| number.double());
        [(name, number.to_repr().to_vec()), (montgomery, shifted.to_repr().to_vec())]
    });
    forms.collect()
}

/// Those of a key.
pub fn rs256(key: &RsaPrivateKey) -> Secrets {
    vec![
        ("d", key.d().to_bytes_be()),
        ("p", key.primes()[0].to_bytes_be()),
        ("q", key.primes()[1].to_bytes_be()),
        ("dp", key.dp().expect("dp").to_bytes_be()),
        ("dq", key.dq().expect("dq").to_bytes_be()),
        ("qinv", key.qinv().expect("qinv").to_biguint().expect("not negative").to_bytes_be()),
    ]
}

/// Those of a secret: what HMAC makes of it too, and what the MAC that it made, of a message, would tell of that.
pub fn hs256(secret: &[u8], mac: &[u8]) -> Secrets {
    // Up to a block the secret is the key itself; above, its digest is.
    let key = if secret.len() > 64 { Sha256::digest(secret).to_vec() } else { secret.to_vec() };
    let padded = |pad: u8| key.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>();
    // What HMAC goes on from: the state of the hash after the padded key.
    let state = |pad: u8| {
        let mut block = [pad; 64];
        block.iter_mut().zip(&key).for_each(|(byte, key)| *byte ^= key);
        let mut state = SHA256_START;
        sha2::block_api::compress256(&mut state, &[block]);
        state
    };
    let little = |state: [u32; 8]| state.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let big = |state: [u32; 8]| state.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
    let mut secrets = vec![("secret", secret.to_vec()), ("inner key", padded(0x36)), ("outer key", padded(0x5c))];
    for (name, pad) in [("inner state", 0x36), ("outer state", 0x5c)] {
        secrets.extend([(name, little(state(pad))), (name, big(state(pad)))]);
    }
    // The compression's last variables: with the MAC, which is public, they give the outer state.
    let mac_words = mac.chunks_exact(4).map(|word| u32::from_be_bytes(word.try_into().expect("four bytes")));
    let variables = mac_words.zip(state(0x5c)).flat_map(|(word, state)| word.wrapping_sub(state).to_le_bytes());
    secrets.extend([("MAC less outer state", variables.collect()), ("key", key)]);
    secrets
}
