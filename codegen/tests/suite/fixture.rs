//! Helpers that read the files of the test suite and generated files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use alicloud_codegen::generate::{Options, Outcome, generate};
use alicloud_codegen::source::Source;
use serde_json::{Value, json};

/// Returns a folder below `tests`.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// Returns every file below the folder, sorted.
pub(crate) fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(here) = pending.pop() {
        for entry in fs::read_dir(&here).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { pending.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// Returns every file with this extension below the folder, sorted.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = all_files(folder);
    found.retain(|path| path.extension().is_some_and(|found| found == extension));
    found
}

/// Returns the name of a file without folder and extension.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Returns the text of a file.
pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares a text with the expected file, which `UPDATE_EXPECT=1` rewrites.
pub(crate) fn expect(path: &Path, actual: &str) -> Result<(), String> {
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, actual).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Err(format!("{name} differs; UPDATE_EXPECT=1 rewrites it\n--- expected\n{expected}\n--- actual\n{actual}"))
}

/// Generates a document with the default options.
pub(crate) fn outcome(name: &str, text: &str) -> Outcome {
    outcome_with(name, text, &Options::default())
}

pub(crate) fn outcome_with(name: &str, text: &str, options: &Options) -> Outcome {
    let generated = generate(&Source::new(name, text), options);
    generated.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Returns the diagnostics as text.
pub(crate) fn rendered(name: &str, text: &str, outcome: &Outcome) -> Vec<String> {
    let source = Source::new(name, text);
    outcome.diagnostics.iter().map(|found| found.render(&source)).collect()
}

/// Returns the files of a document that has only warnings.
pub(crate) fn generated(name: &str, text: &str) -> BTreeMap<String, String> {
    let outcome = outcome(name, text);
    assert!(outcome.is_success(), "{}", rendered(name, text, &outcome).join("\n"));
    outcome.files
}

/// Returns a document in the RPC style with these operations.
pub(crate) fn rpc(apis: Value) -> Value {
    json!({"info": {"product": "demo", "version": "2024-01-01", "style": "RPC"}, "apis": apis})
}

/// Returns responses with an object with these properties.
#[allow(dead_code, reason = "used by the tests of the command line, which share this file")]
pub(crate) fn responses(properties: Value) -> Value {
    json!({"200": {"schema": {"type": "object", "properties": properties}}})
}

/// Returns the parsed Rust files.
pub(crate) fn parsed(files: &BTreeMap<String, String>) -> BTreeMap<&str, syn::File> {
    let rust = files.iter().filter(|(path, _)| path.ends_with(".rs"));
    rust.map(|(path, text)| {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"));
        (path.as_str(), file)
    })
    .collect()
}

/// Returns the code without comments, on one line.
pub(crate) fn one_line(text: &str) -> String {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let words: Vec<&str> = code.flat_map(str::split_whitespace).collect();
    words.join(" ").replace("( ", "(").replace(", )", ")")
}
