//! Answers that are not the operation's own, and failures: rows 20 to 24 and 28.

use alicloud_appstream_center_20210901::operation::{
    DeleteImage, DeleteImageResponse, LogOffAllSessionsInAppInstanceGroupResponse,
};
use alicloud_core::{ErrorKind, Phase};
use alicloud_mock::{Response, Times};
use serde_json::json;

use super::figure::{Fault, Row, check, check_eq};
use super::*;

const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Please\n log in</title></head><body>canary</body></html>";

#[tokio::test]
async fn fault_20_html_page_with_status_200_is_an_error() {
    let row = Row::new(20);
    for kind in BOTH {
        let fault = row.inject();
        let (mock, config) = mock().await;
        mock.script_all(Response::bytes(200, "text/html; charset=utf-8", PAGE), Times::Always);
        let error = kind.call(&client(config)).await.expect_err("a page");
        check!(fault, error.kind() == ErrorKind::UnexpectedResponse, "{error:?}");
        check!(fault, format!("{error:#}").contains("Please log in"), "{error}");
        check_eq!(fault, (error.status(), error.attempts(), mock.requests().len()), (Some(200), 1, 1));
        texts(&error);
        row.requests(&mock);
        fault.end();
    }
}

#[tokio::test]
async fn fault_21_page_of_a_gateway_is_an_error() {
    let row = Row::new(21);
    for status in [502, 504] {
        for kind in BOTH {
            let fault = row.inject();
            let (mock, config) = mock().await;
            let page = Response::bytes(status, "text/html", PAGE).header("x-acs-request-id", "R-21");
            mock.script_all(page.clone(), 1);
            let client = client(config);
            match (kind, kind.call(&client).await) {
                (Read, outcome) => check_eq!(fault, outcome.expect("it is repeated"), 2),
                (Write, outcome) => {
                    let error = outcome.expect_err("a page");
                    check!(fault, error.kind() == ErrorKind::UnexpectedResponse && error.is_retryable(), "{error:?}");
                    check_eq!(fault, (error.status(), error.request_id()), (Some(status), Some("R-21")));
                    check_eq!(fault, (error.attempts(), mock.requests().len()), (1, 1));
                    check!(fault, format!("{error:#}").contains("Please log in"), "{error}");
                    row.mutations(1, 1);
                }
            }
            row.requests(&mock);
            fault.end();
        }
    }
}

#[tokio::test]
async fn fault_22_error_in_xml_is_decoded() {
    let row = Row::new(22);
    let xml = "<?xml version='1.0'?><Error><RequestId>R-22</RequestId><HostId>h</HostId>\
               <Code>InvalidParameter.A&amp;B</Code><Message><![CDATA[a < b]]></Message></Error>";
    let fault = row.inject();
    let (mock, config) = mock().await;
    let response = |body: &str| Response::bytes(400, "text/xml", body).header("x-acs-request-id", "");
    mock.script_all(response(xml), 1);
    let client = client(config);
    let error = Write.call(&client).await.expect_err("an error");
    check!(fault, error.kind() == ErrorKind::Service, "{error:?}");
    check_eq!(fault, (error.code(), error.message()), (Some("InvalidParameter.A&B"), "a < b"));
    check_eq!(fault, (error.request_id(), error.status()), (Some("R-22"), Some(400)));
    check!(fault, !error.may_have_been_executed());
    fault.end();
    // Another kind of XML is not lost.
    let fault = row.inject();
    mock.script_all(response("<problem>disk on fire</problem>"), 1);
    let error = Write.call(&client).await.expect_err("an error");
    check!(
        fault,
        error.kind() == ErrorKind::UnexpectedResponse && format!("{error:#}").contains("disk on fire"),
        "{error}"
    );
    row.requests(&mock);
    fault.end();
}

