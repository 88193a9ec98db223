//! Permissions, error codes, limits and history: from a document to documentation and to files for tools.

use std::collections::BTreeMap;

use alicloud_codegen::import::{Options, import};
use alicloud_codegen::permissions::{OperationPermissions, PermissionTable};
use alicloud_codegen::source::Source;

use crate::fixture;

fn files() -> BTreeMap<String, String> {
    let text = fixture::read(&fixture::folder("shapes").join("permissions.json"));
    fixture::generated("permissions", &text)
}

/// The documentation of the request of an operation.
fn documentation(operation: &str) -> String {
    let files = files();
    let text = &files[&format!("src/operation/{operation}.rs")];
    let lines = text.lines().skip_while(|line| !line.starts_with("/// "));
    let lines = lines.take_while(|line| line.starts_with("///"));
    lines.map(|line| line.trim_start_matches("///").trim_start().to_owned() + "\n").collect()
}

/// Asserts that the documentation of an operation has these lines in this order.
fn documents(operation: &str, expected: &[&str]) {
    let text = documentation(operation);
    let mut rest = text.as_str();
    for line in expected {
        let Some((_, after)) = rest.split_once(&format!("{line}\n")) else {
            panic!("{operation}: expected `{line}`, actual:\n{text}");
        };
        rest = after;
    }
}

#[test]
fn permission_with_resources_and_conditions_is_a_row_of_the_documentation() {
    documents(
        "narrow",
        &[
            "# Permissions",
            "| RAM action | Access level | Resources | Condition keys | Dependent actions |",
            "|---|---|---|---|---|",
            "| `demo:Narrow` | update | Thing\\* (`acs:demo:{#regionId}:{#accountId}:thing/{#ThingId}`), \
             Group (`acs:demo:*:{#accountId}:group/{#A\\|B}`) | `demo:TLS`, `demo:Encrypted` (not in every request), \
             `demo:Zone` | `ram:PassRole`, `vpc:DescribeVpcs` |",
            "| `demo:Also` | not documented | not documented | none | none |",
            "\\* The service always checks this resource.",
            "# Limits",
            "At most 1 call per minute in cn-hangzhou for each account.",
        ],
    );
    assert!(!documentation("narrow").contains("# Charges"));
}

#[test]
fn permission_in_two_places_of_the_document_has_the_resources_of_both() {
    documents(
        "everywhere",
        &[
            "The service classifies this operation as high-risk.",
            "# Permissions",
            "| `demo:Everywhere` | create | all resources (`*`), \
             Thing\\* (`acs:demo:{#regionId}:{#accountId}:thing/{#ThingId}`) | none | none |",
            "# Limits",
            "At most 100 calls per second for each account.",
            "# Charges",
            "A call may incur charges.",
        ],
    );
}

#[test]
fn permission_only_in_the_list_of_the_document_is_documented() {
    documents(
        "only_listed",
        &[
            "| `demo:OnlyListed` | list | Thing\\* (`acs:demo:{#regionId}:{#accountId}:thing/*`) | none | none |",
            "At most 5 calls per second for each account.",
        ],
    );
}

#[test]
fn permission_in_short_form_takes_precedence() {
    documents("short", &["| `demo:Short` | update | all resources (`*`) | none | none |"]);
    assert!(!documentation("short").contains("demo:L"));
}

#[test]
fn operation_without_permissions_says_so() {
    documents("anonymous", &["# Permissions", "This operation requires no credentials."]);
    documents("undocumented", &["# Permissions", "The RAM action is not documented."]);
}

#[test]
fn permission_in_an_unknown_form_is_skipped() {
    let text = r#"{"info": {"product": "demo", "version": "2024-01-01", "style": "RPC"}, "apis": {"Get": {
        "methods": ["post"], "parameters": [], "responses": {"200": {}}, "systemTags": [], "ramActions": {"a": 1},
        "flowControl": "none", "changeSet": null}}, "ram": [], "flowControl": {"flowControlList": [[], {"api": 1}]},
        "errorCodes": "none", "changeSet": [{"apis": {}}, {"createdAt": "今天是一个好日子", "apis": [{"api": "Get"}]}]}"#;
    let files = fixture::generated("forms", text);
    assert!(files["src/operation/get.rs"].contains("The RAM action is not documented."));
    assert!(!files.contains_key("CHANGELOG.md") && !files.contains_key("src/codes.rs"));
}

