//! Assigns every Rust name, and reports collisions.
//!
//! The rules are deterministic and depend on one scope at a time: a name keeps its Rust name unless an earlier one
//! has it. `x-rust-name`, `x-rust-type` and `x-enum-names` override them.

mod cases;
mod identifier;
mod types;

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{self, Diagnostic};
use crate::document::Document;
use crate::model::{ErrorCode, Field, Model, Name, Owner, TypeKind};
use crate::source::Span;

pub use identifier::{pascal, snake};

/// The struct of a request's required fields, if there are more than [`POSITIONAL`].
pub const REQUIRED: &str = "Required";

/// The maximum number of required parameters that are arguments of a constructor.
pub const POSITIONAL: usize = 3;

/// The catch-all variant of every enumeration.
pub const CATCH_ALL: &str = "UnknownValue";

/// Names that generated modules and derives use, and that a link in the documentation could refer to.
const TAKEN_TYPES: &[&str] = &[
    "BTreeMap",
    "Blob",
    "Box",
    "Bytes",
    "Call",
    "Client",
    "Clone",
    "Copy",
    "Cursor",
    "Debug",
    "Decode",
    "Default",
    "Encode",
    "Eq",
    "Fields",
    "From",
    "Hash",
    "Into",
    "IntoIterator",
    "Iterator",
    "Method",
    "None",
    "Operation",
    "OperationInfo",
    "Option",
    "Ord",
    "Paged",
    "Paging",
    "Parameters",
    "PartialEq",
    "PartialOrd",
    "Place",
    "ResponseKind",
    "Sensitive",
    "ServerEvents",
    "Service",
    "Some",
    "String",
    "Timestamp",
    "UnknownValue",
    "Value",
    "Vec",
    "View",
    "Wire",
];

/// Methods of a request besides its setters.
const TAKEN_FIELDS: &[&str] = &["new", "call", "clone", "default", "fmt", "into"];

/// Methods of a client besides its operations.
const TAKEN_METHODS: &[&str] = &["new", "from_default_chain", "call_raw", "config", "endpoint", "region"];

/// Methods that traits of the standard library add to a client, or to a pointer to one. A call would resolve to these,
/// because the operation's own method takes a reference.
const PRELUDE_METHODS: &[&str] = &[
    "as_mut",
    "as_ref",
    "borrow",
    "borrow_mut",
    "clone",
    "clone_from",
    "clone_into",
    "clone_to_uninit",
    "cmp",
    "default",
    "drop",
    "eq",
    "fmt",
    "from",
    "hash",
    "into",
    "into_future",
    "into_iter",
    "ne",
    "partial_cmp",
    "to_owned",
    "to_string",
    "try_from",
    "try_into",
    "type_id",
];

/// The maximum length of a type's name, in bytes: rustdoc uses it with an extension as a file name.
const MAX_TYPE_NAME: usize = 232;

/// Crates that are visible everywhere, or that a generated crate depends on.
const TAKEN_ROOTS: &[&str] = &["alicloud_core", "alloc", "core", "proc_macro", "std", "test"];

/// Assigns every Rust name of the model.
#[must_use]
pub fn name(model: &mut Model, document: &Document) -> Vec<Diagnostic> {
    let mut namer = Namer { diagnostics: Vec::new(), operation: None, capitalized: cases::is_capitalized(model) };
    namer.package(model, document);
    namer.operations(model);
    namer.shared_types(model);
    for index in 0..model.operations.len() {
        namer.operation = Some(model.operations[index].name.wire.clone());
        namer.operation_types(model, index);
        let parameters = model.operations[index].parameters.iter_mut().map(|parameter| &mut parameter.field);
        namer.fields(parameters);
        error_codes(&mut model.operations[index].docs.error_codes);
        namer.operation = None;
    }
    error_codes(&mut model.error_codes);
    for found in &mut model.types {
        namer.operation = match found.owner {
            Owner::Operation(index) => model.operations.get(index).map(|operation| operation.name.wire.clone()),
            Owner::Shared => None,
        };
        if !found.is_reached() {
            continue;
        }
        match &mut found.kind {
            TypeKind::Object(fields) => namer.fields(fields.iter_mut()),
            TypeKind::Enum(variants) => {
                let mut scope = Scope::new(&[CATCH_ALL]);
                for variant in variants {
                    namer.assign(&mut variant.name, &mut scope, pascal, is_variant);
                }
            }
        }
    }
    types::parents(model);
    namer.report_generic_names(model);
    namer.diagnostics
}

struct Namer {
    diagnostics: Vec<Diagnostic>,
    operation: Option<String>,
    /// Whether most names of the document begin with an upper-case letter.
    capitalized: bool,
}

/// The names of one module, struct or enum.
struct Scope {
    taken: HashSet<String>,
    /// The names in lower case, if two must differ in more than case, because file systems may ignore it.
    folded: Option<HashSet<String>>,
}

