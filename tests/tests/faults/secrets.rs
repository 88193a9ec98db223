//! Secrets are planted wherever a program has some, everything goes wrong that can, and every text that comes out is
//! searched for them.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_appstream_center_20210901::operation::*;
use alicloud_appstream_center_20210901::types::ProductType as Product;
use alicloud_core::credentials::{
    AssumeRoleCredentials, CachedCredentials, DefaultCredentials, ProvideCredentials, ProviderContext,
    StaticCredentials, UriCredentials,
};
use alicloud_core::intercept::{
    AfterAttempt, AfterOperation, BeforeSending, BeforeSigning, BoxError, Interceptor, Outcome,
};
use alicloud_core::sign::SignatureVersion;
use alicloud_core::testing::Recorder;
use alicloud_core::transport::bytes::Bytes;
use alicloud_core::transport::http;
use alicloud_core::transport::{Body, BoxFuture, HttpTransport, Proxy, RequestContext, Transport, TransportError};
use alicloud_mock::{AccessKey, Response};
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer};

use super::figure::tell;
use super::local::{Peer, raw};
use super::subscribed::subscribed;
use super::*;

const KEY_ID: &str = "LTAI-canary-key";
const SECRET: &str = "canary-secret/+with=odd%letters";
const WRONG: &str = "canary-wrong/secret";
const TOKEN: &str = "canary+token/of==the service";
const BEARER: &str = "canary-bearer.token/+x";
const PASSWORD: &str = "canary horse/battery+staple";
const API_KEY: &str = "sk-canary/api+key";
const TICKET: &str = "canary-ticket==/to a desktop";
const PROXY: &str = "canary-proxy-pass";

/// The planted secrets; signatures are added during the calls.
const PLANTED: [(&str, &str); 9] = [
    ("key id", KEY_ID),
    ("key secret", SECRET),
    ("another key secret", WRONG),
    ("security token", TOKEN),
    ("bearer token", BEARER),
    ("password", PASSWORD),
    ("API key", API_KEY),
    ("ticket", TICKET),
    ("proxy password", PROXY),
];

/// Every printed text, by its source.
#[derive(Clone, Default)]
struct Outputs(Arc<Mutex<Vec<(&'static str, String)>>>);

impl Outputs {
    fn text(&self, sink: &'static str, text: impl Into<String>) {
        self.0.lock().expect("the texts").push((sink, text.into()));
    }

    fn debug(&self, sink: &'static str, value: &dyn Debug) {
        self.text(sink, format!("{value:?}"));
        self.text(sink, format!("{value:#?}"));
    }

    fn error(&self, error: &Error) {
        self.text("Display of errors", format!("{error:#}"));
        self.text("words of errors", format!("{} {:?}", error.message(), error.signature_difference()));
        self.debug("Debug of errors", error);
        let mut cause = error.source();
        while let Some(inner) = cause {
            self.text("causes of errors", format!("{inner} {inner:?}"));
            cause = inner.source();
        }
    }
}

/// Logs whatever it is shown.
struct Log(Outputs);

impl Interceptor for Log {
    fn before_signing(&self, attempt: &mut BeforeSigning<'_>) -> Result<(), BoxError> {
        self.0.text("hooks", format!("{} {} {}", attempt.operation(), attempt.call().endpoint(), attempt.attempt()));
        Ok(())
    }

    fn before_sending(&self, attempt: &BeforeSending<'_>) {
        let names = ["authorization", "x-acs-security-token", "x-acs-bearer-token", "x-acs-accesskey-id", "host"];
        let headers: Vec<_> = names.iter().filter_map(|name| attempt.header(name)).collect();
        self.0.text("hooks", format!("{} {} {headers:?}", attempt.method(), attempt.url()));
    }

    fn after_attempt(&self, attempt: &AfterAttempt<'_>) {
        self.0.text("hooks", format!("{:?} {:?}", attempt.status(), attempt.error()));
    }

    fn after_operation(&self, call: &AfterOperation<'_>) {
        self.0.text("hooks", format!("{:?} {:?}", call.call(), call.call().parameters()));
        let error = match call.outcome() {
            Outcome::Failed(error) => format!("{error:#}"),
            _ => String::new(),
        };
        self.0.text("hooks", format!("{:?} {error}", call.outcome()));
    }
}

/// Keeps the fields of all spans and events.
struct Spans(Outputs);

struct Fields<'a>(&'a Outputs);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.text("spans", format!("{}: {value:?}", field.name()));
    }
}

