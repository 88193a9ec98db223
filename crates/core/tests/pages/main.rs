//! Lists that come in pages.

mod endless;
#[path = "../local/mod.rs"]
mod local;
#[path = "../thing/mod.rs"]
mod thing;

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use alicloud_core::__private::{
    BTreeMap, Cursor, Decode, DecodeTarget, Operation, OperationInfo, Paged, Paging, Parameters, Value,
};
use alicloud_core::transport::{Body, BoxFuture, RequestContext, Transport, TransportError};
use alicloud_core::{Call, Client, ErrorKind, TimeoutKind};
use bytes::Bytes;
use http::Request;
use local::{Canned, canned, json};

/// Everything that a list may have; which of it counts is up to the kind.
macro_rules! list {
    ($name:ident, $paging:expr, |$it:ident| $cursor:expr) => {
        #[derive(Clone, Debug, Default)]
        struct $name {
            page: Option<i32>,
            size: Option<i32>,
            token: Option<String>,
            limit: Option<i32>,
        }

        impl Operation for $name {
            type Response = Response;
            const INFO: OperationInfo = OperationInfo::rpc(stringify!($name)).read();
            fn parameters(&self, out: &mut Parameters<'_>) {
                out.query("Page", &self.page);
                out.query("Size", &self.size);
                out.query("Token", &self.token);
                out.query("Limit", &self.limit);
            }
        }

        impl Paged for $name {
            type Item = i64;
            const PAGING: Paging = $paging;
            fn cursor(&mut self) -> Cursor<'_> {
                let $it = self;
                $cursor
            }
            fn items(response: &mut Response) -> Option<&mut Vec<i64>> {
                response.data.as_mut().map(|it| &mut it.items)
            }
        }
    };
}

#[derive(Clone, Debug, Default)]
struct Response {
    data: Option<Data>,
    total: Option<i64>,
    next: Option<String>,
    more: Option<bool>,
    page: Option<i32>,
    other: BTreeMap<String, Value>,
}

