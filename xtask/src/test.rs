//! `cargo xtask test`: everything that CI runs. The steps that fail fastest are first.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

use alicloud_codegen::cli::Failure;

use crate::files::{read, write};
use crate::process::{cargo, run as run_process};
use crate::root;

/// The steps to run
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only steps whose name contains one of these words
    steps: Vec<String>,
}

/// The products whose documents are generated and checked, chosen for variety: ROA with cycles and bodies, forms, JSON
/// parameters, top-level lists, V3, headers, and unusual names.
const VARIETY: &str = "appstream-center,devops,cs,arms,captcha,dds,imagesearch,adcp,tag,linkedmall";

/// The documents of this repository, which contain every shape.
const SHAPES: &str = "codegen/tests/shapes";

/// Combinations of the runtime's features that are checked: each alone, and all of them.
const FEATURES: [&str; 16] = [
    "",
    "reqwest",
    "hyper",
    "rustls-ring",
    "rustls-aws-lc",
    "native-tls",
    "http2",
    "tracing,serde",
    "blocking,testing",
    "policy",
    "chrono,jiff,time",
    "pds",
    "sls",
    "reqwest,rustls-aws-lc",
    "hyper,rustls-ring",
    "hyper,http2,rustls-ring,rustls-aws-lc,native-tls,pds,sls-logs,tracing,serde,blocking,testing,policy",
];

/// A folder beside the workspace that only some machines have. If it exists, it must be complete.
const SHARED_FOLDER: &str = "../shared";

/// The file in which tests record that they were skipped, and the variable with its name.
const SKIPPED: (&str, &str) = ("ALICLOUD_SKIPPED_TESTS", "target/skipped-tests");

struct Step {
    name: &'static str,
    command: Vec<String>,
    environment: Vec<(&'static str, &'static str)>,
}

impl Step {
    /// Returns what the step needs and this machine does not have.
    fn missing(&self) -> Option<&'static str> {
        let words = || self.command.iter().map(String::as_str);
        let beside = words().any(|word| word.starts_with(SHARED_FOLDER)) && !root().join(SHARED_FOLDER).is_dir();
        let openssl = || words().any(|word| word.contains("native-tls")) && !has_openssl();
        beside.then_some(SHARED_FOLDER).or_else(|| openssl().then_some("OpenSSL"))
    }
}

/// Whether OpenSSL is available for `native-tls`; on other systems than Linux it is not needed.
fn has_openssl() -> bool {
    let pkg_config = || std::process::Command::new("pkg-config").args(["--exists", "openssl"]).status();
    !cfg!(target_os = "linux") || std::env::var_os("OPENSSL_DIR").is_some() || pkg_config().is_ok_and(|it| it.success())
}

fn step(name: &'static str, command: &[&str]) -> Step {
    Step { name, command: command.iter().map(|word| (*word).to_owned()).collect(), environment: Vec::new() }
}

