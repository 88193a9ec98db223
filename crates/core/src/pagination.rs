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

/// A request of an operation that returns a list page by page.
///
/// Generated code implements this trait. It bounds functions that are generic over lists, such as
/// `fn collect<O: Paged>(call: Call<O>) -> Vec<O::Item>`; they can rely on [`Item`](Self::Item). It is not an extension
/// point, as [`Operation`] is none.
pub trait Paged: Operation + Clone {
    /// An item of the list.
    type Item: Send + Sync + 'static;

    /// How pages follow each other.
    #[doc(hidden)]
    const PAGING: Paging;

    /// The parameters that select the page.
    #[doc(hidden)]
    fn cursor(&mut self) -> Cursor<'_>;

    /// The part of the list that a response contains; `None` if it contains none.
    #[doc(hidden)]
    fn items(response: &mut Self::Response) -> Option<&mut Vec<Self::Item>>;
}

impl<O: Paged> Call<O> {
    /// Returns a stream of all pages, from the page that the request selects to the last. Each page is a call, made when the
    /// stream is polled for it, with the options of this one: a [timeout](Self::timeout) is the limit of a page.
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

/// The pages of a list, one after the other: a [`Stream`] of responses, for which [`next`](Self::next) suffices.
///
/// The last page is the one
/// - after which nothing is left of the total that the service states, or where it states none, that is shorter than a
///   page, for lists with numbers of pages or offsets; an empty page is the last in any case;
/// - that names no next page, for lists with tokens or markers.
///
/// Pages that would never end, or that cannot be the whole list, are an [error](crate::ErrorKind::Decode) after the last of them:
/// - a token that came before;
/// - a page with the same items as an earlier one, in a list with numbers of pages or offsets and no total. Where a
///   total that is not reached or a new token says that there are more, only the hundredth such page in a row is: items
///   without anything of their own may be equal. Of a long list the last 65,536 different pages are remembered, or fewer;
/// - the 10,000th page in a row without an item, however new its token is;
/// - a page with items, in a list with numbers of pages or offsets, although more came before it than there are by the
///   total that it states.
///
/// An error is the last that comes. [`request`](Self::request) then tells where to go on.
#[must_use = "pages are asked for by `next`"]
pub struct Pages<O: Paged> {
    call: Call<O>,
    state: State<O::Response>,
    progress: PageProgress,
}

enum State<T> {
    /// The next page can be asked for.
    Ready,
    /// A page is asked for. The lock is never waited for: it makes the whole `Sync`, which the future is not.
    Asked(Mutex<BoxFuture<'static, Result<Response<T>, Error>>>),
    /// There is nothing after this.
    Failed(Error),
    Done,
}

impl<O: Paged> Pages<O> {
    /// The next page; `None` after the last. What is dropped before it is done goes on with the next call of this.
    pub async fn next(&mut self) -> Option<Result<O::Response, Error>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// The request of the next page, or of the one that failed. A call of it goes on from there.
    pub fn request(&self) -> &O {
        self.call.request()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<O::Response, Error>>> {
        loop {
            match &mut self.state {
                State::Ready => self.state = State::Asked(Mutex::new(Box::pin(self.call.clone().response()))),
                State::Asked(future) => {
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

    /// Looks for the page behind this one, and whether this one is a page at all.
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
            PageState::Cycle => "the page that comes next came before: the service repeats its pages".to_owned(),
            PageState::Repeated(pages) => {
                format!("the service repeats its pages: the last {pages} in a row hold the same items as earlier ones")
            }
            PageState::Empty(pages) => format!("the service names page after page, and the last {pages} hold no items"),
            PageState::Excess { items, total } => {
                format!("the service returned {items} items of a list that has {total} in total, as it says itself")
            }
        };
        self.state = State::Failed(Error::paging(O::INFO.name(), problem));
        Some(response)
    }
}

/// The items of a list, page by page: a [`Stream`], for which [`next`](Self::next) suffices.
///
/// Where pages end is told at [`Pages`]. An error comes after all items of the pages before it, and is the last.
#[must_use = "items are asked for by `next`"]
pub struct Items<O: Paged> {
    pages: Pages<O>,
    ready: std::vec::IntoIter<O::Item>,
}

impl<O: Paged> Items<O> {
    /// The next item; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<O::Item, Error>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// All items that are left.
    ///
    /// # Errors
    ///
    /// The first error of a call; what came before is lost.
    pub async fn try_collect(mut self) -> Result<Vec<O::Item>, Error> {
        let mut all: Vec<O::Item> = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
        }
        Ok(all)
    }

    /// The request of the page after the one whose items come now, or of the page that failed.
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

// Nothing inside is ever pinned in place.
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
