//! The types of expressions, as far as declarations show them.

use std::collections::HashMap;

use super::resolve::{Named, segments};
use super::tree::{ModuleId, Segments, Tree, TypeId};

/// The type of a value, without the references, smart pointers and containers around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// The client of a generated crate.
    Client(usize),
    /// A type or a trait of the project.
    Local(TypeId),
    /// Any other type, which has no method of a client.
    Other,
}

/// What a function or an `impl` block declares.
#[derive(Clone, Default)]
pub(super) struct Scope {
    pub(super) this: Option<Type>,
    pub(super) parameters: HashMap<String, Option<Type>>,
}

/// Methods that return the value itself, or what it contains.
const TRANSPARENT: [&str; 33] = [
    "as_deref",
    "as_mut",
    "as_ref",
    "await",
    "borrow",
    "clone",
    "cloned",
    "context",
    "deref",
    "expect",
    "first",
    "get",
    "get_ref",
    "into_iter",
    "into_inner",
    "iter",
    "last",
    "load",
    "lock",
    "map_err",
    "next",
    "ok",
    "ok_or",
    "ok_or_else",
    "read",
    "to_owned",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "upgrade",
    "with_context",
    "write",
];

/// Types whose constructors return a value around their argument.
const WRAPPERS: [&str; 8] = ["Arc", "Box", "Cow", "Mutex", "Pin", "Rc", "RefCell", "RwLock"];

impl Tree<'_> {
    /// Returns the type that a declaration names; `None` if it is not visible.
    pub(super) fn type_of(&self, module: ModuleId, scope: &Scope, ty: &syn::Type) -> Option<Type> {
        match ty {
            syn::Type::Reference(it) => self.type_of(module, scope, &it.elem),
            syn::Type::Paren(it) => self.type_of(module, scope, &it.elem),
            syn::Type::Group(it) => self.type_of(module, scope, &it.elem),
            syn::Type::Slice(it) => self.type_of(module, scope, &it.elem),
            syn::Type::Array(it) => self.type_of(module, scope, &it.elem),
            syn::Type::ImplTrait(it) => self.bound(module, scope, &it.bounds),
            syn::Type::TraitObject(it) => self.bound(module, scope, &it.bounds),
            syn::Type::Path(it) if it.qself.is_none() => self.path_type(module, scope, &it.path),
            syn::Type::Path(_) | syn::Type::Macro(_) | syn::Type::Infer(_) => None,
            _ => Some(Type::Other),
        }
    }

    fn path_type(&self, module: ModuleId, scope: &Scope, path: &syn::Path) -> Option<Type> {
        if path.is_ident("Self") {
            return scope.this;
        }
        if let Some(parameter) = path.get_ident().and_then(|name| scope.parameters.get(&name.to_string())) {
            return *parameter;
        }
        match self.resolve(module, &segments(path)) {
            Some(Named::Generated(table, path)) => {
                Some(if path.last().is_some_and(|name| name == "Client") { Type::Client(table) } else { Type::Other })
            }
            Some(Named::Type(id, _)) => Some(Type::Local(id)),
            Some(Named::Runtime(_)) => Some(Type::Other),
            found => {
                // A container or a smart pointer of another crate.
                let arguments = path.segments.last().map(|last| &last.arguments);
                let inner = match arguments {
                    Some(syn::PathArguments::AngleBracketed(list)) => {
                        list.args.iter().find_map(|argument| match argument {
                            syn::GenericArgument::Type(ty) => {
                                self.type_of(module, scope, ty).filter(|found| *found != Type::Other)
                            }
                            _ => None,
                        })
                    }
                    _ => None,
                };
                inner.or_else(|| found.map(|_| Type::Other))
            }
        }
    }

    /// Returns the type of a value that has traits: a trait of the project, or a client inside `AsRef<Client>`.
    pub(super) fn bound<'b>(
        &self,
        module: ModuleId,
        scope: &Scope,
        bounds: impl IntoIterator<Item = &'b syn::TypeParamBound>,
    ) -> Option<Type> {
        let mut traits = bounds.into_iter().filter_map(|bound| match bound {
            syn::TypeParamBound::Trait(bound) => Some(&bound.path),
            _ => None,
        });
        traits.find_map(|path| self.path_type(module, scope, path).filter(|found| *found != Type::Other))
    }
}

/// The values that are visible in an expression.
pub(super) struct Values<'a> {
    pub(super) tree: &'a Tree<'a>,
    pub(super) scope: &'a Scope,
    /// The variables of each block, the innermost last.
    pub(super) variables: &'a [HashMap<String, Option<Type>>],
    /// The paths that blocks import.
    pub(super) resolve: &'a dyn Fn(&[String]) -> Option<Named>,
}

