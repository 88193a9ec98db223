//! Encodes the parameters of a call.

use bytes::Bytes;

use super::flatten::{flatten, is_text, joined, text};
#[cfg(feature = "sls-logs")]
use super::logs;
use super::{EncodeError, View, Visit, Wire, json};
use crate::info::{BodyKind, Info};
use crate::invalid_input::InvalidInput;
use crate::percent;

/// Names and values in one buffer.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    text: String,
    spans: Vec<Span>,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    middle: usize,
    end: usize,
}

/// The start of an entry.
pub(super) struct OpenEntry {
    start: usize,
    middle: usize,
}

impl Pairs {
    pub(super) fn open(&mut self, name: &str) -> OpenEntry {
        let start = self.text.len();
        if start == 0 {
            // Enough for most requests. Growing the buffer would make threads compete for the allocator.
            self.text.reserve(256);
        }
        self.text.push_str(name);
        OpenEntry { start, middle: self.text.len() }
    }

    pub(super) fn buffer(&mut self) -> &mut String {
        &mut self.text
    }

    pub(super) fn close(&mut self, mark: OpenEntry) {
        self.spans.push(Span { start: mark.start, middle: mark.middle, end: self.text.len() });
    }

    pub(super) fn cancel(&mut self, mark: OpenEntry) {
        self.text.truncate(mark.start);
    }

    pub(crate) fn push(&mut self, name: &str, value: &str) {
        let mark = self.open(name);
        self.text.push_str(value);
        self.close(mark);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Returns name and value of each entry.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.spans.iter().map(|span| (&self.text[span.start..span.middle], &self.text[span.middle..span.end]))
    }

    /// Removes the entries with this name.
    pub(crate) fn remove(&mut self, name: &str) {
        let Self { text, spans } = self;
        spans.retain(|span| text[span.start..span.middle] != *name);
    }

    /// Sorts by name. Returns a name that occurs more than once, if there is one.
    pub(crate) fn sort(&mut self) -> Option<&str> {
        let Self { text, spans } = self;
        let name = |span: &Span| &text[span.start..span.middle];
        spans.sort_by(|a, b| name(a).cmp(name(b)));
        spans.windows(2).map(|pair| (name(&pair[0]), name(&pair[1]))).find(|(a, b)| a == b).map(|(name, _)| name)
    }

    /// Returns the canonical query string.
    pub(crate) fn query(&self) -> String {
        self.write(percent::encode)
    }

    /// Returns the form body.
    pub(crate) fn form(&self) -> String {
        self.write(percent::encode_form)
    }

    fn write(&self, encode: fn(&str, &mut String)) -> String {
        let mut out = String::with_capacity(self.text.len() + self.text.len() / 4 + 2 * self.spans.len());
        for (name, value) in self.iter() {
            if !out.is_empty() {
                out.push('&');
            }
            encode(name, &mut out);
            out.push('=');
            encode(value, &mut out);
        }
        out
    }
}

/// The body, before it is signed.
#[derive(Debug, Default)]
pub(crate) enum EncodedBody {
    #[default]
    None,
    Text(String),
    Bytes(Bytes),
}

/// The first label of the host.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum HostLabel {
    /// The operation has no host parameter.
    #[default]
    Undeclared,
    /// The host parameter is not set.
    Absent,
    /// The value of the host parameter.
    Set(String),
}

/// The encoded parameters of a call.
#[derive(Debug, Default)]
pub(crate) struct EncodedRequest {
    pub(crate) query: Pairs,
    pub(crate) form: Pairs,
    pub(crate) headers: Pairs,
    pub(crate) path: Pairs,
    pub(crate) host: HostLabel,
    pub(crate) body: EncodedBody,
    pub(crate) problem: Option<InvalidInput>,
    /// Whether the request contains an idempotency token, from the caller or from the client.
    pub(crate) has_token: bool,
    scratch: String,
}

impl EncodedRequest {
    /// Returns the path of `template` with every placeholder replaced by a value, each of which is one segment.
    ///
    /// An intermediary may normalize a path, which invalidates its signature or changes its meaning. Therefore no value
    /// may be empty, and no segment may become `.` or `..`.
    pub(crate) fn path(&self, template: &str) -> Result<String, InvalidInput> {
        let mut out = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some(open) = rest.find('{') {
            let Some(close) = rest[open..].find('}').map(|at| open + at) else { break };
            percent::encode_path(&rest[..open], &mut out);
            let name = &rest[open + 1..close];
            match self.path.iter().find(|(known, _)| *known == name) {
                Some((_, value)) if !value.is_empty() => percent::encode(value, &mut out),
                Some(_) => return Err(InvalidInput::parameter(name, "is empty, and a part of the path cannot be")),
                None => return Err(InvalidInput::parameter(name, "is a part of the path and is not set")),
            }
            rest = &rest[close + 1..];
        }
        percent::encode_path(rest, &mut out);
        for (index, (name, _)) in self.path.iter().enumerate() {
            if !template.split('{').skip(1).any(|part| part.split('}').next() == Some(name)) {
                return Err(InvalidInput::parameter(name, format!("has no place in the path `{template}`")));
            }
            if self.path.iter().take(index).any(|(known, _)| known == name) {
                return Err(InvalidInput::parameter(name, "is set more than once, and has one place in the path"));
            }
        }
        if !out.starts_with('/') {
            out.insert(0, '/');
        }
        if let Some(segment) = out.split('/').find(|segment| is_dots(segment)) {
            let dots = if segment.len() == 1 { "." } else { ".." };
            let name = self.path.iter().find(|(_, value)| value.contains('.')).map_or("path", |(name, _)| name);
            return Err(InvalidInput::parameter(
                name,
                format!("makes a path segment of `{dots}`, which does not survive on its way"),
            ));
        }
        Ok(out)
    }
}

