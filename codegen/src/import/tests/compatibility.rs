//! An import breaks callers only if breaking changes are accepted.

use super::*;
use crate::diff::Kind;
use crate::diff::tests::table::{base, table};
use crate::diff::tests::{edit, edited};
use crate::documents;

fn accepting() -> Options {
    Options { accept_breaking: true, ..Options::default() }
}

fn spec(document: &Value) -> String {
    serde_json::to_string_pretty(document).expect("JSON") + "\n"
}

fn side(text: &str) -> Side {
    Side::read(&Source::new("spec.json", text)).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn effect(outcome: &Outcome) -> Option<Effect> {
    outcome.changes.as_ref().and_then(Diff::effect)
}

/// Whether the document only omits something that the spec states, which is not a contradiction: an enumeration, fields
/// or transports. The order of parameters is that of the spec.
fn is_less_specific(change: &Change) -> bool {
    let untyped = change.text.contains("is now `Value`") || change.text.contains("is now `Vec<Value>`");
    matches!(change.kind, Kind::EnumToText | Kind::EventsRemoved | Kind::Constructor) || untyped
}

#[test]
fn import_of_every_kind_of_change_breaks_no_callers() {
    let previous = spec(&base());
    for (edits, expected) in table() {
        let document = edited(&edits);
        let kept = imported(&document, Some(&previous), &Options::default());
        assert!(effect(&kept) < Some(Effect::Breaking), "{edits:?}: {:#?}", kept.changes);
        let has_own_keys =
            edits.iter().any(|(pointer, value)| pointer.contains("/x-") || value.get("x-rust-name").is_some());
        let breaking = expected.iter().any(|(kind, effect, _)| {
            *effect == Effect::Breaking
                && !matches!(kind, Kind::EnumToText | Kind::Constructor | Kind::TypeRemoved | Kind::TypeDirection)
        });
        let breaking =
            breaking && edits.iter().all(|(pointer, value)| !(pointer.ends_with("schemes") && *value == json!([])));
        if breaking && !has_own_keys {
            assert!(kept.keeps_breaking(), "{edits:?} is not reported: {:#?}", kept.changes);
        }
        let again = imported(&document, Some(&kept.text), &Options::default());
        assert_eq!(again.text, kept.text, "{edits:?}");

        let all = imported(&document, Some(&previous), &accepting());
        let left = diff::compare(&side(&all.text), &side(&spec(&document)));
        let left: Vec<String> =
            left.with(Effect::Breaking).filter(|change| !is_less_specific(change)).map(Change::line).collect();
        assert!(has_own_keys || left.is_empty(), "{edits:?}: {left:#?}");
        let again = imported(&document, Some(&all.text), &accepting());
        assert_eq!(again.text, all.text, "{edits:?}");
    }
}

/// Returns a document whose response has these lists. A newer document of VPC adds a second one.
fn routes(lists: &[&str]) -> Value {
    let list = json!({"type": "array", "items": {"type": "object", "properties": {"Next": {"type": "string"}}}});
    let mut fields =
        json!({"TotalCount": {"type": "integer"}, "PageNumber": {"type": "integer"}, "PageSize": {"type": "integer"}});
    for name in lists {
        fields[*name] = list.clone();
    }
    let number = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "integer", "format": "int32"}});
    json!({
        "info": {"style": "RPC", "product": "demo", "version": "2024-01-01"},
        "components": {"schemas": {}},
        "apis": {"DescribeRoutes": {
            "methods": ["post"], "operationType": "read", "parameters": [number("PageNumber"), number("PageSize")],
            "responses": {"200": {"schema": {"type": "object", "properties": fields}}}
        }},
        "endpoints": []
    })
}

#[test]
fn import_of_a_second_list_keeps_pagination() {
    let first = imported(&routes(&["Routes"]), None, &Options::default());
    let pages = |text: &str| side(text).model.operations[0].pages.clone();
    let before = pages(&first.text);
    assert!(before.is_some(), "{}", first.text);
    let document = routes(&["Routes", "Others"]);
    let kept = imported(&document, Some(&first.text), &Options::default());
    assert_eq!(pages(&kept.text), before, "{}", kept.text);
    assert_eq!(
        value(&kept)["apis"]["DescribeRoutes"]["x-pages"],
        json!({"items": "Routes", "page": "PageNumber", "size": "PageSize", "total": "TotalCount"})
    );
    assert!(kept.text.contains("\"Others\""), "the new list is imported");
    assert_eq!(effect(&kept), Some(Effect::Additive), "{:#?}", kept.changes);
    assert!(kept.withheld.iter().any(|change| change.kind == Kind::PagesRemoved), "{:#?}", kept.withheld);
    let again = imported(&document, Some(&kept.text), &Options::default());
    assert_eq!((again.text.as_str(), again.withheld.len()), (kept.text.as_str(), 0));
    assert_eq!(pages(&imported(&document, Some(&first.text), &accepting()).text), None);
}

