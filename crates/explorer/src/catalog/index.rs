//! The index of a document: what is known of an operation without the model.

use serde::{Deserialize, Serialize};
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
    /// What the vendor states about the effect of the operation.
    pub tags: Tags,
    /// The limits on the rate of calls.
    pub limits: Vec<RateLimit>,
    /// The changes of the operation, newest first.
    pub changes: Vec<Change>,
}

/// A limit on the rate of calls.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RateLimit {
    /// The greatest number of calls in a window, as text.
    pub threshold: String,
    /// The length of the window, in seconds.
    #[serde(rename(deserialize = "countWindow"))]
    pub seconds: u64,
    /// The region, or `*`.
    #[serde(default, rename(deserialize = "regionId"))]
    pub region: String,
}

/// A change of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The date and time, as text.
    pub created_at: String,
    /// What changed.
    #[serde(default)]
    pub description: String,
}

/// What the vendor states about the effect of an operation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Tags {
    /// `get`, `list`, `create`, `update`, `delete`, …
    pub operation_type: Option<String>,
    /// `none`, `low`, `medium` or `high`.
    pub risk_type: Option<String>,
    /// `free` or `paid`.
    pub charge_type: Option<String>,
}

impl Tags {
    /// Whether a call costs money.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        self.charge_type.as_deref() == Some("paid")
    }
}

/// The part of a document that the index needs.
#[derive(Deserialize)]
pub(super) struct Index {
    pub(super) info: IndexInfo,
    #[serde(default)]
    apis: serde_json::Map<String, Value>,
    #[serde(default, rename = "flowControl")]
    flow_control: Value,
    #[serde(default, rename = "changeSet")]
    change_set: Value,
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
            Entry {
                name: name.clone(),
                summary,
                deprecated: api["deprecated"].as_bool().unwrap_or_default(),
                tags: Tags::deserialize(&api["systemTags"]).unwrap_or_default(),
                limits: limits(name, api, &self.flow_control),
                changes: changes(name, api, &self.change_set),
            }
        });
        entries.collect()
    }
}

/// The limits of an operation: its own, and those that the document has for it.
fn limits(name: &str, api: &Value, document: &Value) -> Vec<RateLimit> {
    let list = |value: &Value| value["flowControlList"].as_array().cloned().unwrap_or_default();
    let of_document = list(document).into_iter().filter(|limit| limit["api"] == name);
    let all = list(&api["flowControl"]).into_iter().chain(of_document);
    let mut found: Vec<RateLimit> = all.filter_map(|limit| RateLimit::deserialize(limit).ok()).collect();
    // A negative number is no limit.
    found.retain(|limit| !limit.threshold.starts_with('-'));
    found.dedup();
    found
}

/// The changes of an operation: its own, and those that the document has for it.
fn changes(name: &str, api: &Value, document: &Value) -> Vec<Change> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let of_document = list(document).into_iter().flat_map(|change| {
        let described = list(&change["apis"]).into_iter().filter(|part| part["api"] == name);
        let created_at = change["createdAt"].clone();
        described
            .map(|part| serde_json::json!({"createdAt": created_at, "description": part["description"]}))
            .collect::<Vec<_>>()
    });
    let all = list(&api["changeSet"]).into_iter().chain(of_document);
    let mut found: Vec<Change> = all.filter_map(|change| Change::deserialize(change).ok()).collect();
    found.sort_by(|a, b| b.created_at.cmp(&a.created_at));
    found.dedup();
    found
}
