//! The code of an operation compiles without warnings, and sends what the explorer sends.
//!
//! Documents: those of the generator's tests. `ALICLOUD_SNIPPETS` names a folder with others, of which up to forty
//! documents with ten operations each are taken.
#![allow(missing_docs)]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use alicloud_codegen::code::{Secrets, Style, call, variable};
use alicloud_codegen::generate::{Options, Runtime, generate};
use alicloud_codegen::model::{Field, Model, Shape, TypeKind};
use alicloud_codegen::parameters::{self, Required};
use alicloud_codegen::source::Source;
use alicloud_explorer::Catalog;
use alicloud_explorer::catalog::{Document, LoadedOperation};
use alicloud_explorer::{invocation, snippet};
use serde_json::{Map, Value, json};
use support::root;

/// The frame of a program that runs one call of many, and prints the request that the client makes of it.
const FRAME: &str = r#"
struct Printer;

impl product::transport::Transport for Printer {
    fn send(
        &self,
        request: product::http::Request<product::transport::Body>,
        _: product::transport::RequestContext,
    ) -> product::transport::BoxFuture<
        '_,
        Result<product::http::Response<product::transport::bytes::Bytes>, product::transport::TransportError>,
    > {
        let kind = request.headers().get("content-type").map(|kind| kind.to_str().unwrap());
        let body = request.body().bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        println!("{:?}", (request.method().as_str(), request.uri().to_string(), kind, body));
        let error = product::transport::TransportError::new(product::transport::TransportErrorKind::Connect, "printed");
        Box::pin(async { Err(error) })
    }
}

fn client() -> product::Client {
    let config = product::Config::new()
        .credentials(product::credentials::Credentials::access_key("-", "-"))
        .transport(Printer)
        .max_attempts(1);
    product::Client::new(CONFIGURATION).unwrap()
}
"#;

/// An operation with the parameters of its example.
struct Case {
    operation: LoadedOperation,
    values: Map<String, Value>,
}

/// The operations of a document that are tried, spread over it.
fn cases(document: &Document, most: usize) -> Vec<Case> {
    let names: Vec<&str> = document.entries().iter().map(|entry| entry.name.as_str()).collect();
    let step = names.len().div_ceil(most).max(1);
    let operations = names.into_iter().step_by(step).filter_map(|name| document.operation(name).ok());
    operations
        .map(|operation| {
            let (model, of) = (operation.model(), operation.operation());
            let values = parameters::examples(model, of);
            let values = parameters::read(model, of, &values, Required::All).unwrap_or_else(|problems| {
                panic!("the examples of {} are not valid: {problems:?}", of.name.wire);
            });
            Case { operation, values }
        })
        .collect()
}

/// The environment of a program: the texts of secret parameters by variable.
fn secrets(model: &Model, fields: &[&Field], values: &Map<String, Value>, found: &mut BTreeMap<String, String>) {
    for field in fields {
        if let Some(value) = values.get(&field.name.wire) {
            secret(model, &field.shape, &field.name.wire, value, false, found);
        }
    }
}

fn secret(
    model: &Model,
    shape: &Shape,
    name: &str,
    value: &Value,
    concealed: bool,
    found: &mut BTreeMap<String, String>,
) {
    match (shape, value) {
        (Shape::Sensitive(inner), value) => secret(model, inner, name, value, true, found),
        (Shape::List(item), Value::Array(values)) => {
            values.iter().for_each(|value| secret(model, item, name, value, concealed, found));
        }
        (Shape::Map(item), Value::Object(values)) => {
            values.values().for_each(|value| secret(model, item, name, value, concealed, found));
        }
        (Shape::Named(id), Value::Object(values)) => {
            if let TypeKind::Object(fields) = &model.get(*id).kind {
                secrets(model, &fields.iter().collect::<Vec<_>>(), values, found);
            }
        }
        (_, value) if concealed => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            found.insert(variable(name), text);
        }
        _ => {}
    }
}

/// A program with a module for each case.
fn program(model: &Model, cases: &[Case]) -> String {
    let root = model.package.replace('-', "_");
    let configuration = match model.endpoints.first() {
        Some(endpoint) => format!("config.region({:?})", endpoint.region),
        None => format!("config.region(\"cn-hangzhou\").endpoint(\"{}.aliyuncs.com\")", model.product.to_lowercase()),
    };
    let mut text =
        format!("#![deny(warnings)]\n\nuse {root} as product;\n{FRAME}").replace("CONFIGURATION", &configuration);
    let mut arms = String::new();
    for (index, case) in cases.iter().enumerate() {
        let code = call(model, case.operation.operation(), &case.values, Style::Request, Secrets::Environment);
        assert!(code.files.is_empty(), "examples are short");
        let allow = if code.deprecated { "#[allow(deprecated)]\n" } else { "" };
        let imports = code.imports.with("", &["Client", "Error"]).lines(&root).join("\n    ");
        let statements = code.statements.join("\n        ");
        let raw = snippet::raw(&case.operation, &case.values);
        let method = if raw.contains("Method::") { "use product::http::Method;\n        " } else { "" };
        writeln!(
            text,
            "#[allow(dead_code, unused_variables)]\nasync fn raw_{index}(client: product::Client) -> Result<(), product::Error> {{\n        \
             use product::RawRequest;\n        {method}{raw}\n        Ok(())\n}}\n"
        )
        .unwrap();
        writeln!(
            text,
            "{allow}mod call_{index} {{\n    {imports}\n\n    pub async fn run(client: Client) -> Result<(), Error> {{\n        \
             {statements}\n        Ok(())\n    }}\n}}\n"
        )
        .unwrap();
        writeln!(arms, "        {:?} => call_{index}::run(client()).await,", case.operation.operation().name.wire)
            .unwrap();
    }
    writeln!(
        text,
        "#[tokio::main(flavor = \"current_thread\")]\nasync fn main() {{\n    let name = std::env::args().nth(1).unwrap();\n    \
         let result = match name.as_str() {{\n{arms}        other => panic!(\"{{other}}\"),\n    }};\n    \
         if let Err(error) = result {{\n        eprintln!(\"{{error:?}}\");\n    }}\n}}"
    )
    .unwrap();
    text
}

