//! The parameters of a request without secrets.

use serde_json::{Map, Value};

use super::flatten::entries;
use super::parameters::{EncodedRequest, Parameters};
use super::{DEPTH, View};
use crate::info::Info;

/// Returns the parameters that are set, in order. `None` is a sensitive value, or bytes. `fill` lists the parameters.
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

/// Returns a value without its sensitive parts; `None` if the whole value is sensitive.
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
