//! Bounds and enumerations.

use alicloud_codegen::document::Schema;
use serde_json::Value;

use crate::failure::Failure;

/// Refuses a value outside the schema's bounds, lengths or known values.
pub(super) fn check(name: &str, value: &Value, schema: &Schema) -> Result<(), Failure> {
    let refuse = |what: String| Err(Failure::invalid(format!("{name} must be {what}")));
    if let Some(number) = value.as_f64() {
        if let Some(least) = bound(schema.minimum.as_deref()) {
            if number < least || (schema.exclusive_minimum && number <= least) {
                return refuse(format!(
                    "{least} or more{}",
                    if schema.exclusive_minimum { ", itself excluded" } else { "" }
                ));
            }
        }
        if let Some(most) = bound(schema.maximum.as_deref()) {
            if number > most || (schema.exclusive_maximum && number >= most) {
                return refuse(format!(
                    "{most} or less{}",
                    if schema.exclusive_maximum { ", itself excluded" } else { "" }
                ));
            }
        }
    }
    let size = match value {
        Value::String(text) => Some((text.chars().count(), "characters")),
        Value::Array(items) => Some((items.len(), "items")),
        _ => None,
    };
    if let Some((size, unit)) = size {
        #[expect(clippy::cast_precision_loss, reason = "no text is that long")]
        let size = size as f64;
        if let Some(least) = bound(schema.least.as_deref()).filter(|least| size < *least) {
            return refuse(format!("of {least} {unit} or more"));
        }
        if let Some(most) = bound(schema.most.as_deref()).filter(|most| size > *most) {
            return refuse(format!("of {most} {unit} or less"));
        }
    }
    let text = match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    };
    if let Some(text) = text.filter(|_| !schema.values.is_empty()) {
        if schema.values.iter().all(|known| known.text.value != text) {
            let known: Vec<&str> = schema.values.iter().map(|known| known.text.value.as_str()).collect();
            return refuse(format!("one of {}", known.join(", ")));
        }
    }
    Ok(())
}

fn bound(text: Option<&str>) -> Option<f64> {
    text?.trim().parse().ok()
}