#[test]
fn permission_table_has_every_operation_of_the_document() {
    let files = files();
    let table: PermissionTable = serde_json::from_str(&files["permissions.json"]).expect("valid JSON");
    assert_eq!((table.product.as_str(), table.version.as_str()), ("demo", "2024-01-01"));
    let names: Vec<&str> = table.operations.iter().map(|operation| operation.name.as_str()).collect();
    assert_eq!(names, ["Everywhere", "Narrow", "OnlyListed", "Short", "Anonymous", "Undocumented"]);
    let OperationPermissions { request, method, permissions, .. } = &table.operations[1];
    assert_eq!((request.as_str(), method.as_str()), ("Narrow", "narrow"));
    let [narrow, also] = permissions.as_slice() else { panic!("{permissions:?}") };
    assert_eq!(narrow.action, "demo:Narrow");
    let resources: Vec<(Option<&str>, bool)> =
        narrow.resources.iter().map(|resource| (resource.kind.as_deref(), resource.required)).collect();
    assert_eq!(resources, [(Some("Thing"), true), (Some("Group"), false)]);
    let conditions: Vec<(&str, Option<bool>)> =
        narrow.conditions.iter().map(|condition| (condition.key.as_str(), condition.always)).collect();
    assert_eq!(conditions, [("demo:TLS", Some(true)), ("demo:Encrypted", Some(false)), ("demo:Zone", None)]);
    assert_eq!(narrow.dependent_actions, ["ram:PassRole", "vpc:DescribeVpcs"]);
    assert_eq!((also.action.as_str(), also.access_level.as_deref()), ("demo:Also", None));
    assert!(table.operations[4].anonymous);
}

#[test]
fn error_codes_of_all_operations_are_constants_of_the_crate() {
    let files = files();
    assert!(files["src/lib.rs"].contains("pub mod codes;"));
    let codes = &files["src/codes.rs"];
    for expected in [
        "//! The error codes that the service documents for all operations.",
        "//! - `Quota.%s` (HTTP 400: %s.)",
        "/// HTTP 400: The thing \\| is invalid.; HTTP 404: The thing does not exist.",
        "pub const INVALID_THING: &str = \"InvalidThing\";",
    ] {
        assert!(codes.contains(expected), "expected `{expected}`, actual:\n{codes}");
    }
}

#[test]
fn error_codes_of_an_operation_are_in_its_documentation() {
    let text = r#"{"info": {"product": "demo", "version": "2024-01-01", "style": "RPC"}, "apis": {"Get": {
        "methods": ["post"], "parameters": [], "responses": {"200": {}}, "errorCodes": {
            "400": [{"errorCode": "Invalid.A", "errorMessage": "A is invalid."}, {"errorCode": "No.%s"}],
            "404": [{"errorCode": "Invalid.A", "errorMessage": "A is invalid."}]}}}}"#;
    let files = fixture::generated("codes", text);
    let code = &files["src/operation/get.rs"];
    for expected in [
        "/// # Errors\n///\n/// - [`codes::INVALID_A`]: HTTP 400: A is invalid.; HTTP 404: A is invalid.\n/// - `No.%s`: HTTP 400\n",
        "    /// HTTP 400: A is invalid.; HTTP 404: A is invalid.\n    pub const INVALID_A: &str = \"Invalid.A\";",
    ] {
        assert!(code.contains(expected), "expected `{expected}`, actual:\n{code}");
    }
}

#[test]
fn history_of_the_service_is_a_changelog() {
    let expected = "\
# Changelog

## Service `demo`, version 2024-01-01

### 2025-12-03

- `Everywhere`: request parameters changed, response changed.

### 2025-12-02

- `Gone`: withdrawn.

### 2024-01-02

- `Short`: request parameters changed, error codes changed.
";
    let files = files();
    let (_, actual) = files["CHANGELOG.md"].split_once('\n').expect("a marker");
    assert_eq!(actual, expected);
    assert!(files["README.md"].contains("All operations together: At most 200 calls per second for each account."));
}

#[test]
fn import_of_a_document_keeps_permissions_limits_and_history() {
    let text = fixture::read(&fixture::folder("shapes").join("permissions.json"));
    let document = Source::new("permissions.json", text);
    let expected = files();
    let new = import(&document, None, &Options::default()).expect("a spec");
    let again = import(&document, Some(&Source::new("spec.json", new.text.clone())), &Options::default());
    let again = again.expect("the same spec");
    assert_eq!(new.text, again.text);
    let actual = fixture::generated("spec", &new.text);
    for path in ["permissions.json", "CHANGELOG.md"] {
        // The vendor's words for types of resources are prose, which an import leaves out; these are ASCII.
        let body = |files: &BTreeMap<String, String>| files[path].split_once('\n').expect("a marker").1.to_owned();
        assert_eq!(body(&actual), body(&expected), "{path}");
    }
    for path in ["src/operation/everywhere.rs", "src/operation/narrow.rs", "README.md"] {
        for section in ["# Limits", "# Charges", "# Permissions"] {
            assert_eq!(actual[path].contains(section), expected[path].contains(section), "{path}: {section}");
        }
    }
    assert!(actual["src/codes.rs"].contains("pub const INVALID_THING: &str = \"InvalidThing\";"));
    assert!(!new.text.contains('请'), "{}", new.text);
}

