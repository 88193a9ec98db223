//! How generated code gives its types what they need: a table of wire names and fields, once for all directions.

/// Gives an object its fields by their names on the wire, for the directions that it travels in.
///
/// With the feature `serde` every object is read and written, whatever its direction.
#[cfg(not(feature = "serde"))]
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

/// See the other one.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! fields {
    ($name:ident: $one:ident $(+ $other:ident)?, $($table:tt)*) => {
        $crate::encode_fields!($name, $($table)*);
        $crate::decode_fields!($name, $($table)*);
        $crate::serde_value!($name);
    };
}

/// An operation: its reply, its constants, and its parameters with their places and names.
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
        }

        $crate::serde_request!($name, $($wire => $field,)*);
    };
}

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

#[doc(hidden)]
#[macro_export]
macro_rules! decode_fields {
    ($name:ident, $($wire:literal => $field:ident,)*) => {
        impl $crate::__private::Decode for $name {
            fn field(&mut self, name: &str) -> ::core::option::Option<&mut dyn $crate::__private::Place> {
                match name {
                    $($wire => ::core::option::Option::Some(&mut self.$field),)*
                    _ => ::core::option::Option::None,
                }
            }
        }
    };
}

/// Makes a reply read as a whole into its one field.
#[doc(hidden)]
#[macro_export]
macro_rules! transparent {
    ($name:ident, $field:ident) => {
        impl $crate::__private::Place for $name {
            fn open(&mut self) -> $crate::__private::Open<'_> {
                $crate::__private::Place::open(&mut self.$field)
            }
            fn empty() -> Self {
                Self { $field: $crate::__private::Place::empty() }
            }
        }
    };
}

/// Makes a reply its one field in every way.
#[doc(hidden)]
#[macro_export]
macro_rules! whole {
    ($name:ident, $field:ident) => {
        $crate::transparent!($name, $field);
        $crate::serde_whole!($name, $field);
    };
}

/// Without the feature `serde` there is nothing to give.
#[cfg(not(feature = "serde"))]
mod absent {
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
    macro_rules! serde_whole {
        ($($ignored:tt)*) => {};
    }
}
