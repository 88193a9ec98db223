//! The one way a request goes out and a reply comes back.

use std::sync::atomic::Ordering;

use sha2::{Digest as _, Sha256};

use super::Shared;
use super::attempt::{Answer, Coming, Sent, Want, text_of};
use super::limits::Limits;
use super::options::Options;
use super::prepare::{Prepared, prepare};
use super::received::Raw;
use super::sign::{SignedRequest, Used};
use super::trace::Span;
use super::watch::Watch;
use crate::clock::within;
use crate::encode::{Outgoing, Parameters, secrets};
use crate::error::{Context, Error, Phase};
use crate::info::Info;
use crate::operation::Operation;
use crate::provider::{CredentialsError, CredentialsFuture};
use crate::retry::{Attempts, Failure, Retry};
use crate::sign::Credentials;
use crate::sign::{Moment, SignatureVersion};
use crate::transport::{Body, Progress, Secrets};

/// Lists the parameters of a request.
pub(super) type ListParameters<'a> = dyn Fn(&mut Parameters<'_>) + Send + Sync + 'a;

/// What a provider of credentials came to.
type Found = Result<Credentials, CredentialsError>;

/// What is called, and how.
pub(super) struct Job<'a> {
    pub(super) info: &'a Info<'a>,
    pub(super) options: &'a Options,
    pub(super) parameters: &'a ListParameters<'a>,
    /// The request as its own type, for a mock transport.
    #[cfg(feature = "testing")]
    snapshot: Option<crate::info::Snapshot>,
}

impl<'a> Job<'a> {
    /// `info` and `parameters` are those of the request.
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

/// A request that is sent, again if need be. What its futures need is borrowed from here: a thousand calls at once are a
/// thousand of each.
pub(super) struct Exchange<'a> {
    shared: &'a Shared,
    job: &'a Job<'a>,
    limits: Limits,
    attempts: Attempts<'a>,
    watch: Watch<'a>,
    want: Want<'a>,
}

impl<'a> Exchange<'a> {
    /// One that takes the reply as `want` says. Of a reply that is opened the body that comes back is empty.
    pub(super) fn new(shared: &'a Shared, job: &'a Job<'a>, want: Want<'a>) -> Self {
        let limits = Limits::new(shared, job.options);
        let attempts = Attempts::new(
            job.options.max_attempts.unwrap_or(shared.config.retry.max_attempts),
            &shared.config.retry,
            &shared.budget,
        );
        let watch = Watch::start(shared, job, limits.start);
        Self { shared, job, limits, attempts, watch, want }
    }

    /// The span in which it is to [run](Self::run).
    pub(super) fn span(&self) -> Span {
        self.watch.span()
    }

    /// What became of it, for those who watch and for the caller.
    pub(super) fn ended(self, result: Result<Answer, Error>) -> Result<Raw, Error> {
        let Self { shared, job, limits, attempts: Attempts { count: attempts, .. }, watch, .. } = self;
        let elapsed = limits.elapsed(shared);
        let result = match result {
            Ok((response, request_id)) => Ok(Raw { response, request_id, attempts, elapsed }),
            Err(error) => Err(error.with_context(Context { operation: job.info.name(), attempts, elapsed })),
        };
        watch.end(elapsed, result.as_ref());
        result
    }

