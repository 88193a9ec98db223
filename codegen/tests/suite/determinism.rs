//! The same document results in the same bytes, and a small change in a small difference.

use std::collections::{BTreeMap, BTreeSet};

use alicloud_codegen::generate::Options;
use alicloud_codegen::marker::{State, append, state};
use serde_json::{Value, json};

use crate::fixture;

fn options() -> Options {
    Options { skip_unsupported: true, ..Options::default() }
}

#[test]
fn generate_on_several_threads_returns_the_same_bytes() {
    let paths = fixture::files(&fixture::folder("shapes"), "json");
    let texts: Vec<(String, String)> = paths.iter().map(|path| (fixture::stem(path), fixture::read(path))).collect();
    let once: Vec<_> = texts.iter().map(|(name, text)| fixture::outcome_with(name, text, &options()).files).collect();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let texts = texts.clone();
            std::thread::spawn(move || {
                texts.iter().map(|(name, text)| fixture::outcome_with(name, text, &options()).files).collect::<Vec<_>>()
            })
        })
        .collect();
    for handle in threads {
        assert!(handle.join().is_ok_and(|again| again == once));
    }
}

#[test]
fn marker_of_generated_files_detects_edits() {
    for path in fixture::files(&fixture::folder("shapes"), "json") {
        for (path, text) in fixture::generated(&fixture::stem(&path), &fixture::read(&path)) {
            assert_eq!(state(&text), State::Generated, "{path}");
            assert_eq!(state(&append(&text, "# more\n")), State::Generated, "{path}");
            assert_eq!(state(&format!("{text} ")), State::Edited, "{path}");
            assert_eq!(state(&text.replace('\n', "\r\n")), State::Generated, "{path}");
            assert_eq!(state(&text.replacen('\n', "\n\r", 2)), State::Edited, "{path}");
            assert_eq!(state(&format!("// mine\n{text}")), State::Foreign, "{path}");
            assert!(text.ends_with('\n') && !text.contains('\r'), "{path}");
        }
    }
    assert_eq!(state(""), State::Foreign);
}

