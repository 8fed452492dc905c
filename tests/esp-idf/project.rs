//! A project of ESP-IDF, which `idf.py` of the user's tree builds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::support;

/// What the command prints; where it fails, the error is all that it said.
pub fn finish(command: &mut Command) -> Result<String, String> {
    let output = command.env_remove("MAKEFLAGS").output().map_err(|error| format!("{command:?}: {error}"))?;
    let [printed, complaint] = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    if output.status.success() { Ok(printed) } else { Err(format!("{command:?}\n{printed}{complaint}")) }
}

/// An empty folder of the test's own.
pub fn bench(test: &str) -> PathBuf {
    let folder = support::workshop("esp-idf").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

pub fn target_directory() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target directory")
}

/// `IDF_PATH`, which the export script of ESP-IDF sets.
pub fn idf_path() -> PathBuf {
    PathBuf::from(std::env::var("IDF_PATH").expect("IDF_PATH"))
}

/// Where a project lies, and where it is built for one chip.
pub struct Project {
    pub source: PathBuf,
    pub build: PathBuf,
    chip: &'static str,
    defaults: Vec<PathBuf>,
}

impl Project {
    /// `c-examples/esp-idf`, with the further settings of these files.
    pub fn example(name: &str, chip: &'static str, defaults: &[PathBuf]) -> Self {
        let build = support::workshop("esp-idf").join(name);
        Self { source: support::root().join("c-examples/esp-idf"), build, chip, defaults: defaults.to_vec() }
    }

    /// `idf.py` with this command.
    pub fn idf(&self, command: &[&str]) -> Result<String, String> {
        // Each build uses all processors.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        fs::create_dir_all(&self.build).expect("a folder");
        // The settings of a build before would count more than the defaults.
        let sdkconfig = self.build.join("sdkconfig");
        let _ = fs::remove_file(&sdkconfig);
        let defaults = [vec![self.source.join("sdkconfig.defaults")], self.defaults.clone()].concat();
        let defaults: Vec<_> = defaults.iter().map(|file| file.display().to_string()).collect();
        let archives = if self.chip == "linux" { "shipped-by-esp-idf" } else { "firmware" };
        let mut idf = Command::new("idf.py");
        idf.arg("-C").arg(&self.source).arg("-B").arg(&self.build).arg("--preview");
        idf.arg(format!("-DIDF_TARGET={}", self.chip)).arg(format!("-DSDKCONFIG={}", sdkconfig.display()));
        idf.arg(format!("-DSDKCONFIG_DEFAULTS={}", defaults.join(";")));
        idf.arg(format!("-DJWT_MINT_TARGET_DIR={}", target_directory().join(archives).display()));
        finish(idf.args(command))
    }
}
