//! Finds the operations in the items of a module.

mod add;

use std::collections::HashMap;

use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};

use super::Scan;
use super::resolve::{Named, segments};
use super::tree::{Imports, ModuleId, Segments, Tree};
use super::types::{Scope, Type, Values};
use add::is_raw;

/// Adds what a module uses.
pub(super) fn visit(tree: &Tree<'_>, module: ModuleId, found: &mut Scan) {
    let mut visitor = Visitor {
        tree,
        module,
        found,
        scope: Scope::default(),
        variables: Vec::new(),
        imports: Vec::new(),
        raw_client: None,
        in_macro: false,
    };
    for item in &tree.modules[module].items {
        // A module in a module is visited as one of its own.
        if !matches!(item, syn::Item::Mod(_)) {
            visitor.visit_item(item);
        }
    }
}

struct Visitor<'a> {
    tree: &'a Tree<'a>,
    module: ModuleId,
    found: &'a mut Scan,
    scope: Scope,
    variables: Vec<HashMap<String, Option<Type>>>,
    /// The imports of each block, the innermost last.
    imports: Vec<Imports>,
    /// The client of the `call_raw` whose arguments are visited.
    raw_client: Option<usize>,
    /// Whether names are visited that a macro may put into other paths.
    in_macro: bool,
}

impl Visitor<'_> {
    fn resolve(&self, path: &[String]) -> Option<Named> {
        resolve(self.tree, self.module, &self.imports, path)
    }

    fn type_of(&self, expression: &syn::Expr) -> Option<Type> {
        self.values(|values| values.type_of(expression))
    }

    fn values<T>(&self, read: impl FnOnce(&Values<'_>) -> T) -> T {
        let resolve = |path: &[String]| self.resolve(path);
        read(&Values { tree: self.tree, scope: &self.scope, variables: &self.variables, resolve: &resolve })
    }

    /// Declares the variables of a pattern, all with the type of what they are bound to.
    fn bind(&mut self, pattern: &syn::Pat, ty: Option<Type>) {
        let ty = match pattern {
            syn::Pat::Type(typed) => self.tree.type_of(self.module, &self.scope, &typed.ty).or(ty),
            _ => ty,
        };
        match pattern {
            syn::Pat::Ident(it) => {
                if let Some(block) = self.variables.last_mut() {
                    block.insert(it.ident.to_string(), ty);
                }
                if let Some((_, inner)) = &it.subpat {
                    self.bind(inner, ty);
                }
            }
            syn::Pat::Type(it) => self.bind(&it.pat, ty),
            syn::Pat::Reference(it) => self.bind(&it.pat, ty),
            syn::Pat::Paren(it) => self.bind(&it.pat, ty),
            // `Some(client)` has the type of the value that is matched.
            syn::Pat::TupleStruct(it) => it.elems.iter().for_each(|pattern| self.bind(pattern, ty)),
            syn::Pat::Tuple(it) => it.elems.iter().for_each(|pattern| self.bind(pattern, None)),
            syn::Pat::Slice(it) => it.elems.iter().for_each(|pattern| self.bind(pattern, ty)),
            syn::Pat::Struct(it) => self.bind_fields(it),
            _ => {}
        }
    }

    fn bind_fields(&mut self, pattern: &syn::PatStruct) {
        let id = match self.resolve(&segments(&pattern.path)) {
            Some(Named::Type(id, _)) => Some(id),
            _ => None,
        };
        for field in &pattern.fields {
            let syn::Member::Named(name) = &field.member else { continue };
            let declared = id.map(|id| &self.tree.types[id]);
            let ty = declared
                .and_then(|of| self.tree.type_of(of.module, &Scope::default(), of.fields.get(&name.to_string())?));
            self.bind(&field.pat, ty);
        }
    }

    /// Visits a function, a closure or a block with variables of its own.
    fn in_block(&mut self, visit: impl FnOnce(&mut Self)) {
        self.variables.push(HashMap::new());
        self.imports.push(Imports::default());
        visit(self);
        self.imports.pop();
        self.variables.pop();
    }

    /// Visits an item with generic parameters.
    fn with_generics(&mut self, generics: &syn::Generics, visit: impl FnOnce(&mut Self)) {
        let before = self.scope.clone();
        for parameter in generics.type_params() {
            let bounds = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
            let bounds = bounds.filter_map(|predicate| match predicate {
                syn::WherePredicate::Type(it) => match &it.bounded_ty {
                    syn::Type::Path(path) if path.path.is_ident(&parameter.ident) => Some(&it.bounds),
                    _ => None,
                },
                _ => None,
            });
            let bounds = parameter.bounds.iter().chain(bounds.flatten());
            let ty = self.tree.bound(self.module, &self.scope, bounds);
            self.scope.parameters.insert(parameter.ident.to_string(), ty);
        }
        visit(self);
        self.scope = before;
    }

    fn function(&mut self, signature: &syn::Signature, visit: impl FnOnce(&mut Self)) {
        self.with_generics(&signature.generics, |this| {
            this.in_block(|this| {
                for input in &signature.inputs {
                    if let syn::FnArg::Typed(input) = input {
                        this.bind(&syn::Pat::Type(input.clone()), None);
                    }
                }
                visit(this);
            });
        });
    }
}

