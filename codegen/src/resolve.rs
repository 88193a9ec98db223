//! From the document to the model: references, placement, types in an arena, directions, cycles.

mod operation;
mod reach;
mod schema;

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::document::{Document, Schema};
use crate::model::{Endpoint, Model, Type, TypeId};

/// Makes the model. Operations that have an error are left out of it.
#[must_use]
pub fn resolve(document: &Document) -> (Model, Vec<Diagnostic>) {
    let mut resolver = Resolver {
        schemas: document.schemas.iter().map(|(name, schema)| (name.value.as_str(), schema)).collect(),
        shared: HashMap::new(),
        aliases: Vec::new(),
        types: Vec::new(),
        diagnostics: Vec::new(),
        operation: None,
    };
    let mut model = Model {
        product: document.product.value.clone(),
        version: document.version.value.clone(),
        title: document.title.clone().unwrap_or_else(|| document.product.value.clone()),
        documentation: document.documentation.clone(),
        ..Model::default()
    };
    for endpoint in &document.endpoints {
        if model.endpoints.iter().all(|known| known.region != endpoint.region.value) {
            model.endpoints.push(Endpoint {
                region: endpoint.region.value.clone(),
                host: endpoint.host.value.clone(),
                vpc: endpoint.vpc.as_ref().map(|vpc| vpc.value.clone()),
            });
        }
    }
    for operation in &document.operations {
        let index = model.operations.len();
        resolver.operation = Some(operation.name.value.clone());
        let errors = resolver.diagnostics.len();
        let resolved = resolver.operation(operation, &document.style, index);
        if resolver.diagnostics[errors..].iter().all(|found| found.severity < crate::diagnostic::Severity::Error) {
            model.operations.extend(resolved);
        }
        resolver.operation = None;
    }
    model.types = resolver.types;
    reach::mark(&mut model);
    (model, resolver.diagnostics)
}

/// The state of one resolution.
struct Resolver<'a> {
    schemas: HashMap<&'a str, &'a Schema>,
    /// The IDs of shared types, reserved before their fields are read, so that circles find themselves.
    shared: HashMap<&'a str, TypeId>,
    /// The shared schemas that are being followed and have no type of their own.
    aliases: Vec<&'a str>,
    types: Vec<Type>,
    diagnostics: Vec<Diagnostic>,
    operation: Option<String>,
}

impl Resolver<'_> {
    fn report(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.operation.clone_from(&self.operation);
        self.diagnostics.push(diagnostic);
    }
}
