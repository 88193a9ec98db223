//! Prints the events of a parsed text as Markdown for rustdoc.
//!
//! This printer lays out blocks and escapes characters, because rustdoc interprets more of them than
//! CommonMark: words in brackets are links to items, and a bare URL is a warning. Escaped characters are represented by
//! private-use characters.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream};
use pulldown_cmark_to_cmark::{Options as PrintOptions, cmark_with_options};

use super::html::BREAK;
use super::{WIDTH, guard_start, is_link, must_escape};

/// The maximum depth of lists and quotes; deeper ones are flattened.
const DEPTH: usize = 6;

/// How much of a text is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Everything.
    Full,
    /// No bold and italic words, no links.
    Unstyled,
    /// Only paragraphs.
    Flat,
}

/// The options of rustdoc, except those that only change characters.
const RUSTDOC: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS);

/// Parses the vendor's Markdown, with tables.
pub(super) fn parse(text: &str) -> impl Iterator<Item = Event<'_>> {
    TextMergeStream::new(Parser::new_ext(text, Options::ENABLE_TABLES))
}

/// Returns the lines of a text; none if a Markdown parser would read another meaning.
pub(super) fn print(text: &str, level: Level) -> Option<Vec<String>> {
    let mut writer = Writer::new(level);
    for event in parse(text) {
        writer.event(event);
    }
    let mut out = String::new();
    let options = PrintOptions {
        code_block_token_count: 3,
        list_token: '-',
        increment_ordered_list_bullets: true,
        ..PrintOptions::default()
    };
    cmark_with_options(writer.out.iter(), &mut out, RUSTDOC, options).ok()?;
    let out = reveal(&out);
    let lines = tidy(&out);
    (level == Level::Flat || meaning(&lines.join("\n")) == writer.meaning).then_some(lines)
}

/// The placeholder of an `&` that begins no entity.
const AND: char = '\u{e0f0}';

/// Returns the placeholder of an escaped character.
fn hidden(sign: char) -> char {
    char::from_u32(u32::from(BREAK) + 0x10 + u32::from(sign)).filter(|_| sign.is_ascii()).unwrap_or(sign)
}

/// Replaces the placeholders with escaped characters.
fn reveal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let sign = u32::from(c).checked_sub(u32::from(BREAK) + 0x10).and_then(|sign| u8::try_from(sign).ok());
        match sign.filter(u8::is_ascii) {
            Some(sign) => out.extend(['\\', char::from(sign)]),
            None if c == AND => out.push('&'),
            None => out.push(if c == BREAK { '\\' } else { c }),
        }
    }
    out
}

/// Removes trailing spaces, and separates blocks by one empty line.
fn tidy(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut fence = None;
    let mut quoted = false;
    for line in text.trim_matches('\n').lines() {
        let line = line.trim_end();
        let bare =
            line.trim_start_matches([' ', '>', '-', '.']).trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        let run = bare.bytes().take_while(|byte| *byte == b'`').count();
        match fence {
            None if run >= 3 => {
                fence = Some(run);
                quoted = line.trim_start().starts_with('>');
            }
            Some(open) if run >= open && bare.len() == run => fence = None,
            None if line.is_empty() && lines.last().is_some_and(String::is_empty) => continue,
            _ => {}
        }
        // The printer adds a space and an empty first line to quotes.
        let quote = line.trim_start().starts_with('>') && (fence.is_none() || quoted);
        let line = if quote { line.strip_prefix(' ').unwrap_or(line) } else { line };
        if quote && line.trim() == ">" && !lines.last().is_some_and(|last| last.trim_start().starts_with('>')) {
            continue;
        }
        lines.push(line.to_owned());
    }
    lines
}

/// Returns the meaning of a text: its marks, and every character except white space.
fn meaning(text: &str) -> String {
    let mut meaning = Meaning::default();
    let link =
        |link: pulldown_cmark::BrokenLink<'_>| Some((CowStr::from(link.reference.to_string()), CowStr::from("")));
    for event in Parser::new_with_broken_link_callback(text, RUSTDOC, Some(link)) {
        match event {
            Event::Start(tag) => meaning.start(&tag),
            Event::End(tag) => meaning.end(tag),
            Event::Text(text) => meaning.words(&text),
            Event::Code(text) => meaning.code(&text),
            Event::SoftBreak | Event::HardBreak => {}
            other => meaning.0.push_str(&format!("{other:?}")),
        }
    }
    meaning.0
}

#[derive(Default)]
struct Meaning(String);

