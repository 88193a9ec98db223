//! Scans the members of damaged JSON objects.
//!
//! [`read`](super::read()) decodes valid responses. This scanner recovers what it can from bodies that no parser
//! accepts: truncated, in another character encoding, with invalid escapes, missing commas or trailing text. It makes
//! one pass without recursion, and never fails.

use std::borrow::Cow;

use super::read::compact;

/// How bytes outside of ASCII are interpreted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    /// As UTF-8, with U+FFFD for invalid bytes.
    Utf8,
    /// In pairs, as in GBK: the second byte of a pair may be `\`, `{` or `}` without their meaning.
    DoubleByte,
}

/// Returns the members of the object that `body` starts with, in order. Empty if it does not start with an object.
///
/// A member with a truncated value is left out, as is everything after it.
pub(crate) fn members(body: &[u8], charset: Charset) -> Members<'_> {
    let body = trim(body);
    let rest = body.strip_prefix(b"{").unwrap_or_default();
    Members { rest, charset }
}

/// Returns the value at `path`, outermost name first, if every step is an object. The last of several members with one
/// name counts, as in a parser.
pub(crate) fn value_at<'a>(body: &'a [u8], path: &[&str]) -> Option<&'a [u8]> {
    path.iter().try_fold(trim(body), |object, name| {
        let found = members(object, Charset::Utf8).filter(|(key, _)| key == name).last();
        found.map(|(_, value)| value.0)
    })
}

/// Returns the text without a byte order mark and surrounding white space.
pub(crate) fn trim(body: &[u8]) -> &[u8] {
    let body = body.trim_ascii_start();
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start()
}

/// The iterator that [`members`] returns.
pub(crate) struct Members<'a> {
    rest: &'a [u8],
    charset: Charset,
}

/// The text of a value: complete, but not necessarily valid.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) struct RawValue<'a>(&'a [u8]);

impl<'a> Iterator for Members<'a> {
    type Item = (String, RawValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            // Everything between members except the start of a name and the end of the object is skipped.
            let at = self.rest.iter().position(|byte| matches!(byte, b'"' | b'}'))?;
            self.rest = &self.rest[at..];
            if self.rest[0] == b'}' {
                self.rest = &[];
                return None;
            }
            let name = self.take(string(self.rest, self.charset))?;
            let Some(value) = self.rest.trim_ascii_start().strip_prefix(b":") else { continue };
            self.rest = value.trim_ascii_start();
            let value = self.take(self.value())?;
            return Some((unquoted(name), RawValue(value)));
        }
    }
}

impl<'a> Members<'a> {
    /// Removes a number of bytes from the rest; without a length, the text is truncated.
    fn take(&mut self, length: Option<usize>) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at(length.unwrap_or_default());
        self.rest = if length.is_some() { rest } else { &[] };
        length.map(|_| taken)
    }

    /// Returns the length of the value that the rest starts with.
    fn value(&self) -> Option<usize> {
        match self.rest.first()? {
            b'"' => string(self.rest, self.charset),
            b'{' | b'[' => nested(self.rest, self.charset),
            _ => self
                .rest
                .iter()
                .position(|byte| matches!(byte, b',' | b'}' | b']' | b'"') || byte.is_ascii_whitespace()),
        }
    }
}

/// Returns the length of the string that `text` starts with, including the quotes.
fn string(text: &[u8], charset: Charset) -> Option<usize> {
    let mut at = 1;
    loop {
        at += match (text.get(at)?, text.get(at + 1)) {
            (b'"', _) => return Some(at + 1),
            (b'\\', _) => 2,
            (0x81..=0xfe, Some(0x40..=0x7e | 0x80..=0xfe)) if charset == Charset::DoubleByte => 2,
            _ => 1,
        };
    }
}

