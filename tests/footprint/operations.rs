//! The operations that are measured: one C file each, in `tests/footprint/operations`.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use crate::support::{keys, token};

pub struct Operation {
    pub name: &'static str,
    /// What it prints, to be judged by AWS-LC.
    pub makes: Output,
    /// Whether it is measured on all targets, or on the Cortex-M4 alone.
    pub is_on_all_targets: bool,
}

#[derive(Clone, Copy)]
pub enum Output {
    /// No more than a status.
    Nothing,
    /// Of the 200 bytes that `probe.c` has for a message.
    Signature(Algorithm),
    Token(Algorithm),
    /// The payload of the JWS.
    Payload,
}

#[derive(Clone, Copy)]
pub enum Algorithm {
    Es256,
    /// By the bits of the modulus.
    Rs256(u32),
    Hs256,
}
use Algorithm::{Es256, Hs256, Rs256};

pub const OPERATIONS: &[Operation] = &[
    Operation::on_all("load_pem_es256", Output::Nothing),
    Operation::on_all("load_der_rs256_2048", Output::Nothing),
    Operation::on_all("mint_mqtt_es256", Output::Token(Es256)),
    Operation::on_all("mint_http_rs256_2048", Output::Token(Rs256(2048))),
    Operation::on_one("mint_http_rs256_4096", Output::Token(Rs256(4096))),
    Operation::on_all("mint_mqtt_rs256_2048_scratch", Output::Token(Rs256(2048))),
    Operation::on_all("mint_hs256", Output::Token(Hs256)),
    Operation::on_all("sign_es256", Output::Signature(Es256)),
    Operation::on_one("sign_es256_hedged", Output::Signature(Es256)),
    Operation::on_all("sign_rs256_2048", Output::Signature(Rs256(2048))),
    Operation::on_all("sign_rs256_2048_scratch", Output::Signature(Rs256(2048))),
    Operation::on_one("sign_rs256_3072", Output::Signature(Rs256(3072))),
    Operation::on_one("sign_rs256_4096", Output::Signature(Rs256(4096))),
    Operation::on_all("verify_es256", Output::Payload),
    Operation::on_all("verify_rs256_2048", Output::Payload),
];

/// With the header, a JWS of 200 bytes without its signature.
pub const PAYLOAD: &[u8] = &[b'p'; 134];

impl Operation {
    const fn on_all(name: &'static str, makes: Output) -> Self {
        Self { name, makes, is_on_all_targets: true }
    }

    const fn on_one(name: &'static str, makes: Output) -> Self {
        Self { name, makes, is_on_all_targets: false }
    }
}

impl Output {
    /// Whether the output is what it should be, in the eyes of another implementation.
    pub fn check(self, output: &[u8]) -> Result<(), String> {
        match self {
            Self::Nothing if output.is_empty() => Ok(()),
            Self::Nothing => Err("an output, where none was expected".to_owned()),
            Self::Payload if output == PAYLOAD => Ok(()),
            Self::Payload => Err("not the payload".to_owned()),
            Self::Signature(algorithm) => {
                let message: Vec<u8> = (0..200).collect();
                algorithm.verify(&message, output)
            }
            Self::Token(algorithm) => {
                let text = std::str::from_utf8(output).map_err(|error| error.to_string())?;
                let (message, signature) = text.rsplit_once('.').ok_or_else(|| format!("no token: {text}"))?;
                algorithm.verify(message.as_bytes(), &token::base64url(signature)?)
            }
        }
    }
}

impl Algorithm {
    fn verify(self, message: &[u8], signature: &[u8]) -> Result<(), String> {
        let public = |stem: &str| {
            let text = std::fs::read_to_string(keys::file(stem)).map_err(|error| format!("{stem}: {error}"))?;
            keys::last_block(&text).ok_or_else(|| format!("{stem}: no key"))
        };
        let valid = match self {
            Es256 => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public("ec_public")?).verify(message, signature),
            Rs256(bits) => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public(&format!("rsa_{bits}_public"))?)
                .verify(message, signature),
            Hs256 => {
                let secret: Vec<u8> = (0..32).collect();
                hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &secret), message, signature)
            }
        };
        valid.map_err(|_| format!("the signature is not valid, {} bytes", signature.len()))
    }
}
