//! A program that runs beside a test, and what it says.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

/// More lines than any program says before the one that is waited for.
const PATIENCE: usize = 10_000;

/// Ended with its last user.
pub struct Running {
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("it starts");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        Self { process, output }
    }

    /// Waits, by way of the output, for a line that holds that; all the lines up to it.
    pub fn says(&mut self, what: &str) -> String {
        let mut said = String::new();
        for _ in 0..PATIENCE {
            let mut line = Vec::new();
            let len = self.output.read_until(b'\n', &mut line).expect("output");
            assert_ne!(len, 0, "it has ended without: {what}\n{said}");
            let line = String::from_utf8_lossy(&line);
            said.push_str(line.trim_end());
            said.push('\n');
            if line.contains(what) {
                return said;
            }
        }
        panic!("it does not say: {what}\n{said}");
    }

    pub fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        assert!(kill.args(["-s", name, &self.process.id().to_string()]).status().expect("kill").success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Not KILL: `timeout` hands TERM on to what it runs. One that was stopped gets it when it goes on.
        for name in ["TERM", "CONT"] {
            let _ = Command::new("kill").args(["-s", name, &self.process.id().to_string()]).status();
        }
        let _ = self.process.wait();
    }
}
