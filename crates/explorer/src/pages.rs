//! All pages of a list.

use alicloud_codegen::model::{Operation, Pages, PaginationStyle};
use serde_json::{Map, Value};

/// The greatest number of pages.
const LIMIT: usize = 10_000;

/// Where a list that is read page by page has got to.
#[derive(Clone, Debug)]
pub struct Walk {
    pages: Pages,
    seen: usize,
    tokens: Vec<String>,
    count: usize,
}

/// What follows a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// A page with these parameters.
    Page(Map<String, Value>),
    /// Nothing: the page was the last one.
    End,
    /// The service repeats pages, so that the list would have no end.
    Endless,
}

impl Walk {
    /// Begins with the first page; `None` if the operation has no pages.
    #[must_use]
    pub fn new(operation: &Operation) -> Option<Self> {
        Some(Self { pages: operation.pages.clone()?, seen: 0, tokens: Vec::new(), count: 0 })
    }

    /// Returns the items of a page.
    #[must_use]
    pub fn items<'v>(&self, response: &'v Value) -> &'v [Value] {
        at(response, &self.pages.items).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Returns what follows a page that was requested with these parameters.
    pub fn next(&mut self, parameters: &Map<String, Value>, response: &Value) -> Next {
        let items = self.items(response).len();
        self.seen += items;
        self.count += 1;
        if self.count >= LIMIT {
            return Next::Endless;
        }
        if at(response, &self.pages.more).and_then(Value::as_bool) == Some(false) {
            return Next::End;
        }
        let token = at(response, &self.pages.next).and_then(text).filter(|token| !token.is_empty());
        let mut next = parameters.clone();
        match (&self.pages.style, token) {
            (
                PaginationStyle::Token { token: parameter } | PaginationStyle::Either { token: parameter, .. },
                Some(token),
            ) => {
                if self.tokens.contains(&token) {
                    return Next::Endless;
                }
                next.insert(parameter.clone(), token.clone().into());
                if let PaginationStyle::Either { page, .. } = &self.pages.style {
                    next.shift_remove(page);
                }
                self.tokens.push(token);
            }
            (PaginationStyle::Token { .. }, None) => return Next::End,
            (PaginationStyle::Either { token: parameter, .. }, None) if parameters.contains_key(parameter) => {
                return Next::End;
            }
            (PaginationStyle::Number { page, size, first } | PaginationStyle::Either { page, size, first, .. }, _) => {
                if self.is_last(items, parameters.get(size), response) {
                    return Next::End;
                }
                let number = parameters.get(page).and_then(integer).unwrap_or(*first);
                next.insert(page.clone(), (number + 1).into());
            }
            (PaginationStyle::Offset { offset, limit }, _) => {
                if self.is_last(items, parameters.get(limit), response) {
                    return Next::End;
                }
                let start = parameters.get(offset).and_then(integer).unwrap_or(0);
                next.insert(offset.clone(), (start + items as i64).into());
            }
        }
        Next::Page(next)
    }

    /// Whether a counted page is the last one: the total is reached or, without a total, the page is not full.
    fn is_last(&self, items: usize, size: Option<&Value>, response: &Value) -> bool {
        let total = at(response, &self.pages.total).and_then(integer);
        let size = size.or_else(|| at(response, &self.pages.size)).and_then(integer);
        items == 0
            || match (total, size) {
                (Some(total), _) => self.seen as i64 >= total,
                (None, Some(size)) => (items as i64) < size,
                (None, None) => false,
            }
    }
}

fn at<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    if path.is_empty() { None } else { path.iter().try_fold(value, |value, name| value.get(name)) }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}
