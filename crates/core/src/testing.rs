//! For the tests of programs that call the service: transports that need no network.
//!
//! - [`MockTransport`] answers as it is told, and remembers what it was asked.
//! - [`Recorder`] passes requests on to a real transport and writes down what passes, without secrets; [`Replay`]
//!   answers from what was written.
//!
//! The crate `alicloud-mock` has more: a server on a real socket that knows a product's description, checks signatures
//! and parameters, and misbehaves on request.

mod exchange;
mod mock;
mod record;
mod replay;
mod scrub;

pub use exchange::SentRequest;
pub use mock::{MockResponse, MockRule, MockTransport};
pub use record::Recorder;
pub use replay::Replay;
