//! Finds the next page.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::decode::{Charset, DecodeSlot, DecodeTarget, Scalar, members, read, value_at};

/// The maximum number of repeated pages in a row if a total that is not reached or a new token says that there are
/// more.
const MAX_REPEATED_PAGES: u32 = 100;

/// The maximum number of pages without an item in a row, even with new tokens.
const MAX_EMPTY_PAGES: u32 = 10_000;

/// The maximum number of pages and tokens that are remembered, as hashes of 64 bits.
const MAX_HASHES: usize = 1 << 16;

/// The path to a value in a response: names of fields, outermost first.
type Path = &'static [&'static str];

/// The constants of a pagination. Generated code builds them.
#[derive(Clone, Copy, Debug)]
pub struct Paging {
    /// The number of the first page or item.
    first: i64,
    items: Path,
    next: Path,
    more: Path,
    page: Path,
    size: Path,
    total: Path,
}

impl Paging {
    /// Pages with numbers from `first` on, or offsets from 0 on.
    pub const fn counted(first: i64) -> Self {
        Self { first, items: &[], next: &[], more: &[], page: &[], size: &[], total: &[] }
    }

    /// Pages with a token of the next page. With [`Cursor::either`] they may also have numbers.
    pub const fn named(next: Path) -> Self {
        Self { next, ..Self::counted(1) }
    }

    /// Sets the number of the first page.
    pub const fn first(mut self, first: i64) -> Self {
        self.first = first;
        self
    }

    /// Sets the path of the items, which identify a repeated page. Default: all objects and lists of the response.
    pub const fn items(mut self, path: Path) -> Self {
        self.items = path;
        self
    }

    /// Sets the path of the field that says whether there are more items.
    pub const fn more(mut self, path: Path) -> Self {
        self.more = path;
        self
    }

    /// Sets the path of the page number in the response.
    pub const fn page(mut self, path: Path) -> Self {
        self.page = path;
        self
    }

    /// Sets the path of the page size in the response.
    pub const fn size(mut self, path: Path) -> Self {
        self.size = path;
        self
    }

    /// Sets the path of the total number of items.
    pub const fn total(mut self, path: Path) -> Self {
        self.total = path;
        self
    }
}

/// The parameters that select a page. Generated code provides them.
pub struct Cursor<'a> {
    kind: CursorKind,
    place: &'a mut dyn DecodeTarget,
    size: Option<&'a mut dyn DecodeTarget>,
    token: Option<(&'a mut dyn DecodeTarget, &'a mut dyn DecodeTarget)>,
}

#[derive(Clone, Copy, PartialEq)]
enum CursorKind {
    Token,
    Number,
    Offset,
}

impl<'a> Cursor<'a> {
    /// A token or marker.
    pub fn token(token: &'a mut dyn DecodeTarget) -> Self {
        Self { kind: CursorKind::Token, place: token, size: None, token: None }
    }

    /// A page number and a page size.
    pub fn number(page: &'a mut dyn DecodeTarget, size: &'a mut dyn DecodeTarget) -> Self {
        Self { kind: CursorKind::Number, place: page, size: Some(size), token: None }
    }

    /// An offset and a limit.
    pub fn offset(offset: &'a mut dyn DecodeTarget, limit: &'a mut dyn DecodeTarget) -> Self {
        Self { kind: CursorKind::Offset, place: offset, size: Some(limit), token: None }
    }

    /// A page number and a page size, or a token if the request contains a token or `limit`, or if the response
    /// contains a token.
    pub fn either(
        page: &'a mut dyn DecodeTarget,
        size: &'a mut dyn DecodeTarget,
        token: &'a mut dyn DecodeTarget,
        limit: &'a mut dyn DecodeTarget,
    ) -> Self {
        Self { kind: CursorKind::Number, place: page, size: Some(size), token: Some((token, limit)) }
    }
}

/// What follows a response.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum PageState {
    /// There is another page, and the request selects it.
    Next,
    /// This is the last page.
    Last,
    /// The list has already ended: the service repeats the last page.
    PastEnd,
    /// The next token was seen before.
    Cycle,
    /// The list would never end: this number of pages in a row was repeated.
    Repeated(u32),
    /// The list would never end: this number of pages in a row is empty.
    Empty(u32),
    /// The page has items although the total was already reached.
    Excess { items: i64, total: i64 },
}

/// The parts of a response that the pagination needs.
pub(super) struct Page<'a> {
    pub(super) response: &'a mut dyn DecodeTarget,
    pub(super) body: &'a [u8],
    /// The number of items.
    pub(super) count: usize,
}

