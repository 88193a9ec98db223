//! Compares the JSON parser with serde_json.

use alicloud_codegen::json::{self, DEPTH_LIMIT, Kind, Value};
use proptest::prelude::*;
use serde_json::Value as Reference;

/// Converts a value to that of serde_json: the last one of duplicate keys is effective.
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

/// Whether serde_json rejects valid JSON because of a limit.
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

/// Checks that the text in the span of a value is that value, and that the pointer of the span refers to it.
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

/// Returns a strategy for small values of every kind.
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

/// A change to a text. Positions are in thousandths of its length.
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
    fn parse_returns_the_value_of_serde_json(
        value in tree(),
        pretty in any::<bool>(),
        changes in prop::collection::vec(change(), 0..4),
    ) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        compare(&changed(&text.unwrap_or_default(), &changes));
    }

    #[test]
    fn parse_of_any_text_agrees_with_serde_json(text in any::<String>()) {
        compare(&text);
    }
}

#[test]
fn parse_of_unusual_texts_agrees_with_serde_json() {
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
fn parse_of_too_deep_nesting_is_an_error() {
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
fn parse_of_a_lone_surrogate_replaces_it() {
    let value = json::parse(r#""a\ud83db""#);
    assert_eq!(value.ok().and_then(|value| value.text().map(str::to_owned)).as_deref(), Some("a\u{fffd}b"));
}
