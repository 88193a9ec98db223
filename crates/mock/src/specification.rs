//! Sources of documents.

use std::fs;
use std::path::PathBuf;

use alicloud_document::diagnostic::{Diagnostic, Severity};
use alicloud_document::document::{self, Document};
use alicloud_document::source::Source;

use crate::start_error::StartError;

/// A document, or its source.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Specification {
    /// A parsed document.
    Document(Box<Document>),
    /// The text of an `api-docs.json`.
    Text(Vec<u8>),
    /// A file with that text.
    File(PathBuf),
}

impl From<Document> for Specification {
    fn from(document: Document) -> Self {
        Self::Document(Box::new(document))
    }
}

impl From<&Document> for Specification {
    fn from(document: &Document) -> Self {
        document.clone().into()
    }
}

impl From<Vec<u8>> for Specification {
    fn from(text: Vec<u8>) -> Self {
        Self::Text(text)
    }
}

impl From<&[u8]> for Specification {
    fn from(text: &[u8]) -> Self {
        text.to_vec().into()
    }
}

impl<const N: usize> From<&[u8; N]> for Specification {
    fn from(text: &[u8; N]) -> Self {
        text.to_vec().into()
    }
}

impl From<&str> for Specification {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl From<String> for Specification {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl From<&String> for Specification {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

/// Reads all documents; returns the problems inside single operations as text.
pub(crate) fn read(specifications: Vec<Specification>) -> Result<(Vec<Document>, Vec<String>), StartError> {
    let mut warnings = Vec::new();
    let mut documents = Vec::new();
    for (index, specification) in specifications.into_iter().enumerate() {
        documents.push(match specification {
            Specification::Document(document) => *document,
            Specification::Text(text) => parse(format!("document {}", index + 1), text, &mut warnings)?,
            Specification::File(path) => {
                let text = fs::read(&path).map_err(|error| StartError::File { path: path.clone(), error })?;
                parse(path.display().to_string(), text, &mut warnings)?
            }
        });
    }
    Ok((documents, warnings))
}

fn parse(name: String, text: Vec<u8>, warnings: &mut Vec<String>) -> Result<Document, StartError> {
    let Ok(text) = String::from_utf8(text) else {
        return Err(StartError::Document { name, problems: vec!["it is not UTF-8".to_owned()] });
    };
    let source = Source::new(name, text);
    let (document, diagnostics) = document::read(&source);
    // A problem in one operation does not affect the others.
    let fatal = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error && diagnostic.operation.is_none();
    let problems: Vec<String> = diagnostics.iter().filter(fatal).map(|diagnostic| diagnostic.render(&source)).collect();
    if !problems.is_empty() {
        return Err(StartError::Document { name: source.name().to_owned(), problems });
    }
    warnings.extend(diagnostics.iter().map(|diagnostic| diagnostic.render(&source)));
    Ok(document)
}
