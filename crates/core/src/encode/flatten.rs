//! Flattens values to dotted names, such as `Users.1`, `Tags.1.Key` and `Config.Field`, and encodes them as one text.

use std::fmt::Write as _;

use base64::Engine as _;
use serde_json::Value;

use super::json;
use super::parameters::Pairs;
use super::{DEPTH, EncodeError, Fields, View};

/// Appends the flattened `view` with the prefix `name`. Absent values and empty lists and objects add nothing. The
/// elements of a list keep their numbers if one of them is absent.
pub(super) fn flatten(view: &View<'_>, name: &mut String, out: &mut Pairs, depth: usize) -> Result<(), EncodeError> {
    if depth > DEPTH {
        return Err(EncodeError::TooDeep);
    }
    let view = &view.plain();
    match view {
        View::List(list) => (0..list.size()).try_for_each(|index| {
            let item = list.item(index);
            below(name, |name| _ = write!(name, "{}", index + 1), |name| flatten(&item, name, out, depth + 1))
        }),
        View::Json(Value::Array(items)) => items.iter().enumerate().try_for_each(|(index, item)| {
            let item = View::Json(item);
            below(name, |name| _ = write!(name, "{}", index + 1), |name| flatten(&item, name, out, depth + 1))
        }),
        View::Object(_) | View::Map(_) | View::Json(Value::Object(_)) => {
            let mut result = Ok(());
            entries(view, &mut |key, item| {
                if result.is_ok() {
                    result = below(name, |name| name.push_str(key), |name| flatten(&item, name, out, depth + 1));
                }
            });
            result
        }
        scalar => {
            let mark = out.open(name);
            match text(scalar, out.buffer()) {
                Ok(true) => out.close(mark),
                Ok(false) => out.cancel(mark),
                Err(problem) => {
                    out.cancel(mark);
                    return Err(problem);
                }
            }
            Ok(())
        }
    }
}

fn below(
    name: &mut String,
    part: impl FnOnce(&mut String),
    then: impl FnOnce(&mut String) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let length = name.len();
    name.push('.');
    part(name);
    let result = then(name);
    name.truncate(length);
    result
}

/// Visits the entries of an object of any kind.
pub(super) fn entries(view: &View<'_>, visit: &mut dyn FnMut(&str, View<'_>)) {
    match view {
        View::Object(object) => object.encode(&mut Fields::new(visit)),
        View::Map(map) => map.entries(visit),
        View::Json(Value::Object(map)) => map.iter().for_each(|(key, item)| visit(key, View::Json(item))),
        _ => {}
    }
}

/// Appends the text of a scalar; returns `false` if it is absent.
pub(super) fn text(view: &View<'_>, out: &mut String) -> Result<bool, EncodeError> {
    let view = view.plain();
    match view {
        View::Absent | View::Json(Value::Null) => return Ok(false),
        View::Boolean(value) | View::Json(&Value::Bool(value)) => out.push_str(if value { "true" } else { "false" }),
        View::Integer(value) => _ = write!(out, "{value}"),
        View::Number(value) => number(value, out)?,
        View::Text(value) => out.push_str(value),
        View::Base64(value) => base64::engine::general_purpose::STANDARD.encode_string(value, out),
        View::Bytes(value) => out.push_str(std::str::from_utf8(value).map_err(|_| EncodeError::NotText)?),
        View::Json(Value::String(value)) => out.push_str(value),
        View::Json(Value::Number(value)) => json_number(value, out)?,
        View::Json(_) | View::List(_) | View::Object(_) | View::Map(_) | View::Sensitive(_) => {
            return Err(EncodeError::NotScalar);
        }
    }
    Ok(true)
}

/// Appends the shortest digits that represent the number, with a decimal point or an exponent of at least two digits,
/// which distinguish it from an integer.
pub(super) fn number(value: f64, out: &mut String) -> Result<(), EncodeError> {
    if !value.is_finite() {
        return Err(EncodeError::NotFinite);
    }
    let start = out.len();
    _ = write!(out, "{value:?}");
    if let Some(at) = out[start..].find('e') {
        let at = start + at + 1;
        let exponent = out.split_off(at);
        let (sign, digits) = match exponent.strip_prefix('-') {
            Some(digits) => ('-', digits),
            None => ('+', exponent.as_str()),
        };
        _ = write!(out, "{sign}{digits:0>2}");
    }
    Ok(())
}

pub(super) fn json_number(value: &serde_json::Number, out: &mut String) -> Result<(), EncodeError> {
    match value.as_f64() {
        Some(float) if value.is_f64() => number(float, out),
        _ => {
            _ = write!(out, "{value}");
            Ok(())
        }
    }
}

/// Appends the elements of a list, joined by commas, or the text of a scalar; returns `false` if the value is absent.
/// Elements that are not text are encoded as JSON.
pub(super) fn joined(view: &View<'_>, out: &mut String) -> Result<bool, EncodeError> {
    let mut first = true;
    let mut push = |item: &View<'_>, out: &mut String| {
        let item = &item.plain();
        if matches!(item, View::Absent) {
            return Ok(());
        }
        if !std::mem::take(&mut first) {
            out.push(',');
        }
        match item {
            View::List(_) | View::Object(_) | View::Map(_) | View::Json(_) if !is_text(item) => {
                json::write(item, out, 1).map(|_| ())
            }
            scalar => text(scalar, out).map(|_| ()),
        }
    };
    match &view.plain() {
        View::List(list) => (0..list.size()).try_for_each(|index| push(&list.item(index), out))?,
        View::Json(Value::Array(items)) => items.iter().try_for_each(|item| push(&View::Json(item), out))?,
        scalar => return text(scalar, out),
    }
    Ok(true)
}

pub(super) fn is_text(view: &View<'_>) -> bool {
    matches!(view, View::Text(_) | View::Json(Value::String(_)))
}
