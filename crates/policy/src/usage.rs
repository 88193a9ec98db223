//! The operations that a program calls, and where that is known from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use alicloud_document::permissions::{OperationPermissions, PermissionTable};

use crate::arn::Variables;

/// The operations that a program calls.
pub type Usages = BTreeMap<Operation, Usage>;

/// An operation of a product.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation {
    /// The product code, such as `appstream-center`.
    pub product: String,
    /// The API version.
    pub version: String,
    /// The wire name.
    pub name: String,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.product, self.name)
    }
}

/// How a program calls an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Where the operation is used.
    pub origins: BTreeSet<Origin>,
    /// The parameters of the calls that are known, as values for the variables of resource names.
    pub calls: BTreeSet<Variables>,
}

/// Where an operation is used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// An option names it.
    Named,
    /// A line of source code.
    Source(Place),
    /// A line of source code that has the name of the client's method or of the request, where types are not visible.
    ByName(Place),
    /// A recorded call.
    Recorded,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named => f.write_str("--operations"),
            Self::Source(place) => place.fmt(f),
            Self::ByName(place) => write!(f, "{place} (by name)"),
            Self::Recorded => f.write_str("the recording"),
        }
    }
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, relative to the project.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Adds an operation, or an origin of a known one.
pub fn add(usages: &mut Usages, operation: Operation, origin: Origin) {
    usages.entry(operation).or_default().origins.insert(origin);
}

/// A table of permissions, and where it is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The permissions.
    pub permissions: PermissionTable,
    /// The file that the table is from.
    pub source: String,
}

impl Table {
    /// Returns whether this is the table of a product and a version. Product codes are compared without regard to case.
    #[must_use]
    pub fn is(&self, product: &str, version: &str) -> bool {
        self.permissions.product.eq_ignore_ascii_case(product) && self.permissions.version == version
    }

    /// Returns the permissions of an operation.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&OperationPermissions> {
        self.permissions.operations.iter().find(|operation| operation.name == name)
    }
}
