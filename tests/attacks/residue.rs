//! What is left in RAM: after a key was loaded, used and wiped, and the caller's copy of it too, no 8 bytes of a secret stand
//! anywhere, neither on the stack nor in a variable, neither after a success nor after a failure. Secrets are the key, the nonce
//! of the signature and its inverse, and what HMAC makes of a secret. `tests/residue.rs` does the same on this machine.

use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;

use crate::board::BOARDS;
use crate::emulator::{Program, Request, bytes};
use crate::samples::{self, Operation, Signer, is_valid, requests, sec1};
use crate::support::secrets::{self, Secrets, found};
use crate::support::token;

type Case = fn(&Program) -> Result<(), String>;

const CASES: &[(&str, Case)] = &[
    ("es256", |program| sign(program, Signer::Es256)),
    ("es256_hedged", |program| sign(program, Signer::HedgedEs256)),
    ("rs256", |program| sign(program, Signer::Rs256)),
    ("rs256_in_scratch", |program| sign(program, Signer::Rs256InScratch)),
    ("hs256", |program| sign(program, Signer::Hs256)),
    ("es256_minted_mqtt", |program| mint(program, Signer::Es256, Operation::MintMqtt)),
    ("es256_hedged_minted", |program| mint(program, Signer::HedgedEs256, Operation::Mint)),
    ("rs256_minted_mqtt", |program| mint(program, Signer::Rs256, Operation::MintMqtt)),
    ("rs256_in_scratch_minted_mqtt", |program| mint(program, Signer::Rs256InScratch, Operation::MintMqtt)),
    ("hs256_minted", |program| mint(program, Signer::Hs256, Operation::Mint)),
    ("hs256_verified", |program| verify(program, true)),
    ("hs256_rejected", |program| verify(program, false)),
    ("es256_pem", |program| load_pem(program, Signer::Es256)),
    ("rs256_pem", |program| load_pem(program, Signer::Rs256)),
    ("es256_key_with_its_point", |program| load_es256(program, true)),
    ("es256_key_with_another_point", |program| load_es256(program, false)),
    ("rs256_key_that_is_inconsistent", inconsistent_rs256),
    ("planted", planted),
];

pub fn trials(wanted: &dyn Fn(&str) -> bool) -> Vec<Trial> {
    let mut trials = Vec::new();
    for board in BOARDS.iter().filter(|board| !board.options.contains(&"-xc++")) {
        let prefix = format!("residue::{}", board.name);
        if !wanted(&prefix) {
            continue;
        }
        let program = match Program::new(board, "residue", false) {
            Ok(program) => Arc::new(program),
            Err(why) => {
                trials.push(Trial::test(format!("{prefix}::is_prepared"), move || Err(why.into())));
                continue;
            }
        };
        for &(name, case) in CASES {
            let program = Arc::clone(&program);
            trials.push(Trial::test(format!("{prefix}::{name}"), move || case(&program).map_err(Failed::from)));
        }
    }
    trials
}

/// The status, the output, and all RAM after it.
fn run(program: &Program, name: &str, request: &Request) -> Result<(i32, Vec<u8>, Vec<u8>), String> {
    let said = program.run(name, std::slice::from_ref(request), &[])?;
    let [result, memory] = said.lines().collect::<Vec<_>>()[..] else { return Err(format!("not a report: {said}")) };
    let (status, output) = result.split_once(' ').ok_or("no status")?;
    let memory = bytes(memory)?;
    if memory.iter().filter(|&&byte| byte != 0xa5).count() < 1000 {
        return Err("the stack was not used".to_owned());
    }
    Ok((status.parse().map_err(|_| format!("status {status}"))?, bytes(output)?, memory))
}

fn holds_none_of(secrets: &Secrets, memory: &[u8]) -> Result<(), String> {
    let found = found(secrets, memory);
    if found.is_empty() { Ok(()) } else { Err(format!("left in memory: {found:?}")) }
}

fn sample(signer: Signer, operation: Operation) -> Result<Request, String> {
    requests(signer, operation, 1).pop().ok_or_else(|| "no request".to_owned())
}

fn secrets_of(request: &Request, message: &[u8], signature: &[u8]) -> Secrets {
    match request.signer {
        Signer::Rs256 | Signer::Rs256InScratch => secrets_of_rs256(request),
        Signer::Hs256 => secrets::hs256(&request.key, signature),
        Signer::Es256 | Signer::HedgedEs256 => secrets::es256(&request.key[..32], message, signature),
    }
}

