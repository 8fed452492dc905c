//! What the shipped libraries bring into a program, and what they leave out of it. Reads them with `nm`, which comes with
//! every C compiler.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::compiler::Compiler;
use support::header::declared;

/// What the C library has for any program. `bcmp` is what compilers make of a `memcmp` for equality.
const FROM_LIBC: &[&str] = &["memcpy", "memmove", "memset", "memcmp", "bcmp"];

/// Name and kind of each symbol.
fn symbols(options: &[&str], file: &Path) -> Vec<(String, char)> {
    let output = Command::new("nm").args(options).arg("--format=posix").arg(file).output().expect("nm, of binutils");
    assert!(output.status.success(), "nm: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let symbols: Vec<_> = text
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?.to_owned(), words.next()?.chars().next()?))
        })
        .collect();
    assert!(!symbols.is_empty(), "{}: no symbols", file.display());
    symbols
}

fn names(symbols: &[(String, char)], kinds: &str) -> BTreeSet<String> {
    symbols.iter().filter(|(_, kind)| kinds.contains(*kind)).map(|(name, _)| name.clone()).collect()
}

#[test]
fn shared_library_exports_what_the_header_declares_and_nothing_else() {
    let library = support::archive::shipped().expect("the archive").with_extension("so");
    let exported = names(&symbols(&["--dynamic", "--defined-only"], &library), "TBDRVWi");
    assert!(exported.len() > 20);
    assert_eq!(exported, declared());
}

#[test]
fn shared_library_needs_nothing_but_memory_functions() {
    let library = support::archive::shipped().expect("the archive").with_extension("so");
    let needed = names(&symbols(&["--dynamic", "--undefined-only"], &library), "U");
    let versionless = needed.iter().map(|name| name.split('@').next().unwrap_or(name));
    let others: Vec<_> = versionless.filter(|name| !FROM_LIBC.contains(name)).collect();
    assert_eq!(others, [""; 0]);
}

/// The archive holds our one object and the compiler's own helpers; ours, taken out.
fn our_object() -> PathBuf {
    let archive = support::archive::shipped().expect("the archive");
    let members = Command::new("ar").arg("t").arg(&archive).output().expect("ar, of binutils").stdout;
    let members = String::from_utf8(members).expect("UTF-8");
    let ours: Vec<_> = members.lines().filter(|name| name.starts_with("jwt_mint")).collect();
    assert_eq!(ours.len(), 1, "link-time optimization makes one object: {ours:?}");
    let object = Command::new("ar").arg("p").arg(&archive).arg(ours[0]).output().expect("ar").stdout;
    // Tests run at the same time: each has a copy of its own.
    static COPIES: AtomicUsize = AtomicUsize::new(0);
    let copy = COPIES.fetch_add(1, Ordering::Relaxed);
    let path = support::workshop("archive").join(format!("ours-{copy}.o"));
    fs::write(&path, object).expect("write");
    path
}

#[test]
fn our_object_allocates_unwinds_and_floats_nothing() {
    let symbols = symbols(&[], &our_object());
    assert_eq!(names(&symbols, "TDBRVW"), declared(), "global symbols");
    let foreign: Vec<_> = names(&symbols, "U").into_iter().filter(|name| !FROM_LIBC.contains(&name.as_str())).collect();
    assert_eq!(foreign, [""; 0], "undefined symbols: an allocator, an unwinder or a float helper would be one");
    let unwelcome = ["__rust_alloc", "unwind", "personality"];
    let found: Vec<_> =
        symbols.iter().filter(|(name, _)| unwelcome.iter().any(|word| name.to_lowercase().contains(word))).collect();
    assert!(found.is_empty(), "{found:?}");
}

/// Names of the sections of an object that stay writable: what only the loader writes to (`.data.rel.ro`) does not.
fn writable_sections(object: &Path) -> Vec<String> {
    let output = Command::new("readelf").args(["-S", "-W"]).arg(object).output().expect("readelf, of binutils");
    let text = String::from_utf8_lossy(&output.stdout);
    let sections = text.lines().filter_map(|line| line.split_once(']')).filter(|(_, rest)| rest.contains(" WA "));
    let named = sections.filter_map(|(_, rest)| {
        let words: Vec<_> = rest.split_whitespace().collect();
        // Name, type, address, offset, size.
        let &[name, _, _, _, size, ..] = words.as_slice() else { return None };
        (u64::from_str_radix(size, 16) != Ok(0)).then(|| name.to_owned())
    });
    named.filter(|name| !name.starts_with(".data.rel.ro")).collect()
}

#[test]
fn nothing_outlives_a_call() {
    assert_eq!(writable_sections(&our_object()), [""; 0]);
}

/// Symbols of a program that is `body` and what it needs from the archive.
fn linked(name: &str, body: &str) -> String {
    let folder = support::workshop("archive");
    let (source, object, program) =
        (folder.join(format!("{name}.c")), folder.join(format!("{name}.o")), folder.join(name));
    fs::write(&source, format!("#include \"jwt_mint.h\"\nint main(void)\n{{\n{body}\n}}\n")).expect("write");
    let compiler = Compiler::c().expect("a C compiler");
    compiler.compile(&source, &object, &folder, &["-std=c11", "-Os", "-ffunction-sections"]).expect(name);
    let archive = support::archive::shipped().expect("the archive");
    compiler.link(&[&object, &archive], &program, &["-Wl,--gc-sections"]).expect(name);
    symbols(&[], &program).into_iter().map(|(name, _)| name + "\n").collect()
}

