//! Whether the model counts cycles as the manual says.

use std::path::Path;

use libtest_mimic::Trial;

use crate::bench::{self, Bench};
use crate::cycles::Count;
use crate::figures::COMPARED_ON;
use crate::support::compiler::WARNINGS;

/// The functions of `model.S`, and their cycles, added up by hand from the manual; `bx lr` at the end of each is 1 + 2 of them.
const SEQUENCES: &[(&str, u64)] = &[
    // Moving, adding, shifting, comparing: 1 each.
    ("data_processing", 1 + 1 + 1 + 1 + 3),
    // MUL, MLA, UMULL, UMLAL, UMAAL: 1 each.
    ("products", 1 + 1 + 1 + 1 + 1 + 3),
    // 2 to 12: always 12 here.
    ("quotient", 12 + 3),
    // N loads: N + 1.
    ("loads_in_a_row", 2 + 1 + 1 + 3),
    // Each waits for the address that the one before loads.
    ("loads_of_addresses", 2 + 2 + 2 + 3),
    // LDR, STR at an immediate distance, twice, then LDR, STR at a register's: 3 cycles for each pair.
    ("loads_and_stores", 2 + 1 + 2 + 1 + 2 + 1 + 3),
    // STR at an immediate distance 1, at a register's 2; nothing overlaps with what follows a store.
    ("stores", 1 + 1 + 2 + 2 + 3),
    // LDM of 3, STM of 8, LDRD, STRD, PUSH and POP of 2: 1 + N, not overlapping with the load before or after.
    ("multiple", 2 + (1 + 3) + 2 + (1 + 8) + (1 + 2) + (1 + 2) + (1 + 2) + (1 + 2) + 3),
    // ADD, LDR of what it computed; UMULL, LDR of what it computed; ADD, NOP, LDR: the first two wait.
    ("computed_addresses", (1 + 2 + 1) + (1 + 2 + 1) + (1 + 1 + 2) + 3),
    // A word at 2 and at 1 beyond a multiple of 4, a halfword at 1; a NOP between them; a store goes through the buffer.
    ("unaligned", 3 + 1 + 4 + 1 + 3 + 1 + 1 + 3),
    // B, then B<cond> and CBZ, each taken and not taken.
    ("branches", 3 + 1 + 3 + 1 + 1 + 3 + 1 + 3),
    // PUSH of LR, BL of what returns at once, BLX of the same with its address in between, POP of PC.
    ("calls", 2 + (3 + 3) + 1 + 1 + (3 + 3) + (1 + 1 + 2)),
    // ADR, ORR and STR of the destination, LDR PC, at least 5; MOV, NOP, TBB, at least 6.
    ("jumps", 1 + 1 + 1 + 5 + 1 + 1 + 6 + 3),
    // CMP, NOP, an IT that takes nothing after 16 bits, a load that is left out; MOV, IT after 32 bits, a load that is not.
    ("conditions", 1 + 1 + 1 + 1 + 1 + 2 + 3),
    // VPUSH and VPOP of 64 bits, VLDR of 32, VMOV of one register and of two.
    ("floating_point", (1 + 2) + (1 + 2) + 2 + 1 + 2 + 3),
];

/// Whether the model's cycles are those of the manual, for each of a few sequences.
pub fn trials() -> Vec<Trial> {
    let names: Vec<_> = SEQUENCES.iter().map(|(name, _)| *name).collect();
    let counts = count(&names);
    let trial = |(index, &(name, expected)): (usize, &(&'static str, u64))| {
        let counted = counts.as_ref().map_err(Clone::clone).map(|counts| counts[index].cycles);
        Trial::test(format!("model::{name}"), move || match counted? {
            cycles if cycles == expected => Ok(()),
            cycles => Err(format!("{cycles} cycles, and not {expected}").into()),
        })
    };
    SEQUENCES.iter().enumerate().map(trial).collect()
}

fn count(functions: &[&str]) -> Result<Vec<Count>, String> {
    let bench = Bench::new(COMPARED_ON, "model")?;
    let object = bench.compile(Path::new("tests/footprint/model.S"), bench::OPTIONS, WARNINGS)?;
    let image = bench.link("model", &[object])?;
    bench.run(&image, functions).map(|(_, counts)| counts)
}
