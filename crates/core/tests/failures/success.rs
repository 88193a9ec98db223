//! A top-level field that says whether an operation succeeded.

use alicloud_core::__private::*;
use alicloud_core::{Error, ErrorKind, RawRequest};

use crate::bytes;
use crate::local::{Peer, canned, json, raw, response};

/// An operation with both fields that tell of a failure, whose `success` is of any type.
macro_rules! operation {
    ($request:ident, $response:ident, $success:ty, $info:expr) => {
        #[derive(Clone, Debug)]
        struct $request;

        impl Operation for $request {
            type Response = $response;
            const INFO: OperationInfo = $info;
            fn parameters(&self, _: &mut Parameters<'_>) {}
        }

        impl ServerEvents for $request {}

        #[derive(Clone, Debug, Default)]
        struct $response {
            code: Option<String>,
            success: Option<$success>,
            items: Vec<i64>,
        }

        impl Decode for $response {
            fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
                match name {
                    "Code" => Some(&mut self.code),
                    "Success" => Some(&mut self.success),
                    "Items" => Some(&mut self.items),
                    _ => None,
                }
            }
        }
    };
}

const RPC: OperationInfo = OperationInfo::rpc("Drop").success("Success").write();

operation!(Drop, Dropped, bool, RPC);
operation!(DropText, DroppedText, String, RPC);
operation!(DropCode, DroppedCode, bool, RPC.error_code("Code"));
operation!(DropData, DroppedData, bool, OperationInfo::rpc("Drop").write());
operation!(ListDrops, ListedDrops, bool, OperationInfo::rpc("ListDrops").success("Success").read());

impl Paged for ListDrops {
    type Item = i64;
    const PAGING: Paging = Paging::named(&["Next"]);
    fn cursor(&mut self) -> Cursor<'_> {
        unreachable!("a failure has no next page")
    }
    fn items(response: &mut ListedDrops) -> Option<&mut Vec<i64>> {
        Some(&mut response.items)
    }
}

async fn call<O: Operation>(request: O, status: u16, body: &str) -> Result<O::Response, Error> {
    canned([json(status, body)]).0.call(request).await
}

#[tokio::test]
async fn response_with_false_success_is_an_error_with_the_response() {
    for flag in ["false", r#""false""#, r#""False""#, r#"" FALSE ""#] {
        let body = format!(
            r#"{{"RequestId":"R-1","Success":{flag},"Code":"Image.InUse","Message":"The image is in use.","Items":[1]}}"#
        );
        let error = call(Drop, 200, &body).await.expect_err(flag);
        assert!(error.kind() == ErrorKind::Service, "{error:?}");
        assert_eq!((error.code(), error.message()), (Some("Image.InUse"), "The image is in use."));
        assert_eq!((error.request_id(), error.status(), error.attempts()), (Some("R-1"), Some(200), 1));
        let response = error.response::<Dropped>().expect("the decoded response");
        assert_eq!((response.success, &response.items[..]), (Some(false), &[1][..]));
        let error = call(DropText, 200, &body).await.expect_err(flag);
        let response = error.response::<DroppedText>().expect("the decoded response");
        assert!(response.success.as_deref().unwrap().trim().eq_ignore_ascii_case("false"));
    }
}

#[tokio::test]
async fn response_with_false_success_and_any_status_is_an_error() {
    for status in [200, 202, 301, 400, 404, 500, 503] {
        for code in [r#""OK""#, "200", r#""success""#, "0", "null", r#""""#, r#""Oops""#] {
            let body = format!(r#"{{"Success":false,"Code":{code}}}"#);
            for error in [
                call(Drop, status, &body).await.expect_err(&body),
                call(DropCode, status, &body).await.expect_err(&body),
            ] {
                assert!(error.kind() == ErrorKind::Service, "{status} {body}: {error:?}");
                assert_eq!(error.status(), Some(status));
                assert!(
                    error.response::<Dropped>().is_some() || error.response::<DroppedCode>().is_some(),
                    "{status} {body}"
                );
            }
        }
    }
    let error = call(Drop, 200, r#"{"Success":false}"#).await.unwrap_err();
    assert_eq!((error.code(), error.message()), (None, "the service reports a failure without a code or a message"));
    // The code of the failure, under its other name.
    let body = r#"{"Success":false,"Code":200,"ErrorCode":"Image.InUse","ErrorMessage":"In use."}"#;
    let error = call(Drop, 200, body).await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("Image.InUse"), "In use."));
}

