//! Model cycles of a Cortex-M4, as the plugin `cycles.c` counts them, and whether it counts as the manual says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use libtest_mimic::Trial;

use crate::archive;
use crate::bench::{self, Bench};
use crate::figures::COMPARED_ON;
use crate::support::{self, compiler::WARNINGS};

/// From the first instruction of a function to its return.
#[derive(Clone, Copy, Debug)]
pub struct Count {
    pub instructions: u64,
    pub cycles: u64,
}

/// The functions of `model.S`, and their cycles, added up by hand from the manual; `bx lr` at the end of each is 1 + 2 of them.
const MODEL: &[(&str, u64)] = &[
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
    // IT after 16 bits, with a load that is left out; IT after 32 bits, with one that is not.
    ("conditions", 1 + 1 + 0 + 1 + 1 + 1 + 2 + 3),
    // VPUSH and VPOP of 64 bits, VLDR of 32, VMOV of one register and of two.
    ("floating_point", (1 + 2) + (1 + 2) + 2 + 1 + 2 + 3),
];

/// Whether the model's cycles are those of the manual, for each of a few sequences.
pub fn model() -> Vec<Trial> {
    let names: Vec<_> = MODEL.iter().map(|(name, _)| *name).collect();
    let counts = count_model(&names);
    let trial = |(index, &(name, expected)): (usize, &(&'static str, u64))| {
        let counted = counts.as_ref().map_err(Clone::clone).map(|counts| counts[index].cycles);
        Trial::test(format!("model::{name}"), move || match counted? {
            cycles if cycles == expected => Ok(()),
            cycles => Err(format!("{cycles} cycles, and not {expected}").into()),
        })
    };
    MODEL.iter().enumerate().map(trial).collect()
}

fn count_model(functions: &[&str]) -> Result<Vec<Count>, String> {
    let bench = Bench::new(COMPARED_ON, "model")?;
    let object = bench.compile(Path::new("tests/footprint/model.S"), bench::OPTIONS, WARNINGS)?;
    let image = bench.link("model", &[object])?;
    bench.run(&image, functions).map(|(_, counts)| counts)
}

/// The emulator's option that counts in functions of the image, and where it writes.
pub fn option(image: &Path, functions: &[&str]) -> Result<(String, PathBuf), String> {
    let report = image.with_extension("cycles");
    let path = |path: &Path| path.to_str().map(str::to_owned).ok_or("a path that is not UTF-8");
    let mut option = format!("{},report={}", path(plugin()?)?, path(&report)?);
    for address in addresses(image, functions)? {
        option += &format!(",function={address:#x}");
    }
    Ok((option, report))
}

/// What the plugin wrote, in the order of the functions.
pub fn read(image: &Path, functions: &[&str], report: &Path) -> Result<Vec<Count>, String> {
    let text = fs::read_to_string(report).map_err(|error| format!("{}: {error}", report.display()))?;
    let line = |line: &str| {
        let words: Vec<_> = line.split(' ').collect();
        let [address, instructions, cycles] = words[..] else { return Err(line.to_owned()) };
        let number = |word: &str| word.parse::<u64>().map_err(|_| line.to_owned());
        let address = u32::from_str_radix(address, 16).map_err(|_| line.to_owned())?;
        Ok((address, Count { instructions: number(instructions)?, cycles: number(cycles)? }))
    };
    let counts: Vec<_> = text.lines().map(line).collect::<Result<_, _>>()?;
    let count = |(address, function): (u32, &&str)| {
        let count = counts.iter().find(|(counted, _)| *counted == address);
        count.map(|(_, count)| *count).ok_or_else(|| format!("{function} was not called, or did not return"))
    };
    addresses(image, functions)?.into_iter().zip(functions).map(count).collect()
}

fn addresses(image: &Path, functions: &[&str]) -> Result<Vec<u32>, String> {
    let table = archive::tool(COMPARED_ON, "nm", &["-C"], image)?;
    let address = |function: &&str| {
        let symbol = table.lines().find_map(|line| {
            let (address, rest) = line.split_once(' ')?;
            let (_, name) = rest.split_once(' ')?;
            (name == *function).then_some(address)
        });
        let address = symbol.ok_or_else(|| format!("{}: no function {function}", image.display()))?;
        u32::from_str_radix(address, 16).map_err(|error| format!("{function}: {error}"))
    };
    functions.iter().map(address).collect()
}

/// Made by this machine's C compiler.
fn plugin() -> Result<&'static Path, String> {
    static PLUGIN: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let build = || {
        let object = support::workshop("footprint").join("cycles.so");
        let mut command = Command::new("cc");
        command.current_dir(support::root()).args(["-std=c11", "-O2", "-fPIC", "-shared"]).args(WARNINGS);
        archive::run(command.arg("tests/footprint/cycles.c").arg("-o").arg(&object))?;
        Ok(object)
    };
    PLUGIN.get_or_init(build).as_ref().map(PathBuf::as_path).map_err(Clone::clone)
}
