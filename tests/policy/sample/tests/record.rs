//! Calls every operation on a mock transport, and records the calls.
#![cfg(feature = "record")]

use policy_sample::{Clients, run};
use streaming::policy::PolicyRecorder;
use streaming::primitives::Value;
use streaming::testing::{MockResponse, MockTransport};

#[tokio::test]
async fn calls_are_recorded() {
    let mock = MockTransport::new();
    mock.on_any().respond(MockResponse::json(Value::Object(Default::default())));
    let file = std::env::var("POLICY_RECORDING").expect("the test names the file");
    let config = mock.config().region("cn-hangzhou").interceptor(PolicyRecorder::new(file));
    let clients = Clients {
        streaming: streaming::Client::new(config.clone()).expect("a client"),
        log: log::Client::new(config.clone()).expect("a client"),
        disk: disk::Client::new(config).expect("a client"),
    };
    run(&clients).await.expect("the mock answers");
}
