//! What providers look at and reach out through: variables, files, the network, the time.

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

/// A response with credentials is a few hundred bytes.
pub(super) const MAX_BODY: usize = 64 << 10;
/// No file that people write is larger.
pub(super) const MAX_FILE: u64 = 1 << 20;

type Variable = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Cheap to clone; clones share connections.
#[derive(Clone)]
pub(super) struct ProviderContext {
    variable: Variable,
    /// For the Internet.
    given: Option<Arc<dyn Transport>>,
    /// That of the client, for the Internet as well.
    shared: Arc<OnceLock<Arc<dyn Transport>>>,
    /// For the metadata service and other servers close by.
    metadata: Option<Arc<dyn Transport>>,
    /// Those that come along, one a route.
    usual: Arc<[OnceLock<Arc<dyn Transport>>; 6]>,
    pub(super) clock: Option<Arc<dyn Clock>>,
}

/// A request to a source of credentials.
pub(super) struct ProviderRequest<'a> {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: Vec<(&'static str, &'a str)>,
    pub(super) body: String,
    /// What is secret in the URL and the body.
    pub(super) secrets: Vec<&'a str>,
}

impl Default for ProviderContext {
    fn default() -> Self {
        Self {
            variable: Arc::new(|name| std::env::var(name).ok()),
            given: None,
            shared: Arc::default(),
            metadata: None,
            usual: Arc::default(),
            clock: None,
        }
    }
}

impl ProviderContext {
    pub(super) fn set_transport(&mut self, transport: impl Transport) {
        self.given = Some(Arc::new(transport));
    }

    pub(super) fn set_metadata_transport(&mut self, transport: impl Transport) {
        self.metadata = Some(Arc::new(transport));
    }

    /// Takes the transport of a client for the Internet, unless another was given. The first one stays.
    pub(super) fn use_transport(&self, transport: &Arc<dyn Transport>) {
        self.shared.get_or_init(|| transport.clone());
    }

    pub(super) fn set_variables(&mut self, variable: impl Fn(&str) -> Option<String> + Send + Sync + 'static) {
        self.variable = Arc::new(variable);
    }

    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone().unwrap_or_else(|| Arc::new(SystemClock::new()))
    }

    /// The value of an environment variable without the white space around it. An empty one counts as unset, as does
    /// one that is not text.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let mut value = (self.variable)(name)?;
        trim(&mut value);
        Some(value).filter(|value| !value.is_empty())
    }

    /// Whether a variable says `true`, in any case.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The given text, or that of the variable.
    pub(super) fn or_variable(&self, given: &Option<String>, name: &str) -> Option<String> {
        given.clone().filter(|value| !value.is_empty()).or_else(|| self.variable(name))
    }

    /// A file or folder in the home of the user.
    pub(super) fn home(&self, below: &str) -> Result<PathBuf, CredentialsError> {
        const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        let home = self.variable(HOME);
        let home =
            home.ok_or_else(|| CredentialsError::absent(format!("there is no home folder: {HOME} is not set")))?;
        Ok(Path::new(&home).join(below))
    }

    /// The text of a file, if there is one. An error tells the file, and nothing that is in it.
    pub(super) async fn read(&self, file: &Path, limit: u64) -> Result<Option<Zeroizing<String>>, CredentialsError> {
        let path = file.to_owned();
        spawn_blocking(move || read_file(&path, limit)).await.unwrap_or_else(|| {
            let shown = file.display();
            Err(CredentialsError::new(format!("the file {shown} could not be read: the runtime is ending")))
        })
    }

    /// The transport that was given for the route, or one that comes along, made when it is needed.
    pub(super) fn transport(&self, route: Route) -> Result<Arc<dyn Transport>, CredentialsError> {
        let given = match route.is_direct() {
            true => self.metadata.as_ref(),
            false => self.given.as_ref().or_else(|| self.shared.get()),
        };
        if let Some(transport) = given {
            return Ok(transport.clone());
        }
        let cell = &self.usual[route as usize];
        if let Some(transport) = cell.get() {
            return Ok(transport.clone());
        }
        let (scheme, proxy) = route.scheme();
        let made = default_transport(&scheme, proxy, route.limits().0);
        let made = made.map_err(|error| CredentialsError::new("cannot request credentials").with_source(error))?;
        Ok(cell.get_or_init(|| made).clone())
    }

    /// Sends a request and brings back the response, whatever it says. An error tells who was asked, and nothing else.
    pub(super) async fn ask(
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
                CredentialsError::new(format!("what {name} is to hold cannot stand in a header, as for a line break"))
            })?;
            value.set_sensitive(name != CONTENT_TYPE.as_str());
            headers.insert(HeaderName::from_static(name), value);
        }
        let transport = self.transport(route)?;
        let mut context = RequestContext { max_response_bytes: MAX_BODY, ..RequestContext::new() };
        if transport.wants_secrets() {
            context.secrets = Secrets::new(secrets.into_iter().map(|text| text.to_owned().into()).collect(), true);
        }
        let response = transport.send(request, context);
        let (connect, read) = route.limits();
        match within(&*self.clock(), connect + read, response).await {
            Some(Ok(response)) => Ok(response),
            Some(Err(error)) => Err(CredentialsError::new(format!("no response from {peer}")).with_source(error)),
            None => Err(CredentialsError::new(format!("{peer} did not answer within {:?}", connect + read))),
        }
    }
}

