//! The functions behind the commands: read documents, and write files.

mod diff;
mod generate;
mod import;
mod paths;
mod report;
mod run;
mod rustfmt;
mod staging;
#[cfg(test)]
mod tests;
mod tree;
mod workspace;

use std::path::PathBuf;

pub use diff::{DiffArguments, DiffFormat, FailOn, diff};
pub use generate::{generate, separate};
pub use import::{FreezeNamesArguments, ImportArguments, freeze_names, import};
pub use report::{Report, print_summary};
pub use run::{Destination, Job, orphans, run};
pub use rustfmt::format;
pub use tree::{Changes, Mode, apply};

use crate::generate::Runtime;

/// Generates Rust crates from the API documents of Alibaba Cloud.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Arguments {
    /// The document; for several crates, repeat the option or give several files
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub spec: Vec<PathBuf>,
    /// The folder of the crate or, for several documents, the folder of their crates
    #[arg(long, value_name = "DIR", requires = "spec")]
    pub out: Option<PathBuf>,
    /// A file with corrections to the document, by JSON pointer; repeat it to apply several in order
    #[arg(long, value_name = "FILE")]
    pub overlay: Vec<PathBuf>,
    /// Change nothing; list the files that differ, and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,
    /// Overwrite and delete files that were written or edited by hand
    #[arg(long, conflicts_with = "check")]
    pub force: bool,
    /// Write one module to this file instead of a crate, to be included in a crate with other code
    #[arg(long, value_name = "FILE", conflicts_with_all = ["out", "check", "force", "replace"])]
    pub module: Option<PathBuf>,
    /// Replace the crate of another product or version in the folder, and delete operations that --only or
    /// --skip-unsupported omits
    #[arg(long, conflicts_with = "check")]
    pub replace: bool,
    /// Generate only these operations
    #[arg(long, value_name = "OPERATION", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Omit operations that cannot be generated, instead of failing
    #[arg(long)]
    pub skip_unsupported: bool,
    /// List every field that is sensitive because of its name
    #[arg(long)]
    pub list_secrets: bool,
    /// Report every problem, instead of merging similar ones
    #[arg(long)]
    pub verbose: bool,
    /// The number of documents that are processed in parallel; default: the number of processors
    #[arg(long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// The format of the summary
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Depend on the runtime in this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["runtime_git", "runtime_version"])]
    pub runtime_path: Option<PathBuf>,
    /// Depend on the runtime in this Git repository
    #[arg(long, value_name = "URL", conflicts_with = "runtime_version")]
    pub runtime_git: Option<String>,
    /// Depend on this version of the runtime
    #[arg(long, value_name = "VERSION")]
    pub runtime_version: Option<String>,
}

impl Arguments {
    /// Returns the requested runtime, if there is one.
    #[must_use]
    pub fn runtime(&self) -> Option<Runtime> {
        let path = self.runtime_path.as_ref().map(|path| Runtime::Path(path.display().to_string()));
        let git = || self.runtime_git.clone().map(Runtime::Git);
        path.or_else(git).or_else(|| self.runtime_version.clone().map(Runtime::Version))
    }
}

/// The format of a summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Text.
    #[default]
    Text,
    /// One JSON object.
    Json,
}

/// An error outside of the documents, in one line.
#[derive(Clone, Debug)]
pub struct Failure(pub String);

impl Failure {
    fn at(path: &std::path::Path, what: &str, error: &dyn std::fmt::Display) -> Self {
        Self(format!("{}: {what}: {error}", path.display()))
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}
