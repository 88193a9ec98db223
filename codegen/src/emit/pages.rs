//! The implementation of pagination.

use proc_macro2::TokenStream;
use quote::quote;

use super::{ident, rust_type};
use crate::model::{Field, Model, Operation, Owner, Pages, PaginationStyle, ResponseBody, Shape, TypeId, TypeKind};

/// Returns the implementation, if the operation is paginated.
pub(super) fn implementation(model: &Model, operation: &Operation, owner: Owner) -> Option<TokenStream> {
    let pages = operation.pages.as_ref()?;
    let ResponseBody::Object(root) = operation.response_body else { return None };
    let name = ident(&operation.name.rust);
    let list = field(model, root, pages.items.first()?)?;
    let (item, items) = match pages.items.get(1) {
        None => {
            let items = ident(&list.name.rust);
            (&list.shape, quote!(Some(&mut response.#items)))
        }
        Some(inner) => {
            let Shape::Named(object) = list.shape else { return None };
            let outer = ident(&list.name.rust);
            let inner = field(model, object, inner)?;
            let list = ident(&inner.name.rust);
            (&inner.shape, quote!(response.#outer.as_mut().and_then(|it| it.#list.as_mut())))
        }
    };
    let Shape::List(item) = item else { return None };
    let item = rust_type(model, item, owner);
    let paging = paging(pages);
    let cursor = cursor(operation, &pages.style)?;
    Some(quote! {
        impl Paged for #name {
            type Item = #item;
            const PAGING: Paging = #paging;

            fn cursor(&mut self) -> Cursor<'_> {
                #cursor
            }

            fn items(response: &mut Self::Response) -> Option<&mut Vec<Self::Item>> {
                #items
            }
        }
    })
}

fn field<'m>(model: &'m Model, owner: TypeId, wire: &str) -> Option<&'m Field> {
    match &model.get(owner).kind {
        TypeKind::Object(fields) => fields.iter().find(|field| field.name.wire == wire),
        TypeKind::Enum(_) => None,
    }
}

fn paging(pages: &Pages) -> TokenStream {
    let next = &pages.next;
    let mut paging = match &pages.style {
        PaginationStyle::Token { .. } => quote!(Paging::named(&[#(#next),*])),
        PaginationStyle::Offset { .. } => quote!(Paging::counted(0)),
        PaginationStyle::Number { first, .. } => {
            let first = proc_macro2::Literal::i64_unsuffixed(*first);
            quote!(Paging::counted(#first))
        }
        PaginationStyle::Either { first: 1, .. } => quote!(Paging::named(&[#(#next),*])),
        PaginationStyle::Either { first, .. } => {
            let first = proc_macro2::Literal::i64_unsuffixed(*first);
            quote!(Paging::named(&[#(#next),*]).first(#first))
        }
    };
    let counted = !matches!(pages.style, PaginationStyle::Token { .. });
    let fields = [
        ("items", &pages.items, true),
        ("more", &pages.more, true),
        ("page", &pages.page, counted),
        ("size", &pages.size, counted),
        ("total", &pages.total, counted),
    ];
    for (method, path, _) in fields.into_iter().filter(|(_, path, used)| *used && !path.is_empty()) {
        let method = ident(method);
        paging.extend(quote!(.#method(&[#(#path),*])));
    }
    paging
}

fn cursor(operation: &Operation, style: &PaginationStyle) -> Option<TokenStream> {
    let of = |wire: &String| {
        let parameter = operation.parameters.iter().find(|parameter| parameter.field.name.wire == *wire)?;
        let rust = ident(&parameter.field.name.rust);
        Some(quote!(&mut self.#rust))
    };
    let (kind, places) = match style {
        PaginationStyle::Token { token } => ("token", vec![of(token)?]),
        PaginationStyle::Number { page, size, .. } => ("number", vec![of(page)?, of(size)?]),
        PaginationStyle::Offset { offset, limit } => ("offset", vec![of(offset)?, of(limit)?]),
        PaginationStyle::Either { page, size, token, limit, .. } => {
            ("either", vec![of(page)?, of(size)?, of(token)?, of(limit)?])
        }
    };
    let kind = ident(kind);
    Some(quote!(Cursor::#kind(#(#places),*)))
}
