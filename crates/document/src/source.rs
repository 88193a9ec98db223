//! The text of an input file, and positions in it.

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
    /// Creates a source from the text of the file `name`; a byte order mark is removed.
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

    /// Returns the name in diagnostics.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text as JSON, parsed once.
    ///
    /// # Errors
    /// Returns an error if the text is not JSON.
    pub fn tree(&self) -> Result<&json::Value, &json::SyntaxError> {
        self.tree.get_or_init(|| json::parse(&self.text)).as_ref()
    }

    /// Returns a source with the same text and a corrected tree. Values of the overlay have spans after the text, from
    /// [`Source::overlay_start`] on, so that [`Source::locate`] can distinguish them.
    pub fn overlaid(&self, tree: json::Value, overlay: &Source) -> Self {
        let mut source = Self { tree: OnceLock::from(Ok(tree)), ..self.clone() };
        source.overlays.push(overlay.clone());
        source
    }

    /// Returns the offset at which the spans of the next overlay begin.
    pub fn overlay_start(&self) -> usize {
        self.text.len() + 1 + self.overlays.iter().map(|overlay| overlay.text.len() + 1).sum::<usize>()
    }

    /// Returns the file of a span, this one or an overlay, and the span in it.
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

    /// Returns the position of the start of a span.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        let line = self.lines.partition_point(|start| *start <= span.start).max(1);
        let start = self.lines[line - 1] as usize;
        let before = self.text.get(start..span.start as usize).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }

    /// Returns a line, counted from 1, without its line break.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let start = self.lines.get(line - 1).map(|start| *start as usize);
        let rest = start.and_then(|start| self.text.get(start..)).unwrap_or_default();
        rest.lines().next().unwrap_or_default()
    }
}
