//! What is left in RAM: after a key was loaded, used and wiped, and the caller's copy of it too, no 8 bytes of a secret stand
//! anywhere, neither on the stack nor in a variable, neither after a success nor after a failure. Secrets are the key, the nonce
//! of the signature and its inverse, and what HMAC makes of a secret. `tests/residue.rs` does the same on this machine.

use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use p256::NonZeroScalar;
use p256::elliptic_curve::sec1::ToSec1Point;
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;

use crate::board::BOARDS;
use crate::emulator::{Program, Request, bytes};
use crate::samples::{Operation, is_valid, requests};
use crate::support::secrets::{self, Secrets, found};
use crate::support::token;

/// What `residue.c` can be asked for beside signing with each algorithm.
const MINT_ES256: u32 = 4;
const LOAD_ES256: u32 = 5;
const FORGET_ES256: u32 = 6;

type Case = fn(&Program) -> Result<(), String>;

const CASES: &[(&str, Case)] = &[
    ("es256", |program| sign(program, Operation::Es256)),
    ("rs256", |program| sign(program, Operation::Rs256)),
    ("hs256", |program| sign(program, Operation::Hs256)),
    ("es256_minted", minted),
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

fn sample(operation: Operation) -> Result<Request, String> {
    requests(operation, 1).pop().ok_or_else(|| "no request".to_owned())
}

fn sign(program: &Program, operation: Operation) -> Result<(), String> {
    let request = sample(operation)?;
    let (status, signature, memory) = run(program, &format!("{operation:?}"), &request)?;
    if status != 0 || !is_valid(operation, &request, &signature) {
        return Err(format!("status {status}, or not a valid signature"));
    }
    let secrets = match operation {
        Operation::Rs256 => secrets::rs256(&RsaPrivateKey::from_pkcs1_der(&request.key).expect("a key")),
        Operation::Hs256 => secrets::hs256(&request.key),
        _ => secrets::es256(&request.key, &request.message, &signature),
    };
    holds_none_of(&secrets, &memory)
}

fn minted(program: &Program) -> Result<(), String> {
    let request = Request { operation: MINT_ES256, ..sample(Operation::Es256)? };
    let (status, minted, memory) = run(program, "minted", &request)?;
    let minted = String::from_utf8(minted).map_err(|error| error.to_string())?;
    let (input, signature) = minted.rsplit_once('.').ok_or_else(|| format!("status {status}: {minted}"))?;
    let signature = token::base64url(signature)?;
    holds_none_of(&secrets::es256(&request.key, input.as_bytes(), &signature), &memory)
}

fn load_es256(program: &Program, is_its_own: bool) -> Result<(), String> {
    let keys = requests(Operation::Es256, 2).into_iter().map(|request| request.key).collect::<Vec<_>>();
    let [key, other] = &keys[..] else { return Err("no keys".to_owned()) };
    let of_point = NonZeroScalar::try_from(&(if is_its_own { key } else { other })[..]).expect("a scalar");
    let point = p256::PublicKey::from_secret_scalar(&of_point).to_sec1_point(false);
    // ECPrivateKey (RFC 5915): SEQUENCE, version 1, the scalar, [0] the curve, [1] the point.
    let mut der = vec![0x30, 0x77, 2, 1, 1, 4, 32];
    der.extend(key);
    der.extend([0xa0, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7, 0xa1, 0x44, 3, 0x42, 0]);
    der.extend(point.as_bytes());
    let request = Request { operation: LOAD_ES256, argument: 0, key: der, message: Vec::new() };
    let (status, _, memory) = run(program, &format!("load-{is_its_own}"), &request)?;
    if (status == 0) != is_its_own {
        return Err(format!("status {status}"));
    }
    holds_none_of(&secrets::scalar(key), &memory)
}

fn inconsistent_rs256(program: &Program) -> Result<(), String> {
    let mut request = sample(Operation::Rs256)?;
    let key = RsaPrivateKey::from_pkcs1_der(&request.key).expect("a key");
    // The coefficient's.
    *request.key.last_mut().ok_or("no key")? ^= 4;
    let (status, _, memory) = run(program, "inconsistent", &request)?;
    if status == 0 {
        return Err("the key was taken".to_owned());
    }
    holds_none_of(&secrets::rs256(&key), &memory)
}

fn planted(program: &Program) -> Result<(), String> {
    let request = Request { operation: FORGET_ES256, ..sample(Operation::Es256)? };
    let (_, _, memory) = run(program, "planted", &request)?;
    match found(&secrets::scalar(&request.key), &memory)[..] {
        ["scalar"] => Ok(()),
        _ => Err("a copy of the key was not found".to_owned()),
    }
}