/// Resolves a path through the imports of blocks, and then in the module.
fn resolve(tree: &Tree<'_>, module: ModuleId, imports: &[Imports], path: &[String]) -> Option<Named> {
    let first = path.first()?;
    for block in imports.iter().rev() {
        if let Some((_, import)) = block.names.iter().find(|(name, _)| name == first) {
            let joined: Segments = import.iter().chain(&path[1..]).cloned().collect();
            // An import is not resolved through itself.
            let through_itself = import.first() == Some(first);
            return if through_itself {
                tree.resolve(module, &joined)
            } else {
                resolve(tree, module, imports, &joined)
            };
        }
    }
    let globs: Vec<Segments> = imports.iter().rev().flat_map(|block| block.globs.iter().cloned()).collect();
    tree.resolve_in(module, &globs, path)
}

fn text(expression: &syn::Expr) -> Option<String> {
    match expression {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        syn::Expr::Reference(it) => text(&it.expr),
        syn::Expr::Paren(it) => text(&it.expr),
        // `"…".to_owned()`, `.into()` and the like.
        syn::Expr::MethodCall(it) if it.args.is_empty() => text(&it.receiver),
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, |this| visit::visit_item_fn(this, item));
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.with_generics(&item.generics, |this| {
            this.scope.this = this.tree.type_of(this.module, &this.scope, &item.self_ty);
            visit::visit_item_impl(this, item);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if self.tree.is_scanned(&item.attrs) {
            self.function(&item.sig, |this| visit::visit_impl_item_fn(this, item));
        }
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.with_generics(&item.generics, |this| {
            this.scope.this = match this.resolve(&[item.ident.to_string()]) {
                Some(Named::Type(id, _)) => Some(Type::Local(id)),
                _ => None,
            };
            visit::visit_item_trait(this, item);
        });
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.function(&item.sig, |this| visit::visit_trait_item_fn(this, item));
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.in_block(|this| {
            for statement in &block.stmts {
                if let (syn::Stmt::Item(syn::Item::Use(item)), Some(imports)) = (statement, this.imports.last_mut()) {
                    imports.add(item);
                }
            }
            visit::visit_block(this, block);
        });
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        let ty = local.init.as_ref().and_then(|init| self.type_of(&init.expr));
        self.bind(&local.pat, ty);
    }

    fn visit_expr_let(&mut self, expression: &'ast syn::ExprLet) {
        visit::visit_expr_let(self, expression);
        let ty = self.type_of(&expression.expr);
        self.bind(&expression.pat, ty);
    }

    fn visit_expr_match(&mut self, expression: &'ast syn::ExprMatch) {
        let ty = self.type_of(&expression.expr);
        self.visit_expr(&expression.expr);
        for arm in &expression.arms {
            self.in_block(|this| {
                this.bind(&arm.pat, ty);
                this.visit_arm(arm);
            });
        }
    }

    fn visit_expr_for_loop(&mut self, expression: &'ast syn::ExprForLoop) {
        let ty = self.type_of(&expression.expr);
        self.in_block(|this| {
            this.bind(&expression.pat, ty);
            visit::visit_expr_for_loop(this, expression);
        });
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.in_block(|this| {
            closure.inputs.iter().for_each(|pattern| this.bind(pattern, None));
            visit::visit_expr_closure(this, closure);
        });
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(function) = &*call.func {
            let path = segments(&function.path);
            let is_raw_call = match self.resolve(&path) {
                Some(Named::Generated(_, path) | Named::Runtime(path)) => is_raw(&path),
                _ => false,
            };
            if is_raw_call {
                let constant = |expression: &syn::Expr| match expression {
                    syn::Expr::Path(path) => match self.resolve(&segments(&path.path)) {
                        Some(Named::Text(text)) => Some(text),
                        _ => None,
                    },
                    _ => None,
                };
                let name = call.args.first().and_then(|first| text(first).or_else(|| constant(first)));
                let line = function.path.segments.first().map_or(0, |first| first.ident.span().start().line);
                self.path(&path, name.as_deref(), line);
                call.args.iter().for_each(|argument| self.visit_expr(argument));
                return;
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let receiver = self.type_of(&call.receiver);
        let method = call.method.to_string();
        self.method(receiver, method.trim_start_matches("r#"), call.method.span().start().line);
        let outer = self.raw_client;
        if let (Some(Type::Client(table)), "call_raw") = (receiver, method.as_str()) {
            self.raw_client = Some(table);
        }
        visit::visit_expr_method_call(self, call);
        self.raw_client = outer;
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = segments(path);
        let is_variable = match &names[..] {
            [name] => self.variables.iter().any(|block| block.contains_key(name)),
            _ => false,
        };
        if !is_variable {
            let line = path.segments.first().map_or(0, |first| first.ident.span().start().line);
            self.path(&names, None, line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, of: &'ast syn::Macro) {
        let name = of.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let line = of.path.segments.first().map_or(0, |first| first.ident.span().start().line);
        if name == "include" {
            self.gap(line, "the included file is not scanned".to_owned());
        }
        let outer = std::mem::replace(&mut self.in_macro, true);
        let expressions = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        if name == "macro_rules" {
            self.tokens(of.tokens.clone());
        } else if let Ok(parsed) = expressions.parse2(of.tokens.clone()) {
            parsed.iter().for_each(|expression| self.visit_expr(expression));
        } else if let Ok(parsed) = syn::Block::parse_within.parse2(of.tokens.clone()) {
            self.in_block(|this| parsed.iter().for_each(|statement| this.visit_stmt(statement)));
        } else {
            self.tokens(of.tokens.clone());
        }
        self.in_macro = outer;
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        self.visit_macro(&item.mac);
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}
