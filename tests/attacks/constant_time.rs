//! A signature takes the same way for every key: the emulator follows every instruction and every address that is read or
//! written, from the key's bytes to the wiped key, and all of it must be the same for different keys and messages. On each
//! target this is the code that ships.

use std::fs;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};

use crate::board::BOARDS;
use crate::emulator::{Program, path, plugin};
use crate::rounds;
use crate::samples::{Operation, is_valid, requests};

const OPERATIONS: &[(&str, Operation)] =
    &[("es256", Operation::Es256), ("rs256", Operation::Rs256), ("hs256", Operation::Hs256)];
const PLANTED: &[(&str, Operation, &str)] = &[
    ("planted_branch", Operation::LeakByBranch, "leak_by_branch"),
    ("planted_address", Operation::LeakByAddress, "leak_by_address"),
];

/// How many keys sign.
const KEYS: usize = 6;

pub fn trials(wanted: &dyn Fn(&str) -> bool) -> Vec<Trial> {
    let mut trials = Vec::new();
    for board in BOARDS.iter().filter(|board| !board.options.contains(&"-xc++")) {
        let prefix = format!("constant_time::{}", board.name);
        if !wanted(&prefix) {
            continue;
        }
        let program = match Program::new(board, "sign", false) {
            Ok(program) => Arc::new(program),
            Err(why) => {
                trials.push(Trial::test(format!("{prefix}::is_prepared"), move || Err(why.into())));
                continue;
            }
        };
        for &(name, operation) in OPERATIONS {
            let program = Arc::clone(&program);
            trials.push(Trial::test(format!("{prefix}::{name}"), move || {
                let (instructions, keys) = equal(&program, operation, rounds(KEYS)).map_err(Failed::from)?;
                println!("{}: {name}: {instructions} instructions, the same for {keys} keys", program.board.name);
                Ok(())
            }));
        }
        for &(name, operation, culprit) in PLANTED {
            let program = Arc::clone(&program);
            trials.push(Trial::test(format!("{prefix}::{name}"), move || match equal(&program, operation, 2) {
                Ok(_) => Err("was not noticed".into()),
                Err(why) if why.contains(culprit) => Ok(()),
                Err(why) => Err(format!("noticed for another reason: {why}").into()),
            }));
        }
    }
    trials
}

/// Signs with many keys and compares the ways; the number of instructions.
fn equal(program: &Program, operation: Operation, keys: usize) -> Result<(u64, usize), String> {
    let requests = requests(operation, keys);
    let trace = |name: &str, further: &str| {
        let report = program.image.with_file_name(format!("{name}.report"));
        let ends = [("begin", "trace_begin"), ("end", "trace_end")]
            .map(|(option, function)| program.address_of(function).map(|address| format!("{option}={address:#x}")));
        let [begin, end] = ends;
        let option = format!("{},{},{},report={}{further}", path(plugin()?)?, begin?, end?, path(&report)?);
        let said = program.run(name, &requests, &["-plugin".to_owned(), option])?;
        Ok::<_, String>((said, fs::read_to_string(report).map_err(|error| error.to_string())?))
    };
    let name = format!("{operation:?}");
    let (said, report) = trace(&name, "")?;

    let mut signatures = Vec::new();
    for (line, request) in said.lines().zip(&requests) {
        let signature = crate::emulator::bytes(line.strip_prefix("0 ").ok_or_else(|| format!("status {line}"))?)?;
        if !is_valid(operation, request, &signature) {
            return Err(format!("not a valid signature: {line}"));
        }
        signatures.push(signature);
    }
    signatures.sort();
    signatures.dedup();
    let windows: Vec<_> = report.lines().collect();
    if signatures.len() != keys || windows.len() != keys {
        return Err(format!("{} signatures, {} windows: {said}{report}", signatures.len(), windows.len()));
    }
    let different: Vec<_> = windows.iter().filter(|line| !line.ends_with(", equal")).collect();
    if let Some(line) = different.first() {
        let numbers: Vec<&str> = line.split(|c: char| !c.is_ascii_digit()).filter(|word| !word.is_empty()).collect();
        let [window, _, chunk] = numbers[..] else { return Err(format!("not a report: {report}")) };
        let (_, report) = trace(&format!("{name}-differs"), &format!(",window={window},chunk={chunk}"))?;
        let place = report.lines().find(|line| line.starts_with("at ")).unwrap_or("at no place that was found again");
        let address = place.split([' ', ':']).nth(1).and_then(|word| u32::from_str_radix(word, 16).ok());
        let place = format!("{} ({place})", address.map(|address| program.place(address)).unwrap_or_default());
        return Err(format!("{} of {keys} take another way than the first, from {place} on", different.len()));
    }
    let instructions = windows.first().and_then(|line| line.split(' ').nth(2)?.parse().ok());
    Ok((instructions.ok_or_else(|| format!("not a report: {report}"))?, keys))
}
