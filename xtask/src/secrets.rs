//! `cargo xtask secrets`: checks that the crates of documents redact exactly the secrets.
//!
//! Every text of every request and response has a unique value. A program that depends on the generated crates searches
//! its output (`Debug`, errors, spans) for them. The redacted fields must be exactly those that a reviewer of the
//! documents calls secrets.

mod plant;
mod reviewed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Stdio;

use alicloud_codegen::generate::{Options, Runtime, generate, model};
use alicloud_codegen::source::Source;
use serde_json::Value;

use crate::files::{read, write};
use crate::process::{cargo, target};
use crate::{Failure, root};
use plant::Planted;
use reviewed::Reviewed;

/// The documents and the review
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A folder of documents; the review must contain the product and version of each
    #[arg(long, value_name = "DIR", required = true)]
    documents: Vec<PathBuf>,
    /// The review
    #[arg(long, value_name = "FILE", default_value = "tests/secrets/reviewed.txt")]
    reviewed: PathBuf,
    /// Require every document of the review
    #[arg(long)]
    all: bool,
}

/// The search program, which is copied beside the generated one.
const HARNESS: &str = include_str!("secrets/harness.rs");

/// A document with its crate and unique values.
struct Document {
    key: String,
    package: String,
    planted: Vec<Planted>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let reviewed = Reviewed::parse(&read(&root().join(&arguments.reviewed))?).map_err(Failure)?;
    let mut paths = Vec::new();
    for folder in &arguments.documents {
        crate::corpus::find(folder, &mut paths)?;
    }
    paths.sort();
    let folder = target().join("secrets");
    let mut documents = Vec::new();
    for path in paths {
        let source = Source::new(path.display().to_string(), read(&path)?);
        let runtime = Runtime::Path(root().join("crates/core").display().to_string());
        let options = Options { skip_unsupported: true, runtime, ..Options::default() };
        let (model, _) = self::model(&source, &options);
        // Invented documents have the same product.
        let keys = [model.package.clone(), format!("{}/{}", model.product.to_ascii_lowercase(), model.version)];
        let Some(key) = keys.into_iter().find(|key| reviewed.has(key)) else { continue };
        let outcome = generate(&source, &options).map_err(|error| Failure(error.to_string()))?;
        for (path, text) in &outcome.files {
            write(&folder.join(&outcome.package).join(path), text)?;
        }
        documents.push(Document { key, package: outcome.package, planted: plant::all(&model) });
        eprintln!("{}: {} operations", path.display(), model.operations.len());
    }
    let missing: Vec<&str> =
        reviewed.documents().filter(|key| documents.iter().all(|document| document.key != *key)).collect();
    if arguments.all && !missing.is_empty() {
        return Err(Failure(format!("reviewed documents are not available: {}", missing.join(", "))));
    }
    if documents.is_empty() {
        return Err(Failure("no reviewed document in the folders".to_owned()));
    }
    let found = search(&folder, &documents)?;
    let mut problems = Vec::new();
    let mut totals = [0; 3];
    for (index, document) in documents.iter().enumerate() {
        compare(index, document, &reviewed, &found, &mut problems, &mut totals);
    }
    problems.iter().for_each(|problem| println!("{problem}"));
    let [planted, secrets, operations] = totals;
    println!(
        "{} documents, {operations} operations, {planted} canaries, {secrets} of them secrets; {} problems",
        documents.len(),
        problems.len()
    );
    Ok(problems.is_empty())
}

/// The values that the program found: in `Debug`, and in errors and spans.
#[derive(Default)]
struct FoundCanaries {
    debug: BTreeSet<String>,
    elsewhere: BTreeMap<String, String>,
    failed: Vec<String>,
}

