//! Converts the vendor's HTML tags to Markdown.
//!
//! The texts mix HTML and Markdown, and a tag at the start of a line would turn the Markdown after it into raw HTML.
//! Unknown tags are text: `<string>` is the name of a type.

/// The placeholder of a forced line break: a private-use character, which no output contains.
pub(super) const BREAK: char = '\u{e000}';

/// The tags of admonitions, with their labels.
const NOTICES: [(&str, &str); 6] = [
    ("note", "Note"),
    ("notice", "Notice"),
    ("warning", "Warning"),
    ("danger", "Danger"),
    ("important", "Important"),
    ("caution", "Caution"),
];

/// Tags that separate paragraphs.
const BLOCKS: [&str; 22] = [
    "p",
    "div",
    "section",
    "dl",
    "dt",
    "dd",
    "hr",
    "table",
    "tbody",
    "thead",
    "tr",
    "ul",
    "ol",
    "details",
    "summary",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
];

/// Tags that are ignored.
const SILENT: [&str; 15] = [
    "props",
    "ph",
    "span",
    "font",
    "img",
    "u",
    "sub",
    "sup",
    "uicontrol",
    "term",
    "label",
    "small",
    "text",
    "td",
    "th",
];

/// Returns a text without tags.
pub(super) fn to_markdown(text: &str) -> String {
    let mut converter = Converter { out: String::with_capacity(text.len()), lists: Vec::new() };
    converter.all(text);
    converter.out
}

struct Converter {
    out: String,
    /// The open lists: the number of the next item, or none for bullets.
    lists: Vec<Option<usize>>,
}

struct Tag<'t> {
    name: String,
    closing: bool,
    /// The whole tag.
    text: &'t str,
}

impl<'t> Tag<'t> {
    /// Returns the tag at the start of a text.
    fn at(text: &'t str) -> Option<Self> {
        let inner = text.strip_prefix('<')?;
        let (closing, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
        let length = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let end = text.bytes().take(400).position(|byte| byte == b'>')?;
        let whole = &text[..=end];
        let after = inner.as_bytes().get(length)?;
        let ends = after.is_ascii_whitespace() || matches!(after, b'>' | b'/' | b'=');
        let tag = length > 0 && ends && !whole[1..].contains(['<', '\n']);
        tag.then(|| Self { name: inner[..length].to_ascii_lowercase(), closing, text: whole })
    }

    fn is(&self, names: &[&str]) -> bool {
        names.contains(&self.name.as_str())
    }

    /// Returns the label of an admonition.
    fn notice(&self) -> Option<&'static str> {
        NOTICES.iter().find(|(name, _)| *name == self.name).map(|(_, label)| *label)
    }

    /// Returns the value of an attribute in double quotes.
    fn attribute(&self, name: &str) -> Option<&'t str> {
        let (_, value) = self.text.split_once(name)?;
        value.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?.split('"').next()
    }
}

impl Converter {
    fn all(&mut self, text: &str) {
        let mut rest = text;
        let mut line_starts = true;
        while let Some(c) = rest.chars().next() {
            let taken = match c {
                '`' | '~' if line_starts && fence(rest).is_some() => {
                    self.copy(&rest[..fence(rest).unwrap_or_default()])
                }
                '`' => self.copy(&rest[..code_span(rest)]),
                '\\' => self.copy(&rest[..1 + rest[1..].chars().next().map_or(0, char::len_utf8)]),
                '<' => self.angle(rest),
                _ => self.copy(&rest[..c.len_utf8()]),
            };
            line_starts = rest[..taken].ends_with('\n') || line_starts && c.is_whitespace();
            rest = &rest[taken..];
        }
    }

    fn copy(&mut self, text: &str) -> usize {
        self.out.push_str(text);
        text.len()
    }

