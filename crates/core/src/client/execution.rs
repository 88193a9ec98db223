//! The execution of a call: the loop over its attempts.

use std::sync::atomic::Ordering;

use sha2::{Digest as _, Sha256};

use super::Shared;
use super::attempt::{self, Answer, Destination, PendingAttempt};
use super::limits::Limits;
use super::observer::Observer;
use super::options::Options;
use super::prepare::{PreparedRequest, prepare};
use super::response::RawResponse;
use super::sign::{SignedRequest, SigningInputs};
use super::trace::Span;
use crate::clock::within;
use crate::encode::{EncodedRequest, Parameters, secrets};
use crate::error::{Context, Error, Phase};
use crate::info::Info;
use crate::operation::Operation;
use crate::provider::CredentialsError;
use crate::retry::{Attempts, Failure, Retry};
use crate::sign::Credentials;
use crate::sign::UtcTime;
use crate::transport::{Body, Progress, Secrets};

/// Lists the parameters of a request.
pub(super) type ListParameters<'a> = dyn Fn(&mut Parameters<'_>) + Send + Sync + 'a;

/// The result of a provider of credentials.
type CredentialsResult = Result<Credentials, CredentialsError>;

/// The operation and the settings of a call.
pub(super) struct CallContext<'a> {
    pub(super) info: &'a Info<'a>,
    pub(super) options: &'a Options,
    pub(super) parameters: &'a ListParameters<'a>,
    /// The request as its own type, for a mock transport.
    #[cfg(feature = "testing")]
    snapshot: Option<crate::info::Snapshot>,
}

impl<'a> CallContext<'a> {
    /// Creates the context of a call. `info` and `parameters` are those of the request.
    #[cfg_attr(not(feature = "testing"), allow(unused_variables))]
    pub(super) fn new(
        request: &impl Operation,
        info: &'a Info<'a>,
        options: &'a Options,
        parameters: &'a ListParameters<'a>,
    ) -> Self {
        Self {
            info,
            options,
            parameters,
            #[cfg(feature = "testing")]
            snapshot: request.snapshot(),
        }
    }
}

/// The execution of one call. Its futures borrow from here, because an application may have thousands of concurrent
/// calls.
pub(super) struct Execution<'a> {
    shared: &'a Shared,
    call: &'a CallContext<'a>,
    limits: Limits,
    attempts: Attempts<'a>,
    observer: Observer<'a>,
    destination: Destination<'a>,
}

impl<'a> Execution<'a> {
    /// Creates an execution whose response goes to `destination`. A response that is opened is returned with an empty
    /// body.
    pub(super) fn new(shared: &'a Shared, call: &'a CallContext<'a>, destination: Destination<'a>) -> Self {
        let limits = Limits::new(shared, call.options);
        let attempts = Attempts::new(
            call.options.max_attempts.unwrap_or(shared.config.retry.max_attempts),
            &shared.config.retry,
            &shared.budget,
        );
        let observer = Observer::start(shared, call, limits.start);
        Self { shared, call, limits, attempts, observer, destination }
    }

    /// Returns the span in which [`run`](Self::run) runs.
    pub(super) fn span(&self) -> Span {
        self.observer.span()
    }

    /// Reports the end of the call to observers, and returns its result.
    pub(super) fn ended(self, result: Result<Answer, Error>) -> Result<RawResponse, Error> {
        let Self { shared, call, limits, attempts: Attempts { count: attempts, .. }, observer, .. } = self;
        let elapsed = limits.elapsed(shared);
        let result = match result {
            Ok((response, request_id)) => Ok(RawResponse { response, request_id, attempts, elapsed }),
            Err(error) => Err(error.with_context(Context { operation: call.info.name(), attempts, elapsed })),
        };
        observer.end(elapsed, result.as_ref());
        result
    }

