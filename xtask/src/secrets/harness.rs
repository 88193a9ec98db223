//! Calls operations with unique values in all texts, and prints where they occur in the output.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use alicloud_core::__private::{Operation, Service};
use alicloud_core::credentials::Credentials;
use alicloud_core::transport::bytes::Bytes;
use alicloud_core::transport::http::{Request, Response};
use alicloud_core::transport::{Body, BoxFuture, RequestContext, Transport, TransportError};
use alicloud_core::{Client, Config};
use serde_core::de::DeserializeOwned;
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// Sends the same response to every request.
#[derive(Clone, Default)]
struct FixedResponse(Arc<Mutex<(u16, String)>>);

impl Transport for FixedResponse {
    fn send(&self, _: Request<Body>, _: RequestContext) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let (status, body) = self.0.lock().expect("a response").clone();
            let mut headers = http::HeaderMap::new();
            headers.insert("content-type", http::HeaderValue::from_static("application/json"));
            let mut response = Response::new(Bytes::from(body));
            *response.status_mut() = status.try_into().expect("a status");
            *response.headers_mut() = headers;
            Ok(response)
        })
    }
}

/// Records everything in spans and events.
#[derive(Clone, Default)]
struct RecordedSpans(Arc<Mutex<String>>);

struct FieldVisitor<'a>(&'a mut String);

impl Visit for FieldVisitor<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for RecordedSpans {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        attributes.record(&mut FieldVisitor(&mut self.0.lock().expect("a text")));
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        values.record(&mut FieldVisitor(&mut self.0.lock().expect("a text")));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut FieldVisitor(&mut self.0.lock().expect("a text")));
    }
}

pub struct Search {
    transport: FixedResponse,
    spans: RecordedSpans,
    runtime: tokio::runtime::Runtime,
}

impl Search {
    pub fn new() -> Self {
        let spans = RecordedSpans::default();
        let subscriber = tracing_subscriber::registry().with(spans.clone());
        tracing::subscriber::set_global_default(subscriber).expect("no other subscriber");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        Self { transport: FixedResponse::default(), spans, runtime }
    }

    pub fn operation<O>(&mut self, service: &'static Service, planted: &str)
    where
        O: Operation + DeserializeOwned + Debug + Clone,
        O::Response: Debug,
    {
        let planted: Value = serde_json::from_str(planted).expect("JSON");
        let canaries = planted["canaries"].as_array().expect("a list").iter();
        let canaries: Vec<&str> = canaries.filter_map(Value::as_str).collect();
        let found = |text: &str| -> BTreeSet<&str> {
            canaries.iter().copied().filter(|canary| text.contains(*canary)).collect()
        };
        let request: O = match serde_json::from_value(planted["request"].clone()) {
            Ok(request) => request,
            Err(error) => return failure(&planted, "the request cannot be read", &error),
        };
        let mut debug = format!("{request:?} {request:#?}");
        let config = Config::new()
            .region("cn-hangzhou")
            .endpoint("https://host.invalid")
            .credentials(Credentials::access_key("id", "secret"))
            .max_attempts(1)
            .transport(self.transport.clone());
        let client = Client::new(service, config).expect("a client");
        let body = match &planted["response"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        self.set_response(200, body.clone());
        match self.runtime.block_on(client.call(request.clone()).response()) {
            Ok(response) => _ = write!(debug, "{response:?} {response:#?}"),
            // The unique value in a success field may report a failure, which is an error.
            Err(error) => {
                failure(&planted, "the response cannot be read", &error);
            }
        }
        for canary in found(&debug) {
            println!("{}", json!({"sink": "debug", "canary": canary}));
        }
        // An error that quotes the request, errors without a code, a truncated response, and responses of another type.
        let quoted = json!({"Code": "InvalidParameter", "Message": planted["request"].to_string(), "RequestId": "1"});
        let mut cut = body.len() * 2 / 3;
        while !body.is_char_boundary(cut) {
            cut -= 1;
        }
        let responses = [
            (400, quoted.to_string()),
            (500, body.clone()),
            (404, body.clone()),
            (200, body[..cut].to_owned()),
            (200, format!("<html>{body}</html>")),
            (200, json!([body]).to_string()),
        ];
        let mut errors = String::new();
        for (status, body) in responses {
            self.set_response(status, body);
            if let Err(error) = self.runtime.block_on(client.call(request.clone()).response()) {
                _ = write!(errors, "{error} {error:?} {error:#?} ");
                let mut source = std::error::Error::source(&error);
                while let Some(cause) = source {
                    _ = write!(errors, "{cause} {cause:?} ");
                    source = cause.source();
                }
            }
        }
        for canary in found(&errors) {
            println!("{}", json!({"sink": "an error", "canary": canary}));
        }
        for canary in found(&std::mem::take(&mut *self.spans.0.lock().expect("a text"))) {
            println!("{}", json!({"sink": "a span", "canary": canary}));
        }
    }

    fn set_response(&self, status: u16, body: String) {
        *self.transport.0.lock().expect("a response") = (status, body);
    }
}

fn failure(planted: &Value, what: &str, error: &dyn std::fmt::Display) {
    println!("{}", json!({"sink": "failure", "text": format!("{}: {what}: {error}", planted["operation"])}));
}
