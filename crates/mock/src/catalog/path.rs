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
    template
        .split('/')
        .flat_map(parse_segment)
        .map(|part| if let Part::Literal(text) = part { text.len() } else { 0 })
        .sum()
}

/// A part of a segment.
enum Part<'a> {
    Literal(&'a str),
    Parameter(&'a str),
}

/// Returns the literal and the parameter parts of a segment of a template. A bracket without its counterpart is
/// literal.
fn parse_segment(segment: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = segment;
    while let Some(start) = rest.find(['{', '[']) {
        let close = if rest[start..].starts_with('{') { '}' } else { ']' };
        let Some(end) = rest[start..].find(close).map(|length| start + length) else { break };
        if start > 0 {
            parts.push(Part::Literal(&rest[..start]));
        }
        parts.push(Part::Parameter(&rest[start + 1..end]));
        rest = &rest[end + 1..];
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest));
    }
    parts
}

fn match_segment(template: &str, text: &str, parameters: &mut Vec<(String, String)>) -> bool {
    let parts = parse_segment(template);
    let mut rest = text;
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Literal(literal) => match rest.strip_prefix(literal) {
                Some(after) => rest = after,
                None => return false,
            },
            Part::Parameter(name) => {
                let end = match parts.get(index + 1) {
                    // The last literal part is searched from the end, because the parameter may also contain it.
                    Some(Part::Literal(next)) if index + 2 == parts.len() => rest.rfind(next),
                    Some(Part::Literal(next)) => rest.find(next),
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
