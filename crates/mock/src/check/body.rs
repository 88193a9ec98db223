//! Request bodies.

use alicloud_document::document::Parameter;
use serde_json::{Map, Value};

use super::field::Fields;
use super::{Location, Parts, Rules, json};
use crate::failure::Failure;
use crate::logs;
use crate::request::FORM;
use crate::schema::Kind;

/// The contents of a body.
pub(super) enum Content<'a, 'e> {
    /// One value, which this parameter describes.
    Whole(&'a Parameter),
    Form(Fields<'a, 'e>),
    Nothing,
}

/// Determines the contents of the body from the declaration: one value, a form, or nothing.
pub(super) fn classify<'a, 'e>(rules: Rules<'a>, parts: &Parts<'e>) -> Result<Content<'a, 'e>, Failure> {
    let request = parts.request;
    if let Some(parameter) = rules.declared(Location::Body, parts.source).next() {
        return Ok(Content::Whole(parameter));
    }
    let takes_form = rules.declared(Location::Form, parts.source).next().is_some();
    match parts.form {
        _ if request.body.is_empty() && !takes_form => Ok(Content::Nothing),
        Some(pairs) => {
            let own = pairs.iter().filter(|(name, _)| !rules.is_system(name, Location::Form, parts));
            Fields::assign(rules, Location::Form, parts.source, own).map(Content::Form)
        }
        None if request.body.is_empty() => Fields::assign(rules, Location::Form, parts.source, &[]).map(Content::Form),
        None if takes_form => Err(Failure::invalid(format!("the body must be a form: content-type {FORM}"))),
        None => Err(Failure::invalid(format!("{} has no body", rules.operation.name.value))),
    }
}

/// Decodes the body.
pub(super) fn read<'a>(
    rules: Rules<'a>,
    parts: &Parts<'_>,
    content: Content<'a, '_>,
    decoded: &mut Map<String, Value>,
) -> Result<(), Failure> {
    match content {
        Content::Whole(parameter) => whole(rules, parts, parameter, decoded),
        Content::Form(fields) => fields.read(rules, decoded),
        Content::Nothing => Ok(()),
    }
}

fn whole<'a>(
    rules: Rules<'a>,
    parts: &Parts<'_>,
    parameter: &'a Parameter,
    decoded: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let request = parts.request;
    let name = &parameter.name.value;
    let kind = rules.types.kind(&parameter.schema);
    let is_xml = parameter.style.as_ref().is_some_and(|style| style.value == "xml");
    if request.body.is_empty() && parameter.schema.required {
        return Err(Failure::missing(name));
    }
    if kind.is_scalar() || is_xml {
        if !request.body.is_empty() {
            decoded.insert(name.clone(), String::from_utf8_lossy(&request.body).into());
        }
        return Ok(());
    }
    // Simple Log Service receives no body if one that refers to a schema is not set.
    let may_be_absent = request.header("x-log-apiversion").is_some() && parameter.schema.reference.is_some();
    if request.body.is_empty() && kind != Kind::Any && !may_be_absent {
        return Err(Failure::invalid(format!("{name} is a JSON body, which is always sent: {{}} if nothing is set")));
    }
    if request.body.is_empty() {
        return Ok(());
    }
    if request.media_type() == logs::PROTOBUF {
        let value = logs::read_group(request)?;
        json::check(rules, name, &value, &parameter.schema)?;
        decoded.insert(name.clone(), value);
        return Ok(());
    }
    let is_json = request.media_type() == "application/json";
    let value: Option<Value> = serde_json::from_slice(&request.body).ok();
    match value {
        // The vendor's SDKs send this if an optional body is not set.
        Some(Value::Object(members)) if is_json && members.is_empty() && !parameter.schema.required => {}
        Some(value) if is_json => {
            json::check(rules, name, &value, &parameter.schema)?;
            decoded.insert(name.clone(), value);
        }
        // An untyped body may be anything, including text.
        None if kind == Kind::Any => {
            decoded.insert(name.clone(), String::from_utf8_lossy(&request.body).into());
        }
        Some(_) => return Err(Failure::invalid("the body must be JSON: content-type application/json")),
        None => return Err(Failure::invalid("the body is not JSON")),
    }
    Ok(())
}
