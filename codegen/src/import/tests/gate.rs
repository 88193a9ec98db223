//! Nothing breaks callers without leave, and with it everything is taken.

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

/// A document without an enumeration, without fields or without transports says less, which contradicts nothing. The order
/// of parameters is the spec's own.
fn says_less(change: &Change) -> bool {
    let untyped = change.text.contains("is now `Value`") || change.text.contains("is now `Vec<Value>`");
    matches!(change.kind, Kind::EnumToText | Kind::EventsRemoved | Kind::Constructor) || untyped
}

#[test]
fn no_kind_of_breaking_change_is_taken_without_leave() {
    let standing = spec(&base());
    for (edits, expected) in table() {
        let document = edited(&edits);
        let kept = taken(&document, Some(&standing), &Options::default());
        assert!(effect(&kept) < Some(Effect::Breaking), "{edits:?}: {:#?}", kept.changes);
        let own = edits.iter().any(|(pointer, value)| pointer.contains("/x-") || value.get("x-rust-name").is_some());
        let breaking = expected.iter().any(|(kind, effect, _)| {
            *effect == Effect::Breaking
                && !matches!(kind, Kind::EnumToText | Kind::Constructor | Kind::TypeRemoved | Kind::TypeDirection)
        });
        let breaking =
            breaking && edits.iter().all(|(pointer, value)| !(pointer.ends_with("schemes") && *value == json!([])));
        if breaking && !own {
            assert!(kept.keeps_breaking(), "{edits:?} is told: {:#?}", kept.changes);
        }
        let again = taken(&document, Some(&kept.text), &Options::default());
        assert_eq!(again.text, kept.text, "{edits:?}");

        let all = taken(&document, Some(&standing), &accepting());
        let left = diff::compare(&side(&all.text), &side(&spec(&document)));
        let left: Vec<String> =
            left.with(Effect::Breaking).filter(|change| !says_less(change)).map(Change::line).collect();
        assert!(own || left.is_empty(), "{edits:?}: {left:#?}");
        let again = taken(&document, Some(&all.text), &accepting());
        assert_eq!(again.text, all.text, "{edits:?}");
    }
}

/// A response with one list, as `DescribeVpnRouteEntries` of VPC has it, and in the newer document with two.
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
fn pages_outlive_a_second_list() {
    let first = taken(&routes(&["Routes"]), None, &Options::default());
    let pages = |text: &str| side(text).model.operations[0].pages.clone();
    let before = pages(&first.text);
    assert!(before.is_some(), "{}", first.text);
    let document = routes(&["Routes", "Others"]);
    let kept = taken(&document, Some(&first.text), &Options::default());
    assert_eq!(pages(&kept.text), before, "{}", kept.text);
    assert_eq!(
        value(&kept)["apis"]["DescribeRoutes"]["x-pages"],
        json!({"items": "Routes", "page": "PageNumber", "size": "PageSize", "total": "TotalCount"})
    );
    assert!(kept.text.contains("\"Others\""), "the new list is taken");
    assert_eq!(effect(&kept), Some(Effect::Additive), "{:#?}", kept.changes);
    assert!(kept.withheld.iter().any(|change| change.kind == Kind::PagesRemoved), "{:#?}", kept.withheld);
    let again = taken(&document, Some(&kept.text), &Options::default());
    assert_eq!((again.text.as_str(), again.withheld.len()), (kept.text.as_str(), 0));
    assert_eq!(pages(&taken(&document, Some(&first.text), &accepting()).text), None);
}

#[test]
fn text_that_becomes_an_enumeration_and_values_that_go_are_taken_with_leave() {
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
    let kept = taken(&new, Some(&spec(&old)), &Options::default());
    let lines: Vec<String> = kept.withheld.iter().map(Change::line).collect();
    for expected in [
        "`GetThing`: the response's field `State` is now `State`, was `String`",
        "`GetThing`: the value `a` of `Kind` is gone",
        "`types::Mode` (in `GetThing`, `ListThings`): the value `slow` is gone",
    ] {
        assert!(lines.iter().any(|line| line == expected), "{expected}: {lines:#?}");
    }
    let all = taken(&new, Some(&spec(&old)), &accepting());
    let found = value(&all);
    let fields = &found["apis"]["GetThing"]["responses"]["200"]["schema"]["properties"];
    assert_eq!((&fields["State"]["enum"], &fields["Kind"]["enum"]), (&json!(["on", "off"]), &json!(["b"])));
    let mode = &found["components"]["schemas"]["Mode"];
    assert_eq!((&mode["enum"], &mode["x-enum-names"]), (&json!(["fast"]), &json!({"fast": "Presto"})));
    assert!(!all.text.contains("listed"), "{}", all.text);

    // What somebody wrote a text for is deliberate: it is noted, and taken with leave all the same.
    edit(&mut old, "/components/schemas/Mode/description", json!("By hand."));
    edit(&mut old, "/apis/GetThing/responses/200/schema/properties/State/description", json!("By hand."));
    let kept = taken(&new, Some(&spec(&old)), &Options::default());
    let lines: Vec<String> = kept.withheld.iter().map(Change::line).collect();
    assert_eq!(lines, ["`GetThing`: the value `a` of `Kind` is gone"]);
    let notes = kept.notes.join("\n");
    assert!(
        notes.contains("Mode: the document does not list `slow`") && notes.contains("State: stays text"),
        "{notes}"
    );
    let all = taken(&new, Some(&spec(&old)), &accepting());
    assert_eq!(value(&all)["components"]["schemas"]["Mode"]["enum"], json!(["fast"]));
}

