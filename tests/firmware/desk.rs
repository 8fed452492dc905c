//! The same files of cases on this machine: what they print there is what a board must print too.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::support::compiler::{Compiler, WARNINGS};
use crate::support::{self, keys, process, token};

const COMMON: &[&str] = &["tests/c/harness.c", "tests/c/host/console.c"];

/// Builds programs of this machine.
pub struct Desk {
    compiler: Compiler,
    folder: PathBuf,
    common: Vec<PathBuf>,
}

/// One file of cases, after a run of all of them.
pub struct Program {
    said: String,
}

impl Desk {
    pub fn new() -> Result<Self, String> {
        let folder = support::workshop("firmware").join("desk");
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        keys::write_header(&folder);
        let mut desk = Self { compiler: Compiler::c()?, folder, common: vec![support::archive::shipped()?] };
        for source in COMMON {
            let object = desk.compile(Path::new(source))?;
            desk.common.insert(0, object);
        }
        Ok(desk)
    }

    pub fn program(&self, source: &Path) -> Result<Arc<Program>, String> {
        let object = self.compile(source)?;
        let program = object.with_extension("");
        let inputs: Vec<_> = [&object].into_iter().chain(&self.common).map(PathBuf::as_path).collect();
        self.compiler.link(&inputs, &program, &[])?;
        Ok(Arc::new(Program { said: process::run(&program, &[])? }))
    }

    fn compile(&self, source: &Path) -> Result<PathBuf, String> {
        let object = self.folder.join(source.file_name().ok_or("no file")?).with_extension("o");
        self.compiler.compile(source, &object, &self.folder, &[&["-std=c11", "-O2"], WARNINGS].concat())?;
        Ok(object)
    }
}

impl Program {
    /// One whose case printed no token.
    pub fn silent(case: &str) -> Self {
        Self { said: format!("ok {case}\n") }
    }

    /// The tokens that a case printed.
    pub fn tokens(&self, case: &str) -> Result<Vec<&str>, String> {
        let said = token::said_in(&self.said, case).ok_or_else(|| format!("{case} does not pass on the desk"))?;
        Ok(token::lines(said).collect())
    }
}
