//! The modules of all crates of a project, with what they define.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::{Gap, Targets};
use crate::project::{Project, TargetKind};
use crate::usage::Place;

/// The index of a module.
pub(super) type ModuleId = usize;

/// The index of a type or a trait that the project defines.
pub(super) type TypeId = usize;

/// The segments of a path. The first one is empty for a path that begins with `::`.
pub(super) type Segments = Vec<String>;

/// All modules.
pub(super) struct Tree<'p> {
    pub(super) project: &'p Project,
    pub(super) targets: Targets,
    pub(super) modules: Vec<Module>,
    pub(super) types: Vec<TypeDefinition>,
    /// The root modules of the libraries, by package.
    pub(super) libraries: HashMap<usize, ModuleId>,
    pub(super) gaps: Vec<Gap>,
}

/// A module.
pub(super) struct Module {
    pub(super) package: usize,
    pub(super) root: ModuleId,
    pub(super) parent: Option<ModuleId>,
    /// The file, as it is shown.
    pub(super) file: String,
    pub(super) names: HashMap<String, Vec<Definition>>,
    /// The paths that are imported with `*`.
    pub(super) globs: Vec<Segments>,
    pub(super) items: Vec<syn::Item>,
}

/// What a name is in a module.
#[derive(Clone)]
pub(super) enum Definition {
    Module(ModuleId),
    Import(Segments),
    Alias(syn::Type),
    Type(TypeId),
    /// A constant whose value is a text.
    Text(String),
    /// A constant or a static variable.
    Value(syn::Type),
    Function(Option<syn::Type>),
}

/// A type or a trait that the project defines.
pub(super) struct TypeDefinition {
    pub(super) module: ModuleId,
    pub(super) fields: HashMap<String, syn::Type>,
    /// The methods with the module of their results.
    pub(super) methods: HashMap<String, (ModuleId, Option<syn::Type>)>,
}

impl<'p> Tree<'p> {
    pub(super) fn load(project: &'p Project, targets: Targets) -> Self {
        let mut tree = Self {
            project,
            targets,
            modules: Vec::new(),
            types: Vec::new(),
            libraries: HashMap::new(),
            gaps: Vec::new(),
        };
        let mut left_out = 0;
        for (package, of) in project.packages.iter().enumerate() {
            for target in &of.targets {
                if target.kind == TargetKind::Development && targets == Targets::Shipped {
                    left_out += 1;
                    continue;
                }
                let folder = target.path.parent().unwrap_or(Path::new("")).to_owned();
                let root = tree.add(package, None, &target.path);
                if target.kind == TargetKind::Library {
                    tree.libraries.insert(package, root);
                }
                tree.read(root, &target.path, &folder);
            }
        }
        if left_out > 0 {
            let reason =
                format!("tests, examples and benchmarks are not scanned ({left_out}); --all-targets includes them");
            tree.gaps.push(Gap { place: None, reason });
        }
        tree
    }

    fn add(&mut self, package: usize, parent: Option<ModuleId>, file: &Path) -> ModuleId {
        let id = self.modules.len();
        let root = parent.map_or(id, |parent| self.modules[parent].root);
        let file = file.strip_prefix(&self.project.root).unwrap_or(file).display().to_string();
        let (names, globs, items) = (HashMap::new(), Vec::new(), Vec::new());
        self.modules.push(Module { package, root, parent, file, names, globs, items });
        id
    }

    /// Reads a file as a module whose children are in a folder.
    fn read(&mut self, module: ModuleId, file: &Path, folder: &Path) {
        let gap =
            |reason: String| Gap { place: Some(Place { file: self.modules[module].file.clone(), line: 1 }), reason };
        let parsed = match std::fs::read_to_string(file) {
            Ok(text) => syn::parse_file(&text).map_err(|error| gap(format!("the file cannot be parsed: {error}"))),
            Err(error) => Err(gap(format!("the file cannot be read: {error}"))),
        };
        match parsed {
            Ok(parsed) => self.items(module, parsed.items, file, folder),
            Err(gap) => self.gaps.push(gap),
        }
    }

    fn items(&mut self, module: ModuleId, items: Vec<syn::Item>, file: &Path, folder: &Path) {
        let items: Vec<syn::Item> = items.into_iter().filter(|item| self.is_scanned(attributes(item))).collect();
        for item in &items {
            self.define(module, item, file, folder);
        }
        self.modules[module].items = items;
    }

    /// Whether an item is part of the targets that are scanned.
    pub(super) fn is_scanned(&self, attributes: &[syn::Attribute]) -> bool {
        self.targets == Targets::All || !attributes.iter().any(is_for_tests)
    }

    fn define(&mut self, module: ModuleId, item: &syn::Item, file: &Path, folder: &Path) {
        let (name, definition) = match item {
            syn::Item::Mod(item) => {
                let child = self.child(module, item, file, folder);
                (&item.ident, Definition::Module(child))
            }
            syn::Item::Use(item) => {
                let mut imports = Imports::default();
                imports.add(item);
                let of = &mut self.modules[module];
                of.globs.append(&mut imports.globs);
                for (name, path) in imports.names {
                    of.names.entry(name).or_default().push(Definition::Import(path));
                }
                return;
            }
            syn::Item::ExternCrate(item) => {
                let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
                (name, Definition::Import(vec![String::new(), item.ident.to_string()]))
            }
            syn::Item::Type(item) => (&item.ident, Definition::Alias((*item.ty).clone())),
            syn::Item::Struct(item) => {
                let fields = item.fields.iter().zip(0..).map(|(field, index)| {
                    let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
                    (name, field.ty.clone())
                });
                (&item.ident, self.type_(module, fields.collect()))
            }
            syn::Item::Enum(item) => (&item.ident, self.type_(module, HashMap::new())),
            syn::Item::Trait(item) => {
                let definition = self.type_(module, HashMap::new());
                for item in &item.items {
                    if let (syn::TraitItem::Fn(item), Definition::Type(id)) = (item, &definition) {
                        self.types[*id].methods.insert(item.sig.ident.to_string(), (module, result(&item.sig)));
                    }
                }
                (&item.ident, definition)
            }
            syn::Item::Const(item) => (&item.ident, constant(&item.ty, &item.expr)),
            syn::Item::Static(item) => (&item.ident, constant(&item.ty, &item.expr)),
            syn::Item::Fn(item) => (&item.sig.ident, Definition::Function(result(&item.sig))),
            _ => return,
        };
        self.modules[module].names.entry(name.to_string()).or_default().push(definition);
    }

