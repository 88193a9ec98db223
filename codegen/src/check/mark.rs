//! Keys of this project that have an effect only on fields of a response.

use super::schema::Position;
use super::{Checker, members, rule};
use crate::json::{Kind, Member, Value};

/// The keys, each with the types of the fields that may have it.
const MARKS: [(&str, &[&str]); 2] = [("x-error-code", &["string", "integer", "number"]), ("x-success", &["boolean"])];

impl<'a> Checker<'a> {
    /// Reports keys on a schema that is not a field of a response.
    pub(super) fn mark_position(&mut self, schema: &'a Value, position: Position) {
        if matches!(position, Position::Field | Position::SharedField) {
            return;
        }
        for mark in members(schema).iter().filter(|member| is_mark(member)) {
            let message = format!("`{}` has no effect here", mark.key);
            let help = "it marks a field directly below the schema of a successful response";
            self.mistake(rule::BAD_MARK, mark.key_span, message, help);
        }
    }

    /// Reports marked fields of a successful response of a wrong type, and a second marked field.
    pub(super) fn marks(&mut self, response: &'a Value) {
        let properties = self.behind(response).get("properties").map_or(&[][..], members);
        for (name, kinds) in MARKS {
            let marked = properties.iter().filter_map(|field| {
                let mark = members(&field.value).iter().find(|member| member.key == name && is_mark(member))?;
                Some((field, mark))
            });
            let mut first: Option<&str> = None;
            for (field, mark) in marked {
                let kind = self.behind(&field.value).get("type").and_then(Value::text).unwrap_or_default();
                let message = if field.key.eq_ignore_ascii_case("RequestId") {
                    format!("`{name}` marks `{}`, which is the ID of the request", field.key)
                } else if !kinds.contains(&kind) {
                    format!("`{name}` marks `{}`, which has the type `{kind}`", field.key)
                } else if let Some(first) = first {
                    format!("`{name}` marks `{}`, and `{first}` already", field.key)
                } else {
                    first = Some(&field.key);
                    continue;
                };
                let help = format!("mark the field that contains it; its type is {}", kinds.join(" or "));
                self.mistake(rule::BAD_MARK, mark.key_span, message, help);
            }
        }
    }
}

/// Whether a member is a key that is set. `false` states that the field has another meaning.
fn is_mark(member: &Member) -> bool {
    MARKS.iter().any(|(name, _)| *name == member.key) && matches!(member.value.kind, Kind::Boolean(true))
}
