//! Percent-encoding as in signatures, and decoding of queries and form bodies.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything except the unreserved characters of RFC 3986.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Encodes everything except the unreserved characters, with upper-case digits.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// An error of decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// A `%` without two hexadecimal digits.
    Escape,
    /// The decoded bytes are not UTF-8.
    Utf8,
    /// An empty pair, or a pair without a name.
    EmptyPair,
}

impl DecodeError {
    /// Returns the reason, which continues a sentence.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Escape => "contains a % that is not followed by two hexadecimal digits",
            Self::Utf8 => "is not UTF-8 after percent-decoding",
            Self::EmptyPair => "contains an empty pair or a pair without a name",
        }
    }
}

/// Decodes a path segment: `+` is unchanged.
pub(crate) fn decode(text: &str) -> Result<String, DecodeError> {
    decode_bytes(text, false)
}

/// Returns the pairs of a query or a form body, in which `+` is a space; a name without `=` has an empty value.
pub(crate) fn pairs(text: &str) -> Result<Vec<(String, String)>, DecodeError> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if name.is_empty() {
            return Err(DecodeError::EmptyPair);
        }
        Ok((decode_bytes(name, true)?, decode_bytes(value, true)?))
    };
    text.split('&').map(pair).collect()
}

fn decode_bytes(text: &str, plus_is_space: bool) -> Result<String, DecodeError> {
    // The decoder keeps a malformed escape unchanged.
    let is_escape = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    if !text.split('%').skip(1).all(is_escape) {
        return Err(DecodeError::Escape);
    }
    let text = if plus_is_space { text.replace('+', " ") } else { text.to_owned() };
    let decoded = percent_decode_str(&text).decode_utf8().map_err(|_| DecodeError::Utf8)?;
    Ok(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encode_keeps_only_unreserved_bytes() {
        let text = " c d*~'()!é/:@,$&+=?#[]";
        assert_eq!(encode(text), "%20c%20d%2A~%27%28%29%21%C3%A9%2F%3A%40%2C%24%26%2B%3D%3F%23%5B%5D");
        assert_eq!(decode(&encode(text)).unwrap(), text);
    }

    #[test]
    fn pairs_decode_both_encodings_of_a_space() {
        let read = pairs("a=1+2&b=1%202&c&d=%2B&e==").unwrap();
        let read: Vec<(&str, &str)> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(read, [("a", "1 2"), ("b", "1 2"), ("c", ""), ("d", "+"), ("e", "=")]);
        assert_eq!(pairs("").unwrap(), []);
    }

    #[test]
    fn decode_of_malformed_texts_is_an_error() {
        for text in ["a=%", "a=%2", "a=%zz", "%=1", "a=%+1", "a=%é"] {
            assert_eq!(pairs(text), Err(DecodeError::Escape), "{text}");
        }
        for text in ["a=1&", "&a=1", "a=1&&b=2", "=1", "&"] {
            assert_eq!(pairs(text), Err(DecodeError::EmptyPair), "{text}");
        }
        assert_eq!(pairs("a=%ff"), Err(DecodeError::Utf8));
        assert_eq!(decode("a+b%2F"), Ok("a+b/".to_owned()));
    }
}
