//! Compilers of C and C++, and what they are told.

use std::path::Path;
use std::process::{Command, Stdio};

/// What GCC and clang warn about here, each warning an error.
pub const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Wundef", "-Werror"];

#[derive(Clone)]
pub struct Compiler {
    command: String,
}

impl Compiler {
    /// The compiler that the environment variable names, else `command`; an error names the package that has it.
    pub fn find(variable: Option<&str>, command: &str, package: &str) -> Result<Self, String> {
        let command = variable.and_then(|name| std::env::var(name).ok()).unwrap_or_else(|| command.to_owned());
        let found = Self { command };
        let starts = found.start().arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        match starts {
            Ok(status) if status.success() => Ok(found),
            _ => Err(format!("`{}` does not run: install the package `{package}`", found.command)),
        }
    }

    /// The C compiler of plain `cargo test`.
    pub fn c() -> Result<Self, String> {
        Self::find(Some("CC"), "cc", "gcc")
    }

    /// The command to add arguments to. It runs in the package's folder, so that `tests/c/x.c` is what messages name.
    pub fn start(&self) -> Command {
        // `CC` may hold options too.
        let mut words = self.command.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or("cc"));
        command.args(words).current_dir(super::root());
        command
    }

    /// Compiles `source` into `object`; the error is what the compiler said.
    pub fn compile(&self, source: &Path, object: &Path, keys: &Path, options: &[&str]) -> Result<(), String> {
        let mut command = self.start();
        command.args(options).arg("-Iinclude").arg("-Itests/c").arg("-I").arg(keys).arg("-c").arg(source);
        finish(command.arg("-o").arg(object))
    }

    /// Links objects and archives into `program`.
    pub fn link(&self, inputs: &[&Path], program: &Path, options: &[&str]) -> Result<(), String> {
        finish(self.start().args(inputs).args(options).arg("-pthread").arg("-o").arg(program))
    }
}

fn finish(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}\n{}", String::from_utf8_lossy(&output.stderr)))
}
