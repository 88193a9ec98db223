//! What a run does, and refuses to do, to the folders it is pointed at.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::fixture;
use crate::generate::{Place, code, err, out};

fn document(product: &str, operations: &[&str]) -> Value {
    let apis: serde_json::Map<_, _> = operations
        .iter()
        .map(|name| ((*name).to_owned(), json!({"operationType": "read", "responses": {"200": {}}})))
        .collect();
    let mut document = fixture::rpc(apis.into());
    document["info"]["product"] = json!(product);
    document
}

/// Every file below a folder with its text.
fn tree(folder: &Path) -> BTreeMap<String, String> {
    let named = |path: PathBuf| {
        let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        (name, fs::read_to_string(&path).unwrap_or_default())
    };
    fixture::all_files(folder).into_iter().map(named).collect()
}

fn manifest(place: &Place, folder: &str) -> String {
    fixture::read(&place.path().join(folder).join("Cargo.toml"))
}

const GENERATE: [&str; 4] = ["--spec", "a.json", "--out", "made"];

fn with<'a>(base: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [base, more].concat()
}

#[test]
fn crate_inside_a_workspace_is_a_member_and_its_manifest_is_left_alone() {
    let place = Place::new();
    place.write("a.json", &document("demo", &["Ping"]));
    place.write("b.json", &document("other", &["Ping"]));
    place.write("c.json", &document("third", &["Ping"]));
    let root = "[workspace]\nresolver = \"3\"\nmembers = []\n";
    fs::write(place.path().join("Cargo.toml"), root).unwrap_or_default();
    fs::create_dir_all(place.path().join("core/src")).unwrap_or_default();
    fs::write(place.path().join("core/src/lib.rs"), "").unwrap_or_default();
    let core = "[package]\nname = \"alicloud-core\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    fs::write(place.path().join("core/Cargo.toml"), core).unwrap_or_default();
    let path = with(&GENERATE, &["--runtime-path", "core"]);
    let first = place.run(&path);
    assert_eq!(code(&first), Some(0), "{}", err(&first));
    assert!(err(&first).contains("add \"made\" to `members`"), "{}", err(&first));
    assert!(!manifest(&place, "made").contains("[workspace]"));
    assert_eq!(fixture::read(&place.path().join("Cargo.toml")), root);
    let several = place.run(&["--spec", "b.json", "c.json", "--out", "crates", "--runtime-path", "core"]);
    assert_eq!(code(&several), Some(0), "{}", err(&several));
    assert!(err(&several).contains("add \"crates/alicloud-other-20240101\""), "{}", err(&several));

    fs::write(place.path().join("Cargo.toml"), root.replace("[]", "[\"made\", \"crates/*\"]")).unwrap_or_default();
    for more in [&[][..], &["--check"]] {
        let again = place.run(&with(&path, more));
        assert_eq!((code(&again), err(&again).as_str()), (Some(0), ""), "{}", out(&again));
    }
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(place.path().join("made"))
        .output()
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn crate_outside_of_a_workspace_stands_alone_and_has_the_same_files() {
    let place = Place::new();
    place.write("a.json", &document("demo", &["Ping"]));
    let run = |folder: &str| {
        let output = place.run(&["--spec", "a.json", "--out", folder, "--runtime-version", "0.1.0"]);
        assert_eq!((code(&output), err(&output).as_str()), (Some(0), ""));
        tree(&place.path().join(folder))
    };
    let alone = run("made");
    fs::create_dir(place.path().join("outer")).unwrap_or_default();
    let root = "[workspace]\nexclude = [\"made\"]\n";
    fs::write(place.path().join("outer/Cargo.toml"), root).unwrap_or_default();
    assert_eq!(run("outer/made"), alone);
}

#[test]
fn folder_with_another_crate_is_refused_and_left_alone() {
    let place = Place::new();
    place.write("a.json", &document("demo", &["Ping"]));
    let mut newer = document("demo", &["Ping"]);
    newer["info"]["version"] = json!("2025-01-01");
    place.write("version.json", &newer);
    place.write("product.json", &document("other", &["Pong", "Zap"]));
    assert_eq!(code(&place.run(&GENERATE)), Some(0));
    let folder = place.path().join("made");
    let before = tree(&folder);
    for (other, named) in [("version.json", "demo 2025-01-01"), ("product.json", "other 2024-01-01")] {
        for more in [&[][..], &["--force"], &["--check"]] {
            let refused = place.run(&with(&["--spec", other, "--out", "made"], more));
            assert_eq!(code(&refused), Some(2), "{other} {more:?}: {}{}", out(&refused), err(&refused));
            let text = err(&refused);
            assert!(text.contains("demo 2024-01-01") && text.contains(named) && text.contains("--replace"), "{text}");
            assert_eq!(tree(&folder), before, "{other} {more:?}");
        }
    }
    let replaced = place.run(&["--spec", "product.json", "--out", "made", "--replace"]);
    assert_eq!(code(&replaced), Some(0), "{}", err(&replaced));
    assert!(folder.join("src/operation/pong.rs").exists() && !folder.join("src/operation/ping.rs").exists());
    let check = place.run(&["--spec", "product.json", "--out", "made", "--check"]);
    assert_eq!(code(&check), Some(0), "{}", out(&check));
    // One crate that is refused holds back all of the run.
    let several = |folder: &str| {
        let run = place.run(&["--spec", "a.json", "product.json", "--out", folder]);
        (code(&run), tree(&place.path().join(folder)))
    };
    fs::create_dir_all(place.path().join("many")).unwrap_or_default();
    fs::rename(&folder, place.path().join("many/alicloud-demo-20240101")).unwrap_or_default();
    let before = tree(&place.path().join("many"));
    assert_eq!(several("many"), (Some(2), before));
}

#[test]
fn operations_that_a_partial_run_leaves_out_are_deleted_on_demand_only() {
    let place = Place::new();
    let mut whole = document("demo", &["Ping", "Pong", "Zap"]);
    place.write("a.json", &whole);
    assert_eq!(code(&place.run(&GENERATE)), Some(0));
    let folder = place.path().join("made");
    let before = tree(&folder);
    whole["apis"]["Pong"]["methods"] = json!(["brew"]);
    place.write("bad.json", &whole);
    for (partial, left_out) in [
        (&["--spec", "a.json", "--out", "made", "--only", "Ping"][..], "Pong, Zap"),
        (&["--spec", "bad.json", "--out", "made", "--skip-unsupported"], "Pong;"),
    ] {
        let refused = place.run(partial);
        assert_eq!(code(&refused), Some(2), "{partial:?}: {}", out(&refused));
        assert!(err(&refused).contains(left_out) && err(&refused).contains("--replace"), "{}", err(&refused));
        assert_eq!(tree(&folder), before, "{partial:?}");
        let allowed = place.run(&with(partial, &["--replace"]));
        assert_eq!(code(&allowed), Some(0), "{partial:?}: {}", err(&allowed));
        assert!(!folder.join("src/operation/pong.rs").exists());
        assert_eq!(code(&place.run(&GENERATE)), Some(0));
        assert_eq!(tree(&folder), before);
    }
    // What the document itself no longer has needs no flag, and neither does a folder without the operations.
    place.write("a.json", &document("demo", &["Ping", "Pong"]));
    assert_eq!(code(&place.run(&GENERATE)), Some(0));
    let fresh = place.run(&["--spec", "a.json", "--out", "fresh", "--only", "Ping"]);
    assert_eq!(code(&fresh), Some(0), "{}", err(&fresh));
}

#[test]
fn foreign_files_are_named_as_such_and_no_crate_is_left_incomplete() {
    let place = Place::new();
    place.write("a.json", &document("demo", &["Ping"]));
    for path in ["Cargo.toml", "README.md", "src/lib.rs"] {
        let folder = place.path().join("made");
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap_or(&folder)).unwrap_or_default();
        fs::write(&file, "mine = true\n").unwrap_or_default();
        let before = tree(&folder);
        let refused = place.run(&GENERATE);
        assert_eq!(code(&refused), Some(2), "{path}: {}", out(&refused));
        assert!(err(&refused).contains(path) && err(&refused).contains("not written by this generator"));
        assert!(!(out(&refused) + &err(&refused)).contains("edited by hand"), "{path}");
        assert_eq!(tree(&folder), before, "{path}");
        assert_eq!(code(&place.run(&with(&GENERATE, &["--force"]))), Some(0), "{path}");
        fs::remove_dir_all(&folder).unwrap_or_default();
    }
    // In a crate of the generator's own, somebody's README stays, and the exit code says that it is not the planned
    // one.
    assert_eq!(code(&place.run(&GENERATE)), Some(0));
    let readme = place.path().join("made/README.md");
    let lib = place.path().join("made/src/lib.rs");
    fs::write(&readme, "# Mine\n").unwrap_or_default();
    fs::write(&lib, fixture::read(&lib) + "// edited\n").unwrap_or_default();
    let kept = place.run(&GENERATE);
    assert_eq!(code(&kept), Some(1), "{}", out(&kept));
    assert!(out(&kept).contains("README.md: not written by this generator"), "{}", out(&kept));
    assert!(out(&kept).contains("lib.rs: edited by hand"), "{}", out(&kept));
    assert_eq!(fixture::read(&readme), "# Mine\n");
}

