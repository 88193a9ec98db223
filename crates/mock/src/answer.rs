//! Replies made from the document: what the service would send, with values that are plausible and always the same.

mod value;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use alicloud_codegen::document::Response;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::catalog::Route;
use crate::schema::Kind;
use crate::verify::hex;

#[cfg(test)]
pub(crate) use value::make as plausible;

/// A successful reply.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Body,
}

/// What it carries.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Empty,
    Json(Value),
    Bytes(Vec<u8>),
}

/// Makes answers, each operation's once.
#[derive(Default)]
pub(crate) struct Answers {
    made: Mutex<HashMap<(usize, usize), Arc<Answer>>>,
}

impl Answers {
    /// The answer to a call of this operation, with the request ID in its place.
    pub(crate) fn answer(&self, route: &Route<'_>, request_id: &str) -> Answer {
        let known = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(&route.key()).cloned();
        let made = known.unwrap_or_else(|| {
            let made = Arc::new(make(route));
            self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(route.key(), Arc::clone(&made));
            made
        });
        let mut answer = Answer::clone(&made);
        if let Body::Json(Value::Object(members)) = &mut answer.body {
            for (_, value) in members.iter_mut().filter(|(name, _)| is_request_id(name)) {
                if value.is_string() {
                    *value = request_id.into();
                }
            }
        }
        answer
    }
}

/// A new request ID, in the vendor's form.
pub(crate) fn request_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let digits = hex(&Sha256::digest(format!("request {number}"))).to_ascii_uppercase();
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..32]];
    parts.join("-")
}

/// The answer without a request ID.
fn make(route: &Route<'_>) -> Answer {
    let Some((status, response)) = success(&route.operation.responses) else {
        return Answer { status: 200, body: Body::Empty };
    };
    let Some(schema) = &response.schema else { return Answer { status, body: Body::Empty } };
    let mut value = value::make(route.types, schema);
    let body = match route.types.kind(schema) {
        Kind::Binary => Body::Bytes(value.as_str().unwrap_or_default().as_bytes().to_vec()),
        _ => {
            if let Value::Object(members) = &mut value {
                succeed(members);
            }
            Body::Json(value)
        }
    };
    Answer { status, body }
}

/// The reply for success: 200, or else the lowest status of its class.
fn success(responses: &[Response]) -> Option<(u16, &Response)> {
    let status =
        |response: &Response| response.status.value.parse::<u16>().ok().filter(|status| (200..300).contains(status));
    let mut all: Vec<(u16, &Response)> =
        responses.iter().filter_map(|response| Some((status(response)?, response))).collect();
    all.sort_by_key(|(status, _)| *status);
    all.first().copied()
}

/// Makes the outermost object say that the call went well, in whatever words it has for that.
fn succeed(members: &mut Map<String, Value>) {
    for (name, value) in members {
        let text = match name.to_ascii_lowercase().as_str() {
            "code" => "OK",
            "message" => "success",
            "success" => "true",
            "errorcode" | "errormessage" => "",
            _ => continue,
        };
        *value = match (&value, text) {
            (Value::String(_), _) => text.into(),
            (Value::Number(_), "OK") => 200.into(),
            (Value::Bool(_), "true") => true.into(),
            _ => continue,
        };
    }
}

fn is_request_id(name: &str) -> bool {
    matches!(name, "RequestId" | "requestId" | "RequestID" | "requestID" | "requestid" | "request_id")
}
