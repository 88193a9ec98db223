//! Responses of every kind, and their errors.
#![allow(missing_docs)]

mod local;
mod thing;

use std::time::Duration;

use alicloud_core::{Error, ErrorKind, Phase};
use local::{SECRET, canned, json, response};
use thing::*;

async fn outcome(response: http::Response<bytes::Bytes>) -> Result<CreateThingResponse, Error> {
    canned([response]).0.call(CreateThing::new(ProductType::CloudApp)).await
}

async fn error(response: http::Response<bytes::Bytes>) -> Error {
    outcome(response).await.unwrap_err()
}

const WITH_ID: &[(&str, &str)] = &[("x-acs-request-id", "ID-1"), ("content-type", "application/json")];

#[tokio::test]
async fn error_of_an_rpc_service_is_decoded() {
    let error = error(json(
        400,
        r#"{"RequestId":"R-1","HostId":"h","Code":"InvalidParameter.ProductType","Message":"Wrong\nproduct type.",
            "Recommend":"https://api.example.com/troubleshoot"}"#,
    ))
    .await;
    assert!(error.kind() == ErrorKind::Service);
    assert_eq!(error.code(), Some("InvalidParameter.ProductType"));
    assert_eq!(error.message(), "Wrong\nproduct type.");
    assert_eq!(error.request_id(), Some("R-1"));
    assert_eq!(error.troubleshooting_url(), Some("https://api.example.com/troubleshoot"));
    assert_eq!((error.status(), error.phase(), error.attempts()), (Some(400), Phase::Responded, 1));
    assert_eq!(error.operation(), Some("CreateThing"));
    assert!(!error.is_retryable() && !error.is_throttling() && !error.may_have_been_executed());
    assert!(error.body().starts_with(b"{\"RequestId\""));
    assert_eq!(
        format!("{error:#}"),
        "CreateThing: InvalidParameter.ProductType: Wrong product type. (HTTP 400, request R-1)"
    );
}

#[tokio::test]
async fn error_of_a_roa_service_is_decoded() {
    let error = error(json(
        403,
        r#"{"code":"StatusForbidden","message":"No.","requestId":"R-2","status":403,
            "accessDeniedDetail":{"AuthAction":"cs:X","NoPermissionType":"ImplicitDeny","authPrincipalType":"SubUser"}}"#,
    ))
    .await;
    assert_eq!((error.code(), error.request_id()), (Some("StatusForbidden"), Some("R-2")));
    let detail = error.access_denied_detail().unwrap();
    assert_eq!(detail.auth_action(), Some("cs:X"));
    assert_eq!(detail.no_permission_type(), Some("ImplicitDeny"));
    assert_eq!(detail.auth_principal_type(), Some("SubUser"));
    assert_eq!(detail.policy_type(), None);
    assert_eq!(detail.as_map().len(), 3);
}

