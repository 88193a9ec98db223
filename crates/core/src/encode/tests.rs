//! Compares the encoders with a second, simpler implementation.

use std::collections::BTreeMap;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::flatten::{flatten, joined};
use super::parameters::Pairs;
use super::*;
use crate::blob::Blob;
use crate::info::OperationInfo;
use crate::secret::Sensitive;

/// Any value that can be sent.
#[derive(Clone, Debug)]
enum Tree {
    Absent,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    Base64(Vec<u8>),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
    Json(Value),
}

impl Wire for Tree {
    fn view(&self) -> View<'_> {
        match self {
            Self::Absent => View::Absent,
            Self::Boolean(value) => View::Boolean(*value),
            Self::Integer(value) => View::Integer(*value),
            Self::Number(value) => View::Number(*value),
            Self::Text(value) => View::Text(value),
            Self::Base64(value) => View::Base64(value),
            Self::List(items) => View::List(items),
            Self::Map(_) => View::Map(self),
            Self::Json(value) => View::Json(value),
        }
    }
}

impl Map for Tree {
    fn entries(&self, visit: &mut dyn FnMut(&str, View<'_>)) {
        let Self::Map(entries) = self else { return };
        entries.iter().for_each(|(key, value)| visit(key, value.view()));
    }
}

impl Tree {
    /// Returns the value as a document; `None` if it is absent.
    fn document(&self) -> Option<Value> {
        Some(match self {
            Self::Absent => return None,
            Self::Boolean(value) => json!(value),
            Self::Integer(value) => json!(value),
            Self::Number(value) => json!(value),
            Self::Text(value) => json!(value),
            Self::Base64(value) => json!(slow_base64(value)),
            Self::List(items) => items.iter().map(|item| item.document().unwrap_or(Value::Null)).collect(),
            Self::Map(entries) => {
                let entries = entries.iter().filter_map(|(key, value)| Some((key.clone(), value.document()?)));
                Value::Object(entries.collect())
            }
            Self::Json(value) => value.clone(),
        })
    }
}

/// Flattens a document: the second implementation.
fn slow_flatten(name: &str, value: &Value, out: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                slow_flatten(&format!("{name}.{}", index + 1), item, out);
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                slow_flatten(&format!("{name}.{key}"), item, out);
            }
        }
        Value::String(text) => out.push((name.into(), text.clone())),
        scalar => out.push((name.into(), scalar.to_string())),
    }
}

