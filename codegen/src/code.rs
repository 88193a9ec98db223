//! Rust code that calls an operation with given parameters.
//!
//! The documentation of generated crates, the explorer and the command line use these examples, so that each
//! shows the names, constructors and setters that the generated crate has.

mod expression;
mod imports;
mod layout;
mod program;
mod replay_test;

use serde_json::{Map, Value};

use crate::model::{Field, Model, Operation};
use crate::name::{POSITIONAL, REQUIRED};
use expression::{Expressions, Form};
pub use expression::{json, variable};
pub use imports::Imports;
use layout::{Expression, WIDTH};
pub use program::{Dependency, Program, program};
pub use replay_test::{Expected, RECORDING, ReplayTest, replay_test};

/// The form of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `request.call(&client)`
    Request,
    /// `client.operation(request)`
    Method,
}

/// How the code writes values that must not be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// As an ellipsis, in documentation.
    Ellipsis,
    /// From an environment variable, in programs.
    Environment,
}

/// Statements that call an operation. They need a variable `client`, and a function that returns the crate's `Error`.
#[derive(Clone, Debug)]
pub struct Call {
    /// The items of the crate that the statements name.
    pub imports: Imports,
    /// The statements, formatted, one line each.
    pub statements: Vec<String>,
    /// Whether the operation or one of the parameters is deprecated.
    pub deprecated: bool,
    /// The environment variables that the statements read.
    pub variables: Vec<String>,
    /// Whether the statements use `serde_json`.
    pub uses_json: bool,
    /// The files that the statements include: their names, relative to the folder of the package, and contents.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Returns the statements that call an operation with parameters that [`parameters::read`](crate::parameters::read)
/// returned, and report the response.
#[must_use]
pub fn call(model: &Model, operation: &Operation, values: &Map<String, Value>, style: Style, secrets: Secrets) -> Call {
    let mut expressions = Expressions::new(model, operation, secrets);
    let request = request(operation, values, &mut expressions);
    let paged = operation.pages.is_some();
    let code = operation.docs.error_codes.iter().find(|code| !code.rust.is_empty() && !paged);
    let called = |request| {
        let call = match style {
            Style::Request => Expression::method(request, "call", vec![Expression::text("&client")]),
            Style::Method => Expression::text("client").method(operation.method.as_str(), vec![request]),
        };
        match (paged, code) {
            (true, _) => call.method("items", Vec::new()),
            (false, Some(_)) => call.suffix(".await"),
            (false, None) => call.suffix(".await").suffix("?"),
        }
    };
    let mut text = String::new();
    let mut call = called(request.clone());
    if call.line().is_none() {
        text.push_str("let request = ");
        request.write(&mut text, 0, 1);
        text.push_str(";\n");
        call = called(Expression::text("request"));
    }
    match code {
        _ if paged => {
            text.push_str("let mut items = ");
            call.write(&mut text, 0, 1);
            text.push_str(";\nwhile let Some(item) = items.next().await {\n    println!(\"{:?}\", item?);\n}");
        }
        Some(code) => {
            let constant = format!("{}::codes::{}", expressions.imports.module(), code.rust);
            let arm =
                |code: &str| format!("    Err(error) if error.code() == Some({code}) => println!(\"{{error}}\"),");
            let mut line = arm(&constant);
            if line.len() > WIDTH {
                text.push_str(&format!("let code = {constant};\n"));
                line = arm("code");
            }
            text.push_str("match ");
            call.write(&mut text, 0, 2);
            text.push_str(" {\n    Ok(response) => println!(\"{response:?}\"),\n");
            text.push_str(&line);
            text.push_str("\n    Err(error) => return Err(error),\n}");
        }
        None => {
            text.push_str("let response = ");
            call.write(&mut text, 0, 1);
            text.push_str(";\nprintln!(\"{response:?}\");");
        }
    }
    Call {
        statements: text.lines().map(str::to_owned).collect(),
        deprecated: operation.docs.deprecated || expressions.deprecated,
        variables: expressions.variables,
        uses_json: expressions.uses_json,
        files: expressions.files,
        imports: expressions.imports,
    }
}

/// Returns the request: its constructor with the required parameters, and a setter for each optional one.
fn request(operation: &Operation, values: &Map<String, Value>, expressions: &mut Expressions<'_>) -> Expression {
    let name = expressions.imports.request();
    let (required, optional): (Vec<&Field>, Vec<&Field>) =
        operation.parameters.iter().map(|parameter| &parameter.field).partition(|field| field.required);
    let value = |field: &Field| values.get(&field.name.wire);
    let arguments = if required.len() > POSITIONAL {
        let path = format!("{}::{REQUIRED}", expressions.imports.module());
        let mut field = |field: &Field| (field.name.rust.clone(), expressions.field(field, value(field), Form::Owned));
        vec![Expression::Struct(path, required.into_iter().map(&mut field).collect())]
    } else {
        required.into_iter().map(|field| expressions.field(field, value(field), Form::Argument)).collect()
    };
    let mut request = Expression::call(format!("{name}::new"), arguments);
    for field in optional {
        if let Some(value) = value(field) {
            let value = expressions.field(field, Some(value), Form::Argument);
            request = request.method(field.name.rust.as_str(), vec![value]);
        }
    }
    request
}

#[cfg(test)]
mod tests;
