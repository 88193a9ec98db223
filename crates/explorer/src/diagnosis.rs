//! Decoded diagnostic messages of missing permissions.

use alicloud_core::__private::{Endpoint, Service};
use alicloud_core::{Client, Config, Error, RawRequest};
use serde_json::Value;

static RAM: Service = Service::new("Ram", "2015-05-01", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
    .endpoints(&[Endpoint::new("cn-hangzhou", "ram.aliyuncs.com")]);

/// Decodes the diagnostic message of an error. The credentials of the configuration need the permission
/// `ram:DecodeDiagnosticMessage`. The result names the policies that decided.
///
/// # Errors
/// There are no credentials, or the service refuses them or the message.
pub async fn decode(config: Config, message: &str) -> Result<Value, Error> {
    // The service has one endpoint for all regions.
    let client = Client::new(&RAM, config.region("cn-hangzhou"))?;
    let request = RawRequest::rpc("DecodeDiagnosticMessage").query("EncodedDiagnosticMessage", message).read();
    let mut response = client.call(request).await?;
    Ok(match response["DecodedDiagnosticMessage"].take() {
        Value::Null => response,
        Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        decoded => decoded,
    })
}
