//! The cost of a command.

use std::process::Command;
use std::time::{Duration, Instant};

use alicloud_codegen::cli::Failure;

/// Times in seconds, memory in megabytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// The processor time, user and system, with children; zero if the system does not report it.
    pub(crate) cpu: f64,
    /// The elapsed time.
    pub(crate) wall: f64,
    /// The peak memory of one of the processes, as far as it was sampled; zero if the system does not report it.
    pub(crate) peak: f64,
}

impl Cost {
    pub(crate) fn add(&mut self, other: &Self) {
        self.cpu += other.cpu;
        self.wall += other.wall;
        self.peak = self.peak.max(other.peak);
    }

    pub(crate) fn per(self, runs: u32) -> Self {
        Self { cpu: self.cpu / f64::from(runs), wall: self.wall / f64::from(runs), peak: self.peak }
    }
}

/// Runs a command to its end.
pub(crate) fn measure(command: &mut Command) -> Result<Cost, Failure> {
    let (cpu, started) = (children(), Instant::now());
    let spawned = command.spawn();
    let mut child = spawned.map_err(|error| Failure(format!("{command:?} cannot be started: {error}")))?;
    let mut peak = 0.0_f64;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|error| Failure(error.to_string()))? {
            break status;
        }
        peak = peak.max(self::peak(child.id()));
        std::thread::sleep(Duration::from_millis(10));
    };
    let cost = Cost { cpu: children() - cpu, wall: started.elapsed().as_secs_f64(), peak };
    if status.success() { Ok(cost) } else { Err(Failure(format!("{command:?} failed: {status}"))) }
}

/// Returns the processor time of all finished children in hundredths of a second, by Linux.
fn children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name, which may contain anything and ends with the last parenthesis; user and system time of children.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    (ticks(13) + ticks(14)) / 100.0
}

/// Returns the peak memory of a process or one of its children in megabytes, by Linux.
pub(crate) fn peak(root: u32) -> f64 {
    let mut pending = vec![root];
    let mut peak = 0.0_f64;
    while let Some(process) = pending.pop() {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        peak = peak.max(kilobytes.unwrap_or_default() / 1024.0);
        let tasks = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
        for task in tasks {
            let started = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
            pending.extend(started.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
        }
    }
    peak
}
