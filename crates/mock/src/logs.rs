//! Logs of Simple Log Service as protobuf and compressed, and a store that takes them and gives them back.

mod message;
mod store;

use std::io::Read;

use flate2::read::ZlibDecoder;
use prost::Message as _;
use ruzstd::decoding::StreamingDecoder;
use serde_json::Value;

use crate::failure::Failure;
use crate::request::Request;

pub(crate) use store::LogStore;

/// The media type of protobuf.
pub(crate) const PROTOBUF: &str = "application/x-protobuf";

/// The maximum size of a group of logs after its decompression.
const MAX_GROUP: usize = 10 << 20;

/// Reads the group of logs in the body of a request.
///
/// # Errors
/// Returns the service's response if the compression, the size or the message is wrong.
pub(crate) fn read_group(request: &Request) -> Result<Value, Failure> {
    let size = request.header("x-log-bodyrawsize").and_then(|text| text.parse::<usize>().ok());
    let size = size.ok_or_else(|| Failure::new(400, "InvalidBodyRawSize", "x-log-bodyrawsize is not a number"))?;
    if size > MAX_GROUP {
        return Err(Failure::new(400, "PostBodyTooLarge", "a group of logs has at most 10 MiB"));
    }
    let body = match request.header("x-log-compresstype") {
        None => request.body.clone(),
        Some(format) => decompress(format, &request.body, size)?,
    };
    if body.len() != size {
        let message = format!("x-log-bodyrawsize is {size}, and the body has {} bytes", body.len());
        return Err(Failure::new(400, "PostBodyUncompressError", message));
    }
    let group = message::LogGroup::decode(&*body);
    group
        .map(message::LogGroup::into_json)
        .map_err(|_| Failure::new(400, "PostBodyInvalid", "the body is not a LogGroup"))
}

fn decompress(format: &str, body: &[u8], size: usize) -> Result<Vec<u8>, Failure> {
    let failure = || Failure::new(400, "PostBodyUncompressError", "the body cannot be decompressed");
    // One byte more shows that the declared size is wrong.
    let read = |reader: &mut dyn Read| {
        let mut out = Vec::new();
        reader.take(size as u64 + 1).read_to_end(&mut out).map(|_| out).map_err(|_| failure())
    };
    match format {
        "lz4" => lz4_flex::block::decompress(body, size).map_err(|_| failure()),
        "zstd" => read(&mut StreamingDecoder::new(body).map_err(|_| failure())?),
        "deflate" | "gzip" => read(&mut ZlibDecoder::new(body)),
        _ => Err(Failure::new(400, "InvalidCompressType", "x-log-compresstype is none of lz4, zstd, deflate")),
    }
}
