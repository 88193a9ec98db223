//! The crates of this workspace are what their specs give, and a run of the generator treats files as it promises.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use alicloud_codegen::cli::{Changes, Mode, apply, format};
use alicloud_codegen::generate::{Options, Outcome, Runtime, generate};
use alicloud_codegen::source::Source;
use alicloud_tests::scratch::files;
use alicloud_tests::{APP_STREAMING, root};
use tempfile::TempDir;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// What the specs do not say, because no source does: the codes and messages of the generator's warnings.
const UNSOURCED: [(&str, &str); 1] = [(
    "W0401",
    "the document does not say whether these operations read or write, so they are treated as writes: \
     `GetFileUploadInfo`",
)];

const OPERATION: &str = "src/operation/log_off_all_sessions_in_app_instance_group.rs";

fn generated(name: &str, text: &str) -> Result<Outcome> {
    let options = Options { runtime: Runtime::Workspace, ..Options::default() };
    let mut outcome = generate(&Source::new(name, text), &options)?;
    format(&mut outcome.files)?;
    assert!(outcome.is_success(), "{name}: {:?}", outcome.diagnostics);
    Ok(outcome)
}

/// The specs of the workspace.
fn specs() -> Result<Vec<PathBuf>> {
    let mut specs = Vec::new();
    for product in fs::read_dir(root().join("spec"))? {
        let product = product?.path();
        if product.is_dir() {
            let versions: std::io::Result<Vec<_>> = fs::read_dir(product)?.collect();
            specs.extend(versions?.iter().map(fs::DirEntry::path));
        }
    }
    specs.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    specs.sort();
    Ok(specs)
}

/// A crate of its own folder that is as generated.
struct Copy {
    folder: TempDir,
    planned: BTreeMap<String, String>,
}

impl Copy {
    fn new() -> Result<Self> {
        let planned = generated("spec.json", APP_STREAMING)?.files;
        let copy = Self { folder: tempfile::tempdir()?, planned };
        let changes = copy.apply(Mode::Write)?;
        assert_eq!(changes.written.len(), copy.planned.len(), "{changes:?}");
        Ok(copy)
    }

