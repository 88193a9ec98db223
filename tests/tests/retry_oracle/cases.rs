//! Every combination of what a response can consist of, and its bytes.

use crate::table::{Attempt, Table};

pub const STATUSES: [u16; 14] = [200, 301, 400, 403, 404, 408, 409, 412, 422, 429, 500, 502, 503, 504];
pub const CODED: [&str; 4] = ["json", "json, lower camel", "xml", "json, not utf-8"];
pub const PAGES: [&str; 2] = ["html", "empty"];
pub const FAILURES: [&str; 13] = [
    "connection refused",
    "connect timeout",
    "connection lost before sending",
    "timeout before sending",
    "tls",
    "proxy",
    "unsendable",
    "no credentials",
    "connection lost after sending",
    "timeout after sending",
    "timeout, progress unknown",
    "response cut off",
    "response too large",
];

/// The usual end of a call.
pub const SUCCESS: Attempt<'_> =
    Attempt { event: "response", status: 200, class: "", code: "", header: "none", form: "empty" };

/// Every attempt that is looked up in the table.
pub fn attempts(table: &Table) -> Vec<Attempt<'_>> {
    let mut all: Vec<_> = FAILURES.into_iter().map(Attempt::failed).collect();
    for header in &table.headers {
        for status in STATUSES {
            let attempt =
                |class, code, form| Attempt { event: "response", status, class, code, header: &header.name, form };
            for (class, code) in table.codes.iter().filter(|(_, code)| !code.is_empty()) {
                all.extend(CODED.map(|form| attempt(class, code, form)));
            }
            all.extend(PAGES.map(|form| attempt("", "", form)));
        }
    }
    all
}

/// The body of a response and its type.
pub fn body(attempt: &Attempt<'_>) -> (&'static str, Vec<u8>) {
    const JSON: &str = "application/json;charset=utf-8";
    let code = attempt.code;
    match attempt.form {
        "json" => (JSON, format!(r#"{{"RequestId":"R-1","HostId":"h","Code":"{code}","Message":"m"}}"#).into()),
        "json, lower camel" => {
            let status = attempt.status;
            (JSON, format!(r#"{{"code":"{code}","message":"m","requestId":"R-1","status":{status}}}"#).into())
        }
        "xml" => {
            let text = format!(
                "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>R-1</RequestId><HostId>h</HostId>\
                 <Code>{code}</Code><Message>m</Message></Error>"
            );
            ("text/xml;charset=utf-8", text.into())
        }
        // The message is GBK, and stands before the code.
        "json, not utf-8" => {
            let mut bytes = br#"{"RequestId":"R-1","Message":""#.to_vec();
            bytes.extend_from_slice(b"\xc7\xeb\xc7\xf3\xb4\xed\xce\xf3");
            bytes.extend_from_slice(format!(r#"","Code":"{code}"}}"#).as_bytes());
            (JSON, bytes)
        }
        "html" => ("text/html", b"<html><head><title>Sorry</title></head><body>Sorry.</body></html>".to_vec()),
        _ => (JSON, Vec::new()),
    }
}

/// The headers of a response, with a service whose clock shows what `date` makes of the seconds that it is ahead.
pub fn headers<'a>(
    table: &'a Table,
    attempt: &Attempt<'_>,
    date: impl Fn(u64) -> String,
) -> impl Iterator<Item = (&'a str, String)> {
    table.header(attempt.header).send.iter().map(move |(name, value)| {
        let value = match value.strip_prefix('+') {
            Some(ahead) => date(ahead.parse().expect("seconds")),
            None => value.clone(),
        };
        (name.as_str(), value)
    })
}
