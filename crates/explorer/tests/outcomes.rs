//! Results of calls as the page and `alicloud call` explain them, from a mock with scripted faults.
#![allow(missing_docs)]

mod support;

use alicloud_core::credentials::Credentials;
use alicloud_core::{Client, Config, RawRequest};
use alicloud_explorer::catalog::{Document, LoadedOperation};
use alicloud_explorer::diagnosis;
use alicloud_explorer::outcome::Outcome;
use alicloud_explorer::target::Attempts;
use alicloud_mock::{DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Mock, Response};
use serde_json::json;
use support::root;

const OPERATION: &str = "LogOffAllSessionsInAppInstanceGroup";

struct Setup {
    mock: Mock,
    operation: LoadedOperation,
}

impl Setup {
    fn new() -> Self {
        let document = Document::read(&root().join("spec/appstream-center/2021-09-01.json")).unwrap();
        let mock = Mock::builder().document(document.text()).start_blocking().unwrap();
        Self { mock, operation: document.operation(OPERATION).unwrap() }
    }

    async fn call(&self, secret: &str, request: RawRequest) -> Outcome {
        let attempts = Attempts::default();
        let config = config(&self.mock, secret).interceptor(attempts.clone()).diagnose_signature_mismatch(true);
        let client = Client::new(self.operation.service(), config).unwrap();
        match client.call(request).response().await {
            Ok(response) => Outcome::of_response(&self.operation, &response, attempts.take()),
            Err(error) => Outcome::of_error(&self.operation, &error, attempts.take()),
        }
    }
}

fn config(mock: &Mock, secret: &str) -> Config {
    let credentials = Credentials::access_key(DEFAULT_ACCESS_KEY_ID, secret);
    Config::new().endpoint(mock.url()).allow_http(true).region("cn-hangzhou").credentials(credentials)
}

fn request() -> RawRequest {
    RawRequest::rpc(OPERATION).form("ProductType", "CloudApp").form("AppInstanceGroupId", "aig-1")
}

#[tokio::test]
async fn attempts_that_are_retried_have_a_reason() {
    let setup = Setup::new();
    setup.mock.script(
        OPERATION,
        Response::error(429, "Throttling.User", "slow down").header("x-acs-retry-after", "10"),
        1,
    );
    let outcome = setup.call(DEFAULT_ACCESS_KEY_SECRET, request()).await;
    assert!(outcome.ok, "{outcome:?}");
    assert_eq!(outcome.attempts.len(), 2);
    assert_eq!(outcome.attempts[0].retry_reason.as_deref(), Some("The service limits the rate of calls."));
    assert!(outcome.attempts[0].retry_delay.is_some() && outcome.attempts[1].retry_reason.is_none());

    setup.mock.script(OPERATION, Response::error(500, "InternalError", "try again"), 1);
    let outcome = setup.call(DEFAULT_ACCESS_KEY_SECRET, request().idempotent()).await;
    assert_eq!(outcome.attempts[0].retry_reason.as_deref(), Some("The operation can be repeated."), "{outcome:?}");
}

#[tokio::test]
async fn error_of_a_missing_permission_names_the_action_and_the_message_to_decode() {
    let setup = Setup::new();
    let denied = json!({
        "Code": "NoPermission", "Message": "denied", "RequestId": "1",
        "AccessDeniedDetail": {"AuthAction": "appstreaming:LogOff", "EncodedDiagnosticMessage": "AQID"},
    });
    setup.mock.script(OPERATION, Response::json(403, denied), 1);
    let error = setup.call(DEFAULT_ACCESS_KEY_SECRET, request()).await.error.unwrap();
    assert_eq!(error.missing_action.as_deref(), Some("appstreaming:LogOff"), "{error:?}");
    assert_eq!(error.diagnostic_message.as_deref(), Some("AQID"));
    assert!(!error.may_have_been_executed);
    assert!(
        error.explanation.iter().any(|sentence| sentence.contains("RAM action appstreaming:LogOff on *")),
        "{error:?}"
    );
}

#[tokio::test]
async fn error_with_a_documented_code_has_its_meaning() {
    let document = json!({
        "info": {"style": "RPC", "product": "codes", "version": "2024-01-01"},
        "apis": {"Act": {"methods": ["post"], "parameters": [],
            "errorCodes": {"400": [{"errorCode": "Quota.Full", "errorMessage": "The quota is used up."}]},
            "responses": {"200": {"schema": {"type": "object", "properties": {"RequestId": {"type": "string"}}}}}}},
    });
    let mock = Mock::builder().document(document.to_string()).start_blocking().unwrap();
    let document = Document::parse(std::path::Path::new("codes.json"), document.to_string()).unwrap();
    let setup = Setup { mock, operation: document.operation("Act").unwrap() };
    for (code, meaning) in [("Quota.Full", Some("The quota is used up.")), ("Other", None)] {
        setup.mock.script("Act", Response::error(400, code, "no"), 1);
        let error = setup.call(DEFAULT_ACCESS_KEY_SECRET, RawRequest::rpc("Act")).await.error.unwrap();
        assert_eq!(error.documented.as_deref(), meaning, "{error:?}");
        let is_unlisted = error.explanation.iter().any(|sentence| sentence.contains("does not list the code Other"));
        assert_eq!(is_unlisted, meaning.is_none(), "{error:?}");
    }
}

#[tokio::test]
async fn error_of_a_signature_explains_the_difference() {
    let setup = Setup::new();
    let error = setup.call("another-secret", request()).await.error.unwrap();
    let difference = error.signature_difference.unwrap();
    assert!(difference.contains("the secret is not that of the access key"), "{difference}");
    assert!(error.explanation.contains(&difference));
}

#[tokio::test]
async fn diagnostic_message_is_decoded_by_the_service() {
    let document = json!({
        "info": {"style": "RPC", "product": "Ram", "version": "2015-05-01"},
        "apis": {"DecodeDiagnosticMessage": {"methods": ["post"], "parameters": [
            {"name": "EncodedDiagnosticMessage", "in": "query", "schema": {"type": "string", "required": true}},
        ], "responses": {"200": {"schema": {"type": "object", "properties": {"DecodedDiagnosticMessage": {"type": "string"}}}}}}},
    });
    let mock = Mock::builder().document(document.to_string()).start_blocking().unwrap();
    let text = json!({"DecodedDiagnosticMessage": "{\"DiagnosticResult\": \"ImplicitDeny\"}"});
    mock.script("DecodeDiagnosticMessage", Response::json(200, text), 1);
    let decoded = diagnosis::decode(config(&mock, DEFAULT_ACCESS_KEY_SECRET), "AQID").await.unwrap();
    assert_eq!(decoded, json!({"DiagnosticResult": "ImplicitDeny"}));
    assert_eq!(mock.requests()[0].operation.as_deref(), Some("DecodeDiagnosticMessage"));
}
