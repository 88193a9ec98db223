use super::*;
use crate::generate::{Options, generate};

const DOCUMENT: &str = r#"{
  "info": {"product": "demo", "version": "2024-01-01", "style": "RPC"},
  "components": [],
  "apis": {
    "GetThing": {
      "methods": ["post"],
      "parameters": [
        {"name": "Size", "in": "query", "schema": {"type": "integre"}},
        {"name": "Mode", "in": "query", "schema": {"type": "string"}},
        {"name": "Mode", "in": "formData", "schema": {"type": "string"}}
      ],
      "responses": {"200": {"schema": {"type": "object", "properties": {"RequestId": {"type": "string"}}}}}
    }
  }
}"#;

fn document() -> Source {
    Source::new("vendor.json", DOCUMENT)
}

fn overlay(entries: &str) -> Source {
    Source::new("overlay.json", entries)
}

#[test]
fn apply_of_corrections_makes_a_document_generate() {
    assert!(!generate(&document(), &Options::default()).expect("a sound generator").is_success());
    let entries = overlay(
        r#"[
          {"at": "/apis/GetThing/parameters/Size/schema/type", "set": "integer", "why": "a typing error"},
          {"at": "/apis/GetThing/parameters/2", "remove": true, "why": "listed twice"},
          {"at": "/components", "merge": {"schemas": {"Gone": null}}, "why": "a list where an object is meant"},
          {"at": "/apis/GetThing/parameters/-",
            "set": {"name": "On", "in": "query", "schema": {"type": "boolean"}}, "why": "seen"}
        ]"#,
    );
    let corrected = apply(&document(), &entries).expect("entries that fit");
    let outcome = generate(&corrected, &Options::default()).expect("a sound generator");
    assert!(outcome.is_success(), "{:?}", outcome.diagnostics);
    let request = &outcome.files["src/operation/get_thing.rs"];
    assert!(request.contains("pub size: Option<i64>") && request.contains("pub on: Option<bool>"), "{request}");
    assert_eq!(request.matches("\"Mode\"").count(), 1);
}

#[test]
fn problem_in_a_corrected_document_is_reported_in_its_own_file() {
    let entries = overlay(
        r#"[
          {"at": "/apis/GetThing/parameters/2", "remove": true, "why": "listed twice"},
          {"at": "/apis/GetThing/parameters/Mode/schema",
           "merge": {"type": "txet"}, "why": "wrong itself"}
        ]"#,
    );
    let corrected = apply(&document(), &entries).expect("entries that fit");
    let outcome = generate(&corrected, &Options::default()).expect("a sound generator");
    let rendered: Vec<String> = outcome.diagnostics.iter().map(|found| found.render(&corrected)).collect();
    assert_eq!(rendered.len(), 2, "{rendered:?}");
    assert!(rendered[0].starts_with("vendor.json:8:60: error[E0202]: unknown type `integre`"), "{}", rendered[0]);
    assert!(rendered[0].contains("--> /apis/GetThing/parameters/0/schema/type"), "{}", rendered[0]);
    assert!(rendered[1].starts_with("overlay.json:4:30: error[E0202]: unknown type `txet`"), "{}", rendered[1]);
    assert!(rendered[1].contains("--> /1/merge/type") && rendered[1].contains("wrong itself"), "{}", rendered[1]);
}

