//! Compares a call with the same call without an SDK. Client and server are separate processes.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use alicloud_codegen::cli::Failure;

use super::cost::measure;
use super::{PACKAGE, figure};
use crate::files::{read, write};
use crate::process::{cargo, target};
use crate::root;

const SERVER: &str = include_str!("call/server.rs");
const CLIENT: &str = include_str!("call/client.rs");
const BARE: &str = include_str!("call/bare.rs");

const DEPENDENCIES: &str = r#"
bytes = "1"
getrandom = "0.4"
http-body-util = "0.1"
hyper = { version = "1", features = ["client", "http1", "server"] }
hyper-util = { version = "0.1", features = ["client-legacy", "http1", "tokio"] }
reqwest = { version = "0.13", default-features = false, features = ["rustls-no-provider"] }
rustls = { version = "0.23", default-features = false, features = ["ring", "std", "tls12"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
stats_alloc = "0.1"
tokio = { version = "1", features = ["macros", "net", "rt-multi-thread"] }

[[bin]]
name = "client"
path = "src/client/main.rs"

[[bin]]
name = "server"
path = "src/server.rs"

[features]
tracing = ["alicloud-core/tracing"]

[workspace]

[profile.release]
debug = 1
"#;

/// The number of measurements of each variant, alternating.
const SLICES: u32 = 200;

pub(super) fn run() -> Result<(), Failure> {
    if !Path::new("/proc/self/schedstat").exists() {
        // Other systems do not report processor time with this precision.
        figure("a call", "skipped", "");
        return Ok(());
    }
    let folder = target().join("bench/call");
    sources(&folder)?;
    let with_spans = build(&folder, "with-spans", &["--features", "tracing"])?;
    let client = build(&folder, "client", &[])?;
    let server = Server::start(&folder.join("target/release/server"))?;
    let call = Program { client: &client, port: server.port };

    let sign = Program::read(Command::new(&client).args(["sign", "200000"]))?;
    figure("one V3 signature, best of 20, microseconds", format!("{:.2}", sign.cpu), "1.6");
    figure("  its allocations", format!("{:.1}", sign.allocations), "12");

    for (concurrency, title) in [(1, "one after another"), (64, "64 concurrent")] {
        let calls = if concurrency == 1 { 500 } else { 1280 };
        for (library, sequential_budget, concurrent_budget, allocations) in
            [("reqwest", "1.03", "1.05", "100"), ("hyper", "1.10", "", "65")]
        {
            let (bare, ours) = (format!("bare-{library}"), format!("ours-{library}"));
            let [before, after, ratio] = call.compare(&bare, &ours, calls, concurrency)?;
            figure(&format!("a call, {title}, CPU microseconds, on {library}"), format!("{after:.1}"), "");
            figure(&format!("  bare {library} with the same signature"), format!("{before:.1}"), "");
            figure(
                "  ratio, median of slices",
                format!("{ratio:.3}"),
                if concurrency == 1 { sequential_budget } else { concurrent_budget },
            );
            if concurrency == 1 {
                let allocated = |variant| call.cost(variant, 3000, 1).map(|cost| format!("{:.1}", cost.allocations));
                figure("  allocations per call", allocated(&ours)?, allocations);
                figure("  bare", allocated(&bare)?, "");
            } else if library == "hyper" {
                let [.., ratio] = call.compare("bare-reqwest", &ours, calls, concurrency)?;
                figure("  ratio to bare reqwest", format!("{ratio:.3}"), "1.05");
            }
        }
    }
    for (variant, library) in [("ours-reqwest", "reqwest"), ("ours-hyper", "hyper")] {
        let cost = call.cost(variant, 20_000, 64)?;
        let name = format!("peak memory after 20,000 calls, 64 concurrent, MB, on {library}");
        figure(&name, format!("{:.1}", cost.peak / 1000.0), "14");
    }
    instructions(&client, &with_spans, server.port)
}

/// Measures instructions, which vary less than time on a shared machine, and the cost of disabled spans.
fn instructions(without: &Path, with_spans: &Path, port: u16) -> Result<(), Failure> {
    let missing = |command: &str| {
        Command::new(command).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err()
    };
    if missing("valgrind") {
        figure("instructions per call", "skipped", "");
        return Ok(());
    }
    for (library, budget) in [("reqwest", "1.03"), ("hyper", "1.10")] {
        let bare = count_instructions(without, &format!("bare-{library}"), port)?;
        let variant = format!("ours-{library}");
        let ours = count_instructions(without, &variant, port)?;
        figure(&format!("instructions per call, on {library}"), format!("{ours:.0}"), "");
        figure(&format!("  bare {library} with the same signature"), format!("{bare:.0}"), "");
        figure("  ratio", format!("{:.3}", ours / bare), budget);
        let with_spans = count_instructions(with_spans, &variant, port)?;
        figure("  with spans compiled in and disabled, ratio", format!("{:.4}", with_spans / ours), "1.010");
    }
    Ok(())
}

/// Returns the instructions of a call in one thread: the difference between a thousand calls and none.
fn count_instructions(client: &Path, variant: &str, port: u16) -> Result<f64, Failure> {
    let total = |calls: &str| {
        let mut command = Command::new("valgrind");
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(client);
        command.args([variant, calls, "1", &port.to_string(), "one-thread"]);
        let output = command.output().map_err(|error| Failure(format!("valgrind: {error}")))?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let count = text.lines().find_map(|line| line.split("Collected : ").nth(1)?.trim().parse::<f64>().ok());
        count.ok_or_else(|| Failure(format!("valgrind printed no count: {text}")))
    };
    Ok((total("1100")? - total("100")?) / 1000.0)
}

fn sources(folder: &Path) -> Result<(), Failure> {
    let path = |name: &str| root().join("crates").join(name).display().to_string();
    let manifest = format!(
        "[package]\nname = \"call\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         {PACKAGE} = {{ path = {:?} }}\nalicloud-core = {{ path = {:?}, features = [\"hyper\"] }}{DEPENDENCIES}",
        path("appstream-center-20210901"),
        path("core"),
    );
    write(&folder.join("Cargo.toml"), &manifest)?;
    write(&folder.join("src/server.rs"), SERVER)?;
    write(&folder.join("src/client/main.rs"), CLIENT)?;
    write(&folder.join("src/client/bare.rs"), BARE)?;
    write(&folder.join("Cargo.lock"), &read(&root().join("Cargo.lock"))?)
}

/// Builds the programs, and copies the client.
fn build(folder: &Path, name: &str, features: &[&str]) -> Result<PathBuf, Failure> {
    let mut command = cargo(&["build", "--quiet", "--release"]);
    command.args(features).current_dir(folder).env("CARGO_TARGET_DIR", folder.join("target"));
    measure(&mut command)?;
    let (built, kept) = (folder.join("target/release/client"), folder.join(name));
    std::fs::copy(&built, &kept).map_err(|error| Failure(format!("{}: {error}", built.display())))?;
    Ok(kept)
}

/// The server, which is stopped when it is dropped.
struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start(program: &Path) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| Failure(format!("{}: {error}", program.display()));
        let mut process = Command::new(program).stdout(Stdio::piped()).spawn().map_err(failed)?;
        let mut line = String::new();
        if let Some(out) = process.stdout.take() {
            BufReader::new(out).read_line(&mut line).map_err(failed)?;
        }
        let port = line.trim().parse().map_err(|_| Failure("the server printed no port".to_owned()))?;
        Ok(Self { process, port })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

struct Program<'a> {
    client: &'a Path,
    port: u16,
}

/// The cost of a call: microseconds, allocations, and the peak memory of the process in KiB.
struct Cost {
    cpu: f64,
    allocations: f64,
    peak: f64,
}

impl Program<'_> {
    fn cost(&self, variant: &str, calls: u32, concurrency: u32) -> Result<Cost, Failure> {
        let mut command = Command::new(self.client);
        Self::read(command.args([variant, &calls.to_string(), &concurrency.to_string(), &self.port.to_string()]))
    }

    /// Returns the costs of two variants in microseconds, and their ratio.
    fn compare(&self, first: &str, second: &str, calls: u32, concurrency: u32) -> Result<[f64; 3], Failure> {
        let mut command = Command::new(self.client);
        command.arg(format!("{first},{second}"));
        Self::figures(command.args([calls, concurrency, u32::from(self.port), SLICES].map(|number| number.to_string())))
    }

    fn read(command: &mut Command) -> Result<Cost, Failure> {
        let [cpu, allocations, peak] = Self::figures(command)?;
        Ok(Cost { cpu, allocations, peak })
    }

    /// Parses the three numbers that a program prints.
    fn figures(command: &mut Command) -> Result<[f64; 3], Failure> {
        let output = command.output().map_err(|error| Failure(format!("{command:?}: {error}")))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let figures: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        match figures.try_into() {
            Ok(figures) if output.status.success() => Ok(figures),
            _ => Err(Failure(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)))),
        }
    }
}
