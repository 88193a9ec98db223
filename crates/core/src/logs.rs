//! Logs of Simple Log Service as protobuf, and the compression of bodies.

mod compression;
mod protobuf;

pub(crate) use compression::{compress, decompress};
pub(crate) use protobuf::{Log, LogGroup, Pair, decode};
