//! Checks JSON values against a schema.

use alicloud_document::document::Schema;
use serde_json::Value;

use super::Rules;
use super::scalar::in_range;
use crate::failure::Failure;
use crate::schema::{Kind, Types};

/// Rejects a value of another type. `at` is its path for messages.
pub(super) fn check<'a>(rules: Rules<'a>, at: &str, value: &Value, schema: &'a Schema) -> Result<(), Failure> {
    // Recorded requests lack members that their documents require.
    let visit = |at: &str, value: &Value, schema: &Schema| {
        if rules.strict {
            check_members(at, value, schema)?;
        }
        rules.check_bounds(at, value, schema)
    };
    visit_values(rules.types, at, value, schema, &visit)
}

/// Checks a value against a schema, including required members.
pub(crate) fn validate<'a>(types: Types<'a>, value: &Value, schema: &'a Schema) -> Result<(), Failure> {
    visit_values(types, "the value", value, schema, &check_members)
}

type Visit<'v> = dyn Fn(&str, &Value, &Schema) -> Result<(), Failure> + 'v;

/// Visits a value and its parts. The recursion follows the value, which is finite, so it ends for cyclic references.
fn visit_values<'a>(
    types: Types<'a>,
    at: &str,
    value: &Value,
    schema: &'a Schema,
    visit: &Visit<'_>,
) -> Result<(), Failure> {
    let kind = types.kind(schema);
    let schema = types.resolve(schema);
    let type_error = |expected: &str| Err(Failure::invalid(format!("{at} must be {expected} in JSON")));
    match (kind, value) {
        (Kind::Any, _) => {}
        (Kind::Text | Kind::Binary, Value::String(_)) => {}
        (Kind::Text | Kind::Binary, _) => return type_error("a string"),
        (Kind::Boolean, Value::Bool(_)) => {}
        (Kind::Boolean, _) => return type_error("true or false"),
        (Kind::Integer, _) => {
            let Some(number) = value.as_i64() else { return type_error("an integer of 64 bits") };
            if let Err(expected) = in_range(number, schema) {
                return type_error(expected);
            }
        }
        (Kind::Number, Value::Number(_)) => {}
        (Kind::Number, _) => return type_error("a number"),
        (Kind::List, Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                if let Some(of) = schema.items.as_deref().filter(|_| !item.is_null()) {
                    visit_values(types, &format!("{at}[{index}]"), item, of, visit)?;
                }
            }
        }
        (Kind::List, _) => return type_error("an array"),
        (Kind::Object, Value::Object(members)) => {
            let open = schema.properties.is_empty() && schema.additional.is_none();
            for (name, member) in members {
                let at = format!("{at}.{name}");
                let property = schema.properties.iter().find(|(key, _)| key.value == *name).map(|(_, schema)| schema);
                match property.or(schema.additional.as_deref()) {
                    Some(_) if member.is_null() => {}
                    Some(schema) => visit_values(types, &at, member, schema, visit)?,
                    None if open => {}
                    None => return Err(Failure::invalid(format!("{at} is unknown"))),
                }
            }
        }
        (Kind::Object, _) => return type_error("an object"),
    }
    visit(at, value, schema)
}

/// Rejects an object without its required members.
fn check_members(at: &str, value: &Value, schema: &Schema) -> Result<(), Failure> {
    let Value::Object(members) = value else { return Ok(()) };
    let absent = |name: &str| members.get(name).is_none_or(Value::is_null);
    match schema.properties.iter().find(|(name, property)| property.required && absent(&name.value)) {
        Some((name, _)) => Err(Failure::missing(&format!("{at}.{}", name.value))),
        None => Ok(()),
    }
}
