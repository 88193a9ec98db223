//! What a schema of a document means, read straight from the document.

use std::collections::HashMap;

use alicloud_codegen::document::{Document, Schema};

/// How many references may lead to one another before they are taken for a circle.
const REFERENCE_LIMIT: usize = 32;

/// The shared schemas of one document.
#[derive(Clone, Copy)]
pub(crate) struct Types<'a> {
    document: &'a Document,
    index: &'a HashMap<String, usize>,
}

/// What kind of value a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Binary,
    Integer,
    Number,
    Boolean,
    List,
    Object,
    /// Anything: no type is declared, or one that is not known.
    Any,
}

impl Kind {
    /// Whether the value is one text on the wire, without parts.
    pub(crate) fn is_scalar(self) -> bool {
        !matches!(self, Self::List | Self::Object | Self::Any)
    }
}

/// The places of the shared schemas by name.
pub(crate) fn index(document: &Document) -> HashMap<String, usize> {
    document.schemas.iter().enumerate().map(|(place, (name, _))| (name.value.clone(), place)).collect()
}

impl<'a> Types<'a> {
    pub(crate) fn new(document: &'a Document, index: &'a HashMap<String, usize>) -> Self {
        Self { document, index }
    }

    /// The name that a schema refers to.
    pub(crate) fn target(schema: &Schema) -> Option<&str> {
        let reference = schema.reference.as_ref()?.value.as_str();
        let local = reference.strip_prefix("#/components/schemas/");
        Some(local.unwrap_or_else(|| reference.rsplit('/').next().unwrap_or_default()))
    }

    /// The schema itself, or what its reference leads to; one that leads nowhere describes anything.
    pub(crate) fn resolve(self, schema: &'a Schema) -> &'a Schema {
        let mut schema = schema;
        for _ in 0..REFERENCE_LIMIT {
            let Some(target) = Self::target(schema) else { return schema };
            let name = target.replace("~1", "/").replace("~0", "~");
            match self.index.get(&name).and_then(|place| self.document.schemas.get(*place)) {
                Some((_, found)) => schema = found,
                None => return schema,
            }
        }
        schema
    }

    /// The kind of value, references followed.
    pub(crate) fn kind(self, schema: &'a Schema) -> Kind {
        let schema = self.resolve(schema);
        if schema.reference.is_some() {
            return Kind::Any;
        }
        match schema.kind.as_ref().map(|kind| kind.value.as_str()) {
            Some("string") if schema.format.as_deref() == Some("binary") => Kind::Binary,
            Some("file") => Kind::Binary,
            Some("string") => Kind::Text,
            Some("integer") => Kind::Integer,
            Some("number") => Kind::Number,
            Some("boolean") => Kind::Boolean,
            Some("array") => Kind::List,
            Some("object") => Kind::Object,
            None if !schema.properties.is_empty() || schema.additional.is_some() => Kind::Object,
            None if schema.items.is_some() => Kind::List,
            _ => Kind::Any,
        }
    }
}
