//! Times in the two formats of the protocol.

use std::time::{Duration, SystemTime};

/// A second in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UtcTime(u64);

impl UtcTime {
    /// Creates a time from seconds since 1970.
    pub const fn from_unix(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Returns the seconds since 1970.
    pub const fn unix(self) -> u64 {
        self.0
    }

    /// Returns the time plus or minus a number of seconds.
    pub(crate) const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add_signed(seconds))
    }

    /// Returns the time as `2026-01-02T03:04:05Z`.
    pub(crate) fn iso(self) -> String {
        let (year, month, day) = self.date();
        let (hour, minute, second) = self.clock();
        // `format!` here, and growing buffers in `v3`, together took 7% of the instructions of a call.
        let mut text = *b"0000-00-00T00:00:00Z";
        for (end, mut value) in [(4, year), (7, month), (10, day), (13, hour), (16, minute), (19, second)] {
            let mut at = end;
            while value > 0 && at > 0 {
                at -= 1;
                text[at] = b'0' + (value % 10) as u8;
                value /= 10;
            }
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Returns the time as `Fri, 02 Jan 2026 03:04:05 GMT`; a time after the year 9999 is its last second.
    pub(crate) fn http(self) -> String {
        // `HttpDate` panics on a later time, which a wrong clock can give.
        let last = Self(253_402_300_799);
        httpdate::HttpDate::from(SystemTime::from(self.min(last))).to_string()
    }

    /// Parses a date of HTTP, such as `Fri, 02 Jan 2026 03:04:05 GMT`.
    pub(crate) fn from_http(text: &str) -> Option<Self> {
        httpdate::parse_http_date(text).ok().map(Self::from)
    }

    /// Parses a date and time of ISO 8601 with its offset from UTC, such as `2026-01-02T03:04:05Z`.
    ///
    /// Accepts the forms that common tools print: a space or a lower-case letter between date and time, no seconds, a
    /// fraction of a second, and an offset such as `+08:00`, `+0800` or `+08`. A time without an offset is ambiguous
    /// and is refused.
    pub(crate) fn from_iso(text: &str) -> Option<Self> {
        let (date, rest) = text.trim().split_at_checked(10)?;
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let (clock, offset) = rest.split_at(rest.find(['Z', 'z', '+', '-'])?);
        let clock = clock.trim_end_matches(' ');
        let [year, month, day] = numbers(date.split('-'), [4, 2, 2])?;
        let [hour, minute, second] = match (clock.len(), clock.split_once(['.', ','])) {
            (5, _) => numbers(clock.split(':').chain(["00"]), [2, 2, 2])?,
            (_, None) => numbers(clock.split(':'), [2, 2, 2])?,
            (_, Some((clock, fraction))) => {
                number(fraction, fraction.len())?;
                numbers(clock.split(':'), [2, 2, 2])?
            }
        };
        let time = Self::of([year, month, day, hour, minute, second])?;
        time.0.checked_add_signed(-offset_seconds(offset)?).map(Self)
    }

    /// Returns the time of year, month, day, hour, minute and second, if it exists.
    fn of([year, month, day, hour, minute, second]: [u64; 6]) -> Option<Self> {
        let fits = (1970..10_000).contains(&year)
            && (1..13).contains(&month)
            && (1..32).contains(&day)
            && hour < 24
            && minute < 60
            && second < 61;
        if !fits {
            return None;
        }
        // Days since 1970, counting years from March so that the leap day is the last one.
        let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let days = y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468;
        let midnight = Self(days * 86_400);
        // A day that does not exist in the month would be a day of the next month.
        (midnight.date() == (year, month, day)).then(|| Self(midnight.0 + hour * 3_600 + minute * 60 + second))
    }

    fn clock(self) -> (u64, u64, u64) {
        (self.0 / 3_600 % 24, self.0 / 60 % 60, self.0 % 60)
    }

    /// Year, month and day of the Gregorian calendar.
    fn date(self) -> (u64, u64, u64) {
        // Days since 0000-03-01, in eras of 400 years.
        let days = self.0 / 86_400 + 719_468;
        let (era, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let (year, day) = (year + era * 400, day - (153 * month + 2) / 5 + 1);
        if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
    }
}

/// Parses a number for each length, with exactly that many digits.
fn numbers<'a, const N: usize>(mut texts: impl Iterator<Item = &'a str>, lengths: [usize; N]) -> Option<[u64; N]> {
    let mut numbers = [0; N];
    for (out, length) in numbers.iter_mut().zip(lengths) {
        *out = number(texts.next()?, length)?;
    }
    texts.next().is_none().then_some(numbers)
}

/// Parses a number of that many digits, at least one. A larger number than `u64` is `u64::MAX`.
fn number(text: &str, length: usize) -> Option<u64> {
    let fits = text.len() == length && length > 0 && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// Returns the seconds that `Z`, `+08:00`, `+0800` or `+08` is ahead of UTC.
fn offset_seconds(text: &str) -> Option<i64> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("Z" | "z", "") => return Some(0),
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let [hours, minutes] = match rest.len() {
        2 => [number(rest, 2)?, 0],
        4 => numbers([rest.get(..2)?, rest.get(2..)?].into_iter(), [2, 2])?,
        _ => numbers(rest.split(':'), [2, 2])?,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours as i64 * 3_600 + minutes as i64 * 60))
}

impl From<UtcTime> for SystemTime {
    fn from(time: UtcTime) -> Self {
        Self::UNIX_EPOCH + Duration::from_secs(time.0)
    }
}

impl From<SystemTime> for UtcTime {
    /// A time before 1970 counts as 1970.
    fn from(time: SystemTime) -> Self {
        Self(time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs())
    }
}