/// Returns the length of the object or list that `text` starts with. An unclosed one ends with the value around it.
fn nested(text: &[u8], charset: Charset) -> Option<usize> {
    let mut open: Vec<u8> = Vec::new();
    // Without its own count, every unmatched bracket would search all levels.
    let mut lists = 0_usize;
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'"' => at += string(&text[at..], charset)? - 1,
            bracket @ (b'{' | b'[') => {
                open.push(*bracket);
                lists += usize::from(*bracket == b'[');
            }
            b']' if lists > 0 => {
                while open.pop() == Some(b'{') {}
                lists -= 1;
            }
            b'}' => loop {
                match open.pop() {
                    Some(b'[') => lists -= 1,
                    Some(_) => break,
                    // The end of an outer object.
                    None => return Some(at),
                }
            },
            _ => {}
        }
        at += 1;
        if open.is_empty() {
            return Some(at);
        }
    }
}

impl<'a> RawValue<'a> {
    /// Returns the value as text: a string without quotes and escapes, anything else as compact JSON; `None` for
    /// `null`.
    pub(crate) fn text(self) -> Option<String> {
        match self.0 {
            b"null" => None,
            [b'"', ..] => Some(unquoted(self.0)),
            other => Some(compact(&String::from_utf8_lossy(other)).into_owned()),
        }
    }

    /// Whether the value is an object or a list.
    pub(crate) fn is_nested(self) -> bool {
        matches!(self.0, [b'{' | b'[', ..])
    }

    /// Returns the value as JSON, with U+FFFD for invalid characters; `None` if it is not valid.
    pub(crate) fn json(self) -> Option<serde_json::Value> {
        let text = String::from_utf8_lossy(self.0);
        match repaired(text.as_bytes()) {
            Some(repaired) => serde_json::from_slice(&repaired).ok(),
            None => serde_json::from_str(&text).ok(),
        }
    }
}

