//! The secrets of a request.

use std::sync::Arc;

use zeroize::Zeroizing;

/// The secret values of a request, for transports that log or record requests.
///
/// `Debug` shows none of them.
#[derive(Clone, Default)]
pub struct Secrets {
    values: Arc<[Zeroizing<String>]>,
    /// Whether the response contains secrets.
    pub(crate) in_response: bool,
}

impl Secrets {
    pub(crate) fn new(values: Vec<Zeroizing<String>>, in_response: bool) -> Self {
        Self { values: values.into(), in_response }
    }

    /// Returns whether the response of the operation is declared to contain secrets.
    pub fn in_response(&self) -> bool {
        self.in_response
    }

    /// Redacts the values in a text, also in escaped form.
    pub fn scrub(&self, text: &mut String) {
        self.values.iter().for_each(|secret| crate::secret::scrub(text, secret));
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({})", self.values.len())
    }
}
