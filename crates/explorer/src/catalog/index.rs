//! The index of a document: what is known of an operation without the model.

use serde::Deserialize;
use serde_json::Value;

/// An operation in the index.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The wire name.
    pub name: String,
    /// The summary, or the title if there is no summary.
    pub summary: String,
    /// Whether the operation is deprecated.
    pub deprecated: bool,
}

/// The part of a document that the index needs.
#[derive(Deserialize)]
pub(super) struct Index {
    pub(super) info: IndexInfo,
    #[serde(default)]
    apis: serde_json::Map<String, Value>,
}

#[derive(Deserialize)]
pub(super) struct IndexInfo {
    pub(super) product: String,
    pub(super) version: String,
    #[serde(default, rename = "x-title")]
    pub(super) title: Option<String>,
}

impl Index {
    /// Returns the operations in the document's order.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let text_of = |value: &Value, key: &str| {
            value[key].as_str().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
        };
        let entries = self.apis.iter().map(|(name, api)| {
            let summary = text_of(api, "summary");
            let summary = if summary.is_empty() { text_of(api, "title") } else { summary };
            Entry { name: name.clone(), summary, deprecated: api["deprecated"].as_bool().unwrap_or_default() }
        });
        entries.collect()
    }
}
