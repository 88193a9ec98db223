//! The one reader.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_core::Deserialize;
use serde_core::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{DEPTH, Failure, Kind, Place, Reason, Refusal, Scalar};

/// How `serde_json` shows a number where somebody in the tree has turned on its feature `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

/// Reads `body` as JSON into `place`.
pub(crate) fn read(body: &[u8], place: &mut dyn Place) -> Result<(), Failure> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if body.trim_ascii().is_empty() {
        place.clear();
        return Ok(());
    }
    let mut track = Track::default();
    let mut tokens = serde_json::Deserializer::from_slice(body);
    let result = Seed { place, track: &mut track }.deserialize(&mut tokens).and_then(|()| {
        track.steps.clear();
        tokens.end()
    });
    result.map_err(|error| track.failure(&error))
}

/// Where the reader stands. What is pushed is popped after success alone, so that it still tells the place when an
/// error comes out.
#[derive(Default)]
struct Track {
    names: String,
    steps: Vec<Step>,
    wrong: Option<Reason>,
}

enum Step {
    /// The name from here to the end of the names.
    Name(usize),
    Index(usize),
}

impl Track {
    fn enter(&mut self, name: &str) {
        self.steps.push(Step::Name(self.names.len()));
        self.names.push_str(name);
    }

    fn leave(&mut self) {
        if let Some(Step::Name(start)) = self.steps.pop() {
            self.names.truncate(start);
        }
    }

    fn failure(self, error: &serde_json::Error) -> Failure {
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
        Failure { path, reason }
    }
}

/// Reads one value into a place.
struct Seed<'p, 't> {
    place: &'p mut dyn Place,
    track: &'t mut Track,
}

impl Seed<'_, '_> {
    fn take<E: Error>(mut self, scalar: Scalar<'_>, found: &'static str) -> Result<(), E> {
        match self.place.scalar(scalar) {
            Ok(()) => Ok(()),
            Err(Refusal::Absent) => {
                self.place.clear();
                Ok(())
            }
            Err(Refusal::Kind) => self.wrong(Reason::Kind { expected: self.place.kind(), found }),
            Err(Refusal::Range) => self.wrong(Reason::Range { expected: self.place.kind() }),
        }
    }

    fn wrong<E: Error>(&mut self, reason: Reason) -> Result<(), E> {
        self.track.wrong = Some(reason);
        Err(E::custom("refused"))
    }

    /// A place for any value takes it as a tree, whose depth is known before it is built.
    fn any<E: Error>(mut self, raw: &str) -> Result<(), E> {
        if self.track.steps.len() + depth(raw) > DEPTH {
            return self.wrong(Reason::Depth);
        }
        match serde_json::from_str(raw) {
            Ok(Value::Null) => self.place.clear(),
            Ok(value) => self.place.json(value),
            // For instance half of a surrogate pair.
            Err(_) => return self.wrong(Reason::Syntax { line: 1, column: 1 }),
        }
        Ok(())
    }

    /// A place for text takes any value: its raw text is read, so that no digit is lost.
    fn text<E: Error>(mut self, raw: &str) -> Result<(), E> {
        let Some(inner) = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
            return match raw.as_bytes().first() {
                Some(b'n') => {
                    self.place.clear();
                    Ok(())
                }
                Some(b'{') => self.take(Scalar::Text(&compact(raw)), "an object"),
                Some(b'[') => self.take(Scalar::Text(&compact(raw)), "a list"),
                Some(b't' | b'f') => self.take(Scalar::Text(raw), "a boolean"),
                _ => self.take(Scalar::Text(raw), "a number"),
            };
        };
        if !inner.contains('\\') {
            return self.take(Scalar::Text(inner), "text");
        }
        match serde_json::from_str::<String>(raw) {
            Ok(text) => self.take(Scalar::Text(&text), "other text"),
            // For instance half of a surrogate pair.
            Err(_) => self.wrong(Reason::Syntax { line: 1, column: 1 }),
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
fn compact(raw: &str) -> Cow<'_, str> {
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
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, tokens: D) -> Result<(), D::Error> {
        match self.place.kind() {
            Kind::Text | Kind::Base64 | Kind::Bytes => {
                let raw = <&RawValue>::deserialize(tokens)?;
                self.text(raw.get())
            }
            Kind::Any => {
                let raw = <&RawValue>::deserialize(tokens)?;
                self.any(raw.get())
            }
            _ => tokens.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.place.clear();
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.take(Scalar::Boolean(value), "a boolean")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.take(Scalar::Integer(value), "an integer")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.take(i64::try_from(value).map_or(Scalar::Unsigned(value), Scalar::Integer), "an integer")
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.take(Scalar::Number(value), "a number")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.take(Scalar::Text(value), "other text")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        if self.place.kind() != Kind::List {
            let expected = self.place.kind();
            return self.wrong(Reason::Kind { expected, found: "a list" });
        }
        if self.track.steps.len() >= DEPTH {
            return self.wrong(Reason::Depth);
        }
        self.place.begin();
        for index in 0.. {
            self.track.steps.push(Step::Index(index));
            let more = items.next_element_seed(Item { list: &mut *self.place, track: &mut *self.track })?;
            self.track.leave();
            if more.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        let expected = self.place.kind();
        if !matches!(expected, Kind::Object | Kind::Map) {
            return match entries.next_key::<Cow<'de, str>>()? {
                Some(name) if name == NUMBER => self.precise(&entries.next_value::<String>()?),
                _ => self.wrong(Reason::Kind { expected, found: "an object" }),
            };
        }
        if self.track.steps.len() >= DEPTH {
            return self.wrong(Reason::Depth);
        }
        self.place.begin();
        while let Some(found) = entries.next_key_seed(Name { object: &mut *self.place, track: &mut *self.track })? {
            match found {
                Some(place) => entries.next_value_seed(Seed { place, track: &mut *self.track })?,
                None => _ = entries.next_value::<IgnoredAny>()?,
            }
            self.track.leave();
        }
        Ok(())
    }
}

impl Seed<'_, '_> {
    fn precise<E: Error>(self, digits: &str) -> Result<(), E> {
        if let Ok(value) = digits.parse::<i64>() {
            self.visit_i64(value)
        } else if let Ok(value) = digits.parse::<u64>() {
            self.visit_u64(value)
        } else {
            self.visit_f64(digits.parse().unwrap_or(f64::NAN))
        }
    }
}

/// Reads one element: its place is made only when there is one.
struct Item<'p, 't> {
    list: &'p mut dyn Place,
    track: &'t mut Track,
}

impl<'de> DeserializeSeed<'de> for Item<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, tokens: D) -> Result<(), D::Error> {
        match self.list.item() {
            Some(place) => Seed { place, track: self.track }.deserialize(tokens),
            None => IgnoredAny::deserialize(tokens).map(|_| ()),
        }
    }
}

/// Reads a name and finds its place.
struct Name<'p, 't> {
    object: &'p mut dyn Place,
    track: &'t mut Track,
}

impl<'de, 'p> DeserializeSeed<'de> for Name<'p, '_> {
    type Value = Option<&'p mut dyn Place>;

    fn deserialize<D: Deserializer<'de>>(self, tokens: D) -> Result<Self::Value, D::Error> {
        tokens.deserialize_str(self)
    }
}

impl<'p> Visitor<'_> for Name<'p, '_> {
    type Value = Option<&'p mut dyn Place>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        self.track.enter(name);
        Ok(self.object.member(name))
    }
}
