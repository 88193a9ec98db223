//! The maintainer's commands: `cargo xtask --help` lists them.

mod codegen;
mod process;
mod test;
mod vectors;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use alicloud_codegen::cli::Failure;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The maintainer's commands of the Alibaba Cloud SDK for Rust")]
struct Command {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Generate crates from specs: those of this workspace, or with --spec and --out any other
    Codegen(alicloud_codegen::cli::Arguments),
    /// Generate a crate and a test per recorded wire case, and run them
    Vectors(vectors::Arguments),
    /// Run everything that CI runs
    Test(test::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Command::parse().task {
        Task::Codegen(arguments) => codegen::run(&arguments),
        Task::Vectors(arguments) => vectors::run(&arguments),
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

/// The root of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
