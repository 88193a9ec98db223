//! Texts that are never the same twice.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::Error;
use crate::hex::hex;

thread_local! {
    /// What comes next, once the operating system was asked where to begin.
    static NEXT: Cell<Option<u64>> = const { Cell::new(None) };
}

/// 128 bits in hex: a count that begins with a random number in each thread, so that two threads do not meet, and the
/// time, so that a copy of the process, as a fork or a snapshot makes, does not repeat what the process has used.
///
/// A nonce need not be hard to guess: it is signed. So no more random numbers are drawn, each of which is a call into
/// the system.
pub(super) fn nonce(now: SystemTime) -> Result<String, Error> {
    let count = match NEXT.get() {
        Some(next) => next,
        None => getrandom::u64().map_err(|_| Error::configuration("the operating system gives no random numbers"))?,
    };
    NEXT.set(Some(count.wrapping_add(1)));
    // The low bits are those that change; 64 of them last for 584 years.
    let time = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as u64;
    let mut text = String::with_capacity(32);
    hex(&count.to_be_bytes(), &mut text);
    hex(&time.to_be_bytes(), &mut text);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::time::Duration;

    use super::*;

    #[test]
    fn no_nonce_is_made_twice_though_the_clock_stands_still() {
        let some = || (0..10_000).map(|_| nonce(UNIX_EPOCH).unwrap()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(some)).collect();
        let all: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert!(all.iter().all(|text| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())));
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 80_000);
    }

    #[test]
    fn a_copy_of_the_process_makes_others() {
        // The copy knows what comes next, but it is later.
        nonce(UNIX_EPOCH).unwrap();
        let next = NEXT.get();
        let ours = nonce(UNIX_EPOCH + Duration::from_nanos(1)).unwrap();
        NEXT.set(next);
        assert_ne!(ours, nonce(UNIX_EPOCH + Duration::from_nanos(2)).unwrap());
    }
}
