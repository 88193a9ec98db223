//! `CHANGELOG.md`: the history of the service that the document records.

use crate::markdown;
use crate::model::{Model, ServiceChange};

/// The name of the file.
pub(super) const FILE: &str = "CHANGELOG.md";

/// Returns the file; none if the document has no history.
pub(super) fn file(model: &Model) -> Option<String> {
    let mut lines = vec![
        "# Changelog".to_owned(),
        String::new(),
        format!("Changes of {} {} that the service published.", markdown::code(&model.product), model.version),
    ];
    for day in model.changes.chunk_by(|one, other| one.date == other.date) {
        let date = day.first()?.date.as_str();
        lines.extend([String::new(), format!("## {}", markdown::line(date)), String::new()]);
        lines.extend(day.chunk_by(|one, other| one.operation == other.operation).filter_map(line));
    }
    (!model.changes.is_empty()).then(|| lines.join("\n") + "\n")
}

/// Returns the line of the changes of an operation on one day.
fn line(changes: &[ServiceChange]) -> Option<String> {
    let operation = markdown::code(&changes.first()?.operation);
    let kinds: Vec<&str> = changes.iter().map(|change| change.kind.description()).collect();
    Some(format!("- {operation}: {}.", kinds.join(", ")))
}