/// The text of a file, if there is one. An error tells the file, and nothing that is in it. Blocks.
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

/// Does what blocks where it holds up nobody; `None` if the runtime is ending.
pub(super) async fn spawn_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    match Handle::try_current() {
        Ok(runtime) => runtime.spawn_blocking(work).await.ok(),
        Err(_) => Some(work()),
    }
}

/// The ways to begin that all providers with usual settings have; the text tells what is usual.
macro_rules! usual {
    ($provider:ident, $builder:ident, $usual:literal) => {
        impl $provider {
            #[doc = $usual]
            pub fn new() -> Self {
                Self::builder().build()
            }

            /// With settings.
            pub fn builder() -> $builder {
                $builder::default()
            }
        }

        impl Default for $provider {
            fn default() -> Self {
                Self::new()
            }
        }
    };
}
pub(super) use usual;

/// The setters that all builders have.
macro_rules! context {
    () => {
        /// Sets the transport for requests over the Internet, such as those to the Security Token Service. Default: one
        /// that uses the proxies of the environment.
        ///
        /// It serves neither the metadata service nor a server on this machine or its network: they are asked
        /// directly, because at the other end of a proxy they would be those of another machine. The transport of
        /// the client is not used either, unless [`Config::share_transport`](crate::Config::share_transport) says so.
        pub fn transport(mut self, transport: impl crate::transport::Transport) -> Self {
            self.context.set_transport(transport);
            self
        }

        /// A clock instead of the system's, for another runtime than tokio's or for tests.
        pub fn clock(mut self, clock: impl crate::clock::Clock) -> Self {
            self.context.clock = Some(std::sync::Arc::new(clock));
            self
        }

        /// Looks environment variables up in another way than in the environment of the process, also the one that
        /// names the home folder.
        pub fn variables(mut self, variable: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
            self.context.set_variables(variable);
            self
        }
    };
}
pub(super) use context;

/// The setter of builders whose provider may ask the metadata service or another server close by.
macro_rules! metadata_transport {
    () => {
        /// Sets the transport for the metadata service (`100.100.100.200`), for link-local and loopback addresses, and
        /// for plain HTTP to addresses of private networks. Default: direct connections past every proxy.
        ///
        /// It is for tests, and for platforms without a transport of their own such as wasm. A transport with a proxy
        /// would ask for the credentials of the proxy's host.
        pub fn metadata_transport(mut self, transport: impl crate::transport::Transport) -> Self {
            self.context.set_metadata_transport(transport);
            self
        }
    };
}
pub(super) use metadata_transport;

/// Passes the transport of a client on to the context of a provider.
macro_rules! shares_transport {
    ($($context:tt)+) => {
        fn use_transport(&self, transport: &std::sync::Arc<dyn crate::transport::Transport>) {
            self.$($context)+.use_transport(transport);
        }
    };
}
pub(super) use shares_transport;

/// A provider that is a cache and its settings.
macro_rules! cached {
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
pub(super) use cached;

#[cfg(all(test, not(feature = "reqwest"), not(feature = "hyper")))]
mod tests {
    use super::*;

    #[test]
    fn without_a_transport_the_error_says_so() {
        let error = ProviderContext::default().transport(Route::Near).err().unwrap().to_string();
        assert!(error.contains("no transport") && error.contains("reqwest"), "{error}");
    }
}
