//! Properties of a request beside its HTTP message.

use super::{Progress, Secrets};

/// The properties of a request that are not part of its HTTP message.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestContext {
    /// The maximum size of the response body, in bytes; [`usize::MAX`] is no limit. A larger body is an error of the
    /// kind [`BodyTooLarge`](super::TransportErrorKind::BodyTooLarge).
    pub max_response_bytes: usize,
    /// Records how much of the request was sent. The transport updates it.
    pub progress: Progress,
    /// The secret values in the request, if the transport [wants](super::Transport::wants_secrets) them.
    pub secrets: Secrets,
    /// The request as its own type, for a mock transport.
    #[cfg(feature = "testing")]
    pub(crate) snapshot: Option<crate::info::Snapshot>,
}

impl RequestContext {
    /// Creates a context for a response of at most 16 MiB.
    pub fn new() -> Self {
        Self {
            max_response_bytes: 16 << 20,
            progress: Progress::default(),
            secrets: Secrets::default(),
            #[cfg(feature = "testing")]
            snapshot: None,
        }
    }
}

impl Default for RequestContext {
    fn default() -> Self {
        Self::new()
    }
}
