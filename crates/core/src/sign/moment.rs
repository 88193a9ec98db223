//! Time, to the second, in the two spellings the protocol uses.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

/// A second in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// Seconds since 1970.
    pub const fn from_unix(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970.
    pub const fn unix(self) -> u64 {
        self.0
    }

    /// So many seconds later, or earlier.
    pub(crate) const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add_signed(seconds))
    }

    /// Appends the moment as `2026-01-02T03:04:05Z`.
    pub(crate) fn iso(self, out: &mut String) {
        let (year, month, day) = self.date();
        let (hour, minute, second) = self.clock();
        let mut text = *b"0000-00-00T00:00:00Z";
        for (end, mut value) in [(4, year), (7, month), (10, day), (13, hour), (16, minute), (19, second)] {
            let mut at = end;
            while value > 0 && at > 0 {
                at -= 1;
                text[at] = b'0' + (value % 10) as u8;
                value /= 10;
            }
        }
        out.push_str(std::str::from_utf8(&text).unwrap_or_default());
    }

    /// Appends the moment as `Fri, 02 Jan 2026 03:04:05 GMT`.
    pub(crate) fn http(self, out: &mut String) {
        const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        let (year, month, day) = self.date();
        let (hour, minute, second) = self.clock();
        let weekday = DAYS[(self.0 / 86_400 % 7) as usize];
        let month = MONTHS[month as usize - 1];
        _ = write!(out, "{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT");
    }

    /// Reads `Fri, 02 Jan 2026 03:04:05 GMT`.
    pub(crate) fn from_http(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once(", ")?;
        let mut parts = rest.split(' ');
        let day: u64 = parts.next()?.parse().ok()?;
        let name = parts.next()?;
        let month = MONTHS.iter().position(|known| *known == name)? as u64 + 1;
        let year: u64 = parts.next()?.parse().ok()?;
        let mut clock = parts.next()?.split(':').map(|part| part.parse::<u64>().ok());
        let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
        if parts.next() != Some("GMT") {
            return None;
        }
        Self::of([year, month, day, hour, minute, second])
    }

    /// Reads `2026-01-02T03:04:05Z`, with or without a fraction of the second.
    pub(crate) fn from_iso(text: &str) -> Option<Self> {
        let (date, rest) = text.trim().strip_suffix('Z')?.split_once('T')?;
        let (clock, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let mut parts = [0; 6];
        let mut texts = date.split('-').chain(clock.split(':'));
        for (part, length) in parts.iter_mut().zip([4, 2, 2, 2, 2, 2]) {
            let text = texts.next().filter(|text| text.len() == length && digits(text))?;
            *part = text.parse().ok()?;
        }
        if texts.next().is_some() || !digits(fraction) {
            return None;
        }
        Self::of(parts)
    }

    /// The moment of year, month, day, hour, minute and second, if there is one.
    fn of([year, month, day, hour, minute, second]: [u64; 6]) -> Option<Self> {
        let fits = (1970..10_000).contains(&year)
            && (1..13).contains(&month)
            && (1..32).contains(&day)
            && hour < 24
            && minute < 60
            && second < 61;
        fits.then(|| {
            // Days since 1970, counting years from March so that the leap day is the last one.
            let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
            let days = y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468;
            Self(days * 86_400 + hour * 3_600 + minute * 60 + second)
        })
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

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl From<Moment> for SystemTime {
    fn from(moment: Moment) -> Self {
        Self::UNIX_EPOCH + Duration::from_secs(moment.0)
    }
}

impl From<SystemTime> for Moment {
    /// A time before 1970 counts as 1970.
    fn from(time: SystemTime) -> Self {
        Self(time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs())
    }
}
