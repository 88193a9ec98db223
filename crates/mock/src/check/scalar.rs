//! Scalars as text.

use alicloud_document::document::Schema;
use serde_json::{Number, Value};

use crate::schema::Kind;

/// Decodes a text of this kind. The error is a description of the expected form.
pub(super) fn read(text: &str, kind: Kind, schema: &Schema) -> Result<Value, &'static str> {
    match kind {
        Kind::Integer => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
            let number = text.parse::<i64>().ok().filter(|_| plain).ok_or("a decimal integer of 64 bits")?;
            in_range(number, schema)?;
            Ok(number.into())
        }
        Kind::Number => {
            let plain = !text.contains(|c: char| c.is_whitespace());
            let number = serde_json::from_str::<Number>(text).ok().filter(|_| plain);
            number.map(Value::Number).ok_or("a decimal number")
        }
        // The vendor's Python SDK sends an upper-case letter in some cases.
        Kind::Boolean => match text {
            "true" | "True" => Ok(true.into()),
            "false" | "False" => Ok(false.into()),
            _ => Err("true or false"),
        },
        _ => Ok(text.into()),
    }
}

/// Checks an integer against its declared format.
pub(super) fn in_range(number: i64, schema: &Schema) -> Result<(), &'static str> {
    let fits = schema.format.as_deref() != Some("int32") || i32::try_from(number).is_ok();
    if fits { Ok(()) } else { Err("an integer of 32 bits") }
}
