//! Services whose pages would never end, and those that only look like it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use alicloud_core::__private::Paged;
use alicloud_core::transport::{Body, BoxFuture, RequestContext, Transport, TransportError};
use alicloud_core::{Client, Error, ErrorKind};
use bytes::Bytes;
use http::Request;

use crate::local::{self, json};
use crate::{Either, FromZero, Numbered, Offsets, Response, Tokens, page, thing, walk};

/// Answers the call of each number in its own way, without an end.
struct Endless {
    calls: Arc<AtomicUsize>,
    answer: Box<dyn Fn(usize) -> String + Send + Sync>,
}

impl Transport for Endless {
    fn send(
        &self,
        _: Request<Body>,
        _: RequestContext,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let response = json(200, &(self.answer)(self.calls.fetch_add(1, Ordering::Relaxed)));
        Box::pin(std::future::ready(Ok(response)))
    }
}

/// The number of items and calls, and the final error.
async fn end<O: Paged<Item = i64, Response = Response>>(
    request: O,
    answer: impl Fn(usize) -> String + Send + Sync + 'static,
) -> (usize, usize, Error) {
    let calls = Arc::<AtomicUsize>::default();
    let transport = Endless { calls: calls.clone(), answer: Box::new(answer) };
    let client = Client::new(&thing::SERVICE, local::config().transport(transport)).unwrap();
    let mut items = client.call(request).items();
    let mut count = 0;
    loop {
        match items.next().await.expect("an end without an error") {
            Ok(_) => count += 1,
            Err(error) => {
                assert!(error.kind() == ErrorKind::Decode && error.operation().is_some(), "{error:?}");
                assert!(items.next().await.is_none(), "an error is the last");
                return (count, calls.load(Ordering::Relaxed), error);
            }
        }
    }
}

