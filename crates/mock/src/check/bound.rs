//! Bounds and enumerations.

use alicloud_document::document::Schema;
use serde_json::Value;

use crate::failure::Failure;

/// Rejects a value outside of the bounds, lengths or known values.
pub(super) fn check(name: &str, value: &Value, schema: &Schema) -> Result<(), Failure> {
    let problem = number(value, schema).or_else(|| size(value, schema)).or_else(|| enumeration(value, schema));
    match problem {
        Some(expected) => Err(Failure::invalid(format!("{name} must be {expected}"))),
        None => Ok(()),
    }
}

fn number(value: &Value, schema: &Schema) -> Option<String> {
    let number = value.as_f64()?;
    let excluded = |excluded| if excluded { ", itself excluded" } else { "" };
    let (least, most) = (bound(schema.minimum.as_deref()), bound(schema.maximum.as_deref()));
    let low = least.filter(|least| number < *least || (schema.exclusive_minimum && number <= *least));
    let high = most.filter(|most| number > *most || (schema.exclusive_maximum && number >= *most));
    match (low, high) {
        (Some(least), _) => Some(format!("{least} or more{}", excluded(schema.exclusive_minimum))),
        (None, Some(most)) => Some(format!("{most} or less{}", excluded(schema.exclusive_maximum))),
        (None, None) => None,
    }
}

fn size(value: &Value, schema: &Schema) -> Option<String> {
    // `maxLength` of a list applies to its texts; `maxItems` of a text to the joined values.
    let (size, unit, least, most) = match value {
        Value::String(text) => (text.chars().count(), "characters", &schema.least, &schema.most),
        Value::Array(items) => (items.len(), "items", &schema.least_items, &schema.most_items),
        _ => return None,
    };
    #[expect(clippy::cast_precision_loss, reason = "nothing is that long")]
    let size = size as f64;
    let least = bound(least.as_deref()).filter(|least| size < *least);
    let most = bound(most.as_deref()).filter(|most| size > *most);
    least
        .map(|least| format!("of {least} {unit} or more"))
        .or_else(|| most.map(|most| format!("of {most} {unit} or less")))
}

fn enumeration(value: &Value, schema: &Schema) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => return None,
    };
    let known: Vec<&str> = schema.values.iter().map(|known| known.text.value.as_str()).collect();
    (!known.is_empty() && !known.contains(&text.as_str())).then(|| format!("one of {}", known.join(", ")))
}

fn bound(text: Option<&str>) -> Option<f64> {
    text?.trim().parse().ok()
}
