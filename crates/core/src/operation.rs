//! The traits of operations, which generated code implements.

use crate::decode::DecodeTarget;
use crate::encode::Parameters;
use crate::info::Info;
pub use crate::info::{OperationInfo, ResponseKind};

/// A request of an operation.
///
/// Generated code implements this trait, and [`RawRequest`](crate::RawRequest) does. It bounds functions that are
/// generic over operations, such as `fn log<O: Operation>(call: Call<O>)`; they can rely on
/// [`Response`](Self::Response). It is not an extension point: its other items use the hidden module for generated
/// code, which any release may change.
pub trait Operation: Send + Sync + 'static {
    /// The response.
    type Response: DecodeTarget + Send + Sync + 'static;

    /// The constants of the operation.
    #[doc(hidden)]
    const INFO: OperationInfo;

    /// Lists the parameters.
    #[doc(hidden)]
    fn parameters(&self, out: &mut Parameters<'_>);

    /// Returns the facts about the operation: the constants, unless the request overrides them.
    #[doc(hidden)]
    fn info(&self) -> Info<'_> {
        Self::INFO
    }

    /// Returns a copy of the request for the rules of a mock transport.
    #[cfg(feature = "testing")]
    #[doc(hidden)]
    fn snapshot(&self) -> Option<crate::info::Snapshot> {
        None
    }
}
