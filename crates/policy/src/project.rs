//! The packages of a Rust project, and the tables of the generated crates that they depend on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use alicloud_document::permissions::PermissionTable;
use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, PackageId};

use crate::usage::Table;

/// The name of the file with the permissions of a generated crate.
const TABLE: &str = "permissions.json";

/// The package of the runtime.
const RUNTIME: &str = "alicloud-core";

/// A project.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The packages whose source is scanned: those of the project and the local ones that they depend on.
    pub packages: Vec<Package>,
    /// The tables of the generated crates.
    pub tables: Vec<Table>,
    /// The dependencies that use a generated crate, and whose source is not part of the project.
    pub foreign: Vec<String>,
    /// The folder that the names of files are relative to.
    pub root: PathBuf,
}

/// A package.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// The name.
    pub name: String,
    /// The targets.
    pub targets: Vec<Target>,
    /// The crates that the source can name.
    pub externs: BTreeMap<String, Extern>,
}

/// A target of a package.
#[derive(Clone, Debug)]
pub struct Target {
    /// The name of the crate.
    pub name: String,
    /// What the target is for.
    pub kind: TargetKind,
    /// The file of the crate's root.
    pub path: PathBuf,
}

/// What a target is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// A library.
    Library,
    /// A program.
    Program,
    /// A test, an example, or a benchmark.
    Development,
}

/// A crate that source can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extern {
    /// A generated crate, by the index of its table.
    Generated(usize),
    /// The library of another package of the project, by its index.
    Local(usize),
    /// The runtime.
    Runtime,
    /// Any other crate.
    Other,
}

/// Why a project cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectError(String);

impl fmt::Display for ProjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ProjectError {}

impl Project {
    /// Reads the project in a folder with `cargo metadata`: without the network if that is possible.
    ///
    /// # Errors
    /// Returns an error if the folder contains no project that cargo can resolve, or if a table cannot be read.
    pub fn load(folder: &Path) -> Result<Self, ProjectError> {
        let invalid = |error: &dyn fmt::Display| ProjectError(format!("{}: {error}", folder.display()));
        let run = |options: &[&str]| {
            let options = options.iter().map(|option| (*option).to_owned()).collect::<Vec<_>>();
            MetadataCommand::new()
                .manifest_path(folder.join("Cargo.toml"))
                .features(CargoOpt::AllFeatures)
                .other_options(options)
                .exec()
        };
        let metadata = run(&["--offline"]).or_else(|_| run(&[])).map_err(|error| invalid(&error))?;
        let root = folder.canonicalize().map_err(|error| invalid(&error))?;
        Self::of(&metadata, root)
    }

    fn of(metadata: &Metadata, root: PathBuf) -> Result<Self, ProjectError> {
        let mut project = Self { root, ..Self::default() };
        let mut generated = BTreeMap::new();
        for package in &metadata.packages {
            let path = package.manifest_path.with_file_name(TABLE);
            if let Some(permissions) = read_table(path.as_std_path())? {
                generated.insert(&package.id, project.tables.len());
                let source = format!("{} {}, {TABLE}", package.name, package.version);
                project.tables.push(Table { permissions, source });
            }
        }
        let reached = reached(metadata);
        let scanned = |id: &&PackageId| {
            let package = &metadata[*id];
            package.source.is_none() && package.name.as_str() != RUNTIME && !generated.contains_key(*id)
        };
        let local: Vec<&PackageId> = reached.iter().copied().filter(scanned).collect();
        let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
        for node in nodes.filter(|node| reached.contains(&node.id)) {
            let package = &metadata[&node.id];
            let mut externs = BTreeMap::new();
            for dependency in &node.deps {
                let known = generated.get(&dependency.pkg).map(|table| Extern::Generated(*table));
                let local = || local.iter().position(|id| **id == dependency.pkg).map(Extern::Local);
                let runtime = || (metadata[&dependency.pkg].name.as_str() == RUNTIME).then_some(Extern::Runtime);
                let found = known.or_else(local).or_else(runtime).unwrap_or(Extern::Other);
                externs.insert(dependency.name.clone(), found);
            }
            let uses = externs.values().any(|found| matches!(found, Extern::Generated(_)));
            if local.contains(&&node.id) {
                let targets = package.targets.iter().filter_map(|target| {
                    let kind = if target.is_bin() {
                        TargetKind::Program
                    } else if target.is_test() || target.is_example() || target.is_bench() {
                        TargetKind::Development
                    } else if target.is_custom_build() {
                        return None;
                    } else {
                        TargetKind::Library
                    };
                    let path = target.src_path.clone().into_std_path_buf();
                    Some(Target { name: target.name.replace('-', "_"), kind, path })
                });
                project.packages.push(Package { name: package.name.to_string(), targets: targets.collect(), externs });
            } else if uses && !generated.contains_key(&node.id) {
                project.foreign.push(format!("{} {}", package.name, package.version));
            }
        }
        // `Extern::Local` is an index of `local`, and the packages are in the order of nodes.
        let order: Vec<&str> = local.iter().map(|id| metadata[*id].name.as_str()).collect();
        project.packages.sort_by_key(|package| order.iter().position(|name| *name == package.name));
        Ok(project)
    }
}

/// Returns the packages of the project and what they depend on when they run.
fn reached(metadata: &Metadata) -> BTreeSet<&PackageId> {
    let mut pending: Vec<&PackageId> = match metadata.root_package() {
        Some(package) => vec![&package.id],
        None => metadata.workspace_members.iter().collect(),
    };
    let mut reached = BTreeSet::new();
    while let Some(id) = pending.pop() {
        if !reached.insert(id) {
            continue;
        }
        let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
        for dependency in nodes.filter(|node| node.id == *id).flat_map(|node| &node.deps) {
            if dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal) {
                pending.push(&dependency.pkg);
            }
        }
    }
    reached
}

/// Reads the table of a generated crate; `None` if the package has none.
fn read_table(path: &Path) -> Result<Option<PermissionTable>, ProjectError> {
    let invalid = |error: &dyn fmt::Display| ProjectError(format!("{}: {error}", path.display()));
    match std::fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map(Some).map_err(|error| invalid(&error)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(invalid(&error)),
    }
}
