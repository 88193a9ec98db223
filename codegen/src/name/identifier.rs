//! Converts texts to Rust identifiers.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Strict and reserved keywords of every edition up to 2024.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
    "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized", "use", "virtual", "where", "while",
    "yield",
];

/// The maximum length of an identifier, in characters.
const MAX_LENGTH: usize = 120;

/// Returns the name of a field, method or module: `v_switch_ids` for `VSwitchIds`.
#[must_use]
pub fn snake(text: &str) -> String {
    finish(&pieces(text, |piece| piece.to_snake_case()), 'v')
}

/// Returns the name of a type or variant: `NodeFixed` for `NODE_FIXED`.
#[must_use]
pub fn pascal(text: &str) -> String {
    finish(&pieces(text, |piece| piece.to_upper_camel_case()), 'V')
}

/// Whether a text is a valid identifier.
pub(super) fn is_valid(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !KEYWORDS.contains(&text)
        && text != "_"
}

/// Whether the compiler accepts the name of a field or function without a lint.
pub(super) fn is_snake_case(name: &str) -> bool {
    !name.trim_matches('_').contains("__") && !name.contains(|c: char| c.is_ascii_uppercase())
}

/// Whether the compiler accepts the name of a type or variant without a lint: underscores only between digits.
pub(super) fn is_camel_case(name: &str) -> bool {
    let inner = name.trim_matches('_').as_bytes();
    let joined = |pair: &[u8]| pair.contains(&b'_') && !pair.iter().any(u8::is_ascii_digit) || pair == b"__";
    let beside = |pair: &[u8]| pair.contains(&b'_') && pair.iter().any(u8::is_ascii_alphabetic);
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && !inner.windows(2).any(|pair| joined(pair) || beside(pair))
}

/// Whether a file with this name and any extension is a device on Windows.
pub(super) fn is_device(name: &str) -> bool {
    let port = |name: &str| name.len() == 1 && name.bytes().all(|byte| byte.is_ascii_digit());
    let numbered = ["com", "lpt"].iter().filter_map(|port| name.strip_prefix(port)).any(port);
    matches!(name, "con" | "prn" | "aux" | "nul" | "conin" | "conout") || numbered
}

/// Converts a text piece by piece, so that `1.0` and `10` differ: a separator between digits is `_`.
fn pieces(text: &str, convert: impl Fn(&str) -> String) -> String {
    let ascii = spell(text);
    let chars: Vec<char> = ascii.chars().collect();
    let mut out = String::new();
    let mut start = 0;
    for at in 1..chars.len().max(1) {
        let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
        if digit(at - 1) && digit(at + 1) && !chars[at].is_ascii_alphanumeric() {
            let piece: String = chars[start..at].iter().collect();
            out.push_str(&convert(&piece));
            out.push('_');
            start = at + 1;
        }
    }
    let piece: String = chars[start..].iter().collect();
    out.push_str(&convert(&piece));
    out
}

/// Returns the ASCII letters, digits and separators. Other letters are spelled by code point, which no lint reports as
/// confusable; other characters are spelled only if nothing else remains.
fn spell(text: &str) -> String {
    let symbols_only = !text.chars().any(|c| c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphanumeric()));
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_ascii_alphanumeric() => out.push(c),
            _ if !c.is_ascii() && c.is_alphanumeric() => out.push_str(&format!(" U{:X} ", u32::from(c))),
            _ if symbols_only => out.push_str(&format!(" {} ", symbol_name(c))),
            _ => out.push(if c == '_' { '_' } else { '-' }),
        }
    }
    out
}

fn symbol_name(c: char) -> String {
    let word = match c {
        '*' => "Star",
        '+' => "Plus",
        '-' => "Minus",
        '<' => "Less",
        '>' => "Greater",
        '=' => "Equal",
        '!' => "Not",
        '.' => "Dot",
        ',' => "Comma",
        '/' => "Slash",
        '%' => "Percent",
        '&' => "And",
        '|' => "Or",
        '#' => "Hash",
        '$' => "Dollar",
        '@' => "At",
        ':' => "Colon",
        ';' => "Semicolon",
        '~' => "Tilde",
        '^' => "Caret",
        '?' => "Question",
        '_' => "Underscore",
        ' ' => "Space",
        _ => return format!("U{:X}", u32::from(c)),
    };
    word.to_owned()
}

fn finish(name: &str, prefix: char) -> String {
    // A module is a file, and file systems limit names to 255 bytes. The name is ASCII here.
    let mut name = name.chars().take(MAX_LENGTH).collect::<String>();
    name.truncate(name.trim_end_matches('_').len());
    if name.is_empty() {
        name = if prefix.is_uppercase() { "Empty".to_owned() } else { "empty".to_owned() };
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, prefix);
    }
    if KEYWORDS.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn awkward_names_become_identifiers() {
        for (text, field, variant) in [
            ("AppInstanceGroupId", "app_instance_group_id", "AppInstanceGroupId"),
            ("ClientOS", "client_os", "ClientOs"),
            ("VSwitchIds", "v_switch_ids", "VSwitchIds"),
            ("SystemDisk.Size", "system_disk_size", "SystemDiskSize"),
            ("NODE_FIXED", "node_fixed", "NodeFixed"),
            ("type", "type_", "Type"),
            ("Self", "self_", "Self_"),
            ("crate", "crate_", "Crate"),
            ("gen", "gen_", "Gen"),
            ("1.0", "v1_0", "V1_0"),
            ("10", "v10", "V10"),
            ("", "empty", "Empty"),
            ("*", "star", "Star"),
            (">=", "greater_equal", "GreaterEqual"),
            ("x-acs-date", "x_acs_date", "XAcsDate"),
            ("中", "u4e2d", "U4e2d"),
            ("a\u{202e}b", "a_b", "AB"),
        ] {
            assert_eq!(snake(text), field, "{text}");
            assert_eq!(pascal(text), variant, "{text}");
            assert!(is_valid(&snake(text)) && is_valid(&pascal(text)), "{text}");
        }
    }
}
