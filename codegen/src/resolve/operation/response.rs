//! Responses of operations.

use crate::diagnostic::{self, Diagnostic};
use crate::document::{self, Schema};
use crate::gateway::Gateway;
use crate::model::{Owner, ResponseBody, Shape, TypeKind};
use crate::resolve::Resolver;
use crate::resolve::schema::{SchemaContext, field};

impl<'a> Resolver<'a> {
    /// Returns the field of a successful response that contains the code of a failure.
    pub(super) fn error_code(&self, source: &'a document::Operation) -> Option<String> {
        let mut fields = self.success_fields(source);
        fields.find(|(_, schema)| schema.error_code == Some(true)).map(|(name, _)| name.value.clone())
    }

    /// Returns the fields of successful responses.
    pub(in crate::resolve) fn success_fields(
        &self,
        source: &'a document::Operation,
    ) -> impl Iterator<Item = &'a (document::Text, Schema)> {
        let responses = source.responses.iter().filter(|response| response.status.value.starts_with('2'));
        let schemas = responses.filter_map(|response| self.behind(response.schema.as_ref()?));
        schemas.flat_map(|schema| &schema.properties)
    }

    /// Returns the field of a successful response that says whether the operation succeeded: the marked one, or else
    /// one with the usual name that is not marked otherwise.
    pub(super) fn success(&self, source: &'a document::Operation) -> Option<String> {
        let fields: Vec<_> = self.success_fields(source).collect();
        let marked = fields.iter().find(|(_, schema)| schema.success == Some(true));
        let named = |name: &str| {
            fields.iter().find(move |(field, schema)| field.value == name && schema.success != Some(false))
        };
        let found = marked.or_else(|| named("Success")).or_else(|| named("success"))?;
        Some(found.0.value.clone())
    }

    /// Returns the response of an operation that only redirects: an object with the target. Only the gateway PDS has
    /// such operations.
    pub(super) fn redirect(&mut self, source: &'a document::Operation, owner: Owner) -> Option<ResponseBody> {
        let mut locations = source.responses.iter().filter_map(|response| response.location.as_ref());
        let (name, schema) = locations.next().filter(|_| self.gateway == Some(Gateway::Pds))?;
        let id = self.reserve(schema, &SchemaContext { owner, path: vec!["Response".to_owned()] });
        // The runtime gives the target this name.
        let name = document::Text { value: "location".to_owned(), span: name.span };
        self.types[id.0].kind = TypeKind::Object(vec![field(&name, schema, Shape::Text)]);
        Some(ResponseBody::Object(id))
    }

    pub(super) fn response(&mut self, source: &'a document::Operation, owner: Owner) -> ResponseBody {
        let success = successful(source);
        let Some(success) = success else {
            if let Some(redirect) = self.redirect(source, owner) {
                return redirect;
            }
            let message = "no successful response is documented; the response is taken to be empty";
            let help = "describe the response under `responses`, as that of status 200; without a schema it is empty";
            self.report(Diagnostic::warning(diagnostic::NO_RESPONSE, source.name.span, message).help(help));
            return ResponseBody::Empty;
        };
        let Some(mut schema) = success.schema.as_ref() else { return ResponseBody::Empty };
        let place = SchemaContext { owner, path: vec!["Response".to_owned()] };
        let mut hops = 0;
        while let Some(reference) = &schema.reference {
            let Some((_, target)) = self.target(reference) else { return ResponseBody::Empty };
            hops += 1;
            if hops > self.schemas.len() {
                let message = "the references of the response form a cycle without data";
                let help = "one of the schemas in the cycle must have a `type`";
                self.report(Diagnostic::error(diagnostic::REFERENCE_CYCLE, reference.span, message).help(help));
                return ResponseBody::Empty;
            }
            schema = target;
        }
        let bytes =
            matches!(schema.format.as_deref(), Some("binary" | "byte")) || schema.kind.as_deref() == Some("file");
        let text = matches!(schema.kind.as_deref(), Some("string" | "file"));
        if text && bytes {
            return ResponseBody::Bytes;
        }
        let object = matches!(schema.kind.as_deref(), Some("object") | None);
        if object && !schema.properties.is_empty() {
            return ResponseBody::Object(self.object_type(schema, &place));
        }
        match self.shape(schema, &SchemaContext { owner, path: vec!["Body".to_owned()] }) {
            // A body that is text is unchanged.
            Shape::Timestamp => ResponseBody::Whole(Shape::Text),
            shape => ResponseBody::Whole(shape),
        }
    }

    /// Whether a response has the member in which SLS returns groups of logs, as protobuf or JSON.
    pub(super) fn has_groups_of_logs(&self, response: &ResponseBody) -> bool {
        let ResponseBody::Object(id) = response else { return false };
        let TypeKind::Object(fields) = &self.types[id.0].kind else { return false };
        fields.iter().any(|field| field.name.wire == "LogGroupList")
    }
}

/// Returns the successful response: of those with a body, or else of all, preferably that of status 200.
pub(super) fn successful(source: &document::Operation) -> Option<&document::Response> {
    let successes = || source.responses.iter().filter(|response| response.status.value.starts_with('2'));
    let full = || successes().filter(|response| response.schema.is_some());
    let plain = |response: &&document::Response| response.status.value == "200";
    full().find(plain).or_else(|| full().next()).or_else(|| successes().find(plain)).or_else(|| successes().next())
}
