//! The documents that are loaded.

mod index;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use alicloud_codegen::diagnostic::{Diagnostic, Severity};
use alicloud_codegen::gateway::Gateway;
use alicloud_codegen::generate::{self, Options};
use alicloud_codegen::model::{Access, Model, Operation};
use alicloud_codegen::source::Source;
use alicloud_codegen::spelling::did_you_mean;
use alicloud_core::__private::{Endpoint, Service};

pub use index::Entry;
use index::Index;

/// Documents by product and version.
#[derive(Debug, Default)]
pub struct Catalog {
    documents: Vec<Arc<Document>>,
}

/// A document: its index is read when it is loaded, and its model when an operation is first used.
#[derive(Debug)]
pub struct Document {
    product: String,
    version: String,
    title: String,
    path: PathBuf,
    text: String,
    entries: Vec<Entry>,
    model: OnceLock<Result<Arc<Loaded>, String>>,
}

/// The model of a document, and what a client needs to call its operations.
#[derive(Debug)]
pub struct Loaded {
    /// The model.
    pub model: Model,
    /// The service.
    pub service: &'static Service,
    /// The operations that the generator cannot read, with the reason.
    pub refused: Vec<(String, String)>,
}

/// Why documents cannot be loaded, or an operation cannot be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogError(String);

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CatalogError {}

impl Catalog {
    /// Loads files, and every `.json` file below folders. A file below a folder that is no document is left out; one
    /// that is named itself must be a document.
    ///
    /// # Errors
    /// A file cannot be read, is no document, or has the product and version of another one.
    pub fn load(paths: &[PathBuf]) -> Result<Self, CatalogError> {
        let mut files = Vec::new();
        for path in paths {
            if path.is_dir() {
                let mut found = Vec::new();
                find(path, &mut found).map_err(|error| CatalogError(format!("{}: {error}", path.display())))?;
                found.sort();
                files.extend(found.into_iter().map(|file| (file, false)));
            } else {
                files.push((path.clone(), true));
            }
        }
        let mut catalog = Self::default();
        for (file, named) in files {
            let document = match Document::read(&file) {
                Ok(document) => document,
                Err(_) if !named => continue,
                Err(error) => return Err(error),
            };
            if let Some(other) = catalog.documents.iter().find(|other| other.is(&document.product, &document.version)) {
                return Err(CatalogError(format!(
                    "{} and {} are both {} {}",
                    other.path.display(),
                    file.display(),
                    document.product,
                    document.version
                )));
            }
            catalog.documents.push(Arc::new(document));
        }
        Ok(catalog)
    }

    /// Returns the documents in the order in which they were loaded.
    #[must_use]
    pub fn documents(&self) -> &[Arc<Document>] {
        &self.documents
    }

    /// Finds the document of a product: of the given version, or of the latest. Case does not matter.
    ///
    /// # Errors
    /// No document of the product, or of this version, is loaded.
    pub fn document(&self, product: &str, version: Option<&str>) -> Result<&Arc<Document>, CatalogError> {
        let of_product = || self.documents.iter().filter(|document| document.product.eq_ignore_ascii_case(product));
        let found = match version {
            Some(version) => of_product().find(|document| document.version == version),
            None => of_product().max_by(|a, b| a.version.cmp(&b.version)),
        };
        found.ok_or_else(|| match version {
            Some(version) if of_product().next().is_some() => {
                let versions: Vec<&str> = of_product().map(|document| document.version.as_str()).collect();
                CatalogError(format!("{product} has no version {version} here; there is {}", versions.join(", ")))
            }
            _ => {
                let names = self.documents.iter().map(|document| document.product.as_str());
                let hint = did_you_mean(product, names).unwrap_or_else(|| "`alicloud list` shows the products".into());
                CatalogError(format!("no document of the product `{product}` is loaded; {hint}"))
            }
        })
    }
}

/// Adds the `.json` files below a folder.
fn find(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(())
}

