//! Server-sent events.
//!
//! The response of some operations is a stream of
//! [events](https://html.spec.whatwg.org/multipage/server-sent-events.html), each of which contains a part of the
//! response in its usual form. [`Call::events`](crate::Call::events) reads them.

pub(crate) mod parser;

use std::time::Duration;

use crate::operation::Operation;

/// An operation that can respond with events. Generated code implements this trait.
pub trait ServerEvents: Operation {}

/// A server-sent event.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Event<T> {
    /// The part of the response in this event.
    pub value: T,
    /// The type of the event. Default: `message`.
    pub kind: String,
    /// The ID of the event, or of the last event before it with an ID.
    pub id: Option<String>,
    /// The delay before a new connection, if the service has set one.
    pub retry: Option<Duration>,
}