/// The progress of a list.
#[derive(Default)]
pub(super) struct PageProgress {
    /// The number of items before the first requested page, if it is known, and of those received.
    seen: Option<i64>,
    /// The number of items received.
    came: i64,
    /// The number of items of the longest page.
    longest: i64,
    /// The last reported total.
    total: Option<i64>,
    /// The tokens received.
    tokens: SeenHashes,
    /// Whether the page number in each response was that of the request so far.
    repeats: Option<bool>,
    /// Whether this was also true for a page after the first.
    follows: bool,
    /// The items of the pages received, and the number of repeated pages in a row.
    pages: (SeenHashes, u32),
    /// The number of pages without items in a row.
    empty: u32,
}

impl PageProgress {
    /// Evaluates a page, and changes the request to select the next one.
    pub(super) fn advance(&mut self, paging: &Paging, cursor: Cursor<'_>, page: Page<'_>) -> PageState {
        let Page { response, body, count } = page;
        let Cursor { kind, place, size, token } = cursor;
        let (state, other) = 'state: {
            if kind == CursorKind::Token {
                break 'state (self.by_token(paging, place, response), true);
            }
            if let Some((token, limit)) = token {
                let is_requested = text(token).is_some() || is_set(limit);
                if is_requested || !is_set(place) && next(paging, response).is_some() {
                    break 'state (self.by_token(paging, token, response), true);
                }
            }
            let size = size.and_then(|size| number(size.open()));
            let state = self.by_count(paging, kind, place, size, response, count);
            (state, self.total.is_some() && self.seen.is_some())
        };
        match state {
            PageState::Next => self.repeated(paging, body, count, other),
            state => state,
        }
    }

    /// Checks whether the list makes progress. If only the length of the pages says that there are more items, one
    /// repeated page is an error. If something `other` says so, items can look equal.
    fn repeated(&mut self, paging: &Paging, body: &[u8], count: usize, other: bool) -> PageState {
        if count == 0 {
            self.empty += 1;
            return if self.empty < MAX_EMPTY_PAGES { PageState::Next } else { PageState::Empty(self.empty) };
        }
        self.empty = 0;
        let mut hash = DefaultHasher::new();
        match paging.items {
            // Only fields such as the request ID differ in responses with the same page.
            [] => members(body, Charset::Utf8).filter(|(_, value)| value.is_nested()).for_each(|it| it.hash(&mut hash)),
            path => value_at(body, path).hash(&mut hash),
        }
        let (pages, repeated) = &mut self.pages;
        *repeated = if pages.add(hash.finish()) { 0 } else { *repeated + 1 };
        if *repeated < if other { MAX_REPEATED_PAGES } else { 1 } {
            PageState::Next
        } else {
            PageState::Repeated(*repeated)
        }
    }

    fn by_token(
        &mut self,
        paging: &Paging,
        place: &mut dyn DecodeTarget,
        response: &mut dyn DecodeTarget,
    ) -> PageState {
        match look(response.open(), paging.more) {
            Some(Scalar::Boolean(false)) => return PageState::Last,
            Some(Scalar::Text(more)) if more.trim().eq_ignore_ascii_case("false") => return PageState::Last,
            _ => {}
        }
        let Some(next) = next(paging, response) else { return PageState::Last };
        if let Some(token) = text(place) {
            self.tokens.add(hash_of(&token));
        }
        if !self.tokens.add(hash_of(&next)) || !put(place, &serde_json::Value::from(next)) {
            return PageState::Cycle;
        }
        PageState::Next
    }

    fn by_count(
        &mut self,
        paging: &Paging,
        kind: CursorKind,
        place: &mut dyn DecodeTarget,
        size: Option<i64>,
        response: &mut dyn DecodeTarget,
        count: usize,
    ) -> PageState {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let first = if kind == CursorKind::Offset { 0 } else { paging.first };
        let at = number(place.open()).unwrap_or(first);
        let reported = |response: &mut dyn DecodeTarget, path| look(response.open(), path).and_then(whole);
        let size = reported(response, paging.size).or(size).filter(|size| *size > 0);
        let before = match (self.seen, kind) {
            (Some(seen), _) => Some(seen),
            (None, CursorKind::Offset) => Some(at),
            (None, _) if at <= first => Some(0),
            (None, _) => size.map(|size| at.saturating_sub(first).saturating_mul(size)),
        };
        let total = reported(response, paging.total).filter(|total| *total > 0);
        // Some services repeat the last page beyond the end. Others use different page numbers in responses, or the
        // same number in all of them.
        let repeated = reported(response, paging.page);
        let repeats = *self.repeats.get_or_insert(repeated == Some(at));
        self.total = total.or(self.total);
        if repeats && repeated.is_some_and(|page| page < at) && (self.total.is_none() || self.follows) {
            return PageState::PastEnd;
        }
        self.follows |= repeats && at > first && repeated == Some(at);
        // A list that is read from the middle may have pages of another size than requested: a count above the total is
        // wrong.
        let possible = |seen: &i64| self.total.is_none_or(|total| *seen <= total);
        self.seen = before.map(|before| before.saturating_add(count)).filter(possible);
        let excess = total.filter(|total| self.came > *total);
        self.came = self.came.saturating_add(count);
        self.longest = self.longest.max(count);
        let last = match (self.total, self.seen) {
            _ if count == 0 => true,
            // A total that is too small may be outdated, or count something else. The next page shows it.
            (Some(total), seen) if self.came <= total => seen.unwrap_or(self.came) >= total,
            _ => count < size.unwrap_or(self.longest),
        };
        if let Some(total) = excess.filter(|_| count > 0) {
            return PageState::Excess { items: self.came, total };
        }
        let step = if kind == CursorKind::Offset { count } else { 1 };
        match at.checked_add(step).filter(|_| !last) {
            Some(next) if put(place, &serde_json::Value::from(next)) => PageState::Next,
            _ => PageState::Last,
        }
    }
}

