//! The environment of providers: variables, files, transports and the clock.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri};
use tokio::runtime::Handle;
use zeroize::Zeroizing;

use super::route::Route;
use super::{CredentialsError, sts};
use crate::client::user_agent;
use crate::clock::{Clock, SystemClock, within};
use crate::sign::trim;
use crate::transport::{RequestContext, Secrets, Transport, default_transport};

/// The maximum size of a response, in bytes.
pub(super) const MAX_BODY: usize = 64 << 10;
/// The maximum size of a file, in bytes.
pub(super) const MAX_FILE: u64 = 1 << 20;

type Variables = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What a provider of credentials uses outside of itself: environment variables, transports and a clock.
///
/// Cheap to clone. Clones share connections. Every provider has one, which its builder replaces:
///
/// ```
/// use alicloud_core::credentials::{EcsRamRoleCredentials, ProviderContext};
///
/// // A test of code that runs without environment variables.
/// let context = ProviderContext::new().variables(|_| None);
/// let provider = EcsRamRoleCredentials::builder().role_name("worker").context(context).build();
/// ```
#[derive(Clone)]
pub struct ProviderContext {
    variables: Variables,
    /// The transport for the Internet.
    transport: Option<Arc<dyn Transport>>,
    /// The transport of the client, for the Internet as well.
    client_transport: Arc<OnceLock<Arc<dyn Transport>>>,
    /// The transport for the metadata service and for servers nearby.
    metadata_transport: Option<Arc<dyn Transport>>,
    /// The default transports, one for each route.
    default_transports: Arc<[OnceLock<Arc<dyn Transport>>; 6]>,
    pub(super) clock: Option<Arc<dyn Clock>>,
}

/// A request to a source of credentials.
pub(super) struct ProviderRequest<'a> {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: Vec<(&'static str, &'a str)>,
    pub(super) body: String,
    /// The secrets in the URL and the body.
    pub(super) secrets: Vec<&'a str>,
}

impl Default for ProviderContext {
    fn default() -> Self {
        Self::new()
    }
}

impl ProviderContext {
    /// Creates a context with the environment variables of the process, the default transports and the clock of the
    /// system.
    pub fn new() -> Self {
        Self {
            variables: Arc::new(|name| std::env::var(name).ok()),
            transport: None,
            client_transport: Arc::default(),
            metadata_transport: None,
            default_transports: Arc::default(),
            clock: None,
        }
    }

    /// Sets the transport for requests over the Internet, such as those to the Security Token Service. Default: a
    /// transport that uses the proxies of the environment.
    ///
    /// It is not used for the metadata service or for servers on this machine or its network: requests to them are sent
    /// directly, because behind a proxy the same address belongs to another machine. The transport of the client is not
    /// used either, unless [`Config::share_transport`](crate::Config::share_transport) is set.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets the transport for the metadata service (`100.100.100.200`), for link-local and loopback addresses, and for
    /// plain HTTP to addresses of private networks. Default: direct connections without a proxy.
    ///
    /// Set it in tests, and on platforms without a default transport such as wasm. A transport with a proxy would
    /// return the credentials of the proxy's machine.
    pub fn metadata_transport(mut self, transport: impl Transport) -> Self {
        self.metadata_transport = Some(Arc::new(transport));
        self
    }

    /// Sets the clock. Default: the clock of the system, with the timers of Tokio.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Sets the function that looks up environment variables, `HOME` or `USERPROFILE` among them. Default: the
    /// environment of the process.
    pub fn variables(mut self, variables: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        self.variables = Arc::new(variables);
        self
    }

    /// Uses the transport of a client for the Internet, unless another one was set. The first call decides.
    pub(super) fn use_transport(&self, transport: &Arc<dyn Transport>) {
        self.client_transport.get_or_init(|| transport.clone());
    }

    pub(super) fn clock_or_system(&self) -> Arc<dyn Clock> {
        self.clock.clone().unwrap_or_else(|| Arc::new(SystemClock::new()))
    }