#[test]
fn a_program_holds_only_what_it_calls() {
    const ES256: &str = "jwt_es256_key key; jwt_mqtt_claims claims = {0}; char out[256]; size_t len;
        static const uint8_t raw[32] = {1};
        if (jwt_es256_key_load_raw(&key, jwt_bytes_from(raw, 32)) != JWT_OK) { return 1; }
        jwt_signer signer = jwt_es256_signer(&key);
        return jwt_mint_mqtt(&claims, &signer, out, sizeof out, &len);";
    const RS256: &str = "static jwt_rs256_key key; static uint8_t der[2]; jwt_http_claims claims = {0}; char out[999];
        size_t len;
        if (jwt_rs256_key_load_der(&key, jwt_bytes_from(der, 2)) != JWT_OK) { return 1; }
        jwt_signer signer = jwt_rs256_signer(&key);
        return jwt_mint_http(&claims, &signer, out, sizeof out, &len);";
    const HS256_VERIFIER: &str =
        "jwt_hs256_key key; jwt_policy policy = {0}; jwt_verified verified; uint8_t scratch[9];
        size_t len; static const uint8_t secret[32] = {1};
        if (jwt_hs256_key_load(&key, jwt_bytes_from(secret, 32)) != JWT_OK) { return 1; }
        jwt_verifier verifier = jwt_hs256_verifier(&key);
        return jwt_verify(&verified, JWT_STR(\"a.b.c\"), &verifier, 1, &policy, scratch, 9, &len);";
    // Parts of mangled names: modules of ours, and functions.
    let traits = |symbols: &str| {
        [
            "4p256",
            "hedged",
            "5rs256",
            "10montgomery",
            "3pem",
            "5hs256",
            "jwt_mint_mqtt",
            "jwt_mint_http",
            "jwt_verify",
            "4json4scan",
        ]
        .map(|word| symbols.contains(word).then_some(word))
    };
    let es256 = traits(&linked("es256_only", ES256));
    assert_eq!(es256.iter().flatten().collect::<Vec<_>>(), [&"4p256", &"jwt_mint_mqtt"]);
    let hs256_verifier = traits(&linked("hs256_verifier_only", HS256_VERIFIER));
    assert_eq!(hs256_verifier.iter().flatten().collect::<Vec<_>>(), [&"5hs256", &"jwt_verify", &"4json4scan"]);
    let rs256 = traits(&linked("rs256_only", RS256));
    assert_eq!(rs256.iter().flatten().collect::<Vec<_>>(), [&"5rs256", &"10montgomery", &"jwt_mint_http"]);
}

#[test]
fn a_selftest_brings_nothing_but_its_answer() {
    let sign = |key: &str, more: &str| {
        format!(
            "static jwt_{key}_key key; jwt_claims claims = {{0}}; char out[999]; size_t len; uint8_t bytes[64] = {{1}};
            jwt_signer signer = jwt_{key}_signer(&key);
            {more}
            return jwt_mint(&claims, &signer, out, sizeof out, &len) + jwt_sign(&signer, jwt_bytes_from(bytes, 64), bytes, 64, &len);"
        )
    };
    let verify = |key: &str, more: &str| {
        format!(
            "static jwt_{key}_public_key key; jwt_policy policy = {{0}}; jwt_verified verified; uint8_t scratch[9]; size_t len;
            jwt_verifier verifier = jwt_{key}_verifier(&key);
            {more}
            return jwt_verify(&verified, JWT_STR(\"a.b.c\"), &verifier, 1, &policy, scratch, 9, &len);"
        )
    };
    // SHA-256 in one call, which is three of those that are linked anyway; and what a program that loads its key has.
    let is_its_own =
        |name: &&str| ["selftest", "6Sha2566digest", "5rs25615public_exponent"].iter().any(|part| name.contains(part));
    for selftest in ["es256_sign", "rs256_sign", "hs256", "es256_verify", "rs256_verify"] {
        let (key, program) = match selftest.split_once('_') {
            Some((key, "verify")) => (key, verify as fn(&str, &str) -> String),
            Some((key, _)) => (key, sign as fn(&str, &str) -> String),
            None => (selftest, sign as fn(&str, &str) -> String),
        };
        let with = linked(
            &format!("{selftest}_tested"),
            &program(key, &format!("if (jwt_{selftest}_selftest() != JWT_OK) {{ return 1; }}")),
        );
        let without = linked(&format!("{selftest}_untested"), &program(key, ""));
        assert!(!without.contains("selftest"));
        let known: BTreeSet<_> = without.lines().collect();
        let brought: Vec<_> = with.lines().filter(|name| !known.contains(name)).collect();
        assert!(!brought.is_empty() && brought.iter().all(is_its_own), "{selftest}: {brought:?}");
    }
}
