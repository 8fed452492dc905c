//! Plugins for the emulator, made by this machine's C compiler.

use std::path::{Path, PathBuf};

use super::compiler::WARNINGS;
use super::{process, root, workshop};

/// The plugin of one source file.
pub fn build(source: &str) -> Result<PathBuf, String> {
    let source = root().join(source);
    let name = source.file_stem().ok_or("a file without a name")?;
    let object = workshop("plugins").join(name).with_extension("so");
    let path = |path: &Path| path.to_str().map(str::to_owned).ok_or("a path that is not UTF-8");
    let (from, to) = (path(&source)?, path(&object)?);
    let options = ["-std=c11", "-O2", "-fPIC", "-shared"];
    process::run(Path::new("cc"), &[&options, WARNINGS, &[from.as_str(), "-o", to.as_str()]].concat())?;
    Ok(object)
}
