//! Tests of the table of accepted values, and of everything else.

use std::collections::BTreeMap;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::blob::Blob;
use crate::secret::Sensitive;

#[derive(Debug, Default, PartialEq)]
struct Node {
    text: Option<String>,
    small: Option<i32>,
    big: Option<i64>,
    ratio: Option<f64>,
    on: Option<bool>,
    blob: Option<Blob>,
    any: Option<Value>,
    secret: Option<Sensitive<String>>,
    names: Vec<String>,
    numbers: Vec<i64>,
    nodes: Vec<Node>,
    next: Option<Box<Node>>,
    map: BTreeMap<String, i32>,
    grid: Vec<Vec<i32>>,
    raw: Option<Bytes>,
}

impl Decode for Node {
    fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
        Some(match name {
            "Text" => &mut self.text,
            "Small" => &mut self.small,
            "Big" => &mut self.big,
            "Ratio" => &mut self.ratio,
            "On" => &mut self.on,
            "Blob" => &mut self.blob,
            "Any" => &mut self.any,
            "Secret" => &mut self.secret,
            "Names" => &mut self.names,
            "Numbers" => &mut self.numbers,
            "Nodes" => &mut self.nodes,
            "Next" => &mut self.next,
            "Map" => &mut self.map,
            "Grid" => &mut self.grid,
            "Raw" => &mut self.raw,
            _ => return None,
        })
    }
}

fn node(text: &str) -> Result<Node, String> {
    let mut node = Node::default();
    read(text.as_bytes(), &mut node).map(|()| node).map_err(|failure| failure.to_string())
}

