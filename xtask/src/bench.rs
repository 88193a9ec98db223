//! `cargo xtask bench`: prints measurements and their budgets. The command never fails because of a budget: machines
//! differ, so the relevant measurements are ratios within one run.

mod call;
mod cost;
mod explorer;
mod program;

use std::path::PathBuf;

use alicloud_codegen::cli::Failure;

use crate::files::read;
use crate::process::{cargo, target};
use crate::root;
use cost::{Cost, measure};

/// The measurements
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only the groups whose name begins with one of these words: generate, crate, program, call, corpus, explorer;
    /// corpus-check runs only if it is named
    groups: Vec<String>,
    /// A folder of the vendor's documents, for the measurements of ECS and of all documents
    #[arg(long, value_name = "DIR", default_value = "../shared/metadata")]
    documents: PathBuf,
}

/// The crate that is measured.
const PACKAGE: &str = "alicloud-appstream-center-20210901";

/// Documents of growing size: the number of operations, and of runs.
const GROWTH: &[(&str, u32, u32)] = &[
    ("tag/2018-08-28", 29, 20),
    ("appstream-center/2021-09-01", 46, 20),
    ("dds/2015-12-01", 111, 10),
    ("ecs/2014-05-26", 347, 5),
    ("iot/2018-01-20", 425, 5),
];

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let is_selected = |group: &str| {
        arguments.groups.is_empty() || arguments.groups.iter().any(|word| group.starts_with(word.as_str()))
    };
    println!("{:<58} {:>14} {:>14}", "figure", "measured", "budget");
    if is_selected("generate") {
        generate(arguments)?;
    }
    if is_selected("crate") {
        builds()?;
        ecs(arguments)?;
    }
    if is_selected("program") {
        program::run()?;
    }
    if is_selected("call") {
        call::run()?;
    }
    if is_selected("corpus") {
        corpus(arguments)?;
    }
    if is_selected("explorer") {
        explorer::run(&arguments.documents)?;
    }
    // Takes several minutes on all processors.
    if arguments.groups.iter().any(|word| word == "corpus-check") {
        corpus_check(arguments)?;
    }
    Ok(true)
}

/// Prints a line of the table.
fn figure(name: &str, measured: impl std::fmt::Display, budget: impl std::fmt::Display) {
    println!("{name:<58} {measured:>14} {budget:>14}");
}

/// Builds `alicloud` in the release profile. Returns its path.
fn generator() -> Result<PathBuf, Failure> {
    measure(&mut cargo(&["build", "--quiet", "--release", "--package", "alicloud-cli"]))?;
    Ok(target().join("release").join(format!("alicloud{}", std::env::consts::EXE_SUFFIX)))
}

fn generate(arguments: &Arguments) -> Result<(), Failure> {
    let generator = generator()?;
    let out = target().join("bench/generated");
    let spec = root().join("spec/appstream-center/2021-09-01.json");
    let once = |spec: &std::path::Path, folder: &str, runs: u32| -> Result<Cost, Failure> {
        let mut total = Cost::default();
        for _ in 0..runs {
            let mut command = std::process::Command::new(&generator);
            command
                .args(["generate", "--skip-unsupported", "--format", "json", "--spec"])
                .arg(spec)
                .arg("--out")
                .arg(out.join(folder));
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
            total.add(&measure(&mut command)?);
        }
        Ok(total.per(runs))
    };
    let cost = once(&spec, "appstream-center", 20)?;
    figure("generate App Streaming, CPU ms per operation", format!("{:.2}", cost.cpu * 1000.0 / 92.0), "3");
    let lines = lines(&root().join("crates/appstream-center-20210901/src"))?;
    figure("lines per operation, without blank and comment lines", format!("{:.1}", lines as f64 / 92.0), "150");
    let ecs = arguments.documents.join("ecs/2014-05-26/api-docs.json");
    if ecs.is_file() {
        let cost = once(&ecs, "ecs", 5)?;
        figure("generate ECS (347 operations), CPU seconds", format!("{:.2}", cost.cpu), "1.0");
        figure("  the same, peak memory, MB", format!("{:.0}", cost.peak), "");
    } else {
        figure("generate ECS", "skipped", "1.0");
    }
    let mut per_operation = Vec::new();
    for (document, operations, runs) in GROWTH {
        let path = arguments.documents.join(document).join("api-docs.json");
        if path.is_file() {
            per_operation.push(once(&path, &document.replace('/', "-"), *runs)?.cpu * 1000.0 / f64::from(*operations));
        }
    }
    if let (Some(minimum), Some(maximum)) =
        (per_operation.iter().copied().reduce(f64::min), per_operation.iter().copied().reduce(f64::max))
    {
        let name = format!("growth over {} documents, CPU ms per operation, minimum to maximum", per_operation.len());
        figure(&name, format!("{minimum:.2} to {maximum:.2}"), "factor 2");
    }
    Ok(())
}

