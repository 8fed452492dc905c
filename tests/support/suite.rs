//! From the C files of `tests/c` to one trial per file and case.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use libtest_mimic::{Arguments, Failed, Trial};

use super::compiler::Compiler;
use super::{keys, process, root, token};

/// One way to compile and link all C files.
#[derive(Clone)]
pub struct Flavour {
    pub name: &'static str,
    pub compiler: Compiler,
    /// For compiling, warnings included.
    pub options: Vec<&'static str>,
    /// For linking.
    pub link_options: Vec<&'static str>,
}

/// A folder to build in, with `keys.h` in it.
pub struct Suite {
    folder: PathBuf,
    sources: Vec<PathBuf>,
}

/// Linked into every program: not a test file.
const COMMON: [&str; 2] = ["tests/c/harness.c", "tests/c/host/console.c"];

impl Suite {
    pub fn new(folder: PathBuf) -> Self {
        keys::write_header(&folder);
        Self { folder, sources: sources() }
    }

    /// A trial for each file: it compiles, without a warning.
    pub fn compile_trials(&self, flavour: &Flavour) -> Vec<Trial> {
        let common = COMMON.iter().map(PathBuf::from);
        common.chain(self.sources.iter().cloned()).map(|source| self.compile_trial(flavour, source)).collect()
    }

    fn compile_trial(&self, flavour: &Flavour, source: PathBuf) -> Trial {
        let (flavour, keys) = (flavour.clone(), self.folder.clone());
        let object = self.object(&flavour, &source);
        Trial::test(format!("compile::{}::{}", flavour.name, stem(&source)), move || {
            Ok(flavour.compiler.compile(&source, &object, &keys, &flavour.options)?)
        })
    }

    /// Builds a program of each file against `archive`, and makes a trial for each of its cases. A file that does not
    /// build is one failed trial.
    pub fn case_trials(&self, arguments: &Arguments, flavour: &Flavour, archive: &Path) -> Vec<Trial> {
        if !wanted(arguments, flavour) {
            return Vec::new();
        }
        let common = COMMON.map(|source| self.compile(flavour, Path::new(source)));
        let trials = Mutex::new(Vec::new());
        let queue = Mutex::new(self.sources.iter());
        let next = || queue.lock().expect("the queue").next();
        thread::scope(|scope| {
            for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
                scope.spawn(|| {
                    while let Some(source) = next() {
                        let made = self.cases(flavour, source, &common, archive);
                        trials.lock().expect("the trials").extend(made);
                    }
                });
            }
        });
        trials.into_inner().expect("the trials")
    }

    fn cases(
        &self,
        flavour: &Flavour,
        source: &Path,
        common: &[Result<PathBuf, String>],
        archive: &Path,
    ) -> Vec<Trial> {
        let name = stem(source);
        let listed = self.program(flavour, source, common, archive).and_then(|program| {
            let cases = process::run(&program, &["--list"])?;
            if cases.is_empty() { Err("no cases".to_owned()) } else { Ok((program, cases)) }
        });
        match listed {
            Ok((program, cases)) => cases
                .lines()
                .map(|case| {
                    let (program, case) = (program.clone(), case.to_owned());
                    Trial::test(format!("{}::{name}::{case}", flavour.name), move || run_case(&program, &case))
                })
                .collect(),
            Err(why) => vec![Trial::test(format!("{}::{name}::builds", flavour.name), move || Err(why.into()))],
        }
    }

    fn program(
        &self,
        flavour: &Flavour,
        source: &Path,
        common: &[Result<PathBuf, String>],
        archive: &Path,
    ) -> Result<PathBuf, String> {
        let object = self.compile(flavour, source)?;
        let mut inputs = vec![object.as_path()];
        for object in common {
            inputs.push(object.as_deref().map_err(Clone::clone)?);
        }
        inputs.push(archive);
        let program = object.with_extension("");
        flavour.compiler.link(&inputs, &program, &flavour.link_options)?;
        Ok(program)
    }

    fn compile(&self, flavour: &Flavour, source: &Path) -> Result<PathBuf, String> {
        let object = self.object(flavour, source);
        flavour.compiler.compile(source, &object, &self.folder, &flavour.options)?;
        Ok(object)
    }

    fn object(&self, flavour: &Flavour, source: &Path) -> PathBuf {
        let folder = self.folder.join(flavour.name);
        fs::create_dir_all(&folder).expect("make a folder in the target directory");
        folder.join(stem(source)).with_extension("o")
    }
}

/// Runs one case and checks the tokens that it prints.
fn run_case(program: &Path, case: &str) -> Result<(), Failed> {
    let output = process::run(program, &[case])?;
    token::check_all(&output)?;
    Ok(())
}

/// Whether any trial of the flavour could be asked for: nothing is built for the others.
fn wanted(arguments: &Arguments, flavour: &Flavour) -> bool {
    let prefix = format!("{}::", flavour.name);
    match &arguments.filter {
        Some(filter) => !filter.contains("::") || filter.starts_with(&prefix) || !starts_with_a_flavour(filter),
        None => true,
    }
}

fn starts_with_a_flavour(filter: &str) -> bool {
    ["compile::", "shipped::", "sanitized::", "cplusplus::"].iter().any(|prefix| filter.starts_with(prefix))
}

/// The test files, those for the host only among them, by their path from the package's folder.
fn sources() -> Vec<PathBuf> {
    let mut sources = Vec::new();
    for folder in ["tests/c", "tests/c/host"] {
        for entry in fs::read_dir(root().join(folder)).expect(folder) {
            let source = Path::new(folder).join(entry.expect(folder).file_name());
            let is_test = !COMMON.iter().any(|common| source == Path::new(common));
            if is_test && source.extension().is_some_and(|extension| extension == "c") {
                sources.push(source);
            }
        }
    }
    sources.sort();
    sources
}

/// `mint` for `tests/c/mint.c`, `host_threads` for `tests/c/host/threads.c`.
fn stem(source: &Path) -> String {
    let stem = source.file_stem().and_then(|stem| stem.to_str()).expect("a name in ASCII");
    let is_host = source.parent().is_some_and(|folder| folder.ends_with("host"));
    if is_host { format!("host_{stem}") } else { stem.to_owned() }
}
