//! A cache of credentials with one refresh at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;
use tokio::sync::OwnedMutexGuard;

use super::{CredentialsError, CredentialsFuture, ProvideCredentials};
use crate::clock::{Clock, SystemClock, within};
use crate::sign::Credentials;
use crate::transport::Transport;

/// The time before the expiration at which credentials are refreshed, at most half their lifetime.
const REFRESH_BEFORE: Duration = Duration::from_secs(15 * 60);
/// The time limit of a refresh.
const REFRESH_TIMEOUT: Duration = Duration::from_secs(60);
/// The delay after the first failure. It doubles with each further one.
const MIN_RETRY_DELAY: Duration = Duration::from_millis(500);
/// The longest delay after a failure.
const MAX_RETRY_DELAY: Duration = Duration::from_secs(30);

/// Caches the credentials of a provider, and refreshes them before they expire.
///
/// - Concurrent callers share one request to the provider and its result.
/// - Credentials are refreshed 15 minutes before they expire, but not before half their lifetime has passed. Callers
///   keep using them until they expire, even if the refresh fails or takes long.
/// - A refresh has its own time limit. It continues if the call that started it is canceled.
/// - After a failure the cache waits before it asks the provider again: half a second, twice as long each time up to 30
///   seconds, less a random part. In the meantime, callers without valid credentials get the same error.
/// - Credentials that the service [rejected](ProvideCredentials::refused) are not returned again.
/// - Credentials without an expiration are never refreshed.
///
/// A refresh runs on the Tokio runtime of the call that starts it. Without a runtime the call runs it itself, so one
/// call waits for it.
///
/// All providers of this module that return temporary credentials contain such a cache. Wrap your own providers in it.
/// Cheap to clone. Clones share the credentials.
///
/// ```
/// use alicloud_core::credentials::{CachedCredentials, Credentials, CredentialsFuture, ProvideCredentials};
///
/// struct Vault;
///
/// impl ProvideCredentials for Vault {
///     fn credentials(&self) -> CredentialsFuture<'_> {
///         CredentialsFuture::new(async {
///             let (id, secret, token, expiry) = ask_the_vault().await;
///             Ok(Credentials::temporary(id, secret, token).expires_at(expiry))
///         })
///     }
///
///     fn name(&self) -> &str {
///         "vault"
///     }
/// }
///
/// # async fn ask_the_vault() -> (String, String, String, std::time::SystemTime) { unimplemented!() }
/// let config = alicloud_core::Config::new().credentials(CachedCredentials::new(Vault));
/// ```
#[derive(Clone)]
pub struct CachedCredentials(Arc<Shared>);

/// Settings of [`CachedCredentials`].
#[derive(Clone)]
pub struct CachedCredentialsBuilder {
    provider: Arc<dyn ProvideCredentials>,
    clock: Option<Arc<dyn Clock>>,
    refresh_before: Duration,
    refresh_timeout: Duration,
}

struct Shared {
    provider: Arc<dyn ProvideCredentials>,
    clock: Arc<dyn Clock>,
    refresh_before: Duration,
    refresh_timeout: Duration,
    /// Locked during a refresh.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// Never locked across an `await`.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entry: Option<CacheEntry>,
    /// The number of refreshes that have ended.
    refreshes: u64,
    /// The result of the last refresh.
    outcome: Option<Result<Credentials, CredentialsError>>,
    /// The number of failures since the last success.
    failures: u32,
    /// The earliest time of the next refresh, by the monotonic clock.
    not_before: Duration,
}

#[derive(Clone)]
struct CacheEntry {
    credentials: Credentials,
    /// When to refresh them, and when they expire; `None` if they never expire.
    times: Option<(SystemTime, SystemTime)>,
}

/// The result of a lookup in the cache. The number counts the refreshes that have ended.
enum Lookup {
    Done(Result<Credentials, CredentialsError>),
    /// The credentials are valid, and the caller starts a refresh.
    Refresh(Credentials, OwnedMutexGuard<()>, u64),
    /// There are no valid credentials.
    Wait(u64),
}

