//! Signatures that the vendor publishes, or that its SDKs created.

use super::super::{Identity, Scheme, hex, roa, rpc, v3};
use super::*;

fn assert_signed(verifier: &Verifier, request: &Request, scheme: Scheme) {
    match verifier.verify(request) {
        Ok(Identity::Signed { scheme: found, .. }) => assert_eq!(found, scheme),
        other => panic!("{other:?} {}", other.as_ref().err().and_then(|e| e.detail.clone()).unwrap_or_default()),
    }
}

fn sha256(text: &str) -> String {
    v3::payload_hash(text.as_bytes())
}

fn canonical_hash(request: &Request) -> String {
    let authorization = request.header("authorization").unwrap();
    let signed = authorization.split("SignedHeaders=").nth(1).unwrap().split(',').next().unwrap();
    let signed: Vec<&str> = signed.split(';').collect();
    let query = request.query().unwrap();
    let hash = v3::payload_hash(&request.body);
    sha256(&v3::canonical_request(&request.method, request.path(), query, &request.headers, &signed, &hash))
}

#[test]
fn v3_of_the_vendors_page() {
    let headers = [
        ("host", "ecs.cn-shanghai.aliyuncs.com"),
        ("x-acs-action", "RunInstances"),
        ("x-acs-version", "2014-05-26"),
        ("x-acs-date", "2023-10-26T10:22:32Z"),
        ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
        ("x-acs-content-sha256", EMPTY_HASH),
        (
            "authorization",
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;\
             x-acs-date;x-acs-signature-nonce;x-acs-version,\
             Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
        ),
    ];
    let target = "/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai";
    let request = request("POST", target, &headers, "");
    assert_eq!(canonical_hash(&request), "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259");
    let key = AccessKey::new("YourAccessKeyId", "YourAccessKeySecret");
    assert_signed(&verifier_at(key, time("2023-10-26T10:22:32Z")), &request, Scheme::V3);
}

#[test]
fn v3_form_body() {
    let request = v3(
        "POST",
        "https://appstream-center.cn-shanghai.aliyuncs.com/",
        ("LogOffAllSessionsInAppInstanceGroup", "2021-09-01"),
        &[("content-type", "application/x-www-form-urlencoded")],
        "AppInstanceGroupId=aig-9ciijz60n4xsv0000&ProductType=CloudApp",
        "00bb71a0983441e24860a488eb5793d047760d9a72fa777fcc446bacf0aaba8d",
    );
    assert_eq!(canonical_hash(&request), "160126c58015fd7d87da308ed5565bbc0bab2af8056123eac1accfd72c636210");
    assert_signed(&verifier(None), &request, Scheme::V3);
}

#[test]
fn v3_form_body_with_awkward_characters() {
    let request = form_request();
    assert_eq!(canonical_hash(&request), "2a2201c34a59d654e819810689c61f4e6398d70d67a0168ab25bb7ac40afc66f");
    assert_signed(&verifier(None), &request, Scheme::V3);
}

#[test]
fn v3_query_with_a_security_token() {
    let request = query_request();
    assert_eq!(canonical_hash(&request), "ae69b365701e6877e6bc56e7a919bed7f09dba870abda3e04b2a8cfadc2bede4");
    assert_signed(&verifier(Some("testSecurityToken")), &request, Scheme::V3);
}

#[test]
fn v3_canonical_query_as_the_target() {
    let mut request = query_request();
    request.target =
        "/?DryRun=true&InstanceIds=%5B%22i-1%22%2C%22i-2%22%5D&PageSize=10&RegionId=cn-hangzhou&Tag.1.Key=env\
         &Tag.1.Value=a%20b%2Bc%2Ad~e%2Ff%3D%C3%A9&Tag.2.Key=team&Tag.2.Value="
            .to_owned();
    assert_signed(&verifier(Some("testSecurityToken")), &request, Scheme::V3);
}

