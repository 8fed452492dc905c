//! One instruction is left out of a signature, on an emulated Cortex-M4, wherever it may be. Of a deterministic ES256 signature
//! that came out wrong, and of an RS256 signature that is wrong modulo one of the primes, the key follows; so nothing may come
//! out but the right signature, or an error with nothing in the buffer, and no secret on the stack.

use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;

use crate::board::BOARDS;
use crate::emulator::{Program, Request, bytes};
use crate::rounds;
use crate::samples::{Operation, is_valid, requests};
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

struct Report {
    instructions: usize,
    same: usize,
    errors: usize,
    traps: usize,
    hangs: usize,
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
        let Self { instructions, same, errors, traps, hangs, wrong, .. } = self;
        let faults = same + errors + traps + hangs + wrong.len();
        write!(to, "{faults} faults in {instructions} instructions: {same} without effect, {errors} errors, ")?;
        write!(to, "{traps} traps, {hangs} hangs, {} wrong", wrong.len())
    }
}

fn inject(program: &Program, operation: Operation, asked: u32, faults: usize) -> Result<Report, String> {
    let sample = requests(operation, 1).pop().ok_or("no request")?;
    let argument = u32::try_from(faults).map_err(|error| error.to_string())?;
    let request = Request { operation: asked, argument, ..sample };
    let said = program.run(&format!("{operation:?}-{asked}"), &[request.clone()], &COUNTING.map(str::to_owned))?;

    let right = said.lines().find_map(|line| line.strip_prefix("right ")).ok_or("no signature")?;
    let right = bytes(right)?;
    if !is_valid(operation, &request, &right) {
        return Err("the signature without a fault is not valid".to_owned());
    }
    let secrets = secrets_of(operation, &request, &right);
    let mut left = Vec::new();
    for stack in said.lines().filter_map(|line| line.strip_prefix("stack ")) {
        left.extend(found(&secrets, &bytes(stack)?));
    }
    let wrong = said.lines().filter_map(|line| line.strip_prefix("wrong ")).map(|line| {
        let place =
            line.split(' ').next().and_then(|address| address.parse().ok()).map(|address| program.place(address));
        format!("{}: {line}", place.unwrap_or_default())
    });
    let wrong: Vec<_> = wrong.collect();
    let counts = said.lines().find_map(|line| line.strip_prefix("sound ")).ok_or("the harness was spoiled")?;
    let counts: Vec<usize> = counts.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let [instructions, _missed, same, errors, traps, hangs, wrong_count] = counts[..] else {
        return Err(format!("not a report: {counts:?}"));
    };
    if wrong_count != wrong.len() {
        return Err("not every wrong signature was printed".to_owned());
    }
    Ok(Report { instructions, same, errors, traps, hangs, wrong, left })
}

fn secrets_of(operation: Operation, request: &Request, signature: &[u8]) -> Secrets {
    match operation {
        Operation::Rs256 => secrets::rs256(&RsaPrivateKey::from_pkcs1_der(&request.key).expect("a key")),
        Operation::Hs256 => secrets::hs256(&request.key),
        _ => secrets::es256(&request.key, &request.message, signature),
    }
}