    fn apply(&self, mode: Mode) -> Result<Changes> {
        Ok(apply(self.folder.path(), &self.planned, mode)?)
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// Everything is as planned, and nothing else is there.
    fn assert_complete(&self) -> Result {
        let found = files(self.folder.path())?;
        let names: Vec<&String> = found.keys().collect();
        assert_eq!(names, self.planned.keys().collect::<Vec<_>>());
        for (path, text) in &self.planned {
            assert!(found[path] == text.as_bytes(), "{path} differs");
        }
        assert!(!self.apply(Mode::Check)?.any());
        Ok(())
    }
}

#[test]
fn codegen_of_checked_in_specs_changes_nothing() -> Result {
    let specs = specs()?;
    assert!(!specs.is_empty(), "there are specs");
    for spec in specs {
        let outcome = generated(&spec.display().to_string(), &fs::read_to_string(&spec)?)?;
        assert_eq!(outcome.generated, outcome.operations, "{}: every operation", spec.display());
        // Only facts without a source may be missing.
        let known = |code: &str, message: &str| UNSOURCED.contains(&(code, message));
        let unexpected: Vec<_> =
            outcome.diagnostics.iter().filter(|found| !known(found.code, &found.message)).collect();
        assert!(unexpected.is_empty(), "{}: {unexpected:?}", spec.display());
        let name = outcome.package.strip_prefix("alicloud-").unwrap_or(&outcome.package);
        let folder = root().join("crates").join(name);
        let changes = apply(&folder, &outcome.files, Mode::Check)?;
        assert!(!changes.any(), "{name} is not what its spec gives, run `cargo xtask codegen`: {changes:?}");
        assert_eq!(changes.unchanged, outcome.files.len());
        // And it holds nothing else but what goes along with every package.
        let mut found: Vec<String> = files(&folder)?.into_keys().collect();
        found.retain(|path| !path.starts_with("LICENSE"));
        assert_eq!(found, outcome.files.keys().cloned().collect::<Vec<_>>(), "in {name}");
    }
    Ok(())
}

#[test]
fn codegen_with_deleted_sources_restores_them() -> Result {
    let copy = Copy::new()?;
    let before = files(copy.folder.path())?;
    fs::remove_dir_all(copy.path("src"))?;
    let changes = copy.apply(Mode::Write)?;
    let below = copy.planned.keys().filter(|path| path.starts_with("src/")).count();
    assert_eq!((changes.written.len(), changes.unchanged), (below, copy.planned.len() - below));
    assert!(files(copy.folder.path())? == before, "the same bytes");
    copy.assert_complete()
}

#[test]
fn codegen_in_two_runs_writes_equal_files() -> Result {
    let copy = Copy::new()?;
    assert!(copy.planned == generated("elsewhere/other.json", APP_STREAMING)?.files);
    let written = fs::metadata(copy.path(OPERATION))?.modified()?;
    let changes = copy.apply(Mode::Write)?;
    assert!(!changes.any() && changes.unchanged == copy.planned.len(), "{changes:?}");
    assert_eq!(fs::metadata(copy.path(OPERATION))?.modified()?, written, "what is right is not written again");
    copy.assert_complete()
}

#[test]
fn codegen_with_an_edited_file_keeps_it_unless_forced() -> Result {
    let copy = Copy::new()?;
    let edited = copy.planned[OPERATION].replace("pub product_type:", "pub my_own_type:");
    assert!(edited != copy.planned[OPERATION], "an edit");
    fs::write(copy.path(OPERATION), &edited)?;
    for mode in [Mode::Check, Mode::Write] {
        let changes = copy.apply(mode)?;
        assert_eq!(changes.kept, [OPERATION], "{mode:?} reports it");
        assert!(changes.any() && changes.written.is_empty() && changes.deleted.is_empty(), "{changes:?}");
        assert_eq!(fs::read_to_string(copy.path(OPERATION))?, edited, "{mode:?} keeps it");
    }
    let changes = copy.apply(Mode::Force)?;
    assert_eq!(
        (changes.written.as_slice(), changes.kept.as_slice()),
        ([OPERATION.to_owned()].as_slice(), [].as_slice())
    );
    copy.assert_complete()
}

#[test]
fn codegen_with_an_outdated_file_rewrites_it() -> Result {
    let copy = Copy::new()?;
    let older = APP_STREAMING.replace("Logs off every session in a delivery group.", "Ends every session of a group.");
    let older = generated("spec.json", &older)?.files;
    assert!(older[OPERATION] != copy.planned[OPERATION]);
    apply(copy.folder.path(), &older, Mode::Write)?;
    assert_eq!(copy.apply(Mode::Check)?.written, ["src/client.rs", "src/lib.rs", OPERATION]);
    assert!(copy.apply(Mode::Check)?.any(), "a check changes nothing");
    assert_eq!(copy.apply(Mode::Write)?.written, ["src/client.rs", "src/lib.rs", OPERATION]);
    copy.assert_complete()
}

#[test]
fn codegen_with_stale_files_removes_only_its_own() -> Result {
    let copy = Copy::new()?;
    let source = Source::new("spec.json", APP_STREAMING);
    let only = ["LogOffAllSessionsInAppInstanceGroup".to_owned(), "TagResources".to_owned()].into();
    let options = Options { runtime: Runtime::Workspace, only, ..Options::default() };
    let mut few = generate(&source, &options)?.files;
    format(&mut few)?;
    assert!(few.len() < copy.planned.len());

    let foreign = [("src/operation/notes.rs", "// mine\n"), ("NOTES.md", "mine\n"), ("src/mine/deep.rs", "mod x;\n")];
    for (path, text) in foreign {
        let path = copy.path(path);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(path, text)?;
    }
    let edited = "src/operation/list_regions.rs";
    let text = format!("{}// a remark\n", copy.planned[edited]);
    fs::write(copy.path(edited), &text)?;

    let changes = apply(copy.folder.path(), &few, Mode::Write)?;
    assert!(changes.deleted.contains(&"src/operation/list_image.rs".to_owned()), "{changes:?}");
    assert_eq!(changes.kept, [edited], "what somebody edited is not deleted either");
    let left: Vec<String> = files(copy.folder.path())?.into_keys().collect();
    let mut expected: Vec<String> = few.keys().cloned().collect();
    expected.extend(foreign.iter().map(|(path, _)| (*path).to_owned()).chain([edited.to_owned()]));
    expected.sort();
    assert_eq!(left, expected);
    assert_eq!(fs::read_to_string(copy.path(edited))?, text);

    // Force takes the edited one, and still nobody else's.
    assert_eq!(apply(copy.folder.path(), &few, Mode::Force)?.deleted, [edited]);
    for (path, text) in foreign {
        assert_eq!(fs::read_to_string(copy.path(path))?, text, "{path}");
    }
    Ok(())
}
