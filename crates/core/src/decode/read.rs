//! The reader of JSON responses.

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

/// The representation of a number in `serde_json` if another crate has turned on its feature `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

/// Decodes `body` as JSON into `slot`.
pub(crate) fn read(body: &[u8], slot: &mut dyn DecodeTarget) -> Result<(), DecodeError> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if body.trim_ascii().is_empty() {
        _ = Seed { slot: slot.open(), position: &mut Position::default() }.absent();
        return Ok(());
    }
    match read_open(body, slot.open(), Position::default()) {
        Err(failure) if matches!(failure.reason, Reason::Syntax { .. }) => read_other_form(body, slot, failure),
        result => result,
    }
}

/// Decodes a body again with U+FFFD for unpaired surrogate escapes, which the parser refuses. The members are the same,
/// so that the values of the first pass are overwritten.
fn read_other_form(body: &[u8], slot: &mut dyn DecodeTarget, failure: DecodeError) -> Result<(), DecodeError> {
    match repaired(body) {
        Some(body) => read_open(&body, slot.open(), Position::default()),
        None => Err(failure),
    }
}

/// Which fields an object may have.
#[cfg(feature = "serde")]
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Fields {
    /// Unknown fields are skipped.
    Any,
    /// Unknown fields are an error.
    Known,
}

/// Decodes a tree into an open slot, in which bytes are base64 text.
#[cfg(feature = "serde")]
pub(crate) fn read_tree(tree: &Value, slot: DecodeSlot<'_>, fields: Fields) -> Result<(), DecodeError> {
    let position = Position { base64: true, strict: fields == Fields::Known, ..Position::default() };
    let text = match serde_json::to_vec(tree) {
        Ok(text) => text,
        Err(error) => return Err(position.failure(&error)),
    };
    read_open(&text, slot, position)
}

fn read_open(body: &[u8], slot: DecodeSlot<'_>, mut position: Position) -> Result<(), DecodeError> {
    let mut tokens = serde_json::Deserializer::from_slice(body);
    let seed = Seed { slot, position: &mut position };
    let result = seed.deserialize(&mut tokens).and_then(|_| {
        position.steps.clear();
        tokens.end()
    });
    result.map_err(|error| position.failure(&error))
}

/// The position of the reader. Names are removed only after success, so that an error reports its path.
#[derive(Default)]
struct Position {
    names: String,
    steps: Vec<Step>,
    failure_reason: Option<Reason>,
    /// Whether bytes are base64 text, as in values that are not a response.
    base64: bool,
    /// Whether an unknown field is an error.
    #[cfg(feature = "serde")]
    strict: bool,
}

enum Step {
    /// The name from this offset to the end of the names.
    Name(usize),
    Index(usize),
}

impl Position {
    fn enter(&mut self, name: &str) {
        self.steps.push(Step::Name(self.names.len()));
        if self.names.is_empty() {
            // Names are short, and growing from nothing costs more than reserving space for all of them.
            self.names.reserve(64);
        }
        self.names.push_str(name);
    }

    fn exit(&mut self) {
        if let Some(Step::Name(start)) = self.steps.pop() {
            self.names.truncate(start);
        }
    }

    /// Records the reason, and makes serde stop.
    fn fail<E: Error>(&mut self, reason: Reason) -> Result<Outcome, E> {
        self.failure_reason = Some(reason);
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
            // A name may contain anything, and the message must be one line.
            for c in part.chars() {
                if c.is_control() {
                    _ = write!(path, "{}", c.escape_default());
                } else {
                    path.push(c);
                }
            }
        }
        let reason = self.failure_reason.unwrap_or_else(|| match error.classify() {
            serde_json::error::Category::Eof => Reason::Ended,
            _ => Reason::Syntax { line: error.line(), column: error.column() },
        });
        DecodeError { path, reason }
    }
}

/// Whether a value was present or counts as absent.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    Present,
    Absent,
}

/// Decodes one value into an open slot.
struct Seed<'p, 't> {
    slot: DecodeSlot<'p>,
    position: &'t mut Position,
}

impl Seed<'_, '_> {
    /// Handles an absent value: lists and maps become empty, everything else keeps its initial value.
    fn absent(self) -> Outcome {
        match self.slot {
            DecodeSlot::List(list) => list.clear(),
            DecodeSlot::Map(map) => map.clear(),
            DecodeSlot::DecodeOption(maybe) => maybe.clear(),
            _ => {}
        }
        Outcome::Absent
    }