impl Meaning {
    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            // Whether the items of a list are paragraphs depends only on blank lines.
            Tag::Paragraph => {}
            Tag::List(first) => self.0.push_str(if first.is_some() { "\n(ol" } else { "\n(ul" }),
            Tag::Link { dest_url, .. } => self.0.push_str(&format!("(a {dest_url} ")),
            tag => self.0.push_str(&format!("\n({:?} ", tag.to_end())),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        if tag != TagEnd::Paragraph {
            self.0.push(')');
        }
    }

    fn words(&mut self, text: &str) {
        self.0.extend(text.chars().filter(|c| !c.is_whitespace()));
    }

    fn code(&mut self, text: &str) {
        self.0.push('`');
        self.words(text);
        self.0.push('`');
    }
}

struct Writer {
    out: Vec<Event<'static>>,
    meaning: String,
    level: Level,
    /// The open tags, and whether they are kept.
    open: Vec<bool>,
    depth: usize,
    /// The width of the current line; spaces are added before the next word.
    width: usize,
    blank: bool,
    previous: char,
    /// Whether a line may be broken here: not in a table.
    wraps: bool,
    /// The number of open links, and of open marks of bold words.
    links: usize,
    strong: usize,
    /// The code of a block.
    code: Option<String>,
    /// Whether a paragraph is open that no event opened.
    flat: bool,
}

