//! The vendor's facts over the spec of this workspace.

use serde_json::Value;

use crate::diff::Effect;
use crate::import::{Options, import};
use crate::source::Source;

/// Every text and every key of this project in a spec, with its pointer.
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

#[test]
fn facts_over_the_kept_spec_change_no_text_and_break_nothing() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(root.join(path));
    let (Ok(facts), Ok(spec)) =
        (read("../shared/facts/appstream-center-2021-09-01.json"), read("spec/appstream-center/2021-09-01.json"))
    else {
        eprintln!("skipped: no facts beside the workspace");
        return;
    };
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

#[test]
fn every_document_is_taken_in_once() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/metadata");
    let entries = |folder: &std::path::Path| -> Vec<std::path::PathBuf> {
        std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect()
    };
    let versions: Vec<_> = entries(&folder).iter().flat_map(|product| entries(product)).collect();
    if versions.is_empty() {
        eprintln!("skipped: no documents beside the workspace");
    }
    for version in versions {
        let Ok(text) = std::fs::read_to_string(version.join("api-docs.json")) else { continue };
        // The larger ones take their time without optimisation.
        if text.len() > 300 << 10 {
            continue;
        }
        let document = Source::new(version.display().to_string(), text);
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
