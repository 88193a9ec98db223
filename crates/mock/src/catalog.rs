//! The documents, and the routing of requests to operations.

mod path;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use alicloud_document::document::{Document, Operation};
use alicloud_document::gateway::{self, Gateway};

use crate::failure::{ErrorFormat, Failure};
use crate::request::Request;
use crate::schema::{self, Types};

/// The documents of the endpoint.
#[derive(Default)]
pub(crate) struct Catalog {
    entries: Vec<Entry>,
}

struct Entry {
    document: Document,
    gateway: Option<Gateway>,
    index: HashMap<String, usize>,
}

/// The operation of a request, with its path parameters.
pub(crate) struct Route<'a> {
    pub(crate) document: &'a Document,
    pub(crate) operation: &'a Operation,
    pub(crate) types: Types<'a>,
    /// The gateway of the service.
    pub(crate) gateway: Option<Gateway>,
    /// The decoded path parameters.
    pub(crate) path: Vec<(String, String)>,
}

impl Route<'_> {
    /// Returns a key of the operation.
    pub(crate) fn key(&self) -> (usize, usize) {
        (std::ptr::from_ref(self.document).addr(), std::ptr::from_ref(self.operation).addr())
    }

    /// Whether the operation may be called without credentials.
    pub(crate) fn is_anonymous(&self) -> bool {
        self.operation.security.iter().any(|method| method == "Anonymous")
    }

    /// Returns the format of errors.
    pub(crate) fn error_format(&self) -> ErrorFormat {
        match self.gateway {
            Some(Gateway::Pds) => return ErrorFormat::Pds,
            Some(Gateway::Sls) => return ErrorFormat::Sls,
            _ => {}
        }
        if template(self.document, self.operation).is_some() { ErrorFormat::Roa } else { ErrorFormat::Rpc }
    }
}

/// The operation and version that a request names.
pub(crate) struct OperationSelector<'a> {
    pub(crate) action: Option<&'a str>,
    pub(crate) version: Option<&'a str>,
}

impl<'a> OperationSelector<'a> {
    /// Reads them from `system`, the query or form of a request with the older RPC signature, or else from headers.
    pub(crate) fn of(request: &'a Request, system: Option<&'a [(String, String)]>) -> Self {
        if let Some(system) = system {
            let named = |name: &str| system.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
            Self { action: named("Action"), version: named("Version") }
        } else {
            Self { action: request.header("x-acs-action"), version: request.header("x-acs-version") }
        }
    }
}

impl Catalog {
    pub(crate) fn new(documents: Vec<Document>) -> Self {
        // A document with contradictory facts has no known gateway.
        let gateway = |document: &Document| gateway::detect(document).ok().flatten();
        let entry =
            |document: Document| Entry { index: schema::index(&document), gateway: gateway(&document), document };
        Self { entries: documents.into_iter().map(entry).collect() }
    }

    /// Whether there are no documents, so that requests are not checked.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn documents(&self) -> impl Iterator<Item = &Document> {
        self.entries.iter().map(|entry| &entry.document)
    }

    /// Returns the operation of a request.
    pub(crate) fn route(&self, request: &Request, selector: &OperationSelector<'_>) -> Result<Route<'_>, Failure> {
        if selector.version.is_none() && request.header("x-log-apiversion").is_some() {
            // Requests to Simple Log Service name neither operation nor version.
            let entries: Vec<&Entry> =
                self.entries.iter().filter(|entry| entry.gateway == Some(Gateway::Sls)).collect();
            return by_path(&entries, request);
        }
        let version = selector.version.ok_or_else(|| Failure::missing("x-acs-version"))?;
        let mut entries: Vec<&Entry> =
            self.entries.iter().filter(|entry| entry.document.version.value == version).collect();
        if entries.is_empty() {
            return Err(Failure::new(404, "NoSuchVersion", "no document has the version of the request"));
        }
        let host = request.header("host").unwrap_or_default().to_ascii_lowercase();
        entries.sort_by_key(|entry| !host.starts_with(&entry.document.product.to_ascii_lowercase()));
        match selector.action {
            Some(action) => named(&entries, action, request),
            None => by_path(&entries, request),
        }
    }
}

