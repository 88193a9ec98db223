//! Calls whose response is a stream of server-sent events.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::call::Call;
use super::interpret;
use super::stream::StreamedResponse;
use crate::decode::{DecodeTarget as _, trim};
use crate::encode::secrets;
use crate::error::{Error, ErrorBody, Phase, is_failure};
use crate::events::parser::{Parser, RawEvent};
use crate::events::{Event, ServerEvents};
use crate::transport::{TransportError, TransportErrorKind};

/// The last event of some services, which contains no response.
const DONE: &str = "[DONE]";

impl<O: ServerEvents> Call<O> {
    /// Sends the request and returns the events of the response as they arrive.
    ///
    /// Until the head of the response has arrived, the call has the time limits and retries of any other call. After
    /// that only the time between two chunks is [limited](Self::idle_timeout), and nothing is retried. A single
    /// response instead of events is one event.
    ///
    /// ```no_run
    /// # async fn example<O>(call: alicloud_core::Call<O>) -> Result<(), alicloud_core::Error>
    /// # where O: alicloud_core::events::ServerEvents, O::Response: std::fmt::Debug {
    /// let mut events = call.events().await?;
    /// while let Some(event) = events.next().await {
    ///     println!("{:?}", event?.value);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn events(self) -> Result<Events<O>, Error> {
        let limit = self.max_response_bytes();
        let (response, request) = self.stream_with_request().await?;
        let content_type = response.headers().get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let streamed =
            content_type.is_some_and(|text| text.trim_start().to_ascii_lowercase().starts_with("text/event-stream"));
        let source = if streamed { Source::Labelled(Vec::new(), limit) } else { Source::Response(Vec::new(), limit) };
        Ok(Events { response, request, source, begun: false })
    }
}

/// The events of a response.
///
/// Also a [`Stream`]. An event that cannot be decoded, that reports a failure, or that has the type `error` and an
/// error code is an error, and further events may follow it. After any other error the stream ends. Dropping it closes
/// the connection.
pub struct Events<O> {
    response: StreamedResponse,
    request: O,
    source: Source,
    /// Whether an event has arrived. From then on the service is executing the request, whatever it reports later.
    begun: bool,
}

enum Source {
    /// A response that is labeled as events, before its first byte that is not white space, and the maximum size of an
    /// event.
    Labelled(Vec<u8>, usize),
    Events(Parser),
    /// A response that is not a stream of events, as far as it has arrived, and its maximum size.
    Response(Vec<u8>, usize),
    Ended,
}

impl Source {
    /// Returns the format of a response by its first bytes. No line of events starts like a JSON object or an HTML
    /// page: a gateway that fails before the first event may keep the label, and a parser of events would find neither
    /// events nor a failure.
    fn labelled(start: Vec<u8>, limit: usize) -> Self {
        let is_mark = |text: &[u8]| text.len() < 3 && b"\xef\xbb\xbf".starts_with(text);
        match trim(&start) {
            blank if is_mark(blank) && start.len() <= limit => Self::Labelled(start, limit),
            [b'{' | b'<', ..] if start.len() <= limit => Self::Response(start, limit),
            _ => {
                let mut parser = Parser::new(limit);
                parser.feed(&start);
                Self::Events(parser)
            }
        }
    }
}

impl<O: ServerEvents> Events<O> {
    /// Returns the next event; `None` after the last one.
    ///
    /// Cancel safe: if the future is dropped, no event is lost.
    pub async fn next(&mut self) -> Option<Result<Event<O::Response>, Error>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// Returns the request ID from the header.
    pub fn request_id(&self) -> Option<&str> {
        self.response.request_id()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Event<O::Response>, Error>>> {
        loop {
            let next = match &mut self.source {
                Source::Ended => return Poll::Ready(None),
                Source::Labelled(..) | Source::Response(..) => Ok(None),
                Source::Events(parser) => parser.next(),
            };
            match next {
                Ok(Some(event)) => return Poll::Ready(self.event(event)),
                Ok(None) => {}
                Err(_) => return Poll::Ready(Some(Err(self.too_large()))),
            }
            match ready!(Pin::new(&mut self.response).poll_next(context)) {
                Some(Ok(chunk)) => match &mut self.source {
                    Source::Labelled(start, limit) => {
                        start.extend_from_slice(&chunk);
                        let (start, limit) = (std::mem::take(start), *limit);
                        self.source = Source::labelled(start, limit);
                    }
                    Source::Events(parser) => parser.feed(&chunk),
                    Source::Response(body, limit) if chunk.len() > *limit - body.len() => {
                        return Poll::Ready(Some(Err(self.too_large())));
                    }
                    Source::Response(body, _) => body.extend_from_slice(&chunk),
                    Source::Ended => {}
                },
                Some(Err(error)) => {
                    self.source = Source::Ended;
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    return Poll::Ready(match std::mem::replace(&mut self.source, Source::Ended) {
                        Source::Events(mut parser) => match parser.finish() {
                            Ok(event) => event.and_then(|event| self.event(event)),
                            Err(_) => Some(Err(self.too_large())),
                        },
                        Source::Response(body, _) => Some(self.read(body.into(), RawEvent::default())),
                        Source::Labelled(..) | Source::Ended => None,
                    });
                }
            }
        }
    }

    fn event(&mut self, mut event: RawEvent) -> Option<Result<Event<O::Response>, Error>> {
        if event.data.trim() == DONE {
            self.source = Source::Ended;
            return None;
        }
        let data = std::mem::take(&mut event.data).into();
        Some(self.read(data, event))
    }

    /// Decodes the data of an event as a response.
    fn read(&mut self, data: Bytes, event: RawEvent) -> Result<Event<O::Response>, Error> {
        let info = &self.request.info();
        let begun = std::mem::replace(&mut self.begun, true);
        let mut value = O::Response::empty();
        let failed = event.kind.as_deref() == Some("error")
            && ErrorBody::read(&data).and_then(|error_body| error_body.code).is_some_and(|code| is_failure(&code));
        let response = self.response.with_body(data);
        let result =
            if failed { Err(interpret::refused(info, response)) } else { interpret::read(info, response, &mut value) };
        match result {
            Ok(_) => Ok(Event {
                value,
                kind: event.kind.unwrap_or_else(|| "message".to_owned()),
                id: event.id,
                retry: event.retry,
            }),
            Err(error) => {
                let secrets = secrets(info, &|out| self.request.parameters(out));
                let error = self.response.failed(error, &secrets);
                let error = if begun { error.executed() } else { error };
                Err(if error.carries_response() { error.with_response(value) } else { error })
            }
        }
    }

    fn too_large(&mut self) -> Error {
        self.source = Source::Ended;
        let error = TransportError::new(TransportErrorKind::BodyTooLarge, "an event is larger than allowed");
        let error = error.with_response(self.response.status_code(), self.response.headers().clone());
        self.response.failed(Error::transport(error, Phase::Responded), &[])
    }
}

impl<O: ServerEvents + Unpin> Stream for Events<O> {
    type Item = Result<Event<O::Response>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context)
    }
}

impl<O> std::fmt::Debug for Events<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Events").field(&self.response).finish()
    }
}
