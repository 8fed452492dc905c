//! What works on a secret takes the same way for every one: the emulator follows every instruction and every address that is
//! read or written, from the key's bytes to the wiped key, and all of it must be the same for different keys and messages. On
//! each target this is the code that ships. Left out is what reads and writes the text of a token, which is no secret.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};

use crate::board::BOARDS;
use crate::emulator::{Program, Request, bytes, path, plugin};
use crate::samples::{self, Operation, Signer, is_valid, requests};
use crate::support::rounds::rounds;
use crate::support::token::base64url;

/// `JWT_REJECT_SIGNATURE`
const REJECTED: i32 = -34;

/// Functions that turn a token into text and back.
const PUBLIC: [&str; 2] = ["jwt_mint::base64url::encode_in_place", "jwt_mint::verify::decoded"];

struct Case {
    name: &'static str,
    requests: fn(usize) -> Vec<Request>,
    /// How many keys.
    keys: usize,
    /// Whether this is what came out.
    check: fn(&[Request], &[Outcome]) -> Result<(), String>,
    /// Where the ways part, if they are to.
    parts_in: &'static [&'static str],
}

/// A status, and what was made.
type Outcome = (i32, Vec<u8>);

const CASES: &[Case] = &[
    Case::signing("es256", |keys| requests(Signer::Es256, Operation::Sign, keys), 6),
    Case::signing("es256_hedged", |keys| requests(Signer::HedgedEs256, Operation::Sign, keys), 6),
    Case::signing("rs256", |keys| requests(Signer::Rs256, Operation::Sign, keys), 6),
    Case::signing("rs256_in_scratch", |keys| requests(Signer::Rs256InScratch, Operation::Sign, keys), 2),
    Case::signing("hs256", |keys| requests(Signer::Hs256, Operation::Sign, keys), 6),
    Case::minting("es256_minted_mqtt", |keys| requests(Signer::Es256, Operation::MintMqtt, keys), 6),
    Case::minting("es256_hedged_minted", |keys| requests(Signer::HedgedEs256, Operation::Mint, keys), 6),
    Case::minting("rs256_minted_mqtt", |keys| requests(Signer::Rs256, Operation::MintMqtt, keys), 3),
    Case::minting("hs256_minted", |keys| requests(Signer::Hs256, Operation::Mint, keys), 6),
    Case::loading("es256_der", |keys| requests(Signer::Es256, Operation::LoadDer, keys), 6),
    Case::loading("es256_pem", |keys| requests(Signer::Es256, Operation::LoadPem, keys), 6),
    Case::loading("rs256_pem", |keys| requests(Signer::Rs256, Operation::LoadPem, keys), 6),
    Case { check: all_accepted, ..Case::loading("hs256_verified", right_tokens, 6) },
    Case { check: all_rejected, ..Case::loading("hs256_rejected", wrong_tokens, 6) },
    Case {
        check: first_accepted,
        parts_in: &["jwt_mint::ffi::verify::open", "jwt_mint::verify::Compact"],
        ..Case::loading("hs256_verdict", right_and_wrong_tokens, 1)
    },
    Case {
        parts_in: &["leak_by_branch"],
        ..Case::signing("planted_branch", |_| requests(Signer::Es256, Operation::LeakByBranch, 2), 1)
    },
    Case {
        parts_in: &["leak_by_address"],
        ..Case::signing("planted_address", |_| requests(Signer::Es256, Operation::LeakByAddress, 2), 1)
    },
];

impl Case {
    const fn signing(name: &'static str, requests: fn(usize) -> Vec<Request>, keys: usize) -> Self {
        Self { name, requests, keys, check: all_signed, parts_in: &[] }
    }

    const fn minting(name: &'static str, requests: fn(usize) -> Vec<Request>, keys: usize) -> Self {
        Self { name, requests, keys, check: all_minted, parts_in: &[] }
    }

    const fn loading(name: &'static str, requests: fn(usize) -> Vec<Request>, keys: usize) -> Self {
        Self { name, requests, keys, check: all_accepted, parts_in: &[] }
    }

