//! The maintainer's commands: `cargo xtask --help` lists them.

mod bench;
mod codegen;
mod corpus;
mod faults;
mod files;
mod pairs;
mod process;
mod secrets;
mod test;
mod vectors;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use alicloud_codegen::cli::{self, Failure};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The maintainer's commands of the Alibaba Cloud SDK for Rust")]
struct Command {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Generate crates from specs: those of this workspace or, with --spec and --out, any other
    Codegen(cli::Arguments),
    /// Import a document of the vendor into spec/, and keep hand-written parts
    Import(cli::ImportArguments),
    FreezeNames(cli::FreezeNamesArguments),
    /// Report the changes between two documents, and the version that they require
    Diff(cli::DiffArguments),
    /// Serve documents on loopback: `alicloud mock`
    #[command(disable_help_flag = true)]
    Mock {
        /// The arguments of `alicloud mock`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Open the explorer, to find and call operations and to copy code: `alicloud explore`
    #[command(disable_help_flag = true)]
    Explore {
        /// The arguments of `alicloud explore`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Generate, compile and run a test for each recorded wire case
    Vectors(vectors::Arguments),
    /// Generate every document in a folder, and check the crates
    Corpus(corpus::Arguments),
    /// Import, compare and generate documents with an older and a newer edition
    Pairs(pairs::Arguments),
    /// Print measurements and their budgets
    Bench(bench::Arguments),
    /// Run the fault suite; with --prove, apply mutations to prove that its tests can fail
    Faults(faults::Arguments),
    /// Insert a secret in every text of the crates of reviewed documents, and search the output for it
    Secrets(secrets::Arguments),
    /// Run everything that CI runs
    Test(test::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Command::parse().task {
        Task::Codegen(arguments) => codegen::run(&arguments),
        Task::Import(arguments) => cli::import(&arguments),
        Task::FreezeNames(arguments) => cli::freeze_names(&arguments),
        Task::Diff(arguments) => cli::diff(&arguments),
        Task::Mock { arguments } => alicloud("mock", &arguments),
        Task::Explore { arguments } => explore(&arguments),
        Task::Vectors(arguments) => vectors::run(&arguments),
        Task::Corpus(arguments) => corpus::run(&arguments),
        Task::Pairs(arguments) => pairs::run(&arguments),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Faults(arguments) => faults::run(&arguments),
        Task::Secrets(arguments) => secrets::run(&arguments),
        Task::Test(arguments) => test::run(&arguments),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(2)
        }
    }
}

/// Runs a command of `alicloud`.
fn alicloud(command: &str, arguments: &[String]) -> Result<bool, Failure> {
    let mut cargo = process::cargo(&["run", "--quiet", "--package", "alicloud-cli", "--", command]);
    cargo.args(arguments);
    process::run(&mut cargo)
}

/// Opens the explorer with the specs of this workspace, unless the arguments name others. Saved programs depend on the
/// crates of this workspace.
fn explore(arguments: &[String]) -> Result<bool, Failure> {
    let mut arguments = arguments.to_vec();
    if !arguments.iter().any(|argument| !argument.starts_with('-')) {
        arguments.push(root().join("spec").display().to_string());
    }
    if !arguments.iter().any(|argument| argument.starts_with("--crates")) {
        arguments.push(format!("--crates={}", root().join("crates").display()));
    }
    alicloud("explore", &arguments)
}

/// Returns the root of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
