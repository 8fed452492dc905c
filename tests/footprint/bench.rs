//! From a source file to what it costs on a target: compiled, linked alone, and run once in an emulator that counts.

use std::fs;
use std::path::{Path, PathBuf};

use base64ct::{Base64UrlUnpadded, Encoding};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use rsa::pkcs8::DecodePrivateKey;
use rsa::sha2::Digest;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};

use crate::archive::{self, tools};
use crate::board::{BOARDS, Board};
use crate::cycles::{self, Count};
use crate::figures::{COMPARED_ON, Figure};
use crate::operations::PAYLOAD;
use crate::support::compiler::{Compiler, WARNINGS};
use crate::support::{self, keys, process};

/// How every C file is compiled, beside the options for the processor.
pub const OPTIONS: &[&str] = &["-Os", "-ffunction-sections", "-fdata-sections"];
const LINK_OPTIONS: &[&str] = &["-nostartfiles", "-Wl,-z,noexecstack", "-Wl,--fatal-warnings"];

/// A board to measure on.
pub struct Bench {
    board: &'static Board,
    compiler: Compiler,
    folder: PathBuf,
    /// The program without its operation.
    common: Vec<PathBuf>,
    empty: Size,
}

#[derive(Clone, Copy, Debug)]
struct Size {
    flash: u64,
    ram: u64,
}

/// A program that was measured.
pub struct Measured {
    pub flash: u64,
    pub ram: u64,
    pub stack: u64,
    pub instructions: u64,
    /// By the model, where there is one.
    pub cycles: Option<u64>,
    /// Of the functions that were asked for, the first call of each.
    pub parts: Vec<Count>,
    pub output: Vec<u8>,
}

impl Measured {
    pub fn figure(&self, implementation: &str, operation: &str, target: &str) -> Figure {
        Figure {
            implementation: implementation.to_owned(),
            operation: operation.to_owned(),
            target: target.to_owned(),
            flash: self.flash,
            ram: self.ram,
            stack: self.stack,
            instructions: self.instructions,
            cycles: self.cycles,
        }
    }
}

impl Bench {
    /// `name` is that of the folder where all is built.
    pub fn new(target: &str, name: &str) -> Result<Self, String> {
        let board = BOARDS.iter().find(|board| board.target == target).ok_or("no board")?;
        let (prefix, package) = tools(target);
        let compiler = Compiler::find(None, &format!("{prefix}gcc"), package)?;
        let folder = support::workshop("footprint").join(name);
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        keys::write_header(&folder);
        fs::write(folder.join("inputs.h"), inputs()?).map_err(|error| error.to_string())?;
        let mut bench = Self { board, compiler, folder, common: Vec::new(), empty: Size { flash: 0, ram: 0 } };
        let architecture = if target.starts_with("thumb") { "arm" } else { "riscv" };
        for source in [
            format!("tests/firmware/start_{architecture}.S"),
            format!("tests/footprint/clock_{architecture}.S"),
            "tests/firmware/board.c".to_owned(),
            "tests/footprint/probe.c".to_owned(),
        ] {
            let object = bench.compile(Path::new(&source), OPTIONS, WARNINGS)?;
            bench.common.push(object);
        }
        let empty = bench.compile(Path::new("tests/footprint/operations/empty.c"), OPTIONS, WARNINGS)?;
        bench.empty = bench.size(&bench.link("empty", &[empty])?)?;
        Ok(bench)
    }

