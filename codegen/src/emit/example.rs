//! The example of a call in an operation's documentation: code that compiles.

use crate::model::{Field, Model, Operation, Owner, Shape, TypeId, TypeKind};
use crate::name::POSITIONAL;

/// How an example calls the operation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `request.call(&client)`
    Request,
    /// `client.operation(request)`
    Method,
}

/// A call in pieces.
pub(super) struct Example {
    /// The items of the crate that it names, as a tree below its root.
    pub imports: Vec<String>,
    /// The statements, which contain the call.
    pub statements: Vec<String>,
}

impl Example {
    /// Whether it brings this name in, which then means something of the crate.
    pub(super) fn names(&self, name: &str) -> bool {
        let ends = |import: &String| {
            let last = import.rsplit([':', ' ', '{']).next().unwrap_or_default();
            last.trim_end_matches('}') == name
        };
        self.imports.iter().any(ends)
    }
}

/// The longest expression that is called in the line that it stands in, in characters.
const LONGEST_CALL: usize = 70;

/// The longest expression that stands in one line.
const LONGEST_LINE: usize = 80;

/// The lines of the example, fences included, or none where a required value has no short form.
pub(super) fn documentation(model: &Model, operation: &Operation, style: Style) -> Option<Vec<String>> {
    let example = example(model, operation, style)?;
    let root = model.package.replace('-', "_");
    let mut lines = vec!["```no_run".to_owned()];
    if operation.docs.deprecated {
        lines.push("# #![allow(deprecated)]".to_owned());
    }
    lines.extend(example.imports.iter().map(|import| format!("use {root}::{import};")));
    // The line is hidden, so that the full path costs no reader anything where an import is called `Result`.
    lines.extend([
        format!("# async fn example(client: {root}::Client) -> ::std::result::Result<(), {root}::Error> {{"),
        String::new(),
    ]);
    lines.extend(example.statements);
    lines.extend(["# Ok(())".to_owned(), "# }".to_owned(), "```".to_owned()]);
    Some(lines)
}

/// The call of an operation with everything that is required.
pub(super) fn example(model: &Model, operation: &Operation, style: Style) -> Option<Example> {
    let module = &operation.method;
    let request = &operation.name.rust;
    let mut imports = Imports { request, ..Imports::default() };
    let required: Vec<&Field> =
        operation.parameters.iter().map(|parameter| &parameter.field).filter(|field| field.required).collect();
    let mut values = Vec::new();
    for field in &required {
        values.push(value(model, &field.shape, &field.docs.example, module, &mut imports)?);
    }
    let mut statements = Vec::new();
    let mut call = format!("{request}::new()");
    if required.len() > POSITIONAL {
        imports.module = true;
        statements.push(format!("let request = {request}::new({module}::Required {{"));
        for (field, (expression, converted)) in required.iter().zip(values) {
            let into = if converted { ".into()" } else { "" };
            statements.push(format!("    {}: {expression}{into},", field.name.rust));
        }
        statements.push("});".to_owned());
        call = "request".to_owned();
    } else {
        let arguments: Vec<String> = values.into_iter().map(|(expression, _)| expression).collect();
        call = format!("{request}::new({})", arguments.join(", "));
        if call.len() > LONGEST_LINE {
            statements.push(format!("let request = {request}::new("));
            statements.extend(arguments.iter().map(|argument| format!("    {argument},")));
            statements.push(");".to_owned());
            call = "request".to_owned();
        } else if call.len() > LONGEST_CALL {
            statements.push(format!("let request = {call};"));
            call = "request".to_owned();
        }
    }
    let call = match style {
        Style::Request => format!("{call}.call(&client)"),
        Style::Method => format!("client.{module}({call})"),
    };
    let code = operation.docs.error_codes.iter().find(|code| !code.rust.is_empty());
    match (code, operation.pages.is_some()) {
        (_, true) => statements.extend([
            format!("let mut items = {call}.items();"),
            "while let Some(item) = items.next().await {".to_owned(),
            "    println!(\"{:?}\", item?);".to_owned(),
            "}".to_owned(),
        ]),
        (Some(code), false) => {
            imports.module = true;
            statements.extend([
                format!("match {call}.await {{"),
                "    Ok(response) => println!(\"{response:?}\"),".to_owned(),
                format!(
                    "    Err(error) if error.code() == Some({module}::codes::{}) => println!(\"{{error}}\"),",
                    code.rust
                ),
                "    Err(error) => return Err(error),".to_owned(),
                "}".to_owned(),
            ]);
        }
        (None, false) => {
            statements.extend([format!("let response = {call}.await?;"), "println!(\"{response:?}\");".to_owned()])
        }
    }
    let mut paths = vec![match imports.module {
        true => format!("operation::{{{request}, {module}}}"),
        false => format!("operation::{request}"),
    }];
    if imports.shared {
        paths.push("types".to_owned());
    }
    paths.extend(imports.types.into_iter().map(|(path, name)| format!("{path}::{name}")));
    Some(Example { imports: paths, statements })
}

