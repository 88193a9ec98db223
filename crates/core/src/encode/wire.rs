//! Views of standard types.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

use super::{Encode, List, Map, View, Wire};
use crate::blob::Blob;
use crate::secret::Sensitive;

impl Wire for bool {
    fn view(&self) -> View<'_> {
        View::Boolean(*self)
    }
}

impl Wire for i32 {
    fn view(&self) -> View<'_> {
        View::Integer(i64::from(*self))
    }
}

impl Wire for i64 {
    fn view(&self) -> View<'_> {
        View::Integer(*self)
    }
}

impl Wire for f64 {
    fn view(&self) -> View<'_> {
        View::Number(*self)
    }
}

impl Wire for String {
    fn view(&self) -> View<'_> {
        View::Text(self)
    }
}

impl Wire for Value {
    fn view(&self) -> View<'_> {
        View::Json(self)
    }
}

impl Wire for Bytes {
    fn view(&self) -> View<'_> {
        View::Bytes(self)
    }
}

impl Wire for Blob {
    fn view(&self) -> View<'_> {
        View::Base64(self.as_bytes())
    }
}

impl<T: Wire> Wire for Sensitive<T> {
    fn view(&self) -> View<'_> {
        View::Sensitive(self.expose())
    }
}

impl<T: Wire> Wire for Option<T> {
    fn view(&self) -> View<'_> {
        match self {
            Some(value) => value.view(),
            None => View::Absent,
        }
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn view(&self) -> View<'_> {
        View::List(self)
    }
}

impl<T: Wire> List for Vec<T> {
    fn size(&self) -> usize {
        self.len()
    }

    fn item(&self, index: usize) -> View<'_> {
        self[index].view()
    }
}

impl<T: Wire> Wire for BTreeMap<String, T> {
    fn view(&self) -> View<'_> {
        View::Map(self)
    }
}

impl<T: Wire> Map for BTreeMap<String, T> {
    fn entries(&self, visit: &mut dyn FnMut(&str, View<'_>)) {
        for (key, value) in self {
            visit(key, value.view());
        }
    }
}

impl<T: Encode> Wire for T {
    fn view(&self) -> View<'_> {
        View::Object(self)
    }
}
