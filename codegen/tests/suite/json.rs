//! The reader of JSON against serde_json.

use alicloud_codegen::json::{self, DEPTH_LIMIT, Kind, Value};
use proptest::prelude::*;
use serde_json::Value as Reference;

/// The same value as serde_json has it: the last of equal keys counts.
fn converted(value: &Value) -> Reference {
    match &value.kind {
        Kind::Null => Reference::Null,
        Kind::Boolean(flag) => Reference::Bool(*flag),
        Kind::Number(text) => serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}")),
        Kind::Text(text) => Reference::String(text.clone()),
        Kind::List(items) => Reference::Array(items.iter().map(converted).collect()),
        Kind::Object(members) => {
            Reference::Object(members.iter().map(|member| (member.key.clone(), converted(&member.value))).collect())
        }
    }
}

/// Where serde_json refuses what is JSON by its grammar.
fn is_limit(error: &serde_json::Error) -> bool {
    let text = error.to_string();
    ["recursion limit", "number out of range", "surrogate", "unexpected end of hex escape"]
        .iter()
        .any(|limit| text.contains(limit))
}

fn compare(text: &str) {
    match (json::parse(text), serde_json::from_str::<Reference>(text)) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(converted(&ours), theirs, "{text}");
            positions(text, &ours);
        }
        (Err(ours), Ok(_)) => panic!("only serde_json reads {text:?}: {ours}"),
        (Ok(_), Err(theirs)) => assert!(is_limit(&theirs), "serde_json refuses {text:?}: {theirs}"),
        (Err(ours), Err(_)) => assert!(ours.span.start as usize <= text.len(), "{text:?}"),
    }
}

/// The text at the place of a value is that value, and the pointer of the place leads to it.
fn positions(text: &str, root: &Value) {
    let mut pending = vec![(root, String::new())];
    while let Some((value, pointer)) = pending.pop() {
        let (start, end) = (value.span.start as usize, value.span.end as usize);
        let again = json::parse(&text[start..end]).unwrap_or_else(|error| panic!("{}: {error}", &text[start..end]));
        assert_eq!(converted(&again), converted(value));
        assert_eq!(root.pointer(value.span.start), pointer, "{text}");
        match &value.kind {
            Kind::List(items) => {
                pending.extend(items.iter().enumerate().map(|(index, item)| (item, format!("{pointer}/{index}"))));
            }
            Kind::Object(members) => {
                for member in members {
                    let (start, end) = (member.key_span.start as usize, member.key_span.end as usize);
                    let key: String = serde_json::from_str(&text[start..end]).unwrap_or_default();
                    assert_eq!(key, member.key);
                    let step = member.key.replace('~', "~0").replace('/', "~1");
                    pending.push((&member.value, format!("{pointer}/{step}")));
                }
            }
            _ => {}
        }
    }
}

/// JSON of every kind, small.
fn tree() -> impl Strategy<Value = Reference> {
    let text = prop_oneof![".{0,6}", Just("a/b~c\"\\\n\u{1F600}".to_owned()), "[a-c]"];
    let leaf = prop_oneof![
        Just(Reference::Null),
        any::<bool>().prop_map(Reference::Bool),
        any::<i64>().prop_map(Reference::from),
        any::<u64>().prop_map(Reference::from),
        any::<f64>().prop_filter_map("finite", |number| serde_json::Number::from_f64(number).map(Reference::Number)),
        text.clone().prop_map(Reference::String),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Reference::Array),
            prop::collection::vec((text.clone(), inner), 0..6)
                .prop_map(|members| Reference::Object(members.into_iter().collect())),
        ]
    })
}

/// One change to a text at a place that is a part of a thousand.
#[derive(Clone, Debug)]
enum Change {
    Remove(usize, usize),
    Insert(usize, String),
    Repeat(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let bits = prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\ude00", "\\u0000", "0", "-", "+", ".", "e",
        "1e5", "-0", "00", "true", "nul", "null", " ", "\n", "\t", "\r", "\u{b}", "\u{0}", "\u{feff}", "\u{a0}",
        "\u{2028}", "é", "/*", "'", "NaN",
    ]);
    prop_oneof![
        (0..1000usize, 1..4usize).prop_map(|(at, count)| Change::Remove(at, count)),
        (0..1000usize, bits).prop_map(|(at, text)| Change::Insert(at, text.to_owned())),
        (0..1000usize, 1..8usize).prop_map(|(at, count)| Change::Repeat(at, count)),
    ]
}

fn changed(text: &str, changes: &[Change]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for change in changes {
        let (Change::Remove(at, _) | Change::Insert(at, _) | Change::Repeat(at, _)) = change;
        let at = at * chars.len() / 1000;
        match change {
            Change::Remove(_, count) => drop(chars.drain(at..(at + count).min(chars.len()))),
            Change::Insert(_, text) => drop(chars.splice(at..at, text.chars())),
            Change::Repeat(_, count) => {
                let part: Vec<char> = chars[at..(at + count).min(chars.len())].to_vec();
                drop(chars.splice(at..at, part));
            }
        }
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn reads_what_serde_json_reads(value in tree(), pretty in any::<bool>(), changes in prop::collection::vec(change(), 0..4)) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        compare(&changed(&text.unwrap_or_default(), &changes));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        compare(&text);
    }
}

#[test]
fn awkward_texts() {
    for text in [
        "",
        " ",
        "{",
        "[",
        "\"",
        "\"\\",
        "\"\\u12",
        "\"\\u12é\"",
        "-",
        "-a",
        "01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "1E-2",
        "-0",
        "-0.0e0",
        "+1",
        "0x10",
        "1_000",
        "tru",
        "truex",
        "nullnull",
        "[1,]",
        "[,1]",
        "{\"a\":1,}",
        "{\"a\"}",
        "{a:1}",
        "{'a':1}",
        "[1 2]",
        "[] []",
        "\"\t\"",
        "\"\u{7f}\"",
        "\"\u{2028}\"",
        "\u{feff}1",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\ude00\\ud83d\"",
        "\"\\ud83dx\"",
        "\"\\ud83d\\n\"",
        "\"\\ud83d\\ud83d\\ude00\"",
        "\"\\/\\b\\f\"",
        "\"\\a\"",
        "{\"a\":1,\"a\":2}",
        "{\"\":{\"\":[]}}",
        "1e999",
        "-1e999",
        "123456789012345678901234567890",
        "0.1e-400",
    ] {
        compare(text);
    }
}

#[test]
fn nesting_ends_at_the_limit() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(json::parse(&nested(DEPTH_LIMIT)).is_ok());
    let error = json::parse(&nested(DEPTH_LIMIT + 1)).map(|_| ()).map_err(|error| error.span.start as usize);
    assert_eq!(error, Err(DEPTH_LIMIT));
    assert!(json::parse(&"[".repeat(1 << 20)).is_err());
    assert!(json::parse(&"{\"a\":".repeat(1 << 18)).is_err());
    let wide = format!("[{}]", vec!["[]"; DEPTH_LIMIT * 4].join(","));
    assert!(json::parse(&wide).is_ok());
}

#[test]
fn a_lone_surrogate_is_replaced() {
    let value = json::parse(r#""a\ud83db""#);
    assert_eq!(value.ok().and_then(|value| value.text().map(str::to_owned)).as_deref(), Some("a\u{fffd}b"));
}
