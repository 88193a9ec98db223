//! How far a request got.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// How far a request got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// No byte of the request was sent.
    #[default]
    NotSent,
    /// Some or all of the request was sent, and may have arrived.
    Sent,
    /// A response arrived, or its beginning.
    Responded,
}

/// Records how far a request got, so that a cancelled attempt knows whether it may have been executed.
///
/// If the transport never calls these methods, the request counts as sent.
#[derive(Clone, Default)]
pub struct Progress(Arc<AtomicU8>);

const UNKNOWN: u8 = 0;
const WAITING: u8 = 1;
const SENT: u8 = 2;

impl Progress {
    /// Records that no byte of the request has been sent. The transport then calls [`sent`](Self::sent).
    pub fn waiting(&self) {
        self.0.store(WAITING, Ordering::Release);
    }

    /// Records that bytes of the request may have been sent.
    pub fn sent(&self) {
        self.0.store(SENT, Ordering::Release);
    }

    pub(crate) fn phase(&self) -> Phase {
        if self.0.load(Ordering::Acquire) == WAITING { Phase::NotSent } else { Phase::Sent }
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = match self.0.load(Ordering::Acquire) {
            UNKNOWN => "unknown",
            WAITING => "waiting",
            _ => "sent",
        };
        write!(f, "Progress({state})")
    }
}
