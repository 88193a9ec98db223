//! Sends the same small response to every request, and prints its port.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

const ID: &str = "1CBAFFAB-B697-4049-A9B1-67E1FC5F1234";
const RESPONSE: &[u8] = br#"{"Code":"","Message":"","RequestId":"1CBAFFAB-B697-4049-A9B1-67E1FC5F1234"}"#;

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let signed = request.headers().contains_key("authorization");
    let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let response = Response::builder().header("content-type", "application/json").header("x-acs-request-id", ID);
    let status = if signed && body.starts_with(b"AppInstanceGroupId=") { 200 } else { 400 };
    Ok(response.status(status).body(Full::new(Bytes::from_static(RESPONSE))).unwrap())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        tokio::spawn(async move {
            let http = hyper::server::conn::http1::Builder::new();
            _ = http.serve_connection(TokioIo::new(stream), service_fn(answer)).await;
        });
    }
}
