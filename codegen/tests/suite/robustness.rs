//! Damaged documents result in diagnostics or in a crate that parses, never in a panic.

use alicloud_codegen::generate::{Options, generate};
use alicloud_codegen::source::Source;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::{documents, fixture};

fn corpus() -> Vec<Value> {
    let files = fixture::files(&fixture::folder("shapes"), "json");
    files.iter().map(|path| serde_json::from_str(&fixture::read(path)).unwrap_or_default()).collect()
}

/// A change to a tree. A number selects a node: its position among all nodes, in thousandths.
#[derive(Clone, Debug)]
enum Change {
    Replace(usize, Value),
    Remove(usize),
    Copy(usize, usize),
    Rename(usize, String),
}

/// The new names of renamed keys.
const KEYS: &[&str] = &[
    "type",
    "$ref",
    "items",
    "properties",
    "enum",
    "schema",
    "in",
    "name",
    "parameters",
    "responses",
    "x-rust-name",
    "é",
    "",
];

fn change() -> impl Strategy<Value = Change> {
    let value = prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1.5),
        json!(""),
        json!("string"),
        json!("array"),
        json!("object"),
        json!("integer"),
        json!("file"),
        json!("byte"),
        json!("body"),
        json!("path"),
        json!("formData"),
        json!("json"),
        json!("simple"),
        json!("ROA"),
        json!("OSS"),
        json!("/a/{Id}"),
        json!("{"),
        json!("get"),
        json!([]),
        json!({}),
        json!([[]]),
        json!([{}]),
        json!({"": {}}),
        json!({"$ref": "#/components/schemas/Node"}),
        json!({"$ref": "#/components/schemas/"}),
        json!({"type": "array"}),
        json!({"type": "object", "properties": {"A": {}}}),
        json!("\u{202e}\u{0}\n\"`"),
        json!("x".repeat(300)),
    ]);
    let at = 0..1000usize;
    prop_oneof![
        4 => (at.clone(), value).prop_map(|(at, value)| Change::Replace(at, value)),
        2 => at.clone().prop_map(Change::Remove),
        3 => (at.clone(), at.clone()).prop_map(|(from, to)| Change::Copy(from, to)),
        2 => (at, prop::sample::select(KEYS)).prop_map(|(at, key)| Change::Rename(at, key.to_owned())),
    ]
}

fn pointers(value: &Value, here: String, out: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, format!("{here}/{index}"), out);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                pointers(member, format!("{here}/{}", key.replace('~', "~0").replace('/', "~1")), out);
            }
        }
        _ => {}
    }
    out.push(here);
}

fn apply(document: &mut Value, change: &Change) {
    let mut all = Vec::new();
    pointers(document, String::new(), &mut all);
    let at = |part: usize| all[part * all.len() / 1000].as_str();
    match change {
        Change::Replace(to, value) => set(document, at(*to), Some(value.clone()), None),
        Change::Remove(to) => set(document, at(*to), None, None),
        Change::Copy(from, to) => {
            // Copying a subtree into itself doubles its size, so large ones are not copied.
            let value = document.pointer(at(*from)).cloned().unwrap_or_default();
            if value.to_string().len() < 4000 {
                set(document, at(*to), Some(value), None);
            }
        }
        Change::Rename(to, key) => {
            let value = document.pointer(at(*to)).cloned();
            set(document, at(*to), value, Some(key));
        }
    }
}

fn set(document: &mut Value, at: &str, value: Option<Value>, rename: Option<&str>) {
    let Some((parent, key)) = at.rsplit_once('/') else { return };
    let key = key.replace("~1", "/").replace("~0", "~");
    match (document.pointer_mut(parent), value) {
        (Some(Value::Object(members)), Some(value)) => {
            let name = rename.map_or(key, str::to_owned);
            members.insert(name, value);
        }
        (Some(Value::Object(members)), None) => drop(members.remove(&key)),
        (Some(Value::Array(items)), value) => {
            if let (Ok(index), true) = (key.parse::<usize>(), !items.is_empty()) {
                match value {
                    Some(value) if index < items.len() => items[index] = value,
                    _ => drop(items.remove(index.min(items.len() - 1))),
                }
            }
        }
        _ => {}
    }
}

