//! Warnings about facts that the runtime needs and the document does not state: one warning for each kind, so that a
//! large document does not hide its other problems.

use super::Resolver;
use crate::diagnostic::{self, Diagnostic};
use crate::document;
use crate::model::{Field, Operation, PaginationStyle, ResponseBody, TypeKind};
use crate::source::Span;

/// The maximum number of operations in a warning.
const MAX_OPERATIONS: usize = 8;

/// The position of a missing fact, and its operation.
type Gap<'d> = (Span, &'d str);

impl<'a> Resolver<'a> {
    /// Reports the missing facts of the generated operations.
    pub(super) fn gaps(&mut self, operations: &[(&'a document::Operation, &Operation)]) {
        let all = operations.iter().copied();
        let effects = all.clone().filter(|(_, operation)| operation.access.is_none() && !operation.idempotent);
        let effects = effects.map(|(source, _)| (source.name.span, source.name.value.as_str()));
        let codes = all.clone().filter_map(|(source, operation)| {
            let span = self.unmarked_code(source, operation)?;
            Some((span, source.name.value.as_str()))
        });
        let codes: Vec<Gap<'_>> = codes.collect();
        let totals = all.filter(|(source, operation)| lacks_total(source, operation));
        let totals = totals.map(|(source, _)| (source.name.span, source.name.value.as_str()));
        self.report_gaps(
            diagnostic::UNKNOWN_EFFECT,
            &effects.collect::<Vec<_>>(),
            "the document does not say whether these operations read or write, so they are treated as writes",
            "state it with `operationType` and `x-source`; `x-idempotent` allows a write to be retried",
        );
        self.report_gaps(
            diagnostic::UNMARKED_CODE,
            &codes,
            "the document does not say whether the `Code` beside a `Message` in these responses is an error code",
            "set `x-error-code` on the field: `true` if a code in it means an error, otherwise `false`",
        );
        self.report_gaps(
            diagnostic::UNKNOWN_TOTAL,
            &totals.collect::<Vec<_>>(),
            "pagination of these operations ends with the first page that is not full, because no total is known",
            "name the field in `total` of `x-pages`, or set `\"total\": false` there if the response has none",
        );
    }

    fn report_gaps(&mut self, code: &'static str, gaps: &[Gap<'_>], what: &str, help: &str) {
        let Some((span, _)) = gaps.first() else { return };
        let mut names: Vec<String> = gaps.iter().take(MAX_OPERATIONS).map(|(_, name)| format!("`{name}`")).collect();
        if gaps.len() > MAX_OPERATIONS {
            names.push(format!("and {} more", gaps.len() - MAX_OPERATIONS));
        }
        self.report(Diagnostic::warning(code, *span, format!("{what}: {}", names.join(", "))).help(help));
    }

    /// Returns the position of a `Code` beside a `Message` in a response without a declared error code.
    fn unmarked_code(&self, source: &'a document::Operation, operation: &Operation) -> Option<Span> {
        let ResponseBody::Object(root) = operation.response_body else { return None };
        let TypeKind::Object(fields) = &self.types[root.0].kind else { return None };
        let named = |name: &str| fields.iter().find(|field| field.name.wire.eq_ignore_ascii_case(name));
        let (code, _): (&Field, &Field) = named("Code").zip(named("Message"))?;
        let mut of_code = self.success_fields(source).filter(|(name, _)| name.value == code.name.wire);
        let silent = operation.error_code.is_none() && of_code.all(|(_, schema)| schema.error_code.is_none());
        silent.then_some(code.name.span)
    }
}

/// Whether a list with page numbers or offsets has no total.
fn lacks_total(source: &document::Operation, operation: &Operation) -> bool {
    let known = matches!(source.pages, Some(document::Pages::Named { no_total: true, .. }));
    operation.pages.as_ref().is_some_and(|pages| {
        matches!(pages.style, PaginationStyle::Number { .. } | PaginationStyle::Offset { .. })
            && pages.total.is_empty()
            && !known
    })
}
