//! Encodes groups of logs of Simple Log Service as protobuf.

use bytes::Bytes;
use prost::Message as _;
use serde_json::Value;

use super::{EncodeError, Fields, View};
use crate::logs::{Log, LogGroup, Pair};

/// Encodes a group of logs; `None` if the value is absent.
pub(super) fn encode(view: View<'_>) -> Result<Option<Bytes>, EncodeError> {
    if matches!(view.plain(), View::Absent) {
        return Ok(None);
    }
    let mut group = LogGroup::default();
    members(view, &mut |name, value| {
        match name {
            "LogItems" => group.logs = items(value, log)?,
            "LogTags" => group.tags = items(value, pair)?,
            "Topic" => group.topic = text(value)?,
            "Source" => group.source = text(value)?,
            _ => return Err(EncodeError::NotLogs),
        }
        Ok(())
    })?;
    Ok(Some(group.encode_to_vec().into()))
}

fn log(view: View<'_>) -> Result<Log, EncodeError> {
    let mut log = Log::default();
    members(view, &mut |name, value| {
        match name {
            "Time" => log.time = number(value)?.unwrap_or_default(),
            "TimeNs" => log.nanoseconds = number(value)?,
            "Contents" => log.contents = items(value, pair)?,
            _ => return Err(EncodeError::NotLogs),
        }
        Ok(())
    })?;
    Ok(log)
}

fn pair(view: View<'_>) -> Result<Pair, EncodeError> {
    let mut pair = Pair::default();
    members(view, &mut |name, value| {
        match name {
            "Key" => pair.key = text(value)?.unwrap_or_default(),
            "Value" => pair.value = text(value)?.unwrap_or_default(),
            _ => return Err(EncodeError::NotLogs),
        }
        Ok(())
    })?;
    Ok(pair)
}

/// Visits the members of an object until one cannot be encoded.
fn members(
    view: View<'_>,
    visit: &mut dyn FnMut(&str, View<'_>) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let mut result = Ok(());
    let mut each = |name: &str, value: View<'_>| {
        if result.is_ok() && !matches!(value.plain(), View::Absent) {
            result = visit(name, value.plain());
        }
    };
    match view.plain() {
        View::Object(object) => object.encode(&mut Fields::new(&mut each)),
        View::Map(map) => map.entries(&mut each),
        View::Json(Value::Object(object)) => object.iter().for_each(|(name, value)| each(name, View::Json(value))),
        _ => return Err(EncodeError::NotLogs),
    }
    result
}

fn items<T>(view: View<'_>, item: fn(View<'_>) -> Result<T, EncodeError>) -> Result<Vec<T>, EncodeError> {
    match view {
        View::List(list) => (0..list.size()).map(|index| item(list.item(index))).collect(),
        View::Json(Value::Array(values)) => values.iter().map(|value| item(View::Json(value))).collect(),
        _ => Err(EncodeError::NotLogs),
    }
}

fn text(view: View<'_>) -> Result<Option<String>, EncodeError> {
    match view {
        View::Text(text) => Ok(Some(text.to_owned())),
        View::Json(Value::String(text)) => Ok(Some(text.clone())),
        View::Json(Value::Null) => Ok(None),
        _ => Err(EncodeError::NotLogs),
    }
}

fn number(view: View<'_>) -> Result<Option<u32>, EncodeError> {
    let number = match view {
        View::Integer(number) => Some(number),
        View::Json(value) => value.as_i64(),
        _ => None,
    };
    number.and_then(|number| u32::try_from(number).ok()).map(Some).ok_or(EncodeError::NotLogs)
}