    /// Compiler options for the processor, and for a C library where GCC has none.
    pub fn processor_options(&self) -> Vec<&'static str> {
        let target = self.board.target;
        let of_processor =
            |option: &&str| option.starts_with("-m") || (!target.starts_with("thumb") && option.starts_with("--specs"));
        self.board.options.iter().copied().filter(of_processor).collect()
    }

    /// Compiles a file into an object with its name.
    pub fn compile(&self, source: &Path, options: &[&str], warnings: &[&str]) -> Result<PathBuf, String> {
        let stem = source.file_stem().and_then(|stem| stem.to_str()).ok_or("a name that is not UTF-8")?;
        let object = self.folder.join(stem).with_extension("o");
        let steps = format!("-DCLOCK_STEPS={}", self.clock().1);
        let reads = format!("-DCLOCK_READS={}", self.clock().0);
        let includes = ["-Itests/firmware", "-Itests/footprint", &steps, &reads];
        let options = [&self.processor_options(), options, &includes, warnings].concat();
        self.compiler.compile(source, &object, &self.folder, &options)?;
        Ok(object)
    }

    /// How often to read the clock for one look at it, and by how much the result goes up with each instruction: a tick of
    /// 16 MHz is 125 half instructions of a nanosecond.
    fn clock(&self) -> (u32, u32) {
        match self.board.machine {
            [_, _, "microbit", ..] => (125, 2),
            [_, _, "mps2-an505", ..] => (50, 1),
            _ => (40, 1),
        }
    }

    /// Links the objects that hold an operation with the rest, and nothing that is not called.
    pub fn link(&self, name: &str, operation: &[PathBuf]) -> Result<PathBuf, String> {
        self.link_with(&["-Wl,--gc-sections"], name, operation)
    }

    /// As [`Self::link`], but the linker keeps what it is told to keep.
    pub fn link_with(&self, options: &[&str], name: &str, operation: &[PathBuf]) -> Result<PathBuf, String> {
        let image = self.folder.join(name).with_extension("elf");
        let mut command = self.compiler.start();
        command.args(self.processor_options()).args(LINK_OPTIONS).args(options);
        command.args(self.board.memory.link_options()).args(&self.common).args(operation).arg("-o").arg(&image);
        archive::run(&mut command)?;
        Ok(image)
    }

    /// What the image costs beyond the empty program. `parts` are functions of it to be counted alone, where there is a model of
    /// the cycles.
    pub fn measure(&self, image: &Path, parts: &[&str]) -> Result<Measured, String> {
        let size = self.size(image)?;
        let functions =
            if self.board.target == COMPARED_ON { &[&["operation", "nothing"], parts].concat()[..] } else { &[] };
        let (printed, counts) = self.run(image, functions)?;
        let word = |name: &str| {
            let line = printed.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            line.ok_or_else(|| format!("no `{name}` in what was printed:\n{printed}"))
        };
        let number = |name: &str| word(name)?.parse::<u64>().map_err(|error| format!("{name}: {error}"));
        if number("yardstick")? != 1000 {
            return Err(format!("the clock does not count instructions:\n{printed}"));
        }
        let instructions = number("instructions")?;
        let (cycles, parts) = match &counts[..] {
            [operation, nothing, parts @ ..] => {
                let counted = operation.instructions - nothing.instructions;
                if counted != instructions {
                    return Err(format!("{instructions} instructions by the clock, and {counted} by the plugin"));
                }
                (Some(operation.cycles - nothing.cycles), parts.to_vec())
            }
            _ => (None, Vec::new()),
        };
        let digits = word("output")?;
        let byte = |at: usize| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let output: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
        Ok(Measured {
            flash: size.flash.saturating_sub(self.empty.flash),
            ram: size.ram.saturating_sub(self.empty.ram),
            stack: number("stack")?,
            instructions,
            cycles,
            parts,
            output: output.ok_or("the output is not hexadecimal")?,
        })
    }

    fn size(&self, image: &Path) -> Result<Size, String> {
        let table = archive::tool(self.board.target, "readelf", &["-SW"], image)?;
        let mut total = Size { flash: 0, ram: 0 };
        // `[ 3] .data PROGBITS address offset size entry flags ...`
        for line in table.lines().filter_map(|line| line.split(']').nth(1)) {
            let words: Vec<_> = line.split_whitespace().collect();
            let [name, kind, _, _, size, _, flags, ..] = words[..] else { continue };
            if flags.contains('A') && name != ".stack" {
                let size = u64::from_str_radix(size, 16).map_err(|error| format!("{name}: {error}"))?;
                total.flash += if kind == "NOBITS" { 0 } else { size };
                total.ram += if flags.contains('W') { size } else { 0 };
            }
        }
        Ok(total)
    }

    /// Runs the image at one nanosecond of the board's time to an instruction, and counts in these functions of it.
    pub fn run(&self, image: &Path, functions: &[&str]) -> Result<(String, Vec<Count>), String> {
        let path = image.to_str().ok_or("a path that is not UTF-8")?;
        let (emulator, options) = self.board.machine.split_first().ok_or("no emulator")?;
        let counting = ["-icount", "shift=0", "-display", "none", "-serial", "none", "-monitor", "none"];
        let console = ["-chardev", "stdio,id=console,signal=off", "-kernel", path];
        let semihosting = ["-semihosting-config", "enable=on,target=native,chardev=console"];
        let arguments = [options, &counting, &console, &semihosting].concat();
        if functions.is_empty() {
            return Ok((process::run(Path::new(emulator), &arguments)?, Vec::new()));
        }
        let (plugin, report) = cycles::option(image, functions)?;
        let printed = process::run(Path::new(emulator), &[&arguments[..], &["-plugin", &plugin]].concat())?;
        Ok((printed, cycles::read(image, functions, &report)?))
    }
}

/// The numbers of the RSA key as C arrays, and a JWS by each key as a C text. Other packages sign: the same bytes each time.
fn inputs() -> Result<String, String> {
    let read = |stem: &str| fs::read_to_string(keys::file(stem)).map_err(|error| error.to_string());
    let rsa_key = rsa::RsaPrivateKey::from_pkcs8_pem(&read("rsa_2048_pkcs8")?).map_err(|error| error.to_string())?;
    let [p, q] = rsa_key.primes() else { return Err("not two primes".to_owned()) };
    let array = |(name, number): (&str, &rsa::BigUint)| {
        let bytes: Vec<_> = number.to_bytes_be().iter().map(u8::to_string).collect();
        format!("static const uint8_t {name}[] = {{{}}};\n", bytes.join(","))
    };
    let mut text = [("RSA_N", rsa_key.n()), ("RSA_D", rsa_key.d()), ("RSA_P", p), ("RSA_Q", q)].map(array).concat();

    let sec1 = keys::last_block(&read("ec_sec1")?).ok_or("no key")?;
    let scalar = sec1.get(SEC1_PREFIX_LEN..SEC1_PREFIX_LEN + 32).ok_or("no scalar")?;
    let ec_key = SigningKey::from_slice(scalar).map_err(|error| error.to_string())?;
    text += &jws("ES256", |input| Ok(Signer::<Signature>::sign(&ec_key, input).to_bytes().to_vec()))?;
    text += &jws("RS256", |input| {
        let scheme = rsa::Pkcs1v15Sign::new::<rsa::sha2::Sha256>();
        rsa_key.sign(scheme, &rsa::sha2::Sha256::digest(input)).map_err(|error| error.to_string())
    })?;
    Ok(text)
}

/// What stands before the scalar in SEC1 (RFC 5915): SEQUENCE, version 1, OCTET STRING.
const SEC1_PREFIX_LEN: usize = 7;

fn jws(algorithm: &str, sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, String>) -> Result<String, String> {
    let encoded = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
    let input = format!("{}.{}", encoded(format!(r#"{{"alg":"{algorithm}"}}"#).as_bytes()), encoded(PAYLOAD));
    let signature = sign(input.as_bytes())?;
    Ok(format!("#define JWS_{algorithm} \"{input}.{}\"\n", encoded(&signature)))
}
