//! The operation that a command names, with its parameters.

use std::sync::Arc;

use alicloud_codegen::parameters::{self, Problem, Required};
use alicloud_explorer::catalog::{Document, LoadedOperation};
use serde_json::{Map, Value};

use crate::Failure;
use crate::documents::Documents;
use crate::parameters::Given;

/// An operation and its parameters.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Selection {
    /// The product, such as appstream-center
    product: String,
    /// The operation, such as ListAppInstanceGroup
    operation: String,
    /// The version of the product's API; the latest by default
    #[arg(long)]
    version: Option<String>,
    #[command(flatten)]
    given: Given,
}

/// An operation that was found, with parameters of its types.
pub(crate) struct Selected {
    pub(crate) document: Arc<Document>,
    pub(crate) operation: LoadedOperation,
    pub(crate) values: Map<String, Value>,
}

impl Selection {
    /// Finds the operation in these documents, and reads its parameters.
    pub(crate) fn find(&self, documents: &Documents) -> Result<Selected, Failure> {
        let catalog = documents.load()?;
        let document = Arc::clone(catalog.document(&self.product, self.version.as_deref())?);
        let operation = document.operation(&self.operation)?;
        let of = operation.operation();
        let given = self.given.values(of)?;
        let values =
            parameters::read(operation.model(), of, &given, Required::All).map_err(|found| problems(&found))?;
        Ok(Selected { document, operation, values })
    }
}

/// The problems of parameters, one in each line.
fn problems(found: &[Problem]) -> Failure {
    let lines: Vec<String> = found.iter().map(|problem| format!("--{problem}")).collect();
    Failure::Usage(lines.join("\nerror: "))
}
