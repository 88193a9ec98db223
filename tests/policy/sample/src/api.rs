//! What the application re-exports of the generated crates.

pub use streaming::operation::ListNodes as Nodes;
pub use streaming::{operation as op, types};

pub(crate) mod clients {
    //! The clients of the three products.

    pub use streaming::Error;

    /// The clients.
    pub struct Clients {
        /// App Streaming.
        pub streaming: streaming::Client,
        /// Logs.
        pub log: log::Client,
        /// Disks.
        pub disk: disk::Client,
    }
}

/// A name that is that of a client's method, on a type that is no client.
pub struct Inventory;

impl Inventory {
    /// Is no call.
    pub fn resize_disk(&self) -> usize {
        0
    }
}
