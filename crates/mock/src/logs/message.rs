//! The messages of Simple Log Service, and their form in JSON.

use prost::Message;
use serde_json::{Value, json};

#[derive(Clone, PartialEq, Message)]
pub(super) struct LogGroup {
    #[prost(message, repeated, tag = "1")]
    logs: Vec<Log>,
    #[prost(string, optional, tag = "3")]
    topic: Option<String>,
    #[prost(string, optional, tag = "4")]
    source: Option<String>,
    #[prost(message, repeated, tag = "6")]
    tags: Vec<Pair>,
}

#[derive(Clone, PartialEq, Message)]
struct Log {
    #[prost(uint32, required, tag = "1")]
    time: u32,
    #[prost(message, repeated, tag = "2")]
    contents: Vec<Pair>,
    #[prost(fixed32, optional, tag = "4")]
    nanoseconds: Option<u32>,
}

#[derive(Clone, PartialEq, Message)]
struct Pair {
    #[prost(string, required, tag = "1")]
    key: String,
    #[prost(string, required, tag = "2")]
    value: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct LogGroupList {
    #[prost(message, repeated, tag = "1")]
    pub(super) groups: Vec<LogGroup>,
}

impl LogGroup {
    /// Returns the group with the names of the documents.
    pub(super) fn into_json(self) -> Value {
        let pairs = |pairs: Vec<Pair>| -> Value {
            pairs.into_iter().map(|pair| json!({ "Key": pair.key, "Value": pair.value })).collect()
        };
        let logs: Value = self
            .logs
            .into_iter()
            .map(|log| {
                let mut object = json!({ "Time": log.time, "Contents": pairs(log.contents) });
                if let Some(nanoseconds) = log.nanoseconds {
                    object["TimeNs"] = nanoseconds.into();
                }
                object
            })
            .collect();
        let mut object = json!({ "LogItems": logs });
        for (name, value) in [("Topic", self.topic), ("Source", self.source)] {
            if let Some(value) = value {
                object[name] = value.into();
            }
        }
        if !self.tags.is_empty() {
            object["LogTags"] = pairs(self.tags);
        }
        object
    }

    /// Reads the form of [`into_json`](Self::into_json).
    pub(super) fn from_json(value: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let pairs = |value: &Value| -> Vec<Pair> {
            let pairs = list(value);
            pairs.iter().map(|pair| Pair { key: text(&pair["Key"]), value: text(&pair["Value"]) }).collect()
        };
        let log = |log: &Value| Log {
            time: number(&log["Time"]).unwrap_or_default(),
            contents: pairs(&log["Contents"]),
            nanoseconds: number(&log["TimeNs"]),
        };
        Self {
            logs: list(&value["LogItems"]).iter().map(log).collect(),
            topic: value.get("Topic").map(text),
            source: value.get("Source").map(text),
            tags: pairs(&value["LogTags"]),
        }
    }
}
