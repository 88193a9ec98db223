//! Streams over the pages and the items of lists.

mod paging;

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::client::{Call, Response};
use crate::error::Error;
use crate::future::BoxFuture;
use crate::operation::Operation;

pub use paging::{Cursor, Paging};
use paging::{PageProgress, PageState};

/// A request of an operation that returns a paginated list.
///
/// Generated code implements this trait. It bounds functions that are generic over lists, such as
/// `fn collect<O: Paged>(call: Call<O>) -> Vec<O::Item>`; they can rely on [`Item`](Self::Item). It is not an extension
/// point, as [`Operation`] is none.
pub trait Paged: Operation + Clone {
    /// An item of the list.
    type Item: Send + Sync + 'static;

    /// The constants of the pagination.
    #[doc(hidden)]
    const PAGING: Paging;

    /// Returns the parameters that select the page.
    #[doc(hidden)]
    fn cursor(&mut self) -> Cursor<'_>;

    /// Returns the items of a response; `None` if it has none.
    #[doc(hidden)]
    fn items(response: &mut Self::Response) -> Option<&mut Vec<Self::Item>>;
}

impl<O: Paged> Call<O> {
    /// Returns a stream of all pages, from the page that the request selects to the last. Each page is a call, made
    /// when the stream is polled for it, with the options of this one: a [timeout](Self::timeout) is the limit of a
    /// page.
    ///
    /// ```no_run
    /// # use alicloud_core::{Call, Error, __private::Paged};
    /// # async fn example<O: Paged>(call: Call<O>) -> Result<(), Error> {
    /// let mut pages = call.pages();
    /// while let Some(page) = pages.next().await {
    ///     let page = page?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages(self) -> Pages<O> {
        Pages { call: self, state: State::Ready, progress: PageProgress::default() }
    }

    /// Returns a stream of all items of all pages, from the page that the request selects to the last; see
    /// [`pages`](Self::pages).
    ///
    /// ```no_run
    /// # use alicloud_core::{Call, Error, __private::Paged};
    /// # async fn example<O: Paged>(call: Call<O>, other: Call<O>) -> Result<(), Error> {
    /// let mut items = call.items();
    /// while let Some(item) = items.next().await {
    ///     let item = item?;
    /// }
    /// let all: Vec<O::Item> = other.items().try_collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn items(self) -> Items<O> {
        Items { pages: self.pages(), ready: Vec::new().into_iter() }
    }
}

/// The pages of a list: a [`Stream`] of responses, with a method [`next`](Self::next).
///
/// The last page is
///
/// - in a list with page numbers or offsets: the page that reaches the total or, if the service reports no total, the
///   first page that is not full, and in any case an empty page;
/// - in a list with tokens or markers: the page without a next token.
///
/// The stream ends with an [error](crate::ErrorKind::Decode) if the list would never end or cannot be complete:
///
/// - a token is repeated;
/// - in a list with page numbers or offsets and no total, a page has the same items as an earlier one. If a total that
///   is not reached or a new token says that there are more items, the limit is 100 such pages in a row, because
///   different items can look equal. The client remembers at most 65,536 different pages and tokens, and
///   then starts anew;
/// - 10,000 pages in a row have no items, even with new tokens;
/// - in a list with page numbers or offsets, a page has items although the total was already reached.
///
/// The stream ends after an error. [`request`](Self::request) then returns the request to continue with.
#[must_use = "the pages are requested by `next`"]
pub struct Pages<O: Paged> {
    call: Call<O>,
    state: State<O::Response>,
    progress: PageProgress,
}

