//! From the text of a document (HTML, Markdown, any language, possibly hostile) to Markdown that rustdoc shows as text.
//!
//! Paragraphs, list items, bold words and code spans survive; everything else is escaped. What comes out opens no code
//! block, doctest, link, heading or HTML tag, and each line is one line.

/// The widest line that is made, in characters, where there are blanks to break at.
const WIDTH: usize = 100;

/// The longest text that is kept, in bytes; some documents carry whole manuals in a field.
const LIMIT: usize = 16 << 10;

/// Escapes a text into lines of Markdown; an empty line parts paragraphs.
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut before = Kind::Blank;
    for block in blocks(&plain(shorten(text))) {
        let same_list = before == Kind::Item && block.kind == Kind::Item;
        if !(out.is_empty() || same_list) {
            out.push(String::new());
        }
        before = block.kind;
        let (first, rest) = if block.kind == Kind::Item { ("- ", "  ") } else { ("", "") };
        for (index, line) in wrap(&tokens(&block.text)).into_iter().enumerate() {
            let lead = if index == 0 { first } else { rest };
            out.push(format!("{lead}{}", guard_start(&line)));
        }
    }
    out
}

/// Escapes a text into one line.
#[must_use]
pub fn line(text: &str) -> String {
    let joined: Vec<String> = blocks(&plain(shorten(text))).into_iter().map(|block| block.text).collect();
    let words: String = tokens(&joined.join(" ")).join(" ");
    guard_start(&words)
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

/// The text without HTML: known tags fall away or become breaks, entities become what they stand for.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&', '\r', '\t']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (taken, replacement) = match rest.as_bytes()[0] {
            b'<' => tag(rest),
            b'&' => entity(rest),
            b'\r' => (1, "\n"),
            _ => (1, " "),
        };
        out.push_str(replacement);
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out.retain(|c| c == '\n' || shown(c));
    out
}

fn tag(rest: &str) -> (usize, &'static str) {
    const BREAKS: &[&str] =
        &["br", "p", "div", "ul", "ol", "table", "tr", "tbody", "thead", "note", "section", "hr", "pre", "dl", "dd"];
    const INLINE: &[&str] = &[
        "a",
        "b",
        "i",
        "u",
        "em",
        "strong",
        "code",
        "span",
        "font",
        "img",
        "td",
        "th",
        "props",
        "ph",
        "var",
        "sub",
        "sup",
        "cite",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "codeph",
        "uicontrol",
        "term",
        "label",
        "small",
        "text",
        "dt",
    ];
    if rest.starts_with("<!--") {
        return rest.find("-->").map_or((1, "<"), |end| (end + 3, ""));
    }
    let name_at = if rest.starts_with("</") { 2 } else { 1 };
    let name: String =
        rest[name_at..].chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let end = rest.find('>').filter(|end| !rest[1..*end].contains(['<', '\n']) && *end < 400);
    match end {
        Some(end) if name == "li" => (end + 1, if name_at == 1 { "\n- " } else { "\n" }),
        Some(end) if BREAKS.contains(&name.as_str()) => (end + 1, "\n"),
        Some(end) if INLINE.contains(&name.as_str()) => (end + 1, ""),
        _ => (1, "<"),
    }
}

fn entity(rest: &str) -> (usize, &'static str) {
    const KNOWN: &[(&str, &str)] = &[
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#160;", " "),
    ];
    let found = KNOWN.iter().find(|(name, _)| rest.starts_with(name));
    found.map_or((1, "&"), |(name, text)| (name.len(), text))
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Blank,
    Paragraph,
    Item,
}

struct Block {
    kind: Kind,
    text: String,
}

/// Paragraphs and list items; what quotes, headings, fences and tables mark is kept as text.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for raw in text.lines() {
        let mut line = raw.trim();
        while let Some(inner) = line.strip_prefix('>') {
            line = inner.trim_start();
        }
        line = line.trim_start_matches('#').trim_start();
        let fence = line.starts_with("```") || line.starts_with("~~~");
        let rule = !line.is_empty() && line.chars().all(|c| matches!(c, '-' | '=' | '*' | '_' | '|' | ':' | ' ' | '+'));
        if line.is_empty() || fence || rule {
            open = false;
            continue;
        }
        let row = line.starts_with('|');
        let item = ["- ", "* ", "+ ", "• ", "· "].iter().find_map(|mark| line.strip_prefix(mark));
        let item = item.or_else(|| row.then(|| line.trim_matches('|').trim()));
        match item {
            Some(item) => {
                blocks.push(Block { kind: Kind::Item, text: item.trim().to_owned() });
                open = true;
            }
            None if open => {
                if let Some(last) = blocks.last_mut() {
                    last.text.push(' ');
                    last.text.push_str(line);
                }
            }
            None => {
                blocks.push(Block { kind: Kind::Paragraph, text: line.to_owned() });
                open = true;
            }
        }
    }
    blocks.retain(|block| !block.text.is_empty());
    blocks
}

/// Words, escaped; a code span is one word, a link its text.
fn tokens(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut rest = text;
    let mut previous = ' ';
    while let Some(c) = rest.chars().next() {
        if c.is_whitespace() {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        } else if let Some((span, after)) = code_span(rest) {
            word.push_str(&code(span));
            rest = after;
            previous = '`';
            continue;
        } else if let Some((label, after)) = link(rest) {
            let inner = tokens(label).join(" ");
            word.push_str(&inner);
            rest = after;
            previous = ']';
            continue;
        } else if rest.starts_with("**") {
            rest = &rest[2..];
            continue;
        } else if let Some(after) = rest.strip_prefix("://") {
            // A bare URL is a lint of rustdoc; an escaped colon makes it text.
            word.push_str("\\://");
            rest = after;
            previous = '/';
            continue;
        } else {
            let next = rest[c.len_utf8()..].chars().next().unwrap_or(' ');
            if must_escape(c, previous, next) {
                word.push('\\');
            }
            word.push(c);
        }
        previous = c;
        rest = &rest[c.len_utf8()..];
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn must_escape(c: char, previous: char, next: char) -> bool {
    match c {
        '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '~' | '|' | '$' => true,
        '_' => !(previous.is_alphanumeric() && next.is_alphanumeric()),
        '&' => next.is_alphanumeric() || next == '#',
        _ => false,
    }
}

/// A code span on one line, and what follows it.
fn code_span(rest: &str) -> Option<(&str, &str)> {
    let inner = rest.strip_prefix('`')?;
    let end = inner.find('`').filter(|end| *end > 0)?;
    let span = &inner[..end];
    (!span.trim().is_empty() && !inner[end + 1..].starts_with('`')).then_some((span, &inner[end + 1..]))
}

/// The label of `[label](target)` or of an image, and what follows it.
fn link(rest: &str) -> Option<(&str, &str)> {
    let inner = rest.strip_prefix("![").or_else(|| rest.strip_prefix('['))?;
    let close = inner.find("](").filter(|at| *at < 300)?;
    let label = &inner[..close];
    let target = &inner[close + 2..];
    let end = target.find(')').filter(|at| *at < 1000)?;
    (!label.contains(['[', ']'])).then_some((label, &target[end + 1..]))
}

fn wrap(words: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut width = 0;
    for word in words {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            lines.push(std::mem::take(&mut line));
            width = 0;
        }
        if width > 0 {
            line.push(' ');
            width += 1;
        }
        line.push_str(word);
        width += length;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Escapes what would make the head of a line a heading, a list item or a rule.
fn guard_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && line[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    if line.starts_with(['#', '+', '-', '=', ':']) { format!("\\{line}") } else { line.to_owned() }
}
