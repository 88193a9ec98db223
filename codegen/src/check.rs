//! Finds mistakes that reading and resolving a document do not detect: misspelled and misplaced keys, contradictory
//! values.
//!
//! In a document of the vendor, most mistakes are warnings. In a hand-written document, which names its JSON Schema
//! with `$schema` as every spec of the workspace does, mistakes that the vendor never makes are errors. The contents of
//! an overlay are hand-written as well.

mod example;
mod facts;
mod key;
mod mark;
mod operation;
mod rule;
mod schema;
mod unused;
mod vocabulary;

use std::collections::HashMap;

use operation::Conventions;
pub use rule::RULES;
use rule::Rule;
pub use vocabulary::Level;

use crate::diagnostic::Diagnostic;
use crate::json::{Kind, Value};
use crate::source::{Source, Span};
use crate::spelling::{did_you_mean, nearest};

/// The domains of the vendor's endpoints.
const DOMAINS: [&str; 2] = ["aliyuncs.com", "aliyunpds.com"];

/// Returns the mistakes in a document in order. A document that is not JSON has none.
#[must_use]
pub fn check(source: &Source) -> Vec<Diagnostic> {
    let Ok(root) = source.tree() else { return Vec::new() };
    let schemas = root.get("components").and_then(|components| components.get("schemas"));
    let members = schemas.and_then(Value::members).unwrap_or_default();
    let mut checker = Checker {
        source,
        root,
        hand_kept: root.get("$schema").is_some(),
        conventions: Conventions::of(root),
        schemas: members.iter().map(|member| (member.key.as_str(), &member.value)).collect(),
        operation: None,
        diagnostics: Vec::new(),
    };
    checker.document();
    checker.diagnostics
}

