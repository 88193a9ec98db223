//! A package with a test that replays a recorded call.

use serde_json::{Map, Value};

use super::program::{Dependency, manifest, package_name};
use super::{Expressions, Secrets, request};
use crate::model::{Model, Operation, ResponseBody, Shape, TypeKind};

/// The result of a recorded call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A response, with the ID of the request if it has one.
    Response(Option<String>),
    /// An error of the service, with its code if it has one.
    Error(Option<String>),
}

/// The file of the recording, relative to the folder of the package.
pub const RECORDING: &str = "tests/recording.json";

/// A package with a test that replays the recording in [`RECORDING`], which is not part of it.
#[derive(Clone, Debug)]
pub struct ReplayTest {
    /// `tests/replay.rs`
    pub test: String,
    /// `Cargo.toml`
    pub manifest: String,
    /// Other files by their path in the package.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Returns a test that calls an operation with these parameters, and expects the recorded result. Differences in the
/// parameters that `ignored` names do not matter.
#[must_use]
pub fn replay_test(
    model: &Model,
    operation: &Operation,
    values: &Map<String, Value>,
    expected: &Expected,
    ignored: &[String],
    dependency: &Dependency,
) -> ReplayTest {
    let mut expressions = Expressions::new(model, operation, Secrets::Ellipsis);
    let mut call = "let request = ".to_owned();
    request(operation, values, &mut expressions).write(&mut call, 0, 1);
    call.push_str(";\n");
    let root = model.package.replace('-', "_");
    let method = operation.method.trim_start_matches("r#");
    let ignored: String = ignored.iter().map(|name| format!(".ignore({name:?})")).collect();
    let (outcome, check) = match expected {
        Expected::Response(id) => {
            let id = id.as_ref().filter(|_| has_request_id(model, operation));
            let check = match id {
                Some(id) => format!("assert_eq!(response.request_id.as_deref(), Some({id:?}));\n"),
                None => "println!(\"{response:?}\");\n".to_owned(),
            };
            let sent = "let response = request.call(&client).await.expect(\"the recorded call succeeds\");\n";
            ("returns_the_recorded_response", sent.to_owned() + &check)
        }
        Expected::Error(code) => {
            let sent = "let error = request.call(&client).await.expect_err(\"the recorded call fails\");\n";
            ("returns_the_recorded_error", format!("{sent}assert_eq!(error.code(), {code:?});\n"))
        }
    };
    let body = format!(
        "let recording = concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{RECORDING}\");\n\
         let replay = {root}::testing::Replay::open(recording).expect(\"the recording is readable\"){ignored};\n\
         let replay = std::sync::Arc::new(replay);\n\
         let config = Config::new()\n    \
         .credentials({root}::credentials::Credentials::access_key(\"id\", \"secret\"))\n    \
         .region(\"cn-hangzhou\")\n    \
         .endpoint(\"replay.invalid\")\n    \
         .max_attempts(1)\n    \
         .transport(std::sync::Arc::clone(&replay));\n\
         let client = Client::new(config).expect(\"the configuration is valid\");\n\
         {call}{check}\
         assert!(replay.unused().is_empty(), \"the recording has other calls\");"
    );
    let mut lines = vec![format!("//! Replays a recorded call of {}.", operation.name.wire)];
    if operation.docs.deprecated || expressions.deprecated {
        lines.push("#![allow(deprecated)]".to_owned());
    }
    lines.push(String::new());
    lines.extend(expressions.imports.clone().with("", &["Client", "Config"]).lines(&root));
    lines.extend([String::new(), "#[tokio::test]".to_owned(), format!("async fn {method}_replayed_{outcome}() {{")]);
    lines.extend(body.lines().map(|line| if line.is_empty() { String::new() } else { format!("    {line}") }));
    lines.extend(["}".to_owned(), String::new()]);
    let package = package_name("replay", &operation.method);
    let product = dependency.value(&["testing"]);
    ReplayTest {
        test: lines.join("\n"),
        manifest: manifest(&package, "dev-dependencies", model, &product, expressions.uses_json),
        files: expressions.files,
    }
}

/// Whether the response of the operation has the ID of the request as a text.
fn has_request_id(model: &Model, operation: &Operation) -> bool {
    let ResponseBody::Object(id) = &operation.response_body else { return false };
    let TypeKind::Object(fields) = &model.get(*id).kind else { return false };
    fields.iter().any(|field| field.name.rust == "request_id" && field.shape == Shape::Text)
}