    /// Converts the text at a `<`, and returns its length.
    fn angle(&mut self, rest: &str) -> usize {
        if rest.starts_with("<!--") {
            return rest.find("-->").map_or_else(|| self.text("<"), |end| end + 3);
        }
        if rest.starts_with("<http://") || rest.starts_with("<https://") {
            return self.copy("<");
        }
        let Some(tag) = Tag::at(rest) else { return self.text("<") };
        let after = &rest[tag.text.len()..];
        let row = self.line().trim_start().starts_with('|');
        if let Some(label) = tag.notice() {
            return tag.text.len() + if tag.closing { 0 } else { self.notice(label, after, row) };
        }
        match tag.name.as_str() {
            "br" if row => self.out.push(' '),
            "br" => self.out.push(BREAK),
            "b" | "strong" | "i" | "em" | "var" | "cite" | "code" | "codeph" | "tt" | "a" => {
                return tag.text.len() + if tag.closing { 0 } else { self.inline(&tag, after) };
            }
            "pre" if !tag.closing => return tag.text.len() + self.preformatted(after),
            "li" if row => self.out.push(' '),
            "li" if !tag.closing => self.item(),
            "li" => {}
            "table" if !tag.closing && !row => return tag.text.len() + self.table(after),
            _ if row && tag.is(&BLOCKS) => self.out.push(' '),
            "ul" | "ol" => {
                match tag.closing {
                    true => drop(self.lists.pop()),
                    false => self.lists.push((tag.name == "ol").then_some(1)),
                }
                if self.lists.len() < 2 {
                    self.out.push_str("\n\n");
                }
            }
            _ if tag.is(&BLOCKS) => self.out.push_str(if self.lists.is_empty() { "\n\n" } else { " " }),
            _ if tag.is(&SILENT) || tag.name == "pre" => {}
            _ => return self.text("<"),
        }
        tag.text.len()
    }

    /// Appends a character that is not markup.
    fn text(&mut self, sign: &str) -> usize {
        self.out.push('\\');
        self.copy(sign)
    }

    /// Returns the last line so far.
    fn line(&self) -> &str {
        self.out.rsplit('\n').next().unwrap_or_default()
    }

    /// Appends a quote with a label, up to the closing tag or the end of the paragraph.
    fn notice(&mut self, label: &str, rest: &str, row: bool) -> usize {
        let ends =
            rest.match_indices('<').find(|(at, _)| Tag::at(&rest[*at..]).is_some_and(|tag| tag.notice().is_some()));
        let end = ends.map(|(at, _)| at).or_else(|| rest.find("\n\n")).unwrap_or(rest.len());
        let body = to_markdown(rest[..end].trim_end_matches(|c: char| c == '>' || c.is_whitespace()));
        let lines: Vec<&str> =
            body.trim().lines().map(|line| line.trim_start().strip_prefix('>').unwrap_or(line)).collect();
        if lines.is_empty() {
            return end;
        }
        if row {
            self.out.push_str(&format!("**{label}**: {}", lines.join(" ")));
            return end;
        }
        let line = self.line();
        let blanks = line.len() - line.trim_start_matches(' ').len();
        let bare = line.trim_start().trim_matches(['>', ' ']).is_empty();
        // Inside an item, the quote is below its text.
        let item = line.trim_start().starts_with(['-', '*', '+']) && !bare;
        let indent = " ".repeat(blanks + if item { 2 } else { 0 });
        if bare {
            self.out.truncate(self.out.len() - line.len());
        }
        self.out.push_str(&format!("\n\n{indent}> **{label}**: {}\n", lines[0].trim_start()));
        for line in &lines[1..] {
            self.out.push_str(&format!("{indent}> {line}\n"));
        }
        self.out.push('\n');
        end
    }

