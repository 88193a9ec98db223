//! Calls of operations with parameters as JSON values.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use alicloud_codegen::model::{
    Access, Body, Encoding, Method, Model, Operation, Protocol, ResponseBody, Shape, TypeId, TypeKind,
};
use alicloud_codegen::parameters;
use alicloud_core::credentials::Credentials;
use alicloud_core::transport::bytes::Bytes;
use alicloud_core::transport::{
    Body as HttpBody, BoxFuture, RequestContext, Transport, TransportError, TransportErrorKind,
};
use alicloud_core::{Client, Clock, Config, Error, Method as HttpMethod, RawRequest, http};
use serde_json::{Map, Value};

use crate::catalog::LoadedOperation;
use crate::random;

/// Returns the request of an operation with parameters that [`parameters::read`] returned.
pub fn request(operation: &LoadedOperation, values: &Map<String, Value>) -> RawRequest {
    let (model, operation) = (operation.model(), operation.operation());
    let name = operation.name.wire.as_str();
    let mut request = match &operation.protocol {
        Protocol::Rpc(method) => RawRequest::rpc(name).method(http_method(*method)),
        Protocol::Roa(method, path) => RawRequest::roa(name, http_method(*method), path.as_str()),
    };
    request = declared(operation, request);
    // The body of these is sent even if no parameter sets it.
    request = match operation.body {
        Body::Form => request.form_value("", Value::Null),
        Body::Json => request.json(Map::new()),
        Body::None | Body::OptionalJson | Body::Text | Body::Bytes | Body::Raw | Body::Logs => request,
    };
    for parameter in &operation.parameters {
        let field = &parameter.field;
        let wire = field.name.wire.as_str();
        // A raw request conceals a parameter as a whole.
        if contains_secret(model, &field.shape, &mut Vec::new()) {
            request = request.sensitive(wire);
        }
        let value = match values.get(wire) {
            Some(value) => value.clone(),
            // The host of the operation depends on the parameter even if it is absent.
            None if parameter.encoding == Encoding::Host => Value::Null,
            None => continue,
        };
        request = match parameter.encoding {
            Encoding::Query => request.query_value(wire, value),
            Encoding::QueryJson => request.query_json(wire, value),
            Encoding::QueryJoined => request.query_joined(wire, value),
            Encoding::Form => request.form_value(wire, value),
            Encoding::FormJson => request.form_json(wire, value),
            Encoding::FormJoined => request.form_joined(wire, value),
            Encoding::Header => request.header_value(wire, value),
            Encoding::Path => request.path_value(wire, value),
            Encoding::Host => request.host_value(wire, value),
            Encoding::Body | Encoding::BodyText | Encoding::BodyBytes | Encoding::BodyRaw => {
                body(request, operation.body, &field.shape, value)
            }
        };
    }
    match &operation.token {
        Some(token) if !values.contains_key(token) => with_token(request, operation, token),
        _ => request,
    }
}

/// Whether a value of a type can contain one that must not be shown.
pub(crate) fn contains_secret(model: &Model, shape: &Shape, visited: &mut Vec<TypeId>) -> bool {
    match shape {
        Shape::Sensitive(_) => true,
        Shape::List(item) | Shape::Map(item) => contains_secret(model, item, visited),
        Shape::Named(id) if !visited.contains(id) => {
            visited.push(*id);
            match &model.get(*id).kind {
                TypeKind::Object(fields) => fields.iter().any(|field| contains_secret(model, &field.shape, visited)),
                TypeKind::Enum(_) => false,
            }
        }
        _ => false,
    }
}

/// What the document states about the operation.
fn declared(operation: &Operation, mut request: RawRequest) -> RawRequest {
    if operation.access == Some(Access::Read) {
        request = request.read();
    }
    if operation.idempotent {
        request = request.idempotent();
    }
    if operation.anonymous {
        request = request.anonymous();
    }
    if operation.sensitive_response {
        request = request.sensitive_response();
    }
    if let Some(field) = &operation.error_code {
        request = request.error_code(field);
    }
    if let Some(field) = &operation.success {
        request = request.success(field);
    }
    if let Some(value) = &operation.content_type {
        request = request.header("content-type", value);
    }
    match &operation.response_body {
        ResponseBody::Object(_) if operation.logs => request.accept_logs(),
        ResponseBody::Object(_) if operation.redirect => request.accept_redirect(),
        ResponseBody::Bytes | ResponseBody::Empty | ResponseBody::Whole(Shape::Text) => request.accept_any_body(),
        ResponseBody::Object(_) | ResponseBody::Whole(_) => request,
    }
}

fn body(request: RawRequest, body: Body, shape: &Shape, value: Value) -> RawRequest {
    let is_bytes = *shape == Shape::Bytes || *shape == Shape::Sensitive(Box::new(Shape::Bytes));
    let bytes = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        if is_bytes { parameters::bytes(text).unwrap_or_default() } else { text.as_bytes().to_vec() }
    };
    match body {
        Body::Json | Body::OptionalJson => request.json(value),
        Body::Logs => request.logs(value),
        Body::Text => request.text(value.as_str().unwrap_or_default()),
        Body::Bytes => request.bytes(bytes(&value)),
        Body::Raw => request.untyped_bytes(bytes(&value)),
        Body::None | Body::Form => request,
    }
}

