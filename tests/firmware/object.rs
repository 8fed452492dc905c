//! What the archive for one target holds, and what it does not.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};

use crate::archive::{self, link_alone, symbols, tool};
use crate::support::header;

type Check = fn(&str, &Path) -> Result<(), String>;

const CHECKS: &[(&str, Check)] = &[
    ("globals_are_what_the_header_declares", globals_are_what_the_header_declares),
    ("asks_only_for_memory_and_integer_helpers", asks_only_for_memory_and_integer_helpers),
    ("has_no_writable_data", has_no_writable_data),
    ("neither_allocates_nor_unwinds", neither_allocates_nor_unwinds),
    ("has_no_floating_point", has_no_floating_point),
    ("links_only_what_is_called", links_only_what_is_called),
    ("names_no_folder_of_this_machine", names_no_folder_of_this_machine),
];

pub fn trials(target: &'static str) -> Result<Vec<Trial>, String> {
    let built: Arc<PathBuf> = Arc::new(archive::build(target, target, &[])?);
    let trial = |&(name, check): &(&'static str, Check)| {
        let built = Arc::clone(&built);
        Trial::test(format!("object::{target}::{name}"), move || check(target, &built).map_err(Failed::from))
    };
    Ok(CHECKS.iter().map(trial).collect())
}

fn globals_are_what_the_header_declares(target: &str, archive: &Path) -> Result<(), String> {
    let mut found: Vec<_> =
        symbols(target, archive)?.into_iter().filter(|s| s.is_global && s.is_defined).map(|s| s.name).collect();
    found.sort();
    let declared: Vec<_> = header::declared().into_iter().collect();
    if found == declared { Ok(()) } else { Err(format!("declared: {declared:?}\nfound: {found:?}")) }
}

/// Those of the C library, then those of libgcc: products, quotients and shifts.
const HELPERS: &[&str] = &[
    "memcpy",
    "memmove",
    "memset",
    "memcmp",
    "bcmp",
    "__aeabi_lmul",
    "__aeabi_uldivmod",
    "__aeabi_ldivmod",
    "__aeabi_uidiv",
    "__aeabi_uidivmod",
    "__aeabi_idiv",
    "__aeabi_idivmod",
    "__aeabi_llsl",
    "__aeabi_llsr",
    "__aeabi_lasr",
    "__muldi3",
    "__udivdi3",
    "__umoddi3",
    "__divdi3",
    "__moddi3",
    "__ashldi3",
    "__lshrdi3",
    "__ashrdi3",
    "__clzsi2",
    "__ctzsi2",
];

fn asks_only_for_memory_and_integer_helpers(target: &str, archive: &Path) -> Result<(), String> {
    let undefined = symbols(target, archive)?.into_iter().filter(|s| s.is_global && !s.is_defined).map(|s| s.name);
    none(undefined.filter(|name| !HELPERS.contains(&name.as_str())), "asks for")
}

fn has_no_writable_data(target: &str, archive: &Path) -> Result<(), String> {
    let sections = tool(target, "readelf", &["-SW"], archive)?;
    // `[ 3] .data PROGBITS address offset size entry flags ...`
    let writable = sections.lines().filter_map(|line| {
        let words: Vec<_> = line.split(']').nth(1)?.split_whitespace().collect();
        let [name, _, _, _, size, _, flags, ..] = words[..] else { return None };
        (flags.contains('W') && flags.contains('A') && !size.chars().all(|digit| digit == '0'))
            .then(|| format!("{name} of {size} bytes"))
    });
    none(writable, "has")
}

fn neither_allocates_nor_unwinds(target: &str, archive: &Path) -> Result<(), String> {
    const MARKS: &[&str] =
        &["__rust_alloc", "__rust_realloc", "__rg_alloc", "malloc", "_Unwind_", "eh_personality", "__aeabi_unwind_cpp"];
    let names = symbols(target, archive)?.into_iter().map(|s| s.name);
    none(names.filter(|name| MARKS.iter().any(|mark| name.contains(mark))), "has")
}

fn has_no_floating_point(target: &str, archive: &Path) -> Result<(), String> {
    let code = tool(target, "objdump", &["-d", "--no-show-raw-insn"], archive)?;
    let mnemonics = code.lines().filter_map(|line| line.split_once(":\t")?.1.split_whitespace().next());
    let floating = mnemonics.filter(|mnemonic| {
        if target.starts_with("thumb") {
            mnemonic.starts_with('v')
        } else {
            mnemonic.starts_with('f') && *mnemonic != "fence"
        }
    });
    none(floating.map(str::to_owned), "has the instruction")
}

/// Every function is a section of its own: a program that mints ES256 from a raw key holds neither RSA nor PEM.
fn links_only_what_is_called(target: &str, archive: &Path) -> Result<(), String> {
    const ROOTS: &[&str] = &["jwt_es256_key_load_raw", "jwt_es256_signer", "jwt_mint_mqtt"];
    const OTHERS: &[&str] = &["5rs256", "3rsa", "10montgomery", "3pem", "9container", "5hs256", "8callback", "5check"];
    let names = symbols(target, &link_alone(target, archive, ROOTS, "es256_only")?)?.into_iter().map(|s| s.name);
    none(names.filter(|name| OTHERS.iter().any(|other| name.contains(other))), "brings in")
}

fn names_no_folder_of_this_machine(_: &str, archive: &Path) -> Result<(), String> {
    let bytes = std::fs::read(archive).map_err(|error| error.to_string())?;
    let folders = [std::env::var("HOME").unwrap_or_default(), crate::support::root().display().to_string()];
    let found = folders.into_iter().filter(|folder| {
        folder.len() > 1 && bytes.windows(folder.len() + 1).any(|window| window == format!("{folder}/").as_bytes())
    });
    none(found, "names")
}

fn none(found: impl Iterator<Item = String>, what: &str) -> Result<(), String> {
    let mut found: Vec<_> = found.collect();
    found.sort();
    found.dedup();
    if found.is_empty() { Ok(()) } else { Err(format!("{what}:\n{}", found.join("\n"))) }
}
