//! Scalars as text.

use alicloud_codegen::document::Schema;
use serde_json::{Number, Value};

use crate::schema::Kind;

/// The value of a text that should be of this kind, or what was expected instead.
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
        // The vendor's Python SDK writes a capital letter in some places.
        Kind::Boolean => match text {
            "true" | "True" => Ok(true.into()),
            "false" | "False" => Ok(false.into()),
            _ => Err("true or false"),
        },
        _ => Ok(text.into()),
    }
}

/// Whether an integer fits its declared format.
pub(super) fn in_range(number: i64, schema: &Schema) -> Result<(), &'static str> {
    let fits = schema.format.as_deref() != Some("int32") || i32::try_from(number).is_ok();
    if fits { Ok(()) } else { Err("an integer of 32 bits") }
}
