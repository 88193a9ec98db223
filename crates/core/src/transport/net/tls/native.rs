//! Secure connections by what the system has.

use reqwest::tls::Version;
use reqwest::{Certificate, ClientBuilder};

use super::{Identity, Tls, TlsVersion, UNREADABLE, is_pem, refused};
use crate::transport::TransportError;

impl Tls {
    pub(in crate::transport::net) fn native(&self, builder: ClientBuilder) -> Result<ClientBuilder, TransportError> {
        let mut given = Vec::new();
        for root in &self.roots {
            match if is_pem(root) {
                Certificate::from_pem_bundle(root)
            } else {
                Certificate::from_der(root).map(|it| vec![it])
            } {
                Ok(mut all) if !all.is_empty() => given.append(&mut all),
                _ => return Err(refused(UNREADABLE)),
            }
        }
        let builder = builder.tls_backend_native().tls_version_min(match self.version {
            TlsVersion::Tls12 => Version::TLS_1_2,
            TlsVersion::Tls13 => Version::TLS_1_3,
        });
        let builder = if self.no_system_roots { builder.tls_certs_only(given) } else { builder.tls_certs_merge(given) };
        let Some(Identity { certificates, key }) = &self.identity else { return Ok(builder) };
        match reqwest::Identity::from_pkcs8_pem(certificates, key) {
            Ok(identity) => Ok(builder.identity(identity)),
            Err(_) => Err(refused("the client's certificate or its private key is not one in PEM and PKCS #8")),
        }
    }
}
