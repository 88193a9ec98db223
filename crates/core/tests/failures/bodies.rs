//! Bodies of errors that no parser accepts: the code is not lost.

use alicloud_core::{Error, ErrorKind};

use crate::bytes;
use crate::local::canned;
use crate::thing::*;

async fn error(status: u16, body: &[u8]) -> Error {
    canned([bytes(status, &[], body)]).0.call(CreateThing::new(ProductType::CloudApp)).await.unwrap_err()
}

#[tokio::test]
async fn error_in_a_damaged_body_keeps_the_code() {
    let damaged: &[(&str, &[u8])] = &[
        ("the vendor's order", br#"{"RequestId":"r","Message":"m","Code":"Throttling.User"}"#),
        ("half of a surrogate pair", br#"{"RequestId":"r","Message":"x \ud83d","Code":"Throttling.User"}"#),
        ("the other half", br#"{"RequestId":"r","Message":"\ude00 x","Code":"Throttling.User"}"#),
        ("GBK", b"{\"RequestId\":\"r\",\"Message\":\"\xc7\xeb\xc7\xf3\xcc\xab\xb6\xe0\",\"Code\":\"Throttling.User\"}"),
        ("GBK with a backslash", b"{\"RequestId\":\"r\",\"Message\":\"\xd5\x5c\",\"Code\":\"Throttling.User\"}"),
        ("GBK with a brace", b"{\"RequestId\":\"r\",\"Message\":\"\x81\x7d\",\"Code\":\"Throttling.User\"}"),
        ("half of a UTF-8 character", b"{\"RequestId\":\"r\",\"Message\":\"\xe4\xb8\",\"Code\":\"Throttling.User\"}"),
        ("UTF-8 as UTF-8 again", b"{\"RequestId\":\"r\",\"Message\":\"\xed\xa0\xbd\",\"Code\":\"Throttling.User\"}"),
        ("a byte order mark", b"\xef\xbb\xbf{\"RequestId\":\"r\",\"Code\":\"Throttling.User\",\"Message\":\"m\"}"),
        (
            "a mark behind a blank",
            b"\n\xef\xbb\xbf {\"RequestId\":\"r\",\"Code\":\"Throttling.User\",\"Message\":\"m\"}",
        ),
        ("a cut message", br#"{"RequestId":"r","Code":"Throttling.User","Message":"Too ma"#),
        ("a cut name", br#"{"RequestId":"r","Code":"Throttling.User","Mess"#),
        ("a cut object", br#"{"RequestId":"r","Code":"Throttling.User","Data":{"x":[{"y":1"#),
        ("no end", br#"{"RequestId":"r","Code":"Throttling.User""#),
        ("a line break", b"{\"RequestId\":\"r\",\"Message\":\"two\nlines\",\"Code\":\"Throttling.User\"}"),
        ("a NUL", b"{\"RequestId\":\"r\",\"Message\":\"\0\",\"Code\":\"Throttling.User\"}"),
        ("an unknown escape", br#"{"RequestId":"r","Message":"\x41 \u12","Code":"Throttling.User"}"#),
        ("junk inside", br#"{"RequestId":"r","Data":{"Code":"x","y":[1,{]},"Code":"Throttling.User"}"#),
        ("a bare word", br#"{"RequestId":"r","Data":undefined,"Code":"Throttling.User"}"#),
        ("a lost comma", br#"{"RequestId":"r" "Code":"Throttling.User"}"#),
        ("a comma too many", br#"{"RequestId":"r","Code":"Throttling.User",}"#),
        ("text behind it", br#"{"RequestId":"r","Code":"Throttling.User"}<!-- proxy -->"#),
        ("another object behind it", br#"{"RequestId":"r","Code":"Throttling.User"}{"Code":"Other"}"#),
        ("a name twice", br#"{"RequestId":"r","Code":"Other","Code":"Throttling.User"}"#),
        ("a name twice, then nothing", br#"{"RequestId":"r","Code":"Throttling.User","Code":null,"Code":""}"#),
        ("both spellings", br#"{"requestId":"r","Code":"Throttling.User","code":"400"}"#),
        ("a code of success beside it", br#"{"RequestId":"r","Code":"200","ErrorCode":"Throttling.User"}"#),
        ("XML", b"<Error><RequestId>r</RequestId><Message>m</Message><Code>Throttling.User</Code></Error>"),
        ("XML behind a mark", b"\xef\xbb\xbf<Error><RequestId>r</RequestId><Code>Throttling.User</Code></Error>"),
        (
            "XML in GBK",
            b"<Error><RequestId>r</RequestId><Message>\xd5\x5c</Message><Code>Throttling.User</Code></Error>",
        ),
        ("cut XML", b"<Error><RequestId>r</RequestId><Code>Throttling.User</Code><Message>Too ma"),
    ];
    for (what, body) in damaged {
        for status in [400, 503] {
            let error = error(status, body).await;
            assert!(error.kind() == ErrorKind::Service, "{what}: {error:?}");
            assert_eq!(error.code(), Some("Throttling.User"), "{what}");
            assert_eq!(error.request_id(), Some("r"), "{what}");
            assert!(error.is_throttling() && error.is_retryable() && !error.may_have_been_executed(), "{what}");
        }
        // A code in spite of the status, in the field that is marked: the last one of that name counts.
        let unread = ["a name twice, then nothing", "a code of success beside it"];
        if body.contains(&b'{') && !unread.contains(what) {
            let error = error(200, body).await;
            assert_eq!(error.code(), Some("Throttling.User"), "{what}, 200: {error}");
        }
    }
}

#[tokio::test]
async fn error_in_a_damaged_body_can_be_displayed() {
    let text = error(400, b"{\"Message\":\"a\xc7b \\ud83d\\n\\u0000\",\"Code\":\"A.B\"}").await;
    assert_eq!(text.message(), "a\u{fffd}b \u{fffd}\n\0");
    assert!(!text.to_string().contains(['\n', '\0']), "{text}");
    let denied = br#"{"Code":"Forbidden.RAM","Message":"m","AccessDeniedDetail":{"AuthAction":"ecs:\ud83dX"},"#;
    let denied = error(403, denied).await;
    assert_eq!(denied.access_denied_detail().unwrap().auth_action(), Some("ecs:\u{fffd}X"));
}

#[tokio::test]
async fn error_in_a_body_without_a_code_is_an_unexpected_response() {
    for body in [
        &b"{\"Message\":\"cut"[..],
        b"{\"Code\":\"cut",
        b"{",
        b"\xef\xbb\xbf",
        b"\xc7\xeb",
        b"[1]",
        b"{\"a\":{\"Code\":\"x\"}}",
    ] {
        let error = error(502, body).await;
        assert!(error.kind() == ErrorKind::UnexpectedResponse && error.code().is_none(), "{error:?}");
    }
}

#[tokio::test]
async fn response_with_half_a_surrogate_pair_has_a_replacement_character() {
    let body = br#"{"RequestId":"\ud83d","Groups":[{"Name":"a\ud83d"},{"Name":"\ud83d\ude00","Size":"7"}],"Labels":{"\ude00":"x"},"Any":["\udead"]}"#;
    let (client, _) = canned([bytes(200, &[], &body[..])]);
    let response = client.call(CreateThing::new(ProductType::CloudApp)).await.unwrap();
    let names: Vec<_> = response.groups.iter().map(|group| group.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["a\u{fffd}", "\u{1f600}"]);
    assert_eq!(response.groups[1].size, Some(7));
    assert_eq!(response.labels["\u{fffd}"], "x");
    assert_eq!(response.any.unwrap()[0], "\u{fffd}");
    // What is wrong besides stays an error.
    let (client, _) = canned([bytes(200, &[], &br#"{"RequestId":"\ud83d","Count":"x"}"#[..])]);
    let error = client.call(CreateThing::new(ProductType::CloudApp)).await.unwrap_err();
    assert!(format!("{error:#}").contains("Count: expected an integer"), "{error}");
}
