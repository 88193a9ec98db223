//! `Cargo.toml`

use super::Runtime;
use crate::gateway::Gateway;
use crate::markdown;
use crate::model::{Body, Model};

/// The minimum supported Rust version of generated crates.
pub(super) const RUST_VERSION: &str = "1.88";

/// Features of the runtime that a crate forwards, with their descriptions.
pub(super) fn features(model: &Model) -> impl Iterator<Item = (&'static str, &'static str)> {
    FEATURES.into_iter().chain(has_logs(model).then_some(LOGS))
}

/// Whether an operation sends or returns logs of SLS.
fn has_logs(model: &Model) -> bool {
    model.operations.iter().any(|operation| operation.body == Body::Logs || operation.logs)
}

const LOGS: (&str, &str) = ("sls-logs", "Logs as protobuf, and compressed bodies. On by default.");

const FEATURES: [(&str, &str); 14] = [
    ("blocking", "Calls without an asynchronous runtime."),
    ("chrono", "Conversions of `Timestamp` from and to chrono."),
    ("http2", "HTTP/2, with `reqwest`."),
    ("hyper", "A transport on hyper, without proxies and with half the dependencies."),
    ("jiff", "Conversions of `Timestamp` from and to jiff."),
    ("native-tls", "TLS by the operating system's library."),
    ("policy", "A recorder of calls for RAM policies, and the statement that a refused call needs."),
    ("reqwest", "The transport on reqwest. On by default."),
    ("rustls-aws-lc", "TLS by rustls with AWS-LC."),
    ("rustls-ring", "TLS by rustls with ring. On by default."),
    ("serde", "`Serialize` and `Deserialize` for requests, responses and types."),
    ("testing", "A mock transport and recordings for tests."),
    ("time", "Conversions of `Timestamp` from and to time."),
    ("tracing", "A span for each call and each attempt."),
];

/// Returns the feature of the runtime with the gateway of the service, which is also the method of `Service` that
/// selects it; none for plain RPC and ROA.
pub(super) fn runtime_feature(model: &Model) -> Option<&'static str> {
    match model.gateway? {
        Gateway::Pds => Some("pds"),
        Gateway::Sls => Some("sls"),
        Gateway::Fc | Gateway::Oss => None,
    }
}

pub(super) fn emit(model: &Model, runtime: &Runtime) -> String {
    let description = format!("Alibaba Cloud SDK for Rust: {} ({})", model.title, model.version);
    let mut lines = vec![
        "[package]".to_owned(),
        format!("name = {}", text(&model.package)),
        format!("version = {}", text(&model.package_version)),
        "edition = \"2024\"".to_owned(),
        format!("rust-version = {}", text(RUST_VERSION)),
        format!("description = {}", text(&description)),
        "license = \"MIT OR Apache-2.0\"".to_owned(),
        "readme = \"README.md\"".to_owned(),
        "keywords = [\"alibaba-cloud\", \"aliyun\", \"sdk\", \"cloud\"]".to_owned(),
        "categories = [\"api-bindings\", \"web-programming::http-client\"]".to_owned(),
    ];
    if *runtime == Runtime::Workspace {
        lines.push("repository.workspace = true".to_owned());
    }
    // Explicit, so that cargo can load a workspace before the sources are generated.
    lines.extend([String::new(), "[lib]".to_owned(), "path = \"src/lib.rs\"".to_owned()]);
    lines.extend([String::new(), "[package.metadata.docs.rs]".to_owned(), "all-features = true".to_owned()]);
    lines.extend([String::new(), "[features]".to_owned()]);
    lines.push(match has_logs(model) {
        true => "default = [\"alicloud-core/default\", \"sls-logs\"]".to_owned(),
        false => "default = [\"alicloud-core/default\"]".to_owned(),
    });
    lines.push("# Each enables the feature of that name in the runtime.".to_owned());
    lines.extend(features(model).map(|(feature, _)| format!("{feature} = [\"alicloud-core/{feature}\"]")));
    lines.extend([String::new(), "[dependencies]".to_owned()]);
    let features = runtime_feature(model).map(|feature| format!(", features = [{}]", text(feature)));
    let features = features.unwrap_or_default();
    let outside = |source: &str, value: &str| {
        format!("alicloud-core = {{ {source} = {}, default-features = false{features} }}", text(value))
    };
    lines.push(match runtime {
        Runtime::Workspace if features.is_empty() => "alicloud-core.workspace = true".to_owned(),
        Runtime::Workspace => format!("alicloud-core = {{ workspace = true{features} }}"),
        Runtime::Path(path) => outside("path", path),
        Runtime::Git(url) => outside("git", url),
        Runtime::Version(version) => outside("version", version),
    });
    lines.extend([
        String::new(),
        "# For the examples of the documentation.".to_owned(),
        "[dev-dependencies]".to_owned(),
    ]);
    let source = if *runtime == Runtime::Workspace { "workspace = true" } else { "version = \"1\"" };
    lines.push(format!("tokio = {{ {source}, features = [\"macros\", \"rt-multi-thread\"] }}"));
    lines.push(String::new());
    lines.join("\n")
}

/// Returns a basic string of TOML.
fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            _ if !markdown::is_allowed(c) => out.push(' '),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}
