//! What the test targets that run C code share: where things are, the archive, the compilers, the keys, the runner.
#![allow(dead_code)] // no target uses all of it

pub mod archive;
pub mod bridge;
pub mod compiler;
pub mod header;
pub mod keys;
pub mod plugin;
pub mod process;
pub mod rounds;
pub mod running;
pub mod secrets;
pub mod suite;
pub mod token;

use std::path::{Path, PathBuf};

/// The package's own folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of the test target `name` inside the target directory.
pub fn workshop(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("make a folder in the target directory");
    folder
}
