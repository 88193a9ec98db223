//! How one page leads to the next.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::decode::{Charset, Open, Place, Scalar, members, read, value_at};

/// So many pages in a row that came before are too many, where a total that is not reached or a new token says that
/// there are more.
const MAX_REPEATED_PAGES: u32 = 100;

/// So many pages without an item in a row are too many, however many tokens are new.
const MAX_EMPTY_PAGES: u32 = 10_000;

/// So many pages and tokens are remembered, to recognize them: 64 bits of each.
const MAX_REMEMBERED: usize = 1 << 16;

/// The way to a value in a reply: the names of fields, outermost first.
type Path = &'static [&'static str];

/// How pages follow each other, built by generated code.
#[derive(Clone, Copy, Debug)]
pub struct Paging {
    /// The number of the first page, or that of the first item.
    first: i64,
    items: Path,
    next: Path,
    more: Path,
    page: Path,
    size: Path,
    total: Path,
}

impl Paging {
    /// Pages that are counted, beginning with `first`; or items that are, from 0 on.
    pub const fn counted(first: i64) -> Self {
        Self { first, items: &[], next: &[], more: &[], page: &[], size: &[], total: &[] }
    }

    /// Pages that name the next one. With [`Cursor::either`] they can be counted as well.
    pub const fn named(next: Path) -> Self {
        Self { next, ..Self::counted(1) }
    }

    /// The number of the first page.
    pub const fn first(mut self, first: i64) -> Self {
        self.first = first;
        self
    }

    /// Where the items are, to tell whether a page is the one before it again. Without it all objects and lists of the
    /// response count.
    pub const fn items(mut self, path: Path) -> Self {
        self.items = path;
        self
    }

    /// Where the reply tells whether there are more.
    pub const fn more(mut self, path: Path) -> Self {
        self.more = path;
        self
    }

    /// Where the reply repeats the number of the page.
    pub const fn page(mut self, path: Path) -> Self {
        self.page = path;
        self
    }

    /// Where the reply repeats how many items a page has.
    pub const fn size(mut self, path: Path) -> Self {
        self.size = path;
        self
    }

    /// Where the reply tells how many items there are on all pages.
    pub const fn total(mut self, path: Path) -> Self {
        self.total = path;
        self
    }
}

/// The parameters that tell which page is asked for, handed out by generated code.
pub struct Cursor<'a> {
    way: Way,
    place: &'a mut dyn Place,
    size: Option<&'a mut dyn Place>,
    token: Option<(&'a mut dyn Place, &'a mut dyn Place)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Token,
    Number,
    Offset,
}

impl<'a> Cursor<'a> {
    /// A token or marker.
    pub fn token(token: &'a mut dyn Place) -> Self {
        Self { way: Way::Token, place: token, size: None, token: None }
    }

    /// The number of a page, and how many items it has.
    pub fn number(page: &'a mut dyn Place, size: &'a mut dyn Place) -> Self {
        Self { way: Way::Number, place: page, size: Some(size), token: None }
    }

    /// How many items come before the page, and how many it has.
    pub fn offset(offset: &'a mut dyn Place, limit: &'a mut dyn Place) -> Self {
        Self { way: Way::Offset, place: offset, size: Some(limit), token: None }
    }

    /// The number of a page and how many items it has; or else a token, where the request has one or has `limit` set,
    /// or the reply gives one.
    pub fn either(
        page: &'a mut dyn Place,
        size: &'a mut dyn Place,
        token: &'a mut dyn Place,
        limit: &'a mut dyn Place,
    ) -> Self {
        Self { way: Way::Number, place: page, size: Some(size), token: Some((token, limit)) }
    }
}

/// What a reply means for the one after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Turn {
    /// There is another page, and the request asks for it.
    On,
    /// There is none.
    Last,
    /// This is none already: the service repeats the last.
    Over,
    /// The next page came before.
    Circle,
    /// The pages would never end: so many in a row came before.
    Repeated(u32),
    /// The pages would never end: so many that came in a row are empty.
    Empty(u32),
    /// The page has items although more came before it than there are by its own total.
    Excess { items: i64, total: i64 },
}

/// A reply, as far as it matters for the pages.
pub(super) struct Page<'a> {
    pub(super) reply: &'a mut dyn Place,
    pub(super) body: &'a [u8],
    /// How many items it has.
    pub(super) count: usize,
}

