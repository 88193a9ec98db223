//! `cargo xtask corpus`: generates and checks folders of documents.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use alicloud_codegen::cli::{self, Failure};

use crate::codegen;
use crate::files::{read, write};
use crate::process::{cargo, run as run_process, target};
use crate::root;

/// Documents to generate and check.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A folder that is searched for documents; repeat it for several
    #[arg(long, value_name = "DIR", required = true)]
    documents: Vec<PathBuf>,
    /// The folder of the crates
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Only the documents of these products
    #[arg(long, value_name = "PRODUCT", value_delimiter = ',')]
    products: Vec<String>,
    /// Also run `cargo check` on every crate, with warnings denied
    #[arg(long)]
    check: bool,
    /// Also run `cargo clippy` on every crate, with warnings denied
    #[arg(long)]
    clippy: bool,
    /// Also run `cargo doc` on every crate, with warnings denied
    #[arg(long)]
    doc: bool,
    /// Also compile the examples in the documentation of every crate
    #[arg(long)]
    examples: bool,
    /// Also compare the crates with their documents by `tests/compare/compare.py`, which needs Python
    #[arg(long)]
    compare: bool,
}

impl Arguments {
    /// Returns the arguments that generate every document in a folder, and check the crates if `check` is set.
    pub(crate) fn generate(documents: PathBuf, out: PathBuf, check: bool) -> Self {
        Self { check, out: Some(out), ..Self::check(documents) }
    }

    /// Returns the arguments that generate and check every document in a folder.
    pub(crate) fn check(documents: PathBuf) -> Self {
        Self {
            documents: vec![documents],
            out: None,
            products: Vec::new(),
            check: true,
            clippy: false,
            doc: false,
            examples: false,
            compare: false,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let mut documents = Vec::new();
    for folder in &arguments.documents {
        find(folder, &mut documents)?;
    }
    let is_of = |path: &Path, product: &str| path.iter().any(|part| part == product);
    for product in &arguments.products {
        if !documents.iter().any(|path| is_of(path, product)) {
            return Err(Failure(format!("no document of the product `{product}`")));
        }
    }
    if !arguments.products.is_empty() {
        documents.retain(|path| arguments.products.iter().any(|product| is_of(path, product)));
    }
    if documents.is_empty() {
        return Err(Failure("no document in the folders".to_owned()));
    }
    documents.sort();
    let out = arguments.out.clone().unwrap_or_else(|| target().join("corpus/crates"));
    // Written first, because the crates are its members.
    workspace(&out)?;
    // A single document is written to the folder itself.
    let crates = if documents.len() == 1 { out.join("crate") } else { out.clone() };
    let generate = cli::Arguments {
        spec: documents,
        out: Some(crates),
        skip_unsupported: true,
        replace: true,
        ..cli::Arguments::default()
    };
    let mut success = codegen::run(&generate)?;
    if arguments.compare {
        success &= compare(&arguments.documents, &out)?;
    }
    if arguments.check {
        success &= step(&out, &["check", "--workspace", "--quiet"], "RUSTFLAGS")?;
    }
    if arguments.clippy {
        success &= step(&out, &["clippy", "--workspace", "--quiet"], "RUSTFLAGS")?;
    }
    if arguments.doc {
        success &= step(&out, &["doc", "--workspace", "--no-deps", "--quiet"], "RUSTDOCFLAGS")?;
    }
    if arguments.examples {
        success &= step(&out, &["test", "--workspace", "--doc", "--quiet"], "RUSTDOCFLAGS")?;
    }
    Ok(success)
}

/// Writes a workspace around the crates, with the dependency versions of this workspace.
fn workspace(out: &Path) -> Result<(), Failure> {
    let manifest =
        "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\nexclude = [\"target\"]\n\n[profile.dev]\ndebug = false\n";
    write(&out.join("Cargo.toml"), manifest)?;
    write(&out.join("Cargo.lock"), &read(&root().join("Cargo.lock"))?)
}

/// Runs a cargo command on all crates with warnings denied, and prints its duration.
fn step(out: &Path, command: &[&str], flags: &str) -> Result<bool, Failure> {
    let started = Instant::now();
    let mut cargo = cargo(command);
    cargo.current_dir(out).env("CARGO_TARGET_DIR", target().join("corpus/target")).env(flags, "-D warnings");
    let success = run_process(&mut cargo)?;
    let outcome = if success { "no warning" } else { "FAILED" };
    println!("cargo {}: {outcome} ({:.1} s)", command[0], started.elapsed().as_secs_f64());
    Ok(success)
}

/// Compares the crates with their documents by an independent script.
fn compare(documents: &[PathBuf], out: &Path) -> Result<bool, Failure> {
    let mut python = Command::new("python3");
    python.arg(root().join("tests/compare/compare.py")).arg("--crates").arg(out).arg("--documents").args(documents);
    run_process(&mut python)
}

/// Adds every document in a folder.
pub(crate) fn find(folder: &Path, documents: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let entries = fs::read_dir(folder).map_err(|error| Failure(format!("{}: {error}", folder.display())))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            find(&path, documents)?;
        } else if path.extension().is_some_and(|ending| ending == "json") {
            documents.push(path);
        }
    }
    Ok(())
}