#[tokio::test]
async fn fault_23_failure_in_a_successful_response_is_an_error() {
    let row = Row::new(23);
    let (mock, config) = mock().await;
    let client = client(config);
    let fault = row.inject();
    let body = json!({"Code": "InvalidParameter.ProductType", "Message": "Wrong.", "RequestId": "R-23"});
    mock.script(WRITE, Response::json(200, body.clone()).header("x-acs-request-id", "R-23"), 1);
    let error = Write.call(&client).await.expect_err("the code tells a failure");
    check!(fault, error.kind() == ErrorKind::Service, "{error:?}");
    check_eq!(fault, (error.code(), error.message()), (Some("InvalidParameter.ProductType"), "Wrong."));
    check_eq!(fault, (error.status(), error.request_id(), error.phase()), (Some(200), Some("R-23"), Phase::Responded));
    let response = error.response::<LogOffAllSessionsInAppInstanceGroupResponse>().expect("the response was read");
    check_eq!(fault, response.message.as_deref(), Some("Wrong."));
    fault.end();
    // Codes of success, in every spelling.
    for code in [json!("OK"), json!("ok"), json!("200"), json!(200), json!(0), json!(""), json!(null), json!("Success")]
    {
        let fault = row.inject();
        mock.script(WRITE, Response::json(200, json!({"Code": code})), 1);
        check_eq!(fault, Write.call(&client).await.ok(), Some(1), "{code}");
        fault.end();
    }
    // Where the spec marks no code, none fails a call.
    let fault = row.inject();
    mock.script(READ, Response::json(200, body), 1);
    check_eq!(fault, Read.call(&client).await.expect("not marked"), 1);
    fault.end();
    // A declared `Success` that is false, whatever the status and the code.
    for (status, flag, code) in [(200, json!(false), "OK"), (200, json!("False"), ""), (400, json!(false), "X.Y")] {
        let fault = row.inject();
        let body = json!({"Success": flag, "Code": code, "RequestId": "R-23"});
        mock.script("DeleteImage", Response::json(status, body), 1);
        let error = client.delete_image(DeleteImage::new().image_id("img-1")).await.expect_err("a failure");
        check!(fault, error.kind() == ErrorKind::Service, "{error:?}");
        check_eq!(fault, (error.status(), error.attempts()), (Some(status), 1));
        let response = error.response::<DeleteImageResponse>();
        check_eq!(fault, response.and_then(|response| response.success), Some(false));
        fault.end();
    }
    row.requests(&mock);
}

#[tokio::test]
async fn fault_24_empty_response_is_handled() {
    let row = Row::new(24);
    let (mock, config) = mock().await;
    let client = client(config);
    for kind in BOTH {
        for status in [200, 204] {
            let fault = row.inject();
            mock.script_all(Response::status(status), 1);
            check_eq!(fault, kind.call(&client).await.expect("every field is absent"), 1);
            fault.end();
        }
        for status in [400, 500] {
            let fault = row.inject();
            mock.clear_requests();
            mock.script_all(Response::status(status).header("x-acs-request-id", "R-24"), 3);
            let error = kind.call(&client).await.expect_err("a failure");
            check!(fault, error.kind() == ErrorKind::UnexpectedResponse, "{error:?}");
            check!(
                fault,
                format!("{error:#}").contains("with an empty body") && !format!("{error:#}").contains("EOF"),
                "{error}"
            );
            check_eq!(fault, (error.status(), error.request_id()), (Some(status), Some("R-24")));
            check!(fault, error.may_have_been_executed(), "an empty body proves nothing");
            let repeated = kind == Read && status == 500;
            check_eq!(fault, mock.requests().len(), if repeated { 3 } else { 1 }, "{kind:?} {status}");
            row.requests(&mock);
            mock.clear_scripts();
            fault.end();
        }
    }
}

/// The statuses of failures, and one that a marked code turns into a failure.
const STATUSES: [u16; 13] = [200, 400, 403, 404, 408, 409, 412, 422, 429, 500, 502, 503, 504];

/// Pauses that a service asks for.
const PAUSES: [Option<(&str, &str)>; 3] = [None, Some(("x-acs-retry-after", "1")), Some(("retry-after", "1"))];

fn paused(response: Response, pause: Option<(&str, &str)>) -> Response {
    match pause {
        Some((name, value)) => response.header(name, value),
        None => response,
    }
}

