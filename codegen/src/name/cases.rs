//! Wire names that differ only in case, such as `key` and `Key`.
//!
//! The spelling that the surrounding names use has the plain Rust name, because it is the documented one. The other has
//! a suffix: `key_lowercase`.

use std::collections::HashMap;

use super::snake;
use crate::model::{Field, Model, TypeKind};

/// Whether most names of a document begin with an upper-case letter.
pub(super) fn is_capitalized(model: &Model) -> bool {
    let parameters = model.operations.iter().flat_map(|operation| &operation.parameters);
    let of_types = model.types.iter().filter_map(|found| match &found.kind {
        TypeKind::Object(fields) => Some(fields),
        TypeKind::Enum(_) => None,
    });
    let fields = parameters.map(|parameter| &parameter.field).chain(of_types.flatten());
    majority(fields.map(|field| field.name.wire.as_str())).unwrap_or(true)
}

/// Whether most of the names begin with an upper-case letter; `None` if the numbers are equal.
fn majority<'n>(names: impl Iterator<Item = &'n str>) -> Option<bool> {
    let case_suffix: i64 = names
        .map(|name| match name.chars().next() {
            Some(first) if first.is_uppercase() => 1,
            Some(first) if first.is_lowercase() => -1,
            _ => 0,
        })
        .sum();
    (case_suffix != 0).then_some(case_suffix > 0)
}

/// Assigns distinct names to fields that differ only in case.
pub(super) fn distinguish(fields: &mut [&mut Field], capitalized: bool) {
    let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, field) in fields.iter().enumerate() {
        groups.entry(field.name.wire.to_lowercase()).or_default().push(index);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().filter(|group| group.len() > 1).collect();
    groups.sort();
    let alone = |index: &usize| !groups.iter().any(|group| group.contains(index));
    let others = (0..fields.len()).filter(alone).map(|index| fields[index].name.wire.as_str());
    let capitalized = majority(others).unwrap_or(capitalized);
    for group in groups {
        let fits = |index: &&usize| fields[**index].name.wire.starts_with(char::is_uppercase) == capitalized;
        let plain = group.iter().find(fits).or(group.first()).copied();
        for index in group.into_iter().filter(|index| Some(*index) != plain) {
            let name = &mut fields[index].name;
            name.case_name = Some(format!("{}_{}", snake(&name.wire).trim_end_matches('_'), case_suffix(&name.wire)));
        }
    }
}

/// Returns the suffix for the case of a name.
fn case_suffix(name: &str) -> &'static str {
    let mut letters = name.chars().filter(|c| c.is_alphabetic());
    match (letters.next().is_some_and(char::is_uppercase), letters.clone().any(char::is_uppercase)) {
        (false, false) => "lowercase",
        (false, true) => "camel_case",
        (true, _) if letters.clone().count() > 0 && letters.all(char::is_uppercase) => "uppercase",
        (true, _) => "capitalized",
    }
}
