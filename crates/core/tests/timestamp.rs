//! Timestamps, with the date libraries as the measure.
#![allow(missing_docs)]

use std::time::{Duration, SystemTime};

use alicloud_core::primitives::Timestamp;
use proptest::prelude::*;

fn unix(timestamp: &Timestamp) -> Option<u64> {
    timestamp.to_system_time()?.duration_since(SystemTime::UNIX_EPOCH).ok().map(|since| since.as_secs())
}

#[test]
fn timestamp_of_each_format_keeps_its_text() {
    for (text, expected) in [
        ("2022-08-04T14:36:00Z", Some(1_659_623_760)),
        ("2022-08-04T14:36Z", Some(1_659_623_760)),
        ("2022-08-04T22:36:00+08:00", Some(1_659_623_760)),
        ("2022-08-04T14:36:00.000Z", Some(1_659_623_760)),
        ("2025-04-25 15:13:57", None),
        ("2025-04-25", None),
        ("", None),
        ("soon", None),
        ("2022-02-30T00:00:00Z", None),
    ] {
        let timestamp = Timestamp::from(text);
        assert_eq!((unix(&timestamp), timestamp.as_str()), (expected, text));
    }
    let local = Timestamp::from("2025-04-25 15:13:57");
    let at = |offset| local.to_system_time_with_offset(offset);
    assert_eq!(at("Z"), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_745_594_037)));
    assert_eq!(at("+08:00"), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_745_594_037 - 8 * 3600)));
    assert_eq!(at("somewhere"), None);
    // The offset of the text counts.
    assert_eq!(
        Timestamp::from("2022-08-04T14:36Z").to_system_time_with_offset("+08:00"),
        Timestamp::from("2022-08-04T14:36Z").to_system_time()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn timestamp_of_any_second_equals_that_of_date_libraries(seconds in 0_i64..253_402_300_800) {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs());
        let timestamp = Timestamp::from(time);
        let of_jiff = jiff::Timestamp::from_second(seconds).unwrap();
        let of_chrono = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
        let of_time = time::OffsetDateTime::from_unix_timestamp(seconds).unwrap();
        prop_assert_eq!(timestamp.as_str(), of_jiff.to_string());
        prop_assert_eq!(timestamp.to_system_time(), Some(time));
        prop_assert_eq!(jiff::Timestamp::try_from(&timestamp).unwrap(), of_jiff);
        prop_assert_eq!(chrono::DateTime::try_from(&timestamp).unwrap(), of_chrono);
        prop_assert_eq!(time::OffsetDateTime::try_from(&timestamp).unwrap(), of_time);
        for other in [Timestamp::from(of_jiff), Timestamp::from(of_chrono), Timestamp::from(of_time)] {
            prop_assert_eq!(&other, &timestamp);
        }
    }

    #[test]
    fn timestamp_of_any_text_is_kept(text in ".{0,40}", offset in ".{0,8}") {
        let timestamp = Timestamp::from(text.as_str());
        _ = (timestamp.to_system_time(), timestamp.to_system_time_with_offset(&offset));
        prop_assert_eq!(timestamp.as_str(), text.as_str());
        let known = text.parse::<jiff::Timestamp>().ok().map(|time| time.as_second());
        if let (Some(ours), Some(known)) = (unix(&timestamp), known) {
            prop_assert_eq!(i64::try_from(ours).ok(), Some(known));
        }
    }

    #[test]
    fn timestamp_with_an_offset_equals_that_of_jiff(date in "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
        clock in "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?", offset in "Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]") {
        let text = format!("{date}T{clock}{offset}");
        let known = text.parse::<jiff::Timestamp>().ok().map(|time| time.as_nanosecond().div_euclid(1_000_000_000));
        prop_assert_eq!(unix(&Timestamp::from(text.as_str())).map(i128::from), known, "{}", text);
    }
}
