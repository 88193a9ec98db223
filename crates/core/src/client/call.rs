//! A call of an operation.

use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use super::attempt::Destination;
use super::execution::{CallContext, Execution};
use super::options::Options;
use super::response::Response;
use crate::clock::Clock;
use crate::decode::DecodeTarget as _;
use crate::encode::Parameters;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::operation::Operation;
use crate::provider::ProvideCredentials;
use crate::transport::Body;

/// A call of an operation: a request with a client and options of its own. Nothing is sent until it is awaited.
///
/// A call implements [`IntoFuture`] and not `Future`: options are set before the first poll. Await it, or pass the
/// future of [`send`](Self::send) where a future is needed.
///
/// ```no_run
/// # use std::time::Duration;
/// # use alicloud_core::{Call, Error, __private::Operation};
/// # async fn example<O: Operation>(call: Call<O>, other: Call<O>) -> Result<(), Error> {
/// let value = call.timeout(Duration::from_secs(5)).await?;
/// let response = other.response().await?;
/// println!("{:?} after {:?}", response.request_id(), response.elapsed());
/// # Ok(())
/// # }
/// ```
///
/// Calls at the same time:
///
/// ```no_run
/// # use alicloud_core::{Client, Error, RawRequest};
/// # async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let task = tokio::spawn(client.call(RawRequest::rpc("ListThings").read()).send());
/// let (first, second) = tokio::join!(
///     client.call(RawRequest::rpc("GetThing").read().query("Id", "1")).send(),
///     client.call(RawRequest::rpc("GetThing").read().query("Id", "2")).send(),
/// );
/// println!("{} {} {}", first?, second?, task.await??);
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<O> {
    pub(super) shared: Arc<Shared>,
    pub(super) request: O,
    pub(super) options: Options,
}

impl<O: Clone> Clone for Call<O> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone(), request: self.request.clone(), options: self.options.clone() }
    }
}

impl<O> Call<O> {
    pub(super) fn new(shared: Arc<Shared>, request: O) -> Self {
        Self { shared, request, options: Options::default() }
    }

    /// Returns the request.
    pub(crate) fn request(&self) -> &O {
        &self.request
    }

    /// Returns the request for changes, such as the next page.
    pub(crate) fn request_mut(&mut self) -> &mut O {
        &mut self.request
    }

