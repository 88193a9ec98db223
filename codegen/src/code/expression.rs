//! Values as Rust expressions.

use heck::{ToShoutySnakeCase as _, ToSnakeCase as _};
use serde_json::Value;

use super::layout::Expression;
use super::{Imports, Secrets};
use crate::model::{Field, Model, Operation, Shape, TypeId, TypeKind};

/// The required type of an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// An argument of a constructor or setter, which converts it.
    Argument,
    /// A value of the exact type.
    Owned,
}

/// Writes the values of one operation.
pub(super) struct Expressions<'m> {
    model: &'m Model,
    secrets: Secrets,
    pub(super) imports: Imports,
    /// Whether a field that was written is deprecated.
    pub(super) deprecated: bool,
    /// The environment variables that expressions read.
    pub(super) variables: Vec<String>,
    /// Whether an expression uses `serde_json`.
    pub(super) uses_json: bool,
    /// Files that expressions include: their names and contents.
    pub(super) files: Vec<(String, Vec<u8>)>,
    /// Whether the current value is part of a sensitive value.
    is_sensitive: bool,
}

/// The maximum number of bytes that are written as a literal. Longer ones are written to a file.
const MAX_LITERAL: usize = 64;

/// The text for a required parameter without a value.
const ELLIPSIS: &str = "…";

impl<'m> Expressions<'m> {
    pub(super) fn new(model: &'m Model, operation: &Operation, secrets: Secrets) -> Self {
        let imports = Imports::new(operation);
        Self {
            model,
            secrets,
            imports,
            deprecated: false,
            variables: Vec::new(),
            uses_json: false,
            files: Vec::new(),
            is_sensitive: false,
        }
    }

    /// Returns the value of a field, or a placeholder if a required field has no value.
    pub(super) fn field(&mut self, field: &Field, value: Option<&Value>, form: Form) -> Expression {
        self.deprecated |= field.docs.deprecated;
        let placeholder;
        let value = match value {
            Some(value) => value,
            None => {
                placeholder = self.placeholder(&field.shape);
                &placeholder
            }
        };
        self.value(&field.shape, value, &field.name.wire, form)
    }

    fn placeholder(&self, shape: &Shape) -> Value {
        match shape {
            Shape::Boolean => true.into(),
            Shape::Int32 | Shape::Int64 => 1.into(),
            Shape::Number => 1.0.into(),
            Shape::Text | Shape::Timestamp => ELLIPSIS.into(),
            Shape::Bytes => "".into(),
            Shape::List(_) => Value::Array(Vec::new()),
            Shape::Json | Shape::Map(_) => Value::Object(Default::default()),
            Shape::Sensitive(inner) => self.placeholder(inner),
            Shape::Named(id) => match &self.model.get(*id).kind {
                TypeKind::Enum(variants) => {
                    variants.first().map_or(ELLIPSIS, |variant| variant.name.wire.as_str()).into()
                }
                TypeKind::Object(_) => Value::Object(Default::default()),
            },
        }
    }

    fn value(&mut self, shape: &Shape, value: &Value, name: &str, form: Form) -> Expression {
        let owned = form == Form::Owned;
        match (shape, value) {
            (Shape::Sensitive(inner), value) => self.sensitive(inner, value, name, form),
            (Shape::List(item), Value::Array(values)) => self.list(item, values, name, form),
            (Shape::Map(item), Value::Object(values)) => self.map(item, values, name, form),
            (Shape::Named(id), value) => self.named(*id, value),
            (shape, _) if self.is_sensitive && self.secrets == Secrets::Environment => self.variable(shape, name),
            (Shape::Boolean | Shape::Int32 | Shape::Int64, value) => Expression::text(value.to_string()),
            (Shape::Number, value) => Expression::text(format!("{:?}", value.as_f64().unwrap_or_default())),
            (Shape::Text, value) => {
                let text = if self.is_sensitive { ELLIPSIS } else { value.as_str().unwrap_or_default() };
                if owned { literal(text).method("to_owned", Vec::new()) } else { literal(text) }
            }
            (Shape::Timestamp, value) => {
                let text = literal(value.as_str().unwrap_or_default());
                if owned { text.method("into", Vec::new()) } else { text }
            }
            (Shape::Bytes, value) => {
                let bytes = crate::parameters::bytes(value.as_str().unwrap_or_default()).unwrap_or_default();
                let bytes = self.bytes(bytes, name);
                if owned { bytes.method("into", Vec::new()) } else { bytes }
            }
            (Shape::Json, value) => {
                self.uses_json = true;
                Expression::call("serde_json::json!", vec![Expression::text(json(value))])
            }
            // The parameters were checked against the model.
            (Shape::List(_) | Shape::Map(_), _) => Expression::text("Default::default()"),
        }
    }