fn slow_base64(bytes: &[u8]) -> String {
    const SYMBOLS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let number = group.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            if place <= group.len() {
                out.push(char::from(SYMBOLS[(number >> (18 - 6 * place) & 63) as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

fn slow_escape(text: &str, form: bool) -> String {
    text.bytes()
        .map(|byte| match byte {
            b' ' if form => "+".to_owned(),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

fn trees() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        Just(Tree::Absent),
        any::<bool>().prop_map(Tree::Boolean),
        any::<i64>().prop_map(Tree::Integer),
        (-1e6..1e6).prop_map(|number: f64| Tree::Number(number.trunc() + 0.5)),
        any::<String>().prop_map(Tree::Text),
        "[ -~\u{e9}\u{1f600}\0\n\"\\\\]{0,8}".prop_map(Tree::Text),
        prop::collection::vec(any::<u8>(), 0..7).prop_map(Tree::Base64),
        any::<String>().prop_map(|text| Tree::Json(json!({"a": [text, null, 1, true]}))),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Tree::List),
            prop::collection::btree_map("[A-Za-z#$. ]{1,6}", inner, 0..5)
                .prop_map(|map| Tree::Map(map.into_iter().collect())),
        ]
    })
}

fn flat(tree: &Tree) -> Vec<(String, String)> {
    let mut pairs = Pairs::default();
    flatten(&tree.view(), &mut "Name".to_owned(), &mut pairs, 1).unwrap();
    pairs.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

proptest! {
    #[test]
    fn encode_of_any_text_equals_a_plain_implementation(text in any::<String>()) {
        let mut out = String::from("x");
        crate::percent::encode(&text, &mut out);
        prop_assert_eq!(&out[1..], slow_escape(&text, false));
        let mut out = String::new();
        crate::percent::encode_form(&text, &mut out);
        prop_assert_eq!(out, slow_escape(&text, true));
    }

    #[test]
    fn flatten_of_any_value_equals_a_plain_implementation(tree in trees()) {
        let mut expected = Vec::new();
        if let Some(document) = tree.document() {
            slow_flatten("Name", &document, &mut expected);
        }
        prop_assert_eq!(flat(&tree), expected);
    }

    #[test]
    fn json_of_any_value_is_read_back(tree in trees()) {
        let mut out = String::new();
        let present = json::write(&tree.view(), &mut out, 1).unwrap();
        match tree.document() {
            Some(document) => prop_assert_eq!(serde_json::from_str::<Value>(&out).unwrap(), document),
            None => prop_assert!(!present && out.is_empty()),
        }
    }

    /// As compact as another serializer, and without unnecessary escapes.
    #[test]
    fn json_of_an_object_is_compact(tree in trees()) {
        let mut out = String::new();
        json::write(&tree.view(), &mut out, 1).unwrap();
        if let Some(document) = tree.document() {
            let other = document.to_string();
            let escapes = other.matches('\\').count();
            prop_assert!(out.len() <= other.len() + 4 * escapes, "{} {}", out, other);
        }
    }

    #[test]
    fn json_of_any_number_is_read_back(number in any::<f64>()) {
        let mut out = String::new();
        match super::flatten::number(number, &mut out) {
            Ok(()) => prop_assert_eq!(out.parse::<f64>().unwrap().to_bits(), number.to_bits()),
            Err(_) => prop_assert!(!number.is_finite()),
        }
    }

    #[test]
    fn sort_of_pairs_reports_a_repeated_name(entries in prop::collection::vec(("[a-c.#]{0,3}", "[x-z ]{0,2}"), 0..12)) {
        let mut pairs = Pairs::default();
        for (name, value) in &entries {
            pairs.push(name, value);
        }
        let expected: BTreeMap<String, String> = entries.iter().cloned().collect();
        if let Some(name) = pairs.sort() {
            prop_assert!(entries.iter().filter(|(known, _)| known == name).count() > 1);
            return Ok(());
        }
        prop_assert_eq!(expected.len(), entries.len());
        let text = expected
            .iter()
            .map(|(name, value)| format!("{}={}", slow_escape(name, false), slow_escape(value, false)))
            .collect::<Vec<_>>()
            .join("&");
        prop_assert_eq!(pairs.query(), text);
    }
}

#[test]
fn numbers_are_written_as_in_the_vendors_sdks() {
    let text = |number| {
        let mut out = String::new();
        super::flatten::number(number, &mut out).unwrap();
        out
    };
    assert_eq!(
        [134.75, 64.0, -0.0, 1e-7, 1e16, 1.5e300, 0.1, -2.5e-9].map(text),
        ["134.75", "64.0", "-0.0", "1e-07", "1e+16", "1.5e+300", "0.1", "-2.5e-09"]
    );
}

#[test]
fn escape_of_each_kind_of_text_is_expected() {
    let mut out = String::new();
    crate::percent::encode(" c d*~'()!é/:@,$&+=?#[]", &mut out);
    assert_eq!(out, "%20c%20d%2A~%27%28%29%21%C3%A9%2F%3A%40%2C%24%26%2B%3D%3F%23%5B%5D");
    let mut out = String::new();
    crate::percent::encode_form("a b+c*d~e/f=é", &mut out);
    assert_eq!(out, "a+b%2Bc%2Ad~e%2Ff%3D%C3%A9");
}

/// Encodes parameters of an operation.
fn request(info: &OperationInfo, fill: impl FnOnce(&mut Parameters<'_>)) -> EncodedRequest {
    let mut out = EncodedRequest::default();
    fill(&mut Parameters::new(&mut out, info, Some("made-up")));
    assert_eq!((out.query.sort(), out.form.sort()), (None, None));
    out
}

#[test]
fn encode_of_absent_empty_and_null_values_differs() {
    let list: Option<Vec<String>> = Some(Vec::new());
    let none: Option<String> = None;
    let out = request(&OperationInfo::rpc("X"), |out| {
        out.query("FlatList", &list);
        out.query_json("JsonList", &list);
        out.query_joined("JoinedList", &list);
        out.query("None", &none);
        out.query_json("NoneJson", &none);
        out.query_joined("NoneJoined", &none);
        out.query("Empty", &Some(String::new()));
        out.query_json("Null", &Value::Null);
        out.query("Holes", &vec![Some(1_i32), None, Some(3)]);
        out.query_json("JsonHoles", &vec![Some(1_i32), None, Some(3)]);
        out.query_joined("JoinedHoles", &vec![Some(1_i32), None, Some(3)]);
    });
    assert_eq!(
        out.query.query(),
        "Empty=&Holes.1=1&Holes.3=3&JoinedHoles=1%2C3&JoinedList=&JsonHoles=%5B1%2Cnull%2C3%5D&JsonList=%5B%5D"
    );
    assert!(out.problem.is_none());
}

impl Wire for Box<dyn Wire> {
    fn view(&self) -> View<'_> {
        (**self).view()
    }
}

/// An absent value is absent in any wrapper and at any position.
#[test]
fn encode_of_an_absent_value_in_any_wrapper_omits_it() {
    type Wrapped = Sensitive<Option<Sensitive<Option<String>>>>;
    struct Object(Vec<(&'static str, Box<dyn Wire>)>);
    impl Encode for Object {
        fn encode(&self, out: &mut Fields<'_>) {
            self.0.iter().for_each(|(name, value)| out.field(name, &**value));
        }
    }
    let absent = || -> Vec<Box<dyn Wire>> {
        vec![
            Box::new(Sensitive::new(None::<String>)),
            Box::new(None::<Sensitive<String>>),
            Box::new(Sensitive::new(Sensitive::new(None::<i32>))),
            Box::new(Some(Sensitive::new(None::<bool>))),
            Box::new(Wrapped::new(None)),
            Box::new(Wrapped::new(Some(Sensitive::new(None)))),
        ]
    };
    for (index, value) in absent().into_iter().enumerate() {
        let beside = || -> Box<dyn Wire> { Box::new(Sensitive::new(Some(1))) };
        let again = || absent().remove(index);
        let object = Object(vec![("a", again()), ("k", again()), ("l", beside()), ("z", again())]);
        let map = BTreeMap::from([("a".to_owned(), again()), ("l".to_owned(), beside()), ("z".to_owned(), again())]);
        let list: Vec<Box<dyn Wire>> = vec![again(), beside(), again()];
        let nested = Sensitive::new(vec![Object(vec![("k", again())])]);
        for in_form in [false, true] {
            let info = if in_form { OperationInfo::rpc("X").form() } else { OperationInfo::rpc("X") };
            let out = request(&info, |out| {
                if in_form {
                    out.form("v", &*value);
                    out.form_json("vj", &*value);
                    out.form_joined("vs", &*value);
                    out.form("f", &object);
                    out.form("g", &map);
                    out.form("h", &list);
                    out.form_json("o", &object);
                    out.form_json("m", &map);
                    out.form_json("n", &nested);
                    out.form_json("t", &list);
                    out.form_joined("s", &list);
                } else {
                    out.query("v", &*value);
                    out.query_json("vj", &*value);
                    out.query_joined("vs", &*value);
                    out.query("f", &object);
                    out.query("g", &map);
                    out.query("h", &list);
                    out.query_json("o", &object);
                    out.query_json("m", &map);
                    out.query_json("n", &nested);
                    out.query_json("t", &list);
                    out.query_joined("s", &list);
                }
                out.header("x-a", &*value);
                out.path("p", &*value);
            });
            let pairs = if in_form { &out.form } else { &out.query };
            let actual: Vec<_> = pairs.iter().collect();
            let expected = [
                ("f.l", "1"),
                ("g.l", "1"),
                ("h.2", "1"),
                ("m", r#"{"l":1}"#),
                ("n", "[{}]"),
                ("o", r#"{"l":1}"#),
                ("s", "1"),
                ("t", "[null,1,null]"),
            ];
            assert_eq!(actual, expected, "{index}");
            assert_eq!((out.headers.iter().count(), out.path.iter().count()), (0, 0), "{index}");
        }
        let info = OperationInfo::rpc("X").json();
        let body = |value: &dyn Wire| match request(&info, |out| out.body("body", value)).body {
            EncodedBody::Text(text) => text,
            body => format!("{body:?}"),
        };
        assert_eq!((body(&object).as_str(), body(&*value).as_str()), (r#"{"l":1}"#, "None"), "{index}");
    }
}

#[test]
fn json_parameter_with_text_is_unchanged() {
    let out = request(&OperationInfo::rpc("X").form(), |out| {
        out.form_json("Text", &json!("{\"a\": 1}"));
        out.form_json("Blob", &Blob::from(b"\x89P"));
        out.form_json("Number", &json!(1.5));
    });
    assert_eq!(out.form.form(), "Blob=%22iVA%3D%22&Number=1.5&Text=%7B%22a%22%3A+1%7D");
}

#[test]
fn joined_parameter_with_a_list_is_separated_by_commas() {
    let mut out = String::new();
    joined(&vec!["a".to_owned(), "b c".to_owned()].view(), &mut out).unwrap();
    assert_eq!(out, "a,b c");
    let mut out = String::new();
    joined(&json!([1, true, "x", {"a": [1]}, null]).view(), &mut out).unwrap();
    assert_eq!(out, "1,true,x,{\"a\":[1]},null");
}

#[test]
fn encode_without_a_token_adds_one() {
    let info = OperationInfo::rpc("X").token("ClientToken");
    let none: Option<String> = None;
    let out = request(&info, |out| out.query("ClientToken", &none));
    assert_eq!(out.query.query(), "ClientToken=made-up");
    let out = request(&info, |out| out.query("ClientToken", &Some("mine".to_owned())));
    assert_eq!(out.query.query(), "ClientToken=mine");
    let out = request(&OperationInfo::rpc("X"), |out| out.query("ClientToken", &none));
    assert_eq!(out.query.query(), "");
}

#[test]
fn encode_of_invalid_values_is_an_error() {
    let problem = |fill: &dyn Fn(&mut Parameters<'_>)| request(&OperationInfo::rpc("X"), fill).problem.unwrap().0;
    assert_eq!(problem(&|out| out.query("N", &f64::NAN)), "parameter `N` is not a finite number");
    assert_eq!(problem(&|out| out.query_json("N", &vec![f64::INFINITY])), "parameter `N` is not a finite number");
    let bytes = Bytes::from_static(b"\xff");
    assert!(problem(&|out| out.query("B", &bytes)).contains("UTF-8"));
    assert!(problem(&|out| out.path("P", &json!({"a": 1}))).contains("a single value"));
    assert!(problem(&|out| out.body("B", &json!(1))).contains("body"));
    for label in ["", "a.b", "-a", "a-", "a b", "a/b", "a\r\nb", &"x".repeat(64)] {
        assert!(problem(&|out| out.host("H", &label.to_owned())).contains("label"), "{label}");
    }
}

#[test]
fn encode_of_too_deep_values_is_an_error() {
    let mut deep = Tree::Integer(1);
    for _ in 0..10_000 {
        deep = Tree::List(vec![deep]);
    }
    let work = move || {
        let info = OperationInfo::rpc("X");
        for style in 0..3 {
            let mut out = EncodedRequest::default();
            let mut parameters = Parameters::new(&mut out, &info, None);
            match style {
                0 => parameters.query("D", &deep),
                1 => parameters.query_json("D", &deep),
                _ => parameters.query_joined("D", &deep),
            }
            assert!(out.problem.unwrap().0.contains("levels deep"));
        }
        std::mem::forget(deep);
    };
    std::thread::Builder::new().stack_size(256 * 1024).spawn(work).unwrap().join().unwrap();
}

fn path(template: &'static str, values: &[(&'static str, &str)]) -> Result<String, String> {
    let out = request(&OperationInfo::rpc("X"), |out| {
        for (name, value) in values {
            out.path(name, &(*value).to_owned());
        }
    });
    out.path(template).map_err(|problem| problem.0)
}

#[test]
fn path_with_a_slash_in_a_value_escapes_it() {
    for (value, expected) in [
        ("c 1/é", "/a/c%201%2F%C3%A9/b"),
        ("../x", "/a/..%2Fx/b"),
        ("a/b", "/a/a%2Fb/b"),
        ("%2e%2e", "/a/%252e%252e/b"),
        ("?", "/a/%3F/b"),
        ("#", "/a/%23/b"),
        ("...", "/a/.../b"),
        ("a+b*c", "/a/a%2Bb%2Ac/b"),
    ] {
        assert_eq!(path("/a/{X}/b", &[("X", value)]).as_deref(), Ok(expected));
    }
    assert_eq!(path("/x-{A}.{B}", &[("B", "2"), ("A", "1")]).as_deref(), Ok("/x-1.2"));
    assert_eq!(path("/{A}", &[("A", "..")]).unwrap_err().matches("..").count(), 1);
    assert_eq!(path("/{A}/{A}", &[("A", "1")]).as_deref(), Ok("/1/1"));
    assert_eq!(path("", &[]).as_deref(), Ok("/"));
    assert_eq!(path("/a b/[c]", &[]).as_deref(), Ok("/a%20b/%5Bc%5D"));
}

#[test]
fn path_with_dots_as_a_segment_is_an_error() {
    for (template, value) in
        [("/a/{X}/b", "."), ("/a/{X}/b", ".."), ("/a/{X}", ".."), ("/a/.{X}", "."), ("/a/%2e{X}/b", ".")]
    {
        let problem = path(template, &[("X", value)]).unwrap_err();
        assert!(problem.contains("does not survive"), "{template} {value}: {problem}");
    }
    assert!(path("/a/{X}", &[("X", "")]).unwrap_err().contains("empty"));
    assert!(path("/a/{X}", &[]).unwrap_err().contains("not set"));
    assert!(path("/a/{X}", &[("Y", "y")]).unwrap_err().contains("`X`"));
}

proptest! {
    /// The path has as many segments as the template, for any values.
    #[test]
    fn path_of_any_values_keeps_the_number_of_segments(value in any::<String>()) {
        if let Ok(path) = path("/a/{X}/b", &[("X", &value)]) {
            prop_assert_eq!(path.split('/').count(), 4);
            let again = slow_escape(&value, false);
            prop_assert_eq!(path, format!("/a/{again}/b"));
        }
    }
}

#[test]
fn body_of_each_kind_is_encoded() {
    let info = OperationInfo::roa("X", &http::Method::POST, "/").json();
    let text = |value: &dyn Wire| match request(&info, |out| out.body("body", value)).body {
        EncodedBody::Text(text) => Some(text),
        EncodedBody::Bytes(bytes) => Some(String::from_utf8(bytes.to_vec()).unwrap()),
        EncodedBody::None => None,
    };
    assert_eq!(text(&json!({"a": "测试", "b": [1, null]})).as_deref(), Some("{\"a\":\"测试\",\"b\":[1,null]}"));
    assert_eq!(text(&json!("plain")).as_deref(), Some("plain"));
    assert_eq!(text(&"plain".to_owned()).as_deref(), Some("plain"));
    assert_eq!(text(&None::<Value>), None);
    assert_eq!(text(&Bytes::from_static(b"raw")).as_deref(), Some("raw"));
    assert_eq!(text(&json!("</script>&\u{2028}\u{1}")).as_deref(), Some("</script>&\u{2028}\u{1}"));
    assert_eq!(text(&json!(["</&\u{2028}\u{1}\n"])).as_deref(), Some("[\"</&\u{2028}\\u0001\\n\"]"));
}
