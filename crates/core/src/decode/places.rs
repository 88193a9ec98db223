//! The standard types as places.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

use super::{Decode, Entries, Items, Maybe, Open, Place};
use crate::blob::Blob;
use crate::secret::Sensitive;

macro_rules! single {
    ($($type:ty => $open:ident,)*) => {$(
        impl Place for $type {
            fn open(&mut self) -> Open<'_> {
                Open::$open(self)
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

impl<T: Decode + Default> Place for T {
    fn open(&mut self) -> Open<'_> {
        Open::Object(self)
    }

    fn empty() -> Self {
        T::default()
    }
}

impl<T: Place> Place for Sensitive<T> {
    fn open(&mut self) -> Open<'_> {
        self.expose_mut().open()
    }

    fn empty() -> Self {
        Self::new(T::empty())
    }
}

impl<T: Place> Place for Option<T> {
    fn open(&mut self) -> Open<'_> {
        Open::Maybe(self)
    }

    fn empty() -> Self {
        None
    }
}

impl<T: Place> Maybe for Option<T> {
    fn clear(&mut self) {
        *self = None;
    }

    fn fill(&mut self) -> Open<'_> {
        self.insert(T::empty()).open()
    }

    fn get(&mut self) -> Option<Open<'_>> {
        self.as_mut().map(T::open)
    }
}

impl<T: Place> Place for Vec<T> {
    fn open(&mut self) -> Open<'_> {
        Open::List(self)
    }

    fn empty() -> Self {
        Self::new()
    }
}

impl<T: Place> Items for Vec<T> {
    fn clear(&mut self) {
        self.clear();
    }

    fn push(&mut self) -> Open<'_> {
        let last = self.len();
        self.push(T::empty());
        self[last].open()
    }
}

impl<T: Place> Place for BTreeMap<String, T> {
    fn open(&mut self) -> Open<'_> {
        Open::Map(self)
    }

    fn empty() -> Self {
        Self::new()
    }
}

impl<T: Place> Entries for BTreeMap<String, T> {
    fn clear(&mut self) {
        self.clear();
    }

    fn entry(&mut self, name: &str) -> Open<'_> {
        let value = self.entry(name.to_owned()).or_insert_with(T::empty);
        *value = T::empty();
        value.open()
    }
}
