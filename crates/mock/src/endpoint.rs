//! Responds to requests.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use alicloud_document::document::Schema;
use alicloud_document::gateway::Gateway;
use serde_json::{Map, Value};

use crate::catalog::{Catalog, OperationSelector, Route};
use crate::check::{ParameterSource, Parts, Rules};
use crate::default_response::{self, Body, DefaultResponses};
use crate::failure::{ErrorFormat, Failure};
use crate::http::{Content, Http, Limits, OutgoingResponse};
use crate::logs::LogStore;
use crate::percent;
use crate::record::{Recorded, Verification};
use crate::request::Request;
use crate::response::{self, Payload, Response};
use crate::script::{Counter, Scripts, Times};
use crate::verify::{Clock, Identity, SYSTEM_PARAMETERS, Scheme, Verifier};

/// A fault of a connection before anything is read from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionFault {
    /// The connection is closed.
    Close,
    /// The connection is reset.
    Reset,
    /// Nothing is sent.
    Silence,
}

/// Observes requests.
pub(crate) type Observer = Box<dyn Fn(&Recorded) + Send + Sync>;

/// The state that connections share.
pub(crate) struct Endpoint {
    pub(crate) catalog: Catalog,
    pub(crate) verifier: Verifier,
    pub(crate) verifies: bool,
    pub(crate) strict: bool,
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    pub(crate) record_limit: usize,
    pub(crate) observers: Vec<Observer>,
    pub(crate) scripts: Scripts,
    pub(crate) logs: LogStore,
    pub(crate) default_responses: DefaultResponses,
    pub(crate) records: Mutex<VecDeque<Arc<Recorded>>>,
    pub(crate) faults: Mutex<Vec<(ConnectionFault, Counter)>>,
    pub(crate) connections: AtomicU64,
    pub(crate) malformed: AtomicU64,
}

/// The result of all checks of a request.
struct CheckResult<'a> {
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    route: Option<Route<'a>>,
    action: Option<String>,
    verification: Verification,
    outcome: Result<Map<String, Value>, Failure>,
}

impl Endpoint {
    /// Responds to a request.
    pub(crate) fn serve(&self, request: Request, connection: u64) -> OutgoingResponse {
        let request_id = default_response::request_id();
        let result = self.check(&request);
        let route = result.route.as_ref();
        let unknown = if request.path() == "/" { ErrorFormat::Rpc } else { ErrorFormat::Roa };
        let format = route.map_or(unknown, Route::error_format);
        let operation = route.map(|route| route.operation.name.value.clone()).or(result.action);
        let mut recorded = Recorded {
            path: percent::decode(request.path()).unwrap_or_else(|_| request.path().to_owned()),
            method: request.method,
            target: request.target,
            query: result.query,
            form: result.form,
            headers: request.headers,
            body: request.body,
            product: route.map(|route| route.document.product.value.clone()),
            operation,
            parameters: Map::new(),
            verification: result.verification,
            refusal: None,
            reason: None,
            status: None,
            request_id,
            sensitive: route.map(sensitive).unwrap_or_default(),
            connection,
        };
        let response = match result.outcome {
            Err(failure) => {
                recorded.refusal = Some(failure.code.clone().into_owned());
                recorded.reason = Some(failure.message.clone());
                Err(failure)
            }
            Ok(parameters) => {
                recorded.parameters = parameters;
                let scripted = recorded.operation.as_deref().and_then(|operation| self.scripts.take(operation));
                let is_log_service = route.is_some_and(|route| route.gateway == Some(Gateway::Sls));
                let stored = || if is_log_service { self.logs.respond(&recorded) } else { None };
                Ok(computed(scripted.or_else(stored).unwrap_or_else(Response::from_document), &recorded))
            }
        };
        let outgoing = self.render(response, result.route.as_ref(), format, &recorded);
        recorded.status = match &outgoing.content {
            Content::Http(http) => Some(http.status),
            _ => None,
        };
        self.record(recorded);
        outgoing
    }