#[tokio::test]
async fn response_with_another_value_of_success_is_ignored() {
    for flag in ["true", r#""true""#, "null", r#""""#, "1", "0", r#""0""#] {
        let body = format!(r#"{{"Success":{flag},"Code":"Image.InUse","Items":[1]}}"#);
        assert_eq!(call(Drop, 200, &body).await.expect(flag).items, [1]);
        assert!(call(DropText, 200, &body).await.is_ok(), "{flag}");
    }
    for flag in [r#""at-41b4c6a0fc63****""#, r#""no""#, r#""falsehood""#, r#"{"x":false}"#, "[false]", "5"] {
        assert!(call(DropText, 200, &format!(r#"{{"Success":{flag}}}"#)).await.is_ok(), "{flag}");
    }
    assert!(call(Drop, 200, r#"{"Data":{"Success":false},"success":false}"#).await.is_ok(), "another field");
}

#[tokio::test]
async fn response_with_an_undeclared_success_field_succeeds() {
    let response = call(DropData, 200, r#"{"Success":false,"Code":"Image.InUse"}"#).await.unwrap();
    assert_eq!((response.success, response.code.as_deref()), (Some(false), Some("Image.InUse")));
}

#[tokio::test]
async fn response_with_true_success_and_a_code_succeeds() {
    for flag in ["true", r#""True""#] {
        let body = format!(r#"{{"Success":{flag},"Code":"Image.InUse"}}"#);
        assert_eq!(call(DropCode, 200, &body).await.expect(flag).code.as_deref(), Some("Image.InUse"));
    }
    for rest in ["", r#","Success":null"#, r#","Success":0"#] {
        let error = call(DropCode, 200, &format!(r#"{{"Code":"Image.InUse"{rest}}}"#)).await.unwrap_err();
        assert_eq!(error.code(), Some("Image.InUse"));
    }
}

/// A code of success is one in every spelling of its number, and another number is none.
#[tokio::test]
async fn response_with_a_numeric_code_in_any_spelling_is_compared_by_value() {
    for code in ["200", "200.0", "2e2", "0", "0.0", "-0", r#""200.0""#, r#"" 200 ""#, r#""00000""#, r#""0.00""#] {
        call(DropCode, 200, &format!(r#"{{"Code":{code}}}"#)).await.unwrap_or_else(|error| panic!("{code}: {error}"));
    }
    for code in ["200.5", "2000", "1", "-200", "400", r#""400.0""#, r#""NaN""#, r#""200OK""#, r#""A0000""#, "false"] {
        assert!(call(DropCode, 200, &format!(r#"{{"Code":{code}}}"#)).await.is_err(), "{code}");
    }
}

operation!(Forget, Forgotten, bool, OperationInfo::rpc("Forget").response(ResponseKind::Empty).write());

/// An operation without a response is not done because a proxy has answered with a page.
#[tokio::test]
async fn html_page_for_an_operation_without_a_response_is_an_error() {
    for page in ["<html><title>Log in</title>", "\n <!DOCTYPE html><html>", "\u{feff}<HTML lang=en>"] {
        let error = call(Forget, 200, page).await.unwrap_err();
        assert!(error.kind() == ErrorKind::UnexpectedResponse && error.may_have_been_executed(), "{error:?}");
        // Who asks for any response gets this one.
        call(RawRequest::rpc("Forget").accept_any_body(), 200, page).await.unwrap();
    }
    for body in ["", "ok", "{}", "null", "<Result/>", "<h"] {
        call(Forget, 200, body).await.unwrap();
    }
}

#[tokio::test]
async fn failure_in_another_form_is_reported_as_a_failure() {
    for body in [r#"{"Success":false,"Code":"A.B","Items":{"x":1}}"#, r#"{"Success":false,"Code":"A.B","Items":[1"#] {
        let error = call(Drop, 200, body).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Service, "{error:?}");
        assert_eq!(error.code(), Some("A.B"));
        assert!(error.response::<Dropped>().is_none());
    }
    let (client, _) = canned([bytes(200, &[], b"{\"Success\":false,\"Message\":\"\xc7\xeb\",\"Code\":\"A.B\"}")]);
    assert_eq!(client.call(Drop).await.unwrap_err().code(), Some("A.B"));
}

#[tokio::test]
async fn pages_with_a_failed_response_are_an_error() {
    let (client, canned) = canned([json(200, r#"{"Success":"false","Code":"A.B","Items":[]}"#)]);
    let mut items = client.call(ListDrops).items();
    assert_eq!(items.next().await.expect("an error").unwrap_err().code(), Some("A.B"));
    assert!(items.next().await.is_none());
    assert_eq!(canned.count(), 1);
}

#[tokio::test]
async fn event_with_false_success_is_an_error() {
    let events = "data: {\"Success\":true,\"Items\":[1]}\n\ndata: {\"Success\":false,\"Code\":\"A.B\"}\n\n";
    let peer = Peer::answering(raw("200 OK", "content-type: text/event-stream\r\n", events));
    let mut events = peer.client().call(Drop).events().await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().value.items, [1]);
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.code(), Some("A.B"));
    assert_eq!(error.response::<Dropped>().unwrap().success, Some(false));
    // A failure by status has no events.
    let body = r#"{"Success":false}"#;
    let peer = Peer::answering(raw("400 Bad Request", "content-type: application/json\r\n", body));
    let error = peer.client().call(Drop).events().await.unwrap_err();
    assert!(error.kind() == ErrorKind::Service, "{error:?}");
}

#[tokio::test]
async fn raw_request_with_named_fields_fails_by_them() {
    let body = r#"{"Success":false,"Code":"A.B","Message":"m"}"#;
    let (client, _) = canned((0..4).map(|_| response(200, &[], body)));
    assert_eq!(client.call(RawRequest::rpc("Drop")).await.unwrap()["Code"], "A.B");
    let error = client.call(RawRequest::rpc("Drop").success("Success")).await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("A.B"), "m"));
    assert_eq!(error.response::<Value>().unwrap()["Success"], false);
    assert_eq!(client.call(RawRequest::rpc("Drop").error_code("Code")).await.unwrap_err().code(), Some("A.B"));
    assert!(client.call(RawRequest::rpc("Drop").success("Data").error_code("Status")).await.is_ok());
}