/// Hashes of what was received. When it is full it starts anew, so that it still finds a cycle that fits in.
#[derive(Default)]
struct SeenHashes(HashSet<u64>);

impl SeenHashes {
    /// Adds a hash; returns whether it is new.
    fn add(&mut self, hash: u64) -> bool {
        let new = !self.0.contains(&hash);
        if new && self.0.len() == MAX_HASHES {
            self.0.clear();
        }
        self.0.insert(hash);
        new
    }
}

fn hash_of(token: &str) -> u64 {
    let mut hash = DefaultHasher::new();
    token.hash(&mut hash);
    hash.finish()
}

/// Returns the next token of a response.
fn next(paging: &Paging, response: &mut dyn DecodeTarget) -> Option<String> {
    look(response.open(), paging.next).and_then(spelled)
}

/// Returns the value at a path.
fn look<'a>(open: DecodeSlot<'a>, path: &[&str]) -> Option<Scalar<'a>> {
    match (open, path) {
        (DecodeSlot::DecodeOption(maybe), _) => look(maybe.get()?, path),
        (DecodeSlot::Object(object), [first, rest @ ..]) => look(object.field(first)?.open(), rest),
        (DecodeSlot::Object(_), []) => None,
        (open, []) => open.peek(),
        _ => None,
    }
}

/// Returns a token as text; an empty text is none.
fn spelled(value: Scalar<'_>) -> Option<String> {
    match value {
        Scalar::Text(text) => Some(text.to_owned()).filter(|text| !text.is_empty()),
        Scalar::Integer(number) => Some(number.to_string()),
        Scalar::Unsigned(number) => Some(number.to_string()),
        Scalar::Boolean(_) | Scalar::Number(_) => None,
    }
}

fn text(place: &mut dyn DecodeTarget) -> Option<String> {
    place.open().peek().and_then(spelled)
}

fn whole(value: Scalar<'_>) -> Option<i64> {
    match value {
        Scalar::Integer(number) => Some(number),
        Scalar::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn number(open: DecodeSlot<'_>) -> Option<i64> {
    open.peek().and_then(whole)
}

fn is_set(place: &mut dyn DecodeTarget) -> bool {
    place.open().peek().is_some()
}

/// Sets a parameter as leniently as a response is decoded: a page number may be text.
fn put(place: &mut dyn DecodeTarget, value: &serde_json::Value) -> bool {
    read(value.to_string().as_bytes(), place).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seen_pages_are_bounded_and_find_every_cycle_within_the_bound() {
        let mut seen = SeenHashes::default();
        let full = u64::try_from(MAX_HASHES).unwrap();
        for hash in 0..3 * full {
            assert!(seen.add(hash));
            assert!(seen.0.len() <= MAX_HASHES);
        }
        // The second round of a cycle ends the list, wherever the cycle begins.
        for start in [1, 7, full / 2, full - 1] {
            let mut seen = SeenHashes::default();
            (0..start).for_each(|hash| _ = seen.add(hash));
            let round = full / 2;
            let at = (0..2 * full).position(|at| !seen.add(full + at % round)).unwrap();
            assert!(u64::try_from(at).unwrap() <= 2 * round, "{at}");
        }
    }
}
