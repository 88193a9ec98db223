//! A mock and its settings.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use alicloud_document::document::Document;
use tokio::sync::oneshot;

use crate::catalog::Catalog;
use crate::endpoint::{ConnectionFault, Endpoint, Observer};
use crate::http::Limits;
use crate::record::Recorded;
use crate::response::Response;
use crate::script::{ANY, Script, Times};
use crate::server;
use crate::specification::{self, Specification};
use crate::start_error::StartError;
use crate::verify::{AccessKey, Clock, Verifier};

/// The ID of the default access key.
pub const DEFAULT_ACCESS_KEY_ID: &str = "mock-access-key-id";

/// The secret of the default access key.
pub const DEFAULT_ACCESS_KEY_SECRET: &str = "mock-access-key-secret";

/// An endpoint on loopback. It runs on its own thread, independent of the runtime of a test, and stops when it is
/// dropped.
pub struct Mock {
    address: SocketAddr,
    endpoint: Arc<Endpoint>,
    warnings: Vec<String>,
    running: Mutex<Option<(oneshot::Sender<()>, JoinHandle<()>)>>,
}

impl Mock {
    /// Returns the settings of a new mock.
    pub fn builder() -> MockBuilder {
        MockBuilder::new()
    }

    /// Returns the address as a URL: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the received requests, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Arc<Recorded>> {
        self.endpoint.records().iter().cloned().collect()
    }

    /// Returns the requests of one operation, oldest first.
    #[must_use]
    pub fn requests_of(&self, operation: &str) -> Vec<Arc<Recorded>> {
        let wanted = |recorded: &&Arc<Recorded>| recorded.operation.as_deref() == Some(operation);
        self.endpoint.records().iter().filter(wanted).cloned().collect()
    }

    /// Removes the received requests.
    pub fn clear_requests(&self) {
        self.endpoint.records().clear();
    }

    /// Sends this response to the next requests of the operation that pass all checks.
    ///
    /// `*` is every operation. Scripts of an operation take precedence over those of every operation, and earlier
    /// scripts over later ones, until they are used up. Refused requests do not count.
    pub fn script(&self, operation: impl Into<String>, response: Response, times: impl Into<Times>) -> Script {
        self.endpoint.scripts.add(operation.into(), response, times.into())
    }

    /// Sends this response to the next requests of any operation: [`script`](Self::script) with `*`.
    pub fn script_all(&self, response: Response, times: impl Into<Times>) -> Script {
        self.script(ANY, response, times)
    }

    /// Removes all scripts.
    pub fn clear_scripts(&self) {
        self.endpoint.scripts.clear();
    }

    /// Injects a fault in the next connections before anything is read from them.
    pub fn break_connections(&self, fault: ConnectionFault, times: impl Into<Times>) {
        self.endpoint.add_connection_fault(fault, times.into());
    }

    /// Returns the number of connections.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.endpoint.connections.load(Ordering::SeqCst)
    }

    /// Returns the number of malformed or oversized requests. These are not among the requests.
    #[must_use]
    pub fn malformed(&self) -> u64 {
        self.endpoint.malformed.load(Ordering::SeqCst)
    }

    /// Accepts this access key, and replaces one with the same ID.
    pub fn allow(&self, key: AccessKey) {
        self.endpoint.verifier.allow(key);
    }

    /// Removes the access key with this ID.
    pub fn revoke(&self, access_key_id: &str) {
        self.endpoint.verifier.revoke(access_key_id);
    }

    /// Returns the names of the operations in all documents, as `Product Operation`.
    #[must_use]
    pub fn operations(&self) -> Vec<String> {
        let name = |document: &Document| -> Vec<String> {
            let names = document.operations.iter().map(|operation| &operation.name.value);
            names.map(|name| format!("{} {name}", document.product.value)).collect()
        };
        self.endpoint.catalog.documents().flat_map(name).collect()
    }

    /// Returns problems of the documents, as text; the rest of the documents is served.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Stops the server and closes every connection. Received requests can still be inspected.
    pub fn stop(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((stop, thread)) = running {
            let _ = stop.send(());
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
    }

    /// Waits until another thread stops the mock.
    pub fn wait(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((_stop, thread)) = running {
            let _ = thread.join();
        }
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Mock").field("address", &self.address).finish_non_exhaustive()
    }
}

/// The settings of a [`Mock`].
#[must_use]
pub struct MockBuilder {
    specifications: Vec<Specification>,
    keys: Vec<AccessKey>,
    bearer_tokens: Vec<String>,
    verifies: bool,
    strict: bool,
    clock: Clock,
    port: u16,
    limits: Limits,
    record_limit: usize,
    observers: Vec<Observer>,
}

