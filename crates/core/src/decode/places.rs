//! How the standard types take values.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

use super::{Decode, Kind, Place, Refusal, Scalar};
use crate::blob::Blob;
use crate::secret::Sensitive;

/// What holds no single value takes none, but for empty text.
fn none(scalar: Scalar<'_>) -> Result<(), Refusal> {
    Err(if matches!(scalar, Scalar::Text("")) { Refusal::Absent } else { Refusal::Kind })
}

fn boolean(scalar: Scalar<'_>) -> Result<bool, Refusal> {
    match scalar {
        Scalar::Boolean(value) => Ok(value),
        Scalar::Integer(0) => Ok(false),
        Scalar::Integer(1) => Ok(true),
        Scalar::Text(text) => match text.trim() {
            "" => Err(Refusal::Absent),
            "0" => Ok(false),
            "1" => Ok(true),
            text if text.eq_ignore_ascii_case("true") => Ok(true),
            text if text.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(Refusal::Kind),
        },
        _ => Err(Refusal::Kind),
    }
}

fn integer(scalar: Scalar<'_>) -> Result<i64, Refusal> {
    /// 2^63: the first number that does not fit.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    match scalar {
        Scalar::Integer(value) => Ok(value),
        Scalar::Unsigned(_) => Err(Refusal::Range),
        Scalar::Number(value) if value.fract() != 0.0 => Err(Refusal::Kind),
        Scalar::Number(value) if (-LIMIT..LIMIT).contains(&value) => Ok(value as i64),
        Scalar::Number(_) => Err(Refusal::Range),
        Scalar::Boolean(_) => Err(Refusal::Kind),
        Scalar::Text(text) => match text.trim() {
            "" => Err(Refusal::Absent),
            text => match text.parse::<i64>() {
                Ok(value) => Ok(value),
                Err(error) if is_overflow(error.kind()) => Err(Refusal::Range),
                Err(_) => integer(Scalar::Number(float(text)?)),
            },
        },
    }
}

fn is_overflow(kind: &std::num::IntErrorKind) -> bool {
    matches!(kind, std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow)
}

fn number(scalar: Scalar<'_>) -> Result<f64, Refusal> {
    match scalar {
        Scalar::Integer(value) => Ok(value as f64),
        Scalar::Unsigned(value) => Ok(value as f64),
        Scalar::Number(value) if value.is_finite() => Ok(value),
        Scalar::Number(_) => Err(Refusal::Range),
        Scalar::Boolean(_) => Err(Refusal::Kind),
        Scalar::Text(text) => match text.trim() {
            "" => Err(Refusal::Absent),
            text => float(text),
        },
    }
}

/// Digits only: Rust's own parser would also take `NaN` and `inf`.
fn float(text: &str) -> Result<f64, Refusal> {
    if !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
        return Err(Refusal::Kind);
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => Err(Refusal::Range),
        Err(_) => Err(Refusal::Kind),
    }
}

/// The four methods that are the same for every single value.
macro_rules! single {
    ($type:ty, $kind:ident, $take:expr, $peek:expr) => {
        impl Place for $type {
            fn declared() -> Kind {
                Kind::$kind
            }
            fn kind(&self) -> Kind {
                Kind::$kind
            }
            fn clear(&mut self) {
                *self = Self::default();
            }
            fn scalar(&mut self, scalar: Scalar<'_>) -> Result<(), Refusal> {
                *self = $take(scalar)?;
                Ok(())
            }
            fn peek(&self) -> Option<Scalar<'_>> {
                $peek(self)
            }
            fn empty() -> Self {
                Self::default()
            }
        }
    };
}

single!(bool, Boolean, boolean, |value: &bool| Some(Scalar::Boolean(*value)));
single!(i64, Integer, integer, |value: &i64| Some(Scalar::Integer(*value)));
single!(i32, Integer, |scalar| i32::try_from(integer(scalar)?).map_err(|_| Refusal::Range), |value: &i32| Some(
    Scalar::Integer(i64::from(*value))
));
single!(f64, Number, number, |value: &f64| Some(Scalar::Number(*value)));
single!(
    Blob,
    Base64,
    |scalar| match scalar {
        Scalar::Text("") => Err(Refusal::Absent),
        Scalar::Text(text) => Blob::from_base64(text).ok_or(Refusal::Kind),
        _ => Err(Refusal::Kind),
    },
    |_| None
);

impl Place for String {
    fn declared() -> Kind {
        Kind::Text
    }

    fn kind(&self) -> Kind {
        Kind::Text
    }

    fn clear(&mut self) {
        *self = Self::new();
    }

    fn scalar(&mut self, scalar: Scalar<'_>) -> Result<(), Refusal> {
        let Scalar::Text(text) = scalar else { return Err(Refusal::Kind) };
        *self = text.to_owned();
        Ok(())
    }

    fn peek(&self) -> Option<Scalar<'_>> {
        Some(Scalar::Text(self))
    }

    fn empty() -> Self {
        Self::new()
    }
}

impl Place for Value {
    fn declared() -> Kind {
        Kind::Any
    }

    fn kind(&self) -> Kind {
        Kind::Any
    }

