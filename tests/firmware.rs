//! The library on the chips: what the archive for each bare-metal target holds, that no panic can be reached, and every C
//! case on every board, in an emulator. Asks for cross tools, so plain `cargo test` leaves it out: `make test-firmware`.

#[path = "firmware/archive.rs"]
#[allow(dead_code)]
mod archive;
#[path = "firmware/board.rs"]
mod board;
#[path = "firmware/desk.rs"]
mod desk;
#[path = "firmware/image.rs"]
mod image;
#[path = "firmware/leaves.rs"]
mod leaves;
#[path = "firmware/object.rs"]
mod object;
#[path = "firmware/panics.rs"]
mod panics;
#[path = "firmware/planted.rs"]
mod planted;
mod support;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for target in archive::TARGETS {
        if wanted(&arguments, &format!("object::{target}")) {
            trials.extend(or_failed(&format!("object::{target}"), object::trials(target)));
        }
    }
    for target in panics::TARGETS {
        if wanted(&arguments, &format!("panics::{target}")) {
            trials.extend(or_failed(&format!("panics::{target}"), panics::trials(target)));
        }
    }
    let boards: Vec<_> = board::BOARDS.iter().filter(|board| wanted(&arguments, board.name)).collect();
    if !boards.is_empty() {
        match desk::Desk::new() {
            Ok(desk) => {
                trials.extend(boards.iter().flat_map(|board| or_failed(board.name, image::trials(board, &desk))));
            }
            Err(why) => trials.extend(or_failed("desk", Err(why))),
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// What could not be prepared is one failed trial, so that the others still run.
fn or_failed(name: &str, trials: Result<Vec<Trial>, String>) -> Vec<Trial> {
    trials.unwrap_or_else(|why| vec![Trial::test(format!("{name}::is_prepared"), move || Err(why.into()))])
}

/// Whether a trial whose name starts with `name::` could be asked for. Nothing is built for the others where the filter
/// starts with the first part of a name, as `object::` or `microbit::` do.
fn wanted(arguments: &Arguments, name: &str) -> bool {
    let filter = arguments.filter.as_deref().unwrap_or_default();
    let Some((first, _)) = filter.split_once("::") else { return true };
    if !["object", "panics"].contains(&first) && board::BOARDS.iter().all(|board| board.name != first) {
        return true;
    }
    let common = filter.len().min(name.len());
    filter.as_bytes().get(..common) == name.as_bytes().get(..common)
}