#[test]
fn a_shared_enumeration_keeps_what_any_place_lists() {
    let mut document = base();
    let inline = |values: &[&str]| json!({"type": "string", "enum": values});
    edit(&mut document, "/apis/GetThing/parameters/3/schema", inline(&["fast"]));
    edit(&mut document, "/apis/ListThings/responses/200/schema/properties/Mode", inline(&["slow"]));
    document["components"]["schemas"].as_object_mut().expect("an object").shift_remove("Mode");
    let all = taken(&document, Some(&spec(&base())), &accepting());
    assert_eq!(value(&all)["components"]["schemas"]["Mode"]["enum"], json!(["slow", "fast"]));
}

#[test]
fn hosts_and_styles_are_kept_without_leave() {
    let mut document = base();
    edit(&mut document, "/endpoints/0/endpoint", json!("older.example.com"));
    edit(&mut document, "/endpoints/0/vpc", json!("vpc.example.com"));
    edit(&mut document, "/endpoints/1", Value::Null);
    edit(&mut document, "/info/style", json!("ROA"));
    let kept = taken(&document, Some(&spec(&base())), &Options::default());
    let found = value(&kept);
    assert_eq!(found["info"]["style"], "RPC");
    let first = json!({"regionId": "cn-a", "endpoint": "demo.cn-a.example.com", "vpc": "vpc.example.com"});
    assert_eq!(found["endpoints"], json!([first, base()["endpoints"][1]]), "a host beside is new, and taken");
    let kinds: Vec<Kind> = kept.withheld.iter().map(|change| change.kind).collect();
    for kind in [Kind::Style, Kind::EndpointChanged, Kind::EndpointRemoved] {
        assert!(kinds.contains(&kind), "{kind:?}: {kinds:?}");
    }
    let all = value(&taken(&document, Some(&spec(&base())), &accepting()));
    assert_eq!((&all["info"]["style"], &all["endpoints"]), (&json!("ROA"), &document["endpoints"]));
}

#[test]
fn operations_that_cannot_be_generated_are_told_and_held_back_too() {
    let mut old = base();
    old["info"]["style"] = json!("GATE");
    let mut document = old.clone();
    edit(&mut document, "/apis/Ping", Value::Null);
    edit(&mut document, "/apis/New", json!({"methods": ["post"], "responses": {"200": {}}}));
    edit(&mut document, "/apis/GetThing/parameters/2/schema/required", json!(true));
    let kept = taken(&document, Some(&spec(&old)), &Options::default());
    let text = kept.changes.as_ref().map(Diff::text).unwrap_or_default();
    assert!(text.contains("`New`: is new, and cannot be generated"), "{text}");
    assert_eq!(kept.withdrawn().collect::<Vec<_>>(), ["Ping"]);
    assert!(effect(&kept) < Some(Effect::Breaking) && kept.keeps_breaking());
}

#[test]
fn bounds_of_one_list_keep_their_meaning() {
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
    let imported = taken(&document, None, &Options::default());
    assert_eq!(docs(&imported.text), expected);
    let merged = taken(&document, Some(&imported.text), &Options::default());
    assert_eq!((docs(&merged.text), merged.text), (expected, imported.text));
}

#[test]
fn real_documents_of_two_years_break_nothing_without_leave() {
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
            let standing = take(old, None, &Options::default()).text;
            let fresh = take(new, None, &Options::default()).text;
            let kept = take(new, Some(&standing), &Options::default());
            assert!(effect(&kept) < Some(Effect::Breaking), "{path}: {}", kept.changes.expect("changes").text());
            let again = take(new, Some(&kept.text), &Options::default());
            assert!(again.text == kept.text, "{path}: twice");
            let all = take(new, Some(&standing), &accepting());
            let left = diff::compare(&side(&all.text), &side(&fresh));
            let left: Vec<String> =
                left.with(Effect::Breaking).filter(|change| !says_less(change)).map(Change::line).collect();
            assert!(left.is_empty(), "{path}: {left:#?}");
            eprintln!("{path}: {} withheld", kept.withheld.len());
        }
    }
}
