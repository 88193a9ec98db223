//! Path templates.

use crate::percent;

/// Returns the decoded parameters of a path, if it matches the template.
///
/// Paths are compared segment by segment, so that an encoded `/` is a part of its parameter. A parameter is `{name}`,
/// in old documents `[name]`; it may be a part of a segment, and is never empty.
pub(super) fn match_path(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let mut parameters = Vec::new();
    let (mut templates, mut segments) = (template.split('/'), path.split('/'));
    loop {
        match (templates.next(), segments.next()) {
            (None, None) => return Some(parameters),
            (Some(template), Some(segment)) => {
                let text = percent::decode(segment).ok()?;
                // A literal segment may be encoded in the request, or in the template.
                if text != template && segment != template && !match_segment(template, &text, &mut parameters) {
                    return None;
                }
            }
            _ => return None,
        }
    }
}

/// Returns the length of the literal text in a template, by which matches are ranked.
pub(super) fn literal_length(template: &str) -> usize {
    template.split('/').flat_map(pieces).map(|piece| if let Piece::Fixed(text) = piece { text.len() } else { 0 }).sum()
}

enum Piece<'a> {
    Fixed(&'a str),
    Parameter(&'a str),
}

fn pieces(segment: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = segment;
    while let Some(start) = rest.find(['{', '[']) {
        let close = if rest[start..].starts_with('{') { '}' } else { ']' };
        let Some(length) = rest[start..].find(close) else { break };
        if start > 0 {
            pieces.push(Piece::Fixed(&rest[..start]));
        }
        pieces.push(Piece::Parameter(&rest[start + 1..start + length]));
        rest = &rest[start + length + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Fixed(rest));
    }
    pieces
}

fn match_segment(template: &str, text: &str, parameters: &mut Vec<(String, String)>) -> bool {
    let pieces = pieces(template);
    let mut rest = text;
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Fixed(fixed) => match rest.strip_prefix(fixed) {
                Some(after) => rest = after,
                None => return false,
            },
            Piece::Parameter(name) => {
                let end = match pieces.get(at + 1) {
                    // The last literal part is searched from the end, because the parameter may also contain it.
                    Some(Piece::Fixed(next)) if at + 2 == pieces.len() => rest.rfind(next),
                    Some(Piece::Fixed(next)) => rest.find(next),
                    _ => Some(rest.len()),
                };
                let Some(end) = end.filter(|end| *end > 0) else { return false };
                parameters.push(((*name).to_owned(), rest[..end].to_owned()));
                rest = &rest[end..];
            }
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(template: &str, path: &str) -> Option<String> {
        let parameters = match_path(template, path)?;
        let parts: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Some(parts.join(" "))
    }

    #[test]
    fn match_path_decodes_parameters() {
        let fits = |template, path, expected: &str| assert_eq!(matched(template, path).as_deref(), Some(expected));
        fits("/", "/", "");
        fits("/clusters/{ClusterId}/nodes", "/clusters/c%201%2F%C3%A9/nodes", "ClusterId=c 1/é");
        fits("/clusters/[ClusterId]", "/clusters/c1", "ClusterId=c1");
        fits("/apps:search", "/apps%3Asearch", "");
        fits("/a%20b", "/a%20b", "");
        fits("/x/{a}:run", "/x/1:2:run", "a=1:2");
        fits("/x/v{a}-{b}", "/x/v1-2-3", "a=1 b=2-3");
    }

    #[test]
    fn match_path_of_other_paths_is_none() {
        for (template, path) in [
            ("/a/{b}", "/a/"),
            ("/a/{b}", "/a"),
            ("/a/{b}", "/a/b/c"),
            ("/a/{b}", "/A/b"),
            ("/a/{b}", "/a/b/"),
            ("/a/{b}", "/a/%zz"),
            ("/a%20b", "/a%2520c"),
            ("/x/{a}:run", "/x/:run"),
            ("/x/{a}:run", "/x/1:runs"),
        ] {
            assert_eq!(matched(template, path), None, "{template} {path}");
        }
        assert!(literal_length("/a/list") > literal_length("/a/{id}"));
    }
}
