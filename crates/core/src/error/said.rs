//! What a reply says about an error, in whatever form it comes.

use serde_json::Value;

use super::AccessDeniedDetail;
use crate::decode::{self, Decode, Place};

/// The service's own words.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) recommend: Option<String>,
    pub(crate) access_denied: Option<AccessDeniedDetail>,
}

/// The fields of a JSON error, in the spellings that occur.
#[derive(Default)]
struct Fields {
    code: Option<String>,
    error_code: Option<String>,
    message: Option<String>,
    error_message: Option<String>,
    request_id: Option<String>,
    recommend: Option<String>,
    access_denied: Option<Value>,
}

impl Decode for Fields {
    fn field(&mut self, name: &str) -> Option<&mut dyn Place> {
        Some(match name {
            "Code" | "code" => &mut self.code,
            "ErrorCode" | "errorCode" => &mut self.error_code,
            "Message" | "message" => &mut self.message,
            "ErrorMessage" | "errorMessage" | "ErrorMsg" | "errorMsg" | "Msg" | "msg" => &mut self.error_message,
            "RequestId" | "requestId" | "requestid" | "RequestID" | "request_id" => &mut self.request_id,
            "Recommend" | "recommend" => &mut self.recommend,
            "AccessDeniedDetail" | "accessDeniedDetail" => &mut self.access_denied,
            _ => return None,
        })
    }
}

impl Said {
    /// Reads the body of an error; `None` if it is not of a form that the service uses.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let start = body.trim_ascii_start();
        let said = match start.first() {
            Some(b'{' | 0xef) => Self::json(body),
            Some(b'<') => Self::xml(&String::from_utf8_lossy(body)),
            _ => return None,
        };
        (said.code.is_some() || said.message.is_some()).then_some(said)
    }

    fn json(body: &[u8]) -> Self {
        let mut fields = Fields::default();
        // What stands before a place where the body breaks off still counts.
        _ = decode::read(body, &mut fields);
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        Self {
            code: filled(fields.code).or(filled(fields.error_code)),
            message: filled(fields.message).or(filled(fields.error_message)),
            request_id: filled(fields.request_id),
            recommend: filled(fields.recommend),
            access_denied: fields.access_denied.and_then(AccessDeniedDetail::new),
        }
    }

    /// Takes the elements that errors have out of anything that looks like XML; an HTML page has none of them.
    fn xml(text: &str) -> Self {
        let code = element(text, "Code");
        if code.is_none() && !text.contains("<Error>") {
            return Self::default();
        }
        Self {
            code,
            message: element(text, "Message"),
            request_id: element(text, "RequestId"),
            recommend: element(text, "Recommend"),
            access_denied: None,
        }
    }
}

/// The text of the first element of that name.
fn element(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (inner, _) = rest.split_once(&format!("</{name}>"))?;
    let inner = inner.trim();
    let inner = match inner.strip_prefix("<![CDATA[").and_then(|inner| inner.strip_suffix("]]>")) {
        Some(inner) => inner.to_owned(),
        None => unescape(inner),
    };
    (!inner.is_empty()).then_some(inner)
}

fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (entity, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
        text = text.replace(entity, c);
    }
    text
}

/// A few words from a body that nobody understands: the title of a page, or its beginning.
pub(crate) fn snippet(body: &[u8]) -> Option<String> {
    /// Enough to tell a proxy's page from a gateway's.
    const LENGTH: usize = 120;
    let text = String::from_utf8_lossy(&body[..body.len().min(64 * 1024)]);
    let lower = text.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|start| {
        let start = start + lower[start..].find('>')? + 1;
        let end = start + lower[start..].find("</title")?;
        Some(&text[start..end])
    });
    let words: Vec<&str> = title.unwrap_or(&text).split_whitespace().take(LENGTH).collect();
    let words = words.join(" ");
    let short: String = words.chars().filter(|c| !c.is_control()).take(LENGTH).collect();
    (!short.is_empty()).then_some(short)
}
