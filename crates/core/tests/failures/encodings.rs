//! Bodies that are still encoded when they arrive, and requests that ask for it.

use alicloud_core::intercept::{BeforeSigning, BoxError, Interceptor};
use alicloud_core::{Client, ErrorKind, RawRequest};

use crate::bytes;
use crate::local::{Canned, Peer, canned, config, raw};
use crate::thing::*;

/// What `gzip` makes of `{}`.
const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00";

#[tokio::test]
async fn response_with_an_encoding_is_an_error_with_its_name() {
    for (value, name) in
        [("gzip", "gzip"), ("br", "br"), (" GZIP ", "GZIP"), ("identity, zstd", "zstd"), ("a,b", "a, b")]
    {
        for status in [200, 204, 400, 404, 500, 503] {
            let (client, _) = canned((0..4).map(|_| bytes(status, &[("content-encoding", value)], GZIP)));
            let errors = [
                client.call(CreateThing::new(ProductType::CloudApp)).await.unwrap_err(),
                client.call(Recognize { kind: None, body: Default::default() }).await.unwrap_err(),
                client.call(RawRequest::rpc("Any").accept_any_body()).await.unwrap_err(),
                client.call(Recognize { kind: None, body: Default::default() }).stream().await.unwrap_err(),
            ];
            for error in errors {
                let text = format!("{error:#}");
                assert!(text.contains(&format!("encoded with `{name}`")), "{status} {text}");
                assert!(text.is_ascii() && !text.contains(char::is_control), "{text:?}");
                assert_eq!(error.status(), Some(status));
                let expected = if status < 300 { "Decode" } else { "Unexpected" };
                assert!(format!("{error:?}").starts_with(expected), "{error:?}");
                assert_eq!(error.is_retryable(), matches!(status, 500 | 503), "{status}");
            }
        }
    }
}

#[tokio::test]
async fn response_with_an_identity_encoding_is_decoded() {
    for value in ["identity", "", " Identity ,", "UTF-8"] {
        let (client, _) = canned([bytes(200, &[("content-encoding", value)], "{\"Count\":1}")]);
        assert_eq!(client.call(CreateThing::new(ProductType::CloudApp)).await.unwrap().count, Some(1));
    }
    // Nothing is not encoded.
    let (client, _) = canned([bytes(204, &[("content-encoding", "gzip")], "")]);
    assert!(client.call(CreateThing::new(ProductType::CloudApp)).await.is_ok());
    // A code that can be read is not lost to a header.
    let (client, _) = canned([bytes(400, &[("content-encoding", "gzip")], "{\"Code\":\"A.B\"}")]);
    assert_eq!(client.call(CreateThing::new(ProductType::CloudApp)).await.unwrap_err().code(), Some("A.B"));
}

#[tokio::test]
async fn stream_with_an_encoding_is_an_error() {
    let peer = Peer::answering(raw("200 OK", "content-encoding: deflate\r\n", "xyz"));
    let error = peer.client().call(Recognize { kind: None, body: Default::default() }).stream().await.unwrap_err();
    assert!(error.kind() == ErrorKind::Decode && format!("{error:#}").contains("`deflate`"), "{error}");
}

struct RequestsEncoding;

impl Interceptor for RequestsEncoding {
    fn before_signing(&self, attempt: &mut BeforeSigning<'_>) -> Result<(), BoxError> {
        attempt.header("Accept-Encoding", "gzip")
    }
}

#[tokio::test]
async fn call_with_accept_encoding_is_refused() {
    let (client, canned) = canned([]);
    let call = client.call(CreateThing::new(ProductType::CloudApp)).header("Accept-Encoding", "gzip");
    let raw = client.call(RawRequest::rpc("Any").header("accept-encoding", "identity"));
    for error in [call.await.unwrap_err(), raw.await.unwrap_err()] {
        assert!(error.kind() == ErrorKind::InvalidInput, "{error:?}");
        assert!(format!("{error:#}").contains("does not decode response bodies"), "{error}");
    }
    assert_eq!(canned.count(), 0);

    let canned = Canned::default();
    let client = Client::new(&SERVICE, config().transport(canned.clone()).interceptor(RequestsEncoding)).unwrap();
    let error = client.call(CreateThing::new(ProductType::CloudApp)).await.unwrap_err();
    assert!(format!("{error:#}").contains("does not decode response bodies"), "{error}");
    assert_eq!(canned.count(), 0);
}