impl Decode for Response {
    fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
        match name {
            "Data" => Some(&mut self.data),
            "Total" => Some(&mut self.total),
            "Next" => Some(&mut self.next),
            "More" => Some(&mut self.more),
            "Page" => Some(&mut self.page),
            "Other" => Some(&mut self.other),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Data {
    items: Vec<i64>,
    size: Option<i32>,
}

impl Decode for Data {
    fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
        match name {
            "Items" => Some(&mut self.items),
            "Size" => Some(&mut self.size),
            _ => None,
        }
    }
}

const COUNTED: Paging =
    Paging::counted(1).items(&["Data", "Items"]).page(&["Page"]).size(&["Data", "Size"]).total(&["Total"]);

list!(Numbered, COUNTED, |it| Cursor::number(&mut it.page, &mut it.size));
list!(FromZero, Paging::counted(0), |it| Cursor::number(&mut it.page, &mut it.size));
list!(Offsets, Paging::counted(0).total(&["Total"]), |it| Cursor::offset(&mut it.page, &mut it.size));
list!(Tokens, Paging::named(&["Next"]).items(&["Data", "Items"]).more(&["More"]), |it| Cursor::token(&mut it.token));
list!(Either, Paging::named(&["Next"]).total(&["Total"]), |it| {
    Cursor::either(&mut it.page, &mut it.size, &mut it.token, &mut it.limit)
});

/// The items, or how it ended, and the query of each call.
async fn walk<O: Paged<Item = i64, Response = Response>>(request: O, responses: &[&str]) -> (Vec<i64>, Vec<String>) {
    let (client, canned) = canned(responses.iter().map(|response| json(200, response)));
    let items = client.call(request).items().try_collect().await.unwrap();
    (items, queries(&canned))
}

fn queries(canned: &Canned) -> Vec<String> {
    let query = |url: String| url.split_once('?').map_or(String::new(), |(_, query)| query.to_owned());
    (0..canned.count()).map(|_| query(canned.take().url)).collect()
}

fn page(items: std::ops::Range<i64>, rest: &str) -> String {
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    format!(r#"{{"Data": {{"Items": [{}]}}{rest}}}"#, items.join(","))
}

#[tokio::test]
async fn pages_with_numbers_end_at_the_total() {
    let pages = [page(0..10, r#","Total":25"#), page(10..20, r#","Total":25"#), page(20..25, r#","Total":25"#)];
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    let (items, queries) = walk(Numbered::default(), &pages).await;
    assert_eq!(items, (0..25).collect::<Vec<_>>());
    assert_eq!(queries, ["", "Page=2", "Page=3"]);

    // The last page is full, and the total says so.
    let (items, queries) =
        walk(Numbered { size: Some(10), ..Default::default() }, &[&page(0..10, r#","Total":"10""#)]).await;
    assert_eq!((items.len(), queries.len()), (10, 1));

    // From the middle: earlier items count toward the total.
    let request = Numbered { page: Some(3), size: Some(10), ..Default::default() };
    let (items, queries) = walk(request, &[pages[2]]).await;
    assert_eq!((items.len(), queries), (5, vec!["Page=3&Size=10".to_owned()]));
}

#[tokio::test]
async fn pages_with_numbers_and_no_total_end_with_a_short_page() {
    let (first, full, short) = (page(0..3, ""), page(3..6, ""), page(6..8, ""));
    let request = Numbered { size: Some(3), ..Default::default() };
    let (items, queries) = walk(request.clone(), &[&first, &short]).await;
    assert_eq!((items.len(), queries.len()), (5, 2));
    let (items, queries) = walk(request, &[&first, &full, r#"{"Data":{"Items":[]}}"#]).await;
    assert_eq!((items.len(), queries.len()), (6, 3));
    // No size at all: the longest page shows it.
    let (items, queries) = walk(FromZero::default(), &[&first, &full, &short]).await;
    assert_eq!((items.len(), queries), (8, vec![String::new(), "Page=1".to_owned(), "Page=2".to_owned()]));
    // A response that contains the page size.
    let sized = r#"{"Data":{"Items":[1,2],"Size":"5"}}"#;
    assert_eq!(walk(Numbered::default(), &[sized]).await.1.len(), 1);
}

#[tokio::test]
async fn pages_with_a_repeated_last_page_end() {
    let pages = [page(0..3, r#","Page":1"#), page(3..6, r#","Page":2"#), page(3..6, r#","Page":2"#)];
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    let (items, queries) = walk(Numbered::default(), &pages).await;
    assert_eq!((items, queries.len()), ((0..6).collect(), 3));
    // One that counts from 0 in its responses loses nothing.
    let pages = [page(0..3, r#","Page":0"#), page(3..6, r#","Page":1"#), page(6..9, r#","Page":2"#), page(9..10, "")];
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    assert_eq!(walk(Numbered::default(), &pages).await.0, (0..10).collect::<Vec<_>>());
}

#[tokio::test]
async fn pages_with_offsets_advance_by_the_received_items() {
    let pages = [page(0..10, r#","Total":14"#), page(10..14, r#","Total":14"#)];
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    let (items, queries) = walk(Offsets::default(), &pages).await;
    assert_eq!((items.len(), queries), (14, vec![String::new(), "Page=10".to_owned()]));
    let request = Offsets { page: Some(10), ..Default::default() };
    assert_eq!(walk(request, &pages[1..]).await.1.len(), 1);
}

#[tokio::test]
async fn pages_with_tokens_end_without_a_token() {
    for end in ["", r#","Next":"""#, r#","Next":null"#, r#","Next":"c","More":false"#] {
        let (first, empty, last) = (page(0..2, r#","Next":"a b""#), page(0..0, r#","Next":"b""#), page(2..4, end));
        let (items, queries) = walk(Tokens::default(), &[&first, &empty, &last]).await;
        assert_eq!(items, [0, 1, 2, 3]);
        assert_eq!(queries, ["", "Token=a%20b", "Token=b"]);
    }
}

#[tokio::test]
async fn pages_with_a_repeated_token_end_with_an_error() {
    let (a, b) = (page(0..1, r#","Next":"a""#), page(1..2, r#","Next":"b""#));
    for responses in [vec![&a, &a], vec![&a, &b, &a]] {
        let count = responses.len();
        let (client, canned) = canned(responses.into_iter().map(|response| json(200, response)));
        let mut pages = client.call(Tokens::default()).pages();
        for _ in 0..count {
            pages.next().await.unwrap().unwrap();
        }
        let error = pages.next().await.unwrap().unwrap_err();
        assert!(error.kind() == ErrorKind::Decode && error.operation() == Some("Tokens"), "{error}");
        assert!(pages.next().await.is_none());
        assert_eq!(canned.count(), count);
    }
}

#[tokio::test]
async fn pages_with_tokens_and_numbers_use_what_the_request_or_response_has() {
    let (first, last) = (page(0..2, r#","Total":4"#), page(2..4, r#","Total":4"#));
    let (items, queries) = walk(Either::default(), &[&first, &last]).await;
    assert_eq!((items.len(), queries), (4, vec![String::new(), "Page=2".to_owned()]));

    let (token, end) = (page(0..2, r#","Total":4,"Next":"t""#), page(2..4, r#","Total":4,"Next":"""#));
    let (items, queries) = walk(Either::default(), &[&token, &end]).await;
    assert_eq!((items.len(), queries), (4, vec![String::new(), "Token=t".to_owned()]));

    // Requested by token, and the response has none: the end, although the total is not reached.
    let request = Either { limit: Some(2), ..Default::default() };
    assert_eq!(walk(request, &[&first]).await.1, ["Limit=2"]);
}

#[tokio::test]
async fn pages_after_an_error_end_and_return_the_request_to_continue() {
    let failure = r#"{"Code":"Oops","Message":"not now","RequestId":"r"}"#;
    let (first, second) = (page(0..2, r#","Total":4"#), page(2..4, r#","Total":4"#));
    let (client, _) = canned([json(200, &first), json(400, failure), json(200, &second)]);
    let mut items = client.call(Numbered { size: Some(2), ..Default::default() }).items();
    assert_eq!(items.next().await.unwrap().unwrap(), 0);
    assert_eq!(items.next().await.unwrap().unwrap(), 1);
    assert_eq!(items.next().await.unwrap().unwrap_err().code(), Some("Oops"));
    assert!(items.next().await.is_none());
    let request = items.request().clone();
    assert_eq!(request.page, Some(2));
    assert_eq!(client.call(request).items().try_collect().await.unwrap(), [2, 3]);
}

#[tokio::test]
async fn pages_with_call_options_apply_them_to_each_page() {
    let (first, second) = (page(0..2, r#","Next":"a""#), page(2..4, ""));
    let (client, canned) = canned([json(200, &first), json(200, &second)]);
    let call = client.call(Tokens::default()).header("x-acs-extra", "7").query("Extra", "8");
    assert_eq!(call.items().try_collect().await.unwrap().len(), 4);
    for _ in 0..2 {
        let request = canned.take();
        assert_eq!(request.headers["x-acs-extra"], "7");
        assert!(request.url.contains("Extra=8"), "{}", request.url);
    }
}

/// Answers once, then never.
struct Once(std::sync::Mutex<Option<http::Response<Bytes>>>);

impl Transport for Once {
    fn send(
        &self,
        _: Request<Body>,
        _: RequestContext,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        match self.0.lock().unwrap().take() {
            Some(response) => Box::pin(std::future::ready(Ok(response))),
            None => Box::pin(std::future::pending()),
        }
    }
}

#[tokio::test]
async fn pages_with_a_timeout_apply_it_to_each_page() {
    let once = Once(std::sync::Mutex::new(Some(json(200, &page(0..2, r#","Next":"a""#)))));
    let client = Client::new(&thing::SERVICE, local::config().transport(once)).unwrap();
    let mut pages = client.call(Tokens::default()).timeout(Duration::from_millis(20)).pages();
    assert!(pages.next().await.unwrap().is_ok());
    tokio::time::sleep(Duration::from_millis(40)).await;
    let error = pages.next().await.unwrap().unwrap_err();
    assert_eq!(error.timeout(), Some(TimeoutKind::Operation), "{error:?}");
    assert!(error.elapsed() >= Duration::from_millis(20), "{error:?}");
    assert!(pages.next().await.is_none());
    assert_eq!(pages.request().token.as_deref(), Some("a"));
}

#[test]
fn pages_and_items_are_send_streams() {
    use futures_core::Stream as _;
    fn assert<T: Send + Sync + Unpin + futures_core::Stream>(_: &T) {}
    let (client, _) = canned([json(200, &page(5..6, ""))]);
    let call: Call<Tokens> = client.call(Tokens::default());
    assert(&call.clone().pages());
    let mut items = pin!(call.items());
    assert(&*items);
    let mut context = Context::from_waker(Waker::noop());
    assert!(matches!(items.as_mut().poll_next(&mut context), Poll::Ready(Some(Ok(5)))));
    assert!(matches!(items.as_mut().poll_next(&mut context), Poll::Ready(None)));
}

#[tokio::test]
async fn pages_with_a_dropped_future_repeat_the_page() {
    let (client, canned) = canned([json(200, &page(0..1, ""))]);
    let mut pages = client.call(Tokens::default()).pages();
    drop(pages.next());
    assert!(pages.next().await.unwrap().is_ok());
    assert!(pages.next().await.is_none());
    assert_eq!(canned.count(), 1);
}
