//! Nonces: unique texts.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::Error;
use crate::hex::hex;

thread_local! {
    /// The next number of this thread, after the first one was drawn.
    static NEXT: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Returns 128 bits in hexadecimal digits: a counter with a random start in each thread, so that threads do not
/// collide, and the time, so that a copy of the process, such as a fork or a snapshot, does not repeat a nonce.
///
/// A nonce is signed and need not be unpredictable, so that one random number for each thread suffices. Each is a
/// system call.
pub(super) fn nonce(now: SystemTime) -> Result<String, Error> {
    let count = match NEXT.get() {
        Some(next) => next,
        None => getrandom::u64().map_err(|_| Error::configuration("the operating system gives no random numbers"))?,
    };
    NEXT.set(Some(count.wrapping_add(1)));
    // The low bits are those that change; 64 bits of nanoseconds last for 584 years.
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
        // The copy has the same counter, but a later time.
        nonce(UNIX_EPOCH).unwrap();
        let next = NEXT.get();
        let ours = nonce(UNIX_EPOCH + Duration::from_nanos(1)).unwrap();
        NEXT.set(next);
        assert_ne!(ours, nonce(UNIX_EPOCH + Duration::from_nanos(2)).unwrap());
    }
}
