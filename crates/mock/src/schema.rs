//! The schemas of a document.

use std::collections::HashMap;

use alicloud_document::document::{Document, Schema};

/// The maximum length of a chain of references; a longer one is a cycle.
const MAX_REFERENCES: usize = 32;

/// The shared schemas of a document.
#[derive(Clone, Copy)]
pub(crate) struct Types<'a> {
    document: &'a Document,
    index: &'a HashMap<String, usize>,
}

/// The kind of a schema's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Binary,
    Integer,
    Number,
    Boolean,
    List,
    Object,
    /// Any value: the type is missing or unknown.
    Any,
}

impl Kind {
    /// Whether the value is one text on the wire.
    pub(crate) fn is_scalar(self) -> bool {
        !matches!(self, Self::List | Self::Object | Self::Any)
    }
}

/// Returns the indices of the shared schemas by name.
pub(crate) fn index(document: &Document) -> HashMap<String, usize> {
    document.schemas.iter().enumerate().map(|(place, (name, _))| (name.value.clone(), place)).collect()
}

impl<'a> Types<'a> {
    pub(crate) fn new(document: &'a Document, index: &'a HashMap<String, usize>) -> Self {
        Self { document, index }
    }

    /// Returns the name that a schema refers to.
    pub(crate) fn target(schema: &Schema) -> Option<&str> {
        let reference = schema.reference.as_ref()?.value.as_str();
        let local = reference.strip_prefix("#/components/schemas/");
        Some(local.unwrap_or_else(|| reference.rsplit('/').next().unwrap_or_default()))
    }

    /// Returns the schema, or the target of its reference. A dangling reference describes any value.
    pub(crate) fn resolve(self, schema: &'a Schema) -> &'a Schema {
        let mut schema = schema;
        for _ in 0..MAX_REFERENCES {
            let Some(target) = Self::target(schema) else { return schema };
            let name = target.replace("~1", "/").replace("~0", "~");
            match self.index.get(&name).and_then(|place| self.document.schemas.get(*place)) {
                Some((_, found)) => schema = found,
                None => return schema,
            }
        }
        schema
    }

    /// Returns the kind of a schema's values, following references.
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