    /// Returns the client's clock.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        self.shared.clock.clone()
    }

    /// Returns the time limit of the call: its own or the client's.
    pub(crate) fn limit(&self) -> Duration {
        self.options.timeout.unwrap_or(self.shared.config.timeout)
    }

    /// Sets the time limit of the call, with all its attempts and delays. Default:
    /// [`Config::timeout`](crate::Config::timeout).
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options.timeout = Some(limit);
        self
    }

    /// Sets the time limit of an attempt. Default: [`Config::attempt_timeout`](crate::Config::attempt_timeout).
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.options.attempt_timeout = Some(limit);
        self
    }

    /// Sets the maximum number of attempts. With 1 the request is sent at most once. Default: the one of
    /// [`Config::retry`](crate::Config::retry).
    pub fn max_attempts(mut self, count: u32) -> Self {
        self.options.max_attempts = Some(count);
        self
    }

    /// Sets the provider of credentials of this call. Default: [`Config::credentials`](crate::Config::credentials).
    ///
    /// The call shares connections and the retry budget with its client. A provider that has a cache, such as
    /// [`CachedCredentials`](crate::credentials::CachedCredentials), serves many calls if it is passed as an `Arc`.
    ///
    /// ```no_run
    /// # async fn example(client: alicloud_core::Client) -> Result<(), alicloud_core::Error> {
    /// use alicloud_core::RawRequest;
    /// use alicloud_core::credentials::Credentials;
    ///
    /// let tenant = Credentials::access_key("tenant-id", "tenant-secret");
    /// client.call(RawRequest::rpc("ListThings")).credentials(tenant).region("ap-southeast-1").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn credentials(mut self, credentials: impl ProvideCredentials) -> Self {
        Arc::make_mut(&mut self.shared).config.credentials = Arc::new(credentials);
        self
    }

    /// Sets the region of this call, and with it the endpoint, unless an endpoint is set. Default:
    /// [`Config::region`](crate::Config::region).
    ///
    /// If the region has no known endpoint, the call fails with an error. The call shares connections and the retry
    /// budget with its client.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        let result = Arc::make_mut(&mut self.shared).retarget(|config| config.region(region));
        self.problem(result)
    }

    /// Sets the endpoint of this call. Default: [`Config::endpoint`](crate::Config::endpoint), or the endpoint of the
    /// region.
    ///
    /// If the endpoint is not valid, the call fails with an error. The call shares connections and the retry budget
    /// with its client.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        let result = Arc::make_mut(&mut self.shared).retarget(|config| config.endpoint(endpoint));
        self.problem(result)
    }

    fn problem(mut self, result: Result<(), Error>) -> Self {
        if let Err(error) = result {
            self.options.problem = Some((error.kind(), error.message().to_owned()));
        }
        self
    }

    /// Declares whether sending the request more than once is harmless. Default: derived from the operation and the
    /// request.
    ///
    /// The client never retries a request that is not idempotent and that may have been executed. By default a request
    /// is idempotent if its operation only reads, if the operation is documented as idempotent, or if the request
    /// contains an idempotency token, whether the caller set it or the client did. `true` allows retries of a write
    /// that has the same effect when it is repeated; `false` forbids retries of a request that must not reach the
    /// service twice.
    ///
    /// The client retries requests that were provably not executed in any case, unless
    /// [`max_attempts(1)`](Self::max_attempts) is set.
    ///
    /// ```no_run
    /// # async fn example(client: alicloud_core::Client) -> Result<(), alicloud_core::Error> {
    /// use alicloud_core::RawRequest;
    ///
    /// // Setting a description twice is the same as setting it once.
    /// let request = RawRequest::rpc("ModifyDescription").query("Id", "i-1").query("Description", "test");
    /// client.call(request).idempotent(true).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.options.idempotent = Some(idempotent);
        self
    }

    /// Adds a header. It replaces the header of that name that the operation sets, and is signed if its name begins
    /// with `x-acs-`. Headers of the signature and of the connection cannot be set, and neither can `accept-encoding`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a query parameter. It replaces the parameter of that name that the operation sets.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.query.push((name.into(), value.into()));
        self
    }

    /// Sets the body, for operations whose body is bytes. A body with a source is read while it is sent and is never in
    /// memory as a whole.
    ///
    /// The source is opened for each attempt, and once before the first one to compute the hash for the signature. The
    /// default time limits are for small requests: [raise them](Self::attempt_timeout) for a large body.
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.options.body = Some(body.into());
        self
    }

    /// Sets the time limit between two chunks of a streamed response. Default:
    /// [`Config::idle_timeout`](crate::Config::idle_timeout).
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.options.idle_timeout = Some(limit);
        self
    }
}

impl<O> Call<O> {
    /// Returns the maximum size of a response, in bytes.
    pub(super) fn max_response_bytes(&self) -> usize {
        self.shared.config.max_response_bytes
    }
}

// The future of an `async fn` contains its arguments twice. Futures borrow what they need from one place, because an
// application may have thousands of concurrent calls.
#[expect(clippy::manual_async_fn)]
impl<O: Operation> Call<O> {
    /// Sends the request and returns the response, as awaiting the call does.
    ///
    /// The returned future is `Send`, for [`tokio::spawn`](https://docs.rs/tokio/latest/tokio/fn.spawn.html) and for
    /// functions that take futures, such as `join_all`.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn send(self) -> impl Future<Output = Result<O::Response, Error>> + Send {
        self.made(Response::into_value)
    }

    /// Sends the request and returns the response with its HTTP status, headers and request ID.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn response(self) -> impl Future<Output = Result<Response<O::Response>, Error>> + Send {
        self.made(std::convert::identity)
    }

    fn made<T>(
        self,
        take: impl FnOnce(Response<O::Response>) -> T + Send,
    ) -> impl Future<Output = Result<T, Error>> + Send {
        async move {
            let Self { shared, request, options } = &self;
            let info = &request.info();
            let encoded = shared.encoded(info, request);
            let mut value = O::Response::empty();
            let parameters = |out: &mut Parameters<'_>| request.parameters(out);
            let call = CallContext::new(request, info, options, &parameters);
            let mut execution = Execution::new(shared, &call, Destination::Value(&mut value));
            let answer = execution.span().around(execution.run(encoded)).await;
            match execution.ended(answer) {
                Ok(raw) => Ok(take(Response { value, raw })),
                Err(error) if error.carries_response() => Err(error.with_response(value)),
                Err(error) => Err(error),
            }
        }
    }
}

impl<O: Operation> IntoFuture for Call<O> {
    type Output = Result<O::Response, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<O> std::fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("endpoint", &self.shared.target.authority).finish_non_exhaustive()
    }
}