fn steps() -> Vec<Step> {
    let shared = PathBuf::from(SHARED_FOLDER);
    let documents = shared.join("metadata").display().to_string();
    let newer = shared.join("metadata-2026").display().to_string();
    let vectors = "tests/vectors/appstream-center-2021-09-01.json";
    let mut steps = vec![
        step("format", &["fmt", "--all", "--check"]),
        step("drift", &["xtask", "codegen", "--check"]),
        step("clippy", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]),
        // With all features of the runtime, which `alicloud-tests` requires.
        step("tests", &["test", "--workspace", "--quiet"]),
        step("example", &["run", "--quiet", "--example", "log_off_all_sessions"]),
        step(
            "vectors appstream-center",
            &["xtask", "vectors", "--spec", "spec/appstream-center/2021-09-01.json", "--vectors", vectors],
        ),
        step(
            "vectors of bodies and texts",
            &[
                "xtask",
                "vectors",
                "--spec",
                "codegen/tests/shapes/wire.json",
                "--vectors",
                "tests/vectors/wire-2024-01-01.json",
            ],
        ),
        // Invented documents of every shape, so that a clone checks the same kinds as a machine with the vendor's
        // documents.
        step(
            "corpus",
            &[
                "xtask",
                "corpus",
                "--documents",
                SHAPES,
                "--out",
                "target/corpus/shapes",
                "--clippy",
                "--compare",
                "--doc",
                "--examples",
            ],
        ),
        step(
            "corpus of the vendor",
            &["xtask", "corpus", "--documents", &documents, "--products", VARIETY, "--clippy"],
        ),
        step(
            "comparison of the vendor",
            &["xtask", "corpus", "--documents", &documents, "--out", "target/corpus/vendor", "--compare"],
        ),
        step("pairs of the vendor", &["xtask", "pairs", "--old", &documents, "--new", &newer, "--check"]),
        step("secrets", &["xtask", "secrets", "--documents", SHAPES]),
        step("secrets of the vendor", &["xtask", "secrets", "--documents", SHAPES, "--documents", &documents, "--all"]),
        step("docs", &["doc", "--workspace", "--no-deps", "--quiet"]),
    ];
    if let Some(docs) = steps.last_mut() {
        docs.environment.push(("RUSTDOCFLAGS", "-D warnings"));
    }
    steps.extend(FEATURES.iter().map(|features| {
        let words = ["check", "--package", "alicloud-core", "--quiet", "--no-default-features", "--features", features];
        let mut step = step("features", &words);
        // A separate folder: other flags would rebuild everything in the usual one.
        step.environment = vec![("RUSTFLAGS", "-D warnings"), ("CARGO_TARGET_DIR", "target/features")];
        step
    }));
    for (documents, vectors, product, version) in [
        ("metadata", "vectors", "devops", "2021-06-25"),
        ("metadata", "vectors", "ecs", "2014-05-26"),
        ("metadata-gateways", "vectors/gateways", "fc", "2023-03-30"),
        ("metadata-gateways", "vectors/gateways", "fc-open", "2021-04-06"),
        ("metadata-gateways", "vectors/gateways", "pds", "2022-03-01"),
        ("metadata-2026", "vectors/gateways", "sls", "2020-12-30"),
    ] {
        let spec = shared.join(documents).join(product).join(version).join("api-docs.json").display().to_string();
        let vectors = shared.join(vectors).join(format!("{product}-{version}.json")).display().to_string();
        steps.push(step("vectors of other products", &["xtask", "vectors", "--spec", &spec, "--vectors", &vectors]));
    }
    steps
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let skipped = root().join(SKIPPED.1);
    write(&skipped, "")?;
    let mut outcomes = Vec::new();
    for step in steps() {
        if !(arguments.steps.is_empty() || arguments.steps.iter().any(|word| step.name.contains(word.as_str()))) {
            continue;
        }
        let started = Instant::now();
        println!("== {}: cargo {}", step.name, step.command.join(" "));
        if let Some(missing) = step.missing() {
            println!("skipped: {missing} is missing");
            outcomes.push((step.name, "skipped", started.elapsed()));
            continue;
        }
        let words: Vec<&str> = step.command.iter().map(String::as_str).collect();
        let success = run_process(cargo(&words).env(SKIPPED.0, &skipped).envs(step.environment))?;
        outcomes.push((step.name, if success { "passed" } else { "FAILED" }, started.elapsed()));
        if !success {
            break;
        }
    }
    println!();
    for (name, outcome, time) in &outcomes {
        println!("{outcome:<8} {name:<28} {:>7.1} s", time.as_secs_f64());
    }
    let skipped: BTreeSet<String> = read(&skipped)?.lines().map(str::to_owned).collect();
    skipped.iter().for_each(|test| println!("skipped  {test}"));
    let count = |wanted: &str| outcomes.iter().filter(|(_, outcome, _)| *outcome == wanted).count();
    println!("steps: {} passed, {} failed, {} skipped", count("passed"), count("FAILED"), count("skipped"));
    Ok(count("FAILED") == 0)
}
