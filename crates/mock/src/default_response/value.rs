//! Generates values of a schema.

use alicloud_document::document::Schema;
use serde_json::{Map, Number, Value};

use crate::check;
use crate::schema::{Kind, Types};

/// The depth down to which lists have two items; deeper ones have one.
const MAX_PAIR_DEPTH: usize = 2;

/// The depth below which lists are empty and objects have only their required members.
const MAX_DEPTH: usize = 24;

/// The maximum number of values; further ones are omitted.
const MAX_VALUES: usize = 20_000;

/// Creates a value of the schema's type.
pub(crate) fn create<'a>(types: Types<'a>, schema: &'a Schema) -> Value {
    ValueGenerator { types, open: Vec::new(), remaining: MAX_VALUES }.value("value", schema, 0).unwrap_or(Value::Null)
}

struct ValueGenerator<'a> {
    types: Types<'a>,
    /// The shared schemas around the current value.
    open: Vec<String>,
    remaining: usize,
}

impl<'a> ValueGenerator<'a> {
    /// Creates a value; `None` to end a cycle of references.
    fn value(&mut self, name: &str, schema: &'a Schema, depth: usize) -> Option<Value> {
        let target = Types::target(schema).map(str::to_owned);
        if let Some(target) = &target {
            if self.open.contains(target) {
                return None;
            }
            self.open.push(target.clone());
        }
        let value = self.inner(name, schema, depth);
        if target.is_some() {
            self.open.pop();
        }
        value
    }

    fn inner(&mut self, name: &str, schema: &'a Schema, depth: usize) -> Option<Value> {
        if self.remaining == 0 || depth > MAX_DEPTH {
            return None;
        }
        self.remaining -= 1;
        let kind = self.types.kind(schema);
        // An example beside a reference describes the same value.
        let own = schema.example.as_deref();
        let schema = self.types.resolve(schema);
        let example = own.or(schema.example.as_deref());
        Some(match kind {
            Kind::List => self.list(name, schema, example, depth),
            Kind::Object => self.object(schema, example, depth),
            Kind::Any => {
                example.map_or_else(|| "any".into(), |text| serde_json::from_str(text).unwrap_or_else(|_| text.into()))
            }
            Kind::Text | Kind::Binary => text(name, schema, example).into(),
            Kind::Boolean => (example != Some("false")).into(),
            Kind::Integer => integer(schema, example).into(),
            Kind::Number => number(schema, example),
        })
    }

    fn list(&mut self, name: &str, schema: &'a Schema, example: Option<&str>, depth: usize) -> Value {
        if let Some(value) = self.json_example(schema, example) {
            return value;
        }
        let Some(of) = schema.items.as_deref() else { return Value::Array(Vec::new()) };
        let most = schema.most_items.as_deref().and_then(|most| most.trim().parse().ok()).unwrap_or(usize::MAX);
        let length = if depth <= MAX_PAIR_DEPTH { 2 } else { 1 }.min(most);
        Value::Array((0..length).map_while(|_| self.value(name, of, depth + 1)).collect())
    }

    fn object(&mut self, schema: &'a Schema, example: Option<&str>, depth: usize) -> Value {
        let mut members = Map::new();
        for (name, property) in &schema.properties {
            match self.value(&name.value, property, depth + 1) {
                Some(value) => {
                    members.insert(name.value.clone(), value);
                }
                None if property.required => {
                    members.insert(name.value.clone(), self.minimal(property));
                }
                None => {}
            }
        }
        if !members.is_empty() {
            return Value::Object(members);
        }
        if let Some(value) = self.json_example(schema, example) {
            return value;
        }
        if let Some(value) = schema.additional.as_deref().and_then(|of| self.value("value", of, depth + 1)) {
            members.insert("key".to_owned(), value);
        }
        Value::Object(members)
    }

    /// Creates the smallest value of a type, for a required member that is part of a cycle.
    fn minimal(&self, schema: &'a Schema) -> Value {
        match self.types.kind(schema) {
            Kind::List => Value::Array(Vec::new()),
            Kind::Object => Value::Object(Map::new()),
            Kind::Boolean => false.into(),
            Kind::Integer | Kind::Number => 0.into(),
            Kind::Text | Kind::Binary | Kind::Any => "".into(),
        }
    }

    /// Returns an example that is a JSON value of the right type, with at most two items.
    fn json_example(&self, schema: &'a Schema, example: Option<&str>) -> Option<Value> {
        let mut value: Value = serde_json::from_str(example?).ok()?;
        check::validate(self.types, &value, schema).ok()?;
        let empty = match &mut value {
            Value::Array(items) => {
                items.truncate(2);
                items.is_empty()
            }
            Value::Object(members) => members.is_empty(),
            _ => false,
        };
        (!empty).then_some(value)
    }
}

fn text(name: &str, schema: &Schema, example: Option<&str>) -> String {
    let mut known = schema.values.iter().map(|value| value.text.value.as_str());
    let first = schema.values.first().map(|value| value.text.value.as_str());
    let fits = |text: &&str| schema.values.is_empty() || known.any(|value| value == *text);
    let text = example.filter(fits).or(first);
    text.map_or_else(|| plausible_text(name, schema), str::to_owned)
}

fn plausible_text(name: &str, schema: &Schema) -> String {
    let lower = name.to_ascii_lowercase();
    if schema.format.as_deref() == Some("iso8601") || lower.ends_with("time") || lower.ends_with("date") {
        return "2026-01-02T03:04:05Z".to_owned();
    }
    if lower.ends_with("regionid") {
        return "cn-shanghai".to_owned();
    }
    format!("{lower}-1")
}

fn integer(schema: &Schema, example: Option<&str>) -> i64 {
    let (least, most) = if schema.format.as_deref() == Some("int32") {
        (i64::from(i32::MIN), i64::from(i32::MAX))
    } else {
        (i64::MIN, i64::MAX)
    };
    let bound = |text: Option<&str>| text.and_then(|text| text.trim().parse::<i64>().ok());
    let known = schema.values.iter().find_map(|value| bound(Some(&value.text.value)));
    let example = bound(example).filter(|number| (least..=most).contains(number));
    let low = bound(schema.minimum.as_deref()).unwrap_or(1).max(least);
    let high = bound(schema.maximum.as_deref()).unwrap_or(most).min(most);
    example.or(known).unwrap_or(1.max(low).min(high))
}

fn number(schema: &Schema, example: Option<&str>) -> Value {
    let read = |text: &str| serde_json::from_str::<Number>(text.trim()).ok();
    let number = example.and_then(read).or_else(|| schema.minimum.as_deref().and_then(read));
    number.map_or_else(|| 1.5.into(), Value::Number)
}
