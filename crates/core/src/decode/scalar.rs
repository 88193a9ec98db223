//! Lenient conversion of scalars to the declared types.

use super::Scalar;

/// Why a slot does not accept a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScalarError {
    /// The value counts as absent.
    Absent,
    /// The value has another type.
    Kind,
    /// The value is out of range.
    Range,
}

pub(super) fn boolean(scalar: Scalar<'_>) -> Result<bool, ScalarError> {
    match scalar {
        Scalar::Boolean(value) => Ok(value),
        Scalar::Integer(0) => Ok(false),
        Scalar::Integer(1) => Ok(true),
        Scalar::Text(text) => match text.trim() {
            "" => Err(ScalarError::Absent),
            "0" => Ok(false),
            "1" => Ok(true),
            text if text.eq_ignore_ascii_case("true") => Ok(true),
            text if text.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(ScalarError::Kind),
        },
        _ => Err(ScalarError::Kind),
    }
}

pub(super) fn integer(scalar: Scalar<'_>) -> Result<i64, ScalarError> {
    /// 2^63, the first number that is out of range.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    match scalar {
        Scalar::Integer(value) => Ok(value),
        Scalar::Unsigned(_) => Err(ScalarError::Range),
        Scalar::Number(value) if value.fract() != 0.0 => Err(ScalarError::Kind),
        Scalar::Number(value) if (-LIMIT..LIMIT).contains(&value) => Ok(value as i64),
        Scalar::Number(_) => Err(ScalarError::Range),
        Scalar::Boolean(_) => Err(ScalarError::Kind),
        Scalar::Text(text) => match text.trim() {
            "" => Err(ScalarError::Absent),
            text => match text.parse::<i64>() {
                Ok(value) => Ok(value),
                Err(error) if is_overflow(error.kind()) => Err(ScalarError::Range),
                Err(_) => integer(Scalar::Number(float(text)?)),
            },
        },
    }
}

fn is_overflow(kind: &std::num::IntErrorKind) -> bool {
    matches!(kind, std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow)
}

pub(super) fn number(scalar: Scalar<'_>) -> Result<f64, ScalarError> {
    match scalar {
        Scalar::Integer(value) => Ok(value as f64),
        Scalar::Unsigned(value) => Ok(value as f64),
        Scalar::Number(value) if value.is_finite() => Ok(value),
        Scalar::Number(_) => Err(ScalarError::Range),
        Scalar::Boolean(_) => Err(ScalarError::Kind),
        Scalar::Text(text) => match text.trim() {
            "" => Err(ScalarError::Absent),
            text => float(text),
        },
    }
}

/// Accepts digits only: Rust's own parser also accepts `NaN` and `inf`.
fn float(text: &str) -> Result<f64, ScalarError> {
    if !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
        return Err(ScalarError::Kind);
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => Err(ScalarError::Range),
        Err(_) => Err(ScalarError::Kind),
    }
}
