//! What providers look at and reach out through: variables, files, the network, the time.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::runtime::Handle;
use zeroize::Zeroizing;

use super::{CredentialsError, sts};
use crate::client::{user_agent, usual_transport};
use crate::clock::{Clock, SystemClock, within};
use crate::endpoint::Target;
use crate::transport::{HttpRequest, HttpResponse, Method, Transport};

/// A reply with credentials is a few hundred bytes.
pub(super) const MAX_BODY: usize = 64 << 10;
/// No file that people write is larger.
pub(super) const MAX_FILE: u64 = 1 << 20;

type Variable = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Cheap to clone; clones share connections.
#[derive(Clone)]
pub(super) struct Surroundings {
    variable: Variable,
    given: Option<Arc<dyn Transport>>,
    usual: Arc<[OnceLock<Arc<dyn Transport>>; 3]>,
    pub(super) clock: Option<Arc<dyn Clock>>,
}

/// How far away a peer is.
#[derive(Clone, Copy)]
pub(super) enum Reach {
    /// Over https, through a proxy if there is one.
    Internet,
    /// Over plain http, to this machine or its network, past every proxy.
    Near,
    /// To the metadata service, which answers at once or not at all.
    Metadata,
}

impl Reach {
    pub(super) fn of(target: &Target) -> Self {
        if target.scheme == "https" { Self::Internet } else { Self::Near }
    }

    /// How long a connection and how long the rest may take.
    const fn limits(self) -> (Duration, Duration) {
        match self {
            Self::Internet | Self::Near => (Duration::from_secs(5), Duration::from_secs(10)),
            Self::Metadata => (Duration::from_secs(1), Duration::from_secs(1)),
        }
    }
}

/// A request to a source of credentials.
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: Vec<(&'static str, &'a str)>,
    pub(super) body: String,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self { variable: Arc::new(|name| std::env::var(name).ok()), given: None, usual: Arc::default(), clock: None }
    }
}

impl Surroundings {
    pub(super) fn set_transport(&mut self, transport: impl Transport) {
        self.given = Some(Arc::new(transport));
    }

    pub(super) fn set_variables(&mut self, variable: impl Fn(&str) -> Option<String> + Send + Sync + 'static) {
        self.variable = Arc::new(variable);
    }

    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone().unwrap_or_else(|| Arc::new(SystemClock::new()))
    }

    /// The value of an environment variable. An empty one counts as unset, as does one that is not text.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.is_empty())
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
        let shown = file.display().to_string();
        let wrong = |what: &str| CredentialsError::new(format!("the file {shown} {what}"));
        let path = file.to_owned();
        let bytes = aside(move || {
            let mut bytes = Zeroizing::new(Vec::new());
            std::fs::File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
            Ok::<_, std::io::Error>(bytes)
        });
        let bytes = match bytes.await {
            Some(Ok(bytes)) => bytes,
            Some(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Some(Err(error)) => return Err(wrong(&format!("cannot be read: {error}"))),
            None => return Err(wrong("could not be read: the runtime is ending")),
        };
        if bytes.len() as u64 > limit {
            return Err(wrong(&format!("is larger than {limit} bytes")));
        }
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let text = std::str::from_utf8(text).map_err(|_| wrong("is not UTF-8 text"))?;
        Ok(Some(Zeroizing::new(text.to_owned())))
    }

    /// The transport that was given, or one that comes along, made when it is needed.
    pub(super) fn transport(&self, reach: Reach) -> Result<Arc<dyn Transport>, CredentialsError> {
        if let Some(transport) = &self.given {
            return Ok(transport.clone());
        }
        let cell = &self.usual[reach as usize];
        if let Some(transport) = cell.get() {
            return Ok(transport.clone());
        }
        let (scheme, proxy) = if let Reach::Internet = reach { ("https", true) } else { ("http", false) };
        let made = usual_transport(scheme, proxy, reach.limits().0);
        let made = made.map_err(|error| CredentialsError::new(error.to_string()))?;
        Ok(cell.get_or_init(|| made).clone())
    }

    /// Sends a request and brings back the reply, whatever it says. An error tells who was asked, and nothing else.
    pub(super) async fn ask(&self, reach: Reach, ask: Ask<'_>) -> Result<HttpResponse, CredentialsError> {
        let peer = ask.url.split('/').nth(2).unwrap_or_default().to_owned();
        let mut headers = HeaderMap::new();
        let agent = user_agent(&sts::SERVICE, None).map_err(|error| CredentialsError::new(error.to_string()))?;
        headers.insert(USER_AGENT, agent);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in ask.headers {
            let mut value = HeaderValue::try_from(value).map_err(|_| {
                CredentialsError::new(format!("what {name} is to hold cannot stand in a header, as for a line break"))
            })?;
            value.set_sensitive(name != CONTENT_TYPE.as_str());
            headers.insert(HeaderName::from_static(name), value);
        }
        let transport = self.transport(reach)?;
        let mut request = HttpRequest::new(ask.method, ask.url);
        request.headers = headers;
        request.body = Bytes::from(ask.body).into();
        request.max_body = MAX_BODY;
        let reply = transport.send(request);
        let (connect, read) = reach.limits();
        match within(&*self.clock(), connect + read, reply).await {
            Some(Ok(reply)) => Ok(reply),
            Some(Err(error)) => Err(CredentialsError::new(error.to_string())),
            None => Err(CredentialsError::new(format!("{peer} did not answer within {:?}", connect + read))),
        }
    }
}

/// Does what blocks where it holds up nobody; `None` if the runtime is ending.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
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
macro_rules! surroundings {
    () => {
        /// How requests travel, instead of the transport that comes along.
        pub fn transport(mut self, transport: impl crate::transport::Transport) -> Self {
            self.surroundings.set_transport(transport);
            self
        }

        /// A clock instead of the system's, for another runtime than tokio's or for tests.
        pub fn clock(mut self, clock: impl crate::clock::Clock) -> Self {
            self.surroundings.clock = Some(std::sync::Arc::new(clock));
            self
        }

        /// Looks environment variables up in another way than in the environment of the process, also the one that
        /// names the home folder.
        pub fn variables(mut self, variable: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
            self.surroundings.set_variables(variable);
            self
        }
    };
}
pub(super) use surroundings;

#[cfg(all(test, not(feature = "reqwest"), not(feature = "hyper")))]
mod tests {
    use super::*;

    #[test]
    fn without_a_transport_the_error_says_so() {
        let error = Surroundings::default().transport(Reach::Near).err().unwrap().to_string();
        assert!(error.contains("no transport") && error.contains("reqwest"), "{error}");
    }
}
