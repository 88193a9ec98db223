//! From responses to values, leniently.
//!
//! A value to be filled is a [`DecodeTarget`]; an object finds the place of a field by its name through [`Decode`]. One
//! reader drives all of them through trait objects, over `serde_json`'s tokeniser: no tree in between, no code a type.
//!
//! What is accepted, and what is not, stands in the documentation of the crate.

mod failure;
mod members;
mod read;
mod scalar;
mod targets;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use serde_json::Value;

use crate::blob::Blob;

/// Deeper responses are refused, so that no response can exhaust the stack.
const DEPTH: usize = 64;

pub(crate) use failure::{DecodeError, Reason};
pub(crate) use members::{Charset, RawValue, members, trim, value_at};
pub(crate) use read::read;
#[cfg(feature = "serde")]
pub(crate) use read::{Fields, read_tree};

/// A value to be filled from a response.
pub trait DecodeTarget {
    /// Opens the place for what the response has.
    fn open(&mut self) -> DecodeSlot<'_>;

    /// An empty place.
    fn empty() -> Self
    where
        Self: Sized;
}

/// An open place. What a generated type adds is behind traits of one to three methods, so that it costs next to no
/// code of its own.
#[non_exhaustive]
pub enum DecodeSlot<'a> {
    /// `true` or `false`.
    Boolean(&'a mut bool),
    /// An integer of 32 bits.
    Int32(&'a mut i32),
    /// An integer of 64 bits.
    Int64(&'a mut i64),
    /// A number.
    Number(&'a mut f64),
    /// Text.
    Text(&'a mut String),
    /// Bytes, as base64 text.
    Base64(&'a mut Blob),
    /// Bytes, as they are.
    Bytes(&'a mut Bytes),
    /// Any JSON value.
    Any(&'a mut Value),
    /// Text of an open enumeration.
    OpenEnum(&'a mut dyn OpenEnum),
    /// An object with declared fields.
    Object(&'a mut dyn Decode),
    /// A list.
    List(&'a mut dyn Items),
    /// An object with free keys.
    Map(&'a mut dyn DecodeMap),
    /// Any of these, or nothing.
    DecodeOption(&'a mut dyn DecodeOption),
}

/// An object with declared fields. Implemented by generated code.
pub trait Decode {
    /// The place of a field; `None` if there is no such field.
    fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget>;

    /// The names of all fields, for errors about a field that does not exist.
    #[cfg(feature = "serde")]
    #[doc(hidden)]
    fn names(&self) -> &'static [&'static str] {
        &[]
    }
}

/// An open enumeration.
pub trait OpenEnum {
    /// Becomes the value of this text.
    fn set(&mut self, text: &str);

    /// Its text.
    fn text(&self) -> &str;
}

/// A list.
pub trait Items {
    /// Drops all items.
    fn clear(&mut self);

    /// Adds an empty item and opens it.
    fn push(&mut self) -> DecodeSlot<'_>;
}

/// An object with free keys.
pub trait DecodeMap {
    /// Drops all entries.
    fn clear(&mut self);

    /// Puts an empty value under the key and opens it.
    fn entry(&mut self, name: &str) -> DecodeSlot<'_>;
}

/// A place that may stay absent.
pub trait DecodeOption {
    /// Becomes absent.
    fn clear(&mut self);

    /// Becomes empty, and opens that.
    fn fill(&mut self) -> DecodeSlot<'_>;

    /// Opens what is there.
    fn get(&mut self) -> Option<DecodeSlot<'_>>;
}

impl<T: Decode + ?Sized> Decode for Box<T> {
    fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
        (**self).field(name)
    }

    #[cfg(feature = "serde")]
    fn names(&self) -> &'static [&'static str] {
        (**self).names()
    }
}

/// A single value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    Boolean(bool),
    Integer(i64),
    /// Above the range of `i64`.
    Unsigned(u64),
    /// With a fraction or an exponent.
    Number(f64),
    Text(&'a str),
}

impl<'a> DecodeSlot<'a> {
    /// What the place holds, as a message calls it.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "a boolean",
            Self::Int32(_) | Self::Int64(_) => "an integer",
            Self::Number(_) => "a number",
            Self::Text(_) | Self::OpenEnum(_) => "text",
            Self::Base64(_) => "base64 text",
            Self::Bytes(_) => "bytes",
            Self::Any(_) | Self::DecodeOption(_) => "a JSON value",
            Self::Object(_) | Self::Map(_) => "an object",
            Self::List(_) => "a list",
        }
    }

    /// The value, if the place holds a single one.
    pub(crate) fn peek(self) -> Option<Scalar<'a>> {
        Some(match self {
            Self::Boolean(value) => Scalar::Boolean(*value),
            Self::Int32(value) => Scalar::Integer(i64::from(*value)),
            Self::Int64(value) => Scalar::Integer(*value),
            Self::Number(value) => Scalar::Number(*value),
            Self::Text(value) => Scalar::Text(value),
            Self::OpenEnum(value) => Scalar::Text(value.text()),
            Self::Any(Value::Bool(value)) => Scalar::Boolean(*value),
            Self::Any(Value::Number(value)) => {
                value.as_i64().map(Scalar::Integer).or(value.as_f64().map(Scalar::Number))?
            }
            Self::Any(Value::String(value)) => Scalar::Text(value),
            Self::DecodeOption(value) => return value.get()?.peek(),
            _ => return None,
        })
    }

    /// Takes a whole body as it is; a place for something else stays as it was.
    pub(crate) fn give(self, body: &Bytes) {
        match self {
            Self::Bytes(place) => place.clone_from(body),
            Self::Text(place) => *place = String::from_utf8_lossy(body).into_owned(),
            Self::DecodeOption(place) => place.fill().give(body),
            _ => {}
        }
    }

    /// Whether the place holds bytes as they are.
    pub(crate) fn takes_bytes(self) -> bool {
        match self {
            Self::Bytes(_) => true,
            Self::DecodeOption(place) => {
                let bytes = place.fill().takes_bytes();
                place.clear();
                bytes
            }
            _ => false,
        }
    }

    /// The value of a declared field of an object: outer `None` where there is no such field, inner where it is unset.
    pub(crate) fn field(self, name: &str) -> Option<Option<Scalar<'a>>> {
        match self {
            Self::Object(object) => Some(object.field(name)?.open().peek()),
            Self::Any(Value::Object(object)) => Some(DecodeSlot::Any(object.get_mut(name)?).peek()),
            _ => None,
        }
    }
}