/// The state of a check.
struct Checker<'a> {
    source: &'a Source,
    root: &'a Value,
    /// Whether the document is hand-written, so that a mistake is an error.
    hand_kept: bool,
    conventions: Conventions,
    schemas: HashMap<&'a str, &'a Value>,
    operation: Option<String>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    fn document(&mut self) {
        let root = self.root;
        self.keys(Level::Document, root);
        self.info();
        if let Some(components) = root.get("components") {
            self.object("components", components);
            self.keys(Level::Components, components);
        }
        for member in root.get("components").and_then(|components| components.get("schemas")).map_or(&[][..], members) {
            self.shared_schema(&member.value);
        }
        self.operations();
        self.rate_limits(root);
        if let Some(ram) = root.get("ram") {
            self.permissions(ram);
        }
        self.list(root, "endpoints");
        for endpoint in root.get("endpoints").map_or(&[][..], items) {
            self.endpoint(endpoint);
        }
        self.regions();
        self.unused_schemas();
    }

    fn info(&mut self) {
        let Some(info) = self.root.get("info") else { return };
        self.keys(Level::Info, info);
        if let Some(package) = info.get("x-crate") {
            self.keys(Level::Package, package);
        }
        self.releases(info);
        self.name(info, "product");
        self.file_name(info);
        let Some((example, name)) = info.get("x-example").and_then(|value| Some((value, value.text()?))) else {
            return;
        };
        let names = || self.root.get("apis").map_or(&[][..], members).iter().map(|member| member.key.as_str());
        if !names().any(|known| known == name) {
            let help = did_you_mean(name, names()).unwrap_or_else(|| "name an operation of `apis`".to_owned());
            let message = format!("`x-example` is `{name}`, which is not an operation of this document");
            self.mistake(rule::UNKNOWN_NAME, example.span, message, help);
        }
    }

    /// Compares product and version with the path, which contains them for every published document and every spec.
    fn file_name(&mut self, info: &'a Value) {
        let mut parts = self.source.name().rsplit(['/', '\\']);
        let file = parts.next().unwrap_or_default();
        let version = match file {
            "api-docs.json" => parts.next(),
            _ => file.strip_suffix(".json"),
        };
        let Some((version, product)) = version.filter(|version| is_date(version)).zip(parts.next()) else { return };
        for (key, expected) in [("product", product), ("version", version)] {
            let Some((value, found)) = info.get(key).and_then(|value| Some((value, value.text()?))) else { continue };
            if !found.eq_ignore_ascii_case(expected) {
                let message = format!("`{key}` is `{found}`, and the path of the file contains `{expected}`");
                let help = "correct the key, or move the file to `PRODUCT/VERSION.json`";
                self.mistake(rule::UNKNOWN_NAME, value.span, message, help);
            }
        }
    }

    fn endpoint(&mut self, endpoint: &'a Value) {
        self.keys(Level::Endpoint, endpoint);
        self.name(endpoint, "regionId");
        for key in ["endpoint", "public", "vpc"] {
            let Some((value, host)) = endpoint.get(key).and_then(|value| Some((value, scalar(value)?))) else {
                continue;
            };
            let problem = match host {
                "" => continue,
                _ if host.trim() != host => "begins or ends with white space, which is ignored",
                _ if host.contains("://") => "has a scheme, which is not part of a host name",
                _ if host.contains('/') => "has a path, which is not part of a host name",
                _ if !host.contains('.') || host.split('.').any(|label| !is_label(label)) => "is not a valid host name",
                _ if !DOMAINS.contains(&domain(host)) && nearest(domain(host), DOMAINS).is_some() => {
                    "has a misspelled domain"
                }
                _ => continue,
            };
            let message = format!("the host `{host}` {problem}");
            let help = "use only the host name, as in `PRODUCT.REGION.aliyuncs.com`";
            // White space occurs in the vendor's documents and is harmless.
            if host.trim() == host {
                self.mistake(rule::BAD_ENDPOINT, value.span, message, help);
            } else {
                self.warning(rule::BAD_ENDPOINT, value.span, message, help);
            }
        }
    }

    /// Reports the second endpoint of a region, which is unused.
    fn regions(&mut self) {
        let mut seen = Vec::new();
        for region in self.root.get("endpoints").map_or(&[][..], items).iter().filter_map(|it| it.get("regionId")) {
            let Some(name) = region.text() else { continue };
            if seen.contains(&name) {
                let message = format!("the region `{name}` has two endpoints; the first one is used");
                self.mistake(rule::BAD_ENDPOINT, region.span, message, "remove one of the two");
            }
            seen.push(name);
        }
    }

    /// Reports a mistake: an error in hand-written text, a warning in a document of the vendor.
    fn mistake(&mut self, rule: Rule, span: Span, message: impl Into<String>, help: impl Into<String>) {
        if self.hand_kept || span.start as usize > self.source.text().len() {
            self.error(rule, span, message, help);
        } else {
            self.warning(rule, span, message, help);
        }
    }

    fn error(&mut self, rule: Rule, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.report(Diagnostic::error(rule.error, span, message).help(help));
    }

    fn warning(&mut self, rule: Rule, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.report(Diagnostic::warning(rule.warning, span, message).help(help));
    }

    fn report(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.operation.clone_from(&self.operation);
        self.diagnostics.push(diagnostic);
    }

    /// Reports a value that must be an object, and that the reader ignores.
    fn object(&mut self, key: &str, value: &Value) {
        if value.members().is_none() && !matches!(value.kind, Kind::Null) {
            let message = format!("`{key}` must be an object, not {}", value.describe());
            let help = "`spec/schema.json` describes every key";
            self.mistake(rule::BAD_VALUE, value.span, message, help);
        }
    }

    /// Reports an empty object in place of a list, which the reader accepts as an empty list.
    fn list(&mut self, owner: &'a Value, key: &str) {
        let odd = |value: &&Value| match &value.kind {
            Kind::Object(members) => members.is_empty(),
            kind => matches!(kind, Kind::Null),
        };
        if let Some(value) = owner.get(key).filter(odd) {
            let message = format!("`{key}` must be an array, not {}", value.describe());
            self.mistake(rule::BAD_VALUE, value.span, message, "write `[]` where there is nothing to list");
        }
    }

    /// Reports an empty list in place of an object, which the reader accepts as an empty object.
    fn map(&mut self, key: &str, value: &'a Value) {
        if matches!(&value.kind, Kind::List(items) if items.is_empty()) {
            let message = format!("`{key}` must be an object, not an array");
            self.mistake(rule::BAD_VALUE, value.span, message, "write `{}` where there is nothing in it");
        }
    }

    /// Reports a number or a boolean in place of a name, which the reader accepts as text.
    fn name(&mut self, owner: &'a Value, key: &str) {
        if let Some(value) = owner.get(key).filter(|value| matches!(value.kind, Kind::Number(_) | Kind::Boolean(_))) {
            let message = format!("`{key}` must be a string, not {}", value.describe());
            self.mistake(rule::BAD_VALUE, value.span, message, "put it into double quotes");
        }
    }

    /// Returns the schema with its references resolved; unchanged if a reference is dangling.
    fn behind(&self, mut schema: &'a Value) -> &'a Value {
        for _ in 0..=self.schemas.len() {
            let reference = schema.get("$ref").and_then(Value::text);
            let Some(next) = reference.and_then(|next| self.schemas.get(schema_name(next))) else { break };
            schema = next;
        }
        schema
    }
}

/// Returns the name in `#/components/schemas/Name`.
fn schema_name(reference: &str) -> &str {
    reference.strip_prefix("#/components/schemas/").unwrap_or(reference)
}

fn members(value: &Value) -> &[crate::json::Member] {
    value.members().unwrap_or_default()
}

fn items(value: &Value) -> &[Value] {
    match &value.kind {
        Kind::List(items) => items,
        _ => &[],
    }
}

/// Returns a string, number or boolean as text.
fn scalar(value: &Value) -> Option<&str> {
    match &value.kind {
        Kind::Text(text) | Kind::Number(text) => Some(text),
        Kind::Boolean(true) => Some("true"),
        Kind::Boolean(false) => Some("false"),
        _ => None,
    }
}

/// Returns the position of the first character of an object.
fn head(object: &Value) -> Span {
    Span { start: object.span.start, end: object.span.start + 1 }
}

/// Returns the last two labels of a host.
fn domain(host: &str) -> &str {
    let start = host.rmatch_indices('.').nth(1).map_or(0, |(dot, _)| dot + 1);
    &host[start..]
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.as_slice(), [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2))
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=63).contains(&label.len()) && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
}
