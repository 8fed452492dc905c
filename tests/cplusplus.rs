//! The header and the C cases as C++ sees them, and under everything that clang can warn about. Asks for more compilers
//! than plain `cargo test` does: `cargo test --test cplusplus`.

mod support;

use libtest_mimic::{Arguments, Trial};
use support::compiler::{Compiler, WARNINGS};
use support::suite::{Flavour, Suite};

/// What clang is not asked: rules for other languages than the files are in, the layout of structs, and rules of taste.
const NOT_ASKED: &[&str] = &[
    "-Wno-c++98-compat-pedantic",
    "-Wno-old-style-cast",
    "-Wno-zero-as-null-pointer-constant",
    "-Wno-padded",
    // Newer clangs only.
    "-Wno-unknown-warning-option",
    "-Wno-unsafe-buffer-usage",
    "-Wno-pre-c11-compat",
];

fn main() {
    let arguments = Arguments::from_args();
    match trials(&arguments) {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit(),
        Err(why) => {
            eprintln!("{why}");
            std::process::exit(1);
        }
    }
}

fn trials(arguments: &Arguments) -> Result<Vec<Trial>, String> {
    let gcc = Compiler::find(Some("CXX"), "g++", "g++")?;
    let clang = Compiler::find(None, "clang", "clang")?;
    let archive = support::archive::shipped()?;
    let suite = Suite::new(support::workshop("cplusplus"));
    let mut trials = Vec::new();
    for (name, dialect) in [("c++11", "-std=c++11"), ("c++20", "-std=c++20")] {
        trials.extend(suite.compile_trials(&flavour(name, &gcc, &["-xc++", dialect, "-O1"], WARNINGS)));
    }
    let everything = [&["-Weverything", "-Werror"], NOT_ASKED].concat();
    for (name, dialect) in [("clang-c99", "-std=c99"), ("clang-c17", "-std=c17")] {
        trials.extend(suite.compile_trials(&flavour(name, &clang, &[dialect, "-O1"], &everything)));
    }
    for (name, dialect) in [("clang-c++11", "-std=c++11"), ("clang-c++20", "-std=c++20")] {
        trials.extend(suite.compile_trials(&flavour(name, &clang, &["-xc++", dialect, "-O1"], &everything)));
    }
    let linked = flavour("cplusplus", &gcc, &["-xc++", "-std=c++20", "-O2"], WARNINGS);
    trials.extend(suite.case_trials(arguments, &linked, &archive));
    Ok(trials)
}

fn flavour(name: &'static str, compiler: &Compiler, options: &[&'static str], warnings: &[&'static str]) -> Flavour {
    Flavour { name, compiler: compiler.clone(), options: [options, warnings].concat(), link_options: Vec::new() }
}
