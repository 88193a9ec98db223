//! Types: missing, contradictory and ineffective keys.

use super::vocabulary::FORMATS;
use super::{Checker, Level, head, items, members, rule, scalar};
use crate::json::{Kind, Value};
use crate::source::Span;
use crate::spelling::did_you_mean;

/// The position of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Position {
    /// The type of a parameter, or of a part of one.
    Parameter,
    /// The type of a successful response.
    Response,
    /// The type of a field of a successful response.
    Field,
    /// A schema in `components.schemas`, which any operation may refer to.
    Shared,
    /// The type of a field of a shared schema.
    SharedField,
    /// A nested type.
    Inner,
}

impl Position {
    const fn field(self) -> Self {
        match self {
            Self::Parameter => Self::Parameter,
            Self::Response => Self::Field,
            Self::Shared => Self::SharedField,
            Self::Field | Self::SharedField | Self::Inner => Self::Inner,
        }
    }
}

/// Keys of a type, which have no effect beside a reference.
const OF_TYPES: [&str; 7] = ["type", "format", "properties", "items", "additionalProperties", "enum", "x-enum-names"];

/// Keys that apply only to some types.
const APPLICABLE: [(&str, &[&str]); 4] = [
    ("properties", &["object"]),
    ("additionalProperties", &["object"]),
    ("items", &["array"]),
    ("enum", &["string", "integer", "number", "boolean"]),
];

impl<'a> Checker<'a> {
    pub(super) fn shared_schema(&mut self, schema: &'a Value) {
        self.schema(schema, Position::Shared);
    }

    /// Checks a schema. The reader reports a value that is not an object.
    pub(super) fn schema(&mut self, schema: &'a Value, position: Position) {
        self.map("schema", schema);
        if !matches!(schema.kind, Kind::Object(_)) {
            return;
        }
        if let Some(properties) = schema.get("properties") {
            self.map("properties", properties);
        }
        self.keys(Level::Schema, schema);
        self.mark_position(schema, position);
        self.bounds(schema);
        for key in ["example", "default", "pattern"] {
            if let Some(value) = schema.get(key).filter(|value| scalar(value).is_none() && !is_null(value)) {
                let message = format!("`{key}` must be a string, a number or a boolean, not {}", value.describe());
                let help = "write an object or a list as a string with JSON";
                self.mistake(rule::BAD_VALUE, value.span, message, help);
            }
        }
        if schema.get("$ref").is_some() {
            self.required_fields(schema);
            return self.beside_reference(schema);
        }
        let kind = schema.get("type").and_then(Value::text);
        self.kind(schema, kind);
        self.required_fields(schema);
        self.enumeration(schema);
        self.example(schema, kind);
        let properties = schema.get("properties").map_or(&[][..], members);
        for property in properties {
            self.schema(&property.value, position.field());
            if self.hand_kept && matches!(property.value.kind, Kind::Object(_)) && !self.is_described(&property.value) {
                let message = format!("the field `{}` has no text", property.key);
                self.warning(rule::MISSING_TEXT, property.key_span, message, "describe it in `description`");
            }
        }
        self.odd_case(properties.iter().map(|property| (property.key.as_str(), property.key_span)));
        let inner = if position == Position::Parameter { position } else { Position::Inner };
        for key in ["items", "additionalProperties"] {
            if let Some(schema) = schema.get(key) {
                self.schema(schema, inner);
            }
        }
    }

    fn beside_reference(&mut self, schema: &'a Value) {
        for member in members(schema).iter().filter(|member| OF_TYPES.contains(&member.key.as_str())) {
            let message = format!("`{}` has no effect beside `$ref`", member.key);
            let help = "put it into the schema that `$ref` refers to, or remove one of the two";
            self.mistake(rule::MISPLACED_KEY, member.key_span, message, help);
        }
    }

    fn kind(&mut self, schema: &'a Value, kind: Option<&str>) {
        let Some(kind) = kind.filter(|kind| !kind.is_empty()) else {
            let help = "add `type`; `any` is every JSON value";
            return self.mistake(rule::MISSING, head(schema), "the schema has no `type`", help);
        };
        for (key, kinds) in APPLICABLE {
            let Some(member) = members(schema).iter().find(|member| member.key == key) else { continue };
            let empty = matches!(member.value.kind, Kind::Null) || items_or_members(&member.value) == Some(0);
            if !kinds.contains(&kind) && !empty {
                let message = format!("`{key}` has no effect on the type `{kind}`");
                let help = format!("only {} has `{key}`; correct `type`, or remove the key", kinds.join(", "));
                self.warning(rule::MISPLACED_KEY, member.key_span, message, help);
            }
        }
        match kind {
            "array" if schema.get("items").is_none() => {
                let help = "add `items` with the type of the elements; `any` is every JSON value";
                self.warning(rule::MISSING, head(schema), "the array has no `items`", help);
            }
            "object" if schema.get("properties").is_none() && schema.get("additionalProperties").is_none() => {
                let message = "the object has neither `properties` nor `additionalProperties`, so it is any JSON value";
                let help = "list its `properties`, or set the type to `any`";
                self.warning(rule::MISSING, head(schema), message, help);
            }
            _ => {}
        }
        self.open_object(schema);
        self.format(schema, kind);
    }

