//! mbedTLS, from the sources that a package on crates.io carries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aws_lc_rs::digest;

use crate::archive;
use crate::bench::Bench;
use crate::support;

#[derive(Clone, Copy)]
pub enum Configuration {
    /// include/mbedtls/mbedtls_config.h, as it is.
    Shipped,
    /// What `others/mbedtls/zephyr.h` tells.
    Zephyr,
}

const PACKAGE: &str = "mbedtls-rs-sys";
const VERSION: &str = "0.3.1";
const SHA256: &str = "ed3d6fe75492994df511a63da8de669a0c59938ada3345e3d4756aec095d2ffb";

/// What the two operations need; in the shipped configuration the layer above the hashes refers to all of them.
const LIBRARY: &[&str] = &[
    "asn1parse.c",
    "asn1write.c",
    "bignum.c",
    "bignum_core.c",
    "constant_time.c",
    "ecdsa.c",
    "ecp.c",
    "ecp_curves.c",
    "hmac_drbg.c",
    "md.c",
    "md5.c",
    "oid.c",
    "platform_util.c",
    "ripemd160.c",
    "rsa.c",
    "rsa_alt_helpers.c",
    "sha1.c",
    "sha256.c",
    "sha3.c",
    "sha512.c",
];

/// The objects of one operation.
pub fn objects(
    bench: &Bench,
    operation: &str,
    configuration: Configuration,
    heap: u32,
) -> Result<Vec<PathBuf>, String> {
    let sources = sources()?.join("mbedtls");
    let own = Path::new("tests/footprint/others/mbedtls");
    let heap = format!("-DHEAP_SIZE={heap}");
    let include = format!("-I{}", sources.join("include").display());
    let internal = format!("-I{}", sources.join("library").display());
    let mut options = vec!["-O2", "-ffunction-sections", "-fdata-sections", "-Itests/footprint/others/mbedtls"];
    // The C library has a heap of its own, which self-tests bring in by way of printf().
    options.extend(["-Dcalloc=heap_calloc", "-Dfree=heap_free", &heap, &include, &internal]);
    options.push(match configuration {
        // It asks for a clock, which nothing here reads.
        Configuration::Shipped => "-DMBEDTLS_PLATFORM_MS_TIME_ALT",
        Configuration::Zephyr => "-DMBEDTLS_CONFIG_FILE=\"zephyr.h\"",
    });
    let library = LIBRARY.iter().map(|file| sources.join("library").join(file));
    let all = library.chain([own.join("heap.c"), own.join(operation).with_extension("c")]);
    all.map(|source| bench.compile(&source, &options, &[])).collect()
}

/// The package's folder, unpacked; cargo fetches it where it is not there.
fn sources() -> Result<PathBuf, String> {
    let name = format!("{PACKAGE}-{VERSION}");
    let workshop = support::workshop("footprint");
    let folder = workshop.join(&name);
    if folder.join("mbedtls/library").exists() {
        return Ok(folder);
    }
    // `cargo info` fetches the package alone; a dependency would bring 150 others.
    archive::run(
        Command::new(env!("CARGO")).args(["info", "--registry", "crates-io"]).arg(format!("{PACKAGE}@{VERSION}")),
    )?;
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo"))).ok_or("no CARGO_HOME")?;
    let caches = fs::read_dir(home.join("registry/cache")).map_err(|error| error.to_string())?;
    let packed = |cache: std::io::Result<fs::DirEntry>| Some(cache.ok()?.path().join(format!("{name}.crate")));
    let packed = caches.filter_map(packed).find(|path| path.exists()).ok_or_else(|| format!("cargo has no {name}"))?;
    let bytes = fs::read(&packed).map_err(|error| error.to_string())?;
    let found: String =
        digest::digest(&digest::SHA256, &bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    if found != SHA256 {
        return Err(format!("{}: the SHA-256 is {found}", packed.display()));
    }
    archive::run(Command::new("tar").arg("-xzf").arg(&packed).arg("-C").arg(&workshop))?;
    Ok(folder)
}
