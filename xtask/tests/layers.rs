//! The dependencies between modules of the hand-written crates have one direction.
//!
//! Each module of a crate's root is a node, including its files. An edge leads from a module to another one that a path
//! or an import in it names. Tests and macro bodies are ignored, because names in a macro body are resolved at its
//! uses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// The layers of `alicloud-core` from the bottom up. A module depends on modules of its own layer and of those below.
const CORE: [(&str, &[&str]); 10] = [
    ("primitives", &["blob", "clock", "error_text", "future", "hex", "invalid_input", "open", "percent", "secret"]),
    ("descriptions", &["endpoint", "info", "service"]),
    ("wire", &["decode", "encode", "header", "logs", "object", "sign", "timestamp"]),
    ("operations", &["operation", "serial"]),
    ("transport", &["transport"]),
    ("errors", &["codes", "error", "provider", "retry"]),
    ("client", &["client", "config", "events", "intercept"]),
    ("credentials", &["chain", "credentials"]),
    ("calls", &["pagination", "raw", "wait"]),
    ("applications", &["__private", "blocking", "fuzzing", "guide", "policy", "testing"]),
];

#[test]
fn modules_of_each_crate_have_no_cycle() {
    for crate_ in [
        "crates/core",
        "crates/document",
        "codegen",
        "crates/mock",
        "crates/explorer",
        "crates/policy",
        "crates/cli",
        "xtask",
    ] {
        let graph = Graph::read(&root().join(crate_).join("src"));
        let cycles = graph.cycles();
        assert!(cycles.is_empty(), "{crate_}: {cycles:#?}");
    }
}

#[test]
fn core_modules_depend_on_lower_layers() {
    let graph = Graph::read(&root().join("crates/core/src"));
    let layer = |module: &str| CORE.iter().position(|(_, modules)| modules.contains(&module));
    let unknown: Vec<&String> = graph.modules.iter().filter(|module| layer(module).is_none()).collect();
    assert!(unknown.is_empty(), "modules without a layer: {unknown:?}");
    let listed = CORE.iter().flat_map(|(_, modules)| *modules);
    let absent: Vec<_> = listed.filter(|module| !graph.modules.contains(**module)).collect();
    assert!(absent.is_empty(), "layers list modules that do not exist: {absent:?}");
    let upward = graph.edges.iter().flat_map(|(from, to)| to.iter().map(move |(to, files)| (from, to, files)));
    let upward: Vec<String> = upward
        .filter(|(from, to, _)| layer(from) < layer(to))
        .map(|(from, to, files)| format!("{from} -> {to} in {files:?}"))
        .collect();
    assert!(upward.is_empty(), "dependencies on a higher layer: {upward:#?}");
}

#[test]
fn cycles_of_a_cyclic_graph_returns_edges_with_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("lib.rs", "mod a; mod b; mod c; #[cfg(test)] mod d; pub use b::B;");
    write("d.rs", "use crate::{a::A, b::B, c::C};");
    write("a.rs", "use crate::B; #[cfg(test)] mod tests { use crate::c::C; }");
    write("b.rs", "pub struct B; fn f() { super::c::g(); }");
    write("c.rs", "fn g() -> crate::a::A { todo!() } macro_rules! m { () => { crate::b::B } }");
    let graph = Graph::read(folder.path());
    assert_eq!(graph.cycles(), [["a -> b in {\"a.rs\"}", "b -> c in {\"b.rs\"}", "c -> a in {\"c.rs\"}"]]);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

#[derive(Default)]
struct Graph {
    modules: BTreeSet<String>,
    /// The edges with the files that they come from.
    edges: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

impl Graph {
    fn read(source: &Path) -> Self {
        let mut files = Vec::new();
        list(source, &mut files);
        let path_of = |file: &Path| -> Vec<String> {
            let relative = file.strip_prefix(source).expect("a file of the crate").with_extension("");
            relative.iter().map(|part| part.to_string_lossy().into_owned()).collect()
        };
        let mut graph = Self::default();
        let mut reexports = BTreeMap::new();
        let mut tests = BTreeSet::new();
        for file in &files {
            let path = path_of(file);
            let syntax = parse(file);
            if matches!(path[0].as_str(), "lib" | "main") {
                reexports.extend(root_reexports(&syntax));
                tests.extend(test_modules(&syntax, &[]));
            } else {
                graph.modules.insert(path[0].clone());
                tests.extend(test_modules(&syntax, &path));
            }
        }
        graph.modules.retain(|module| !tests.contains(std::slice::from_ref(module)));
        for file in &files {
            let path = path_of(file);
            if !graph.modules.contains(&path[0]) || (1..=path.len()).any(|end| tests.contains(&path[..end])) {
                continue;
            }
            let mut names = Names { module: path.clone(), found: BTreeSet::new() };
            names.visit_file(&parse(file));
            let name = file.strip_prefix(source).expect("a file of the crate").to_string_lossy().into_owned();
            for found in names.found {
                let target = if graph.modules.contains(&found) { Some(&found) } else { reexports.get(&found) };
                if let Some(target) = target.filter(|target| **target != path[0]) {
                    let edge = graph.edges.entry(path[0].clone()).or_default().entry(target.clone()).or_default();
                    edge.insert(name.clone());
                }
            }
        }
        graph
    }

