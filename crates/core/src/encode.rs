//! From request values to the texts that travel: query, form, JSON, path and headers.
//!
//! A value shows itself as a [`View`], an object lists its fields through [`Encode`]. Everything that walks them is
//! an ordinary function over trait objects, so that a new request type costs a few lines of machine code and no copy
//! of the walkers.

mod flatten;
pub(crate) mod json;
mod parameters;
mod sensitive;
mod shown;
mod wire;

#[cfg(test)]
mod tests;

pub use parameters::Parameters;
pub(crate) use parameters::{EncodedBody, EncodedRequest};
pub(crate) use sensitive::secrets;
pub(crate) use shown::shown;

use bytes::Bytes;
use serde_json::Value;

/// Deeper values are refused before anything is sent, so that no walker can exhaust the stack.
pub(crate) const DEPTH: usize = 128;

/// A value that can be sent.
pub trait Wire {
    /// Shows the value.
    fn view(&self) -> View<'_>;
}

/// A value on its way out.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum View<'a> {
    /// Not set: the parameter or field is left out.
    Absent,
    /// `true` or `false`.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A number; must be finite.
    Number(f64),
    /// Text.
    Text(&'a str),
    /// Bytes that travel as base64 text.
    Base64(&'a [u8]),
    /// Bytes that travel as they are.
    Bytes(&'a Bytes),
    /// A list.
    List(&'a dyn List),
    /// An object with declared fields.
    Object(&'a dyn Encode),
    /// An object with free keys.
    Map(&'a dyn Map),
    /// Any JSON value.
    Json(&'a Value),
    /// A value that no text shows. It travels as what it is.
    Sensitive(&'a dyn Wire),
}

impl View<'_> {
    /// What travels.
    pub(crate) fn plain(self) -> Self {
        match self {
            Self::Sensitive(value) => value.view().plain(),
            view => view,
        }
    }
}

/// A list on its way out.
pub trait List {
    /// How many elements there are.
    fn size(&self) -> usize;

    /// Shows the element at `index`, which is below [`size`](Self::size).
    fn item(&self, index: usize) -> View<'_>;
}

/// An object with free keys on its way out.
pub trait Map {
    /// Shows each entry, in order.
    fn entries(&self, visit: &mut dyn FnMut(&str, View<'_>));
}

/// An object with declared fields. Implemented by generated code.
pub trait Encode {
    /// Lists the fields.
    fn encode(&self, out: &mut Fields<'_>);
}

impl<T: Encode + ?Sized> Encode for Box<T> {
    fn encode(&self, out: &mut Fields<'_>) {
        (**self).encode(out);
    }
}

/// Takes names and values.
pub(crate) type Visit<'a> = dyn FnMut(&str, View<'_>) + 'a;

/// Takes the fields of an object.
pub struct Fields<'a> {
    visit: &'a mut Visit<'a>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(visit: &'a mut Visit<'a>) -> Self {
        Self { visit }
    }

    /// Takes one field.
    pub fn field(&mut self, name: &'static str, value: &dyn Wire) {
        (self.visit)(name, value.view());
    }
}

/// Why a value cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EncodeError {
    NotFinite,
    TooDeep,
    NotScalar,
    NotText,
    NotBody,
}

impl EncodeError {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::NotFinite => "is not a finite number",
            Self::TooDeep => "is nested more than 128 levels deep",
            Self::NotScalar => "holds a list or an object where one value is needed",
            Self::NotText => "holds bytes that are not UTF-8 where text is needed",
            Self::NotBody => "cannot stand in this body",
        }
    }
}
