//! HTTP/1.1: reads requests from a connection and writes responses.
//!
//! Implemented on sockets, because no HTTP library can send what a fault requires: half a head, a wrong length, a
//! reset.

mod head;
mod reader;
mod writer;

pub(crate) use head::Malformed;
pub(crate) use reader::{Limits, ReadError, Reader};
pub(crate) use writer::{Connection, Content, Http, OutgoingResponse, send, wait_for_end};
