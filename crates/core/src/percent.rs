//! Percent-encoding, in the three forms of the protocol.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
#[cfg(feature = "sls")]
use {percent_encoding::percent_decode_str, std::borrow::Cow};

/// Everything but the unreserved characters of RFC 3986.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// Everything that a path cannot contain.
const PATH: &AsciiSet = &COMPONENT
    .remove(b'/')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'%');

/// Appends `text`, encoded as RFC 3986 requires: a space is `%20`.
pub(crate) fn encode(text: &str, out: &mut String) {
    out.extend(utf8_percent_encode(text, COMPONENT));
}

/// Appends `text`, encoded as in a form body: as [`encode`], but a space is `+`.
pub(crate) fn encode_form(text: &str, out: &mut String) {
    for (index, part) in text.split(' ').enumerate() {
        if index > 0 {
            out.push('+');
        }
        out.extend(utf8_percent_encode(part, COMPONENT));
    }
}

/// Appends the fixed part of a path template, in which only what a path cannot contain is encoded.
pub(crate) fn encode_path(text: &str, out: &mut String) {
    out.extend(utf8_percent_encode(text, PATH));
}

/// Returns the text without escapes.
#[cfg(feature = "sls")]
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}