#[test]
fn runs_at_the_same_time_all_succeed_and_leave_nothing_behind() {
    let place = Place::new();
    let names: Vec<String> = (0..40).map(|index| format!("Operation{index}")).collect();
    place.write("a.json", &document("demo", &names.iter().map(String::as_str).collect::<Vec<_>>()));
    place.write("b.json", &document("demo", &["Ping"]));
    for round in 0..3 {
        let runs: Vec<_> = (0..6)
            .map(|index| {
                let spec = if index % 2 == 0 { "a.json" } else { "b.json" };
                let mut command = place.command(&["--spec", spec, "--out", "made"]);
                command.stdout(Stdio::piped()).stderr(Stdio::piped());
                command.spawn().unwrap_or_else(|error| panic!("{error}"))
            })
            .collect();
        for run in runs {
            let output = run.wait_with_output().unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(code(&output), Some(0), "{round}: {}", err(&output));
        }
        assert_eq!(code(&place.run(&GENERATE)), Some(0));
        let check = place.run(&with(&GENERATE, &["--check"]));
        assert_eq!(code(&check), Some(0), "{}", out(&check));
        let paths: Vec<String> = tree(&place.path().join("made")).into_keys().collect();
        assert_eq!(paths.len(), 7 + names.len(), "{paths:?}");
    }
}

