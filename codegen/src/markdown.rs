//! From the text of a document (HTML, Markdown, any language, possibly hostile) to Markdown that rustdoc shows as meant.
//!
//! Paragraphs, nested lists, tables, code, links to the web, bold words and admonitions survive; everything else is
//! text. What comes out has no doctest, heading, HTML tag or link to an item, and each line is one line.

mod html;
mod print;

use print::Level;
use pulldown_cmark::{Event, Tag, TagEnd};

/// The widest line that is made, in characters, where there are blanks to break at.
const WIDTH: usize = 100;

/// The longest text that is kept, in bytes; some documents carry whole manuals in a field.
const LIMIT: usize = 16 << 10;

/// A text as lines of Markdown; an empty line parts blocks.
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    let text = html::to_markdown(&clean(text));
    // Some marks cannot be written in every place; then there is less of them, and never another meaning.
    let levels = [Level::Full, Level::Unstyled, Level::Flat].into_iter();
    levels.filter_map(|level| print::print(&text, level)).next().unwrap_or_default()
}

/// A text on one line, without blocks.
#[must_use]
pub fn line(text: &str) -> String {
    one_line(text, false)
}

/// The first paragraph or item of a text, on one line.
#[must_use]
pub fn first(text: &str) -> String {
    one_line(text, true)
}

/// The first sentence of a text, on one line.
#[must_use]
pub fn sentence(text: &str) -> String {
    let line = first(text);
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    let mut in_code = false;
    for (index, (at, c)) in chars.iter().enumerate() {
        in_code ^= *c == '`';
        let next = |offset: usize| chars.get(index + offset).map(|(_, c)| *c);
        // A lowercase letter after the space continues a sentence after an abbreviation.
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

/// Words whose dot ends no sentence.
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
                // Two spans side by side would be one.
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

/// The text as a code span.
#[must_use]
pub fn code(text: &str) -> String {
    let mut inner: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| shown(*c)).collect();
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

/// The text without what must not be shown, and without `\r` and tabs.
fn clean(text: &str) -> String {
    let text = shorten(text).replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
    text.chars().filter(|c| *c == '\n' || shown(*c) && !('\u{e000}'..='\u{e0ff}').contains(c)).collect()
}

/// Whether the text is a URL that needs no escape, in brackets of any kind.
pub(crate) fn is_link(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~/?#&=%+:".contains(c);
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(allowed))
}

/// A text without mark-up, every sign of which is shown.
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

/// Whether a character may stand in documentation: neither a control nor one that turns the direction of text.
pub(crate) fn shown(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{061c}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn must_escape(c: char, previous: char, next: char) -> bool {
    match c {
        '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '~' | '|' | '$' => true,
        '_' => !(previous.is_alphanumeric() && next.is_alphanumeric()),
        '&' => next.is_alphanumeric() || next == '#',
        _ => false,
    }
}

/// Escapes what would make the head of a line a heading, a list item or a rule.
fn guard_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && line[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    if line.starts_with(['#', '+', '-', '=', ':']) { format!("\\{line}") } else { line.to_owned() }
}
