//! What must hold when things go wrong, fault by fault: each against real sockets, each proved by a mutation of the
//! code that makes it red (`cargo xtask faults --prove`). The number in a test's name is its row in the matrix of
//! `tests/faults/README.md`.
#![allow(missing_docs)]

mod answer;
mod body;
mod cancel;
mod connect;
mod credentials;
mod figure;
mod input;
mod interrupted;
mod malformed;
mod matrix;
mod secrets;
mod signature;
mod slow;
mod spec;
mod throttling;

#[path = "../../../crates/core/tests/local/mod.rs"]
mod local;
#[path = "../../../crates/core/tests/local/subscribed.rs"]
mod subscribed;
#[path = "../../../crates/core/tests/thing/mod.rs"]
mod thing;

use std::time::Duration;

use alicloud_appstream_center_20210901::operation::{ListRegions, LogOffAllSessionsInAppInstanceGroup};
use alicloud_appstream_center_20210901::types::ProductType;
use alicloud_appstream_center_20210901::{Client, Config, Error};
use alicloud_core::credentials::Credentials;
use alicloud_mock::Mock;
use local::Peer;

const READ: &str = "ListRegions";
const WRITE: &str = "LogOffAllSessionsInAppInstanceGroup";

/// What is called: something that may be repeated, and something that may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Read,
    Write,
}

use Kind::{Read, Write};

const BOTH: [Kind; 2] = [Read, Write];

impl Kind {
    /// The name of the operation.
    fn operation(self) -> &'static str {
        match self {
            Read => READ,
            Write => WRITE,
        }
    }

    /// Calls the operation; brings back the number of attempts.
    async fn call(self, client: &Client) -> Result<u32, Error> {
        self.numbered(client, None).await
    }

    /// The same, with a number that identifies the call on the wire.
    async fn numbered(self, client: &Client, number: Option<usize>) -> Result<u32, Error> {
        let number = number.map(|number| number.to_string());
        match self {
            Read => {
                let mut call = client.list_regions(ListRegions::new());
                if let Some(number) = number {
                    call = call.query("Number", number);
                }
                Ok(call.response().await?.attempts())
            }
            Write => {
                let mut call = client.log_off_all_sessions_in_app_instance_group(log_off());
                if let Some(number) = number {
                    call = call.query("Number", number);
                }
                Ok(call.response().await?.attempts())
            }
        }
    }
}

fn log_off() -> LogOffAllSessionsInAppInstanceGroup {
    LogOffAllSessionsInAppInstanceGroup::new(ProductType::CloudApp, "aig-9ciijz60n4xsv****")
}

/// Three attempts, and limits that a test can wait for.
fn config() -> Config {
    Config::new()
        .region("cn-shanghai")
        .credentials(Credentials::access_key(local::ID, local::SECRET))
        .connect_timeout(Duration::from_secs(2))
        .timeout(Duration::from_secs(10))
}

fn client(config: Config) -> Client {
    Client::new(config).expect("a client")
}

/// A client of a peer that looks at no signature.
fn client_of(peer: &Peer) -> Client {
    client(config().endpoint(peer.endpoint()))
}

/// A mock of the service, and a configuration for it. Every signature is verified.
async fn mock() -> (Mock, Config) {
    let mock = alicloud_tests::app_streaming().start().await.expect("the mock starts");
    let config = alicloud_tests::config(&mock).timeout(Duration::from_secs(10));
    (mock, config)
}

/// Every text of an error and of what caused it; none shows a secret.
fn texts(error: &Error) -> String {
    let all: Vec<String> = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source())
        .map(|error| format!("{error}\n{error:?}\n{error:#?}"))
        .collect();
    let all = all.join("\n");
    assert!(!all.contains("canary") && !all.contains("Signature="), "{all}");
    all
}

/// The number of arrivals of each call, by the number in its query.
fn arrivals_by_number(requests: impl IntoIterator<Item = String>) -> std::collections::BTreeMap<usize, usize> {
    let mut arrivals_by_number = std::collections::BTreeMap::new();
    for request in requests {
        let number = request.split("Number=").nth(1).and_then(|rest| rest.split([' ', '&']).next());
        let number = number.and_then(|number| number.parse().ok()).expect("a number");
        *arrivals_by_number.entry(number).or_insert(0) += 1;
    }
    arrivals_by_number
}