    /// Returns a sensitive value, which must not be part of the code.
    fn sensitive(&mut self, inner: &Shape, value: &Value, name: &str, form: Form) -> Expression {
        let is_plain = is_plain(inner);
        let outer = std::mem::replace(&mut self.is_sensitive, true);
        let code = match (form, inner) {
            // The setter converts a plain value to the inner type, and any other one to the sensitive type.
            (Form::Argument, _) => self.value(inner, value, name, if is_plain { form } else { Form::Owned }),
            (Form::Owned, Shape::Timestamp) => {
                let timestamp = self.imports.item("primitives", "Timestamp");
                let text = self.value(inner, value, name, Form::Argument);
                Expression::call(format!("{timestamp}::from"), vec![text]).method("into", Vec::new())
            }
            // Both a literal and a `String` are converted.
            (Form::Owned, Shape::Text) => self.value(inner, value, name, Form::Argument).method("into", Vec::new()),
            (Form::Owned, _) => self.value(inner, value, name, Form::Owned).method("into", Vec::new()),
        };
        self.is_sensitive = outer;
        code
    }

    /// Returns a scalar that is read from an environment variable.
    fn variable(&mut self, shape: &Shape, name: &str) -> Expression {
        let variable = variable(name);
        if !self.variables.contains(&variable) {
            self.variables.push(variable.clone());
        }
        let expect =
            |value: Expression, what: &str| value.method("expect", vec![literal(&format!("{variable} is {what}"))]);
        let text = expect(Expression::call("std::env::var", vec![literal(&variable)]), "set");
        match shape {
            Shape::Boolean | Shape::Int32 | Shape::Int64 | Shape::Number => {
                expect(text.method("parse", Vec::new()), "a valid value")
            }
            Shape::Bytes => text.method("into_bytes", Vec::new()),
            Shape::Json => {
                self.uses_json = true;
                let text = text.method("as_str", Vec::new());
                expect(Expression::call("serde_json::from_str::<serde_json::Value>", vec![text]), "JSON")
            }
            _ => text,
        }
    }

    /// Returns bytes as a literal or, if there are many, as an included file.
    fn bytes(&mut self, bytes: Vec<u8>, name: &str) -> Expression {
        if bytes.len() <= MAX_LITERAL {
            return Expression::text(format!("b\"{}\"", bytes.escape_ascii())).method("to_vec", Vec::new());
        }
        let file = format!("{}_{}.bin", name.to_snake_case(), self.files.len() + 1);
        let path = literal(&format!("../{file}"));
        self.files.push((file, bytes));
        Expression::call("include_bytes!", vec![path]).method("to_vec", Vec::new())
    }

    fn list(&mut self, item: &Shape, values: &[Value], name: &str, form: Form) -> Expression {
        let item_form = if form == Form::Argument { item_form(item) } else { Form::Owned };
        let items: Vec<Expression> = values.iter().map(|value| self.value(item, value, name, item_form)).collect();
        match form {
            Form::Argument if items.is_empty() => Expression::text(format!("Vec::<{}>::new()", self.type_of(item))),
            Form::Argument => Expression::list("", items),
            Form::Owned => Expression::list("vec!", items),
        }
    }

