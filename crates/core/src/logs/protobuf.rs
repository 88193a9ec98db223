//! The messages of Simple Log Service, and their form in JSON.

use prost::Message;
use serde_json::{Value, json};

#[derive(Clone, PartialEq, Message)]
pub(crate) struct LogGroup {
    #[prost(message, repeated, tag = "1")]
    pub(crate) logs: Vec<Log>,
    #[prost(string, optional, tag = "3")]
    pub(crate) topic: Option<String>,
    #[prost(string, optional, tag = "4")]
    pub(crate) source: Option<String>,
    #[prost(message, repeated, tag = "6")]
    pub(crate) tags: Vec<Pair>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Log {
    #[prost(uint32, required, tag = "1")]
    pub(crate) time: u32,
    #[prost(message, repeated, tag = "2")]
    pub(crate) contents: Vec<Pair>,
    #[prost(fixed32, optional, tag = "4")]
    pub(crate) nanoseconds: Option<u32>,
}

/// A field of a log, or a tag of a group.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Pair {
    #[prost(string, required, tag = "1")]
    pub(crate) key: String,
    #[prost(string, required, tag = "2")]
    pub(crate) value: String,
}

#[derive(Clone, PartialEq, Message)]
struct LogGroupList {
    #[prost(message, repeated, tag = "1")]
    groups: Vec<LogGroup>,
}

/// Decodes a list of groups to JSON with the names of the documents; `None` if it is damaged.
pub(crate) fn decode(body: &[u8]) -> Option<Vec<u8>> {
    let list = LogGroupList::decode(body).ok()?;
    let groups: Vec<Value> = list.groups.into_iter().map(group_json).collect();
    serde_json::to_vec(&json!({ "LogGroupList": groups })).ok()
}

fn group_json(group: LogGroup) -> Value {
    let mut object = json!({ "LogItems": group.logs.into_iter().map(log_json).collect::<Vec<_>>() });
    if !group.tags.is_empty() {
        object["LogTags"] = group.tags.into_iter().map(pair_json).collect();
    }
    for (name, text) in [("Topic", group.topic), ("Source", group.source)] {
        if let Some(text) = text {
            object[name] = text.into();
        }
    }
    object
}

fn log_json(log: Log) -> Value {
    let mut object =
        json!({ "Time": log.time, "Contents": log.contents.into_iter().map(pair_json).collect::<Vec<_>>() });
    if let Some(nanoseconds) = log.nanoseconds {
        object["TimeNs"] = nanoseconds.into();
    }
    object
}

fn pair_json(pair: Pair) -> Value {
    json!({ "Key": pair.key, "Value": pair.value })
}
