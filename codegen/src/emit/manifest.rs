//! `Cargo.toml`

use crate::markdown;
use crate::model::Model;
use crate::plan::Runtime;

/// What a crate hands on, so that it is all that a program depends on.
pub(super) const FEATURES: [&str; 10] = [
    "blocking",
    "http2",
    "hyper",
    "native-tls",
    "reqwest",
    "rustls-aws-lc",
    "rustls-ring",
    "serde",
    "testing",
    "tracing",
];

pub(super) fn emit(model: &Model, runtime: &Runtime) -> String {
    let description = format!("Alibaba Cloud SDK for Rust: {} ({})", model.title, model.version);
    let mut lines = vec![
        "[package]".to_owned(),
        format!("name = {}", text(&model.package)),
        format!("version = {}", text(&model.package_version)),
        "edition = \"2024\"".to_owned(),
        "rust-version = \"1.88\"".to_owned(),
        format!("description = {}", text(&description)),
        "license = \"MIT OR Apache-2.0\"".to_owned(),
        "readme = \"README.md\"".to_owned(),
        "keywords = [\"alibaba-cloud\", \"aliyun\", \"sdk\", \"cloud\"]".to_owned(),
        "categories = [\"api-bindings\", \"web-programming::http-client\"]".to_owned(),
    ];
    if *runtime == Runtime::Workspace {
        lines.push("repository.workspace = true".to_owned());
    }
    // Named, so that cargo loads a workspace whose generated sources are yet to be written.
    lines.extend([String::new(), "[lib]".to_owned(), "path = \"src/lib.rs\"".to_owned()]);
    lines.extend([String::new(), "[features]".to_owned()]);
    lines.push("default = [\"alicloud-core/default\"]".to_owned());
    lines.push("# Those of the runtime, whose documentation tells what they bring.".to_owned());
    lines.extend(FEATURES.iter().map(|feature| format!("{feature} = [\"alicloud-core/{feature}\"]")));
    lines.extend([String::new(), "[dependencies]".to_owned()]);
    lines.push(match runtime {
        Runtime::Workspace => "alicloud-core.workspace = true".to_owned(),
        Runtime::Path(path) => format!("alicloud-core = {{ path = {}, default-features = false }}", text(path)),
        Runtime::Git(url) => format!("alicloud-core = {{ git = {}, default-features = false }}", text(url)),
        Runtime::Version(version) => {
            format!("alicloud-core = {{ version = {}, default-features = false }}", text(version))
        }
    });
    lines.push(String::new());
    lines.join("\n")
}

/// A basic string of TOML.
fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            _ if !markdown::shown(c) => out.push(' '),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}
