//! Calls of Drive and Photo Service, with operations as the generator writes them.

use alicloud_core::__private::*;
use alicloud_core::credentials::Credentials;
use alicloud_core::transport::bytes::Bytes;
use alicloud_core::transport::http::Response;
use alicloud_core::{Client, Config, EndpointType, ErrorKind};

use crate::local::{Canned, ID, SECRET, json, response};
use crate::{client_of, config, header};

static SERVICE: Service =
    Service::new("pds", "2022-03-01", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")).pds().endpoints(&[
        Endpoint::new("cn-beijing", "cn-beijing.admin.aliyunpds.com").vpc("cn-beijing.admin-vpc.aliyunpds.com"),
        Endpoint::new("cn-hangzhou", "cn-hangzhou.admin.aliyunpds.com"),
    ]);

#[derive(Clone, Debug, Default)]
pub struct GetFile {
    pub domain_id: Option<String>,
}

operation! {
    GetFile => Found,
    OperationInfo::roa("GetFile", &Method::POST, "/v2/file/get").json().read(),
    host "domain_id" => domain_id,
}

#[derive(Clone, Debug, Default)]
pub struct GetDomain {}

operation! {
    GetDomain => Found,
    OperationInfo::roa("GetDomain", &Method::POST, "/v2/domain/get").json().read(),
}

#[derive(Clone, Debug, Default)]
pub struct Token {}

operation! {
    Token => Found,
    OperationInfo::roa("Token", &Method::POST, "/v2/oauth/token").form().anonymous(),
}

#[derive(Clone, Debug, Default)]
pub struct DownloadFile {
    pub domain_id: Option<String>,
}

operation! {
    DownloadFile => Found,
    OperationInfo::roa("DownloadFile", &Method::GET, "/v2/file/download")
        .content_type("application/x-www-form-urlencoded; charset=UTF-8")
        .read()
        .response(ResponseKind::Redirect),
    host "domain_id" => domain_id,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    pub location: Option<String>,
}

fields! {
    Found: Decode,
    "location" => location,
}

fn client(config: Config, responses: impl IntoIterator<Item = Response<Bytes>>) -> (Client, Canned) {
    client_of(&SERVICE, config, responses)
}

fn of_domain(domain: &str) -> GetFile {
    GetFile { domain_id: Some(domain.to_owned()) }
}

/// Returns the URLs of a call with a domain, without one, and of an operation of no domain.
async fn urls(config: Config) -> [String; 3] {
    let (client, canned) = client(config, []);
    client.call(of_domain("bj1")).await.unwrap();
    client.call(GetFile::default()).await.unwrap();
    client.call(GetDomain {}).await.unwrap();
    [canned.take().url, canned.take().url, canned.take().url]
}

#[tokio::test]
async fn call_with_a_domain_has_it_as_the_first_label_of_the_host() {
    let regional = urls(config().region("cn-beijing")).await;
    assert_eq!(
        regional,
        [
            "https://bj1.api.aliyunpds.com/v2/file/get",
            "https://api.aliyunpds.com/v2/file/get",
            "https://cn-beijing.admin.aliyunpds.com/v2/domain/get",
        ]
    );
    let vpc = urls(config().region("cn-beijing").endpoint_type(EndpointType::Vpc)).await;
    assert_eq!(
        vpc,
        [
            "https://bj1.api-vpc.aliyunpds.com/v2/file/get",
            "https://api-vpc.aliyunpds.com/v2/file/get",
            "https://cn-beijing.admin-vpc.aliyunpds.com/v2/domain/get",
        ]
    );
    let without_region = urls(config()).await;
    assert_eq!(without_region[0], "https://bj1.api.aliyunpds.com/v2/file/get");
    assert_eq!(without_region[2], "https://api.aliyunpds.com/v2/domain/get");
    let configured = urls(config().endpoint("files.example.com")).await;
    assert_eq!(
        configured,
        [
            "https://bj1.files.example.com/v2/file/get",
            "https://files.example.com/v2/file/get",
            "https://files.example.com/v2/domain/get",
        ]
    );
}

#[tokio::test]
async fn call_with_an_invalid_domain_is_not_sent() {
    for domain in ["", "a.b", "-a", "a/b", "a@b"] {
        let (client, canned) = client(config(), []);
        let error = client.call(of_domain(domain)).await.unwrap_err();
        assert_eq!((error.kind(), canned.count()), (ErrorKind::InvalidInput, 0), "{domain:?}");
    }
}

#[tokio::test]
async fn call_with_each_kind_of_credentials_has_the_headers_of_the_gateway() {
    let sent = |credentials: Credentials| async {
        let (client, canned) = client(config().credentials(credentials), []);
        client.call(GetFile::default()).await.unwrap();
        canned.take()
    };
    let temporary = sent(Credentials::temporary(ID, SECRET, "token")).await;
    assert!(header(&temporary, "authorization").unwrap().starts_with("acs testAccessKeyId:"));
    assert_eq!(header(&temporary, "x-acs-security-token"), Some("token"));
    assert_eq!(header(&temporary, "accept"), Some("application/json"));
    assert_eq!(header(&temporary, "content-type"), Some("application/json; charset=utf-8"));
    let bearer = sent(Credentials::bearer("token")).await;
    assert_eq!(header(&bearer, "authorization"), Some("Bearer token"));
    assert_eq!(header(&bearer, "x-acs-bearer-token"), Some("token"));
    let anonymous = sent(Credentials::anonymous()).await;
    assert_eq!(header(&anonymous, "authorization"), None);
    for request in [&temporary, &bearer, &anonymous] {
        assert_eq!(header(request, "x-acs-signature-method"), Some("HMAC-SHA1"));
        assert_eq!(header(request, "x-acs-signature-version"), Some("1.0"));
        assert_eq!(header(request, "x-acs-accesskey-id"), None);
        assert_eq!(header(request, "x-acs-content-sha256"), None);
        assert!(header(request, "date").is_some());
    }
}

