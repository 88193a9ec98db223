//! A product whose documents spell a name in two cases, as ECS does with `key` and `Key` of its tags: the plain Rust
//! name sends the spelling that the service documents.

use std::error::Error;

use alicloud_codegen::cli::{Mode, apply};
use alicloud_codegen::generate::{Options, Runtime, generate};
use alicloud_codegen::source::Source;
use alicloud_tests::scratch::Scratch;
use serde_json::json;

const PROGRAM: &str = r#"
use alicloud_demo_20240101::Client;
use alicloud_demo_20240101::operation::{RunInstances, run_instances::Tag};
use alicloud_demo_20240101::testing::{MockResponse, MockTransport};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), alicloud_demo_20240101::Error> {
    let mock = MockTransport::new();
    mock.on_any().respond(MockResponse::json(serde_json::json!({})));
    let client = Client::new(mock.config())?;
    let tags = [Tag::new().key("env").value("prod"), Tag::new().key_lowercase("old")];
    RunInstances::new().tag(tags).call(&client).await?;
    for (name, value) in &mock.requests()[0].form {
        println!("{name}={value}");
    }
    Ok(())
}
"#;

#[test]
fn setter_with_the_plain_name_sends_the_spelling_of_the_other_fields() -> Result<(), Box<dyn Error>> {
    let text = json!({"type": "string"});
    let tag = json!({"type": "object", "properties": {"key": text, "Key": text, "Value": text, "value": text}});
    let document = json!({
        "info": {"product": "demo", "version": "2024-01-01", "style": "RPC"},
        "apis": {"RunInstances": {
            "methods": ["post"],
            "parameters": [{"name": "Tag", "in": "formData", "style": "repeatList", "schema": {"type": "array", "items": tag}}],
            "responses": {"200": {"schema": {"type": "object", "properties": {"RequestId": text}}}},
        }},
    });
    let options = Options { runtime: Runtime::Workspace, ..Options::default() };
    let outcome = generate(&Source::new("demo.json", document.to_string()), &options)?;
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "case-names", &["crate", "program"])?;
    apply(&scratch.path("crate"), &outcome.files, Mode::Write)?;
    scratch.write("program/src/main.rs", PROGRAM)?;
    scratch.write(
        "program/Cargo.toml",
        "[package]\nname = \"case-names\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n\
         alicloud-demo-20240101 = { path = \"../crate\", features = [\"testing\"] }\nserde_json = \"1\"\n\
         tokio = { version = \"1\", features = [\"macros\", \"rt\"] }\n",
    )?;
    let finished = scratch.cargo(&["run", "--quiet", "--package", "case-names"])?;
    assert!(finished.success, "{}", finished.errors);
    assert_eq!(finished.output.lines().collect::<Vec<_>>(), ["Tag.1.Key=env", "Tag.1.Value=prod", "Tag.2.key=old"]);
    Ok(())
}