/// Whether a segment is `.` or `..`, with each dot as `.` or `%2e`.
fn is_dots(segment: &str) -> bool {
    let bytes = segment.as_bytes();
    let (mut at, mut dots) = (0, 0);
    while at < bytes.len() {
        at += match bytes[at] {
            b'.' => 1,
            b'%' if bytes.len() > at + 2 && bytes[at + 1] == b'2' && bytes[at + 2].eq_ignore_ascii_case(&b'e') => 3,
            _ => return false,
        };
        dots += 1;
    }
    dots == 1 || dots == 2
}

/// Encodes the parameters of an operation, each with its placement and style.
///
/// An absent value adds nothing.
pub struct Parameters<'a> {
    out: &'a mut EncodedRequest,
    info: &'a Info<'a>,
    token: Option<&'a str>,
    /// Visits the values instead of encoding them.
    visit: Option<&'a mut Visit<'a>>,
}

impl<'a> Parameters<'a> {
    /// Creates an encoder. `token` is the value of the operation's idempotency token if the caller has not set it.
    pub(crate) fn new(out: &'a mut EncodedRequest, info: &'a Info<'a>, token: Option<&'a str>) -> Self {
        Self { out, info, token, visit: None }
    }

    /// Creates an encoder that visits the values and encodes nothing.
    pub(crate) fn of_values(out: &'a mut EncodedRequest, info: &'a Info<'a>, visit: &'a mut Visit<'a>) -> Self {
        Self { out, info, token: None, visit: Some(visit) }
    }

    /// Encodes a query parameter; a list or an object becomes several with dotted names.
    pub fn query(&mut self, name: &str, value: &dyn Wire) {
        let view = self.view(name, value);
        let result = flat(name, &view, &mut self.out.query, &mut self.out.scratch);
        self.check(name, result);
    }

    /// Encodes a query parameter as JSON text.
    pub fn query_json(&mut self, name: &str, value: &dyn Wire) {
        let result = whole(name, &self.view(name, value), &mut self.out.query, as_json);
        self.check(name, result);
    }

    /// Encodes a query parameter as a list that is joined by commas.
    pub fn query_joined(&mut self, name: &str, value: &dyn Wire) {
        let result = whole(name, &self.view(name, value), &mut self.out.query, joined);
        self.check(name, result);
    }

    /// Encodes a field of the form body; a list or an object becomes several with dotted names.
    pub fn form(&mut self, name: &str, value: &dyn Wire) {
        let view = self.view(name, value);
        let result = flat(name, &view, &mut self.out.form, &mut self.out.scratch);
        self.check(name, result);
    }

    /// Encodes a field of the form body as JSON text.
    pub fn form_json(&mut self, name: &str, value: &dyn Wire) {
        let result = whole(name, &self.view(name, value), &mut self.out.form, as_json);
        self.check(name, result);
    }

    /// Encodes a field of the form body as a list that is joined by commas.
    pub fn form_joined(&mut self, name: &str, value: &dyn Wire) {
        let result = whole(name, &self.view(name, value), &mut self.out.form, joined);
        self.check(name, result);
    }

    /// Encodes a header; a list or an object is JSON text.
    pub fn header(&mut self, name: &str, value: &dyn Wire) {
        self.headed(name, value, as_json);
    }

    /// Encodes a header as JSON text.
    pub fn header_json(&mut self, name: &'static str, value: &dyn Wire) {
        self.headed(name, value, as_json);
    }

    /// Encodes a header as a list that is joined by commas.
    pub fn header_joined(&mut self, name: &'static str, value: &dyn Wire) {
        self.headed(name, value, joined);
    }

    /// Encodes a segment of the path.
    pub fn path(&mut self, name: &str, value: &dyn Wire) {
        let result = whole(name, &self.view(name, value), &mut self.out.path, joined);
        self.check(name, result);
    }

