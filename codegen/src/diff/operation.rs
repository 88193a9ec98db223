//! Operations: additions and removals, protocol, parameters and response.

use super::{Comparison, Effect, Kind, Location, Subject};
use crate::markdown::code;
use crate::model::{Access, Encoding, Field, Method, Operation, Protocol, ResponseBody, Shape};
use crate::name::POSITIONAL;

impl Comparison<'_> {
    pub(super) fn operations(&mut self) {
        let (old, new) = (self.old, self.new);
        for operation in &old.operations {
            let at = place(operation);
            match new.operations.iter().find(|other| other.name.wire == operation.name.wire) {
                Some(other) => self.operation(operation, other, &at),
                None => {
                    let refused = self.new_side.refused.contains(&operation.name.wire);
                    let text = if refused { "can no longer be generated" } else { "is no longer part of the API" };
                    self.report(Kind::OperationRemoved, Effect::Breaking, &at, text);
                }
            }
        }
        for operation in &new.operations {
            if old.operations.iter().all(|other| other.name.wire != operation.name.wire) {
                let name = &operation.name.wire;
                let text = match (self.old_side.refused.contains(name), self.new_side.refused.contains(name)) {
                    (true, _) => "can be generated now",
                    (false, true) => "was added, and cannot be generated",
                    (false, false) => "was added",
                };
                self.report(Kind::OperationAdded, Effect::Additive, &place(operation), text);
            }
        }
    }

    fn operation(&mut self, old: &Operation, new: &Operation, at: &Location) {
        if (&old.name.rust, &old.method) != (&new.name.rust, &new.method) {
            let text = format!("is called {} in Rust, was {}", code(&new.name.rust), code(&old.name.rust));
            self.report(Kind::OperationRenamed, Effect::Breaking, at, text);
        }
        self.protocol(old, new, at);
        self.facts(old, new, at);
        self.parameters(old, new, at);
        self.response(old, new, at);
        self.pages_and_events(old, new, at);
        self.operation_docs(&old.docs, &new.docs, at);
    }

    fn protocol(&mut self, old: &Operation, new: &Operation, at: &Location) {
        let parts = |operation: &Operation| match &operation.protocol {
            Protocol::Rpc(method) => (verb(*method), None),
            Protocol::Roa(method, path) => (verb(*method), Some(path.clone())),
        };
        let ((old_method, old_path), (new_method, new_path)) = (parts(old), parts(new));
        if old_method != new_method {
            let text = format!("is called with `{new_method}`, was `{old_method}`");
            self.report(Kind::Method, Effect::Behavior, at, text);
        }
        if old_path != new_path {
            let word =
                |path: Option<String>| path.map_or_else(|| "by name".to_owned(), |path| format!("at {}", code(&path)));
            let text = format!("is called {}, was {}", word(new_path), word(old_path));
            self.report(Kind::Path, Effect::Behavior, at, text);
        }
    }

    /// Compares the facts that determine how the runtime treats a call.
    fn facts(&mut self, old: &Operation, new: &Operation, at: &Location) {
        let access = |operation: &Operation| match operation.access {
            Some(Access::Read) => "reads",
            Some(Access::Write) => "writes",
            None => "has no documented effect",
        };
        if old.access != new.access {
            let text = format!("{}; before, it {}", access(new), access(old));
            self.report(Kind::Access, Effect::Behavior, at, text);
        }
        if old.idempotent != new.idempotent {
            let text = if new.idempotent { "is idempotent" } else { "is no longer documented to be idempotent" };
            self.report(Kind::Idempotency, Effect::Behavior, at, text);
        }
        if old.token != new.token {
            let word = |token: &Option<String>| token.as_deref().map_or_else(|| "none".to_owned(), code);
            let text = format!("has the idempotency token {}, was {}", word(&new.token), word(&old.token));
            self.report(Kind::Token, Effect::Behavior, at, text);
        }
        if old.anonymous != new.anonymous {
            let text = if new.anonymous { "is called without credentials" } else { "is called with credentials" };
            self.report(Kind::Security, Effect::Behavior, at, text);
        }
        if old.error_code != new.error_code {
            let text = match &new.error_code {
                Some(field) => format!("reports errors in the response's field {}", code(field)),
                None => "no longer reports errors in a field of the response".to_owned(),
            };
            self.report(Kind::ErrorCode, Effect::Behavior, at, text);
        }
        if old.success != new.success {
            let text = match &new.success {
                Some(field) => format!("fails if the response's field {} is `false`", code(field)),
                None => "no longer fails if a field of the response is `false`".to_owned(),
            };
            self.report(Kind::SuccessField, Effect::Behavior, at, text);
        }
    }

    fn parameters(&mut self, old: &Operation, new: &Operation, at: &Location) {
        let before = self.changes.len();
        for parameter in &old.parameters {
            let field = &parameter.field;
            let name = code(&field.name.wire);
            let Some(other) = new.parameters.iter().find(|other| other.field.name.wire == field.name.wire) else {
                self.report(Kind::ParameterRemoved, Effect::Breaking, at, format!("the parameter {name} was removed"));
                continue;
            };
            self.field(field, &other.field, at, Role::Parameter);
            if parameter.encoding != other.encoding {
                let text = format!(
                    "the parameter {name} is sent {}, was {}",
                    placement(other.encoding),
                    placement(parameter.encoding)
                );
                self.report(Kind::Encoding, Effect::Behavior, at, text);
            }
        }
        for parameter in &new.parameters {
            let field = &parameter.field;
            if old.parameters.iter().all(|other| other.field.name.wire != field.name.wire) {
                let (effect, word) =
                    if field.required { (Effect::Breaking, "required") } else { (Effect::Additive, "optional") };
                let text = format!("the {word} parameter {} was added", code(&field.name.wire));
                self.report(Kind::ParameterAdded, effect, at, text);
            }
        }
        let broken = self.changes[before..].iter().any(|change| change.effect == Effect::Breaking);
        let (old, new) = (arguments(old), arguments(new));
        if !broken && old != new && new.len() <= POSITIONAL {
            let list = new.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ");
            let text = format!("the order of the constructor's arguments is now {list}");
            self.report(Kind::Constructor, Effect::Breaking, at, text);
        }
    }

    fn response(&mut self, old: &Operation, new: &Operation, at: &Location) {
        match (&old.response_body, &new.response_body) {
            (ResponseBody::Object(old), ResponseBody::Object(new)) => {
                self.pair(*old, *new, String::new());
            }
            (ResponseBody::Bytes, ResponseBody::Bytes) | (ResponseBody::Empty, ResponseBody::Empty) => {}
            (ResponseBody::Empty, ResponseBody::Object(_)) => {
                self.report(Kind::Response, Effect::Additive, at, "the response has fields, was empty");
            }
            (ResponseBody::Whole(first), ResponseBody::Whole(second)) if self.shapes(first, second, "") => {}
            (first, second) => {
                let text = format!(
                    "the response is {}, was {}",
                    self.response_description(second, false),
                    self.response_description(first, true)
                );
                self.report(Kind::Response, Effect::Breaking, at, text);
            }
        }
    }

    /// Compares pagination and events.
    fn pages_and_events(&mut self, old: &Operation, new: &Operation, at: &Location) {
        match (&old.pages, &new.pages) {
            (Some(_), None) => {
                self.report(Kind::PagesRemoved, Effect::Breaking, at, "is no longer paginated");
            }
            (None, Some(_)) => self.report(Kind::PagesAdded, Effect::Additive, at, "is paginated"),
            (Some(old), Some(new)) if old.items != new.items => {
                let (old, new) = (code(&old.items.join(".")), code(&new.items.join(".")));
                self.report(
                    Kind::PagesChanged,
                    Effect::Breaking,
                    at,
                    format!("the pages contain {new}, contained {old}"),
                );
            }
            (Some(old), Some(new)) if old != new => {
                self.report(Kind::PagesChanged, Effect::Behavior, at, "the style of the pagination changed");
            }
            _ => {}
        }
        match (old.events, new.events) {
            (true, false) => {
                self.report(Kind::EventsRemoved, Effect::Breaking, at, "no longer responds with server-sent events")
            }
            (false, true) => {
                self.report(Kind::EventsAdded, Effect::Additive, at, "can respond with server-sent events")
            }
            _ => {}
        }
    }

    fn response_description(&self, response: &ResponseBody, old: bool) -> String {
        let shape = |shape: &Shape| code(&super::rust_type(if old { self.old } else { self.new }, shape));
        match response {
            ResponseBody::Object(_) => "an object".to_owned(),
            ResponseBody::Whole(whole) => shape(whole),
            ResponseBody::Bytes => "bytes".to_owned(),
            ResponseBody::Empty => "empty".to_owned(),
        }
    }
}

