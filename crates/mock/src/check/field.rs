//! Parameters of a query or a form body.

use std::collections::HashSet;

use alicloud_document::document::Parameter;
use serde_json::{Map, Value};

use super::tree::{self, Entry};
use super::{Location, ParameterSource, Rules, json, scalar};
use crate::failure::Failure;
use crate::schema::Kind;

/// The style of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// One text.
    Text,
    /// One JSON value.
    Json,
    /// Scalars with this separator.
    Joined(char),
    /// Several parameters with dotted names.
    Flat,
    /// Untyped: one text or several parameters.
    Open,
}

impl Style {
    fn of<'a>(rules: Rules<'a>, parameter: &'a Parameter) -> Self {
        let kind = rules.types.kind(&parameter.schema);
        match parameter.style.as_ref().map(|style| style.value.as_str()) {
            _ if kind.is_scalar() => Self::Text,
            Some("json") => Self::Json,
            Some("simple") => Self::Joined(','),
            Some("spaceDelimited") => Self::Joined(' '),
            Some("pipeDelimited") => Self::Joined('|'),
            _ if kind == Kind::Any => Self::Open,
            _ => Self::Flat,
        }
    }

    /// Returns a sentence about the expected style.
    fn explain(self, name: &str) -> String {
        match self {
            Self::Text => format!("{name} is a single value without parts"),
            Self::Json => format!("{name} is sent as one JSON value"),
            Self::Joined(mark) => format!("{name} is sent as one list with {mark:?} between its items"),
            Self::Flat | Self::Open => format!("{name} is sent in its parts, as {name}.1 or {name}.Field"),
        }
    }
}

/// The values of a parameter in the request.
struct ParameterValues<'a, 'e> {
    parameter: &'a Parameter,
    style: Style,
    whole: Option<&'e str>,
    parts: Vec<Entry<'e>>,
}

/// The parameters in one position, with their values in the request.
pub(super) struct Fields<'a, 'e>(Vec<ParameterValues<'a, 'e>>);

impl<'a, 'e> Fields<'a, 'e> {
    /// Assigns every pair to its parameter, and rejects unknown pairs.
    pub(super) fn assign(
        rules: Rules<'a>,
        location: Location,
        source: ParameterSource,
        pairs: impl IntoIterator<Item = &'e (String, String)>,
    ) -> Result<Self, Failure> {
        let mut found: Vec<ParameterValues<'_, '_>> = Vec::new();
        for parameter in rules.declared(location, source) {
            // Some documents list a parameter twice.
            if found.iter().all(|known| known.parameter.name.value != parameter.name.value) {
                found.push(ParameterValues {
                    parameter,
                    style: Style::of(rules, parameter),
                    whole: None,
                    parts: Vec::new(),
                });
            }
        }
        let mut seen = HashSet::new();
        for (name, value) in pairs {
            if !seen.insert(name.as_str()) {
                return Err(Failure::invalid(format!("{name} was sent twice")));
            }
            assign_pair(rules, location, source, &mut found, name, value)?;
        }
        Ok(Self(found))
    }

    /// Decodes the values, and rejects missing required parameters.
    pub(super) fn read(self, rules: Rules<'a>, decoded: &mut Map<String, Value>) -> Result<(), Failure> {
        for ParameterValues { parameter, style, whole, parts } in self.0 {
            let name = &parameter.name.value;
            let value = match whole {
                Some(text) => read_whole(rules, parameter, text)?,
                None if !parts.is_empty() => tree::read(rules, name, &parameter.schema, &parts, 0)?,
                // An empty flattened list or object is not sent, so only strict checks require it.
                None if parameter.schema.required && (rules.strict || style != Style::Flat) => {
                    return Err(Failure::missing(name));
                }
                None => continue,
            };
            decoded.insert(name.clone(), value);
        }
        Ok(())
    }
}

