//! Documentation attributes.

use proc_macro2::TokenStream;
use quote::quote;

use super::{codes, permissions};
use crate::markdown;
use crate::model::{Docs, Field, Name, Operation, OperationDocs, RateLimit, Type, TypeKind};
use crate::name::snake;

/// Returns lines of documentation as attributes.
pub(super) fn attributes(lines: &[String]) -> TokenStream {
    let lines = spaced(lines);
    quote!(#(#[doc = #lines])*)
}

/// Returns lines of documentation as attributes of the enclosing module.
pub(super) fn inner_attributes(lines: &[String]) -> TokenStream {
    let lines = spaced(lines);
    quote!(#(#![doc = #lines])*)
}

fn spaced(lines: &[String]) -> impl Iterator<Item = String> {
    lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") })
}

/// Returns a sentence with the required fields, if there are any.
pub(super) fn required<'m>(fields: impl Iterator<Item = &'m Field>) -> Option<String> {
    let required: Vec<String> =
        fields.filter(|field| field.required).map(|field| markdown::code(&field.name.rust)).collect();
    (!required.is_empty()).then(|| format!("Required: {}.", required.join(", ")))
}

/// Returns the first sentence of a field's documentation.
pub(super) fn field_summary(docs: &Docs, wire: &str) -> String {
    let text = docs.text.as_deref().map(markdown::sentence).filter(|text| !text.is_empty());
    text.unwrap_or_else(|| undocumented(wire))
}

fn undocumented(wire: &str) -> String {
    format!("{} (not documented).", markdown::code(wire))
}

/// Returns the documentation of a field or a parameter.
pub(super) fn field(docs: &Docs, name: &Name, required: bool) -> Vec<String> {
    let wire = name.wire.as_str();
    let mut lines = docs.text.as_deref().map(markdown::lines).unwrap_or_default();
    if lines.is_empty() {
        lines.push(undocumented(wire));
    }
    let mut facts = Vec::new();
    if name.case_name.is_some() || name.rust.trim_end_matches('_') != snake(wire).trim_end_matches('_') {
        facts.push(format!("Name on the wire: {}.", markdown::code(wire)));
    }
    if required {
        facts.push("Required.".to_owned());
    }
    if let Some(range) = &docs.range {
        facts.push(format!("Range: {}.", markdown::line(range)));
    }
    if let Some(items) = &docs.items {
        facts.push(format!("Items: {}.", markdown::line(items)));
    }
    if let Some(length) = &docs.length {
        facts.push(format!("Length: {}.", markdown::line(length)));
    }
    if let Some(default) = &docs.default {
        facts.push(format!("Default: {}.", markdown::code(default)));
    }
    if let Some(example) = &docs.example {
        facts.push(format!("Example: {}.", markdown::code(example)));
    }
    if !facts.is_empty() {
        lines.push(String::new());
        lines.push(facts.join(" "));
    }
    if !docs.values.is_empty() {
        lines.extend([String::new(), "Known values:".to_owned(), String::new()]);
        lines.extend(docs.values.iter().map(|(value, title)| known_value(value, title.as_deref())));
    }
    lines
}

fn known_value(value: &str, title: Option<&str>) -> String {
    match title.map(markdown::line).filter(|title| !title.is_empty()) {
        Some(title) => format!("- {}: {title}", markdown::code(value)),
        None => format!("- {}", markdown::code(value)),
    }
}

/// Returns the documentation of a type. The text of its field describes the field, and not the type.
pub(super) fn named_type(found: &Type) -> Vec<String> {
    let text = found.docs.text.as_deref().filter(|text| {
        let of_field = found.parent.as_ref().and_then(|owner| owner.text.as_deref());
        of_field != Some(*text)
    });
    let mut lines = text.map(markdown::lines).unwrap_or_default();
    if lines.is_empty() {
        lines.push(match (&found.parent, &found.kind) {
            (Some(owner), TypeKind::Enum(_)) => format!("Values of [`{}::{}`].", owner.name, owner.field),
            (Some(owner), TypeKind::Object(_)) if owner.element => {
                format!("An item of [`{}::{}`].", owner.name, owner.field)
            }
            (Some(owner), TypeKind::Object(_)) => format!("The value of [`{}::{}`].", owner.name, owner.field),
            (None, _) => {
                let wire = found.path.last().map(String::as_str).unwrap_or_default();
                format!("The schema {} (not documented).", markdown::code(wire))
            }
        });
    }
    if let (true, TypeKind::Object(fields)) = (found.in_request, &found.kind)
        && let Some(required) = required(fields.iter())
    {
        lines.extend([String::new(), required]);
    }
    lines
}

/// Returns the summary of an operation for lists.
pub(super) fn summary(operation: &Operation) -> String {
    let docs = &operation.docs;
    let text = docs.summary.as_deref().or(docs.text.as_deref()).map(markdown::first).unwrap_or_default();
    if text.is_empty() { format!("Calls {}.", markdown::code(&operation.name.wire)) } else { text }
}

/// Returns the documentation of an operation, for the request type.
pub(super) fn operation(operation: &Operation, example: Option<Vec<String>>) -> Vec<String> {
    let docs = &operation.docs;
    let mut lines = match &docs.summary {
        Some(summary) => markdown::lines(summary),
        None => Vec::new(),
    };
    if lines.is_empty() {
        lines.push(summary(operation));
    }
    let paragraphs = docs.text.as_deref().map(markdown::lines).unwrap_or_default();
    if !paragraphs.is_empty() && paragraphs != lines {
        lines.push(String::new());
        lines.extend(paragraphs);
    }
    if docs.high_risk {
        lines.extend([String::new(), "The service classifies this operation as high-risk.".to_owned()]);
    }
    if operation.pages.is_some() {
        let text = "Returns one page of a list. [`Call::items`] and [`Call::pages`] iterate over all pages.";
        lines.extend([String::new(), text.to_owned()]);
    }
    if operation.events {
        let text = "The response can also be a stream of server-sent events, which [`Call::events`] reads.";
        lines.extend([String::new(), text.to_owned()]);
    }
    lines.extend([String::new(), format!("Returns [`{}`].", operation.response_type)]);
    for section in [permissions::section(operation), codes::section(operation), limits(docs), charges(docs)] {
        if !section.is_empty() {
            lines.push(String::new());
            lines.extend(section);
        }
    }
    if let Some(example) = example {
        lines.extend([String::new(), "# Examples".to_owned(), String::new()]);
        lines.extend(example);
    }
    if let Some(link) = docs.link.as_deref().filter(|link| is_link(link)) {
        lines.extend([String::new(), format!("[Documentation of the service]({link})")]);
    }
    lines
}

/// Returns the section about the rate limits of an operation; nothing if none are documented.
fn limits(docs: &OperationDocs) -> Vec<String> {
    if docs.rate_limits.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["# Limits".to_owned(), String::new()];
    lines.extend(docs.rate_limits.iter().map(rate_limit));
    lines
}

/// Returns a rate limit as a sentence.
pub(super) fn rate_limit(limit: &RateLimit) -> String {
    format!("At most {} for each account.", markdown::line(&limit.to_string()))
}

/// Returns the section about charges; nothing if a call is free, or if that is not documented.
fn charges(docs: &OperationDocs) -> Vec<String> {
    if !docs.charged {
        return Vec::new();
    }
    vec!["# Charges".to_owned(), String::new(), "A call may incur charges.".to_owned()]
}

/// Whether a text is a URL that needs no escape between angle brackets.
pub(super) fn is_link(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~/?#&=%+:".contains(c);
    text.starts_with("https://") && text.chars().all(allowed)
}
