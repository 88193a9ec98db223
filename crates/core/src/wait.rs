//! Waiting until the service has got somewhere.

use std::time::Duration;

use crate::client::Call;
use crate::error::Error;
use crate::operation::Operation;

/// How often a state is asked for, and for how long.
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
    /// For 10 minutes: after 2 seconds, then in intervals that grow by half up to 30 seconds.
    pub const fn new() -> Self {
        Self {
            interval: Duration::from_secs(2),
            max_interval: Duration::from_secs(30),
            limit: Duration::from_secs(600),
        }
    }

    /// The time between the first call and the second. Each interval after it is longer by half.
    pub const fn interval(mut self, time: Duration) -> Self {
        self.interval = time;
        self
    }

    /// The longest time between two calls.
    pub const fn max_interval(mut self, time: Duration) -> Self {
        self.max_interval = time;
        self
    }

    /// How long it may take in all. No call is begun after it, and one that is under way is cut off.
    pub const fn limit(mut self, time: Duration) -> Self {
        self.limit = time;
        self
    }

    /// The interval after this one.
    fn longer(&self, interval: Duration) -> Duration {
        interval.saturating_mul(3).checked_div(2).unwrap_or_default().min(self.max_interval)
    }
}

/// What a response means to somebody who waits. States are told in errors, so they hold no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitStatus<T> {
    /// What was waited for is there.
    Done(T),
    /// Not yet; the state that things are in.
    Pending(String),
    /// It will never come; the state that things are in.
    Failed(String),
}

impl<O: Operation + Clone> Call<O> {
    /// Makes the call again and again until `step` says that it is enough. Only for operations that change nothing.
    ///
    /// Each call has the settings of this one. One that fails in a way that [may pass](Error::is_retryable) is followed
    /// by the next; what came of any other is shown to `step`, which hands an error on or takes it for a state: where
    /// something is to be deleted, that it is not found means that it is done.
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
    /// [`ErrorKind::Wait`](crate::ErrorKind::Wait) with the last state if that is [failed](WaitStatus::Failed), or if the time ran out, when
    /// [`Error::timeout`] is [`TimeoutKind::Wait`](crate::TimeoutKind::Wait). The error's [attempts](Error::attempts) are the
    /// calls. Otherwise what `step` hands on.
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