    fn run(&self, program: &Program) -> Result<(), String> {
        let requests = (self.requests)(rounds(self.keys));
        let (instructions, parted) = follow(program, self, &requests)?;
        let board = program.board.name;
        match (parted, self.parts_in) {
            (None, []) => {
                println!("{board}: {}: {instructions} instructions, the same {} times", self.name, requests.len());
                Ok(())
            }
            (None, _) => Err("no difference was noticed".to_owned()),
            (Some(parted), places) if places.iter().any(|place| parted.contains(place)) => Ok(()),
            (Some(parted), _) => Err(parted),
        }
    }
}

pub fn trials(wanted: &dyn Fn(&str) -> bool) -> Vec<Trial> {
    let mut trials = Vec::new();
    for board in BOARDS.iter().filter(|board| !board.options.contains(&"-xc++")) {
        let prefix = format!("constant_time::{}", board.name);
        if !wanted(&prefix) {
            continue;
        }
        let program = match Program::new(board, "traced", false) {
            Ok(program) => Arc::new(program),
            Err(why) => {
                trials.push(Trial::test(format!("{prefix}::is_prepared"), move || Err(why.into())));
                continue;
            }
        };
        for case in CASES {
            let program = Arc::clone(&program);
            trials.push(Trial::test(format!("{prefix}::{}", case.name), move || {
                case.run(&program).map_err(Failed::from)
            }));
        }
    }
    trials
}

/// Follows all requests, and checks what they make: the number of instructions, and where the first that takes another way
/// than the first parts from it.
fn follow(program: &Program, case: &Case, requests: &[Request]) -> Result<(u64, Option<String>), String> {
    let functions = program.functions()?;
    let address_of = |name: &str| {
        let found = functions.iter().position(|(_, function)| function == name);
        let following = found.and_then(|index| functions.get(index + 1));
        match (found.and_then(|index| functions.get(index)), following) {
            (Some((start, _)), Some((end, _))) => Ok((*start, *end)),
            _ => Err(format!("no function {name}")),
        }
    };
    let (begin, end) = (address_of("trace_begin")?.0, address_of("trace_end")?.0);
    let mut options = format!("{},begin={begin:#x},end={end:#x}", path(plugin()?)?);
    for name in PUBLIC {
        let (start, end) = address_of(name)?;
        options += &format!(",public={start:#x}-{end:#x}");
    }
    let trace = |name: &str, further: &str| {
        let report = program.image.with_file_name(format!("{name}.report"));
        let option = format!("{options},report={}{further}", path(&report)?);
        let said = program.run(name, requests, &["-plugin".to_owned(), option])?;
        Ok::<_, String>((said, fs::read_to_string(report).map_err(|error| error.to_string())?))
    };
    let (said, report) = trace(case.name, "")?;

    let windows: Vec<_> = report.lines().collect();
    let outcomes = said.lines().map(outcome).collect::<Result<Vec<_>, _>>()?;
    if outcomes.len() != requests.len() || windows.len() != requests.len() {
        return Err(format!("{} outcomes, {} windows: {said}{report}", outcomes.len(), windows.len()));
    }
    (case.check)(requests, &outcomes)?;
    let instructions = windows.first().and_then(|line| line.split(' ').nth(2)?.parse().ok());
    let instructions = instructions.ok_or_else(|| format!("not a report: {report}"))?;
    let different: Vec<_> = windows.iter().filter(|line| !line.ends_with(", equal")).collect();
    let Some(line) = different.first() else { return Ok((instructions, None)) };

    let numbers: Vec<&str> = line.split(|c: char| !c.is_ascii_digit()).filter(|word| !word.is_empty()).collect();
    let [window, _, chunk] = numbers[..] else { return Err(format!("not a report: {report}")) };
    let (_, report) = trace(&format!("{}-differs", case.name), &format!(",window={window},chunk={chunk}"))?;
    let place = report.lines().find(|line| line.starts_with("at ")).unwrap_or("at no place that was found again");
    let address = place.split([' ', ':']).nth(1).and_then(|word| u32::from_str_radix(word, 16).ok());
    let place = format!("{} ({place})", address.map(|address| program.place(address)).unwrap_or_default());
    let parted = format!("{} of {} take another way than the first, from {place} on", different.len(), requests.len());
    Ok((instructions, Some(parted)))
}