/// Returns the operation with this name, if the path of the request is that of the operation.
fn named<'a>(entries: &[&'a Entry], action: &str, request: &Request) -> Result<Route<'a>, Failure> {
    let mut failure = Failure::new(404, "InvalidAction.NotFound", "no document has this operation");
    for entry in entries {
        let same = entry.document.operations.iter().filter(|operation| operation.name.value == action);
        for operation in same {
            let Some(path) = path_parameters(entry, operation, request.path()) else {
                let expected = template(&entry.document, operation).unwrap_or("/");
                let message = format!("{action} has the path {expected}");
                failure = Failure::new(404, "InvalidApi.NotFound", message);
                continue;
            };
            if !accepts_method(operation, &request.method) {
                failure = wrong_method(operation);
                continue;
            }
            return Ok(route(entry, operation, path));
        }
    }
    Err(failure)
}

/// Returns the matching operation with the most literal path.
fn by_path<'a>(entries: &[&'a Entry], request: &Request) -> Result<Route<'a>, Failure> {
    let mut failure = Failure::new(404, "InvalidApi.NotFound", "no operation has this path");
    let mut best: Option<(usize, Route<'a>)> = None;
    for entry in entries {
        for operation in &entry.document.operations {
            let Some(template) = template(&entry.document, operation) else { continue };
            let (template, fixed) = template.split_once('?').unwrap_or((template, ""));
            let Some(path) = path::match_path(template, request.path()) else { continue };
            if !has_query(request, fixed) {
                continue;
            }
            if !accepts_method(operation, &request.method) {
                failure = wrong_method(operation);
                continue;
            }
            // A fixed query makes a path more specific.
            let literal = path::literal_length(template) + fixed.len();
            if best.as_ref().is_none_or(|(length, _)| literal > *length) {
                best = Some((literal, route(entry, operation, path)));
            }
        }
    }
    best.map(|(_, route)| route).ok_or(failure)
}

/// Whether the query of a request contains all pairs of a fixed query.
fn has_query(request: &Request, fixed: &str) -> bool {
    if fixed.is_empty() {
        return true;
    }
    let query = request.query().unwrap_or_default();
    fixed.split('&').filter(|pair| !pair.is_empty()).all(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        query.iter().any(|(key, sent)| key == name && sent == value)
    })
}

fn route<'a>(entry: &'a Entry, operation: &'a Operation, path: Vec<(String, String)>) -> Route<'a> {
    let types = Types::new(&entry.document, &entry.index);
    Route { document: &entry.document, operation, types, gateway: entry.gateway, path }
}

/// Returns the path template of a ROA operation; RPC operations have the path `/`, regardless of the declared one.
fn template<'a>(document: &Document, operation: &'a Operation) -> Option<&'a str> {
    let path = operation.path.as_ref().map(|path| path.value.as_str());
    path.filter(|path| document.style.value != "RPC" && !path.is_empty())
}

fn path_parameters(entry: &Entry, operation: &Operation, path: &str) -> Option<Vec<(String, String)>> {
    match template(&entry.document, operation) {
        Some(template) => path::match_path(template, path),
        None => (path == "/").then(Vec::new),
    }
}

fn accepts_method(operation: &Operation, method: &str) -> bool {
    operation.methods.is_empty() || operation.methods.iter().any(|known| known.value.eq_ignore_ascii_case(method))
}

fn wrong_method(operation: &Operation) -> Failure {
    let methods: Vec<String> = operation.methods.iter().map(|method| method.value.to_ascii_uppercase()).collect();
    let message = format!("{} requires the method {}", operation.name.value, methods.join(" or "));
    Failure::new(405, "UnsupportedHTTPMethod", message)
}