impl Scope {
    fn new(taken: &[&str]) -> Self {
        Self { taken: taken.iter().map(|name| (*name).to_owned()).collect(), folded: None }
    }

    /// Creates a scope for names of types, each of which has its own file in the documentation.
    fn of_types() -> Self {
        Self { folded: Some(HashSet::new()), ..Self::new(TAKEN_TYPES) }
    }

    fn is_free(&self, name: &str) -> bool {
        let folded = |folded: &HashSet<String>| folded.contains(&name.to_ascii_lowercase());
        !name.is_empty() && !self.taken.contains(name) && !self.folded.as_ref().is_some_and(folded)
    }

    /// Reserves a name if it is free.
    fn take(&mut self, name: &str) -> bool {
        let free = self.is_free(name);
        if free {
            self.taken.insert(name.to_owned());
            if let Some(folded) = &mut self.folded {
                folded.insert(name.to_ascii_lowercase());
            }
        }
        free
    }

    /// Reserves a name, or the first free one with a number.
    fn take_numbered(&mut self, name: &str) -> String {
        let separator = if name.ends_with(|last: char| last.is_ascii_digit()) { "_" } else { "" };
        let stem = name.trim_end_matches('_');
        let numbered = std::iter::once(name.to_owned()).chain((2..).map(|number| format!("{stem}{separator}{number}")));
        numbered.into_iter().find(|name| self.take(name)).unwrap_or_default()
    }
}

impl Namer {
    fn report(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.operation.clone_from(&self.operation);
        self.diagnostics.push(diagnostic);
    }

    fn package(&mut self, model: &mut Model, document: &Document) {
        let wanted = document.package.as_ref();
        let name = wanted.and_then(|package| package.name.as_ref());
        for (what, text) in [("product", &document.product), ("version", &document.version)] {
            // Headers, file names and links contain them unchanged.
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            if !(text.is_empty() || text.chars().all(plain) && text.starts_with(|c: char| c.is_ascii_alphanumeric())) {
                let message = format!("`{}` cannot be the {what} of an API", text.value);
                let help = format!("`info.{what}` consists of letters, digits, dashes, dots and underscores");
                self.report(Diagnostic::error(diagnostic::BAD_PACKAGE, text.span, message).help(help));
                return;
            }
            // The missing text is already reported.
            if text.span == Span::default() && name.is_none() {
                return;
            }
        }
        model.package = match name {
            Some(name) => name.value.clone(),
            None => {
                let digits: String = document.version.chars().filter(char::is_ascii_alphanumeric).collect();
                format!("alicloud-{}-{}", kebab(&document.product), digits.to_ascii_lowercase())
            }
        };
        let span = name.map_or(document.product.span, |name| name.span);
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        let valid = model.package.starts_with(|c: char| c.is_ascii_lowercase())
            && model.package.chars().all(letters)
            && !model.package.contains("--")
            && !model.package.ends_with('-')
            && model.package.len() <= 64;
        if !valid {
            let message = format!("`{}` is not a valid package name", model.package);
            let help = "set `info.x-crate.name` to lower-case letters, digits and dashes";
            self.report(Diagnostic::error(diagnostic::BAD_PACKAGE, span, message).help(help));
        }
        let root = model.package.replace('-', "_");
        if valid && (TAKEN_ROOTS.contains(&root.as_str()) || !identifier::is_valid(&root)) {
            let message = format!("a crate cannot be named `{}`, which has another meaning in Rust", model.package);
            let help = "set `info.x-crate.name` to another name, such as `alicloud-<product>-<version>`";
            self.report(Diagnostic::error(diagnostic::BAD_PACKAGE, span, message).help(help));
        }
        let version = wanted.and_then(|package| package.version.as_ref());
        model.package_version = version.map_or("0.1.0", |version| &version.value).to_owned();
        let numbers = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let core = model.package_version.split(['-', '+']).next().unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
        if core.split('.').count() != 3 || !core.split('.').all(numbers) || !model.package_version.chars().all(plain) {
            let span = version.map_or(span, |version| version.span);
            let message = format!("`{}` is not a valid package version", model.package_version);
            self.report(
                Diagnostic::error(diagnostic::BAD_PACKAGE, span, message).help("use three numbers, such as 0.1.0"),
            );
        }
    }

