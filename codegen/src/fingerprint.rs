//! A hash that tells an edited text from an unedited one.

/// Returns the FNV-1a hash of a text. It is no defense against an attacker. `\r\n` counts as `\n`, because Git converts line
/// ends where it is set up to.
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
