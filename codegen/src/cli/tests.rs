use std::fs;
use std::path::Path;
use std::process::Command;

use super::*;
use crate::generate::Runtime;

const DOCUMENT: &str = r#"{"info": {"product": "demo", "version": "2024-01-01", "style": "RPC"},
  "apis": {"Ping": {"methods": ["post"], "summary": "prose", "responses": {"200": {}}}}}"#;

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn import_arguments(document: &Path, spec_dir: &Path) -> ImportArguments {
    ImportArguments {
        document: document.to_owned(),
        spec_dir: spec_dir.to_owned(),
        with_descriptions: false,
        accept_breaking: false,
        share: false,
        release: None,
        dry_run: false,
    }
}

fn diff_arguments(old: &str, new: Option<&str>, spec: Option<&Path>) -> DiffArguments {
    DiffArguments {
        old: old.to_owned(),
        new: new.map(str::to_owned),
        spec: spec.map(Path::to_owned),
        format: DiffFormat::Json,
        date: None,
        fail_on: Some(FailOn::Additive),
        check_version: false,
    }
}

#[test]
fn import_repeated_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let document = folder.path().join("api-docs.json");
    write(&document, DOCUMENT);
    let arguments = import_arguments(&document, &folder.path().join("spec"));
    let target = folder.path().join("spec/demo/2024-01-01.json");
    assert!(import(&ImportArguments { dry_run: true, ..arguments.clone() }).expect("a document"));
    assert!(!target.exists(), "a dry run writes nothing");
    assert!(import(&arguments).expect("a document"));
    let text = fs::read_to_string(&target).expect("a spec");
    let modified = |path: &Path| fs::metadata(path).and_then(|found| found.modified()).expect("a time");
    let first = modified(&target);
    assert!(import(&arguments).expect("a document"));
    assert_eq!((fs::read_to_string(&target).expect("a spec"), modified(&target)), (text, first));
    let left: Vec<_> = fs::read_dir(folder.path().join("spec/demo")).expect("a folder").collect();
    assert_eq!(left.len(), 1, "no partial file remains");

    write(&document, &DOCUMENT.replace("\"Ping\"", "\"Pong\""));
    assert!(!import(&arguments).expect("a document"), "an operation is withdrawn");
    assert!(fs::read_to_string(&target).expect("a spec").contains("Ping"));
    write(&document, "{");
    assert!(import(&arguments).expect_err("no document").0.contains("api-docs.json:1:2: error[E0101]"));
}

#[test]
fn diff_of_files_and_revisions_reports_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = folder.path().join("spec.json");
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]);
        let output = command.args(arguments).current_dir(folder.path()).output();
        assert!(output.as_ref().is_ok_and(|output| output.status.success()), "{output:?}");
    };
    write(&spec, DOCUMENT);
    git(&["init", "-q"]);
    git(&["add", "spec.json"]);
    git(&["commit", "-q", "-m", "first"]);
    write(
        &spec,
        &DOCUMENT
            .replace("\"apis\": {", "\"apis\": {\"More\": {\"methods\": [\"post\"], \"responses\": {\"200\": {}}}, "),
    );
    let name = spec.display().to_string();
    assert!(!diff(&diff_arguments("HEAD", None, Some(&spec))).expect("two documents"), "an operation is new");
    assert!(diff(&diff_arguments("HEAD", Some("HEAD"), Some(&spec))).expect("two documents"));
    assert!(diff(&diff_arguments(&name, Some(&name), None)).expect("two documents"));
    for missing in ["nowhere.json", "HEAD:nowhere.json", "--output=x:y"] {
        assert!(diff(&diff_arguments(missing, Some(&name), None)).is_err(), "{missing}");
    }
    assert!(!folder.path().join("x:y").exists());
}

#[test]
fn run_with_overlay_applies_to_one_document() {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (spec, overlay) = (folder.path().join("spec.json"), folder.path().join("overlay.json"));
    write(&spec, DOCUMENT);
    write(&overlay, r#"[{"at": "/apis/Ping/methods/0", "set": "put", "why": "seen"}]"#);
    let line = ["codegen", "--overlay", &overlay.display().to_string()].map(str::to_owned);
    let Line { arguments } = clap::Parser::parse_from(line);
    let job = Job {
        spec: spec.clone(),
        name: "spec.json".to_owned(),
        destination: Destination::Folder(folder.path().join("out")),
        runtime: Runtime::Version("0.1.0".to_owned()),
    };
    let reports = run(std::slice::from_ref(&job), &arguments).expect("a run");
    assert!(reports[0].success, "{:?}", reports[0].diagnostics);
    let text = fs::read_to_string(folder.path().join("out/src/operation/ping.rs")).expect("an operation");
    assert!(text.contains("Method::PUT"), "{text}");

    write(&overlay, r#"[{"at": "/apis/Pong", "remove": true, "why": "seen"}]"#);
    let reports = run(std::slice::from_ref(&job), &arguments).expect("a run");
    assert!(!reports[0].success && reports[0].diagnostics[0].contains("overlay.json:1:9: error[E0106]"));
    assert!(run(&[job.clone(), job], &arguments).is_err(), "one overlay, two documents");
}

#[test]
fn orphans_are_crates_without_a_document() {
    let folder = tempfile::tempdir().expect("a folder");
    let specs: Vec<_> = ["one", "two"].map(|name| folder.path().join(format!("{name}.json"))).into();
    let crates = folder.path().join("crates");
    let jobs: Vec<Job> = specs
        .iter()
        .map(|spec| {
            let name = spec.file_stem().expect("a name").to_string_lossy().into_owned();
            write(spec, &DOCUMENT.replace("\"demo\"", &format!("{name:?}")));
            let runtime = Runtime::Version("0.1.0".to_owned());
            Job { spec: spec.clone(), name, destination: Destination::Member(crates.clone()), runtime }
        })
        .collect();
    let reports = run(&jobs, &Arguments::default()).expect("a run");
    for by_hand in ["core", "empty"] {
        fs::create_dir(crates.join(by_hand)).expect("a folder");
    }
    write(&crates.join("core/Cargo.toml"), "[package]\nname = \"core\"\n");
    assert_eq!(orphans(&crates, &reports).expect("a folder"), []);
    let found = orphans(&crates, &reports[..1]).expect("a folder");
    assert_eq!(found, [(crates.join("two-20240101"), "two 2024-01-01".to_owned())]);
}
