//! The statement that an error says is missing.
//!
//! The service describes a missing permission in `AccessDeniedDetail` of the response: `AuthAction`, the identity, and
//! `EncodedDiagnosticMessage`, which the RAM operation
//! [`DecodeDiagnosticMessage`](https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-decodediagnosticmessage)
//! decodes to a text that also has `AuthResource`.

use std::collections::BTreeSet;
use std::fmt;

use crate::arn::Variables;
use crate::policy::{Statement, statements};
use crate::requirement::Requirements;
use crate::usage::{Operation, Origin, Table, Usages, add};

/// The statements that an error needs, and what a reader must know about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The statements to add.
    pub statements: Vec<Statement>,
    /// What limits the answer.
    pub notes: Vec<String>,
}

/// An error text that names no action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAction;

impl fmt::Display for NoAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the error names neither a RAM action nor an operation whose action is documented")
    }
}

impl std::error::Error for NoAction {}

/// Finds the statement that is missing, in the text of an error, its response, or a decoded diagnostic message.
///
/// # Errors
/// Returns an error if the text names neither an action nor an operation with a documented action.
pub fn fix(error: &str, tables: &[Table], variables: &Variables) -> Result<Fix, NoAction> {
    let mut notes = Vec::new();
    if value(error, "NoPermissionType") == Some("ExplicitDeny") || value(error, "ExplicitDeny") == Some("true") {
        notes.push(
            "a statement denies the action, and no other statement can allow it: remove or narrow the `Deny`"
                .to_owned(),
        );
    }
    let action = action(error);
    let statements = match (action, value(error, "AuthResource")) {
        (Some(action), Some(resource)) => vec![Statement::allow([action.to_owned()], [resource.to_owned()])],
        (action, _) => {
            let named = operations(error, action, tables);
            let requirements = Requirements::new(&named, tables, variables);
            let mut needed = requirements.needed();
            needed.retain(|name, _| action.is_none_or(|action| action == name));
            notes.extend(requirements.warnings);
            if let Some(action) = action.filter(|_| needed.is_empty()) {
                notes.push(format!("the resource of `{action}` is not known here; the statement has `*`"));
                needed.insert(action.to_owned(), ["*".to_owned()].into());
            }
            statements(&needed)
        }
    };
    if statements.is_empty() {
        return Err(NoAction);
    }
    if value(error, "AuthResource").is_none() && value(error, "EncodedDiagnosticMessage").is_some() {
        notes.push(
            "`alicloud call ram DecodeDiagnosticMessage --EncodedDiagnosticMessage …` returns the resource too"
                .to_owned(),
        );
    }
    Ok(Fix { statements, notes })
}

/// Returns the action that an error names.
#[must_use]
pub fn action(error: &str) -> Option<&str> {
    let found = value(error, "AuthAction").or_else(|| after(error, "RAM action"))?;
    // `RAM action ecs:RunInstances: not allowed`.
    Some(found.trim_end_matches([':', '.'])).filter(|text| is_action(text))
}

/// Returns the operations that a text names, or those that need an action.
fn operations(error: &str, action: Option<&str>, tables: &[Table]) -> Usages {
    let words: BTreeSet<&str> = error.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let mut usages = Usages::new();
    for table in tables {
        for of in &table.permissions.operations {
            let needs = |action: &str| of.permissions.iter().any(|permission| permission.action == action);
            if words.contains(of.name.as_str()) && action.is_none_or(needs) {
                let (product, version) = (table.permissions.product.clone(), table.permissions.version.clone());
                add(&mut usages, Operation { product, version, name: of.name.clone() }, Origin::Named);
            }
        }
    }
    if usages.is_empty() && action.is_some() {
        // The text does not name the operation: any operation with this action has the documented resources.
        let found = tables.iter().find_map(|table| {
            let needs = |action: &str| {
                table.permissions.operations.iter().find(|of| of.permissions.iter().any(|it| it.action == action))
            };
            let of = action.and_then(needs)?;
            let (product, version) = (table.permissions.product.clone(), table.permissions.version.clone());
            Some(Operation { product, version, name: of.name.clone() })
        });
        if let Some(operation) = found {
            add(&mut usages, operation, Origin::Named);
        }
    }
    usages
}

/// Returns the value of a name in JSON, in the `Debug` text of a map, or in `name: value`.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    // Only ASCII letters change, so positions in the lower-case text are positions in the text.
    let (lower, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
    let boundary = |before: &str| !before.ends_with(|c: char| c.is_alphanumeric());
    let (at, _) = lower.match_indices(&name).find(|(at, found)| {
        let rest = &lower[at + found.len()..];
        boundary(&lower[..*at]) && rest.trim_start_matches(FILL).len() < rest.len()
    })?;
    word(&text[at + name.len()..])
}

/// Returns the word after a phrase.
fn after<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    text.split_once(phrase).and_then(|(_, rest)| word(rest))
}

/// What is between a name and its value in the notations of errors, including escaped quotes.
const FILL: [char; 9] = ['"', '\'', '`', '\\', ':', '=', ' ', '(', '\n'];

fn word(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(FILL);
    // The `Debug` text of a JSON value.
    let text = text.strip_prefix("String(").unwrap_or(text).trim_start_matches(FILL);
    let end = text.find(|c: char| c.is_whitespace() || "\"'`\\,;)}]".contains(c)).unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

fn is_action(text: &str) -> bool {
    let part = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_*".contains(c));
    text.split_once(':').is_some_and(|(product, name)| part(product) && part(name))
}
