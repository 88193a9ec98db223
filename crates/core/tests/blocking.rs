//! Calls from programs that are not asynchronous.
#![allow(missing_docs)]

mod local;
mod thing;

use std::time::{Duration, Instant};

use alicloud_core::{Error, blocking};
use local::{Peer, config, raw};
use thing::*;

#[test]
fn calls_wait_and_keep_their_connection() {
    let peer = Peer::answering(raw("200 OK", "x-acs-request-id: R-1\r\n", r#"{"Count":7}"#));
    let client = peer.client();
    for _ in 0..3 {
        let value = client.call(CreateThing::new(ProductType::CloudApp)).send_blocking().unwrap();
        assert_eq!(value.count, Some(7));
    }
    let reply = client.call(CreateThing::new(ProductType::CloudApp)).reply_blocking().unwrap();
    assert_eq!(reply.request_id(), Some("R-1"));
    assert_eq!(peer.count(), 1);
}

#[test]
fn threads_call_at_once() {
    let peer = Peer::answering(raw("200 OK", "", r#"{"Count":7}"#));
    let client = peer.client();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| client.call(CreateThing::new(ProductType::CloudApp)).send_blocking().unwrap());
        }
    });
}

#[test]
fn limits_of_time_hold() {
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.hold();
    });
    let began = Instant::now();
    let call = peer.client_with(config()).call(ListThings {}).timeout(Duration::from_millis(80));
    assert!(matches!(call.send_blocking().unwrap_err(), Error::Timeout(_)));
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn it_works_inside_of_an_asynchronous_program_too() {
    let peer = Peer::answering(raw("200 OK", "", r#"{"Count":7}"#));
    let call = peer.client().call(CreateThing::new(ProductType::CloudApp));
    assert_eq!(call.send_blocking().unwrap().count, Some(7));
}

#[test]
fn streams_become_iterators() {
    struct Three(u32);
    impl futures_core::Stream for Three {
        type Item = Result<u32, Error>;
        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            self.0 += 1;
            std::task::Poll::Ready((self.0 < 4).then_some(Ok(self.0)))
        }
    }
    let mut items = blocking::iter(Three(0));
    assert_eq!(items.by_ref().map(Result::unwrap).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(items.next().is_none());
}

#[test]
fn a_panic_comes_through() {
    let panicked = std::panic::catch_unwind(|| blocking::wait(async { panic!("on purpose") }));
    assert!(panicked.is_err());
    // And the thread goes on.
    assert_eq!(blocking::wait(async { 5 }).unwrap(), 5);
}