/// The client fills in the idempotency token of a generated request; a raw request has none that it knows.
fn with_token(request: RawRequest, operation: &Operation, token: &str) -> RawRequest {
    let Ok(value) = random::hexadecimal() else { return request };
    let parameter = operation.parameters.iter().find(|parameter| parameter.field.name.wire == token);
    match parameter.map(|parameter| parameter.encoding) {
        Some(Encoding::Query) => request.query(token, value),
        Some(Encoding::Form) => request.form(token, value),
        Some(Encoding::Header) => request.header(token, value),
        _ => request,
    }
}

/// Returns the HTTP method.
#[must_use]
pub fn http_method(method: Method) -> HttpMethod {
    match method {
        Method::Get => HttpMethod::GET,
        Method::Post => HttpMethod::POST,
        Method::Put => HttpMethod::PUT,
        Method::Delete => HttpMethod::DELETE,
        Method::Patch => HttpMethod::PATCH,
        Method::Head => HttpMethod::HEAD,
    }
}

/// A request as a client sends it, with its signature.
#[derive(Clone)]
pub struct Captured {
    /// The HTTP method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

/// Shows neither headers nor the query, which contain the signature and may contain secrets.
impl fmt::Debug for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Captured").field("method", &self.method).finish_non_exhaustive()
    }
}

/// The ID of the dummy access key of previews. It is the one of the vendor's documentation.
pub const DUMMY_ACCESS_KEY_ID: &str = "YourAccessKeyId";

/// The secret of the dummy access key.
pub const DUMMY_ACCESS_KEY_SECRET: &str = "YourAccessKeySecret";

/// The headers of a signature.
pub(crate) const SIGNATURE: [&str; 12] = [
    "authorization",
    "date",
    "x-acs-accesskey-id",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-security-token",
    "x-acs-signature-method",
    "x-acs-signature-nonce",
    "x-acs-signature-version",
    "x-log-apiversion",
    "x-log-content-sha256",
    "x-log-date",
];

impl Captured {
    /// Returns the value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the headers that do not belong to the signature.
    pub fn unsigned_headers(&self) -> impl Iterator<Item = &(String, String)> {
        self.headers.iter().filter(|(name, _)| !SIGNATURE.contains(&name.as_str()))
    }

    /// Returns the body, if it is text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }
}

/// Records a request and sends nothing.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Option<Captured>>>);

impl Transport for Recorder {
    fn send(
        &self,
        request: http::Request<HttpBody>,
        _: RequestContext,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Captured {
            method: request.method().to_string(),
            url: request.uri().to_string(),
            headers: request.headers().iter().map(header).collect(),
            body: request.body().bytes().cloned().unwrap_or_default(),
        });
        Box::pin(async { Err(TransportError::new(TransportErrorKind::Connect, "this is a preview")) })
    }
}

/// Returns the request as a client with this configuration sends it. Nothing is sent. The credentials of the
/// configuration must be available without a request.
///
/// # Errors
/// The request cannot be made from these parameters.
pub fn capture(operation: &LoadedOperation, values: &Map<String, Value>, config: Config) -> Result<Captured, Error> {
    let recorder = Recorder::default();
    let client = Client::new(operation.service(), config.transport(recorder.clone()).max_attempts(1))?;
    let mut call = std::pin::pin!(client.call(request(operation, values)).response());
    // Nothing waits: the credentials are there, and the transport fails at once.
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let polled = std::future::Future::poll(call.as_mut(), &mut context);
    let recorded = recorder.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (recorded, polled) {
        (Some(captured), _) => Ok(captured),
        (None, std::task::Poll::Ready(Err(error))) => Err(error),
        (None, _) => unreachable!("a request without a transport error has been recorded"),
    }
}

/// A clock that does not run.
struct Stopped(SystemTime);

impl Clock for Stopped {
    fn now(&self) -> SystemTime {
        self.0
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// Returns a request as it would be sent to the first region, or to an endpoint without a document that names one,
/// signed with the dummy access key.
///
/// # Errors
/// The request cannot be made from these parameters.
pub fn preview(operation: &LoadedOperation, values: &Map<String, Value>) -> Result<Captured, Error> {
    preview_at(operation, values, SystemTime::now())
}

/// Returns the region of a request that is not sent.
pub(crate) fn preview_region(operation: &LoadedOperation) -> &'static str {
    operation.service().regions().next().unwrap_or("cn-hangzhou")
}

/// Returns a [`preview`] that is signed at a given time.
pub(crate) fn preview_at(
    operation: &LoadedOperation,
    values: &Map<String, Value>,
    time: SystemTime,
) -> Result<Captured, Error> {
    let region = preview_region(operation);
    let credentials = Credentials::access_key(DUMMY_ACCESS_KEY_ID, DUMMY_ACCESS_KEY_SECRET);
    let mut config = Config::new().region(region).credentials(credentials).clock(Stopped(time));
    if operation.service().regions().next().is_none() {
        config = config.endpoint(format!("{}.aliyuncs.com", operation.model().product.to_lowercase()));
    }
    capture(operation, values, config)
}
