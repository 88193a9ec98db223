//! Problems of an input, formatted as those of a compiler.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::source::{Source, Span};

/// The severity of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The crate is generated.
    Warning,
    /// The operation, or the whole document if no operation is named, cannot be generated.
    Error,
}

/// A problem with its position and a suggestion.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The severity.
    pub severity: Severity,
    /// A stable code, such as `E0201`; see [`CODES`] and the rules of the generator.
    pub code: &'static str,
    /// The message.
    pub message: String,
    /// The position.
    pub span: Span,
    /// The suggestion.
    pub help: Option<String>,
    /// The affected operation; none for the whole document.
    pub operation: Option<String>,
}

macro_rules! codes {
    ($($name:ident $code:literal $meaning:literal,)*) => {
        $(#[doc = $meaning] pub const $name: &str = $code;)*
        /// Every code with its meaning.
        pub const CODES: &[(&str, &str)] = &[$(($code, $meaning)),*];
    };
}

codes! {
    SYNTAX "E0101" "The file is not JSON.",
    WRONG_KIND "E0102" "A key of the document has a value of the wrong JSON type.",
    MISSING_KEY "E0103" "A required key of the document is missing.",
    DUPLICATE_KEY "E0104" "A key occurs twice in one object.",
    TOO_LARGE "E0105" "The file is larger than the generator reads.",
    UNKNOWN_OPERATION "E0107" "A requested operation is not in the document.",
    OVERLAY "E0106" "An entry of an overlay matches nothing.",
    DANGLING_REFERENCE "E0201" "A `$ref` names a schema that does not exist.",
    UNKNOWN_TYPE "E0202" "A schema has an unknown type.",
    UNKNOWN_PLACE "E0203" "A parameter has an unknown placement.",
    UNKNOWN_STYLE "E0204" "A parameter has an unknown serialization style, or one that its type cannot have.",
    UNSUPPORTED_GATEWAY "E0205" "The operation requires an unsupported or unknown gateway.",
    CONFLICTING_PARAMETER "E0206" "A parameter is listed twice with different definitions.",
    PATH_MISMATCH "E0207" "The path template and the path parameters are inconsistent.",
    BODY_CONFLICT "E0208" "The operation has several bodies, or a body and form fields.",
    REFERENCE_CYCLE "E0209" "References form a cycle without data.",
    UNKNOWN_METHOD "E0210" "The runtime does not support the HTTP method.",
    TOO_DEEP "E0213" "A type is nested too deeply for the compiler.",
    BROKEN_SCHEMA "E0214" "The operation uses a shared schema with an error.",
    BAD_PAGES "E0215" "`x-pages` names a missing parameter or field, or one of the wrong type.",
    BAD_TOKEN "E0216" "`x-idempotency-token` marks a parameter that cannot be a token, or a second one.",
    CONFLICTING_GATEWAY "E0217" "The gateway of the document is ambiguous.",
    DUPLICATE_PARAMETER "W0211" "A parameter is listed twice with the same definition.",
    NO_RESPONSE "W0212" "The operation documents no successful response.",
    COLLISION "W0301" "Two names have the same Rust name; the later one is renamed.",
    GENERIC_NAME "W0302" "Type names are generic, such as `Data`; the types are named by their operations.",
    UNNAMEABLE "E0302" "A Rust name in the document is invalid.",
    BAD_PACKAGE "E0303" "The product and the version do not form a valid package name.",
    UNKNOWN_EFFECT "W0401" "The document does not state whether operations read or write.",
    UNMARKED_CODE "W0402" "Responses have a `Code` beside a `Message`, which may or may not be an error code.",
    UNKNOWN_TOTAL "W0403" "Operations are paginated, and no field of the response contains the total number of items.",
    SYSTEM_PARAMETER "W0404" "A parameter has the name of a system parameter, so HMAC-SHA1 signatures do not allow it.",
    RESERVED_HEADER "W0405" "A parameter is a header that the runtime sets, or that has an invalid name.",
}

impl Diagnostic {
    /// Creates an error of an operation or of the document.
    #[must_use]
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, message: message.into(), span, help: None, operation: None }
    }

    /// Creates a warning.
    #[must_use]
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Sets the suggestion.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets the affected operation.
    #[must_use]
    pub fn of(mut self, operation: &str) -> Self {
        self.operation = Some(operation.to_owned());
        self
    }

    /// Returns the problem as text: position, code, message, JSON pointer, the marked line, suggestion.
    #[must_use]
    pub fn render(&self, source: &Source) -> String {
        let (source, span) = source.locate(self.span);
        let position = source.position(span);
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let mut out = format!("{}:{position}: {severity}[{}]: {}\n", source.name(), self.code, visible(&self.message));
        let pointer = source.tree().map(|root| root.pointer(span.start)).unwrap_or_default();
        if !pointer.is_empty() {
            let _ = writeln!(out, "  --> {}", visible(&pointer));
        }
        let gutter = position.line.to_string();
        let (line, column) = excerpt(source.line(position.line), position.column);
        let length = (span.end - span.start) as usize;
        let room = line.chars().count().saturating_sub(column - 1).max(1);
        let _ = writeln!(out, "{gutter} | {line}");
        let _ = writeln!(
            out,
            "{:width$} | {}{}",
            "",
            " ".repeat(column - 1),
            "^".repeat(length.clamp(1, room)),
            width = gutter.len()
        );
        if let Some(help) = &self.help {
            let _ = writeln!(out, "  = help: {}", visible(help));
        }
        out
    }
}

