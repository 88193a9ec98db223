use std::time::{Duration, SystemTime};

use super::Moment;

fn iso(seconds: u64) -> String {
    let mut out = String::new();
    Moment::from_unix(seconds).iso(&mut out);
    out
}

fn http(seconds: u64) -> String {
    let mut out = String::new();
    Moment::from_unix(seconds).http(&mut out);
    out
}

#[test]
fn dates() {
    for (seconds, one, other) in [
        (0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_399, "2000-02-28T23:59:59Z", "Mon, 28 Feb 2000 23:59:59 GMT"),
        (951_782_400, "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
        (1_709_251_200, "2024-03-01T00:00:00Z", "Fri, 01 Mar 2024 00:00:00 GMT"),
        (1_767_323_045, "2026-01-02T03:04:05Z", "Fri, 02 Jan 2026 03:04:05 GMT"),
        (4_107_542_399, "2100-02-28T23:59:59Z", "Sun, 28 Feb 2100 23:59:59 GMT"),
        (4_107_542_400, "2100-03-01T00:00:00Z", "Mon, 01 Mar 2100 00:00:00 GMT"),
        (253_402_300_799, "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT"),
    ] {
        assert_eq!((iso(seconds).as_str(), http(seconds).as_str()), (one, other));
    }
}

/// Day by day over two centuries against a calendar that counts.
#[test]
fn every_day() {
    let (mut year, mut month, mut day) = (1970, 1, 1);
    for number in 0..73_000 {
        assert_eq!(iso(number * 86_400 + 1), format!("{year}-{month:02}-{day:02}T00:00:01Z"));
        assert_eq!(Moment::from_http(&http(number * 86_400 + 1)), Some(Moment::from_unix(number * 86_400 + 1)));
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        day += 1;
        if day > last {
            (day, month) = (1, month + 1);
        }
        if month > 12 {
            (month, year) = (1, year + 1);
        }
    }
}

#[test]
fn what_is_no_date() {
    for text in [
        "",
        "Fri, 02 Jan 2026 03:04:05",
        "Fri, 02 Jan 2026 03:04:05 CET",
        "Fri, 02 Foo 2026 03:04:05 GMT",
        "Fri, 32 Jan 2026 03:04:05 GMT",
        "Fri, 02 Jan 2026 24:04:05 GMT",
        "Fri, 02 Jan 99999999999999999999 03:04:05 GMT",
        "Fri, 02 Jan 1969 03:04:05 GMT",
        "2026-01-02T03:04:05Z",
        ", - : :",
    ] {
        assert_eq!(Moment::from_http(text), None, "{text}");
    }
}

#[test]
fn a_time_before_1970() {
    assert_eq!(Moment::from(SystemTime::UNIX_EPOCH - Duration::from_secs(5)).unix(), 0);
}
