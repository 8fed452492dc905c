//! What the archive for one target holds, and what it does not.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};

use crate::archive::{self, link_alone, symbols, tool};
use crate::support::header;

type Check = fn(&str, &Path) -> Result<(), String>;

/// Each with C code that it must refuse.
const CHECKS: &[(&str, Check, &[&str])] = &[
    (
        "globals_are_what_the_header_declares",
        globals_are_what_the_header_declares,
        &["void stray(void) {}", "__attribute__((weak)) void stray(void) {}"],
    ),
    (
        "asks_only_for_memory_and_integer_helpers",
        asks_only_for_memory_and_integer_helpers,
        &["void other(void); void planted(void) { other(); }"],
    ),
    (
        "has_no_writable_data",
        has_no_writable_data,
        &["int planted = 1;", "int planted[2];", "static int x; int *f(void) { return &x; }"],
    ),
    (
        "neither_allocates_nor_unwinds",
        neither_allocates_nor_unwinds,
        &["void *malloc(unsigned); void *planted(void) { return malloc(1); }"],
    ),
    ("has_no_floating_point", has_no_floating_point, &["float planted(float a, float b) { return a * b; }"]),
    (
        "links_only_what_is_called",
        links_only_what_is_called,
        &["void stray5rs256(void); void jwt_es256_signer(void) { stray5rs256(); } \
           void jwt_mint_mqtt(void) {} void jwt_es256_key_load_raw(void) {}"],
    ),
    (
        "names_no_folder_of_this_machine",
        names_no_folder_of_this_machine,
        &[concat!("const char planted[] = \"", env!("CARGO_MANIFEST_DIR"), "/src/lib.rs\";")],
    ),
];

pub fn trials(target: &'static str) -> Result<Vec<Trial>, String> {
    let built: Arc<PathBuf> = Arc::new(archive::build(target, target, &[])?);
    let mut trials = Vec::new();
    for &(name, check, planted) in CHECKS {
        let built = Arc::clone(&built);
        let passes = move || check(target, &built).map_err(Failed::from);
        trials.push(Trial::test(format!("object::{target}::{name}"), passes));
        for (number, source) in planted.iter().enumerate() {
            let name = format!("planted_{number}_{name}");
            let path = format!("object::{target}::{name}");
            trials.push(Trial::test(path, move || match check(target, &archive::planted(target, &name, source)?) {
                Ok(()) => Err(format!("not noticed: {source}").into()),
                Err(_) => Ok(()),
            }));
        }
    }
    Ok(trials)
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
    // Where there are no such instructions, GCC's library has functions for them: `__mulsf3`, `__aeabi_fmul`.
    const MARKS: &[&str] = &["sf2", "sf3", "df2", "df3", "__aeabi_f", "__aeabi_d"];
    let helpers = symbols(target, archive)?.into_iter().map(|s| s.name);
    none(helpers.filter(|name| MARKS.iter().any(|mark| name.contains(mark)) && name.starts_with("__")), "asks for")?;
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
    /// In the names of a trait's own methods. Those of several types are the same code, under the name of one of them.
    const SHARED: &str = "_RNvY";
    let names = symbols(target, &link_alone(target, archive, ROOTS, "es256_only")?)?.into_iter().map(|s| s.name);
    let is_other = |name: &String| OTHERS.iter().any(|other| name.contains(other)) && !name.contains(SHARED);
    none(names.filter(is_other), "brings in")
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
