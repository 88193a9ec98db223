//! Published and recorded signatures, and requests that the verifier must reject.

mod gateways;
mod refusal;
mod vectors;

use std::time::SystemTime;

use super::{AccessKey, Verifier, date};
use crate::request::Request;

const DATE: &str = "2026-01-02T03:04:05Z";
const NONCE: &str = "0123456789abcdef0123456789abcdef";
const EMPTY_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn time(text: &str) -> SystemTime {
    date::parse_utc(text).expect("a date")
}

fn verifier_at(key: AccessKey, now: SystemTime) -> Verifier {
    Verifier::new([key]).clock(move || now)
}

/// Returns a verifier with the key and the time of most vectors.
fn verifier(token: Option<&str>) -> Verifier {
    let key = AccessKey::new("testAccessKeyId", "testAccessKeySecret");
    let key = match token {
        Some(token) => key.security_token(token),
        None => key,
    };
    verifier_at(key, time(DATE))
}

fn request(method: &str, target: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Request {
    Request {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.as_ref().to_vec(),
    }
}

/// Returns a V3 request with the headers of every vector, additional ones, and this signature.
fn v3(
    method: &str,
    url: &str,
    (action, version): (&str, &str),
    more: &[(&str, &str)],
    body: impl AsRef<[u8]>,
    signature: &str,
) -> Request {
    let rest = url.strip_prefix("https://").expect("a URL");
    let (host, target) = rest.split_at(rest.find('/').expect("a path"));
    let hash = super::v3::payload_hash(body.as_ref());
    let mut headers = vec![
        ("host", host),
        ("x-acs-action", action),
        ("x-acs-version", version),
        ("x-acs-date", DATE),
        ("x-acs-signature-nonce", NONCE),
        ("x-acs-content-sha256", &hash),
    ];
    headers.extend(more);
    let mut names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    let names = names.join(";");
    let authorization =
        format!("ACS3-HMAC-SHA256 Credential=testAccessKeyId,SignedHeaders={names},Signature={signature}");
    headers.push(("authorization", &authorization));
    request(method, target, &headers, body)
}

/// Returns a request with a form body that contains special characters.
fn form_request() -> Request {
    v3(
        "POST",
        "https://appstream-center.cn-shanghai.aliyuncs.com/",
        ("LogOffAllSessionsInAppInstanceGroup", "2021-09-01"),
        &[("content-type", "application/x-www-form-urlencoded")],
        "AppInstanceGroupId=aig-0bz55ixxxxxxx&BizRegionId=cn-hangzhou&Note=a+b%2Bc%2Ad~e%2Ff%3D%C3%A9&ProductType=CloudApp",
        "81e5c7a13dad5ef09fb94cf47fb5638bcf6cda90992a7b69cf0dfbd6d3ebbea9",
    )
}

/// Returns a GET request with a query and a security token.
fn query_request() -> Request {
    v3(
        "GET",
        "https://ecs.cn-hangzhou.aliyuncs.com/?RegionId=cn-hangzhou&InstanceIds=%5B%22i-1%22%2C%22i-2%22%5D&Tag.1.Key=env\
         &Tag.1.Value=a+b%2Bc%2Ad~e%2Ff%3D%C3%A9&Tag.2.Key=team&Tag.2.Value=&DryRun=true&PageSize=10",
        ("DescribeInstances", "2014-05-26"),
        &[("x-acs-accesskey-id", "testAccessKeyId"), ("x-acs-security-token", "testSecurityToken")],
        "",
        "6c01395a9947b93584ec8bb7c3447d71d292341659d6888099920cd2320e90eb",
    )
}

/// Returns a ROA request with a path parameter, a JSON body, and a header with spaces around its value.
fn path_request() -> Request {
    v3(
        "PUT",
        "https://cs.cn-beijing.aliyuncs.com/api/v2/clusters/c%201%2F%C3%A9?dry=true&empty=",
        ("ModifyCluster", "2015-12-15"),
        &[("content-type", "application/json; charset=utf-8"), ("x-acs-extra", " padded ")],
        r#"{"name":"测试","n":1,"ok":true,"tags":[{"key":"k","value":"v"}]}"#,
        "fdf5da3c3c90b4b959ad65bc1d7bd3dd9aeb1e113811565fbf9481d84620fb39",
    )
}

/// Returns an RPC request with HMAC-SHA1, a form body and a security token.
fn rpc_form_request() -> Request {
    let target = "/?AccessKeyId=testAccessKeyId&Action=LogOffAllSessionsInAppInstanceGroup&Format=json\
         &SecurityToken=testSecurityToken&Signature=r8CdCdxrhi8mjEa2U0jFl4nv%2B3M%3D&SignatureMethod=HMAC-SHA1\
         &SignatureNonce=0123456789abcdef0123456789abcdef&SignatureVersion=1.0\
         &Timestamp=2026-01-02T03%3A04%3A05Z&Version=2021-09-01";
    let headers =
        [("host", "appstream-center.cn-shanghai.aliyuncs.com"), ("content-type", "application/x-www-form-urlencoded")];
    let body = "AppInstanceGroupId=aig-0bz55ixxxxxxx&Note=a+b%2Bc%2Ad~e%2Ff%3D%C3%A9&ProductType=CloudApp";
    request("POST", target, &headers, body)
}

/// Returns an RPC request with HMAC-SHA1 as `@alicloud/pop-core` 1.8.0 sends a POST: every parameter is in the form.
/// Recorded with the clock stopped at [`DATE`].
fn rpc_classic_request() -> Request {
    let headers = [("host", "127.0.0.1:8080"), ("content-type", "application/x-www-form-urlencoded")];
    let body = "AccessKeyId=testAccessKeyId&Action=LogOffAllSessionsInAppInstanceGroup\
         &AppInstanceGroupId=a%20b%2Bc%2Ad~e%2Ff%3D%C3%A9&Format=JSON&ProductType=CloudApp&SecurityToken=testSecurityToken\
         &SignatureMethod=HMAC-SHA1&SignatureNonce=af9c17467ed59504fc13922d2a3ea704&SignatureVersion=1.0\
         &Timestamp=2026-01-02T03%3A04%3A05Z&Version=2021-09-01&Signature=hJuOof2h3i4TvAL%2B%2FGOEH4atAiE%3D";
    request("POST", "/", &headers, body)
}

/// Returns a ROA request with HMAC-SHA1 as the classic SDK sends it: with `Content-MD5` and without a nonce.
fn roa_digest_request() -> Request {
    let headers = [
        ("host", "cs.cn-beijing.aliyuncs.com"),
        ("accept", "application/json"),
        ("content-md5", "7GvTY2XOeXi0Mec2AysQhQ=="),
        ("content-type", "application/json"),
        ("date", "Fri, 02 Jan 2026 03:04:05 GMT"),
        ("x-acs-action", "CreateTrigger"),
        ("x-acs-region-id", "cn-beijing"),
        ("x-acs-signature-method", "HMAC-SHA1"),
        ("x-acs-signature-version", "1.0"),
        ("x-acs-version", "2015-12-15"),
        ("authorization", "acs testAccessKeyId:GScfRSDSLP0O03pRLH756RjjnD8="),
    ];
    let target = "/clusters/c1/triggers?name=test+alert&status=COMPLETE&empty=&RegionId=cn-beijing";
    request("POST", target, &headers, r#"{"action":"redeploy"}"#)
}