impl<S: tracing::Subscriber> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &tracing::span::Attributes<'_>, _: &tracing::span::Id, _: Context<'_, S>) {
        attributes.record(&mut Fields(&self.0));
    }

    fn on_record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>, _: Context<'_, S>) {
        values.record(&mut Fields(&self.0));
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        event.record(&mut Fields(&self.0));
    }
}

/// Shows what passes and hides its secrets: of requests and responses themselves the `http` crate shows all.
struct LoggingTransport<T>(T, Outputs);

impl<T: Transport> Transport for LoggingTransport<T> {
    fn send(
        &self,
        request: http::Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        self.1.debug("Debug of bodies on their way", request.body());
        self.1.debug("Debug of headers on their way", request.headers());
        self.1.debug("Debug of contexts on their way", &context);
        Box::pin(async {
            let outcome = self.0.send(request, context).await;
            if let Err(error) = &outcome {
                self.1.text("errors of transports", format!("{error} {error:?} {error:#?}"));
            }
            outcome
        })
    }
}

/// A service that quotes what it received, escaped and unescaped.
fn quoting_response(status: u16, secret: &'static str) -> Response {
    Response::from_fn(move |request| {
        let headers: Vec<&str> = request.headers.iter().map(|(_, value)| value.as_str()).collect();
        let pairs: Vec<_> = request.query.iter().chain(&request.form).collect();
        let (target, body) = (&request.target, String::from_utf8_lossy(&request.body));
        let words = format!("you sent {target} {headers:?} {pairs:?} {body}, signed with {secret}");
        Response::error(status, "Forbidden.Canary", words)
    })
}

async fn mock() -> Mock {
    let key = AccessKey::new(KEY_ID, SECRET).security_token(TOKEN);
    alicloud_tests::app_streaming().key(key).bearer_token(BEARER).start().await.expect("the mock starts")
}

fn create() -> CreateWuyingServer {
    CreateWuyingServer::new().password(PASSWORD)
}

fn template() -> UpdateModelProviderTemplate {
    UpdateModelProviderTemplate::new("t").config(update_model_provider_template::Config::new().api_key(API_KEY))
}

/// Every way in which a call can end.
async fn everything_goes_wrong(sinks: &Outputs, mock: &Mock, client: &Client, secret: &'static str) {
    sinks.debug("Debug of clients", client);
    let ticket = || GetConnectionTicket::new(Product::CloudApp, "alice");
    sinks.debug("Debug of requests", &create());
    sinks.debug("Debug of requests", &template());
    sinks.debug("Debug of calls", &client.create_wuying_server(create()));
    let shown = |outcome: Result<String, Error>| match outcome {
        Ok(text) => sinks.text("Debug of responses", text),
        Err(error) => {
            sinks.error(&error);
            // The output of a program that ends with the error.
            let panic = catch_unwind(AssertUnwindSafe(|| panic!("the call fails: {error:?}")));
            let words = panic.expect_err("it panics");
            let words = words.downcast_ref::<String>().expect("words");
            sinks.text("panics", words.as_str());
        }
    };
    let page = Response::from_fn(move |request| {
        let words = String::from_utf8_lossy(&request.body).into_owned();
        let token = request.header("x-acs-security-token").or(request.query_value("SecurityToken")).unwrap_or_default();
        let signed = (request.header("authorization"), request.query_value("Signature"), &request.target);
        Response::bytes(502, "text/html", format!("<title>{secret} {token} {signed:?} {words}</title>"))
    });
    let responses = [
        Response::from_document(),
        quoting_response(403, secret),
        quoting_response(503, secret),
        page,
        Response::bytes(200, "text/html", "<title>Please log in</title>"),
        Response::cut().reset(),
        Response::from_document().content_length(10_000),
        Response::repeated(200, "application/json", TOKEN, 1 << 20),
        Response::silence(),
        Response::status(307).header("location", format!("https://example.com/?x={TOKEN}")),
        Response::error(400, "InvalidSecurityToken.Expired", "it has expired"),
        Response::from_fn(|request| {
            let words = String::from_utf8_lossy(&request.body).into_owned();
            let token = request.header("x-acs-security-token").unwrap_or_default();
            let text = format!("server string to sign is:POST\n/\nx-acs-security-token:{token}\n{words}");
            Response::error(400, "SignatureDoesNotMatch", text)
        }),
    ];
    let tickets = [
        Response::json(200, json!({"Ticket": TICKET, "Code": "Failed", "Message": "no ticket"})),
        Response::json(200, json!({"Ticket": {"Deep": TICKET}, "TenantId": "not a number"})),
        Response::bytes(200, "application/json", format!("{{\"Ticket\": \"{TICKET}")),
    ];
    let all = responses.into_iter().map(|response| (response, false)).chain(tickets.map(|response| (response, true)));
    for (response, tells_tickets) in all {
        mock.clear_scripts();
        let operation = if tells_tickets { "GetConnectionTicket" } else { "*" };
        mock.script(operation, response.clone(), 9);
        shown(client.create_wuying_server(create()).await.map(|value| format!("{value:?} {value:#?}")));
        shown(client.update_model_provider_template(template()).await.map(|value| format!("{value:?}")));
        shown(
            client
                .get_connection_ticket(ticket())
                .response()
                .await
                .map(|response| format!("{response:?} {:#?}", response.value)),
        );
    }
    mock.clear_scripts();
}

