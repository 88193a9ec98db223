//! Points in time, as the service writes them.

use std::convert::Infallible;
use std::fmt::{self, Debug, Display, Formatter};
use std::str::FromStr;
use std::time::SystemTime;

use crate::decode::{DecodeSlot, DecodeTarget};
use crate::encode::{View, Wire};
use crate::sign::UtcTime;

/// A point in time, as the service writes it.
///
/// The text is kept exactly as it was received or set, even if it is not a valid date. The service writes dates in
/// several formats: with seconds or without, with the offset `Z` or another one, and also without an offset.
/// [`to_system_time`](Self::to_system_time) reads those that name a point in time. Comparisons compare texts.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use alicloud_core::primitives::Timestamp;
///
/// let start = Timestamp::from("2022-08-04T14:36Z");
/// assert_eq!(start.to_system_time(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_659_623_760)));
/// assert_eq!(start.as_str(), "2022-08-04T14:36Z");
/// // The offset of this one is not in the text.
/// let local = Timestamp::from("2022-08-04 14:36:00");
/// assert_eq!(local.to_system_time(), None);
/// assert!(local.to_system_time_with_offset("+08:00").is_some());
/// ```
///
/// The features `jiff`, `chrono` and `time` add conversions from and to the types of these crates.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(String);

impl Timestamp {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Returns the point in time, to the second; `None` if the text is not a date and time of ISO 8601 with an offset
    /// from UTC, such as `2022-08-04T14:36:00Z`, `2022-08-04T14:36Z` or `2022-08-04T22:36:00.5+08:00`.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        UtcTime::from_iso(&self.0).map(SystemTime::from)
    }

    /// Returns the point in time, to the second. If the text has no offset from UTC, such as `2022-08-04 14:36:00`, it
    /// is read with the given one, such as `Z` or `+08:00`. Returns `None` if the text is not a date and time.
    pub fn to_system_time_with_offset(&self, offset: &str) -> Option<SystemTime> {
        let time = UtcTime::from_iso(&self.0).or_else(|| UtcTime::from_iso(&format!("{}{offset}", self.0.trim())));
        time.map(SystemTime::from)
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// Writes the time as the service documents it, such as `2022-08-04T14:36:00Z`. Fractions of a second are dropped, and
/// a time before 1970 becomes 1970.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self(UtcTime::from(time).iso())
    }
}

impl FromStr for Timestamp {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

impl AsRef<str> for Timestamp {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Timestamp {
    fn eq(&self, text: &str) -> bool {
        self.0 == text
    }
}

impl PartialEq<&str> for Timestamp {
    fn eq(&self, text: &&str) -> bool {
        self.0 == *text
    }
}

impl Display for Timestamp {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Debug for Timestamp {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Debug::fmt(&self.0, f)
    }
}

impl Wire for Timestamp {
    fn view(&self) -> View<'_> {
        View::Text(&self.0)
    }
}

impl DecodeTarget for Timestamp {
    fn open(&mut self) -> DecodeSlot<'_> {
        DecodeSlot::Text(&mut self.0)
    }

    fn empty() -> Self {
        Self::default()
    }
}

#[cfg(feature = "serde")]
crate::serde_value!(Timestamp);

/// A text that does not name a point in time.
#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimestampError(Timestamp);

#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
impl Display for TimestampError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a date and time with an offset from UTC", self.0)
    }
}

#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
impl std::error::Error for TimestampError {}

/// Returns the seconds since 1970, for the conversions.
#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
impl Timestamp {
    fn seconds(&self) -> Result<i64, TimestampError> {
        let time = UtcTime::from_iso(&self.0).and_then(|time| i64::try_from(time.unix()).ok());
        time.ok_or_else(|| TimestampError(self.clone()))
    }

    fn of_seconds(seconds: i64) -> Self {
        Self(UtcTime::from_unix(u64::try_from(seconds).unwrap_or_default()).iso())
    }
}

#[cfg(feature = "jiff")]
mod with_jiff {
    use super::{Timestamp, TimestampError};

    /// With a precision of seconds.
    impl TryFrom<&Timestamp> for jiff::Timestamp {
        type Error = TimestampError;

        fn try_from(timestamp: &Timestamp) -> Result<Self, TimestampError> {
            Self::from_second(timestamp.seconds()?).map_err(|_| TimestampError(timestamp.clone()))
        }
    }

    /// With a precision of seconds; a time before 1970 becomes 1970.
    impl From<jiff::Timestamp> for Timestamp {
        fn from(time: jiff::Timestamp) -> Self {
            Self::of_seconds(time.as_second())
        }
    }
}

#[cfg(feature = "chrono")]
mod with_chrono {
    use super::{Timestamp, TimestampError};

    /// With a precision of seconds.
    impl TryFrom<&Timestamp> for chrono::DateTime<chrono::Utc> {
        type Error = TimestampError;

        fn try_from(timestamp: &Timestamp) -> Result<Self, TimestampError> {
            Self::from_timestamp(timestamp.seconds()?, 0).ok_or_else(|| TimestampError(timestamp.clone()))
        }
    }

    /// With a precision of seconds; a time before 1970 becomes 1970.
    impl<Z: chrono::TimeZone> From<chrono::DateTime<Z>> for Timestamp {
        fn from(time: chrono::DateTime<Z>) -> Self {
            Self::of_seconds(time.timestamp())
        }
    }
}

#[cfg(feature = "time")]
mod with_time {
    use super::{Timestamp, TimestampError};

    /// With a precision of seconds.
    impl TryFrom<&Timestamp> for time::OffsetDateTime {
        type Error = TimestampError;

        fn try_from(timestamp: &Timestamp) -> Result<Self, TimestampError> {
            Self::from_unix_timestamp(timestamp.seconds()?).map_err(|_| TimestampError(timestamp.clone()))
        }
    }

    /// With a precision of seconds; a time before 1970 becomes 1970.
    impl From<time::OffsetDateTime> for Timestamp {
        fn from(time: time::OffsetDateTime) -> Self {
            Self::of_seconds(time.unix_timestamp())
        }
    }
}
