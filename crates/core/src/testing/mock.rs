//! A transport that responds by rules, without a network.

use std::any::type_name;
use std::fmt::{self, Debug, Formatter};
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Request, Response};

use super::response::MockResponse;
use super::sent_request::SentRequest;
use crate::config::Config;
use crate::encode::Wire;
use crate::info::Snapshot;
use crate::operation::Operation;
use crate::sign::Credentials;
use crate::transport::{Body, BoxFuture, RequestContext, Transport, TransportError, TransportErrorKind};

/// Responds to requests by rules, without a network, and records the requests.
///
/// [`on`](Self::on) creates a rule for an operation, with its typed request and response. The client encodes and signs
/// each request, and decodes each response, as it does with the service. Rules are tried in the order in which they
/// were added; the first one applies that matches the request and is not used up.
///
/// Clones share rules and requests.
///
/// ```
/// # use alicloud_core::__private::*;
/// # static SERVICE: Service = Service::new("thing", "2021-09-01", "alicloud-thing", "0.1.0");
/// # #[derive(Clone, Debug, PartialEq)]
/// # struct DescribeThing { id: String }
/// # operation! { DescribeThing => DescribeThingResponse, OperationInfo::rpc("DescribeThing").read(), query "Id" => id, }
/// # #[derive(Clone, Debug, Default, PartialEq)]
/// # struct DescribeThingResponse { name: Option<String> }
/// # fields! { DescribeThingResponse: Decode, "Name" => name, }
/// # async fn example() -> Result<(), alicloud_core::Error> {
/// use alicloud_core::Client;
/// use alicloud_core::testing::MockTransport;
///
/// let mock = MockTransport::new();
/// mock.on::<DescribeThing>().times(1).respond_error(503, "ServiceUnavailable", "busy");
/// mock.on::<DescribeThing>().respond(DescribeThingResponse { name: Some("x".into()) });
///
/// let client = Client::new(&SERVICE, mock.config())?;
/// let response = client.call(DescribeThing { id: "t-1".into() }).await?;
/// assert_eq!(response.name.as_deref(), Some("x"));
/// // The first attempt was retried.
/// assert_eq!(mock.requests_of::<DescribeThing>().len(), 2);
/// assert_eq!(mock.requests_of::<DescribeThing>()[0], DescribeThing { id: "t-1".into() });
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct MockTransport(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    rules: Vec<Rule>,
    requests: Vec<Received>,
}

/// A request on the wire, and as its own type where the client knows it.
#[derive(Clone)]
struct Received {
    sent: SentRequest,
    snapshot: Option<Snapshot>,
}

impl Received {
    fn typed<O: Operation>(&self) -> Option<&O> {
        self.snapshot.as_deref()?.downcast_ref()
    }
}

struct Rule {
    /// The operation or the type that the rule is for, for messages.
    target: String,
    remaining: Option<usize>,
    matches: Box<dyn Fn(&Received) -> bool + Send + Sync>,
    respond: Arc<dyn Fn(&Received) -> MockResponse + Send + Sync>,
}

impl MockTransport {
    /// Creates a mock without rules: every request fails with an error that names the operation.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a configuration for clients that use this mock, with an endpoint and an access key that exist nowhere.
    pub fn config(&self) -> Config {
        Config::new()
            .endpoint("https://mock.invalid")
            .credentials(Credentials::access_key("mock-id", "mock-secret"))
            .transport(self.clone())
    }

    /// Starts a rule for the requests of an operation, by type.
    pub fn on<O: Operation>(&self) -> MockRule<'_, O> {
        MockRule { mock: self, times: None, matches: Box::new(|_| true), operation: PhantomData }
    }

    /// Starts a rule for the requests of an operation, by name. The rule sees requests as they are on the wire.
    pub fn on_operation(&self, name: impl Into<String>) -> WireRule<'_> {
        WireRule { mock: self, operation: Some(name.into()), times: None }
    }

    /// Starts a rule for all requests. The rule sees requests as they are on the wire.
    pub fn on_any(&self) -> WireRule<'_> {
        WireRule { mock: self, operation: None, times: None }
    }

    /// Returns the requests so far as they are on the wire, in order. Each attempt is a request.
    pub fn requests(&self) -> Vec<SentRequest> {
        self.state().requests.iter().map(|request| request.sent.clone()).collect()
    }

    /// Returns the requests of an operation so far, in order. Each attempt is a request.
    pub fn requests_of<O: Operation + Clone>(&self) -> Vec<O> {
        self.state().requests.iter().filter_map(Received::typed).cloned().collect()
    }

    /// Returns the number of requests of an operation so far, by its name. Each attempt is a request.
    pub fn request_count(&self, operation: &str) -> usize {
        self.state().requests.iter().filter(|request| request.sent.operation == operation).count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a request and returns the response of the first rule that applies.
    fn response(&self, received: &Received) -> MockResponse {
        let respond = {
            let mut state = self.state();
            state.requests.push(received.clone());
            let rule = state.rules.iter_mut().find(|rule| rule.remaining != Some(0) && (rule.matches)(received));
            match rule {
                Some(rule) => {
                    rule.remaining = rule.remaining.map(|remaining| remaining - 1);
                    rule.respond.clone()
                }
                None => {
                    let text = state.no_rule(&received.sent.operation);
                    return MockResponse::from_error(TransportError::new(TransportErrorKind::Request, text));
                }
            }
        };
        // Without the lock, so that the function of the rule can use the mock.
        respond(received)
    }
}

