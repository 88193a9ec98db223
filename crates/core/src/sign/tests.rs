use std::time::{Duration, SystemTime};

use super::{Credentials, Request, SignatureVersion, Signed, Style, UtcTime, sign, steps};

fn iso(seconds: u64) -> String {
    UtcTime::from_unix(seconds).iso()
}

fn http(seconds: u64) -> String {
    UtcTime::from_unix(seconds).http()
}

#[test]
fn format_of_known_times_is_expected() {
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

/// Compares two centuries, day by day, with a second implementation of the calendar.
#[test]
fn format_of_every_day_equals_httpdate() {
    let (mut year, mut month, mut day) = (1970, 1, 1);
    for number in 0..73_000 {
        assert_eq!(iso(number * 86_400 + 1), format!("{year}-{month:02}-{day:02}T00:00:01Z"));
        assert_eq!(UtcTime::from_http(&http(number * 86_400 + 1)), Some(UtcTime::from_unix(number * 86_400 + 1)));
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
fn parse_of_invalid_dates_is_none() {
    for text in [
        "",
        "Fri, 02 Jan 2026 03:04:05",
        "Fri, 02 Jan 2026 03:04:05 CET",
        "Fri, 02 Foo 2026 03:04:05 GMT",
        "Fri, 32 Jan 2026 03:04:05 GMT",
        "Fri, 02 Jan 2026 24:04:05 GMT",
        "Fri, 02 Jan 99999999999999999999 03:04:05 GMT",
        "Fri, 02 Jan 1969 03:04:05 GMT",
        "Tue, 31 Feb 2026 03:04:05 GMT",
        "Sun, 29 Feb 2026 03:04:05 GMT",
        "Tue, 00 Feb 2026 03:04:05 GMT",
        "2026-01-02T03:04:05Z",
        ", - : :",
    ] {
        assert_eq!(UtcTime::from_http(text), None, "{text}");
    }
}

/// The formats that RFC 3339 and ISO 8601 define, and that `date`, Go and Python print. Expected values are those of
/// Python's `datetime.fromisoformat`.
#[test]
fn from_iso_time_with_offset_is_read() {
    for (text, seconds) in [
        ("2026-01-02T03:04:05Z", 1_767_323_045),
        (" 2026-01-02T03:04:05Z\n", 1_767_323_045),
        ("2026-01-02t03:04:05z", 1_767_323_045),
        ("2026-01-02 03:04:05Z", 1_767_323_045),
        ("2026-01-02T03:04:05.999Z", 1_767_323_045),
        ("2026-01-02T03:04:05,123456789Z", 1_767_323_045),
        ("2026-01-02T03:04:05.123456789012345678901234567890Z", 1_767_323_045),
        ("2026-01-02T03:04Z", 1_767_323_040),
        ("2026-01-02T11:04:05+08:00", 1_767_323_045),
        ("2026-01-02T11:04:05.5+08:00", 1_767_323_045),
        ("2026-01-02T11:04+08:00", 1_767_323_040),
        ("2026-01-02 11:04:05 +0800", 1_767_323_045),
        ("2026-01-02T11:04:05+08", 1_767_323_045),
        ("2026-01-01T21:34:05-05:30", 1_767_323_045),
        ("2026-01-02T03:04:05+00:00", 1_767_323_045),
        ("2026-01-02T03:04:05-00:00", 1_767_323_045),
        ("2024-02-29T23:30:00-01:00", 1_709_253_000),
        ("1970-01-01T08:00:00+08:00", 0),
    ] {
        assert_eq!(UtcTime::from_iso(text), Some(UtcTime::from_unix(seconds)), "{text}");
    }
}

#[test]
fn from_iso_time_that_does_not_exist_or_has_no_offset_is_refused() {
    for text in [
        "",
        "2026-01-02",
        "2026-01-02T03:04:05",
        "2026-01-02T03:04:05+",
        "2026-01-02T03:04:05+8",
        "2026-01-02T03:04:05+8:00",
        "2026-01-02T03:04:05+08:0",
        "2026-01-02T03:04:05+24:00",
        "2026-01-02T03:04:05+08:60",
        "2026-01-02T03:04:05+08:00Z",
        "2026-01-02T03:04:05ZZ",
        "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04.5Z",
        "2026-01-02T03Z",
        "2026-01-02T03:04:5Z",
        "2026-01-02T03:04:05:06Z",
        "2026-01-02T24:00:00Z",
        "2026-01-02T03:60:00Z",
        "2026-02-31T03:04:05Z",
        "2026-02-29T03:04:05Z",
        "2100-02-29T03:04:05Z",
        "2026-04-31T03:04:05Z",
        "2026-13-01T03:04:05Z",
        "2026-00-01T03:04:05Z",
        "2026-01-00T03:04:05Z",
        "2026-1-02T03:04:05Z",
        "+026-01-02T03:04:05Z",
        "2026/01/02T03:04:05Z",
        "1970-01-01T00:00:00+00:01",
        "1767323045",
        "2026-01-0\u{e9}T03:04:05Z",
        "2026-01-02T03:04:05+\u{e9}\u{e9}",
    ] {
        assert_eq!(UtcTime::from_iso(text), None, "{text}");
    }
}

#[test]
fn time_before_1970_is_zero() {
    assert_eq!(UtcTime::from(SystemTime::UNIX_EPOCH - Duration::from_secs(5)).unix(), 0);
}

#[test]
fn steps_of_both_versions_return_the_signature_of_sign() {
    let request = Request {
        style: Style::Rpc,
        method: "POST",
        host: "example.com",
        path: "",
        query: "A=1",
        action: "Act",
        version: "2020-01-01",
        region: "",
        content_type: None,
        headers: &[],
        body: b"",
    };
    let (time, credentials) = (UtcTime::from_unix(1_767_323_045), Credentials::temporary("id", "secret", "planted"));
    let headers = |signed: &Signed| -> Vec<(&str, String)> {
        signed.headers().map(|(name, value)| (name, value.to_owned())).collect()
    };
    for version in [SignatureVersion::V3, SignatureVersion::HmacSha1] {
        let found = steps(&request, &credentials, version, time, "nonce").unwrap();
        let signed = sign(&request, &credentials, version, time, "nonce");
        assert_eq!(headers(&found.signed), headers(&signed));
        assert_eq!(found.signed.query(), signed.query());
        assert_eq!(found.canonical_request.is_some(), version == SignatureVersion::V3);
        assert!(!format!("{found:?}").contains("planted"));
    }
    let newer = steps(&request, &credentials, SignatureVersion::V3, time, "nonce").unwrap();
    let hash = crate::hex::hex(&<sha2::Sha256 as sha2::Digest>::digest(newer.canonical_request.unwrap()));
    assert_eq!(newer.string_to_sign, format!("ACS3-HMAC-SHA256\n{hash}"));
    assert!(steps(&request, &Credentials::anonymous(), SignatureVersion::V3, time, "nonce").is_none());
}
