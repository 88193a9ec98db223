//! JSON with the position of every value, in source order, with duplicate keys.
//!
//! serde_json reports positions only in errors; diagnostics of later stages need those of valid values.

use std::fmt;

use crate::span::Span;

/// The maximum depth of arrays and objects.
pub const DEPTH_LIMIT: usize = 256;

/// A value with its position.
#[derive(Clone, Debug)]
pub struct Value {
    /// The position.
    pub span: Span,
    /// The value.
    pub kind: Kind,
}

/// The kinds of JSON values.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number, as text.
    Number(String),
    /// A text, unescaped.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// The members in source order.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Member {
    /// The key, unescaped.
    pub key: String,
    /// The position of the key.
    pub key_span: Span,
    /// The value.
    pub value: Value,
}

impl Value {
    /// Returns the members of an object; none of `[]`, which some documents contain in place of an empty object.
    #[must_use]
    pub fn members(&self) -> Option<&[Member]> {
        match &self.kind {
            Kind::Object(members) => Some(members),
            Kind::List(items) if items.is_empty() => Some(&[]),
            _ => None,
        }
    }

    /// Returns the value of the last member with this key: later members override earlier ones, as in every common
    /// parser.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        let members = self.members()?;
        members.iter().rev().find(|member| member.key == key).map(|member| &member.value)
    }

    /// Returns the text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the name of the value's kind in messages.
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Boolean(_) => "a boolean",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "a string",
            Kind::List(_) => "an array",
            Kind::Object(_) => "an object",
        }
    }

    /// Returns the JSON pointer of the innermost value or key at an offset.
    #[must_use]
    pub fn pointer(&self, offset: u32) -> String {
        let mut pointer = String::new();
        let mut here = self;
        while let Some((step, next)) = here.step(offset) {
            pointer.push('/');
            pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
            here = next;
        }
        pointer
    }

    fn step(&self, offset: u32) -> Option<(String, &Value)> {
        match &self.kind {
            Kind::List(items) => {
                let index = items.iter().position(|item| item.span.start <= offset && offset < item.span.end)?;
                Some((index.to_string(), &items[index]))
            }
            Kind::Object(members) => {
                let within = |member: &&Member| member.key_span.start <= offset && offset < member.value.span.end;
                members.iter().find(within).map(|member| (member.key.clone(), &member.value))
            }
            _ => None,
        }
    }
}

/// A syntax error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The position.
    pub span: Span,
    /// The expected syntax.
    pub message: String,
    /// The suggestion.
    pub help: &'static str,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// Parses one JSON value that is the whole text.
///
/// # Errors
/// Returns an error if the text is not JSON (RFC 8259), or deeper than [`DEPTH_LIMIT`].
pub fn parse(text: &str) -> Result<Value, SyntaxError> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, depth: 0 };
    reader.skip_space();
    let value = reader.value()?;
    reader.skip_space();
    if reader.at < reader.bytes.len() {
        return Err(reader.error("expected the end of the file"));
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn error(&self, message: impl Into<String>) -> SyntaxError {
        let mut message: String = message.into();
        if self.at >= self.bytes.len() {
            message.push_str(", found the end of the file");
        } else if let Some(found) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            message.push_str(&format!(", found {found:?}"));
        }
        let help = "the file may be truncated or edited by hand; any JSON validator reports the same position";
        SyntaxError { span: Span::new(self.at, self.at + 1), message, help }
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Value, SyntaxError> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::list)?,
            Some(b'"') => Kind::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Kind::Number(self.number()?),
            Some(b't') => self.literal("true", Kind::Boolean(true))?,
            Some(b'f') => self.literal("false", Kind::Boolean(false))?,
            Some(b'n') => self.literal("null", Kind::Null)?,
            _ => return Err(self.error("expected a value")),
        };
        Ok(Value { span: Span::new(start, self.at), kind })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Kind, SyntaxError>) -> Result<Kind, SyntaxError> {
        if self.depth == DEPTH_LIMIT {
            return Err(SyntaxError {
                span: Span::new(self.at, self.at + 1),
                message: format!("nested deeper than {DEPTH_LIMIT} levels"),
                help: "move the inner part to `components.schemas`",
            });
        }
        self.depth += 1;
        self.at += 1;
        let kind = read(self)?;
        self.depth -= 1;
        Ok(kind)
    }

    fn object(&mut self) -> Result<Kind, SyntaxError> {
        let mut members = Vec::new();
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Kind::Object(members));
        }
        loop {
            self.skip_space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.error("expected a key in double quotes"));
            }
            let key = self.string()?;
            let key_span = Span::new(start, self.at);
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(self.error("expected a colon after the key"));
            }
            self.at += 1;
            self.skip_space();
            let value = self.value()?;
            members.push(Member { key, key_span, value });
            if self.end_of_item(b'}', "expected a comma or the end of the object")? {
                return Ok(Kind::Object(members));
            }
        }
    }

    fn list(&mut self) -> Result<Kind, SyntaxError> {
        let mut items = Vec::new();
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Kind::List(items));
        }
        loop {
            self.skip_space();
            items.push(self.value()?);
            if self.end_of_item(b']', "expected a comma or the end of the array")? {
                return Ok(Kind::List(items));
            }
        }
    }

    /// Parses a comma (`false`) or the closing bracket (`true`).
    fn end_of_item(&mut self, close: u8, expected: &str) -> Result<bool, SyntaxError> {
        self.skip_space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(false)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(true)
            }
            _ => Err(self.error(expected)),
        }
    }

    fn literal(&mut self, word: &str, kind: Kind) -> Result<Kind, SyntaxError> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(kind)
        } else {
            Err(self.error("expected a value"))
        }
    }

    fn digits(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.error("expected a digit")) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<String, SyntaxError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.text[start..self.at].to_owned())
    }

    fn string(&mut self) -> Result<String, SyntaxError> {
        self.at += 1;
        let mut text = String::new();
        let mut start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    text.push_str(&self.text[start..self.at]);
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    text.push_str(&self.text[start..self.at]);
                    self.at += 1;
                    text.push(self.escape()?);
                    start = self.at;
                }
                Some(byte) if byte >= 0x20 => self.at += 1,
                Some(_) => return Err(self.error("expected no control character in a string")),
                None => return Err(self.error("expected the end of the string")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, SyntaxError> {
        let Some(byte) = self.peek() else { return Err(self.error("expected an escape")) };
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.code_point()?,
            _ => {
                self.at -= 1;
                return Err(self.error("expected an escape"));
            }
        })
    }

    /// Parses one `\uXXXX`, or two that form a surrogate pair; an unpaired surrogate becomes U+FFFD.
    fn code_point(&mut self) -> Result<char, SyntaxError> {
        let first = self.hex()?;
        if (0xd800..0xdc00).contains(&first) && self.bytes[self.at..].starts_with(b"\\u") {
            let back = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = back;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32, SyntaxError> {
        let digits = self.bytes.get(self.at..self.at + 4);
        let code = digits
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let Some(code) = code else { return Err(self.error("expected four hexadecimal digits")) };
        self.at += 4;
        Ok(code)
    }
}