impl State {
    fn no_rule(&self, operation: &str) -> String {
        let rules: Vec<String> = self.rules.iter().map(Rule::to_string).collect();
        let rules =
            if rules.is_empty() { "it has no rules".to_owned() } else { format!("it has {}", rules.join(", ")) };
        format!("no rule of the mock transport matches the request of `{operation}`; {rules}")
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "a rule for {}", self.target)?;
        if self.remaining == Some(0) { f.write_str(" (used up)") } else { Ok(()) }
    }
}

impl Transport for MockTransport {
    fn send(
        &self,
        request: Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let sent = SentRequest::of(&request).await?;
            let received = Received { sent, snapshot: context.snapshot };
            let response = self.response(&received);
            if !response.delay.is_zero() {
                tokio::time::sleep(response.delay).await;
            }
            *response.result
        })
    }
}

impl Debug for MockTransport {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let state = self.state();
        let rules: Vec<String> = state.rules.iter().map(Rule::to_string).collect();
        f.debug_struct("MockTransport").field("rules", &rules).field("requests", &state.requests.len()).finish()
    }
}

/// A rule for an operation by its type, which takes effect when its response is set.
#[must_use = "a rule takes effect when its response is set"]
pub struct MockRule<'a, O> {
    mock: &'a MockTransport,
    times: Option<usize>,
    matches: Box<dyn Fn(&O) -> bool + Send + Sync>,
    operation: PhantomData<fn() -> O>,
}

impl<O: Operation> MockRule<'_, O> {
    /// Limits the rule to a number of requests. Default: no limit.
    pub fn times(mut self, count: usize) -> Self {
        self.times = Some(count);
        self
    }

    /// Limits the rule to requests for which `matches` returns `true`.
    pub fn when(mut self, matches: impl Fn(&O) -> bool + Send + Sync + 'static) -> Self {
        self.matches = Box::new(matches);
        self
    }

    /// Sets a typed response. It is encoded as the service encodes it, and decoded by the client.
    pub fn respond(self, response: O::Response)
    where
        O::Response: Wire,
    {
        self.respond_raw(MockResponse::of::<O>(&response));
    }

    /// Sets a function that returns the response to a request, or an error such as
    /// [`MockResponse::error`].
    pub fn respond_with(self, respond: impl Fn(&O) -> Result<O::Response, MockResponse> + Send + Sync + 'static)
    where
        O::Response: Wire,
    {
        self.add(move |request| match respond(request) {
            Ok(response) => MockResponse::of::<O>(&response),
            Err(response) => response,
        });
    }

    /// Sets an error of the service as the response.
    pub fn respond_error(self, status: u16, code: &str, message: &str) {
        self.respond_raw(MockResponse::error(status, code, message));
    }

    /// Sets a response as it is on the wire.
    pub fn respond_raw(self, response: MockResponse) {
        self.add(move |_| response.copy());
    }

    fn add(self, respond: impl Fn(&O) -> MockResponse + Send + Sync + 'static) {
        let Self { mock, times, matches, .. } = self;
        mock.state().rules.push(Rule {
            target: format!("`{}`", O::INFO.name()),
            remaining: times,
            matches: Box::new(move |received| received.typed().is_some_and(&matches)),
            respond: Arc::new(move |received| match received.typed() {
                Some(request) => respond(request),
                // Not reached: the rule matches requests of its type alone.
                None => MockResponse::from_error(TransportError::new(TransportErrorKind::Request, "another operation")),
            }),
        });
    }
}

impl<O> Debug for MockRule<'_, O> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockRule")
            .field("operation", &type_name::<O>())
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}

/// A rule for requests as they are on the wire, which takes effect when its response is set.
#[must_use = "a rule takes effect when its response is set"]
#[derive(Debug)]
pub struct WireRule<'a> {
    mock: &'a MockTransport,
    operation: Option<String>,
    times: Option<usize>,
}

impl WireRule<'_> {
    /// Limits the rule to a number of requests. Default: no limit.
    pub fn times(mut self, count: usize) -> Self {
        self.times = Some(count);
        self
    }

    /// Sets the response.
    pub fn respond(self, response: MockResponse) {
        self.respond_with(move |_| response.copy());
    }

    /// Sets a function that returns the response to a request.
    pub fn respond_with(self, respond: impl Fn(&SentRequest) -> MockResponse + Send + Sync + 'static) {
        let Self { mock, operation, times } = self;
        mock.state().rules.push(Rule {
            target: operation.as_ref().map_or_else(|| "any operation".to_owned(), |name| format!("`{name}`")),
            remaining: times,
            matches: Box::new(move |received| operation.as_ref().is_none_or(|name| *name == received.sent.operation)),
            respond: Arc::new(move |received| respond(&received.sent)),
        });
    }
}
