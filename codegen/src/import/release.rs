//! Records the changes of an import as a release of the crate.

use serde_json::{Map, Value};

use crate::diff::Diff;

/// Raises the version of the crate and records the changes, unless there are none.
pub(super) fn record(spec: &mut Map<String, Value>, changes: &Diff, date: &str) {
    let sections = changes.sections();
    let Some(Value::Object(info)) = spec.get_mut("info").filter(|_| !sections.is_empty()) else { return };
    let version = changes.next_version();
    let package = info.entry("x-crate").or_insert_with(|| Map::new().into());
    if let Value::Object(package) = package {
        package.insert("version".to_owned(), version.clone().into());
    }
    let mut release = Map::from_iter([("version".to_owned(), version.into()), ("date".to_owned(), date.into())]);
    release.extend(sections.into_iter().map(|(title, lines)| (title.to_owned(), lines.into())));
    if let Value::Array(releases) = info.entry("x-changelog").or_insert_with(|| Value::Array(Vec::new())) {
        releases.insert(0, release.into());
    }
}
