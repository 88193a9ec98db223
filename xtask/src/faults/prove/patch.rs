//! The patches in `tests/faults/mutations`, each of which breaks what its rows require.

use std::fs;
use std::path::{Path, PathBuf};

use alicloud_codegen::cli::Failure;
use diffy::patch_set::{ParseOptions, PatchSet};

use crate::files::read;
use crate::root;

/// The folder of the patches, relative to the root of the workspace.
const FOLDER: &str = "tests/faults/mutations";

/// A unified diff with a header: the rows whose tests must fail, and what it breaks.
#[derive(Debug)]
pub(super) struct Patch {
    /// The file name without its extension.
    pub(super) name: String,
    pub(super) rows: Vec<u32>,
    pub(super) breaks: String,
    diff: String,
}

/// The new content of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// The path relative to the root of the workspace.
    pub(super) file: PathBuf,
    pub(super) content: String,
}

/// Reads every patch, ordered by name.
///
/// # Errors
/// Returns an error if a file cannot be read or its header is malformed. Whether a patch applies is not checked here.
pub(super) fn all() -> Result<Vec<Patch>, Failure> {
    let folder = root().join(FOLDER);
    let entries = fs::read_dir(&folder).map_err(|error| Failure(format!("{}: {error}", folder.display())))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "patch"));
    paths.sort();
    let parse = |path: &PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Patch::parse(name, &read(path)?).map_err(|reason| Failure(format!("{}: {reason}", path.display())))
    };
    paths.iter().map(parse).collect()
}

impl Patch {
    fn parse(name: String, text: &str) -> Result<Self, String> {
        let (header, diff) = text.split_once("\n\n").ok_or("no blank line after the header")?;
        let value = |key: &str| {
            let value = header.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
            value.map(str::trim).filter(|value| !value.is_empty()).ok_or_else(|| format!("`{key}:` is missing"))
        };
        let row = |row: &str| row.trim().parse().map_err(|_| format!("`{row}` is not the number of a row"));
        let rows = value("Rows")?.split(',').map(row).collect::<Result<_, _>>()?;
        Ok(Self { name, rows, breaks: value("Breaks")?.to_owned(), diff: diff.to_owned() })
    }

    /// Applies the patch to the files in `root`, in memory.
    ///
    /// # Errors
    /// Returns the reason if the code has changed since the patch was made.
    pub(super) fn apply(&self, root: &Path) -> Result<Vec<Change>, String> {
        let mut changes: Vec<Change> = Vec::new();
        for file in PatchSet::parse(&self.diff, ParseOptions::unidiff()) {
            let file = file.map_err(|error| error.to_string())?;
            let patch = file.patch().as_text().ok_or("a binary patch")?;
            let path = patch.modified().and_then(|path| path.strip_prefix("b/")).ok_or("no `+++ b/` line")?;
            let content = fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))?;
            let content = diffy::apply(&content, patch).map_err(|error| format!("{path}: {error}"))?;
            changes.push(Change { file: path.into(), content });
        }
        if changes.is_empty() { Err("it changes no file".to_owned()) } else { Ok(changes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "Rows: 3, 14\nBreaks: the limit\n\n--- a/one.rs\n+++ b/one.rs\n@@ -1,3 +1,3 @@\n \
                         fn one() {\n-    1\n+    2\n }\n";

    fn apply(content: &str) -> Result<Vec<Change>, String> {
        let folder = std::env::temp_dir().join(format!("patch-{}-{}", std::process::id(), content.len()));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("one.rs"), content).expect("a file");
        let changes = Patch::parse("03-limit".to_owned(), PATCH).expect("a patch").apply(&folder);
        fs::remove_dir_all(folder).expect("the folder");
        changes
    }

    #[test]
    fn patch_with_a_header_is_parsed() {
        let patch = Patch::parse("03-limit".to_owned(), PATCH).expect("a patch");
        assert_eq!((patch.rows, patch.breaks.as_str()), (vec![3, 14], "the limit"));
    }

    #[test]
    fn patch_without_rows_is_an_error() {
        let text = PATCH.replace("Rows: 3, 14", "Rows: three");
        assert_eq!(Patch::parse(String::new(), &text).err().as_deref(), Some("`three` is not the number of a row"));
        let text = PATCH.replace("Rows: 3, 14\n", "");
        assert_eq!(Patch::parse(String::new(), &text).err().as_deref(), Some("`Rows:` is missing"));
    }

    #[test]
    fn patch_of_moved_lines_applies() {
        let expected = Change { file: "one.rs".into(), content: "// New.\n\nfn one() {\n    2\n}\n".to_owned() };
        assert_eq!(apply("// New.\n\nfn one() {\n    1\n}\n"), Ok(vec![expected]));
    }

    #[test]
    fn patch_of_changed_code_does_not_apply() {
        assert_eq!(apply("fn one() {\n    11\n}\n"), Err("one.rs: error applying hunk #1".to_owned()));
    }
}
