//! A crate whose build script generates a module with two operations.

use std::error::Error;

use alicloud_tests::root;
use alicloud_tests::scratch::Scratch;

/// The application: it calls both operations on a mock transport, and names their types through the module.
const MAIN: &str = r##"//! An application with a generated module.
#![deny(warnings)]

mod app_streaming {
    //! Two operations of App Streaming.
    include!(concat!(env!("OUT_DIR"), "/app_streaming.rs"));
}

use alicloud_core::testing::{MockResponse, MockTransport};
use app_streaming::operation::{ListRegions, LogOffAllSessionsInAppInstanceGroup};
use app_streaming::types::ProductType;
use app_streaming::{Client, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mock = MockTransport::new();
    mock.on_any().respond(MockResponse::json(serde_json::json!({"Code": "OK", "RequestId": "R-1"})));
    let client = Client::new(mock.config().region("cn-shanghai"))?;
    let response = LogOffAllSessionsInAppInstanceGroup::new(ProductType::CloudApp, "aig-1").call(&client).await?;
    println!("{}", response.request_id.unwrap_or_default());
    client.list_regions(ListRegions::new()).await?;
    println!("{}", mock.requests().len());
    Ok(())
}
"##;

#[test]
fn module_of_a_build_script_compiles_without_warnings_and_calls() -> Result<(), Box<dyn Error>> {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "build-script", &["application"])?;
    let spec = root().join("spec/appstream-center/2021-09-01.json");
    scratch.write(
        "application/Cargo.toml",
        &format!(
            "[package]\nname = \"build-script-application\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             alicloud-core = {{ path = '{0}/crates/core', features = [\"testing\"] }}\nserde_json = \"1\"\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\n[build-dependencies]\n\
             alicloud-codegen = {{ path = '{0}/codegen', default-features = false }}\n",
            root().display()
        ),
    )?;
    scratch.write(
        "application/build.rs",
        &format!(
            "//! Generates the module.\n\nfn main() -> Result<(), alicloud_codegen::build::BuildError> {{\n    \
             alicloud_codegen::build::Builder::new({spec:?})\n        \
             .only([\"ListRegions\", \"LogOffAllSessionsInAppInstanceGroup\"])\n        .write(\"app_streaming\")\n}}\n"
        ),
    )?;
    scratch.write("application/src/main.rs", MAIN)?;
    let ran = scratch.cargo(&["run", "--quiet", "--package", "build-script-application"])?;
    assert!(ran.success, "{}", ran.errors);
    assert_eq!(ran.output, "R-1\n2\n");
    Ok(())
}

#[test]
fn build_script_with_an_unknown_operation_fails_with_a_suggestion() -> Result<(), Box<dyn Error>> {
    let spec = root().join("spec/appstream-center/2021-09-01.json");
    let builder = alicloud_codegen::build::Builder::new(spec).only(["ListRegion"]);
    // Outside of a build script there is no `OUT_DIR`.
    assert!(builder.write("x").is_err_and(|error| error.to_string().contains("OUT_DIR")));
    let folder = tempfile::tempdir()?;
    let mut command = std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let file = folder.path().join("module.rs");
    command.current_dir(root()).args([
        "run",
        "--quiet",
        "--package",
        "alicloud-cli",
        "--",
        "generate",
        "--only",
        "ListRegion",
    ]);
    command.args(["--spec", "spec/appstream-center/2021-09-01.json", "--module"]).arg(&file);
    let ran = command.output()?;
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.code() == Some(1) && errors.contains("did you mean `ListRegions`"), "{errors}");
    assert!(!file.exists());
    Ok(())
}
