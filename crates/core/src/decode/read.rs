//! The one reader.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_core::Deserialize;
use serde_core::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::members::repaired;
use super::scalar::{ScalarError, boolean, integer, number};
use super::{DEPTH, Decode, DecodeError, DecodeMap, DecodeSlot, DecodeTarget, Items, Reason, Scalar};
use crate::blob::Blob;

/// How `serde_json` shows a number where somebody in the tree has turned on its feature `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

/// Reads `body` as JSON into `place`.
pub(crate) fn read(body: &[u8], place: &mut dyn DecodeTarget) -> Result<(), DecodeError> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if body.trim_ascii().is_empty() {
        _ = Seed { place: place.open(), track: &mut Position::default() }.absent();
        return Ok(());
    }
    match read_open(body, place.open(), Position::default()) {
        Err(failure) if matches!(failure.reason, Reason::Syntax { .. }) => again(body, place, failure),
        result => result,
    }
}

/// Reads a body again whose escapes are what a parser refuses: half of a surrogate pair becomes U+FFFD. What the first
/// pass read is overwritten, since the members are the same.
#[cold]
fn again(body: &[u8], place: &mut dyn DecodeTarget, failure: DecodeError) -> Result<(), DecodeError> {
    match repaired(body) {
        Some(body) => read_open(&body, place.open(), Position::default()),
        None => Err(failure),
    }
}

/// Which fields an object may have.
#[cfg(feature = "serde")]
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Fields {
    /// Fields that are not declared are skipped.
    Any,
    /// Fields that are not declared are an error.
    Known,
}

/// Reads a tree into an open place, in which bytes are base64 text.
#[cfg(feature = "serde")]
pub(crate) fn read_tree(tree: &Value, place: DecodeSlot<'_>, fields: Fields) -> Result<(), DecodeError> {
    let track = Position { base64: true, strict: fields == Fields::Known, ..Position::default() };
    let text = match serde_json::to_vec(tree) {
        Ok(text) => text,
        Err(error) => return Err(track.failure(&error)),
    };
    read_open(&text, place, track)
}

fn read_open(body: &[u8], place: DecodeSlot<'_>, mut track: Position) -> Result<(), DecodeError> {
    let mut tokens = serde_json::Deserializer::from_slice(body);
    let seed = Seed { place, track: &mut track };
    let result = seed.deserialize(&mut tokens).and_then(|_| {
        track.steps.clear();
        tokens.end()
    });
    result.map_err(|error| track.failure(&error))
}

/// Where the reader stands. What is pushed is popped after success alone, so that it still tells the place when an
/// error comes out.
#[derive(Default)]
struct Position {
    names: String,
    steps: Vec<Step>,
    wrong: Option<Reason>,
    /// Whether bytes are base64 text, as they are inside of what is not a response.
    base64: bool,
    /// Whether a field that is not declared is an error.
    #[cfg(feature = "serde")]
    strict: bool,
}

enum Step {
    /// The name from here to the end of the names.
    Name(usize),
    Index(usize),
}

impl Position {
    fn enter(&mut self, name: &str) {
        self.steps.push(Step::Name(self.names.len()));
        if self.names.is_empty() {
            // Names are short, and growing from nothing costs more than all of them.
            self.names.reserve(64);
        }
        self.names.push_str(name);
    }

    fn leave(&mut self) {
        if let Some(Step::Name(start)) = self.steps.pop() {
            self.names.truncate(start);
        }
    }

    /// Notes why, and makes serde give up.
    fn wrong<E: Error>(&mut self, reason: Reason) -> Result<Outcome, E> {
        self.wrong = Some(reason);
        Err(E::custom("refused"))
    }

