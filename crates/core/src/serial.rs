//! The feature `serde`: requests, responses and types in other formats.
//!
//! Requests are read strictly: an unknown field is an error, because it would not be sent. Responses and types are read
//! as leniently as responses of the service.
//!
//! Names and values are those of the wire. Serialization uses the views that encode a request, and deserialization
//! fills the targets that decode a response, so that a type needs one line for each and no derived code.

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

/// Serializes any value that can be sent. Absent values are left out of objects.
pub fn serialize<S: Serializer>(value: &dyn Wire, out: S) -> Result<S::Ok, S::Error> {
    Shown(value.view(), 0).serialize(out)
}

/// Serializes the parameters of a request as one object.
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

/// Deserializes a value as leniently as a response.
pub fn deserialize<'de, T: DecodeTarget, D: Deserializer<'de>>(tokens: D) -> Result<T, D::Error> {
    let mut value = T::empty();
    read_tree(&Value::deserialize(tokens)?, value.open(), Fields::Any).map_err(D::Error::custom)?;
    Ok(value)
}

/// Deserializes the parameters of a request into an empty one. Required parameters must be present.
///
/// An unknown field at any depth is an error: a misspelled parameter would not be sent.
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

/// Serializes the members that `list` lists.
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

/// From base64 text, with or without padding.
impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(tokens: D) -> Result<Self, D::Error> {
        deserialize(tokens)
    }
}

/// As the value itself: the application is responsible for the output.
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

/// As its text. Only the enumeration is deserialized, because a later version may know the text.
impl Serialize for UnknownValue {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.as_str())
    }
}

/// Implements both traits for a type with a view and a decode target.
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

/// Implements the list of field names of an object.
#[doc(hidden)]
#[macro_export]
macro_rules! serde_names {
    ($($wire:literal),*) => {
        fn names(&self) -> &'static [&'static str] {
            &[$($wire),*]
        }
    };
}

/// Implements both traits for a request.
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
