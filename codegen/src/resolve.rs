//! Resolves a document to the model: references, placement, types in an arena, directions, cycles.

mod date;
mod gaps;
mod graph;
mod headers;
mod operation;
mod pages;
mod schema;
mod secrets;

use std::collections::{HashMap, HashSet, VecDeque};

use crate::diagnostic::{self, Diagnostic, Severity};
use crate::document::{Document, Schema};
use crate::gateway::{self, Gateway};
use crate::model::{Endpoint, MarkedSecret, Model, Topic, Type, TypeId, TypeKind};

/// Creates the model without the operations that have an error.
#[must_use]
pub fn resolve(document: &Document) -> (Model, Vec<Diagnostic>) {
    resolve_operations(document, false)
}

/// Creates the model of all operations, each as far as it can be resolved, without diagnostics.
#[must_use]
pub fn resolve_leniently(document: &Document) -> Model {
    resolve_operations(document, true).0
}

fn resolve_operations(document: &Document, lenient: bool) -> (Model, Vec<Diagnostic>) {
    let mut resolver = Resolver {
        lenient,
        schemas: document.schemas.iter().map(|(name, schema)| (name.value.as_str(), schema)).collect(),
        shared: HashMap::new(),
        pending: VecDeque::new(),
        broken: HashSet::new(),
        aliases: Vec::new(),
        depth: 0,
        types: Vec::new(),
        diagnostics: Vec::new(),
        errors: 0,
        operation: None,
        in_response: false,
        page_names: Vec::new(),
        marked: Vec::new(),
        gateway: None,
    };
    let mut model = Model {
        product: document.product.value.clone(),
        version: document.version.value.clone(),
        title: document.title.clone().unwrap_or_else(|| document.product.value.clone()),
        documentation: document.documentation.clone(),
        example: document.example.as_ref().map(|example| example.value.clone()),
        error_codes: document.error_codes.iter().map(operation::error_code).collect(),
        rate_limits: document.rate_limits.clone(),
        changes: document.changes.clone(),
        releases: document.releases.clone(),
        ..Model::default()
    };
    match gateway::detect(document) {
        Ok(gateway) => {
            model.gateway = gateway;
            resolver.gateway = gateway;
        }
        Err(_) if lenient => {}
        // If the gateway is ambiguous, so is the protocol of the operations.
        Err(conflict) => return (model, vec![conflict]),
    }
    for endpoint in &document.endpoints {
        if model.endpoints.iter().all(|known| known.region != endpoint.region.value) {
            let vpc = || model.gateway.and_then(|gateway| gateway.vpc_host(endpoint.host.trim()));
            model.endpoints.push(Endpoint {
                region: endpoint.region.value.clone(),
                host: endpoint.host.trim().to_owned(),
                vpc: endpoint.vpc.as_ref().map(|vpc| vpc.trim().to_owned()).or_else(vpc),
            });
        }
    }
    let mut sources = Vec::with_capacity(document.operations.len());
    for operation in &document.operations {
        let index = model.operations.len();
        resolver.operation = Some(operation.name.value.clone());
        let before = resolver.errors;
        let mut resolved = resolver.operation(operation, &document.style, index);
        resolver.shared_fields();
        if let Some(resolved) = &mut resolved {
            resolved.pages = resolver.pages(operation, resolved);
        }
        if let (Some(resolved), true) = (&resolved, resolver.errors == before) {
            let roots: Vec<TypeId> = graph::requests(resolved).chain(graph::responses(resolved)).collect();
            let used = graph::contained_types(&resolver.types, roots.iter().copied());
            if let Some(TypeId(broken)) = used.into_iter().find(|id| resolver.broken.contains(id)) {
                let name = resolver.types[broken].path.first().cloned().unwrap_or_default();
                let message = format!("the operation uses the schema `{name}`, which has an error");
                let help = "the error is reported at the schema";
                resolver.report(Diagnostic::error(diagnostic::BROKEN_SCHEMA, operation.name.span, message).help(help));
            }
            let depth = roots.into_iter().map(|root| graph::depth(&resolver.types, root)).max().unwrap_or_default();
            if depth > schema::DEPTH_LIMIT {
                let message = "the types of the operation are nested too deeply for the compiler";
                let help = format!(
                    "the maximum is about {} nested objects; set the type of one of them to `any`",
                    schema::DEPTH_LIMIT / schema::OBJECT_DEPTH
                );
                resolver.report(Diagnostic::error(diagnostic::TOO_DEEP, operation.name.span, message).help(help));
            }
        }
        if let (Some(resolved), true) = (resolved, resolver.errors == before || lenient) {
            model.operations.push(resolved);
            sources.push(operation);
        }
        resolver.operation = None;
    }
    let generated: Vec<_> = sources.into_iter().zip(&model.operations).collect();
    resolver.gaps(&generated);
    model.types = resolver.types;
    model.marked = resolver.marked;
    model.topics = topics(document, &model);
    graph::mark(&mut model);
    (model, resolver.diagnostics)
}

