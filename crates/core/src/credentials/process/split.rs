//! Splits commands into words.

/// Splits a command into words as a POSIX shell does, without expansions. On Windows a backslash is an ordinary
/// character, except before a double quote, because paths contain it.
pub(crate) fn split(command: &str, windows: bool) -> Result<Vec<String>, &'static str> {
    let words = match windows {
        true => shell_words::split(&escape_backslashes(command)),
        false => shell_words::split(command),
    };
    let words = words.map_err(|_| "has a quote that is not closed")?;
    if words.first().is_none_or(String::is_empty) {
        return Err("is empty");
    }
    Ok(words)
}

/// Doubles the backslashes that a POSIX shell would read as escapes, except those before a double quote.
fn escape_backslashes(command: &str) -> String {
    let mut escaped = String::with_capacity(command.len());
    let mut quote = None;
    let mut chars = command.chars().peekable();
    while let Some(c) = chars.next() {
        escaped.push(c);
        match c {
            '\\' if quote == Some('\'') => {}
            '\\' if chars.peek() == Some(&'"') => escaped.extend(chars.next()),
            '\\' => escaped.push(c),
            '"' | '\'' if quote == Some(c) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(c),
            _ => {}
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn split_of_quotes_returns_the_words_of_a_shell() {
        for (command, expected) in [
            ("tool", vec!["tool"]),
            ("  tool  a\tb\nc ", vec!["tool", "a", "b", "c"]),
            (r#"tool "" 'a b' "c d"e"#, vec!["tool", "", "a b", "c de"]),
            (r#"tool "a\"b\\c\$d\x" 'e\f'"#, vec!["tool", r#"a"b\c$d\x"#, r"e\f"]),
            (r"tool a\ b \; \| $HOME `x` *", vec!["tool", "a b", ";", "|", "$HOME", "`x`", "*"]),
            ("tool a\\\nb", vec!["tool", "ab"]),
        ] {
            assert_eq!(split(command, false).unwrap(), expected, "{command}");
        }
        let path = r#""C:\Program Files\tool.exe" C:\a\b "say \"it's\"" 'C:\a b'"#;
        let expected = [r"C:\Program Files\tool.exe", r"C:\a\b", r#"say "it's""#, r"C:\a b"];
        assert_eq!(split(path, true).unwrap(), expected);
    }

    #[test]
    fn split_of_an_incomplete_command_is_an_error() {
        for command in ["", "  ", "\"\" a", "'a", "\"a"] {
            assert!(split(command, false).is_err(), "{command:?}");
        }
    }
}
