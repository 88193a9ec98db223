//! Server-sent events.

use std::time::Duration;

use alicloud_core::__private::*;
use alicloud_core::{ErrorKind, RawRequest, TimeoutKind};

use super::local::{Peer, SECRET, config, raw};
use super::thing::*;

/// Asks, and is answered word by word.
#[derive(Clone, Debug)]
pub(super) struct ProviderRequest;

impl Operation for ProviderRequest {
    type Response = CreateThingResponse;
    const INFO: OperationInfo = OperationInfo::rpc("ProviderRequest").form().error_code("Code").read();
    fn parameters(&self, _: &mut Parameters<'_>) {}
}

impl ServerEvents for ProviderRequest {}

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nx-acs-request-id: R-1\r\n\r\n";

fn stream(pieces: &'static [&'static str]) -> Peer {
    Peer::start(move |mut connection| {
        let request = connection.request().unwrap().to_ascii_lowercase();
        assert!(request.contains("\r\naccept: application/json\r\n"), "{request}");
        connection.send(HEAD);
        for piece in pieces {
            connection.send(piece);
            std::thread::sleep(Duration::from_millis(10));
        }
    })
}

#[tokio::test]
async fn events_of_a_stream_are_returned_in_order() {
    let peer = stream(&[
        ": hello\n\nid: 1\nevent: res",
        "ult\ndata: {\"Count\"",
        ": \"1\",\ndata: \"Unknown\": {}}\n",
        "\ndata: {\"Count\": 2}\r\n\r\nretry: 250\ndata:{\"Count\":3}",
    ]);
    let mut events = peer.client().call(ProviderRequest).events().await.unwrap();
    assert_eq!(events.request_id(), Some("R-1"));
    let mut seen = Vec::new();
    while let Some(event) = events.next().await {
        let event = event.unwrap();
        seen.push((event.value.count, event.kind, event.id, event.retry));
    }
    let id = Some("1".to_owned());
    assert_eq!(
        seen,
        [
            (Some(1), "result".into(), id.clone(), None),
            (Some(2), "message".into(), id.clone(), None),
            (Some(3), "message".into(), id, Some(Duration::from_millis(250))),
        ]
    );
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn events_are_returned_before_the_next_is_sent() {
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    let receiver = std::sync::Mutex::new(receiver);
    let peer = Peer::start(move |mut connection| {
        connection.request();
        connection.send(HEAD);
        for count in 1..=3 {
            connection.send(&format!("data: {{\"Count\":{count}}}\n\n"));
            // Goes on only after the client has seen the event.
            receiver.lock().unwrap().recv_timeout(Duration::from_secs(10)).unwrap();
        }
    });
    let mut events = peer.client().call(ProviderRequest).events().await.unwrap();
    for count in 1..=3 {
        assert_eq!(events.next().await.unwrap().unwrap().value.count, Some(count));
        sender.send(()).unwrap();
    }
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn events_of_a_plain_response_are_one_event() {
    let peer = Peer::answering(raw("200 OK", "content-type: application/json\r\n", r#"{"Count":5}"#));
    let mut events = peer.client().call(ProviderRequest).events().await.unwrap();
    let event = events.next().await.unwrap().unwrap();
    assert_eq!((event.value.count, event.kind.as_str()), (Some(5), "message"));
    assert!(events.next().await.is_none());
    // A failure that a successful status hides.
    let said = r#"{"Code":"InvalidThing","Message":"no"}"#;
    let peer = Peer::answering(raw("200 OK", "content-type: application/json\r\n", said));
    let mut events = peer.client().call(ProviderRequest).events().await.unwrap();
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!((error.code(), error.operation()), (Some("InvalidThing"), Some("ProviderRequest")));
    assert!(error.response::<CreateThingResponse>().is_some());
}

#[tokio::test]
async fn events_after_a_failed_event_continue() {
    let said: &'static str =
        Box::leak(format!("data: {{\"Code\":\"Bad\",\"Message\":\"{SECRET}\"}}\n\n").into_boxed_str());
    let pieces: &'static [&'static str] =
        Box::leak(Box::new(["data: not json\n\n", said, "data: {\"Count\":1}\n\n", "data: [DONE]\n\ndata: {}\n\n"]));
    let peer = stream(pieces);
    let mut events = peer.client().call(ProviderRequest).events().await.unwrap();
    let error = events.next().await.unwrap().unwrap_err();
    assert!(error.kind() == ErrorKind::Decode, "{error:?}");
    assert_eq!((error.status(), error.request_id()), (Some(200), Some("R-1")));
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.code(), Some("Bad"));
    assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
    assert_eq!(events.next().await.unwrap().unwrap().value.count, Some(1));
    assert!(events.next().await.is_none(), "what follows the end is not read");
}

/// A code that is given before execution proves nothing once there are results.
#[tokio::test]
async fn failure_after_an_event_may_have_been_executed() {
    const REFUSAL: &str = "data: {\"Code\":\"Throttling.User\",\"Message\":\"m\"}\n\n";
    let peer = stream(&[REFUSAL, "data: {\"Count\":1}\n\n", REFUSAL]);
    let mut events = peer.client().call(ProviderRequest).events().await.unwrap();
    let first = events.next().await.unwrap().unwrap_err();
    assert!(first.is_throttling() && !first.may_have_been_executed(), "{first:?}");
    assert_eq!(events.next().await.unwrap().unwrap().value.count, Some(1));
    let last = events.next().await.unwrap().unwrap_err();
    assert!(last.is_throttling() && last.may_have_been_executed(), "{last:?}");
}

/// An answer that is no stream of events although its label says so: it is not a stream of nothing.
#[tokio::test]
async fn events_with_a_wrong_content_type_are_read_as_a_response() {
    const FAILURE: &str = "{\"Code\":\"Throttling.User\",\n\"Message\":\"no\"}";
    for pieces in [
        &[FAILURE][..],
        &["{", "\"Code\":\"Throttling.User\",\n\"Mess", "age\":\"no\"}\n\n"],
        &["\r\n", " ", FAILURE, "\n"],
        &["\u{feff}", FAILURE],
    ] {
        let pieces: &'static [&'static str] = Box::leak(pieces.to_vec().into_boxed_slice());
        let mut events = stream(pieces).client().call(ProviderRequest).events().await.unwrap();
        let error = events.next().await.expect("an event").unwrap_err();
        assert_eq!((error.code(), error.message()), (Some("Throttling.User"), "no"), "{pieces:?}");
        assert!(events.next().await.is_none());
    }
    let mut events = stream(&["{\"Count\":", "5}"]).client().call(ProviderRequest).events().await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().value.count, Some(5));
    let mut events =
        stream(&["<html><title>Bad gateway</title>"]).client().call(ProviderRequest).events().await.unwrap();
    let error = events.next().await.expect("an event").unwrap_err();
    assert!(error.kind() == ErrorKind::UnexpectedResponse, "{error:?}");
    // Blanks before events, and nothing but blanks.
    let mut events =
        stream(&["\n", "\r\n \n", "data: {\"Count\":5}\n\n"]).client().call(ProviderRequest).events().await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().value.count, Some(5));
    assert!(stream(&["\n", "\n"]).client().call(ProviderRequest).events().await.unwrap().next().await.is_none());
}

