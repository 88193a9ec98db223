//! All hosts, served by one local socket.

use std::sync::{Arc, Mutex};

use alicloud_core::credentials::{Credentials, CredentialsError, ProvideCredentials};
use alicloud_core::transport::{
    Body, BoxFuture, HttpTransport, Proxy, RequestContext, Tls, Transport, TransportError, TransportErrorKind,
};
use bytes::Bytes;
use http::{Request, Response};

use crate::local::{Peer, raw};

/// A transport that sends every request to one local socket, and records what arrives there.
#[derive(Clone)]
pub(crate) struct FakeServices(Arc<Inner>);

struct Inner {
    http: HttpTransport,
    peer: Peer,
    requests: Arc<Mutex<Vec<ReceivedRequest>>>,
}

/// A request, as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct ReceivedRequest {
    /// Method and URL.
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl ReceivedRequest {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let mut first = lines.next().unwrap().split(' ');
        let (method, target) = (first.next().unwrap(), first.next().unwrap());
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut request = Self { line: String::new(), headers, body: body.to_owned() };
        let (scheme, host) = (request.header("x-test-scheme").unwrap(), request.header("host").unwrap());
        request.line = format!("{method} {scheme}://{host}{target}");
        request
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The method and the URL without its query.
    pub(crate) fn place(&self) -> &str {
        self.line.split('?').next().unwrap()
    }

    /// The fields of a form, or of a query.
    pub(crate) fn fields(text: &str) -> Vec<(String, String)> {
        let plain = |text: &str| {
            let mut bytes = text.bytes();
            let mut out = Vec::new();
            while let Some(byte) = bytes.next() {
                out.push(match byte {
                    b'+' => b' ',
                    b'%' => {
                        let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                        u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
                    }
                    byte => byte,
                });
            }
            String::from_utf8(out).unwrap()
        };
        let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap());
        pairs.map(|(name, value)| (plain(name), plain(value))).collect()
    }

    pub(crate) fn form(&self, name: &str) -> Option<String> {
        Self::fields(&self.body).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let (_, query) = self.line.split_once('?')?;
        Self::fields(query).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl FakeServices {
    /// Responds to each request with the raw response that `answer` returns; `None` closes the connection.
    pub(crate) fn new(answer: impl Fn(&ReceivedRequest) -> Option<String> + Send + Sync + 'static) -> Self {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = requests.clone();
        let peer = Peer::start(move |mut connection| {
            while let Some(text) = connection.request() {
                let request = ReceivedRequest::parse(&text);
                log.lock().unwrap().push(request.clone());
                let Some(response) = answer(&request) else { return };
                connection.send(&response);
            }
        });
        let http = HttpTransport::builder().proxy(Proxy::none()).tls(Tls::new().system_roots(false)).build().unwrap();
        Self(Arc::new(Inner { http, peer, requests }))
    }

    /// Answers from a list of places and responses; any other place with 404.
    pub(crate) fn of(responses: Vec<(&'static str, String)>) -> Self {
        Self::new(move |request| {
            let known = responses.iter().find(|(place, _)| *place == request.place());
            Some(known.map_or_else(|| raw("404 Not Found", "", ""), |(_, response)| response.clone()))
        })
    }

    /// Returns the received requests, oldest first.
    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        self.0.requests.lock().unwrap().clone()
    }

    /// Returns method and URL of the received requests, oldest first.
    pub(crate) fn destinations(&self) -> Vec<String> {
        self.requests().iter().map(|request| request.place().to_owned()).collect()
    }
}

impl Transport for FakeServices {
    fn send(
        &self,
        mut request: Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let url = request.uri().to_string();
        let (scheme, rest) = url.split_once("://").unwrap();
        let (host, path) = rest.split_once('/').unwrap();
        // Where there is nobody.
        if host == "nobody.example.com" {
            let error = TransportError::new(TransportErrorKind::Connect, format!("no connection to {host}"));
            return Box::pin(std::future::ready(Err(error)));
        }
        request.headers_mut().insert("x-test-scheme", scheme.parse().unwrap());
        request.headers_mut().insert("host", host.parse().unwrap());
        *request.uri_mut() = format!("http://{}/{path}", self.0.peer.address).parse().unwrap();
        Box::pin(async { self.0.http.send(request, context).await })
    }
}

/// A response of JSON with status 200.
pub(crate) fn ok(body: &str) -> String {
    raw("200 OK", "content-type: application/json\r\n", body)
}

/// What the metadata service of a machine with the role `r` answers.
pub(crate) fn machine(place: &str) -> Option<String> {
    Some(match place {
        "PUT http://100.100.100.200/latest/api/token" => raw("200 OK", "", "t"),
        "GET http://100.100.100.200/latest/meta-data/ram/security-credentials/" => raw("200 OK", "", "r"),
        "GET http://100.100.100.200/latest/meta-data/ram/security-credentials/r" => {
            ok(&format!(r#"{{"Code":"Success",{}}}"#, keys("machine")))
        }
        _ => return None,
    })
}

/// Fields of a temporary key that is good for an hour from the start of the clock.
pub(crate) fn keys(name: &str) -> String {
    format!(
        r#""AccessKeyId":"{name}","AccessKeySecret":"canary-secret-{name}","SecurityToken":"canary-token-{name}","Expiration":"2026-01-02T04:04:05Z""#
    )
}

/// A response of the Security Token Service.
pub(crate) fn session(name: &str) -> String {
    ok(&format!(r#"{{"RequestId":"R-1","AssumedRoleUser":{{"Arn":"a"}},"Credentials":{{{}}}}}"#, keys(name)))
}

pub(crate) async fn id(provider: &impl ProvideCredentials) -> String {
    let credentials: Credentials = provider.credentials().await.unwrap();
    clean(format!("{credentials:?}"));
    credentials.access_key_id().unwrap().to_owned()
}

/// The text of the error. No text holds what was planted.
pub(crate) async fn error(provider: &impl ProvideCredentials) -> String {
    let error: CredentialsError = provider.credentials().await.unwrap_err();
    clean(format!("{error:?}"));
    let text = clean(format!("{error:#}"));
    assert!(!text.contains('\n'), "{text}");
    text
}

/// Makes sure that nothing that was planted is in a text.
pub(crate) fn clean(text: String) -> String {
    assert!(!text.contains("canary"), "{text}");
    text
}
