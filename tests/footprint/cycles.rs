//! Model cycles of a Cortex-M4, as the plugin `cycles.c` counts them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::archive;
use crate::figures::COMPARED_ON;
use crate::support::plugin;

/// From the first instruction of a function to its return.
#[derive(Clone, Copy, Debug)]
pub struct Count {
    pub instructions: u64,
    pub cycles: u64,
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
    let known = archive::functions(COMPARED_ON, image)?;
    let address = |function: &&str| {
        let found = known.iter().find(|(_, name)| name == function).map(|(address, _)| *address);
        found.ok_or_else(|| format!("{}: no function {function}", image.display()))
    };
    functions.iter().map(address).collect()
}

fn plugin() -> Result<&'static Path, String> {
    static PLUGIN: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let plugin = PLUGIN.get_or_init(|| plugin::build("tests/footprint/cycles.c"));
    plugin.as_ref().map(PathBuf::as_path).map_err(Clone::clone)
}
