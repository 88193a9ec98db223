//! Measures the explorer and the command `alicloud`: start, size, and the page in a browser.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use alicloud_codegen::cli::Failure;

use super::cost::{measure, peak};
use super::{figure, generator};
use crate::process::cargo;

pub(super) fn run(documents: &Path) -> Result<(), Failure> {
    let binary = generator()?;
    command(&binary)?;
    let added = crates(&[])?.saturating_sub(crates(&["--prune", "alicloud-explorer"])?);
    figure("crates that the explorer adds to the command", added, "40");
    if !documents.is_dir() {
        figure("explorer with all documents", "skipped", "1.5");
        return Ok(());
    }
    let started = Instant::now();
    let mut explorer = Explorer::start(&binary, documents)?;
    let index = started.elapsed().as_secs_f64();
    let page = page(&explorer.link)?;
    let usable = page.get("usable").map(|milliseconds| index + milliseconds / 1000.0);
    let shown = |name: &str| page.get(name).map_or_else(|| "skipped".to_owned(), |value| format!("{value:.1}"));
    let kilobytes = page.get("bytes").map_or_else(|| "skipped".to_owned(), |bytes| format!("{:.0}", bytes / 1000.0));
    figure("explorer with all documents, start to usable page, seconds", optional(usable), "1.5");
    figure("  its index, seconds", format!("{index:.2}"), "");
    figure("  its peak memory, MB", format!("{:.0}", peak(explorer.process.id())), "200");
    figure("  the page without data, kilobytes", kilobytes, "150");
    figure("  the first operation of ECS, click to form, ms", shown("first"), "100");
    figure("  another operation of ECS, median, ms", shown("open"), "100");
    figure("  a key in the search, median, ms", shown("key"), "16");
    figure("  a key in the search, slowest, ms", shown("slowest key"), "");
    explorer.stop();
    Ok(())
}

fn optional(value: Option<f64>) -> String {
    value.map_or_else(|| "skipped".to_owned(), |value| format!("{value:.2}"))
}

/// Measures the start and the size of the command.
fn command(binary: &Path) -> Result<(), Failure> {
    const RUNS: u32 = 50;
    let started = Instant::now();
    for _ in 0..RUNS {
        let status = Command::new(binary).arg("--help").stdout(Stdio::null()).status();
        status.map_err(|error| Failure(format!("{}: {error}", binary.display())))?;
    }
    let help = started.elapsed().as_secs_f64() * 1000.0 / f64::from(RUNS);
    figure("alicloud --help, ms", format!("{help:.1}"), "10");
    let stripped = binary.with_extension("stripped");
    let is_stripped = measure(Command::new("strip").arg("-o").arg(&stripped).arg(binary)).is_ok();
    let size =
        std::fs::metadata(if is_stripped { &stripped } else { binary }).map(|file| file.len()).unwrap_or_default();
    let name = if is_stripped { "alicloud, stripped, MB" } else { "alicloud, with symbols, MB" };
    figure(name, format!("{:.1}", size as f64 / 1e6), "15");
    Ok(())
}

/// Returns the number of crates in the tree of the command.
fn crates(more: &[&str]) -> Result<usize, Failure> {
    let mut tree =
        cargo(&["tree", "--package", "alicloud-cli", "--edges", "normal", "--prefix", "none", "--no-dedupe"]);
    let output = tree.args(more).output().map_err(|error| Failure(format!("cargo tree: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.lines().collect::<std::collections::BTreeSet<_>>().len())
}

/// A running explorer.
struct Explorer {
    process: Child,
    link: String,
}

impl Explorer {
    fn start(binary: &Path, documents: &Path) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| Failure(format!("the explorer does not start: {error}"));
        let mut command = Command::new(binary);
        command.arg("explore").arg("--no-open").arg(documents).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().map_err(failed)?;
        let mut link = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut link).map_err(failed)?;
        }
        Ok(Self { process, link: link.trim().to_owned() })
    }

    fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Measures the page in a browser; nothing on a machine without one.
fn page(link: &str) -> Result<BTreeMap<String, f64>, Failure> {
    let mut test = cargo(&["test", "--quiet", "--package", "alicloud-explorer", "--test", "speed", "--"]);
    test.args(["--ignored", "--nocapture"]).env("ALICLOUD_EXPLORER_LINK", link).stderr(Stdio::null());
    let output = test.output().map_err(|error| Failure(format!("the measurement of the page: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let values = text.lines().filter_map(|line| line.split_once("measured ")?.1.split_once(": "));
    Ok(values.filter_map(|(name, value)| Some((name.to_owned(), value.trim().parse().ok()?))).collect())
}