fn outcome(line: &str) -> Result<Outcome, String> {
    let (status, output) = line.split_once(' ').ok_or_else(|| format!("not an outcome: {line}"))?;
    Ok((status.parse().map_err(|_| format!("not a status: {status}"))?, bytes(output)?))
}

fn all_signed(requests: &[Request], outcomes: &[Outcome]) -> Result<(), String> {
    for (request, (status, signature)) in requests.iter().zip(outcomes) {
        if *status != 0 || !is_valid(request.signer, &request.key, &request.message, signature) {
            return Err(format!("status {status}, or not a valid signature: {signature:02x?}"));
        }
    }
    all_different(outcomes.iter().map(|(_, signature)| signature.as_slice()))
}

/// Tokens that differ in the signature alone.
fn all_minted(requests: &[Request], outcomes: &[Outcome]) -> Result<(), String> {
    let mut inputs = BTreeSet::new();
    for (request, (status, token)) in requests.iter().zip(outcomes) {
        let token = String::from_utf8_lossy(token);
        let (input, signature) = token.rsplit_once('.').ok_or_else(|| format!("status {status}: {token}"))?;
        if *status != 0 || !is_valid(request.signer, &request.key, input.as_bytes(), &base64url(signature)?) {
            return Err(format!("status {status}, or no valid signature: {token}"));
        }
        inputs.insert(input.to_owned());
    }
    if inputs.len() != 1 {
        return Err(format!("not the same claims: {inputs:?}"));
    }
    all_different(outcomes.iter().map(|(_, token)| token.as_slice()))
}

fn all_different<'o>(outputs: impl ExactSizeIterator<Item = &'o [u8]>) -> Result<(), String> {
    let (count, different) = (outputs.len(), outputs.collect::<BTreeSet<_>>().len());
    if different == count { Ok(()) } else { Err(format!("{different} different outputs of {count}")) }
}

fn statuses(outcomes: &[Outcome], expected: impl Fn(usize) -> i32) -> Result<(), String> {
    let wrong = outcomes.iter().enumerate().find(|(index, (status, _))| *status != expected(*index));
    wrong.map_or(Ok(()), |(index, (status, _))| Err(format!("status {status} of request {index}")))
}

fn all_accepted(_: &[Request], outcomes: &[Outcome]) -> Result<(), String> {
    statuses(outcomes, |_| 0)
}

fn all_rejected(_: &[Request], outcomes: &[Outcome]) -> Result<(), String> {
    statuses(outcomes, |_| REJECTED)
}

fn first_accepted(_: &[Request], outcomes: &[Outcome]) -> Result<(), String> {
    statuses(outcomes, |index| if index == 0 { 0 } else { REJECTED })
}

fn right_tokens(keys: usize) -> Vec<Request> {
    samples::tokens(keys, |_, _| ())
}

/// The first MACs are wrong in their first byte, their last, or all but one of these; a guess that is almost right takes no other
/// way than one that is wrong throughout.
fn wrong_tokens(keys: usize) -> Vec<Request> {
    samples::tokens(keys.max(5), |index, mac| match index {
        0 => mac[0] ^= 1,
        1 => mac[31] ^= 0x80,
        2 => mac[1..].iter_mut().for_each(|byte| *byte ^= 0x55),
        3 => mac[..31].iter_mut().for_each(|byte| *byte ^= 0x55),
        _ => mac.iter_mut().for_each(|byte| *byte = !*byte),
    })
}

fn right_and_wrong_tokens(_: usize) -> Vec<Request> {
    samples::tokens(3, |index, mac| match index {
        0 => {}
        1 => mac[0] ^= 1,
        _ => mac[31] ^= 0x80,
    })
}
