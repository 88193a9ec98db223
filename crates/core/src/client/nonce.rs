//! Nonces: unique texts.

use crate::error::Error;
use crate::hex::hex;

/// Returns 128 random bits in hexadecimal digits.
pub(super) fn nonce() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::configuration(format!("the operating system has no random numbers: {error}")))?;
    Ok(hex(&bytes))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::nonce;

    #[test]
    fn nonce_in_many_threads_is_unique() {
        let many = || (0..10_000).map(|_| nonce().unwrap()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(many)).collect();
        let all: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert!(all.iter().all(|text| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())));
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 80_000);
    }
}
