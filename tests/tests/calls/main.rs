//! Calls of the generated client, end to end: encoded, signed, sent over a socket, verified, answered, read.

mod codes;
mod operations;
mod pages;
mod parameters;
mod refusals;
mod secrets;

use std::sync::Arc;

use alicloud_appstream_center_20210901::Client;
use alicloud_appstream_center_20210901::operation::LogOffAllSessionsInAppInstanceGroup;
use alicloud_appstream_center_20210901::types::ProductType;
use alicloud_core::sign::SignatureVersion;
use alicloud_mock::verify::Scheme;
use alicloud_mock::{DEFAULT_ACCESS_KEY_ID, Mock, Recorded, Response, Verification};
use serde_json::json;

const LOG_OFF: &str = "LogOffAllSessionsInAppInstanceGroup";
const GROUP: &str = "aig-9ciijz60n4xsv****";

fn log_off() -> LogOffAllSessionsInAppInstanceGroup {
    LogOffAllSessionsInAppInstanceGroup::new(ProductType::CloudApp, GROUP)
}

/// A mock that checks everything it can, and a client for it.
async fn start() -> (Mock, Client) {
    let mock = alicloud_tests::app_streaming().strict(true).start().await.expect("the mock starts");
    let client = alicloud_tests::client(&mock).expect("a client for loopback");
    (mock, client)
}

/// The only request that arrived.
fn only(mock: &Mock) -> Arc<Recorded> {
    let requests = mock.requests();
    assert_eq!(requests.len(), 1, "one request: {requests:?}");
    Arc::clone(&requests[0])
}

fn signed(scheme: Scheme) -> Verification {
    Verification::Signed { scheme, access_key_id: DEFAULT_ACCESS_KEY_ID.to_owned() }
}

#[tokio::test]
async fn log_off_of_all_sessions_succeeds() {
    let (mock, client) = start().await;
    let id = "1CBAFFAB-B697-4049-A9B1-67E1FC5F0001";
    mock.script(LOG_OFF, Response::json(200, json!({"RequestId": id})), 1);
    let response = client.log_off_all_sessions_in_app_instance_group(log_off()).await.expect("success");
    assert_eq!((response.request_id.as_deref(), response.code, response.message), (Some(id), None, None));

    let request = only(&mock);
    assert_eq!(request.verification, signed(Scheme::V3));
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/"));
    assert_eq!(request.header("x-acs-action"), Some(LOG_OFF));
    assert_eq!(request.header("x-acs-version"), Some("2021-09-01"));
    assert_eq!(json!(request.parameters), json!({"ProductType": "CloudApp", "AppInstanceGroupId": GROUP}));
    assert_eq!((request.status, &request.refusal), (Some(200), &None));
}

#[tokio::test]
async fn response_has_status_headers_and_request_id() {
    let (mock, client) = start().await;
    let response = client.log_off_all_sessions_in_app_instance_group(log_off()).response().await.expect("success");
    assert_eq!(response.status(), 200);
    assert_eq!(response.attempts(), 1);
    assert_eq!(response.request_id(), Some(only(&mock).request_id.as_str()));
    let raw: serde_json::Value = serde_json::from_slice(response.body()).expect("the raw response is JSON");
    assert_eq!(raw["RequestId"].as_str(), response.value.request_id.as_deref());
}

#[tokio::test]
async fn client_with_the_older_signature_is_accepted() {
    let mock = alicloud_tests::app_streaming().strict(true).start().await.expect("the mock starts");
    let config = alicloud_tests::config(&mock).signature(SignatureVersion::HmacSha1);
    let client = Client::new(config).expect("a client for loopback");
    client.log_off_all_sessions_in_app_instance_group(log_off()).await.expect("success");
    let request = only(&mock);
    assert_eq!(request.verification, signed(Scheme::Rpc));
    assert_eq!(request.query_value("SignatureMethod"), Some("HMAC-SHA1"));
    assert_eq!(json!(request.parameters), json!({"ProductType": "CloudApp", "AppInstanceGroupId": GROUP}));
}

#[tokio::test]
async fn clones_of_a_client_share_a_connection() {
    let (mock, client) = start().await;
    for client in [client.clone(), client] {
        client.log_off_all_sessions_in_app_instance_group(log_off()).await.expect("success");
    }
    let connections: Vec<u64> = mock.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [1, 1]);
    assert_eq!(mock.requests().iter().filter(|request| request.verification == signed(Scheme::V3)).count(), 2);
}
