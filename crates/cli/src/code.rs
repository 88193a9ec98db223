//! `alicloud code`

use std::path::PathBuf;

use alicloud_codegen::code::{Dependency, program};
use alicloud_explorer::snippet;

use crate::documents::Documents;
use crate::selection::{Selected, Selection};
use crate::{Failure, absolute, output};

/// Prints the Rust program that calls an operation with given parameters
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  alicloud code appstream-center LogOffAllSessionsInAppInstanceGroup --ProductType CloudApp --AppInstanceGroupId aig-1
  alicloud code appstream-center ListAppInstanceGroup --ProductType CloudApp --project groups")]
pub(crate) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// Write a project that builds to this folder, which must be empty or not exist
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// The folder of the product's crate, for the project to depend on
    #[arg(long, value_name = "DIR")]
    crate_path: Option<PathBuf>,
    /// The endpoint that the program uses, a host or a URL
    #[arg(long)]
    endpoint: Option<String>,
    #[command(flatten)]
    documents: Documents,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let Selected { operation, values, .. } = arguments.selection.find(&arguments.documents)?;
    let model = operation.model();
    let dependency = match &arguments.crate_path {
        Some(path) => Dependency::Path(absolute(path)?.display().to_string()),
        None => Dependency::Version(model.package_version.clone()),
    };
    let program = program(model, operation.operation(), &values, &dependency, arguments.endpoint.as_deref());
    let Some(folder) = &arguments.project else {
        output::line(program.main.trim_end())?;
        return Ok(true);
    };
    snippet::save_program(folder, &program).map_err(|error| Failure::Refused(error.to_string()))?;
    eprintln!("written: {}; run it there with `cargo run`", folder.display());
    for variable in &program.variables {
        eprintln!("the program reads a secret parameter from {variable}");
    }
    Ok(true)
}
