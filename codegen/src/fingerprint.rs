//! A hash that distinguishes edited texts.

/// Returns the FNV-1a hash of a text. It is not secure against attacks. `\r
/// ` counts as `
/// `, because Git may convert line ends.
pub(crate) fn fingerprint(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for (index, byte) in bytes.iter().enumerate() {
        if (*byte, bytes.get(index + 1)) != (b'\r', Some(&b'\n')) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}
