//! A bridge of a test's own: a real broker and a real HTTP server on loopback, on a clock that the test sets.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// 2023-11-14T22:13:20Z.
pub const NOW: i64 = 1_700_000_000;
/// For whatever is waited for.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What `look` finds, once it does.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let give_up = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < give_up, "waited in vain: {what}");
        sleep(Duration::from_millis(20));
    }
}

/// A bridge. It ends with its input, so it does not outlive the test, however that ends.
pub struct Bridge {
    pub folder: PathBuf,
    process: Child,
    input: Option<ChildStdin>,
}

impl Bridge {
    pub fn start(name: &str) -> Self {
        Self::start_with(name, &[])
    }

    /// With further options for `bridge.c`.
    pub fn start_with(name: &str, options: &[String]) -> Self {
        let folder = super::workshop("bridge").join(name);
        for old in ["devices", "journal", "ports"] {
            let old = folder.join(old);
            let _ = fs::remove_dir_all(&old).or_else(|_| fs::remove_file(&old));
        }
        fs::create_dir_all(&folder).expect("a folder");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("a folder of one's own");
        set_clock(&folder, NOW * 1000);
        let mut process = Command::new(super::root().join("c-examples/bridge/bridge.sh"))
            .arg("run")
            .arg(&folder)
            .arg("--clock")
            .arg(folder.join("clock"))
            .args(options)
            .stdin(Stdio::piped())
            .spawn()
            .expect("bridge.sh");
        let input = process.stdin.take();
        let mut bridge = Self { folder, process, input };
        wait_for("the bridge", || {
            assert!(bridge.process.try_wait().expect("wait").is_none(), "the bridge has ended");
            bridge.folder.join("ports").exists().then_some(())
        });
        bridge.register("ec-device", &["ec_public.pem"]);
        bridge.register("rsa-device", &["rsa_2048_public.pem"]);
        bridge
    }

    pub fn register(&self, device: &str, keys: &[&str]) {
        let folder = self.folder.join("devices").join(device);
        fs::create_dir_all(&folder).expect("a folder");
        for key in keys {
            fs::copy(super::root().join("tests/keys").join(key), folder.join(key)).expect(key);
        }
    }

    pub fn port(&self, name: &str) -> u16 {
        let ports = fs::read_to_string(self.folder.join("ports")).expect("ports");
        let line = ports.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        line.expect(name).parse().expect("a number")
    }

    pub fn journal(&self) -> Vec<String> {
        fs::read_to_string(self.folder.join("journal")).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// The lines of the journal that begin like that, without that.
    pub fn noted(&self, start: &str) -> Vec<String> {
        self.journal().iter().filter_map(|line| line.strip_prefix(start)).map(str::to_owned).collect()
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        drop(self.input.take());
        for _ in 0..250 {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            sleep(Duration::from_millis(20));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Sets it to these milliseconds since 1970.
pub fn set_clock(folder: &Path, ms: i64) {
    let fresh = folder.join("clock.new");
    fs::write(&fresh, format!("{ms}\n")).expect("the clock");
    fs::rename(fresh, folder.join("clock")).expect("the clock");
}

pub fn clock(folder: &Path) -> i64 {
    fs::read_to_string(folder.join("clock")).expect("the clock").trim().parse().expect("a number")
}
