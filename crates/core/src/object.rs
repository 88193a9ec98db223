//! Macros that implement encoding and decoding for generated types from a table of wire names and fields.
//!
//! The tables are macros because each has up to four uses, depending on features: encoding, decoding, `Serialize` and
//! `Deserialize`. Written-out implementations for the features `serde` and `testing` would lengthen every generated
//! crate by a quarter. [`__private`](crate::__private) shows an expansion.

/// Implements the fields of an object for the given directions.
#[cfg(not(any(feature = "serde", feature = "testing")))]
#[doc(hidden)]
#[macro_export]
macro_rules! fields {
    ($name:ident: Encode, $($table:tt)*) => {
        $crate::encode_fields!($name, $($table)*);
    };
    ($name:ident: Decode, $($table:tt)*) => {
        $crate::decode_fields!($name, $($table)*);
    };
    ($name:ident: Encode + Decode, $($table:tt)*) => {
        $crate::encode_fields!($name, $($table)*);
        $crate::decode_fields!($name, $($table)*);
    };
}

/// Implements the fields of an object for both directions, which the features `serde` and `testing` need.
#[cfg(any(feature = "serde", feature = "testing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! fields {
    ($name:ident: $one:ident $(+ $other:ident)?, $($table:tt)*) => {
        $crate::encode_fields!($name, $($table)*);
        $crate::decode_fields!($name, $($table)*);
        $crate::serde_value!($name);
    };
}

/// Implements encoding: lists the fields with their wire names.
#[doc(hidden)]
#[macro_export]
macro_rules! encode_fields {
    ($name:ident, $($wire:literal => $field:ident,)*) => {
        impl $crate::__private::Encode for $name {
            fn encode(&self, _out: &mut $crate::__private::Fields<'_>) {
                $(_out.field($wire, &self.$field);)*
            }
        }
    };
}

/// Implements decoding: finds a field by its wire name.
#[doc(hidden)]
#[macro_export]
macro_rules! decode_fields {
    ($name:ident, $($wire:literal => $field:ident,)*) => {
        impl $crate::__private::Decode for $name {
            fn field(&mut self, name: &str) -> ::core::option::Option<&mut dyn $crate::__private::DecodeTarget> {
                match name {
                    $($wire => ::core::option::Option::Some(&mut self.$field),)*
                    _ => ::core::option::Option::None,
                }
            }
            $crate::serde_names!($($wire),*);
        }
    };
}

/// Implements an operation: its response, its constants, and its parameters with placement and names.
#[doc(hidden)]
#[macro_export]
macro_rules! operation {
    ($name:ident => $response:ident, $info:expr, $($place:ident $wire:literal => $field:ident,)*) => {
        impl $crate::__private::Operation for $name {
            type Response = $response;

            const INFO: $crate::__private::OperationInfo = $info;

            fn parameters(&self, _out: &mut $crate::__private::Parameters<'_>) {
                $(_out.$place($wire, &self.$field);)*
            }

            $crate::testing_snapshot!();
        }

        $crate::serde_request!($name, $($wire => $field,)*);
    };
}

/// Implements a response that consists of one field.
#[doc(hidden)]
#[macro_export]
macro_rules! transparent {
    ($name:ident, $field:ident) => {
        impl $crate::__private::DecodeTarget for $name {
            fn open(&mut self) -> $crate::__private::DecodeSlot<'_> {
                $crate::__private::DecodeTarget::open(&mut self.$field)
            }
            fn empty() -> Self {
                Self { $field: $crate::__private::DecodeTarget::empty() }
            }
        }
    };
}

/// Implements a response that consists of one field, for every direction.
#[doc(hidden)]
#[macro_export]
macro_rules! whole {
    ($name:ident, $field:ident) => {
        $crate::transparent!($name, $field);
        $crate::whole_wire!($name, $field);
        $crate::serde_value!($name);
    };
}

#[cfg(any(feature = "serde", feature = "testing"))]
mod both {
    #[doc(hidden)]
    #[macro_export]
    macro_rules! whole_wire {
        ($name:ident, $field:ident) => {
            impl $crate::__private::Wire for $name {
                fn view(&self) -> $crate::__private::View<'_> {
                    $crate::__private::Wire::view(&self.$field)
                }
            }
        };
    }
}

#[cfg(not(any(feature = "serde", feature = "testing")))]
mod one {
    #[doc(hidden)]
    #[macro_export]
    macro_rules! whole_wire {
        ($($ignored:tt)*) => {};
    }
}

/// Implements the copy of a request for the mock transport.
#[cfg(feature = "testing")]
mod with_testing {
    #[doc(hidden)]
    #[macro_export]
    macro_rules! testing_snapshot {
        () => {
            fn snapshot(&self) -> ::core::option::Option<$crate::__private::Snapshot> {
                ::core::option::Option::Some(::std::sync::Arc::new(::core::clone::Clone::clone(self)))
            }
        };
    }
}

#[cfg(not(feature = "testing"))]
mod without_testing {
    #[doc(hidden)]
    #[macro_export]
    macro_rules! testing_snapshot {
        () => {};
    }
}

#[cfg(not(feature = "serde"))]
mod without_serde {
    #[doc(hidden)]
    #[macro_export]
    macro_rules! serde_value {
        ($($ignored:tt)*) => {};
    }

    #[doc(hidden)]
    #[macro_export]
    macro_rules! serde_request {
        ($($ignored:tt)*) => {};
    }

    #[doc(hidden)]
    #[macro_export]
    macro_rules! serde_names {
        ($($ignored:tt)*) => {};
    }
}
