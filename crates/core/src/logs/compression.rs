//! Compression as in the header `x-log-compresstype`.

use std::io::{Read, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

/// Compresses a body; `None` if the format is unknown.
pub(crate) fn compress(format: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    match format {
        // One block, without the size in front.
        "lz4" => Some(lz4_flex::block::compress(bytes)),
        "zstd" => Some(compress_to_vec(bytes, CompressionLevel::Fastest)),
        // The service has the format of zlib under both names.
        "deflate" | "gzip" => {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(bytes).ok()?;
            encoder.finish().ok()
        }
        _ => None,
    }
}

/// Decompresses a body of exactly `size` bytes.
///
/// # Errors
///
/// Returns the reason if the format is unknown, the body is damaged or the size is another one. No more than `size`
/// bytes are decompressed.
pub(crate) fn decompress(format: &str, bytes: &[u8], size: usize) -> Result<Vec<u8>, &'static str> {
    const DAMAGED: &str = "the compressed body is damaged";
    if size == 0 {
        return Ok(Vec::new());
    }
    let body = match format {
        "lz4" => lz4_flex::block::decompress(bytes, size).map_err(|_| DAMAGED)?,
        "zstd" => at_most(StreamingDecoder::new(bytes).map_err(|_| DAMAGED)?, size).ok_or(DAMAGED)?,
        "deflate" | "gzip" => at_most(ZlibDecoder::new(bytes), size).ok_or(DAMAGED)?,
        _ => return Err("the body has an unknown compression"),
    };
    match body.len() == size {
        true => Ok(body),
        false => Err("the size of the decompressed body is not the declared one"),
    }
}

/// Reads to the end, or one byte more than `size`.
fn at_most(reader: impl Read, size: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    reader.take(size as u64 + 1).read_to_end(&mut out).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{compress, decompress};

    const FORMATS: [&str; 4] = ["lz4", "zstd", "deflate", "gzip"];

    #[test]
    fn decompress_of_compressed_bodies_returns_the_body() {
        for format in FORMATS {
            for length in [1, 100, 100_000] {
                let body: Vec<u8> = (0..length).map(|index| (index % 7 * index % 251) as u8).collect();
                let compressed = compress(format, &body).unwrap();
                assert_eq!(decompress(format, &compressed, length), Ok(body), "{format}");
            }
        }
    }

    #[test]
    fn decompress_of_wrong_sizes_returns_an_error() {
        for format in FORMATS {
            let compressed = compress(format, &[7; 100_000]).unwrap();
            for size in [1, 99_999, 100_001] {
                assert!(decompress(format, &compressed, size).is_err(), "{format} {size}");
            }
        }
    }

    #[test]
    fn decompress_of_damaged_bodies_returns_an_error() {
        for format in FORMATS {
            let compressed = compress(format, b"a body with some text, some text, some text").unwrap();
            assert!(decompress(format, &compressed[..compressed.len() / 2], 43).is_err(), "{format}");
            assert!(decompress(format, b"", 43).is_err(), "{format}");
        }
        assert_eq!(decompress("br", b"", 43), Err("the body has an unknown compression"));
    }
}
