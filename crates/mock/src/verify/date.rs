//! The two date forms of the protocol.

use std::time::{Duration, SystemTime};

/// Reads `YYYY-MM-DDThh:mm:ssZ`, and nothing else.
pub(super) fn parse_utc(text: &str) -> Option<SystemTime> {
    let form = b"0000-00-00T00:00:00Z";
    let bytes = text.as_bytes();
    let fits = |(byte, model): (&u8, &u8)| if *model == b'0' { byte.is_ascii_digit() } else { byte == model };
    if bytes.len() != form.len() || !bytes.iter().zip(form).all(fits) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let month_index = usize::try_from(month).ok()?.checked_sub(1)?;
    let in_month = *lengths.get(month_index)?;
    if year < 1970 || day == 0 || day > in_month || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let past_leap_years = |year: u64| year / 4 - year / 100 + year / 400;
    let days = (year - 1970) * 365 + past_leap_years(year - 1) - past_leap_years(1969)
        + lengths[..month_index].iter().sum::<u64>()
        + day
        - 1;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(((days * 24 + hour) * 60 + minute) * 60 + second))
}

/// Reads `Fri, 02 Jan 2026 03:04:05 GMT`, and not the obsolete forms that HTTP also allows.
pub(super) fn parse_http(text: &str) -> Option<SystemTime> {
    let time = httpdate::parse_http_date(text).ok()?;
    (httpdate::fmt_http_date(time) == text).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<u64> {
        parse_utc(text).map(|time| time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs())
    }

    #[test]
    fn utc_dates() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2000-02-29T12:00:00Z"), Some(951_825_600));
        assert_eq!(seconds("2026-01-02T03:04:05Z"), Some(1_767_323_045));
        assert_eq!(seconds("2100-03-01T00:00:00Z"), Some(4_107_542_400));
        assert_eq!(parse_utc("2026-01-02T03:04:05Z"), parse_http("Fri, 02 Jan 2026 03:04:05 GMT"));
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "2026-01-02 03:04:05Z",
            "2026-01-02T03:04:05",
            "2026-01-02T03:04:05.0Z",
            "2026-01-02T03:04:05+00:00",
            "2026-13-02T03:04:05Z",
            "2026-00-02T03:04:05Z",
            "2026-02-29T03:04:05Z",
            "2026-01-32T03:04:05Z",
            "2026-01-00T03:04:05Z",
            "2026-01-02T24:04:05Z",
            "2026-01-02T03:60:05Z",
            "2026-01-02T03:04:60Z",
            "1969-12-31T23:59:59Z",
            "２026-01-02T03:04Z",
            "2026-01-02T03:04:0+Z",
        ] {
            assert_eq!(parse_utc(text), None, "{text}");
        }
        for text in ["", "Friday, 02-Jan-26 03:04:05 GMT", "Fri Jan  2 03:04:05 2026", "Mon, 02 Jan 2026 03:04:05 GMT"]
        {
            assert_eq!(parse_http(text), None, "{text}");
        }
    }
}
