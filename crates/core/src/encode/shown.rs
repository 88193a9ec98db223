//! The parameters of a request with the values that may be shown.

use serde_json::{Map, Value};

use super::flatten::entries;
use super::parameters::{EncodedRequest, Parameters};
use super::{DEPTH, View};
use crate::info::Info;

/// The parameters of a request that are set, in order. `None` stands for a value that must not be shown, and for bytes.
/// `fill` lists the request's parameters.
pub(crate) fn shown(info: &Info<'_>, fill: &dyn Fn(&mut Parameters<'_>)) -> Vec<(String, Option<Value>)> {
    let mut found = Vec::new();
    let mut visit = |name: &str, view: View<'_>| {
        if !matches!(view.plain(), View::Absent) {
            found.push((name.to_owned(), value(view, 0)));
        }
    };
    fill(&mut Parameters::of_values(&mut EncodedRequest::default(), info, &mut visit));
    found
}

/// A value without its sensitive parts; `None` if nothing of it may be shown.
fn value(view: View<'_>, depth: usize) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    Some(match view {
        View::Absent | View::Sensitive(_) | View::Base64(_) | View::Bytes(_) => return None,
        View::Boolean(value) => value.into(),
        View::Integer(value) => value.into(),
        View::Number(value) => value.into(),
        View::Text(text) => text.into(),
        View::Json(value) => value.clone(),
        View::List(list) => {
            (0..list.size()).map(|index| value(list.item(index), depth + 1).unwrap_or(Value::Null)).collect()
        }
        View::Object(_) | View::Map(_) => {
            let mut members = Map::new();
            entries(&view, &mut |name, item| {
                if let Some(item) = value(item, depth + 1) {
                    members.insert(name.to_owned(), item);
                }
            });
            Value::Object(members)
        }
    })
}
