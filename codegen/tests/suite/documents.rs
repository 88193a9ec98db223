//! The documents that tests read: those of this repository always, and the vendor's where they are at hand.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

/// The root of the workspace. The tests of documents belong to it, and not to a crate that stands alone.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().find(|folder| folder.join("spec/schema.json").is_file());
    root.unwrap_or_else(|| panic!("no workspace around {}", here.display())).to_owned()
}

/// A file or folder of the vendor's that stands beside the workspace, or none where nothing stands there.
///
/// # Panics
/// If the place beside the workspace exists and lacks the path: a test must not pass because a document has moved.
pub(crate) fn beside(path: &str) -> Option<PathBuf> {
    let place = root().join("../shared");
    let found = place.join(path);
    assert!(!place.is_dir() || found.exists(), "{} is missing", found.display());
    found.exists().then_some(found)
}

/// Every document: the invented ones of all shapes, the specs, and the vendor's that are at hand.
pub(crate) fn all() -> Vec<PathBuf> {
    let mut documents = own();
    if let Some(folder) = beside("metadata") {
        documents.extend(json(&folder));
    }
    documents
}

/// The documents of this repository.
pub(crate) fn own() -> Vec<PathBuf> {
    let mut documents = json(&root().join("codegen/tests/shapes"));
    documents.extend(json(&root().join("spec/appstream-center")));
    documents
}

/// Every JSON file below the folder, in stable order.
///
/// # Panics
/// If there is none.
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
