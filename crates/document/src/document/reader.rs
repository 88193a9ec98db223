//! Converts JSON values to a [`Document`].

mod facts;

use std::collections::HashSet;

use super::{
    Document, Endpoint, ErrorCode, Operation, Package, Pages, Parameter, Response, SIZE_LIMIT, Schema, Text, Topic,
    Value,
};
use crate::diagnostic::{self, Diagnostic};
use crate::json::{self, Kind, Member};
use crate::permissions::{Permission, Resource};
use crate::source::{Source, Span};

pub(super) fn read(source: &Source) -> (Document, Vec<Diagnostic>) {
    let mut reader = Reader { diagnostics: Vec::new(), operation: None };
    if source.text().len() > SIZE_LIMIT {
        let message = format!("the file has {} bytes, more than the {SIZE_LIMIT} that are read", source.text().len());
        reader.report(Diagnostic::error(diagnostic::TOO_LARGE, Span::default(), message));
        return (Document::default(), reader.diagnostics);
    }
    let document = match source.tree() {
        Ok(root) => reader.document(root),
        Err(error) => {
            reader.report(Diagnostic::error(diagnostic::SYNTAX, error.span, error.message.clone()).help(error.help));
            Document::default()
        }
    };
    (document, reader.diagnostics)
}

struct Reader {
    diagnostics: Vec<Diagnostic>,
    operation: Option<String>,
}

impl Reader {
    fn report(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.operation.clone_from(&self.operation);
        self.diagnostics.push(diagnostic);
    }

    fn wrong_kind(&mut self, key: &str, value: &json::Value, expected: &str) {
        let message = format!("`{key}` must be {expected}, not {}", value.describe());
        let help = "`spec/schema.json` describes every key; use an overlay if you cannot edit the document";
        self.report(Diagnostic::error(diagnostic::WRONG_KIND, value.span, message).help(help));
    }

    fn document(&mut self, root: &json::Value) -> Document {
        let mut document = Document::default();
        if !matches!(root.kind, Kind::Object(_)) {
            self.wrong_kind("the document", root, "an object");
            return document;
        }
        self.distinct(root, "the document");
        let Some(info) = self.required(root, "info") else { return document };
        self.members("info", info);
        self.distinct(info, "`info`");
        for (key, target) in
            [("product", &mut document.product), ("version", &mut document.version), ("style", &mut document.style)]
        {
            if let Some(text) = self.required(info, key).and_then(|value| self.text(key, value)) {
                *target = text;
            }
        }
        document.title = self.optional_text(info, "x-title");
        document.documentation = self.optional_text(info, "x-documentation");
        document.example = info.get("x-example").and_then(|value| self.text("x-example", value));
        document.gateway = info.get("x-gateway").and_then(|value| self.text("x-gateway", value));
        if let Some(package) = info.get("x-crate") {
            self.members("x-crate", package);
            document.package = Some(Package {
                name: package.get("name").and_then(|value| self.text("name", value)),
                version: package.get("version").and_then(|value| self.text("version", value)),
            });
        }
        if let Some(schemas) = root.get("components").and_then(|components| components.get("schemas")) {
            self.distinct(schemas, "`schemas`");
            for member in self.members("schemas", schemas) {
                document.schemas.push((key_text(member), self.schema(&member.value)));
            }
        }
        if let Some(apis) = self.required(root, "apis") {
            let entries = facts::Entries::of(root);
            let mut seen = HashSet::new();
            for member in self.members("apis", apis) {
                if !seen.insert(member.key.as_str()) {
                    let message = format!("the operation `{}` is defined twice", member.key);
                    let help = "keep one of the two definitions";
                    self.report(Diagnostic::error(diagnostic::DUPLICATE_KEY, member.key_span, message).help(help));
                    continue;
                }
                self.operation = Some(member.key.clone());
                document.operations.push(self.operation(member, &entries));
                self.operation = None;
            }
        }
        for endpoint in root.get("endpoints").map(|value| self.items("endpoints", value)).unwrap_or_default() {
            document.endpoints.extend(self.endpoint(endpoint));
        }
        if let Some(Kind::List(entries)) = root.get("directories").map(|value| &value.kind) {
            topics("", entries, &mut document.topics);
        }
        facts::document(root, &mut document);
        document
    }

