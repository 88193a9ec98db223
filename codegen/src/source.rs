//! The text of an input file and the places in it.

use std::sync::OnceLock;

use crate::json;
pub use crate::span::{Position, Span};

/// A named input text.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    lines: Vec<u32>,
    tree: OnceLock<Result<json::Value, json::SyntaxError>>,
    overlays: Vec<Source>,
}

impl Source {
    /// Takes the text of the file `name`; a byte-order mark at its head is dropped.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let mut text: String = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(breaks.map(|(at, _)| Span::new(at + 1, at + 1).start)).collect();
        Self { name: name.into(), text, lines, tree: OnceLock::new(), overlays: Vec::new() }
    }

    /// The name under which problems are reported.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text as JSON, read once.
    ///
    /// # Errors
    /// If the text is not JSON.
    pub fn tree(&self) -> Result<&json::Value, &json::SyntaxError> {
        self.tree.get_or_init(|| json::parse(&self.text)).as_ref()
    }

    /// The same text with a corrected tree. Values from the overlay have spans behind the text, from
    /// [`Source::overlay_start`] on, so that [`Source::locate`] can tell whose they are.
    pub(crate) fn overlaid(&self, tree: json::Value, overlay: &Source) -> Self {
        let mut source = Self { tree: OnceLock::from(Ok(tree)), ..self.clone() };
        source.overlays.push(overlay.clone());
        source
    }

    /// The offset at which the spans of the next overlay begin.
    pub(crate) fn overlay_start(&self) -> usize {
        self.text.len() + 1 + self.overlays.iter().map(|overlay| overlay.text.len() + 1).sum::<usize>()
    }

    /// The file that a span of this source's tree lies in, this one or an overlay, and the span there.
    #[must_use]
    pub fn locate(&self, span: Span) -> (&Source, Span) {
        let mut start = self.text.len() + 1;
        for overlay in &self.overlays {
            let here = (span.start as usize).checked_sub(start).filter(|at| *at <= overlay.text.len());
            if let Some(at) = here {
                return (overlay, Span::new(at, (span.end as usize).saturating_sub(start)));
            }
            start += overlay.text.len() + 1;
        }
        (self, span)
    }

    /// Where the span begins.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        let line = self.lines.partition_point(|start| *start <= span.start).max(1);
        let start = self.lines[line - 1] as usize;
        let before = self.text.get(start..span.start as usize).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }

    /// The line, counted from one, without its line break.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let start = self.lines.get(line - 1).map(|start| *start as usize);
        let rest = start.and_then(|start| self.text.get(start..)).unwrap_or_default();
        rest.lines().next().unwrap_or_default()
    }
}
