//! Lists and objects that are flattened to several parameters: `Name.1`, `Name.1.Field`, `Name.Field`.

use std::collections::BTreeMap;

use alicloud_document::document::Schema;
use serde_json::{Map, Value};

use super::{Rules, scalar};
use crate::failure::Failure;
use crate::schema::Kind;

/// The maximum depth of a name.
const MAX_DEPTH: usize = 32;

/// The maximum number of missing items of a list that are `null`; larger gaps are removed.
const MAX_GAP: usize = 100;

/// A parameter of the request: the rest of its name, and its value.
pub(super) type Entry<'e> = (Option<&'e str>, &'e str);

/// Decodes the parameters below `at`.
pub(super) fn read<'a>(
    rules: Rules<'a>,
    at: &str,
    schema: &'a Schema,
    entries: &[Entry<'_>],
    depth: usize,
) -> Result<Value, Failure> {
    if depth > MAX_DEPTH {
        return Err(Failure::invalid("the name of a parameter has too many parts"));
    }
    let kind = rules.types.kind(schema);
    let schema = rules.types.resolve(schema);
    let value = match kind {
        Kind::List => list(rules, at, schema, entries, depth)?,
        Kind::Object => object(rules, at, schema, entries, depth)?,
        Kind::Any => untyped(at, entries)?,
        _ => {
            let text = single_value(at, entries)?;
            scalar::read(text, kind, schema).map_err(|expected| Failure::invalid(format!("{at} must be {expected}")))?
        }
    };
    rules.check_bounds(at, &value, schema)?;
    Ok(value)
}

fn list<'a>(
    rules: Rules<'a>,
    at: &str,
    schema: &'a Schema,
    entries: &[Entry<'_>],
    depth: usize,
) -> Result<Value, Failure> {
    let mut items: BTreeMap<u32, Vec<Entry<'_>>> = BTreeMap::new();
    for (name, value) in entries {
        let (index, rest) = split(*name).ok_or_else(|| Failure::invalid(format!("{at} is sent as {at}.1, {at}.2")))?;
        let canonical = !index.starts_with(['0', '+']);
        let index = index.parse::<u32>().ok().filter(|_| canonical);
        let index = index.ok_or_else(|| Failure::invalid(format!("{at} is a list: its items are {at}.1, {at}.2")))?;
        items.entry(index).or_default().push((rest, value));
    }
    let mut values = Vec::new();
    for (index, entries) in items {
        // An item that is null or has no fields is not sent, and the next one keeps its index.
        let place = usize::try_from(index).unwrap_or(usize::MAX) - 1;
        if place > values.len() && place - values.len() <= MAX_GAP {
            values.resize(place, Value::Null);
        }
        let at = format!("{at}.{index}");
        values.push(match schema.items.as_deref() {
            Some(of) => read(rules, &at, of, &entries, depth + 1)?,
            None => untyped(&at, &entries)?,
        });
    }
    Ok(Value::Array(values))
}

fn object<'a>(
    rules: Rules<'a>,
    at: &str,
    schema: &'a Schema,
    entries: &[Entry<'_>],
    depth: usize,
) -> Result<Value, Failure> {
    let mut parts: BTreeMap<&str, (Option<&'a Schema>, Vec<Entry<'_>>)> = BTreeMap::new();
    for (name, value) in entries {
        let name = name.filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| Failure::invalid(format!("{at} is sent in its parts, as {at}.Name")))?;
        let (key, of, rest) = part(rules, at, schema, name)?;
        parts.entry(key).or_insert((of, Vec::new())).1.push((rest, value));
    }
    for (name, property) in &schema.properties {
        if rules.strict && property.required && !parts.contains_key(name.value.as_str()) {
            return Err(Failure::missing(&format!("{at}.{}", name.value)));
        }
    }
    let mut members = Map::new();
    for (name, (of, entries)) in parts {
        let at = format!("{at}.{name}");
        let value = match of {
            Some(of) => read(rules, &at, of, &entries, depth + 1)?,
            None => untyped(&at, &entries)?,
        };
        members.insert(name.to_owned(), value);
    }
    Ok(Value::Object(members))
}

/// Returns the member of an object with a name, its schema, and the rest of the name.
fn part<'a, 'n>(
    rules: Rules<'a>,
    at: &str,
    schema: &'a Schema,
    name: &'n str,
) -> Result<(&'n str, Option<&'a Schema>, Option<&'n str>), Failure> {
    let below = |key: &str| match name.strip_prefix(key)? {
        "" => Some((key.len(), None)),
        rest => rest.strip_prefix('.').map(|rest| (key.len(), Some(rest))),
    };
    let fits =
        schema.properties.iter().filter_map(|(key, of)| below(&key.value).map(|(length, rest)| (length, of, rest)));
    if let Some((length, of, rest)) = fits.max_by_key(|(length, ..)| *length) {
        return Ok((&name[..length], Some(of), rest));
    }
    match schema.additional.as_deref() {
        // A key of a map may contain dots.
        Some(of) if rules.types.kind(of).is_scalar() => Ok((name, Some(of), None)),
        of if of.is_some() || schema.properties.is_empty() => {
            let (key, rest) = split(Some(name)).unwrap_or((name, None));
            Ok((key, of, rest))
        }
        _ => Err(Failure::invalid(format!("{at}.{name} is unknown"))),
    }
}

/// Decodes an untyped value: texts by name.
fn untyped(at: &str, entries: &[Entry<'_>]) -> Result<Value, Failure> {
    if entries.iter().any(|(name, _)| name.is_none()) {
        return single_value(at, entries).map(Value::from);
    }
    let members = entries.iter().map(|(name, value)| (name.unwrap_or_default().to_owned(), Value::from(*value)));
    Ok(Value::Object(members.collect()))
}

/// Returns the single value of a scalar.
fn single_value<'e>(at: &str, entries: &[Entry<'e>]) -> Result<&'e str, Failure> {
    match entries {
        [(None, value)] => Ok(value),
        _ => Err(Failure::invalid(format!("{at} is a single value without parts"))),
    }
}

fn split(name: Option<&str>) -> Option<(&str, Option<&str>)> {
    let name = name?;
    let (head, rest) = name.split_once('.').map_or((name, None), |(head, rest)| (head, Some(rest)));
    (!head.is_empty()).then_some((head, rest))
}
