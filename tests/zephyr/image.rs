//! Applications built with Zephyr, as its users build them: CMake and ninja, with the tree that ZEPHYR_BASE names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support;

/// A board of Zephyr, and how what was built for it is started.
pub struct Board {
    pub name: &'static str,
    /// QEMU's machine; `None` where the image is a program of this machine.
    pub machine: Option<&'static str>,
}

pub const CORTEX_M3: Board = Board { name: "qemu_cortex_m3", machine: Some("lm3s6965evb") };
/// Zephyr starts Arm's own simulator for this board; QEMU has it too.
pub const CORTEX_M4: Board = Board { name: "mps2/an386", machine: Some("mps2-an386") };
/// A Cortex-M33 without the DSP extension.
pub const CORTEX_M33: Board = Board { name: "mps2/an521/cpu0", machine: Some("mps2-an521") };
/// A Cortex-M55 with it.
pub const CORTEX_M55: Board = Board { name: "mps3/corstone300/an547", machine: Some("mps3-an547") };
pub const NATIVE_32: Board = Board { name: "native_sim", machine: None };
pub const NATIVE_64: Board = Board { name: "native_sim/native/64", machine: None };

/// A build folder of an application. It stays between runs, so that ninja builds only what has changed.
pub struct Image {
    pub board: &'static Board,
    application: PathBuf,
    folder: PathBuf,
}

/// What CMake said in the end, and that it failed.
pub type Refusal = String;

impl Image {
    pub fn new(board: &'static Board, application: &str, name: &str) -> Self {
        let folder = support::workshop("zephyr").join(name);
        Self { board, application: support::root().join(application), folder }
    }

    /// Configures with these settings and builds. Fails where Kconfig could not give an option the value that was asked for,
    /// which Zephyr takes for a warning only.
    pub fn build(&self, settings: &[String]) -> Result<(), Refusal> {
        self.configure(settings)?;
        let said = finish(self.command("ninja").arg("-C").arg(&self.folder))?;
        for line in said.lines().filter(|line| ["FLASH:", "RAM:"].iter().any(|memory| line.contains(memory))) {
            println!("{} {}: {}", self.board.name, self.folder.display(), line.trim());
        }
        let warning = said.lines().find(|line| line.contains("warning: ") && line.contains("/jwt-mint/"));
        warning.map_or(Ok(()), |warning| Err(warning.to_owned()))
    }

    pub fn configure(&self, settings: &[String]) -> Result<(), Refusal> {
        // A setting that is not given any more would stay in the cache.
        let _ = fs::remove_file(self.folder.join("CMakeCache.txt"));
        let mut command = self.command("cmake");
        command.args(["-GNinja", "-DBUILD_VERSION=trial"]).arg(format!("-DBOARD={}", self.board.name));
        if self.board.machine.is_some() {
            command.arg("-DCONFIG_BUILD_OUTPUT_BIN=y");
        }
        // What other tests built for a chip is not built again.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target directory");
        let built = target.join(if self.board.machine.is_some() { "firmware" } else { "zephyr-native" });
        command.arg(format!("-DJWT_MINT_TARGET_DIR={}", built.display()));
        command.arg("-S").arg(&self.application).arg("-B").arg(&self.folder).args(settings);
        let said = finish(&mut command)?;
        if said.contains("was assigned the value") { Err(said) } else { Ok(()) }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        // The oldest time that a clock may show; the same in every build.
        command.env("SOURCE_DATE_EPOCH", "1690000000").env_remove("MAKEFLAGS");
        if self.board.machine.is_none() {
            command.env("ZEPHYR_TOOLCHAIN_VARIANT", "host");
        } else if ["ZEPHYR_TOOLCHAIN_VARIANT", "ZEPHYR_SDK_INSTALL_DIR"]
            .iter()
            .all(|name| std::env::var_os(name).is_none())
        {
            // Debian's compiler.
            command.env("ZEPHYR_TOOLCHAIN_VARIANT", "cross-compile").env("CROSS_COMPILE", "/usr/bin/arm-none-eabi-");
        }
        command
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join("zephyr").join(name)
    }

    /// Starts it, for as many seconds at most; `options` are for QEMU or for the program.
    pub fn start(&self, seconds: u32, options: &[String]) -> Command {
        let mut command = Command::new("timeout");
        command.arg(seconds.to_string());
        match self.board.machine {
            Some(machine) => {
                // The ELF file says where it belongs. But its sections of RAM would lie over what options load there.
                let file = if options.is_empty() { "zephyr.elf" } else { "zephyr.bin" };
                command.args(["qemu-system-arm", "-M", machine, "-nographic", "-monitor", "none", "-kernel"]);
                command.arg(self.file(file))
            }
            None => command.args(["stdbuf", "-oL"]).arg(self.file("zephyr.exe")),
        }
        .args(options);
        command
    }
}

fn finish(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    if output.status.success() { Ok(said) } else { Err(format!("{command:?}\n{said}")) }
}
