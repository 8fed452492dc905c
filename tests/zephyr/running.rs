//! An image that runs, and what it says.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

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

    /// Waits for a line that holds that; all the lines up to it, and what was said instead where it ends without.
    pub fn until(&mut self, what: &str) -> Result<String, String> {
        let mut said = String::new();
        loop {
            let mut line = Vec::new();
            if !matches!(self.output.read_until(b'\n', &mut line), Ok(1..)) {
                return Err(format!("it has ended without: {what}\n{said}"));
            }
            let line = String::from_utf8_lossy(&line);
            said.push_str(line.trim_end());
            said.push('\n');
            if line.contains(what) {
                return Ok(said);
            }
        }
    }

    pub fn says(&mut self, what: &str) -> String {
        self.until(what).unwrap_or_else(|why| panic!("{why}"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Not KILL: `timeout` hands this one on to what it runs.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}
