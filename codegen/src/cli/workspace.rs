//! The membership of a folder in a workspace, by cargo's rules.
//!
//! Cargo searches the parent folders of a package for a manifest with a `[workspace]` table, or for one that names its
//! workspace in `package.workspace`. A package that the workspace excludes is independent. One that `members` matches,
//! or that is a path dependency of a member, is a member. Any other package is an error.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::paths::resolved;

/// The membership of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Membership {
    /// No workspace, or one that excludes the folder.
    Alone,
    /// A member of a workspace.
    Member,
    /// Neither a member of nor excluded by the workspace with this manifest.
    Unknown(PathBuf),
}

/// Returns the membership of a folder, which need not exist.
pub(super) fn membership(folder: &Path) -> Membership {
    let folder = resolved(folder);
    let Some((root, manifest)) = root(&folder) else { return Membership::Alone };
    let workspace = Workspace { root: &root, manifest: &manifest };
    if workspace.has_member(&folder) { Membership::Member } else { Membership::Unknown(root.join("Cargo.toml")) }
}

/// Returns the entry of `members` that makes the folder a member of the workspace with this manifest.
pub(super) fn entry(manifest: &Path, folder: &Path) -> String {
    let root = manifest.parent().unwrap_or(manifest);
    format!("{:?}", super::paths::relative(root, folder))
}

/// Returns the folder and the manifest of the workspace around a folder that does not exclude it.
fn root(folder: &Path) -> Option<(PathBuf, Table)> {
    for above in folder.ancestors().skip(1) {
        let Some(manifest) = read(above) else { continue };
        if manifest.contains_key("workspace") {
            let excluded = Workspace { root: above, manifest: &manifest }.excludes(folder);
            return (!excluded).then(|| (above.to_owned(), manifest));
        }
        let pointer = manifest.get("package").and_then(|package| package.get("workspace")).and_then(Value::as_str);
        if let Some(pointer) = pointer {
            let root = resolved(&above.join(pointer));
            return read(&root).map(|manifest| (root, manifest));
        }
    }
    None
}

/// Returns the manifest of a folder; none if it has no readable one.
fn read(folder: &Path) -> Option<Table> {
    fs::read_to_string(folder.join("Cargo.toml")).ok()?.parse().ok()
}

struct Workspace<'a> {
    root: &'a Path,
    manifest: &'a Table,
}

impl Workspace<'_> {
    fn list(&self, key: &str) -> impl Iterator<Item = &str> {
        let list = self.manifest.get("workspace").and_then(|workspace| workspace.get(key)).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str)
    }

    /// Whether the workspace excludes the folder. A literal entry of `members` overrides `exclude`.
    fn excludes(&self, folder: &Path) -> bool {
        let below = |entry: &str| folder.starts_with(resolved(&self.root.join(entry)));
        self.list("exclude").any(below) && !self.list("members").any(below)
    }

    fn has_member(&self, folder: &Path) -> bool {
        let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
        let named = |pattern: &str| {
            let pattern = self.pattern(pattern);
            glob::Pattern::new(&pattern).is_ok_and(|pattern| pattern.matches_path_with(folder, options))
        };
        self.list("members").any(named) || self.depends_on(folder)
    }

    /// Returns a pattern of `members`, below the root.
    fn pattern(&self, pattern: &str) -> String {
        let mut base = self.root.to_owned();
        let mut parts = Vec::new();
        for part in pattern.split(['/', '\\']).filter(|part| !matches!(*part, "" | ".")) {
            match part {
                ".." if parts.pop().is_none() => drop(base.pop()),
                ".." => {}
                part => parts.push(part),
            }
        }
        format!("{}/{}", glob::Pattern::escape(&base.to_string_lossy()), parts.join("/"))
    }

    /// Whether the folder is a path dependency of a member, directly or indirectly.
    fn depends_on(&self, folder: &Path) -> bool {
        let found = |pattern| glob::glob(&self.pattern(pattern)).ok();
        let members = self.list("members").filter_map(found).flatten().flatten();
        let mut pending: Vec<PathBuf> = members.map(|member| resolved(&member)).collect();
        pending.push(self.root.to_owned());
        let mut seen = BTreeSet::new();
        while let Some(member) = pending.pop() {
            if member == folder {
                return true;
            }
            if member.starts_with(self.root)
                && seen.insert(member.clone())
                && let Some(manifest) = read(&member)
            {
                pending.extend(self.dependencies(&manifest, &member));
            }
        }
        false
    }

    /// Returns the folders of the path dependencies of a package.
    fn dependencies(&self, manifest: &Table, folder: &Path) -> Vec<PathBuf> {
        let shared = self.manifest.get("workspace").and_then(|workspace| workspace.get("dependencies"));
        let targets = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
        let tables = targets.filter_map(Value::as_table).chain([manifest]);
        let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
        let tables = tables.flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()));
        let path = |value: &Value| value.get("path").and_then(Value::as_str).map(str::to_owned);
        let folders = tables.flatten().filter_map(|(name, dependency)| {
            if dependency.get("workspace").and_then(Value::as_bool) == Some(true) {
                let path = path(shared?.get(name)?)?;
                return Some(resolved(&self.root.join(path)));
            }
            Some(resolved(&folder.join(path(dependency)?)))
        });
        folders.collect()
    }
}

#[cfg(test)]
mod tests;