fn check(text: &str) -> Result<bool, TestCaseError> {
    let source = Source::new("mutant.json", text);
    let options = Options { skip_unsupported: true, ..Options::default() };
    let outcome = generate(&source, &options).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
    for found in &outcome.diagnostics {
        prop_assert!(found.render(&source).starts_with("mutant.json:"));
        prop_assert!(found.help.is_some(), "no help: {found:?}");
    }
    prop_assert!(outcome.is_success() || !outcome.diagnostics.is_empty(), "neither files nor diagnostics: {text}");
    prop_assert!(outcome.files.keys().all(|path| !path.contains("..") && !path.starts_with('/')));
    Ok(outcome.is_success())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn generate_of_damaged_trees_never_panics(
        index in any::<prop::sample::Index>(),
        changes in prop::collection::vec(change(), 1..6),
    ) {
        thread_local! { static CORPUS: Vec<Value> = corpus(); }
        let mut document = CORPUS.with(|corpus| index.get(corpus).clone());
        for change in &changes {
            apply(&mut document, change);
        }
        check(&document.to_string())?;
    }

    #[test]
    fn generate_of_damaged_texts_never_panics(
        index in any::<prop::sample::Index>(),
        cut in 0..1000usize,
        insertions in prop::collection::vec((0..1000usize, ".{0,3}|[\\[\\]{}\",:]"), 0..3),
    ) {
        thread_local! { static TEXTS: Vec<String> = corpus().iter().map(Value::to_string).collect(); }
        let text = TEXTS.with(|texts| index.get(texts).clone());
        let mut chars: Vec<char> = text.chars().collect();
        if cut > 500 {
            chars.truncate(cut * chars.len() / 1000);
        }
        for (at, insertion) in insertions {
            let at = at * chars.len() / 1000;
            chars.splice(at..at, insertion.chars());
        }
        check(&chars.into_iter().collect::<String>())?;
    }
}

/// Returns parts of all documents, each with one operation and the shared schemas.
fn single_operations() -> Vec<Value> {
    let mut single = Vec::new();
    for path in documents::all() {
        let mut document: Value = serde_json::from_str(&fixture::read(&path)).unwrap_or_default();
        let apis = document["apis"].take();
        document["directories"] = json!([]);
        if document["components"].to_string().len() > 20_000 {
            continue;
        }
        let apis: Vec<_> =
            apis.as_object().into_iter().flatten().filter(|(_, it)| it.to_string().len() < 20_000).collect();
        for (name, operation) in apis.iter().step_by(apis.len() / 4 + 1) {
            let mut document = document.clone();
            document["apis"] = json!({*name: operation});
            single.push(document);
        }
    }
    single
}

#[test]
fn generate_of_damaged_published_documents_never_panics() {
    let documents = single_operations();
    let config = ProptestConfig { failure_persistence: None, cases: 3000, ..ProptestConfig::default() };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mutants = (any::<prop::sample::Index>(), prop::collection::vec(change(), 1..8));
    let outcome = TestRunner::new_with_rng(config, random).run(&mutants, |(index, changes)| {
        let mut document = index.get(&documents).clone();
        changes.iter().for_each(|change| apply(&mut document, change));
        check(&document.to_string()).map(|_| ())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[test]
fn generate_of_deep_documents_needs_a_small_stack() {
    let deep = |open: &str, close: &str, times: usize| open.repeat(times) + "1" + &close.repeat(times);
    let inline = |times: usize| {
        let schema = deep(r#"{"type":"object","properties":{"A":"#, "}}", times).replace('1', r#"{"type":"string"}"#);
        format!(
            r#"{{"info":{{"product":"demo","version":"1","style":"RPC"}},"apis":{{"Ping":{{
                "parameters":[{{"name":"A","in":"query","schema":{schema}}}],"responses":{{"200":{{}}}}}}}}}}"#
        )
    };
    let texts = [
        deep("[", "]", 200_000),
        deep("{\"a\":", "}", 100_000),
        inline(90),
        inline(120),
        inline(5000),
        deep("[", "]", 255),
    ];
    for text in texts {
        let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
            let _ = fixture::outcome("deep.json", &text);
        });
        assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
    }
}