    /// Attempts, until one succeeds or another does not help. Everything that must be fresh, the credentials, the
    /// time, the nonce and with them the signature, is made anew in each.
    ///
    /// All that waits stands in this one future: one within the other, each would cost every poll something.
    pub(super) async fn run(&mut self, outgoing: Box<Outgoing>) -> Result<Answer, Error> {
        let Job { info, options, .. } = *self.job;
        if let Some((kind, text)) = &options.problem {
            return Err(Error::new(*kind, text.as_str()));
        }
        let mut prepared = prepare(self.shared, info, *outgoing, options).map_err(Error::invalid)?;
        if prepared.body.bytes().is_none() && self.shared.config.signature == SignatureVersion::V3 {
            let digest = self.limits.within(self.shared, Box::pin(digest(&prepared.body))).await;
            prepared.digest = Some(self.limits.in_time(digest)??.into());
        }
        // The failure before, and the credentials that it was about, if it was.
        let mut before: Option<(Error, Option<Credentials>)> = None;
        loop {
            let found = match self.credentials() {
                Ok(found) => Ok(found),
                Err(future) => self.limits.in_time(self.limits.within(self.shared, future).await),
            };
            let used = match found.and_then(|found| self.used(found)) {
                Ok(used) => used,
                Err(error) => return Err(error.after(before.map(|(error, _)| error))),
            };
            before = match before {
                Some((error, Some(refused))) if used.credentials.is(&refused) => return Err(error),
                other => other,
            };
            self.attempts.count += 1;
            let span = self.watch.attempt(self.attempts.count);
            let mut sent = span.inside(|| self.send(&prepared, &used));
            let came = match &mut sent {
                Ok(sent) => {
                    self.attempts.sent();
                    span.around(&mut sent.reply).await
                }
                Err(_) => None,
            };
            let error = match span.inside(|| sent?.take(came, info, &used.credentials, &mut self.want)) {
                Ok(answer) => {
                    self.attempts.succeeded();
                    self.watch.attempted(&span, Ok(answer.0.status().as_u16()));
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let error = error.after(before.map(|(error, _)| error));
            let (error, retry) = self.failed(error, &used, prepared.idempotent);
            self.watch.attempted(&span, Err((&error, retry.map(Retry::delay))));
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

    /// What is told of an attempt that failed, and what is to happen now.
    #[cold]
    fn failed(&mut self, mut error: Error, used: &Used, idempotent: bool) -> (Error, Option<Retry>) {
        let Job { info, parameters, .. } = *self.job;
        let now = Moment::from(self.shared.clock.now());
        error.redact_texts(used.credentials.secrets().values());
        if self.shared.config.assumes_scheme() {
            error.add_assumed_scheme();
        }
        let error = error.at(now).redact(&secrets(info, parameters));
        // The service's time, relative to that of the clock.
        let offset = error.date().map(|date| date.unix() as i64 - now.unix() as i64);
        let failure = Failure { skew: offset.map(|offset| offset - used.offset), ..error.failure() };
        let retry = self.attempts.after(&failure, idempotent, self.limits.left(self.shared), random_number);
        if let (Some(Retry::CorrectClock(_)), Some(offset)) = (retry, offset) {
            self.shared.offset.store(offset, Ordering::Relaxed);
        }
        (error, retry)
    }

    /// The credentials for an attempt, or what is to be awaited for them.
    fn credentials(&self) -> Result<Found, CredentialsFuture<'a>> {
        match self.job.info.anonymous {
            true => Ok(Ok(Credentials::anonymous())),
            false => self.shared.config.credentials.credentials().now(),
        }
    }

    /// What an attempt is to be signed with.
    fn used(&self, found: Found) -> Result<Used, Error> {
        let credentials = found.map_err(|error| Error::credentials(self.shared.config.credentials.name(), error))?;
        if let Some(part) = credentials.malformed() {
            return Err(Error::configuration(format!(
                "the {part} holds a control character, such as a line break or a tab"
            )));
        }
        Ok(Used { credentials, offset: self.shared.offset.load(Ordering::Relaxed) })
    }

    /// Signs a request and lets it go. Not `async`, so that no future has to hold the request.
    fn send(&self, prepared: &Prepared<'_>, used: &Used) -> Result<Sent<'a>, Error> {
        let Self { shared, limits, watch, .. } = self;
        let progress = Progress::default();
        let headers = watch.headers(&prepared.headers)?;
        let SignedRequest { request, mut context, proof, text } =
            shared.sign(prepared, &headers, used, progress.clone())?;
        watch.sending(&request);
        #[cfg(feature = "testing")]
        context.snapshot.clone_from(&self.job.snapshot);
        if shared.transport.wants_secrets() {
            let known = used.credentials.secrets().values().chain([text_of(&proof)]);
            let values =
                known.map(|value| value.to_owned().into()).chain(secrets(prepared.info, self.job.parameters)).collect();
            context.secrets = Secrets::new(values, prepared.info.sensitive_reply);
        }
        let (limit, left) = limits.of_attempt(shared);
        let reply = within(&*shared.clock, left, Coming::new(shared, request, context, &self.want));
        Ok(Sent { reply, limit, progress, proof, signed: text })
    }
}

/// The hash of a body that is not at hand: it is read once for it, and once more for each attempt.
async fn digest(body: &Body) -> Result<[u8; 32], Error> {
    let mut hash = Sha256::new();
    let mut chunks = body.open();
    while let Some(chunk) = chunks.chunk().await.map_err(|error| Error::transport(error, Phase::NotSent))? {
        hash.update(&chunk);
    }
    Ok(hash.finalize().into())
}

/// For waits, which are no secret.
fn random_number() -> u64 {
    getrandom::u64().unwrap_or_default()
}