    /// Finds the operation, verifies the signature, and checks the parameters. An invalid signature takes precedence
    /// over an unknown operation.
    fn check(&self, request: &Request) -> CheckResult<'_> {
        let mut result = CheckResult {
            query: Vec::new(),
            form: Vec::new(),
            route: None,
            action: None,
            verification: Verification::Off,
            outcome: Ok(Map::new()),
        };
        let (query, form) = match (request.query(), request.form()) {
            (Ok(query), Ok(form)) => (query, form),
            (Err(error), _) => return rejected(result, Failure::invalid(format!("the query {}", error.reason()))),
            (_, Err(error)) => return rejected(result, Failure::invalid(format!("the body {}", error.reason()))),
        };
        let older = older_rpc_source(request, &query, form.as_deref().unwrap_or_default());
        let system = match older {
            None => None,
            Some(ParameterSource::Form) => form.as_deref(),
            Some(_) => Some(query.as_slice()),
        };
        let selector = OperationSelector::of(request, system);
        let routed = if self.catalog.is_empty() { Ok(None) } else { self.catalog.route(request, &selector).map(Some) };
        let method_and_path = || format!("{} {}", request.method, request.path());
        result.action = Some(selector.action.map_or_else(method_and_path, str::to_owned));
        let contradicted =
            older.is_some() && request.header("x-acs-action").is_some_and(|action| Some(action) != selector.action);
        result.query.clone_from(&query);
        result.form = form.clone().unwrap_or_default();

        let anonymous = matches!(&routed, Ok(Some(route)) if route.is_anonymous());
        let gateway = routed.as_ref().ok().and_then(|route| route.as_ref()?.gateway);
        let verified = if self.verifies { self.identify(request, gateway, anonymous) } else { Ok(Verification::Off) };
        let outcome = match (verified, routed) {
            (Err(failure), Err(unknown)) if failure.code == UNSIGNED => {
                result.verification = Verification::Refused { code: failure.code.into_owned() };
                Err(unknown)
            }
            (Err(failure), routed) => {
                result.route = routed.ok().flatten();
                return rejected(result, failure);
            }
            (Ok(verification), Err(unknown)) => {
                result.verification = verification;
                Err(unknown)
            }
            (Ok(verification), Ok(None)) => {
                result.verification = verification;
                Ok(Map::new())
            }
            (Ok(_), Ok(Some(_))) if contradicted => {
                Err(Failure::invalid("x-acs-action and Action name different operations"))
            }
            (Ok(verification), Ok(Some(route))) => {
                let system = system_parameters(&verification, older.is_some());
                let source = older.unwrap_or(ParameterSource::of(&request.method));
                let rules = Rules { types: route.types, operation: route.operation, strict: self.strict };
                let parts = Parts { request, query: &query, form: form.as_deref(), path: &route.path, system, source };
                let outcome = rules.check(&parts).map_err(|failure| match self.strict {
                    true => failure.documented_by(route.operation),
                    false => failure,
                });
                result.verification = verification;
                result.route = Some(route);
                outcome
            }
        };
        CheckResult { outcome, ..result }
    }

    fn identify(&self, request: &Request, gateway: Option<Gateway>, anonymous: bool) -> Result<Verification, Failure> {
        match self.verifier.verify_behind(gateway, request)? {
            Identity::Signed { scheme, access_key_id } => Ok(Verification::Signed { scheme, access_key_id }),
            Identity::Bearer => Ok(Verification::Bearer),
            Identity::Nobody if anonymous => Ok(Verification::Anonymous),
            Identity::Nobody => Err(Failure::new(400, UNSIGNED, "the request is not signed")),
        }
    }

    /// Renders a response or a refusal.
    fn render(
        &self,
        response: Result<Response, Failure>,
        route: Option<&Route<'_>>,
        format: ErrorFormat,
        recorded: &Recorded,
    ) -> OutgoingResponse {
        let request_id = recorded.request_id.as_str();
        let host = recorded.header("host").unwrap_or_default();
        let json = |value: &Value| (Some(JSON.to_owned()), Payload::Bytes(value.to_string().into_bytes().into()));
        let fail = |failure: &Failure| json(&failure.body(format, request_id, host));
        let (response, failure) = match response {
            Ok(response) => (response, None),
            Err(failure) => (Response::from_document(), Some(failure)),
        };
        let delivery = response.delivery;
        let mut location = None;
        let (status, (content_type, payload)) = match (failure, response.content) {
            (Some(failure), _) => (failure.status, fail(&failure)),
            (None, response::Content::Nothing) => return OutgoingResponse { content: Content::Nothing, delivery },
            (None, response::Content::Raw(bytes)) => {
                return OutgoingResponse { content: Content::Raw(bytes), delivery };
            }
            (None, response::Content::Body { status, content_type, payload }) => (status, (content_type, payload)),
            (None, response::Content::Failure { status, code, message }) => {
                (status, fail(&Failure::new(status, code, message)))
            }
            (None, response::Content::DefaultResponse | response::Content::Computed(_)) => match route {
                None => (200, json(&serde_json::json!({ "RequestId": request_id }))),
                Some(route) => {
                    let default = self.default_responses.respond(route, request_id);
                    let body = match default.body {
                        Body::Json(value) => json(&value),
                        Body::Bytes(bytes) => {
                            (Some("application/octet-stream".to_owned()), Payload::Bytes(bytes.into()))
                        }
                        Body::Redirect(target) => {
                            location = Some(target);
                            (None, Payload::Bytes(Arc::from([])))
                        }
                        Body::Empty => (None, Payload::Bytes(Arc::from([]))),
                    };
                    (default.status, body)
                }
            },
        };
        let own = [
            ("content-type", content_type),
            ("date", Some(httpdate::fmt_http_date((self.clock)()))),
            (format.request_id_header(), Some(request_id.to_owned())),
            ("location", location),
        ];
        let replaced = |name: &str| response.headers.iter().any(|(key, _)| key.eq_ignore_ascii_case(name));
        let own = own.into_iter().filter(|(name, _)| !replaced(name));
        let own = own.filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let headers = own.chain(response.headers.iter().cloned()).collect();
        let head_only = recorded.method == "HEAD";
        OutgoingResponse { content: Content::Http(Http { status, headers, payload, head_only }), delivery }
    }

    fn record(&self, recorded: Recorded) {
        let recorded = Arc::new(recorded);
        let mut records = self.records();
        records.push_back(Arc::clone(&recorded));
        while records.len() > self.record_limit {
            records.pop_front();
        }
        drop(records);
        for observer in &self.observers {
            observer(&recorded);
        }
    }

    pub(crate) fn records(&self) -> MutexGuard<'_, VecDeque<Arc<Recorded>>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a connection, and returns its number.
    pub(crate) fn count_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub(crate) fn count_malformed(&self) {
        self.malformed.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn add_connection_fault(&self, fault: ConnectionFault, times: Times) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).push((fault, Counter::new(times)));
    }

    /// Returns the fault of a new connection.
    pub(crate) fn connection_fault(&self) -> Option<ConnectionFault> {
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.iter().find(|(_, times)| times.take()).map(|(fault, _)| *fault)
    }
}

