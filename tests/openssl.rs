//! With the `openssl` command: the keys that it makes load as they are, and it accepts what they sign. Not part of
//! `cargo test`, which needs no more than Rust and a C compiler.

mod capi;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use capi::random::Source;
use capi::token::Token;
use capi::verify::{Policy, forge, verify};
use capi::{
    Es256, Es256Public, Hs256, JWT_SIGNATURE_ES256_RAW, JWT_SIGNATURE_RS256_2048, JWT_SIGNATURE_RS256_3072,
    JWT_SIGNATURE_RS256_4096, PrivateKey, Rs256, Rs256Public, der, key_file, sign, sign_by_callback,
};

/// A folder of its own for every test.
struct Bench(PathBuf);

impl Bench {
    fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("openssl-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    /// Runs `openssl` with the words of `command` here, and returns what it prints.
    fn openssl(&self, command: &str) -> String {
        let output = match Command::new("openssl").args(command.split(' ')).current_dir(&self.0).output() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                panic!("there is no openssl command: install the package `openssl`")
            }
            output => output.expect("openssl"),
        };
        let [printed, complaint] =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        assert!(output.status.success(), "openssl {command}: {printed}{complaint}");
        printed
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).expect(file)
    }

    fn bytes(&self, file: &str) -> Vec<u8> {
        fs::read(self.0.join(file)).expect(file)
    }

    fn put(&self, file: &str, contents: &[u8]) {
        fs::write(self.0.join(file), contents).expect(file);
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // What a test that failed was about stays there to look at.
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

#[test]
fn ec_keys_load_and_sign() {
    let (bench, mut source) = (Bench::new("ec"), Source::new(21));
    for command in [
        // The vendor's two, and the same key in PKCS#8.
        "ecparam -genkey -name prime256v1 -noout -out private.pem",
        "ecparam -genkey -name prime256v1 -out private.pem",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out private.pem",
    ] {
        for _ in 0..10 {
            bench.openssl(command);
            bench.openssl("ec -in private.pem -pubout -out public.pem");
            bench.openssl("pkey -in private.pem -outform DER -out private.der");
            let pem = bench.text("private.pem");
            let key = PrivateKey::pem(&pem).unwrap_or_else(|status| panic!("{command}: {status:?}"));
            let public = Es256Public::pem(&bench.text("public.pem")).unwrap();

            let claims = source.claims();
            let token = claims.mint(&key.signer()).unwrap();
            for again in [Es256::pem(&pem), Es256::der(&bench.bytes("private.der"))] {
                assert_eq!(claims.mint(&again.unwrap().signer()).as_ref(), Ok(&token), "{command}");
            }

            let token = Token::parse(&token);
            bench.put("message", token.signing_input.as_bytes());
            bench.put("signature", &der::ecdsa(&token.signature));
            let verdict = bench.openssl("dgst -sha256 -verify public.pem -signature signature message");
            assert_eq!(verdict.trim(), "Verified OK", "{command}");

            bench.openssl("dgst -sha256 -sign private.pem -out signature message");
            let theirs = der::raw_from_ecdsa(&bench.bytes("signature"));
            let message = token.signing_input.as_bytes();
            let believed = sign_by_callback(JWT_SIGNATURE_ES256_RAW, &theirs, Some(&public.verifier()), message);
            assert_eq!(believed, Ok(theirs), "{command}");
        }
    }
}

/// Tokens that `openssl` signs, of every algorithm, are accepted; with any bit flipped they are not.
#[test]
fn tokens_that_openssl_signs_are_accepted() {
    let bench = Bench::new("tokens");
    let (secret, digits) = ([0x5a; 32], "5a".repeat(32));
    bench.put("ec.pem", key_file("ec_sec1.pem").as_bytes());
    bench.put("rsa.pem", key_file("rsa_2048_pkcs8.pem").as_bytes());
    let (ec, rsa) = (Es256Public::pem(&key_file("ec_public.pem")), Rs256Public::pem(&key_file("rsa_2048_public.pem")));
    let (ec, rsa, hs) = (ec.unwrap(), rsa.unwrap(), Hs256::secret(&secret).unwrap());
    let policy = Policy { now: 1_700_000_000, ..Policy::default() };
    let payload = r#"{"sub":"d","iat":1700000000,"exp":1700003600}"#;
    for (algorithm, verifier, options) in [
        ("ES256", ec.verifier(), "-sign ec.pem".to_owned()),
        ("RS256", rsa.verifier(), "-sign rsa.pem".to_owned()),
        ("HS256", hs.verifier(), format!("-mac HMAC -macopt hexkey:{digits} -binary")),
    ] {
        let header = format!(r#"{{"alg":"{algorithm}"}}"#);
        let mut token = forge(header.as_bytes(), payload.as_bytes(), |message| {
            bench.put("message", message);
            bench.openssl(&format!("dgst -sha256 {options} -out signature message"));
            let signature = bench.bytes("signature");
            if algorithm == "ES256" { der::raw_from_ecdsa(&signature) } else { signature }
        });
        assert_eq!(verify(&token, &verifier, &policy).as_deref(), Ok(payload), "{algorithm}");
        for place in 0..token.len() {
            for bit in 0..8 {
                token[place] ^= 1 << bit;
                assert!(verify(&token, &verifier, &policy).is_err(), "{algorithm}, bit {bit} of {place}");
                token[place] ^= 1 << bit;
            }
        }
    }
}

#[test]
fn rsa_keys_load_and_sign() {
    let (bench, mut source) = (Bench::new("rsa"), Source::new(22));
    for (bits, encoding, count) in
        [(2048, JWT_SIGNATURE_RS256_2048, 5), (3072, JWT_SIGNATURE_RS256_3072, 2), (4096, JWT_SIGNATURE_RS256_4096, 1)]
    {
        for _ in 0..count {
            bench.openssl(&format!("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{bits} -out private.pem"));
            bench.openssl("rsa -in private.pem -pubout -out public.pem");
            bench.openssl("pkey -in private.pem -outform DER -out private.der");
            let pem = bench.text("private.pem");
            let key = PrivateKey::pem(&pem).unwrap_or_else(|status| panic!("{bits} bits: {status:?}"));
            let public = Rs256Public::pem(&bench.text("public.pem")).unwrap();

            let claims = source.claims();
            let token = claims.mint(&key.signer()).unwrap();
            for again in [Rs256::pem(&pem), Rs256::der(&bench.bytes("private.der"))] {
                assert_eq!(claims.mint(&again.unwrap().signer()).as_ref(), Ok(&token), "{bits} bits");
            }

            let token = Token::parse(&token);
            let message = token.signing_input.as_bytes();
            bench.put("message", message);
            bench.put("signature", &token.signature);
            let verdict = bench.openssl("dgst -sha256 -verify public.pem -signature signature message");
            assert_eq!(verdict.trim(), "Verified OK", "{bits} bits");

            bench.openssl("dgst -sha256 -sign private.pem -out signature message");
            assert_eq!(token.signature, bench.bytes("signature"), "{bits} bits");
            let believed = sign_by_callback(encoding, &token.signature, Some(&public.verifier()), message);
            assert_eq!(believed, Ok(token.signature), "{bits} bits");
        }
    }
}

#[test]
fn macs_are_those_of_openssl() {
    let bench = Bench::new("hmac");
    for (secret_len, message_len) in [(32, 0), (63, 55), (64, 56), (65, 64), (200, 1000)] {
        let secret: Vec<u8> = (0..secret_len).collect();
        bench.put("message", &vec![0xa7; message_len]);
        let digits: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        bench.openssl(&format!("dgst -sha256 -mac HMAC -macopt hexkey:{digits} -binary -out mac message"));
        let mac = sign(&Hs256::secret(&secret).unwrap().signer(), &bench.bytes("message"));
        assert_eq!(mac, Ok(bench.bytes("mac")), "{secret_len} bytes of secret, {message_len} of message");
    }
}