#[derive(Default)]
struct Imports<'a> {
    /// The name of the request.
    request: &'a str,
    /// Whether the operation's module is named.
    module: bool,
    /// Whether the module of shared types is named.
    shared: bool,
    types: Vec<(String, String)>,
}

/// An expression, and whether a struct literal must convert it with `into`.
fn value(
    model: &Model,
    shape: &Shape,
    example: &Option<String>,
    module: &str,
    imports: &mut Imports<'_>,
) -> Option<(String, bool)> {
    let example = example.as_deref();
    Some(match shape {
        Shape::Boolean => {
            (example.filter(|text| matches!(*text, "true" | "false")).unwrap_or("true").to_owned(), false)
        }
        Shape::Int32 => (example.and_then(|text| text.trim().parse::<i32>().ok()).unwrap_or(1).to_string(), false),
        Shape::Int64 => (example.and_then(|text| text.trim().parse::<i64>().ok()).unwrap_or(1).to_string(), false),
        Shape::Number => {
            let number = example.and_then(|text| text.trim().parse::<f64>().ok()).filter(|number| number.is_finite());
            (format!("{:?}", number.unwrap_or(1.0)), false)
        }
        Shape::Text | Shape::Timestamp => (literal(example.unwrap_or("…")), true),
        Shape::Sensitive(inner) if **inner == Shape::Text => (literal("…"), true),
        Shape::Named(id) => match &model.get(*id).kind {
            TypeKind::Enum(variants) => {
                let chosen = variants.iter().find(|variant| Some(variant.name.wire.as_str()) == example);
                let chosen = chosen.or(variants.first())?;
                (format!("{}::{}", import(model, *id, module, imports), chosen.name.rust), false)
            }
            TypeKind::Object(_) => (format!("{}::new()", import(model, *id, module, imports)), false),
        },
        Shape::List(item) if matches!(**item, Shape::Text) => (format!("vec![{}]", literal_owned(example)), false),
        Shape::List(item) => {
            let (item, converted) = value(model, item, &None, module, imports)?;
            let into = if converted { ".into()" } else { "" };
            (format!("vec![{item}{into}]"), false)
        }
        Shape::Bytes | Shape::Json | Shape::Map(_) | Shape::Sensitive(_) => return None,
    })
}

/// How a type is named: by its own name, or by its module's where the name has another meaning already.
fn import(model: &Model, id: TypeId, module: &str, imports: &mut Imports<'_>) -> String {
    let found = model.get(id);
    let name = &found.name;
    let (path, owner, named) = match found.owner {
        Owner::Shared => ("types".to_owned(), "types", &mut imports.shared),
        Owner::Operation(_) => (format!("operation::{module}"), module, &mut imports.module),
    };
    if imports.types.iter().any(|(other, taken)| taken == name && *other == path) {
        return name.clone();
    }
    if name == imports.request || imports.types.iter().any(|(_, taken)| taken == name) {
        *named = true;
        return format!("{owner}::{name}");
    }
    imports.types.push((path, name.clone()));
    name.clone()
}

/// A text literal of printable ASCII; anything else stands for itself badly in documentation.
fn literal(text: &str) -> String {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '`' | '<') || c == ' ';
    let short = !text.is_empty() && text.len() <= 60 && text.chars().all(plain);
    if short { format!("\"{text}\"") } else { "\"…\"".to_owned() }
}

fn literal_owned(example: Option<&str>) -> String {
    format!("{}.to_owned()", literal(example.filter(|text| !text.contains(['[', '=', '\n'])).unwrap_or("…")))
}
