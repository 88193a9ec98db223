//! Bodies that are not what was agreed: rows 15 to 19.

use alicloud_core::__private::{Bytes, Operation, OperationInfo, Parameters};
use alicloud_core::{Error as CoreError, ErrorKind, Phase};
use alicloud_mock::{Response, Times};

use super::figure::{Row, check, check_eq};
use super::local::{self, Peer, raw};
use super::thing::{CreateThing, CreateThingResponse, ListThings, ProductType as Product};
use super::*;

#[tokio::test]
async fn fault_15_truncated_or_corrupt_json_is_an_error() {
    let row = Row::new(15);
    for (body, place) in [
        (r#"{"RegionModels":[{"regionId":"canary-1"},{"regionId":"ca"#, "RegionModels[1].regionId"),
        (r#"{"RegionModels":[{"regionId":"canary-1"},{"regionId":tru}]}"#, "RegionModels[1].regionId"),
        (r#"{"RegionModels":[{"regionId":"canary-1"};]}"#, "RegionModels[1]"),
        (r#"{"RegionModels":{"regionId":"canary-1"}}"#, "RegionModels"),
        (r#"{"RequestId":"R","RegionModels":[["canary-1"]]}"#, "RegionModels[0]"),
    ] {
        let fault = row.inject();
        let (mock, config) = mock().await;
        let response = Response::bytes(200, "application/json", body).header("x-acs-request-id", "R-15");
        mock.script(READ, response, Times::Always);
        let error = Read.call(&client(config)).await.expect_err("not JSON");
        check!(fault, error.kind() == ErrorKind::Decode, "{error:?}");
        check_eq!(fault, (error.status(), error.request_id(), error.attempts()), (Some(200), Some("R-15"), 1));
        check!(fault, format!("{error:#}").contains(&format!(" {place}: ")), "{place}: {error}");
        check!(fault, !error.is_retryable() && error.may_have_been_executed());
        check_eq!(fault, mock.requests().len(), 1, "not repeated");
        // The body is there, and no text shows it.
        check_eq!(fault, error.body(), body.as_bytes());
        texts(&error);
        row.requests(&mock);
        fault.end();
    }
}

#[test]
fn fault_16_ten_thousand_levels_are_an_error() {
    const LEVELS: usize = 10_000;
    let row = Row::new(16);
    for (start, end) in [(r#"{"Boxed":"#, ""), (r#"{"Boxed":"#, "{}"), (r#"{"Any":"#, ""), (r#"{"Unknown":"#, "")] {
        for (open, close) in [(r#"{"Next":"#, "}"), ("[", "]")] {
            let fault = row.inject();
            let inner = if end.is_empty() { "1" } else { end };
            let body = [start, &open.repeat(LEVELS), inner, &close.repeat(LEVELS), "}"].concat();
            let peer = Peer::answering(raw("200 OK", "", &body));
            // The call happens on a stack that is a small part of the usual one.
            let client = peer.client();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            let call = move || runtime.block_on(client.call(CreateThing::new(Product::CloudApp)).into_future());
            let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(call).expect("a thread");
            match thread.join().expect("no panic, no overflow") {
                Ok(_) => check!(fault, start.contains("Unknown"), "{start}"),
                Err(error) => {
                    check!(fault, error.kind() == ErrorKind::Decode, "{error:?}");
                    check_eq!(fault, error.phase(), Phase::Responded);
                    check!(fault, format!("{error:#}").len() < 1_000, "{error}");
                }
            }
            fault.end();
        }
    }
}

/// The result of a call with this response body.
async fn read(body: impl Into<Vec<u8>>) -> Result<CreateThingResponse, CoreError> {
    let body = body.into();
    let mut response = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    response.extend(body);
    Peer::answering(response).client().call(CreateThing::new(Product::CloudApp)).await
}

/// Row by row what the documentation of the runtime promises.
#[tokio::test]
async fn fault_17_lenient_forms_are_accepted() {
    let row = Row::new(17);
    type Holds = fn(CreateThingResponse) -> bool;
    let accepted: [(&str, Holds); 17] = [
        (r#"{"Count":1,"Count":2}"#, |it| it.count == Some(2)),
        (r#"{"Count":1,"Unknown":{"Deep":[1,{"x":null}]}}"#, |it| it.count == Some(1)),
        (r#"{"Count":null,"Groups":null,"Labels":null}"#, |it| it.count.is_none() && it.groups.is_empty()),
        (r#"{"Groups":[null,{"Size":2}]}"#, |it| it.groups.len() == 2 && it.groups[1].size == Some(2)),
        (r#"{"RequestId":17}"#, |it| it.request_id.as_deref() == Some("17")),
        (r#"{"RequestId":12345678901234567890123.50}"#, |it| {
            it.request_id.as_deref() == Some("12345678901234567890123.50")
        }),
        (r#"{"RequestId":true}"#, |it| it.request_id.as_deref() == Some("true")),
        (r#"{"RequestId":{ "a": [1] }}"#, |it| it.request_id.as_deref() == Some(r#"{"a":[1]}"#)),
        (r#"{"Count":"7"}"#, |it| it.count == Some(7)),
        (r#"{"Count":5.0}"#, |it| it.count == Some(5)),
        (r#"{"Ratio":"2.5"}"#, |it| it.ratio == Some(2.5)),
        (r#"{"Ratio":3}"#, |it| it.ratio == Some(3.0)),
        (r#"{"On":"True"}"#, |it| it.on == Some(true)),
        (r#"{"On":0}"#, |it| it.on == Some(false)),
        (r#"{"Count":"","Groups":"","Labels":"","Boxed":""}"#, |it| it.count.is_none() && it.groups.is_empty()),
        (r#"{"Status":"NEVER-HEARD-OF"}"#, |it| it.status.is_some_and(|it| it.as_str() == "NEVER-HEARD-OF")),
        ("", |it| it.count.is_none()),
    ];
    for (body, holds) in accepted {
        let fault = row.inject();
        let value = read(body).await.unwrap_or_else(|error| panic!("{body}: {error}"));
        check!(fault, holds(value.clone()), "{body}: {value:?}");
        fault.end();
    }
    // And what is not: each with its place.
    for (body, place) in [
        (r#"{"Count":"seven"}"#, "Count"),
        (r#"{"Count":1.5}"#, "Count"),
        (r#"{"On":2}"#, "On"),
        (r#"{"Groups":{"Name":"a"}}"#, "Groups"),
        (r#"{"Groups":[{"Size":[]}]}"#, "Groups[0].Size"),
    ] {
        let fault = row.inject();
        let error = read(body).await.expect_err(body);
        check!(fault, format!("{error:#}").contains(&format!(" {place}: ")), "{body}: {error}");
        fault.end();
    }
}

#[tokio::test]
async fn fault_18_numbers_out_of_range_are_an_error() {
    let row = Row::new(18);
    for body in [
        r#"{"Count":2147483648}"#,
        r#"{"Count":-2147483649}"#,
        r#"{"Count":"2147483648"}"#,
        r#"{"Count":4294967296}"#,
        r#"{"Big":9223372036854775808}"#,
        r#"{"Big":"-9223372036854775809"}"#,
        r#"{"Big":18446744073709551616}"#,
        r#"{"Big":1e19}"#,
        r#"{"Ratio":1e999}"#,
        r#"{"Ratio":"NaN"}"#,
        r#"{"Ratio":"Infinity"}"#,
        r#"{"Ratio":NaN}"#,
    ] {
        let fault = row.inject();
        let error = read(body).await.expect_err(body);
        check!(fault, error.kind() == ErrorKind::Decode, "{body}: {error:?}");
        check_eq!(fault, error.body(), body.as_bytes(), "what came is kept");
        fault.end();
    }
    // The last ones that do.
    let value = read(r#"{"Count":-2147483648,"Big":9223372036854775807}"#).await.expect("it fits");
    assert_eq!((value.count, value.big), (Some(i32::MIN), Some(i64::MAX)));
}

/// Collects text unchanged.
struct Say;

impl Operation for Say {
    type Response = super::thing::RecognizeResponse;
    const INFO: OperationInfo = OperationInfo::rpc("Say").read().response(alicloud_core::__private::ResponseKind::Text);
    fn parameters(&self, _: &mut Parameters<'_>) {}
}

#[tokio::test]
async fn fault_19_text_that_is_not_utf8_is_an_error() {
    let row = Row::new(19);
    for body in [&b"{\"RequestId\":\"\xff\xfe\"}"[..], b"{\"RequestId\":\"\xed\xa0\x80\"}", b"\xff", b"{\"\xc3\":1}"] {
        let fault = row.inject();
        let error = read(body).await.expect_err("not UTF-8");
        check!(fault, error.kind() == ErrorKind::Decode, "{error:?}");
        check_eq!(fault, (&error.body()[..], error.status()), (body, Some(200)), "nothing is lost");
        fault.end();
    }
    let fault = row.inject();
    let peer = Peer::answering([&b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"[..], b"\xc3\x28"].concat());
    let error = peer.client().call(Say).await.expect_err("not UTF-8");
    check!(fault, error.kind() == ErrorKind::Decode && error.body() == &Bytes::from_static(b"\xc3\x28"), "{error:?}");
    fault.end();
    // Where another kind of thing is expected nobody minds.
    let peer = Peer::answering(local::raw("200 OK", "", "[]"));
    assert!(peer.client().call(ListThings {}).await.is_ok());
}
