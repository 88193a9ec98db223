mod refused;
pub(crate) mod table;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::documents;
use table::{Expected, base, table};

/// Sets the value at the pointer, or removes it if the new value is `null`. `-` appends to a list.
pub(crate) fn edit(document: &mut Value, pointer: &str, value: Value) {
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

pub(crate) fn edited(edits: &[(&str, Value)]) -> Value {
    let mut document = base();
    for (pointer, value) in edits {
        edit(&mut document, pointer, value.clone());
    }
    document
}

#[test]
fn compare_reports_every_kind_of_change() {
    let old = side(&base());
    let mut reported = BTreeSet::new();
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
        reported.extend(expected.iter().map(|(kind, ..)| *kind));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let missing: Vec<_> = Kind::ALL.iter().filter(|kind| !reported.contains(kind)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
    assert!(compare(&old, &old).changes.is_empty());
}

#[test]
fn compare_reports_a_shared_type_once_with_its_operations() {
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
fn compare_of_a_type_that_became_shared_reports_a_rename() {
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
fn next_version_follows_cargo_rules() {
    use Effect::{Additive, Behavior, Breaking, Documentation};
    for (version, effect, expected) in [
        ("0.1.0", Breaking, "0.2.0"),
        ("0.1.3", Additive, "0.1.4"),
        ("0.1.3", Behavior, "0.1.4"),
        ("0.1.3", Documentation, "0.1.4"),
        ("0.0.3", Breaking, "0.0.4"),
        ("0.0.3", Additive, "0.0.4"),
        ("1.2.3", Breaking, "2.0.0"),
        ("1.2.3", Behavior, "1.3.0"),
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
fn report_as_text_json_and_changelog_is_consistent() {
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
            "demo 2024-01-01: 0.1.0 -> 0.2.0 (breaking); \
             the new document has version 0.1.0: raise `info.x-crate.version`\n"
        ),
        "{text}"
    );
    assert_eq!(
        diff.changelog_section(Some("2026-01-02")),
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
    assert!(diff.changelog_section(None).starts_with("## [Unreleased]\n"));
    let json: Value = serde_json::from_str(&diff.json()).expect("JSON");
    assert_eq!(json["counts"], json!({"breaking": 2, "behavior": 1, "additive": 1, "documentation": 2}));
    assert_eq!(json["version"], json!({"old": "0.1.0", "new": "0.1.0", "next": "0.2.0", "raised": false}));
    assert_eq!(json["changes"][0]["kind"], "parameter-required");
    assert_eq!(compare(&side(&base()), &side(&base())).text(), "demo 2024-01-01: no changes\n");
}

#[test]
fn report_of_hostile_names_keeps_them_in_code_spans() {
    let name = "x`](javascript:alert)<b>\n# head";
    let new =
        edited(&[("/apis/GetThing/parameters/-", json!({"name": name, "in": "query", "schema": {"type": "string"}}))]);
    let text = compare(&side(&base()), &side(&new)).changelog_section(None);
    assert!(text.contains("`` x`](javascript:alert)<b> # head ``"), "{text}");
}

/// Returns a spec without every second operation, like an earlier version.
fn before(spec: &str) -> String {
    let mut document: serde_json::Value = serde_json::from_str(spec).expect("JSON");
    let operations = document["apis"].as_object_mut().expect("operations");
    let left_out: Vec<String> = operations.keys().step_by(2).cloned().collect();
    operations.retain(|name, _| !left_out.contains(name));
    // It may name one of the removed operations.
    document["info"].as_object_mut().expect("an object").remove("x-example");
    document.to_string()
}

#[test]
fn compare_of_published_documents_of_two_years_reports_changes() {
    let read = |path: std::path::PathBuf| std::fs::read_to_string(&path).expect("a document");
    let spec = read(documents::root().join("spec/appstream-center/2021-09-01.json"));
    let (old, new) = (Source::new("before.json", before(&spec)), Source::new("spec.json", spec));
    compare_versions(&old, &new, 0);
    let old = documents::beside("metadata/appstream-center/2021-09-01/api-docs.json");
    let new = documents::beside("facts/appstream-center-2021-09-01.json");
    if let (Some(old), Some(new)) = (old, new) {
        let new = compare_versions(&Source::new("old.json", read(old)), &Source::new("new.json", read(new)), 10);
        assert_eq!(new, Some(Effect::Breaking));
    }
}

/// Compares two versions in both directions. Returns the effect from the old to the new one.
fn compare_versions(old: &Source, new: &Source, fields: usize) -> Option<Effect> {
    let read =
        |source: &Source| Side::read(source).unwrap_or_else(|problems| panic!("{}: {problems:?}", source.name()));
    let (old, new) = (read(old), read(new));
    let diff = compare(&old, &new);
    let count = |kind: Kind| diff.changes.iter().filter(|change| change.kind == kind).count();
    let known = |side: &Side| {
        side.model.operations.iter().map(|operation| operation.name.wire.clone()).collect::<BTreeSet<_>>()
    };
    assert_eq!(count(Kind::OperationAdded), known(&new).difference(&known(&old)).count());
    assert_eq!(count(Kind::OperationRemoved), known(&old).difference(&known(&new)).count());
    assert!(count(Kind::OperationAdded) > 40 && count(Kind::FieldAdded) >= fields, "{}", diff.text());
    let back = compare(&new, &old);
    assert_eq!(
        back.changes.iter().filter(|change| change.kind == Kind::OperationAdded).count(),
        count(Kind::OperationRemoved)
    );
    assert!(compare(&old, &old).changes.is_empty() && compare(&new, &new).changes.is_empty());
    diff.effect()
}

/// Returns a response with a list of objects in an object, and a map of lists below it.
fn nested() -> Value {
    let mut document = base();
    let tag = json!({"type": "object", "properties": {"Value": {"type": "string"}, "Kind": {"type": "string",
        "enum": ["a"]}}});
    let labels = json!({"type": "object", "additionalProperties": {"type": "array", "items": tag}});
    let entries = json!({"type": "array", "items": {"type": "object", "properties": {"Labels": labels}}});
    let page = json!({"type": "object", "properties": {"Entries": entries}});
    edit(&mut document, "/apis/GetThing/responses/200/schema/properties/Pages", page);
    let inner = json!({"type": "array", "items": {"type": "object", "properties": {"Id": {"type": "string"}}}});
    edit(&mut document, "/components/schemas/Label/properties/Owners", inner);
    document
}

#[test]
fn compare_of_nested_fields_reports_paths_of_wire_names() {
    let below = "/apis/GetThing/responses/200/schema/properties/Pages/properties/Entries/items/properties/Labels/\
                 additionalProperties/items/properties";
    for (pointer, value, expected) in [
        (
            format!("{below}/Value/type"),
            json!("integer"),
            "`GetThing`: the response's field `Pages.Entries[].Labels{}[].Value` is now `i64`, was `String`",
        ),
        (
            format!("{below}/Kind/enum"),
            json!(["a", "b"]),
            "`GetThing`: the value `b` of `Pages.Entries[].Labels{}[].Kind` was added",
        ),
        (
            "/components/schemas/Label/properties/Owners/items/properties/Id".to_owned(),
            Value::Null,
            "`types::Label` (in `GetThing`): the field `Owners[].Id` was removed",
        ),
    ] {
        let mut new = nested();
        edit(&mut new, &pointer, value);
        // An object without properties is any value, which is another change.
        if expected.ends_with("was removed") {
            edit(
                &mut new,
                "/components/schemas/Label/properties/Owners/items/properties/Other",
                json!({"type": "string"}),
            );
        }
        let lines: Vec<String> = compare(&side(&nested()), &side(&new)).changes.iter().map(Change::line).collect();
        assert!(lines.iter().any(|line| line == expected), "{expected}: {lines:#?}");
    }
}

#[test]
fn report_of_similar_changes_merges_and_wraps_lines() {
    let region = |index: usize, host: &str| json!({"regionId": format!("cn-region-{index}"), "endpoint": host});
    let (mut old, mut new) = (base(), base());
    for document in [&mut old, &mut new] {
        document["endpoints"] = json!([]);
    }
    for index in 0..30 {
        let host = format!("demo.cn-region-{index}.example.com");
        edit(&mut old, "/endpoints/-", region(index, &host));
        let mut changed = region(index, &host);
        changed["vpc"] = json!(format!("demo-vpc.cn-region-{index}.example.com"));
        edit(&mut new, "/endpoints/-", changed);
        let name = format!("Operation{index}");
        let operation = json!({"methods": ["post"], "parameters": [{"name": "Old", "in": "query",
            "schema": {"type": "string"}}], "responses": {"200": {}}});
        edit(&mut old, &format!("/apis/{name}"), operation.clone());
        edit(&mut new, &format!("/apis/{name}"), operation);
        edit(&mut new, &format!("/apis/{name}/parameters/0"), Value::Null);
    }
    let codes: Vec<Value> = (0..200).map(|index| json!({"errorCode": format!("InvalidParameter.{index}")})).collect();
    edit(&mut new, "/apis/GetThing/errorCodes/400", codes.into());
    let diff = compare(&side(&old), &side(&new));
    let text = diff.text();
    assert!(text.starts_with("breaking for callers (30):"), "{text}");
    // Names in breaking changes are listed, and others are counted.
    assert!((0..30).all(|index| text.contains(&format!("`Operation{index}`"))), "{text}");
    assert_eq!(text.matches("the parameter `Old` was removed").count(), 1, "{text}");
    assert_eq!(text.matches("VPC endpoint").count(), 1, "{text}");
    let names = (1..9).map(|index| format!("`cn-region-{index}`")).collect::<Vec<_>>().join(", ");
    let unwrapped = text.replace("\n      ", " ");
    assert!(unwrapped.contains(&format!("likewise {names} and 21 more")), "{text}");
    assert!(unwrapped.contains("`InvalidParameter.7` and 192 more"), "{text}");
    for report in [text.clone(), diff.changelog_section(None)] {
        let longest = report.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(130), "{report}");
    }
    // The JSON report is complete.
    let json: Value = serde_json::from_str(&diff.json()).expect("JSON");
    assert_eq!(json["changes"].as_array().map(Vec::len), Some(diff.changes.len()));
    assert!(diff.json().contains("InvalidParameter.199"));
}

#[test]
fn compare_of_bounds_distinguishes_items_and_texts() {
    let with = |more: Value| {
        let mut document = base();
        let tags = document["apis"]["GetThing"]["parameters"][4]["schema"].as_object_mut().expect("an object");
        tags.extend(more.as_object().expect("an object").clone());
        document
    };
    let old = with(json!({"maxLength": 128, "maxItems": 20}));
    // The order of keys has no meaning.
    assert!(compare(&side(&old), &side(&with(json!({"maxItems": 20, "maxLength": 128})))).changes.is_empty());
    let lines: Vec<String> = compare(&side(&old), &side(&with(json!({"maxItems": 50, "maxLength": 128}))))
        .changes
        .iter()
        .map(Change::line)
        .collect();
    let expected = "the bounds of the number of items of the parameter `Tag`: now `at most 50`, was `at most 20`";
    assert_eq!(lines, [format!("`GetThing`: {expected}")]);
}
