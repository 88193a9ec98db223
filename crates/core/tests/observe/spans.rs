//! Spans, as a subscriber sees them.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::subscribed::subscribed;
use super::thing::*;
use super::{SECRET, Silent, json, local};
use alicloud_core::Client;

/// Every span with its fields and its parent, and the spans that were entered at each event.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    spans: BTreeMap<u64, Span>,
    events: Vec<String>,
    inside: BTreeMap<u64, u32>,
}

#[derive(Default)]
struct Span {
    name: &'static str,
    parent: Option<u64>,
    fields: BTreeMap<&'static str, String>,
    closed: bool,
}

impl Visit for Span {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(field.name(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Seen {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let parent = context.span(id).unwrap().parent().map(|parent| parent.id().into_u64());
        let mut span = Span { name: attributes.metadata().name(), parent, ..Span::default() };
        attributes.record(&mut span);
        self.0.lock().unwrap().spans.insert(id.into_u64(), span);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        values.record(self.0.lock().unwrap().spans.get_mut(&id.into_u64()).unwrap());
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Span::default();
        event.record(&mut fields);
        self.0.lock().unwrap().events.push(format!("{:?}", fields.fields));
    }

    fn on_enter(&self, id: &Id, _: Context<'_, S>) {
        *self.0.lock().unwrap().inside.entry(id.into_u64()).or_default() += 1;
    }

    fn on_exit(&self, id: &Id, _: Context<'_, S>) {
        *self.0.lock().unwrap().inside.get_mut(&id.into_u64()).unwrap() -= 1;
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        self.0.lock().unwrap().spans.get_mut(&id.into_u64()).unwrap().closed = true;
    }
}

#[tokio::test]
async fn call_has_a_span_with_one_for_each_attempt() {
    let seen = Seen::default();
    let _watched = subscribed(seen.clone());
    let busy = json(503, &format!(r#"{{"Code":"ServiceUnavailable","Message":"{SECRET}","RequestId":"R-1"}}"#));
    let (canned, log) = (super::Canned::new([busy, json(200, r#"{"RequestId":"R-2"}"#)]), super::Log::default());
    let config = local::config().max_attempts(2).transport(canned).interceptor(log);
    let mut request = CreateThing::new(ProductType::CloudApp);
    request.password = Some("correct-horse".into());
    Client::new(&SERVICE, config).unwrap().call(request).query("q", "canary-query").await.unwrap();

    let inner = seen.0.lock().unwrap();
    let all: Vec<_> = inner.spans.iter().filter(|(_, span)| matches!(span.name, "call" | "attempt")).collect();
    assert_eq!(all.iter().map(|(_, span)| span.name).collect::<Vec<_>>(), ["call", "attempt", "attempt"]);
    let (call_id, call) = all[0];
    for (name, value) in [
        ("otel.name", "thing/CreateThing"),
        ("otel.kind", "client"),
        ("rpc.system", "alibabacloud-api"),
        ("rpc.service", "thing"),
        ("rpc.method", "CreateThing"),
        ("server.address", "thing.cn-shanghai.aliyuncs.com"),
        ("server.port", "443"),
        ("cloud.region", "cn-shanghai"),
        ("http.response.status_code", "200"),
        ("alicloud.request_id", "R-2"),
    ] {
        assert_eq!(call.fields.get(name).map(String::as_str), Some(value), "{name}: {:?}", call.fields);
    }
    assert!(!call.fields.contains_key("error.type"), "{:?}", call.fields);
    let field = |index: usize, name| all[index].1.fields.get(name).map(String::as_str);
    assert!(all[1..].iter().all(|(_, span)| span.parent == Some(*call_id)));
    assert_eq!((field(1, "http.request.resend_count"), field(2, "http.request.resend_count")), (Some("0"), Some("1")));
    assert_eq!((field(1, "http.response.status_code"), field(1, "otel.status_code")), (Some("503"), Some("ERROR")));
    assert_eq!((field(1, "error.type"), field(1, "alicloud.request_id")), (Some("ServiceUnavailable"), Some("R-1")));
    assert_eq!((field(2, "http.response.status_code"), field(2, "error.type")), (Some("200"), None));
    assert!(inner.spans.values().all(|span| span.closed), "every span is closed");
    let text: String =
        inner.spans.values().map(|span| format!("{:?}", span.fields)).chain(inner.events.clone()).collect();
    assert_eq!(inner.events.iter().filter(|event| event.contains("trying again")).count(), 1, "{:?}", inner.events);
    for secret in [SECRET, "correct-horse", "canary-query", "Signature="] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn call_that_is_dropped_closes_its_spans() {
    let seen = Seen::default();
    let _watched = subscribed(seen.clone());
    let client = Client::new(&SERVICE, local::config().transport(Silent)).unwrap();
    let calls: Vec<_> = (0..10)
        .map(|_| tokio::time::timeout(Duration::from_millis(10), client.call(ListThings {}).send()))
        .map(Box::pin)
        .collect();
    for call in calls {
        call.await.unwrap_err();
    }
    let inner = seen.0.lock().unwrap();
    let calls = inner.spans.values().filter(|span| span.name == "call").count();
    assert_eq!(calls, 10);
    assert!(inner.spans.values().all(|span| span.closed));
    assert!(inner.inside.values().all(|depth| *depth == 0));
}

/// Calls that take turns on one thread: each attempt stands within its own call.
#[tokio::test]
async fn calls_that_run_concurrently_have_separate_spans() {
    let seen = Seen::default();
    let _watched = subscribed(seen.clone());
    let peer = local::Peer::start(|mut connection| {
        while connection.request().is_some() {
            connection.send(&local::raw("200 OK", "", "{}"));
        }
    });
    let client = peer.client();
    let tasks: Vec<_> = (0..20).map(|_| Box::pin(client.call(ListThings {}).send())).collect();
    let mut tasks = tasks;
    std::future::poll_fn(|context| {
        tasks.retain_mut(|task| task.as_mut().poll(context).is_pending());
        if tasks.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    let inner = seen.0.lock().unwrap();
    let parents: std::collections::BTreeSet<_> =
        inner.spans.values().filter(|span| span.name == "attempt").map(|span| span.parent.unwrap()).collect();
    assert_eq!(parents.len(), 20);
    assert!(parents.iter().all(|parent| inner.spans[parent].name == "call"));
    assert!(inner.spans.values().filter(|span| span.name == "call").all(|span| span.parent.is_none()));
}
