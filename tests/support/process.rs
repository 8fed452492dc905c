//! Runs a program that may crash or hang.

use std::io::Read;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The longest that one case may take on this machine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What the program wrote to its standard output; where it failed, crashed or hung, the error tells.
pub fn run(program: &Path, arguments: &[&str]) -> Result<String, String> {
    run_within(TIMEOUT, program, arguments)
}

/// As [`run`], with another limit for a hang.
pub fn run_within(limit: Duration, program: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let output = drain(child.stdout.take());
    let errors = drain(child.stderr.take());

    let deadline = Instant::now() + limit;
    let mut pause = Duration::from_millis(1);
    let ended = loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => break Ok(status),
            None if Instant::now() > deadline => {
                // An error means that it ended by itself in the meantime.
                let _ = child.kill();
                let _ = child.wait();
                break Err(format!("did not end within {} seconds", limit.as_secs()));
            }
            None => thread::sleep(pause),
        }
        pause = (pause * 2).min(Duration::from_millis(50));
    };
    let output = output.join().unwrap_or_default();
    let errors = errors.join().unwrap_or_default();
    match ended {
        Ok(status) if status.success() => Ok(output),
        Ok(status) => Err(format!("{}\n{output}{errors}", describe(status))),
        Err(why) => Err(format!("{why}\n{output}{errors}")),
    }
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What arrived before a pipe broke is still worth showing.
            let _ = pipe.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn describe(status: ExitStatus) -> String {
    match status.code() {
        Some(1) => "failed checks:".to_owned(),
        _ => format!("ended with {status}"),
    }
}