#[test]
fn import_of_changed_enumerations_requires_acceptance() {
    let (mut old, mut new) = (base(), base());
    edit(&mut old, "/apis/GetThing/responses/200/schema/properties/State", json!({"type": "string"}));
    edit(
        &mut new,
        "/apis/GetThing/responses/200/schema/properties/State",
        json!({"type": "string", "enum": ["on", "off"]}),
    );
    edit(&mut new, "/apis/GetThing/responses/200/schema/properties/Kind/enum", json!(["b"]));
    edit(&mut old, "/components/schemas/Mode/x-enum-names", json!({"slow": "Lento", "fast": "Presto"}));
    edit(&mut new, "/components/schemas/Mode/enum", json!(["fast"]));
    let kept = imported(&new, Some(&spec(&old)), &Options::default());
    let lines: Vec<String> = kept.withheld.iter().map(Change::line).collect();
    for expected in [
        "`GetThing`: the response's field `State` is now `State`, was `String`",
        "`GetThing`: the value `a` of `Kind` was removed",
        "`types::Mode` (in `GetThing`, `ListThings`): the value `slow` was removed",
    ] {
        assert!(lines.iter().any(|line| line == expected), "{expected}: {lines:#?}");
    }
    let all = imported(&new, Some(&spec(&old)), &accepting());
    let found = value(&all);
    let fields = &found["apis"]["GetThing"]["responses"]["200"]["schema"]["properties"];
    assert_eq!((&fields["State"]["enum"], &fields["Kind"]["enum"]), (&json!(["on", "off"]), &json!(["b"])));
    let mode = &found["components"]["schemas"]["Mode"];
    assert_eq!((&mode["enum"], &mode["x-enum-names"]), (&json!(["fast"]), &json!({"fast": "Presto"})));
    assert!(!all.text.contains("listed"), "{}", all.text);

    // Enumerations with hand-written texts are deliberate: differences are notes, and are still imported if accepted.
    edit(&mut old, "/components/schemas/Mode/description", json!("By hand."));
    edit(&mut old, "/apis/GetThing/responses/200/schema/properties/State/description", json!("By hand."));
    let kept = imported(&new, Some(&spec(&old)), &Options::default());
    let lines: Vec<String> = kept.withheld.iter().map(Change::line).collect();
    assert_eq!(lines, ["`GetThing`: the value `a` of `Kind` was removed"]);
    let notes = kept.notes.join("\n");
    assert!(
        notes.contains("Mode: the document does not list `slow`") && notes.contains("State: remains text"),
        "{notes}"
    );
    let all = imported(&new, Some(&spec(&old)), &accepting());
    assert_eq!(value(&all)["components"]["schemas"]["Mode"]["enum"], json!(["fast"]));
}

#[test]
fn import_of_a_shared_enumeration_keeps_values_of_all_occurrences() {
    let mut document = base();
    let inline = |values: &[&str]| json!({"type": "string", "enum": values});
    edit(&mut document, "/apis/GetThing/parameters/3/schema", inline(&["fast"]));
    edit(&mut document, "/apis/ListThings/responses/200/schema/properties/Mode", inline(&["slow"]));
    document["components"]["schemas"].as_object_mut().expect("an object").shift_remove("Mode");
    let all = imported(&document, Some(&spec(&base())), &accepting());
    assert_eq!(value(&all)["components"]["schemas"]["Mode"]["enum"], json!(["slow", "fast"]));
}