#[tokio::test]
async fn output_of_every_kind_shows_no_secret() {
    let sinks = Outputs::default();
    let _watched = subscribed(Spans(sinks.clone()));
    let folder = tempfile::tempdir().expect("a folder");
    let mut signatures = Vec::new();
    let keys = Credentials::temporary(KEY_ID, SECRET, TOKEN);
    let (wrong, bearer) = (Credentials::temporary(KEY_ID, WRONG, TOKEN), Credentials::bearer(BEARER));
    // With the secret that the service might quote.
    let all = [(&keys, SECRET), (&wrong, WRONG), (&bearer, BEARER)];
    for (index, ((credentials, secret), signature)) in all
        .into_iter()
        .flat_map(|it| [SignatureVersion::V3, SignatureVersion::HmacSha1].map(|version| (it, version)))
        .enumerate()
    {
        let mock = mock().await;
        let recording = folder.path().join(format!("{index}.json"));
        let transport = HttpTransport::builder().proxy(Proxy::none()).build().expect("a transport");
        let recorder = Recorder::new(LoggingTransport(transport, sinks.clone()), &recording);
        let config = alicloud_tests::config(&mock)
            .credentials(credentials.clone())
            .signature(signature)
            .diagnose_signature_mismatch(true)
            .max_attempts(2)
            .max_response_bytes(64 << 10)
            .attempt_timeout(Duration::from_millis(60))
            .interceptor(Log(sinks.clone()))
            .transport(recorder);
        sinks.debug("Debug of credentials", credentials);
        sinks.debug("Debug of configurations", &config);
        everything_goes_wrong(&sinks, &mock, &client(config), secret).await;
        if let Ok(text) = std::fs::read_to_string(&recording) {
            sinks.text("recordings", text);
        }
        for request in mock.requests() {
            sinks.debug("Debug of what the mock saw", &request);
            let authorization = request.header("authorization").and_then(|it| it.split("Signature=").nth(1));
            signatures.extend(authorization.map(str::to_owned));
            if let Some(signature) = request.query_value("Signature") {
                signatures.push(signature.to_owned());
                // The whole of what an older signature puts into the URL.
                signatures.extend(request.target.split_once("SignatureMethod").map(|(_, rest)| rest.to_owned()));
            }
        }
    }
    providers(&sinks, &keys).await;
    behind_a_proxy(&sinks).await;

    let texts = sinks.0.lock().expect("the texts");
    let names: std::collections::BTreeSet<&str> = texts.iter().map(|(sink, _)| *sink).collect();
    assert!(names.contains("spans") && names.contains("recordings") && names.contains("panics"), "{names:?}");
    assert!(signatures.len() > 50, "{} signatures", signatures.len());
    let planted = PLANTED.map(|(_, secret)| secret.to_owned()).into_iter().chain(signatures);
    let spellings: std::collections::BTreeSet<String> = planted.flat_map(|secret| spellings(&secret)).collect();
    let mut found = Vec::new();
    for (sink, text) in texts.iter() {
        found.extend(
            spellings
                .iter()
                .filter(|it| text.contains(it.as_str()))
                .map(|it| format!("{sink} shows {it:?}: {}", around(text, it))),
        );
    }
    tell("secrets.planted", PLANTED.len() + 2);
    tell("secrets.sinks", names.len());
    tell("secrets.texts", texts.len());
    tell("secrets.found", found.len());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Where in a text something stands.
fn around<'a>(text: &'a str, it: &str) -> &'a str {
    let at = text.find(it).unwrap_or_default();
    text.get(at.saturating_sub(200)..at + it.len()).unwrap_or(text)
}

