//! Logs in memory, by project and logstore. Every logstore has one shard.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use prost::Message as _;
use serde_json::{Map, Value, json};

use super::PROTOBUF;
use super::message::{LogGroup, LogGroupList};
use crate::record::Recorded;
use crate::response::Response;

/// The groups of a logstore, oldest first.
type Groups = Vec<Value>;

/// Stores the logs of `PutLogs`, and returns them from `GetCursor`, `PullLogs`, `GetLogs` and `GetLogsV2`.
///
/// A cursor is a position in the list of groups. A search returns the logs of a time range, newest last; it ignores the
/// query, except that it may be a text that a value contains.
#[derive(Default)]
pub(crate) struct LogStore(Mutex<HashMap<(String, String), Groups>>);

impl LogStore {
    /// Responds to a request whose parameters have been checked; `None` if the operation is another one.
    pub(crate) fn respond(&self, request: &Recorded) -> Option<Response> {
        let parameters = &request.parameters;
        let logstore = ["logstore", "logStore"].iter().find_map(|name| parameters.get(*name)?.as_str())?;
        let project = parameters.get("project").and_then(Value::as_str).unwrap_or_default();
        let key = (project.to_owned(), logstore.to_owned());
        let mut stores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match request.operation.as_deref()? {
            "PutLogs" => {
                stores.entry(key).or_default().extend(parameters.get("body").cloned());
                Some(Response::status(200))
            }
            // The logs of a logstore without any come from the document.
            operation => respond(operation, parameters, request, stores.get(&key)?),
        }
    }
}

fn respond(operation: &str, parameters: &Map<String, Value>, request: &Recorded, groups: &Groups) -> Option<Response> {
    let body = parameters.get("body").and_then(Value::as_object).unwrap_or(parameters);
    match operation {
        "GetCursor" => {
            let end = parameters.get("from").and_then(Value::as_str) == Some("end");
            Some(Response::json(200, json!({ "cursor": if end { groups.len() } else { 0 }.to_string() })))
        }
        "PullLogs" => Some(pull(parameters, request, groups)),
        "GetLogs" => Some(complete(Response::json(200, search(parameters, groups)))),
        "GetLogsV2" => {
            let logs = search(body, groups);
            let count = logs.as_array().map_or(0, Vec::len);
            let meta = json!({ "progress": "Complete", "count": count });
            Some(complete(Response::json(200, json!({ "meta": meta, "data": logs }))))
        }
        _ => None,
    }
}

/// Marks the result of a search as complete.
fn complete(response: Response) -> Response {
    response.header("x-log-progress", "Complete")
}

fn pull(parameters: &Map<String, Value>, request: &Recorded, groups: &Groups) -> Response {
    let cursor = parameters.get("cursor").and_then(Value::as_str).and_then(|text| text.parse::<usize>().ok());
    let Some(cursor) = cursor.filter(|cursor| *cursor <= groups.len()) else {
        return Response::error(400, "ParameterInvalid", "the cursor is invalid");
    };
    let count = parameters.get("count").and_then(Value::as_u64).map_or(usize::MAX, |count| count as usize);
    let pulled: Vec<Value> = groups.iter().skip(cursor).take(count).cloned().collect();
    let next = cursor + pulled.len();
    let count = pulled.len().to_string();
    let response = match request.header("accept") == Some(PROTOBUF) {
        true => {
            let list = LogGroupList { groups: pulled.iter().map(LogGroup::from_json).collect() };
            compressed(request, list.encode_to_vec())
        }
        false => Response::json(200, json!({ "LogGroupList": pulled })),
    };
    response.header("x-log-cursor", next.to_string()).header("x-log-count", count)
}

/// Returns a message, compressed if the request accepts LZ4.
fn compressed(request: &Recorded, message: Vec<u8>) -> Response {
    let size = message.len().to_string();
    let response = match request.header("accept-encoding") == Some("lz4") {
        true => Response::bytes(200, PROTOBUF, lz4_flex::block::compress(&message)).header("x-log-compresstype", "lz4"),
        false => Response::bytes(200, PROTOBUF, message),
    };
    response.header("x-log-bodyrawsize", size)
}

/// Returns the logs of a time range as objects, with the time and source under the names of the service.
fn search(parameters: &Map<String, Value>, groups: &Groups) -> Value {
    let number = |name: &str| parameters.get(name).and_then(Value::as_i64);
    let (from, to) = (number("from").unwrap_or(0), number("to").unwrap_or(i64::MAX));
    let query = parameters.get("query").and_then(Value::as_str).unwrap_or_default().trim();
    let mut found: Vec<(i64, Value)> = Vec::new();
    for group in groups {
        for log in group["LogItems"].as_array().into_iter().flatten() {
            let time = log["Time"].as_i64().unwrap_or_default();
            let contents = || log["Contents"].as_array().into_iter().flatten();
            let value = |pair: &Value| pair["Value"].as_str().unwrap_or_default().to_owned();
            let matches = query.is_empty() || query == "*" || contents().any(|pair| value(pair).contains(query));
            if !(from..to).contains(&time) || !matches {
                continue;
            }
            let mut object = json!({
                "__time__": time.to_string(),
                "__source__": group["Source"].as_str().unwrap_or_default(),
                "__topic__": group["Topic"].as_str().unwrap_or_default(),
            });
            for pair in contents() {
                object[pair["Key"].as_str().unwrap_or_default()] = value(pair).into();
            }
            found.push((time, object));
        }
    }
    found.sort_by_key(|(time, _)| *time);
    let skipped = found.into_iter().skip(number("offset").unwrap_or(0).max(0) as usize);
    skipped.take(number("line").unwrap_or(100).max(0) as usize).map(|(_, object)| object).collect()
}
