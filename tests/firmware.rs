//! The library on the chips: what the archive for each bare-metal target holds, that no panic can be reached, and every C
//! case on every board, in an emulator. Asks for cross tools, so plain `cargo test` leaves it out: `make test-firmware`.

#[path = "firmware/archive.rs"]
mod archive;
#[path = "firmware/board.rs"]
mod board;
#[path = "firmware/image.rs"]
mod image;
#[path = "firmware/object.rs"]
mod object;
#[path = "firmware/panics.rs"]
mod panics;
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
    for board in board::BOARDS {
        if wanted(&arguments, board.name) {
            trials.extend(or_failed(board.name, image::trials(board)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// What could not be prepared is one failed trial, so that the others still run.
fn or_failed(name: &str, trials: Result<Vec<Trial>, String>) -> Vec<Trial> {
    trials.unwrap_or_else(|why| vec![Trial::test(format!("{name}::is_prepared"), move || Err(why.into()))])
}

/// Whether a trial whose name starts with `name::` could be asked for: nothing is built for the others.
fn wanted(arguments: &Arguments, name: &str) -> bool {
    let filter = arguments.filter.as_deref().unwrap_or_default();
    let common = filter.len().min(name.len());
    !filter.contains("::") || filter.as_bytes().get(..common) == name.as_bytes().get(..common)
}
