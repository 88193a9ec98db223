//! Calls from synchronous programs.
//!
//! A single thread, started with the first call, drives all blocking calls and keeps connections between them. In
//! asynchronous programs a blocking call blocks the calling thread. Code that runs *inside* a blocking call on that
//! thread (a provider of credentials, an interceptor, a transport, a clock) cannot make another one, because it would
//! wait forever: such a call returns an error of the kind
//! [`ErrorKind::Configuration`](crate::ErrorKind::Configuration). Await calls in such code.
//!
//! ```no_run
//! # use alicloud_core::{Call, Error, __private::{Operation, Paged}};
//! # fn example<O: Operation, P: Paged>(call: Call<O>, list: Call<P>) -> Result<(), Error> {
//! use alicloud_core::blocking;
//!
//! let value = call.send_blocking()?;
//! for item in blocking::iter(list.items()) {
//!     let item = item?;
//! }
//! # Ok(())
//! # }
//! ```

use std::cell::Cell;
use std::pin::Pin;
use std::sync::{OnceLock, mpsc};

use futures_core::Stream;
use tokio::runtime::{Builder, Handle};

use crate::client::{Call, Response};
use crate::error::Error;
use crate::operation::Operation;

thread_local! {
    /// Whether this is the thread that drives blocking calls.
    static DRIVES: Cell<bool> = const { Cell::new(false) };
}

/// Waits for a future of this crate, such as that of [`StreamedResponse::chunk`](crate::StreamedResponse::chunk).
///
/// # Errors
///
/// Returns an error of the kind [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if no thread can be
/// started, or if this is called inside another blocking call, which would wait for its own thread.
///
/// # Panics
///
/// Panics if the future panics.
pub fn wait<F>(future: F) -> Result<F::Output, Error>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    if DRIVES.get() {
        return Err(Error::configuration(
            "a blocking call cannot be made inside another one (in a credentials provider, an interceptor, a transport \
             or a clock): await the call there",
        ));
    }
    let (sender, receiver) = mpsc::sync_channel(1);
    let task = runtime()?.spawn(async move {
        // The waiting thread may have ended.
        _ = sender.send(future.await);
    });
    match receiver.recv() {
        Ok(output) => Ok(output),
        // The sender is dropped without a value only if the future panicked; the panic message is on standard error.
        Err(_) => panic!("a blocking call panicked (finished: {})", task.is_finished()),
    }
}

/// Returns an iterator over the items of a stream, such as that of [`Call::items`].
pub fn iter<S>(stream: S) -> Iter<S>
where
    S: Stream<Item: Send + 'static> + Send + Unpin + 'static,
{
    Iter(Some(stream))
}

/// The iterator that [`iter`] returns.
#[derive(Debug)]
pub struct Iter<S>(Option<S>);

impl<S, T> Iterator for Iter<S>
where
    S: Stream<Item = Result<T, Error>> + Send + Unpin + 'static,
    T: Send + 'static,
{
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut stream = self.0.take()?;
        let next = wait(async move {
            let item = std::future::poll_fn(|context| Pin::new(&mut stream).poll_next(context)).await;
            (item, stream)
        });
        match next {
            Ok((item, stream)) => {
                self.0 = item.is_some().then_some(stream);
                item
            }
            Err(error) => Some(Err(error)),
        }
    }
}

impl<O: Operation> Call<O> {
    /// Blocking version of [`send`](Self::send).
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn send_blocking(self) -> Result<O::Response, Error> {
        wait(self.send())?
    }

    /// Blocking version of [`response`](Self::response).
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn response_blocking(self) -> Result<Response<O::Response>, Error> {
        wait(self.response())?
    }
}

/// Returns the runtime of all blocking calls.
fn runtime() -> Result<&'static Handle, Error> {
    static RUNTIME: OnceLock<Result<Handle, String>> = OnceLock::new();
    let started = RUNTIME.get_or_init(|| {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        let handle = runtime.handle().clone();
        std::thread::Builder::new()
            .name("alicloud-blocking".into())
            .spawn(move || {
                DRIVES.set(true);
                runtime.block_on(std::future::pending::<()>());
            })
            .map_err(|error| error.to_string())?;
        Ok(handle)
    });
    started.as_ref().map_err(|error| Error::configuration(format!("cannot start a thread for blocking calls: {error}")))
}
