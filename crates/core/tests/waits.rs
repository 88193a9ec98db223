//! Waiting until the service has got somewhere.

mod local;
mod thing;

use std::time::Duration;

use alicloud_core::__private::{Decode, DecodeTarget, Operation, OperationInfo, Parameters};
use alicloud_core::{Client, Error, ErrorKind, TimeoutKind, WaitPolicy, WaitStatus};
use local::clock::InstantClock;
use local::{Canned, config, json};

#[derive(Clone)]
struct GetThing;

impl Operation for GetThing {
    type Response = GetThingResponse;
    const INFO: OperationInfo = OperationInfo::rpc("GetThing").read();
    fn parameters(&self, _: &mut Parameters<'_>) {}
}

#[derive(Debug, Default, PartialEq)]
struct GetThingResponse {
    status: Option<String>,
}

impl Decode for GetThingResponse {
    fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
        match name {
            "Status" => Some(&mut self.status),
            _ => None,
        }
    }
}

fn statuses(states: &[&str]) -> (Client, InstantClock, Canned) {
    let canned = Canned::new(states.iter().map(|state| match *state {
        "503" => json(503, r#"{"Code":"ServiceUnavailable","Message":"later"}"#),
        "404" => json(404, r#"{"Code":"Thing.NotFound","Message":"gone"}"#),
        state => json(200, &format!(r#"{{"Status":"{state}"}}"#)),
    }));
    let clock = InstantClock::default();
    let client = Client::new(&thing::SERVICE, config().transport(canned.clone()).clock(clock.clone())).unwrap();
    (client, clock, canned)
}

fn step(result: Result<GetThingResponse, Error>) -> Result<WaitStatus<GetThingResponse>, Error> {
    let response = result?;
    let status = response.status.clone().unwrap_or_default();
    Ok(match status.as_str() {
        "READY" => WaitStatus::Done(response),
        "BROKEN" => WaitStatus::Failed(status),
        _ => WaitStatus::Pending(status),
    })
}

#[tokio::test]
async fn wait_until_the_state_returns_the_response() {
    let (client, clock, canned) = statuses(&["NEW", "NEW", "503", "NEW", "READY"]);
    let wait = WaitPolicy::new().max_interval(Duration::from_secs(5));
    let response = client.call(GetThing).wait_until(wait, step).await.unwrap();
    assert_eq!(response.status.as_deref(), Some("READY"));
    assert_eq!(canned.count(), 5);
    let slept: Vec<f64> = clock.waits().iter().map(Duration::as_secs_f64).collect();
    assert_eq!(slept, [2.0, 3.0, 4.5, 5.0]);
}

#[tokio::test]
async fn wait_with_a_failed_state_is_an_error() {
    let (client, ..) = statuses(&["NEW", "BROKEN"]);
    let error = client.call(GetThing).wait_until(WaitPolicy::new(), step).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Wait && error.timeout().is_none(), "{error:?}");
    assert_eq!(
        format!("{error:#}"),
        "GetThing: what was waited for will not come; the last state is `BROKEN` (2 attempts)"
    );
    assert_eq!(error.elapsed(), Duration::from_secs(2));
}

#[tokio::test]
async fn wait_that_times_out_reports_the_last_state() {
    let (client, _, canned) = statuses(&["NEW"; 20]);
    let wait = WaitPolicy::new().interval(Duration::from_secs(10)).max_interval(Duration::from_secs(10));
    let error = client.call(GetThing).wait_until(wait.limit(Duration::from_secs(35)), step).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Wait);
    assert_eq!((error.timeout(), error.attempts()), (Some(TimeoutKind::Wait), 4));
    assert!(format!("{error:#}").contains("within 35s; the last state is `NEW`"), "{error}");
    assert_eq!(canned.count(), 4);

    // What stood in the way is the cause.
    let (client, ..) = statuses(&["503"; 20]);
    let error = client.call(GetThing).wait_until(wait.limit(Duration::from_secs(15)), step).await.unwrap_err();
    assert!(format!("{error:#}").contains("no state was seen"), "{error}");
    let source = std::error::Error::source(&error).and_then(|source| source.downcast_ref::<Error>()).unwrap();
    assert_eq!(source.code(), Some("ServiceUnavailable"));
}

#[tokio::test]
async fn wait_with_an_error_returns_it_or_treats_it_as_a_state() {
    let (client, ..) = statuses(&["NEW", "404"]);
    let error = client.call(GetThing).wait_until(WaitPolicy::new(), step).await.unwrap_err();
    assert_eq!(error.code(), Some("Thing.NotFound"));

    let (client, ..) = statuses(&["NEW", "404"]);
    let gone = client.call(GetThing).wait_until(WaitPolicy::new(), |result| match result {
        Err(error) if error.code() == Some("Thing.NotFound") => Ok(WaitStatus::Done("gone")),
        other => Ok(WaitStatus::Pending(other?.status.unwrap_or_default())),
    });
    assert_eq!(gone.await.unwrap(), "gone");
}