#[tokio::test]
async fn error_in_other_forms_is_decoded() {
    let error1 = error(response(
        400,
        &[("content-type", "text/xml;charset=utf-8")],
        "<?xml version='1.0'?><Error><RequestId>R-3</RequestId><HostId>h</HostId><Code>Bad&amp;Ugly</Code>\
         <Message><![CDATA[a < b]]></Message></Error>",
    ))
    .await;
    assert!(error1.kind() == ErrorKind::Service);
    assert_eq!((error1.code(), error1.message(), error1.request_id()), (Some("Bad&Ugly"), "a < b", Some("R-3")));

    let error2 =
        error(json(500, r#"{"errorCode":"SYSTEM","errorMessage":"Oh","requestid":"R-4","success":false}"#)).await;
    assert_eq!((error2.code(), error2.message(), error2.request_id()), (Some("SYSTEM"), "Oh", Some("R-4")));

    // The header's id is the one that is sure.
    let error3 = error(response(400, WITH_ID, r#"{"Code":403,"Message":{"a":1},"RequestId":"other"}"#)).await;
    assert_eq!((error3.code(), error3.message(), error3.request_id()), (Some("403"), "{\"a\":1}", Some("ID-1")));

    // Truncated after the relevant fields.
    let error4 = error(json(400, r#"{"Code":"Throttling.User","Message":"Slow do"#)).await;
    assert_eq!((error4.code(), error4.is_throttling()), (Some("Throttling.User"), true));
}

#[tokio::test]
async fn response_with_a_page_of_a_gateway_is_unexpected() {
    let page = "<!DOCTYPE html>\n<html><head><TITLE>\n 502 Bad\tGateway</TITLE></head><body>x</body></html>";
    let error1 = error(response(502, &[("content-type", "text/html"), ("x-acs-request-id", "R-5")], page)).await;
    assert!(error1.kind() == ErrorKind::UnexpectedResponse);
    assert_eq!((error1.status(), error1.request_id(), error1.code()), (Some(502), Some("R-5"), None));
    assert!(error1.is_retryable() && error1.may_have_been_executed());
    assert_eq!(
        format!("{error1:#}"),
        "CreateThing: a failure without the service's error code: 502 Bad Gateway (HTTP 502, request R-5)"
    );
    assert_eq!(&error1.body()[..], page.as_bytes());

    let error2 =
        error(response(200, &[("content-type", "text/html; charset=utf-8")], "<html><title>Login</title>")).await;
    assert!(error2.kind() == ErrorKind::UnexpectedResponse, "{error2}");
    assert!(format!("{error2:#}").contains("Login"), "{error2}");
    assert!(error2.may_have_been_executed() && !error2.is_retryable());

    let error3 = error(response(200, &[("content-type", "text/html")], "Please log in")).await;
    assert!(error3.kind() == ErrorKind::UnexpectedResponse, "{error3}");

    // Labelled as a page, but it is a response.
    let value = outcome(response(200, &[("content-type", "text/html")], " {\"Count\":1}")).await.unwrap();
    assert_eq!(value.count, Some(1));

    let long = format!("<title>{}</title>", "x ".repeat(10_000));
    assert!(error(response(503, &[], &long)).await.to_string().len() < 300);
}

#[tokio::test]
async fn response_with_an_empty_body_is_decoded() {
    assert_eq!(outcome(json(200, "")).await.unwrap().code, None);
    assert_eq!(outcome(response(204, &[], "")).await.unwrap().code, None);
    for status in [400, 404, 429, 500, 503] {
        let error = error(response(status, &[("x-acs-request-id", "R")], "")).await;
        assert!(error.kind() == ErrorKind::UnexpectedResponse, "{error}");
        assert_eq!((error.status(), error.request_id()), (Some(status), Some("R")));
        assert!(format!("{error:#}").contains("empty body"), "{error}");
        assert_eq!(error.is_throttling(), status == 429);
        assert!(error.may_have_been_executed(), "nobody says that it was not");
    }
}

#[tokio::test]
async fn response_that_cannot_be_decoded_is_an_error() {
    let error1 = error(response(200, WITH_ID, r#"{"Code":"OK","Groups":[{"Name":"a"},{"Size":"x"}]}"#)).await;
    assert!(error1.kind() == ErrorKind::Decode);
    assert_eq!(
        format!("{error1:#}"),
        "CreateThing: the response cannot be read: Groups[1].Size: expected an integer, found other text (HTTP 200, \
         request ID-1)"
    );
    assert!(!error1.is_retryable() && error1.may_have_been_executed());
    assert!(error1.body().starts_with(b"{\"Code\""));
    assert!(error1.response::<CreateThingResponse>().is_none());

    let error2 = error(response(200, WITH_ID, r#"{"Code":"OK","Groups":[{"Name":"a"#)).await;
    assert!(format!("{error2:#}").contains("Groups[0].Name: the JSON ends too early"), "{error2}");
    assert_eq!(error2.request_id(), Some("ID-1"));
}

#[tokio::test]
async fn response_with_a_code_and_a_successful_status_is_an_error() {
    let failing = r#"{"Code":"InvalidParameter.ProductType","Message":"Invalid.","RequestId":"R-6","Count":3}"#;
    let error1 = error(json(200, failing)).await;
    assert!(error1.kind() == ErrorKind::Service);
    assert_eq!(error1.code(), Some("InvalidParameter.ProductType"));
    assert_eq!((error1.message(), error1.request_id(), error1.status()), ("Invalid.", Some("R-6"), Some(200)));
    let response = error1.response::<CreateThingResponse>().unwrap();
    assert_eq!((response.count, response.code.as_deref()), (Some(3), Some("InvalidParameter.ProductType")));
    assert!(error1.response::<ListThingsResponse>().is_none());

    for code in ["\"\"", "null", "\"OK\"", "\"ok\"", "\"200\"", "200", "0", "\"0\"", "\"Success\"", "\"SUCCESS\""] {
        let body = format!("{{\"Code\":{code},\"Message\":\"m\"}}");
        assert!(outcome(json(200, &body)).await.is_ok(), "{body}");
    }
    assert!(outcome(json(200, "{}")).await.is_ok());
    for success in ["true", "\"true\"", "\"True\""] {
        let body = format!("{{\"Code\":\"Odd\",\"Success\":{success}}}");
        assert!(outcome(json(200, &body)).await.is_ok(), "{body}");
    }
    let error2 = error(json(200, r#"{"Code":"Odd","Success":false}"#)).await;
    assert_eq!((error2.code(), error2.may_have_been_executed()), (Some("Odd"), true));

    // A failure whose body does not fit the operation is that failure.
    let error3 = error(json(200, r#"{"Code":"Throttling","Groups":{}}"#)).await;
    assert!(error3.kind() == ErrorKind::Service && error3.is_throttling() && !error3.may_have_been_executed());
    assert!(error3.response::<CreateThingResponse>().is_none());
}

/// Where no field is marked as an error code, a successful response is a success.
#[tokio::test]
async fn response_with_an_undeclared_code_succeeds() {
    let (client, _) = canned([json(200, r#"{"Code":"Odd","Message":"m"}"#)]);
    let request = UpdateThing { cluster_id: "c".into(), dry: None, empty: None, extra: None, body: None };
    assert_eq!(client.call(request).await.unwrap().body.unwrap()["Code"], "Odd");
}

#[tokio::test]
async fn response_with_a_redirect_is_not_followed() {
    let (client, canned) = canned([response(307, &[("location", "https://elsewhere.example.com/")], "")]);
    let error = client.call(ListThings {}).await.unwrap_err();
    assert!(error.kind() == ErrorKind::UnexpectedResponse && format!("{error:#}").contains("redirect"), "{error}");
    assert!(error.may_have_been_executed() && canned.count() == 1);
}

#[tokio::test]
async fn error_with_retry_after_returns_the_delay() {
    for (headers, wait) in [
        (vec![("x-acs-retry-after", "1500")], Some(Duration::from_millis(1_500))),
        (vec![("x-acs-retry-after", "0")], None),
        (vec![("x-acs-retry-after", "-5")], None),
        (vec![("x-acs-retry-after", "soon")], None),
        (vec![("x-acs-retry-after", "")], None),
        (vec![("x-acs-retry-after", "99999999999999999999999")], None),
        (vec![("x-acs-retry-after", "18446744073709551615")], Some(Duration::from_millis(u64::MAX))),
        (vec![("retry-after", "3")], Some(Duration::from_secs(3))),
        (vec![("retry-after", "Fri, 02 Jan 2026 03:04:05 GMT")], None),
        (
            vec![("retry-after", "Fri, 02 Jan 2026 03:04:05 GMT"), ("date", "Fri, 02 Jan 2026 03:03:05 GMT")],
            Some(Duration::from_secs(60)),
        ),
    ] {
        let error = error(response(400, &headers, r#"{"Code":"X","Message":"m"}"#)).await;
        // It is a delay and nothing else.
        let seen = (error.retry_after(), error.is_throttling(), error.is_retryable());
        assert_eq!(seen, (wait, false, false), "{headers:?}");
    }
}

#[tokio::test]
async fn error_of_each_kind_reports_retryable_and_executed() {
    for (status, code, throttling, retryable, executed) in [
        (400, "Throttling", true, true, false),
        (400, "Throttling.User", true, true, false),
        (400, "Throttling.AllocationQuota", true, false, false),
        (400, "Request.FlowControl", true, true, false),
        (429, "Odd", true, true, false),
        (400, "ThrottlingLike", false, false, false),
        (503, "ServiceUnavailable", false, true, true),
        (500, "InternalError", false, true, true),
        (500, "InternalError.X", false, true, true),
        (504, "Odd", false, true, true),
        (501, "Odd", false, false, true),
        (400, "SignatureNonceUsed", false, true, true),
        (400, "InternalError", false, true, true),
        (409, "ServiceUnavailable.X", false, true, true),
        (400, "IncorrectStatus", false, false, false),
        (409, "PartFailure", false, false, true),
        (403, "SignatureDoesNotMatch", false, false, false),
        (403, "Forbidden.RAM", false, false, false),
        (408, "Odd", false, false, true),
        (500, "InvalidParameter", false, false, false),
    ] {
        let error = error(json(status, &format!("{{\"Code\":\"{code}\",\"Message\":\"m\"}}"))).await;
        assert_eq!(
            (error.is_throttling(), error.is_retryable(), error.may_have_been_executed()),
            (throttling, retryable, executed),
            "{status} {code}"
        );
    }
}

#[tokio::test]
async fn response_has_status_headers_and_request_id() {
    let (client, _) = canned([
        response(200, WITH_ID, "{\"RequestId\":\"B\"}"),
        json(201, "{\"RequestId\":\"B\"}"),
        json(200, "[{\"Name\":\"a\"},{}]"),
        response(200, &[("content-type", "image/png")], "bytes"),
    ]);
    let response = client.call(CreateThing::new(ProductType::CloudApp)).response().await.unwrap();
    assert_eq!((response.status(), response.request_id(), response.attempts()), (200, Some("ID-1"), 1));
    assert_eq!(
        (&response.body()[..], response.value.request_id.as_deref()),
        (&b"{\"RequestId\":\"B\"}"[..], Some("B"))
    );
    assert_eq!(response.headers()["content-type"], "application/json");
    let response = client.call(CreateThing::new(ProductType::CloudApp)).response().await.unwrap();
    assert_eq!((response.status(), response.request_id()), (201, Some("B")));
    let value = client.call(ListThings {}).send().await.unwrap();
    assert_eq!(value.body.len(), 2);
    let value = client.call(Recognize { kind: None, body: vec![].into() }).await.unwrap();
    assert_eq!(&value.body[..], b"bytes");
}

#[test]
fn error_has_the_size_of_a_pointer() {
    assert!(std::mem::size_of::<Error>() <= 16);
    fn assert_traits<T: Send + Sync + 'static>() {}
    assert_traits::<Error>();
    assert_traits::<alicloud_core::Client>();
    assert_traits::<alicloud_core::Config>();
}

/// A peer that quotes what it was sent where a code or an ID belongs.
#[tokio::test]
async fn error_with_a_quoted_secret_redacts_it_everywhere() {
    for body in [
        r#"{"Code":"Invalid.@","Message":"@","RequestId":"@","Recommend":"@"}"#,
        r#"{"Code":"C","AccessDeniedDetail":{"AuthAction":"@","PolicyType":"x@y"}}"#,
        "<Error><Code>@</Code><Message>@</Message><RequestId>@</RequestId></Error>",
        "@",
    ] {
        for status in [200, 302, 400, 500] {
            for id in ["R-1", SECRET] {
                let response = response(status, &[("x-acs-request-id", id)], &body.replace('@', SECRET));
                let error = canned([response]).0.call(CreateThing::new(ProductType::from("x"))).await.unwrap_err();
                let text = format!("{error} {error:?} {:?} {:?}", error.access_denied_detail(), error.request_id());
                assert!(!text.contains(SECRET), "{status} {body}: {text}");
            }
        }
    }
}