/// Assigns a pair to the parameter with its whole name, which may contain dots, or else to the flattened parameter with
/// the longest name before a dot.
fn assign_pair<'e>(
    rules: Rules<'_>,
    location: Location,
    source: ParameterSource,
    found: &mut [ParameterValues<'_, 'e>],
    name: &'e str,
    value: &'e str,
) -> Result<(), Failure> {
    let below = |parameter: &Parameter| name.strip_prefix(parameter.name.value.as_str())?.strip_prefix('.');
    let whole = found.iter().position(|known| known.parameter.name.value == name);
    let flat = |known: &ParameterValues<'_, '_>| {
        let rest = below(known.parameter).filter(|_| matches!(known.style, Style::Flat | Style::Open));
        // Old documents declare the first items of a list in addition to the list: `Disk.1.Size` and `Disk`.
        rest.is_some_and(|rest| whole.is_none() || is_item(rules, known.parameter, rest))
    };
    let longest =
        (0..found.len()).filter(|at| flat(&found[*at])).max_by_key(|at| found[*at].parameter.name.value.len());
    if let Some(known) = longest.map(|at| &mut found[at]) {
        known.parts.push((below(known.parameter), value));
        return Ok(());
    }
    if let Some(known) = whole.map(|at| &mut found[at]) {
        if known.style == Style::Flat {
            return Err(Failure::invalid(known.style.explain(name)));
        }
        known.whole = Some(value);
        return Ok(());
    }
    if let Some(known) = found.iter().find(|known| below(known.parameter).is_some()) {
        return Err(Failure::invalid(known.style.explain(&known.parameter.name.value)));
    }
    let mut others = rules
        .operation
        .parameters
        .iter()
        .filter(|parameter| parameter.name.value == name || below(parameter).is_some());
    Err(Failure::invalid(match others.next() {
        Some(other) => {
            let meant = Location::of(other, source).description();
            format!("{} is sent in the {meant}, not in the {}", other.name.value, location.description())
        }
        None => format!("{name} is not a parameter of {}", rules.operation.name.value),
    }))
}

/// Decodes a parameter whose whole value is one text.
pub(super) fn read_whole<'a>(rules: Rules<'a>, parameter: &'a Parameter, text: &str) -> Result<Value, Failure> {
    let name = &parameter.name.value;
    let kind = rules.types.kind(&parameter.schema);
    let schema = rules.types.resolve(&parameter.schema);
    let wrong = |expected: &str| Failure::invalid(format!("{name} must be {expected}"));
    let value = match Style::of(rules, parameter) {
        Style::Json => match serde_json::from_str(text) {
            Ok(value) => {
                json::check(rules, name, &value, &parameter.schema)?;
                return Ok(value);
            }
            Err(_) if kind == Kind::Any => text.into(),
            Err(_) => return Err(wrong("a JSON value")),
        },
        Style::Joined(mark) => {
            let of = schema.items.as_deref();
            let item = |text: &str| match of {
                Some(of) => scalar::read(text, rules.types.kind(of), rules.types.resolve(of)),
                None => Ok(text.into()),
            };
            let items = if text.is_empty() {
                Vec::new()
            } else {
                text.split(mark)
                    .map(item)
                    .collect::<Result<_, _>>()
                    .map_err(|expected| wrong(&format!("a list, each item {expected}")))?
            };
            Value::Array(items)
        }
        Style::Text | Style::Open | Style::Flat => scalar::read(text, kind, schema).map_err(wrong)?,
    };
    rules.check_bounds(name, &value, schema)?;
    Ok(value)
}

/// Whether the rest of a name is a path in the items of this list.
fn is_item<'a>(rules: Rules<'a>, list: &'a Parameter, rest: &str) -> bool {
    let (index, field) = rest.split_once('.').map_or((rest, None), |(index, field)| (index, Some(field)));
    let of = rules.types.resolve(&list.schema).items.as_deref().map(|of| rules.types.resolve(of));
    let Some(of) = of.filter(|_| !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit())) else {
        return false;
    };
    field.is_none_or(|field| {
        let head = field.split('.').next().unwrap_or_default();
        of.properties.iter().any(|(name, _)| name.value == field || name.value == head)
    })
}
