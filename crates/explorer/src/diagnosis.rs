//! Decoded diagnostic messages of missing permissions.

use alicloud_core::__private::{Endpoint, Service};
use alicloud_core::{Client, Error, RawRequest};
use serde_json::Value;

use crate::target::Settings;

static RAM: Service = Service::new("Ram", "2015-05-01", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
    .endpoints(&[Endpoint::new("cn-hangzhou", "ram.aliyuncs.com")]);

/// Decodes the diagnostic message of an error with the user's credentials, which need the permission
/// `ram:DecodeDiagnosticMessage`. The result names the policies that decided.
///
/// # Errors
/// There are no credentials, or the service refuses them or the message.
pub async fn decode(settings: &Settings, message: &str) -> Result<Value, Error> {
    let config = settings.config()?.region("cn-hangzhou");
    let config = match settings.endpoint().filter(|endpoint| endpoint.starts_with("http://")) {
        // A mock responds for every product.
        Some(endpoint) => config.endpoint(endpoint).allow_http(true),
        None => config,
    };
    let request = RawRequest::rpc("DecodeDiagnosticMessage").query("EncodedDiagnosticMessage", message).read();
    let mut response = Client::new(&RAM, config)?.call(request).await?;
    Ok(match response["DecodedDiagnosticMessage"].take() {
        Value::Null => response,
        // Some regions return the message as text.
        Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        decoded => decoded,
    })
}
