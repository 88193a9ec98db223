//! Decode targets of standard types.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

use super::{Decode, DecodeMap, DecodeOption, DecodeSlot, DecodeTarget, Items};
use crate::blob::Blob;
use crate::secret::Sensitive;

macro_rules! single {
    ($($type:ty => $open:ident,)*) => {$(
        impl DecodeTarget for $type {
            fn open(&mut self) -> DecodeSlot<'_> {
                DecodeSlot::$open(self)
            }

            fn empty() -> Self {
                Self::default()
            }
        }
    )*};
}

single! {
    bool => Boolean,
    i32 => Int32,
    i64 => Int64,
    f64 => Number,
    String => Text,
    Blob => Base64,
    Bytes => Bytes,
    Value => Any,
}

impl<T: Decode + Default> DecodeTarget for T {
    fn open(&mut self) -> DecodeSlot<'_> {
        DecodeSlot::Object(self)
    }

    fn empty() -> Self {
        T::default()
    }
}

impl<T: DecodeTarget> DecodeTarget for Sensitive<T> {
    fn open(&mut self) -> DecodeSlot<'_> {
        self.expose_mut().open()
    }

    fn empty() -> Self {
        Self::new(T::empty())
    }
}

impl<T: DecodeTarget> DecodeTarget for Option<T> {
    fn open(&mut self) -> DecodeSlot<'_> {
        DecodeSlot::DecodeOption(self)
    }

    fn empty() -> Self {
        None
    }
}

impl<T: DecodeTarget> DecodeOption for Option<T> {
    fn clear(&mut self) {
        *self = None;
    }

    fn fill(&mut self) -> DecodeSlot<'_> {
        self.insert(T::empty()).open()
    }

    fn get(&mut self) -> Option<DecodeSlot<'_>> {
        self.as_mut().map(T::open)
    }
}

impl<T: DecodeTarget> DecodeTarget for Vec<T> {
    fn open(&mut self) -> DecodeSlot<'_> {
        DecodeSlot::List(self)
    }

    fn empty() -> Self {
        Self::new()
    }
}

impl<T: DecodeTarget> Items for Vec<T> {
    fn clear(&mut self) {
        self.clear();
    }

    fn push(&mut self) -> DecodeSlot<'_> {
        let last = self.len();
        self.push(T::empty());
        self[last].open()
    }
}

impl<T: DecodeTarget> DecodeTarget for BTreeMap<String, T> {
    fn open(&mut self) -> DecodeSlot<'_> {
        DecodeSlot::Map(self)
    }

    fn empty() -> Self {
        Self::new()
    }
}

impl<T: DecodeTarget> DecodeMap for BTreeMap<String, T> {
    fn clear(&mut self) {
        self.clear();
    }

    fn entry(&mut self, name: &str) -> DecodeSlot<'_> {
        let value = self.entry(name.to_owned()).or_insert_with(T::empty);
        *value = T::empty();
        value.open()
    }
}