enum State<T> {
    /// The next page can be requested.
    Ready,
    /// A page is being requested. The lock never blocks: it makes the stream `Sync`, which the future is not.
    Requesting(Mutex<BoxFuture<'static, Result<Response<T>, Error>>>),
    /// The stream ends with this error.
    Failed(Error),
    Done,
}

impl<O: Paged> Pages<O> {
    /// Returns the next page; `None` after the last one. Cancel safe: after a dropped future, the next call continues
    /// with the same page.
    pub async fn next(&mut self) -> Option<Result<O::Response, Error>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// Returns the request of the next page, or of the page that failed, to continue from there.
    pub fn request(&self) -> &O {
        self.call.request()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<O::Response, Error>>> {
        loop {
            match &mut self.state {
                State::Ready => self.state = State::Requesting(Mutex::new(Box::pin(self.call.clone().response()))),
                State::Requesting(future) => {
                    let future = future.get_mut().unwrap_or_else(PoisonError::into_inner);
                    let result = ready!(future.as_mut().poll(context));
                    self.state = State::Done;
                    return Poll::Ready(match result {
                        Ok(response) => self.advance(response).map(Ok),
                        Err(error) => Some(Err(error)),
                    });
                }
                State::Failed(_) | State::Done => {
                    return Poll::Ready(match std::mem::replace(&mut self.state, State::Done) {
                        State::Failed(error) => Some(Err(error)),
                        _ => None,
                    });
                }
            }
        }
    }

    /// Prepares the request of the next page, and checks whether this response is a page.
    fn advance(&mut self, response: Response<O::Response>) -> Option<O::Response> {
        let body = response.body().clone();
        let mut response = response.into_value();
        let count = O::items(&mut response).map_or(0, |items| items.len());
        let page = paging::Page { response: &mut response, body: &body, count };
        let problem = match self.progress.advance(&O::PAGING, self.call.request_mut().cursor(), page) {
            PageState::Next => {
                self.state = State::Ready;
                return Some(response);
            }
            PageState::Last => return Some(response),
            PageState::PastEnd => return None,
            PageState::Cycle => "the next page was returned before: the service repeats its pages".to_owned(),
            PageState::Repeated(pages) => {
                format!("the service repeats its pages: the last {pages} in a row have the same items as earlier ones")
            }
            PageState::Empty(pages) => {
                format!("the service returns page after page, and the last {pages} have no items")
            }
            PageState::Excess { items, total } => {
                format!("the service returned {items} items of a list that has {total} in total, as it says itself")
            }
        };
        self.state = State::Failed(Error::paging(O::INFO.name(), problem));
        Some(response)
    }
}

/// The items of a list: a [`Stream`], with a method [`next`](Self::next).
///
/// See [`Pages`] for the end of the list. An error follows the items of all previous pages, and ends the stream.
#[must_use = "the items are requested by `next`"]
pub struct Items<O: Paged> {
    pages: Pages<O>,
    ready: std::vec::IntoIter<O::Item>,
}

impl<O: Paged> Items<O> {
    /// Returns the next item; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<O::Item, Error>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// Returns all remaining items.
    ///
    /// # Errors
    ///
    /// Returns the first error of a call. The items before it are lost.
    pub async fn try_collect(mut self) -> Result<Vec<O::Item>, Error> {
        let mut all: Vec<O::Item> = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
        }
        Ok(all)
    }

    /// Returns the request of the page after the current one, or of the page that failed.
    pub fn request(&self) -> &O {
        self.pages.request()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<O::Item, Error>>> {
        loop {
            if let Some(item) = self.ready.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll(context)) {
                Some(Ok(mut response)) => {
                    self.ready = O::items(&mut response).map(std::mem::take).unwrap_or_default().into_iter();
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// Nothing inside is pinned in place.
impl<O: Paged> Unpin for Pages<O> {}
impl<O: Paged> Unpin for Items<O> {}

impl<O: Paged> Stream for Pages<O> {
    type Item = Result<O::Response, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<O: Paged> Stream for Items<O> {
    type Item = Result<O::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<O: Paged> std::fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages").field("call", &self.call).finish_non_exhaustive()
    }
}

impl<O: Paged> std::fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).field("ready", &self.ready.len()).finish()
    }
}
