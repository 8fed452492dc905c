//! From a C file to an image for a board, and from an image to one trial per case.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use libtest_mimic::Trial;

use crate::archive::{self, tools};
use crate::board::Board;
use crate::desk::{self, Desk};
use crate::leaves;
use crate::planted;
use crate::support::compiler::{Compiler, WARNINGS};
use crate::support::{self, keys, process, token};

/// What a test file is linked with, and what the board adds to it.
const COMMON: &[&str] = &["tests/c/harness.c", "tests/firmware/console.c"];
/// Never C++, never with the warnings of a portable file.
const START: &[&str] = &["tests/firmware/board.c"];

/// The longest that one file of cases may take: RSA keys of 4096 bits on an emulated Cortex-M0, with the machine busy.
const LIMIT: Duration = Duration::from_secs(300);

pub fn trials(board: &'static Board, desk: &Desk) -> Result<Vec<Trial>, String> {
    let archive = archive::build(board.target, board.target, &[])?;
    let workbench = Workbench::new(board)?;
    let common = workbench.common()?;
    let mut trials = Vec::new();
    for source in sources() {
        let name = format!("{}::{}", board.name, stem(&source));
        let listed = workbench.image(&source, &common, &archive).and_then(|path| {
            let image = Image::new(board, path, desk.program(&source)?, LIMIT);
            Ok((image.cases()?, Arc::new(image)))
        });
        match listed {
            Ok((cases, image)) => trials.extend(cases.lines().map(|case| {
                let (image, case) = (Arc::clone(&image), case.to_owned());
                Trial::test(format!("{name}::{case}"), move || Ok(image.case(&case)?))
            })),
            Err(why) => trials.push(Trial::test(format!("{name}::builds"), move || Err(why.into()))),
        }
    }
    trials.extend(planted::trials(board, &workbench, &common, &archive)?);
    trials.extend(leaves::trials(board, &workbench, &common)?);
    Ok(trials)
}

/// A program of cases for a board.
pub struct Image {
    board: &'static Board,
    path: PathBuf,
    limit: Duration,
    /// What it says when it runs all its cases: one start of the emulator for all of them.
    all: OnceLock<String>,
    /// What the same file says on the desk.
    desk: Arc<desk::Program>,
}

impl Image {
    pub fn new(board: &'static Board, path: PathBuf, desk: Arc<desk::Program>, limit: Duration) -> Self {
        Self { board, path, limit, all: OnceLock::new(), desk }
    }

    /// What its cases are called.
    fn cases(&self) -> Result<String, String> {
        let cases = self.run(&["--list"])?;
        if cases.trim().is_empty() { Err("no cases".to_owned()) } else { Ok(cases) }
    }

    /// Runs it with the arguments that its `main()` is to get; the emulator ends with what that returns.
    fn run(&self, arguments: &[&str]) -> Result<String, String> {
        let semihosting = ["enable=on,target=native,chardev=console,arg=image".to_owned()]
            .into_iter()
            .chain(arguments.iter().map(|argument| format!("arg={argument}")))
            .collect::<Vec<_>>()
            .join(",");
        let image = self.path.to_str().ok_or("a path that is not UTF-8")?;
        let (emulator, options) = self.board.machine.split_first().ok_or("no emulator")?;
        let console =
            ["-display", "none", "-serial", "none", "-monitor", "none", "-chardev", "stdio,id=console,signal=off"];
        let arguments = [options, &console, &["-semihosting-config", &semihosting, "-kernel", image]].concat();
        process::run_within(self.limit, Path::new(emulator), &arguments)
    }

    /// The result of one case: from the run of all cases where that got as far, else from a run of its own.
    fn case(&self, case: &str) -> Result<(), String> {
        let all = self.all.get_or_init(|| self.run(&[]).unwrap_or_else(|why| why));
        match token::said_in(all, case) {
            Some(said) => self.judge(case, said),
            None => self.alone(case),
        }
    }

    /// The result of a case in a run of its own.
    pub fn alone(&self, case: &str) -> Result<(), String> {
        self.judge(case, &self.run(&[case])?)
    }

    /// The tokens are good, and the same as on the desk.
    fn judge(&self, case: &str, said: &str) -> Result<(), String> {
        token::check_all(said)?;
        let here: Vec<_> = token::lines(said).collect();
        let there = self.desk.tokens(case)?;
        if here == there { Ok(()) } else { Err(format!("on the board: {here:#?}\non the desk: {there:#?}")) }
    }
}

/// Compiles for one board, in a folder of its own.
pub struct Workbench {
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

    pub fn image(&self, source: &Path, common: &[PathBuf], archive: &Path) -> Result<PathBuf, String> {
        let object = self.compile(source, self.board.options, WARNINGS)?;
        let image = object.with_extension("elf");
        let mut command = self.compiler.start();
        // The language of the sources is not that of objects.
        command
            .args(self.board.options.iter().filter(|option| !option.starts_with("-x") && !option.starts_with("-std")));
        command.args(["-nostartfiles", "-Wl,--gc-sections", "-Wl,-z,noexecstack", "-Wl,--fatal-warnings"]);
        command.args(self.board.memory.link_options()).arg(&object).args(common).arg(archive).arg("-o").arg(&image);
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
