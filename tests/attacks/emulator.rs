//! Programs that sign what the host asks for, on an emulated board.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use crate::archive::{self, tools};
use crate::board::Board;
use crate::samples::Signer;
use crate::support::compiler::{Compiler, WARNINGS};
use crate::support::{self, plugin, process};

/// What every program is linked with, beside the start-up code.
const COMMON: &[&str] = &["tests/firmware/board.c", "tests/attacks/request.c", "tests/attacks/operate.c"];
const OPTIONS: &[&str] = &["-Os", "-ffunction-sections", "-fdata-sections"];
const LINK_OPTIONS: &[&str] = &["-nostartfiles", "-Wl,--gc-sections", "-Wl,-z,noexecstack", "-Wl,--fatal-warnings"];

/// A run takes seconds; what hangs is not to be waited for.
const LIMIT: Duration = Duration::from_secs(3600);

/// Bytes of a program's start of the flash; the requests lie behind.
const PROGRAM_SIZE: u32 = 128 << 10;

/// What a program is to do, as `request.h` has it.
#[derive(Clone)]
pub struct Request {
    pub operation: u32,
    pub signer: Signer,
    pub argument: u32,
    pub key: Vec<u8>,
    pub message: Vec<u8>,
}

/// A program, linked with the archive that is shipped for the board's target.
pub struct Program {
    pub board: &'static Board,
    pub image: PathBuf,
}

impl Program {
    /// Builds `tests/attacks/<name>.c`, and with it the assembly file of that name where `has_assembly`.
    pub fn new(board: &'static Board, name: &str, has_assembly: bool) -> Result<Self, String> {
        let archive = archive::build(board.target, board.target, &[])?;
        let (prefix, package) = tools(board.target);
        let compiler = Compiler::find(None, &format!("{prefix}gcc"), package)?;
        let folder = support::workshop("attacks").join(format!("{}-{name}", board.name));
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let start = if board.target.starts_with("thumb") { "start_arm.S" } else { "start_riscv.S" };
        let mut sources = vec![format!("tests/firmware/{start}"), format!("tests/attacks/{name}.c")];
        sources.extend(COMMON.iter().map(|&source| source.to_owned()));
        if has_assembly {
            sources.push(format!("tests/attacks/{name}.S"));
        }
        let mut objects = Vec::new();
        for source in sources.iter().map(Path::new) {
            let file = source.file_name().and_then(|name| name.to_str()).ok_or("a name that is not UTF-8")?;
            let object = folder.join(format!("{file}.o"));
            let options = [board.options, OPTIONS, &["-Itests/firmware"], WARNINGS].concat();
            compiler.compile(source, &object, &folder, &options)?;
            objects.push(object);
        }
        let image = folder.join(name).with_extension("elf");
        let mut command = compiler.start();
        command.args(board.options).args(LINK_OPTIONS).args(board.memory.link_options());
        command.arg(format!("-Wl,--defsym=requests={:#x}", requests_at(board)));
        archive::run(command.args(&objects).arg(archive).arg("-o").arg(&image))?;
        Ok(Self { board, image })
    }

    /// Runs it with these requests, and `further` options for the emulator; the lines that it prints. `name` tells the files
    /// of this run from those of others.
    pub fn run(&self, name: &str, requests: &[Request], further: &[String]) -> Result<String, String> {
        let file = self.image.with_file_name(format!("{name}.requests"));
        fs::write(&file, encoded(requests)).map_err(|error| error.to_string())?;
        let loader = format!("loader,file={},addr={:#x},force-raw=on", path(&file)?, requests_at(self.board));
        let (emulator, machine) = self.board.machine.split_first().ok_or("no emulator")?;
        let quiet = ["-display", "none", "-serial", "none", "-monitor", "none"];
        let console = ["-chardev", "stdio,id=console,signal=off", "-kernel", path(&self.image)?];
        let semihosting = ["-semihosting-config", "enable=on,target=native,chardev=console", "-device", &loader];
        let further: Vec<_> = further.iter().map(String::as_str).collect();
        let arguments = [machine, &quiet, &console, &semihosting, &further].concat();
        process::run_within(LIMIT, Path::new(emulator), &arguments)
    }

    /// Names and addresses of the functions, in the order of the addresses.
    pub fn functions(&self) -> Result<Vec<(u32, String)>, String> {
        archive::functions(self.board.target, &self.image)
    }

    pub fn address_of(&self, function: &str) -> Result<u32, String> {
        let found = self.functions()?.into_iter().find(|(_, name)| name == function);
        found.map(|(address, _)| address).ok_or_else(|| format!("no function {function}"))
    }

    /// `function + distance`, for a message.
    pub fn place(&self, address: u32) -> String {
        let functions = self.functions().unwrap_or_default();
        match functions.iter().rfind(|(start, _)| *start <= address) {
            Some((start, name)) => format!("{name} + {:#x}", address - start),
            None => format!("{address:#x}"),
        }
    }
}

/// A path as the emulator's options take it.
pub fn path(path: &Path) -> Result<&str, String> {
    path.to_str().filter(|path| !path.contains(',')).ok_or_else(|| format!("{}: not a path for QEMU", path.display()))
}

fn requests_at(board: &Board) -> u32 {
    board.memory.flash.0 + PROGRAM_SIZE
}

fn encoded(requests: &[Request]) -> Vec<u8> {
    let word = |number: usize| u32::try_from(number).expect("a length").to_le_bytes();
    let mut bytes = word(requests.len()).to_vec();
    for request in requests {
        bytes.extend(request.operation.to_le_bytes());
        bytes.extend((request.signer as u32).to_le_bytes());
        bytes.extend(request.argument.to_le_bytes());
        bytes.extend(word(request.key.len()));
        bytes.extend(word(request.message.len()));
        for part in [&request.key, &request.message] {
            bytes.extend(part);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
    }
    bytes
}

/// The plugin `trace.c`.
pub fn plugin() -> Result<&'static Path, String> {
    static PLUGIN: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let plugin = PLUGIN.get_or_init(|| plugin::build("tests/attacks/trace.c"));
    plugin.as_ref().map(PathBuf::as_path).map_err(Clone::clone)
}

/// What hexadecimal digits stand for.
pub fn bytes(digits: &str) -> Result<Vec<u8>, String> {
    let byte = |at: usize| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..digits.len()).step_by(2).map(byte).collect::<Option<_>>().ok_or_else(|| format!("not hexadecimal: {digits}"))
}
