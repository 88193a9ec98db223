//! Transports for the tests of applications that call the service. None of them needs a network.
//!
//! - [`MockTransport`] responds by rules with typed requests and responses, and records the requests.
//! - [`Recorder`] forwards requests to a real transport and writes requests and responses to a file, without secrets;
//!   [`Replay`] responds from such a file.
//!
//! The crate `alicloud-mock` is a server on a local socket. It reads an API definition, verifies signatures and
//! parameters, and injects faults.

mod mock;
mod record;
mod replay;
mod response;
mod scrub;
mod sent_request;

pub use mock::{MockRule, MockTransport, WireRule};
pub use record::Recorder;
pub use replay::Replay;
pub use response::MockResponse;
pub use sent_request::SentRequest;