    fn type_(&mut self, module: ModuleId, fields: HashMap<String, syn::Type>) -> Definition {
        self.types.push(TypeDefinition { module, fields, methods: HashMap::new() });
        Definition::Type(self.types.len() - 1)
    }

    /// Adds a module below another one.
    fn child(&mut self, module: ModuleId, item: &syn::ItemMod, file: &Path, folder: &Path) -> ModuleId {
        let name = item.ident.to_string().trim_start_matches("r#").to_owned();
        let package = self.modules[module].package;
        let inside = folder.join(&name);
        if let Some((_, items)) = &item.content {
            let child = self.add(package, Some(module), file);
            self.items(child, items.clone(), file, &inside);
            return child;
        }
        let named = item.attrs.iter().find_map(path_attribute);
        let named = named.map(|path| file.parent().unwrap_or(Path::new("")).join(path));
        let candidates: Vec<(PathBuf, PathBuf)> = match named {
            Some(path) => vec![(path.clone(), path.parent().unwrap_or(Path::new("")).to_owned())],
            None => vec![(folder.join(format!("{name}.rs")), inside.clone()), (inside.join("mod.rs"), inside)],
        };
        if let Some((path, folder)) = candidates.into_iter().find(|(path, _)| path.is_file()) {
            let child = self.add(package, Some(module), &path);
            self.read(child, &path, &folder);
            return child;
        }
        let place = Place { file: self.modules[module].file.clone(), line: item.ident.span().start().line };
        self.gaps.push(Gap { place: Some(place), reason: format!("the file of the module `{name}` is not found") });
        self.add(package, Some(module), file)
    }

    /// Adds the methods of `impl` blocks to the types that the project defines.
    pub(super) fn add_methods(&mut self) {
        let mut found = Vec::new();
        for (module, of) in self.modules.iter().enumerate() {
            for item in &of.items {
                let syn::Item::Impl(item) = item else { continue };
                let Some(id) = self.local_type(module, &item.self_ty) else { continue };
                for item in &item.items {
                    if let syn::ImplItem::Fn(item) = item {
                        found.push((id, item.sig.ident.to_string(), module, result(&item.sig)));
                    }
                }
            }
        }
        for (id, name, module, result) in found {
            self.types[id].methods.insert(name, (module, result));
        }
    }
}

fn constant(ty: &syn::Type, value: &syn::Expr) -> Definition {
    match value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Definition::Text(text.value()),
        _ => Definition::Value(ty.clone()),
    }
}

fn result(signature: &syn::Signature) -> Option<syn::Type> {
    match &signature.output {
        syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
        syn::ReturnType::Default => None,
    }
}

/// Imports of one `use` item.
#[derive(Default)]
pub(super) struct Imports {
    pub(super) names: Vec<(String, Segments)>,
    pub(super) globs: Vec<Segments>,
}

impl Imports {
    pub(super) fn add(&mut self, item: &syn::ItemUse) {
        let mut prefix = if item.leading_colon.is_some() { vec![String::new()] } else { Vec::new() };
        self.tree(&item.tree, &mut prefix);
    }

    fn tree(&mut self, tree: &syn::UseTree, prefix: &mut Segments) {
        let with = |prefix: &Segments, name: &syn::Ident| -> Segments {
            // `use a::{self}` imports `a`.
            let last = (name != "self" || prefix.is_empty()).then(|| name.to_string());
            prefix.iter().cloned().chain(last).collect()
        };
        match tree {
            syn::UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.tree(&path.tree, prefix);
                prefix.pop();
            }
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, prefix)),
            syn::UseTree::Name(name) => {
                let path = with(prefix, &name.ident);
                self.names.extend(path.last().cloned().map(|name| (name, path)));
            }
            syn::UseTree::Rename(rename) => {
                self.names.push((rename.rename.to_string(), with(prefix, &rename.ident)));
            }
            syn::UseTree::Glob(_) => self.globs.push(prefix.clone()),
        }
    }
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether an item is compiled for tests alone: `#[cfg(test)]`, or a test function.
fn is_for_tests(attribute: &syn::Attribute) -> bool {
    match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => {
            let words: HashSet<String> =
                list.tokens.to_string().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
            words.contains("test") && !words.contains("not") && !words.contains("any")
        }
        meta => meta.path().segments.last().is_some_and(|last| last.ident == "test"),
    }
}

fn path_attribute(attribute: &syn::Attribute) -> Option<String> {
    match &attribute.meta {
        syn::Meta::NameValue(syn::MetaNameValue { path, value: syn::Expr::Lit(literal), .. })
            if path.is_ident("path") =>
        {
            match &literal.lit {
                syn::Lit::Str(text) => Some(text.value()),
                _ => None,
            }
        }
        _ => None,
    }
}
