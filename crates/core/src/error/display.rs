//! The text of errors: one line, or the fields without secrets.

use std::fmt::{self, Debug, Display, Formatter, Write as _};

use super::Error;
use crate::error_text::{write_line, write_sources};

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let detail = &*self.0;
        if let Some(operation) = &detail.operation {
            write!(f, "{operation}: ")?;
        }
        if let Some(code) = &detail.error_body.code {
            write_line(code, f)?;
            f.write_str(": ")?;
        }
        write_line(self.message(), f)?;
        if let Some(difference) = &detail.signature_difference {
            f.write_str("; ")?;
            write_line(difference, f)?;
        }
        let mut notes = Notes { out: f, any: false };
        let denied = self.access_denied_detail();
        if let Some((denied, action)) = denied.and_then(|denied| Some((denied, denied.auth_action()?))) {
            let reason = if denied.is_explicit() { "denied by a statement" } else { "not allowed" };
            notes.add(format_args!("RAM action {}: {reason}", action.escape_debug()))?;
        }
        if let Some(status) = detail.status {
            notes.add(format_args!("HTTP {status}"))?;
        }
        if let Some(id) = self.request_id() {
            notes.add(format_args!("request {}", id.escape_debug()))?;
        }
        if detail.attempts > 1 {
            notes.add(format_args!("{} attempts", detail.attempts))?;
        }
        if detail.operation.is_some() && detail.phase == super::Phase::Sent {
            notes.add(format_args!("the request may have been executed"))?;
        }
        notes.end()?;
        write_sources(self, f)
    }
}

/// Notes in parentheses.
struct Notes<'a, 'f> {
    out: &'a mut Formatter<'f>,
    any: bool,
}

impl Notes<'_, '_> {
    fn add(&mut self, note: fmt::Arguments<'_>) -> fmt::Result {
        self.out.write_str(if std::mem::replace(&mut self.any, true) { ", " } else { " (" })?;
        self.out.write_fmt(note)
    }

    fn end(self) -> fmt::Result {
        if self.any { self.out.write_char(')') } else { Ok(()) }
    }
}

impl Debug for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let detail = &*self.0;
        let mut out = f.debug_struct(self.kind().name());
        out.field("message", &self.message());
        macro_rules! known {
            ($($name:literal: $value:expr),+ $(,)?) => {
                $(if let Some(value) = $value { out.field($name, value); })+
            };
        }
        known! {
            "operation": &detail.operation,
            "code": &detail.error_body.code,
            "status": &detail.status,
            "request_id": &self.request_id(),
            "timeout": &detail.timeout,
            "retry_after": &detail.retry_after,
            "access_denied_detail": &detail.error_body.access_denied,
            "source": &detail.source,
        }
        out.field("phase", &detail.phase).field("attempts", &detail.attempts).field("elapsed", &detail.elapsed);
        out.field("body", &format_args!("{} bytes", detail.body.len())).finish_non_exhaustive()
    }
}