    fn take<E: Error>(self, scalar: Scalar<'_>, found: &'static str) -> Result<Outcome, E> {
        let expected = self.slot.describe();
        let taken = match self.slot {
            DecodeSlot::Boolean(slot) => boolean(scalar).map(|value| *slot = value),
            DecodeSlot::Int64(slot) => integer(scalar).map(|value| *slot = value),
            DecodeSlot::Int32(slot) => integer(scalar)
                .and_then(|value| i32::try_from(value).map_err(|_| ScalarError::Range))
                .map(|value| *slot = value),
            DecodeSlot::Number(slot) => number(scalar).map(|value| *slot = value),
            DecodeSlot::List(_) | DecodeSlot::Map(_) | DecodeSlot::Object(_) if scalar == Scalar::Text("") => {
                return Ok(self.absent());
            }
            _ => Err(ScalarError::Kind),
        };
        match taken {
            Ok(()) => Ok(Outcome::Present),
            Err(ScalarError::Absent) => Ok(Outcome::Absent),
            Err(ScalarError::Kind) => self.position.fail(Reason::Kind { expected, found }),
            Err(ScalarError::Range) => self.position.fail(Reason::Range { expected }),
        }
    }

    // Code that runs once, at the end of a path, is in separate functions, because every level of recursion uses the
    // stack frame of the function that recurses.

    /// Decodes the raw text of a value.
    fn raw<'de, D: Deserializer<'de>>(self, tokens: D) -> Result<Outcome, D::Error> {
        let raw = <&RawValue>::deserialize(tokens)?;
        match self.slot {
            DecodeSlot::Any(slot) => Self::any_json(self.position, slot, raw.get()),
            _ => self.text(raw.get()),
        }
    }

    /// Handles an object where none is declared: an error, unless it represents a number.
    fn unexpected_object<'de, A: MapAccess<'de>>(self, mut entries: A) -> Result<Outcome, A::Error> {
        let expected = self.slot.describe();
        match entries.next_key::<Cow<'de, str>>()? {
            Some(name) if name == NUMBER => self.number_of_digits(&entries.next_value::<String>()?),
            _ => self.position.fail(Reason::Kind { expected, found: "an object" }),
        }
    }

    /// Decodes any value as a tree. Its depth is checked before it is built.
    fn any_json<E: Error>(position: &mut Position, slot: &mut Value, raw: &str) -> Result<Outcome, E> {
        if position.steps.len() + depth(raw) > DEPTH {
            return position.fail(Reason::Depth);
        }
        match serde_json::from_str(raw) {
            Ok(Value::Null) => Ok(Outcome::Absent),
            Ok(value) => {
                *slot = value;
                Ok(Outcome::Present)
            }
            // For instance an unpaired surrogate.
            Err(_) => position.fail(Reason::Syntax { line: 1, column: 1 }),
        }
    }

    /// Decodes any value as text. The raw text is used, so that no digit is lost.
    fn text<E: Error>(self, raw: &str) -> Result<Outcome, E> {
        let Some(inner) = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
            return match raw.as_bytes().first() {
                Some(b'n') => Ok(Outcome::Absent),
                Some(b'{') => self.parse_text(&compact(raw), Some("an object")),
                Some(b'[') => self.parse_text(&compact(raw), Some("a list")),
                Some(b't' | b'f') => self.parse_text(raw, Some("a boolean")),
                _ => self.parse_text(raw, Some("a number")),
            };
        };
        if !inner.contains('\\') {
            return self.parse_text(inner, None);
        }
        match serde_json::from_str::<String>(raw) {
            Ok(text) => self.parse_text(&text, None),
            // For instance an unpaired surrogate.
            Err(_) => self.position.fail(Reason::Syntax { line: 1, column: 1 }),
        }
    }

    /// Stores a text; `other` is the type of a value that was not text.
    fn parse_text<E: Error>(self, text: &str, other: Option<&'static str>) -> Result<Outcome, E> {
        match self.slot {
            DecodeSlot::Text(slot) => text.clone_into(slot),
            DecodeSlot::OpenEnum(slot) => slot.set(text),
            DecodeSlot::Bytes(slot) if !self.position.base64 => *slot = bytes::Bytes::copy_from_slice(text.as_bytes()),
            DecodeSlot::Bytes(slot) => match Blob::from_base64(text) {
                Some(blob) => *slot = blob.into_bytes(),
                None => return self.position.fail(Reason::Kind { expected: "base64 text", found: "text" }),
            },
            DecodeSlot::Base64(_) if text.is_empty() => return Ok(Outcome::Absent),
            DecodeSlot::Base64(slot) => match Blob::from_base64(text).filter(|_| other.is_none()) {
                Some(blob) => *slot = blob,
                None => {
                    let found = other.unwrap_or("text");
                    return self.position.fail(Reason::Kind { expected: "base64 text", found });
                }
            },
            _ => {}
        }
        Ok(Outcome::Present)
    }

    fn number_of_digits<E: Error>(self, digits: &str) -> Result<Outcome, E> {
        if let Ok(value) = digits.parse::<i64>() {
            self.visit_i64(value)
        } else if let Ok(value) = digits.parse::<u64>() {
            self.visit_u64(value)
        } else {
            self.visit_f64(digits.parse().unwrap_or(f64::NAN))
        }
    }
}

