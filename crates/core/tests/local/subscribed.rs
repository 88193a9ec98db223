//! Spans as one thread's own subscriber sees them, whatever other tests do.

use tracing::Dispatch;
use tracing::subscriber::{DefaultGuard, NoSubscriber, set_default};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Layer, SubscriberExt as _};

/// What watches, until it is dropped.
#[must_use]
pub(crate) struct Subscribed {
    _layer: DefaultGuard,
    /// While there is but one subscriber, whether a span is wanted is decided once for all by the thread that first
    /// comes to it, and another test's thread wants none.
    _other: Dispatch,
}

pub(crate) fn subscribed(layer: impl Layer<Registry> + Send + Sync) -> Subscribed {
    let other = Dispatch::new(NoSubscriber::new());
    Subscribed { _layer: set_default(tracing_subscriber::registry().with(layer)), _other: other }
}