    /// Appends bold or italic words, code or a link up to the closing tag, if Markdown can express it.
    fn inline(&mut self, tag: &Tag<'_>, rest: &str) -> usize {
        let close = format!("</{}>", tag.name);
        let Some(end) = rest.get(..rest.len().min(2000)).unwrap_or(rest).find(&close) else { return 0 };
        let inner = &rest[..end];
        if inner.contains(['\n', '*', '`']) || inner.trim().is_empty() {
            return 0;
        }
        let next = rest[end + close.len()..].chars().next();
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let trimmed = inner.trim();
        // Marks of emphasis between a letter and another character would be text.
        let outside = (word(self.out.chars().next_back()), word(next));
        let clear = (!outside.0 || word(trimmed.chars().next())) && (!outside.1 || word(trimmed.chars().next_back()));
        let (open, shut) = match tag.name.as_str() {
            "code" | "codeph" | "tt" => {
                self.out.push_str(&format!("`{}`", trimmed.replace("&lt;", "<").replace("&gt;", ">")));
                return end + close.len();
            }
            "a" => match tag.attribute("href") {
                Some(target) if super::is_link(target) => ("[", format!("]({target})")),
                _ => ("", String::new()),
            },
            "b" | "strong" if clear => ("**", "**".to_owned()),
            _ if clear => ("*", "*".to_owned()),
            _ => ("", String::new()),
        };
        self.out.push_str(open);
        self.out.push_str(&to_markdown(trimmed));
        self.out.push_str(&shut);
        end + close.len()
    }

    fn preformatted(&mut self, rest: &str) -> usize {
        let Some(end) = rest.find("</pre>").filter(|end| !rest[..*end].contains("```")) else { return 0 };
        let text = rest[..end].replace("<code>", "").replace("</code>", "").replace("&lt;", "<").replace("&gt;", ">");
        self.out.push_str(&format!("\n\n```\n{}\n```\n\n", text.trim_matches('\n')));
        end + "</pre>".len()
    }

    fn item(&mut self) {
        let indent = "   ".repeat(self.lists.len().saturating_sub(1));
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "- ".to_owned(),
        };
        self.out.push_str(&format!("\n{indent}{mark}"));
    }

    /// Appends a table; its first row is the head.
    fn table(&mut self, rest: &str) -> usize {
        let Some(end) = rest.find("</table>") else { return 0 };
        let cells = |row: &str| -> Vec<String> {
            let parts = row.split("<td").flat_map(|part| part.split("<th")).skip(1);
            let text = parts.map(|part| to_markdown(part.split_once('>').map_or("", |(_, text)| text)));
            text.map(|text| text.replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ")).collect()
        };
        let rows = rest[..end].replace("<thead", "<x").replace("</thead", "</x");
        self.out.push_str("\n\n");
        for (index, row) in rows.split("<tr").skip(1).map(cells).enumerate() {
            self.out.push_str(&format!("| {} |\n", row.join(" | ")));
            if index == 0 {
                self.out.push_str(&format!("|{}\n", " --- |".repeat(row.len())));
            }
        }
        self.out.push('\n');
        end + "</table>".len()
    }
}

/// Returns the length of the fenced code at the start of the text, with both fences.
fn fence(text: &str) -> Option<usize> {
    let mark = &text[..1];
    let run = text.bytes().take_while(|byte| mark.as_bytes() == [*byte]).count();
    if run < 3 || text.lines().next().is_some_and(|line| line[run..].contains('`')) {
        return None;
    }
    let mut length = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        length += line.len();
        let bare = line.trim();
        let closes = index > 0 && bare.len() >= run && bare.bytes().all(|byte| mark.as_bytes() == [byte]);
        if closes {
            return Some(length);
        }
    }
    Some(text.len())
}

/// Returns the length of the code span at the start of the text, or of backticks that open none.
fn code_span(text: &str) -> usize {
    let run = text.bytes().take_while(|byte| *byte == b'`').count();
    let paragraph = text.split("\n\n").next().unwrap_or(text);
    let mut at = run;
    while let Some(found) = paragraph.get(at..).and_then(|rest| rest.find('`')) {
        let start = at + found;
        let length = paragraph[start..].bytes().take_while(|byte| *byte == b'`').count();
        if length == run {
            return start + length;
        }
        at = start + length;
    }
    run
}
