//! `cargo xtask vectors`: recorded wire cases as Rust source that uses the public API of a generated crate.
//!
//! For every case, a function builds the request with the public constructors and setters and calls the public client;
//! for every response type, a function reads its public fields. Both are compiled against the crate, run against a
//! socket, and compared with the recording.

mod exceptions;
mod request;
mod response;

use std::path::PathBuf;

use alicloud_codegen::generate::{Options, Runtime, generate, model};
use alicloud_codegen::model::Model;
use alicloud_codegen::source::Source;
use quote::quote;
use serde_json::{Value, json};

use crate::files::{read, write};
use crate::process::{cargo, run as run_process, target};
use crate::{Failure, root};

/// Wire cases and their document
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The document
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
    /// The recorded cases
    #[arg(long, value_name = "FILE")]
    vectors: PathBuf,
    /// Keep the written crates in this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The program that runs the cases, which is copied beside them.
const HARNESS: [(&str, &str); 3] = [
    ("harness.rs", include_str!("vectors/harness.rs")),
    ("harness/compare.rs", include_str!("vectors/harness/compare.rs")),
    ("harness/server.rs", include_str!("vectors/harness/server.rs")),
];

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let source = Source::new(arguments.spec.display().to_string(), read(&arguments.spec)?);
    let recording: Value = serde_json::from_str(&read(&arguments.vectors)?)
        .map_err(|error| Failure(format!("{}: is not JSON: {error}", arguments.vectors.display())))?;
    // A file may contain the cases alone.
    let mut recording = if recording.is_array() { json!({ "cases": recording }) } else { recording };
    exceptions::apply(&mut recording);
    let Some(cases) = recording.get("cases").and_then(Value::as_array) else {
        return Err(Failure(format!("{}: has no list of cases", arguments.vectors.display())));
    };
    let options = Options { skip_unsupported: true, runtime: runtime(), ..Options::default() };
    let outcome = generate(&source, &options).map_err(|fault| Failure(fault.to_string()))?;
    let (model, _) = model(&source, &options);
    if !outcome.is_success() {
        for diagnostic in &outcome.diagnostics {
            eprintln!("{}", diagnostic.render(&source));
        }
        return Err(Failure("the document has errors".to_owned()));
    }
    let folder = arguments.out.clone().unwrap_or_else(|| target().join("vectors").join(&outcome.package));
    for (path, text) in &outcome.files {
        write(&folder.join("crate").join(path), text)?;
    }
    write(&folder.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"crate\", \"cases\"]\n")?;
    let lock = root().join("Cargo.lock");
    if lock.is_file() && !folder.join("Cargo.lock").is_file() {
        write(&folder.join("Cargo.lock"), &read(&lock)?)?;
    }
    write(&folder.join("cases/Cargo.toml"), &manifest(&model))?;
    write(&folder.join("cases/recording.json"), &recording.to_string())?;
    for (name, text) in HARNESS {
        write(&folder.join("cases/src").join(name), text)?;
    }
    write(&folder.join("cases/src/main.rs"), &program(&model, cases))?;
    let mut command = cargo(&["run", "--quiet", "--package", "cases"]);
    command.current_dir(&folder).env("CARGO_TARGET_DIR", target().join("vectors/target"));
    run_process(&mut command)
}

fn runtime() -> Runtime {
    Runtime::Path(root().join("crates/core").display().to_string())
}

fn manifest(model: &Model) -> String {
    format!(
        "[package]\nname = \"cases\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n\
         sdk = {{ package = \"{}\", path = \"../crate\" }}\nalicloud-core = {{ path = '{}' }}\n\
         base64 = {{ version = \"0.23\", default-features = false, features = [\"alloc\"] }}\n\
         lz4_flex = {{ version = \"0.14\", default-features = false, features = [\"std\"] }}\n\
         serde_json = {{ version = \"1\", features = [\"preserve_order\"] }}\n\
         tokio = {{ version = \"1\", features = [\"rt\", \"time\"] }}\n",
        model.package,
        root().join("crates/core").display()
    )
}

/// Returns the program of all cases.
fn program(model: &Model, cases: &[Value]) -> String {
    let functions = cases.iter().enumerate().map(|(index, case)| request::function(model, index, case));
    let entries = (0..cases.len()).map(|index| {
        let name = request::name(index);
        quote!(#name)
    });
    let readers = response::functions(model);
    let tokens = quote! {
        #![allow(deprecated, unused_imports, unused_variables, dead_code, unreachable_patterns)]
        mod harness;
        use harness::{Case, call, skip};
        use alicloud_core::__private::*;
        use sdk::{Client, operation};
        use serde_json::json;

        #readers
        #(#functions)*

        fn main() -> std::process::ExitCode {
            harness::run(include_str!("../recording.json"), &[#(#entries),*])
        }
    };
    tokens.to_string()
}
