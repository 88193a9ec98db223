//! The signature of a request, step by step.

use std::time::SystemTime;

use alicloud_codegen::gateway::Gateway;
use alicloud_codegen::model::Protocol;
use alicloud_core::sign::{self, Credentials, Request, SignatureVersion, Style, UtcTime};
use alicloud_core::{Error, http};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::catalog::LoadedOperation;
use crate::invocation::{
    Captured, DUMMY_ACCESS_KEY_ID, DUMMY_ACCESS_KEY_SECRET, SIGNATURE, preview_at, preview_region,
};

/// A step of a signature.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// What the step creates.
    pub title: &'static str,
    /// How it is created.
    pub explanation: &'static str,
    /// The text.
    pub text: String,
}

/// Explains the signature of a request with a dummy key, so that no signature of the user's key is made.
///
/// # Errors
/// The request cannot be made from these parameters.
pub fn explain(operation: &LoadedOperation, values: &Map<String, Value>) -> Result<Vec<Step>, Error> {
    let time = SystemTime::now();
    Ok(steps(operation, &preview_at(operation, values, time)?, time.into()))
}

/// The steps of the signature of a request that was signed with the dummy key at this time.
fn steps(operation: &LoadedOperation, request: &Captured, time: UtcTime) -> Vec<Step> {
    let uri: http::Uri = request.url.parse().unwrap_or_default();
    let headers: Vec<(&str, &str)> = request
        .unsigned_headers()
        .filter(|(name, _)| !["x-acs-action", "x-acs-version"].contains(&name.as_str()))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let to_sign = Request {
        style: match operation.operation().protocol {
            Protocol::Rpc(_) => Style::Rpc,
            Protocol::Roa(..) => Style::Roa,
        },
        method: &request.method,
        host: uri.authority().map_or("", |authority| authority.as_str()),
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
        action: request.header("x-acs-action").unwrap_or_default(),
        version: request.header("x-acs-version").unwrap_or_default(),
        region: preview_region(operation),
        content_type: request.header("content-type"),
        headers: &headers,
        body: &request.body,
    };
    let credentials = Credentials::access_key(DUMMY_ACCESS_KEY_ID, DUMMY_ACCESS_KEY_SECRET);
    let nonce = request.header("x-acs-signature-nonce").unwrap_or_default();
    let version = match operation.model().gateway {
        Some(Gateway::Pds) => SignatureVersion::Pds,
        Some(Gateway::Sls) => SignatureVersion::SlsV4,
        _ => SignatureVersion::V3,
    };
    let Some(steps) = sign::steps(&to_sign, &credentials, version, time, nonce) else { return Vec::new() };
    let headers = steps.signed.headers().filter(|(name, _)| SIGNATURE.contains(name));
    let headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {value}")).collect();
    let mut explained = vec![Step {
        title: "Key",
        explanation: "A dummy access key: your own key signs the requests that are sent, and is never shown.",
        text: format!("AccessKeyId: {DUMMY_ACCESS_KEY_ID}\nAccessKeySecret: {DUMMY_ACCESS_KEY_SECRET}"),
    }];
    let (string_to_sign, signature) = match steps.canonical_request {
        Some(text) => {
            explained.push(Step {
                title: "Canonical request",
                explanation: "Method, path, sorted query, signed headers with their values, their names, and the SHA-256 of the \
                              body.",
                text,
            });
            (
                "The name of the algorithm, and the SHA-256 of the canonical request.",
                "The signature is the HMAC-SHA256 of the string to sign with the secret, in hexadecimal digits.",
            )
        }
        None => (
            "Method, headers of the content, signed headers with their values, path and sorted query.",
            "The signature is the HMAC-SHA1 of the string to sign with the secret, in base64.",
        ),
    };
    explained.push(Step { title: "String to sign", explanation: string_to_sign, text: steps.string_to_sign });
    explained.push(Step { title: "Headers of the signature", explanation: signature, text: headers.join("\n") });
    explained
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    use alicloud_codegen::parameters;

    use super::{Step, steps};
    use crate::catalog::Document;
    use crate::invocation::{Captured, preview_at};

    /// The time at which the requests are signed: 03:04:05 on 2 January 2026.
    fn time() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045)
    }

    /// What is explained is what the client sends: documents of every placement and style.
    #[test]
    fn steps_of_every_shape_end_with_the_header_that_the_client_sends() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../codegen/tests/shapes");
        let mut count = 0;
        for name in ["rpc", "roa", "bodies", "placement"] {
            let document = Document::read(&folder.join(name).with_extension("json")).unwrap();
            for entry in document.entries() {
                let Ok(operation) = document.operation(&entry.name) else { continue };
                let values = parameters::examples(operation.model(), operation.operation());
                let Ok(request) = preview_at(&operation, &values, time()) else { continue };
                if request.header("authorization").is_none() {
                    continue;
                }
                let steps = steps(&operation, &request, time().into());
                let header = format!("authorization: {}", request.header("authorization").unwrap());
                assert!(steps[3].text.contains(&header), "{}: {header}\n{}", entry.name, steps[3].text);
                assert!(steps[1].text.starts_with(&request.method) && steps[2].text.starts_with("ACS3-HMAC-SHA256\n"));
                count += 1;
            }
        }
        assert!(count > 10, "{count}");
    }

    /// Returns the request of an operation with example values, and the steps of its signature.
    fn explained(document: &str, operation: &str) -> (Captured, Vec<Step>) {
        let document = Document::parse(Path::new("document.json"), document.to_owned()).unwrap();
        let operation = document.operation(operation).unwrap();
        let values = parameters::examples(operation.model(), operation.operation());
        let request = preview_at(&operation, &values, time()).unwrap();
        let steps = steps(&operation, &request, time().into());
        (request, steps)
    }

    #[test]
    fn steps_of_log_service_cover_the_region() {
        let text = r#"{"info": {"style": "ROA", "product": "Sls", "version": "2020-12-30"}, "apis": {"GetCursor": {
            "path": "/logstores/{logstore}?type=cursor", "methods": ["get"], "security": [{"AK": []}],
            "responses": {"200": {}}, "parameters": [
                {"name": "project", "in": "host", "schema": {"type": "string", "example": "p"}},
                {"name": "logstore", "in": "path", "schema": {"type": "string", "example": "l"}}]}},
            "endpoints": [{"regionId": "cn-beijing", "endpoint": "cn-beijing.log.aliyuncs.com"}]}"#;
        let (request, steps) = explained(text, "GetCursor");
        assert!(steps[1].text.starts_with("GET\n/logstores/l\ntype=cursor\n"), "{}", steps[1].text);
        assert!(steps[2].text.contains("20260102/cn-beijing/sls/aliyun_v4_request"), "{}", steps[2].text);
        let header = format!("authorization: {}", request.header("authorization").unwrap());
        assert!(steps[3].text.contains(&header), "{header}\n{}", steps[3].text);
    }

    #[test]
    fn steps_of_a_service_with_the_older_signature_have_no_canonical_request() {
        let text = r#"{"info": {"style": "PDS", "product": "pds", "version": "2022-03-01"}, "apis": {"GetFile": {
            "path": "/v2/file/get", "methods": ["post"], "security": [{"AK": []}], "responses": {"200": {}},
            "parameters": [{"name": "domain_id", "in": "host", "schema": {"type": "string", "example": "bj1"}},
                {"name": "body", "in": "body", "schema": {"type": "object", "properties": {"file_id": {"type": "string"}}}}]}},
            "endpoints": [{"regionId": "cn-beijing", "endpoint": "cn-beijing.admin.aliyunpds.com"}]}"#;
        let (request, steps) = explained(text, "GetFile");
        let titles: Vec<&str> = steps.iter().map(|step| step.title).collect();
        assert_eq!(titles, ["Key", "String to sign", "Headers of the signature"]);
        assert!(steps[1].text.starts_with("POST\napplication/json\n"), "{}", steps[1].text);
        let header = format!("authorization: {}", request.header("authorization").unwrap());
        assert!(steps[2].text.contains(&header), "{header}\n{}", steps[2].text);
    }
}
