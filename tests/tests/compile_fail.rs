//! Calls that are wrong do not compile, and the compiler says why.

use std::error::Error;

use alicloud_tests::root;
use alicloud_tests::scratch::Scratch;

/// The wrong expression, its error code, and words of the message.
const WRONG: [(&str, &str, &str, &[&str]); 8] = [
    (
        "swapped_arguments",
        r#"LogOffAllSessionsInAppInstanceGroup::new("aig-1", ProductType::CloudApp)"#,
        "E0308",
        &["expected `ProductType`, found `&str`"],
    ),
    (
        "text_for_an_enumeration",
        r#"LogOffAllSessionsInAppInstanceGroup::new("CloudApp", "aig-1")"#,
        "E0308",
        &["expected `ProductType`, found `&str`"],
    ),
    (
        "misspelled_value",
        r#"LogOffAllSessionsInAppInstanceGroup::new(ProductType::CloudAp, "aig-1")"#,
        "E0599",
        &["no variant", "CloudAp", "CloudApp"],
    ),
    (
        "missing_argument",
        r#"LogOffAllSessionsInAppInstanceGroup::new(ProductType::CloudApp)"#,
        "E0061",
        &["this function takes 2 arguments but 1 argument was supplied"],
    ),
    (
        "missing_field",
        r#"ApproveOtaTask::new(approve_ota_task::Required {
            app_instance_group_id: "aig-1".into(), biz_region_id: "cn-hangzhou".into(), task_id: "ota-1".into(),
            start_time: "2022-08-04T14:36:00+08:00".into() })"#,
        "E0063",
        &["missing field `ota_type`"],
    ),
    (
        "misspelled_setter",
        r#"ListAppInstanceGroup::new(ProductType::CloudApp).page_nummer(1)"#,
        "E0599",
        &["no method named `page_nummer`", "page_number"],
    ),
    (
        "struct_literal",
        r#"LogOffAllSessionsInAppInstanceGroup { product_type: ProductType::CloudApp, app_instance_group_id: "a".into() }"#,
        "E0639",
        &["non-exhaustive"],
    ),
    (
        "items_of_an_operation_without_pages",
        r#"LogOffAllSessionsInAppInstanceGroup::new(ProductType::CloudApp, "aig-1").call(client).items()"#,
        "E0599",
        &["items", "Paged"],
    ),
];

fn program(expression: &str) -> String {
    format!(
        "#![allow(unused_imports)]\n\
         use alicloud_appstream_center_20210901::Client;\n\
         use alicloud_appstream_center_20210901::operation::{{\n    \
         ApproveOtaTask, ListAppInstanceGroup, LogOffAllSessionsInAppInstanceGroup, approve_ota_task,\n}};\n\
         use alicloud_appstream_center_20210901::types::ProductType;\n\n\
         pub fn wrong(client: &Client) {{\n    let _ = {expression};\n    let _ = client;\n}}\n\nfn main() {{}}\n"
    )
}

#[test]
fn wrong_calls_fail_to_compile_with_the_error_that_names_the_mistake() -> Result<(), Box<dyn Error>> {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "compile-fail", &["program"])?;
    let product = root().join("crates/appstream-center-20210901");
    scratch.write(
        "program/Cargo.toml",
        &format!(
            "[package]\nname = \"wrong-calls\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\nalicloud-appstream-center-20210901 = {{ path = '{}' }}\n",
            product.display()
        ),
    )?;
    let right = r#"LogOffAllSessionsInAppInstanceGroup::new(ProductType::from("New"), "aig-1").call(client)"#;
    scratch.write("program/src/main.rs", &program(right))?;
    let finished = scratch.cargo(&["check", "--quiet", "--package", "wrong-calls"])?;
    assert!(finished.success, "{}", finished.errors);
    for (name, expression, code, words) in WRONG {
        scratch.write(&format!("program/src/bin/{name}.rs"), &program(expression))?;
        let finished = scratch.cargo(&["check", "--quiet", "--package", "wrong-calls", "--bin", name])?;
        assert!(!finished.success, "{name} compiles");
        let errors = &finished.errors;
        assert!(errors.contains(&format!("error[{code}]")), "{name}: {errors}");
        assert!(words.iter().all(|word| errors.contains(word)), "{name}: {errors}");
    }
    Ok(())
}
