//! After a token was minted, or checked by a secret, and the key wiped, no 8 bytes of a secret are left on the stack that the
//! call ran on, nor in the wiped key: not of the key, not of an ES256 nonce or its inverse, in neither byte order.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use p256::elliptic_curve::{PrimeField, ops::Reduce, sec1::ToSec1Point};
use p256::{NonZeroScalar, PublicKey, Scalar};
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PrivateKeyParts;
use sha2::{Digest, Sha256};
use support::compiler::{Compiler, WARNINGS};

/// FIPS 180-4 section 5.3.3.
const SHA256_START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// A stretch of a secret that must not be found again.
const WINDOW: usize = 8;

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let folder = support::workshop("residue");
        let compiler = Compiler::c().expect("a C compiler");
        let object = folder.join("residue.o");
        let options: Vec<_> = ["-std=c11", "-O1"].iter().chain(WARNINGS).copied().collect();
        compiler.compile(Path::new("tests/residue/residue.c"), &object, &folder, &options).expect("residue.c");
        let archive = support::archive::shipped().expect("the archive");
        let program = folder.join("residue");
        compiler.link(&[&object, &archive], &program, &[]).expect("link");
        program
    })
}

/// The token, and the memory after it.
fn mint(kind: &str, name: &str, key_file: &Path) -> (String, Vec<u8>) {
    let dump = support::workshop("residue").join(format!("{name}.dump"));
    let arguments = [kind, key_file.to_str().expect("a path"), dump.to_str().expect("a path")];
    let token = support::process::run(program(), &arguments).expect(kind);
    let memory = fs::read(dump).expect("the dump");
    assert!(memory.iter().filter(|&&byte| byte != 0xa5).count() > 1000, "the stack was not used");
    (token.trim().to_owned(), memory)
}

/// Names of the secrets of which a window is found in `memory`, in the order of its bytes or in reverse.
fn found<'s>(secrets: &[(&'s str, Vec<u8>)], memory: &[u8]) -> Vec<&'s str> {
    let mut windows = std::collections::HashMap::new();
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

/// The scalar of a key file, and the nonce behind a token's signature: k = (z + r d) / s.
fn es256_secrets(key_file: &Path, token: &str) -> Vec<(&'static str, Vec<u8>)> {
    let text = fs::read_to_string(key_file).expect("the key file");
    let der = support::keys::last_block(&text).expect("a key that is not encrypted");
    // ECPrivateKey: SEQUENCE, version, then 32 bytes in an OCTET STRING (RFC 5915).
    let key = NonZeroScalar::try_from(&der[7..39]).expect("a scalar");

    let (input, signature) = token.rsplit_once('.').expect("a token");
    let signature = support::token::base64url(signature).expect("base64url");
    let number = |bytes: &[u8]| Scalar::from_repr_vartime(bytes.try_into().expect("32 bytes")).expect("a scalar");
    let (r, s) = (number(&signature[..32]), number(&signature[32..]));
    let z = <Scalar as Reduce<p256::FieldBytes>>::reduce(&Sha256::digest(input.as_bytes()));
    let nonce = (z + r * *key) * Option::<Scalar>::from(s.invert()).expect("s is not 0");

    // The nonce is right: r is the x of its multiple of the generator.
    let point = PublicKey::from_secret_scalar(&NonZeroScalar::new(nonce).unwrap()).to_sec1_point(false);
    assert_eq!(point.x().expect("x").as_slice(), &signature[..32]);
    let inverse = Option::<Scalar>::from(nonce.invert()).expect("the nonce is not 0");
    vec![
        ("scalar", key.to_repr().to_vec()),
        ("nonce", nonce.to_repr().to_vec()),
        ("inverse of the nonce", inverse.to_repr().to_vec()),
    ]
}

#[test]
fn es256_leaves_nothing_behind() {
    let key_file = support::keys::file("ec_sec1");
    let (token, memory) = mint("es256", "es256", &key_file);
    assert_eq!(found(&es256_secrets(&key_file, &token), &memory), [""; 0]);
}

#[test]
fn a_forgotten_key_would_be_found() {
    let key_file = support::keys::file("ec_sec1");
    let (token, memory) = mint("leak", "leak", &key_file);
    assert_eq!(found(&es256_secrets(&key_file, &token), &memory), ["scalar"]);
}

#[test]
fn rs256_leaves_nothing_behind() {
    for bits in ["2048", "3072", "4096"] {
        let key_file = support::keys::file(&format!("rsa_{bits}_pkcs8"));
        let (_, memory) = mint("rs256", bits, &key_file);
        let text = fs::read_to_string(&key_file).expect("the key file");
        let key = rsa::RsaPrivateKey::from_pkcs8_pem(&text).expect("a key");
        let secrets = [
            ("d", key.d().to_bytes_be()),
            ("p", key.primes()[0].to_bytes_be()),
            ("q", key.primes()[1].to_bytes_be()),
            ("dp", key.dp().expect("dp").to_bytes_be()),
            ("dq", key.dq().expect("dq").to_bytes_be()),
            ("qinv", key.qinv().expect("qinv").to_biguint().expect("not negative").to_bytes_be()),
        ];
        assert_eq!(found(&secrets, &memory), [""; 0], "{bits} bits");
    }
}

#[test]
fn hs256_leaves_nothing_behind() {
    // Up to a block the secret is the key itself; above, its digest is.
    for (kind, len) in ["hs256", "hs256_verify"].into_iter().flat_map(|kind| [32, 64, 100].map(|len| (kind, len))) {
        let secret: Vec<u8> = (0..len).map(|index| (index * 37 + 11) as u8).collect();
        let secret_file = support::workshop("residue").join(format!("secret-{len}"));
        fs::write(&secret_file, &secret).expect("write the secret");
        let (_, memory) = mint(kind, &format!("{kind}-{len}"), &secret_file);
        let key = if len > 64 { Sha256::digest(&secret).to_vec() } else { secret.clone() };
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
        let mut secrets = vec![("secret", secret), ("inner key", padded(0x36)), ("outer key", padded(0x5c))];
        for (name, pad) in [("inner state", 0x36), ("outer state", 0x5c)] {
            secrets.extend([(name, little(state(pad))), (name, big(state(pad)))]);
        }
        secrets.push(("key", key));
        assert_eq!(found(&secrets, &memory), [""; 0], "{kind}, a secret of {len} bytes");
    }
}
