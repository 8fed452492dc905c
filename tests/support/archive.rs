//! The archive as it is shipped.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the static library of the release profile and returns where it is. The crate types stand on the command line
/// because link-time optimisation is left out for a library that is also an `rlib`.
pub fn shipped() -> Result<PathBuf, String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().ok_or("no target directory")?.join("shipped");
    let output = Command::new(env!("CARGO"))
        .args(["rustc", "--release", "--lib", "--crate-type", "staticlib,cdylib", "--target-dir"])
        .arg(&target)
        .current_dir(super::root())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if output.status.success() {
        Ok(target.join("release/libjwt_mint.a"))
    } else {
        Err(format!("the library does not build:\n{}", String::from_utf8_lossy(&output.stderr)))
    }
}