    fn operations(&mut self, model: &mut Model) {
        let mut types = Scope::of_types();
        let mut methods = Scope::new(&[]);
        for operation in &mut model.operations {
            self.operation = Some(operation.name.wire.clone());
            let wanted = self.requested_type(operation.name.requested.as_deref(), operation.name.span);
            let mut base = wanted.unwrap_or_else(|| pascal(&operation.name.wire));
            if TAKEN_TYPES.contains(&base.as_str()) || base == REQUIRED {
                base.push_str("Request");
            }
            let stem = base.trim_end_matches('_').to_owned();
            let mut name = base.clone();
            let mut method = method_name(&base);
            let mut number = 1;
            let response = loop {
                let response = format!("{}Response", name.trim_end_matches('_'));
                if types.is_free(&name) && types.is_free(&response) && methods.take(&method) {
                    break response;
                }
                number += 1;
                name = format!("{stem}{number}");
                method = format!("{}{number}", snake(&base).trim_end_matches('_'));
            };
            if number > 1 {
                self.collision(&operation.name.wire, operation.name.span, &name);
            }
            types.take(&name);
            types.take(&response);
            operation.name.rust = name;
            operation.method = method;
            operation.response_type = response;
            self.operation = None;
        }
    }

    fn fields<'m>(&mut self, fields: impl Iterator<Item = &'m mut Field>) {
        let mut scope = Scope::new(TAKEN_FIELDS);
        let mut fields: Vec<&mut Field> = fields.collect();
        cases::distinguish(&mut fields, self.capitalized);
        for field in fields {
            self.assign(&mut field.name, &mut scope, snake, identifier::is_snake_case);
        }
    }

    fn assign(&mut self, name: &mut Name, scope: &mut Scope, convert: fn(&str) -> String, fits: fn(&str) -> bool) {
        let wanted = name.requested.clone().filter(|wanted| identifier::is_valid(wanted) && fits(wanted));
        if let (Some(wanted), None) = (&name.requested, &wanted) {
            let help = match identifier::is_valid(wanted) {
                true => format!("follow Rust's naming conventions, for example `{}`", convert(wanted)),
                false => "use letters, digits and underscores, and no Rust keyword".to_owned(),
            };
            self.unnameable(wanted, name.span, &help);
        }
        let natural = wanted.or_else(|| name.case_name.clone()).unwrap_or_else(|| convert(&name.wire));
        // Conflicts with names of generated code are avoided silently; only two names of the document collide.
        let reserved = TAKEN_FIELDS.contains(&natural.as_str()) || natural == CATCH_ALL;
        let natural = if reserved { format!("{natural}_") } else { natural };
        name.rust = scope.take_numbered(&natural);
        if name.rust != natural {
            self.collision(&name.wire, name.span, &name.rust.clone());
        }
    }

    /// Returns the name that a document requests, if a type can have it.
    fn requested_type(&mut self, wanted: Option<&str>, span: Span) -> Option<String> {
        let wanted = wanted?;
        if identifier::is_valid(wanted) && identifier::is_camel_case(wanted) && wanted.len() <= MAX_TYPE_NAME {
            return Some(wanted.to_owned());
        }
        self.unnameable(wanted, span, "type names are in upper camel case, and consist of letters and digits");
        None
    }

    fn unnameable(&mut self, wanted: &str, span: Span, help: &str) {
        let message = format!("`{wanted}` is not a valid Rust name here");
        self.report(Diagnostic::error(diagnostic::UNNAMEABLE, span, message).help(help));
    }

    fn type_collision(&mut self, wire: &str, span: Span, rust: &str) {
        let message =
            format!("the schema `{wire}` has the same Rust name as an earlier one, so it is renamed to `{rust}`");
        let help = "set another name with `x-rust-type`";
        self.report(Diagnostic::warning(diagnostic::COLLISION, span, message).help(help));
    }

    fn collision(&mut self, wire: &str, span: Span, rust: &str) {
        let message = format!("`{wire}` has the same Rust name as an earlier entry, so it is renamed to `{rust}`");
        let help = "set another name with `x-rust-name`, or for enum values with `x-enum-names`";
        self.report(Diagnostic::warning(diagnostic::COLLISION, span, message).help(help));
    }
}

/// Returns the method of an operation, which is also the name of a file.
fn method_name(base: &str) -> String {
    let method = snake(base);
    let taken = [TAKEN_METHODS, PRELUDE_METHODS].iter().any(|names| names.contains(&method.as_str()));
    if taken || identifier::is_device(&method) { format!("{method}_") } else { method }
}

/// Whether a variant can have the name: an enumeration has an associated constant.
fn is_variant(name: &str) -> bool {
    identifier::is_camel_case(name) && name != "KNOWN"
}

/// Names the constants of error codes: one for each code, with any statuses.
fn error_codes(codes: &mut [ErrorCode]) {
    let mut scope = Scope::new(&[]);
    let mut known: HashMap<String, String> = HashMap::new();
    for code in codes {
        // Other codes are text with a placeholder.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':' | '/');
        if code.code.is_empty() || code.code.len() > 100 || !code.code.chars().all(plain) {
            continue;
        }
        let name = known.entry(code.code.clone()).or_insert_with(|| {
            scope.take_numbered(snake(&code.code).trim_end_matches('_').to_ascii_uppercase().as_str())
        });
        code.rust.clone_from(name);
    }
}

fn kebab(text: &str) -> String {
    let dashed: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    dashed.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}
