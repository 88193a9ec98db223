//! Calls from programs that are not asynchronous.
#![allow(missing_docs)]

mod local;
mod thing;

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use alicloud_core::__private::{Cursor, Operation, OperationInfo, Paged, Paging, Parameters};
use alicloud_core::credentials::{Credentials, CredentialsFuture, ProvideCredentials};
use alicloud_core::intercept::{AfterAttempt, AfterOperation, BeforeSending, BeforeSigning, BoxError, Interceptor};
use alicloud_core::transport::{Body, BoxFuture, RequestContext, Transport, TransportError};
use alicloud_core::{Client, Clock, Error, ErrorKind, RawRequest, blocking};
use bytes::Bytes;
use http::{Request, Response};
use local::{Canned, Peer, config, json, raw};
use thing::*;

#[test]
fn calls_in_sequence_share_a_connection() {
    let peer = Peer::answering(raw("200 OK", "x-acs-request-id: R-1\r\n", r#"{"Count":7}"#));
    let client = peer.client();
    for _ in 0..3 {
        let value = client.call(CreateThing::new(ProductType::CloudApp)).send_blocking().unwrap();
        assert_eq!(value.count, Some(7));
    }
    let response = client.call(CreateThing::new(ProductType::CloudApp)).response_blocking().unwrap();
    assert_eq!(response.request_id(), Some("R-1"));
    assert_eq!(peer.count(), 1);
}

#[test]
fn calls_from_many_threads_run_concurrently() {
    let peer = Peer::answering(raw("200 OK", "", r#"{"Count":7}"#));
    let client = peer.client();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| client.call(CreateThing::new(ProductType::CloudApp)).send_blocking().unwrap());
        }
    });
}

