//! Typical mistakes in documents, each with its expected diagnostic. In a hand-written document every one is reported;
//! in a document of the vendor, omissions that occur in published documents are not.
//!
//! `mistakes.md` is a table of all mistakes and their diagnostics, which `UPDATE_EXPECT=1` rewrites.

use std::fmt::Write as _;

use alicloud_codegen::check::RULES;
use alicloud_codegen::diagnostic::Severity;
use serde_json::{Value, json};

use crate::fixture;

/// Returns a document without mistakes.
fn document() -> Value {
    json!({
        "info": {
            "product": "demo", "version": "2024-01-01", "style": "RPC",
            "x-crate": {"name": "demo", "version": "0.1.0"}, "x-title": "Demo", "x-example": "DescribeInstance",
        },
        "components": {"schemas": {
            "State": {
                "type": "string", "description": "The state.", "enum": ["Running", "Stopped"],
                "enumValueTitles": {"Running": "It runs."}, "x-enum-names": {"Running": "Running"},
            },
            "Node": {"type": "object", "description": "A node.", "properties": {
                "State": {"$ref": "#/components/schemas/State"},
            }},
        }},
        "apis": {
            "DescribeInstance": operation(),
            "ListNodes": {
                "methods": ["post"], "schemes": ["https"], "security": [{"AK": []}], "summary": "Lists nodes.",
                "operationType": "read", "parameters": [], "responses": {"200": {"schema": {
                    "type": "array", "items": {"$ref": "#/components/schemas/Node"},
                }}},
            },
        },
        "endpoints": [{"regionId": "cn-hangzhou", "endpoint": "demo.cn-hangzhou.aliyuncs.com"}],
    })
}

fn operation() -> Value {
    json!({
        "methods": ["post", "get"], "schemes": ["https"], "security": [{"AK": []}],
        "summary": "Describes an instance.", "operationType": "read",
        "parameters": [
            {"name": "InstanceId", "in": "query", "schema": {
                "type": "string", "required": true, "description": "The instance.", "example": "i-1",
            }},
            {"name": "Size", "in": "query", "schema": {
                "type": "integer", "format": "int32", "required": false, "description": "How many.", "example": "5",
                "minimum": "1", "maximum": "10",
            }},
            {"name": "Force", "in": "query", "schema": {
                "type": "boolean", "required": false, "description": "Whether to force it.", "example": "true",
            }},
            {"name": "Tags", "in": "query", "style": "repeatList", "schema": {
                "type": "array", "items": {"type": "string"}, "required": false, "description": "The tags.",
                "maxItems": 20,
            }},
            {"name": "State", "in": "query", "schema": {
                "type": "string", "required": false, "description": "The state.", "enum": ["Running", "Stopped"],
                "example": "Running",
            }},
        ],
        "responses": {"200": {"schema": {"type": "object", "properties": {
            "RequestId": {"type": "string", "description": "The request."},
            "Code": {"type": "string", "description": "The error code.", "x-error-code": true},
            "Message": {"type": "string", "description": "The error message."},
            "Node": {"$ref": "#/components/schemas/Node"},
        }}}},
        "errorCodes": {"400": [{"errorCode": "Invalid", "errorMessage": "No."}]},
    })
}

const OPERATION: &str = "/apis/DescribeInstance";
const FIELDS: &str = "/apis/DescribeInstance/responses/200/schema/properties";

/// A change to the document.
enum Edit {
    /// Renames a key of an object.
    Rename(&'static str, &'static str, &'static str),
    /// Sets a key of an object.
    Put(String, Value),
    /// Removes a key of an object.
    Drop(String),
    /// Moves a member from one object to another.
    Move(String, &'static str),
}

fn apply(document: &mut Value, edit: &Edit) {
    match edit {
        Edit::Rename(object, from, to) => {
            let renamed: Value = members(document, object)
                .iter()
                .map(|(key, value)| (if key == from { (*to).to_owned() } else { key.clone() }, value.clone()))
                .collect::<serde_json::Map<_, _>>()
                .into();
            *at(document, object) = renamed;
        }
        Edit::Put(path, value) => set(document, path, value.clone()),
        Edit::Drop(path) => drop(remove(document, path)),
        Edit::Move(path, to) => {
            let value = remove(document, path);
            let key = path.rsplit('/').next().unwrap_or_default();
            set(document, &format!("{to}/{key}"), value);
        }
    }
}

fn at<'d>(document: &'d mut Value, path: &str) -> &'d mut Value {
    document.pointer_mut(path).unwrap_or_else(|| panic!("{path} does not exist"))
}

