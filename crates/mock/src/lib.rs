//! Placeholder.
mod answer;
mod catalog;
mod check;
mod command;
mod endpoint;
mod failure;
mod mock;
mod percent;
mod record;
mod reply;
mod request;
mod schema;
mod script;
mod server;
mod specification;
pub mod verify;

pub use command::{CommandError, Options, USAGE, command, serve};
pub use endpoint::ConnectionFault;
pub use failure::Failure;
pub use mock::{DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Mock, MockBuilder, StartError};
pub use record::{Recorded, Verification};
pub use reply::Reply;
pub use request::Request;
pub use script::{Script, Times};
pub use specification::Specification;
pub use verify::AccessKey;
