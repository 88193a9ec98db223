//! Percent-encoding, in the two spellings the protocol uses.

/// Letters, digits and `-_.~` stay as they are everywhere.
const PLAIN: [bool; 256] = plain(b"");
/// What may stand unescaped in the fixed part of a path.
const PATH: [bool; 256] = plain(b"/!$&'()*+,;=:@%");

const fn plain(more: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let it = byte as u8;
        table[byte] = it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.' | b'~');
        byte += 1;
    }
    let mut index = 0;
    while index < more.len() {
        table[more[index] as usize] = true;
        index += 1;
    }
    table
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Appends `text` by RFC 3986: UTF-8 bytes, upper-case hex, a blank is `%20`.
pub(crate) fn encode(text: &str, out: &mut String) {
    push(text, out, &PLAIN, false);
}

/// Appends `text` as in a form body: as [`encode`], but a blank is `+`.
pub(crate) fn encode_form(text: &str, out: &mut String) {
    push(text, out, &PLAIN, true);
}

/// Appends the fixed part of a path template, escaping only what no path may hold.
pub(crate) fn encode_path(text: &str, out: &mut String) {
    push(text, out, &PATH, false);
}

fn push(text: &str, out: &mut String, plain: &[bool; 256], plus: bool) {
    let mut start = 0;
    for (at, &byte) in text.as_bytes().iter().enumerate() {
        if plain[usize::from(byte)] {
            continue;
        }
        // Every byte before `at` since `start` is ASCII, so both are character borders unless `at` is inside a
        // character that began at `start`; then the run is empty.
        if start < at {
            out.push_str(&text[start..at]);
        }
        start = at + 1;
        if plus && byte == b' ' {
            out.push('+');
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    if start < text.len() {
        out.push_str(&text[start..]);
    }
}
