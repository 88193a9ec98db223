//! The recorder of calls, and what an error says about a missing permission.
#![allow(missing_docs)]

mod thing;

use alicloud_core::policy::PolicyRecorder;
use alicloud_core::testing::{MockResponse, MockTransport};
use alicloud_core::{Client, Error, RawRequest, Sensitive};
use serde_json::{Value, json};
use thing::*;

async fn refused(detail: Value) -> Error {
    let mock = MockTransport::new();
    let body = json!({"Code": "Forbidden.RAM", "Message": "not authorized", "AccessDeniedDetail": detail});
    mock.on_any().respond(MockResponse::json(body).status(403));
    Client::new(&SERVICE, mock.config()).unwrap().call(ListThings {}).await.unwrap_err()
}

#[tokio::test]
async fn recorder_calls_become_lines_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.jsonl");
    let mock = MockTransport::new();
    mock.on_any().times(1).respond(MockResponse::error(503, "ServiceUnavailable", "busy"));
    mock.on_any().respond(MockResponse::json(json!({})));
    let recorder = PolicyRecorder::new(&file);
    let config = mock.config().region("cn-shanghai").interceptor(recorder.clone());
    let client = Client::new(&SERVICE, config).unwrap();
    let mut request = CreateThing::new(ProductType::CloudApp);
    request.users = Some(vec!["u-1".into(), "u-2".into()]);
    request.password = Some(Sensitive::new("correct-horse".into()));
    request.big = Some(7);
    client.call(request).await.unwrap();
    let raw = || {
        RawRequest::rpc("GetThing")
            .read()
            .query("ThingId", "t-1")
            .query("Secret", "hidden-1")
            .query("Note", "a sentence")
            .query("Everything", "*")
            .form_json("Body", json!({"ProjectName": "p-1", "ApiKey": "hidden-2"}))
    };
    client.call(raw()).await.unwrap();
    client.call(raw()).await.unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    for secret in ["correct-horse", "hidden", "sentence", "*"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(lines[0]["operation"], "CreateThing");
    assert_eq!(lines[0]["parameters"]["Users"], json!(["u-1", "u-2"]));
    assert_eq!(
        lines[1],
        json!({
            "product": "thing",
            "version": "2021-09-01",
            "operation": "GetThing",
            "region": "cn-shanghai",
            "parameters": {"ThingId": ["t-1"], "ProjectName": ["p-1"]},
        })
    );
}

#[tokio::test]
async fn recorder_unwritable_file_fails_the_call() {
    let folder = tempfile::tempdir().unwrap();
    let mock = MockTransport::new();
    mock.on_any().respond(MockResponse::json(json!({})));
    let config = mock.config().interceptor(PolicyRecorder::new(folder.path()));
    let error = Client::new(&SERVICE, config).unwrap().call(ListThings {}).await.unwrap_err();
    assert!(format!("{error:#}").contains("the call cannot be recorded"), "{error:#}");
    assert_eq!(mock.requests().len(), 0);
}

#[tokio::test]
async fn error_refused_call_displays_action_and_has_statement() {
    let error = refused(json!({"AuthAction": "thing:ListThings", "NoPermissionType": "ImplicitDeny"})).await;
    assert_eq!(
        error.to_string(),
        "ListThings: Forbidden.RAM: not authorized (RAM action thing:ListThings: not allowed, HTTP 403)"
    );
    let statement = error.access_denied_detail().unwrap().policy_statement();
    assert_eq!(statement, Some(json!({"Effect": "Allow", "Action": ["thing:ListThings"], "Resource": ["*"]})));
}

#[tokio::test]
async fn error_explicit_denial_has_no_statement() {
    let error = refused(json!({"AuthAction": "thing:ListThings", "NoPermissionType": "ExplicitDeny"})).await;
    assert!(error.to_string().contains("RAM action thing:ListThings: denied by a statement"), "{error}");
    assert_eq!(error.access_denied_detail().unwrap().policy_statement(), None);
}

#[tokio::test]
async fn error_without_action_has_no_statement() {
    let error = refused(json!({"PolicyType": "x"})).await;
    assert!(!error.to_string().contains("RAM action"), "{error}");
    assert_eq!(error.access_denied_detail().unwrap().policy_statement(), None);
}
