//! A transport that answers as it is told.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::exchange::SentRequest;
use crate::config::Config;
use crate::credentials::Credentials;
use crate::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};

/// Answers requests by the name of their operation, without a network, and remembers them.
///
/// Cheap to clone; clones are the same mock.
///
/// ```
/// # use alicloud_core::__private::*;
/// # static SERVICE: Service = Service::new("thing", "2021-09-01", "alicloud-thing", "0.1.0");
/// # async fn example() -> Result<(), alicloud_core::Error> {
/// use alicloud_core::testing::{MockResponse, MockTransport};
/// use alicloud_core::{Client, RawRequest};
///
/// let mock = MockTransport::new();
/// mock.on("DescribeThing").times(1).answer(MockResponse::error(503, "ServiceUnavailable", "busy"));
/// mock.on("DescribeThing").answer(MockResponse::json(serde_json::json!({"Name": "x"})));
///
/// let client = Client::new(&SERVICE, mock.config())?;
/// let reply = client.call(RawRequest::rpc("DescribeThing").read().query("Id", "t-1")).await?;
/// assert_eq!(reply["Name"], "x");
/// assert_eq!(mock.hits("DescribeThing"), 2);
/// assert_eq!(mock.requests()[0].parameter("Id"), Some("t-1"));
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct MockTransport(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    rules: Vec<Entry>,
    requests: Vec<SentRequest>,
}

struct Entry {
    operation: Option<String>,
    left: Option<usize>,
    answer: Respond,
}

type Respond = Arc<dyn Fn(&SentRequest) -> MockResponse + Send + Sync>;

impl MockTransport {
    /// Without any rule: every request fails, telling so.
    pub fn new() -> Self {
        Self::default()
    }

    /// A configuration for clients that use this mock: with an endpoint and an access key of its own.
    pub fn config(&self) -> Config {
        Config::new()
            .endpoint("https://mock.invalid")
            .credentials(Credentials::access_key("mock-id", "mock-secret"))
            .transport(self.clone())
    }

    /// Begins a rule for an operation. Of several rules for a request the first one counts that is not used up.
    pub fn on(&self, operation: impl Into<String>) -> MockRule<'_> {
        MockRule { mock: self, operation: Some(operation.into()), times: None }
    }

    /// Begins a rule for all operations.
    pub fn on_any(&self) -> MockRule<'_> {
        MockRule { mock: self, operation: None, times: None }
    }

    /// What was asked so far, in order.
    pub fn requests(&self) -> Vec<SentRequest> {
        self.state().requests.clone()
    }

    /// How many requests of an operation there were.
    pub fn hits(&self, operation: &str) -> usize {
        self.state().requests.iter().filter(|request| request.operation == operation).count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a request, and finds out what answers it.
    fn choose(&self, request: &SentRequest) -> Option<Respond> {
        let mut state = self.state();
        state.requests.push(request.clone());
        let fits = |rule: &&mut Entry| {
            rule.left != Some(0) && rule.operation.as_ref().is_none_or(|name| *name == request.operation)
        };
        let rule = state.rules.iter_mut().find(fits)?;
        rule.left = rule.left.map(|left| left - 1);
        Some(rule.answer.clone())
    }
}

impl Transport for MockTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let sent = SentRequest::of(&request).await?;
            let Some(respond) = self.choose(&sent) else {
                let text = format!("the mock has no answer for `{}`: set one with `on`", sent.operation);
                return Err(TransportError::new(TransportErrorKind::Request, text));
            };
            let answer = respond(&sent);
            if !answer.delay.is_zero() {
                tokio::time::sleep(answer.delay).await;
            }
            answer.result
        })
    }
}

impl std::fmt::Debug for MockTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.state();
        f.debug_struct("MockTransport").field("rules", &state.rules.len()).field("requests", &state.requests).finish()
    }
}

/// A rule that lacks its answer.
#[must_use = "a rule without an answer is none"]
#[derive(Debug)]
pub struct MockRule<'a> {
    mock: &'a MockTransport,
    operation: Option<String>,
    times: Option<usize>,
}

impl MockRule<'_> {
    /// The rule is used up after so many requests.
    pub fn times(mut self, count: usize) -> Self {
        self.times = Some(count);
        self
    }

    /// What is answered.
    pub fn answer(self, answer: MockResponse) {
        self.answer_with(move |_| answer.again());
    }

    /// What is answered, by the request.
    pub fn answer_with(self, answer: impl Fn(&SentRequest) -> MockResponse + Send + Sync + 'static) {
        let Self { mock, operation, times } = self;
        mock.state().rules.push(Entry { operation, left: times, answer: Arc::new(answer) });
    }
}

/// An answer of a mock.
#[derive(Debug)]
pub struct MockResponse {
    result: Result<HttpResponse, TransportError>,
    delay: Duration,
}

impl MockResponse {
    /// A successful reply in JSON.
    pub fn json(body: impl Into<Value>) -> Self {
        Self::bytes(body.into().to_string()).header("content-type", "application/json")
    }

    /// An error of the service.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        Self::json(json!({"Code": code, "Message": message, "RequestId": "mock-request"})).status(status)
    }

    /// A successful reply of these bytes.
    pub fn bytes(body: impl Into<Bytes>) -> Self {
        Self { result: Ok(HttpResponse::new(200, HeaderMap::new(), body)), delay: Duration::ZERO }
    }

    /// No reply at all.
    pub fn failure(kind: TransportErrorKind) -> Self {
        let error = TransportError::new(kind, "the mock was told to fail");
        Self { result: Err(error), delay: Duration::ZERO }
    }

    /// With another status than 200.
    pub fn status(mut self, status: u16) -> Self {
        if let Ok(response) = &mut self.result {
            response.status = status;
        }
        self
    }

    /// With a header.
    ///
    /// # Panics
    ///
    /// If it can be none.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(response) = &mut self.result {
            let value = HeaderValue::from_str(value).expect("a header's value is visible ASCII");
            response.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// After a time; needs a tokio runtime.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The same once more.
    fn again(&self) -> Self {
        let result = match &self.result {
            Ok(response) => Ok(HttpResponse::new(response.status, response.headers.clone(), response.body.clone())),
            Err(error) => Err(TransportError::new(error.kind(), error.to_string())),
        };
        Self { result, delay: self.delay }
    }
}