    /// Sends attempts until one succeeds or another one would not help. Each attempt has fresh credentials, a fresh
    /// time, nonce and signature.
    ///
    /// All waiting is in this one future, because every level of nested futures costs time in each poll.
    pub(super) async fn run(&mut self, encoded: EncodedRequest) -> Result<Answer, Error> {
        let CallContext { info, options, .. } = *self.call;
        if let Some((kind, text)) = &options.problem {
            return Err(Error::new(*kind, text.as_str()));
        }
        let mut prepared = prepare(self.shared, info, encoded, options).map_err(Error::invalid)?;
        if prepared.body.bytes().is_none() && self.shared.signature().covers_body() {
            let digest = self.limits.within(self.shared, Box::pin(digest(&prepared.body))).await;
            prepared.digest = Some(self.limits.in_time(digest)??);
        }
        // The previous error, and the credentials if the error was about them.
        let mut before: Option<(Error, Option<Credentials>)> = None;
        loop {
            let found = match info.anonymous {
                true => Ok(Ok(Credentials::anonymous())),
                false => {
                    let future = self.shared.config.credentials.credentials();
                    self.limits.in_time(self.limits.within(self.shared, future).await)
                }
            };
            let used = match found.and_then(|result| self.signing_inputs(result)) {
                Ok(used) => used,
                Err(error) => return Err(error.after(before.map(|(error, _)| error))),
            };
            before = match before {
                Some((error, Some(refused))) if used.credentials.is(&refused) => return Err(error),
                other => other,
            };
            self.attempts.count += 1;
            let span = self.observer.attempt(self.attempts.count);
            let mut sent = span.inside(|| self.send(&prepared, &used));
            let received = match &mut sent {
                Ok(sent) => {
                    self.attempts.sent();
                    span.around(&mut sent.response).await
                }
                Err(_) => None,
            };
            let error = match span.inside(|| sent?.take(received, info, &used.credentials, &mut self.destination)) {
                Ok(answer) => {
                    self.attempts.succeeded();
                    self.observer.attempted(&span, Ok(answer.0.status().as_u16()));
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let error = error.after(before.map(|(error, _)| error));
            let (error, retry) = self.failed(error, &used, prepared.idempotent);
            self.observer.attempted(&span, Err((&error, retry.map(Retry::delay))));
            let Some(retry) = retry else { return Err(error) };
            let mut refused = None;
            if let Retry::RefreshCredentials(_) = retry {
                self.shared.config.credentials.refused(&used.credentials);
                refused = Some(used.credentials);
            }
            if !retry.delay().is_zero() {
                self.shared.clock.sleep(retry.delay()).await;
            }
            before = Some((error, refused));
        }
    }

    /// Returns the error of an attempt without secrets, and the retry if there is one. Stores the clock difference that
    /// a retry corrects.
    fn failed(&mut self, mut error: Error, used: &SigningInputs, idempotent: bool) -> (Error, Option<Retry>) {
        let CallContext { info, parameters, .. } = *self.call;
        let now = UtcTime::from(self.shared.clock.now());
        error.redact_texts(used.credentials.secrets().values());
        if self.shared.config.assumes_scheme() {
            error.add_assumed_scheme();
        }
        let error = error.at(now).redact(&secrets(info, parameters));
        // The service's time relative to the clock.
        let offset = error.date().map(|date| date.unix() as i64 - now.unix() as i64);
        let failure = Failure { skew: offset.map(|offset| offset - used.offset), ..error.failure() };
        let retry = self.attempts.after(&failure, idempotent, self.limits.left(self.shared), random_number);
        if let (Some(Retry::CorrectClock(_)), Some(offset)) = (retry, offset) {
            self.shared.offset.store(offset, Ordering::Relaxed);
        }
        (error, retry)
    }

    /// Returns the inputs of the signature, or an error if there are no credentials or they contain invalid characters.
    fn signing_inputs(&self, result: CredentialsResult) -> Result<SigningInputs, Error> {
        let credentials = result.map_err(|error| Error::credentials(self.shared.config.credentials.name(), error))?;
        if let Some(part) = credentials.malformed() {
            return Err(Error::configuration(format!(
                "the {part} contains a control character, such as a line break or a tab"
            )));
        }
        Ok(SigningInputs { credentials, offset: self.shared.offset.load(Ordering::Relaxed) })
    }

    /// Signs a request and passes it to the transport. Not `async`, so that no future contains the request.
    fn send(&self, prepared: &PreparedRequest<'_>, used: &SigningInputs) -> Result<PendingAttempt<'a>, Error> {
        let Self { shared, limits, observer, .. } = self;
        let progress = Progress::default();
        let headers = observer.headers(&prepared.headers)?;
        let SignedRequest { request, mut context, signature, text } =
            shared.sign(prepared, &headers, used, progress.clone())?;
        observer.sending(&request);
        #[cfg(feature = "testing")]
        context.snapshot.clone_from(&self.call.snapshot);
        if shared.transport.wants_secrets() {
            let known = used.credentials.secrets().values().chain([signature.as_str()]);
            let values = known
                .map(|value| value.to_owned().into())
                .chain(secrets(prepared.info, self.call.parameters))
                .collect();
            context.secrets = Secrets::new(values, prepared.info.sensitive_response);
        }
        let (limit, left) = limits.of_attempt(shared);
        let response = within(&*shared.clock, left, attempt::send(shared, request, context, &self.destination));
        Ok(PendingAttempt {
            response,
            limit,
            progress,
            #[cfg(feature = "sls")]
            max_response_bytes: shared.config.max_response_bytes,
            signature,
            signed: text,
        })
    }
}

/// Returns the hash of a body with a source. The source is read once for the hash, and once more for each attempt.
async fn digest(body: &Body) -> Result<[u8; 32], Error> {
    let mut hash = Sha256::new();
    let mut chunks = body.open();
    while let Some(chunk) = chunks.chunk().await.map_err(|error| Error::transport(error, Phase::NotSent))? {
        hash.update(&chunk);
    }
    Ok(hash.finalize().into())
}

/// Returns a random number for delays; it need not be unpredictable.
fn random_number() -> u64 {
    getrandom::u64().unwrap_or_default()
}
