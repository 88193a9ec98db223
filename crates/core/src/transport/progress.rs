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

/// How far a request got, so that an attempt that is cut off can tell whether it may have been executed.
///
/// A transport that never says so is taken to have sent the request at once.
#[derive(Clone, Default)]
pub struct Progress(Arc<AtomicU8>);

const UNKNOWN: u8 = 0;
const WAITING: u8 = 1;
const SENT: u8 = 2;

impl Progress {
    /// No byte of the request has been sent yet; the transport will call [`sent`](Self::sent).
    pub fn waiting(&self) {
        self.0.store(WAITING, Ordering::Release);
    }

    /// From here on bytes of the request may be on the wire.
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
