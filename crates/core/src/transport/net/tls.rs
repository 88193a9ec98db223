//! How connections are secured.

#[cfg(feature = "native-tls")]
mod native;
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc"))]
mod rustls;

use zeroize::Zeroizing;

use crate::transport::{TransportError, TransportErrorKind};

/// How connections are secured: whom the client trusts, and how it shows itself.
///
/// Certificates and keys are read when the transport is built; what is wrong with them is an error there. `Debug`
/// shows none of them.
#[derive(Clone, Default)]
pub struct Tls {
    backend: Option<TlsBackend>,
    version: TlsVersion,
    /// So that the default is that they count.
    no_system_roots: bool,
    roots: Vec<Vec<u8>>,
    identity: Option<Identity>,
}

#[derive(Clone)]
struct Identity {
    certificates: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

/// What secures connections. Each is a feature; any number of them may be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlsBackend {
    /// rustls with ring.
    #[cfg(feature = "rustls-ring")]
    RustlsRing,
    /// rustls with aws-lc, which knows post-quantum key exchange.
    #[cfg(feature = "rustls-aws-lc")]
    RustlsAwsLc,
    /// That of the system: OpenSSL, Secure Transport or SChannel. For [`HttpTransport`](crate::transport::HttpTransport)
    /// alone.
    #[cfg(feature = "native-tls")]
    NativeTls,
}

/// A version of the protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TlsVersion {
    /// 1.2
    #[default]
    Tls12,
    /// 1.3
    Tls13,
}

impl Tls {
    /// Trusts whom the operating system trusts and shows no certificate. Version 1.2 or newer.
    pub fn new() -> Self {
        Self::default()
    }

    /// What secures connections. If not set, it is the first of these whose feature is on: `rustls-ring`,
    /// `rustls-aws-lc`, `native-tls`.
    ///
    /// What other parts of the program have chosen for themselves does not matter.
    pub fn backend(mut self, backend: TlsBackend) -> Self {
        self.backend = Some(backend);
        self
    }

    /// The oldest version that is accepted; 1.2 if not set.
    pub fn min_version(mut self, version: TlsVersion) -> Self {
        self.version = version;
        self
    }

    /// Whether whom the operating system trusts is trusted; it is if not set.
    pub fn system_roots(mut self, trust: bool) -> Self {
        self.no_system_roots = !trust;
        self
    }

    /// Trusts certificates, beside others: any number of them in PEM, or one in DER.
    pub fn add_root_certificates(mut self, certificates: impl Into<Vec<u8>>) -> Self {
        self.roots.push(certificates.into());
        self
    }

    /// Shows a certificate to servers that ask for one: a chain in PEM, the client's own first, and its private key,
    /// in PEM too. The key is PKCS #8; with rustls also PKCS #1 or SEC 1.
    pub fn identity(mut self, certificates: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.identity = Some(Identity { certificates: certificates.into(), key: Zeroizing::new(key.into()) });
        self
    }

    /// What a transport sets up.
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
            // Who trusts nobody speaks plain http.
            None if self.no_system_roots && self.roots.is_empty() => Ok(Engine::None),
            None => Err(refused(
                "there is nothing to secure connections with: turn on one of the features `rustls-ring`, \
                 `rustls-aws-lc` and `native-tls` of `alicloud-core`",
            )),
        }
    }
}

/// What a transport is given.
pub(super) enum Engine {
    /// Plain http alone.
    None,
    #[cfg(feature = "__rustls")]
    Rustls(Box<::rustls::ClientConfig>),
    /// The transport reads the settings itself.
    #[cfg(feature = "native-tls")]
    Native,
}

impl TlsBackend {
    /// The one that is used if none is chosen.
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
