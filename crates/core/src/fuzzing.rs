//! Entry points of the fuzz targets in `fuzz`. Each accepts any bytes, and panics only on an error in this crate.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderValue};
use serde_json::Value;

use crate::blob::Blob;
pub use crate::credentials::fuzzing::{cli_profile, ini};
use crate::decode::{self, Charset, Decode, DecodeTarget};
use crate::events::parser::Parser;
use crate::info::{OperationInfo, ResponseKind};

/// A response with a target of every kind.
#[derive(Default)]
struct Everything {
    boolean: Option<bool>,
    small: Option<i32>,
    large: Option<i64>,
    number: Option<f64>,
    code: Option<String>,
    blob: Option<Blob>,
    any: Option<Value>,
    list: Vec<Everything>,
    map: BTreeMap<String, Option<String>>,
    lists: Vec<Vec<i64>>,
    next: Option<Box<Everything>>,
}

impl Decode for Everything {
    fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
        Some(match name {
            "boolean" => &mut self.boolean,
            "small" => &mut self.small,
            "large" => &mut self.large,
            "number" => &mut self.number,
            "Code" => &mut self.code,
            "blob" => &mut self.blob,
            "any" => &mut self.any,
            "list" => &mut self.list,
            "map" => &mut self.map,
            "lists" => &mut self.lists,
            "next" => &mut self.next,
            _ => return None,
        })
    }
}

/// The first byte selects the kind of response; the rest is the body.
pub fn response(bytes: &[u8]) {
    let Some((kind, body)) = bytes.split_first() else { return };
    let status = [200, 204, 301, 400, 403, 404, 429, 500, 502, 503][usize::from(kind % 10)];
    let mut info = OperationInfo::rpc("Fuzz").error_code("Code").success("boolean");
    if kind / 10 % 8 == 0 {
        info =
            info.response([ResponseKind::Bytes, ResponseKind::Text, ResponseKind::Empty][usize::from(kind / 80 % 3)]);
    }
    let mut headers = HeaderMap::new();
    if kind % 2 == 0 {
        headers.insert("content-type", HeaderValue::from_static("text/html"));
    }
    let mut response = http::Response::new(body.to_vec().into());
    *response.status_mut() = status.try_into().expect("a valid status");
    *response.headers_mut() = headers;
    let mut value = Everything::default();
    if let Err(error) = crate::client::read(&info, &response, &mut value) {
        let line = error.to_string();
        assert!(!line.contains('\n'), "{line:?}");
        _ = format!("{error:?} {} {}", error.is_retryable(), error.may_have_been_executed());
    }

    // A value that is decoded without a type equals the one of another reader, except for the depth limit.
    let mut any = None::<Value>;
    let read = decode::read(body, &mut any);
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if read.is_ok() && !body.trim_ascii().is_empty() {
        match serde_json::from_slice::<Value>(body) {
            Ok(other) => assert_eq!(any.unwrap_or_default(), other),
            // An unpaired surrogate, which the other reader refuses.
            Err(error) => assert!(body.windows(3).any(|window| window.eq_ignore_ascii_case(b"\\ud")), "{error}"),
        }
    }
}

/// Any bytes are the body of an error. The scanner finds the fields of a valid object, and a part of them in any
/// prefix.
pub fn members(bytes: &[u8]) {
    for charset in [Charset::Utf8, Charset::DoubleByte] {
        let found: Vec<_> = decode::members(bytes, charset).map(|(name, value)| (name, value.text())).collect();
        let text = decode::trim(bytes);
        if charset == Charset::Utf8
            && let Ok(Value::Object(object)) = serde_json::from_slice(text)
        {
            for (name, value) in &object {
                let last = found.iter().rev().find(|(found, _)| found == name).expect("a name that the parser finds");
                match value {
                    Value::Null => assert_eq!(last.1, None),
                    Value::String(text) => assert_eq!(last.1.as_ref(), Some(text)),
                    _ => assert!(last.1.is_some()),
                }
            }
        }
        let cut = &bytes[..bytes.len() / 2];
        let before: Vec<_> = decode::members(cut, charset).map(|(name, value)| (name, value.text())).collect();
        assert_eq!(before, found[..before.len()]);
    }
}

/// The first byte selects the cuts of the rest, which is a stream of events.
pub fn events(bytes: &[u8]) {
    let Some((size, stream)) = bytes.split_first() else { return };
    let read = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut parser = Parser::new(64);
        let mut events = Vec::new();
        for piece in pieces {
            parser.feed(piece);
            while let Some(event) = parser.next()? {
                events.push(event);
            }
        }
        events.extend(parser.finish()?);
        Ok::<_, crate::events::parser::TooLarge>(events)
    };
    let pieces = read(&mut stream.chunks(usize::from(*size).max(1)));
    let single = read(&mut stream.chunks(1));
    // Cuts may affect when a stream is found to be too large, and nothing else.
    if let (Ok(pieces), Ok(single)) = (pieces, single) {
        assert_eq!(pieces, single);
    }
}
