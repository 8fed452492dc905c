//! Instructions whose time may depend on their operands are not in the code that signs: no division on any target, no long
//! product on the Cortex-M3, where it ends early for small operands (Cortex-M3 TRM, 3.3.1).

use std::path::Path;

use libtest_mimic::{Failed, Trial};

use crate::archive::{self, TARGETS, link_alone, tool};

const ROOTS: &[&str] = &[
    "jwt_es256_key_load_raw",
    "jwt_es256_signer",
    "jwt_es256_hedged_signer",
    "jwt_rs256_key_load_der",
    "jwt_rs256_signer",
    "jwt_rs256_scratch_signer",
    "jwt_hs256_key_load",
    "jwt_hs256_signer",
    "jwt_sign",
];

const DIVISIONS: &[&str] = &["udiv", "sdiv", "div", "divu", "rem", "remu"];
const LONG_PRODUCTS: &[&str] = &["umull", "umlal", "smull", "smlal", "umaal"];
/// Divisions as functions of GCC's library.
const DIVIDERS: &[&str] = &["div", "mod"];

pub fn trials(wanted: &dyn Fn(&str) -> bool) -> Vec<Trial> {
    let mut trials = Vec::new();
    for &target in TARGETS {
        let name = format!("multipliers::{target}");
        if !wanted(&name) {
            continue;
        }
        trials.push(Trial::test(format!("{name}::none_depends_on_its_operands"), move || {
            let archive = archive::build(target, target, &[])?;
            check(target, &link_alone(target, &archive, ROOTS, "signers")?).map_err(Failed::from)
        }));
    }
    let planted = [
        ("planted_product", "unsigned long long planted(unsigned a, unsigned b) { return 1ull * a * b; }"),
        ("planted_division", "unsigned planted(unsigned a, unsigned b) { return a / b; }"),
        ("planted_call", "unsigned long long planted(unsigned long long a, unsigned long long b) { return a % b; }"),
    ];
    for (name, source) in planted {
        let target = "thumbv7m-none-eabi";
        let path = format!("multipliers::{target}::{name}");
        if wanted(&path) {
            trials.push(Trial::test(path, move || match check(target, &archive::planted(target, name, source)?) {
                Ok(()) => Err("was not noticed".into()),
                Err(_) => Ok(()),
            }));
        }
    }
    trials
}

fn check(target: &str, object: &Path) -> Result<(), String> {
    let mut refused = DIVISIONS.to_vec();
    if target.starts_with("thumbv7m-") {
        refused.extend(LONG_PRODUCTS);
    }
    let code = tool(target, "objdump", &["-d", "-r", "-C", "--no-show-raw-insn"], object)?;
    let mut found = Vec::new();
    let mut function = "";
    let mut instructions = 0;
    for line in code.lines() {
        if let Some((_, name)) = line.strip_suffix(">:").and_then(|line| line.split_once('<')) {
            function = name;
        } else if let Some((_, callee)) = line.split_once(": R_").and_then(|(_, rest)| rest.split_once(['\t', ' '])) {
            let callee = callee.trim();
            if callee.starts_with("__") && DIVIDERS.iter().any(|part| callee.contains(part)) {
                found.push(format!("{function}: {callee}"));
            }
        } else if let Some(mnemonic) = line.split_once(":\t").and_then(|(_, code)| code.split_whitespace().next()) {
            instructions += 1;
            if refused.iter().any(|refused| mnemonic.starts_with(refused)) {
                found.push(format!("{function}: {mnemonic}"));
            }
        }
    }
    match (instructions, found.is_empty()) {
        (0, _) => Err("no code".to_owned()),
        (_, true) => Ok(()),
        (_, false) => Err(found.join("\n")),
    }
}
