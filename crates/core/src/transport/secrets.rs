//! What a request carries that must not be told.

use std::sync::Arc;

use zeroize::Zeroizing;

/// The secret values of a request, for a transport that writes down what passes.
///
/// `Debug` shows none of them.
#[derive(Clone, Default)]
pub struct Secrets {
    values: Arc<[Zeroizing<String>]>,
    /// The response holds secrets.
    pub(crate) in_response: bool,
}

impl Secrets {
    pub(crate) fn new(values: Vec<Zeroizing<String>>, in_response: bool) -> Self {
        Self { values: values.into(), in_response }
    }

    /// Whether the operation is described as one whose response holds secrets.
    pub fn in_response(&self) -> bool {
        self.in_response
    }

    /// Takes the values out of a text, also where they are escaped.
    pub fn scrub(&self, text: &mut String) {
        self.values.iter().for_each(|secret| crate::secret::scrub(text, secret));
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({})", self.values.len())
    }
}
