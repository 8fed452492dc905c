//! The C interface as C programs see it: every case of `tests/c` against the archive that is shipped, plain and with
//! sanitizers, and every file in each C dialect without a warning.

mod support;

use libtest_mimic::{Arguments, Trial};
use support::compiler::{Compiler, WARNINGS};
use support::suite::{Flavour, Suite};

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
    let compiler = Compiler::c()?;
    let archive = support::archive::shipped()?;
    let suite = Suite::new(support::workshop("c_harness"));
    let mut trials = Vec::new();
    for (name, dialect) in [("c99", "-std=c99"), ("c11", "-std=c11"), ("c17", "-std=c17")] {
        trials.extend(suite.compile_trials(&flavour(name, &compiler, &[dialect, "-O1"], &[])));
    }
    let plain = flavour("shipped", &compiler, &["-std=c11", "-O2"], &[]);
    let sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    let options = [&["-std=c11", "-O1", "-g"], &sanitizers[..]].concat();
    let sanitized = flavour("sanitized", &compiler, &options, &sanitizers);
    for flavour in [plain, sanitized] {
        trials.extend(suite.case_trials(arguments, &flavour, &archive));
    }
    Ok(trials)
}

fn flavour(name: &'static str, compiler: &Compiler, options: &[&'static str], link: &[&'static str]) -> Flavour {
    Flavour { name, compiler: compiler.clone(), options: [options, WARNINGS].concat(), link_options: link.to_vec() }
}
