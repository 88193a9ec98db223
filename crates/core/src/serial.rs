//! The feature `serde`: what is sent and what came back, in other people's formats.
//!
//! A request is read strictly: a field that it does not have is an error, since it would not be sent. Responses and
//! types by themselves are read as leniently as from the service.
//!
//! Names and values are those of the wire. Writing walks the same views that a request is encoded from, and reading
//! fills the same places that a response is read into, so that a type costs a line for each and no derived code.

use std::collections::HashSet;

use serde_core::de::Error as _;
use serde_core::ser::{Error as _, SerializeMap as _, SerializeSeq as _};
pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::blob::Blob;
use crate::decode::{Decode, DecodeSlot, DecodeTarget, Fields, read_tree};
use crate::encode::{DEPTH, EncodedRequest, Parameters, View, Wire};
use crate::open::UnknownValue;
use crate::operation::Operation;
use crate::secret::Sensitive;

/// Writes any value that can travel; what is absent is left out of objects, and is nothing by itself.
pub fn serialize<S: Serializer>(value: &dyn Wire, out: S) -> Result<S::Ok, S::Error> {
    Shown(value.view(), 0).serialize(out)
}

/// Writes the parameters of a request as one object.
pub fn serialize_request<O: Operation, S: Serializer>(request: &O, out: S) -> Result<S::Ok, S::Error> {
    let mut map = out.serialize_map(None)?;
    let mut result = Ok(());
    {
        let mut visit = |name: &str, view: View<'_>| {
            if result.is_ok() && !is_absent(view) {
                result = map.serialize_entry(name, &Shown(view, 1));
            }
        };
        request.parameters(&mut Parameters::of_values(&mut EncodedRequest::default(), &const { O::INFO }, &mut visit));
    }
    result?;
    map.end()
}

/// Reads a value as leniently as a response.
pub fn deserialize<'de, T: DecodeTarget, D: Deserializer<'de>>(tokens: D) -> Result<T, D::Error> {
    let mut value = T::empty();
    read_tree(&Value::deserialize(tokens)?, value.open(), Fields::Any).map_err(D::Error::custom)?;
    Ok(value)
}

/// Reads the parameters of a request into one that is empty so far. Those that are required must be there.
///
/// A field that the request does not have, however deep, is an error: a misspelled parameter would not be sent.
pub fn deserialize_request<'de, D: Deserializer<'de>>(request: &mut dyn Decode, tokens: D) -> Result<(), D::Error> {
    let tree = Value::deserialize(tokens)?;
    let Value::Object(members) = &tree else { return Err(D::Error::custom("a request is an object")) };
    let present: HashSet<&str> =
        members.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| &**name).collect();
    for name in request.names() {
        let required = request.field(name).is_some_and(|place| !matches!(place.open(), DecodeSlot::DecodeOption(_)));
        if required && !present.contains(name) {
            return Err(D::Error::missing_field(name));
        }
    }
    read_tree(&tree, DecodeSlot::Object(request), Fields::Known).map_err(D::Error::custom)
}

/// A view at some depth.
struct Shown<'a>(View<'a>, usize);

fn is_absent(view: View<'_>) -> bool {
    matches!(view.plain(), View::Absent)
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let Self(view, depth) = *self;
        if depth > DEPTH {
            return Err(S::Error::custom("the value is nested more than 128 levels deep"));
        }
        match view {
            View::Absent => out.serialize_none(),
            View::Boolean(value) => out.serialize_bool(value),
            View::Integer(value) => out.serialize_i64(value),
            View::Number(value) => out.serialize_f64(value),
            View::Text(text) => out.serialize_str(text),
            View::Base64(bytes) => out.serialize_str(&Blob::base64(bytes)),
            View::Bytes(bytes) => out.serialize_str(&Blob::base64(bytes)),
            View::List(list) => {
                let mut items = out.serialize_seq(Some(list.size()))?;
                for index in 0..list.size() {
                    items.serialize_element(&Shown(list.item(index), depth + 1))?;
                }
                items.end()
            }
            View::Object(object) => members(out, depth, |visit| object.encode(&mut crate::encode::Fields::new(visit))),
            View::Map(map) => members(out, depth, |visit| map.entries(visit)),
            View::Json(value) => value.serialize(out),
            View::Sensitive(value) => Shown(value.view(), depth + 1).serialize(out),
        }
    }
}

/// Writes the members that `list` lists.
fn members<S: Serializer>(
    out: S,
    depth: usize,
    list: impl FnOnce(&mut dyn FnMut(&str, View<'_>)),
) -> Result<S::Ok, S::Error> {
    let mut map = out.serialize_map(None)?;
    let mut result = Ok(());
    list(&mut |name, view| {
        if result.is_ok() && !is_absent(view) {
            result = map.serialize_entry(name, &Shown(view, depth + 1));
        }
    });
    result?;
    map.end()
}

/// As base64 text.
impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        serialize(self, out)
    }
}

/// From base64 text, padded or not.
impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(tokens: D) -> Result<Self, D::Error> {
        deserialize(tokens)
    }
}

/// As the value itself: whoever writes it somewhere takes care of it from there on.
impl<T: Serialize> Serialize for Sensitive<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.expose().serialize(out)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Sensitive<T> {
    fn deserialize<D: Deserializer<'de>>(tokens: D) -> Result<Self, D::Error> {
        T::deserialize(tokens).map(Self::new)
    }
}

/// As the text that came. It is read as the enumeration alone, which may know the text by then.
impl Serialize for UnknownValue {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.as_str())
    }
}

/// Gives a type that is a place and shows itself both traits.
#[doc(hidden)]
#[macro_export]
macro_rules! serde_value {
    ($name:ident) => {
        impl $crate::serial::Serialize for $name {
            fn serialize<S: $crate::serial::Serializer>(&self, out: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serial::serialize(self, out)
            }
        }
        impl<'de> $crate::serial::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serial::Deserializer<'de>>(tokens: D) -> ::core::result::Result<Self, D::Error> {
                $crate::serial::deserialize(tokens)
            }
        }
    };
}

/// Implements the list of names of an object.
#[doc(hidden)]
#[macro_export]
macro_rules! serde_names {
    ($($wire:literal),*) => {
        fn names(&self) -> &'static [&'static str] {
            &[$($wire),*]
        }
    };
}

/// Gives a request both traits.
#[doc(hidden)]
#[macro_export]
macro_rules! serde_request {
    ($name:ident, $($wire:literal => $field:ident,)*) => {
        $crate::decode_fields!($name, $($wire => $field,)*);
        impl $crate::serial::Serialize for $name {
            fn serialize<S: $crate::serial::Serializer>(&self, out: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serial::serialize_request(self, out)
            }
        }
        impl<'de> $crate::serial::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serial::Deserializer<'de>>(
                tokens: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let mut request = Self { $($field: $crate::__private::DecodeTarget::empty(),)* };
                $crate::serial::deserialize_request(&mut request, tokens)?;
                ::core::result::Result::Ok(request)
            }
        }
    };
}
