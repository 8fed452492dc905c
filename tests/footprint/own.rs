//! The library's own operations, on all targets.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use crate::archive::{self, TARGETS};
use crate::bench::{self, Bench};
use crate::figures::{Figure, OWN};
use crate::operations::{OPERATIONS, Operation};
use crate::support::{self, compiler::WARNINGS};

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
        let measured = bench.measure(&image)?;
        operation.makes.check(&measured.output)?;
        Ok(measured.figure(OWN, operation.name, target))
    };
    let named = |operation: &Operation| measure(operation).map_err(|why: String| format!("{}: {why}", operation.name));
    OPERATIONS.iter().map(named).collect()
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
