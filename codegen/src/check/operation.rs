//! Operations, their parameters and their responses.

use super::schema::Position;
use super::vocabulary::{EFFECTS, METHODS, SCHEMES, SECURITY, TAGS};
use super::{Checker, Level, head, items, members, rule, scalar};
use crate::json::{Kind, Member, Value};
use crate::spelling::did_you_mean;

/// The keys of every published operation, even if they are empty.
const STATED: [&str; 5] = ["methods", "schemes", "security", "parameters", "responses"];

/// The minimum number of occurrences from which a rule is derived.
const MIN_OCCURRENCES: usize = 10;

/// Whether `stating` of `all` occurrences establish a rule: all except a twentieth, or all except one.
const fn is_rule(stating: usize, all: usize) -> bool {
    all >= MIN_OCCURRENCES && (stating + 1 >= all || stating * 20 >= all * 19)
}

/// The keys that a document has wherever possible, so that a missing one is a mistake.
#[derive(Clone, Copy, Default)]
pub(super) struct Conventions {
    /// Whether each parameter is required.
    required: bool,
    /// The type of each successful response.
    typed_responses: bool,
}

impl Conventions {
    pub(super) fn of(root: &Value) -> Self {
        let operations = || root.get("apis").map_or(&[][..], members).iter().map(|member| &member.value);
        let parameters = operations().filter_map(|operation| operation.get("parameters")).flat_map(items);
        let schemas = parameters.filter_map(|parameter| parameter.get("schema"));
        let required = schemas.map(|schema| schema.get("required").is_some());
        let responses = operations().filter_map(|operation| operation.get("responses")?.get("200"));
        let typed = responses.map(|response| response.get("schema").is_some());
        Self { required: Self::is_followed(required), typed_responses: Self::is_followed(typed) }
    }

    fn is_followed(stated: impl Iterator<Item = bool>) -> bool {
        let (stating, all) = stated.fold((0, 0), |(stating, all), stated| (stating + usize::from(stated), all + 1));
        is_rule(stating, all)
    }
}

impl<'a> Checker<'a> {
    pub(super) fn operations(&mut self) {
        let operations = self.root.get("apis").map_or(&[][..], members);
        let expected: Vec<&str> = STATED.into_iter().filter(|key| self.is_stated(operations, key)).collect();
        for member in operations {
            if member.value.members().is_none() {
                continue;
            }
            self.operation = Some(member.key.clone());
            for key in expected.iter().filter(|key| member.value.get(key).is_none()) {
                let message = format!("the operation `{}` does not state its `{key}`", member.key);
                let help = format!("add `{key}`, as in the other operations; an empty list where there is none");
                self.warning(rule::MISSING, member.key_span, message, help);
            }
            self.checked_operation(member);
            self.operation = None;
        }
    }

    /// Whether the document has a key in nearly all of its operations.
    fn is_stated(&self, operations: &[Member], key: &str) -> bool {
        let stating = operations.iter().filter(|member| member.value.get(key).is_some()).count();
        self.hand_kept || is_rule(stating, operations.len())
    }

    fn checked_operation(&mut self, member: &'a Member) {
        let operation = &member.value;
        self.keys(Level::Operation, operation);
        for key in ["methods", "schemes", "security", "parameters"] {
            self.list(operation, key);
        }
        if let Some(responses) = operation.get("responses") {
            self.map("responses", responses);
        }
        for method in operation.get("methods").map_or(&[][..], items) {
            let Some(name) = scalar(method) else { continue };
            self.one_of("method", method, &name.to_ascii_lowercase(), METHODS);
        }
        for scheme in operation.get("schemes").map_or(&[][..], items) {
            self.one_of("scheme", scheme, scalar(scheme).unwrap_or_default(), SCHEMES);
        }
        for entry in operation.get("security").map_or(&[][..], items) {
            self.object("security", entry);
            for member in members(entry).iter().filter(|member| !SECURITY.contains(&member.key.as_str())) {
                let help = did_you_mean(&member.key, SECURITY.iter().copied());
                let help = help.unwrap_or_else(|| "`AK` for an access key, `Anonymous` for none".to_owned());
                let message = format!("unknown authentication method `{}`", member.key);
                self.mistake(rule::UNKNOWN_VALUE, member.key_span, message, help);
            }
        }
        if let Some(kind) = operation.get("operationType") {
            self.one_of("operationType", kind, scalar(kind).unwrap_or_default(), EFFECTS);
        }
        if let Some(tags) = operation.get("systemTags") {
            self.object("systemTags", tags);
            self.keys(Level::SystemTags, tags);
            if let Some(tag) = tags.get("operationType") {
                self.one_of("operationType", tag, scalar(tag).unwrap_or_default(), TAGS);
            }
        }
        if let Some(action) = operation.get("x-ram-action") {
            self.object("x-ram-action", action);
            self.keys(Level::RamAction, action);
        }
        self.permissions(operation);
        self.rate_limits(operation);
        self.path(member);
        self.parameters(operation);
        for response in operation.get("responses").map_or(&[][..], members) {
            self.response(response);
        }
        self.error_codes(operation);
        if self.hand_kept && !has_text(operation) {
            let message = format!("the operation `{}` has no text", member.key);
            self.warning(rule::MISSING_TEXT, member.key_span, message, "describe it in `summary`");
        }
    }

