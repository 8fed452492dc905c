//! The archives that a firmware links, as `packaging/build-archive.sh` makes them, and the tools that look into them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::board::BOARDS;
use crate::support;

/// All bare-metal targets, as `packaging/build-archive.sh` calls them.
pub const TARGETS: &[&str] = &[
    "thumbv6m-none-eabi",
    "thumbv7m-none-eabi",
    "thumbv7em-none-eabi",
    "thumbv7em-none-eabihf",
    "thumbv8m.base-none-eabi",
    "thumbv8m.main-none-eabi",
    "thumbv8m.main-none-eabihf",
    "thumbv8m.main-none-eabi+dsp",
    "thumbv8m.main-none-eabihf+dsp",
    "riscv32imc-unknown-none-elf",
    "riscv32imac-unknown-none-elf",
];

/// Whether the cores of the target have the DSP extension.
pub fn has_dsp(target: &str) -> bool {
    target.starts_with("thumbv7em") || target.ends_with("+dsp")
}

/// Builds the archive for `target`, with further options for cargo, in the folder `name` of the target directory.
pub fn build(target: &str, name: &str, options: &[&str]) -> Result<PathBuf, String> {
    let folder = folder()?;
    let mut command = Command::new(support::root().join("packaging/build-archive.sh"));
    command.env("TARGET_DIR", &folder).env("NAME", name).arg(target).args(options);
    run(&mut command)?;
    Ok(folder.join(name).join("libjwt_mint.a"))
}

/// Where the folders of all archives are.
pub fn folder() -> Result<PathBuf, String> {
    Ok(Path::new(env!("CARGO_TARGET_TMPDIR")).parent().ok_or("no target directory")?.join("firmware"))
}

/// `arm-none-eabi-` or its like, and the package that holds the tools.
pub fn tools(target: &str) -> (&'static str, &'static str) {
    if target.starts_with("thumb") {
        ("arm-none-eabi-", "gcc-arm-none-eabi")
    } else {
        ("riscv64-unknown-elf-", "gcc-riscv64-unknown-elf")
    }
}

/// A cross tool's output.
pub fn tool(target: &str, name: &str, arguments: &[&str], file: &Path) -> Result<String, String> {
    run(Command::new(format!("{}{name}", tools(target).0)).args(arguments).arg(file))
}

/// What of the archive `roots` alone bring in, as one object beside it.
pub fn link_alone(target: &str, archive: &Path, roots: &[&str], name: &str) -> Result<PathBuf, String> {
    let object = archive.with_file_name(format!("{name}.o"));
    let mut command = Command::new(format!("{}ld", tools(target).0));
    if !target.starts_with("thumb") {
        command.args(["-m", "elf32lriscv"]);
    }
    command.args(["-r", "--gc-sections", "-o"]).arg(&object);
    for root in roots {
        command.args(["-u", root]);
    }
    run(command.arg(archive))?;
    Ok(object)
}

/// An object of C code, for the check that must refuse it.
pub fn planted(target: &str, name: &str, source: &str) -> Result<PathBuf, String> {
    let board = BOARDS.iter().find(|board| board.target == target).ok_or("no board has this target")?;
    let folder = support::workshop("firmware").join(target);
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let file = folder.join(name).with_extension("c");
    std::fs::write(&file, source).map_err(|error| error.to_string())?;
    let object = file.with_extension("o");
    let mut command = Command::new(format!("{}gcc", tools(target).0));
    command.args(board.options).args(["-Os", "-ffunction-sections", "-ffreestanding", "-c"]).arg(&file);
    run(command.arg("-o").arg(&object))?;
    Ok(object)
}

/// A symbol of an object.
#[derive(Debug)]
pub struct Symbol {
    pub name: String,
    pub is_global: bool,
    pub is_defined: bool,
}

pub fn symbols(target: &str, object: &Path) -> Result<Vec<Symbol>, String> {
    let table = tool(target, "readelf", &["-sW"], object)?;
    let symbol = |line: &str| {
        let [_, _, _, _, binding, _, section, name] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            return None;
        };
        let is_global = binding == "GLOBAL" || binding == "WEAK";
        Some(Symbol { name: name.to_owned(), is_global, is_defined: section != "UND" })
    };
    Ok(table.lines().skip_while(|line| !line.contains("Ndx")).skip(1).filter_map(symbol).collect())
}

/// Names and addresses of an image's functions, in the order of the addresses.
pub fn functions(target: &str, image: &Path) -> Result<Vec<(u32, String)>, String> {
    let table = tool(target, "nm", &["-C", "--numeric-sort"], image)?;
    let function = |line: &str| {
        let (address, rest) = line.split_once(' ')?;
        let (kind, name) = rest.split_once(' ')?;
        let is_code = matches!(kind, "t" | "T" | "W");
        is_code.then_some((u32::from_str_radix(address, 16).ok()? & !1, name.to_owned()))
    };
    Ok(table.lines().filter_map(function).filter(|(_, name)| !name.starts_with('$')).collect())
}

pub fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{command:?}\n{}", String::from_utf8_lossy(&output.stderr)))
}