#[test]
fn import_into_a_spec_with_the_short_form_keeps_it() {
    let spec = r#"{"info": {"product": "demo", "version": "2024-01-01", "style": "RPC"}, "apis": {"Narrow": {
        "methods": ["post"], "parameters": [], "responses": {"200": {}},
        "operationType": "write", "x-source": {"operationType": "https://example.com"},
        "x-ram-action": {"action": "demo:Own", "x-source": "https://example.com"}}}, "endpoints": []}"#;
    let text = fixture::read(&fixture::folder("shapes").join("permissions.json"));
    let outcome = import(
        &Source::new("permissions.json", text),
        Some(&Source::new("spec.json", spec.to_owned())),
        &Options::default(),
    );
    let files = fixture::generated("spec", &outcome.expect("a spec").text);
    let code = &files["src/operation/narrow.rs"];
    assert!(code.contains("`demo:Own`") && !code.contains("`demo:Narrow`"), "{code}");
    assert!(code.contains("At most 1 call per minute"), "{code}");
}

#[test]
fn import_with_a_release_date_records_the_changes() {
    let spec = r#"{"info": {"product": "demo", "version": "2024-01-01", "style": "RPC",
        "x-crate": {"name": "alicloud-demo", "version": "0.1.3"}}, "apis": {
        "Old": {"methods": ["post"], "parameters": [], "responses": {"200": {}}}}, "endpoints": []}"#;
    let document = r#"{"info": {"product": "demo", "version": "2024-01-01", "style": "RPC"}, "apis": {
        "Old": {"methods": ["post"], "responses": {"200": {}},
            "parameters": [{"name": "Size", "in": "query", "schema": {"type": "integer"}}]},
        "New": {"methods": ["post"], "parameters": [], "responses": {"200": {}}}}, "endpoints": []}"#;
    let release = |spec: &str| {
        let options = Options { release: Some("2026-11-27".to_owned()), ..Options::default() };
        let document = Source::new("document.json", document.to_owned());
        import(&document, Some(&Source::new("spec.json", spec.to_owned())), &options).expect("a spec").text
    };
    let first = release(spec);
    let files = fixture::generated("spec", &first);
    let expected = "\
# Changelog

## Version 0.1.4 (2026-11-27)

### Added

- Operation `New`
- `Old`: the optional parameter `Size` was added
";
    assert_eq!(files["CHANGELOG.md"].split_once('\n').expect("a marker").1, expected);
    assert!(files["Cargo.toml"].contains("version = \"0.1.4\""));
    assert_eq!(release(&first), first, "a document without changes is no release");
}

#[test]
fn permission_with_a_misspelled_key_in_a_spec_is_an_error() {
    for (facts, expected) in [
        (r#""ramActions": [{"ramActon": {"action": "demo:Get"}}]"#, "unknown key `ramActon`"),
        (r#""ramActions": [{"ramAction": {"actoin": "demo:Get"}}]"#, "unknown key `actoin`"),
        (r#""ramActions": [{"operationType": "get"}]"#, "the permission has no `ramAction`"),
        (r#""ramActions": [{"ramAction": {"resources": []}}]"#, "the permission has no `action`"),
        (r#""ramActions": [{"ramAction": {"action": "a:B", "resources": [{"urn": "*"}]}}]"#, "unknown key `urn`"),
        (r#""ramActions": [{"ramAction": {"action": "a:B", "actionConditions": [{"key": 1}]}}]"#, "`key`"),
        (r#""flowControl": {"flowControlList": [{"treshold": 5}]}"#, "unknown key `treshold`"),
    ] {
        let text = format!(
            r#"{{"$schema": "../schema.json", "info": {{"product": "demo", "version": "2024-01-01", "style": "RPC"}},
            "apis": {{"Get": {{"summary": "Gets.", "methods": ["post"], "parameters": [], "operationType": "read",
            "responses": {{"200": {{}}}}, {facts}}}}}}}"#
        );
        let outcome = fixture::outcome("spec", &text);
        let errors: Vec<&str> = outcome.diagnostics.iter().map(|found| found.message.as_str()).collect();
        assert!(errors.iter().any(|message| message.contains(expected)), "expected `{expected}`, actual: {errors:?}");
    }
}
