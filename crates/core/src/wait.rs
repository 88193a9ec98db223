//! Waiting for a state of the service.

use std::time::Duration;

use crate::client::Call;
use crate::error::Error;
use crate::operation::Operation;

/// The intervals and the time limit of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitPolicy {
    interval: Duration,
    max_interval: Duration,
    limit: Duration,
}

impl Default for WaitPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl WaitPolicy {
    /// Creates the default: a first interval of 2 seconds, which grows by half up to 30 seconds, and a limit of 10
    /// minutes.
    pub const fn new() -> Self {
        Self {
            interval: Duration::from_secs(2),
            max_interval: Duration::from_secs(30),
            limit: Duration::from_secs(600),
        }
    }

    /// Sets the time between the first call and the second. Each later interval is longer by half. Default: 2 seconds.
    pub const fn interval(mut self, time: Duration) -> Self {
        self.interval = time;
        self
    }

    /// Sets the longest interval. Default: 30 seconds.
    pub const fn max_interval(mut self, time: Duration) -> Self {
        self.max_interval = time;
        self
    }

    /// Sets the time limit of the wait. No call begins after it, and a running call is cancelled. Default: 10 minutes.
    pub const fn limit(mut self, time: Duration) -> Self {
        self.limit = time;
        self
    }

    /// Returns the next interval.
    fn longer(&self, interval: Duration) -> Duration {
        interval.saturating_mul(3).checked_div(2).unwrap_or_default().min(self.max_interval)
    }
}

/// The meaning of a response for a wait. Errors contain the state, so it must not contain a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitStatus<T> {
    /// The state is reached.
    Done(T),
    /// The state is not reached; the current state.
    Pending(String),
    /// The state cannot be reached any more; the current state.
    Failed(String),
}

impl<O: Operation + Clone> Call<O> {
    /// Repeats the call until `step` returns [`Done`](WaitStatus::Done) or [`Failed`](WaitStatus::Failed). Use it only
    /// for operations that change nothing.
    ///
    /// Each call has the options of this one. A call with a [retryable](Error::is_retryable) error is repeated. `step`
    /// receives every other result, and returns the error or treats it as a state: after a deletion, for instance, "not
    /// found" means done.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use alicloud_core::{Call, Error, WaitStatus, WaitPolicy, __private::Operation};
    /// # struct Response { status: Option<String> }
    /// # async fn example<O>(call: Call<O>, read: impl Fn(O::Response) -> Response) -> Result<(), Error>
    /// # where O: Operation + Clone {
    /// let wait = WaitPolicy::new().limit(Duration::from_secs(300));
    /// let ready = call
    ///     .wait_until(wait, |result| {
    ///         # let result = result.map(&read);
    ///         let response = result?;
    ///         let status = response.status.clone().unwrap_or_default();
    ///         Ok(match status.as_str() {
    ///             "AVAILABLE" => WaitStatus::Done(response),
    ///             "FAILED" => WaitStatus::Failed(status),
    ///             _ => WaitStatus::Pending(status),
    ///         })
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of the kind [`ErrorKind::Wait`](crate::ErrorKind::Wait) with the last state if the state is
    /// [failed](WaitStatus::Failed), or if the limit is exceeded; [`Error::timeout`] is then
    /// [`TimeoutKind::Wait`](crate::TimeoutKind::Wait). The [attempts](Error::attempts) of the error are the number of
    /// calls. Any other error is the one that `step` returned.
    pub async fn wait_until<T>(
        self,
        wait: WaitPolicy,
        mut step: impl FnMut(Result<O::Response, Error>) -> Result<WaitStatus<T>, Error>,
    ) -> Result<T, Error> {
        let clock = self.clock();
        let start = clock.monotonic();
        let left = || wait.limit.saturating_sub(clock.monotonic().saturating_sub(start));
        let ended = |calls, state: Option<&str>, error, failed: bool| {
            let elapsed = clock.monotonic().saturating_sub(start);
            let limit = (!failed).then_some(wait.limit);
            Error::waited(O::INFO.name(), (calls, elapsed), state, limit, error)
        };
        let mut interval = wait.interval.min(wait.max_interval);
        let mut state: Option<String> = None;
        let mut calls = 0;
        loop {
            let call = self.clone();
            let limit = call.limit().min(left());
            calls += 1;
            let mut passing = None;
            match call.timeout(limit).send().await {
                Err(error) if error.is_retryable() => passing = Some(error),
                result => match step(result)? {
                    WaitStatus::Done(value) => return Ok(value),
                    WaitStatus::Failed(state) => return Err(ended(calls, Some(&state), None, true)),
                    WaitStatus::Pending(now) => state = Some(now),
                },
            }
            if left() <= interval {
                return Err(ended(calls, state.as_deref(), passing, false));
            }
            clock.sleep(interval).await;
            interval = wait.longer(interval);
        }
    }
}