#[test]
fn v3_path_and_json() {
    let request = path_request();
    assert_eq!(canonical_hash(&request), "3343ebf06b909e7623455b0742738ce6696df0d5eaa9f1108f42f7f4781d914b");
    assert_signed(&verifier(None), &request, Scheme::V3);
}

#[test]
fn v3_binary_body() {
    let request = v3(
        "POST",
        "https://ocr-api.cn-hangzhou.aliyuncs.com/?Type=General",
        ("RecognizeAllText", "2021-07-07"),
        &[("content-type", "application/octet-stream")],
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
        "72f932434913f0b8df4c34807dbf63046e32d34236a53da1b493f5156e3ff651",
    );
    assert_eq!(canonical_hash(&request), "bdb93639eaee7d44cbf2cb05d69fed812eb68c7896977580696229765bc59fd3");
    assert_signed(&verifier(None), &request, Scheme::V3);
}

#[test]
fn v3_without_a_body() {
    let request = v3(
        "POST",
        "https://ecs.cn-hangzhou.aliyuncs.com/",
        ("DescribeRegions", "2014-05-26"),
        &[],
        "",
        "957c51effd96eabd45b5e40eee26b2e65ccc8c37f7e839407e5671261fe99492",
    );
    assert_eq!(canonical_hash(&request), "c52d9dce6a91448a3033219a0d54eb91ad85ea7005bae1e0107c8a478052df41");
    assert_signed(&verifier(None), &request, Scheme::V3);
}

#[test]
fn v3_with_every_header_signed() {
    let mut request = form_request();
    let more = [("accept", "application/json"), ("user-agent", "vec/1.0"), ("x-acs-credentials-provider", "static_ak")];
    request.headers.retain(|(name, _)| name != "authorization");
    request.headers.extend(more.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let authorization = "ACS3-HMAC-SHA256 Credential=testAccessKeyId,SignedHeaders=accept;content-type;host;user-agent;\
         x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version,\
         Signature=93ba71bc5b48a1e6f720aa9b0a0b2e50b553083f7f95932de333c345673c2547";
    request.headers.push(("authorization".to_owned(), authorization.to_owned()));
    assert_eq!(canonical_hash(&request), "2ea882dfcf301c58bb4aa03c6e5def4ff172ee46e3273fe60316dc38ef2ed77c");
    assert_signed(&verifier(None), &request, Scheme::V3);
}

#[test]
fn v3_of_the_vendors_own_test() {
    let headers = request("GET", "/", &[("x-acs-test", "http"), ("x-acs-TEST", "https")], "").headers;
    let query = vec![("test".to_owned(), "ok".to_owned()), ("empty".to_owned(), String::new())];
    let hash = "55e12e91650d2fec56ec74e1d3e4ddbfce2ef3a65890c2a19ecf88a307e76a23";
    let canonical = v3::canonical_request("GET", "", query, &headers, &["x-acs-test"], hash);
    assert_eq!(canonical, format!("GET\n/\nempty=&test=ok\nx-acs-test:http,https\n\nx-acs-test\n{hash}"));
    let signature = v3::signature("secret", &v3::string_to_sign(&canonical));
    assert_eq!(signature, "d16b30a7699ae9e43875b13195b2f81bcc3ed10c14a9b5eb780e51619aa50be1");
}

#[test]
fn query_names_are_encoded_and_ordered_raw() {
    let pairs = ["b", "#3#a", "a.10", "a.2", "é", "A"].map(|name| (name.to_owned(), "1".to_owned())).to_vec();
    assert_eq!(v3::canonical_query(pairs), "%233%23a=1&A=1&a.10=1&a.2=1&b=1&%C3%A9=1");
}

/// The parameters, the secret of the key, the signature, and the signed text if it is published.
struct Rpc<'a> {
    method: &'a str,
    secret: &'a str,
    parameters: &'a [(&'a str, &'a str)],
    text: Option<&'a str>,
    signature: &'a str,
}

