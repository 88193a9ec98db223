//! The permissions of operations: in the documentation, and as a file for tools.

use super::InternalError;
use crate::markdown;
use crate::model::{Model, Operation, Permission};
use crate::permissions::{Condition, OperationPermissions, PermissionTable, Resource};

/// The name of the file with the permissions of all operations.
pub(super) const FILE: &str = "permissions.json";

/// Returns the permissions of all operations of a named model.
#[must_use]
pub fn table(model: &Model) -> PermissionTable {
    let operation = |operation: &Operation| OperationPermissions {
        name: operation.name.wire.clone(),
        request: operation.name.rust.clone(),
        method: operation.method.trim_start_matches("r#").to_owned(),
        anonymous: operation.anonymous,
        permissions: operation.docs.permissions.clone(),
        documentation: operation.docs.link.clone(),
    };
    PermissionTable {
        product: model.product.clone(),
        version: model.version.clone(),
        operations: model.operations.iter().map(operation).collect(),
    }
}

/// Returns the file without its first line: the marker opens the object, see [`marker`](crate::marker).
pub(super) fn file(model: &Model) -> Result<String, InternalError> {
    let text = serde_json::to_string_pretty(&table(model))
        .map_err(|error| InternalError { path: FILE.to_owned(), message: error.to_string() })?;
    Ok(escaped(text.trim_start_matches("{\n")) + "\n")
}

/// Returns JSON with escapes for the characters that must not be shown. Outside of strings there are none.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || markdown::is_allowed(c) {
            out.push(c);
        } else {
            out.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    out
}

/// Returns the RAM actions of an operation as a sentence.
pub(super) fn sentence(operation: &Operation) -> String {
    if operation.anonymous {
        return "This operation requires no credentials.".to_owned();
    }
    let actions: Vec<String> =
        operation.docs.permissions.iter().map(|permission| markdown::code(&permission.action)).collect();
    match actions.len() {
        0 => "The RAM action is not documented.".to_owned(),
        1 => format!("RAM action: {}.", actions.concat()),
        _ => format!("RAM actions: {}.", actions.join(", ")),
    }
}

/// Returns the section about the permissions of an operation.
pub(super) fn section(operation: &Operation) -> Vec<String> {
    let permissions = &operation.docs.permissions;
    let mut lines = vec!["# Permissions".to_owned(), String::new()];
    if operation.anonymous || permissions.is_empty() {
        lines.push(sentence(operation));
        return lines;
    }
    lines.push("| RAM action | Access level | Resources | Condition keys | Dependent actions |".to_owned());
    lines.push("|---|---|---|---|---|".to_owned());
    lines.extend(permissions.iter().map(row));
    let marks = |resource: &Resource| resource.required && resource.kind.is_some();
    if permissions.iter().flat_map(|permission| &permission.resources).any(marks) {
        lines.extend([String::new(), "\\* The service always checks this resource.".to_owned()]);
    }
    lines
}

fn row(permission: &Permission) -> String {
    let list = |items: Vec<String>, empty: &str| if items.is_empty() { empty.to_owned() } else { items.join(", ") };
    let level = permission.access_level.as_deref().map_or_else(|| "not documented".to_owned(), markdown::line);
    let cells = [
        markdown::code(&permission.action),
        level,
        list(permission.resources.iter().map(resource).collect(), "not documented"),
        list(permission.conditions.iter().map(condition).collect(), "none"),
        list(permission.dependent_actions.iter().map(|action| markdown::code(action)).collect(), "none"),
    ];
    format!("| {} |", cells.map(|cell| markdown::cell(&cell)).join(" | "))
}

fn resource(resource: &Resource) -> String {
    let arn = markdown::code(&resource.arn);
    match &resource.kind {
        None if resource.arn == "*" => format!("all resources ({arn})"),
        None => arn,
        Some(kind) => {
            let mark = if resource.required { "\\*" } else { "" };
            format!("{}{mark} ({arn})", markdown::line(kind))
        }
    }
}

fn condition(condition: &Condition) -> String {
    let key = markdown::code(&condition.key);
    if condition.always == Some(false) { format!("{key} (not in every request)") } else { key }
}
