//! Operations that cannot be generated, and styles.

use super::*;
use crate::documents;

/// Returns a document of an unknown gateway.
fn gateway(style: &str) -> Value {
    json!({
        "info": {"style": style, "product": "store", "version": "2019-05-17"},
        "apis": {
            "GetThing": {
                "methods": ["get"], "path": "/things/{Name}",
                "parameters": [
                    {"name": "Name", "in": "path", "schema": {"type": "string", "required": true}},
                    {"name": "Kind", "in": "query", "schema": {"type": "string"}}
                ],
                "responses": {"200": {"schema": {"type": "object", "properties": {"Id": {"type": "string"},
                    "Size": {"type": "integer"}}}}}
            },
            "DropThing": {"methods": ["delete"], "path": "/things", "parameters": [], "responses": {"200": {}}}
        }
    })
}

fn lines(diff: &Diff) -> Vec<String> {
    diff.changes.iter().map(|change| format!("{} {}", change.effect.word(), change.line())).collect()
}

#[test]
fn compare_of_unsupported_operations_reports_their_changes() {
    let old = gateway("GATE");
    let mut new = old.clone();
    for (pointer, value) in [
        ("/apis/GetThing/parameters/1/schema/required", json!(true)),
        ("/apis/GetThing/responses/200/schema/properties/Size", Value::Null),
        ("/apis/DropThing", Value::Null),
        ("/apis/PutThing", json!({"methods": ["put"], "path": "/things", "parameters": [], "responses": {"200": {}}})),
    ] {
        edit(&mut new, pointer, value);
    }
    let (old, new) = (side(&old), side(&new));
    assert_eq!((old.model.operations.len(), old.refused.len()), (0, 2), "the case is about refused operations");
    let diff = compare(&old, &new);
    for expected in [
        "breaking `GetThing`: the parameter `Kind` is required, was optional",
        "breaking `GetThing`: the response's field `Size` was removed",
        "breaking `DropThing`: is no longer part of the API",
        "additive `PutThing`: was added, and cannot be generated",
    ] {
        assert!(lines(&diff).iter().any(|line| line == expected), "{expected}: {:#?}", lines(&diff));
    }
    assert!(diff.changes.iter().all(|change| change.refused));
    // No crate contains these operations, so the version is unchanged.
    assert_eq!((diff.effect(), diff.next_version()), (Some(Effect::Breaking), diff.old_version.clone()));
    assert!(diff.text().contains("in operations that cannot be generated (3)"), "{}", diff.text());
    assert!(!diff.changelog_section(None).contains("Thing"), "{}", diff.changelog_section(None));
    assert!(compare(&old, &old).changes.is_empty());
}

#[test]
fn compare_with_an_unsupported_operation_keeps_names_of_others() {
    let (mut old, mut new) = (base(), base());
    for document in [&mut old, &mut new] {
        let refused = json!({"methods": ["brew"], "parameters": [{"name": "P", "in": "query",
            "schema": {"type": "string"}}], "responses": {"200": {}}});
        edit(document, "/apis/Brew", refused);
    }
    edit(&mut new, "/apis/Brew/parameters/0/schema/type", json!("integer"));
    let diff = compare(&side(&old), &side(&new));
    assert_eq!(lines(&diff), ["breaking `Brew`: the parameter `P` is now `i64`, was `String`"]);
    // An operation that can now be generated is new in the crate.
    edit(&mut new, "/apis/Brew/methods", json!(["post"]));
    let diff = compare(&side(&old), &side(&new));
    assert_eq!(lines(&diff), ["additive `Brew`: can be generated now"]);
    assert_eq!(diff.next_version(), "0.1.1");
}

#[test]
fn compare_of_changed_style_reports_it_for_unsupported_operations() {
    for (old, new) in [("SLS", "ROA"), ("ROA", "SLS"), ("SLS", "OSS"), ("V3", "ROA")] {
        let diff = compare(&side(&gateway(old)), &side(&gateway(new)));
        let style = diff.changes.iter().find(|change| change.kind == Kind::Style);
        let expected = format!("the style is now `{new}`, was `{old}`");
        assert_eq!(style.map(Change::line), Some(expected), "{:#?}", lines(&diff));
    }
}

/// Collects every object key and every value of an enumeration in a document.
fn words(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| {
            out.insert(key.clone());
            words(value, out);
        }),
        Value::Array(items) => items.iter().for_each(|item| words(item, out)),
        Value::String(text) => drop(out.insert(text.clone())),
        _ => {}
    }
}

#[test]
fn compare_of_published_documents_reports_existing_wire_names() {
    for path in ["actiontrail/2020-07-06", "cr/2018-12-01", "nas/2017-06-26", "ram/2015-05-01"] {
        let at = |folder: &str| {
            let file = documents::beside(&format!("{folder}/{path}/api-docs.json"))?;
            Some(Source::new(path, std::fs::read_to_string(file).expect("a document")))
        };
        let (Some(old), Some(new)) = (at("metadata"), at("metadata-2026")) else { continue };
        let mut known = BTreeSet::new();
        for source in [&old, &new] {
            words(&serde_json::from_str(source.text()).expect("JSON"), &mut known);
        }
        let read = |source: &Source| Side::read(source).unwrap_or_else(|problems| panic!("{path}: {problems:?}"));
        let diff = compare(&read(&old), &read(&new));
        assert!(!diff.changes.is_empty(), "{path}");
        let mut fields = 0;
        for change in &diff.changes {
            let subjects = ["the response's field `", "the field `", "the parameter `", "the optional parameter `"];
            let Some(rest) = subjects.iter().find_map(|subjects| change.text.split_once(subjects)) else { continue };
            let name = rest.1.split('`').next().unwrap_or_default();
            let part = |part: &str| part.trim_end_matches(['[', ']', '{', '}']).to_owned();
            let wire =
                known.contains(name) || name.split('.').map(part).all(|part| part.is_empty() || known.contains(&part));
            assert!(wire, "{path}: {}", change.line());
            fields += 1;
        }
        let text = diff.text();
        let longest = text.lines().max_by_key(|line| line.chars().count()).unwrap_or_default();
        assert!(longest.chars().count() <= 260, "{path}: {longest}");
        let added = diff.changes.iter().filter(|change| change.kind == Kind::OperationAdded).count();
        let (changes, lines) = (diff.changes.len(), text.lines().count());
        eprintln!("{path}: {changes} changes, {fields} of fields, {added} new operations, {lines} lines");
    }
}
