//! Open enumerations, which keep unknown values.

/// The text of an unknown value of an enumeration.
///
/// It cannot be matched by content, so that a later version can add the value as a variant without changing the
/// behavior of existing code. Compare `as_str` of the enumeration instead.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    /// For generated code: a known text would not be equal to its variant.
    #[doc(hidden)]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Returns the text, unchanged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Implements an open enumeration, which has the constant `KNOWN` and the variant `UnknownValue`.
///
/// Values are ordered by their text, so that the order does not change when a later version adds a variant.
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum {
    ($name:ident) => {
        impl $name {
            /// The text on the wire.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    Self::UnknownValue(value) => value.as_str(),
                    known => Self::KNOWN.iter().find(|(_, value)| value == known).map_or("", |(text, _)| text),
                }
            }
        }
        impl ::core::convert::From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                match Self::KNOWN.iter().find(|(known, _)| *known == text) {
                    ::core::option::Option::Some((_, value)) => value.clone(),
                    ::core::option::Option::None => Self::UnknownValue($crate::__private::UnknownValue::new(text)),
                }
            }
        }
        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            #[inline]
            fn from_str(text: &str) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                ::core::result::Result::Ok(Self::from(text))
            }
        }
        impl ::core::convert::AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
        impl ::core::cmp::PartialEq<str> for $name {
            #[inline]
            fn eq(&self, text: &str) -> bool {
                self.as_str() == text
            }
        }
        impl ::core::cmp::PartialEq<&str> for $name {
            #[inline]
            fn eq(&self, text: &&str) -> bool {
                self.as_str() == *text
            }
        }
        impl ::core::cmp::Ord for $name {
            #[inline]
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                self.as_str().cmp(other.as_str())
            }
        }
        impl ::core::cmp::PartialOrd for $name {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
            }
        }
        impl ::core::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }
        impl $crate::__private::Wire for $name {
            fn view(&self) -> $crate::__private::View<'_> {
                $crate::__private::View::Text(self.as_str())
            }
        }
        impl $crate::__private::DecodeTarget for $name {
            fn open(&mut self) -> $crate::__private::DecodeSlot<'_> {
                $crate::__private::DecodeSlot::OpenEnum(self)
            }
            fn empty() -> Self {
                Self::from("")
            }
        }
        impl $crate::__private::OpenEnum for $name {
            fn set(&mut self, text: &str) {
                *self = Self::from(text);
            }
            fn text(&self) -> &str {
                self.as_str()
            }
        }
        $crate::serde_value!($name);
    };
}
