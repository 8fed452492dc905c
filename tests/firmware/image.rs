//! From a C file to an image for a board, and from an image to one trial per case.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use libtest_mimic::Trial;

use crate::archive::{self, tools};
use crate::board::Board;
use crate::support::compiler::{Compiler, WARNINGS};
use crate::support::{self, keys, process, token};

/// What a test file is linked with, and what the board adds to it.
const COMMON: &[&str] = &["tests/c/harness.c", "tests/firmware/console.c"];
/// Never C++, never with the warnings of a portable file.
const START: &[&str] = &["tests/firmware/board.c"];

pub fn trials(board: &'static Board) -> Result<Vec<Trial>, String> {
    let archive = archive::build(board.target, board.target, &[])?;
    let workbench = Workbench::new(board)?;
    let common = workbench.common()?;
    let mut trials = Vec::new();
    for source in sources() {
        let name = format!("{}::{}", board.name, stem(&source));
        let listed = workbench.image(&source, &common, &archive).and_then(|path| {
            let cases = run(board, &path, &["--list"])?;
            if cases.trim().is_empty() {
                return Err("no cases".to_owned());
            }
            Ok((Arc::new(Image { board, path, all: OnceLock::new() }), cases))
        });
        match listed {
            Ok((image, cases)) => trials.extend(cases.lines().map(|case| {
                let (image, case) = (Arc::clone(&image), case.to_owned());
                Trial::test(format!("{name}::{case}"), move || Ok(image.case(&case)?))
            })),
            Err(why) => trials.push(Trial::test(format!("{name}::builds"), move || Err(why.into()))),
        }
    }
    Ok(trials)
}

/// A program of cases for a board.
struct Image {
    board: &'static Board,
    path: PathBuf,
    /// What it says when it runs all its cases, most of which takes one start of the emulator less.
    all: OnceLock<String>,
}

impl Image {
    /// The result of one case: from the run of all cases where that got as far, else from a run of its own.
    fn case(&self, case: &str) -> Result<(), String> {
        let all = self.all.get_or_init(|| run(self.board, &self.path, &[]).unwrap_or_else(|why| why));
        match said_before(all, &format!("ok {case}")) {
            Some(said) => token::check_all(said).map(|_| ()),
            None => token::check_all(&run(self.board, &self.path, &[case])?).map(|_| ()),
        }
    }
}

/// What stands between the verdict before `verdict` and that.
fn said_before<'a>(all: &'a str, verdict: &str) -> Option<&'a str> {
    let mut start = 0;
    let mut end = 0;
    for line in all.split_inclusive('\n') {
        if line.trim_end() == verdict {
            return all.get(start..end);
        }
        end += line.len();
        if line.starts_with("ok ") || line.starts_with("FAILED ") {
            start = end;
        }
    }
    None
}

/// Runs an image with the arguments that its `main()` is to get; the emulator ends with what that returns.
fn run(board: &Board, image: &Path, arguments: &[&str]) -> Result<String, String> {
    let semihosting = ["enable=on,target=native,chardev=console,arg=image".to_owned()]
        .into_iter()
        .chain(arguments.iter().map(|argument| format!("arg={argument}")))
        .collect::<Vec<_>>()
        .join(",");
    let image = image.to_str().ok_or("a path that is not UTF-8")?;
    let (emulator, options) = board.machine.split_first().ok_or("no emulator")?;
    let console =
        ["-display", "none", "-serial", "none", "-monitor", "none", "-chardev", "stdio,id=console,signal=off"];
    let arguments = [options, &console, &["-semihosting-config", &semihosting, "-kernel", image]].concat();
    process::run(Path::new(emulator), &arguments)
}

/// Compiles for one board, in a folder of its own.
struct Workbench {
    board: &'static Board,
    compiler: Compiler,
    folder: PathBuf,
}

impl Workbench {
    fn new(board: &'static Board) -> Result<Self, String> {
        let (prefix, package) = tools(board.target);
        let compiler = Compiler::find(None, &format!("{prefix}gcc"), package)?;
        let folder = support::workshop("firmware").join(board.name);
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        keys::write_header(&folder);
        Ok(Self { board, compiler, folder })
    }

    fn common(&self) -> Result<Vec<PathBuf>, String> {
        let is_c = |option: &&str| !["-xc++", "-std=c++11", "-fno-rtti"].contains(option);
        let plain: Vec<_> = self.board.options.iter().copied().filter(is_c).collect();
        let start = if self.board.target.starts_with("thumb") { "start_arm.S" } else { "start_riscv.S" };
        let mut objects = vec![self.compile(&Path::new("tests/firmware").join(start), &plain, &[])?];
        for source in START {
            objects.push(self.compile(Path::new(source), &plain, WARNINGS)?);
        }
        for source in COMMON {
            objects.push(self.compile(Path::new(source), self.board.options, WARNINGS)?);
        }
        Ok(objects)
    }

    fn image(&self, source: &Path, common: &[PathBuf], archive: &Path) -> Result<PathBuf, String> {
        let object = self.compile(source, self.board.options, WARNINGS)?;
        let image = object.with_extension("elf");
        let memory = self.board.memory;
        let mut command = self.compiler.start();
        // The language of the sources is not that of objects.
        command
            .args(self.board.options.iter().filter(|option| !option.starts_with("-x") && !option.starts_with("-std")));
        command.args(["-nostartfiles", "-Wl,--gc-sections", "-Wl,-z,noexecstack", "-Wl,--fatal-warnings"]);
        for (symbol, value) in [
            ("flash_start", memory.flash.0),
            ("flash_size", memory.flash.1),
            ("ram_start", memory.ram.0),
            ("ram_size", memory.ram.1),
            ("stack_size", memory.stack),
        ] {
            command.arg(format!("-Wl,--defsym={symbol}={value:#x}"));
        }
        command.args(["-T", "tests/firmware/board.ld"]).arg(&object).args(common).arg(archive).arg("-o").arg(&image);
        archive::run(&mut command)?;
        Ok(image)
    }

    fn compile(&self, source: &Path, options: &[&str], warnings: &[&str]) -> Result<PathBuf, String> {
        let object = self.folder.join(stem(source)).with_extension("o");
        let options = [options, &["-Os", "-ffunction-sections", "-fdata-sections"], warnings].concat();
        self.compiler.compile(source, &object, &self.folder, &options)?;
        Ok(object)
    }
}

/// The files of cases that are not for the desk alone.
fn sources() -> Vec<PathBuf> {
    let folder = fs::read_dir(support::root().join("tests/c")).expect("tests/c");
    let paths = folder.map(|entry| Path::new("tests/c").join(entry.expect("tests/c").file_name()));
    let is_test = |path: &PathBuf| {
        path.extension().is_some_and(|extension| extension == "c")
            && !COMMON.iter().any(|common| path == Path::new(common))
    };
    let mut sources: Vec<_> = paths.filter(is_test).collect();
    sources.sort();
    sources
}

fn stem(source: &Path) -> String {
    source.file_stem().and_then(|stem| stem.to_str()).expect("a name in ASCII").to_owned()
}
