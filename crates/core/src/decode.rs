//! Lenient decoding of responses.
//!
//! A value that is decoded is a [`DecodeTarget`]; an object finds the target of a field by name through [`Decode`]. One
//! reader drives all of them through trait objects over the tokenizer of `serde_json`: without an intermediate tree,
//! and without code for each type.
//!
//! The documentation of the crate lists what is accepted.

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

/// The maximum depth of a response, so that no response can exhaust the stack.
const DEPTH: usize = 64;

pub(crate) use failure::{DecodeError, Reason};
pub(crate) use members::{Charset, RawValue, members, trim, value_at};
pub(crate) use read::read;
#[cfg(feature = "serde")]
pub(crate) use read::{Fields, read_tree};

/// A value that is decoded from a response.
pub trait DecodeTarget {
    /// Opens the slot for the value in the response.
    fn open(&mut self) -> DecodeSlot<'_>;

    /// Creates an empty value.
    fn empty() -> Self
    where
        Self: Sized;
}

/// An open slot. Generated types implement traits of one to three methods, so that each needs very little code.
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
    /// Bytes as base64 text.
    Base64(&'a mut Blob),
    /// Bytes, unchanged.
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
    /// A value that may be absent.
    DecodeOption(&'a mut dyn DecodeOption),
}

/// An object with declared fields. Generated code implements this trait.
pub trait Decode {
    /// Returns the target of a field; `None` if there is no such field.
    fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget>;

    /// Returns the names of all fields, for errors about unknown fields.
    #[cfg(feature = "serde")]
    #[doc(hidden)]
    fn names(&self) -> &'static [&'static str] {
        &[]
    }
}

/// An open enumeration.
pub trait OpenEnum {
    /// Sets the value from its text.
    fn set(&mut self, text: &str);

    /// Returns the text.
    fn text(&self) -> &str;
}

/// A list.
pub trait Items {
    /// Removes all items.
    fn clear(&mut self);

    /// Adds an empty item and opens it.
    fn push(&mut self) -> DecodeSlot<'_>;
}

/// An object with free keys.
pub trait DecodeMap {
    /// Removes all entries.
    fn clear(&mut self);

    /// Adds an empty value with this key and opens it.
    fn entry(&mut self, name: &str) -> DecodeSlot<'_>;
}

/// A value that may be absent.
pub trait DecodeOption {
    /// Sets the value to absent.
    fn clear(&mut self);

    /// Sets the value to empty, and opens it.
    fn fill(&mut self) -> DecodeSlot<'_>;

    /// Opens the value, if it is present.
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

/// A scalar value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    Boolean(bool),
    Integer(i64),
    /// An integer above the range of `i64`.
    Unsigned(u64),
    /// A number with a fraction or an exponent.
    Number(f64),
    Text(&'a str),
}

impl<'a> DecodeSlot<'a> {
    /// Returns the expected type for messages.
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

    /// Returns the value of a scalar slot.
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

    /// Stores a whole body as bytes or text. Other slots do not change.
    pub(crate) fn give(self, body: &Bytes) {
        match self {
            Self::Bytes(place) => place.clone_from(body),
            Self::Text(place) => *place = String::from_utf8_lossy(body).into_owned(),
            Self::DecodeOption(place) => place.fill().give(body),
            _ => {}
        }
    }

    /// Whether the slot stores bytes unchanged.
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

    /// Returns the value of a declared field of an object: the outer `None` means that there is no such field, the
    /// inner one that it is not set.
    pub(crate) fn field(self, name: &str) -> Option<Option<Scalar<'a>>> {
        match self {
            Self::Object(object) => Some(object.field(name)?.open().peek()),
            Self::Any(Value::Object(object)) => Some(DecodeSlot::Any(object.get_mut(name)?).peek()),
            _ => None,
        }
    }
}
