//! A complete program that makes a call.

use serde_json::{Map, Value};

use super::{Call, Secrets, Style, call};
use crate::model::{Model, Operation};

/// How a program depends on the crate of the product, as the value of a key in `Cargo.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependency {
    /// By a version from the registry.
    Version(String),
    /// By a folder.
    Path(String),
    /// By the URL of a Git repository.
    Git(String),
}

impl Dependency {
    /// The value of the key, with features of the crate.
    pub(super) fn value(&self, features: &[&str]) -> String {
        let quoted = |text: &str| Value::from(text).to_string();
        let (key, text) = match self {
            Self::Version(version) if features.is_empty() => return quoted(version),
            Self::Version(version) => ("version", version),
            Self::Path(path) => ("path", path),
            Self::Git(url) => ("git", url),
        };
        let features = match features {
            [] => String::new(),
            _ => format!(", features = {features:?}"),
        };
        format!("{{ {key} = {}{features} }}", quoted(text))
    }
}

/// A package that calls an operation.
#[derive(Clone, Debug)]
pub struct Program {
    /// `src/main.rs`
    pub main: String,
    /// `Cargo.toml`
    pub manifest: String,
    /// Other files by their path in the package.
    pub files: Vec<(String, Vec<u8>)>,
    /// The environment variables that the program reads for secret parameters.
    pub variables: Vec<String>,
}

/// Returns a program that calls an operation with parameters that [`parameters::read`](crate::parameters::read)
/// returned.
///
/// The program uses the default chain of credentials and region. It reads sensitive parameters from environment
/// variables.
/// `endpoint` is a URL that replaces the endpoint of the region.
#[must_use]
pub fn program(
    model: &Model,
    operation: &Operation,
    values: &Map<String, Value>,
    dependency: &Dependency,
    endpoint: Option<&str>,
) -> Program {
    let code = call(model, operation, values, Style::Request, Secrets::Environment);
    let package = package_name("call", &operation.method);
    let manifest = manifest(&package, "dependencies", model, &dependency.value(&[]), code.uses_json);
    let main = main(model, &code, endpoint);
    Program { main, manifest, variables: code.variables, files: code.files }
}

fn main(model: &Model, code: &Call, endpoint: Option<&str>) -> String {
    let root = model.package.replace('-', "_");
    let mut lines = Vec::new();
    if code.deprecated {
        lines.extend(["#![allow(deprecated)]".to_owned(), String::new()]);
    }
    let names: &[&str] = if endpoint.is_some() { &["Client", "Config", "Error"] } else { &["Client", "Error"] };
    lines.extend(code.imports.clone().with("", names).lines(&root));
    lines.extend([String::new(), "#[tokio::main]".to_owned(), "async fn main() -> Result<(), Error> {".to_owned()]);
    match endpoint {
        Some(url) => {
            lines.push("    let config = Config::from_default_chain()?".to_owned());
            lines.push(format!("        .endpoint({url:?})"));
            match url.starts_with("http://") {
                true => lines.push("        .allow_http(true);".to_owned()),
                false => lines.last_mut().into_iter().for_each(|line| line.push(';')),
            }
            lines.push("    let client = Client::new(config)?;".to_owned());
        }
        None => lines.push("    let client = Client::from_default_chain()?;".to_owned()),
    }
    lines.extend(code.statements.iter().map(|line| match line.is_empty() {
        true => String::new(),
        false => format!("    {line}"),
    }));
    lines.extend(["    Ok(())".to_owned(), "}".to_owned(), String::new()]);
    lines.join("\n")
}

/// The manifest of a package that depends on the crate of the product.
pub(super) fn manifest(package: &str, section: &str, model: &Model, product: &str, uses_json: bool) -> String {
    let mut dependencies = vec![
        format!("{} = {product}", model.package),
        "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }".to_owned(),
    ];
    if uses_json {
        dependencies.insert(1, "serde_json = \"1\"".to_owned());
    }
    format!(
        "[package]\nname = \"{package}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[{section}]\n{}\n\n\
         # Independent of any workspace around it.\n[workspace]\n",
        dependencies.join("\n"),
    )
}

/// Returns a package name that is neither a keyword nor reserved by Cargo.
pub(super) fn package_name(prefix: &str, method: &str) -> String {
    format!("{prefix}-{}", method.trim_start_matches("r#").trim_matches('_').replace('_', "-"))
}
