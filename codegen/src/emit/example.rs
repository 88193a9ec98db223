//! The example of a call in an operation's documentation: code that compiles.

use serde_json::{Map, Value};

use crate::code::{self, Call, Secrets, Style};
use crate::model::{Model, Operation, Shape, TypeKind};

/// Returns the lines of the example with its fences; `None` if a required parameter has no short value.
pub(super) fn documentation(model: &Model, operation: &Operation, style: Style) -> Option<Vec<String>> {
    let example = example(model, operation, style)?;
    let root = model.package.replace('-', "_");
    let mut lines = vec!["```no_run".to_owned()];
    if example.deprecated {
        lines.push("# #![allow(deprecated)]".to_owned());
    }
    lines.extend(example.imports.lines(&root));
    // The line is hidden, and its paths are complete: an import may be called `Result`.
    lines.extend([
        format!("# async fn example(client: {root}::Client) -> ::std::result::Result<(), {root}::Error> {{"),
        String::new(),
    ]);
    lines.extend(example.statements);
    lines.extend(["# Ok(())".to_owned(), "# }".to_owned(), "```".to_owned()]);
    Some(lines)
}

/// Returns a call with the required parameters.
pub(super) fn example(model: &Model, operation: &Operation, style: Style) -> Option<Call> {
    let required = operation.parameters.iter().map(|parameter| &parameter.field).filter(|field| field.required);
    let mut values = Map::new();
    for field in required {
        values.insert(field.name.wire.clone(), value(model, &field.shape, field.docs.example.as_deref())?);
    }
    Some(code::call(model, operation, &values, style, Secrets::Ellipsis))
}

/// Returns the example of a parameter as a JSON value of its type, or another value of the type.
fn value(model: &Model, shape: &Shape, example: Option<&str>) -> Option<Value> {
    let trimmed = example.map(str::trim);
    Some(match shape {
        Shape::Boolean => (trimmed != Some("false")).into(),
        Shape::Int32 => trimmed.and_then(|text| text.parse::<i32>().ok()).unwrap_or(1).into(),
        Shape::Int64 => trimmed.and_then(|text| text.parse::<i64>().ok()).unwrap_or(1).into(),
        Shape::Number => {
            let number = trimmed.and_then(|text| text.parse::<f64>().ok()).filter(|number| number.is_finite());
            number.unwrap_or(1.0).into()
        }
        Shape::Text | Shape::Timestamp => text(example).into(),
        Shape::Sensitive(inner) if **inner == Shape::Text => text(None).into(),
        Shape::Named(id) => match &model.get(*id).kind {
            TypeKind::Enum(variants) => {
                let chosen = variants.iter().find(|variant| Some(variant.name.wire.as_str()) == example);
                chosen.or(variants.first())?.name.wire.as_str().into()
            }
            TypeKind::Object(_) => Value::Object(Map::new()),
        },
        Shape::List(item) if **item == Shape::Text => {
            // The example may be that of the whole list.
            vec![text(example.filter(|text| !text.contains(['[', '=', '\n'])))].into()
        }
        Shape::List(item) => vec![value(model, item, None)?].into(),
        Shape::Bytes | Shape::Json | Shape::Map(_) | Shape::Sensitive(_) => return None,
    })
}

/// Returns an example that is a short text of printable ASCII, or else an ellipsis.
fn text(example: Option<&str>) -> &str {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '`' | '<') || c == ' ';
    example.filter(|text| !text.is_empty() && text.len() <= 60 && text.chars().all(plain)).unwrap_or("…")
}
