//! Converts the text of a document (HTML, Markdown, any language, possibly hostile) to Markdown for rustdoc.
//!
//! Paragraphs, nested lists, tables, code, web links, bold words and admonitions are kept; everything else is text. The
//! result contains no doctest, heading, HTML tag or link to an item, and each line is one line.

mod html;
mod print;

use print::Level;
use pulldown_cmark::{Event, Tag, TagEnd};

/// The maximum width of a line, in characters, if there are spaces to break at.
const WIDTH: usize = 100;

/// The maximum length of a text, in bytes; some documents contain whole manuals in a field.
const LIMIT: usize = 16 << 10;

/// Returns a text as lines of Markdown; an empty line separates blocks.
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    let text = html::to_markdown(&clean(text));
    // Some marks cannot be written in every position. Then fewer marks are kept, and the meaning never changes.
    let levels = [Level::Full, Level::Unstyled, Level::Flat].into_iter();
    levels.filter_map(|level| print::print(&text, level)).next().unwrap_or_default()
}

/// Returns a text on one line, without blocks.
#[must_use]
pub fn line(text: &str) -> String {
    one_line(text, false)
}

/// Returns the first paragraph or item of a text, on one line.
#[must_use]
pub fn first(text: &str) -> String {
    one_line(text, true)
}

/// Returns the first sentence of a text, on one line.
#[must_use]
pub fn sentence(text: &str) -> String {
    let line = first(text);
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    let mut in_code = false;
    for (index, (at, c)) in chars.iter().enumerate() {
        in_code ^= *c == '`';
        let next = |offset: usize| chars.get(index + offset).map(|(_, c)| *c);
        // A lower-case letter after the space continues a sentence after an abbreviation.
        let ends = match c {
            '.' | '!' | '?' => next(1) == Some(' ') && !next(2).is_some_and(char::is_lowercase),
            '。' => true,
            _ => false,
        };
        if ends && !in_code && !ABBREVIATIONS.iter().any(|word| line[..*at].ends_with(word)) {
            return line[..at + c.len_utf8()].to_owned();
        }
    }
    line
}

/// Words whose dot does not end a sentence.
const ABBREVIATIONS: &[&str] = &["e.g", "i.e", "etc", "No", "vs", "approx"];

fn one_line(text: &str, first: bool) -> String {
    let text = html::to_markdown(&clean(text));
    let mut line = String::new();
    let mut buffer = String::new();
    let mut full = false;
    for event in print::parse(&text) {
        match event {
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => buffer.push_str(&text),
            Event::SoftBreak | Event::HardBreak => buffer.push(' '),
            Event::Code(span) => {
                line.push_str(&escape(&std::mem::take(&mut buffer)));
                // Two adjacent spans would be one.
                line.push_str(if line.ends_with('`') { " " } else { "" });
                line.push_str(&code(&span));
            }
            Event::Start(Tag::Strong | Tag::Emphasis | Tag::Link { .. } | Tag::Image { .. })
            | Event::End(TagEnd::Strong | TagEnd::Emphasis | TagEnd::Link | TagEnd::Image) => {}
            Event::Start(_) | Event::End(_) => {
                full |= !buffer.trim().is_empty();
                buffer.push(' ');
            }
            _ => {}
        }
        if first && full {
            break;
        }
    }
    line.push_str(&escape(&buffer));
    let words: Vec<&str> = line.split_whitespace().collect();
    guard_start(&words.join(" "))
}

/// Returns the text as a code span.
#[must_use]
pub fn code(text: &str) -> String {
    let mut inner: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_allowed(*c)).collect();
    if inner.chars().count() > 120 {
        inner = inner.chars().take(117).collect::<String>() + "...";
    }
    let inner = inner.trim();
    if inner.is_empty() {
        return "an empty text".to_owned();
    }
    let longest = inner.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    if longest == 0 {
        return format!("`{inner}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {inner} {fence}")
}

/// Returns Markdown on one line as a cell of a table: a `|` would end the cell, also in a code span.
#[must_use]
pub fn cell(line: &str) -> String {
    line.replace("\\|", "|").replace('|', "\\|")
}

/// Returns the text without characters that must not be shown, and without `\r` and tabs.
fn clean(text: &str) -> String {
    let text = shorten(text).replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
    text.chars().filter(|c| *c == '\n' || is_allowed(*c) && !('\u{e000}'..='\u{e0ff}').contains(c)).collect()
}

/// Whether the text is a URL that needs no escape, in brackets of any kind.
pub(crate) fn is_link(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~/?#&=%+:".contains(c);
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(allowed))
}

/// Returns a text without markup, in which every character is shown.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut previous = ' ';
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let c = if c == html::BREAK { ' ' } else { c };
        let url = c == ':' && matches!(next, None | Some('/'));
        if url || c == '&' && next.is_none() || must_escape(c, previous, next.unwrap_or(' ')) {
            out.push('\\');
        }
        out.push(c);
        previous = c;
    }
    out
}

fn shorten(text: &str) -> &str {
    let mut end = text.len().min(LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether a character may occur in documentation: neither a control character nor one that changes the direction of
/// text.
pub(crate) fn is_allowed(c: char) -> bool {
    let is_format = matches!(
        c,
        '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    );
    !c.is_control() && !is_format
}

fn must_escape(c: char, previous: char, next: char) -> bool {
    match c {
        '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '~' | '|' | '$' => true,
        '_' => !(previous.is_alphanumeric() && next.is_alphanumeric()),
        '&' => next.is_alphanumeric() || next == '#',
        _ => false,
    }
}

/// Escapes the start of a line that would be a heading, a list item or a rule.
fn guard_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && line[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    if line.starts_with(['#', '+', '-', '=', ':']) { format!("\\{line}") } else { line.to_owned() }
}