/// An event that says itself that it is an error, of an operation that has no field for a code.
#[tokio::test]
async fn event_of_the_type_error_is_an_error() {
    let peer = stream(&[
        "event: result\ndata: {\"code\":\"kept\"}\n\n",
        "event:error\n:HTTP_STATUS/400\ndata:{\"code\":\"InvalidParameter\",\"message\":\"no\",\"request_id\":\"r\"}\n\n",
        "event: error\ndata: {\"rate\":0.5}\n\nevent: error\ndata: {\"code\":200}\n\n",
    ]);
    let mut events = peer.client().call(RawRequest::rpc("Chat")).events().await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().value["code"], "kept");
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!((error.code(), error.message(), error.request_id()), (Some("InvalidParameter"), "no", Some("R-1")));
    // One without a code of a failure is data.
    assert_eq!(events.next().await.unwrap().unwrap().kind, "error");
    assert_eq!(events.next().await.unwrap().unwrap().kind, "error");
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn event_without_end_is_limited() {
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.send(HEAD);
        use std::io::Write as _;
        while connection.stream.write_all(b"data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n").is_ok() {}
    });
    let mut events =
        peer.client_with(config().max_response_bytes(10_000)).call(ProviderRequest).events().await.unwrap();
    let error = events.next().await.unwrap().unwrap_err();
    assert!(error.kind() == ErrorKind::ResponseTooLarge, "{error:?}");
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn events_with_a_pause_time_out() {
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.send(HEAD);
        connection.send("data: {\"Count\":1}\n\ndata: {");
        connection.hold();
    });
    let call = peer.client().call(ProviderRequest).idle_timeout(Duration::from_millis(60));
    let mut events = call.events().await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().value.count, Some(1));
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.timeout(), Some(TimeoutKind::Idle));
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn events_with_an_error_response_fail_like_a_call() {
    let said = r#"{"Code":"Forbidden","Message":"no"}"#;
    let peer = Peer::answering(raw("403 Forbidden", "content-type: application/json\r\n", said));
    let error = peer.client().call(ProviderRequest).events().await.unwrap_err();
    assert_eq!(error.code(), Some("Forbidden"));
}

#[tokio::test]
async fn events_of_a_raw_request_are_returned() {
    let peer = stream(&["data: {\"text\":\"a\"}\n\ndata: {\"text\":\"b\"}\n\n"]);
    let mut events = peer.client().call(RawRequest::rpc("Chat").form("q", "x")).events().await.unwrap();
    let mut texts = Vec::new();
    while let Some(event) = events.next().await {
        texts.push(event.unwrap().value["text"].as_str().unwrap().to_owned());
    }
    assert_eq!(texts, ["a", "b"]);
}
