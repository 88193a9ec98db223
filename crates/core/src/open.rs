//! Enumerations that stay open: a value that is not known yet is kept as it came.

/// The text of a value that its enumeration does not list.
///
/// It cannot be matched by content, so that a later version may turn the value into a variant without changing what
/// existing code does. Compare `as_str` of the enumeration instead.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    /// For generated code: a known text would not compare equal to its variant.
    #[doc(hidden)]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Gives an enumeration with the constant `KNOWN` and the variant `UnknownValue` the rest of what it needs.
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum {
    ($name:ident) => {
        impl $name {
            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    Self::UnknownValue(value) => value.as_str(),
                    known => Self::KNOWN.iter().find(|(_, value)| value == known).map_or("", |(text, _)| text),
                }
            }
        }
        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                match Self::KNOWN.iter().find(|(known, _)| *known == text) {
                    ::core::option::Option::Some((_, value)) => value.clone(),
                    ::core::option::Option::None => {
                        Self::UnknownValue($crate::generated::v1::UnknownValue::new(text))
                    }
                }
            }
        }
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl ::core::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }
        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;
            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(Self::from(text))
            }
        }
        impl ::core::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
        impl $crate::generated::v1::Wire for $name {
            fn view(&self) -> $crate::generated::v1::View<'_> {
                $crate::generated::v1::View::Text(self.as_str())
            }
        }
        impl $crate::generated::v1::Place for $name {
            fn declared() -> $crate::generated::v1::Kind {
                $crate::generated::v1::Kind::Text
            }
            fn kind(&self) -> $crate::generated::v1::Kind {
                $crate::generated::v1::Kind::Text
            }
            fn clear(&mut self) {
                *self = Self::from("");
            }
            fn scalar(
                &mut self,
                scalar: $crate::generated::v1::Scalar<'_>,
            ) -> ::core::result::Result<(), $crate::generated::v1::Refusal> {
                let $crate::generated::v1::Scalar::Text(text) = scalar else {
                    return ::core::result::Result::Err($crate::generated::v1::Refusal::Kind);
                };
                *self = Self::from(text);
                ::core::result::Result::Ok(())
            }
            fn peek(&self) -> ::core::option::Option<$crate::generated::v1::Scalar<'_>> {
                ::core::option::Option::Some($crate::generated::v1::Scalar::Text(self.as_str()))
            }
            fn empty() -> Self {
                Self::from("")
            }
        }
    };
}

/// Makes a reply read as a whole into its one field.
#[doc(hidden)]
#[macro_export]
macro_rules! transparent {
    ($name:ident, $field:ident) => {
        impl $crate::generated::v1::Place for $name {
            fn declared() -> $crate::generated::v1::Kind {
                $crate::generated::v1::Kind::Any
            }
            fn kind(&self) -> $crate::generated::v1::Kind {
                $crate::generated::v1::Place::kind(&self.$field)
            }
            fn clear(&mut self) {
                $crate::generated::v1::Place::clear(&mut self.$field);
            }
            fn scalar(
                &mut self,
                scalar: $crate::generated::v1::Scalar<'_>,
            ) -> ::core::result::Result<(), $crate::generated::v1::Refusal> {
                $crate::generated::v1::Place::scalar(&mut self.$field, scalar)
            }
            fn begin(&mut self) {
                $crate::generated::v1::Place::begin(&mut self.$field);
            }
            fn item(&mut self) -> ::core::option::Option<&mut dyn $crate::generated::v1::Place> {
                $crate::generated::v1::Place::item(&mut self.$field)
            }
            fn member(&mut self, name: &str) -> ::core::option::Option<&mut dyn $crate::generated::v1::Place> {
                $crate::generated::v1::Place::member(&mut self.$field, name)
            }
            fn json(&mut self, value: $crate::generated::v1::Value) {
                $crate::generated::v1::Place::json(&mut self.$field, value);
            }
            fn bytes(&mut self, bytes: $crate::generated::v1::Bytes) {
                $crate::generated::v1::Place::bytes(&mut self.$field, bytes);
            }
            fn peek(&self) -> ::core::option::Option<$crate::generated::v1::Scalar<'_>> {
                $crate::generated::v1::Place::peek(&self.$field)
            }
            fn empty() -> Self {
                Self { $field: $crate::generated::v1::Place::empty() }
            }
        }
    };
}
