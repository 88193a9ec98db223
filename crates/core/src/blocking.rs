//! Calls from programs that are not asynchronous.
//!
//! One thread of its own, started with the first call, drives everything; connections are kept from call to call. It
//! works in asynchronous programs too, but there it blocks the thread that it is called on. Code that runs *in* a
//! blocking call, on that one thread (a credentials provider, an interceptor, a transport, a clock), cannot make another
//! one: it returns [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) at once instead of waiting forever. Such code awaits its calls.
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
    /// Whether this is the thread that drives all blocking calls.
    static DRIVES: Cell<bool> = const { Cell::new(false) };
}

/// Waits for a future of this crate, such as [`StreamedResponse::chunk`](crate::StreamedResponse::chunk)'s.
///
/// # Errors
///
/// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if no thread can be started, or if this runs inside another blocking call: both would wait
/// for the same thread.
///
/// # Panics
///
/// If the future does.
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
        // Whoever waited may be gone.
        _ = sender.send(future.await);
    });
    match receiver.recv() {
        Ok(output) => Ok(output),
        // The sender is dropped without a word only if the future panicked; the message stands on the thread's output.
        Err(_) => panic!("a blocking call panicked (finished: {})", task.is_finished()),
    }
}

/// The items of a stream, such as [`Call::items`]'s, one after the other.
pub fn iter<S>(stream: S) -> Iter<S>
where
    S: Stream<Item: Send + 'static> + Send + Unpin + 'static,
{
    Iter(Some(stream))
}

/// See [`iter`].
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
    /// As [`send`](Self::send), and waits for it.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn send_blocking(self) -> Result<O::Response, Error> {
        wait(self.send())?
    }

    /// As [`response`](Self::response), and waits for it.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn response_blocking(self) -> Result<Response<O::Response>, Error> {
        wait(self.response())?
    }
}

/// What drives the futures of all blocking calls.
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