fn members<'d>(document: &'d mut Value, path: &str) -> &'d mut serde_json::Map<String, Value> {
    at(document, path).as_object_mut().unwrap_or_else(|| panic!("{path} is not an object"))
}

fn set(document: &mut Value, path: &str, value: Value) {
    let (parent, key) = path.rsplit_once('/').unwrap_or(("", path));
    match at(document, parent) {
        Value::Array(items) if key == "-" => items.push(value),
        Value::Array(items) => items[key.parse::<usize>().unwrap_or_default()] = value,
        parent => parent[key] = value,
    }
}

fn remove(document: &mut Value, path: &str) -> Value {
    let (parent, key) = path.rsplit_once('/').unwrap_or(("", path));
    members(document, parent).shift_remove(key).unwrap_or_else(|| panic!("{path} does not exist"))
}

/// Returns mistakes, each with the number of the rule that reports it, and the change that causes it.
fn mistakes() -> Vec<(&'static str, &'static str, Edit)> {
    let operation = |key: &str| format!("{OPERATION}/{key}");
    let schema = |index: usize, key: &str| format!("{OPERATION}/parameters/{index}/schema/{key}");
    let field = |key: &str| format!("{FIELDS}/{key}");
    let shared = |key: &str| format!("/components/schemas/{key}");
    vec![
        ("`parametres` in an operation", "0501", Edit::Rename(OPERATION, "parameters", "parametres")),
        ("`respones` in an operation", "0501", Edit::Rename(OPERATION, "responses", "respones")),
        ("`propreties` in a schema", "0501", Edit::Rename("/components/schemas/Node", "properties", "propreties")),
        (
            "`requierd` in a schema",
            "0501",
            Edit::Rename("/apis/DescribeInstance/parameters/0/schema", "required", "requierd"),
        ),
        ("`endpoint` at the top", "0501", Edit::Rename("", "endpoints", "endpiont")),
        ("an unknown `x-` key", "0501", Edit::Put(operation("x-idempotant"), json!(true))),
        ("an unknown `x-` key of a schema", "0501", Edit::Put(schema(0, "x-secret"), json!(true))),
        ("a key of another format", "0501", Edit::Put(schema(3, "uniqueItems"), json!(true))),
        ("an operation outside of `apis`", "0502", Edit::Move("/apis/ListNodes".to_owned(), "")),
        (
            "`required` beside `schema`",
            "0502",
            Edit::Move(schema(0, "required"), "/apis/DescribeInstance/parameters/0"),
        ),
        ("`in` in a schema", "0502", Edit::Put(schema(0, "in"), json!("query"))),
        ("`type` beside `$ref`", "0502", Edit::Put(field("Node/type"), json!("object"))),
        ("`properties` on a text", "0502", Edit::Put(shared("Node/type"), json!("string"))),
        ("`items` on an object", "0502", Edit::Put(schema(3, "type"), json!("object"))),
        (
            "a parameter without the `schema` level",
            "0505",
            Edit::Put(
                operation("parameters/0"),
                json!({
                    "name": "InstanceId", "in": "query", "type": "string", "required": true,
                        "description": "The instance.",
                }),
            ),
        ),
        ("a parameter without a type", "0505", Edit::Drop(operation("parameters/0/schema"))),
        (
            "a response without the `schema` level",
            "0505",
            Edit::Put(
                operation("responses/200"),
                json!({
                    "type": "object", "properties": {"RequestId": {"type": "string", "description": "The request."}},
                }),
            ),
        ),
        ("no `type`", "0505", Edit::Drop(schema(0, "type"))),
        ("an array without `items`", "0505", Edit::Drop(schema(3, "items"))),
        ("an object without `properties`", "0505", Edit::Drop(shared("Node/properties"))),
        ("an integer without `format`", "0505", Edit::Drop(schema(1, "format"))),
        ("a list without `style`", "0505", Edit::Drop(operation("parameters/3/style"))),
        ("`operationType` is `reads`", "0503", Edit::Put(operation("operationType"), json!("reads"))),
        ("`operationType` is `Read`", "0503", Edit::Put(operation("operationType"), json!("Read"))),
        (
            "`systemTags.operationType` is `lists`",
            "0503",
            Edit::Put(operation("systemTags"), json!({"operationType": "lists"})),
        ),
        ("`Anonymus`", "0503", Edit::Put(operation("security"), json!([{"Anonymus": []}]))),
        ("an unknown method", "0503", Edit::Put(operation("methods/1"), json!("gett"))),
        ("an unknown scheme", "0503", Edit::Put(operation("schemes/0"), json!("httsp"))),
        ("`format` is `int23`", "0503", Edit::Put(schema(1, "format"), json!("int23"))),
        ("`format` of another type", "0503", Edit::Put(schema(1, "format"), json!("double"))),
        ("an invalid status", "0503", Edit::Rename("/apis/DescribeInstance/responses", "200", "20")),
        ("an invalid status of error codes", "0503", Edit::Rename("/apis/DescribeInstance/errorCodes", "400", "4OO")),
        ("an example that is a list", "0504", Edit::Put(schema(0, "example"), json!(["i-1"]))),
        ("`parameters` that are an object", "0504", Edit::Put(operation("parameters"), json!({}))),
        ("`responses` that are a list", "0504", Edit::Put(operation("responses"), json!([]))),
        ("a schema that is a list", "0504", Edit::Put(operation("parameters/0/schema"), json!([]))),
        ("a name that is a number", "0504", Edit::Put(operation("parameters/0/name"), json!(7))),
        ("a number in the `enum` of a text", "0504", Edit::Put(shared("State/enum/-"), json!(7))),
        ("error codes that are an object", "0504", Edit::Put(operation("errorCodes/400"), json!({}))),
        (
            "a misspelled domain",
            "0511",
            Edit::Put("/endpoints/0/endpoint".to_owned(), json!("demo.cn-hangzhou.aliyncs.com")),
        ),
        ("a host without a domain", "0511", Edit::Put("/endpoints/0/endpoint".to_owned(), json!("demo"))),
        ("an entry of `security` that is a text", "0504", Edit::Put(operation("security/0"), json!("AK"))),
        ("a response that is a text", "0504", Edit::Put(operation("responses/200"), json!("Node"))),
        ("`required: [\"X\"]` on a text", "0506", Edit::Put(schema(0, "required"), json!(["InstanceId"]))),
        ("`required: [\"Nope\"]`", "0506", Edit::Put(shared("Node/required"), json!(["Sate"]))),
        ("`minimum: \"one\"`", "0507", Edit::Put(schema(1, "minimum"), json!("one"))),
        ("`minimum` above `maximum`", "0507", Edit::Put(schema(1, "minimum"), json!(11))),
        ("a negative length", "0507", Edit::Put(schema(3, "maxItems"), json!(-1))),
        ("an example that is not an integer", "0508", Edit::Put(schema(1, "example"), json!("five"))),
        ("an example that is not a boolean", "0508", Edit::Put(schema(2, "example"), json!("yes"))),
        ("an example outside of the `enum`", "0508", Edit::Put(schema(4, "example"), json!("Runing"))),
        ("a default outside of the `enum`", "0508", Edit::Put(schema(4, "default"), json!("Paused"))),
        ("a value twice in an `enum`", "0509", Edit::Put(shared("State/enum/-"), json!("Running"))),
        (
            "`x-enum-names` of an unknown value",
            "0509",
            Edit::Put(shared("State/x-enum-names"), json!({"Runing": "Running"})),
        ),
        (
            "`enumValueTitles` of an unknown value",
            "0509",
            Edit::Put(shared("State/enumValueTitles"), json!({"Gone": "Gone."})),
        ),
        (
            "`x-error-code` on `RequestId`",
            "0510",
            Edit::Move(field("Code/x-error-code"), "/apis/DescribeInstance/responses/200/schema/properties/RequestId"),
        ),
        ("`x-error-code` on a parameter", "0510", Edit::Put(schema(0, "x-error-code"), json!(true))),
        ("`x-error-code` on two fields", "0510", Edit::Put(field("Message/x-error-code"), json!(true))),
        ("`x-error-code` on an object", "0510", Edit::Put(field("Node/x-error-code"), json!(true))),
        (
            "an endpoint with `https://`",
            "0511",
            Edit::Put("/endpoints/0/endpoint".to_owned(), json!("https://demo.aliyuncs.com")),
        ),
        (
            "an endpoint with a path",
            "0511",
            Edit::Put("/endpoints/0/endpoint".to_owned(), json!("demo.aliyuncs.com/v1")),
        ),
        ("an endpoint with a space", "0511", Edit::Put("/endpoints/0/vpc".to_owned(), json!("demo .aliyuncs.com"))),
        (
            "two endpoints for a region",
            "0511",
            Edit::Put("/endpoints/-".to_owned(), json!({"regionId": "cn-hangzhou", "endpoint": "other.aliyuncs.com"})),
        ),
        ("a path in RPC", "0512", Edit::Put(operation("path"), json!("/instances"))),
        ("no path in ROA", "0512", Edit::Put("/info/style".to_owned(), json!("ROA"))),
        (
            "an `x-example` of an unknown operation",
            "0513",
            Edit::Put("/info/x-example".to_owned(), json!("DescribeInstances")),
        ),
        (
            "a version that differs from the file name",
            "0513",
            Edit::Put("/info/version".to_owned(), json!("2024-01-10")),
        ),
        ("a lower-case name beside upper-case ones", "0514", Edit::Put(operation("parameters/2/name"), json!("force"))),
        (
            "an unused schema",
            "0516",
            Edit::Put(shared("Old"), json!({"type": "string", "description": "It was used."})),
        ),
        (
            "`additionalProperties` beside `properties`",
            "0502",
            Edit::Put(
                field("Node"),
                json!({"type": "object", "description": "It.", "properties": {"A": {"type": "string",
                    "description": "It."}},
                    "additionalProperties": {"type": "string", "description": "It."}}),
            ),
        ),
        (
            "`allOf` beside `properties`",
            "0501",
            Edit::Put(
                field("Node"),
                json!({"type": "object", "description": "It.", "properties": {"A": {"type": "string",
                    "description": "It."}},
                    "allOf": [{"type": "object"}]}),
            ),
        ),
        (
            "a misspelled `$ref`",
            "0201",
            Edit::Put(field("Node"), json!({"$ref": "#/components/schemas/Nodes", "description": "It."})),
        ),
    ]
}

