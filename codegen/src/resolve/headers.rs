//! Reports header parameters that cannot be sent.

use super::Resolver;
use crate::diagnostic::{self, Diagnostic};
use crate::model::{Encoding, Parameter};

/// Headers that the runtime or the transport sets. A call that sets one of them fails.
const RESERVED: [&str; 10] = [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "te",
    "transfer-encoding",
    "upgrade",
];

impl Resolver<'_> {
    /// Reports headers that make every call fail.
    pub(super) fn check_headers(&mut self, parameters: &[Parameter]) {
        for parameter in parameters.iter().filter(|parameter| parameter.encoding == Encoding::Header) {
            let name = &parameter.field.name;
            let Some(reason) = problem(&name.wire) else { continue };
            let message = format!("the header `{}` {reason}, so calls that set it fail", name.wire);
            let help = "remove the parameter with an overlay, or correct its name";
            self.report(Diagnostic::warning(diagnostic::RESERVED_HEADER, name.span, message).help(help));
        }
    }
}

/// Returns what is wrong with the name of a header.
fn problem(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(token) {
        Some("is not a valid header name")
    } else if RESERVED.contains(&lower.as_str()) || lower.starts_with("x-acs-") {
        Some("is set by the client itself")
    } else {
        None
    }
}