impl Values<'_> {
    /// Returns the type of an expression; `None` if it is not visible.
    pub(super) fn type_of(&self, expression: &syn::Expr) -> Option<Type> {
        match expression {
            syn::Expr::Await(it) => self.type_of(&it.base),
            syn::Expr::Group(it) => self.type_of(&it.expr),
            syn::Expr::Index(it) => self.type_of(&it.expr),
            syn::Expr::Paren(it) => self.type_of(&it.expr),
            syn::Expr::Reference(it) => self.type_of(&it.expr),
            syn::Expr::Try(it) => self.type_of(&it.expr),
            syn::Expr::Unary(it) => self.type_of(&it.expr),
            syn::Expr::Path(it) => self.path(&segments(&it.path)),
            syn::Expr::Struct(it) => match (self.resolve)(&segments(&it.path))? {
                Named::Type(id, _) => Some(Type::Local(id)),
                _ => None,
            },
            syn::Expr::Field(it) => {
                let Type::Local(id) = self.type_of(&it.base)? else { return None };
                let of = &self.tree.types[id];
                let name = match &it.member {
                    syn::Member::Named(name) => name.to_string(),
                    syn::Member::Unnamed(index) => index.index.to_string(),
                };
                self.tree.type_of(of.module, &Scope::default(), of.fields.get(&name)?)
            }
            syn::Expr::Call(it) => self.call(it),
            syn::Expr::MethodCall(it) => {
                let receiver = self.type_of(&it.receiver)?;
                let name = it.method.to_string();
                match receiver {
                    Type::Local(id) if self.tree.types[id].methods.contains_key(&name) => self.result(id, &name),
                    found if TRANSPARENT.contains(&name.as_str()) => Some(found),
                    _ => None,
                }
            }
            syn::Expr::Lit(_) | syn::Expr::Binary(_) => Some(Type::Other),
            _ => None,
        }
    }

    /// Returns the type of a variable, a constant or a static variable.
    pub(super) fn path(&self, path: &[String]) -> Option<Type> {
        if let [name] = path {
            if name == "self" {
                return self.scope.this;
            }
            if let Some(known) = self.variables.iter().rev().find_map(|block| block.get(name)) {
                return *known;
            }
        }
        match (self.resolve)(path)? {
            Named::Value(module, ty) => self.tree.type_of(module, &Scope::default(), &ty),
            Named::Type(id, rest) if rest.is_empty() => Some(Type::Local(id)),
            _ => None,
        }
    }

    fn call(&self, call: &syn::ExprCall) -> Option<Type> {
        let syn::Expr::Path(function) = &*call.func else { return None };
        let path = segments(&function.path);
        if let ["Self", method] = path.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            let Some(Type::Local(id)) = self.scope.this else { return self.scope.this };
            return self.result(id, method);
        }
        match (self.resolve)(&path) {
            Some(Named::Generated(table, path)) => {
                let constructs = path.iter().rev().nth(1).is_some_and(|name| name == "Client");
                Some(if constructs { Type::Client(table) } else { Type::Other })
            }
            Some(Named::Function(module, result)) => self.tree.type_of(module, &Scope::default(), &result?),
            Some(Named::Type(id, rest)) => match rest.first() {
                Some(method) => self.result(id, method),
                None => Some(Type::Local(id)),
            },
            _ => {
                let wraps = path.iter().rev().nth(1).is_some_and(|name| WRAPPERS.contains(&name.as_str()));
                let is_variant = path.last().is_some_and(|name| name == "Some" || name == "Ok");
                (wraps || is_variant).then(|| self.type_of(call.args.first()?)).flatten()
            }
        }
    }

    /// Returns the type of what a method of the project returns.
    fn result(&self, id: TypeId, method: &str) -> Option<Type> {
        let (module, result) = self.tree.types[id].methods.get(method)?;
        let scope = Scope { this: Some(Type::Local(id)), ..Scope::default() };
        self.tree.type_of(*module, &scope, result.as_ref()?)
    }
}

/// Returns the name of an operation, by what a path of its generated crate names: the request, or the client's method.
pub(super) fn operation<'t>(tree: &'t Tree<'_>, table: usize, path: &Segments) -> Option<&'t str> {
    if path.first().is_some_and(|first| first == "types") {
        return None;
    }
    let operations = &tree.project.tables[table].permissions.operations;
    let method = path.iter().skip_while(|name| *name != "Client").nth(1);
    let found = operations.iter().find(|of| path.contains(&of.request) || Some(&of.method) == method);
    found.map(|of| of.name.as_str())
}
