//! Encodes request values: query, form, JSON, path and headers.
//!
//! A value is encoded through its [`View`], and an object lists its fields through [`Encode`]. The encoders are
//! ordinary functions over trait objects, so that a request type needs very little code.

mod flatten;
pub(crate) mod json;
#[cfg(feature = "sls-logs")]
mod logs;
mod parameters;
mod sensitive;
mod shown;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(feature = "sls")]
pub(crate) use parameters::Pairs;
pub use parameters::Parameters;
pub(crate) use parameters::{EncodedBody, EncodedRequest, HostLabel};
pub(crate) use sensitive::secrets;
pub(crate) use shown::shown;

use bytes::Bytes;
use serde_json::Value;

/// The maximum depth of a value, so that no encoder can exhaust the stack. Deeper values are an error, and nothing is
/// sent.
pub(crate) const DEPTH: usize = 128;

/// A value that can be sent.
pub trait Wire {
    /// Returns a view of the value.
    fn view(&self) -> View<'_>;
}

/// A view of a value that is encoded.
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
    /// Bytes as base64 text.
    Base64(&'a [u8]),
    /// Bytes, unchanged.
    Bytes(&'a Bytes),
    /// A list.
    List(&'a dyn List),
    /// An object with declared fields.
    Object(&'a dyn Encode),
    /// An object with free keys.
    Map(&'a dyn Map),
    /// Any JSON value.
    Json(&'a Value),
    /// A value that no text may show. It is encoded like the value itself.
    Sensitive(&'a dyn Wire),
}

impl View<'_> {
    /// Returns the view without the mark of a sensitive value.
    pub(crate) fn plain(self) -> Self {
        match self {
            Self::Sensitive(value) => value.view().plain(),
            view => view,
        }
    }
}

/// A list that is encoded.
pub trait List {
    /// Returns the number of elements.
    fn size(&self) -> usize;

    /// Returns a view of the element at `index`, which is less than [`size`](Self::size).
    fn item(&self, index: usize) -> View<'_>;
}

/// An object with free keys that is encoded.
pub trait Map {
    /// Visits each entry in order.
    fn entries(&self, visit: &mut dyn FnMut(&str, View<'_>));
}

/// An object with declared fields. Generated code implements this trait.
pub trait Encode {
    /// Lists the fields.
    fn encode(&self, out: &mut Fields<'_>);
}

impl<T: Encode + ?Sized> Encode for Box<T> {
    fn encode(&self, out: &mut Fields<'_>) {
        (**self).encode(out);
    }
}

/// A function that visits names and values.
pub(crate) type Visit<'a> = dyn FnMut(&str, View<'_>) + 'a;

/// Visits the fields of an object.
pub struct Fields<'a> {
    visit: &'a mut Visit<'a>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(visit: &'a mut Visit<'a>) -> Self {
        Self { visit }
    }

    /// Visits one field.
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
    #[cfg(feature = "sls-logs")]
    NotLogs,
    #[cfg(all(feature = "sls", not(feature = "sls-logs")))]
    NoProtobuf,
}

impl EncodeError {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::NotFinite => "is not a finite number",
            Self::TooDeep => "is nested more than 128 levels deep",
            Self::NotScalar => "is a list or an object where a single value is required",
            Self::NotText => "contains bytes that are not UTF-8 where text is required",
            Self::NotBody => "cannot be the body of this operation",
            #[cfg(feature = "sls-logs")]
            Self::NotLogs => "is not a group of logs: times are seconds since 1970 in 32 bits, everything else is text",
            #[cfg(all(feature = "sls", not(feature = "sls-logs")))]
            Self::NoProtobuf => "requires the feature `sls-logs`, which encodes logs as protobuf",
        }
    }
}
