//! The changes as text, as JSON, and as a section of a changelog.

use std::fmt::Write as _;

use serde_json::json;

use super::kind::Section;
use super::{Change, Diff, Effect, Kind, Subject, fold};
use crate::markdown::code;

/// The maximum number of operations in a line about a shared type.
const MAX_OPERATIONS: usize = 4;

impl Diff {
    /// Returns the changes as text, the most severe first, and the required version.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (refused, qualifier) in [(false, ""), (true, ", in operations that cannot be generated")] {
            for effect in Effect::ALL {
                let changes: Vec<&Change> = self.with(effect).filter(|change| change.refused == refused).collect();
                if changes.is_empty() {
                    continue;
                }
                let _ = writeln!(out, "{}{qualifier} ({}):", heading(effect), changes.len());
                for line in fold::lines(&changes) {
                    let _ = writeln!(out, "  {}", fold::wrapped(&line, "      "));
                }
                out.push('\n');
            }
        }
        if self.changes.is_empty() {
            return format!("{}: no changes\n", self.title);
        }
        let Some(effect) = self.effect_on_crate() else {
            let _ = writeln!(out, "{}: {}, no changes to the generated crate", self.title, self.old_version);
            return out;
        };
        let next = self.next_version();
        let declared = if self.is_raised() {
            String::new()
        } else {
            format!("; the new document has version {}: raise `info.x-crate.version`", self.new_version)
        };
        let _ = writeln!(out, "{}: {} -> {next} ({}){declared}", self.title, self.old_version, effect.word());
        out
    }

    /// Returns the changes as one JSON object.
    #[must_use]
    pub fn json(&self) -> String {
        let changes: Vec<_> = self
            .changes
            .iter()
            .map(|change| {
                let (what, name) = match &change.subject {
                    Subject::Crate => ("crate", None),
                    Subject::Operation(name) => ("operation", Some(name)),
                    Subject::Type(name) => ("type", Some(name)),
                };
                json!({
                    "effect": change.effect.word(),
                    "kind": change.kind.word(),
                    "subject": what,
                    "name": name,
                    "text": change.text,
                    "operations": change.operations,
                    "refused": change.refused,
                })
            })
            .collect();
        let report = json!({
            "title": self.title,
            "effect": self.effect().map(Effect::word),
            "version": {
                "old": self.old_version,
                "new": self.new_version,
                "next": self.next_version(),
                "raised": self.is_raised(),
            },
            "counts": {
                "breaking": self.with(Effect::Breaking).count(),
                "behavior": self.with(Effect::Behavior).count(),
                "additive": self.with(Effect::Additive).count(),
                "documentation": self.with(Effect::Documentation).count(),
            },
            "changes": changes,
        });
        format!("{report:#}\n")
    }

    /// Returns the changes as a section of a changelog in the format of Keep a Changelog. Without a date, its title is
    /// `[Unreleased]`.
    #[must_use]
    pub fn changelog_section(&self, date: Option<&str>) -> String {
        let mut out = match date {
            Some(date) => format!("## [{}] - {date}\n", self.next_version()),
            None => "## [Unreleased]\n".to_owned(),
        };
        for (title, lines) in self.sections() {
            let lines = lines.iter().map(|line| fold::wrapped(&format!("- {line}"), "  ") + "\n");
            let _ = write!(out, "\n### {title}\n\n{}", lines.collect::<String>());
        }
        out
    }

    /// Returns the changes of the crate by the titles of Keep a Changelog, each in one line.
    #[must_use]
    pub fn sections(&self) -> Vec<(&'static str, Vec<String>)> {
        let sections = [
            (Section::Added, "Added"),
            (Section::Changed, "Changed"),
            (Section::Deprecated, "Deprecated"),
            (Section::Removed, "Removed"),
        ];
        let lines = sections.map(|(section, title)| {
            let mut lines: Vec<String> = self.operations(section).into_iter().collect();
            for effect in Effect::ALL {
                let of_crate = self.with(effect).filter(|change| !change.refused);
                let changes = of_crate.filter(|change| change.kind.section() == section && !is_summarized(change));
                let changes: Vec<&Change> = changes.collect();
                let mark = if effect == Effect::Breaking { "**Breaking:** " } else { "" };
                lines.extend(fold::lines(&changes).into_iter().map(|line| format!("{mark}{line}")));
            }
            let texts = |change: &Change| change.kind == Kind::Texts && !change.refused;
            if section == Section::Changed && self.changes.iter().any(texts) {
                lines.push("Documentation.".to_owned());
            }
            (title, lines)
        });
        lines.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
    }

    /// Returns the added or removed operations, in one line.
    fn operations(&self, section: Section) -> Option<String> {
        let kind = match section {
            Section::Added => Kind::OperationAdded,
            Section::Removed => Kind::OperationRemoved,
            _ => return None,
        };
        let changes = self.changes.iter().filter(|change| change.kind == kind && !change.refused);
        let names: Vec<String> = changes.map(Change::name).collect();
        let plural = if names.len() == 1 { "" } else { "s" };
        let mark = if section == Section::Removed { "**Breaking:** " } else { "" };
        (!names.is_empty()).then(|| format!("{mark}Operation{plural} {}", names.join(", ")))
    }
}

/// Whether a changelog reports the change together with others.
fn is_summarized(change: &Change) -> bool {
    matches!(change.kind, Kind::OperationAdded | Kind::OperationRemoved | Kind::Texts)
}

impl Change {
    /// Whether both are the same change of the same subject.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (self.kind, &self.subject, &self.text) == (other.kind, &other.subject, &other.text)
    }

    /// Returns the change in one line that begins with the subject.
    #[must_use]
    pub fn line(&self) -> String {
        match &self.subject {
            Subject::Crate => self.text.clone(),
            Subject::Operation(_) => format!("{}: {}", self.name(), self.text),
            Subject::Type(_) => format!("{}{}: {}", self.name(), self.used_in(), self.text),
        }
    }

    /// Returns the name of the subject.
    pub(super) fn name(&self) -> String {
        match &self.subject {
            Subject::Crate => "the crate".to_owned(),
            Subject::Operation(name) | Subject::Type(name) => code(name),
        }
    }

    fn used_in(&self) -> String {
        let names: Vec<String> = self.operations.iter().take(MAX_OPERATIONS).map(|name| code(name)).collect();
        let more = self.operations.len().saturating_sub(MAX_OPERATIONS);
        match (names.is_empty(), more) {
            (true, _) => String::new(),
            (false, 0) => format!(" (in {})", names.join(", ")),
            (false, more) => format!(" (in {} and {more} more)", names.join(", ")),
        }
    }
}

fn heading(effect: Effect) -> &'static str {
    match effect {
        Effect::Breaking => "breaking for callers",
        Effect::Behavior => "behavior",
        Effect::Additive => "additive",
        Effect::Documentation => "documentation only",
    }
}
