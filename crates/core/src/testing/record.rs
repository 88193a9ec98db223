//! A transport that writes down what passes.

pub(super) mod writer;

use std::path::PathBuf;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;

use self::writer::Writer;
use super::scrub::Scrubber;
use super::sent_request::SentRequest;
use crate::transport::{Body, BoxFuture, RequestContext, Transport, TransportError, TransportErrorKind};

/// The form of the files.
pub(super) const VERSION: u64 = 1;

/// Passes requests on to another transport, and writes each exchange to a file that [`Replay`](super::Replay) reads.
///
/// Nothing secret is written: neither the signature nor the headers it stands in, none of the credentials, no value
/// that is [`Sensitive`](crate::Sensitive) in a request, no text of a response that is described as secret, and nothing
/// whose name is that of a secret (`Password`, `ApiKey`, and others that are [told](Self::sensitive)). `***` stands
/// in its place. All the same, look at a recording before you publish it.
///
/// A call returns once its exchange is in the file, which a thread of its own appends to: the file can be replayed at any
/// time, also after the program was killed. No two recorders may write to one file; clients share one in an
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
    /// Begins a new recording. The first exchange replaces a file of that name.
    pub fn new(inner: T, file: impl Into<PathBuf>) -> Self {
        Self { inner, scrubber: Scrubber::default(), writer: Writer::new(file.into()) }
    }

    /// What has this name, in requests and in responses, is secret.
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
