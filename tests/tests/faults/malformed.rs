//! Real responses, spoiled ten thousand times: whatever comes, a call ends in a value or in an error, and never in a
//! panic.

use alicloud_core::ErrorKind;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use alicloud_appstream_center_20210901::operation::{GetAppInstanceGroup, ListRegions};
use alicloud_appstream_center_20210901::types::ProductType;

use super::figure::tell;
use super::local::Peer;
use super::*;

/// The same numbers every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// What takes the place of something.
const PIECES: [&[u8]; 24] = [
    b"",
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"\"\"",
    b"-",
    b"0",
    b"1e999",
    b"9223372036854775808",
    b"-1.5",
    b"\"x\"",
    b"\\u0000",
    b"\\ud800",
    b"\\",
    b"\"",
    b"{",
    b"}",
    b"[",
    b",",
    b":",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"<html>",
];

/// A response with random damage.
fn damaged_response(body: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut body = body.to_vec();
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(body.len() + 1);
        let end = (at + numbers.below(12)).min(body.len());
        match numbers.below(6) {
            0 => body.truncate(at),
            1 => drop(body.drain(at..end)),
            2 => drop(body.splice(at..end, PIECES[numbers.below(PIECES.len())].iter().copied())),
            3 => {
                let copy = body[at..end].to_vec();
                drop(body.splice(at..at, copy));
            }
            4 if at < body.len() => body[at] ^= 1 << numbers.below(8),
            _ => {
                // A whole value between two commas or colons.
                let next = body[at..].iter().position(|byte| matches!(byte, b',' | b'}' | b']'));
                let start =
                    body[..at].iter().rposition(|byte| matches!(byte, b':' | b'[')).map_or(0, |start| start + 1);
                let end = next.map_or(body.len(), |next| at + next);
                drop(body.splice(start..end, PIECES[numbers.below(PIECES.len())].iter().copied()));
            }
        }
    }
    body
}

fn get_group() -> GetAppInstanceGroup {
    GetAppInstanceGroup::new("aig-1", ProductType::CloudApp)
}

/// What the mock makes of the spec, which is what the service is documented to answer.
async fn real_responses() -> Vec<Vec<u8>> {
    let (mock, config) = mock().await;
    let client = client(config);
    let group = client.get_app_instance_group(get_group()).response().await.expect("a response");
    let regions = client.list_regions(ListRegions::new()).response().await.expect("a response");
    let done = client.log_off_all_sessions_in_app_instance_group(log_off()).response().await.expect("a response");
    drop(mock);
    [group.body(), regions.body(), done.body()].map(|body| body.to_vec()).into()
}

#[tokio::test]
async fn responses_with_random_damage_never_panic() {
    const TRIED: usize = 10_500;
    let bodies = Arc::new(real_responses().await);
    assert!(bodies.iter().all(|body| body.len() > 20), "{bodies:?}");
    let turn = Arc::new(AtomicUsize::new(0));
    let peer = Peer::start({
        let turn = turn.clone();
        move |mut connection| {
            let mut buffer = std::io::BufReader::new(connection.stream.try_clone().expect("the same stream"));
            let mut line = String::new();
            let mut length = 0;
            while std::io::BufRead::read_line(&mut buffer, &mut line).is_ok_and(|read| read > 0) {
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().expect("a length");
                }
                if line == "\r\n" {
                    _ = std::io::copy(&mut std::io::Read::take(&mut buffer, length), &mut std::io::sink());
                    let number = turn.fetch_add(1, Ordering::SeqCst);
                    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15 ^ (number as u64 + 1));
                    let body = damaged_response(&bodies[number % bodies.len()], &mut numbers);
                    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                    _ = connection.stream.write_all(&[head.as_bytes(), &body].concat());
                    length = 0;
                }
                line.clear();
            }
        }
    });
    let client = client(config().endpoint(peer.endpoint()).max_attempts(1));
    let (mut read, mut refused) = (0, 0);
    for number in 0..TRIED {
        let client = client.clone();
        // A task that panics says so, and the others go on.
        let call = tokio::spawn(async move {
            match number % 3 {
                0 => client.get_app_instance_group(get_group()).await.map(|value| format!("{value:?}")),
                1 => client.list_regions(ListRegions::new()).await.map(|value| format!("{value:?}")),
                _ => client.log_off_all_sessions_in_app_instance_group(log_off()).await.map(|it| format!("{it:?}")),
            }
        });
        match call.await.expect("no panic") {
            Ok(_) => read += 1,
            Err(error) => {
                assert!(
                    matches!(error.kind(), ErrorKind::Decode | ErrorKind::Service | ErrorKind::UnexpectedResponse),
                    "{error:?}"
                );
                let text = format!("{error:#}");
                assert!(!text.contains(['\n', '\r', '\0']) && text.len() < 2_000, "{text}");
                refused += 1;
            }
        }
    }
    assert_eq!(turn.load(Ordering::SeqCst), TRIED);
    assert!(read > TRIED / 20 && refused > TRIED / 4, "{read} read, {refused} refused");
    tell("malformed.tried", TRIED);
    tell("malformed.panics", 0);
    tell("malformed.read", read);
}