/// The role of a field for callers.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// A field of a request, which is not an `Option` if it is required.
    Parameter,
    /// A field of a type in requests.
    Request,
    /// A field of a type only in responses.
    Response,
}

fn place(operation: &Operation) -> Location {
    let name = operation.name.wire.clone();
    Location { subject: Subject::Operation(name.clone()), operations: vec![name], prefix: String::new() }
}

/// Returns the arguments of the constructor by wire name.
fn arguments(operation: &Operation) -> Vec<&str> {
    let required = |field: &&Field| field.required;
    let fields = operation.parameters.iter().map(|parameter| &parameter.field);
    fields.filter(required).map(|field| field.name.wire.as_str()).collect()
}

fn verb(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
        Method::Patch => "PATCH",
        Method::Head => "HEAD",
    }
}

fn placement(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Query => "in the query",
        Encoding::QueryJson => "in the query as JSON",
        Encoding::QueryJoined => "in the query joined by commas",
        Encoding::Form => "in the form",
        Encoding::FormJson => "in the form as JSON",
        Encoding::FormJoined => "in the form joined by commas",
        Encoding::Header => "in a header",
        Encoding::Path => "in the path",
        Encoding::Host => "in the host",
        Encoding::Body => "as the JSON body",
        Encoding::BodyText => "as the body's text",
        Encoding::BodyBytes => "as the body's bytes",
        Encoding::BodyRaw => "as the body's bytes without a content type",
    }
}
