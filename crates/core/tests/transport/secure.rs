//! Secure connections: whom a transport trusts, and how it shows itself.

use std::sync::Arc;

use alicloud_core::transport::{Tls, TlsBackend, TlsVersion, TransportErrorKind};
use base64::Engine as _;
use http::Method;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;

use crate::local::secure::{EXPIRED, GOOD, KEY, OTHER, ROOT, answer};
use crate::local::{Peer, raw};
use crate::{Deliver as _, Kind, Message, Settings, each_transport};

each_transport!(
    a_certificate_authority_of_ones_own,
    trust_beside_the_system,
    nobody_else_is_trusted,
    what_is_wrong_with_a_certificate,
    a_certificate_of_the_client,
    the_oldest_version,
    certificates_that_cannot_be_read,
);

const CLIENT: &[u8] = include_bytes!("tls/client.der");

/// What each transport can be secured by.
fn backends(kind: Kind) -> Vec<TlsBackend> {
    _ = kind;
    vec![
        #[cfg(feature = "rustls-ring")]
        TlsBackend::RustlsRing,
        #[cfg(feature = "rustls-aws-lc")]
        TlsBackend::RustlsAwsLc,
        #[cfg(feature = "native-tls")]
        TlsBackend::NativeTls,
    ]
    .into_iter()
    .filter(|backend| {
        #[cfg(all(feature = "native-tls", feature = "hyper"))]
        if *backend == TlsBackend::NativeTls && kind == Kind::Hyper {
            return false;
        }
        _ = backend;
        true
    })
    .collect()
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// Answers `yes` to each connection's first request.
fn secure(
    certificate: &'static [u8],
    versions: &[&'static rustls::SupportedProtocolVersion],
    client: Option<&'static [u8]>,
) -> Peer {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        rustls::ServerConfig::builder_with_provider(provider.clone()).with_protocol_versions(versions).unwrap();
    let builder = match client {
        None => builder.with_no_client_auth(),
        Some(trusted) => {
            let mut roots = rustls::RootCertStore::empty();
            roots.add(trusted.into()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::try_from(KEY).unwrap();
    let config = Arc::new(builder.with_single_cert(vec![certificate.into()], key).unwrap());
    Peer::start(move |connection| answer(connection, &config, || raw("200 OK", "", "yes")))
}

/// One exchange; an error as its kind and its text, with those of its causes.
async fn exchange(kind: Kind, tls: Tls, peer: &Peer) -> Result<(), (TransportErrorKind, String)> {
    let transport = kind.with(Settings { tls, ..Settings::default() });
    let request = Message::new(Method::GET, format!("https://{}/", peer.address));
    match transport.deliver(request).await {
        Ok(response) => {
            assert_eq!(response.body(), "yes");
            Ok(())
        }
        Err(error) => Err((error.kind(), format!("{error:#} {error:?}"))),
    }
}

async fn a_certificate_authority_of_ones_own(kind: Kind) {
    let peer = secure(GOOD, rustls::ALL_VERSIONS, None);
    for backend in backends(kind) {
        let bundle = pem("CERTIFICATE", CLIENT) + &pem("CERTIFICATE", ROOT);
        for root in [ROOT.to_vec(), pem("CERTIFICATE", ROOT).into_bytes(), bundle.into_bytes()] {
            let tls = Tls::new().backend(backend).system_roots(false).add_root_certificates(root);
            exchange(kind, tls, &peer).await.unwrap();
        }
    }
}

async fn trust_beside_the_system(kind: Kind) {
    let peer = secure(GOOD, rustls::ALL_VERSIONS, None);
    for backend in backends(kind) {
        exchange(kind, Tls::new().backend(backend).add_root_certificates(ROOT), &peer).await.unwrap();
    }
    // And without a choice of a back end.
    exchange(kind, Tls::new().add_root_certificates(ROOT), &peer).await.unwrap();
}

async fn nobody_else_is_trusted(kind: Kind) {
    let peer = secure(GOOD, rustls::ALL_VERSIONS, None);
    for backend in backends(kind) {
        let alone = Tls::new().backend(backend).system_roots(false);
        for tls in [alone.clone(), alone.add_root_certificates(CLIENT), Tls::new().backend(backend)] {
            let (error, text) = exchange(kind, tls, &peer).await.unwrap_err();
            assert_eq!(error, TransportErrorKind::Tls, "{text}");
        }
    }
}

async fn what_is_wrong_with_a_certificate(kind: Kind) {
    for backend in backends(kind) {
        let trusting = Tls::new().backend(backend).system_roots(false).add_root_certificates(ROOT);
        // Each back end has words of its own.
        let cases: [(&'static [u8], Tls, &[&str]); 3] = [
            (OTHER, trusting.clone(), &["other.example.com", "IP address mismatch"]),
            (EXPIRED, trusting, &["expired"]),
            (GOOD, Tls::new().backend(backend), &["UnknownIssuer", "unable to get local issuer"]),
        ];
        for (certificate, tls, reasons) in cases {
            let peer = secure(certificate, rustls::ALL_VERSIONS, None);
            let (error, text) = exchange(kind, tls, &peer).await.unwrap_err();
            assert_eq!(error, TransportErrorKind::Tls, "{text}");
            let message = text.split(" TransportError").next().unwrap();
            assert!(message.starts_with(&format!("no secure connection to {}: ", peer.address)), "{message}");
            assert!(reasons.iter().any(|reason| message.contains(reason)), "{backend:?}: {message}");
        }
    }
}

async fn a_certificate_of_the_client(kind: Kind) {
    let peer = secure(GOOD, rustls::ALL_VERSIONS, Some(CLIENT));
    for backend in backends(kind) {
        let plain = Tls::new().backend(backend).system_roots(false).add_root_certificates(ROOT);
        exchange(kind, plain.clone(), &peer).await.unwrap_err();
        let shown = plain.identity(pem("CERTIFICATE", CLIENT), pem("PRIVATE KEY", KEY));
        exchange(kind, shown, &peer).await.unwrap();
    }
}

async fn the_oldest_version(kind: Kind) {
    let peer = secure(GOOD, &[&rustls::version::TLS12], None);
    for backend in backends(kind) {
        let tls = Tls::new().backend(backend).system_roots(false).add_root_certificates(ROOT);
        exchange(kind, tls.clone(), &peer).await.unwrap();
        let (error, text) = exchange(kind, tls.min_version(TlsVersion::Tls13), &peer).await.unwrap_err();
        assert_eq!(error, TransportErrorKind::Tls, "{text}");
    }
}

async fn certificates_that_cannot_be_read(kind: Kind) {
    for backend in backends(kind) {
        let tls = Tls::new().backend(backend);
        let key = pem("PRIVATE KEY", b"canary-key");
        for tls in [
            tls.clone().add_root_certificates("not a certificate"),
            tls.clone().add_root_certificates("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"),
            tls.clone().add_root_certificates(pem("PRIVATE KEY", KEY)),
            tls.clone().identity(pem("CERTIFICATE", CLIENT), "canary-key"),
            tls.clone().identity(pem("CERTIFICATE", CLIENT), key.clone()),
        ] {
            let shown = format!("{tls:?}");
            let settings = Settings { tls, ..Settings::default() };
            let Err(error) = kind.build(settings) else { panic!("{backend:?}: {shown} was accepted") };
            assert_eq!(error.kind(), TransportErrorKind::Tls, "{error:?}");
            let texts = format!("{shown} {error} {error:?}");
            assert!(!texts.contains("canary") && !texts.contains("Y2FuYXJ5"), "{texts}");
        }
    }
}