/// Returns the text of a quoted string. An unknown escape is kept.
fn unquoted(quoted: &[u8]) -> String {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    let mut text = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let [first, after @ ..] = rest {
        rest = after;
        let (b'\\', [escape, after @ ..]) = (first, after) else {
            text.push(*first);
            continue;
        };
        rest = after;
        text.push(match escape {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 0x08,
            b'f' => 0x0c,
            b'u' => {
                let Some(unit) = unit(after) else {
                    text.extend(b"\\u");
                    continue;
                };
                rest = &after[4..];
                let pair = rest.strip_prefix(b"\\u").and_then(self::unit);
                let c = match char::decode_utf16([unit].into_iter().chain(pair)).next() {
                    Some(Ok(c)) => c,
                    _ => char::REPLACEMENT_CHARACTER,
                };
                if c.len_utf16() == 2 {
                    rest = &rest[6..];
                }
                text.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            other => *other,
        });
    }
    match String::from_utf8_lossy(&text) {
        Cow::Borrowed(_) => String::from_utf8(text).unwrap_or_default(),
        Cow::Owned(text) => text,
    }
}

/// Returns the UTF-16 unit of four hexadecimal digits.
fn unit(digits: &[u8]) -> Option<u16> {
    let digits = digits.get(..4).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Returns the text with `\ufffd` for every unpaired surrogate escape; `None` if there is none.
///
/// Positions do not change: both escapes have the same length.
pub(super) fn repaired(body: &[u8]) -> Option<Vec<u8>> {
    let mut repaired: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(byte) = body.get(at) {
        at += match (byte, body.get(at + 1)) {
            (b'\\', Some(b'u')) => match unit(&body[at + 2..]) {
                Some(0xd800..=0xdbff) if is_low(&body[at + 6..]) => 12,
                Some(0xd800..=0xdfff) => {
                    repaired.get_or_insert_with(|| body.to_vec())[at + 2..at + 6].copy_from_slice(b"fffd");
                    6
                }
                _ => 2,
            },
            // Escapes occur only in strings, so that the start of strings need not be known.
            (b'\\', _) => 2,
            _ => 1,
        };
    }
    repaired
}

/// Whether the text starts with a low surrogate escape.
fn is_low(text: &[u8]) -> bool {
    matches!(text.strip_prefix(b"\\u").and_then(unit), Some(0xdc00..=0xdfff))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;

    fn texts(body: &[u8], charset: Charset) -> Vec<(String, Option<String>)> {
        members(body, charset).map(|(name, value)| (name, value.text())).collect()
    }

    fn text_of(body: &[u8], name: &str) -> Option<String> {
        texts(body, Charset::Utf8).into_iter().rev().find(|(key, _)| key == name)?.1
    }

    #[test]
    fn members_of_damaged_objects_are_recovered() {
        let damaged: &[&[u8]] = &[
            br#"{"Message":"x \ud83d","Code":"A.B"}"#,
            b"{\"Message\":\"\xc7\xeb\xc7\xf3\",\"Code\":\"A.B\"}",
            b"{\"Message\":\"two\nlines\x00\",\"Code\":\"A.B\"}",
            br#"{"Message":"\x \u12 \uzzzz","Code":"A.B"}"#,
            br#"{"Code":"A.B","Message":"cut"#,
            br#"{"Code":"A.B","Message":"cut \"#,
            br#"{"Code":"A.B","Data":{"x":[1,{"y":"#,
            br#"{"Code":"A.B""#,
            br#"{"Code":"A.B"} trailing } garbage"#,
            br#"{"Code":"A.B"}{"Code":"other"}"#,
            br#"{"Data":{"Code":"inner","x":[1,2},"Code":"A.B"}"#,
            br#"{"Data":{"Code":"inner"]},"Code":"A.B"}"#,
            br#"{"Data":[{"Code":"inner"}],"Code":"A.B"}"#,
            br#"{"Message":nonsense,"Code":"A.B"}"#,
            br#"{"Message":"m" "Code":"A.B"}"#,
            br#"{"Message":,"Code":"A.B"}"#,
            br#"{,,"Message";"m","Code" : "A.B" ,}"#,
            b" \xef\xbb\xbf\r\n {\"Code\":\"A.B\"}",
            br#"{"C\u006fde":"A\u002eB"}"#,
        ];
        for body in damaged {
            assert_eq!(text_of(body, "Code").as_deref(), Some("A.B"), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn members_with_a_truncated_value_omit_it() {
        for body in
            [r#"{"Code":"#, r#"{"Code":"A"#, r#"{"Code":40"#, r#"{"Code":{"a":1"#, r#"{"Code""#, r#"{"Co"#, "{", ""]
        {
            assert_eq!(texts(body.as_bytes(), Charset::Utf8), [], "{body}");
        }
        for body in ["[1]", "\"x\"", "5", "<a>", "x{\"Code\":\"A\"}"] {
            assert_eq!(texts(body.as_bytes(), Charset::Utf8), [], "{body}");
        }
    }

    #[test]
    fn members_in_gbk_may_contain_a_backslash_byte() {
        let body = b"{\"Message\":\"\xd5\x5c\",\"Data\":{\"x\":\"\x81\x7d\"},\"Code\":\"A.B\"}";
        assert_eq!(texts(body, Charset::DoubleByte).last().unwrap().1.as_deref(), Some("A.B"));
    }

    #[test]
    fn text_of_members_is_decoded() {
        let body = br#"{"a":null,"b":true,"c":-1.50,"d":{"x" : [1, "a b"]},"e":"\ud83d\ude00\ud83dA\n\/\"","f":[]}"#;
        let texts_of_values: Vec<_> = texts(body, Charset::Utf8).into_iter().map(|(_, value)| value).collect();
        let expected = ["true", "-1.50", r#"{"x":[1,"a b"]}"#, "\u{1f600}\u{fffd}A\n/\"", "[]"];
        assert_eq!(texts_of_values[0], None);
        assert_eq!(texts_of_values[1..].iter().flatten().collect::<Vec<_>>(), expected);
        assert_eq!(value_at(br#"{"a":1,"a":{"b":[2]},"c":3}"#, &["a", "b"]), Some(&b"[2]"[..]));
        assert_eq!(value_at(b"{\"a\":1}", &["a", "b"]), None);
    }

    #[test]
    fn text_with_half_a_surrogate_pair_has_a_replacement_character() {
        // Expected values are those of Go's encoding/json.
        for (text, expected) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""\ude00x""#, "\u{fffd}x"),
            (r#""\ud83d\u0041""#, "\u{fffd}A"),
            (r#""\ud83d\n""#, "\u{fffd}\n"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\\ud83d \ud83d""#, "\\ud83d \u{fffd}"),
        ] {
            let repaired = repaired(text.as_bytes()).expect(text);
            assert_eq!(serde_json::from_slice::<String>(&repaired).unwrap(), expected, "{text}");
            assert_eq!(unquoted(text.as_bytes()), expected, "{text}");
        }
        for whole in [r#""\ud83d\ude00""#, r#""\\ud83d""#, r#""\u00e9 \uFFFD""#, "{}", ""] {
            assert_eq!(repaired(whole.as_bytes()), None, "{whole}");
        }
    }

    /// The time grows linearly with the length of a body, however its brackets are mixed.
    #[test]
    fn members_with_mixed_brackets_take_linear_time() {
        const COUNT: usize = 1 << 20;
        for (open, close) in [("{", "]"), ("[", "}"), ("[{", "}"), ("{[", "]"), ("{", "}"), ("[", "]")] {
            let body = format!("{{\"a\":{}{},\"b\":1}}", open.repeat(COUNT), close.repeat(COUNT));
            assert!(members(body.as_bytes(), Charset::Utf8).count() <= 2);
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

        /// The scanner reads valid JSON as the parser does, compact or not.
        #[test]
        fn members_of_valid_objects_equal_those_of_serde_json(map in prop::collection::btree_map(any::<String>(), any_json(), 0..6), pretty in any::<bool>()) {
            let object = Value::Object(map.into_iter().collect::<Map<_, _>>());
            let text = if pretty { serde_json::to_string_pretty(&object) } else { serde_json::to_string(&object) }.unwrap();
            let read: Map<_, _> = members(text.as_bytes(), Charset::Utf8).map(|(name, value)| (name, value.json().unwrap())).collect();
            prop_assert_eq!(&Value::Object(read), &object);
            for (name, value) in object.as_object().unwrap() {
                let found = text_of(text.as_bytes(), name);
                prop_assert_eq!(found, match value {
                    Value::Null => None,
                    Value::String(text) => Some(text.clone()),
                    other => Some(other.to_string()),
                });
            }
        }

        /// Truncation does not affect the complete members before it.
        #[test]
        fn members_of_truncated_objects_are_a_prefix(map in prop::collection::btree_map(any::<String>(), any_json(), 0..6), cut in any::<prop::sample::Index>()) {
            let object = Value::Object(map.into_iter().collect::<Map<_, _>>());
            let text = object.to_string().into_bytes();
            let cut = &text[..cut.index(text.len() + 1)];
            let whole: Vec<_> = texts(&text, Charset::Utf8);
            let read = texts(cut, Charset::Utf8);
            prop_assert!(read.len() <= whole.len());
            prop_assert_eq!(&read[..], &whole[..read.len()]);
            // The length of a member's text without its end: a quote, a bracket, or what follows a number.
            if let Some((name, _)) = whole.get(read.len()) {
                let complete = json!({name: object[name]}).to_string().len();
                let before: usize = whole[..read.len()].iter().map(|(name, _)| json!({name: object[name]}).to_string().len() - 1).sum();
                prop_assert!(cut.len() < before + complete, "{:?} lacks {name}", String::from_utf8_lossy(cut));
            }
        }

        /// No bytes in a text hide a later member, and no input causes a panic.
        #[test]
        fn members_of_any_bytes_do_not_panic(message in prop::collection::vec(any::<u8>().prop_filter("ends the string", |byte| !b"\"\\".contains(byte)), 0..40),
                     junk in prop::collection::vec(any::<u8>(), 0..60)) {
            let body = [&b"{\"Message\":\""[..], &message, b"\",\"Code\":\"A.B\"}", &junk].concat();
            let code = text_of(&body, "Code");
            prop_assert_eq!(code.as_deref(), Some("A.B"));
            for charset in [Charset::Utf8, Charset::DoubleByte] {
                _ = texts(&junk, charset);
                _ = texts(&[b"{", &junk[..]].concat(), charset);
            }
            _ = repaired(&junk);
        }
    }
}
