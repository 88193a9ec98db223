//! Errors in response bodies: JSON, XML or HTML.

use super::AccessDeniedDetail;
use crate::decode::{Charset, RawValue, members, trim};
use crate::retry::names_failure;

/// Code, message and request ID of an error, as the service sends them.
#[derive(Debug, Default)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) recommend: Option<String>,
    pub(crate) access_denied: Option<AccessDeniedDetail>,
}

/// The spellings of the fields of an error, the most common first.
const CODE: &[&str] = &["Code", "code", "ErrorCode", "errorCode", "ErrCode", "errCode", "error_code"];
const MESSAGE: &[&str] = &[
    "Message",
    "message",
    "ErrorMessage",
    "errorMessage",
    "ErrorMsg",
    "errorMsg",
    "ErrMessage",
    "errMessage",
    "error_msg",
    "Msg",
    "msg",
];
const REQUEST_ID: &[&str] = &["RequestId", "requestId", "requestid", "RequestID", "request_id"];
const RECOMMEND: &[&str] = &["Recommend", "recommend"];
const ACCESS_DENIED: &[&str] = &["AccessDeniedDetail", "accessDeniedDetail"];

/// Whether a code reports a failure. Numbers may have any spelling, such as `200.0`.
pub(crate) fn is_failure(code: &str) -> bool {
    let code = code.trim();
    let is_good = ["", "ok", "200", "success", "0"].iter().any(|good| code.eq_ignore_ascii_case(good));
    !is_good && !code.parse::<f64>().is_ok_and(|number| number == 0.0 || number == 200.0)
}

/// The members of a JSON body, parsed as leniently as possible.
pub(crate) struct Fields<'a>(Vec<(String, RawValue<'a>)>);

impl<'a> Fields<'a> {
    pub(crate) fn read(body: &'a [u8]) -> Self {
        let fields = |charset| Self(members(body, charset).collect());
        let plain = fields(Charset::Utf8);
        if plain.first(CODE).is_none() && std::str::from_utf8(body).is_err() {
            // In encodings with two bytes for a character, a backslash may be the second byte.
            let pairs = fields(Charset::DoubleByte);
            if pairs.first(CODE).is_some() {
                return pairs;
            }
        }
        plain
    }

    /// Returns the text of a field. Of several fields with one name, the last one that is not empty counts.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let mut found = self.0.iter().rev().filter(|(key, _)| key == name);
        found.find_map(|(_, value)| value.text().filter(|text| !text.is_empty()))
    }

    /// Whether a field is `false`, as a boolean or as text.
    pub(crate) fn is_false(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text.trim().eq_ignore_ascii_case("false"))
    }

    fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name))
    }

    /// Returns the error that the fields describe.
    pub(crate) fn error_body(&self) -> ErrorBody {
        let failures = || CODE.iter().filter_map(|name| self.text(name)).filter(|code| is_failure(code));
        // Some services repeat the HTTP status in one field and have the code in another.
        let failure = failures().find(|code| names_failure(code)).or_else(|| failures().next());
        let detail = self.0.iter().rev().find(|(key, _)| ACCESS_DENIED.contains(&key.as_str()));
        ErrorBody {
            code: failure.or_else(|| self.first(CODE)),
            message: self.first(MESSAGE),
            request_id: self.first(REQUEST_ID),
            recommend: self.first(RECOMMEND),
            access_denied: detail.and_then(|(_, value)| value.json()).and_then(AccessDeniedDetail::new),
        }
    }
}

impl ErrorBody {
    /// Parses the body of an error; `None` if it has no known form.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let found = match trim(body).first() {
            Some(b'{') => Fields::read(body).error_body(),
            Some(b'<') => Self::xml(&String::from_utf8_lossy(body)),
            _ => return None,
        };
        (found.code.is_some() || found.message.is_some()).then_some(found)
    }

    /// Extracts the elements of an error from anything that looks like XML, except HTML pages.
    fn xml(text: &str) -> Self {
        let head = text.chars().take(1_024).collect::<String>().to_ascii_lowercase();
        if ["<html", "<!doctype html"].iter().any(|tag| head.contains(tag)) {
            return Self::default();
        }
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

/// Returns the text of the first element with a name.
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

/// Returns a short excerpt of an unknown body: the title of a page, or its beginning.
pub(crate) fn snippet(body: &[u8]) -> Option<String> {
    /// Enough to distinguish the page of a proxy from that of a gateway.
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
