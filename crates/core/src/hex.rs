//! Hexadecimal text.

/// Appends bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8], out: &mut String) {
    let mut buffer = [0; 64];
    for part in bytes.chunks(32) {
        out.push_str(base16ct::lower::encode_str(part, &mut buffer).unwrap_or_default());
    }
}