    /// Reports a value that is not one of the known ones. The reader reports values that are not text.
    fn one_of(&mut self, key: &str, value: &'a Value, text: &str, known: &[&str]) {
        if text.is_empty() || known.contains(&text) {
            return;
        }
        let help = did_you_mean(text, known.iter().copied()).unwrap_or_else(|| format!("one of {}", known.join(", ")));
        self.mistake(rule::UNKNOWN_VALUE, value.span, format!("unknown `{key}`: `{text}`"), help);
    }

    fn style(&self) -> Option<&'a str> {
        self.root.get("info").and_then(|info| info.get("style")).and_then(Value::text)
    }

    fn path(&mut self, member: &'a Member) {
        let style = self.style();
        let path = member.value.get("path");
        let text = path.and_then(scalar).unwrap_or_default();
        match (style, path) {
            (Some("RPC"), Some(path)) if !matches!(text, "" | "/") => {
                let message = format!("the path `{text}` has no effect: the style RPC identifies operations by name");
                self.warning(rule::BAD_PATH, path.span, message, "remove `path`, or correct `info.style`");
            }
            (Some("ROA" | "V3"), Some(path)) if !text.is_empty() && !text.starts_with('/') => {
                let message = format!("the path `{text}` does not begin with `/`");
                self.mistake(rule::BAD_PATH, path.span, message, "write the whole path, as `/instances/{InstanceId}`");
            }
            (Some("ROA"), _) if text.is_empty() => {
                let span = path.map_or(member.key_span, |path| path.span);
                let message = format!(
                    "the operation `{}` has no path, and the style ROA identifies operations by path",
                    member.key
                );
                self.mistake(rule::BAD_PATH, span, message, "add `path`, or correct `info.style`");
            }
            _ => {}
        }
    }

    fn parameters(&mut self, operation: &'a Value) {
        let parameters = operation.get("parameters").map_or(&[][..], items);
        self.required_flags(parameters);
        for parameter in parameters.iter().filter(|parameter| parameter.members().is_some()) {
            self.name(parameter, "name");
            if let Some(schema) = self.schema_of(Level::Parameter, parameter) {
                self.schema(schema, Position::Parameter);
                self.parameter_style(parameter, schema);
            }
            if self.hand_kept && !parameter.get("schema").is_some_and(|schema| self.is_described(schema)) {
                let name = parameter.get("name").and_then(Value::text).unwrap_or_default();
                let message = format!("the parameter `{name}` has no text");
                let help = "describe it in `description` of its schema";
                self.warning(rule::MISSING_TEXT, head(parameter), message, help);
            }
        }
        let named =
            |parameter: &&Value| matches!(parameter.get("in").and_then(Value::text), Some("query" | "formData"));
        let names = parameters.iter().filter(named).filter_map(|parameter| parameter.get("name"));
        self.odd_case(names.filter_map(|name| Some((name.text()?, name.span))));
    }

    /// Documents of the vendor state for every parameter whether it is required. In hand-written documents, parameters
    /// are optional by default.
    fn required_flags(&mut self, parameters: &'a [Value]) {
        if self.hand_kept || !self.conventions.required {
            return;
        }
        for parameter in parameters {
            let Some(schema) = parameter.get("schema").filter(|schema| schema.get("$ref").is_none()) else { continue };
            if schema.get("required").is_none() {
                let name = parameter.get("name").and_then(Value::text).unwrap_or_default();
                let message = format!("the parameter `{name}` does not state whether it is required");
                self.warning(rule::MISSING, head(parameter), message, "add `required` to its schema");
            }
        }
    }

    /// Returns the schema of a parameter or a response. If its keys are beside it or in its place, this is reported
    /// once.
    fn schema_of(&mut self, level: Level, owner: &'a Value) -> Option<&'a Value> {
        let schema = owner.get("schema");
        let misplaced = |member: &&Member| {
            Level::Schema.keys().contains(&member.key.as_str()) && !level.keys().contains(&member.key.as_str())
        };
        let misplaced = members(owner).iter().find(misplaced);
        match (schema, misplaced, level) {
            (None, Some(member), _) => {
                let message = format!("{} has `{}` beside `schema` instead of inside it", level.name(), member.key);
                let help = "move the keys of the type into an object under `schema`";
                self.error(rule::MISSING, member.key_span, message, help);
            }
            (None, None, Level::Parameter) => {
                self.keys(level, owner);
                let help = "add `schema` with the `type` of its value";
                self.error(rule::MISSING, head(owner), "the parameter has no `schema`, so it has no type", help);
            }
            _ => self.keys(level, owner),
        }
        schema
    }

    /// Reports a list or an object without a style, which every published one has.
    fn parameter_style(&mut self, parameter: &'a Value, schema: &'a Value) {
        let location = parameter.get("in").and_then(Value::text).unwrap_or_default();
        let kind = schema.get("type").and_then(Value::text).unwrap_or_default();
        let stated = parameter.get("style").and_then(Value::text).is_some_and(|style| !style.is_empty());
        if matches!(location, "query" | "formData") && matches!(kind, "array" | "object") && !stated {
            let name = parameter.get("name").and_then(Value::text).unwrap_or_default();
            let message = format!("the parameter `{name}` does not state how its {kind} is written");
            let help = "add `style`: `repeatList` or `flat` for numbered names, `json`, or `simple`";
            self.warning(rule::MISSING, head(parameter), message, help);
        }
    }

    fn response(&mut self, response: &'a Member) {
        if !is_status(&response.key) {
            let message = format!("`{}` is not an HTTP status", response.key);
            let help = "the key of a response is its status, such as `200`, or a class of them, such as `5XX`";
            self.warning(rule::UNKNOWN_VALUE, response.key_span, message, help);
        }
        self.object("response", &response.value);
        self.map("response", &response.value);
        let bare = response.key == "200" && response.value.get("schema").is_none();
        if bare && (self.hand_kept || self.conventions.typed_responses) && self.style() == Some("RPC") {
            let message = "the response has no `schema`, so it is not decoded";
            let help = "add `schema`; every operation of the style RPC returns an object with a `RequestId`";
            self.warning(rule::MISSING, response.key_span, message, help);
        }
        let Some(schema) = self.schema_of(Level::Response, &response.value) else { return };
        if schema.members().is_none() {
            return;
        }
        let success = response.key.starts_with('2');
        self.schema(schema, if success { Position::Response } else { Position::Inner });
        if success {
            self.marks(schema);
        }
    }

    fn error_codes(&mut self, operation: &'a Value) {
        let Some(codes) = operation.get("errorCodes") else { return };
        self.object("errorCodes", codes);
        for status in members(codes) {
            if !is_status(&status.key) {
                let message = format!("`{}` is not an HTTP status", status.key);
                let help = "the key of error codes is their status, such as `400`";
                self.warning(rule::UNKNOWN_VALUE, status.key_span, message, help);
            }
            if !matches!(status.value.kind, Kind::List(_)) {
                let message =
                    format!("the error codes of `{}` must be an array, not {}", status.key, status.value.describe());
                self.mistake(rule::BAD_VALUE, status.value.span, message, "write `[]` where there is none");
            }
            for code in items(&status.value) {
                self.name(code, "errorCode");
                self.object("error code", code);
                self.keys(Level::ErrorCode, code);
                if code.members().is_some() && code.get("errorCode").is_none() {
                    let help = "add `errorCode`, the text that the service sends";
                    self.mistake(rule::MISSING, head(code), "the error code has no `errorCode`", help);
                }
            }
        }
    }

    /// Whether a value, or the type that it refers to, has a text.
    pub(super) fn is_described(&self, schema: &'a Value) -> bool {
        has_text(schema) || has_text(self.behind(schema))
    }
}

fn has_text(object: &Value) -> bool {
    let texts = ["summary", "title", "description"].into_iter().filter_map(|key| object.get(key)?.text());
    texts.into_iter().any(|text| !text.trim().is_empty())
}

/// Whether a text is an HTTP status or a class of them.
fn is_status(text: &str) -> bool {
    let Some((class, rest)) = text.split_at_checked(1) else { return false };
    let digits = rest.len() == 2 && rest.bytes().all(|byte| byte.is_ascii_digit());
    matches!(class, "1" | "2" | "3" | "4" | "5") && (digits || rest.eq_ignore_ascii_case("xx")) || text == "default"
}