    /// Returns the trimmed value of an environment variable. Empty values and those that are not valid text are treated
    /// as unset.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let mut value = (self.variables)(name)?;
        trim(&mut value);
        Some(value).filter(|value| !value.is_empty())
    }

    /// Whether a variable is `true`, in any case.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Returns the given text, or the value of the variable.
    pub(super) fn or_variable(&self, given: &Option<String>, name: &str) -> Option<String> {
        given.clone().filter(|value| !value.is_empty()).or_else(|| self.variable(name))
    }

    /// Returns a path in the home directory of the user.
    pub(super) fn home(&self, below: &str) -> Result<PathBuf, CredentialsError> {
        const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        let home = self.variable(HOME);
        let home =
            home.ok_or_else(|| CredentialsError::absent(format!("there is no home folder: {HOME} is not set")))?;
        Ok(Path::new(&home).join(below))
    }

    /// Reads a file, if it exists. The error contains its path and nothing of its content.
    pub(super) async fn read(&self, file: &Path, limit: u64) -> Result<Option<Zeroizing<String>>, CredentialsError> {
        let path = file.to_owned();
        spawn_blocking(move || read_file(&path, limit)).await.unwrap_or_else(|| {
            let shown = file.display();
            Err(CredentialsError::new(format!("the file {shown} could not be read: the runtime is ending")))
        })
    }

    /// Returns the transport that was set for the route, or a default one.
    pub(super) fn transport_for(&self, route: Route) -> Result<Arc<dyn Transport>, CredentialsError> {
        let given = match route.is_direct() {
            true => self.metadata_transport.as_ref(),
            false => self.transport.as_ref().or_else(|| self.client_transport.get()),
        };
        if let Some(transport) = given {
            return Ok(transport.clone());
        }
        let cell = &self.default_transports[route as usize];
        if let Some(transport) = cell.get() {
            return Ok(transport.clone());
        }
        let (scheme, proxy) = route.scheme();
        let made = default_transport(&scheme, proxy, route.limits().0);
        let made = made.map_err(|error| CredentialsError::new("cannot request credentials").with_source(error))?;
        Ok(cell.get_or_init(|| made).clone())
    }

    /// Sends a request and returns the response, whatever its status. The error contains the host and no secret.
    pub(super) async fn send(
        &self,
        route: Route,
        ask: ProviderRequest<'_>,
    ) -> Result<Response<Bytes>, CredentialsError> {
        let uri = Uri::try_from(&ask.url);
        // The text is not repeated: it may contain a password or a token.
        let uri =
            uri.map_err(|error| CredentialsError::new("the URL of the source is not valid").with_source(error))?;
        let peer = uri.authority().map(ToString::to_string).unwrap_or_default();
        let mut request = Request::new(Bytes::from(ask.body).into());
        *request.method_mut() = ask.method;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        let agent = user_agent(&sts::SERVICE, None);
        let agent = agent.map_err(|error| CredentialsError::new("cannot build the user agent").with_source(error))?;
        headers.insert(USER_AGENT, agent);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let mut secrets = ask.secrets;
        for (name, value) in ask.headers {
            if name != CONTENT_TYPE.as_str() {
                secrets.push(value.strip_prefix("Bearer ").unwrap_or(value));
            }
            let mut value = HeaderValue::try_from(value).map_err(|_| {
                CredentialsError::new(format!(
                    "the value of {name} is not valid in a header; it contains a control character such as a line break"
                ))
            })?;
            value.set_sensitive(name != CONTENT_TYPE.as_str());
            headers.insert(HeaderName::from_static(name), value);
        }
        let transport = self.transport_for(route)?;
        let mut context = RequestContext { max_response_bytes: MAX_BODY, ..RequestContext::new() };
        if transport.wants_secrets() {
            context.secrets = Secrets::new(secrets.into_iter().map(|text| text.to_owned().into()).collect(), true);
        }
        let response = transport.send(request, context);
        let (connect, read) = route.limits();
        match within(&*self.clock_or_system(), connect + read, response).await {
            Some(Ok(response)) => Ok(response),
            Some(Err(error)) => Err(CredentialsError::new(format!("no response from {peer}")).with_source(error)),
            None => Err(CredentialsError::new(format!("{peer} did not answer within {:?}", connect + read))),
        }
    }
}

/// Reads a file, if it exists. The error contains its path and nothing of its content. Blocks.
pub(super) fn read_file(path: &Path, limit: u64) -> Result<Option<Zeroizing<String>>, CredentialsError> {
    let wrong = |what: &str| CredentialsError::new(format!("the file {} {what}", path.display()));
    let mut bytes = Zeroizing::new(Vec::new());
    let read = std::fs::File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) if bytes.len() as u64 <= limit => {}
        Ok(_) => return Err(wrong(&format!("is larger than {limit} bytes"))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(wrong("cannot be read").with_source(error)),
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let text = std::str::from_utf8(text).map_err(|_| wrong("is not UTF-8 text"))?;
    Ok(Some(Zeroizing::new(text.to_owned())))
}

/// Runs blocking work on the blocking threads of the runtime; `None` if the runtime is shutting down.
pub(super) async fn spawn_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    match Handle::try_current() {
        Ok(runtime) => runtime.spawn_blocking(work).await.ok(),
        Err(_) => Some(work()),
    }
}

/// Implements the trait for a provider that consists of a cache.
macro_rules! delegate_to_cache {
    ($provider:ident) => {
        impl crate::credentials::ProvideCredentials for $provider {
            fn credentials(&self) -> crate::credentials::CredentialsFuture<'_> {
                self.0.credentials()
            }

            fn name(&self) -> &str {
                self.0.name()
            }

            fn refused(&self, credentials: &crate::credentials::Credentials) {
                self.0.refused(credentials);
            }

            fn use_transport(&self, transport: &std::sync::Arc<dyn crate::transport::Transport>) {
                self.0.use_transport(transport);
            }
        }
    };
}
pub(super) use delegate_to_cache;

impl std::fmt::Debug for ProviderContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderContext")
            .field("transport", &self.transport.is_some())
            .field("metadata_transport", &self.metadata_transport.is_some())
            .field("clock", &self.clock.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, not(feature = "reqwest"), not(feature = "hyper")))]
mod tests {
    use super::*;

    #[test]
    fn send_without_a_transport_reports_the_reason() {
        let error = ProviderContext::default().transport_for(Route::Near).err().unwrap().to_string();
        assert!(error.contains("no transport") && error.contains("reqwest"), "{error}");
    }
}
