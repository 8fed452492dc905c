//! The operations that are measured: one C file each, in `tests/footprint/operations`.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use crate::support::{keys, token};

pub struct Operation {
    pub name: &'static str,
    /// What it prints, to be judged by AWS-LC.
    pub makes: Output,
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
    Rs256,
    Hs256,
}
use Algorithm::{Es256, Hs256, Rs256};

pub const OPERATIONS: &[Operation] = &[
    Operation { name: "load_pem_es256", makes: Output::Nothing },
    Operation { name: "load_der_rs256_2048", makes: Output::Nothing },
    Operation { name: "mint_mqtt_es256", makes: Output::Token(Es256) },
    Operation { name: "mint_http_rs256_2048", makes: Output::Token(Rs256) },
    Operation { name: "mint_hs256", makes: Output::Token(Hs256) },
    Operation { name: "sign_es256", makes: Output::Signature(Es256) },
    Operation { name: "sign_rs256_2048", makes: Output::Signature(Rs256) },
    Operation { name: "verify_es256", makes: Output::Payload },
    Operation { name: "verify_rs256_2048", makes: Output::Payload },
];

/// With the header, a JWS of 200 bytes without its signature.
pub const PAYLOAD: &[u8] = &[b'p'; 134];

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
            Rs256 => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public("rsa_2048_public_pkcs1")?)
                .verify(message, signature),
            Hs256 => {
                let secret: Vec<u8> = (0..32).collect();
                hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &secret), message, signature)
            }
        };
        valid.map_err(|_| format!("the signature is not valid, {} bytes", signature.len()))
    }
}
