//! A transport that writes down what passes.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::exchange::SentRequest;
use super::scrub::Scrubber;
use crate::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};

/// The form of the files.
pub(super) const VERSION: u64 = 1;

/// Passes requests on to another transport, and writes each exchange to a file that [`Replay`](super::Replay) reads.
///
/// Nothing secret is written: neither the signature nor the headers it stands in, none of the credentials, no value
/// that is [`Sensitive`](crate::Sensitive) in a request, no text of a reply that is described as secret, and nothing
/// whose name is that of a secret (`Password`, `ApiKey`, and others that are [told](Self::sensitive)). `***` stands
/// in its place. All the same, look at a recording before you publish it.
///
/// ```no_run
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use alicloud_core::Config;
/// use alicloud_core::testing::Recorder;
/// use alicloud_core::transport::HttpTransport;
///
/// let recorder = Recorder::new(HttpTransport::builder().build()?, "tests/list_groups.json");
/// let config = Config::from_env()?.transport(recorder);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Recorder<T> {
    inner: T,
    file: PathBuf,
    scrubber: Scrubber,
    exchanges: Mutex<Vec<Value>>,
}

impl<T: Transport> Recorder<T> {
    /// Begins a new recording; a file of that name is replaced with the first exchange.
    pub fn new(inner: T, file: impl Into<PathBuf>) -> Self {
        Self { inner, file: file.into(), scrubber: Scrubber::default(), exchanges: Mutex::default() }
    }

    /// What has this name, in requests and in replies, is secret.
    pub fn sensitive(mut self, name: impl Into<String>) -> Self {
        self.scrubber.names.push(name.into());
        self
    }

    fn add(&self, exchange: Value) -> std::io::Result<()> {
        let mut exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        exchanges.push(exchange);
        let text = serde_json::to_string_pretty(&json!({"version": VERSION, "exchanges": *exchanges}))?;
        write(&self.file, &(text + "\n"))
    }
}

/// Writes a file so that it is never seen half written.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = file.with_file_name(name);
    std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, file)).inspect_err(|_| {
        _ = std::fs::remove_file(&part);
    })
}

impl<T: Transport> Transport for Recorder<T> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let secrets = request.secrets.clone();
            let sent = self.scrubber.request(&SentRequest::of(&request).await?, &secrets);
            let reply = self.inner.send(request).await?;
            let exchange = json!({"request": sent, "reply": self.scrubber.reply(&reply, &secrets)});
            self.add(exchange).map_err(|error| {
                let text = format!("the recording {} cannot be written", self.file.display());
                TransportError::new(TransportErrorKind::Request, text).with_source(error)
            })?;
            Ok(reply)
        })
    }

    fn wants_secrets(&self) -> bool {
        true
    }
}
