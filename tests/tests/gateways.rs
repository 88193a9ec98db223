//! The client against the mock for a service behind a gateway: the verifier, which shares no code with the client,
//! accepts requests with each kind of credentials, and rejects those with wrong ones.
#![allow(missing_docs)]

use std::error::Error;

use alicloud_core::__private::Service;
use alicloud_core::credentials::Credentials;
use alicloud_core::{Client, Config, ErrorKind, Method, RawRequest};
use alicloud_mock::verify::Scheme;
use alicloud_mock::{AccessKey, Mock, Verification};
use serde_json::json;

static SERVICE: Service = Service::new("pds", "2022-03-01", "alicloud-pds", "0.1.0").pds();

const DRIVE: &str = r#"{
    "info": {"style": "PDS", "product": "pds", "version": "2022-03-01"},
    "apis": {
        "GetFile": {"path": "/v2/file/get", "methods": ["post"], "security": [{"AK": []}, {"BearerToken": []}],
            "parameters": [
                {"name": "domain_id", "in": "host", "schema": {"type": "string", "required": true}},
                {"name": "body", "in": "body", "style": "json", "schema": {"type": "object", "properties": {
                    "file_id": {"type": "string"}}}}],
            "responses": {"200": {"schema": {"type": "object", "properties": {"name": {"type": "string", "example": "a"}}}}}},
        "DownloadFile": {"path": "/v2/file/download", "methods": ["get"], "security": [{"AK": []}],
            "parameters": [{"name": "file_id", "in": "query", "schema": {"type": "string"}}],
            "responses": {"302": {"headers": {"location": {"schema": {"type": "string", "example": "https://example.com/"}}}}}},
        "Token": {"path": "/v2/oauth/token", "methods": ["post"], "security": [{"Anonymous": []}],
            "parameters": [{"name": "code", "in": "formData", "schema": {"type": "string"}}],
            "responses": {"200": {"schema": {"type": "object", "properties": {"token_type": {"type": "string"}}}}}}
    }
}"#;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

fn start() -> Result<Mock> {
    let temporary = AccessKey::new("temporary", "secret").security_token("token");
    let mock = Mock::builder().document(DRIVE).access_key("id", "secret").key(temporary).bearer_token("bearer");
    Ok(mock.start_blocking()?)
}

fn client(mock: &Mock, credentials: Credentials) -> Result<Client> {
    Ok(Client::new(&SERVICE, Config::new().endpoint(mock.url()).credentials(credentials).max_attempts(1))?)
}

fn file() -> RawRequest {
    let body = json!({"file_id": "ü & 1"});
    RawRequest::roa("GetFile", Method::POST, "/v2/file/get").host("domain_id", "bj1").json(body).read()
}

#[tokio::test]
async fn call_with_each_kind_of_credentials_is_accepted() -> Result {
    let mock = start()?;
    let signed = |id: &str| Verification::Signed { scheme: Scheme::Roa, access_key_id: id.to_owned() };
    for (credentials, expected) in [
        (Credentials::access_key("id", "secret"), signed("id")),
        (Credentials::temporary("temporary", "secret", "token"), signed("temporary")),
        (Credentials::bearer("bearer"), Verification::Bearer),
    ] {
        let response = client(&mock, credentials)?.call(file()).response().await?;
        let requests = mock.requests();
        let request = requests.last().ok_or("no request")?;
        assert_eq!((&request.verification, &response.value), (&expected, &json!({"name": "a"})));
        assert_eq!(response.request_id(), Some(request.request_id.as_str()));
    }
    let token = RawRequest::roa("Token", Method::POST, "/v2/oauth/token").form("code", "a b").anonymous();
    client(&mock, Credentials::access_key("id", "secret"))?.call(token).await?;
    assert_eq!(mock.requests().last().map(|request| request.verification.clone()), Some(Verification::Anonymous));
    Ok(())
}

#[tokio::test]
async fn call_of_a_redirect_with_a_query_is_accepted() -> Result {
    let mock = start()?;
    let download = RawRequest::roa("DownloadFile", Method::GET, "/v2/file/download")
        .query("file_id", "a b&c=ü")
        .header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
        .accept_redirect();
    let target = client(&mock, Credentials::access_key("id", "secret"))?.call(download).await?;
    assert_eq!(target, json!({"location": "https://example.com/"}));
    Ok(())
}

#[tokio::test]
async fn call_with_wrong_credentials_is_rejected() -> Result {
    let mock = start()?;
    for (credentials, code) in [
        (Credentials::access_key("id", "wrong"), "SignatureDoesNotMatch"),
        (Credentials::access_key("unknown", "secret"), "InvalidAccessKeyId.NotFound"),
        (Credentials::bearer("wrong"), "InvalidBearerToken"),
        (Credentials::anonymous(), "IncompleteSignature"),
    ] {
        let error = client(&mock, credentials)?.call(file()).await.err().ok_or("an error")?;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some(code)));
        assert_eq!(error.request_id(), mock.requests().last().map(|request| request.request_id.as_str()));
    }
    Ok(())
}