    fn failure(self, error: &serde_json::Error) -> DecodeError {
        let mut path = String::new();
        let mut end = self.names.len();
        let mut parts: Vec<Cow<'_, str>> = Vec::new();
        for step in self.steps.iter().rev() {
            match step {
                Step::Index(index) => parts.push(format!("[{index}]").into()),
                Step::Name(start) => {
                    parts.push(self.names[*start..end].into());
                    end = *start;
                }
            }
        }
        for part in parts.iter().rev() {
            if !path.is_empty() && !part.starts_with('[') {
                path.push('.');
            }
            // A name may hold anything; what is told must stay on one line.
            for c in part.chars() {
                if c.is_control() {
                    _ = write!(path, "{}", c.escape_default());
                } else {
                    path.push(c);
                }
            }
        }
        let reason = self.wrong.unwrap_or_else(|| match error.classify() {
            serde_json::error::Category::Eof => Reason::Ended,
            _ => Reason::Syntax { line: error.line(), column: error.column() },
        });
        DecodeError { path, reason }
    }
}

/// Whether a value was there, or counts as absent.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    Present,
    Absent,
}

/// Reads one value into an open place.
struct Seed<'p, 't> {
    place: DecodeSlot<'p>,
    track: &'t mut Position,
}

impl Seed<'_, '_> {
    /// The value is absent: lists and maps become empty, everything else stays as empty as it was made.
    fn absent(self) -> Outcome {
        match self.place {
            DecodeSlot::List(list) => list.clear(),
            DecodeSlot::Map(map) => map.clear(),
            DecodeSlot::DecodeOption(maybe) => maybe.clear(),
            _ => {}
        }
        Outcome::Absent
    }

    fn take<E: Error>(self, scalar: Scalar<'_>, found: &'static str) -> Result<Outcome, E> {
        let expected = self.place.describe();
        let taken = match self.place {
            DecodeSlot::Boolean(place) => boolean(scalar).map(|value| *place = value),
            DecodeSlot::Int64(place) => integer(scalar).map(|value| *place = value),
            DecodeSlot::Int32(place) => integer(scalar)
                .and_then(|value| i32::try_from(value).map_err(|_| ScalarError::Range))
                .map(|value| *place = value),
            DecodeSlot::Number(place) => number(scalar).map(|value| *place = value),
            DecodeSlot::List(_) | DecodeSlot::Map(_) | DecodeSlot::Object(_) if scalar == Scalar::Text("") => {
                return Ok(self.absent());
            }
            _ => Err(ScalarError::Kind),
        };
        match taken {
            Ok(()) => Ok(Outcome::Present),
            Err(ScalarError::Absent) => Ok(Outcome::Absent),
            Err(ScalarError::Kind) => self.track.wrong(Reason::Kind { expected, found }),
            Err(ScalarError::Range) => self.track.wrong(Reason::Range { expected }),
        }
    }

    // What happens once, at the end of a path, stands in functions of its own: what a level needs of the stack is needed
    // as many times as there are levels.

    /// A place that takes the text of a value.
    fn raw<'de, D: Deserializer<'de>>(self, tokens: D) -> Result<Outcome, D::Error> {
        let raw = <&RawValue>::deserialize(tokens)?;
        match self.place {
            DecodeSlot::Any(place) => Self::any(self.track, place, raw.get()),
            _ => self.text(raw.get()),
        }
    }

