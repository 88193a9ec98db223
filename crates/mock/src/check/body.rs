//! The body.

use alicloud_codegen::document::Parameter;
use serde_json::{Map, Value};

use super::{Parts, Place, Rules, field, json};
use crate::failure::Failure;
use crate::request::FORM;
use crate::schema::Kind;

/// Reads the body as the operation declares it: one value, a form, or none.
pub(super) fn read(rules: Rules<'_>, parts: &Parts<'_>, decoded: &mut Map<String, Value>) -> Result<(), Failure> {
    let request = parts.request;
    let method = request.method.as_str();
    if let Some(parameter) = rules.declared(Place::Body, method).next() {
        return whole(rules, parts, parameter, decoded);
    }
    let takes_form = rules.declared(Place::Form, method).next().is_some();
    match parts.form {
        Some(pairs) if takes_form || !request.body.is_empty() => {
            field::read(rules, Place::Form, method, pairs, decoded)
        }
        None if takes_form && !request.body.is_empty() => {
            Err(Failure::invalid(format!("the body must be a form: content-type {FORM}")))
        }
        None if takes_form => field::read(rules, Place::Form, method, &[], decoded),
        _ if request.body.is_empty() => Ok(()),
        _ => Err(Failure::invalid(format!("{} takes no body", rules.operation.name.value))),
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
    if request.body.is_empty() && kind != Kind::Any {
        return Err(Failure::invalid(format!("{name} is a JSON body, which is always sent: {{}} if nothing is set")));
    }
    if request.body.is_empty() {
        return Ok(());
    }
    let is_json = request.media_type() == "application/json";
    let value: Option<Value> = serde_json::from_slice(&request.body).ok();
    match value {
        // What is sent where the body is optional and was not set.
        Some(Value::Object(members)) if is_json && members.is_empty() && !parameter.schema.required => {}
        Some(value) if is_json => {
            json::check(rules, name, &value, &parameter.schema)?;
            decoded.insert(name.clone(), value);
        }
        // Without a type anything goes, as text too.
        None if kind == Kind::Any => {
            decoded.insert(name.clone(), String::from_utf8_lossy(&request.body).into());
        }
        Some(_) => return Err(Failure::invalid("the body must be JSON: content-type application/json")),
        None => return Err(Failure::invalid("the body is not JSON")),
    }
    Ok(())
}
