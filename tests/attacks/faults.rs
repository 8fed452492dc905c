//! One instruction is left out of a signature, on an emulated Cortex-M4, wherever it may be. Of a deterministic ES256 signature
//! that came out wrong, and of an RS256 signature that is wrong modulo one of the primes, the key follows; so no such may come
//! out. What may: the right signature; an error, with nothing in the buffer and no secret on the stack; and where the fault met
//! the call and not the signing, that of another message, that of other memory as a key, or no more than a part of the right
//! one.

use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;

use crate::board::BOARDS;
use crate::emulator::{Program, Request, bytes};
use crate::rounds;
use crate::samples::{Operation, is_signature_of_digest, is_valid, requests};
use crate::support::secrets::{self, Secrets, found};

const BOARD: &str = "mps2-an386";

/// What `faults.c` can be asked for beside signing with each algorithm.
const REPLACE_ES256: u32 = 4;

/// One nanosecond of the board's time for each instruction, so that its timer counts them.
const COUNTING: [&str; 2] = ["-icount", "shift=0"];

/// How many faults are tried.
const FAULTS: &[(&str, Operation, usize)] =
    &[("es256", Operation::Es256, 500), ("rs256", Operation::Rs256, 60), ("hs256", Operation::Hs256, 500)];

pub fn trials(wanted: &dyn Fn(&str) -> bool) -> Vec<Trial> {
    if !wanted("faults") {
        return Vec::new();
    }
    let board = BOARDS.iter().find(|board| board.name == BOARD).ok_or_else(|| "no board".to_owned());
    let program = match board.and_then(|board| Program::new(board, "faults", true)) {
        Ok(program) => Arc::new(program),
        Err(why) => return vec![Trial::test("faults::is_prepared", move || Err(why.into()))],
    };
    let mut trials = Vec::new();
    for &(name, operation, few) in FAULTS {
        let program = Arc::clone(&program);
        trials.push(Trial::test(format!("faults::{name}::no_wrong_signature"), move || {
            let report = inject(&program, operation, operation as u32, rounds(few)).map_err(Failed::from)?;
            println!("{name}: {report}");
            // Else nothing was disturbed.
            report.check(report.errors > 0)
        }));
    }
    trials.push(Trial::test("faults::es256::wrong_signatures_are_seen", move || {
        // Signed wrongly twice in the same way, it is not noticed: that is how wrong ones look.
        let report = inject(&program, Operation::Es256, REPLACE_ES256, 100).map_err(Failed::from)?;
        println!("es256, the same instruction left out both times: {report}");
        if report.wrong.is_empty() { Err("no wrong signature came out".into()) } else { Ok(()) }
    }));
    trials
}

#[derive(Default)]
struct Report {
    instructions: usize,
    same: usize,
    errors: usize,
    traps: usize,
    hangs: usize,
    /// Outputs with nothing in them but what is in the right signature.
    parts: usize,
    /// Right signatures of another digest.
    others: usize,
    /// Right signatures by what is in some other place than the key.
    strangers: usize,
    /// Where the instruction was, and what came out.
    wrong: Vec<String>,
    /// Secrets that were found on the stack after an error.
    left: Vec<&'static str>,
}

impl Report {
    fn check(&self, is_disturbed: bool) -> Result<(), Failed> {
        if self.wrong.is_empty() && self.left.is_empty() && is_disturbed {
            return Ok(());
        }
        Err(format!("{self}\n{}\nleft on the stack after an error: {:?}", self.wrong.join("\n"), self.left).into())
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { instructions, same, errors, traps, hangs, parts, others, strangers, wrong, .. } = self;
        let faults = same + errors + traps + hangs + parts + others + strangers + wrong.len();
        write!(to, "{faults} faults in {instructions} instructions: {same} without effect, {errors} errors, ")?;
        write!(to, "{traps} traps, {hangs} hangs, {parts} outputs not filled in, {others} of another message, ")?;
        write!(to, "{strangers} by another key, {} wrong", wrong.len())
    }
}