/// Returns the paths of files that differ between two trees.
fn different(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> BTreeSet<String> {
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    paths.into_iter().filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}

fn service(operations: &[&str]) -> Value {
    let apis: serde_json::Map<String, Value> = operations
        .iter()
        .map(|name| {
            let parameters = json!([{"name": "Size", "in": "query", "schema": {"type": "string"}},
                {"name": "Kind", "in": "query", "schema": {"$ref": "#/components/schemas/Kind"}}]);
            (
                (*name).to_owned(),
                json!({"summary": format!("Does {name}."), "parameters": parameters, "responses": {"200": {}}}),
            )
        })
        .collect();
    let mut document = fixture::rpc(Value::Object(apis));
    document["components"] = json!({"schemas": {"Kind": {"type": "string", "enum": ["a"]}, "Spare": {"type": "object",
        "properties": {"A": {"type": "string"}}}}});
    document
}

fn set<const N: usize>(paths: [&str; N]) -> BTreeSet<String> {
    paths.into_iter().map(str::to_owned).collect()
}

#[test]
fn generate_after_a_small_change_changes_only_affected_files() {
    let before = service(&["First", "Second", "Third"]);
    let files = |document: &Value| fixture::generated("a.json", &document.to_string());
    let mut after = before.clone();
    after["apis"]["Second"]["parameters"][0]["schema"]["type"] = json!("integer");
    assert_eq!(different(&files(&before), &files(&after)), set(["src/operation/second.rs"]));
    let mut after = before.clone();
    after["components"]["schemas"]["Kind"]["enum"] = json!(["a", "b"]);
    assert_eq!(different(&files(&before), &files(&after)), set(["src/types.rs"]));
    let mut after = before.clone();
    after["components"]["schemas"]["Spare"]["properties"] = json!({});
    assert_eq!(different(&files(&before), &files(&after)), set([]));
    let added = files(&service(&["First", "Second", "Between", "Third"]));
    let lists = set([
        "README.md",
        "permissions.json",
        "src/client.rs",
        "src/lib.rs",
        "src/operation.rs",
        "src/operation/between.rs",
    ]);
    assert_eq!(different(&files(&before), &added), lists);
    let lines = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<BTreeSet<_>>();
    for path in ["src/client.rs", "src/lib.rs", "src/operation.rs"] {
        let (old, new) = (lines(&files(&before)[path]), lines(&added[path]));
        assert!(old.is_subset(&new), "{path} loses lines");
    }
}

#[test]
fn generate_with_reordered_keys_of_an_object_returns_the_same_files() {
    let before = json!({"name": "Size", "in": "query", "style": "json", "schema": {"type": "string",
        "description": "d", "enum": ["a"], "enumValueTitles": {"a": "A"}, "x-enum-names": {"a": "Aa"}}});
    let after = json!({"schema": {"x-enum-names": {"a": "Aa"}, "enumValueTitles": {"a": "A"}, "enum": ["a"],
        "description": "d", "type": "string"}, "style": "json", "in": "query", "name": "Size"});
    let operation = |parameter: Value, first: bool| match first {
        true => {
            json!({"methods": ["post"], "summary": "s", "parameters": [parameter], "responses": {"200": {}, "404": {}}})
        }
        false => {
            json!({"responses": {"404": {}, "200": {}}, "parameters": [parameter], "summary": "s", "methods": ["post"]})
        }
    };
    let ordered = json!({"info": {"product": "demo", "version": "1", "style": "RPC"},
        "components": {"schemas": {"A": {}, "B": {}}}, "apis": {"Ping": operation(before, true)}, "endpoints": []});
    let reordered = json!({"endpoints": [], "apis": {"Ping": operation(after, false)},
        "components": {"schemas": {"B": {}, "A": {}}}, "info": {"style": "RPC", "version": "1", "product": "demo"}});
    assert_ne!(ordered.to_string(), reordered.to_string());
    let files = |document: &Value| fixture::generated("a.json", &document.to_string());
    assert_eq!(files(&ordered), files(&reordered));
    assert_eq!(
        files(&ordered),
        fixture::generated("a.json", &serde_json::to_string_pretty(&ordered).unwrap_or_default())
    );
}

#[test]
fn generate_with_only_omits_other_operations() {
    let document = service(&["First", "Second", "Third"]).to_string();
    let only =
        |names: &[&str]| Options { only: names.iter().map(|name| (*name).to_owned()).collect(), ..Options::default() };
    let outcome = fixture::outcome_with("a.json", &document, &only(&["Third", "First"]));
    assert_eq!((outcome.operations, outcome.generated), (2, 2));
    let all = fixture::generated("a.json", &document);
    assert_eq!(outcome.files["src/operation/first.rs"], all["src/operation/first.rs"]);
    assert!(!outcome.files.contains_key("src/operation/second.rs"));
    let outcome = fixture::outcome_with("a.json", &document, &only(&["first"]));
    let text = fixture::rendered("a.json", &document, &outcome).join("\n");
    assert!(!outcome.is_success() && text.contains("E0107") && text.contains("`First`"), "{text}");
    // Errors in other operations are ignored.
    let mut broken = service(&["First", "Second"]);
    broken["apis"]["Second"]["methods"] = json!(["brew"]);
    assert!(fixture::outcome_with("a.json", &broken.to_string(), &only(&["First"])).is_success());
    assert!(!fixture::outcome("a.json", &broken.to_string()).is_success());
}

#[test]
fn generate_with_skip_unsupported_omits_operations_with_errors() {
    let mut document = service(&["First", "Second", "Third", "Fourth"]);
    document["apis"]["Second"]["methods"] = json!(["brew"]);
    document["apis"]["Third"]["parameters"][0]["schema"]["type"] = json!([]);
    document["apis"]["Fourth"]["x-rust-name"] = json!("not a name");
    let text = document.to_string();
    let strict = fixture::outcome("a.json", &text);
    assert!(strict.files.is_empty());
    assert_eq!(strict.refused, ["Fourth", "Second", "Third"]);
    let lenient = fixture::outcome_with("a.json", &text, &options());
    assert_eq!((lenient.operations, lenient.generated), (4, 1));
    assert_eq!(lenient.refused, strict.refused);
    assert_eq!(lenient.diagnostics.len(), strict.diagnostics.len());
    let same = fixture::generated("a.json", &service(&["First"]).to_string());
    assert_eq!(different(&lenient.files, &same), set([]), "omitted operations affect no other file");
    assert!(fixture::parsed(&lenient.files).contains_key("src/operation/first.rs"));
}
