//! No panic: each exported function, linked alone, leaves the panic handler out. The handler of the feature `prove-no-panic`
//! calls a function that does not exist, so a program from which it can be reached would not link.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};

use crate::archive::{self, link_alone, tool};
use crate::support::header;

/// One for each word size that the arithmetic has, and both instruction sets.
pub const TARGETS: &[&str] = &["thumbv7em-none-eabi", "thumbv6m-none-eabi", "riscv32imc-unknown-none-elf"];

const HANDLER_CALLS: &str = "jwt_mint_panic_is_reachable";

pub fn trials(target: &'static str) -> Result<Vec<Trial>, String> {
    let folder = format!("{target}-prove-no-panic");
    let built: Arc<PathBuf> = Arc::new(archive::build(target, &folder, &["--features", "prove-no-panic"])?);
    let trial = |function: String| {
        let built = Arc::clone(&built);
        let name = format!("panics::{target}::none_in_{function}");
        Trial::test(name, move || check(target, &built, &function).map_err(Failed::from))
    };
    let mut trials: Vec<_> = header::declared().into_iter().map(trial).collect();
    trials.push(Trial::test(format!("panics::{target}::planted"), move || {
        let source = format!("void {HANDLER_CALLS}(void); void planted(void) {{ {HANDLER_CALLS}(); }}");
        match check(target, &archive::planted(target, "panic", &source)?, "planted") {
            Ok(()) => Err("was not noticed".into()),
            Err(_) => Ok(()),
        }
    }));
    Ok(trials)
}

fn check(target: &str, archive: &Path, function: &str) -> Result<(), String> {
    let object = link_alone(target, archive, &[function], function)?;
    // The table of symbols would name it all the same.
    if !tool(target, "readelf", &["-rW"], &object)?.contains(HANDLER_CALLS) {
        return Ok(());
    }
    Err(format!("panics can be reached, by these calls:\n{}", sites(target, &object)?.join("\n")))
}

/// The calls from outside of core's panic machinery into it: `function -> what it calls`.
fn sites(target: &str, object: &Path) -> Result<Vec<String>, String> {
    let code = tool(target, "objdump", &["-dr", "--no-show-raw-insn"], object)?;
    let mut sites = Vec::new();
    let mut function = "";
    for line in code.lines() {
        if let Some((_, name)) = line.strip_suffix(">:").and_then(|line| line.split_once('<')) {
            function = name;
        } else if let Some((_, callee)) = line.split_once(": R_").and_then(|(_, rest)| rest.split_once(['\t', ' '])) {
            let callee = callee.trim();
            if is_panic(callee) && !is_panic(function) {
                sites.push(format!("{function} -> {callee}"));
            }
        }
    }
    sites.sort();
    sites.dedup();
    Ok(sites)
}

fn is_panic(symbol: &str) -> bool {
    const MARKS: &[&str] =
        &["9panicking", "13unwrap_failed", "13expect_failed", "_fail", "begin_unwind", HANDLER_CALLS];
    MARKS.iter().any(|mark| symbol.contains(mark))
}
