//! A generated crate meets a runtime that does not speak its contract with one compile error that says so.

use std::error::Error;

use alicloud_codegen::cli::{Mode, apply};
use alicloud_codegen::generate::{Options, Runtime, generate};
use alicloud_codegen::source::Source;
use alicloud_tests::scratch::Scratch;
use serde_json::json;

#[test]
fn crate_of_another_contract_version_fails_to_compile_with_a_clear_error() -> Result<(), Box<dyn Error>> {
    let document = json!({
        "info": {"product": "demo", "version": "2024-01-01", "style": "RPC"},
        "apis": {"Ping": {"responses": {"200": {}}}},
    });
    let options = Options { runtime: Runtime::Workspace, ..Options::default() };
    let outcome = generate(&Source::new("demo.json", document.to_string()), &options)?;
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "contract", &["crate"])?;
    apply(&scratch.path("crate"), &outcome.files, Mode::Write)?;
    let check = || scratch.cargo(&["check", "--quiet", "--package", outcome.package.as_str()]);
    let finished = check()?;
    assert!(finished.success, "{}", finished.errors);

    let lib = &outcome.files["src/lib.rs"];
    let start = lib.find("::contract(").ok_or("the crate asserts no contract")? + "::contract(".len();
    let end = start + lib[start..].find(')').ok_or("the assertion ends")?;
    for version in ["0", "1000"] {
        scratch.write("crate/src/lib.rs", &format!("{}{version}{}", &lib[..start], &lib[end..]))?;
        let finished = check()?;
        assert!(!finished.success, "contract {version} compiles");
        let expected =
            "this crate was generated for another version of `alicloud-core`: generate it again, or depend on";
        assert!(finished.errors.contains(expected), "{}", finished.errors);
        assert_eq!(finished.errors.matches("error[").count(), 1, "{}", finished.errors);
    }
    Ok(())
}