/// Returns the topics with operations of the model, and a topic without a title for all other operations.
fn topics(document: &Document, model: &Model) -> Vec<Topic> {
    let mut left: Vec<usize> = (0..model.operations.len()).collect();
    let mut topics = Vec::new();
    for topic in &document.topics {
        let named = |index: &usize| topic.operations.contains(&model.operations[*index].name.wire);
        let operations: Vec<usize> = left.iter().copied().filter(named).collect();
        left.retain(|index| !operations.contains(index));
        if !operations.is_empty() {
            topics.push(Topic { title: Some(topic.title.clone()), operations });
        }
    }
    if !left.is_empty() {
        topics.push(Topic { title: None, operations: left });
    }
    topics
}

/// The state of a resolution.
struct Resolver<'a> {
    /// Whether operations with an error are kept.
    lenient: bool,
    schemas: HashMap<&'a str, &'a Schema>,
    /// The types of shared schemas. The ID of a type is reserved before its fields are resolved, so that cycles need no
    /// special case.
    shared: HashMap<*const Schema, TypeId>,
    /// The shared types whose fields are not resolved yet. A queue, so that a long chain of references needs no
    /// recursion.
    pending: VecDeque<(TypeId, &'a Schema)>,
    /// The shared types with an error, which is an error of every operation that uses them.
    broken: HashSet<TypeId>,
    /// The shared lists, maps and references that are being resolved, which have no named types.
    aliases: Vec<&'a str>,
    /// The depth of the current schema.
    depth: usize,
    types: Vec<Type>,
    diagnostics: Vec<Diagnostic>,
    /// The number of errors among the diagnostics.
    errors: usize,
    operation: Option<String>,
    /// Whether the response of the operation is being resolved.
    in_response: bool,
    /// The names of tokens in `x-pages` of the operation.
    page_names: Vec<&'a str>,
    /// The fields that are sensitive because of their names.
    marked: Vec<MarkedSecret>,
    /// The gateway of the document.
    gateway: Option<Gateway>,
}

impl<'a> Resolver<'a> {
    fn report(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.operation.clone_from(&self.operation);
        self.errors += usize::from(diagnostic.severity == Severity::Error);
        self.diagnostics.push(diagnostic);
    }

    /// Resolves the fields of the queued shared types, and of those that they refer to.
    fn shared_fields(&mut self) {
        while let Some((id, schema)) = self.pending.pop_front() {
            let before = self.errors;
            let context = schema::SchemaContext { owner: self.types[id.0].owner, path: self.types[id.0].path.clone() };
            let fields = self.fields(schema, &context);
            self.types[id.0].kind = TypeKind::Object(fields);
            if self.errors > before {
                self.broken.insert(id);
            }
        }
    }
}