impl Document {
    /// Reads the index of a document.
    ///
    /// # Errors
    /// The file cannot be read, or is no document.
    pub fn read(path: &Path) -> Result<Self, CatalogError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| CatalogError(format!("{}: cannot be read: {error}", path.display())))?;
        Self::parse(path, text)
    }

    /// Parses the text of a document; `path` is its name in errors.
    ///
    /// # Errors
    /// The text is no document.
    pub fn parse(path: &Path, text: String) -> Result<Self, CatalogError> {
        let invalid = |error| CatalogError(format!("{}: is no API document: {error}", path.display()));
        let index: Index = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(invalid)?;
        let entries = index.entries();
        Ok(Self {
            entries,
            title: index.info.title.unwrap_or_else(|| index.info.product.clone()),
            product: index.info.product,
            version: index.info.version,
            path: path.to_owned(),
            text,
            model: OnceLock::new(),
        })
    }

    fn is(&self, product: &str, version: &str) -> bool {
        self.product == product && self.version == version
    }

    /// Returns the product code, such as `appstream-center`.
    #[must_use]
    pub fn product(&self) -> &str {
        &self.product
    }

    /// Returns the version, such as `2021-09-01`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns the name of the product.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the text of the document.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the operations in the document's order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the model, which is made on the first call.
    ///
    /// # Errors
    /// The document as a whole cannot be used.
    pub fn loaded(&self) -> Result<Arc<Loaded>, CatalogError> {
        self.model.get_or_init(|| self.load()).clone().map_err(CatalogError)
    }

    fn load(&self) -> Result<Arc<Loaded>, String> {
        let source = Source::new(self.path.display().to_string(), self.text.as_str());
        let (model, diagnostics) = generate::model(&source, &Options { skip_unsupported: true, ..Options::default() });
        let errors = || diagnostics.iter().filter(|found| found.severity == Severity::Error);
        if let Some(fatal) = errors().find(|found| found.operation.is_none()) {
            return Err(fatal.render(&source));
        }
        let reason = |found: &Diagnostic| Some((found.operation.clone()?, found.message.clone()));
        Ok(Arc::new(Loaded { service: service(&model), refused: errors().filter_map(reason).collect(), model }))
    }

    /// Finds an operation by its name, or without regard to case if no operation has exactly this name.
    ///
    /// # Errors
    /// The document has no such operation, or the generator cannot read it.
    pub fn operation(&self, name: &str) -> Result<LoadedOperation, CatalogError> {
        let loaded = self.loaded()?;
        let operations = &loaded.model.operations;
        let exact = operations.iter().position(|operation| operation.name.wire == name);
        let similar = || operations.iter().position(|operation| operation.name.wire.eq_ignore_ascii_case(name));
        if let Some(index) = exact.or_else(similar) {
            return Ok(LoadedOperation { loaded, index });
        }
        if let Some((name, reason)) = loaded.refused.iter().find(|(refused, _)| refused.eq_ignore_ascii_case(name)) {
            return Err(CatalogError(format!("{name} is not supported: {reason}")));
        }
        let names = self.entries.iter().map(|entry| entry.name.as_str());
        let hint = did_you_mean(name, names).map(|hint| format!("; {hint}")).unwrap_or_default();
        Err(CatalogError(format!("{} {} has no operation `{name}`{hint}", self.product, self.version)))
    }
}

/// An operation with the model that it is part of.
#[derive(Clone, Debug)]
pub struct LoadedOperation {
    loaded: Arc<Loaded>,
    index: usize,
}

impl LoadedOperation {
    /// Returns the operation.
    #[must_use]
    pub fn operation(&self) -> &Operation {
        &self.loaded.model.operations[self.index]
    }

    /// Returns the model.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.loaded.model
    }

    /// Returns the service.
    #[must_use]
    pub fn service(&self) -> &'static Service {
        self.loaded.service
    }

    /// Whether a call may change something: nothing states that it only reads.
    #[must_use]
    pub fn is_write(&self) -> bool {
        self.operation().access != Some(Access::Read)
    }
}

/// The service of a model. A client keeps it as long as the program runs, so it is never freed: one for each document.
fn service(model: &Model) -> &'static Service {
    let text = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let endpoints = model.endpoints.iter().map(|endpoint| {
        let public = Endpoint::new(text(&endpoint.region), text(&endpoint.host));
        match &endpoint.vpc {
            Some(host) => public.vpc(text(host)),
            None => public,
        }
    });
    let endpoints: &'static [Endpoint] = Box::leak(endpoints.collect::<Vec<_>>().into_boxed_slice());
    let (package, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    let service = Service::new(text(&model.product), text(&model.version), package, version).endpoints(endpoints);
    let service = match model.gateway {
        Some(Gateway::Pds) => service.pds(),
        Some(Gateway::Sls) => service.sls(),
        // Function Compute has plain ROA, and operations behind OSS cannot be called.
        None | Some(Gateway::Fc | Gateway::Oss) => service,
    };
    Box::leak(Box::new(service))
}
