//! TLS configuration.

#[cfg(feature = "native-tls")]
mod native;
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc"))]
mod rustls;

use zeroize::Zeroizing;

use crate::transport::{TransportError, TransportErrorKind};

/// TLS configuration: trusted certificates, the client's certificate, and the backend.
///
/// Certificates and keys are read when the transport is built, which returns an error if they are not valid. `Debug`
/// shows none of them.
#[derive(Clone, Default)]
pub struct Tls {
    backend: Option<TlsBackend>,
    version: TlsVersion,
    /// Negated, so that the default trusts them.
    no_system_roots: bool,
    roots: Vec<Vec<u8>>,
    identity: Option<Identity>,
}

#[derive(Clone)]
struct Identity {
    certificates: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

/// A TLS implementation. Each is a feature; any number of them may be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlsBackend {
    /// rustls with ring.
    #[cfg(feature = "rustls-ring")]
    RustlsRing,
    /// rustls with aws-lc, which supports post-quantum key exchange.
    #[cfg(feature = "rustls-aws-lc")]
    RustlsAwsLc,
    /// The implementation of the operating system: OpenSSL, Secure Transport or SChannel. Only for
    /// [`HttpTransport`](crate::transport::HttpTransport).
    #[cfg(feature = "native-tls")]
    NativeTls,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TlsVersion {
    /// TLS 1.2.
    #[default]
    Tls12,
    /// TLS 1.3.
    Tls13,
}

impl Tls {
    /// Creates the default: trusts the certificates of the operating system, has no client certificate, and requires
    /// TLS 1.2 or later.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the implementation. Default: the first of these whose feature is on: `rustls-ring`, `rustls-aws-lc`,
    /// `native-tls`.
    ///
    /// Choices of other parts of the program, such as a default provider of rustls, have no effect.
    pub fn backend(mut self, backend: TlsBackend) -> Self {
        self.backend = Some(backend);
        self
    }

    /// Sets the minimum version. Default: 1.2.
    pub fn min_version(mut self, version: TlsVersion) -> Self {
        self.version = version;
        self
    }

    /// Sets whether the certificates that the operating system trusts are trusted. Default: `true`.
    pub fn system_roots(mut self, trust: bool) -> Self {
        self.no_system_roots = !trust;
        self
    }

    /// Adds trusted certificates: any number of them in PEM, or one in DER.
    pub fn add_root_certificates(mut self, certificates: impl Into<Vec<u8>>) -> Self {
        self.roots.push(certificates.into());
        self
    }

    /// Sets the client's certificate: a chain in PEM that begins with the client's own certificate, and its private key
    /// in PEM. The key is PKCS #8; with rustls also PKCS #1 or SEC 1.
    pub fn identity(mut self, certificates: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.identity = Some(Identity { certificates: certificates.into(), key: Zeroizing::new(key.into()) });
        self
    }

    /// Returns the configuration of a transport.
    pub(super) fn engine(&self) -> Result<Engine, TransportError> {
        #[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc"))]
        let rustls = |provider| self.rustls(provider).map(|config| Engine::Rustls(Box::new(config)));
        match self.backend.or(TlsBackend::first()) {
            #[cfg(feature = "rustls-ring")]
            Some(TlsBackend::RustlsRing) => rustls(::rustls::crypto::ring::default_provider()),
            #[cfg(feature = "rustls-aws-lc")]
            Some(TlsBackend::RustlsAwsLc) => rustls(::rustls::crypto::aws_lc_rs::default_provider()),
            #[cfg(feature = "native-tls")]
            Some(TlsBackend::NativeTls) => Ok(Engine::Native),
            // Without trusted certificates the transport supports plain HTTP only.
            None if self.no_system_roots && self.roots.is_empty() => Ok(Engine::None),
            None => Err(refused(
                "there is nothing to secure connections with: turn on one of the features `rustls-ring`, \
                 `rustls-aws-lc` and `native-tls` of `alicloud-core`",
            )),
        }
    }
}

/// The configuration of a transport.
pub(super) enum Engine {
    /// Plain HTTP only.
    None,
    #[cfg(feature = "__rustls")]
    Rustls(Box<::rustls::ClientConfig>),
    /// The transport reads the settings itself.
    #[cfg(feature = "native-tls")]
    Native,
}

impl TlsBackend {
    /// Returns the default implementation.
    fn first() -> Option<Self> {
        let all: &[Self] = &[
            #[cfg(feature = "rustls-ring")]
            Self::RustlsRing,
            #[cfg(feature = "rustls-aws-lc")]
            Self::RustlsAwsLc,
            #[cfg(feature = "native-tls")]
            Self::NativeTls,
        ];
        all.first().copied()
    }
}

const UNREADABLE: &str = "a certificate is neither PEM nor DER";

fn refused(text: &str) -> TransportError {
    TransportError::new(TransportErrorKind::Tls, text)
}

fn is_pem(bytes: &[u8]) -> bool {
    bytes.windows(10).any(|part| part == b"-----BEGIN")
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls")
            .field("backend", &self.backend.or(TlsBackend::first()))
            .field("min_version", &self.version)
            .field("system_roots", &!self.no_system_roots)
            .field("trusted", &self.roots.len())
            .field("identity", &self.identity.is_some())
            .finish()
    }
}