impl Writer {
    fn new(level: Level) -> Self {
        Self {
            out: Vec::new(),
            meaning: String::new(),
            level,
            open: Vec::new(),
            depth: 0,
            width: 0,
            blank: false,
            previous: ' ',
            wraps: true,
            links: 0,
            strong: 0,
            code: None,
            flat: false,
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.text(&text),
            },
            Event::Code(text) => self.span(&text),
            Event::SoftBreak => self.blank = true,
            Event::HardBreak => self.line_break(),
            _ => {}
        }
    }

    fn push(&mut self, event: Event<'static>) {
        let mut meaning = Meaning(std::mem::take(&mut self.meaning));
        match &event {
            Event::Start(tag) => meaning.start(tag),
            Event::End(tag) => meaning.end(*tag),
            _ => {}
        }
        self.meaning = meaning.0;
        self.out.push(event);
    }

    fn write(&mut self, text: &str) {
        match self.out.last_mut() {
            Some(Event::Text(before)) => *before = CowStr::from(format!("{before}{text}")),
            _ => self.out.push(Event::Text(CowStr::from(text.to_owned()))),
        }
    }

    /// Begins a new block.
    fn block(&mut self) {
        (self.width, self.blank, self.previous) = (0, false, ' ');
    }

    fn start(&mut self, tag: Tag<'_>) {
        let flat = self.level == Level::Flat;
        let full = self.level == Level::Full;
        let deep = self.depth >= DEPTH || flat;
        let kept = match &tag {
            Tag::Paragraph | Tag::Heading { .. } => !flat,
            Tag::List(_) | Tag::BlockQuote(_) => {
                self.depth += 1;
                !deep
            }
            // Like the list of the item.
            Tag::Item => self.open.last().copied().unwrap_or_default(),
            Tag::CodeBlock(_) => !flat,
            Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell => !flat,
            Tag::Strong => full && self.strong == 0,
            Tag::Emphasis => full,
            Tag::Link { dest_url, .. } => full && self.links == 0 && is_link(dest_url),
            _ => false,
        };
        let inline = matches!(tag, Tag::Strong | Tag::Emphasis | Tag::Link { .. } | Tag::Image { .. });
        self.open.push(kept);
        match &tag {
            Tag::Strong => self.strong += 1,
            Tag::CodeBlock(_) if kept => self.code = Some(String::new()),
            Tag::Link { .. } if kept => self.links += 1,
            _ => {}
        }
        if !inline {
            self.close_flat();
            self.block();
            self.wraps = self.wraps && !matches!(tag, Tag::Table(_));
        }
        if !kept {
            return;
        }
        if inline {
            self.space(0);
            self.previous = '*';
        }
        match tag {
            Tag::Heading { .. } => {
                self.push(Event::Start(Tag::Paragraph));
                if full {
                    self.strong += 1;
                    self.push(Event::Start(Tag::Strong));
                }
            }
            Tag::Link { dest_url, .. } => {
                if let Some(Event::Text(before)) = self.out.last_mut()
                    && let Some(stem) = before.strip_suffix('!')
                {
                    *before = CowStr::from(format!("{stem}{}", hidden('!')));
                }
                let dest_url = CowStr::from(dest_url.to_string());
                let (title, id) = (CowStr::from(""), CowStr::from(""));
                self.push(Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, title, id }));
            }
            Tag::CodeBlock(_) => self.push(Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(CowStr::from("text"))))),
            Tag::BlockQuote(_) => self.push(Event::Start(Tag::BlockQuote(None))),
            tag => self.push(Event::Start(tag.into_static())),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        let kept = self.open.pop().unwrap_or_default();
        if !matches!(tag, TagEnd::Strong | TagEnd::Emphasis | TagEnd::Link | TagEnd::Image) {
            self.close_flat();
        }
        match tag {
            TagEnd::List(_) | TagEnd::BlockQuote(_) => self.depth -= 1,
            TagEnd::Table => self.wraps = true,
            TagEnd::Strong => self.strong -= 1,
            TagEnd::Link if kept => self.links -= 1,
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    let mut meaning = Meaning(std::mem::take(&mut self.meaning));
                    meaning.words(&code);
                    self.meaning = meaning.0;
                    let end = if code.ends_with('\n') { "" } else { "\n" };
                    self.out.push(Event::Text(CowStr::from(format!("{code}{end}"))));
                }
            }
            _ => {}
        }
        if matches!(tag, TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) {
            self.block();
        }
        if !kept {
            return;
        }
        match tag {
            TagEnd::Heading(_) => {
                if self.level == Level::Full {
                    self.strong -= 1;
                    self.push(Event::End(TagEnd::Strong));
                }
                self.push(Event::End(TagEnd::Paragraph));
            }
            TagEnd::BlockQuote(_) => self.push(Event::End(TagEnd::BlockQuote(None))),
            tag => self.push(Event::End(tag)),
        }
    }

    /// Ends the paragraph that replaces a block of another kind.
    fn close_flat(&mut self) {
        if std::mem::take(&mut self.flat) {
            self.push(Event::End(TagEnd::Paragraph));
        }
    }

    /// Appends the pending space or line break before a word of this width.
    fn space(&mut self, word: usize) {
        if self.level == Level::Flat && !self.flat {
            self.flat = true;
            self.push(Event::Start(Tag::Paragraph));
        }
        if !std::mem::take(&mut self.blank) || self.width == 0 {
            return;
        }
        if self.wraps && self.width + 1 + word > WIDTH {
            self.out.push(Event::SoftBreak);
            self.width = 0;
        } else {
            self.write(" ");
            self.width += 1;
        }
    }

    fn line_break(&mut self) {
        if self.width > 0 && self.wraps && self.level == Level::Full && self.strong == 0 && self.links == 0 {
            self.blank = false;
            self.previous = BREAK;
        } else {
            self.blank = true;
        }
    }

    /// Appends everything before a word of this width.
    fn lead(&mut self, word: usize) {
        if self.previous == BREAK {
            // Delayed, because a paragraph does not end with a break.
            self.write(BREAK.encode_utf8(&mut [0; 4]));
            self.out.push(Event::SoftBreak);
            (self.width, self.blank) = (0, false);
        }
        self.space(word);
    }

    /// Appends a word.
    fn word(&mut self, word: &str) {
        let width = word.chars().count();
        self.lead(width);
        let guarded = guard_start(word);
        match guarded.split_once('\\').filter(|_| self.width == 0) {
            Some((before, after)) => {
                let sign = after.chars().next().unwrap_or(' ');
                self.write(&format!("{before}{}{}", hidden(sign), &after[sign.len_utf8()..]));
            }
            None => self.write(word),
        }
        self.width += width;
    }

    fn span(&mut self, text: &str) {
        let shown: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if shown.is_empty() {
            return;
        }
        let mut meaning = Meaning(std::mem::take(&mut self.meaning));
        meaning.code(&shown);
        self.meaning = meaning.0;
        // Two adjacent spans would be one.
        self.blank |= self.previous == '`';
        let width = shown.chars().count() + 2;
        self.lead(width);
        self.width += width;
        self.out.push(Event::Code(CowStr::from(shown)));
        self.previous = '`';
    }

    fn text(&mut self, text: &str) {
        let mut word = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c.is_whitespace() || c == BREAK {
                if !word.is_empty() {
                    self.word(&std::mem::take(&mut word));
                }
                if c == BREAK {
                    self.line_break()
                } else if self.previous != BREAK {
                    self.blank = true
                }
                if self.previous != BREAK {
                    self.previous = ' ';
                }
                continue;
            }
            let next = chars.peek().copied();
            // The text after this one is unknown here.
            let url = c == ':'
                && (next.is_none() || next == Some('/'))
                && (word.ends_with("http") || word.ends_with("https") || next.is_some());
            let open = matches!(c, '&') && next.is_none();
            let previous = if word.is_empty() { self.previous } else { word.chars().next_back().unwrap_or(' ') };
            if url || open || must_escape(c, previous, next.unwrap_or(' ')) {
                word.push(hidden(c));
            } else {
                word.push(if c == '&' { AND } else { c });
            }
            self.meaning.push(c);
        }
        if !word.is_empty() {
            let last = word.chars().next_back().unwrap_or(' ');
            self.word(&word);
            self.previous = last;
        }
    }
}
