//! Secure connections by rustls.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::{Identity, Tls, TlsVersion, UNREADABLE, is_pem, refused};
use crate::transport::TransportError;

impl Tls {
    /// The provider is given, so that what other parts of the program have set for themselves does not matter.
    pub(super) fn rustls(&self, provider: CryptoProvider) -> Result<ClientConfig, TransportError> {
        let provider = Arc::new(provider);
        let versions: &[_] = match self.version {
            TlsVersion::Tls12 => rustls::ALL_VERSIONS,
            TlsVersion::Tls13 => &[&rustls::version::TLS13],
        };
        let builder =
            ClientConfig::builder_with_provider(provider.clone()).with_protocol_versions(versions).map_err(failed)?;
        let mut given = Vec::new();
        for root in &self.roots {
            given.append(&mut certificates(root)?);
        }
        // Tells what is wrong with a certificate, which the system's verifier passes over.
        let mut store = RootCertStore::empty();
        given.iter().try_for_each(|root| store.add(root.clone())).map_err(failed)?;
        let builder = if self.no_system_roots {
            builder.with_root_certificates(store)
        } else {
            let verifier = system(given, provider).map_err(failed)?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
        };
        match &self.identity {
            None => Ok(builder.with_no_client_auth()),
            Some(Identity { certificates: chain, key }) => {
                let key = PrivateKeyDer::from_pem_slice(key)
                    .map_err(|_| refused("the client's private key is not one in PEM"))?;
                builder.with_client_auth_cert(certificates(chain)?, key).map_err(failed)
            }
        }
    }
}

fn failed(error: rustls::Error) -> TransportError {
    refused("cannot set up secure connections").with_source(error)
}

fn certificates(bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    if !is_pem(bytes) {
        return Ok(vec![CertificateDer::from(bytes.to_vec())]);
    }
    match CertificateDer::pem_slice_iter(bytes).collect::<Result<Vec<_>, _>>() {
        Ok(all) if !all.is_empty() => Ok(all),
        _ => Err(refused(UNREADABLE)),
    }
}

/// Whom the operating system trusts, and some more.
fn system(more: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Result<Verifier, rustls::Error> {
    if more.is_empty() {
        return Verifier::new(provider);
    }
    #[cfg(not(target_os = "android"))]
    return Verifier::new_with_extra_roots(more, provider);
    #[cfg(target_os = "android")]
    return Err(rustls::Error::General("Android trusts no certificates beside its own".to_owned()));
}
