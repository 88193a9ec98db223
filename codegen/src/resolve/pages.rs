//! Detects paginated operations, by `x-pages` or by unambiguous names and types.

use super::Resolver;
use crate::diagnostic::{self, Diagnostic};
use crate::document::{self, Schema};
use crate::model::{Access, Encoding, Field, Operation, Pages, PaginationStyle, ResponseBody, Shape, TypeId, TypeKind};

const PAGE: &[&str] = &["pagenumber", "pagenum", "pageno", "currentpage", "pageindex", "page"];
const SIZE: &[&str] = &["pagesize", "perpage", "size", "limit"];
const LIMIT: &[&str] = &["maxresults", "maxresult", "maxitems", "maxitem", "limit"];
const TOTAL: &[&str] = &[
    "totalcount",
    "total",
    "totalnum",
    "totalnumber",
    "totalrecordcount",
    "totalrecords",
    "totalitemcount",
    "totalitemnum",
    "totalitems",
    "totalrecord",
    "totalresults",
];
const MORE: &[&str] = &["istruncated", "hasmore", "hasnext"];
/// The names of objects in a response that describe a page and contain no items.
const PAGE_OBJECTS: &[&str] = &["pageinfo", "pagination", "paging", "page", "pageresult"];

impl<'a> Resolver<'a> {
    /// Returns the pagination of an operation.
    pub(super) fn pages(&mut self, source: &'a document::Operation, operation: &Operation) -> Option<Pages> {
        match &source.pages {
            Some(document::Pages::Off) => None,
            Some(document::Pages::Named { names, first, span, .. }) => {
                let pages = self.declared(names, *first, operation);
                pages
                    .map_err(|(message, position)| {
                        let help = "`spec/schema.json` describes the key; `false` disables pagination";
                        let span = position.unwrap_or(*span);
                        self.report(Diagnostic::error(diagnostic::BAD_PAGES, span, message).help(help));
                    })
                    .ok()
            }
            None => self.detect(source, operation),
        }
    }

    /// Returns the pagination that the document declares.
    fn declared(
        &self,
        names: &[(String, document::Text)],
        first: Option<i64>,
        operation: &Operation,
    ) -> Result<Pages, (String, Option<crate::source::Span>)> {
        let ResponseBody::Object(root) = operation.response_body else {
            return Err(("the response is not an object".to_owned(), None));
        };
        let name = |key: &str| names.iter().find(|(known, _)| known == key).map(|(_, name)| name);
        let parameter = |key: &str| {
            let Some(name) = name(key) else { return Ok(None) };
            match field_of(operation, &name.value) {
                Some(field) if is_whole(&field.shape) => Ok(Some(name.value.clone())),
                Some(_) => {
                    Err((format!("the parameter `{}` is neither a number nor text", name.value), Some(name.span)))
                }
                None => Err((format!("the operation has no parameter `{}`", name.value), Some(name.span))),
            }
        };
        let path = |key: &str, wanted: &dyn Fn(&Shape) -> bool| {
            let Some(name) = name(key) else { return Ok(Vec::new()) };
            let path: Vec<String> = name.value.split('.').map(str::to_owned).collect();
            match self.at(root, &path) {
                Some(shape) if wanted(shape) => Ok(path),
                Some(_) => Err((
                    format!("the field `{}` of the response does not have a type that `{key}` can have", name.value),
                    Some(name.span),
                )),
                None => Err((format!("the response has no field `{}`", name.value), Some(name.span))),
            }
        };
        let (page, size) = (parameter("page")?, parameter("size")?);
        let (token, limit, offset) = (parameter("token")?, parameter("limit")?, parameter("offset")?);
        let first = first.unwrap_or(1);
        let style = match (page, size, token, limit, offset) {
            (Some(page), Some(size), None, None, None) => PaginationStyle::Number { page, size, first },
            (Some(page), Some(size), Some(token), Some(limit), None) => {
                PaginationStyle::Either { page, size, first, token, limit }
            }
            (None, None, Some(token), _, None) => PaginationStyle::Token { token },
            (None, Some(limit), None, None, Some(offset)) => PaginationStyle::Offset { offset, limit },
            _ => {
                let message = "the parameters must be `page` and `size`, or `token`, or `offset` and `size`, or \
                               `page`, `size`, `token` and `limit`";
                return Err((message.to_owned(), None));
            }
        };
        let items = path("items", &|shape| matches!(shape, Shape::List(_)))?;
        // `x-pages` has no keys for page number and size in the response: they are used only if their names are
        // unambiguous.
        let has_numbers = !matches!(style, PaginationStyle::Token { .. });
        let repeated =
            |names| self.field_path(root, &items, names, is_whole).filter(|_| has_numbers).unwrap_or_default();
        let pages = Pages {
            style,
            next: path("next", &is_whole)?,
            more: path("more", &|shape| *shape == Shape::Boolean)?,
            total: path("total", &is_whole)?,
            page: repeated(PAGE),
            size: repeated(&["pagesize"]),
            items,
        };
        let by_name = matches!(pages.style, PaginationStyle::Token { .. } | PaginationStyle::Either { .. });
        match (pages.items.is_empty(), by_name != pages.next.is_empty()) {
            (true, _) => Err(("`items` is missing: it names the list in the response".to_owned(), None)),
            (_, false) => Err(("`next` is required with a `token`, and not allowed without one".to_owned(), None)),
            (false, true) => Ok(pages),
        }
    }