#[test]
fn line_ends_that_git_rewrites_are_no_edits() {
    let place = Place::new();
    place.write("a.json", &document("demo", &["Ping"]));
    assert_eq!(code(&place.run(&GENERATE)), Some(0));
    let folder = place.path().join("made");
    for (path, text) in tree(&folder) {
        fs::write(folder.join(path), text.replace('\n', "\r\n")).unwrap_or_default();
    }
    let before = tree(&folder);
    for more in [&["--check"][..], &[]] {
        let run = place.run(&with(&GENERATE, more));
        assert_eq!((code(&run), out(&run).contains("nothing to change")), (Some(0), true), "{}", out(&run));
    }
    assert_eq!(tree(&folder), before);
    // A change of the document reaches files with either line ends.
    let mut changed = document("demo", &["Ping"]);
    changed["apis"]["Ping"]["summary"] = json!("Pings.");
    place.write("a.json", &changed);
    let run = place.run(&GENERATE);
    assert_eq!((code(&run), out(&run).contains("edited by hand")), (Some(0), false), "{}", out(&run));
    assert!(fixture::read(&folder.join("src/operation/ping.rs")).contains("Pings."));
}

#[test]
fn runtime_path_is_written_as_the_crate_needs_it() {
    let place = Place::new();
    place.write("a.json", &document("demo", &["Ping"]));
    place.write("b.json", &document("other", &["Ping"]));
    for folder in ["core", "elsewhere"] {
        fs::create_dir_all(place.path().join(folder)).unwrap_or_default();
    }
    for (out_folder, runtime, expected) in [
        ("made", "core", "../core"),
        ("deep/er/made", "./core", "../../../core"),
        ("elsewhere/../made", "elsewhere/../core", "../core"),
        ("../outside/made", "core", "CORE"),
    ] {
        let output = place.run(&["--spec", "a.json", "--out", out_folder, "--runtime-path", runtime]);
        assert_eq!(code(&output), Some(0), "{}", err(&output));
        let name = place.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let expected = expected.replace("CORE", &format!("../../{name}/core"));
        let text = manifest(&place, out_folder);
        assert!(text.contains(&format!("path = \"{expected}\"")), "{out_folder} {runtime}: {text}");
        fs::remove_dir_all(place.path().join(out_folder)).unwrap_or_default();
    }
    let _ = fs::remove_dir(place.path().join("../outside"));
    let several = place.run(&["--spec", "a.json", "b.json", "--out", "many", "--runtime-path", "core"]);
    assert_eq!(code(&several), Some(0), "{}", err(&several));
    assert!(manifest(&place, "many/alicloud-other-20240101").contains("path = \"../../core\""));
    let git = ["--spec", "a.json", "--out", "git", "--runtime-git", "https://example.com/sdk"];
    assert_eq!(code(&place.run(&git)), Some(0));
    assert!(manifest(&place, "git").contains("alicloud-core = { git = \"https://example.com/sdk\""));
}
