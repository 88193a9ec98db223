//! Credentials of roles, end to end: a session is asked for with a signature that the mock verifies, and the calls that
//! follow are signed with what it gave.

use std::sync::Arc;

use alicloud_appstream_center_20210901::operation::LogOffAllSessionsInAppInstanceGroup;
use alicloud_appstream_center_20210901::types::ProductType;
use alicloud_appstream_center_20210901::{Client, Config};
use alicloud_core::credentials::{AssumeRoleCredentials, Credentials, OidcRoleCredentials, ProvideCredentials};
use alicloud_mock::verify::Scheme;
use alicloud_mock::{AccessKey, Mock, Response, Verification};
use serde_json::json;

const STS: &str = r#"{
    "info": {"style": "RPC", "product": "Sts", "version": "2015-04-01"},
    "apis": {
        "AssumeRole": {"methods": ["post"], "security": [{"AK": []}], "parameters": [
            {"name": "RoleArn", "in": "formData", "schema": {"type": "string", "required": true}},
            {"name": "RoleSessionName", "in": "formData", "schema": {"type": "string", "required": true}},
            {"name": "DurationSeconds", "in": "formData", "schema": {"type": "integer", "format": "int64"}},
            {"name": "Policy", "in": "formData", "schema": {"type": "string"}},
            {"name": "ExternalId", "in": "formData", "schema": {"type": "string"}}
        ], "responses": {"200": {"schema": {"type": "object", "properties": {"RequestId": {"type": "string"}}}}}},
        "AssumeRoleWithOIDC": {"methods": ["post"], "security": [{"Anonymous": []}], "parameters": [
            {"name": "Action", "in": "query", "schema": {"type": "string", "required": true}},
            {"name": "Version", "in": "query", "schema": {"type": "string", "required": true}},
            {"name": "Timestamp", "in": "query", "schema": {"type": "string", "required": true}},
            {"name": "SignatureNonce", "in": "query", "schema": {"type": "string"}},
            {"name": "RoleArn", "in": "formData", "schema": {"type": "string", "required": true}},
            {"name": "OIDCProviderArn", "in": "formData", "schema": {"type": "string", "required": true}},
            {"name": "OIDCToken", "in": "formData", "schema": {"type": "string", "required": true}},
            {"name": "RoleSessionName", "in": "formData", "schema": {"type": "string"}},
            {"name": "DurationSeconds", "in": "formData", "schema": {"type": "integer", "format": "int64"}}
        ], "responses": {"200": {"schema": {"type": "object", "properties": {"RequestId": {"type": "string"}}}}}}
    }
}"#;

const ROLE: &str = "acs:ram::1234567890123456:role/deploy";

fn session() -> Response {
    Response::json(
        200,
        json!({"RequestId": "R", "Credentials": {"AccessKeyId": "STS.session", "AccessKeySecret": "session-secret",
            "SecurityToken": "session+token/=", "Expiration": "2999-01-01T00:00:00Z"}}),
    )
}

fn signed(id: &str) -> Verification {
    Verification::Signed { scheme: Scheme::V3, access_key_id: id.to_owned() }
}

#[tokio::test]
async fn assume_role_is_signed_and_its_session_signs_calls() {
    let sts = Mock::builder().document(STS).access_key("source", "source-secret").strict(true).start().await.unwrap();
    sts.script("AssumeRole", session(), 1);
    let role = AssumeRoleCredentials::builder(Credentials::access_key("source", "source-secret"), ROLE)
        .sts_endpoint(sts.url())
        .session_name("a session @ 1")
        .external_id("x + y/~*é")
        .policy(r#"{"Version": "1", "Statement": [{"Effect": "Allow"}]}"#)
        .build();

    let key = AccessKey::new("STS.session", "session-secret").security_token("session+token/=");
    let mock = alicloud_tests::app_streaming().key(key).strict(true).start().await.unwrap();
    let config = Config::new().region("cn-shanghai").endpoint(mock.url()).credentials(role.clone());
    let client = Client::new(config).unwrap();
    for _ in 0..3 {
        let request = LogOffAllSessionsInAppInstanceGroup::new(ProductType::CloudApp, "aig-9ciijz60n4xsv****");
        client.log_off_all_sessions_in_app_instance_group(request).await.unwrap();
    }
    assert_eq!(mock.requests().iter().filter(|request| request.verification == signed("STS.session")).count(), 3);

    let requests = sts.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!((&requests[0].verification, requests[0].status), (&signed("source"), Some(200)));
    assert_eq!(requests[0].form_value("ExternalId"), Some("x + y/~*é"));
    assert_eq!(role.name(), "ram_role_arn/static");
}

#[tokio::test]
async fn assume_role_with_a_wrong_secret_reports_the_service_error() {
    let sts = Mock::builder().document(STS).access_key("source", "source-secret").start().await.unwrap();
    let source = Credentials::access_key("source", "canary-secret");
    let role = AssumeRoleCredentials::builder(source, ROLE).sts_endpoint(sts.url()).build();
    let text = format!("{:#}", role.credentials().await.unwrap_err());
    assert!(text.contains("SignatureDoesNotMatch") && !text.contains("canary"), "{text}");
    assert_eq!(sts.requests().len(), 1);
}

#[tokio::test]
async fn assume_role_with_oidc_is_not_signed() {
    let sts = Mock::builder().document(STS).access_key("source", "source-secret").strict(true).start().await.unwrap();
    sts.script("AssumeRoleWithOIDC", session(), 1);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "header.claims+/.signature").unwrap();
    let role = OidcRoleCredentials::builder()
        .role_arn(ROLE)
        .provider_arn("acs:ram::1234567890123456:oidc-provider/p")
        .token_file(file)
        .sts_endpoint(sts.url())
        .build();
    assert_eq!(role.credentials().await.unwrap().access_key_id(), Some("STS.session"));
    let requests = sts.requests();
    let request = Arc::clone(&requests[0]);
    assert_eq!((&request.refusal, request.status), (&None, Some(200)));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.query_value("Action"), Some("AssumeRoleWithOIDC"));
    assert_eq!(request.query_value("Version"), Some("2015-04-01"));
    assert_eq!(request.form_value("OIDCToken"), Some("header.claims+/.signature"));
}