/// Returns omissions that are reported only in hand-written documents, because published documents contain them.
fn omissions() -> Vec<(&'static str, &'static str, Edit)> {
    let operation = |key: &str| format!("{OPERATION}/{key}");
    vec![
        ("an operation without a text", "0515", Edit::Drop(operation("summary"))),
        ("a parameter without a text", "0515", Edit::Drop(operation("parameters/0/schema/description"))),
        ("a field without a text", "0515", Edit::Drop(format!("{FIELDS}/RequestId/description"))),
        ("an operation without `methods`", "0505", Edit::Drop(operation("methods"))),
        ("an operation without `parameters`", "0505", Edit::Drop(operation("parameters"))),
        ("a response without a type", "0505", Edit::Drop(operation("responses/200/schema"))),
        ("an operation without `security`", "0505", Edit::Drop(operation("security"))),
    ]
}

const NAME: &str = "spec/demo/2024-01-01.json";

/// Returns the codes of a document's diagnostics, and a cell of the table.
fn outcome(document: &Value) -> (Vec<&'static str>, String) {
    let outcome = fixture::outcome(NAME, &document.to_string());
    let mut cell = String::new();
    for found in &outcome.diagnostics {
        assert!(found.span.end > 0 && found.help.is_some(), "{found:?}");
        let help = found.help.as_deref().unwrap_or_default();
        let _ = write!(cell, "{}: {}; {help}<br>", found.code, found.message.replace('|', "\\|"));
    }
    let errors = outcome.diagnostics.iter().any(|found| found.severity == Severity::Error);
    assert_eq!(errors, !outcome.is_success(), "{cell}");
    cell.push_str(if errors { "**refused**" } else { "generated" });
    (outcome.diagnostics.iter().map(|found| found.code).collect(), cell)
}

