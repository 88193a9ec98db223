//! One call, before and after.

use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use super::attempt::Want;
use super::options::Options;
use super::received::Response;
use super::send::{Exchange, Job};
use crate::clock::Clock;
use crate::decode::Place as _;
use crate::encode::secrets;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::operation::Operation;
use crate::transport::Body;

/// A call that has not been made yet: await it.
///
/// ```no_run
/// # use std::time::Duration;
/// # use alicloud_core::{Call, Error, __private::Operation};
/// # async fn example<O: Operation>(call: Call<O>, other: Call<O>) -> Result<(), Error> {
/// let value = call.timeout(Duration::from_secs(5)).await?;
/// let reply = other.response().await?;
/// println!("{:?} after {:?}", reply.request_id(), reply.elapsed());
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

    /// The request.
    pub(crate) fn request(&self) -> &O {
        &self.request
    }

    /// The request, to change it.
    pub(crate) fn request_mut(&mut self) -> &mut O {
        &mut self.request
    }

    /// The client's clock.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        self.shared.clock.clone()
    }

    /// How long the call may take as a whole, by its own setting or the client's.
    pub(crate) fn limit(&self) -> Duration {
        self.options.timeout.unwrap_or(self.shared.timeout)
    }

    /// How long the call may take as a whole.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options.timeout = Some(limit);
        self
    }

    /// How long an attempt may take.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.options.attempt_timeout = Some(limit);
        self
    }

    /// How many times the request may be sent; see [`Config::max_attempts`](crate::Config::max_attempts).
    pub fn max_attempts(mut self, count: u32) -> Self {
        self.options.max_attempts = Some(count);
        self
    }

    /// States whether sending the request more than once is harmless. Default: what is known about the operation and
    /// the request.
    ///
    /// The client never retries a request that is not idempotent and that may have been executed. By default a request
    /// is idempotent if its operation only reads, if the operation is documented as idempotent, or if the request
    /// contains an idempotency token, whether the caller set it or the client did. State otherwise in either direction:
    /// `true` allows retries of a write whose effect is the same when it is repeated; `false` forbids retries of a
    /// request that must not reach the service twice, although nothing says so.
    ///
    /// Requests that were provably not executed are retried in any case; [`max_attempts(1)`](Self::max_attempts)
    /// turns that off, too.
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

    /// Sends one more header. It takes the place of the operation's own of that name, and is signed if its name
    /// begins with `x-acs-`. Those that belong to the signature or the connection cannot be set, and neither can
    /// `accept-encoding`: bodies are read as they come.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.headers.push((name.into(), value.into()));
        self
    }

    /// Sends one more query parameter. It takes the place of the operation's own of that name.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.query.push((name.into(), value.into()));
        self
    }

    /// Sends this body instead of the request's own, for operations whose body is bytes: a source is read as it is
    /// sent, and is never in memory as a whole.
    ///
    /// A source is opened for each attempt, and once more before them for the hash in the signature. The usual limits
    /// of time are those of small requests: give a large one [more](Self::attempt_timeout).
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.options.body = Some(body.into());
        self
    }

    /// How long a streamed reply may be silent; see [`Config::idle_timeout`](crate::Config::idle_timeout).
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.options.idle_timeout = Some(limit);
        self
    }
}

impl<O> Call<O> {
    /// How many bytes of a reply are kept at most.
    pub(super) fn max_response_bytes(&self) -> usize {
        self.shared.max_response_bytes
    }
}

// The future of an `async fn` holds its arguments twice, and a thousand calls at once are a thousand futures: what they
// need is borrowed from one place.
#[expect(clippy::manual_async_fn)]
impl<O: Operation> Call<O> {
    /// Makes the call, as awaiting it does.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn send(self) -> impl Future<Output = Result<O::Response, Error>> + Send {
        self.made(Response::into_value)
    }

    /// Makes the call, and brings back what else came with the reply.
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
            let outgoing = shared.outgoing(info, request);
            let mut value = O::Response::empty();
            let secrets = || secrets(info, &|out| request.parameters(out));
            let job = Job {
                info,
                options,
                secrets: &secrets,
                #[cfg(feature = "testing")]
                snapshot: request.snapshot(),
            };
            let mut exchange = Exchange::new(shared, &job, Want::Value(&mut value));
            let answer = exchange.span().around(exchange.run(outgoing)).await;
            match exchange.ended(answer) {
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