    /// Encodes the first label of the host name. Without a value the host has no such label.
    pub fn host(&mut self, name: &str, value: &dyn Wire) {
        let mut out = String::new();
        let result = text(&self.view(name, value), &mut out);
        match self.check(name, result) {
            Some(true) => {}
            Some(false) => {
                self.out.host = HostLabel::Absent;
                return;
            }
            None => return,
        }
        let bytes = out.as_bytes();
        let label = (1..=63).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            && bytes[0] != b'-'
            && bytes[bytes.len() - 1] != b'-';
        if label {
            self.out.host = HostLabel::Set(out);
        } else {
            self.refuse(InvalidInput::parameter(name, "is not a valid label of a host name"));
        }
    }

    /// Encodes the body from one value: as JSON, or unchanged if the body of the operation is text or bytes.
    pub fn body(&mut self, name: &str, value: &dyn Wire) {
        let view = self.view(name, value);
        if let View::Bytes(bytes) = view {
            self.out.body = EncodedBody::Bytes(bytes.clone());
            return;
        }
        #[cfg(feature = "sls")]
        if self.info.body == BodyKind::Logs {
            #[cfg(feature = "sls-logs")]
            let result =
                logs::encode(view).map(|group| self.out.body = group.map_or_else(Default::default, EncodedBody::Bytes));
            #[cfg(not(feature = "sls-logs"))]
            let result = if matches!(view, View::Absent) { Ok(()) } else { Err(EncodeError::NoProtobuf) };
            self.check(name, result.map(|()| true));
            return;
        }
        let mut out = String::new();
        let result = match self.info.body {
            BodyKind::Json | BodyKind::OptionalJson => as_json(&view, &mut out),
            BodyKind::Text | BodyKind::Bytes | BodyKind::Raw => text(&view, &mut out),
            BodyKind::None | BodyKind::Form => Err(EncodeError::NotBody),
            // Handled above.
            #[cfg(feature = "sls")]
            BodyKind::Logs => Err(EncodeError::NotBody),
        };
        if self.check(name, result) == Some(true) {
            self.out.body = EncodedBody::Text(out);
        }
    }

    /// Encodes the body from bytes.
    pub fn body_bytes(&mut self, name: &'static str, value: &dyn Wire) {
        match self.view(name, value) {
            // A value that is base64 text in JSON is unchanged bytes as a whole body.
            View::Base64(bytes) => self.out.body = EncodedBody::Bytes(Bytes::copy_from_slice(bytes)),
            _ => self.body(name, value),
        }
    }

    fn headed(&mut self, name: &str, value: &dyn Wire, write: Writer) {
        let view = self.view(name, value);
        let write = match view {
            View::List(_) | View::Object(_) | View::Map(_) | View::Json(_) => write,
            _ => text,
        };
        let result = whole(name, &view, &mut self.out.headers, write);
        self.check(name, result);
    }

    /// Returns the view of the value to encode.
    fn view<'v>(&mut self, name: &str, value: &'v dyn Wire) -> View<'v>
    where
        'a: 'v,
    {
        let view = value.view();
        if let Some(visit) = &mut self.visit {
            visit(name, view);
            return View::Absent;
        }
        let mut view = view.plain();
        if self.info.token == Some(name) {
            if let (View::Absent, Some(token)) = (view, self.token) {
                view = View::Text(token);
            }
            // An empty token identifies nothing.
            self.out.has_token = !matches!(view, View::Absent | View::Text(""));
        }
        view
    }

    fn check(&mut self, name: &str, result: Result<bool, EncodeError>) -> Option<bool> {
        match result {
            Ok(present) => Some(present),
            Err(problem) => {
                self.refuse(InvalidInput::parameter(name, problem.text()));
                None
            }
        }
    }

    /// Only the first problem is reported.
    fn refuse(&mut self, problem: InvalidInput) {
        self.out.problem.get_or_insert(problem);
    }
}

type Writer = fn(&View<'_>, &mut String) -> Result<bool, EncodeError>;

fn flat(name: &str, view: &View<'_>, out: &mut Pairs, scratch: &mut String) -> Result<bool, EncodeError> {
    scratch.clear();
    scratch.reserve(64);
    scratch.push_str(name);
    flatten(view, scratch, out, 1).map(|()| true)
}

fn whole(name: &str, view: &View<'_>, out: &mut Pairs, write: Writer) -> Result<bool, EncodeError> {
    let mark = out.open(name);
    let result = write(view, out.buffer());
    match result {
        Ok(true) => out.close(mark),
        Ok(false) | Err(_) => out.cancel(mark),
    }
    result
}

/// Encodes a value as JSON text. Text is unchanged, and JSON `null` is absent.
fn as_json(view: &View<'_>, out: &mut String) -> Result<bool, EncodeError> {
    match view {
        View::Json(serde_json::Value::Null) => Ok(false),
        view if is_text(view) => text(view, out),
        view => json::write(view, out, 1),
    }
}