impl CachedCredentials {
    /// Creates a cache of `provider` with the default settings.
    pub fn new(provider: impl ProvideCredentials) -> Self {
        Self::builder(provider).build()
    }

    /// Returns a builder of a cache of `provider`, to change settings.
    pub fn builder(provider: impl ProvideCredentials) -> CachedCredentialsBuilder {
        CachedCredentialsBuilder {
            provider: Arc::new(provider),
            clock: None,
            refresh_before: REFRESH_BEFORE,
            refresh_timeout: REFRESH_TIMEOUT,
        }
    }
}

impl CachedCredentialsBuilder {
    /// Sets how long before the expiration credentials are refreshed, at most half their lifetime. Default: 15 minutes.
    pub fn refresh_before(mut self, refresh_before: Duration) -> Self {
        self.refresh_before = refresh_before;
        self
    }

    /// Sets the time limit of a refresh. Default: 60 seconds. Calls have their own limits.
    pub fn refresh_timeout(mut self, limit: Duration) -> Self {
        self.refresh_timeout = limit;
        self
    }

    /// Sets the clock. Default: the clock of the system.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    pub(crate) fn shared_clock(mut self, clock: Option<Arc<dyn Clock>>) -> Self {
        self.clock = clock;
        self
    }

    /// Creates the cache. The provider is not called yet.
    pub fn build(self) -> CachedCredentials {
        CachedCredentials(Arc::new(Shared {
            provider: self.provider,
            clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock::new())),
            refresh_before: self.refresh_before,
            refresh_timeout: self.refresh_timeout,
            turn: Arc::default(),
            state: Mutex::default(),
        }))
    }
}