fn good(text: &str) -> Node {
    node(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn text_field_accepts_any_scalar() {
    for (given, text) in [
        (r#""plain""#, "plain"),
        (r#""""#, ""),
        (r#""a\"\u00e9\ud83d\ude00\n""#, "a\"é\u{1f600}\n"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("1.10", "1.10"),
        ("-0", "-0"),
        ("1e400", "1e400"),
        ("true", "true"),
        (r#"{ "a" : [1, "b c\" d ", 2.50 ] }"#, r#"{"a":[1,"b c\" d ",2.50]}"#),
        ("[ ]", "[]"),
    ] {
        assert_eq!(good(&format!("{{\"Text\":{given}}}")).text.as_deref(), Some(text), "{given}");
    }
    assert_eq!(good(r#"{"Text":null}"#).text, None);
    assert_eq!(good(r#"{"Names":[1,null,"x",false]}"#).names, ["1", "", "x", "false"]);
    assert_eq!(good(r#"{"Secret":7}"#).secret.unwrap().expose(), "7");
    assert_eq!(good(r#"{"Raw":"ab"}"#).raw.as_deref(), Some(b"ab".as_slice()));
}

#[test]
fn number_and_boolean_fields_accept_text() {
    for (given, value) in
        [("5", 5), ("\"5\"", 5), ("\" -5 \"", -5), ("5.0", 5), ("\"5.0\"", 5), ("5e2", 500), ("\"+5\"", 5)]
    {
        assert_eq!(good(&format!("{{\"Small\":{given}}}")).small, Some(value), "{given}");
        assert_eq!(good(&format!("{{\"Big\":{given}}}")).big, Some(i64::from(value)), "{given}");
        assert_eq!(good(&format!("{{\"Ratio\":{given}}}")).ratio, Some(f64::from(value)), "{given}");
    }
    assert_eq!(good(r#"{"Big":9223372036854775807}"#).big, Some(i64::MAX));
    assert_eq!(good(r#"{"Big":"-9223372036854775808"}"#).big, Some(i64::MIN));
    assert_eq!(good(r#"{"Ratio":18446744073709551615}"#).ratio, Some(18446744073709551615.0));
    for (given, value) in [
        ("true", true),
        ("\"true\"", true),
        ("\"True\"", true),
        ("\"FALSE\"", false),
        ("1", true),
        ("0", false),
        ("\"1\"", true),
        ("\"0\"", false),
    ] {
        assert_eq!(good(&format!("{{\"On\":{given}}}")).on, Some(value), "{given}");
    }
}

#[test]
fn field_with_empty_text_or_null_is_absent() {
    for given in ["\"\"", "null"] {
        for name in ["Small", "Big", "Ratio", "On", "Blob", "Names", "Numbers", "Nodes", "Next", "Map", "Grid"] {
            assert_eq!(good(&format!("{{\"{name}\":{given}}}")), Node::default(), "{name} {given}");
        }
    }
    assert_eq!(good(r#"{"Any":""}"#).any, Some(json!("")));
    assert_eq!(good(r#"{"Any":null}"#).any, None);
}

#[test]
fn list_with_null_keeps_positions() {
    assert_eq!(good(r#"{"Numbers":[1,null,3]}"#).numbers, [1, 0, 3]);
    assert_eq!(
        good(r#"{"Nodes":[null,{"Small":1}]}"#).nodes,
        [Node::default(), Node { small: Some(1), ..Node::default() }]
    );
    assert_eq!(good(r#"{"Map":{"a":null,"b":2}}"#).map, BTreeMap::from([("a".into(), 0), ("b".into(), 2)]));
    assert_eq!(good(r#"{"Grid":[[1],null,[]]}"#).grid, [vec![1], vec![], vec![]]);
}

#[test]
fn field_with_a_repeated_name_has_the_last_value() {
    let twice = good(
        r#"{"Small":1,"Small":2,"Names":["a"],"Names":["b"],"Next":{"Small":1,"Big":1},"Next":{"Small":2},
            "Text":"x","Text":null,"Map":{"a":1,"a":2},"Map":{"b":3}}"#,
    );
    assert_eq!(twice.small, Some(2));
    assert_eq!(twice.names, ["b"]);
    assert_eq!(twice.next, Some(Box::new(Node { small: Some(2), ..Node::default() })));
    assert_eq!(twice.text, None);
    assert_eq!(twice.map, BTreeMap::from([("b".into(), 3)]));
}

#[test]
fn read_of_unknown_fields_skips_them() {
    assert_eq!(good(r#"{"What":{"Small":[1,{"x":null}]},"small":1,"Small":3}"#).small, Some(3));
    assert_eq!(good(""), Node::default());
    assert_eq!(good(" \n"), Node::default());
    assert_eq!(good("\u{feff}{\"Small\":1}").small, Some(1));
    assert_eq!(good("null"), Node::default());
}

#[test]
fn blob_field_decodes_base64() {
    for given in ["iVBO", "iVA=", "iVA", "iV\\nA", "iVB="] {
        assert_eq!(good(&format!("{{\"Blob\":\"{given}\"}}")).blob.unwrap().as_bytes()[..2], *b"\x89P", "{given}");
    }
}

#[test]
fn read_of_a_wrong_type_reports_the_path() {
    for (given, error) in [
        (r#"{"Nodes":[{},{"Small":"x"}]}"#, "Nodes[1].Small: expected an integer, found other text"),
        (r#"{"Nodes":[{},{"Next":{"Names":{}}}]}"#, "Nodes[1].Next.Names: expected a list, found an object"),
        (r#"{"Grid":[[1],[2,[]]]}"#, "Grid[1][1]: expected an integer, found a list"),
        (r#"{"Map":{"a b":{}}}"#, "Map.a b: expected an integer, found an object"),
        (r#"{"Names":"x"}"#, "Names: expected a list, found other text"),
        (r#"{"Names":{"a":1}}"#, "Names: expected a list, found an object"),
        (r#"{"Next":[]}"#, "Next: expected an object, found a list"),
        (r#"{"Next":7}"#, "Next: expected an object, found an integer"),
        (r#"{"On":2}"#, "On: expected a boolean, found an integer"),
        (r#"{"On":"yes"}"#, "On: expected a boolean, found other text"),
        (r#"{"Small":true}"#, "Small: expected an integer, found a boolean"),
        (r#"{"Small":1.5}"#, "Small: expected an integer, found a number"),
        (r#"{"Small":2147483648}"#, "Small: the number does not fit an integer of the declared size"),
        (r#"{"Big":9223372036854775808}"#, "Big: the number does not fit an integer of the declared size"),
        (r#"{"Big":"9223372036854775808"}"#, "Big: the number does not fit an integer of the declared size"),
        (r#"{"Big":1e19}"#, "Big: the number does not fit an integer of the declared size"),
        (r#"{"Ratio":"NaN"}"#, "Ratio: expected a number, found other text"),
        (r#"{"Ratio":"inf"}"#, "Ratio: expected a number, found other text"),
        (r#"{"Ratio":"1e400"}"#, "Ratio: the number does not fit a number of the declared size"),
        (r#"{"Blob":"***"}"#, "Blob: expected base64 text, found text"),
        (r#"{"Blob":5}"#, "Blob: expected base64 text, found a number"),
        (r#"{"Nodes":[{"Small":1},{"Small":"#, "Nodes[1].Small: the JSON ends too early"),
        (r#"{"Nodes":[{"Text":"abc"#, "Nodes[0].Text: the JSON ends too early"),
        (r#"{"Small":1"#, "at the top: the JSON ends too early"),
        ("[]", "at the top: expected an object, found a list"),
        ("{\"Nodes\":[{\"Small\":1},\n{\"Small\":}]}", "Nodes[1].Small: not valid JSON at line 2 column 10"),
        ("{} x", "at the top: not valid JSON at line 1 column 4"),
        ("<html>", "at the top: not valid JSON at line 1 column 1"),
        (r#"{"a\nb":1,"Map":{"c\u0000\nd":[]}}"#, "Map.c\\u{0}\\nd: expected an integer, found a list"),
        (r#"{"Text":"\ud80"}"#, "Text: not valid JSON at line 1 column 15"),
    ] {
        assert_eq!(node(given).unwrap_err(), error, "{given}");
    }
    let mut out = Node::default();
    let failure = read(b"{\"Nodes\":[{\"Text\":\"a\xffb\"}]}", &mut out).unwrap_err().to_string();
    assert!(failure.starts_with("Nodes[0].Text: not valid JSON"), "{failure}");
}

/// Runs on a small stack: the depth of a response must not cause a stack overflow.
fn on_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(256 * 1024).spawn(work).unwrap().join().unwrap()
}

#[test]
fn read_of_deep_values_is_limited() {
    fn nested(name: &str, depth: usize) -> String {
        format!("{{\"{name}\":").repeat(depth) + "1" + &"}".repeat(depth)
    }
    let error = on_small_stack(|| node(&nested("Next", 10_000)).unwrap_err());
    assert!(error.ends_with("more than 64 levels deep"), "{error}");
    let error =
        on_small_stack(|| node(&format!("{{\"Any\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000))).unwrap_err());
    assert_eq!(error, "Any: more than 64 levels deep");
    // Skipped values may have any depth.
    assert_eq!(on_small_stack(|| good(&format!("{{\"What\":{}}}", nested("a", 10_000)))), Node::default());
    let text = on_small_stack(|| good(&format!("{{\"Text\":{}}}", nested("a", 10_000))).text.unwrap());
    assert_eq!(text, nested("a", 10_000));
    let free = |depth| format!("{{\"Any\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert!(on_small_stack(move || node(&free(63)).is_ok() && node(&free(64)).is_err()));
    let brackets = r#"{"Any":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[["}"#;
    assert!(node(brackets).is_ok());
    // Deep enough for any real response.
    assert!(on_small_stack(|| node(&format!("{}{{}}{}", "{\"Next\":".repeat(63), "}".repeat(63))).is_ok()));
}

/// The representation of numbers if another crate has turned on arbitrary precision in the tokenizer.
#[test]
fn read_of_numbers_keeps_their_precision() {
    let precise = |digits: &str| format!("{{\"$serde_json::private::Number\":\"{digits}\"}}");
    let text = format!(
        "{{\"Small\":{},\"Big\":{},\"Ratio\":{}}}",
        precise("7"),
        precise("-9223372036854775808"),
        precise("1.5")
    );
    let node = good(&text);
    assert_eq!((node.small, node.big, node.ratio), (Some(7), Some(i64::MIN), Some(1.5)));
    assert!(
        self::node(&format!("{{\"Big\":{}}}", precise("9223372036854775808"))).unwrap_err().contains("does not fit")
    );
    assert!(self::node(&format!("{{\"Ratio\":{}}}", precise("1e999"))).unwrap_err().contains("does not fit"));
}

#[test]
fn read_of_other_top_level_values_returns_them() {
    let mut list = Vec::<Node>::empty();
    read(b"[{\"Small\":1},{}]", &mut list).unwrap();
    assert_eq!(list.len(), 2);
    let mut text = Option::<String>::empty();
    read(b"\"x\"", &mut text).unwrap();
    assert_eq!(text.as_deref(), Some("x"));
    let mut map = BTreeMap::<String, Value>::empty();
    read(b"{\"a\":[1]}", &mut map).unwrap();
    assert_eq!(map["a"], json!([1]));
    let mut any = Value::empty();
    read(b"{\"a\":1,\"a\":2}", &mut any).unwrap();
    assert_eq!(any, json!({"a": 2}));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// No input causes a panic.
    #[test]
    fn read_of_damaged_json_is_an_error(cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
                       end in any::<prop::sample::Index>()) {
        let mut body = br#"{"Text":"a\u00e9","Small":1,"Big":"2","Ratio":1.5e3,"On":true,"Blob":"iVA=","Any":{"x":[1,null]},
            "Secret":"s","Names":["a",1],"Numbers":[1,2],"Nodes":[{"Text":{"a":[1 ,2]}},{}],"Next":{"Next":{"Small":-3}},
            "Map":{"a":1},"Grid":[[1],[2,3]],"Raw":"x","What":[{"a":"b"}]}"#.to_vec();
        for (at, byte) in cuts {
            let at = at.index(body.len());
            body[at] = byte;
        }
        body.truncate(end.index(body.len() + 1));
        let mut out = Node::default();
        if let Err(failure) = read(&body, &mut out) {
            prop_assert!(!failure.to_string().contains('\n'));
        }
    }

    /// Escapes of any UTF-16 units are decoded, with U+FFFD for unpaired surrogates.
    #[test]
    fn read_of_any_utf16_escape_returns_text(units in prop::collection::vec(prop_oneof![0xd7f0_u16..0xe010, 0_u16..0x60], 0..12)) {
        let expected: String = char::decode_utf16(units.iter().copied()).map(|c| c.unwrap_or('\u{fffd}')).collect();
        let escapes: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
        let mut name = BTreeMap::<String, String>::empty();
        read(format!("{{\"{escapes}\":\"{escapes}\"}}").as_bytes(), &mut name).unwrap();
        prop_assert_eq!(name, BTreeMap::from([(expected.clone(), expected.clone())]));
        let node = good(&format!(r#"{{"Text":"{escapes}","Any":["{escapes}"],"Names":["{escapes}"],"What":"{escapes}","Small":"1"}}"#));
        prop_assert_eq!((node.text, node.small), (Some(expected.clone()), Some(1)));
        prop_assert_eq!((node.any, node.names), (Some(json!([expected])), vec![expected]));
    }

    /// Text is decoded unchanged.
    #[test]
    fn read_of_any_text_returns_it(text in any::<String>()) {
        let body = json!({"Text": text, "Names": [text], "Any": text}).to_string();
        let node = good(&body);
        prop_assert_eq!(node.text.as_ref(), Some(&text));
        prop_assert_eq!(&node.names, std::slice::from_ref(&text));
        prop_assert_eq!(node.any, Some(json!(text)));
    }

    #[test]
    fn read_of_any_number_returns_it(big in any::<i64>(), ratio in any::<f64>().prop_filter("finite", |x| x.is_finite())) {
        let node = good(&json!({"Big": big, "Ratio": ratio, "Text": big}).to_string());
        prop_assert_eq!(node.big, Some(big));
        prop_assert_eq!(node.text, Some(big.to_string()));
        let error = (node.ratio.unwrap() - ratio).abs() / ratio.abs().max(f64::MIN_POSITIVE);
        prop_assert!(error < 1e-15);
    }
}
