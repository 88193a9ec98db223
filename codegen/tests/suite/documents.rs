//! The documents that tests read: those of this repository, and those of the vendor if they are available.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

/// Returns the root of the workspace. Tests of documents need it, so they do not run in a packaged crate.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().find(|folder| folder.join("spec/schema.json").is_file());
    root.unwrap_or_else(|| panic!("no workspace around {}", here.display())).to_owned()
}

/// Returns a file or a folder of the vendor's documents, which are beside the workspace; `None` without them.
///
/// # Panics
/// Panics if the folder exists without this path: a test must not be skipped because a document was moved.
pub(crate) fn beside(path: &str) -> Option<PathBuf> {
    let shared = root().join("../shared");
    let file = shared.join(path);
    assert!(!shared.is_dir() || file.exists(), "{} is missing", file.display());
    file.exists().then_some(file)
}

/// Returns every document: the invented ones of all shapes, the specs, and those of the vendor if available.
pub(crate) fn all() -> Vec<PathBuf> {
    let mut documents = own();
    if let Some(folder) = beside("metadata") {
        documents.extend(json(&folder));
    }
    documents
}

/// Returns the documents of this repository.
pub(crate) fn own() -> Vec<PathBuf> {
    let mut documents = json(&root().join("codegen/tests/shapes"));
    documents.extend(json(&root().join("spec/appstream-center")));
    documents
}

/// Returns every JSON file below the folder, sorted.
///
/// # Panics
/// Panics if there is none.
pub(crate) fn json(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(here) = pending.pop() {
        for entry in std::fs::read_dir(&here).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no document below {}", folder.display());
    found.sort();
    found
}
