//! Redacts secrets in recordings.

use bytes::Bytes;
use http::{HeaderMap, Response};
use serde_json::{Map, Value, json};

use super::sent_request::SentRequest;
use crate::secret::is_secret_name;
use crate::transport::Secrets;

/// The replacement of a secret.
const MASK: &str = "***";

/// Headers and parameters of signatures, which differ each time or contain the key.
const SIGNATURE: [&str; 10] = [
    "AccessKeyId",
    "BearerToken",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Format",
];

/// The headers of a response that matter to a client.
const RESPONSE_HEADERS: [&str; 7] = [
    "content-type",
    "date",
    "retry-after",
    "x-acs-request-id",
    "x-acs-retry-after",
    "x-ca-request-id",
    "x-fc-request-id",
];

/// Fields that are recorded even of a response that contains secrets.
const PUBLIC_FIELDS: [&str; 6] = ["requestid", "code", "message", "status", "success", "hostid"];

/// Additional names of secrets.
#[derive(Clone, Debug, Default)]
pub(super) struct Scrubber {
    pub(super) names: Vec<String>,
}

impl Scrubber {
    /// Returns the parts of a request that are compared and recorded.
    pub(super) fn request(&self, request: &SentRequest, secrets: &Secrets) -> Value {
        let parameters = |pairs: &std::collections::BTreeMap<String, String>| -> Map<String, Value> {
            let own = pairs.iter().filter(|(name, _)| !SIGNATURE.contains(&name.as_str()));
            own.map(|(name, value)| (name.clone(), self.text(name, value, secrets).into())).collect()
        };
        let mut kept = json!({
            "operation": request.operation,
            "method": request.method.as_str(),
            "path": clean(&request.path, secrets),
        });
        for (name, pairs) in [("query", parameters(&request.query)), ("form", parameters(&request.form))] {
            if !pairs.is_empty() {
                kept[name] = pairs.into();
            }
        }
        if request.form.is_empty() && !request.body.is_empty() {
            kept["body"] = match request.json() {
                Some(value) => self.json("", value, false, secrets),
                None => json!({"sha256": digest(&request.body), "bytes": request.body.len()}),
            };
        }
        kept
    }

    /// Returns the recorded parts of a response.
    pub(super) fn response(&self, response: &Response<Bytes>, secrets: &Secrets) -> Value {
        let mut headers = Map::new();
        for name in RESPONSE_HEADERS {
            if let Some(value) = response.headers().get(name).and_then(|value| value.to_str().ok()) {
                headers.insert(name.to_owned(), clean(value, secrets).into());
            }
        }
        let mut kept = json!({"status": response.status().as_u16(), "headers": headers});
        if let Ok(value) = serde_json::from_slice(response.body()) {
            kept["json"] = self.json("", value, secrets.in_response, secrets);
        } else if secrets.in_response || self.is_broken_secret(response.body()) {
            kept["text"] = MASK.into();
        } else if let Ok(text) = std::str::from_utf8(response.body()) {
            kept["text"] = clean(text, secrets).into();
        } else {
            use base64::Engine as _;
            kept["base64"] = base64::engine::general_purpose::STANDARD.encode(response.body()).into();
        }
        kept
    }

    /// Whether a body is invalid JSON that contains the name of a secret.
    fn is_broken_secret(&self, body: &[u8]) -> bool {
        let text = String::from_utf8_lossy(body);
        text.trim_start().starts_with(['{', '[']) && text.split('"').any(|part| self.is_secret(part))
    }

    fn text(&self, name: &str, value: &str, secrets: &Secrets) -> String {
        if self.is_secret(name) {
            return MASK.to_owned();
        }
        // Many parameters contain objects as text.
        let nested = value.starts_with(['{', '[']).then(|| serde_json::from_str::<Value>(value).ok()).flatten();
        match nested {
            Some(nested) => self.json(name, nested, false, secrets).to_string(),
            None => clean(value, secrets),
        }
    }

    /// Redacts a value. `all` redacts every text except the public fields; the name of a secret redacts everything
    /// below it.
    fn json(&self, name: &str, value: Value, all: bool, secrets: &Secrets) -> Value {
        let all = all || self.is_secret(name);
        match value {
            Value::String(text) if all && !PUBLIC_FIELDS.contains(&name.to_ascii_lowercase().as_str()) => {
                _ = text;
                MASK.into()
            }
            Value::String(text) => self.text(name, &text, secrets).into(),
            Value::Number(_) if self.is_secret(name) => MASK.into(),
            Value::Number(number) if clean(&number.to_string(), secrets) == MASK => MASK.into(),
            Value::Array(items) => items.into_iter().map(|item| self.json(name, item, all, secrets)).collect(),
            Value::Object(fields) => {
                let fields = fields.into_iter();
                Value::Object(
                    fields
                        .map(|(name, value)| {
                            let value = self.json(&name, value, all, secrets);
                            (name, value)
                        })
                        .collect(),
                )
            }
            other => other,
        }
    }

    /// Whether a name, or a part of it such as in `Users.1.Password`, is that of a secret.
    fn is_secret(&self, name: &str) -> bool {
        self.names.iter().any(|known| known.eq_ignore_ascii_case(name))
            || name.split('.').any(|part| self.is_part(part))
    }

    fn is_part(&self, part: &str) -> bool {
        self.names.iter().any(|known| known.eq_ignore_ascii_case(part)) || is_secret_name(part)
    }
}

/// Returns a text without the secrets whose values are known.
fn clean(text: &str, secrets: &Secrets) -> String {
    let mut text = text.to_owned();
    secrets.scrub(&mut text);
    text
}

fn digest(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    crate::hex::hex(&sha2::Sha256::digest(bytes))
}

/// Returns the headers of a recorded response.
pub(super) fn headers(kept: &Value) -> HeaderMap {
    let pairs = kept.as_object().into_iter().flatten();
    pairs.filter_map(|(name, value)| Some((name.parse().ok()?, value.as_str()?.parse().ok()?))).collect()
}