#[test]
fn import_of_changed_hosts_or_style_keeps_those_of_the_spec() {
    let mut document = base();
    edit(&mut document, "/endpoints/0/endpoint", json!("older.example.com"));
    edit(&mut document, "/endpoints/0/vpc", json!("vpc.example.com"));
    edit(&mut document, "/endpoints/1", Value::Null);
    edit(&mut document, "/info/style", json!("ROA"));
    let kept = imported(&document, Some(&spec(&base())), &Options::default());
    let found = value(&kept);
    assert_eq!(found["info"]["style"], "RPC");
    let first = json!({"regionId": "cn-a", "endpoint": "demo.cn-a.example.com", "vpc": "vpc.example.com"});
    assert_eq!(found["endpoints"], json!([first, base()["endpoints"][1]]), "a new host is imported");
    let kinds: Vec<Kind> = kept.withheld.iter().map(|change| change.kind).collect();
    for kind in [Kind::Style, Kind::EndpointChanged, Kind::EndpointRemoved] {
        assert!(kinds.contains(&kind), "{kind:?}: {kinds:?}");
    }
    let all = value(&imported(&document, Some(&spec(&base())), &accepting()));
    assert_eq!((&all["info"]["style"], &all["endpoints"]), (&json!("ROA"), &document["endpoints"]));
}

#[test]
fn import_of_breaking_changes_in_unsupported_operations_withholds_them() {
    let mut old = base();
    old["info"]["style"] = json!("GATE");
    let mut document = old.clone();
    edit(&mut document, "/apis/Ping", Value::Null);
    edit(&mut document, "/apis/New", json!({"methods": ["post"], "responses": {"200": {}}}));
    edit(&mut document, "/apis/GetThing/parameters/2/schema/required", json!(true));
    let kept = imported(&document, Some(&spec(&old)), &Options::default());
    let text = kept.changes.as_ref().map(Diff::text).unwrap_or_default();
    assert!(text.contains("`New`: was added, and cannot be generated"), "{text}");
    assert_eq!(kept.withdrawn().collect::<Vec<_>>(), ["Ping"]);
    assert!(effect(&kept) < Some(Effect::Breaking) && kept.keeps_breaking());
}

#[test]
fn import_of_bounds_of_a_list_keeps_their_meaning() {
    let list = json!({"name": "Id", "in": "query", "style": "repeatList",
        "schema": {"type": "array", "maxLength": 128, "minLength": 0, "maxItems": 20, "items": {"type": "string"}}});
    let mut document = base();
    edit(&mut document, "/apis/Ping/parameters/-", list);
    let docs = |text: &str| {
        let side = side(text);
        let ping = side.model.operations.iter().find(|operation| operation.name.wire == "Ping").cloned();
        let docs = ping.expect("an operation").parameters[0].field.docs.clone();
        (docs.items, docs.length)
    };
    let expected = (Some("at most 20".to_owned()), Some("0 to 128".to_owned()));
    assert_eq!(docs(&spec(&document)), expected);
    let first = imported(&document, None, &Options::default());
    assert_eq!(docs(&first.text), expected);
    let merged = imported(&document, Some(&first.text), &Options::default());
    assert_eq!((docs(&merged.text), merged.text), (expected, first.text));
}

#[test]
fn import_of_published_documents_of_another_year_breaks_no_callers() {
    for path in ["actiontrail/2020-07-06", "cr/2018-12-01", "nas/2017-06-26", "ram/2015-05-01"] {
        let at = |folder: &str| {
            let file = documents::beside(&format!("{folder}/{path}/api-docs.json"))?;
            Some(Source::new(path, std::fs::read_to_string(file).expect("a document")))
        };
        let (Some(old), Some(new)) = (at("metadata"), at("metadata-2026")) else { continue };
        let take = |document: &Source, spec: Option<&str>, options: &Options| {
            let spec = spec.map(|text| Source::new("spec.json", text));
            import(document, spec.as_ref(), options).unwrap_or_else(|problem| panic!("{problem:?}"))
        };
        for (old, new) in [(&old, &new), (&new, &old)] {
            let previous = take(old, None, &Options::default()).text;
            let fresh = take(new, None, &Options::default()).text;
            let kept = take(new, Some(&previous), &Options::default());
            assert!(effect(&kept) < Some(Effect::Breaking), "{path}: {}", kept.changes.expect("changes").text());
            let again = take(new, Some(&kept.text), &Options::default());
            assert!(again.text == kept.text, "{path}: twice");
            let all = take(new, Some(&previous), &accepting());
            let left = diff::compare(&side(&all.text), &side(&fresh));
            let left: Vec<String> =
                left.with(Effect::Breaking).filter(|change| !is_less_specific(change)).map(Change::line).collect();
            assert!(left.is_empty(), "{path}: {left:#?}");
            eprintln!("{path}: {} withheld", kept.withheld.len());
        }
    }
}