/// Compiles and runs the program.
fn search(folder: &std::path::Path, documents: &[Document]) -> Result<FoundCanaries, Failure> {
    let members: Vec<&str> = documents.iter().map(|document| document.package.as_str()).chain(["search"]).collect();
    write(
        &folder.join("Cargo.toml"),
        &format!(
            "[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n[profile.dev]\ndebug = false\nopt-level = 0\n"
        ),
    )?;
    write(&folder.join("Cargo.lock"), &read(&root().join("Cargo.lock"))?)?;
    let core = root().join("crates/core");
    let mut manifest = format!(
        "[package]\nname = \"search\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n\
         alicloud-core = {{ path = '{}', default-features = false, \
         features = [\"serde\", \"testing\", \"tracing\"] }}\n\
         http = \"1\"\nserde_core = \"1\"\nserde_json = \"1\"\n\
         tokio = {{ version = \"1\", features = [\"rt\", \"time\"] }}\n\
         tracing = {{ version = \"0.1\", default-features = false, features = [\"std\"] }}\n\
         tracing-subscriber = {{ version = \"0.3\", default-features = false, features = [\"registry\", \"std\"] }}\n",
        core.display()
    );
    let mut program = String::from(
        "// Deprecated operations are also called.\n#![allow(deprecated)]\n\nmod harness;\n\nfn main() {\n    \
         let mut search = harness::Search::new();\n",
    );
    for (index, document) in documents.iter().enumerate() {
        let package = &document.package;
        manifest.push_str(&format!(
            "sdk{index} = {{ package = \"{package}\", path = \"../{package}\", default-features = false, \
             features = [\"serde\"] }}\n"
        ));
        program.push_str(&format!("    document_{index}(&mut search);\n"));
    }
    program.push_str("}\n");
    for (index, document) in documents.iter().enumerate() {
        program.push_str(&format!("\nfn document_{index}(search: &mut harness::Search) {{\n"));
        for (number, planted) in document.planted.iter().enumerate() {
            write(&folder.join(format!("search/planted/{index}-{number}.json")), &planted.json(index, number))?;
            program.push_str(&format!(
                "    search.operation::<sdk{index}::operation::{}>(&sdk{index}::SERVICE, \
                 include_str!(\"../planted/{index}-{number}.json\"));\n",
                planted.rust
            ));
        }
        program.push_str("}\n");
    }
    write(&folder.join("search/Cargo.toml"), &manifest)?;
    write(&folder.join("search/src/main.rs"), &program)?;
    write(&folder.join("search/src/harness.rs"), HARNESS)?;
    let mut command = cargo(&["run", "--quiet", "--package", "search"]);
    command.current_dir(folder).env("CARGO_TARGET_DIR", target().join("secrets/target")).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| Failure(format!("cargo cannot be started: {error}")))?;
    if !output.status.success() {
        return Err(Failure("the search failed".to_owned()));
    }
    let mut found = FoundCanaries::default();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let line: Value = serde_json::from_str(line).map_err(|error| Failure(format!("{line}: {error}")))?;
        let canary = line["canary"].as_str().unwrap_or_default().to_owned();
        match line["sink"].as_str() {
            Some("debug") => _ = found.debug.insert(canary),
            Some("failure") => found.failed.push(line["text"].to_string()),
            Some(sink) => _ = found.elsewhere.insert(canary, sink.to_owned()),
            None => return Err(Failure(format!("{line}: no sink"))),
        }
    }
    Ok(found)
}

/// Reports the differences between the values in the output and the review.
fn compare(
    index: usize,
    document: &Document,
    reviewed: &Reviewed,
    found: &FoundCanaries,
    problems: &mut Vec<String>,
    totals: &mut [usize; 3],
) {
    let key = &document.key;
    let mut names = BTreeSet::new();
    for (number, planted) in document.planted.iter().enumerate() {
        totals[2] += 1;
        for (at, path) in planted.paths.iter().enumerate() {
            let canary = plant::canary(index, number, at);
            if path.is_empty() {
                continue;
            }
            let name = path.rsplit('.').next().unwrap_or(path);
            let whole = format!("{}/{path}", planted.operation);
            let secret = reviewed.secret(key, name, &whole);
            totals[0] += 1;
            totals[1] += usize::from(secret);
            if secret {
                names.extend([name.to_owned(), whole.clone()]);
            }
            let field = format!("{key} {whole}");
            match (secret, found.debug.contains(&canary)) {
                (true, true) => problems.push(format!("{field} is a secret, and Debug contains it")),
                (false, false) => problems.push(format!("{field} is not a secret, and Debug redacts it")),
                _ => {}
            }
            if let Some(sink) = found.elsewhere.get(&canary).filter(|_| secret) {
                problems.push(format!("{field} is a secret, and {sink} contains it"));
            }
        }
    }
    problems.extend(
        reviewed.unused(key, &names).map(|name| format!("{key}: the review names `{name}`, which no field has")),
    );
    if index == 0 {
        problems.extend(found.failed.iter().cloned());
    }
}