    /// Returns the edges of each set of modules that depend on each other.
    fn cycles(&self) -> Vec<Vec<String>> {
        let mut cycles = Vec::new();
        let mut done = BTreeSet::new();
        for module in &self.modules {
            let members: BTreeSet<&String> =
                self.reached(module).into_iter().filter(|other| self.reached(other).contains(module)).collect();
            if members.is_empty() || !done.insert(members.clone()) {
                continue;
            }
            let edges =
                members.iter().flat_map(|from| self.edges[*from].iter().map(move |(to, files)| (from, to, files)));
            let edges = edges.filter(|(_, to, _)| members.contains(to));
            cycles.push(edges.map(|(from, to, files)| format!("{from} -> {to} in {files:?}")).collect());
        }
        cycles
    }

    fn reached(&self, module: &String) -> BTreeSet<&String> {
        let mut reached = BTreeSet::new();
        let mut pending = vec![module];
        while let Some(next) = pending.pop() {
            for other in self.edges.get(next).into_iter().flat_map(BTreeMap::keys) {
                if reached.insert(other) {
                    pending.push(other);
                }
            }
        }
        reached
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            list(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
}

fn parse(file: &Path) -> syn::File {
    let text = fs::read_to_string(file).expect("a file");
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Returns the modules in separate files that are compiled only for tests.
fn test_modules(file: &syn::File, path: &[String]) -> Vec<Vec<String>> {
    let modules = file.items.iter().filter_map(|item| match item {
        syn::Item::Mod(item) if item.content.is_none() && is_test(&item.attrs) => Some(item.ident.to_string()),
        _ => None,
    });
    modules.map(|module| path.iter().cloned().chain([module]).collect()).collect()
}

/// Returns the names that the root exports from its modules, with the modules.
fn root_reexports(file: &syn::File) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for item in &file.items {
        let syn::Item::Use(item) = item else { continue };
        let mut paths = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut paths);
        for path in paths {
            let path: Vec<String> = path.into_iter().filter(|part| part != "crate" && part != "self").collect();
            if let [module, .., name] = &path[..] {
                found.insert(name.clone(), module.clone());
            }
        }
    }
    found
}

/// Collects each path of an import. A renamed one ends with its original name.
fn flatten(tree: &syn::UseTree, prefix: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    match tree {
        syn::UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, paths);
            prefix.pop();
        }
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, prefix, paths)),
        syn::UseTree::Name(syn::UseName { ident }) | syn::UseTree::Rename(syn::UseRename { ident, .. }) => {
            paths.push(prefix.iter().cloned().chain([ident.to_string()]).collect());
        }
        syn::UseTree::Glob(_) => paths.push(prefix.clone()),
    }
}

/// Collects what a file names in the root of its crate.
struct Names {
    /// The module that is visited.
    module: Vec<String>,
    found: BTreeSet<String>,
}

impl Names {
    fn path(&mut self, path: &[String]) {
        let mut module = match path.first().map(String::as_str) {
            Some("crate") => &[][..],
            Some("super") => &self.module[..],
            _ => return,
        };
        let mut rest = path;
        while let [first, others @ ..] = rest {
            match first.as_str() {
                "crate" | "self" => {}
                "super" => module = &module[..module.len().saturating_sub(1)],
                name => {
                    if module.is_empty() {
                        self.found.insert(name.to_owned());
                    }
                    return;
                }
            }
            rest = others;
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => {
            list.tokens.to_string().split(|c: char| !c.is_alphanumeric()).any(|word| word == "test")
        }
        _ => false,
    })
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if is_test(&item.attrs) {
            return;
        }
        let mut paths = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut paths);
        paths.iter().for_each(|path| self.path(path));
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if is_test(&item.attrs) {
            return;
        }
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.path(&parts);
        visit::visit_path(self, path);
    }
}