    /// An object where none is declared: wrong, unless it stands for a number.
    fn odd<'de, A: MapAccess<'de>>(self, mut entries: A) -> Result<Outcome, A::Error> {
        let expected = self.place.describe();
        match entries.next_key::<Cow<'de, str>>()? {
            Some(name) if name == NUMBER => self.precise(&entries.next_value::<String>()?),
            _ => self.track.wrong(Reason::Kind { expected, found: "an object" }),
        }
    }

    /// A place for any value takes it as a tree, whose depth is known before it is built.
    fn any<E: Error>(track: &mut Position, place: &mut Value, raw: &str) -> Result<Outcome, E> {
        if track.steps.len() + depth(raw) > DEPTH {
            return track.wrong(Reason::Depth);
        }
        match serde_json::from_str(raw) {
            Ok(Value::Null) => Ok(Outcome::Absent),
            Ok(value) => {
                *place = value;
                Ok(Outcome::Present)
            }
            // For instance half of a surrogate pair.
            Err(_) => track.wrong(Reason::Syntax { line: 1, column: 1 }),
        }
    }

    /// A place for text takes any value: its raw text is read, so that no digit is lost.
    fn text<E: Error>(self, raw: &str) -> Result<Outcome, E> {
        let Some(inner) = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
            return match raw.as_bytes().first() {
                Some(b'n') => Ok(Outcome::Absent),
                Some(b'{') => self.words(&compact(raw), Some("an object")),
                Some(b'[') => self.words(&compact(raw), Some("a list")),
                Some(b't' | b'f') => self.words(raw, Some("a boolean")),
                _ => self.words(raw, Some("a number")),
            };
        };
        if !inner.contains('\\') {
            return self.words(inner, None);
        }
        match serde_json::from_str::<String>(raw) {
            Ok(text) => self.words(&text, None),
            // For instance half of a surrogate pair.
            Err(_) => self.track.wrong(Reason::Syntax { line: 1, column: 1 }),
        }
    }

    /// Takes text; `other` says what it was instead, if it was not text.
    fn words<E: Error>(self, text: &str, other: Option<&'static str>) -> Result<Outcome, E> {
        match self.place {
            DecodeSlot::Text(place) => text.clone_into(place),
            DecodeSlot::OpenEnum(place) => place.set(text),
            DecodeSlot::Bytes(place) if !self.track.base64 => *place = bytes::Bytes::copy_from_slice(text.as_bytes()),
            DecodeSlot::Bytes(place) => match Blob::from_base64(text) {
                Some(blob) => *place = blob.into_bytes(),
                None => return self.track.wrong(Reason::Kind { expected: "base64 text", found: "text" }),
            },
            DecodeSlot::Base64(_) if text.is_empty() => return Ok(Outcome::Absent),
            DecodeSlot::Base64(place) => match Blob::from_base64(text).filter(|_| other.is_none()) {
                Some(blob) => *place = blob,
                None => {
                    let found = other.unwrap_or("text");
                    return self.track.wrong(Reason::Kind { expected: "base64 text", found });
                }
            },
            _ => {}
        }
        Ok(Outcome::Present)
    }

    fn precise<E: Error>(self, digits: &str) -> Result<Outcome, E> {
        if let Ok(value) = digits.parse::<i64>() {
            self.visit_i64(value)
        } else if let Ok(value) = digits.parse::<u64>() {
            self.visit_u64(value)
        } else {
            self.visit_f64(digits.parse().unwrap_or(f64::NAN))
        }
    }
}