/// Returns the depth of valid JSON.
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

/// Removes the white space between the tokens of valid JSON.
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
        match self.slot {
            DecodeSlot::DecodeOption(maybe) => {
                let outcome = Seed { slot: maybe.fill(), position: self.position }.deserialize(tokens)?;
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
        let expected = self.slot.describe();
        let DecodeSlot::List(list) = self.slot else {
            return self.position.fail(Reason::Kind { expected, found: "a list" });
        };
        if self.position.steps.len() >= DEPTH {
            return self.position.fail(Reason::Depth);
        }
        list.clear();
        for index in 0.. {
            self.position.steps.push(Step::Index(index));
            let more = items.next_element_seed(Item { list: &mut *list, position: &mut *self.position })?;
            self.position.exit();
            if more.is_none() {
                break;
            }
        }
        Ok(Outcome::Present)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Outcome, A::Error> {
        let mut object = match self.slot {
            DecodeSlot::Object(object) => Names::Declared(object),
            DecodeSlot::Map(map) => {
                map.clear();
                Names::Free(map)
            }
            _ => return self.unexpected_object(entries),
        };
        if self.position.steps.len() >= DEPTH {
            return self.position.fail(Reason::Depth);
        }
        while let Some(found) = entries.next_key_seed(Name { object: &mut object, position: &mut *self.position })? {
            match found {
                Some(slot) => _ = entries.next_value_seed(Seed { slot, position: &mut *self.position })?,
                None => _ = entries.next_value::<IgnoredAny>()?,
            }
            self.position.exit();
        }
        Ok(Outcome::Present)
    }
}

/// Decodes one element, whose target is created only if there is an element.
struct Item<'p, 't> {
    list: &'p mut dyn Items,
    position: &'t mut Position,
}

impl<'de> DeserializeSeed<'de> for Item<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, tokens: D) -> Result<(), D::Error> {
        Seed { slot: self.list.push(), position: self.position }.deserialize(tokens).map(|_| ())
    }
}

/// An object with known names, or with any names.
enum Names<'p> {
    Declared(&'p mut dyn Decode),
    Free(&'p mut dyn DecodeMap),
}

/// Reads a name and finds its target.
struct Name<'n, 'p, 't> {
    object: &'n mut Names<'p>,
    position: &'t mut Position,
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
        self.position.enter(name);
        #[cfg(feature = "serde")]
        if let Names::Declared(object) = &mut *self.object
            && self.position.strict
            && object.field(name).is_none()
        {
            self.position.failure_reason = Some(Reason::Unknown { suggestion: similar(name, object.names()) });
            return Err(E::custom("refused"));
        }
        Ok(match self.object {
            Names::Declared(object) => object.field(name).map(DecodeTarget::open),
            Names::Free(map) => Some(map.entry(name)),
        })
    }
}

/// Returns the most similar name, if there is one.
#[cfg(feature = "serde")]
fn similar(name: &str, names: &[&'static str]) -> Option<&'static str> {
    let likeness = |known: &str| strsim::jaro_winkler(&known.to_lowercase(), &name.to_lowercase());
    let likely = names.iter().map(|known| (likeness(known), *known)).filter(|(likeness, _)| *likeness > 0.8);
    likely.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, known)| known)
}
