//! Accepts connections on loopback and passes their requests to the [`Endpoint`].

use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::endpoint::{ConnectionFault, Endpoint};
use crate::http::{Connection, Content, Http, Malformed, OutgoingResponse, ReadError, Reader, send, wait_for_end};

/// The time that a rejected peer may continue to send before the connection is closed.
const LINGER: Duration = Duration::from_millis(500);

/// Accepts connections until `stop` is received or its sender is dropped.
pub(crate) async fn run(listener: TcpListener, endpoint: Arc<Endpoint>, stop: oneshot::Receiver<()>) {
    let accept = async {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(handle_connection(stream, Arc::clone(&endpoint)));
                }
                // The process has no more file descriptors, or the peer has already closed the connection.
                Err(_) => sleep(Duration::from_millis(10)).await,
            }
        }
    };
    let (mut stop, mut accept) = (pin!(stop), pin!(accept));
    poll_fn(|context| match stop.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(()),
        Poll::Pending => accept.as_mut().poll(context),
    })
    .await;
}

async fn handle_connection(mut stream: TcpStream, endpoint: Arc<Endpoint>) {
    let number = endpoint.count_connection();
    // A closed connection does not affect others.
    let _ = handle_requests(&mut stream, &endpoint, number).await;
}

async fn handle_requests(stream: &mut TcpStream, endpoint: &Endpoint, number: u64) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match endpoint.connection_fault() {
        None => {}
        Some(ConnectionFault::Close) => return stream.shutdown().await,
        Some(ConnectionFault::Reset) => return stream.set_zero_linger(),
        Some(ConnectionFault::Silence) => {
            wait_for_end(stream).await;
            return Ok(());
        }
    }
    let mut reader = Reader::default();
    loop {
        match reader.next(stream, &endpoint.limits).await {
            Ok((request, last)) => {
                let outgoing = endpoint.serve(request, number);
                if send(stream, &outgoing, last).await? == Connection::Ended {
                    return Ok(());
                }
            }
            Err(ReadError::Closed) => return Ok(()),
            Err(ReadError::Malformed(malformed)) => {
                endpoint.count_malformed();
                return reject(stream, malformed).await;
            }
        }
    }
}

/// Responds to a malformed request, and continues to read for a while, so that a reset does not discard the response.
async fn reject(stream: &mut TcpStream, Malformed { status, reason }: Malformed) -> io::Result<()> {
    let http = Http {
        status,
        headers: vec![("content-type".to_owned(), "text/plain".to_owned())],
        payload: crate::response::Payload::Bytes(reason.as_bytes().into()),
        head_only: false,
    };
    let outgoing = OutgoingResponse { content: Content::Http(http), delivery: crate::response::Delivery::default() };
    send(stream, &outgoing, true).await?;
    let _ = timeout(LINGER, wait_for_end(stream)).await;
    Ok(())
}