    fn endpoint(&mut self, value: &json::Value) -> Option<Endpoint> {
        if value.members().is_none() {
            self.wrong_kind("endpoint", value, "an object");
            return None;
        }
        let region = self.required(value, "regionId").and_then(|value| self.text("regionId", value))?;
        let host = self.required(value, "endpoint").and_then(|value| self.text("endpoint", value))?;
        let vpc = value.get("vpc").and_then(|value| self.text("vpc", value)).filter(|vpc| !vpc.is_empty());
        Some(Endpoint { region, host, vpc })
    }

    fn operation<'v>(&mut self, member: &'v Member, entries: &facts::Entries<'v>) -> Operation {
        let value = &member.value;
        let mut operation = Operation { name: key_text(member), ..Operation::default() };
        if value.members().is_none() {
            self.wrong_kind(&member.key, value, "an object");
            return operation;
        }
        self.distinct(value, "the operation");
        operation.path = value.get("path").and_then(|value| self.text("path", value));
        operation.methods = self.texts(value, "methods");
        operation.schemes = self.texts(value, "schemes").into_iter().map(|text| text.value).collect();
        operation.consumes = self.texts(value, "consumes").into_iter().map(|text| text.value).collect();
        operation.security = self.security(value);
        operation.summary = self.optional_text(value, "summary");
        operation.title = self.optional_text(value, "title");
        operation.description = self.optional_text(value, "description");
        operation.deprecated = self.flag(value, "deprecated").unwrap_or_default();
        operation.kind = value.get("operationType").and_then(|value| self.text("operationType", value));
        operation.tag = value
            .get("systemTags")
            .and_then(|tags| tags.get("operationType"))
            .and_then(|value| self.text("operationType", value));
        entries.read(value, &mut operation);
        if let Some(permission) = value.get("x-ram-action").and_then(|value| self.ram_action(value)) {
            operation.permissions = vec![permission];
        }
        operation.idempotent = self.flag(value, "x-idempotent");
        operation.documentation = self.optional_text(value, "x-documentation");
        operation.pages = value.get("x-pages").and_then(|value| self.pages(value));
        operation.rust_name = value.get("x-rust-name").and_then(|value| self.text("x-rust-name", value));
        for parameter in value.get("parameters").map(|value| self.items("parameters", value)).unwrap_or_default() {
            operation.parameters.extend(self.parameter(parameter));
        }
        for response in value.get("responses").map(|value| self.members("responses", value)).unwrap_or_default() {
            let schema = response.value.get("schema").filter(|schema| !matches!(schema.kind, Kind::Null));
            let schema = schema.map(|schema| self.schema(schema));
            let location = self.location(response);
            operation.responses.push(Response { status: key_text(response), schema, location });
        }
        operation.error_codes = self.error_codes(value);
        operation
    }

    /// Returns the header `location` of a redirect; headers of other responses are not read.
    fn location(&mut self, response: &Member) -> Option<(Text, Schema)> {
        let headers = response.value.get("headers").filter(|_| response.key.starts_with('3'))?;
        let header = headers.members()?.iter().find(|header| header.key.eq_ignore_ascii_case("location"))?;
        Some((key_text(header), self.schema(header.value.get("schema")?)))
    }

    fn security(&mut self, operation: &json::Value) -> Vec<String> {
        let entries = operation.get("security").map(|value| self.items("security", value)).unwrap_or_default();
        let keys = entries.iter().filter_map(json::Value::members).flatten();
        keys.map(|member| member.key.clone()).collect()
    }

    /// Returns the permission in the short form of this project, which takes precedence over the vendor's form.
    fn ram_action(&mut self, value: &json::Value) -> Option<Permission> {
        let action = self.required(value, "action").and_then(|value| self.text("action", value))?.value;
        let access_level = self.optional_text(value, "accessLevel");
        let resource = self.optional_text(value, "resource");
        let resources = resource.map(|arn| Resource { kind: None, arn, required: true });
        Some(Permission { action, access_level, resources: resources.into_iter().collect(), ..Permission::default() })
    }

    fn pages(&mut self, value: &json::Value) -> Option<Pages> {
        let members = match &value.kind {
            Kind::Boolean(false) => return Some(Pages::Off),
            Kind::Object(members) => members,
            _ => {
                self.wrong_kind("x-pages", value, "an object or false");
                return None;
            }
        };
        let mut first = None;
        let mut no_total = false;
        let mut names = Vec::new();
        for Member { key, value, .. } in members {
            match &value.kind {
                Kind::Number(number) if key == "first" => first = number.parse().ok(),
                _ if key == "first" => self.wrong_kind(key, value, "a number"),
                Kind::Boolean(false) if key == "total" => no_total = true,
                _ => names.extend(self.text(key, value).map(|name| (key.clone(), name))),
            }
        }
        Some(Pages::Named { names, first, no_total, span: value.span })
    }

    fn error_codes(&mut self, operation: &json::Value) -> Vec<ErrorCode> {
        let mut codes = Vec::new();
        for status in operation.get("errorCodes").and_then(json::Value::members).unwrap_or_default() {
            for entry in self.items("errorCodes", &status.value) {
                let Some(code) = self.optional_text(entry, "errorCode") else { continue };
                let message = self.optional_text(entry, "errorMessage");
                codes.push(ErrorCode { status: status.key.clone(), code, message });
            }
        }
        codes
    }

    fn parameter(&mut self, value: &json::Value) -> Option<Parameter> {
        if value.members().is_none() {
            self.wrong_kind("parameter", value, "an object");
            return None;
        }
        self.distinct(value, "the parameter");
        let name = self.required(value, "name").and_then(|value| self.text("name", value))?;
        let place = self.required(value, "in").and_then(|value| self.text("in", value))?;
        let style = value.get("style").and_then(|value| self.text("style", value)).filter(|style| !style.is_empty());
        let schema = value.get("schema").map(|schema| self.schema(schema)).unwrap_or_default();
        let token = self.flag(value, "x-idempotency-token");
        Some(Parameter { name, place, style, schema, token, span: value.span })
    }

    fn schema(&mut self, value: &json::Value) -> Schema {
        let mut schema = Schema { span: value.span, ..Schema::default() };
        let Some(members) = value.members() else {
            self.wrong_kind("schema", value, "an object");
            return schema;
        };
        let mut titles = Vec::new();
        let mut names = Vec::new();
        let mut required_fields = Vec::new();
        for Member { key, value, .. } in members {
            match key.as_str() {
                "$ref" => schema.reference = self.text(key, value),
                "type" => schema.kind = self.kind(key, value),
                "format" => schema.format = self.text(key, value).map(|text| text.value),
                "required" => match &value.kind {
                    Kind::List(items) => required_fields = items.iter().filter_map(json::Value::text).collect(),
                    _ => schema.required = self.boolean(key, value),
                },
                "properties" => {
                    self.distinct(value, "`properties`");
                    for member in self.members(key, value) {
                        schema.properties.push((key_text(member), self.schema(&member.value)));
                    }
                }
                "items" => schema.items = Some(Box::new(self.schema(value))),
                "additionalProperties" => match value.kind {
                    Kind::Boolean(_) => {}
                    _ => schema.additional = Some(Box::new(self.schema(value))),
                },
                "enum" => schema.values = self.values(value),
                "enumValueTitles" => titles = self.members(key, value).iter().collect(),
                "x-enum-names" => names = self.members(key, value).iter().collect(),
                "title" => schema.title = self.text(key, value).map(|text| text.value),
                "description" => schema.description = self.text(key, value).map(|text| text.value),
                "example" => schema.example = scalar(value),
                "default" => schema.default = scalar(value),
                "minimum" => schema.minimum = scalar(value),
                "maximum" => schema.maximum = scalar(value),
                "exclusiveMinimum" => schema.exclusive_minimum = self.boolean(key, value),
                "exclusiveMaximum" => schema.exclusive_maximum = self.boolean(key, value),
                "minItems" => schema.least_items = scalar(value),
                "maxItems" => schema.most_items = scalar(value),
                "minLength" => schema.least = scalar(value),
                "maxLength" => schema.most = scalar(value),
                "pattern" => schema.pattern = scalar(value),
                "deprecated" => schema.deprecated = self.boolean(key, value),
                "x-sensitive" => schema.sensitive = Some(self.boolean(key, value)),
                "x-success" => schema.success = Some(self.boolean(key, value)),
                "x-error-code" => schema.error_code = Some(self.boolean(key, value)),
                "x-rust-name" => schema.rust_name = self.text(key, value),
                "x-rust-type" => schema.rust_type = self.text(key, value),
                _ => {}
            }
        }
        for (name, field) in &mut schema.properties {
            field.required |= required_fields.contains(&name.value.as_str());
        }
        if schema.values.is_empty() {
            schema.values = titles
                .iter()
                .map(|title| Value {
                    text: key_text(title),
                    title: title.value.text().map(str::to_owned),
                    rust_name: None,
                })
                .collect();
        } else {
            for value in &mut schema.values {
                let title = titles.iter().find(|title| title.key == value.text.value);
                value.title = title.and_then(|title| title.value.text()).map(str::to_owned);
            }
        }
        for value in &mut schema.values {
            let name = names.iter().find(|name| name.key == value.text.value);
            value.rust_name = name.and_then(|name| name.value.text()).map(str::to_owned);
        }
        schema
    }

    /// Returns the type of a schema: a name, or a list of a name and `null`, of which `null` has no effect.
    ///
    /// Any other list is reported, and has no type.
    fn kind(&mut self, key: &str, value: &json::Value) -> Option<Text> {
        let Kind::List(items) = &value.kind else { return self.text(key, value) };
        let mut kinds = items.iter().filter(|item| !(matches!(item.kind, Kind::Null) || item.text() == Some("null")));
        match (kinds.next(), kinds.next()) {
            (Some(only), None) => self.text(key, only),
            _ => {
                let message = "`type` must be one type, alone or in a list beside `null`";
                let help = "write `any` for a value of several types; use an overlay if you cannot edit the document";
                self.report(Diagnostic::error(diagnostic::WRONG_KIND, value.span, message).help(help));
                None
            }
        }
    }

    /// Returns the distinct values of an `enum`, as text.
    fn values(&mut self, value: &json::Value) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::new();
        for item in self.items("enum", value) {
            // A field that may be `null` may be absent, and that is true of every field.
            if matches!(item.kind, Kind::Null) {
                continue;
            }
            let Some(text) = scalar(item) else {
                self.wrong_kind("enum", item, "a string, a number or a boolean");
                continue;
            };
            if values.iter().all(|known| known.text.value != text) {
                values.push(Value { text: Text { value: text, span: item.span }, title: None, rust_name: None });
            }
        }
        values
    }

    fn required<'a>(&mut self, object: &'a json::Value, key: &str) -> Option<&'a json::Value> {
        let value = object.get(key);
        if value.is_none() {
            let message = format!("`{key}` is missing");
            let span = Span { start: object.span.start, end: object.span.start + 1 };
            let help = format!("add `{key}` to this object; `spec/schema.json` describes it");
            self.report(Diagnostic::error(diagnostic::MISSING_KEY, span, message).help(help));
        }
        value
    }

    /// Returns a text; the vendor's documents also contain numbers in place of texts.
    fn text(&mut self, key: &str, value: &json::Value) -> Option<Text> {
        let text = scalar(value);
        if text.is_none() && !matches!(value.kind, Kind::Null) {
            self.wrong_kind(key, value, "a string");
        }
        text.map(|text| Text { value: text, span: value.span })
    }

    fn optional_text(&mut self, object: &json::Value, key: &str) -> Option<String> {
        let text = object.get(key).and_then(|value| self.text(key, value))?;
        Some(text.value).filter(|text| !text.trim().is_empty())
    }

    fn texts(&mut self, object: &json::Value, key: &str) -> Vec<Text> {
        let items = object.get(key).map(|value| self.items(key, value)).unwrap_or_default();
        items.iter().filter_map(|item| self.text(key, item)).collect()
    }

    fn flag(&mut self, object: &json::Value, key: &str) -> Option<bool> {
        object.get(key).map(|value| self.boolean(key, value))
    }

    fn boolean(&mut self, key: &str, value: &json::Value) -> bool {
        match &value.kind {
            Kind::Boolean(flag) => *flag,
            Kind::Text(text) if text == "true" => true,
            Kind::Text(text) if text == "false" || text.is_empty() => false,
            Kind::Null => false,
            // In draft 6 of JSON Schema the value is the exclusive bound itself.
            Kind::Number(_) if key.starts_with("exclusive") => true,
            _ => {
                self.wrong_kind(key, value, "true or false");
                false
            }
        }
    }

    fn members<'a>(&mut self, key: &str, value: &'a json::Value) -> &'a [Member] {
        if value.members().is_none() && !matches!(value.kind, Kind::Null) {
            self.wrong_kind(key, value, "an object");
        }
        value.members().unwrap_or_default()
    }

    fn items<'a>(&mut self, key: &str, value: &'a json::Value) -> &'a [json::Value] {
        match &value.kind {
            Kind::List(items) => items,
            Kind::Null => &[],
            Kind::Object(members) if members.is_empty() => &[],
            _ => {
                self.wrong_kind(key, value, "an array");
                &[]
            }
        }
    }

    /// Reports duplicate keys, of which parsers of JSON silently use the last one.
    fn distinct(&mut self, object: &json::Value, what: &str) {
        let Kind::Object(members) = &object.kind else { return };
        let mut seen = HashSet::with_capacity(members.len());
        for member in members {
            if !seen.insert(member.key.as_str()) {
                let message = format!("the key `{}` occurs twice in {what}", member.key);
                let help = "keep one of the two";
                self.report(Diagnostic::error(diagnostic::DUPLICATE_KEY, member.key_span, message).help(help));
            }
        }
    }
}

fn key_text(member: &Member) -> Text {
    Text { value: member.key.clone(), span: member.key_span }
}

fn scalar(value: &json::Value) -> Option<String> {
    match &value.kind {
        Kind::Text(text) | Kind::Number(text) => Some(text.clone()),
        Kind::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Appends the topics in these entries. The vendor uses this key only for its web site, so that other content is not an
/// error.
fn topics(parent: &str, entries: &[json::Value], topics_found: &mut Vec<Topic>) {
    let text = |value: &json::Value| match &value.kind {
        Kind::Text(text) => Some(text.clone()),
        _ => None,
    };
    for entry in entries {
        let Some(Kind::List(children)) = entry.get("children").map(|value| &value.kind) else { continue };
        let Some(title) = entry.get("title").and_then(text) else { continue };
        let title = if parent.is_empty() { title } else { format!("{parent}: {title}") };
        let operations: Vec<String> = children.iter().filter_map(text).collect();
        if !operations.is_empty() {
            topics_found.push(Topic { title: title.clone(), operations });
        }
        topics(&title, children, topics_found);
    }
}