fn request_id(call: usize) -> String {
    format!(r#","RequestId":"{call:08}""#)
}

#[tokio::test]
async fn pages_that_repeat_without_a_total_end_with_an_error() {
    let same = |call| page(0..1, &request_id(call));
    for (items, calls, error) in [
        end(Numbered::default(), same).await,
        end(Numbered { size: Some(1), ..Default::default() }, same).await,
        end(Offsets::default(), same).await,
        end(Either::default(), same).await,
    ] {
        assert_eq!((items, calls), (2, 2), "{error}");
        assert!(format!("{error:#}").contains("the last 1 in a row have the same items"), "{error}");
    }
    // A list of which nothing is known but its body.
    let (items, calls, _) = end(FromZero::default(), |_| page(0..1, "")).await;
    assert_eq!((items, calls), (2, 2));
}

#[tokio::test]
async fn pages_that_repeat_below_the_total_end_with_an_error() {
    let same = |call| page(0..1, &format!(r#","Total":1000000{}"#, request_id(call)));
    for (items, calls, error) in
        [end(Numbered::default(), same).await, end(Offsets::default(), same).await, end(Either::default(), same).await]
    {
        assert_eq!((items, calls), (101, 101), "{error}");
    }
    // A total that grows with the pages.
    let grows = |call| page(0..1, &format!(r#","Total":{}"#, call + 2));
    assert_eq!(end(Numbered::default(), grows).await.1, 101);
}

/// Pages that go round, however many there are in a round, whatever came before it, and whatever says that there are
/// more.
#[tokio::test]
async fn pages_in_a_cycle_end_with_an_error() {
    for (before, round) in [(0, 2), (0, 3), (5, 2), (7, 50)] {
        let number = move |call: usize| if call < before { call } else { before + (call - before) % round };
        let at = move |call: usize, rest: &str| {
            let first = i64::try_from(number(call)).unwrap() * 2;
            page(first..first + 2, &(rest.to_owned() + &request_id(call)))
        };
        let alone = move |call| at(call, "");
        for (items, calls, error) in [
            end(Numbered::default(), alone).await,
            end(Numbered { size: Some(2), ..Default::default() }, alone).await,
            end(FromZero::default(), move |call| at(call, "").replace(&request_id(call), "")).await,
            end(Offsets::default(), alone).await,
            end(Either::default(), alone).await,
        ] {
            assert_eq!((items, calls), (2 * (before + round + 1), before + round + 1), "{error}");
            assert!(format!("{error:#}").contains("the same items as earlier ones"), "{error}");
        }
        let total = move |call| at(call, r#","Total":1000000"#);
        let token = move |call| at(call, &format!(r#","Next":"t{call}""#));
        for (_, calls, error) in [
            end(Numbered::default(), total).await,
            end(Offsets::default(), total).await,
            end(Tokens::default(), token).await,
            end(Either::default(), token).await,
        ] {
            assert_eq!(calls, before + round + 100, "{error}");
        }
        // The tokens go round, and the items are new.
        let tokens = move |call| {
            let first = i64::try_from(call).unwrap();
            page(first..first + 1, &format!(r#","Next":"t{}""#, number(call)))
        };
        let (_, calls, error) = end(Tokens::default(), tokens).await;
        assert_eq!(calls, before + round + 1, "{error}");
        assert!(format!("{error:#}").contains("was returned before"), "{error}");
    }
    // Every other page is empty.
    let gaps = |call| page(0..i64::from(call % 2 == 0), &format!(r#","Next":"t{call}""#));
    assert_eq!(end(Tokens::default(), gaps).await.0, 101);
}

#[tokio::test]
async fn pages_beyond_the_total_end_with_an_error() {
    let new = |call| {
        let start = i64::try_from(call).unwrap() * 2;
        page(start..start + 2, r#","Total":1"#)
    };
    for (items, calls, error) in
        [end(Numbered::default(), new).await, end(Offsets::default(), new).await, end(Either::default(), new).await]
    {
        assert_eq!((items, calls), (4, 2), "{error}");
        assert!(format!("{error:#}").contains("4 items of a list that has 1 in total"), "{error}");
    }
}

#[tokio::test]
async fn pages_with_endless_tokens_end_with_an_error() {
    let token = |call| format!(r#","Next":"t{call}"{}"#, request_id(call));
    let same = move |call| page(0..1, &token(call));
    let empty = move |call| page(0..0, &token(call));
    for (items, calls, error) in [end(Tokens::default(), same).await, end(Either::default(), same).await] {
        assert_eq!((items, calls), (101, 101), "{error}");
        assert!(format!("{error:#}").contains("the last 100 in a row have the same items"), "{error}");
    }
    let (items, calls, error) = end(Tokens::default(), empty).await;
    assert_eq!((items, calls), (0, 10_000), "{error}");
    assert!(format!("{error:#}").contains("the last 10000 have no items"), "{error}");
    // The same token again.
    let (_, calls, error) = end(Tokens::default(), |_| page(0..1, r#","Next":"t""#)).await;
    assert_eq!(calls, 2, "{error}");
}

fn strings(pages: &[String]) -> Vec<&str> {
    pages.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn pages_with_equal_items_and_a_total_or_token_continue() {
    // Ten pages with nothing but equal items.
    let pages: Vec<String> = (0..10).map(|_| page(7..9, r#","Total":20"#)).collect();
    let request = Numbered { size: Some(2), ..Default::default() };
    assert_eq!(walk(request, &strings(&pages)).await.0.len(), 20);
    let pages: Vec<String> =
        (0..10).map(|at| page(7..9, &if at < 9 { format!(r#","Next":"{at}""#) } else { String::new() })).collect();
    assert_eq!(walk(Tokens::default(), &strings(&pages)).await.0.len(), 20);
}

#[tokio::test]
async fn pages_with_a_short_page_below_the_total_continue() {
    let total = r#","Total":9"#;
    let pages = [page(0..3, total), page(3..4, total), page(6..8, total), page(8..9, total), page(0..0, total)];
    for size in [None, Some(3)] {
        let request = Numbered { size, ..Default::default() };
        let (items, queries) = walk(request, &strings(&pages)).await;
        assert_eq!((items, queries.len()), (vec![0, 1, 2, 3, 6, 7, 8], 5), "up to the empty page");
    }
    // The total is stated once.
    let pages = [page(0..3, total), page(3..4, ""), page(4..9, "")];
    let (items, queries) = walk(Numbered { size: Some(3), ..Default::default() }, &strings(&pages)).await;
    assert_eq!((items, queries.len()), ((0..9).collect(), 3));
    // From the middle, without a word about the size of pages.
    let pages = [page(4..6, total), page(6..7, total), page(0..0, total)];
    let (items, queries) = walk(Numbered { page: Some(3), ..Default::default() }, &strings(&pages)).await;
    assert_eq!((items, queries.len()), (vec![4, 5, 6], 3));
    // From the middle, with pages that are smaller than requested.
    let pages = [page(2..4, total), page(4..6, total), page(0..0, total)];
    let request = Numbered { page: Some(2), size: Some(1_000), ..Default::default() };
    let (items, queries) = walk(request, &strings(&pages)).await;
    assert_eq!((items, queries.len()), (vec![2, 3, 4, 5], 3));
}

#[tokio::test]
async fn pages_with_an_outdated_total_are_not_an_error() {
    let short = page(0..3, r#","Total":2"#);
    let (items, queries) = walk(Numbered { size: Some(10), ..Default::default() }, &[&short]).await;
    assert_eq!((items.len(), queries.len()), (3, 1));
    let (items, queries) = walk(Numbered::default(), &[&short, &page(0..0, r#","Total":3"#)]).await;
    assert_eq!((items.len(), queries.len()), (3, 2));
}

#[tokio::test]
async fn pages_with_a_repeated_last_page_below_the_total_are_not_an_error() {
    let total = |number: i64| format!(r#","Total":7,"Page":{number}"#);
    let pages = [page(0..3, &total(1)), page(3..4, &total(2)), page(4..6, &total(3)), page(4..6, &total(3))];
    let (items, queries) = walk(Numbered::default(), &strings(&pages)).await;
    assert_eq!((items, queries.len()), ((0..6).collect(), 4));
    // One that says 1 in all its responses loses nothing.
    let pages = [page(0..3, &total(1)), page(3..6, &total(1)), page(6..7, &total(1))];
    assert_eq!(walk(Numbered::default(), &strings(&pages)).await.0, (0..7).collect::<Vec<_>>());
}
