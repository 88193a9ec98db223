//! Enumerations, examples and defaults.

use super::{Checker, items, members, rule, scalar};
use crate::json::Value;
use crate::spelling::did_you_mean;

impl<'a> Checker<'a> {
    pub(super) fn enumeration(&mut self, schema: &'a Value) {
        let listed = schema.get("enum").map_or(&[][..], items);
        let mut seen: Vec<&str> = Vec::new();
        for value in listed {
            let Some(text) = scalar(value) else { continue };
            if schema.get("type").and_then(Value::text) == Some("string") && value.text().is_none() {
                let message = format!("the value `{text}` in `enum` must be a string, not {}", value.describe());
                self.mistake(rule::BAD_VALUE, value.span, message, "put it into double quotes, or correct `type`");
            }
            if seen.contains(&text) {
                let message = format!("the value `{text}` occurs twice in `enum`");
                self.warning(rule::BAD_ENUM, value.span, message, "remove one of the two");
            }
            seen.push(text);
        }
        if schema
            .get("enum")
            .is_some_and(|value| matches!(&value.kind, crate::json::Kind::List(list) if list.is_empty()))
        {
            let span = schema.get("enum").map_or(schema.span, |value| value.span);
            self.warning(rule::BAD_ENUM, span, "`enum` lists no value", "list the values, or remove the key");
        }
        let titled: Vec<&str> =
            schema.get("enumValueTitles").map_or(&[][..], members).iter().map(|title| title.key.as_str()).collect();
        let known = if seen.is_empty() { titled } else { seen };
        for key in ["enumValueTitles", "x-enum-names"] {
            for member in schema.get(key).map_or(&[][..], members) {
                if !known.contains(&member.key.as_str()) {
                    let help = did_you_mean(&member.key, known.iter().copied());
                    let help = help.unwrap_or_else(|| "name one of the values in `enum`, or add the value".to_owned());
                    let message = format!("`{key}` names `{}`, which is not a value of the enumeration", member.key);
                    if key == "x-enum-names" {
                        self.mistake(rule::BAD_ENUM, member.key_span, message, help);
                    } else {
                        self.warning(rule::BAD_ENUM, member.key_span, message, help);
                    }
                }
                if member.value.text().is_none() && !matches!(member.value.kind, crate::json::Kind::Null) {
                    let message =
                        format!("`{}` in `{key}` must be a string, not {}", member.key, member.value.describe());
                    self.mistake(rule::BAD_VALUE, member.value.span, message, "write a text in double quotes");
                }
            }
        }
    }

    /// Checks that examples and defaults are values of the type. Examples that the vendor masks with asterisks are
    /// ignored.
    pub(super) fn example(&mut self, schema: &'a Value, kind: Option<&str>) {
        let listed: Vec<&str> = schema.get("enum").map_or(&[][..], items).iter().filter_map(scalar).collect();
        for key in ["example", "default"] {
            let Some((value, text)) = schema.get(key).and_then(|value| Some((value, scalar(value)?))) else { continue };
            let bare = text.trim();
            if bare.is_empty() || bare.contains('*') {
                continue;
            }
            let problem = match kind {
                Some("integer") if bare.parse::<i128>().is_err() => "is not an integer",
                Some("number") if bare.parse::<f64>().is_err() => "is not a number",
                Some("boolean") if !["true", "false"].contains(&bare.to_ascii_lowercase().as_str()) => {
                    "is neither true nor false"
                }
                Some("string" | "integer" | "number") if !listed.is_empty() && !listed.contains(&bare) => {
                    "is not one of the values in `enum`"
                }
                _ => continue,
            };
            let help = did_you_mean(bare, listed.iter().copied());
            let help = help.unwrap_or_else(|| format!("correct `{key}`, or the type"));
            self.warning(rule::BAD_EXAMPLE, value.span, format!("the {key} `{}` {problem}", short(bare)), help);
        }
    }
}

/// Returns the beginning of a long text.
fn short(text: &str) -> String {
    const LENGTH: usize = 40;
    let mut chars = text.chars();
    let beginning: String = chars.by_ref().take(LENGTH).collect();
    if chars.next().is_some() { beginning + "…" } else { beginning }
}