impl ProvideCredentials for CachedCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        match self.0.lookup() {
            Lookup::Done(result) => CredentialsFuture::ready(result),
            Lookup::Wait(seen) => CredentialsFuture::new(self.0.wait(seen)),
            Lookup::Refresh(credentials, turn, seen) => {
                let refresh = Refresh { shared: self.0.clone(), ended: false, _turn: turn }.run();
                match Handle::try_current() {
                    Ok(runtime) => {
                        runtime.spawn(refresh);
                        CredentialsFuture::ready(Ok(credentials))
                    }
                    Err(_) => CredentialsFuture::new(async move {
                        refresh.await;
                        self.0.after(seen)
                    }),
                }
            }
        }
    }

    fn name(&self) -> &str {
        self.0.provider.name()
    }

    fn refused(&self, credentials: &Credentials) {
        let mut state = self.0.state();
        if !state.entry.as_ref().is_some_and(|entry| entry.credentials.is(credentials)) {
            return;
        }
        state.entry = None;
        state.not_before = Duration::ZERO;
        drop(state);
        self.0.provider.refused(credentials);
    }

    fn use_transport(&self, transport: &Arc<dyn Transport>) {
        self.0.provider.use_transport(transport);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // No code under the lock panics, so the state is consistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lookup(&self) -> Lookup {
        let (now, monotonic) = (self.clock.now(), self.clock.monotonic());
        let state = self.state();
        let waits = monotonic < state.not_before;
        match (&state.entry, &state.outcome) {
            (Some(CacheEntry { credentials, times: None }), _) => Lookup::Done(Ok(credentials.clone())),
            (Some(CacheEntry { credentials, times: Some((renew, expiry)) }), _) if now < *expiry => {
                let turn = if now < *renew || waits { None } else { self.turn.clone().try_lock_owned().ok() };
                match turn {
                    Some(turn) => Lookup::Refresh(credentials.clone(), turn, state.refreshes),
                    None => Lookup::Done(Ok(credentials.clone())),
                }
            }
            (_, Some(Err(error))) if waits => Lookup::Done(Err(error.clone())),
            _ => Lookup::Wait(state.refreshes),
        }
    }

    /// Waits for the lock. The first caller refreshes; the others use its result.
    async fn wait(self: &Arc<Self>, seen: u64) -> Result<Credentials, CredentialsError> {
        let turn = self.turn.clone().lock_owned().await;
        if self.state().refreshes == seen {
            let refresh = Refresh { shared: self.clone(), ended: false, _turn: turn }.run();
            match Handle::try_current() {
                // In its own task, so that it continues if this call is canceled.
                Ok(runtime) => _ = runtime.spawn(refresh).await,
                Err(_) => refresh.await,
            }
        }
        self.after(seen)
    }

    /// Returns the credentials after a refresh; `seen` refreshes had ended before it.
    fn after(&self, seen: u64) -> Result<Credentials, CredentialsError> {
        let now = self.clock.now();
        let state = self.state();
        match (&state.entry, &state.outcome) {
            (Some(entry), _) if entry.times.is_none_or(|(_, expiry)| now < expiry) => Ok(entry.credentials.clone()),
            (_, Some(outcome)) if state.refreshes != seen => outcome.clone(),
            _ => Err(CredentialsError::new("the runtime ended before there were credentials")),
        }
    }

    /// Stores the result of a refresh.
    fn ended(&self, result: Result<Credentials, CredentialsError>) {
        let (now, monotonic) = (self.clock.now(), self.clock.monotonic());
        let result = result.and_then(|credentials| match credentials.expiry() {
            Some(expiry) if expiry <= now => Err(CredentialsError::new(
                "the credentials had expired when they arrived; check the clock of this machine",
            )),
            _ => Ok(credentials),
        });
        let mut state = self.state();
        state.refreshes += 1;
        match &result {
            Ok(credentials) => {
                let expiry = if credentials.is_fleeting() { Some(now) } else { credentials.expiry() };
                let times = expiry.map(|expiry| {
                    let life = expiry.duration_since(now).unwrap_or_default();
                    (expiry - self.refresh_before.min(life / 2), expiry)
                });
                state.entry = Some(CacheEntry { credentials: credentials.clone(), times });
                state.failures = 0;
                state.not_before = Duration::ZERO;
            }
            // A source that is not configured is cheap to check again.
            Err(error) if error.is_absent() => state.not_before = Duration::ZERO,
            Err(_) => {
                state.failures = state.failures.saturating_add(1);
                state.not_before = monotonic + retry_delay(state.failures, getrandom::u32().unwrap_or_default());
            }
        }
        state.outcome = Some(result);
    }
}

/// Returns the delay after a number of failures: from half to all of a time that doubles.
fn retry_delay(failures: u32, random: u32) -> Duration {
    let longest = MIN_RETRY_DELAY.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(MAX_RETRY_DELAY);
    longest / 2 + (longest / 2).mul_f64(f64::from(random) / f64::from(u32::MAX))
}

/// A running refresh.
struct Refresh {
    shared: Arc<Shared>,
    ended: bool,
    _turn: OwnedMutexGuard<()>,
}

impl Refresh {
    async fn run(mut self) {
        let shared = &*self.shared;
        let result = within(&*shared.clock, shared.refresh_timeout, shared.provider.credentials()).await;
        let late = || {
            Err(CredentialsError::new(format!(
                "the provider returned no credentials within {:?}",
                shared.refresh_timeout
            )))
        };
        shared.ended(result.unwrap_or_else(late));
        self.ended = true;
    }
}

impl Drop for Refresh {
    fn drop(&mut self) {
        // A canceled refresh releases the lock. One that panics counts as failed, or the next caller would panic too.
        if !self.ended && std::thread::panicking() {
            self.shared.ended(Err(CredentialsError::new("the provider panicked")));
        }
    }
}

impl std::fmt::Debug for CachedCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CachedCredentials").field("provider", &self.name()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for CachedCredentialsBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CachedCredentialsBuilder").field("provider", &self.provider.name()).finish_non_exhaustive()
    }
}