    /// Detects the pagination by names and types of parameters and response, if it is unambiguous.
    fn detect(&self, source: &'a document::Operation, operation: &Operation) -> Option<Pages> {
        let ResponseBody::Object(root) = operation.response_body else { return None };
        if operation.access == Some(Access::Write) {
            return None;
        }
        let items = self.only_list(root)?;
        let parameter = |names: &[&str], fits: fn(&Shape) -> bool| only(parameters(operation), names, fits);
        let token = ["nexttoken", "marker"].iter().find_map(|name| {
            let next: &[&str] = if *name == "marker" { &["nextmarker", "marker"] } else { &["nexttoken"] };
            let next =
                next.iter().find_map(|next| self.field_path(root, &items, &[next], |shape| *shape == Shape::Text))?;
            Some((parameter(&[name], |shape| *shape == Shape::Text)?, next))
        });
        let total = self.field_path(root, &items, TOTAL, is_whole);
        let page = self.field_path(root, &items, PAGE, is_whole);
        let size = self.field_path(root, &items, &["pagesize"], is_whole);
        let number = parameter(PAGE, is_whole).zip(parameter(SIZE, is_whole)).and_then(|(page, size)| {
            let first = self.first(source, page)?;
            Some((page.name.wire.clone(), size.name.wire.clone(), first))
        });
        let number = number.filter(|_| [&total, &page, &size].into_iter().any(Option::is_some));
        let offset =
            parameter(&["offset"], is_number).zip(parameter(&["limit"], is_number)).filter(|_| total.is_some());
        let (style, next) = match (token, number, offset) {
            (Some((token, next)), Some((page, size, first)), _) => {
                let limit = parameter(LIMIT, is_number)?.name.wire.clone();
                (PaginationStyle::Either { page, size, first, token: token.name.wire.clone(), limit }, next)
            }
            (Some((token, next)), None, _) => {
                // The operation also has page numbers, whose style is ambiguous.
                let other = parameters(operation).any(|field| PAGE.contains(&normalized(&field.name.wire).as_str()));
                if other {
                    return None;
                }
                (PaginationStyle::Token { token: token.name.wire.clone() }, next)
            }
            (None, Some((page, size, first)), _) => (PaginationStyle::Number { page, size, first }, Vec::new()),
            (None, None, Some((offset, limit))) => (
                PaginationStyle::Offset { offset: offset.name.wire.clone(), limit: limit.name.wire.clone() },
                Vec::new(),
            ),
            (None, None, None) => return None,
        };
        let more = match next.is_empty() {
            true => Vec::new(),
            false => self.field_path(root, &items, MORE, |shape| *shape == Shape::Boolean).unwrap_or_default(),
        };
        let or_empty = |path: Option<Vec<String>>| path.unwrap_or_default();
        Some(Pages { style, items, next, more, page: or_empty(page), size: or_empty(size), total: or_empty(total) })
    }

