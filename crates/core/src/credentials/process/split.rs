//! A command, split into words.

/// Splits a command at blanks. Quotes hold words together; a backslash takes the meaning from what follows, except on
/// Windows, where it stands in paths.
pub(crate) fn split(command: &str, windows: bool) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = command.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next().ok_or("has a quote that is not closed")? {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next().ok_or("has a quote that is not closed")? {
                        '"' => break,
                        '\\' => {
                            match chars.next_if(|c| *c == '"' || (!windows && matches!(c, '\\' | '$' | '`' | '\n'))) {
                                Some('\n') => {}
                                Some(c) => word.push(c),
                                None => word.push('\\'),
                            }
                        }
                        c => word.push(c),
                    }
                }
            }
            '\\' if !windows => match chars.next().ok_or("ends in a backslash")? {
                '\n' => {}
                c => word.get_or_insert_default().push(c),
            },
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    if words.first().is_none_or(String::is_empty) {
        return Err("is empty");
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn words_are_split_as_in_a_shell_without_one() {
        for (command, words) in [
            ("tool", vec!["tool"]),
            ("  tool  a\tb\nc ", vec!["tool", "a", "b", "c"]),
            (r#"tool "" 'a b' "c d"e"#, vec!["tool", "", "a b", "c de"]),
            (r#"tool "a\"b\\c\$d\x" 'e\f'"#, vec!["tool", r#"a"b\c$d\x"#, r"e\f"]),
            (r"tool a\ b \; \| $HOME `x` *", vec!["tool", "a b", ";", "|", "$HOME", "`x`", "*"]),
            ("tool a\\\nb", vec!["tool", "ab"]),
        ] {
            assert_eq!(split(command, false).unwrap(), words, "{command}");
        }
        let path = r#""C:\Program Files\tool.exe" C:\a\b "say \"x\"""#;
        assert_eq!(split(path, true).unwrap(), [r"C:\Program Files\tool.exe", r"C:\a\b", r#"say "x""#]);
    }

    #[test]
    fn what_is_no_command_is_refused() {
        for command in ["", "  ", "\"\" a", "'a", "\"a", "a \\"] {
            assert!(split(command, false).is_err(), "{command:?}");
        }
    }
}
