//! Generates a module in the build script of a crate.
//!
//! Committing a generated crate, and checking it in CI with `alicloud generate --check`, is usually better: the code
//! can be read, documented and reviewed, and building it needs no generator. Use a build script for a few operations
//! of a product inside an application.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), alicloud_codegen::build::BuildError> {
//!     alicloud_codegen::build::Builder::new("spec/ecs.json")
//!         .only(["DescribeInstances", "StartInstance"])
//!         .write("ecs")
//! }
//! ```
//!
//! ```ignore
//! // src/main.rs; `Cargo.toml` depends on `alicloud-core`, and as a build dependency on `alicloud-codegen`
//! mod ecs {
//!     include!(concat!(env!("OUT_DIR"), "/ecs.rs"));
//! }
//! ```

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::diagnostic::{self, Diagnostic};
use crate::generate::{Options, generate_module};
use crate::overlay;
use crate::source::Source;

/// Generates a module from a document.
#[derive(Clone, Debug)]
#[must_use = "nothing is generated until `write` is called"]
pub struct Builder {
    document: PathBuf,
    overlays: Vec<PathBuf>,
    only: BTreeSet<String>,
    skip_unsupported: bool,
}

impl Builder {
    /// Uses a document. A relative path is relative to the folder of the package.
    pub fn new(document: impl Into<PathBuf>) -> Self {
        Self { document: document.into(), overlays: Vec::new(), only: BTreeSet::new(), skip_unsupported: false }
    }

    /// Generates only these operations. Default: all.
    pub fn only<S: Into<String>>(mut self, operations: impl IntoIterator<Item = S>) -> Self {
        self.only.extend(operations.into_iter().map(Into::into));
        self
    }

    /// Applies the corrections in a file, after those of earlier files.
    pub fn overlay(mut self, file: impl Into<PathBuf>) -> Self {
        self.overlays.push(file.into());
        self
    }

    /// Omits operations that cannot be generated. Default: they are an error.
    pub fn skip_unsupported(mut self) -> Self {
        self.skip_unsupported = true;
        self
    }

    /// Writes the module to `name.rs` in `OUT_DIR`, and makes cargo run the build script again when a file changes.
    ///
    /// # Errors
    /// Returns an error if this is not a build script, if a file cannot be read or written, or with all problems of the
    /// document. Warnings are printed as warnings of the build script.
    pub fn write(self, name: &str) -> Result<(), BuildError> {
        let out = std::env::var_os("OUT_DIR");
        let out = out.ok_or_else(|| BuildError("`OUT_DIR` is not set: call this in a build script".to_owned()))?;
        for file in self.overlays.iter().chain([&self.document]) {
            println!("cargo::rerun-if-changed={}", file.display());
        }
        for line in self.generate(Path::new(&out), name)?.lines().filter(|line| line.contains("warning")) {
            println!("cargo::warning={line}");
        }
        Ok(())
    }

    /// Writes the module to `name.rs` in a folder. Returns the warnings.
    pub(crate) fn generate(self, folder: &Path, name: &str) -> Result<String, BuildError> {
        let mut source = read(&self.document)?;
        for path in &self.overlays {
            let overlay = read(path)?;
            let applied = overlay::apply(&source, &overlay);
            source = applied.map_err(|problems| BuildError::of(&problems, &overlay))?;
        }
        let options = Options { only: self.only, skip_unsupported: self.skip_unsupported, ..Options::default() };
        let (module, diagnostics) =
            generate_module(&source, &options).map_err(|error| BuildError(error.to_string()))?;
        let problems = BuildError::of(&diagnostic::fold(&diagnostics), &source);
        let Some(module) = module else { return Err(problems) };
        let file = folder.join(format!("{name}.rs"));
        std::fs::write(&file, module)
            .map_err(|error| BuildError(format!("{}: cannot be written: {error}\n", file.display())))?;
        Ok(problems.0)
    }
}

fn read(path: &Path) -> Result<Source, BuildError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| BuildError(format!("{}: cannot be read: {error}\n", path.display())))?;
    Ok(Source::new(path.display().to_string(), text))
}

/// An error of the generator. `Debug` prints the same text as `Display`, because cargo shows it for a failed build
/// script.
pub struct BuildError(String);

impl BuildError {
    fn of(problems: &[Diagnostic], source: &Source) -> Self {
        Self(problems.iter().map(|problem| problem.render(source)).collect())
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BuildError {}