fn inject(program: &Program, operation: Operation, asked: u32, faults: usize) -> Result<Report, String> {
    let sample = requests(operation, 1).pop().ok_or("no request")?;
    let argument = u32::try_from(faults).map_err(|error| error.to_string())?;
    let method = program.address_of(method_of(operation))?;
    let breakpoint = Request { operation: 0, argument: method, key: Vec::new(), message: Vec::new() };
    let request = Request { operation: asked, argument, ..sample };
    let name = format!("{operation:?}-{asked}");
    let said = program.run(&name, &[breakpoint, request.clone()], &COUNTING.map(str::to_owned))?;

    let mut lines = said.lines();
    let clean = lines.next().and_then(|line| line.strip_prefix("right ")).ok_or_else(|| format!("no start: {said}"))?;
    let clean = Output::parse(clean)?;
    let right = &clean.bytes;
    if !is_valid(operation, &request, right) || !clean.is_signed(operation, &request.key) {
        return Err("the signature without a fault is not valid, or its digest was not found".to_owned());
    }

    let secrets = secrets_of(operation, &request, right);
    let mut report = Report::default();
    for line in lines {
        let (what, rest) = line.split_once(' ').ok_or_else(|| format!("not a report: {line}"))?;
        match what {
            "stack" => report.left.extend(found(&secrets, &bytes(rest)?)),
            "wrong" => {
                let output = Output::parse(rest)?;
                if output.is_part_of(right) {
                    report.parts += 1;
                } else if output.is_signed(operation, &request.key) {
                    report.others += 1;
                } else if output.is_signed_by_a_stranger(operation, &secrets) {
                    report.strangers += 1;
                } else {
                    report.wrong.push(format!("{}: {line}", program.place(output.hit)));
                }
            }
            "sound" => {
                let counts: Vec<usize> = rest.split_whitespace().filter_map(|number| number.parse().ok()).collect();
                let [instructions, _missed, same, errors, traps, hangs, other] = counts[..] else {
                    return Err(format!("not a report: {line}"));
                };
                if other != report.parts + report.others + report.strangers + report.wrong.len() {
                    return Err("not every output was printed".to_owned());
                }
                return Ok(Report { instructions, same, errors, traps, hangs, ..report });
            }
            _ => break,
        }
    }
    Err(format!("the harness was spoiled: {said}"))
}

/// The function that is given the digest.
fn method_of(operation: Operation) -> &'static str {
    match operation {
        Operation::Rs256 => "<jwt_mint::sign::rs256::RsaPrivateKey as jwt_mint::sign::Signer>::sign",
        Operation::Hs256 => "<jwt_mint::sign::hs256::Hs256Signer as jwt_mint::sign::Signer>::sign",
        _ => "<jwt_mint::sign::es256::Es256Signer as jwt_mint::sign::Signer>::sign",
    }
}

/// What came out of a call, and what the signer worked with in it.
struct Output {
    /// The instruction that was left out.
    hit: u32,
    bytes: Vec<u8>,
    key: Vec<u8>,
    digest: Vec<u8>,
}

impl Output {
    fn parse(text: &str) -> Result<Self, String> {
        let [hit, _status, output, key, digest] = text.split(' ').collect::<Vec<_>>()[..] else {
            return Err(format!("not an output: {text}"));
        };
        let hit = hit.parse().map_err(|_| format!("not an address: {hit}"))?;
        Ok(Self { hit, bytes: bytes(output)?, key: bytes(key)?, digest: bytes(digest)? })
    }

    /// Whether nothing is in it but bytes of the right signature in their places, zeros, and what was there before.
    fn is_part_of(&self, right: &[u8]) -> bool {
        self.bytes.iter().zip(right).all(|(byte, right)| byte == right || *byte == 0 || *byte == 0xa5)
    }

    /// Whether it is the right signature of the digest that the signer got: with its own nonce.
    fn is_signed(&self, operation: Operation, key: &[u8]) -> bool {
        is_signature_of_digest(operation, key, &self.digest, &self.bytes)
    }

    /// Whether the signer took other memory for the key, which has nothing of it. Then ES256 has signed right with that; of a
    /// secret for HS256 nothing tells how long it was taken to be.
    fn is_signed_by_a_stranger(&self, operation: Operation, secrets: &Secrets) -> bool {
        let is_stranger = !self.key.is_empty() && found(secrets, &self.key).is_empty();
        match operation {
            Operation::Rs256 => false,
            Operation::Hs256 => is_stranger,
            _ => is_stranger && self.is_signed(operation, &self.key),
        }
    }
}

fn secrets_of(operation: Operation, request: &Request, signature: &[u8]) -> Secrets {
    match operation {
        Operation::Rs256 => secrets::rs256(&RsaPrivateKey::from_pkcs1_der(&request.key).expect("a key")),
        Operation::Hs256 => secrets::hs256(&request.key),
        _ => secrets::es256(&request.key, &request.message, signature),
    }
}