fn secrets_of_rs256(request: &Request) -> Secrets {
    secrets::rs256(&RsaPrivateKey::from_pkcs1_der(&request.key).expect("a key"))
}

fn sign(program: &Program, signer: Signer) -> Result<(), String> {
    let request = sample(signer, Operation::Sign)?;
    let (status, signature, memory) = run(program, &format!("{signer:?}"), &request)?;
    if status != 0 || !is_valid(signer, &request.key, &request.message, &signature) {
        return Err(format!("status {status}, or not a valid signature"));
    }
    holds_none_of(&secrets_of(&request, &request.message, &signature), &memory)
}

fn mint(program: &Program, signer: Signer, operation: Operation) -> Result<(), String> {
    let request = sample(signer, operation)?;
    let (status, minted, memory) = run(program, &format!("{signer:?}-minted"), &request)?;
    let minted = String::from_utf8(minted).map_err(|error| error.to_string())?;
    let (input, signature) = minted.rsplit_once('.').ok_or_else(|| format!("status {status}: {minted}"))?;
    let signature = token::base64url(signature)?;
    if status != 0 || !is_valid(signer, &request.key, input.as_bytes(), &signature) {
        return Err(format!("status {status}, or not a valid token: {minted}"));
    }
    holds_none_of(&secrets_of(&request, input.as_bytes(), &signature), &memory)
}

/// A right token, or one with another MAC: then the right one, which is the whole secret for that token, is to be found nowhere.
fn verify(program: &Program, is_right: bool) -> Result<(), String> {
    let spoil = |_, mac: &mut [u8]| {
        if !is_right {
            mac.iter_mut().for_each(|byte| *byte ^= 0x55);
        }
    };
    let request = samples::tokens(1, spoil).pop().ok_or("no request")?;
    let (status, _, memory) = run(program, &format!("verified-{is_right}"), &request)?;
    if (status == 0) != is_right {
        return Err(format!("status {status}"));
    }
    let text = String::from_utf8(request.message.clone()).map_err(|error| error.to_string())?;
    let (_, mac) = text.rsplit_once('.').ok_or("no token")?;
    let spoiled = if is_right { 0 } else { 0x55 };
    let mac: Vec<u8> = token::base64url(mac)?.iter().map(|byte| byte ^ spoiled).collect();
    let mut secrets = secrets::hs256(&request.key, &mac);
    if !is_right {
        secrets.push(("right MAC", mac));
    }
    holds_none_of(&secrets, &memory)
}

/// Neither the text, nor the DER, nor the key itself.
fn load_pem(program: &Program, signer: Signer) -> Result<(), String> {
    let request = sample(signer, Operation::LoadPem)?;
    let (status, _, memory) = run(program, &format!("{signer:?}-pem"), &request)?;
    if status != 0 {
        return Err(format!("status {status}"));
    }
    let raw = sample(signer, Operation::Sign)?;
    let mut secrets = match signer {
        Signer::Rs256 => secrets_of_rs256(&raw),
        _ => secrets::scalar(&raw.key),
    };
    secrets.push(("text", request.key));
    holds_none_of(&secrets, &memory)
}

fn load_es256(program: &Program, is_its_own: bool) -> Result<(), String> {
    let [key, other] = &requests(Signer::Es256, Operation::Sign, 2)[..] else { return Err("no keys".to_owned()) };
    let (key, other) = (&key.key, &other.key);
    let der = sec1(key, if is_its_own { key } else { other });
    let request = Request { key: der, ..sample(Signer::Es256, Operation::LoadDer)? };
    let (status, _, memory) = run(program, &format!("load-{is_its_own}"), &request)?;
    if (status == 0) != is_its_own {
        return Err(format!("status {status}"));
    }
    holds_none_of(&secrets::scalar(key), &memory)
}

fn inconsistent_rs256(program: &Program) -> Result<(), String> {
    let mut request = sample(Signer::Rs256, Operation::Sign)?;
    let secrets = secrets_of_rs256(&request);
    // The coefficient's.
    *request.key.last_mut().ok_or("no key")? ^= 4;
    let (status, _, memory) = run(program, "inconsistent", &request)?;
    if status == 0 {
        return Err("the key was taken".to_owned());
    }
    holds_none_of(&secrets, &memory)
}

fn planted(program: &Program) -> Result<(), String> {
    let request = sample(Signer::Es256, Operation::Forget)?;
    let (_, _, memory) = run(program, "planted", &request)?;
    match found(&secrets::scalar(&request.key), &memory)[..] {
        ["scalar"] => Ok(()),
        _ => Err("a copy of the key was not found".to_owned()),
    }
}
