//! Files of sections, names and values.

/// A problem in a file, with its line. Contains no value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) line: usize,
    pub(crate) what: String,
}

/// A section: keys in lower case, and their values.
pub(crate) type Section<'a> = Vec<(String, &'a str)>;

/// Reads a file and returns the section of this name, if it exists.
///
/// A line is `[section]`, `key = value`, empty, or a comment that begins with `#` or `;`. In a value, `#` begins a
/// comment, and so does `;` after white space, unless the value is in quotes. Sections, and keys in a section, are
/// unique.
pub(crate) fn section<'a>(text: &'a str, wanted: &str) -> Result<Option<Section<'a>>, Problem> {
    let mut found: Option<Section<'a>> = None;
    let mut names: Vec<&str> = Vec::new();
    // Of the current section.
    let mut seen: Vec<String> = Vec::new();
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        let wrong = |what: &str| Problem { line: index + 1, what: what.to_owned() };
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let (name, after) = rest.split_once(']').ok_or_else(|| wrong("begins a section but does not close it"))?;
            if !uncommented(after).is_empty() {
                return Err(wrong("has more than a section in it"));
            }
            let name = name.trim();
            if names.contains(&name) {
                return Err(wrong("begins a section for the second time"));
            }
            names.push(name);
            seen.clear();
            inside = name == wanted;
            if inside {
                found = Some(Vec::new());
            }
            continue;
        }
        let (name, value) = line.split_once('=').ok_or_else(|| wrong("is neither a section nor `name = value`"))?;
        let name = name.trim().to_ascii_lowercase();
        if name.is_empty() {
            return Err(wrong("has no name before the `=`"));
        }
        if names.is_empty() {
            return Err(wrong("is before the first section"));
        }
        if seen.contains(&name) {
            return Err(wrong("sets a name for the second time"));
        }
        if let Some(section) = found.as_mut().filter(|_| inside) {
            section.push((name.clone(), value_of(value.trim())));
        }
        seen.push(name);
    }
    Ok(found)
}

/// Returns a value without quotes and comments.
fn value_of(text: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some((inner, after)) = text.strip_prefix(quote).and_then(|rest| rest.split_once(quote))
            && uncommented(after).is_empty()
        {
            return inner;
        }
    }
    uncommented(text)
}

/// Returns the text before a comment.
fn uncommented(text: &str) -> &str {
    let text = text.split('#').next().unwrap_or_default();
    let end = text.char_indices().find(|(at, c)| *c == ';' && text[..*at].ends_with(char::is_whitespace));
    let text = if text.starts_with(';') { "" } else { &text[..end.map_or(text.len(), |(at, _)| at)] };
    text.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs<'a>(text: &'a str, wanted: &str) -> Vec<(String, &'a str)> {
        section(text, wanted).unwrap().unwrap()
    }

    #[test]
    fn parse_of_comments_and_both_line_ends_returns_the_section() {
        let text = "# top\r\n[other]\r\na = 1\r\n\r\n[default] ; here\r\n  Type=access_key\r\nid = a b # c\r\n\
                    secret = x;y ; z\r\npolicy = \"a # b\" # c\r\nempty =\r\nlast = '=' \r\n[third]\r\nid = no";
        let expected = [
            ("type", "access_key"),
            ("id", "a b"),
            ("secret", "x;y"),
            ("policy", "a # b"),
            ("empty", ""),
            ("last", "="),
        ];
        assert_eq!(pairs(text, "default"), expected.map(|(name, value)| (name.to_owned(), value)));
        assert_eq!(section(text, "none"), Ok(None));
        assert_eq!(pairs("[a]", "a"), []);
    }

    #[test]
    fn parse_of_invalid_lines_reports_the_line_without_its_content() {
        for (text, line) in [
            ("canary", 1),
            ("a = canary", 1),
            ("[a]\n= canary", 2),
            ("[a", 1),
            ("[a] canary", 1),
            ("[a]\nb=1\nB = canary", 3),
            ("[a]\n[b]\n[a]\nb=canary", 3),
            ("[a]\nb = 1\n  canary", 3),
        ] {
            let problem = section(text, "z").unwrap_err();
            assert_eq!(problem.line, line, "{text:?}");
            assert!(!problem.what.contains("canary"));
        }
    }
}
