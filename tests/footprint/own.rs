//! The library's own operations, on all targets.

use std::collections::BTreeMap;
use std::fs;
use std::mem::take;
use std::path::{Path, PathBuf};
use std::thread;

use libtest_mimic::Trial;

use crate::archive::{self, TARGETS};
use crate::bench::{self, Bench};
use crate::figures::{COMPARED_ON, Figure, OWN};
use crate::operations::{OPERATIONS, Operation};
use crate::parts::{self, Parts};
use crate::support::{self, compiler::WARNINGS};

/// ES256 signs twice and compares; others sign once. What it would cost without the second signature: less this function.
const SIGNED_TWICE: (&str, &str) = ("sign_es256", "jwt_mint::sign::es256::sign_unwiped");
pub const SIGNED_ONCE: &str = "jwt-mint, less its second signature";

/// For each target the figures of all operations.
pub fn measure() -> Vec<(&'static str, Result<Vec<Figure>, String>)> {
    // One after the other, because cargo uses all processors by itself.
    let archives: Vec<_> = TARGETS.iter().map(|target| (*target, archive::build(target, target, &[]))).collect();
    thread::scope(|scope| {
        let start = |(target, archive): (&'static str, Result<PathBuf, String>)| {
            (target, scope.spawn(move || archive.and_then(|archive| on_target(target, &archive))))
        };
        let running: Vec<_> = archives.into_iter().map(start).collect();
        let end = |thread: thread::ScopedJoinHandle<'_, _>| thread.join().unwrap_or_else(|_| Err("a panic".to_owned()));
        running.into_iter().map(|(target, thread)| (target, end(thread))).collect()
    })
}

fn on_target(target: &str, archive: &Path) -> Result<Vec<Figure>, String> {
    let bench = Bench::new(target, target)?;
    let measure = |operation: &Operation| {
        let image = image(&bench, operation.name, archive)?;
        let parts = if operation.name == SIGNED_TWICE.0 { &[SIGNED_TWICE.1][..] } else { &[] };
        let mut measured = bench.measure(&image, parts)?;
        operation.makes.check(&measured.output)?;
        let mut figures = vec![measured.figure(OWN, operation.name, target)];
        for part in take(&mut measured.parts) {
            measured.instructions -= part.instructions;
            measured.cycles = measured.cycles.map(|cycles| cycles - part.cycles);
            figures.push(measured.figure(SIGNED_ONCE, operation.name, target));
        }
        Ok(figures)
    };
    let named = |operation: &Operation| measure(operation).map_err(|why: String| format!("{}: {why}", operation.name));
    let is_measured = |operation: &&Operation| operation.is_on_all_targets || target == COMPARED_ON;
    let figures: Result<Vec<_>, _> = OPERATIONS.iter().filter(is_measured).map(named).collect();
    Ok(figures?.concat())
}

/// Instructions of a signature with longer keys, in tenths of those with 2048 bits, at most: the cubes of 1.5 and 2, for there
/// are as many more multiplications, and each grows with the square of the length.
const LONGER_KEYS: &[(&str, u64)] = &[("sign_rs256_3072", 34), ("sign_rs256_4096", 80)];

pub fn longer_keys(figures: &[Figure]) -> Vec<Trial> {
    let instructions = |operation: &str| {
        let figure = figures.iter().find(|figure| figure.operation == operation && figure.target == COMPARED_ON);
        figure.map(|figure| figure.instructions).ok_or_else(|| format!("no figure of {operation}"))
    };
    let trial = |&(operation, tenths): &(&str, u64)| {
        let both = instructions(operation).and_then(|longer| Ok((longer, instructions("sign_rs256_2048")?)));
        Trial::test(format!("longer_keys::{operation}"), move || match both? {
            (longer, shortest) if longer * 10 <= shortest * tenths => Ok(()),
            (longer, shortest) => Err(format!("{longer} instructions, and {shortest} with 2048 bits").into()),
        })
    };
    LONGER_KEYS.iter().map(trial).collect()
}

/// What the flash of a signature by RS256 is made of, on the Cortex-M4.
pub fn parts(figures: &[Figure]) -> Result<Parts, String> {
    let is_it = |figure: &&Figure| figure.operation == parts::OPERATION && figure.target == COMPARED_ON;
    let figure = figures.iter().find(is_it).ok_or_else(|| format!("no figure of {}", parts::OPERATION))?;
    Parts::read(&support::workshop("footprint").join(COMPARED_ON), figure.flash)
}

/// The program of one operation, linked alone.
pub fn image(bench: &Bench, operation: &str, archive: &Path) -> Result<PathBuf, String> {
    let source = format!("tests/footprint/operations/{operation}.c");
    let object = bench.compile(Path::new(&source), bench::OPTIONS, WARNINGS)?;
    bench.link(operation, &[object, archive.to_owned()])
}

/// A list of the compilers and their options, for the README.
pub fn compilers() -> Result<String, String> {
    let profile = fs::read_to_string(support::root().join("Cargo.toml")).map_err(|error| error.to_string())?;
    let (_, profile) = profile.split_once("[profile.release]\n").ok_or("Cargo.toml: no release profile")?;
    let profile: Vec<_> = profile.lines().take_while(|line| line.contains(" = ")).collect();
    let mut lines = BTreeMap::<_, Vec<_>>::new();
    for target in TARGETS {
        let rust = fs::read_to_string(archive::folder()?.join(target).join("compiler"));
        let rust = rust.map_err(|error| format!("{target}: {error}"))?;
        let (rust, flags) = rust.trim().split_once(", ").unwrap_or((rust.trim(), ""));
        let settings: Vec<_> = profile.iter().copied().chain([flags]).filter(|setting| !setting.is_empty()).collect();
        lines.entry(format!("{rust}: `{}`", settings.join("`, `"))).or_default().push(*target);
        let gcc = format!("{}gcc", archive::tools(target).0);
        let version = archive::run(std::process::Command::new(gcc).arg("--version"))?;
        let version = version.lines().next().unwrap_or_default();
        lines.entry(format!("{version}: `{}`", bench::OPTIONS.join(" "))).or_default().push(*target);
    }
    let line = |(compiler, targets): (String, Vec<&str>)| format!("- {compiler} for `{}`\n", targets.join("`, `"));
    Ok(lines.into_iter().rev().map(line).collect())
}
