//! Where `unsafe` stands: at the C interface, and in leaves that are assembly. All else is safe Rust.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Under `src`: where it is allowed, and the files that use it there.
const ALLOWED: &[(&str, &[&str])] = &[
    ("arith/barrier.rs", &["arith/barrier.rs"]),
    (
        "arith/montgomery.rs",
        &[
            "arith/montgomery/riscv.rs",
            "arith/montgomery/select.rs",
            "arith/montgomery/sums.rs",
            "arith/montgomery/thumb1.rs",
            "arith/montgomery/umaal.rs",
        ],
    ),
    ("arith/montgomery/leaves.rs", &["arith/montgomery/leaves.rs"]),
    ("arith/p256/inverse.rs", &["arith/p256/inverse/smlal.rs"]),
    ("arith/p256/inverse/leaves.rs", &["arith/p256/inverse/leaves.rs"]),
    ("arith/p256/leaves.rs", &["arith/p256/leaves.rs"]),
    ("arith/p256/mod.rs", &["arith/p256/riscv.rs", "arith/p256/umaal.rs"]),
    ("ffi/", &["ffi/"]),
    ("sha256.rs", &["sha256/thumb2.rs"]),
    ("sha256/leaves.rs", &["sha256/leaves.rs"]),
];

/// Each source, by its path under `src`.
fn sources() -> Vec<(String, String)> {
    let root = support::root().join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source");
                sources.push((name(&root, &path), text));
            }
        }
    }
    sources
}

fn name(root: &Path, path: &Path) -> String {
    let parts = path.strip_prefix(root).expect("a path in it").iter().map(|part| part.to_str().expect("UTF-8"));
    parts.collect::<Vec<_>>().join("/")
}

/// A line without its comment.
fn code_of(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// The sources with a line of code of which this holds. The C interface counts as one.
fn those(is: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let found = sources().into_iter().filter(|(_, text)| text.lines().map(code_of).any(&is)).map(|(name, _)| name);
    found.map(|name| if name.starts_with("ffi/") { "ffi/".to_owned() } else { name }).collect()
}

fn is_unsafe(code: &str) -> bool {
    code.split(|character: char| !character.is_alphanumeric() && character != '_').any(|word| word == "unsafe")
}

#[test]
fn unsafe_is_denied_but_where_it_is_listed() {
    assert_eq!(those(|code| code.contains("#![deny(unsafe_code)]")), BTreeSet::from(["lib.rs".to_owned()]));
    let allowed: BTreeSet<_> = ALLOWED.iter().map(|(place, _)| (*place).to_owned()).collect();
    assert_eq!(those(|code| code.contains("unsafe_code") && code.contains("allow")), allowed);
}

#[test]
fn unsafe_is_used_where_it_is_allowed_and_nowhere_else() {
    let used: BTreeSet<_> = ALLOWED.iter().flat_map(|(_, files)| *files).map(|file| (*file).to_owned()).collect();
    assert_eq!(those(is_unsafe), used);
}

/// A leaf's contract stands above it, or at the top for all of a file; that of the C interface in the header.
#[test]
fn leaf_states_its_contract_and_who_calls_it_why_it_is_kept() {
    let (mut leaves, mut calls) = (0, 0);
    for (name, text) in sources() {
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        let has_for_all = lines.iter().any(|line| line.starts_with("//! The leaves: "));
        for (index, line) in lines.iter().enumerate() {
            let place = format!("src/{name}:{}", index + 1);
            if code_of(line).contains("unsafe {") {
                // The statement that it stands in may be longer.
                let near = &lines[index.saturating_sub(6)..index];
                assert!(near.iter().any(|line| line.starts_with("// SAFETY: ")), "{place}: no SAFETY");
                calls += 1;
            } else if code_of(line).starts_with("unsafe extern \"C\" fn") && !name.starts_with("ffi/") {
                let above = lines[..index].iter().rfind(|line| !line.starts_with("#["));
                assert!(has_for_all || above.is_some_and(|line| line.starts_with("/// ")), "{place}: no contract");
                leaves += 1;
            }
        }
    }
    assert!(leaves > 10 && calls > 50, "{leaves} leaves, {calls} calls");
}
