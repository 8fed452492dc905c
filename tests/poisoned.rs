//! Memcheck follows the bytes of a key through the library as it ships for this machine: no branch and no address depends on
//! them but where the result is one that everybody may know. Asks for valgrind, so plain `cargo test` leaves it out.
#![cfg(target_os = "linux")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use support::compiler::{Compiler, WARNINGS};
use support::process;

/// Where a branch may depend on a secret: the function, how many such branches it has at most, and what they tell.
type Declassified = &'static [(&'static str, usize, &'static str)];

const ES256: Declassified = &[
    ("jwt_es256_key_load_raw", 1, "the scalar is in range"),
    ("rfc6979::nonce", 1, "the candidate is in range"),
    ("es256::sign_unwiped", 2, "r is not 0; s is not 0"),
    ("Es256Signer as jwt_mint::sign::Signer>::sign", 2, "both signatures are the same; what goes out is"),
];
const RS256: Declassified = &[
    ("jwt_rs256_key_load_der", 1, "the key is consistent"),
    ("RsaPublicKey::opens", 2, "the signature is less than n; it opens to the digest"),
    ("<impl jwt_mint::sign::Signer for K>::sign", 2, "the signature opens to the digest; it was written whole"),
];
const HS256: Declassified = &[
    ("jwt_hs256_key_load", 3, "it is a PEM; it starts as the DER of a key; it is all zeros"),
    ("hs256::secrets", 1, "it is all zeros"),
    ("mint::Signing::with", 1, "both digests are the same"),
    ("Hs256Signer as jwt_mint::sign::Signer>::sign", 1, "both MACs are the same"),
];

const RS256_SCRATCH: Declassified = &[
    ("jwt_rs256_key_load_der", 1, "the key is consistent"),
    ("RsaPublicKey::opens", 2, "the signature is less than n; it opens to the digest"),
    ("ScratchSigner as jwt_mint::sign::Signer>::sign", 2, "the signature opens to the digest; it was written whole"),
];
const HS256_VERIFY: Declassified = &[
    ("jwt_hs256_key_load", 3, "it is a PEM; it starts as the DER of a key; it is all zeros"),
    ("hs256::secrets", 1, "it is all zeros"),
    ("ffi::verify::open", 1, "the MAC is that of the token"),
];

fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let folder = support::workshop("poisoned");
        let compiler = Compiler::c().expect("a C compiler");
        let object = folder.join("poisoned.o");
        let options: Vec<_> = ["-std=c11", "-O1"].iter().chain(WARNINGS).copied().collect();
        compiler.compile(Path::new("tests/poisoned/poisoned.c"), &object, &folder, &options).expect("poisoned.c");
        let archive = support::archive::shipped().expect("the archive");
        let program = folder.join("poisoned");
        compiler.link(&[&object, &archive], &program, &[]).expect("link");
        program
    })
}

/// A function of the program, and the address in it.
type Site = (String, String);

/// The branches, and the addresses that are read or written, which depend on the key.
fn follow(what: &str, key: &[u8]) -> (BTreeSet<Site>, BTreeSet<Site>) {
    let file = |kind: &str| support::workshop("poisoned").join(format!("{what}.{kind}"));
    fs::write(file("key"), key).expect("write the key");
    let (key, log) = (file("key"), file("log"));
    let (key, log) = (key.to_str().expect("a path"), log.to_str().expect("a path"));
    let program = program().to_str().expect("a path");
    let log_option = format!("--log-file={log}");
    let options = ["-q", "--error-limit=no", "--num-callers=20", &log_option, program, what, key];
    let poisoned = process::run(Path::new("valgrind"), &options).expect("valgrind");
    // It follows what happens, and does not change it.
    assert_eq!(process::run(Path::new(program), &[what, key]), Ok(poisoned));
    sites(&fs::read_to_string(log).expect("the log"), program)
}

fn sites(log: &str, program: &str) -> (BTreeSet<Site>, BTreeSet<Site>) {
    let (mut branches, mut addresses) = (BTreeSet::new(), BTreeSet::new());
    // `==PID== ` and the text; what is found starts at the margin, its callers follow, an empty line ends it.
    let lines: Vec<_> = log.lines().map(|line| line.splitn(3, "==").nth(2).unwrap_or_default()).collect();
    for found in lines.split(|line| line.trim().is_empty()) {
        let Some(kind) = found.first() else { continue };
        let frame = |line: &&str| {
            // `at 0x1234: function (in program)`
            let (place, object) = line.trim().rsplit_once(" (")?;
            let (address, function) = place.split_once(' ')?.1.split_once(": ")?;
            let is_ours = object.starts_with(&format!("in {program}"));
            is_ours.then(|| (function.to_owned(), address.to_owned()))
        };
        let site = found.iter().find_map(frame).unwrap_or_else(|| panic!("not a place of the program: {found:#?}"));
        match kind.trim() {
            "Conditional jump or move depends on uninitialised value(s)" => branches.insert(site),
            kind if kind.starts_with("Use of uninitialised value") => addresses.insert(site),
            kind => panic!("{kind}: {found:#?}"),
        };
    }
    (branches, addresses)
}

/// Every branch is one of those, and each of those is met.
fn hold(what: &str, key: &[u8], declassified: Declassified) {
    let (branches, addresses) = follow(what, key);
    assert_eq!(addresses, BTreeSet::new(), "addresses depend on the key");
    let mut counts = BTreeMap::new();
    for (function, address) in &branches {
        let known = declassified.iter().find(|(name, ..)| function.contains(name));
        let (name, ..) = known.unwrap_or_else(|| panic!("a branch depends on the key: {function} at {address}"));
        *counts.entry(*name).or_insert(0) += 1;
    }
    for (name, most, tells) in declassified {
        let count = counts.get(name).copied().unwrap_or_default();
        assert!((1..=*most).contains(&count), "{count} branches in {name}, of which is known: {tells}: {branches:#?}");
    }
}

#[test]
fn es256_branches_on_nothing_secret() {
    let key: Vec<u8> = (1..=32).collect();
    hold("es256", &key, ES256);
}

#[test]
fn hedged_es256_branches_on_nothing_secret() {
    let key: Vec<u8> = (1..=32).collect();
    hold("es256_hedged", &key, ES256);
}

#[test]
fn rs256_branches_on_nothing_secret() {
    let text = fs::read_to_string(support::keys::file("rsa_2048_pkcs1")).expect("the key file");
    let key = support::keys::last_block(&text).expect("a key");
    hold("rs256", &key, RS256);
    hold("rs256_scratch", &key, RS256_SCRATCH);
}

#[test]
fn hs256_branches_on_nothing_secret() {
    let secret: Vec<u8> = (1..=32).collect();
    hold("hs256", &secret, HS256);
    hold("hs256_verify", &secret, HS256_VERIFY);
}

#[test]
fn planted_leaks_are_seen() {
    let names = |sites: BTreeSet<Site>| sites.into_iter().map(|(function, _)| function).collect::<Vec<_>>();
    let (branches, addresses) = follow("leak_by_branch", &[1; 32]);
    assert_eq!((names(branches), names(addresses)), (vec!["leak_by_branch".to_owned()], vec![]));
    let (branches, addresses) = follow("leak_by_address", &[1; 32]);
    assert_eq!((names(branches), names(addresses)), (vec![], vec!["leak_by_address".to_owned()]));
}
