//! `README.md`, which is also the front page of the documentation.

use super::example;
use super::{docs, manifest};
use crate::code::{Call, Style};
use crate::markdown;
use crate::model::{Model, Operation};
use crate::name::POSITIONAL;

pub(super) fn emit(model: &Model) -> String {
    let mut lines = vec![
        format!("# {}", model.package),
        String::new(),
        format!(
            "Client of Alibaba Cloud {} ({}, version {}): {} typed operations, generated from the API definition.",
            markdown::line(&model.title),
            markdown::code(&model.product),
            markdown::code(&model.version),
            model.operations.len()
        ),
    ];
    section(&mut lines, "Installation", &install(model));
    section(&mut lines, "First call", &first_call(model));
    section(&mut lines, "Credentials and region", &CREDENTIALS.replace("ROOT", &model.package.replace('-', "_")));
    section(&mut lines, "Errors", ERRORS);
    section(&mut lines, "Pages", &pages(model));
    section(&mut lines, "Waiting", WAITING);
    section(&mut lines, "Testing", TESTING);
    section(&mut lines, "Features", &features(model));
    section(&mut lines, "Minimum supported Rust version", &format!("Rust {}.", manifest::RUST_VERSION));
    section(&mut lines, "Permissions", PERMISSIONS);
    section(&mut lines, "Limits", &limits(model));
    section(&mut lines, "Regions", &regions(model));
    if let Some(link) = model.documentation.as_deref().filter(|link| docs::is_link(link)) {
        lines.extend([String::new(), format!("[Documentation of the service]({link})")]);
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Appends a section, unless its text is empty.
fn section(lines: &mut Vec<String>, title: &str, text: &str) {
    if !text.is_empty() {
        lines.extend([String::new(), format!("## {title}"), String::new(), text.trim().to_owned()]);
    }
}

const CREDENTIALS: &str = "\
`Client::from_default_chain` reads the region from `ALIBABA_CLOUD_REGION_ID`, or from the profile that
`aliyun configure` writes, and uses the first credentials that it finds:

1. `ALIBABA_CLOUD_ACCESS_KEY_ID` and `ALIBABA_CLOUD_ACCESS_KEY_SECRET`,
2. an OIDC role,
3. the configuration files of the Alibaba Cloud CLI and SDKs,
4. the role of the ECS instance.

Set either in code with a `Config`:

```rust,no_run
use ROOT::credentials::Credentials;
use ROOT::{Client, Config, Error};

fn client() -> Result<Client, Error> {
    Client::new(Config::new().region(\"cn-shanghai\").credentials(Credentials::access_key(\"id\", \"secret\")))
}
```
";

const ERRORS: &str = "\
Every call returns `Result<_, Error>`. `Error::kind` says what failed, `Error::code` is the error code of the service,
and `Error::request_id` identifies the request. Error codes that the service documents for an operation are constants
in the module `codes` of that operation. The client retries requests that were not executed and requests that are
idempotent; `Error::may_have_been_executed` reports whether a failed request may have taken effect.
";

const WAITING: &str = "\
`Call::wait_until` repeats a call until its response has the state that you wait for, with increasing intervals and a
time limit. The module `wait` has the settings.
";

const TESTING: &str = "\
The feature `testing` adds `testing::MockTransport`, which answers calls in unit tests without a network, and recordings
of real calls.
";

const PERMISSIONS: &str = "\
The documentation of each operation lists the RAM actions that it needs, and `permissions.json` in the package lists
them for tools. `alicloud policy` makes a RAM policy from the operations that a project calls, by its source or by the
file that `policy::PolicyRecorder` (feature `policy`) writes in its tests.
";

fn install(model: &Model) -> String {
    let version = model.package_version.rsplit_once('.').map_or(model.package_version.as_str(), |(start, _)| start);
    format!(
        "```toml\n[dependencies]\n{} = \"{version}\"\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n```",
        model.package
    )
}

/// Returns the section with a call of the operation that the document selects, or of the first one with few required
/// parameters.
fn first_call(model: &Model) -> String {
    let chosen = model.operations.iter().find(|operation| Some(&operation.name.wire) == model.example.as_ref());
    let short = |operation: &&Operation| {
        !operation.docs.deprecated
            && operation.parameters.iter().filter(|parameter| parameter.field.required).count() <= POSITIONAL
    };
    let chosen = chosen.or_else(|| model.operations.iter().find(short));
    let Some(example) = chosen.and_then(|operation| example(model, operation)) else { return String::new() };
    let mut lines = vec!["```rust,no_run".to_owned()];
    lines.extend(imports(model, &example));
    lines.extend([String::new(), "#[tokio::main]".to_owned(), "async fn main() -> Result<(), Error> {".to_owned()]);
    lines.push("    let client = Client::from_default_chain()?;".to_owned());
    lines.extend(example.statements.iter().map(|line| format!("    {line}")));
    lines.extend(["    Ok(())".to_owned(), "}".to_owned(), "```".to_owned(), String::new()]);
    lines.push(
        "Requests are plain data: the constructor takes the required parameters, each optional parameter has a setter, \
         and\nevery field is public, so that an `Option` of your own is assigned as it is \
         (`request.page_size = size;`). A call\nhas options of its own, such as a timeout or other credentials: see \
         `Call`. Spawn or join calls by `Call::send`."
            .to_owned(),
    );
    lines.join("\n")
}

/// Returns the section with the items of the first paginated operation.
fn pages(model: &Model) -> String {
    let paged = model.operations.iter().filter(|operation| operation.pages.is_some() && !operation.docs.deprecated);
    let Some(example) = paged.into_iter().find_map(|operation| example(model, operation)) else {
        return String::new();
    };
    let mut lines = vec![
        "`Call::items` and `Call::pages` are streams of all items and of all pages of a list:".to_owned(),
        String::new(),
        "```rust,no_run".to_owned(),
    ];
    lines.extend(imports(model, &example));
    lines.extend([String::new(), "async fn print_all(client: &Client) -> Result<(), Error> {".to_owned()]);
    lines.extend(example.statements.iter().map(|line| format!("    {}", line.replace("(&client)", "(client)"))));
    lines.extend(["    Ok(())".to_owned(), "}".to_owned(), "```".to_owned()]);
    lines.join("\n")
}

/// Returns the example of a call.
fn example(model: &Model, operation: &Operation) -> Option<Call> {
    example::example(model, operation, Style::Request)
}

fn imports(model: &Model, example: &Call) -> Vec<String> {
    example.imports.clone().with("", &["Client", "Error"]).lines(&model.package.replace('-', "_"))
}

fn features(model: &Model) -> String {
    let mut lines = vec!["| feature | what it adds |".to_owned(), "|---|---|".to_owned()];
    lines.extend(manifest::features(model).map(|(name, meaning)| format!("| {} | {meaning} |", markdown::code(name))));
    lines.join("\n")
}

fn limits(model: &Model) -> String {
    let limits: Vec<String> = model.rate_limits.iter().map(docs::rate_limit).collect();
    if limits.is_empty() { String::new() } else { format!("All operations together: {}", limits.join(" ")) }
}

fn regions(model: &Model) -> String {
    let regions = model.endpoints.iter().map(|endpoint| markdown::code(&endpoint.region));
    let regions = regions.collect::<Vec<_>>().join(", ");
    if regions.is_empty() { regions } else { format!("{regions}.") }
}
