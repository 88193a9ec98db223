//! What a path names.

use std::cell::RefCell;
use std::collections::HashSet;

use super::tree::{Definition, ModuleId, Segments, Tree, TypeId};
use crate::project::{Extern, TargetKind};

/// The paths that were tried, by module: imports can form cycles.
type Seen = RefCell<HashSet<(ModuleId, Segments)>>;

/// What a path names, with the segments that are not resolved, such as the name of a method.
#[derive(Clone)]
pub(super) enum Named {
    /// An item of a generated crate, by its path from the root.
    Generated(usize, Segments),
    /// An item of the runtime.
    Runtime(Segments),
    Module(ModuleId),
    Type(TypeId, Segments),
    Text(String),
    Value(ModuleId, syn::Type),
    Function(ModuleId, Option<syn::Type>),
    /// An item of another crate.
    Foreign,
}

impl Tree<'_> {
    /// Returns what a path names in a module; `None` if it cannot be resolved.
    pub(super) fn resolve(&self, module: ModuleId, path: &[String]) -> Option<Named> {
        self.resolve_within(module, path, &Seen::default())
    }

    fn resolve_within(&self, from: ModuleId, path: &[String], seen: &Seen) -> Option<Named> {
        if !seen.borrow_mut().insert((from, path.to_vec())) {
            return None;
        }
        let (mut module, mut rest) = (from, path);
        let mut is_relative = true;
        while let [first, others @ ..] = rest {
            match first.as_str() {
                "" => return self.external(from, others, seen),
                "crate" | "$crate" => module = self.modules[module].root,
                "self" => {}
                "super" => module = self.modules[module].parent?,
                _ => break,
            }
            (is_relative, rest) = (false, others);
        }
        while let [name, others @ ..] = rest {
            let definitions = self.modules[module].names.get(name).map_or(&[][..], Vec::as_slice);
            if let Some(Definition::Module(child)) =
                definitions.iter().find(|found| matches!(found, Definition::Module(_)))
            {
                (module, rest, is_relative) = (*child, others, false);
                continue;
            }
            for definition in definitions {
                let found = self.definition(module, definition, others, seen);
                if found.is_some() {
                    return found;
                }
            }
            let globs = self.modules[module].globs.iter();
            let found = globs.filter_map(|glob| self.by_glob(module, glob, rest, seen)).next();
            return match found {
                None if is_relative => self.external(from, rest, seen),
                found => found,
            };
        }
        Some(Named::Module(module))
    }

    fn definition(&self, module: ModuleId, definition: &Definition, rest: &[String], seen: &Seen) -> Option<Named> {
        let joined = |path: &[String]| -> Segments { path.iter().chain(rest).cloned().collect() };
        match definition {
            Definition::Module(_) => None,
            Definition::Import(path) => self.resolve_import(module, &joined(path), seen),
            Definition::Alias(syn::Type::Path(alias)) => {
                self.resolve_within(module, &joined(&segments(&alias.path)), seen)
            }
            Definition::Alias(_) => None,
            Definition::Type(id) => Some(Named::Type(*id, rest.to_vec())),
            Definition::Text(text) => Some(Named::Text(text.clone())),
            Definition::Value(ty) => Some(Named::Value(module, ty.clone())),
            Definition::Function(ty) => Some(Named::Function(module, ty.clone())),
        }
    }

    /// Resolves the path of an import. `use name::…` is a crate if the import itself has the name.
    fn resolve_import(&self, module: ModuleId, path: &[String], seen: &Seen) -> Option<Named> {
        let own = path.first().and_then(|name| self.modules[module].names.get(name));
        let is_itself = |found: &Definition| matches!(found, Definition::Import(other) if path.starts_with(other));
        if own.is_some_and(|own| own.iter().all(is_itself)) {
            return self.external(module, path, seen);
        }
        self.resolve_within(module, path, seen)
    }

    /// Resolves a path through imports of a block, and then in the module.
    pub(super) fn resolve_in(&self, module: ModuleId, globs: &[Segments], path: &[String]) -> Option<Named> {
        let by_glob = |glob: &Segments| self.by_glob(module, glob, path, &Seen::default());
        globs.iter().find_map(by_glob).or_else(|| self.resolve(module, path))
    }

    /// Resolves a path through a glob import, if the name is there.
    fn by_glob(&self, module: ModuleId, glob: &[String], rest: &[String], seen: &Seen) -> Option<Named> {
        // The path of the glob is resolved alone: through itself it would never end.
        match self.resolve_within(module, glob, seen)? {
            Named::Module(id) => {
                let path: Segments = ["self".to_owned()].into_iter().chain(rest.iter().cloned()).collect();
                self.resolve_within(id, &path, seen)
            }
            Named::Generated(table, path) => {
                let name = rest.first()?;
                let operations = &self.project.tables[table].permissions.operations;
                let exists = matches!(name.as_str(), "Client" | "RawRequest" | "operation")
                    || operations.iter().any(|of| of.request == *name || of.method == *name);
                exists.then(|| Named::Generated(table, path.iter().chain(rest).cloned().collect()))
            }
            _ => None,
        }
    }

    /// Resolves a path that begins with the name of a crate.
    fn external(&self, from: ModuleId, path: &[String], seen: &Seen) -> Option<Named> {
        let (name, rest) = path.split_first()?;
        let package = self.modules[from].package;
        let of = &self.project.packages[package];
        match of.externs.get(name) {
            Some(Extern::Generated(table)) => Some(Named::Generated(*table, rest.to_vec())),
            Some(Extern::Runtime) => Some(Named::Runtime(rest.to_vec())),
            Some(Extern::Local(package)) => self.in_library(*package, rest, seen),
            Some(Extern::Other) => Some(Named::Foreign),
            None if matches!(name.as_str(), "std" | "core" | "alloc") => Some(Named::Foreign),
            None => {
                let own = of.targets.iter().any(|it| it.kind == TargetKind::Library && it.name == *name);
                own.then(|| self.in_library(package, rest, seen)).flatten()
            }
        }
    }

    fn in_library(&self, package: usize, rest: &[String], seen: &Seen) -> Option<Named> {
        let root = *self.libraries.get(&package)?;
        let path: Segments = ["crate".to_owned()].into_iter().chain(rest.iter().cloned()).collect();
        self.resolve_within(root, &path, seen)
    }

    /// Returns the type that the project defines under a path.
    pub(super) fn local_type(&self, module: ModuleId, ty: &syn::Type) -> Option<TypeId> {
        let syn::Type::Path(path) = ty else { return None };
        match self.resolve(module, &segments(&path.path))? {
            Named::Type(id, _) => Some(id),
            _ => None,
        }
    }
}

/// Returns the names of a path.
pub(super) fn segments(path: &syn::Path) -> Segments {
    let colon = path.leading_colon.map(|_| String::new());
    colon.into_iter().chain(path.segments.iter().map(|segment| segment.ident.to_string())).collect()
}
