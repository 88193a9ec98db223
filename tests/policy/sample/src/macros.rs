//! Macros that call operations.

/// Calls the request of an operation.
macro_rules! send {
    ($client:expr, $operation:ident $(, $argument:expr)*) => {
        $crate::api::op::$operation::new($($argument),*).call($client)
    };
}
