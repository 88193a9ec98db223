//! Signatures against those that the vendor published, or that its own programs made.
#![allow(missing_docs, unreachable_pub)]

mod vectors;

use alicloud_core::credentials::Credentials;
use alicloud_core::sign::{Request, SignatureVersion, Signed, Style, UtcTime, hmac_sha1, sign, v3};
use vectors::*;

fn credentials(id: &str, secret: &str, token: Option<&str>) -> Credentials {
    match token {
        Some(token) => Credentials::temporary(id, secret, token),
        None => Credentials::access_key(id, secret),
    }
}

fn header<'a>(signed: &'a Signed, name: &str) -> Option<&'a str> {
    signed.headers().find(|(known, _)| *known == name).map(|(_, value)| value)
}

#[test]
fn v3_of_recorded_requests_returns_their_signatures() {
    for it in ALL_V3 {
        let request = Request {
            style: it.style,
            method: it.method,
            host: it.host,
            path: it.path,
            query: it.query,
            action: it.action,
            version: it.version,
            region: "",
            content_type: it.content_type,
            headers: it.headers,
            body: it.body,
        };
        let credentials = credentials(it.id, it.secret, it.token);
        let signed = sign(&request, &credentials, SignatureVersion::V3, UtcTime::from_unix(it.time), it.nonce);
        let expected =
            format!("ACS3-HMAC-SHA256 Credential={},SignedHeaders={},Signature={}", it.id, it.signed, it.signature);
        assert_eq!(header(&signed, "authorization"), Some(expected.as_str()), "{}", it.name);
        assert_eq!(header(&signed, "x-acs-date"), Some(it.date), "{}", it.name);
        assert_eq!(header(&signed, "x-acs-signature-nonce"), Some(it.nonce), "{}", it.name);
        assert_eq!(header(&signed, "x-acs-security-token"), it.token, "{}", it.name);
        assert_eq!(header(&signed, "x-acs-accesskey-id"), it.token.map(|_| it.id), "{}", it.name);
        assert_eq!(signed.query(), None);
    }
}

/// All headers of a request signed, as one of the vendor's programs does.
#[test]
fn v3_of_any_headers_covers_them() {
    let hash = "6a48012b461f15b4c6f15bbb048b64993b77e55a9281d73f2c4b35f93a6f7a5b";
    let headers = [
        ("x-acs-version", "2021-09-01"),
        ("User-Agent", "vec/1.0"),
        ("accept", "application/json"),
        ("content-type", FORM),
        ("host", "appstream-center.cn-shanghai.aliyuncs.com"),
        ("x-acs-action", "LogOffAllSessionsInAppInstanceGroup"),
        ("x-acs-content-sha256", hash),
        ("x-acs-credentials-provider", "static_ak"),
        ("x-acs-date", "2026-01-02T03:04:05Z"),
        ("x-acs-signature-nonce", NONCE),
    ];
    let text = v3::authorization("POST", "/", "", &headers, hash, ID, SECRET);
    assert_eq!(
        text,
        "ACS3-HMAC-SHA256 Credential=testAccessKeyId,SignedHeaders=accept;content-type;host;user-agent;x-acs-action;\
         x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version,\
         Signature=93ba71bc5b48a1e6f720aa9b0a0b2e50b553083f7f95932de333c345673c2547"
    );
}

#[test]
fn v3_of_a_repeated_header_joins_its_values() {
    let text = v3::authorization(
        "GET",
        "",
        "empty=&test=ok",
        &[("x-acs-TEST", "https"), ("x-acs-test", "http")],
        "55e12e91650d2fec56ec74e1d3e4ddbfce2ef3a65890c2a19ecf88a307e76a23",
        "acesskey",
        "secret",
    );
    assert_eq!(
        text,
        "ACS3-HMAC-SHA256 Credential=acesskey,SignedHeaders=x-acs-test,\
         Signature=d16b30a7699ae9e43875b13195b2f81bcc3ed10c14a9b5eb780e51619aa50be1"
    );
}

#[test]
fn rpc_parts_of_recorded_requests_are_equal() {
    for it in ALL_RPC {
        let mut parameters = it.parameters.to_vec();
        parameters.reverse();
        let text = hmac_sha1::rpc_string_to_sign(it.method, &parameters);
        if let Some(expected) = it.string_to_sign {
            assert_eq!(text, expected, "{}", it.name);
        }
        assert_eq!(hmac_sha1::rpc_signature(&text, it.secret), it.signature, "{}", it.name);
    }
}

