//! Generated crates before the compiler and before rustdoc. It takes minutes, so it runs when it is asked for:
//! `cargo test -p alicloud-codegen --test suite compiled -- --ignored`.

use std::fs;
use std::path::Path;
use std::process::Command;

use alicloud_codegen::plan::{Options, Runtime, append};
use serde_json::{Value, json};

use crate::{fixture, hostile, names, texts};

fn documents() -> Vec<(String, Value)> {
    let shapes = fixture::files(&fixture::folder("shapes"), "json").into_iter().map(|path| {
        let document = serde_json::from_str(&fixture::read(&path)).unwrap_or_default();
        (format!("shape-{}", fixture::stem(&path).replace('_', "-")), document)
    });
    let all = hostile::TEXTS.join("\n\n") + "\n\n" + &hostile::TEXTS.join(" ");
    let mut documents = vec![
        ("hostile-texts".to_owned(), texts::document(&all)),
        ("hostile-names".to_owned(), names::document(&names::owned(hostile::NAMES))),
    ];
    let few = hostile::TEXTS.chunks(hostile::TEXTS.len() / 8 + 1).enumerate();
    documents.extend(few.map(|(index, texts)| (format!("hostile-{index}"), texts::document(&texts.join("\n")))));
    documents.extend(shapes);
    documents
}

#[test]
#[ignore = "compiles the runtime and two dozen crates"]
fn generated_crates_compile_and_document_themselves() {
    let Some(root) = fixture::workspace() else { return println!("skipped: no workspace") };
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
    let write = |path: &Path, text: &str| {
        fs::create_dir_all(path.parent().unwrap_or(path))
            .and_then(|()| fs::write(path, text))
            .unwrap_or_else(|error| panic!("{error}"));
    };
    let mut members = Vec::new();
    for (name, mut document) in documents() {
        document["info"]["x-crate"] = json!({"name": name, "version": "0.1.0"});
        let runtime = Runtime::Path(root.join("crates/core").display().to_string());
        let outcome = fixture::outcome_with(&name, &document.to_string(), &Options { runtime, ..Options::default() });
        assert!(outcome.is_success(), "{name}");
        for (path, text) in &outcome.files {
            let text = match path.as_str() {
                "Cargo.toml" => append(text, "\n[lints.rust]\nwarnings = \"deny\"\n"),
                _ => text.clone(),
            };
            write(&folder.path().join(&name).join(path), &text);
        }
        members.push(name);
    }
    write(&folder.path().join("Cargo.toml"), &format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"));
    write(&folder.path().join("Cargo.lock"), &fixture::read(&root.join("Cargo.lock")));
    // Examples are compiled and not run.
    let steps: [&[&str]; 3] = [
        &["check", "--offline", "--keep-going", "--workspace"],
        &["doc", "--offline", "--keep-going", "--workspace", "--no-deps"],
        &["test", "--offline", "--no-fail-fast", "--workspace", "--doc"],
    ];
    for arguments in steps {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(folder.path())
            .env("CARGO_TARGET_DIR", &target)
            .env("RUSTDOCFLAGS", "-D warnings")
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap_or_else(|error| panic!("{error}"));
        let told = [output.stdout.as_slice(), &output.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        assert!(output.status.success(), "{arguments:?}\n{told}");
    }
}