/// As it is, escaped once and twice, as in a form, and within JSON.
fn spellings(secret: &str) -> Vec<String> {
    let escape = |text: &str, blank: &str| -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        text.bytes()
            .map(|byte| match byte {
                b' ' => blank.to_owned(),
                _ if plain(byte) => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    let once = escape(secret, "%20");
    let twice = escape(&once, "%20");
    vec![secret.to_owned(), escape(secret, "+"), once, twice, secret.replace('/', "\\/")]
}

/// What providers show of themselves, and of servers that answer nonsense.
async fn providers(sinks: &Outputs, keys: &Credentials) {
    sinks.debug("Debug of providers", &StaticCredentials::new(keys.clone()));
    sinks.debug("Debug of providers", &CachedCredentials::new(keys.clone()));
    sinks.debug("Debug of providers", &AssumeRoleCredentials::builder(keys.clone(), "acs:ram::1:role/x").build());
    let answers = [
        format!(
            r#"{{"AccessKeyId":"{KEY_ID}","AccessKeySecret":"{SECRET}","SecurityToken":"{TOKEN}","Expiration":"never"}}"#
        ),
        format!(r#"{{"AccessKeySecret":"{SECRET}","SecurityToken":"{TOKEN}""#),
        format!("<title>{SECRET} {TOKEN}</title>"),
    ];
    for answer in answers {
        let server = Peer::answering(raw("200 OK", "", &answer));
        let provider = UriCredentials::builder().uri(format!("{}/?key={PASSWORD}", server.endpoint())).build();
        sinks.debug("Debug of providers", &provider);
        let error = provider.credentials().await.expect_err("no credentials");
        sinks.text("errors of providers", format!("{error} {error:?}"));
    }
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), format!("[default]\ntype = access_key\naccess_key_id = {KEY_ID}\nodd {SECRET}"))
        .expect("it");
    let path = file.path().display().to_string();
    let odd = move |name: &str| match name {
        "ALIBABA_CLOUD_CREDENTIALS_FILE" => Some(path.clone()),
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED" => Some("true".to_owned()),
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET" => Some(SECRET.to_owned()),
        "ALIBABA_CLOUD_CREDENTIALS_URI" => Some(format!("http://user:{PASSWORD}@example.com/{SECRET}")),
        _ => None,
    };
    let provider = DefaultCredentials::builder().context(ProviderContext::new().variables(odd)).build();
    sinks.debug("Debug of providers", &provider);
    let error = provider.credentials().await.expect_err("no credentials");
    sinks.text("errors of providers", format!("{error} {error:?}"));
}

async fn behind_a_proxy(sinks: &Outputs) {
    for answer in ["407 Proxy Authentication Required", "502 Bad Gateway"] {
        let peer = Peer::answering(raw(answer, "", PROXY));
        let proxy = Proxy::new(format!("http://user:{PROXY}@{}", peer.address));
        sinks.debug("Debug of proxies", &proxy);
        let transport = HttpTransport::builder().proxy(proxy).build().expect("a transport");
        sinks.debug("Debug of transports", &transport);
        let config = config().endpoint("appstream.example.com").transport(transport);
        sinks.debug("Debug of configurations", &config);
        sinks.error(&Read.call(&client(config)).await.expect_err("no tunnel"));
    }
    let odd = Proxy::new(format!("http://user:{PROXY}@[not an address"));
    sinks.debug("Debug of proxies", &odd);
    let error = HttpTransport::builder().proxy(odd).build().expect_err("no URL");
    sinks.text("errors of transports", format!("{error} {error:?}"));
}
