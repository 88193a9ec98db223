//! `alicloud`: one command to find, call and generate code for the operations of Alibaba Cloud.
//!
//! Exit codes: 0 for success, 1 if the service or the input refuses, 2 for wrong usage. Data goes to standard output,
//! errors to standard error.

mod call;
mod catalogue;
mod code;
mod documents;
mod explore;
mod fetch;
mod generate;
mod list;
mod mock;
mod output;
mod parameters;
mod policy;
mod selection;
mod whoami;

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use alicloud_codegen::cli;
use clap::{CommandFactory as _, Parser, Subcommand};

#[derive(Parser)]
#[command(name = "alicloud", version, about = "Calls operations of Alibaba Cloud, and generates Rust code for them")]
struct Command {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    List(list::Arguments),
    Fetch(fetch::Arguments),
    Whoami(whoami::Arguments),
    Call(call::Arguments),
    Code(code::Arguments),
    Explore(explore::Arguments),
    Mock(mock::Arguments),
    Policy(policy::Arguments),
    Generate(cli::Arguments),
    Import(cli::ImportArguments),
    #[command(hide = true)]
    FreezeNames(cli::FreezeNamesArguments),
    Diff(cli::DiffArguments),
    /// Prints the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Why a command fails.
#[derive(Debug)]
enum Failure {
    /// The service or the input refuses: exit code 1.
    Refused(String),
    /// Wrong usage: exit code 2.
    Usage(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(message) | Self::Usage(message) => f.write_str(message),
        }
    }
}

impl From<cli::Failure> for Failure {
    fn from(failure: cli::Failure) -> Self {
        Self::Usage(failure.0)
    }
}

impl From<alicloud_explorer::catalog::CatalogError> for Failure {
    fn from(error: alicloud_explorer::catalog::CatalogError) -> Self {
        Self::Refused(error.to_string())
    }
}

fn main() -> ExitCode {
    let command = Command::command();
    let task = match parameters::parse(command, std::env::args_os()) {
        Ok(task) => task,
        Err(error) => error.exit(),
    };
    match run(task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(if matches!(failure, Failure::Usage(_)) { 2 } else { 1 })
        }
    }
}

fn run(task: Task) -> Result<bool, Failure> {
    match task {
        Task::List(arguments) => list::run(&arguments),
        Task::Fetch(arguments) => fetch::run(&arguments),
        Task::Whoami(arguments) => whoami::run(&arguments),
        Task::Call(arguments) => call::run(&arguments),
        Task::Code(arguments) => code::run(&arguments),
        Task::Explore(arguments) => explore::run(&arguments),
        Task::Mock(arguments) => mock::run(&arguments),
        Task::Policy(arguments) => policy::run(&arguments),
        Task::Generate(arguments) => generate::run(&arguments),
        Task::Import(arguments) => Ok(cli::import(&arguments)?),
        Task::FreezeNames(arguments) => Ok(cli::freeze_names(&arguments)?),
        Task::Diff(arguments) => Ok(cli::diff(&arguments)?),
        Task::Completions { shell } => {
            clap_complete::generate(shell, &mut Command::command(), "alicloud", &mut std::io::stdout());
            Ok(true)
        }
    }
}

/// The path of a folder that an option names, from the root.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}

/// The runtime of commands that call a service.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|error| Failure::Refused(format!("the runtime does not start: {error}")))
}
