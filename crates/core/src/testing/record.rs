//! A transport that records requests and responses.

pub(super) mod writer;

use std::path::PathBuf;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;

use self::writer::Writer;
use super::scrub::Scrubber;
use super::sent_request::SentRequest;
use crate::transport::{Body, BoxFuture, RequestContext, Transport, TransportError, TransportErrorKind};

/// The version of the file format.
pub(super) const VERSION: u64 = 1;

/// Forwards requests to another transport, and writes each request and response to a file for
/// [`Replay`](super::Replay).
///
/// Secrets are replaced by `***`: the signature and its headers, credentials, values of a request that are
/// [`Sensitive`](crate::Sensitive), texts of a response that are declared as sensitive, and values whose name is that
/// of a secret (`Password`, `ApiKey`, and those that are [added](Self::sensitive)). Review a recording before you
/// publish it.
///
/// A call returns after its response has been written. A separate thread appends to the file, which can be replayed at
/// any time, even after the program was killed. Two recorders must not write to one file; clients share one in an
/// [`Arc`](std::sync::Arc).
///
/// ```no_run
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use alicloud_core::Config;
/// use alicloud_core::testing::Recorder;
/// use alicloud_core::transport::HttpTransport;
///
/// let recorder = Recorder::new(HttpTransport::builder().build()?, "tests/list_groups.json");
/// let config = Config::from_default_chain()?.transport(recorder);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Recorder<T> {
    inner: T,
    scrubber: Scrubber,
    writer: Writer,
}

impl<T: Transport> Recorder<T> {
    /// Creates a recorder. The first response replaces an existing file.
    pub fn new(inner: T, file: impl Into<PathBuf>) -> Self {
        Self { inner, scrubber: Scrubber::default(), writer: Writer::new(file.into()) }
    }

    /// Treats values with this name as secrets, in requests and in responses.
    pub fn sensitive(mut self, name: impl Into<String>) -> Self {
        self.scrubber.names.push(name.into());
        self
    }
}

impl<T: Transport> Transport for Recorder<T> {
    fn send(
        &self,
        request: Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let secrets = context.secrets.clone();
            let sent = self.scrubber.request(&SentRequest::of(&request).await?, &secrets);
            let response = self.inner.send(request, context).await?;
            let exchange = json!({"request": sent, "response": self.scrubber.response(&response, &secrets)});
            match self.writer.write(exchange).await {
                Ok(()) => Ok(response),
                Err(error) => {
                    let text = format!("the recording {} cannot be written", self.writer.path().display());
                    let error = TransportError::new(TransportErrorKind::Request, text).with_source(error);
                    Err(error.with_response(response.status(), response.headers().clone()))
                }
            }
        })
    }

    fn wants_secrets(&self) -> bool {
        true
    }
}