impl MockBuilder {
    fn new() -> Self {
        Self {
            specifications: Vec::new(),
            keys: Vec::new(),
            bearer_tokens: Vec::new(),
            verifies: true,
            strict: false,
            clock: Arc::new(SystemTime::now),
            port: 0,
            limits: Limits { body: 32 << 20, idle: Duration::from_secs(60), request: Duration::from_secs(60) },
            record_limit: 10_000,
            observers: Vec::new(),
        }
    }

    /// Adds a document: the text of an `api-docs.json`, or a parsed one. The mock serves several documents at once;
    /// version and operation or path of a request select one.
    ///
    /// Without a document, every operation is accepted, and the response is a request ID.
    pub fn document(mut self, document: impl Into<Specification>) -> Self {
        self.specifications.push(document.into());
        self
    }

    /// Adds the document in this file.
    pub fn file(self, path: impl Into<PathBuf>) -> Self {
        self.document(Specification::File(path.into()))
    }

    /// Adds an access key.
    pub fn access_key(self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.key(AccessKey::new(id, secret))
    }

    /// Adds an access key, which may be temporary. Default: the default access key.
    pub fn key(mut self, key: AccessKey) -> Self {
        self.keys.push(key);
        self
    }

    /// Adds a bearer token.
    pub fn bearer_token(mut self, token: impl Into<String>) -> Self {
        self.bearer_tokens.push(token.into());
        self
    }

    /// Disables the verification of signatures.
    pub fn unsigned(mut self) -> Self {
        self.verifies = false;
        self
    }

    /// Sets whether bounds and enumerations are checked. Types, placement and required parameters are always checked.
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets the clock, which the dates of requests are compared with. Default: the system's.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets the port. Default: 0, a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the maximum size of a body. Default: 32 MiB.
    pub fn body_limit(mut self, bytes: u64) -> Self {
        self.limits.body = bytes;
        self
    }

    /// Sets how long an idle connection stays open. Default: 60 seconds.
    pub fn idle_timeout(mut self, idle: Duration) -> Self {
        self.limits.idle = idle;
        self
    }

    /// Sets the maximum time from the first byte of a request to the last. Default: 60 seconds.
    pub fn request_timeout(mut self, time: Duration) -> Self {
        self.limits.request = time;
        self
    }

    /// Sets the maximum number of received requests that are kept. Default: 10,000.
    pub fn record_limit(mut self, requests: usize) -> Self {
        self.record_limit = requests;
        self
    }

    /// Sets a function that is called with each request before its response is sent.
    pub fn observe(mut self, observer: impl Fn(&Recorded) + Send + Sync + 'static) -> Self {
        self.observers.push(Box::new(observer));
        self
    }

    /// Starts the mock. The function never waits; it is `async` for convenience in asynchronous tests.
    ///
    /// # Errors
    /// Returns an error if a document cannot be read, or if the port is not available.
    #[expect(clippy::unused_async, reason = "a future version may have to wait for the listener")]
    pub async fn start(self) -> Result<Mock, StartError> {
        self.start_blocking()
    }

    /// Starts the mock outside of a runtime.
    ///
    /// # Errors
    /// Returns an error if a document cannot be read, or if the port is not available.
    pub fn start_blocking(mut self) -> Result<Mock, StartError> {
        let (documents, warnings) = specification::read(self.specifications)?;
        if self.keys.is_empty() {
            self.keys.push(AccessKey::new(DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET));
        }
        let clock = Arc::clone(&self.clock);
        let verifier = Verifier::new(self.keys).clock(move || clock());
        let endpoint = Arc::new(Endpoint {
            catalog: Catalog::new(documents),
            verifier: self.bearer_tokens.into_iter().fold(verifier, Verifier::bearer_token),
            verifies: self.verifies,
            strict: self.strict,
            clock: self.clock,
            limits: self.limits,
            record_limit: self.record_limit,
            observers: self.observers,
            scripts: Default::default(),
            logs: Default::default(),
            default_responses: Default::default(),
            records: Default::default(),
            faults: Default::default(),
            connections: Default::default(),
            malformed: Default::default(),
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).map_err(StartError::Listen)?;
        listener.set_nonblocking(true).map_err(StartError::Listen)?;
        let address = listener.local_addr().map_err(StartError::Listen)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(StartError::Listen)?;
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&endpoint);
        let serve = move || {
            runtime.block_on(async {
                if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                    server::run(listener, shared, stopped).await;
                }
            });
        };
        let thread =
            thread::Builder::new().name("alicloud-mock".to_owned()).spawn(serve).map_err(StartError::Listen)?;
        Ok(Mock { address, endpoint, warnings, running: Mutex::new(Some((stop, thread))) })
    }
}

impl fmt::Debug for MockBuilder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("MockBuilder")
            .field("documents", &self.specifications.len())
            .field("keys", &self.keys)
            .field("verifies", &self.verifies)
            .field("strict", &self.strict)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}