const STS: [(&str, &str); 9] = [
    ("AccessKeyId", "testAccessKeyId"),
    ("Action", "AssumeRole"),
    ("DurationSeconds", "3600"),
    ("RoleArn", "acs:ram::1234567890120000:role/adminrole"),
    ("RoleSessionName", "alice"),
    ("SignatureMethod", "HMAC-SHA1"),
    ("SignatureNonce", NONCE),
    ("SignatureVersion", "1.0"),
    ("Timestamp", DATE),
];

#[test]
fn rpc_signatures() {
    let sts = [STS.as_slice(), &[("Format", "JSON"), ("Version", "2015-04-01")]].concat();
    let sts_policy = [sts.as_slice(), &[("Policy", r#"{"Version": "1"}"#)]].concat();
    let vectors = [
        Rpc {
            method: "GET",
            secret: "testsecret",
            parameters: &[
                ("AccessKeyId", "testid"),
                ("Action", "DescribeDedicatedHosts"),
                ("Format", "JSON"),
                ("RegionId", "cn-beijing"),
                ("SignatureMethod", "HMAC-SHA1"),
                ("SignatureNonce", "edb2b34af0af9a6d14deaf7c1a5315eb"),
                ("SignatureVersion", "1.0"),
                ("Timestamp", "2023-03-13T08:34:30Z"),
                ("Version", "2014-05-26"),
            ],
            text: Some(
                "GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeDedicatedHosts%26Format%3DJSON%26RegionId%3Dcn-beijing\
                 %26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3Dedb2b34af0af9a6d14deaf7c1a5315eb\
                 %26SignatureVersion%3D1.0%26Timestamp%3D2023-03-13T08%253A34%253A30Z%26Version%3D2014-05-26",
            ),
            signature: "9NaGiOspFP5UPcwX8Iwt2YJXXuk=",
        },
        Rpc {
            method: "GET",
            secret: "testsecret",
            parameters: &[
                ("AccessKeyId", "testid"),
                ("Action", "DescribeRegions"),
                ("Format", "XML"),
                ("SignatureMethod", "HMAC-SHA1"),
                ("SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"),
                ("SignatureVersion", "1.0"),
                ("Timestamp", "2016-02-23T12:46:24Z"),
                ("Version", "2014-05-26"),
            ],
            text: None,
            signature: "OLeaidS1JvxuMvnyHOwuJ+uX5qY=",
        },
        Rpc {
            method: "GET",
            secret: "testAccessKeySecret",
            parameters: &[
                ("AccessKeyId", "testAccessKeyId"),
                ("Action", "DescribeInstances"),
                ("Empty", ""),
                ("Format", "json"),
                ("RegionId", "cn-hangzhou"),
                ("SignatureMethod", "HMAC-SHA1"),
                ("SignatureNonce", NONCE),
                ("SignatureVersion", "1.0"),
                ("Tag.1.Value", "a b+c*d~e/f=é"),
                ("Timestamp", DATE),
                ("Version", "2014-05-26"),
            ],
            text: Some(
                "GET&%2F&AccessKeyId%3DtestAccessKeyId%26Action%3DDescribeInstances%26Empty%3D%26Format%3Djson\
                 %26RegionId%3Dcn-hangzhou%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D0123456789abcdef0123456789abcdef\
                 %26SignatureVersion%3D1.0%26Tag.1.Value%3Da%2520b%252Bc%252Ad~e%252Ff%253D%25C3%25A9\
                 %26Timestamp%3D2026-01-02T03%253A04%253A05Z%26Version%3D2014-05-26",
            ),
            signature: "DS0MXj6Nl+ZpBvl5zjGCKZSXcQ4=",
        },
        Rpc {
            method: "GET",
            secret: "testAccessKeySecret",
            parameters: &sts,
            text: None,
            signature: "ZtiqEqUl2WxxAc7ZVELL3lYTktI=",
        },
        Rpc {
            method: "POST",
            secret: "testAccessKeySecret",
            parameters: &sts,
            text: None,
            signature: "zYHmS7hZBTznPnBObd+mUc79Opo=",
        },
        Rpc {
            method: "GET",
            secret: "testAccessKeySecret",
            parameters: &sts_policy,
            text: None,
            signature: "XbQo3f6D4DtUFpGx7Vp5hLcWz2k=",
        },
        Rpc {
            method: "GET",
            secret: "secret",
            parameters: &[("query", "test"), ("body", "test")],
            text: None,
            signature: "XlUyV4sXjOuX5FnjUz9IF9tm5rU=",
        },
        Rpc {
            method: "",
            secret: "accessKeySecret",
            parameters: &[("test", "ok")],
            text: None,
            signature: "jHx/oHoHNrbVfhncHEvPdHXZwHU=",
        },
    ];
    for vector in vectors {
        let pairs = vector.parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let text = rpc::string_to_sign(vector.method, pairs.collect());
        if let Some(expected) = vector.text {
            assert_eq!(text, expected);
        }
        assert_eq!(rpc::signature(vector.secret, &text), vector.signature, "{text}");
    }
}

#[test]
fn rpc_form_body_with_a_security_token() {
    assert_signed(&verifier(Some("testSecurityToken")), &rpc_form_request(), Scheme::Rpc);
}

#[test]
fn rpc_form_with_the_signature_in_it() {
    assert_signed(&verifier(Some("testSecurityToken")), &rpc_classic_request(), Scheme::Rpc);
    let body = "AccessKeyId=testAccessKeyId&Action=LogOffAllSessionsInAppInstanceGroup\
         &AppInstanceGroupId=a%20b%2Bc%2Ad~e%2Ff%3D%C3%A9&Format=JSON&ProductType=CloudApp&SignatureMethod=HMAC-SHA1\
         &SignatureNonce=c10c84998c12524f6bd7975b1495d04e&SignatureVersion=1.0&Timestamp=2026-01-02T03%3A04%3A05Z\
         &Version=2021-09-01&Signature=mlsJiFe30XuSkquq2eX8aalerUE%3D";
    let request = Request { body: body.into(), ..rpc_classic_request() };
    assert_signed(&verifier(None), &request, Scheme::Rpc);
}

#[test]
fn rpc_query() {
    let target = "/?AccessKeyId=testAccessKeyId&Action=DescribeInstances&Empty=&Format=json&RegionId=cn-hangzhou\
         &Signature=DS0MXj6Nl%2BZpBvl5zjGCKZSXcQ4%3D&SignatureMethod=HMAC-SHA1&SignatureNonce=0123456789abcdef0123456789abcdef\
         &SignatureVersion=1.0&Tag.1.Value=a%20b%2Bc%2Ad~e%2Ff%3D%C3%A9&Timestamp=2026-01-02T03%3A04%3A05Z&Version=2014-05-26";
    assert_signed(&verifier(None), &request("GET", target, &[("host", "ecs.aliyuncs.com")], ""), Scheme::Rpc);
}

#[test]
fn rpc_assume_role_with_the_role_in_the_form() {
    let target = "/?AccessKeyId=testAccessKeyId&Action=AssumeRole&Format=JSON&Signature=zYHmS7hZBTznPnBObd%2BmUc79Opo%3D\
         &SignatureMethod=HMAC-SHA1&SignatureNonce=0123456789abcdef0123456789abcdef&SignatureVersion=1.0\
         &Timestamp=2026-01-02T03%3A04%3A05Z&Version=2015-04-01";
    let headers = [("host", "sts.aliyuncs.com"), ("content-type", "application/x-www-form-urlencoded")];
    let body = "DurationSeconds=3600&RoleArn=acs%3Aram%3A%3A1234567890120000%3Arole%2Fadminrole&RoleSessionName=alice";
    assert_signed(&verifier(None), &request("POST", target, &headers, body), Scheme::Rpc);
}

#[test]
fn roa_json_with_a_security_token() {
    let headers = [
        ("host", "cs.cn-beijing.aliyuncs.com"),
        ("accept", "application/json"),
        ("content-type", "application/json; charset=utf-8"),
        ("date", "Fri, 02 Jan 2026 03:04:05 GMT"),
        ("x-acs-accesskey-id", "testAccessKeyId"),
        ("x-acs-action", "ModifyCluster"),
        ("x-acs-security-token", "testSecurityToken"),
        ("x-acs-signature-method", "HMAC-SHA1"),
        ("x-acs-signature-nonce", NONCE),
        ("x-acs-signature-version", "1.0"),
        ("x-acs-version", "2015-12-15"),
        ("authorization", "acs testAccessKeyId:jyyNuw+8QqtZ6TUGkPunU+08sAQ="),
    ];
    let target = "/api/v2/clusters/c%201?dry=true&empty=&msg=a+b";
    let request = request("PUT", target, &headers, r#"{"name":"测试","n":1}"#);
    let text = roa::string_to_sign(&request, request.query().unwrap(), roa::EmptyValue::NameOnly);
    assert_eq!(
        text,
        "PUT\napplication/json\n\napplication/json; charset=utf-8\nFri, 02 Jan 2026 03:04:05 GMT\n\
         x-acs-accesskey-id:testAccessKeyId\nx-acs-action:ModifyCluster\nx-acs-security-token:testSecurityToken\n\
         x-acs-signature-method:HMAC-SHA1\nx-acs-signature-nonce:0123456789abcdef0123456789abcdef\n\
         x-acs-signature-version:1.0\nx-acs-version:2015-12-15\n/api/v2/clusters/c%201?dry=true&empty&msg=a b"
    );
    assert_signed(&verifier(Some("testSecurityToken")), &request, Scheme::Roa);
}

#[test]
fn roa_form() {
    let headers = [
        ("host", "cs.cn-beijing.aliyuncs.com"),
        ("accept", "application/json"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("date", "Fri, 02 Jan 2026 03:04:05 GMT"),
        ("x-acs-action", "CreateX"),
        ("x-acs-signature-method", "HMAC-SHA1"),
        ("x-acs-signature-nonce", NONCE),
        ("x-acs-signature-version", "1.0"),
        ("x-acs-version", "2015-12-15"),
        ("authorization", "acs testAccessKeyId:ujjGRhT0Ic9Wr0HPQCI0RNuhw+E="),
    ];
    let request = request("POST", "/x", &headers, "a=1+2&b.1=true&b.2.c=1.5");
    assert_signed(&verifier(None), &request, Scheme::Roa);
}

#[test]
fn roa_with_a_digest_as_the_classic_sdk_sends_it() {
    let request = roa_digest_request();
    let text = roa::string_to_sign(&request, request.query().unwrap(), roa::EmptyValue::WithSign);
    assert_eq!(
        text,
        "POST\napplication/json\n7GvTY2XOeXi0Mec2AysQhQ==\napplication/json\nFri, 02 Jan 2026 03:04:05 GMT\n\
         x-acs-action:CreateTrigger\nx-acs-region-id:cn-beijing\nx-acs-signature-method:HMAC-SHA1\n\
         x-acs-signature-version:1.0\nx-acs-version:2015-12-15\n\
         /clusters/c1/triggers?RegionId=cn-beijing&empty=&name=test alert&status=COMPLETE"
    );
    assert_signed(&verifier(None), &request, Scheme::Roa);
}

#[test]
fn roa_of_the_vendors_own_test() {
    let text = "GET\n\n\n\n\n";
    assert_eq!(roa::signature("secret", text), "XGXDWA78AEvx/wmfxKoVCq/afWw=");
}

#[test]
fn primitives_of_the_vendors_own_tests() {
    let hash = sha256("test");
    assert!(hash.starts_with("9f86d081") && hash.ends_with("f00a08"), "{hash}");
    assert_eq!(sha256(""), EMPTY_HASH);
    assert_eq!(hex(&[0, 10, 255]), "000aff");
}
