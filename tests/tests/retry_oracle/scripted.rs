//! A transport, a clock and credentials in one: everything that a call meets, without network and without waiting.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use alicloud_core::__private::Bytes;
use alicloud_core::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use alicloud_core::transport::http::{Request, Response};
use alicloud_core::transport::{Body, BoxFuture, RequestContext, Transport, TransportError, TransportErrorKind};
use alicloud_core::{Client, Clock, Config};

use crate::cases;
use crate::compare::{Failure, Outcome};
use crate::effects::{self, SERVICE};
use crate::predict::{Decided, entry};
use crate::table::{Attempt, Table};

const LIMIT: Duration = Duration::from_millis(9_999);

#[derive(Clone, Default)]
pub struct ScriptedService(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    script: Vec<Step>,
    /// The attempts made, and those of them that sent something.
    made: u32,
    sends: u32,
    now: Duration,
    pauses: Vec<Duration>,
    /// How often a key was refused: each time there is another.
    refused: u32,
    /// Nonce and body of the last request.
    last: Option<(String, Vec<u8>)>,
    flaw: Option<&'static str>,
}

/// What an attempt meets.
#[derive(Clone)]
enum Step {
    Response(u16, Vec<(String, String)>, Bytes),
    /// Whether the request was sent before, if the transport says so.
    Failure(Option<bool>, TransportErrorKind),
    Silence(Option<bool>),
    NoCredentials,
}

fn step(table: &Table, attempt: &Attempt<'_>) -> Step {
    use TransportErrorKind::*;
    match attempt.event {
        "connection refused" => Step::Failure(Some(false), Connect),
        "connect timeout" => Step::Failure(Some(false), ConnectTimeout),
        "connection lost before sending" => Step::Failure(Some(false), Interrupted),
        "timeout before sending" => Step::Silence(Some(false)),
        "tls" => Step::Failure(Some(false), Tls),
        "proxy" => Step::Failure(Some(false), Proxy),
        "unsendable" => Step::Failure(Some(false), Request),
        "connection lost after sending" => Step::Failure(Some(true), Interrupted),
        "timeout after sending" => Step::Silence(Some(true)),
        "timeout, progress unknown" => Step::Silence(None),
        "response cut off" => Step::Failure(Some(true), Truncated),
        "response too large" => Step::Failure(Some(true), BodyTooLarge),
        "no credentials" => Step::NoCredentials,
        _ => {
            let (content_type, body) = cases::body(attempt);
            let date = |ahead| {
                assert_eq!(ahead, 1_200);
                "Fri, 02 Jan 2026 03:24:05 GMT".to_owned()
            };
            let mut headers: Vec<_> =
                cases::headers(table, attempt, date).map(|(name, value)| (name.to_owned(), value)).collect();
            headers.push(("content-type".to_owned(), content_type.to_owned()));
            Step::Response(attempt.status, headers, body.into())
        }
    }
}

impl State {
    fn next(&mut self) -> Step {
        self.made += 1;
        entry(&self.script, self.made - 1).clone()
    }
}

impl ScriptedService {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub fn config(&self) -> Config {
        Config::new()
            .endpoint("https://oracle.invalid")
            .attempt_timeout(LIMIT)
            .credentials(self.clone())
            .transport(self.clone())
            .clock(self.clone())
    }

    /// A call whose attempts end as in `script`; the last entry repeats.
    pub async fn call(&self, table: &Table, effect: &str, script: &[Decided<'_>], max_attempts: u32) -> Outcome {
        let script = script.iter().map(|decided| step(table, &decided.attempt)).collect();
        *self.state() = State { script, ..State::default() };
        // A client of its own: what one learns of the service's clock is no matter of another case.
        let config = self.config().max_attempts(max_attempts);
        let client = Client::new(&SERVICE, config).expect("a client");
        let result = effects::call(&client, effect, None).await;
        let mut state = self.state();
        Outcome {
            sends: state.sends,
            failure: result.err().map(Failure::from),
            pauses: Some(std::mem::take(&mut state.pauses)),
            flaw: state.flaw,
        }
    }
}

impl Transport for ScriptedService {
    fn send(
        &self,
        request: Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let mut state = self.state();
        let nonce = request.headers()["x-acs-signature-nonce"].to_str().unwrap().to_owned();
        let body = request.body().bytes().expect("a body in memory").to_vec();
        if let Some((earlier, same)) = &state.last {
            if *earlier == nonce {
                state.flaw = Some("the nonce is sent twice");
            } else if *same != body {
                state.flaw = Some("the body changes, and the token in it");
            }
        }
        state.last = Some((nonce, body));
        let step = state.next();
        state.sends += 1;
        let progress = |sent| match sent {
            None => {}
            Some(false) => context.progress.waiting(),
            Some(true) => context.progress.sent(),
        };
        let result = match step {
            Step::Response(status, headers, body) => {
                progress(Some(true));
                let header = |(name, value): (String, String)| (name.parse().unwrap(), value.parse().unwrap());
                let mut response = Response::new(body);
                *response.status_mut() = status.try_into().unwrap();
                *response.headers_mut() = headers.into_iter().map(header).collect();
                Ok(response)
            }
            Step::Failure(sent, kind) => {
                progress(sent);
                Err(TransportError::new(kind, "scripted"))
            }
            Step::NoCredentials => unreachable!("asked for credentials first"),
            Step::Silence(sent) => {
                progress(sent);
                return Box::pin(std::future::pending());
            }
        };
        Box::pin(std::future::ready(result))
    }
}

impl Clock for ScriptedService {
    fn now(&self) -> SystemTime {
        // 2026-01-02T03:04:05Z
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045) + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        self.state().now
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let mut state = self.state();
        state.now += time;
        if time != LIMIT && !time.is_zero() {
            state.pauses.push(time);
        }
        Box::pin(std::future::ready(()))
    }
}

impl ProvideCredentials for ScriptedService {
    fn credentials(&self) -> CredentialsFuture<'_> {
        let mut state = self.state();
        CredentialsFuture::ready(if matches!(entry(&state.script, state.made), Step::NoCredentials) {
            state.next();
            Err(CredentialsError::new("there are none"))
        } else {
            Ok(Credentials::temporary(format!("key-{}", state.refused), "secret", "token"))
        })
    }

    fn name(&self) -> &str {
        "scripted"
    }

    fn refused(&self, _: &Credentials) {
        self.state().refused += 1;
    }
}