    fn map(&mut self, item: &Shape, values: &serde_json::Map<String, Value>, name: &str, form: Form) -> Expression {
        let owned = form == Form::Owned;
        let item_form = if owned { Form::Owned } else { item_form(item) };
        let mut entries = Vec::new();
        for (key, value) in values {
            let key = if owned { literal(key).method("to_owned", Vec::new()) } else { literal(key) };
            entries.push(Expression::call("", vec![key, self.value(item, value, name, item_form)]));
        }
        match form {
            Form::Argument if entries.is_empty() => {
                Expression::text(format!("Vec::<(String, {})>::new()", self.type_of(item)))
            }
            Form::Argument => Expression::list("", entries),
            Form::Owned => Expression::call("std::collections::BTreeMap::from", vec![Expression::list("", entries)]),
        }
    }

    fn named(&mut self, id: TypeId, value: &Value) -> Expression {
        let model = self.model;
        let name = self.imports.of(model, id);
        match &model.get(id).kind {
            TypeKind::Enum(variants) => {
                let text = value.as_str().unwrap_or_default();
                match variants.iter().find(|variant| variant.name.wire == text) {
                    Some(variant) => Expression::text(format!("{name}::{}", variant.name.rust)),
                    None => Expression::call(format!("{name}::from"), vec![literal(text)]),
                }
            }
            TypeKind::Object(fields) => {
                let mut code = Expression::call(format!("{name}::new"), Vec::new());
                for field in fields {
                    if let Some(value) = value.get(&field.name.wire) {
                        let value = self.field(field, Some(value), Form::Argument);
                        code = code.method(field.name.rust.as_str(), vec![value]);
                    }
                }
                code
            }
        }
    }

    /// Returns the Rust type of a shape, for lists and maps without items.
    fn type_of(&mut self, shape: &Shape) -> String {
        match shape {
            Shape::Boolean => "bool".to_owned(),
            Shape::Int32 => "i32".to_owned(),
            Shape::Int64 => "i64".to_owned(),
            Shape::Number => "f64".to_owned(),
            Shape::Text => "String".to_owned(),
            Shape::Timestamp => self.imports.item("primitives", "Timestamp"),
            Shape::Bytes => self.imports.item("primitives", "Bytes"),
            Shape::Json => self.imports.item("primitives", "Value"),
            Shape::List(item) => format!("Vec<{}>", self.type_of(item)),
            Shape::Map(item) => format!("std::collections::BTreeMap<String, {}>", self.type_of(item)),
            Shape::Sensitive(inner) if is_plain(inner) => self.type_of(inner),
            Shape::Sensitive(inner) => {
                let sensitive = self.imports.item("primitives", "Sensitive");
                format!("{sensitive}<{}>", self.type_of(inner))
            }
            Shape::Named(id) => self.imports.of(self.model, *id),
        }
    }
}

/// Whether a setter converts the inner type of a sensitive value.
fn is_plain(shape: &Shape) -> bool {
    matches!(shape, Shape::Text | Shape::Timestamp | Shape::Json)
}

/// Returns the required type of an item of a list argument: generated setters convert only some types.
fn item_form(item: &Shape) -> Form {
    match item {
        Shape::Sensitive(inner) if is_plain(inner) => Form::Argument,
        item if is_plain(item) => Form::Argument,
        _ => Form::Owned,
    }
}

/// Returns the environment variable from which a program takes a secret parameter.
#[must_use]
pub fn variable(name: &str) -> String {
    name.to_shouty_snake_case()
}

fn literal(text: &str) -> Expression {
    Expression::text(format!("{text:?}"))
}

/// Returns a JSON value as `serde_json::json!` reads it.
#[must_use]
pub fn json(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) => value.to_string(),
        Value::String(text) => format!("{text:?}"),
        // An integer without a suffix is an `i32`.
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(value), _) if i32::try_from(value).is_ok() => value.to_string(),
            (Some(value), _) => format!("{value}i64"),
            (None, Some(value)) => format!("{value}u64"),
            (None, None) => format!("{:?}", number.as_f64().unwrap_or_default()),
        },
        Value::Array(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{name:?}: {}", json(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}
