use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;

/// Two operations that share types, with something of every kind.
fn base() -> Value {
    json!({
        "info": {"style": "RPC", "product": "demo", "version": "2024-01-01", "x-title": "Demo", "x-crate": {"name": "alicloud-demo", "version": "0.1.0"}},
        "components": {"schemas": {
            "Tag": {"type": "object", "properties": {"Key": {"type": "string"}, "Value": {"type": "string"}}},
            "Mode": {"type": "string", "enum": ["slow", "fast"]},
            "Label": {"type": "object", "properties": {"Text": {"type": "string"}, "Parts": {"type": "array", "items": {"type": "string"}}}}
        }},
        "apis": {
            "GetThing": {
                "methods": ["post"], "security": [{"AK": []}], "operationType": "read",
                "x-ram-action": {"action": "demo:GetThing"},
                "parameters": [
                    {"name": "Id", "in": "query", "schema": {"type": "string", "required": true}},
                    {"name": "Owner", "in": "query", "schema": {"type": "string", "required": true}},
                    {"name": "Size", "in": "query", "schema": {"type": "integer", "format": "int32", "minimum": "1", "default": "10"}},
                    {"name": "Mode", "in": "query", "schema": {"$ref": "#/components/schemas/Mode"}},
                    {"name": "Tag", "in": "formData", "style": "repeatList", "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}}},
                    {"name": "Network", "in": "formData", "style": "json", "schema": {"type": "object", "properties": {"Zone": {"type": "string"}}}}
                ],
                "responses": {"200": {"schema": {"type": "object", "properties": {
                    "Code": {"type": "string"},
                    "Count": {"type": "integer", "format": "int64"},
                    "Kind": {"type": "string", "enum": ["a", "b"]},
                    "Labels": {"type": "array", "items": {"$ref": "#/components/schemas/Label"}},
                    "Parts": {"type": "array", "items": {"type": "object", "properties": {"Name": {"type": "string", "description": "A name."}}}}
                }}}},
                "errorCodes": {"400": [{"errorCode": "InvalidId"}]}
            },
            "ListThings": {
                "methods": ["post"],
                "parameters": [{"name": "Tag", "in": "formData", "style": "repeatList", "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}}}],
                "responses": {"200": {"schema": {"type": "object", "properties": {"Mode": {"$ref": "#/components/schemas/Mode"}}}}}
            },
            "Ping": {"methods": ["post"], "parameters": [], "responses": {"200": {}}}
        },
        "endpoints": [{"regionId": "cn-a", "endpoint": "demo.cn-a.example.com"}, {"regionId": "cn-b", "endpoint": "demo.cn-b.example.com"}]
    })
}

/// Sets (or, for null, removes) what stands at the pointer; `-` adds to a list.
fn edit(document: &mut Value, pointer: &str, value: Value) {
    let (parent, last) = pointer.rsplit_once('/').expect("a pointer");
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}")) {
        Value::Array(items) if last == "-" => items.push(value),
        Value::Array(items) if value.is_null() => drop(items.remove(last.parse().expect("an index"))),
        Value::Array(items) => items[last.parse::<usize>().expect("an index")] = value,
        Value::Object(members) if value.is_null() => {
            members.shift_remove(last).unwrap_or_else(|| panic!("{pointer}"));
        }
        Value::Object(members) => drop(members.insert(last.to_owned(), value)),
        other => panic!("{pointer}: {other}"),
    }
}

fn side(document: &Value) -> Side {
    let source = Source::new("demo.json", document.to_string());
    Side::read(&source).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn edited(edits: &[(&str, Value)]) -> Value {
    let mut document = base();
    for (pointer, value) in edits {
        edit(&mut document, pointer, value.clone());
    }
    document
}

type Expected = (Kind, Effect, &'static str);

/// One edit or several, and what it is told as.
fn table() -> Vec<(Vec<(&'static str, Value)>, Vec<Expected>)> {
    use Effect::{Additive, Behaviour, Breaking, Documentation};
    let parameter =
        |required: bool| json!({"name": "New", "in": "query", "schema": {"type": "string", "required": required}});
    let text = || json!({"type": "string"});
    vec![
        (vec![("/info/x-crate/name", json!("alicloud-other"))], vec![(Kind::Package, Breaking, "`alicloud-other`")]),
        (vec![("/info/product", json!("Demo"))], vec![(Kind::Product, Behaviour, "`Demo`, was `demo`")]),
        (
            vec![("/endpoints/-", json!({"regionId": "cn-c", "endpoint": "c"}))],
            vec![(Kind::EndpointAdded, Additive, "`cn-c`")],
        ),
        (vec![("/endpoints/1", Value::Null)], vec![(Kind::EndpointRemoved, Behaviour, "`cn-b` has no endpoint")]),
        (
            vec![("/endpoints/0/endpoint", json!("x"))],
            vec![(Kind::EndpointChanged, Behaviour, "is now `x`, was `demo.cn-a.example.com`")],
        ),
        (
            vec![("/endpoints/0/vpc", json!("v"))],
            vec![(Kind::EndpointChanged, Additive, "VPC endpoint of `cn-a` is now `v`, was none")],
        ),
        (
            vec![("/apis/New", json!({"methods": ["post"], "responses": {"200": {}}}))],
            vec![(Kind::OperationAdded, Additive, "is new")],
        ),
        (vec![("/apis/Ping", Value::Null)], vec![(Kind::OperationRemoved, Breaking, "no longer part")]),
        (
            vec![("/apis/Ping/parameters/-", json!({"name": "P", "in": "path", "schema": {"type": "string"}}))],
            vec![(Kind::OperationRemoved, Breaking, "no longer be generated")],
        ),
        (
            vec![("/apis/GetThing/x-rust-name", json!("FetchThing"))],
            vec![(Kind::OperationRenamed, Breaking, "`FetchThing` in Rust, was `GetThing`")],
        ),
        (
            vec![("/apis/Ping/deprecated", json!(true))],
            vec![(Kind::OperationDeprecated, Documentation, "deprecated by the vendor")],
        ),
        (vec![("/apis/Ping/methods", json!(["put"]))], vec![(Kind::Method, Behaviour, "`PUT`, was `POST`")]),
        (
            vec![("/info/style", json!("V3")), ("/apis/Ping/path", json!("/ping"))],
            vec![(Kind::Path, Behaviour, "at `/ping`, was by name")],
        ),
        (
            vec![("/apis/GetThing/operationType", json!("write"))],
            vec![(Kind::Access, Behaviour, "writes; before, it reads")],
        ),
        (vec![("/apis/GetThing/x-idempotent", json!(true))], vec![(Kind::Idempotency, Behaviour, "is idempotent")]),
        (
            vec![(
                "/apis/Ping/parameters/-",
                json!({"name": "ClientToken", "in": "query", "schema": {"type": "string"}}),
            )],
            vec![(Kind::Token, Behaviour, "`ClientToken`, was none"), (Kind::ParameterAdded, Additive, "optional")],
        ),
        (
            vec![("/apis/GetThing/security", json!([{"Anonymous": []}]))],
            vec![(Kind::Security, Behaviour, "without credentials")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Code/x-error-code", json!(true))],
            vec![(Kind::ErrorCode, Behaviour, "`Code`")],
        ),
        (
            vec![("/apis/GetThing/errorCodes/400/-", json!({"errorCode": "Busy"}))],
            vec![(Kind::ErrorCodes, Documentation, "documents the error code `Busy`")],
        ),
        (
            vec![("/apis/GetThing/errorCodes", Value::Null)],
            vec![(Kind::ErrorCodes, Documentation, "no longer documents")],
        ),
        (
            vec![("/apis/GetThing/x-ram-action/action", json!("demo:Other"))],
            vec![(Kind::RamAction, Behaviour, "`demo:Other`, was `demo:GetThing`")],
        ),
        (vec![("/apis/GetThing/x-ram-action", Value::Null)], vec![(Kind::RamAction, Documentation, "not documented")]),
        (
            vec![("/apis/GetThing/parameters/-", parameter(false))],
            vec![(Kind::ParameterAdded, Additive, "the optional parameter `New` is new")],
        ),
        (
            vec![("/apis/GetThing/parameters/-", parameter(true))],
            vec![(Kind::ParameterAdded, Breaking, "the required parameter `New` is new")],
        ),
        (
            vec![("/apis/GetThing/parameters/2", Value::Null)],
            vec![(Kind::ParameterRemoved, Breaking, "`Size` is gone")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/schema/x-rust-name", json!("extent"))],
            vec![(Kind::ParameterRenamed, Breaking, "`extent` in Rust, was `size`")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/schema/format", json!("int64"))],
            vec![(Kind::ParameterType, Breaking, "`i64`, was `i32`")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/schema/type", json!("string"))],
            vec![(Kind::ParameterType, Breaking, "`String`, was `i32`")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/schema/required", json!(true))],
            vec![(Kind::ParameterRequired, Breaking, "`Size` is required, was optional")],
        ),
        (
            vec![("/apis/GetThing/parameters/1/schema/required", json!(false))],
            vec![(Kind::ParameterOptional, Breaking, "`Owner` is optional, was required")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/in", json!("formData"))],
            vec![(Kind::Encoding, Behaviour, "`Size` is sent in the form, was in the query")],
        ),
        (
            vec![("/apis/GetThing/parameters/4/style", json!("json"))],
            vec![(Kind::Encoding, Behaviour, "in the form as JSON, was in the form")],
        ),
        (
            vec![
                ("/apis/GetThing/parameters/0/name", json!("Owner")),
                ("/apis/GetThing/parameters/1/name", json!("Id")),
            ],
            vec![(Kind::Constructor, Breaking, "another order: `Owner`, `Id`")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/schema/minimum", json!("5"))],
            vec![(Kind::Bounds, Behaviour, "now `at least 5`, was `at least 1`")],
        ),
        (
            vec![("/apis/GetThing/parameters/0/schema/maxLength", json!(64))],
            vec![(Kind::Bounds, Documentation, "the length of the parameter `Id`: now `at most 64`, was none")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/schema/default", json!("20"))],
            vec![(Kind::Default, Behaviour, "now `20`, was `10`")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/schema/deprecated", json!(true))],
            vec![(Kind::Deprecated, Documentation, "`Size` is deprecated")],
        ),
        (
            vec![(
                "/apis/Ping/responses/200/schema",
                json!({"type": "object", "properties": {"A": {"type": "string"}}}),
            )],
            vec![(Kind::Reply, Additive, "has fields")],
        ),
        (
            vec![("/apis/ListThings/responses/200/schema", json!({"type": "array", "items": {"type": "string"}}))],
            vec![(Kind::Reply, Breaking, "`Vec<String>`, was an object")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/More", text())],
            vec![(Kind::FieldAdded, Additive, "the reply's field `More` is new")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Count", Value::Null)],
            vec![(Kind::FieldRemoved, Breaking, "the reply's field `Count` is gone")],
        ),
        (
            vec![(
                "/apis/GetThing/responses/200/schema/properties/Parts/items/properties/Name",
                json!({"type": "string", "description": "A name.", "x-rust-name": "title"}),
            )],
            vec![(Kind::FieldRenamed, Breaking, "`Part.Name` is `title` in Rust, was `name`")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Count/type", json!("string"))],
            vec![(Kind::FieldType, Breaking, "`Count` is now `String`, was `i64`")],
        ),
        (
            vec![("/apis/GetThing/parameters/5/schema/properties/Zone/required", json!(true))],
            vec![(Kind::FieldRequired, Behaviour, "insists on the field `Network.Zone`")],
        ),
        (
            vec![("/apis/GetThing/parameters/5/schema/properties/Extra", json!({"type": "string", "required": true}))],
            vec![(Kind::FieldAdded, Behaviour, "insists on it")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Kind/enum", Value::Null)],
            vec![(Kind::EnumToText, Breaking, "`Kind` is now `String`, was `Kind`")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Code/enum", json!(["OK"]))],
            vec![(Kind::TextToEnum, Breaking, "`Code` is now `Code`, was `String`")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Kind/enum/-", json!("c"))],
            vec![(Kind::ValueAdded, Additive, "the value `c` of `Kind` is new")],
        ),
        (
            vec![("/components/schemas/Mode/enum", json!(["slow"]))],
            vec![(Kind::ValueRemoved, Breaking, "the value `fast` is gone")],
        ),
        (
            vec![("/components/schemas/Mode/x-enum-names", json!({"fast": "Quick"}))],
            vec![(Kind::ValueRenamed, Breaking, "`Quick` in Rust, was `Fast`")],
        ),
        (
            vec![("/components/schemas/Tag/x-rust-type", json!("Mark"))],
            vec![(Kind::TypeRenamed, Breaking, "`types::Tag` is now `types::Mark`")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Labels", Value::Null)],
            vec![(Kind::FieldRemoved, Breaking, "`Labels` is gone"), (Kind::TypeRemoved, Breaking, "is gone")],
        ),
        (
            vec![
                ("/apis/GetThing/parameters/4", Value::Null),
                ("/apis/ListThings/parameters/0", Value::Null),
                (
                    "/apis/Ping/responses/200/schema",
                    json!({"type": "object", "properties": {"T": {"$ref": "#/components/schemas/Tag"}}}),
                ),
            ],
            vec![
                (Kind::ParameterRemoved, Breaking, "`Tag` is gone"),
                (Kind::ParameterRemoved, Breaking, "`Tag` is gone"),
                (Kind::Reply, Additive, "has fields"),
                (Kind::TypeDirection, Breaking, "part of no request any more"),
            ],
        ),
        (
            vec![(
                "/apis/Ping/parameters/-",
                json!({"name": "L", "in": "query", "style": "json", "schema": {"$ref": "#/components/schemas/Label"}}),
            )],
            vec![
                (Kind::ParameterAdded, Additive, "`L` is new"),
                (Kind::FieldType, Breaking, "`Parts` is an `Option` now"),
            ],
        ),
        (
            vec![("/components/schemas/Tag/properties/Owner", json!({"$ref": "#/components/schemas/Tag"}))],
            vec![(Kind::FieldAdded, Additive, "the field `Owner` is new")],
        ),
        (
            vec![
                ("/components/schemas/Tag/description", json!("A tag.")),
                ("/components/schemas/Tag/properties/Key/example", json!("k")),
            ],
            vec![(Kind::Texts, Documentation, "2 texts changed")],
        ),
        (vec![("/apis/Ping/summary", json!("Nothing."))], vec![(Kind::Texts, Documentation, "1 text changed")]),
    ]
}

#[test]
fn every_kind_of_change_is_told() {
    let old = side(&base());
    let mut told = BTreeSet::new();
    let mut wrong = Vec::new();
    for (edits, expected) in table() {
        let diff = compare(&old, &side(&edited(&edits)));
        let fits = |((kind, effect, text), found): (&Expected, &Change)| {
            (*kind, *effect) == (found.kind, found.effect) && found.text.contains(text)
        };
        if diff.changes.len() != expected.len() || !expected.iter().zip(&diff.changes).all(fits) {
            let line = |change: &Change| format!("{:?} {:?} {}", change.kind, change.effect, change.line());
            wrong.push((edits, diff.changes.iter().map(line).collect::<Vec<_>>(), expected.clone()));
        }
        told.extend(expected.iter().map(|(kind, ..)| *kind));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let missing: Vec<_> = Kind::ALL.iter().filter(|kind| !told.contains(kind)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
    assert!(compare(&old, &old).changes.is_empty());
}

#[test]
fn a_shared_type_is_told_once_with_what_it_reaches() {
    let new = side(&edited(&[("/components/schemas/Tag/properties/Key/type", json!("integer"))]));
    let diff = compare(&side(&base()), &new);
    assert_eq!(diff.changes.len(), 1, "{:?}", diff.changes);
    assert_eq!(diff.changes[0].subject, Subject::Type("types::Tag".to_owned()));
    assert_eq!(diff.changes[0].operations, ["GetThing", "ListThings"]);
    assert_eq!(
        diff.changes[0].line(),
        "`types::Tag` (in `GetThing`, `ListThings`): the field `Key` is now `i64`, was `String`"
    );
}

#[test]
fn sharing_a_type_renames_it() {
    let mut new = base();
    edit(
        &mut new,
        "/components/schemas/Part",
        json!({"type": "object", "properties": {"Name": {"type": "string", "description": "A name."}}}),
    );
    edit(
        &mut new,
        "/apis/GetThing/responses/200/schema/properties/Parts/items",
        json!({"$ref": "#/components/schemas/Part"}),
    );
    let diff = compare(&side(&base()), &side(&new));
    let lines: Vec<String> = diff.changes.iter().map(Change::line).collect();
    assert_eq!(lines, ["`GetThing`: the type `operation::get_thing::Part` is now `types::Part`"]);
}

#[test]
fn versions_follow_cargo() {
    use Effect::{Additive, Behaviour, Breaking, Documentation};
    for (version, effect, expected) in [
        ("0.1.0", Breaking, "0.2.0"),
        ("0.1.3", Additive, "0.1.4"),
        ("0.1.3", Behaviour, "0.1.4"),
        ("0.1.3", Documentation, "0.1.4"),
        ("0.0.3", Breaking, "0.0.4"),
        ("0.0.3", Additive, "0.0.4"),
        ("1.2.3", Breaking, "2.0.0"),
        ("1.2.3", Behaviour, "1.3.0"),
        ("1.2.3", Additive, "1.3.0"),
        ("1.2.3+5", Documentation, "1.2.4"),
        ("1.0.0-rc.1", Breaking, "1.0.0-rc.2"),
        ("1.0.0-beta", Additive, "1.0.0-beta.1"),
        ("1.0.0-7", Additive, "1.0.0-8"),
        ("odd", Breaking, "odd"),
    ] {
        assert_eq!(next(version, effect), expected, "{version} {effect:?}");
    }
    for (version, least, enough) in [
        ("0.2.0", "0.2.0", true),
        ("0.10.0", "0.9.0", true),
        ("0.1.9", "0.2.0", false),
        ("1.0.0", "1.0.0-rc.2", true),
        ("1.0.0-rc.10", "1.0.0-rc.2", true),
        ("1.0.0-rc.1", "1.0.0", false),
    ] {
        assert_eq!(version::at_least(version, least), enough, "{version} {least}");
    }
}

#[test]
fn reports_say_the_same_in_three_ways() {
    let new = edited(&[
        ("/apis/New", json!({"methods": ["post"], "responses": {"200": {}}})),
        ("/apis/Ping", Value::Null),
        ("/apis/GetThing/parameters/2/schema/required", json!(true)),
        ("/apis/GetThing/parameters/4/style", json!("json")),
        ("/apis/ListThings/summary", json!("Lists.")),
        ("/apis/ListThings/deprecated", json!(true)),
    ]);
    let diff = compare(&side(&base()), &side(&new));
    let text = diff.text();
    assert!(text.starts_with("breaking for callers (2):\n"), "{text}");
    assert!(
        text.ends_with(
            "demo 2024-01-01: 0.1.0 -> 0.2.0 (breaking); the new document says 0.1.0: raise `info.x-crate.version`\n"
        ),
        "{text}"
    );
    assert_eq!(
        diff.changelog(Some("2026-01-02")),
        "## [0.2.0] - 2026-01-02

### Added

- Operation `New`

### Changed

- **Breaking:** `GetThing`: the parameter `Size` is required, was optional
- `GetThing`: the parameter `Tag` is sent in the form as JSON, was in the form
- Documentation.

### Deprecated

- `ListThings`: is deprecated by the vendor

### Removed

- **Breaking:** Operation `Ping`
"
    );
    assert!(diff.changelog(None).starts_with("## [Unreleased]\n"));
    let json: Value = serde_json::from_str(&diff.json()).expect("JSON");
    assert_eq!(json["counts"], json!({"breaking": 2, "behaviour": 1, "additive": 1, "documentation": 2}));
    assert_eq!(json["version"], json!({"old": "0.1.0", "new": "0.1.0", "next": "0.2.0", "raised": false}));
    assert_eq!(json["changes"][0]["kind"], "parameter-required");
    assert_eq!(compare(&side(&base()), &side(&base())).text(), "demo 2024-01-01: no changes\n");
}

#[test]
fn hostile_names_stay_in_their_code_spans() {
    let name = "x`](javascript:alert)<b>\n# head";
    let new =
        edited(&[("/apis/GetThing/parameters/-", json!({"name": name, "in": "query", "schema": {"type": "string"}}))]);
    let text = compare(&side(&base()), &side(&new)).changelog(None);
    assert!(text.contains("`` x`](javascript:alert)<b> # head ``"), "{text}");
}

/// A document beside the workspace, where there is one.
fn beside(path: &str) -> Option<Source> {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(path);
    let text = std::fs::read_to_string(&file).ok();
    if text.is_none() {
        eprintln!("skipped: no {path}");
    }
    text.map(|text| Source::new(path, text))
}

#[test]
fn two_years_of_a_real_document_are_told() {
    let old = beside("metadata/appstream-center/2021-09-01/api-docs.json");
    let new = beside("facts/appstream-center-2021-09-01.json");
    let (Some(old), Some(new)) = (old, new) else { return };
    let read =
        |source: &Source| Side::read(source).unwrap_or_else(|problems| panic!("{}: {problems:?}", source.name()));
    let (old, new) = (read(&old), read(&new));
    let diff = compare(&old, &new);
    let count = |kind: Kind| diff.changes.iter().filter(|change| change.kind == kind).count();
    let known = |side: &Side| {
        side.model.operations.iter().map(|operation| operation.name.wire.clone()).collect::<BTreeSet<_>>()
    };
    assert_eq!(count(Kind::OperationAdded), known(&new).difference(&known(&old)).count());
    assert_eq!(count(Kind::OperationRemoved), known(&old).difference(&known(&new)).count());
    assert!(count(Kind::OperationAdded) > 40 && count(Kind::FieldAdded) > 10, "{}", diff.text());
    assert_eq!(diff.effect(), Some(Effect::Breaking));
    let back = compare(&new, &old);
    assert_eq!(
        back.changes.iter().filter(|change| change.kind == Kind::OperationAdded).count(),
        count(Kind::OperationRemoved)
    );
    assert!(compare(&old, &old).changes.is_empty() && compare(&new, &new).changes.is_empty());
}