/// The error code of a request without a required signature.
const UNSIGNED: &str = "IncompleteSignature";

const JSON: &str = "application/json;charset=utf-8";

/// The maximum depth of computed responses.
const COMPUTE_LIMIT: usize = 8;

fn computed(mut response: Response, recorded: &Recorded) -> Response {
    for _ in 0..COMPUTE_LIMIT {
        let response::Content::Computed(compute) = &response.content else { break };
        response = compute(recorded);
    }
    response
}

/// Returns the parameters that are sensitive, or contain sensitive parts.
fn sensitive(route: &Route<'_>) -> Vec<String> {
    fn within(schema: &Schema) -> bool {
        let parts = schema.items.iter().chain(&schema.additional).map(Box::as_ref);
        schema.sensitive == Some(true) || parts.chain(schema.properties.iter().map(|(_, schema)| schema)).any(within)
    }
    let parameters =
        route.operation.parameters.iter().filter(|parameter| {
            within(route.types.resolve(&parameter.schema)) || parameter.schema.sensitive == Some(true)
        });
    parameters.map(|parameter| parameter.name.value.clone()).collect()
}

fn rejected(result: CheckResult<'_>, failure: Failure) -> CheckResult<'_> {
    let verification = Verification::Refused { code: failure.code.clone().into_owned() };
    CheckResult { verification, outcome: Err(failure), ..result }
}

/// Returns the placement of the parameters of an RPC request with the older signature or without one, which names its
/// operation by the parameter `Action`; `None` for other requests.
fn older_rpc_source(
    request: &Request,
    query: &[(String, String)],
    form: &[(String, String)],
) -> Option<ParameterSource> {
    let named = |pairs: &[(String, String)], name: &str| pairs.iter().any(|(key, _)| key == name);
    let scheme = Scheme::of(request, query, form);
    let source = |pairs, source| {
        let older = match scheme {
            Some(scheme) => scheme == Scheme::Rpc,
            None => request.header("x-acs-action").is_none() || named(pairs, "BearerToken"),
        };
        (older && named(pairs, "Action")).then_some(source)
    };
    source(query, ParameterSource::of(&request.method)).or_else(|| source(form, ParameterSource::Form))
}

/// Returns the query parameters that every operation accepts.
fn system_parameters(verification: &Verification, older: bool) -> &'static [&'static str] {
    match verification {
        _ if older => &SYSTEM_PARAMETERS,
        Verification::Bearer => &["SignatureType"],
        Verification::Anonymous => &["Format"],
        Verification::Off => &["Format", "SignatureType"],
        _ => &[],
    }
}