/// How far the pages have got.
#[derive(Default)]
pub(super) struct Progress {
    /// The items before the first page that was asked for, as far as that is known, and those that came.
    seen: Option<i64>,
    /// How many items came.
    came: i64,
    /// How many items the longest page had.
    longest: i64,
    /// The last total that was told.
    total: Option<i64>,
    /// The tokens that came.
    tokens: Remembered,
    /// Whether the number of the page that a reply repeats was that of the request so far.
    repeats: Option<bool>,
    /// Whether it was that of a request for a further page too.
    follows: bool,
    /// The items of the pages that came, and how many pages in a row came before.
    pages: (Remembered, u32),
    /// How many pages in a row have no items.
    empty: u32,
}

impl Progress {
    /// Looks at a page, and makes the request that of the next one.
    pub(super) fn turn(&mut self, paging: &Paging, cursor: Cursor<'_>, page: Page<'_>) -> Turn {
        let Page { reply, body, count } = page;
        let Cursor { way, place, size, token } = cursor;
        let (turn, other) = 'turn: {
            if way == Way::Token {
                break 'turn (self.by_token(paging, place, reply), true);
            }
            if let Some((token, limit)) = token {
                let asked = text(token).is_some() || is_set(limit);
                if asked || !is_set(place) && next(paging, reply).is_some() {
                    break 'turn (self.by_token(paging, token, reply), true);
                }
            }
            let size = size.and_then(|size| number(size.open()));
            let turn = self.by_count(paging, way, place, size, reply, count);
            (turn, self.total.is_some() && self.seen.is_some())
        };
        match turn {
            Turn::On => self.repeated(paging, body, count, other),
            turn => turn,
        }
    }

    /// Looks whether the pages get on. Where nothing but their length says that there are more, a page that came before
    /// is one too many; where something `other` does, lists of equal items are possible.
    fn repeated(&mut self, paging: &Paging, body: &[u8], count: usize, other: bool) -> Turn {
        if count == 0 {
            self.empty += 1;
            return if self.empty < MAX_EMPTY_PAGES { Turn::On } else { Turn::Empty(self.empty) };
        }
        self.empty = 0;
        let mut hash = DefaultHasher::new();
        match paging.items {
            // Nothing else differs from response to response as the request ID does.
            [] => members(body, Charset::Utf8).filter(|(_, value)| value.is_nested()).for_each(|it| it.hash(&mut hash)),
            path => value_at(body, path).hash(&mut hash),
        }
        let (pages, repeated) = &mut self.pages;
        *repeated = if pages.add(hash.finish()) { 0 } else { *repeated + 1 };
        if *repeated < if other { MAX_REPEATED_PAGES } else { 1 } { Turn::On } else { Turn::Repeated(*repeated) }
    }

    fn by_token(&mut self, paging: &Paging, place: &mut dyn Place, reply: &mut dyn Place) -> Turn {
        match look(reply.open(), paging.more) {
            Some(Scalar::Boolean(false)) => return Turn::Last,
            Some(Scalar::Text(more)) if more.trim().eq_ignore_ascii_case("false") => return Turn::Last,
            _ => {}
        }
        let Some(next) = next(paging, reply) else { return Turn::Last };
        if let Some(token) = text(place) {
            self.tokens.add(hash_of(&token));
        }
        if !self.tokens.add(hash_of(&next)) || !put(place, &serde_json::Value::from(next)) {
            return Turn::Circle;
        }
        Turn::On
    }

    fn by_count(
        &mut self,
        paging: &Paging,
        way: Way,
        place: &mut dyn Place,
        size: Option<i64>,
        reply: &mut dyn Place,
        count: usize,
    ) -> Turn {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let first = if way == Way::Offset { 0 } else { paging.first };
        let at = number(place.open()).unwrap_or(first);
        let told = |reply: &mut dyn Place, path| look(reply.open(), path).and_then(whole);
        let size = told(reply, paging.size).or(size).filter(|size| *size > 0);
        let before = match (self.seen, way) {
            (Some(seen), _) => Some(seen),
            (None, Way::Offset) => Some(at),
            (None, _) if at <= first => Some(0),
            (None, _) => size.map(|size| at.saturating_sub(first).saturating_mul(size)),
        };
        let total = told(reply, paging.total).filter(|total| *total > 0);
        // Beyond the end some services give the last page again. Others count pages in a way of their own in replies,
        // or give the same number in all of them.
        let repeated = told(reply, paging.page);
        let repeats = *self.repeats.get_or_insert(repeated == Some(at));
        self.total = total.or(self.total);
        if repeats && repeated.is_some_and(|page| page < at) && (self.total.is_none() || self.follows) {
            return Turn::Over;
        }
        self.follows |= repeats && at > first && repeated == Some(at);
        // A list that begins in the middle may have pages of another size than was asked for: what is more than all was
        // not counted rightly.
        let possible = |seen: &i64| self.total.is_none_or(|total| *seen <= total);
        self.seen = before.map(|before| before.saturating_add(count)).filter(possible);
        let excess = total.filter(|total| self.came > *total);
        self.came = self.came.saturating_add(count);
        self.longest = self.longest.max(count);
        let last = match (self.total, self.seen) {
            _ if count == 0 => true,
            // A total that is too small may have been counted a moment before, or count something else: the next page
            // shows it.
            (Some(total), seen) if self.came <= total => seen.unwrap_or(self.came) >= total,
            _ => count < size.unwrap_or(self.longest),
        };
        if let Some(total) = excess.filter(|_| count > 0) {
            return Turn::Excess { items: self.came, total };
        }
        let step = if way == Way::Offset { count } else { 1 };
        match at.checked_add(step).filter(|_| !last) {
            Some(next) if put(place, &serde_json::Value::from(next)) => Turn::On,
            _ => Turn::Last,
        }
    }
}