    /// Returns the only list in the response or in one of its objects.
    fn only_list(&self, root: TypeId) -> Option<Vec<String>> {
        let mut lists = Vec::new();
        for field in self.fields_of(root) {
            match &field.shape {
                Shape::List(_) => lists.push(vec![field.name.wire.clone()]),
                Shape::Named(inner) => lists.extend(self.fields_of(*inner).iter().filter_map(|inner| {
                    let list = matches!(inner.shape, Shape::List(_));
                    list.then(|| vec![field.name.wire.clone(), inner.name.wire.clone()])
                })),
                _ => {}
            }
        }
        lists.pop().filter(|_| lists.is_empty())
    }

    /// Returns the only field with one of the names: beside the list, at the root, or in an object that describes the
    /// page.
    fn field_path(
        &self,
        root: TypeId,
        items: &[String],
        names: &[&str],
        fits: fn(&Shape) -> bool,
    ) -> Option<Vec<String>> {
        let fields = self.fields_of(root);
        let declared = |field: &&Field| match &field.shape {
            Shape::Named(inner) if items.first() == Some(&field.name.wire) && items.len() > 1 => Some(*inner),
            Shape::Named(inner) if PAGE_OBJECTS.contains(&normalized(&field.name.wire).as_str()) => Some(*inner),
            _ => None,
        };
        let inner = fields.iter().filter_map(|field| Some((field, declared(&field)?)));
        let mut detect: Vec<Vec<String>> = inner
            .filter_map(|(field, inner)| {
                let field_path = only(self.fields_of(inner).iter(), names, fits)?;
                Some(vec![field.name.wire.clone(), field_path.name.wire.clone()])
            })
            .collect();
        detect.extend(only(fields.iter(), names, fits).map(|field| vec![field.name.wire.clone()]));
        detect.pop().filter(|_| detect.is_empty())
    }

    fn fields_of(&self, id: TypeId) -> &[Field] {
        match &self.types[id.0].kind {
            TypeKind::Object(fields) => fields,
            TypeKind::Enum(_) => &[],
        }
    }

    /// Returns the shape at a path of fields.
    fn at(&self, root: TypeId, path: &[String]) -> Option<&Shape> {
        let (first, rest) = path.split_first()?;
        let shape = &self.fields_of(root).iter().find(|field| field.name.wire == *first)?.shape;
        match (shape, rest) {
            (shape, []) => Some(shape),
            (Shape::Named(inner), [_]) => self.at(*inner, rest),
            _ => None,
        }
    }

    /// Returns the number of the first page, if the document is unambiguous.
    fn first(&self, source: &'a document::Operation, page: &Field) -> Option<i64> {
        let parameter = source.parameters.iter().find(|parameter| parameter.name.value == page.name.wire)?;
        let schema = self.behind(&parameter.schema)?;
        let number = |text: &Option<String>| text.as_ref().and_then(|text| text.trim().parse::<i64>().ok());
        let Schema { minimum, default, .. } = schema;
        match (number(default), number(minimum)) {
            (Some(first @ (0 | 1)), Some(0 | 1) | None) => Some(first),
            (None, Some(1)) => Some(1),
            // An index may begin with 0 or 1.
            (None, None) if !normalized(&page.name.wire).ends_with("index") => Some(1),
            _ => None,
        }
    }
}

/// Returns the parameters that are encoded unchanged.
fn parameters(operation: &Operation) -> impl Iterator<Item = &Field> {
    let normalized = |encoding| matches!(encoding, Encoding::Query | Encoding::Form);
    operation
        .parameters
        .iter()
        .filter(move |parameter| normalized(parameter.encoding))
        .map(|parameter| &parameter.field)
}

fn field_of<'o>(operation: &'o Operation, name: &str) -> Option<&'o Field> {
    parameters(operation).find(|field| field.name.wire == name)
}

/// Returns the only field with one of the names.
fn only<'f>(fields: impl Iterator<Item = &'f Field>, names: &[&str], fits: fn(&Shape) -> bool) -> Option<&'f Field> {
    let mut fields = fields.filter(|field| names.contains(&normalized(&field.name.wire).as_str()));
    let first = fields.next()?;
    (fields.next().is_none() && fits(&first.shape)).then_some(first)
}

/// Returns a name without case and separators.
fn normalized(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect()
}

fn is_number(shape: &Shape) -> bool {
    matches!(shape, Shape::Int32 | Shape::Int64)
}

/// Whether a shape is an integer, or text that may contain one.
fn is_whole(shape: &Shape) -> bool {
    is_number(shape) || *shape == Shape::Text
}
