//! The committed header is what cbindgen makes of `src/ffi`, and what it says twice it says alike.

use std::path::Path;

const HEADER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/include/jwt_mint.h");

/// In the order in which a reader meets them.
const SOURCES: &[&str] = &[
    "src/status.rs",
    "src/ffi/status.rs",
    "src/ffi/types.rs",
    "src/ffi/signer.rs",
    "src/ffi/es256.rs",
    "src/ffi/rs256.rs",
    "src/ffi/hs256.rs",
    "src/ffi/private_key.rs",
    "src/ffi/mint.rs",
    "src/ffi/verify.rs",
    "src/ffi/verified.rs",
    "src/ffi/guard.rs",
    "src/ffi/attach.rs",
    "src/renewal.rs",
    "src/ffi/renewal.rs",
    "src/ffi/selftest.rs",
];

fn generate() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml");
    let builder = SOURCES.iter().fold(cbindgen::Builder::new(), |builder, source| builder.with_src(root.join(source)));
    let mut header = Vec::new();
    builder.with_config(config).generate().expect("bindings").write(&mut header);
    String::from_utf8(header).expect("UTF-8")
}

/// `JWT_MINT_BLESS=1 cargo test --test header` writes the header instead.
#[test]
fn header_is_what_the_source_says() {
    let generated = generate();
    if std::env::var_os("JWT_MINT_BLESS").is_some() {
        std::fs::write(HEADER, &generated).expect("write the header");
    }
    let committed = std::fs::read_to_string(HEADER).unwrap_or_default();
    assert!(committed == generated, "include/jwt_mint.h is stale: JWT_MINT_BLESS=1 cargo test --test header");
}

#[test]
fn version_macros_are_the_packages() {
    let header = std::fs::read_to_string(HEADER).expect("header");
    for line in [
        concat!("#define JWT_MINT_VERSION_MAJOR ", env!("CARGO_PKG_VERSION_MAJOR"), "\n"),
        concat!("#define JWT_MINT_VERSION_MINOR ", env!("CARGO_PKG_VERSION_MINOR"), "\n"),
        concat!("#define JWT_MINT_VERSION_PATCH ", env!("CARGO_PKG_VERSION_PATCH"), "\n"),
        concat!("#define JWT_MINT_VERSION_STRING \"", env!("CARGO_PKG_VERSION"), "\"\n"),
    ] {
        assert!(header.contains(line), "the header lacks {line:?}");
    }
}