/// Whole RPC requests: in the query, and in a form with a token.
#[test]
fn rpc_of_recorded_requests_returns_their_signatures() {
    let get = Request {
        style: Style::Rpc,
        method: "GET",
        host: "ecs.cn-hangzhou.aliyuncs.com",
        path: "/",
        query: "Empty=&RegionId=cn-hangzhou&Tag.1.Value=a%20b%2Bc%2Ad~e%2Ff%3D%C3%A9",
        action: "DescribeInstances",
        version: "2014-05-26",
        region: "",
        content_type: None,
        headers: &[],
        body: b"",
    };
    let post = Request {
        method: "POST",
        query: "",
        action: "LogOffAllSessionsInAppInstanceGroup",
        version: "2021-09-01",
        region: "",
        content_type: Some(FORM),
        body: b"AppInstanceGroupId=aig-0bz55ixxxxxxx&Note=a+b%2Bc%2Ad~e%2Ff%3D%C3%A9&ProductType=CloudApp",
        ..get
    };
    let cases =
        [(get, None, "DS0MXj6Nl%2BZpBvl5zjGCKZSXcQ4%3D"), (post, Some(TOKEN), "r8CdCdxrhi8mjEa2U0jFl4nv%2B3M%3D")];
    for (request, token, signature) in cases {
        let credentials = credentials(ID, SECRET, token);
        let signed = sign(&request, &credentials, SignatureVersion::HmacSha1, UtcTime::from_unix(TIME), NONCE);
        let query = signed.query().unwrap();
        assert!(query.starts_with(request.query), "{query}");
        assert!(query.ends_with(&format!("&Signature={signature}")), "{query}");
        assert_eq!(query.contains("SecurityToken"), token.is_some());
        assert_eq!(signed.headers().count(), 0);
    }
}

#[test]
fn roa_parts_of_recorded_requests_are_equal() {
    for it in ALL_ROA {
        let text = hmac_sha1::roa_string_to_sign(
            it.method,
            it.accept,
            it.md5,
            it.content_type,
            it.date,
            it.headers,
            it.resource,
        );
        assert_eq!(text, it.string_to_sign, "{}", it.name);
        assert_eq!(hmac_sha1::roa_signature(&text, it.secret), it.signature, "{}", it.name);
    }
}

/// Whole ROA requests.
#[test]
fn roa_of_recorded_requests_returns_their_signatures() {
    let json = Request {
        style: Style::Roa,
        method: "PUT",
        host: "cs.cn-beijing.aliyuncs.com",
        path: "/api/v2/clusters/c%201",
        query: "dry=true&empty=&msg=a%20b",
        action: "ModifyCluster",
        version: "2015-12-15",
        region: "",
        content_type: Some(JSON),
        headers: &[],
        body: "{\"name\":\"测试\",\"n\":1}".as_bytes(),
    };
    let form = Request {
        method: "POST",
        path: "/x",
        query: "",
        action: "CreateX",
        content_type: Some(FORM),
        body: b"a=1+2&b.1=true&b.2.c=1.5",
        ..json
    };
    for (request, token, signature) in
        [(json, Some(TOKEN), "jyyNuw+8QqtZ6TUGkPunU+08sAQ="), (form, None, "ujjGRhT0Ic9Wr0HPQCI0RNuhw+E=")]
    {
        let credentials = credentials(ID, SECRET, token);
        let signed = sign(&request, &credentials, SignatureVersion::HmacSha1, UtcTime::from_unix(TIME), NONCE);
        assert_eq!(header(&signed, "authorization"), Some(format!("acs {ID}:{signature}").as_str()));
        assert_eq!(header(&signed, "date"), Some("Fri, 02 Jan 2026 03:04:05 GMT"));
        assert_eq!(signed.query(), None);
    }
}

/// What is not signed still says who, or that nobody, calls.
#[test]
fn sign_of_bearer_and_anonymous_credentials_adds_no_signature() {
    let rpc = Request {
        style: Style::Rpc,
        method: "POST",
        host: "h",
        path: "/",
        query: "A=1",
        action: "X",
        version: "1",
        region: "",
        content_type: None,
        headers: &[],
        body: b"",
    };
    let roa = Request { style: Style::Roa, ..rpc };
    let time = UtcTime::from_unix(TIME);
    let bearer = Credentials::bearer("the-token");

    let signed = sign(&rpc, &bearer, SignatureVersion::V3, time, NONCE);
    assert_eq!(signed.query(), Some("A=1&SignatureType=BEARERTOKEN"));
    assert_eq!(header(&signed, "x-acs-bearer-token"), Some("the-token"));
    assert_eq!(header(&signed, "authorization"), None);
    assert!(header(&signed, "x-acs-content-sha256").is_some() && header(&signed, "x-acs-date").is_some());

    let signed = sign(&roa, &bearer, SignatureVersion::V3, time, NONCE);
    assert_eq!((signed.query(), header(&signed, "x-acs-signature-type")), (None, Some("BEARERTOKEN")));

    let signed = sign(&rpc, &Credentials::anonymous(), SignatureVersion::V3, time, NONCE);
    assert_eq!((signed.query(), header(&signed, "authorization")), (Some("A=1&Format=json"), None));

    let signed = sign(&rpc, &bearer, SignatureVersion::HmacSha1, time, NONCE);
    let query = signed.query().unwrap();
    assert!(query.contains("BearerToken=the-token&SignatureType=BEARERTOKEN"), "{query}");
    assert!(!query.contains("SignatureMethod") && !query.contains("AccessKeyId"), "{query}");
}

#[test]
fn debug_of_signatures_shows_no_secret() {
    let credentials = Credentials::temporary("id", "canary-secret", "canary-token");
    let request = Request {
        style: Style::Rpc,
        method: "POST",
        host: "h",
        path: "/",
        query: "",
        action: "X",
        version: "1",
        region: "",
        content_type: None,
        headers: &[],
        body: b"",
    };
    for version in [SignatureVersion::V3, SignatureVersion::HmacSha1] {
        let signed = sign(&request, &credentials, version, UtcTime::from_unix(TIME), NONCE);
        let text = format!("{signed:?} {credentials:?}");
        assert!(!text.contains("canary"), "{text}");
    }
}