    fn clear(&mut self) {
        *self = Self::Null;
    }

    fn scalar(&mut self, scalar: Scalar<'_>) -> Result<(), Refusal> {
        none(scalar)
    }

    fn json(&mut self, value: Value) {
        *self = value;
    }

    fn peek(&self) -> Option<Scalar<'_>> {
        match self {
            Self::Bool(value) => Some(Scalar::Boolean(*value)),
            Self::Number(value) => value.as_i64().map(Scalar::Integer).or(value.as_f64().map(Scalar::Number)),
            Self::String(value) => Some(Scalar::Text(value)),
            _ => None,
        }
    }

    fn empty() -> Self {
        Self::Null
    }
}

impl Place for Bytes {
    fn declared() -> Kind {
        Kind::Bytes
    }

    fn kind(&self) -> Kind {
        Kind::Bytes
    }

    fn clear(&mut self) {
        *self = Self::new();
    }

    fn scalar(&mut self, scalar: Scalar<'_>) -> Result<(), Refusal> {
        let Scalar::Text(text) = scalar else { return Err(Refusal::Kind) };
        *self = Self::copy_from_slice(text.as_bytes());
        Ok(())
    }

    fn bytes(&mut self, bytes: Bytes) {
        *self = bytes;
    }

    fn empty() -> Self {
        Self::new()
    }
}

impl<T: Place> Place for Sensitive<T> {
    fn declared() -> Kind {
        T::declared()
    }

    fn kind(&self) -> Kind {
        self.expose().kind()
    }

    fn clear(&mut self) {
        self.expose_mut().clear();
    }

    fn scalar(&mut self, scalar: Scalar<'_>) -> Result<(), Refusal> {
        self.expose_mut().scalar(scalar)
    }

    fn begin(&mut self) {
        self.expose_mut().begin();
    }

    fn item(&mut self) -> Option<&mut dyn Place> {
        self.expose_mut().item()
    }

    fn member(&mut self, name: &str) -> Option<&mut dyn Place> {
        self.expose_mut().member(name)
    }

    fn json(&mut self, value: Value) {
        self.expose_mut().json(value);
    }

    fn bytes(&mut self, bytes: Bytes) {
        self.expose_mut().bytes(bytes);
    }

    fn empty() -> Self {
        Self::new(T::empty())
    }
}

impl<T: Place> Place for Option<T> {
    fn declared() -> Kind {
        T::declared()
    }

    fn kind(&self) -> Kind {
        T::declared()
    }

    fn clear(&mut self) {
        *self = None;
    }

    fn scalar(&mut self, scalar: Scalar<'_>) -> Result<(), Refusal> {
        let mut value = T::empty();
        *self = match value.scalar(scalar) {
            Ok(()) => Some(value),
            Err(Refusal::Absent) => None,
            Err(refusal) => return Err(refusal),
        };
        Ok(())
    }

    fn begin(&mut self) {
        *self = Some(T::empty());
    }

    fn item(&mut self) -> Option<&mut dyn Place> {
        self.as_mut()?.item()
    }

    fn member(&mut self, name: &str) -> Option<&mut dyn Place> {
        self.as_mut()?.member(name)
    }

    fn json(&mut self, value: Value) {
        self.insert(T::empty()).json(value);
    }

    fn bytes(&mut self, bytes: Bytes) {
        self.insert(T::empty()).bytes(bytes);
    }

    fn peek(&self) -> Option<Scalar<'_>> {
        self.as_ref()?.peek()
    }

    fn empty() -> Self {
        None
    }
}

impl<T: Place> Place for Vec<T> {
    fn declared() -> Kind {
        Kind::List
    }

    fn kind(&self) -> Kind {
        Kind::List
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn scalar(&mut self, scalar: Scalar<'_>) -> Result<(), Refusal> {
        none(scalar)
    }

    fn item(&mut self) -> Option<&mut dyn Place> {
        self.push(T::empty());
        self.last_mut().map(|item| item as &mut dyn Place)
    }

    fn empty() -> Self {
        Self::new()
    }
}

impl<T: Place> Place for BTreeMap<String, T> {
    fn declared() -> Kind {
        Kind::Map
    }

    fn kind(&self) -> Kind {
        Kind::Map
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn scalar(&mut self, scalar: Scalar<'_>) -> Result<(), Refusal> {
        none(scalar)
    }

    fn member(&mut self, name: &str) -> Option<&mut dyn Place> {
        let value = self.entry(name.to_owned()).or_insert_with(T::empty);
        value.clear();
        Some(value)
    }

    fn empty() -> Self {
        Self::new()
    }
}

impl<T: Decode> Place for T {
    fn declared() -> Kind {
        Kind::Object
    }

    fn kind(&self) -> Kind {
        Kind::Object
    }

    fn clear(&mut self) {
        *self = T::default();
    }

    fn scalar(&mut self, scalar: Scalar<'_>) -> Result<(), Refusal> {
        none(scalar)
    }

    fn member(&mut self, name: &str) -> Option<&mut dyn Place> {
        self.field(name)
    }

    fn empty() -> Self {
        T::default()
    }
}
