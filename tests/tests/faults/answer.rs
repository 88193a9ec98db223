//! Answers that are not the operation's own, and failures: rows 20 to 24 and 28.

use alicloud_appstream_center_20210901::operation::LogOffAllSessionsInAppInstanceGroupResponse;
use alicloud_core::Phase;
use alicloud_mock::{Reply, Times};
use serde_json::json;

use super::figure::Row;
use super::*;

const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Please\n log in</title></head><body>canary</body></html>";

#[tokio::test]
async fn fault_20_a_page_with_status_200() {
    let row = Row::new(20);
    for kind in BOTH {
        row.inject();
        let (mock, config) = mock().await;
        mock.script_all(Reply::bytes(200, "text/html; charset=utf-8", PAGE), Times::Always);
        let error = kind.call(&client(config)).await.expect_err("a page");
        assert!(matches!(error, Error::Unexpected(_)), "{error:?}");
        assert!(error.to_string().contains("Please log in"), "{error}");
        assert_eq!((error.status(), error.attempts(), mock.requests().len()), (Some(200), 1, 1));
        texts(&error);
        row.requests(&mock);
        row.survive();
    }
}

#[tokio::test]
async fn fault_21_the_page_of_a_gateway() {
    let row = Row::new(21);
    for status in [502, 504] {
        for kind in BOTH {
            row.inject();
            let (mock, config) = mock().await;
            let page = Reply::bytes(status, "text/html", PAGE).header("x-acs-request-id", "R-21");
            mock.script_all(page.clone(), 1);
            let client = client(config);
            match (kind, kind.call(&client).await) {
                (Read, outcome) => assert_eq!(outcome.expect("it is repeated"), 2),
                (Write, outcome) => {
                    let error = outcome.expect_err("a page");
                    assert!(matches!(error, Error::Unexpected(_)) && error.is_retryable(), "{error:?}");
                    assert_eq!((error.status(), error.request_id()), (Some(status), Some("R-21")));
                    assert_eq!((error.attempts(), mock.requests().len()), (1, 1));
                    assert!(error.to_string().contains("Please log in"), "{error}");
                    row.mutations(1, 1);
                }
            }
            row.requests(&mock);
            row.survive();
        }
    }
}

#[tokio::test]
async fn fault_22_an_error_in_xml() {
    let row = Row::new(22);
    let xml = "<?xml version='1.0'?><Error><RequestId>R-22</RequestId><HostId>h</HostId>\
               <Code>InvalidParameter.A&amp;B</Code><Message><![CDATA[a < b]]></Message></Error>";
    row.inject();
    let (mock, config) = mock().await;
    let reply = |body: &str| Reply::bytes(400, "text/xml", body).header("x-acs-request-id", "");
    mock.script_all(reply(xml), 1);
    let client = client(config);
    let error = Write.call(&client).await.expect_err("an error");
    assert!(matches!(error, Error::Service(_)), "{error:?}");
    assert_eq!((error.code(), error.message()), (Some("InvalidParameter.A&B"), "a < b"));
    assert_eq!((error.request_id(), error.status()), (Some("R-22"), Some(400)));
    row.survive();
    // Another kind of XML is not lost.
    row.inject();
    mock.script_all(reply("<problem>disk on fire</problem>"), 1);
    let error = Write.call(&client).await.expect_err("an error");
    assert!(matches!(error, Error::Unexpected(_)) && error.to_string().contains("disk on fire"), "{error}");
    row.requests(&mock);
    row.survive();
}

#[tokio::test]
async fn fault_23_success_that_tells_a_failure() {
    let row = Row::new(23);
    let (mock, config) = mock().await;
    let client = client(config);
    row.inject();
    let body = json!({"Code": "InvalidParameter.ProductType", "Message": "Wrong.", "RequestId": "R-23"});
    mock.script(WRITE, Reply::json(200, body.clone()).header("x-acs-request-id", "R-23"), 1);
    let error = Write.call(&client).await.expect_err("the code tells a failure");
    assert!(matches!(error, Error::Service(_)), "{error:?}");
    assert_eq!((error.code(), error.message()), (Some("InvalidParameter.ProductType"), "Wrong."));
    assert_eq!((error.status(), error.request_id(), error.phase()), (Some(200), Some("R-23"), Phase::Replied));
    let reply = error.reply::<LogOffAllSessionsInAppInstanceGroupResponse>().expect("the reply was read");
    assert_eq!(reply.message.as_deref(), Some("Wrong."));
    row.survive();
    // Codes of success, in every spelling.
    for code in [json!("OK"), json!("ok"), json!("200"), json!(200), json!(0), json!(""), json!(null), json!("Success")]
    {
        row.inject();
        mock.script(WRITE, Reply::json(200, json!({"Code": code})), 1);
        Write.call(&client).await.unwrap_or_else(|error| panic!("{code}: {error}"));
        row.survive();
    }
    // Where the spec marks no code, none fails a call.
    row.inject();
    mock.script(READ, Reply::json(200, body), 1);
    Read.call(&client).await.expect("not marked");
    row.requests(&mock);
    row.survive();
}

#[tokio::test]
async fn fault_24_nothing_at_all() {
    let row = Row::new(24);
    let (mock, config) = mock().await;
    let client = client(config);
    for kind in BOTH {
        for status in [200, 204] {
            row.inject();
            mock.script_all(Reply::status(status), 1);
            assert_eq!(kind.call(&client).await.expect("every field is absent"), 1);
            row.survive();
        }
        for status in [400, 500] {
            row.inject();
            mock.clear_requests();
            mock.script_all(Reply::status(status).header("x-acs-request-id", "R-24"), 3);
            let error = kind.call(&client).await.expect_err("a failure");
            assert!(matches!(error, Error::Unexpected(_)), "{error:?}");
            assert!(error.to_string().contains("with an empty body") && !error.to_string().contains("EOF"), "{error}");
            assert_eq!((error.status(), error.request_id()), (Some(status), Some("R-24")));
            let repeated = kind == Read && status == 500;
            assert_eq!(mock.requests().len(), if repeated { 3 } else { 1 }, "{kind:?} {status}");
            row.requests(&mock);
            mock.clear_scripts();
            row.survive();
        }
    }
}

#[tokio::test]
async fn fault_28_a_failure_of_a_mutation() {
    let row = Row::new(28);
    let (mock, config) = mock().await;
    let client = client(config);
    for status in [500, 502, 503, 504] {
        row.inject();
        mock.clear_requests();
        mock.script(WRITE, Reply::error(status, "InternalError", "oh"), 1);
        let error = Write.call(&client).await.expect_err("it may have been executed");
        assert!(error.may_have_been_executed() && error.is_retryable(), "{error:?}");
        assert_eq!(error.attempts(), 1);
        row.mutations(1, mock.requests_of(WRITE).len());
        row.requests(&mock);
        row.survive();
        // Codes that say that nothing was done.
        for code in ["Throttling.User", "SignatureNonceUsed"] {
            row.inject();
            mock.script(WRITE, Reply::error(status, code, "no").header("x-acs-retry-after", "1"), 1);
            assert_eq!(Write.call(&client).await.expect("it was refused before"), 2, "{code}");
            row.survive();
        }
        mock.script(READ, Reply::error(status, "InternalError", "oh"), 1);
        assert_eq!(Read.call(&client).await.expect("it is repeated"), 2);
    }
}
