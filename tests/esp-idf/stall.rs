//! A broker that stands still: its connections stay open, and nothing is answered.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::project::finish;
use crate::support::bridge::Bridge;

/// Goes on at the end of its life.
pub struct Stall {
    broker: String,
}

impl Stall {
    /// Stops the broker of that bridge.
    pub fn of(bridge: &Bridge) -> Self {
        let stall = Self { broker: broker(bridge) };
        stall.signal("STOP");
        stall
    }

    fn signal(&self, name: &str) {
        finish(Command::new("sh").args(["-c", &format!("kill -{name} {}", self.broker)])).expect("the broker runs");
    }
}

impl Drop for Stall {
    fn drop(&mut self) {
        self.signal("CONT");
    }
}

/// The id of the process that runs with the configuration in that bridge's folder.
fn broker(bridge: &Bridge) -> String {
    let configuration = bridge.folder.join("mosquitto.conf").display().to_string();
    let is_broker = |process: &PathBuf| {
        let line = fs::read(process.join("cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).any(|argument| argument == configuration.as_bytes())
    };
    let mut processes = fs::read_dir("/proc").expect("/proc").map(|entry| entry.expect("a process").path());
    let process = processes.find(is_broker).expect("the broker");
    process.file_name().expect("its id").to_string_lossy().into_owned()
}
