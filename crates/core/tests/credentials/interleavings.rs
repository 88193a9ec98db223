//! Every order in which calls can be polled and given up, the provider can answer and time can pass.
//!
//! No two threads can differ from some such order: all that is decided is decided under one lock, between one poll and
//! the next.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use alicloud_core::Clock;
use alicloud_core::credentials::{
    CachedCredentials, Credentials, CredentialsError, CredentialsFuture, ProvideCredentials,
};

use crate::clock::ManualClock;

const CALLS: usize = 3;
/// How many events are put in all orders.
const DEPTH: usize = 7;
const LIFE: u64 = 3_600;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Poll(usize),
    GiveUp(usize),
    Succeed,
    Fail,
    /// So long that everything has expired and every wait is over.
    Expire,
    /// So long that it is time to renew.
    Age,
    Refuse,
}

/// Responds when the test permits it.
#[derive(Clone, Default)]
struct Source(Arc<Mutex<Answer>>);

#[derive(Default)]
struct Answer {
    under_way: usize,
    most: usize,
    calls: usize,
    result: Option<Result<Credentials, CredentialsError>>,
    waker: Option<Waker>,
}

/// Counts a question as under way until it is answered or given up.
struct PendingRefresh(Source);

impl Drop for PendingRefresh {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().under_way -= 1;
    }
}

impl ProvideCredentials for Source {
    fn credentials(&self) -> CredentialsFuture<'_> {
        let mut answer = self.0.lock().unwrap();
        answer.under_way += 1;
        answer.most = answer.most.max(answer.under_way);
        answer.calls += 1;
        answer.result = None;
        drop(answer);
        let question = PendingRefresh(self.clone());
        CredentialsFuture::new(std::future::poll_fn(move |context| {
            let mut answer = question.0.0.lock().unwrap();
            answer.waker = Some(context.waker().clone());
            answer.result.take().map_or(Poll::Pending, Poll::Ready)
        }))
    }

    fn name(&self) -> &str {
        "source"
    }
}

#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

enum Call<'a> {
    Waiting(CredentialsFuture<'a>, Arc<Flag>),
    Done,
    GivenUp,
}

/// A cache in the middle of a story.
struct Scenario<'a> {
    cache: &'a CachedCredentials,
    source: Source,
    clock: ManualClock,
    calls: [Option<Call<'a>>; CALLS],
    last: Option<Credentials>,
}

impl Scenario<'_> {
    fn allows(&self, event: Event) -> bool {
        let answer = self.source.0.lock().unwrap();
        match event {
            // Calls are alike, so they begin in order.
            Event::Poll(call) => match &self.calls[call] {
                None => call == 0 || self.calls[call - 1].is_some(),
                Some(Call::Waiting(..)) => true,
                Some(_) => false,
            },
            Event::GiveUp(call) => matches!(self.calls[call], Some(Call::Waiting(..))),
            Event::Succeed | Event::Fail => answer.under_way == 1 && answer.result.is_none(),
            Event::Refuse => self.last.is_some(),
            Event::Expire | Event::Age => answer.calls > 0,
        }
    }

    fn play(&mut self, event: Event) {
        match event {
            Event::Poll(call) => self.poll(call),
            Event::GiveUp(call) => self.calls[call] = Some(Call::GivenUp),
            Event::Succeed => {
                let expiry = self.clock.now() + std::time::Duration::from_secs(LIFE);
                self.answer(Ok(Credentials::temporary("id", "secret", "token").expires_at(expiry)));
            }
            Event::Fail => self.answer(Err(CredentialsError::new("failed"))),
            Event::Expire => self.clock.pass_seconds(2 * LIFE),
            Event::Age => self.clock.pass_seconds(LIFE - 600),
            Event::Refuse => self.cache.refused(&self.last.take().unwrap()),
        }
        let answer = self.source.0.lock().unwrap();
        assert!(answer.most <= 1, "the provider was asked again before it had answered");
    }

    fn answer(&self, result: Result<Credentials, CredentialsError>) {
        let mut answer = self.source.0.lock().unwrap();
        answer.result = Some(result);
        let waker = answer.waker.take();
        drop(answer);
        waker.into_iter().for_each(Waker::wake);
    }

    fn poll(&mut self, call: usize) {
        let cache = self.cache;
        let slot = self.calls[call].get_or_insert_with(|| Call::Waiting(cache.credentials(), Arc::default()));
        let Call::Waiting(future, flag) = slot else { return };
        flag.0.store(false, Ordering::SeqCst);
        let waker = Waker::from(flag.clone());
        if let Poll::Ready(result) = std::pin::Pin::new(future).poll(&mut Context::from_waker(&waker)) {
            if let Ok(credentials) = result {
                self.last = Some(credentials);
            }
            self.calls[call] = Some(Call::Done);
        }
    }

    /// Polls only who was woken: everyone who waits must come to an end all the same.
    fn finish(&mut self) {
        loop {
            let woken = (0..CALLS).find(
                |call| matches!(&self.calls[*call], Some(Call::Waiting(_, flag)) if flag.0.load(Ordering::SeqCst)),
            );
            if let Some(call) = woken {
                self.play(Event::Poll(call));
            } else if self.allows(Event::Succeed) {
                self.play(Event::Succeed);
            } else {
                break;
            }
        }
        let waiting = self.calls.iter().filter(|call| matches!(call, Some(Call::Waiting(..)))).count();
        assert_eq!(waiting, 0, "calls wait for nothing");
    }
}

fn explore(story: &mut Vec<Event>, stories: &AtomicUsize) {
    let (source, clock) = (Source::default(), ManualClock::default());
    let cache = CachedCredentials::builder(source.clone())
        .clock(clock.clone())
        .refresh_timeout(std::time::Duration::from_secs(10 * LIFE))
        .build();
    let mut scene = Scenario { cache: &cache, source, clock, calls: [const { None }; CALLS], last: None };
    story.iter().for_each(|event| scene.play(*event));
    let events = [Event::Succeed, Event::Fail, Event::Expire, Event::Age, Event::Refuse]
        .into_iter()
        .chain((0..CALLS).flat_map(|call| [Event::Poll(call), Event::GiveUp(call)]));
    let events: Vec<_> = events.filter(|event| scene.allows(*event)).collect();
    let events_so_far = story.clone();
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| scene.finish()));
    assert!(ended.is_ok(), "{events_so_far:?}");
    stories.fetch_add(1, Ordering::Relaxed);
    if story.len() == DEPTH {
        return;
    }
    for event in events {
        story.push(event);
        explore(story, stories);
        story.pop();
    }
}

#[test]
fn cache_in_every_interleaving_runs_one_refresh_and_ends() {
    let stories = AtomicUsize::new(0);
    explore(&mut Vec::new(), &stories);
    let stories = stories.into_inner();
    println!("{stories} orders of events");
    assert!(stories > 10_000);
}
