//! Imports into the specs of this workspace keep their hand-written parts.

use crate::documents;
use serde_json::Value;

use crate::diff::Effect;
use crate::import::{Options, import};
use crate::source::Source;

/// Collects every text and every `x-` key of a spec, with its pointer.
fn texts(value: &Value, at: &str, out: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let at = format!("{at}/{key}");
                let own = ["summary", "title", "description", "enumValueTitles", "errorMessage", "example"]
                    .contains(&key.as_str());
                if (own && !value.is_object() || key == "enumValueTitles" || key.starts_with("x-"))
                    && !at.ends_with("/properties/x-")
                {
                    out.push((at.clone(), value.clone()));
                }
                texts(value, &at, out);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| texts(item, &format!("{at}/{index}"), out))
        }
        _ => {}
    }
}

/// Returns a spec without texts and `x-` keys, like a vendor's document without prose.
fn facts_of(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(members) => {
            let fact = |key: &str| !key.starts_with("x-") && !matches!(key, "$schema" | "summary" | "title");
            let prose = |key: &str, value: &serde_json::Value| key == "description" && value.is_string();
            let kept = members.iter().filter(|(key, value)| fact(key) && !prose(key, value));
            kept.map(|(key, value)| (key.clone(), facts_of(value))).collect()
        }
        serde_json::Value::Array(items) => items.iter().map(facts_of).collect(),
        other => other.clone(),
    }
}

#[test]
fn import_of_own_facts_changes_no_text_and_breaks_no_callers() {
    let spec =
        std::fs::read_to_string(documents::root().join("spec/appstream-center/2021-09-01.json")).expect("a spec");
    let own = facts_of(&serde_json::from_str(&spec).expect("JSON")).to_string();
    let published = documents::beside("facts/appstream-center-2021-09-01.json");
    let published = published.map(|path| std::fs::read_to_string(path).expect("the facts"));
    for facts in std::iter::once(own).chain(published) {
        let facts = Source::new("facts.json", facts);
        let take = |spec: &str, options: &Options| {
            let spec = Source::new("spec.json", spec);
            import(&facts, Some(&spec), options).unwrap_or_else(|problem| panic!("{problem:?}"))
        };
        let outcome = take(&spec, &Options::default());
        let collect = |text: &str| {
            let mut out = Vec::new();
            texts(&serde_json::from_str(text).expect("JSON"), "", &mut out);
            out
        };
        assert_eq!(collect(&spec), collect(&outcome.text));
        assert!(outcome.withheld.is_empty(), "{:#?}", outcome.withheld);
        let changes = outcome.changes.expect("a comparison");
        assert!(changes.effect() < Some(Effect::Breaking), "{}", changes.text());
        eprintln!("{}{}", outcome.notes.join("\n"), changes.text());
        assert_eq!(take(&outcome.text, &Options::default()).text, outcome.text, "twice");
    }
}

#[test]
fn import_of_every_document_repeated_changes_nothing() {
    // The generator accepts a list in place of an object, and a region with two hosts. An import does not normalize
    // them.
    let is_normal = |path: &std::path::PathBuf| {
        let path = path.to_string_lossy();
        !path.contains("lists_for_") && !path.ends_with("prose.json")
    };
    for path in documents::all().into_iter().filter(is_normal) {
        let text = std::fs::read_to_string(&path).expect("a document");
        // Larger documents take too long without optimization.
        if text.len() > 300 << 10 {
            continue;
        }
        let document = Source::new(path.display().to_string(), text);
        for share in [false, true] {
            let options = Options { share, ..Options::default() };
            let first = import(&document, None, &options).unwrap_or_else(|problem| panic!("{problem:?}"));
            let spec = Source::new("spec.json", first.text);
            let second = import(&document, Some(&spec), &options).unwrap_or_else(|problem| panic!("{problem:?}"));
            let differs = second.text.lines().zip(spec.text().lines()).find(|(second, first)| second != first);
            assert!(second.text == spec.text(), "{}: share {share}: {differs:?}", document.name());
            let lines: Vec<String> = second.withheld.iter().map(|change| change.line()).collect();
            assert!(lines.is_empty(), "{}: share {share}: {lines:#?}", document.name());
        }
    }
}