#[tokio::test]
async fn call_of_an_anonymous_operation_has_no_credentials_and_a_form_without_fields() {
    let (client, canned) = client(config(), []);
    client.call(Token {}).await.unwrap();
    let request = canned.take();
    assert_eq!(header(&request, "authorization"), None);
    assert_eq!(header(&request, "content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.body.bytes().map(|body| body.len()), Some(0));
}

#[tokio::test]
async fn call_of_a_redirect_returns_its_target_and_does_not_follow_it() {
    let headers = [("location", "https://data.example.com/file?token=a"), ("x-ca-request-id", "P1")];
    let (client, canned) = client(config(), [response(302, &headers, "")]);
    let found = client.call(DownloadFile::default()).response().await.unwrap();
    assert_eq!(found.value, Found { location: Some("https://data.example.com/file?token=a".to_owned()) });
    assert_eq!((found.status(), found.request_id(), canned.count()), (302, Some("P1"), 1));
    let request = canned.take();
    assert_eq!(header(&request, "content-type"), Some("application/x-www-form-urlencoded; charset=UTF-8"));
}

#[tokio::test]
async fn call_of_a_redirect_with_another_response_is_an_error() {
    for (response, kind, text) in [
        (response(200, &[], ""), ErrorKind::UnexpectedResponse, "a response that is not a redirect"),
        (response(302, &[], ""), ErrorKind::UnexpectedResponse, "a redirect, which is not followed"),
        (json(404, r#"{"code": "NotFound.File", "message": "none"}"#), ErrorKind::Service, "NotFound.File"),
    ] {
        let (client, _) = client(config(), [response]);
        let error = client.call(DownloadFile::default()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(text), "{error}");
    }
    // An operation with another response does not read a redirect.
    let (client, _) = client(config(), [response(302, &[("location", "https://data.example.com/")], "")]);
    let error = client.call(GetDomain {}).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse, "{error}");
}

#[tokio::test]
async fn call_of_an_error_reads_either_case_and_the_request_id_of_the_header() {
    let id = |id: &'static str| [("content-type", "application/json"), ("x-ca-request-id", id)];
    let lower = r#"{"code": "NotFound.File", "message": "The file does not exist."}"#;
    let upper = r#"{"Code": "ForbiddenNoPermission.File", "Message": "no permission"}"#;
    let more = r#"{"code": "InvalidParameter.Name", "message": "bad", "requestId": "body", "extra": {"a": 1}}"#;
    for (response, code, request_id) in [
        (response(404, &id("P1"), lower), "NotFound.File", Some("P1")),
        (response(403, &id("P2"), upper), "ForbiddenNoPermission.File", Some("P2")),
        (response(400, &id("P3"), more), "InvalidParameter.Name", Some("P3")),
        (json(500, r#"{"code": "InternalError", "message": "failed"}"#), "InternalError", None),
    ] {
        let body = response.body().clone();
        let (client, _) = client(config(), [response]);
        let error = client.call(GetDomain {}).await.unwrap_err();
        assert_eq!((error.kind(), error.code(), error.request_id()), (ErrorKind::Service, Some(code), request_id));
        // Members that the runtime does not know remain in the body.
        assert_eq!(error.body(), &body);
    }
}

#[tokio::test]
async fn call_of_an_error_without_json_is_an_unexpected_response() {
    let html = [("content-type", "text/html"), ("x-ca-request-id", "P4")];
    let empty = [("x-ca-request-id", "P5"), ("x-ca-error-message", "Invalid Signature")];
    for (response, text, request_id) in [
        (response(502, &html, "<html>bad gateway</html>"), "bad gateway", "P4"),
        (response(403, &empty, ""), "with an empty body; the gateway reports: Invalid Signature", "P5"),
    ] {
        let (client, _) = client(config(), [response]);
        let error = client.call(GetDomain {}).await.unwrap_err();
        assert_eq!((error.kind(), error.request_id()), (ErrorKind::UnexpectedResponse, Some(request_id)), "{error}");
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[cfg(feature = "testing")]
#[tokio::test]
async fn mock_transport_responds_to_a_redirect_with_its_target() {
    let mock = alicloud_core::testing::MockTransport::new();
    let found = Found { location: Some("https://data.example.com/".to_owned()) };
    mock.on::<DownloadFile>().respond(found.clone());
    let client = Client::new(&SERVICE, mock.config()).unwrap();
    let response = client.call(DownloadFile::default()).response().await.unwrap();
    assert_eq!((response.status(), response.value), (302, found));
}
