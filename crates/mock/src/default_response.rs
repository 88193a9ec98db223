//! Default responses from the document, with plausible and deterministic values.

mod value;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use alicloud_document::document::Response;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::catalog::Route;
use crate::schema::Kind;
use crate::verify::hex;

#[cfg(test)]
pub(crate) use value::create as plausible;

/// A successful response.
#[derive(Clone, Debug)]
pub(crate) struct DefaultResponse {
    pub(crate) status: u16,
    pub(crate) body: Body,
}

/// The body of a response.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Empty,
    Json(Value),
    Bytes(Vec<u8>),
    /// No body, and the target of a redirect.
    Redirect(String),
}

/// Creates default responses, one for each operation.
#[derive(Default)]
pub(crate) struct DefaultResponses {
    made: Mutex<HashMap<(usize, usize), Arc<DefaultResponse>>>,
}

impl DefaultResponses {
    /// Returns the response to a call of this operation, with the request ID.
    pub(crate) fn respond(&self, route: &Route<'_>, request_id: &str) -> DefaultResponse {
        let known = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(&route.key()).cloned();
        let made = known.unwrap_or_else(|| {
            let made = Arc::new(create(route));
            self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(route.key(), Arc::clone(&made));
            made
        });
        let mut respond = DefaultResponse::clone(&made);
        if let Body::Json(Value::Object(members)) = &mut respond.body {
            for (_, value) in members.iter_mut().filter(|(name, _)| is_request_id(name)) {
                if value.is_string() {
                    *value = request_id.into();
                }
            }
        }
        respond
    }
}

/// Returns a new request ID in the vendor's format.
pub(crate) fn request_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let digits = hex(&Sha256::digest(format!("request {number}"))).to_ascii_uppercase();
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..32]];
    parts.join("-")
}

/// Creates the response without a request ID.
fn create(route: &Route<'_>) -> DefaultResponse {
    let Some((status, response)) = success(&route.operation.responses) else {
        if let Some(redirect) = redirect(route) {
            return redirect;
        }
        return DefaultResponse { status: 200, body: Body::Empty };
    };
    let Some(schema) = &response.schema else { return DefaultResponse { status, body: Body::Empty } };
    let mut value = value::create(route.types, schema);
    let body = match route.types.kind(schema) {
        Kind::Binary => Body::Bytes(value.as_str().unwrap_or_default().as_bytes().to_vec()),
        _ => {
            if let Value::Object(members) = &mut value {
                set_success(members);
            }
            Body::Json(value)
        }
    };
    DefaultResponse { status, body }
}

/// Returns the response of a success: 200, or else the lowest status of its class.
fn success(responses: &[Response]) -> Option<(u16, &Response)> {
    let status =
        |response: &Response| response.status.value.parse::<u16>().ok().filter(|status| (200..300).contains(status));
    let mut all: Vec<(u16, &Response)> =
        responses.iter().filter_map(|response| Some((status(response)?, response))).collect();
    all.sort_by_key(|(status, _)| *status);
    all.first().copied()
}

/// Returns the redirect of an operation without another response.
fn redirect(route: &Route<'_>) -> Option<DefaultResponse> {
    let mut found =
        route.operation.responses.iter().filter_map(|response| Some((response, response.location.as_ref()?)));
    let (response, (_, schema)) = found.next()?;
    let status = response.status.value.parse().ok()?;
    let target = value::create(route.types, schema);
    Some(DefaultResponse { status, body: Body::Redirect(target.as_str().unwrap_or_default().to_owned()) })
}

/// The meaning of a top-level field of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Whether the call succeeded.
    Success,
    /// The result code, which also has values for success: `OK`, `200`, `0`.
    ResultCode,
    /// The HTTP status.
    HttpStatus,
    /// A text about the result.
    Message,
    /// The error: empty after a success.
    Error,
}

impl Outcome {
    /// Returns the meaning of a field with this name, in any case, and with or without `_`.
    fn of(name: &str) -> Option<Self> {
        let plain: String = name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect();
        Some(match plain.as_str() {
            "success" | "issuccess" | "responsesuccess" | "requestsuccess" => Self::Success,
            "code" | "resultcode" | "responsecode" | "retcode" | "subcode" => Self::ResultCode,
            "httpstatuscode" | "httpcode" | "statuscode" => Self::HttpStatus,
            "message" | "msg" | "resultmessage" | "responsemessage" | "submessage" => Self::Message,
            "error" | "errorcode" | "errcode" | "errormessage" | "errmessage" | "errormsg" | "errmsg" | "errordata"
            | "dynamiccode" | "dynamicmessage" | "localizedmessage" => Self::Error,
            _ => return None,
        })
    }

    /// Returns the value of a success; `None` if the given value is one.
    fn success_value(self, value: &Value) -> Option<Value> {
        Some(match (self, value) {
            (Self::Success, Value::Bool(_)) => true.into(),
            (Self::Success, Value::String(_)) => "true".into(),
            // The example of the document is kept if it is a code of success.
            (Self::ResultCode, Value::String(code)) if is_success_code(code) => return None,
            (Self::ResultCode, Value::String(_)) => "OK".into(),
            (Self::ResultCode | Self::Error, Value::Number(code)) if is_success_code(&code.to_string()) => return None,
            (Self::ResultCode | Self::HttpStatus, Value::Number(_)) => 200.into(),
            (Self::HttpStatus, Value::String(_)) => "200".into(),
            (Self::Message, Value::String(_)) => "success".into(),
            (Self::Error, Value::String(_)) => "".into(),
            (Self::Error, Value::Number(_)) => 0.into(),
            (Self::Error, Value::Bool(_)) => false.into(),
            _ => return None,
        })
    }
}

/// Makes every field of the outermost object report a success, so that none contradicts another.
fn set_success(members: &mut Map<String, Value>) {
    for (name, value) in members {
        if let Some(new) = Outcome::of(name).and_then(|outcome| outcome.success_value(value)) {
            *value = new;
        }
    }
}

/// Whether a result code reports a success.
fn is_success_code(code: &str) -> bool {
    ["OK", "200", "success", "0"].iter().any(|known| code.eq_ignore_ascii_case(known))
}

fn is_request_id(name: &str) -> bool {
    matches!(name, "RequestId" | "requestId" | "RequestID" | "requestID" | "requestid" | "request_id")
}