#[test]
fn code_of_every_shape_compiles_and_sends_what_the_explorer_sends() {
    let given = std::env::var_os("ALICLOUD_SNIPPETS").map(PathBuf::from);
    let folder = given.clone().unwrap_or_else(|| root().join("codegen/tests/shapes"));
    let mut paths = Vec::new();
    find(&folder, &mut paths);
    paths.sort();
    let step = if given.is_some() { paths.len().div_ceil(40).max(1) } else { 1 };
    let most = if given.is_some() { 10 } else { usize::MAX };
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("snippets");
    let _ = fs::remove_dir_all(workspace.join("programs"));
    let runtime = Runtime::Path(root().join("crates/core").display().to_string());
    let mut members = Vec::new();
    let mut documents = Vec::new();
    for path in paths.into_iter().step_by(step) {
        let Ok(catalog) = Catalog::load(std::slice::from_ref(&path)) else { continue };
        let document = catalog.documents()[0].clone();
        let cases = match document.loaded() {
            Ok(_) => cases(&document, most),
            Err(_) => continue,
        };
        if cases.is_empty() {
            continue;
        }
        let model = cases[0].operation.model().clone();
        let options = Options { runtime: runtime.clone(), skip_unsupported: true, ..Options::default() };
        let source = Source::new(path.display().to_string(), document.text());
        let made = generate(&source, &options).unwrap();
        let name = format!("{}-{}", path.parent().unwrap().file_name().unwrap().display(), model.package);
        let folder = workspace.join("programs").join(&name);
        for (file, text) in &made.files {
            write(&folder.join("crate").join(file), text);
        }
        write(&folder.join("program/src/main.rs"), &program(&model, &cases));
        write(
            &folder.join("program/Cargo.toml"),
            &format!(
                "[package]\nname = \"program-{0}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
                 {0} = {{ path = \"../crate\" }}\nserde_json = \"1\"\ntokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n",
                model.package
            ),
        );
        if documents.iter().any(|(_, other, _): &(String, Model, Vec<Case>)| other.package == model.package) {
            let _ = fs::remove_dir_all(&folder);
            continue;
        }
        members.push(json!(format!("programs/{name}/program")));
        documents.push((name, model, cases));
    }
    assert!(documents.len() >= 8, "{} documents", documents.len());
    let members = Value::Array(members);
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members}\n\n[profile.dev]\ndebug = false\n");
    write(&workspace.join("Cargo.toml"), &manifest);
    fs::copy(root().join("Cargo.lock"), workspace.join("Cargo.lock")).unwrap();
    let target = workspace.join("target");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--workspace", "--quiet"])
        .current_dir(&workspace)
        .env("CARGO_TARGET_DIR", &target)
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let (mut calls, mut refused, mut differences) = (0, 0, Vec::new());
    for (_, model, cases) in &documents {
        let binary = target.join("debug").join(format!("program-{}{}", model.package, std::env::consts::EXE_SUFFIX));
        for case in cases {
            let of = case.operation.operation();
            let fields: Vec<&Field> = of.parameters.iter().map(|parameter| &parameter.field).collect();
            let mut environment = BTreeMap::new();
            secrets(model, &fields, &case.values, &mut environment);
            let ran = Command::new(&binary).arg(&of.name.wire).envs(&environment).output().unwrap();
            let sent = String::from_utf8_lossy(&ran.stdout).trim_end().to_owned();
            // What the explorer refuses to send, the program does not send either.
            let expected = invocation::preview(&case.operation, &case.values).map_or_else(
                |_| String::new(),
                |preview| {
                    let kind = preview.header("content-type");
                    let body = Some(String::from_utf8_lossy(&preview.body));
                    format!("{:?}", (&preview.method, &preview.url, kind, body))
                },
            );
            refused += usize::from(expected.is_empty());
            calls += 1;
            if masked(&sent) != masked(&expected) {
                let error = String::from_utf8_lossy(&ran.stderr).into_owned();
                differences.push(format!(
                    "{} {}\n program: {sent}\nexplorer: {expected}\n{error}",
                    model.product, of.name.wire
                ));
            }
        }
    }
    println!("{} documents, {calls} operations, {refused} refused, {} differences", documents.len(), differences.len());
    assert!(refused * 10 < calls, "most operations are sent");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The text with idempotency tokens, which are random, replaced.
fn masked(text: &str) -> String {
    let mut out = String::new();
    for part in text.split_inclusive(|c: char| !c.is_ascii_hexdigit()) {
        let digits = part.trim_end_matches(|c: char| !c.is_ascii_hexdigit());
        let token = digits.len() == 32;
        out.push_str(if token { "TOKEN" } else { digits });
        out.push_str(&part[digits.len()..]);
    }
    out
}

fn find(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
