//! Credentials that are kept, and renewed in time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;
use tokio::sync::OwnedMutexGuard;

use super::{CredentialsError, CredentialsFuture, ProvideCredentials};
use crate::clock::{Clock, SystemClock, within};
use crate::sign::Credentials;
use crate::transport::Transport;

/// Before the credentials expire, they are renewed; no earlier than after half their life.
const REFRESH_BEFORE: Duration = Duration::from_secs(15 * 60);
/// For one refresh.
const REFRESH_TIMEOUT: Duration = Duration::from_secs(60);
/// The wait after the first failure; it doubles with each further one.
const MIN_RETRY_DELAY: Duration = Duration::from_millis(500);
/// The longest wait.
const MAX_RETRY_DELAY: Duration = Duration::from_secs(30);

/// Keeps what a provider hands out, and renews it before it expires.
///
/// - However many calls ask at once, the provider is asked once, and all get what it answers.
/// - What is kept is renewed 15 minutes before it expires, but not before half its life. Until it expires it is handed
///   out all the while, also if the refresh fails or hangs.
/// - The refresh has a limit of its own. A call that gives up waiting does not end it; the next to ask takes over what
///   nobody waits for.
/// - After a failure the provider is left alone for half a second, twice as long each time up to 30 seconds, less a
///   random part; who has nothing else gets the failure again in the meantime.
/// - What the service [says has expired](ProvideCredentials::refused) is not handed out again.
/// - Credentials that never expire are kept for good.
///
/// Renewals run on the tokio runtime of the call that starts them. Without one the call itself runs the refresh: then
/// there is none in the background, and one call before the end waits for it.
///
/// Every provider of this module that hands out temporary keys has such a cache inside. It is for providers of one's
/// own. Cheap to clone; clones share what is kept.
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
    /// Held by whoever renews, for as long as it takes.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// Locked for moments, never while anything is awaited.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Option<CacheEntry>,
    /// How many refreshes have ended.
    refreshes: u64,
    /// How the last one ended.
    outcome: Option<Result<Credentials, CredentialsError>>,
    /// How many failed since one succeeded.
    failures: u32,
    /// No refresh before this time, by the clock that never goes back.
    not_before: Duration,
}

#[derive(Clone)]
struct CacheEntry {
    credentials: Credentials,
    /// From when on they are renewed, and until when they are good; never and for ever if unknown.
    times: Option<(SystemTime, SystemTime)>,
}

/// What a lookup at the state tells.
enum Lookup {
    Done(Result<Credentials, CredentialsError>),
    /// Good still, but time to renew, and it is the caller's turn; so many refreshes have ended.
    Refresh(Credentials, OwnedMutexGuard<()>, u64),
    /// Nothing is good; so many refreshes have ended.
    Wait(u64),
}

impl CachedCredentials {
    /// Keeps what `provider` hands out, with the usual settings.
    pub fn new(provider: impl ProvideCredentials) -> Self {
        Self::builder(provider).build()
    }

    /// Keeps what `provider` hands out, with settings.
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
    /// How long before they expire the credentials are renewed, but no earlier than after half their life; 15 minutes
    /// if not set.
    pub fn refresh_before(mut self, refresh_before: Duration) -> Self {
        self.refresh_before = refresh_before;
        self
    }

    /// How long a refresh may take; 60 seconds if not set. Callers have their own limits.
    pub fn refresh_timeout(mut self, limit: Duration) -> Self {
        self.refresh_timeout = limit;
        self
    }

    /// A clock instead of the system's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    pub(crate) fn shared_clock(mut self, clock: Option<Arc<dyn Clock>>) -> Self {
        self.clock = clock;
        self
    }

    /// Makes the cache. The provider is not asked yet.
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
        if !state.kept.as_ref().is_some_and(|kept| kept.credentials.is(credentials)) {
            return;
        }
        state.kept = None;
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
        // Nothing that can panic happens under the lock, and every state is a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lookup(&self) -> Lookup {
        let (now, monotonic) = (self.clock.now(), self.clock.monotonic());
        let state = self.state();
        let waits = monotonic < state.not_before;
        match (&state.kept, &state.outcome) {
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

    /// Waits for the turn. Who gets it before any refresh has ended renews; all others take what came of that.
    async fn wait(self: &Arc<Self>, seen: u64) -> Result<Credentials, CredentialsError> {
        let turn = self.turn.clone().lock_owned().await;
        if self.state().refreshes == seen {
            let refresh = Refresh { shared: self.clone(), ended: false, _turn: turn }.run();
            match Handle::try_current() {
                // A task of its own, so that it goes on when this call is given up.
                Ok(runtime) => _ = runtime.spawn(refresh).await,
                Err(_) => refresh.await,
            }
        }
        self.after(seen)
    }

    /// What there is after a refresh; `seen` of them had ended before.
    fn after(&self, seen: u64) -> Result<Credentials, CredentialsError> {
        let now = self.clock.now();
        let state = self.state();
        match (&state.kept, &state.outcome) {
            (Some(kept), _) if kept.times.is_none_or(|(_, expiry)| now < expiry) => Ok(kept.credentials.clone()),
            (_, Some(outcome)) if state.refreshes != seen => outcome.clone(),
            _ => Err(CredentialsError::new("the runtime ended before there were credentials")),
        }
    }

    /// Notes how a refresh ended.
    fn ended(&self, result: Result<Credentials, CredentialsError>) {
        let (now, monotonic) = (self.clock.now(), self.clock.monotonic());
        let result = result.and_then(|credentials| match credentials.expiry() {
            Some(expiry) if expiry <= now => Err(CredentialsError::new(
                "the credentials had expired when they came; is the clock of this machine right?",
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
                state.kept = Some(CacheEntry { credentials: credentials.clone(), times });
                state.failures = 0;
                state.not_before = Duration::ZERO;
            }
            // To lookup whether something is there now costs next to nothing.
            Err(error) if error.is_absent() => state.not_before = Duration::ZERO,
            Err(_) => {
                state.failures = state.failures.saturating_add(1);
                state.not_before = monotonic + wait(state.failures, getrandom::u32().unwrap_or_default());
            }
        }
        state.outcome = Some(result);
    }
}

/// The wait after so many failures: between half and all of a time that doubles.
fn wait(failures: u32, random: u32) -> Duration {
    let longest = MIN_RETRY_DELAY.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(MAX_RETRY_DELAY);
    longest / 2 + (longest / 2).mul_f64(f64::from(random) / f64::from(u32::MAX))
}

/// A refresh under way.
struct Refresh {
    shared: Arc<Shared>,
    ended: bool,
    _turn: OwnedMutexGuard<()>,
}

impl Refresh {
    async fn run(mut self) {
        let shared = &*self.shared;
        let result = within(&*shared.clock, shared.refresh_timeout, shared.provider.credentials()).await;
        let late = || Err(CredentialsError::new(format!("no credentials within {:?}", shared.refresh_timeout)));
        shared.ended(result.unwrap_or_else(late));
        self.ended = true;
    }
}

impl Drop for Refresh {
    fn drop(&mut self) {
        // One that is given up leaves the turn to the next; one that panics has failed, or the next would panic too.
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
