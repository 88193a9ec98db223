//! From replies to values, leniently.
//!
//! A value to be filled is a [`Place`]; an object finds the place of a field by its name through [`Decode`]. One
//! reader drives all of them through trait objects, over `serde_json`'s tokeniser: no tree in between, no code a type.
//!
//! # What is accepted
//!
//! | in the reply | where this is declared | becomes |
//! |---|---|---|
//! | a field that is not declared | any object | skipped, however deep |
//! | `null` | anything | absent: `None`, an empty list or map |
//! | `null` | an element of a list, a value of a map | the empty value of its type, so that positions stay |
//! | a number, `true`, `false` | text, an open enumeration | its JSON text, digit by digit |
//! | an object or a list | text | its compact JSON text |
//! | text with a number in it | an integer, a number | the number |
//! | text `true`, `false` in any case, `1`, `0`; numbers 1, 0 | a boolean | the boolean |
//! | a number without a fraction, such as `5.0` | an integer | the integer |
//! | an integer | a number | the nearest number |
//! | empty text | anything but text | absent |
//! | base64 text, padded or not | bytes | the bytes |
//! | a name twice | an object, a map | the last one |
//! | nothing at all (an empty body) | the whole reply | every field absent |
//!
//! Everything else is an error with the path of the place: an integer out of range (never wrapped), other text for a
//! number or boolean, a lone element where a list is declared, a list where an object is, text that is not UTF-8,
//! values that are read and more than 64 levels deep, and whatever is not JSON.

mod failure;
mod places;
mod read;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use serde_json::Value;

/// Deeper replies are refused, so that no reply can exhaust the stack.
const DEPTH: usize = 64;

pub(crate) use failure::{Failure, Reason};
pub(crate) use read::read;

/// What a place holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// An integer.
    Integer,
    /// A number.
    Number,
    /// Text.
    Text,
    /// Bytes, as base64 text.
    Base64,
    /// A list.
    List,
    /// An object with declared fields.
    Object,
    /// An object with free keys.
    Map,
    /// Any JSON value.
    Any,
    /// Bytes, as they are.
    Bytes,
}

/// A single value.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Scalar<'a> {
    /// `true` or `false`.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// An integer above the range of `i64`.
    Unsigned(u64),
    /// A number with a fraction or an exponent.
    Number(f64),
    /// Text.
    Text(&'a str),
}

/// Why a place did not take a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The value counts as absent.
    Absent,
    /// It is of another kind.
    Kind,
    /// It does not fit.
    Range,
}

/// A value to be filled from a reply.
pub trait Place {
    /// What places of this type hold.
    fn declared() -> Kind
    where
        Self: Sized;

    /// What this place holds.
    fn kind(&self) -> Kind;

    /// Makes the place absent, or empty where its type knows no absence.
    fn clear(&mut self);

    /// Takes a single value.
    fn scalar(&mut self, scalar: Scalar<'_>) -> Result<(), Refusal>;

    /// A list or an object begins; what was there before is gone.
    fn begin(&mut self) {
        self.clear();
    }

    /// The place of the next element of a list.
    fn item(&mut self) -> Option<&mut dyn Place> {
        None
    }

    /// The place of a field or an entry; `None` if there is no such field.
    fn member(&mut self, name: &str) -> Option<&mut dyn Place> {
        _ = name;
        None
    }

    /// Takes any JSON value; called where the kind is [`Kind::Any`].
    fn json(&mut self, value: Value) {
        _ = value;
    }

    /// Takes a body as it is; called where the kind is [`Kind::Bytes`].
    fn bytes(&mut self, bytes: Bytes) {
        _ = bytes;
    }

    /// The value, if the place holds a single one.
    fn peek(&self) -> Option<Scalar<'_>> {
        None
    }

    /// An empty place.
    fn empty() -> Self
    where
        Self: Sized;
}

/// An object with declared fields. Implemented by generated code.
pub trait Decode: Default {
    /// The place of a field; `None` if there is no such field.
    fn field(&mut self, name: &str) -> Option<&mut dyn Place>;
}

impl<T: Decode> Decode for Box<T> {
    fn field(&mut self, name: &str) -> Option<&mut dyn Place> {
        (**self).field(name)
    }
}
