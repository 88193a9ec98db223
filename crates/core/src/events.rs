//! Server-sent events.
//!
//! Some operations answer not once but as their answer comes into being: their response is a stream of
//! [events](https://html.spec.whatwg.org/multipage/server-sent-events.html), each with a response of the usual form.
//! [`Call::events`](crate::Call::events) reads them.

pub(crate) mod parser;

use std::time::Duration;

use crate::operation::Operation;

/// An operation that can answer with events. Implemented by generated code.
pub trait ServerEvents: Operation {}

/// One event.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Event<T> {
    /// What it says: the response as far as it is told in this event.
    pub value: T,
    /// What kind of event it is; `message` where the service does not say.
    pub kind: String,
    /// The id of the event, or of the last one before it that had one.
    pub id: Option<String>,
    /// How long to wait before connecting again, where the service has said so.
    pub retry: Option<Duration>,
}
