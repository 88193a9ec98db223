//! The sensitive values of a request, which are redacted in texts of the service.

use zeroize::Zeroizing;

use super::flatten::{entries, text};
use super::parameters::{EncodedRequest, Parameters};
use super::{DEPTH, View};
use crate::info::Info;

/// Returns the sensitive values of a request as text. `fill` lists the parameters.
pub(crate) fn secrets(info: &Info<'_>, fill: &dyn Fn(&mut Parameters<'_>)) -> Vec<Zeroizing<String>> {
    let mut found = Vec::new();
    let mut visit = |_: &str, view: View<'_>| walk(view, false, &mut found, 0);
    fill(&mut Parameters::of_values(&mut EncodedRequest::default(), info, &mut visit));
    found
}

/// Adds the sensitive values in `view`.
fn walk(view: View<'_>, sensitive: bool, found: &mut Vec<Zeroizing<String>>, depth: usize) {
    if depth > DEPTH {
        return;
    }
    match view {
        View::Sensitive(value) => walk(value.view(), true, found, depth + 1),
        View::List(list) => (0..list.size()).for_each(|index| walk(list.item(index), sensitive, found, depth + 1)),
        View::Json(serde_json::Value::Array(items)) if sensitive => {
            items.iter().for_each(|item| walk(View::Json(item), sensitive, found, depth + 1));
        }
        // No part of a JSON value is marked as sensitive.
        View::Json(_) if !sensitive => {}
        View::Object(_) | View::Map(_) | View::Json(serde_json::Value::Object(_)) => {
            entries(&view, &mut |_, item| walk(item, sensitive, found, depth + 1));
        }
        scalar if sensitive => {
            let mut value = Zeroizing::new(String::new());
            if text(&scalar, &mut value) == Ok(true) {
                found.push(value);
            }
        }
        _ => {}
    }
}
