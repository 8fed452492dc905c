//! What an attacker who holds the device may try, on the code that ships, in an emulator: to time it, to disturb it, and to
//! read what it leaves in memory. Asks for cross tools, so plain `cargo test` leaves it out: `make test-firmware`.
//! JWT_MINT_ROUNDS=100 tries a hundred times as many keys and faults.

#[path = "firmware/archive.rs"]
#[allow(dead_code)]
mod archive;
#[path = "firmware/board.rs"]
mod board;
#[path = "attacks/constant_time.rs"]
mod constant_time;
#[path = "attacks/emulator.rs"]
mod emulator;
#[path = "attacks/faults.rs"]
mod faults;
#[path = "attacks/multipliers.rs"]
mod multipliers;
#[path = "attacks/residue.rs"]
mod residue;
#[path = "attacks/samples.rs"]
mod samples;
mod support;

use libtest_mimic::Arguments;

fn main() {
    let arguments = Arguments::from_args();
    let filter = arguments.filter.clone().unwrap_or_default();
    // Nothing is built for what is not asked for.
    let wanted = |name: &str| {
        let common = filter.len().min(name.len());
        !filter.contains("::") || filter.as_bytes().get(..common) == name.as_bytes().get(..common)
    };
    let mut trials = constant_time::trials(&wanted);
    trials.extend(multipliers::trials(&wanted));
    trials.extend(faults::trials(&wanted));
    trials.extend(residue::trials(&wanted));
    libtest_mimic::run(&arguments, trials).exit();
}