#[test]
fn apply_of_several_overlays_applies_all() {
    let first = overlay(r#"[{"at": "/apis/GetThing/parameters/2", "remove": true, "why": "listed twice"}]"#);
    let second = Source::new(
        "second.json",
        r#"[{"at": "/apis/GetThing/parameters/Size/schema/type", "set": "intger", "why": "no"}]"#,
    );
    let once = apply(&document(), &first).expect("fits");
    let twice = apply(&once, &second).expect("fits");
    let outcome = generate(&twice, &Options::default()).expect("a sound generator");
    let rendered = outcome.diagnostics[0].render(&twice);
    assert!(rendered.starts_with("second.json:1:62: error[E0202]"), "{rendered}");
}

#[test]
fn apply_of_an_entry_without_effect_is_an_error() {
    for (entry, expected, place) in [
        (r#"{"at": "/apis/GetThang", "remove": true, "why": "x"}"#, "there is no `GetThang`", "1:9"),
        (r#"{"at": "/apis/getthing", "remove": true, "why": "x"}"#, "did you mean `GetThing`?", "1:9"),
        (r#"{"at": "/apis/GetThing/parameters/9", "remove": true, "why": "x"}"#, "has 3 elements", "1:9"),
        (r#"{"at": "/apis/GetThing/parameters/Nope", "remove": true, "why": "x"}"#, "no element is named", "1:9"),
        (
            r#"{"at": "/apis/GetThing/parameters/Mode", "remove": true, "why": "x"}"#,
            "select one by its index: 1, 2",
            "1:9",
        ),
        (r#"{"at": "/info/style/x", "set": 1, "why": "x"}"#, "is applied to a string", "1:9"),
        (r#"{"at": "/info/extra", "set": 1, "why": "x"}"#, "there is no `extra`", "1:9"),
        (r#"{"at": "/info/style", "merge": {}, "why": "x"}"#, "only an object can be merged into", "1:9"),
        (r#"{"at": "/info/style", "set": "RPC", "why": "x"}"#, "has no effect", "1:31"),
        (r#"{"at": "/info", "merge": {"style": "RPC", "other": null}, "why": "x"}"#, "has no effect", "1:27"),
        (r#"{"at": "", "remove": true, "why": "x"}"#, "the whole document", "1:9"),
        (r#"{"at": "info", "remove": true, "why": "x"}"#, "must be a JSON pointer", "1:9"),
        (r#"{"at": "/a~2", "remove": true, "why": "x"}"#, "must be a JSON pointer", "1:9"),
        (r#"{"remove": true, "why": "x"}"#, "must be a JSON pointer", "1:2"),
        (r#"{"at": "/info", "remove": false, "why": "x"}"#, "can only be true", "1:18"),
        (r#"{"at": "/info", "merge": [], "why": "x"}"#, "must be an object, not an array", "1:18"),
        (r#"{"at": "/info", "remove": true, "why": " "}"#, "has no `why`", "1:41"),
        (r#"{"at": "/info", "remove": true}"#, "has no `why`", "1:2"),
        (r#"{"at": "/info", "why": "x"}"#, "has 0 corrections", "1:2"),
        (r#"{"at": "/info", "remove": true, "set": 1, "why": "x"}"#, "has 2 corrections", "1:2"),
        (r#"{"at": "/info", "remove": true, "reason": "x", "why": "x"}"#, "no `reason`", "1:34"),
        (r#"{"at": "/info", "set": 1, "set": 2, "why": "x"}"#, "occurs twice", "1:18"),
        ("1", "an entry is an object, not a number", "1:2"),
    ] {
        let entries = overlay(&format!("[{entry}]"));
        let problems = apply(&document(), &entries).expect_err(entry);
        let rendered: Vec<String> = problems.iter().map(|found| found.render(&entries)).collect();
        let all = rendered.join("");
        assert!(all.contains(expected), "{entry}: {all}");
        assert!(all.contains(&format!("overlay.json:{place}: error[E0106]")), "{entry}: {all}");
    }
}

#[test]
fn apply_of_invalid_json_is_an_error() {
    let problems = apply(&document(), &overlay("{}")).expect_err("an object");
    assert!(problems[0].message.contains("a list of entries"), "{problems:?}");
    let problems = apply(&document(), &overlay("[")).expect_err("cut off");
    assert_eq!(problems[0].code, diagnostic::SYNTAX);
    assert!(apply(&Source::new("broken.json", "{"), &overlay("[]")).is_ok(), "the reader reports the document");
}

#[test]
fn apply_of_several_invalid_entries_reports_all() {
    let entries = overlay(r#"[{"at": "/x", "remove": true, "why": "x"}, 3, {"at": "/y", "remove": true, "why": "x"}]"#);
    assert_eq!(apply(&document(), &entries).expect_err("three").len(), 3);
}