/// A write that failed was sent once, and the error reports whether it may have been executed.
async fn write_once(row: &Row, fault: &Fault<'_>, (mock, client): (&Mock, &Client), executed: bool) -> Option<Error> {
    mock.clear_requests();
    let Err(error) = Write.call(client).await else {
        fault.check(false, "the write succeeded");
        return None;
    };
    let arrived = mock.requests_of(WRITE).len();
    check_eq!(fault, (error.attempts(), arrived), (1, 1), "{error:?}");
    check_eq!(fault, error.may_have_been_executed(), executed, "{error:?}");
    row.mutations(1, arrived);
    row.requests(mock);
    Some(error)
}

#[tokio::test]
async fn fault_28_transient_code_with_any_status_retries_only_reads() {
    let row = Row::new(28);
    let (mock, config) = mock().await;
    let client = client(config);
    for status in STATUSES {
        for code in ["InternalError", "InternalError.Dispatch", "ServiceUnavailable", "UnknownError", "SystemBusy"] {
            for pause in PAUSES {
                let fault = row.inject();
                let response = paused(Response::error(status, code, "oh"), pause);
                mock.script(WRITE, response, 1);
                if let Some(error) = write_once(&row, &fault, (&mock, &client), true).await {
                    check!(fault, error.is_retryable() && !error.is_throttling(), "{error:?}");
                    check_eq!(fault, error.retry_after().is_some(), pause.is_some());
                }
                fault.end();
            }
            if status == 200 {
                continue;
            }
            let fault = row.inject();
            mock.script(READ, Response::error(status, code, "oh").header("x-acs-retry-after", "1"), 1);
            check_eq!(fault, Read.call(&client).await.ok(), Some(2), "{status} {code}");
            fault.end();
        }
    }
}

#[tokio::test]
async fn fault_28_server_error_without_a_code_retries_only_reads() {
    let row = Row::new(28);
    let (mock, config) = mock().await;
    let client = client(config);
    for status in [500, 502, 503, 504] {
        for response in [
            Response::error(status, "SomethingOdd", "oh"),
            Response::bytes(status, "text/html", PAGE),
            Response::status(status),
        ] {
            for pause in PAUSES {
                let fault = row.inject();
                mock.script(WRITE, paused(response.clone(), pause), 1);
                write_once(&row, &fault, (&mock, &client), true).await;
                fault.end();
            }
        }
    }
}

#[tokio::test]
async fn fault_28_rejection_by_an_intermediary_retries_only_reads() {
    let row = Row::new(28);
    let (mock, config) = mock().await;
    let client = client(config);
    for status in [400, 401, 403, 404, 407, 408, 409, 413, 422, 429] {
        for response in [
            Response::bytes(status, "text/html", PAGE),
            Response::bytes(status, "text/plain", "blocked"),
            Response::json(status, json!({"message": "no route matches"})),
            Response::json(status, json!({})),
            Response::status(status),
        ] {
            for pause in PAUSES {
                let fault = row.inject();
                mock.script(WRITE, paused(response.clone(), pause), 1);
                if let Some(error) = write_once(&row, &fault, (&mock, &client), true).await {
                    check_eq!(fault, (error.code(), error.is_throttling()), (None, status == 429));
                }
                fault.end();
            }
        }
    }
}

#[tokio::test]
async fn fault_28_rejection_by_the_service_is_handled() {
    let row = Row::new(28);
    let (mock, config) = mock().await;
    let client = client(config);
    for status in STATUSES {
        // Codes that are given before anything is executed, whatever the status.
        let fault = row.inject();
        mock.script(WRITE, Response::error(status, "Throttling.User", "no").header("x-acs-retry-after", "1"), 1);
        check_eq!(fault, Write.call(&client).await.ok(), Some(2), "{status}");
        fault.end();
        for code in ["InvalidParameter.X", "MissingParameter", "Forbidden.RAM", "IncompleteSignature"] {
            let fault = row.inject();
            mock.script(WRITE, Response::error(status, code, "no"), 1);
            write_once(&row, &fault, (&mock, &client), false).await;
            fault.end();
        }
        // Any other counts with a status that says so; 429 asks for another attempt as well.
        if status != 429 {
            let fault = row.inject();
            mock.script(WRITE, Response::error(status, "IncorrectStatus", "no"), 1);
            let rejected = (400..500).contains(&status) && status != 408;
            write_once(&row, &fault, (&mock, &client), !rejected).await;
            fault.end();
        }
    }
}
