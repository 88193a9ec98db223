//! Other programs, run by tests.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs a program without input and output, and kills it after `limit`.
///
/// # Errors
/// If the program cannot be started, fails, or takes longer than `limit`.
pub fn run_quietly(command: &mut Command, limit: Duration) -> Result<(), String> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(status.to_string()),
            Ok(None) if start.elapsed() < limit => std::thread::sleep(Duration::from_millis(20)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("not done within {limit:?}"));
            }
        }
    }
}