/// Returns the text on one line, with escapes for characters that move the cursor or change the direction of text.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_visible(c) { out.push(c) } else { out.extend(c.escape_unicode()) }
    }
    out
}

fn is_visible(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Returns the part of a long line around a column, with visible control characters, and the column in it.
fn excerpt(line: &str, column: usize) -> (String, usize) {
    const BEFORE: usize = 60;
    const WIDTH: usize = 160;
    let skip = if column > BEFORE + 20 { column - BEFORE } else { 0 };
    let part: String = line.chars().skip(skip).take(WIDTH).map(|c| if is_visible(c) { c } else { ' ' }).collect();
    (part, column.saturating_sub(skip).max(1))
}

/// The maximum number of warnings with one code; further ones are counted.
const MAX_WARNINGS: usize = 3;

/// The maximum number of operations in a merged diagnostic.
const MAX_OPERATIONS: usize = 3;

/// Returns the problems without repetitions. Problems with the same message are merged to one that names the first
/// operations and counts all of them. Of many warnings with one code, the first few remain and the last of these counts
/// the others. Every error with its own message remains.
#[must_use]
pub fn fold(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut indexes: HashMap<(&str, &str), usize> = HashMap::new();
    let mut groups: Vec<Vec<&Diagnostic>> = Vec::new();
    for diagnostic in diagnostics {
        let index = *indexes.entry((diagnostic.code, &diagnostic.message)).or_insert(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.push(diagnostic),
            None => groups.push(vec![diagnostic]),
        }
    }
    let mut totals: HashMap<&str, (usize, usize)> = HashMap::new();
    for group in groups.iter().filter(|group| group.iter().all(|found| found.severity == Severity::Warning)) {
        totals.entry(group[0].code).or_default().0 += 1;
    }
    let mut folded = Vec::new();
    for group in groups {
        let mut merged = merge(&group);
        if let Some((total, shown)) = totals.get_mut(merged.code) {
            *shown += 1;
            if *shown > MAX_WARNINGS {
                continue;
            }
            if *shown == MAX_WARNINGS && *total > MAX_WARNINGS {
                merged.message.push_str(&format!("; {} more warnings of this kind follow", *total - MAX_WARNINGS));
            }
        }
        folded.push(merged);
    }
    folded
}

/// Merges problems with the same message. The group is not empty.
fn merge(group: &[&Diagnostic]) -> Diagnostic {
    let mut merged = group[0].clone();
    let mut operations: Vec<&str> = Vec::new();
    for operation in group.iter().filter_map(|found| found.operation.as_deref()) {
        if !operations.contains(&operation) {
            operations.push(operation);
        }
    }
    if group.len() > 1 {
        let named: Vec<String> = operations.iter().take(MAX_OPERATIONS).map(|name| format!("`{name}`")).collect();
        let more = operations.len().saturating_sub(MAX_OPERATIONS);
        let places = match (operations.len(), more) {
            (0 | 1, _) => format!("{} times", group.len()),
            (count, 0) => format!("{count} operations: {}", named.join(", ")),
            (count, more) => format!("{count} operations: {} and {more} more", named.join(", ")),
        };
        merged.message.push_str(&format!(" ({places})"));
    }
    merged
}

/// Returns whether any of them is an error.
#[must_use]
pub fn any_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
