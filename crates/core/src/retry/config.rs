//! How calls are retried.

use std::time::Duration;

/// How a client retries calls.
///
/// The client retries a request that was not executed, and an idempotent request that may have been executed. It waits
/// between attempts with exponential backoff and jitter, or as long as the service asks. Each attempt has fresh
/// credentials, a fresh time and a fresh signature. See [the guide](crate::guide::retries).
///
/// ```
/// use std::time::Duration;
///
/// use alicloud_core::Config;
/// use alicloud_core::config::RetryConfig;
///
/// let patient = RetryConfig::new().max_attempts(5).max_backoff(Duration::from_secs(60));
/// let config = Config::new().retry(patient);
/// let once = Config::new().retry(RetryConfig::disabled());
/// assert_eq!(once.get_retry().get_max_attempts(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryConfig {
    pub(crate) max_attempts: u32,
    pub(crate) min_backoff: Duration,
    pub(crate) max_backoff: Duration,
    pub(crate) budget: Option<u32>,
}

impl Default for RetryConfig {
    fn default() -> Self {
        Self::new()
    }
}

impl RetryConfig {
    /// Creates the default settings: 3 attempts, a backoff of 100 milliseconds to 20 seconds, a budget of 100 retries.
    pub const fn new() -> Self {
        Self {
            max_attempts: 3,
            min_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(20),
            budget: Some(100),
        }
    }

    /// Creates settings without retries: each request is sent at most once.
    pub const fn disabled() -> Self {
        Self { max_attempts: 1, ..Self::new() }
    }

    /// Sets the maximum number of attempts of a call, the first one included. Default: 3. With 1 no request is sent
    /// more than once.
    ///
    /// One more attempt is made to correct a wrong clock, to replace expired credentials and, if the request is
    /// idempotent, to replace a nonce that was used.
    pub const fn max_attempts(mut self, count: u32) -> Self {
        self.max_attempts = count;
        self
    }

    /// Sets the backoff before the first retry, before jitter. It doubles with each retry, and is five times as long
    /// after throttling. Default: 100 milliseconds.
    pub const fn min_backoff(mut self, delay: Duration) -> Self {
        self.min_backoff = delay;
        self
    }

    /// Sets the longest backoff. A delay that the service requests can be longer. Default: 20 seconds.
    pub const fn max_backoff(mut self, delay: Duration) -> Self {
        self.max_backoff = delay;
        self
    }

    /// Sets how many retries all calls of a client may make while the service fails. Default: 100.
    ///
    /// A retry after a timeout counts twice. A call that succeeds restores its last retry, or a fifth of a retry if it
    /// made none. Calls fail with their first error while the budget is empty, so that retries do not overload a
    /// service that is already failing.
    pub const fn budget(mut self, retries: u32) -> Self {
        self.budget = Some(retries);
        self
    }

    /// Removes the retry budget.
    pub const fn no_budget(mut self) -> Self {
        self.budget = None;
        self
    }

    /// Returns the maximum number of attempts of a call.
    pub const fn get_max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// Returns the backoff before the first retry.
    pub const fn get_min_backoff(&self) -> Duration {
        self.min_backoff
    }

    /// Returns the longest backoff.
    pub const fn get_max_backoff(&self) -> Duration {
        self.max_backoff
    }

    /// Returns the retry budget; `None` if there is none.
    pub const fn get_budget(&self) -> Option<u32> {
        self.budget
    }

    /// Returns what is wrong with the settings, if anything is.
    pub(crate) fn problem(&self) -> Option<String> {
        if self.max_attempts == 0 {
            return Some("the maximum number of attempts is 0; it must be at least 1".to_owned());
        }
        let Self { min_backoff: min, max_backoff: max, .. } = self;
        (min > max).then(|| format!("the minimum backoff of {min:?} exceeds the maximum backoff of {max:?}"))
    }
}