/// Counts the lines of code in a folder.
fn lines(folder: &std::path::Path) -> Result<usize, Failure> {
    let mut total = 0;
    let entries = std::fs::read_dir(folder).map_err(|error| Failure(format!("{}: {error}", folder.display())))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            total += lines(&path)?;
        } else {
            let text = read(&path)?;
            let code = |line: &&str| !(line.trim().is_empty() || line.trim_start().starts_with("//"));
            total += text.lines().filter(code).count();
        }
    }
    Ok(total)
}

/// Measures builds of the generated crate alone, after its dependencies are built.
fn builds() -> Result<(), Failure> {
    let folder = target().join("bench/target");
    for (command, budget) in [("check", "1.8"), ("build", "3.2"), ("build --release", "5.5")] {
        let words: Vec<&str> = command.split(' ').chain(["--quiet", "--package", PACKAGE]).collect();
        let mut best = f64::INFINITY;
        measure(cargo(&words).env("CARGO_TARGET_DIR", &folder))?;
        for _ in 0..3 {
            let mut clean = cargo(&["clean", "--quiet", "--package", PACKAGE]);
            if command.ends_with("--release") {
                clean.arg("--release");
            }
            measure(clean.env("CARGO_TARGET_DIR", &folder))?;
            best = best.min(measure(cargo(&words).env("CARGO_TARGET_DIR", &folder))?.cpu);
        }
        figure(&format!("cargo {command} of the crate alone, CPU seconds, best of 3"), format!("{best:.2}"), budget);
    }
    Ok(())
}

/// Measures `cargo check` of the crate of a large product, after its dependencies are built.
fn ecs(arguments: &Arguments) -> Result<(), Failure> {
    let document = arguments.documents.join("ecs/2014-05-26/api-docs.json");
    if !document.is_file() {
        figure("cargo check of ECS", "skipped", "6");
        return Ok(());
    }
    let folder = target().join("bench/ecs");
    let mut generate = std::process::Command::new(generator()?);
    generate
        .arg("--spec")
        .arg(&document)
        .arg("--out")
        .arg(&folder)
        .arg("--runtime-path")
        .arg(root().join("crates/core"));
    generate.args(["--skip-unsupported", "--format", "json"]).stdout(std::process::Stdio::null());
    measure(&mut generate)?;
    crate::files::write(&folder.join("Cargo.lock"), &read(&root().join("Cargo.lock"))?)?;
    let run = |words: &[&str]| {
        let mut command = cargo(words);
        measure(command.current_dir(&folder).env("CARGO_TARGET_DIR", target().join("bench/target")))
    };
    run(&["check", "--quiet"])?;
    run(&["clean", "--quiet", "--package", "alicloud-ecs-20140526"])?;
    let cost = run(&["check", "--quiet"])?;
    figure("cargo check of ECS alone, CPU seconds", format!("{:.2}", cost.cpu), "6");
    figure("  the same, peak memory, MB", format!("{:.0}", cost.peak), "550");
    Ok(())
}

fn corpus_check(arguments: &Arguments) -> Result<(), Failure> {
    if !arguments.documents.is_dir() {
        figure("generate and check all crates, wall seconds", "skipped", "180");
        return Ok(());
    }
    let started = std::time::Instant::now();
    let check = crate::corpus::Arguments::check(arguments.documents.clone());
    let success = crate::corpus::run(&check)?;
    let seconds = format!("{:.0}{}", started.elapsed().as_secs_f64(), if success { "" } else { " FAILED" });
    figure("generate and check all crates, wall seconds", seconds, "180");
    Ok(())
}

fn corpus(arguments: &Arguments) -> Result<(), Failure> {
    if !arguments.documents.is_dir() {
        figure("generate all documents", "skipped", "12");
        return Ok(());
    }
    let mut documents = Vec::new();
    crate::corpus::find(&arguments.documents, &mut documents)?;
    let mut command = std::process::Command::new(generator()?);
    command.arg("--spec").args(&documents).arg("--out").arg(target().join("bench/corpus"));
    command.args(["--skip-unsupported", "--format", "json"]);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let cost = measure(&mut command)?;
    let name = format!("generate all {} documents, wall seconds", documents.len());
    figure(&name, format!("{:.1}", cost.wall), "12");
    figure("  the same, CPU seconds", format!("{:.1}", cost.cpu), "");
    Ok(())
}
