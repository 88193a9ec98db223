//! `alicloud call`

use alicloud_explorer::catalog::LoadedOperation;
use alicloud_explorer::outcome::Outcome;
use alicloud_explorer::pages::{Next, Walk};
use alicloud_explorer::target::{Attempts, Mocks, Settings, Target, TargetError, client, config};
use alicloud_explorer::{curl, invocation};
use serde_json::{Map, Value, json};

use crate::documents::Documents;
use crate::output::Output;
use crate::selection::{Selected, Selection};
use crate::{Failure, output, runtime};

/// Calls an operation, and prints its response
///
/// Credentials and region come from the default chain: the environment, the profile of `aliyun configure`, a role.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  alicloud call appstream-center ListRegions
  alicloud call appstream-center ListAppInstanceGroup --ProductType CloudApp --all --format table
  alicloud call appstream-center GetAppInstanceGroup --ProductType CloudApp --AppInstanceGroupId aig-1 --mock
  echo '{\"ProductType\": \"CloudApp\"}' | alicloud call appstream-center ListAppInstanceGroup --input -")]
pub(crate) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// Call a mock on this machine instead of the service
    #[arg(long, conflicts_with_all = ["endpoint", "profile"])]
    mock: bool,
    /// The region
    #[arg(long)]
    region: Option<String>,
    /// The endpoint, a host or a URL
    #[arg(long)]
    endpoint: Option<String>,
    /// The profile of the Alibaba Cloud CLI
    #[arg(long)]
    profile: Option<String>,
    /// Request every page of a list, and print the items
    #[arg(long)]
    all: bool,
    /// Print the request, and neither sign nor send it
    #[arg(long)]
    dry_run: bool,
    /// Print a command line of `curl` with the signed request, and do not send it
    ///
    /// It contains a signature and secret parameters. The service accepts it for fifteen minutes.
    #[arg(long, conflicts_with_all = ["dry_run", "all", "mock"])]
    curl: bool,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    documents: Documents,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    arguments.output.check()?;
    let Selected { document, operation, values } = arguments.selection.find(&arguments.documents)?;
    let of = operation.operation();
    if arguments.dry_run {
        arguments.output.print(&preview(&operation, &values)?)?;
        return Ok(true);
    }
    let mut walk = Walk::new(of);
    if arguments.all && walk.is_none() {
        return Err(Failure::Usage(format!("--all: {} does not return pages", of.name.wire)));
    }
    let settings = Settings {
        target: if arguments.mock { Target::Mock } else { Target::Service },
        region: arguments.region.clone(),
        endpoint: arguments.endpoint.clone(),
        profile: arguments.profile.clone(),
    };
    let mocks = Mocks::default();
    let refused = |error: TargetError| Failure::Refused(error.to_string());
    let runtime = runtime()?;
    if arguments.curl {
        let config = config(&mocks, &document, &operation, &settings).map_err(refused)?;
        let line = runtime.block_on(curl::signed(&operation, &values, config));
        output::line(&line.map_err(|error| Failure::Refused(error.to_string()))?)?;
        return Ok(true);
    }
    let attempts = Attempts::default();
    let client = client(&mocks, &document, &operation, &settings, &attempts).map_err(refused)?;
    let mut parameters = values;
    let mut items = Vec::new();
    loop {
        let call = client.call(invocation::request(&operation, &parameters)).response();
        let response = match runtime.block_on(call) {
            Ok(response) => response,
            Err(error) => {
                return Err(Failure::Refused(explained(&Outcome::of_error(&operation, &error, attempts.take()))));
            }
        };
        let outcome = Outcome::of_response(&operation, &response, attempts.take());
        let Some(walk) = walk.as_mut().filter(|_| arguments.all) else {
            print(&arguments.output, &outcome, &response.value, response.body())?;
            return Ok(true);
        };
        items.extend_from_slice(walk.items(&response.value));
        match walk.next(&parameters, &response.value) {
            Next::Page(next) => parameters = next,
            Next::End => {
                arguments.output.print(&Value::Array(items))?;
                return Ok(true);
            }
            Next::Endless => return Err(Failure::Refused("the service repeats the pages of the list".to_owned())),
        }
    }
}

/// Prints a response: what the caller asked for, secrets included, as every command line of a cloud does.
fn print(output: &Output, outcome: &Outcome, value: &Value, body: &[u8]) -> Result<(), Failure> {
    use std::io::Write as _;
    if outcome.value.is_some() {
        return output.print(value);
    }
    let written = std::io::stdout().write_all(body);
    written.map_err(|error| Failure::Refused(format!("standard output cannot be written: {error}")))
}

/// An error with its explanation.
fn explained(outcome: &Outcome) -> String {
    let Some(failure) = &outcome.error else { return String::new() };
    let mut lines = vec![failure.message.clone()];
    lines.extend(failure.explanation.iter().map(|sentence| format!("  {sentence}")));
    lines.extend(failure.troubleshooting_url.iter().map(|url| format!("  See {url}")));
    lines.join("\n")
}

/// The request as it would be sent, without a signature.
fn preview(operation: &LoadedOperation, values: &Map<String, Value>) -> Result<Value, Failure> {
    let preview = invocation::preview(operation, values).map_err(|error| Failure::Usage(error.to_string()))?;
    let headers: Map<String, Value> =
        preview.unsigned_headers().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
    let body = Some(&preview.body).filter(|body| !body.is_empty()).and_then(|_| preview.text());
    Ok(json!({"method": preview.method, "url": preview.url, "headers": headers, "body": body}))
}
