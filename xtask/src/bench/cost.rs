//! What a finished command cost.

use std::process::Command;
use std::time::Instant;

use alicloud_codegen::cli::Failure;

/// Time in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// Of all processors, user and system, children included; zero where the system does not tell.
    pub(crate) cpu: f64,
    /// From start to end.
    pub(crate) wall: f64,
}

impl Cost {
    pub(crate) fn add(&mut self, other: &Self) {
        self.cpu += other.cpu;
        self.wall += other.wall;
    }

    pub(crate) fn per(self, runs: u32) -> Self {
        Self { cpu: self.cpu / f64::from(runs), wall: self.wall / f64::from(runs) }
    }
}

/// Runs the command to its end.
pub(crate) fn measure(command: &mut Command) -> Result<Cost, Failure> {
    let (cpu, started) = (children(), Instant::now());
    let status = command.status().map_err(|error| Failure(format!("{command:?} cannot be started: {error}")))?;
    let cost = Cost { cpu: children() - cpu, wall: started.elapsed().as_secs_f64() };
    if status.success() { Ok(cost) } else { Err(Failure(format!("{command:?} failed: {status}"))) }
}

/// The processor time of all finished children, as Linux accounts it, in hundredths of a second.
fn children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may hold anything but ends with the last bracket; user and system time of children.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    (ticks(13) + ticks(14)) / 100.0
}
