//! `alicloud-codegen`: the generator for whoever has no checkout of its workspace.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use alicloud_codegen::cli::{self, Arguments, Destination, Format, Job, Summary};
use alicloud_codegen::generate::Runtime;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "alicloud-codegen",
    version,
    about = "Generates Rust crates from the API documents of Alibaba Cloud",
    args_conflicts_with_subcommands = true
)]
struct Command {
    #[command(subcommand)]
    task: Option<Subcommands>,
    #[command(flatten)]
    arguments: Arguments,
}

#[derive(Subcommand)]
enum Subcommands {
    /// Take a vendor document into a folder of specs, keeping what was written by hand
    Import(cli::ImportArguments),
    FreezeNames(cli::FreezeNamesArguments),
    /// Tell what changed between two documents, and what version bump follows
    Diff(cli::DiffArguments),
}

fn main() -> ExitCode {
    let Command { task, arguments } = Command::parse();
    let outcome = match task {
        None => generate(&arguments),
        Some(Subcommands::Import(arguments)) => cli::import(&arguments),
        Some(Subcommands::FreezeNames(arguments)) => cli::freeze_names(&arguments),
        Some(Subcommands::Diff(arguments)) => cli::diff(&arguments),
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

fn generate(arguments: &Arguments) -> Result<bool, cli::Failure> {
    let started = Instant::now();
    let (Some(out), false) = (&arguments.out, arguments.spec.is_empty()) else {
        return Err(cli::Failure("give at least one --spec FILE, and --out DIR".to_owned()));
    };
    let own = || Runtime::Version(env!("CARGO_PKG_VERSION").to_owned());
    let runtime = arguments.runtime().unwrap_or_else(own);
    let jobs: Vec<Job> = arguments.spec.iter().map(|spec| job(spec, out, arguments, &runtime)).collect();
    let reports = cli::run(&jobs, arguments)?;
    let summary = Summary {
        reports: &reports,
        elapsed: started.elapsed(),
        check: arguments.check,
        list_secrets: arguments.list_secrets,
    };
    summary.print(arguments.format == Format::Json);
    Ok(summary.is_success())
}

fn job(spec: &std::path::Path, out: &std::path::Path, arguments: &Arguments, runtime: &Runtime) -> Job {
    Job {
        spec: PathBuf::from(spec),
        name: spec.display().to_string(),
        place: if arguments.spec.len() > 1 {
            Destination::Below(out.to_owned())
        } else {
            Destination::Folder(out.to_owned())
        },
        runtime: runtime.clone(),
    }
}