    /// Reports an object with declared fields and additional ones: a generated struct cannot contain the latter.
    fn open_object(&mut self, schema: &'a Value) {
        let has_fields = schema.get("properties").and_then(items_or_members).is_some_and(|count| count > 0);
        let Some(member) = members(schema).iter().find(|member| has_fields && member.key == "additionalProperties")
        else {
            return;
        };
        if matches!(member.value.kind, Kind::Boolean(true))
            || items_or_members(&member.value).is_some_and(|count| count > 0)
        {
            let message = "`additionalProperties` has no effect beside `properties`: only those are sent and read";
            let help = "set the type to `any`, list all `properties`, or remove one of the two keys";
            self.mistake(rule::MISPLACED_KEY, member.key_span, message, help);
        }
    }

    fn format(&mut self, schema: &'a Value, kind: &str) {
        let known: &[&str] = match kind {
            "integer" => &["int32", "int64"],
            "number" => &["float", "double"],
            _ => FORMATS,
        };
        let Some(format) = schema.get("format").filter(|format| !is_null(format)) else {
            if matches!(kind, "integer") {
                let help = "add `format`: `int32` or `int64`";
                self.warning(rule::MISSING, head(schema), "the integer has no `format`, so it is an `int64`", help);
            }
            return;
        };
        let text = format.text().unwrap_or_default();
        if !known.contains(&text) {
            let help = did_you_mean(text, known.iter().copied());
            let help = help.unwrap_or_else(|| format!("the formats of this type are {}", known.join(", ")));
            let message = format!("unknown format `{text}` of the type `{kind}`");
            self.mistake(rule::UNKNOWN_VALUE, format.span, message, help);
        }
    }

    fn required_fields(&mut self, schema: &'a Value) {
        let Some(list) = schema.get("required").filter(|value| matches!(value.kind, Kind::List(_))) else { return };
        // Follows references only here: to follow them at each link of a chain takes quadratic time.
        let kind = self.behind(schema).get("type").and_then(Value::text);
        if kind.is_some_and(|kind| kind != "object") {
            let message = format!("`required` lists names, and the type `{}` has no fields", kind.unwrap_or_default());
            return self.mistake(rule::BAD_REQUIRED, list.span, message, "write `true` or `false`");
        }
        let properties = schema.get("properties").map_or(&[][..], members);
        let names = || properties.iter().map(|property| property.key.as_str());
        for item in items(list) {
            let Some(name) = item.text() else {
                let message = format!("`required` lists names, not {}", item.describe());
                self.mistake(rule::BAD_REQUIRED, item.span, message, "write the name of a property");
                continue;
            };
            if !names().any(|known| known == name) {
                let help = did_you_mean(name, names()).unwrap_or_else(|| "name one of the `properties`".to_owned());
                self.mistake(
                    rule::BAD_REQUIRED,
                    item.span,
                    format!("`required` lists `{name}`, which is not a property"),
                    help,
                );
            }
        }
    }

    fn bounds(&mut self, schema: &'a Value) {
        for [low, high] in [["minimum", "maximum"], ["minLength", "maxLength"], ["minItems", "maxItems"]] {
            let least = self.bound(schema, low);
            let most = self.bound(schema, high);
            let (Some((_, least)), Some((span, most))) = (least, most) else { continue };
            if least > most {
                let message = format!("`{low}` is {least}, above `{high}`, which is {most}");
                self.mistake(rule::BAD_BOUND, span, message, "swap or correct the two bounds");
            }
        }
    }

    fn bound(&mut self, schema: &'a Value, key: &str) -> Option<(Span, f64)> {
        let value = schema.get(key).filter(|value| !is_null(value))?;
        let text = scalar(value).unwrap_or_default().trim();
        if text.is_empty() && value.text().is_some() {
            return None;
        }
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        let natural = key.contains("Length") || key.contains("Items");
        match number.filter(|number| !natural || (*number >= 0.0 && number.fract() == 0.0)) {
            Some(number) => Some((value.span, number)),
            None => {
                let what = if natural { "a whole number" } else { "a number" };
                let message = format!("`{key}` must be {what}");
                self.mistake(rule::BAD_BOUND, value.span, message, "write the bound in digits");
                None
            }
        }
    }

    /// Reports a single lower-case name among upper-case names: case matters on the wire.
    pub(super) fn odd_case<'n>(&mut self, names: impl Iterator<Item = (&'n str, Span)>) {
        let (upper, lower): (Vec<_>, Vec<_>) = names
            .filter(|(name, _)| name.starts_with(|first: char| first.is_ascii_alphabetic()))
            .partition(|(name, _)| name.starts_with(|first: char| first.is_ascii_uppercase()));
        let odd = match (upper.as_slice(), lower.as_slice()) {
            ([_, _, _, ..], [odd]) => Some((odd, "lower", "upper")),
            ([odd], [_, _, _, ..]) => Some((odd, "upper", "lower")),
            _ => None,
        };
        if let Some(((name, span), this, others)) = odd {
            let message =
                format!("`{name}` begins with a {this}-case letter, and all other names with an {others}-case one");
            let help = "names are case-sensitive; correct the name if it is misspelled";
            self.warning(rule::ODD_CASE, *span, message, help);
        }
    }
}

fn is_null(value: &Value) -> bool {
    matches!(value.kind, Kind::Null)
}

fn items_or_members(value: &Value) -> Option<usize> {
    match &value.kind {
        Kind::List(items) => Some(items.len()),
        Kind::Object(members) => Some(members.len()),
        _ => None,
    }
}
