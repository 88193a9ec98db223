//! Code for an operation with given parameters: a Rust program, a command line, and a raw request.

use std::io;
use std::path::Path;

use alicloud_codegen::code::{self, Dependency, Program, program, variable};
use alicloud_codegen::model::{Access, Body, Encoding, Method, Protocol, Shape};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::catalog::{Document, LoadedOperation};
use crate::invocation::http_method;
use crate::outcome::redact;

/// Code for an operation with given parameters.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snippet {
    /// `src/main.rs` of a program.
    pub rust: String,
    /// `Cargo.toml` of the program.
    pub manifest: String,
    /// The command line of `alicloud`.
    pub command: String,
    /// `src/main.rs` of a program with a raw request, which needs no generated types.
    pub raw: String,
    /// The environment variables that the code reads for secret parameters.
    pub variables: Vec<String>,
}

/// Writes the code for parameters that [`parameters::read`](alicloud_codegen::parameters::read) returned.
#[must_use]
pub fn snippet(
    document: &Document,
    operation: &LoadedOperation,
    values: &Map<String, Value>,
    dependency: &Dependency,
    endpoint: Option<&str>,
) -> Snippet {
    let program = self::program(operation.model(), operation.operation(), values, dependency, endpoint);
    Snippet {
        rust: program.main,
        manifest: program.manifest,
        command: command(document, operation, values),
        raw: raw_program(operation, values),
        variables: program.variables,
    }
}

/// Writes the files of a package, by their paths in it, to a folder that is empty or does not exist.
///
/// # Errors
/// The folder has files, or cannot be written to.
pub fn save<'f>(folder: &Path, files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    if std::fs::read_dir(folder)?.next().is_some() {
        let message = format!("{} is not empty", folder.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    for (name, bytes) in files {
        let path = folder.join(name);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(path, bytes)?;
    }
    Ok(())
}

/// Writes a program to a folder that is empty or does not exist.
///
/// # Errors
/// The folder has files, or cannot be written to.
pub fn save_program(folder: &Path, program: &Program) -> io::Result<()> {
    let files = program.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let own = [("Cargo.toml", program.manifest.as_bytes()), ("src/main.rs", program.main.as_bytes())];
    save(folder, own.into_iter().chain(files))
}

/// Returns the command line of `alicloud` for parameters. Secret parameters are shell variables.
#[must_use]
pub fn command(document: &Document, operation: &LoadedOperation, values: &Map<String, Value>) -> String {
    let of = operation.operation();
    let mut line = format!("alicloud call {} {}", document.product(), of.name.wire);
    for parameter in &of.parameters {
        let name = &parameter.field.name.wire;
        let Some(value) = values.get(name) else { continue };
        let value = &redact(operation.model(), &parameter.field.shape, value);
        let value = match (&parameter.field.shape, value) {
            (Shape::Sensitive(_), _) => format!("\"${}\"", variable(name)),
            (_, Value::String(text)) => shell_words::quote(text).into_owned(),
            (_, value) => shell_words::quote(&value.to_string()).into_owned(),
        };
        line.push_str(&format!(" --{name} {value}"));
    }
    line
}

/// A program around the statements of a raw request.
fn raw_program(operation: &LoadedOperation, values: &Map<String, Value>) -> String {
    let statements = raw(operation, values);
    let root = operation.model().package.replace('-', "_");
    let mut lines = Vec::new();
    if statements.contains("serde_json::") {
        lines.push("// Cargo.toml also needs: serde_json = \"1\"".to_owned());
    }
    if statements.contains("Method::") {
        lines.push(format!("use {root}::http::Method;"));
    }
    lines.push(format!("use {root}::{{Client, Error, RawRequest}};"));
    lines.extend(["", "#[tokio::main]", "async fn main() -> Result<(), Error> {"].map(str::to_owned));
    lines.push("    let client = Client::from_default_chain()?;".to_owned());
    lines.extend(statements.lines().map(|line| format!("    {line}")));
    lines.extend(["    println!(\"{response:#}\");", "    Ok(())", "}", ""].map(str::to_owned));
    lines.join("\n")
}

/// Returns the statements that call an operation with a raw request, for a client of any product.
#[must_use]
pub fn raw(operation: &LoadedOperation, values: &Map<String, Value>) -> String {
    let of = operation.operation();
    let name = &of.name.wire;
    let method = |method| http_method(method).to_string();
    let mut lines = vec![match &of.protocol {
        Protocol::Rpc(Method::Post) => format!("let request = RawRequest::rpc({name:?})"),
        Protocol::Rpc(other) => format!("let request = RawRequest::rpc({name:?}).method(Method::{})", method(*other)),
        Protocol::Roa(other, path) => {
            format!("let request = RawRequest::roa({name:?}, Method::{}, {path:?})", method(*other))
        }
    }];
    if of.access == Some(Access::Read) {
        lines.push("    .read()".to_owned());
    }
    for parameter in &of.parameters {
        let name = &parameter.field.name.wire;
        let Some(value) = values.get(name) else { continue };
        let value = &redact(operation.model(), &parameter.field.shape, value);
        let secret = matches!(parameter.field.shape, Shape::Sensitive(_));
        let suffix = if value.is_string() || secret { "" } else { "_value" };
        let value = match value {
            _ if secret => format!("std::env::var({:?}).expect(\"the variable is set\")", variable(name)),
            Value::String(text) => format!("{text:?}"),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => {
                format!("serde_json::json!({})", code::json(value))
            }
        };
        lines.push(match (parameter.encoding, of.body) {
            (Encoding::Query, _) => format!("    .query{suffix}({name:?}, {value})"),
            (Encoding::QueryJson, _) => format!("    .query_json({name:?}, {value})"),
            (Encoding::QueryJoined, _) => format!("    .query_joined({name:?}, {value})"),
            (Encoding::Form, _) => format!("    .form{suffix}({name:?}, {value})"),
            (Encoding::FormJson, _) => format!("    .form_json({name:?}, {value})"),
            (Encoding::FormJoined, _) => format!("    .form_joined({name:?}, {value})"),
            (Encoding::Header, _) => format!("    .header{suffix}({name:?}, {value})"),
            (Encoding::Path, _) => format!("    .path{suffix}({name:?}, {value})"),
            (Encoding::Host, _) => format!("    .host({name:?}, {value})"),
            (_, Body::Text) => format!("    .text({value})"),
            (_, Body::Bytes | Body::Raw) => format!("    .bytes({value})"),
            (_, Body::Logs) => format!("    .logs({value})"),
            _ => format!("    .json({value})"),
        });
        if secret {
            lines.push(format!("    .sensitive({name:?})"));
        }
    }
    lines.last_mut().into_iter().for_each(|line| line.push(';'));
    lines.push("let response = client.call_raw(request).await?;".to_owned());
    lines.join("\n")
}