/// What came, by its hash. Bounded: it begins anew when it is full, so that a circle that fits in is found all the same.
#[derive(Default)]
struct Remembered(HashSet<u64>);

impl Remembered {
    /// Remembers one; whether it is new.
    fn add(&mut self, hash: u64) -> bool {
        let new = !self.0.contains(&hash);
        if new && self.0.len() == MAX_REMEMBERED {
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

/// What the reply names as the next page.
fn next(paging: &Paging, reply: &mut dyn Place) -> Option<String> {
    look(reply.open(), paging.next).and_then(spelled)
}

/// The value at a path.
fn look<'a>(open: Open<'a>, path: &[&str]) -> Option<Scalar<'a>> {
    match (open, path) {
        (Open::Maybe(maybe), _) => look(maybe.get()?, path),
        (Open::Object(object), [first, rest @ ..]) => look(object.field(first)?.open(), rest),
        (Open::Object(_), []) => None,
        (open, []) => open.peek(),
        _ => None,
    }
}

/// The text of a value that names a page; empty text names none.
fn spelled(value: Scalar<'_>) -> Option<String> {
    match value {
        Scalar::Text(text) => Some(text.to_owned()).filter(|text| !text.is_empty()),
        Scalar::Integer(number) => Some(number.to_string()),
        Scalar::Unsigned(number) => Some(number.to_string()),
        Scalar::Boolean(_) | Scalar::Number(_) => None,
    }
}

fn text(place: &mut dyn Place) -> Option<String> {
    place.open().peek().and_then(spelled)
}

fn whole(value: Scalar<'_>) -> Option<i64> {
    match value {
        Scalar::Integer(number) => Some(number),
        Scalar::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn number(open: Open<'_>) -> Option<i64> {
    open.peek().and_then(whole)
}

fn is_set(place: &mut dyn Place) -> bool {
    place.open().peek().is_some()
}

/// Fills a parameter, as leniently as a reply is read: the number of a page may be text.
fn put(place: &mut dyn Place, value: &serde_json::Value) -> bool {
    read(value.to_string().as_bytes(), place).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_bounded_and_finds_every_circle_that_fits_in() {
        let mut remembered = Remembered::default();
        let full = u64::try_from(MAX_REMEMBERED).unwrap();
        for hash in 0..3 * full {
            assert!(remembered.add(hash));
            assert!(remembered.0.len() <= MAX_REMEMBERED);
        }
        // However much there is when the circle begins, the second round ends it.
        for start in [1, 7, full / 2, full - 1] {
            let mut remembered = Remembered::default();
            (0..start).for_each(|hash| _ = remembered.add(hash));
            let round = full / 2;
            let at = (0..2 * full).position(|at| !remembered.add(full + at % round)).unwrap();
            assert!(u64::try_from(at).unwrap() <= 2 * round, "{at}");
        }
    }
}
