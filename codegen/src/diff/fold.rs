//! Formats reports: merges similar changes into one line, and wraps long lines.

use std::collections::BTreeMap;

use super::{Change, Effect, Kind, Subject};
use crate::markdown::code;

/// The maximum width of a line, in characters. A longer name has its own line.
const WIDTH: usize = 120;

/// The maximum number of similar lines that are not merged.
const MAX_SIMILAR: usize = 2;

/// The maximum number of names in a list; further ones are counted.
const MAX_NAMES: usize = 8;

/// Returns the changes as lines in order. Changes with the same text of several operations, or of one subject with
/// different names, are one line. Every name of a breaking change is listed.
pub(crate) fn lines(changes: &[&Change]) -> Vec<String> {
    let of_operation = |change: &Change| matches!(change.subject, Subject::Operation(_));
    let mut texts: BTreeMap<(Kind, &str), usize> = BTreeMap::new();
    for change in changes.iter().filter(|change| of_operation(change)) {
        *texts.entry((change.kind, &change.text)).or_default() += 1;
    }
    let mut groups: BTreeMap<(Kind, Option<&Subject>, String), Vec<&Change>> = BTreeMap::new();
    let mut order = Vec::new();
    for change in changes {
        let same = of_operation(change) && texts.get(&(change.kind, change.text.as_str())) > Some(&MAX_SIMILAR);
        let key = if same {
            (change.kind, None, change.text.clone())
        } else {
            (change.kind, Some(&change.subject), form(change))
        };
        if !groups.contains_key(&key) {
            order.push(key.clone());
        }
        groups.entry(key).or_default().push(change);
    }
    let mut lines = Vec::new();
    for key in order {
        let group = groups.get(&key).map(Vec::as_slice).unwrap_or_default();
        let summarized = |change: &Change, text: &str| shortened(text, change.effect);
        match group {
            [first, ..] if key.1.is_none() => {
                let names: Vec<String> = group.iter().map(|change| change.name()).collect();
                lines.push(format!("{}: {}", list(&names, first.effect), summarized(first, &first.text)));
            }
            [first, others @ ..] if others.len() >= MAX_SIMILAR => {
                let names: Vec<String> = others.iter().map(|change| first_span(&change.text)).collect();
                lines.push(format!("{}; likewise {}", summarized(first, &first.line()), list(&names, first.effect)));
            }
            group => lines.extend(group.iter().map(|change| summarized(change, &change.line()))),
        }
    }
    lines
}

/// Returns the text of a change with a placeholder for its name, which is equal for changes that differ only in it.
fn form(change: &Change) -> String {
    let text = change.text.as_str();
    let spans = spans(text);
    let Some(first) = spans.first() else { return text.to_owned() };
    // The hosts of regions differ in more than the region.
    let all = matches!(change.kind, Kind::EndpointAdded | Kind::EndpointChanged | Kind::EndpointRemoved);
    let mut out = String::new();
    let mut end = 0;
    for span in &spans[..if all { spans.len() } else { 1 }] {
        out.push_str(&text[end..span.start]);
        out.push('\0');
        end = span.end;
    }
    let rest = &text[end..];
    let name = text[first.clone()].trim_matches('`').trim();
    out + &if name.is_empty() { rest.to_owned() } else { rest.replace(name, "\0") }
}

fn first_span(text: &str) -> String {
    spans(text).first().map(|at| text[at.clone()].to_owned()).unwrap_or_default()
}

/// Returns the code spans of a text.
fn spans(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('`').map(|found| at + found) {
        let fence = text[start..].bytes().take_while(|byte| *byte == b'`').count();
        let mut close = start + fence;
        let end = loop {
            let Some(found) = text[close..].find('`').map(|found| close + found) else { return spans };
            let length = text[found..].bytes().take_while(|byte| *byte == b'`').count();
            close = found + length;
            if length == fence {
                break close;
            }
        };
        spans.push(start..end);
        at = end;
    }
    spans
}

/// Returns names separated by commas, with the number of further ones.
fn list(names: &[String], effect: Effect) -> String {
    let shown = if effect == Effect::Breaking { names.len() } else { MAX_NAMES };
    counted(names, shown)
}

fn counted(names: &[String], shown: usize) -> String {
    let more = names.len().saturating_sub(shown);
    let shown = names.iter().take(shown).map(String::as_str).collect::<Vec<_>>().join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// Returns a text with its long lists of names shortened.
fn shortened(text: &str, effect: Effect) -> String {
    if effect == Effect::Breaking {
        return text.to_owned();
    }
    let spans = spans(text);
    let mut out = String::new();
    let (mut end, mut index) = (0, 0);
    while let Some(first) = spans.get(index) {
        let follows =
            |index: usize| spans.get(index + 1).is_some_and(|next| &text[spans[index].end..next.start] == ", ");
        let last = (index..).find(|index| !follows(*index)).unwrap_or(index);
        out.push_str(&text[end..first.start]);
        let names: Vec<String> = spans[index..=last].iter().map(|span| text[span.clone()].to_owned()).collect();
        out.push_str(&counted(&names, MAX_NAMES));
        end = spans[last].end;
        index = last + 1;
    }
    out + &text[end..]
}

/// Wraps a line between words, and never in a code span.
pub(crate) fn wrapped(line: &str, indent: &str) -> String {
    let spans = spans(line);
    let inside = |at: usize| spans.iter().any(|span| span.contains(&at));
    let mut out = String::with_capacity(line.len());
    let (mut width, mut start) = (0, 0);
    let breaks = line.match_indices(' ').map(|(at, _)| at).filter(|at| !inside(*at)).chain([line.len()]);
    for at in breaks {
        let word = &line[start..at];
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            out.push('\n');
            out.push_str(indent);
            width = indent.len();
        } else if start > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += length;
        start = (at + 1).min(line.len());
    }
    out
}

/// Returns notes of the form `position: text` with one line for all positions with the same text.
#[cfg(feature = "cli")]
#[must_use]
pub(crate) fn notes(notes: &[String]) -> Vec<String> {
    let split = |note: &'_ String| note.split_once(": ").map(|(position, what)| (position.to_owned(), what.to_owned()));
    let mut positions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (position, what) in notes.iter().filter_map(split) {
        positions.entry(what).or_default().push(position);
    }
    let mut summarized = std::collections::BTreeSet::new();
    let mut lines = Vec::new();
    for note in notes {
        match split(note).and_then(|(_, what)| positions.get_key_value(&what)) {
            Some((what, positions)) if positions.len() > MAX_SIMILAR => {
                if summarized.insert(what) {
                    lines.push(format!("{}: {what}", counted(positions, MAX_NAMES)));
                }
            }
            _ => lines.push(note.clone()),
        }
    }
    lines
}

/// Returns values in code spans, with the number of further ones.
#[must_use]
pub(crate) fn values<'v>(values: impl IntoIterator<Item = &'v str>) -> String {
    let values: Vec<String> = values.into_iter().map(code).collect();
    counted(&values, MAX_NAMES)
}
