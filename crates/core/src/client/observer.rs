//! Reports a call to interceptors and spans.

use std::borrow::Cow;
use std::time::Duration;

use super::Shared;
use super::execution::CallContext;
use super::response::RawResponse;
use super::trace::Span;
use crate::error::Error;
use crate::header::RequestHeaders;
use crate::intercept::{AfterAttempt, AfterOperation, BeforeSending, BeforeSigning, CallInfo, Outcome};
use crate::transport::Body;

/// Reports one call. Dropping it before the end reports a cancelled call.
pub(super) struct Observer<'a> {
    shared: &'a Shared,
    call: &'a CallContext<'a>,
    start: Duration,
    attempt: u32,
    /// The start of the attempt; used only by interceptors.
    began: Duration,
    span: Span,
    ended: bool,
}

impl<'a> Observer<'a> {
    pub(super) fn start(shared: &'a Shared, call: &'a CallContext<'a>, start: Duration) -> Self {
        let info = call.info;
        Self { shared, call, start, attempt: 0, began: start, span: Span::call(shared, info), ended: false }
    }

    /// Returns the call for interceptors.
    fn call(&self) -> CallInfo<'_> {
        CallInfo {
            service: self.shared.service,
            region: self.shared.config.region.as_deref(),
            endpoint: self.shared.target.authority.as_str(),
            info: self.call.info,
            parameters: self.call.parameters,
        }
    }

    /// Returns the span of the call.
    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Begins an attempt, and returns its span.
    pub(super) fn attempt(&mut self, number: u32) -> Span {
        self.attempt = number;
        if !self.shared.config.interceptors.is_empty() {
            self.began = self.shared.clock.monotonic();
        }
        self.span.attempt(self.shared, self.call.info, number)
    }

    /// Returns the headers of the attempt: those of the call, with the changes of interceptors.
    pub(super) fn headers<'b>(&self, call: &'b RequestHeaders) -> Result<Cow<'b, RequestHeaders>, Error> {
        let mut headers = Cow::Borrowed(call);
        for interceptor in &*self.shared.config.interceptors {
            let mut view = BeforeSigning { call: self.call(), attempt: self.attempt, headers: headers.to_mut() };
            interceptor.before_signing(&mut view).map_err(Error::intercepted)?;
        }
        Ok(headers)
    }

    /// Reports that an attempt is about to be sent.
    pub(super) fn sending(&self, request: &http::Request<Body>) {
        for interceptor in &*self.shared.config.interceptors {
            interceptor.before_sending(&BeforeSending { call: self.call(), attempt: self.attempt, request });
        }
    }

    /// Reports the end of an attempt: a status, or an error and the delay before the next attempt if there is one.
    pub(super) fn attempted(&self, span: &Span, result: Result<u16, (&Error, Option<Duration>)>) {
        span.end(result.map_err(|(error, _)| error));
        if let Err((error, Some(wait))) = result {
            span.retry_scheduled(error, wait);
        }
        if self.shared.config.interceptors.is_empty() {
            return;
        }
        let elapsed = self.since(self.began);
        for interceptor in &*self.shared.config.interceptors {
            let (status, error, retry_delay) = match result {
                Ok(status) => (Some(status), None, None),
                Err((error, wait)) => (error.status(), Some(error), wait),
            };
            interceptor.after_attempt(&AfterAttempt {
                call: self.call(),
                attempt: self.attempt,
                elapsed,
                status,
                error,
                retry_delay,
            });
        }
    }

    /// Reports the end of the call.
    pub(super) fn end(mut self, elapsed: Duration, result: Result<&RawResponse, &Error>) {
        self.ended = true;
        self.span.end(result.map(|raw| raw.response.status().as_u16()));
        if let Ok(raw) = result {
            self.span.known_as(raw.request_id());
        }
        self.tell(elapsed, result.err().map_or(Outcome::Succeeded, Outcome::Failed));
    }

    fn since(&self, time: Duration) -> Duration {
        self.shared.clock.monotonic().saturating_sub(time)
    }

    fn tell(&self, elapsed: Duration, outcome: Outcome<'_>) {
        for interceptor in &*self.shared.config.interceptors {
            interceptor.after_operation(&AfterOperation {
                call: self.call(),
                attempts: self.attempt,
                elapsed,
                outcome,
            });
        }
    }
}

impl Drop for Observer<'_> {
    fn drop(&mut self) {
        if !self.ended && !self.shared.config.interceptors.is_empty() {
            self.tell(self.since(self.start), Outcome::Dropped);
        }
    }
}
