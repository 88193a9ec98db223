//! Encodes values as compact JSON: without escapes for non-ASCII characters and HTML, and without absent fields.

use std::fmt::Write as _;

use serde_json::Value;

use super::flatten::{entries, json_number, number, text};
use super::{DEPTH, EncodeError, View};

/// Appends the JSON of `view`; returns `false` and appends nothing if it is absent.
pub(crate) fn write(view: &View<'_>, out: &mut String, depth: usize) -> Result<bool, EncodeError> {
    if depth > DEPTH {
        return Err(EncodeError::TooDeep);
    }
    let view = &view.plain();
    match view {
        View::Absent | View::Sensitive(_) => return Ok(false),
        View::Json(Value::Null) => out.push_str("null"),
        View::Boolean(_) | View::Integer(_) | View::Json(Value::Bool(_)) => return text(view, out),
        View::Number(value) => number(*value, out)?,
        View::Json(Value::Number(value)) => json_number(value, out)?,
        View::Text(value) => string(value, out),
        View::Json(Value::String(value)) => string(value, out),
        View::Bytes(value) => string(std::str::from_utf8(value).map_err(|_| EncodeError::NotText)?, out),
        // Base64 needs no escaping.
        View::Base64(_) => {
            out.push('"');
            text(view, out)?;
            out.push('"');
        }
        View::List(list) => array((0..list.size()).map(|index| list.item(index)), out, depth)?,
        View::Json(Value::Array(items)) => array(items.iter().map(View::Json), out, depth)?,
        View::Object(_) | View::Map(_) | View::Json(Value::Object(_)) => object(view, out, depth)?,
    }
    Ok(true)
}

fn array<'a>(items: impl Iterator<Item = View<'a>>, out: &mut String, depth: usize) -> Result<(), EncodeError> {
    out.push('[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        if !write(&item, out, depth + 1)? {
            out.push_str("null");
        }
    }
    out.push(']');
    Ok(())
}

fn object(view: &View<'_>, out: &mut String, depth: usize) -> Result<(), EncodeError> {
    out.push('{');
    let mut first = true;
    let mut result = Ok(());
    entries(view, &mut |key, item| {
        if result.is_err() || matches!(item, View::Absent) {
            return;
        }
        let length = out.len();
        if !first {
            out.push(',');
        }
        string(key, out);
        out.push(':');
        match write(&item, out, depth + 1) {
            Ok(true) => first = false,
            // Only the value itself knows whether it is absent, whatever its wrappers.
            Ok(false) => out.truncate(length),
            Err(problem) => result = Err(problem),
        }
    });
    out.push('}');
    result
}

/// Appends a JSON string.
fn string(value: &str, out: &mut String) {
    out.push('"');
    let mut start = 0;
    for (at, &byte) in value.as_bytes().iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&value[start..at]);
        start = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ => _ = write!(out, "\\u{byte:04x}"),
        }
    }
    out.push_str(&value[start..]);
    out.push('"');
}