fn hand_written(mut document: Value) -> Value {
    document["$schema"] = json!("../schema.json");
    document
}

#[test]
fn generate_of_every_mistake_reports_its_rule() {
    assert_eq!(outcome(&document()).1, "generated", "the unchanged document has no mistake");
    assert_eq!(outcome(&hand_written(document())).1, "generated");
    let mut table = "# Mistakes in documents, and their diagnostics\n\nGenerated by the test suite.\n\n\
        | mistake | in a hand-written document | in a document of the vendor |\n|---|---|---|\n"
        .to_owned();
    let mut missed = Vec::new();
    for (vendor, (mistake, number, edit)) in
        mistakes().into_iter().map(|it| (true, it)).chain(omissions().into_iter().map(|it| (false, it)))
    {
        let mut broken = document();
        apply(&mut broken, &edit);
        let (codes, own) = outcome(&hand_written(broken.clone()));
        let (others, foreign) = outcome(&broken);
        let has = |codes: &[&str]| codes.iter().any(|code| code[1..] == *number);
        if !has(&codes) || vendor != has(&others) {
            missed.push(format!("{mistake}: {own} / {foreign}"));
        }
        let _ = writeln!(table, "| {mistake} | {own} | {foreign} |");
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    table.push_str("\n## Documents in `bad`\n\n| document | diagnostics | outcome |\n|---|---|---|\n");
    for path in fixture::files(&fixture::folder("bad"), "json") {
        let name = format!("{}.json", fixture::stem(&path));
        let outcome = fixture::outcome(&name, &fixture::read(&path));
        let mut codes: Vec<&str> = outcome.diagnostics.iter().map(|found| found.code).collect();
        codes.dedup();
        let verdict = if outcome.is_success() { "generated" } else { "**refused**" };
        let _ = writeln!(table, "| `{}` | {} | {verdict} |", fixture::stem(&path), codes.join(", "));
    }
    let expected = fixture::folder("suite").join("mistakes.md");
    fixture::expect(&expected, &table).unwrap_or_else(|difference| panic!("{difference}"));
}

#[test]
fn rules_each_occur_in_the_table_of_mistakes() {
    let table = fixture::read(&fixture::folder("suite").join("mistakes.md"));
    let missing: Vec<_> =
        RULES.iter().filter(|rule| !table.contains(rule.error) && !table.contains(rule.warning)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for rule in RULES {
        assert_eq!((&rule.error[..1], &rule.warning[..1], &rule.error[1..]), ("E", "W", &rule.warning[1..]));
        assert!(rule.meaning.ends_with('.'));
    }
}

#[test]
fn generate_with_a_mistake_in_an_overlay_reports_an_error_in_it() {
    use alicloud_codegen::generate::{Options, generate};
    use alicloud_codegen::overlay::apply;
    use alicloud_codegen::source::Source;
    let source = Source::new(NAME, document().to_string());
    let entry = json!([{"at": "/apis/DescribeInstance", "merge": {"x-idempotant": true}, "why": "a test"}]);
    let overlay = Source::new("demo.overlay.json", entry.to_string());
    let corrected = apply(&source, &overlay).unwrap_or_else(|problems| panic!("{problems:?}"));
    let outcome = generate(&corrected, &Options::default()).unwrap_or_else(|error| panic!("{error}"));
    let errors = outcome.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let rendered: Vec<String> = errors.map(|found| found.render(&corrected)).collect();
    assert_eq!(rendered.len(), 1);
    assert!(rendered[0].starts_with("demo.overlay.json:1:"), "{}", rendered[0]);
    assert!(
        rendered[0].contains("error[E0501]") && rendered[0].contains("did you mean `x-idempotent`?"),
        "{}",
        rendered[0]
    );
}

#[test]
fn generate_of_the_specs_reports_no_mistakes() {
    for path in crate::documents::json(&crate::documents::root().join("spec/appstream-center")) {
        let name = path.display().to_string();
        let text = fixture::read(&path);
        let mut outcome = fixture::outcome(&name, &text);
        // The tests of the generated crate check the facts that the vendor does not document.
        outcome.diagnostics.retain(|found| !found.code.starts_with("W04"));
        let rendered = fixture::rendered(&name, &text, &outcome);
        assert!(rendered.is_empty(), "{}", rendered.join("\n"));
    }
}
