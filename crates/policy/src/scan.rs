//! The operations that the source of a project uses.
//!
//! The scanner parses every module of a crate and resolves names as the compiler does: imports, aliases, globs,
//! re-exports, and the crates of the project among each other. A method counts if its receiver is a client of a
//! generated crate; the scanner follows declared types of variables, parameters, fields and results. Macros are parsed
//! where their input has the syntax of expressions, and read token by token elsewhere.
//!
//! What the scanner cannot see is a [`Gap`] of the result.

mod resolve;
mod tokens;
mod tree;
mod types;
mod visit;

use std::fmt;

use crate::project::Project;
use crate::usage::{Place, Usages};

/// What a scan found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The operations.
    pub usages: Usages,
    /// What the scanner could not see.
    pub gaps: Vec<Gap>,
}

/// Something that the scanner could not see.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Where it is.
    pub place: Option<Place>,
    /// What it is.
    pub reason: String,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

/// Which targets are scanned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Targets {
    /// Libraries and programs, without the items for tests.
    #[default]
    Shipped,
    /// Tests, examples and benchmarks too.
    All,
}

/// Finds the operations that a project uses.
#[must_use]
pub fn scan(project: &Project, targets: Targets) -> Scan {
    let mut tree = tree::Tree::load(project, targets);
    let mut found = Scan::default();
    found.gaps.append(&mut tree.gaps);
    found.gaps.extend(project.foreign.iter().map(|package| Gap {
        place: None,
        reason: format!("the dependency {package} uses a generated crate, and its source is not scanned"),
    }));
    tree.add_methods();
    for module in 0..tree.modules.len() {
        visit::visit(&tree, module, &mut found);
    }
    found.gaps.sort();
    found.gaps.dedup();
    found
}
