//! `CHANGELOG.md`: the releases of the crate, and the history of the service, as the document records them.

use crate::markdown;
use crate::model::{Model, Release, ServiceChange};

/// The name of the file.
pub(super) const FILE: &str = "CHANGELOG.md";

/// Returns the file; none if the document records nothing.
pub(super) fn file(model: &Model) -> Option<String> {
    if model.releases.is_empty() && model.changes.is_empty() {
        return None;
    }
    let mut lines = vec!["# Changelog".to_owned()];
    lines.extend(model.releases.iter().flat_map(release));
    if !model.changes.is_empty() {
        let product = markdown::code(&model.product);
        lines.extend([String::new(), format!("## Service {product}, version {}", markdown::line(&model.version))]);
    }
    for day in model.changes.chunk_by(|one, other| one.date == other.date) {
        let date = day.first().map(|change| markdown::line(&change.date)).unwrap_or_default();
        lines.extend([String::new(), format!("### {date}"), String::new()]);
        lines.extend(day.chunk_by(|one, other| one.operation == other.operation).filter_map(service_change));
    }
    Some(lines.join("\n") + "\n")
}

fn release(release: &Release) -> Vec<String> {
    let title = format!("Version {} ({})", release.version, release.date);
    let mut lines = vec![String::new(), format!("## {}", markdown::line(&title))];
    for (title, changes) in &release.sections {
        lines.extend([String::new(), format!("### {title}"), String::new()]);
        lines.extend(changes.iter().map(|change| format!("- {}", markdown::line(change))));
    }
    lines
}

/// Returns the line of the changes of an operation on one day.
fn service_change(changes: &[ServiceChange]) -> Option<String> {
    let operation = markdown::code(&changes.first()?.operation);
    let kinds: Vec<&str> = changes.iter().map(|change| change.kind.description()).collect();
    Some(format!("- {operation}: {}.", kinds.join(", ")))
}
