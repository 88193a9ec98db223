//! Updates of the files of a crate on disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use alicloud_codegen::cli::{Changes, Mode, apply};
use serde_json::json;
use tempfile::TempDir;

use crate::fixture;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"))
}

fn planned(operations: &[&str]) -> BTreeMap<String, String> {
    let apis: serde_json::Map<_, _> =
        operations.iter().map(|name| ((*name).to_owned(), json!({"responses": {"200": {}}}))).collect();
    fixture::generated("a.json", &fixture::rpc(apis.into()).to_string())
}

fn run(folder: &Path, files: &BTreeMap<String, String>, mode: Mode) -> Changes {
    apply(folder, files, mode).unwrap_or_else(|failure| panic!("{failure}"))
}

fn text(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap_or_default()
}

#[test]
fn apply_writes_only_files_that_differ() {
    let folder = folder();
    let target = folder.path().join("new/crate");
    let files = planned(&["First", "Second"]);
    let checked = run(&target, &files, Mode::Check);
    assert_eq!(checked.written.len(), files.len());
    assert!(!target.exists(), "a check changes nothing");
    let written = run(&target, &files, Mode::Write);
    assert_eq!(written.written, files.keys().cloned().collect::<Vec<_>>());
    assert!(files.iter().all(|(path, expected)| text(&target, path) == *expected));
    let when = |path: &str| fs::metadata(target.join(path)).and_then(|found| found.modified()).ok();
    let before = when("src/lib.rs");
    let again = run(&target, &files, Mode::Write);
    assert_eq!((again.any(), again.unchanged), (false, files.len()));
    assert_eq!(when("src/lib.rs"), before);
    assert!(fixture::files(&target, "partial").is_empty());
}

#[test]
fn apply_deletes_stale_generated_files_only() {
    let folder = folder();
    let target = folder.path();
    run(target, &planned(&["First", "Second"]), Mode::Write);
    fs::write(target.join("src/operation/mine.rs"), "// mine\n").unwrap_or_default();
    fs::write(target.join("CHANGELOG.md"), "# mine\n").unwrap_or_default();
    fs::write(target.join("src/data.bin"), [0xff, 0xfe]).unwrap_or_default();
    fs::write(target.join("src/bytes.rs"), [0xff, 0xfe]).unwrap_or_default();
    let less = planned(&["First"]);
    let checked = run(target, &less, Mode::Check);
    assert_eq!(checked.deleted, ["src/operation/second.rs"]);
    assert!(target.join("src/operation/second.rs").exists());
    let changes = run(target, &less, Mode::Write);
    assert_eq!((changes.deleted.as_slice(), changes.kept.len()), (&["src/operation/second.rs".to_owned()][..], 0));
    assert!(!target.join("src/operation/second.rs").exists());
    for kept in ["src/operation/mine.rs", "CHANGELOG.md", "src/data.bin", "src/bytes.rs"] {
        assert!(target.join(kept).exists(), "{kept}");
    }
    fs::remove_file(target.join("src/operation/mine.rs")).unwrap_or_default();
    run(target, &planned(&[]), Mode::Write);
    assert!(!target.join("src/operation").exists(), "an empty folder is deleted");
}

#[test]
fn apply_keeps_edited_files_unless_forced() {
    let folder = folder();
    let target = folder.path();
    let files = planned(&["First", "Second"]);
    run(target, &files, Mode::Write);
    for path in ["src/lib.rs", "src/operation/second.rs"] {
        let edited = text(target, path) + "// edited\n";
        fs::write(target.join(path), edited).unwrap_or_default();
    }
    fs::write(target.join("README.md"), "my own\n").unwrap_or_default();
    let less = planned(&["First"]);
    for mode in [Mode::Check, Mode::Write] {
        let changes = run(target, &less, mode);
        assert_eq!(changes.kept, ["README.md", "src/lib.rs", "src/operation/second.rs"]);
        assert!(changes.any());
    }
    assert!(text(target, "src/lib.rs").ends_with("// edited\n"));
    let forced = run(target, &less, Mode::Force);
    assert_eq!(forced.deleted, ["src/operation/second.rs"]);
    assert_eq!(
        (text(target, "src/lib.rs"), text(target, "README.md")),
        (less["src/lib.rs"].clone(), less["README.md"].clone())
    );
    assert!(!run(target, &less, Mode::Check).any());
}

#[cfg(unix)]
#[test]
fn apply_through_a_symbolic_link_is_an_error() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap_or_default();
    let files = planned(&["First"]);
    for link in ["src", "src/operation", "src/lib.rs", "Cargo.toml"] {
        let target = folder.path().join(link.replace('/', "-"));
        let at = target.join(link);
        fs::create_dir_all(at.parent().unwrap_or(&target)).unwrap_or_default();
        symlink(&elsewhere, &at).unwrap_or_default();
        for mode in [Mode::Check, Mode::Write, Mode::Force] {
            let failure = apply(&target, &files, mode).map(|_| ()).map_err(|failure| failure.to_string());
            assert!(failure.as_ref().is_err_and(|text| text.contains("symbolic link")), "{link}: {failure:?}");
        }
        assert_eq!(fs::read_dir(&elsewhere).map(Iterator::count).ok(), Some(0), "{link}");
        let found = fixture::files(&target, "rs").len() + fixture::files(&target, "toml").len();
        assert_eq!(found, 0, "{link}: nothing is written before the error");
    }
}
