//! The two date formats of the protocol.

use std::time::SystemTime;

/// Parses exactly `YYYY-MM-DDThh:mm:ssZ`.
pub(super) fn parse_utc(text: &str) -> Option<SystemTime> {
    let time: jiff::Timestamp = text.parse().ok()?;
    // The parser accepts other forms, which are formatted differently.
    let is_exact = time.to_string() == text && time >= jiff::Timestamp::UNIX_EPOCH;
    is_exact.then(|| {
        SystemTime::UNIX_EPOCH.checked_add(time.duration_since(jiff::Timestamp::UNIX_EPOCH).try_into().ok()?)
    })?
}

/// Parses `Fri, 02 Jan 2026 03:04:05 GMT`, but not the obsolete formats of HTTP.
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
    fn parse_utc_of_a_date_returns_seconds() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2000-02-29T12:00:00Z"), Some(951_825_600));
        assert_eq!(seconds("2026-01-02T03:04:05Z"), Some(1_767_323_045));
        assert_eq!(seconds("2100-03-01T00:00:00Z"), Some(4_107_542_400));
        assert_eq!(parse_utc("2026-01-02T03:04:05Z"), parse_http("Fri, 02 Jan 2026 03:04:05 GMT"));
    }

    #[test]
    fn parse_of_other_forms_is_none() {
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
