//! `alicloud code`

use std::path::PathBuf;

use alicloud_codegen::code::{Dependency, program};
use alicloud_codegen::parameters::{self, Required};
use alicloud_explorer::snippet;

use crate::Failure;
use crate::documents::Documents;
use crate::output;
use crate::parameters::Given;

/// Prints the Rust program that calls an operation with given parameters
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  alicloud code appstream-center LogOffAllSessionsInAppInstanceGroup --ProductType CloudApp --AppInstanceGroupId aig-1
  alicloud code appstream-center ListAppInstanceGroup --ProductType CloudApp --project groups")]
pub(crate) struct Arguments {
    /// The product, such as appstream-center
    product: String,
    /// The operation, such as ListAppInstanceGroup
    operation: String,
    /// The version of the product's API; the latest by default
    #[arg(long)]
    version: Option<String>,
    #[command(flatten)]
    given: Given,
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
    let catalog = arguments.documents.load()?;
    let document = catalog.document(&arguments.product, arguments.version.as_deref())?;
    let operation = document.operation(&arguments.operation)?;
    let (model, of) = (operation.model(), operation.operation());
    let given = arguments.given.values(of)?;
    let values = parameters::read(model, of, &given, Required::All).map_err(|found| crate::call::problems(&found))?;
    let dependency = match &arguments.crate_path {
        Some(path) => {
            let absolute =
                std::path::absolute(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
            Dependency::Path(absolute.display().to_string())
        }
        None => Dependency::Version(model.package_version.clone()),
    };
    let program = program(model, of, &values, &dependency, arguments.endpoint.as_deref());
    let Some(folder) = &arguments.project else {
        output::line(program.main.trim_end())?;
        return Ok(true);
    };
    snippet::save(folder, &program).map_err(|error| Failure::Refused(error.to_string()))?;
    eprintln!("written: {}; run it there with `cargo run`", folder.display());
    for variable in &program.variables {
        eprintln!("the program reads a secret parameter from {variable}");
    }
    Ok(true)
}
