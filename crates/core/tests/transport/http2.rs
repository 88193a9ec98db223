//! HTTP/2, spoken with a server that knows nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use alicloud_core::transport::{HttpTransport, Proxy, Tls, TransportErrorKind};
use bytes::Bytes;
use http::Method;
use hyper::body::Incoming;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::local::secure::{GOOD, ROOT, showing};
use crate::{Deliver as _, Message};

/// Serves requests with `answer` and counts connections.
async fn server<B, F>(answer: fn(Request<Incoming>) -> F) -> (String, Arc<AtomicUsize>)
where
    B: http_body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
    F: Future<Output = Result<Response<B>, std::io::Error>> + Send + 'static,
{
    let mut config = showing(GOOD);
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let connections = count.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let stream = acceptor.accept(stream).await.unwrap();
                let service = hyper::service::service_fn(answer);
                let http = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                _ = http.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    (url, connections)
}

fn transport() -> HttpTransport {
    let tls = Tls::new().system_roots(false).add_root_certificates(ROOT);
    HttpTransport::builder().proxy(Proxy::none()).tls(tls).build().unwrap()
}

/// Responds with what it received.
async fn echo(request: Request<Incoming>) -> Result<Response<Whole>, std::io::Error> {
    let (head, mut body) = request.into_parts();
    let mut sent = Vec::new();
    while let Some(frame) = std::future::poll_fn(|cx| http_body::Body::poll_frame(std::pin::pin!(&mut body), cx)).await
    {
        sent.extend_from_slice(&frame.map_err(std::io::Error::other)?.into_data().unwrap_or_default());
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    let host = head.uri.authority().unwrap();
    let text = format!("{:?} {} {host} {}", head.version, head.method, String::from_utf8(sent).unwrap());
    Ok(Response::new(Whole(Some(text.into()))))
}

struct Whole(Option<Bytes>);

impl http_body::Body for Whole {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Ready(self.0.take().map(|bytes| Ok(http_body::Frame::data(bytes))))
    }
}

#[tokio::test]
async fn http2_with_many_requests_shares_a_connection() {
    let (url, connections) = server(echo).await;
    let transport = transport();
    let host = url.split('/').nth(2).unwrap();
    // Once there is a connection, nobody needs another.
    transport.deliver(Message::new(Method::GET, url.clone())).await.unwrap();
    let all: Vec<_> = (0..20)
        .map(|number| {
            let (transport, mut request) = (transport.clone(), Message::new(Method::POST, url.clone()));
            request.body = format!("body {number}").into();
            tokio::spawn(async move { transport.deliver(request).await.unwrap() })
        })
        .collect();
    for (number, response) in all.into_iter().enumerate() {
        assert_eq!(*response.await.unwrap().body(), format!("HTTP/2.0 POST {host} body {number}"));
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn http2_with_a_source_sends_chunks() {
    let (url, _) = server(echo).await;
    let mut request = Message::new(Method::PUT, url.clone());
    request.body = alicloud_core::transport::Body::source(None, || {
        struct Three(u8);
        impl futures_core::Stream for Three {
            type Item = Result<Bytes, std::convert::Infallible>;

            fn poll_next(
                mut self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Self::Item>> {
                self.0 += 1;
                std::task::Poll::Ready((self.0 <= 3).then_some(Ok(Bytes::from_static(b"chunk "))))
            }
        }
        Three(0)
    });
    let response = transport().deliver(request).await.unwrap();
    assert!(response.body().ends_with(b" chunk chunk chunk "), "{:?}", response.body());
}

#[tokio::test]
async fn http2_with_a_reset_stream_is_an_error() {
    async fn reset(_: Request<Incoming>) -> Result<Response<Whole>, std::io::Error> {
        Err(std::io::Error::other("no"))
    }
    let (url, _) = server(reset).await;
    let request = Message::new(Method::POST, url);
    let progress = request.progress.clone();
    let error = transport().deliver(request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{error:?}");
    assert_eq!(format!("{progress:?}"), "Progress(sent)");
}
