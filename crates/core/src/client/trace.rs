//! Spans with the names of OpenTelemetry's conventions, if the feature `tracing` is on.
//!
//! Spans contain no more than the `Display` of an error: no parameters, no headers, no URL with a query.

use std::time::Duration;

use super::Shared;
use crate::error::Error;
use crate::info::Info;

/// A span of a call or an attempt. Empty without the feature.
#[derive(Clone)]
pub(super) struct Span(#[cfg(feature = "tracing")] tracing::Span);

#[cfg(feature = "tracing")]
impl Span {
    /// Creates the span of a call.
    pub(super) fn call(shared: &Shared, info: &Info<'_>) -> Self {
        let span = tracing::info_span!(
            target: "alicloud",
            "call",
            "otel.name" = tracing::field::Empty,
            "otel.kind" = "client",
            "otel.status_code" = tracing::field::Empty,
            "rpc.system" = "alibabacloud-api",
            "rpc.service" = shared.service.product,
            "rpc.method" = info.name(),
            "server.address" = shared.target.host(),
            "server.port" = shared.target.port(),
            "cloud.region" = shared.config.region,
            "http.response.status_code" = tracing::field::Empty,
            "alicloud.request_id" = tracing::field::Empty,
            "error.type" = tracing::field::Empty,
        );
        if !span.is_disabled() {
            span.record("otel.name", format!("{}/{}", shared.service.product, info.name()));
        }
        Self(span)
    }

    /// Creates the span of an attempt within the span of its call.
    pub(super) fn attempt(&self, shared: &Shared, info: &Info<'_>, number: u32) -> Self {
        Self(tracing::debug_span!(
            target: "alicloud",
            parent: &self.0,
            "attempt",
            "otel.name" = info.method.as_str(),
            "otel.kind" = "client",
            "otel.status_code" = tracing::field::Empty,
            "http.request.method" = info.method.as_str(),
            "http.request.resend_count" = number - 1,
            "url.scheme" = shared.target.scheme.as_str(),
            "server.address" = shared.target.host(),
            "server.port" = shared.target.port(),
            "http.response.status_code" = tracing::field::Empty,
            "alicloud.request_id" = tracing::field::Empty,
            "error.type" = tracing::field::Empty,
        ))
    }

    /// Runs a future in the span. The span is entered for each poll alone, so that it does not include other work on
    /// the same thread.
    ///
    /// Not an `async fn`, which would contain the future several times. A span without a subscriber costs a comparison.
    pub(super) fn around<F: Future>(&self, future: F) -> tracing::instrument::Instrumented<F> {
        tracing::Instrument::instrument(future, self.0.clone())
    }

    /// Runs a function in the span.
    #[inline]
    pub(super) fn inside<T>(&self, run: impl FnOnce() -> T) -> T {
        self.0.in_scope(run)
    }

    /// Records the end with a status or an error.
    pub(super) fn end(&self, result: Result<u16, &Error>) {
        if self.0.is_disabled() {
            return;
        }
        if let Some(status) = result.map_or_else(Error::status, Some) {
            self.0.record("http.response.status_code", status);
        }
        if let Err(error) = result {
            self.0.record("otel.status_code", "ERROR");
            self.0.record("error.type", error.code().unwrap_or_else(|| error.kind().name()));
            if let Some(id) = error.request_id() {
                self.0.record("alicloud.request_id", id);
            }
        }
    }

    /// Records the request ID.
    pub(super) fn known_as(&self, request_id: Option<&str>) {
        self.0.record("alicloud.request_id", request_id);
    }

    /// Records that another attempt follows.
    pub(super) fn retry_scheduled(&self, error: &Error, wait: Duration) {
        tracing::debug!(target: "alicloud", parent: &self.0, wait_ms = wait.as_millis() as u64, %error, "trying again");
    }
}

#[cfg(not(feature = "tracing"))]
impl Span {
    pub(super) fn call(_: &Shared, _: &Info<'_>) -> Self {
        Self()
    }

    pub(super) fn attempt(&self, _: &Shared, _: &Info<'_>, _: u32) -> Self {
        Self()
    }

    pub(super) fn around<F: Future>(&self, future: F) -> F {
        future
    }

    #[inline]
    pub(super) fn inside<T>(&self, run: impl FnOnce() -> T) -> T {
        run()
    }

    pub(super) fn end(&self, _: Result<u16, &Error>) {}

    pub(super) fn known_as(&self, _: Option<&str>) {}

    pub(super) fn retry_scheduled(&self, _: &Error, _: Duration) {}
}