/// How many levels deep valid JSON is.
fn depth(raw: &str) -> usize {
    let (mut inside, mut escaped) = (false, false);
    let (mut level, mut deepest) = (0_usize, 0);
    for byte in raw.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => inside = !inside,
            _ if inside => {}
            b'[' | b'{' => {
                level += 1;
                deepest = deepest.max(level);
            }
            b']' | b'}' => level = level.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Drops the blanks between the tokens of valid JSON.
pub(super) fn compact(raw: &str) -> Cow<'_, str> {
    if !raw.bytes().any(|byte| byte.is_ascii_whitespace()) {
        return raw.into();
    }
    let (mut inside, mut escaped) = (false, false);
    raw.chars()
        .filter(|c| {
            if inside {
                match c {
                    _ if escaped => escaped = false,
                    '\\' => escaped = true,
                    '"' => inside = false,
                    _ => {}
                }
                return true;
            }
            inside = *c == '"';
            !c.is_ascii_whitespace()
        })
        .collect::<String>()
        .into()
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = Outcome;

    fn deserialize<D: Deserializer<'de>>(self, tokens: D) -> Result<Outcome, D::Error> {
        match self.place {
            DecodeSlot::DecodeOption(maybe) => {
                let outcome = Seed { place: maybe.fill(), track: self.track }.deserialize(tokens)?;
                if outcome == Outcome::Absent {
                    maybe.clear();
                }
                Ok(outcome)
            }
            DecodeSlot::Text(_)
            | DecodeSlot::OpenEnum(_)
            | DecodeSlot::Base64(_)
            | DecodeSlot::Bytes(_)
            | DecodeSlot::Any(_) => self.raw(tokens),
            _ => tokens.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_> {
    type Value = Outcome;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Outcome, E> {
        Ok(self.absent())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Outcome, E> {
        self.take(Scalar::Boolean(value), "a boolean")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Outcome, E> {
        self.take(Scalar::Integer(value), "an integer")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Outcome, E> {
        self.take(i64::try_from(value).map_or(Scalar::Unsigned(value), Scalar::Integer), "an integer")
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Outcome, E> {
        self.take(Scalar::Number(value), "a number")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Outcome, E> {
        self.take(Scalar::Text(value), "other text")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Outcome, A::Error> {
        let expected = self.place.describe();
        let DecodeSlot::List(list) = self.place else {
            return self.track.wrong(Reason::Kind { expected, found: "a list" });
        };
        if self.track.steps.len() >= DEPTH {
            return self.track.wrong(Reason::Depth);
        }
        list.clear();
        for index in 0.. {
            self.track.steps.push(Step::Index(index));
            let more = items.next_element_seed(Item { list: &mut *list, track: &mut *self.track })?;
            self.track.leave();
            if more.is_none() {
                break;
            }
        }
        Ok(Outcome::Present)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Outcome, A::Error> {
        let mut object = match self.place {
            DecodeSlot::Object(object) => Names::Declared(object),
            DecodeSlot::Map(map) => {
                map.clear();
                Names::Free(map)
            }
            _ => return self.odd(entries),
        };
        if self.track.steps.len() >= DEPTH {
            return self.track.wrong(Reason::Depth);
        }
        while let Some(found) = entries.next_key_seed(Name { object: &mut object, track: &mut *self.track })? {
            match found {
                Some(place) => _ = entries.next_value_seed(Seed { place, track: &mut *self.track })?,
                None => _ = entries.next_value::<IgnoredAny>()?,
            }
            self.track.leave();
        }
        Ok(Outcome::Present)
    }
}

/// Reads one element: its place is made only when there is one.
struct Item<'p, 't> {
    list: &'p mut dyn Items,
    track: &'t mut Position,
}

impl<'de> DeserializeSeed<'de> for Item<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, tokens: D) -> Result<(), D::Error> {
        Seed { place: self.list.push(), track: self.track }.deserialize(tokens).map(|_| ())
    }
}

/// An object that knows its names, or takes any.
enum Names<'p> {
    Declared(&'p mut dyn Decode),
    Free(&'p mut dyn DecodeMap),
}

/// Reads a name and finds its place.
struct Name<'n, 'p, 't> {
    object: &'n mut Names<'p>,
    track: &'t mut Position,
}

impl<'de, 'n> DeserializeSeed<'de> for Name<'n, '_, '_> {
    type Value = Option<DecodeSlot<'n>>;

    fn deserialize<D: Deserializer<'de>>(self, tokens: D) -> Result<Self::Value, D::Error> {
        tokens.deserialize_str(self)
    }
}

impl<'n> Visitor<'_> for Name<'n, '_, '_> {
    type Value = Option<DecodeSlot<'n>>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        self.track.enter(name);
        #[cfg(feature = "serde")]
        if let Names::Declared(object) = &mut *self.object
            && self.track.strict
            && object.field(name).is_none()
        {
            self.track.wrong = Some(Reason::Unknown { suggestion: similar(name, object.names()) });
            return Err(E::custom("refused"));
        }
        Ok(match self.object {
            Names::Declared(object) => object.field(name).map(DecodeTarget::open),
            Names::Free(map) => Some(map.entry(name)),
        })
    }
}

/// The name that is most like another one, if any is.
#[cfg(feature = "serde")]
fn similar(name: &str, names: &[&'static str]) -> Option<&'static str> {
    let likeness = |known: &str| strsim::jaro_winkler(&known.to_lowercase(), &name.to_lowercase());
    let likely = names.iter().map(|known| (likeness(known), *known)).filter(|(likeness, _)| *likeness > 0.8);
    likely.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, known)| known)
}