#[test]
fn calls_with_a_timeout_end_in_time() {
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.hold();
    });
    let began = Instant::now();
    let call = peer.client_with(config()).call(ListThings {}).timeout(Duration::from_millis(80));
    assert!(call.send_blocking().unwrap_err().kind() == ErrorKind::Timeout);
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn client_inside_an_async_program_works() {
    let peer = Peer::answering(raw("200 OK", "", r#"{"Count":7}"#));
    let call = peer.client().call(CreateThing::new(ProductType::CloudApp));
    assert_eq!(call.send_blocking().unwrap().count, Some(7));
}

#[test]
fn pages_and_events_are_iterators() {
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
fn panic_in_a_call_is_propagated() {
    let panicked = std::panic::catch_unwind(|| blocking::wait(async { panic!("on purpose") }));
    assert!(panicked.is_err());
    // And the thread goes on.
    assert_eq!(blocking::wait(async { 5 }).unwrap(), 5);
}

/// Code of a program's own that runs inside of a blocking call and makes a blocking call itself.
#[derive(Clone, Default)]
struct Nested {
    place: &'static str,
    came: Arc<Mutex<Vec<Result<(), Error>>>>,
}

impl Nested {
    fn call(&self, place: &str) {
        if self.place != place {
            return;
        }
        static INNER: OnceLock<Client> = OnceLock::new();
        let inner = INNER.get_or_init(|| Client::new(&SERVICE, config().transport(Canned::default())).unwrap());
        let result = match place.starts_with("pages") {
            true => blocking::iter(inner.call(ListGroups { page: None, size: None }).items())
                .next()
                .map_or(Ok(()), |it| it.map(drop)),
            false => inner.call(RawRequest::rpc("Inner")).send_blocking().map(drop),
        };
        self.came.lock().unwrap().push(result);
    }
}

impl ProvideCredentials for Nested {
    fn credentials(&self) -> CredentialsFuture<'_> {
        self.call("provider");
        self.call("pages in a provider");
        CredentialsFuture::new(async {
            self.call("provider's future");
            let this = self.clone();
            _ = tokio::spawn(async move { this.call("task of a provider") }).await;
            Ok(Credentials::access_key("id", "secret"))
        })
    }

    fn name(&self) -> &str {
        "nested"
    }
}

impl Interceptor for Nested {
    fn before_signing(&self, _: &mut BeforeSigning<'_>) -> Result<(), BoxError> {
        self.call("before_signing");
        Ok(())
    }

    fn before_sending(&self, _: &BeforeSending<'_>) {
        self.call("before_sending");
    }

    fn after_attempt(&self, _: &AfterAttempt<'_>) {
        self.call("after_attempt");
    }

    fn after_operation(&self, _: &AfterOperation<'_>) {
        self.call("after_operation");
    }
}

impl Transport for Nested {
    fn send(
        &self,
        request: Request<Body>,
        _: RequestContext,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        self.call("transport");
        Box::pin(async move {
            self.call("transport's future");
            _ = request.body().open().chunk().await;
            Ok(json(if self.place == "sleep" { 503 } else { 200 }, "{}"))
        })
    }
}

impl Clock for Nested {
    fn now(&self) -> SystemTime {
        self.call("now");
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        self.call("monotonic");
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.call("sleep");
        Box::pin(tokio::time::sleep(time))
    }
}

#[derive(Clone, Debug)]
struct ListGroups {
    page: Option<i64>,
    size: Option<i64>,
}

impl Operation for ListGroups {
    type Response = ListThingsResponse;
    const INFO: OperationInfo = OperationInfo::rpc("ListGroups").read();
    fn parameters(&self, out: &mut Parameters<'_>) {
        out.query("PageNumber", &self.page);
        out.query("PageSize", &self.size);
    }
}

impl Paged for ListGroups {
    type Item = Group;
    const PAGING: Paging = Paging::counted(1);
    fn cursor(&mut self) -> Cursor<'_> {
        Cursor::number(&mut self.page, &mut self.size)
    }
    fn items(response: &mut Self::Response) -> Option<&mut Vec<Group>> {
        Some(&mut response.body)
    }
}

#[test]
fn blocking_call_inside_a_blocking_call_is_a_configuration_error() {
    for place in [
        "provider",
        "provider's future",
        "task of a provider",
        "pages in a provider",
        "before_signing",
        "before_sending",
        "after_attempt",
        "after_operation",
        "transport",
        "transport's future",
        "body",
        "now",
        "monotonic",
        "sleep",
    ] {
        let nested = Nested { place, ..Nested::default() };
        let config = config().max_attempts(2).credentials(nested.clone()).interceptor(nested.clone());
        let client = Client::new(&SERVICE, config.transport(nested.clone()).clock(nested.clone())).unwrap();
        let (sender, receiver) = channel();
        let body = nested.clone();
        // What would wait forever must not keep the test from failing.
        std::thread::spawn(move || {
            let body = Body::source(None, move || {
                body.call("body");
                alicloud_core::transport::Chunks::from(alicloud_core::__private::Bytes::from_static(b"x"))
            });
            let call = client.call(RawRequest::rpc("Outer").read().bytes("")).body(body);
            _ = sender.send(call.send_blocking().map(drop));
        });
        let outer = receiver.recv_timeout(Duration::from_secs(20));
        let outer = outer.unwrap_or_else(|_| panic!("{place}: waits for itself"));
        assert_eq!(outer.is_ok(), place != "sleep", "{place}: {outer:?}");
        let came = nested.came.lock().unwrap();
        assert!(!came.is_empty(), "{place}: not reached");
        for result in &*came {
            let error = result.as_ref().unwrap_err();
            assert!(error.kind() == ErrorKind::Configuration, "{place}: {error:?}");
            assert!(format!("{error:#}").contains("inside another one"), "{place}: {error}");
        }
    }
}

/// Another thread is no obstacle: nothing waits for itself.
#[test]
fn blocking_call_on_a_blocking_thread_of_a_call_works() {
    #[derive(Clone)]
    struct Elsewhere(Client);
    impl ProvideCredentials for Elsewhere {
        fn credentials(&self) -> CredentialsFuture<'_> {
            let client = self.0.clone();
            CredentialsFuture::new(async move {
                let work = move || client.call(RawRequest::rpc("Inner")).send_blocking();
                tokio::task::spawn_blocking(work).await.unwrap().unwrap();
                Ok(Credentials::access_key("id", "secret"))
            })
        }

        fn name(&self) -> &str {
            "elsewhere"
        }
    }
    let inner = Client::new(&SERVICE, config().transport(Canned::default())).unwrap();
    let config = config().credentials(Elsewhere(inner)).transport(Canned::default());
    Client::new(&SERVICE, config).unwrap().call(RawRequest::rpc("Outer")).send_blocking().unwrap();
}
