//! Who calls.

use alicloud_core::__private::{Endpoint, Service};
use alicloud_core::{Client, Error, RawRequest};
use serde::Serialize;

use crate::target::Settings;

/// The identity behind the credentials. It does not contain them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Caller {
    /// The ID of the account.
    pub account: String,
    /// The ARN of the user or role.
    pub arn: String,
    /// `Account`, `RAMUser` or `AssumedRoleUser`.
    pub kind: String,
    /// The origin of the credentials: a profile or the default chain, and the provider.
    pub source: String,
}

static STS: Service = Service::new("Sts", "2015-04-01", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
    .endpoints(&[Endpoint::new("cn-hangzhou", "sts.aliyuncs.com")]);

/// Asks the service who the caller is (`GetCallerIdentity`, which needs no permission).
///
/// # Errors
/// Returns an error if the configuration is invalid, if there are no credentials, or if the call fails.
pub async fn caller(settings: &Settings) -> Result<Caller, Error> {
    let config = settings.config()?;
    let region = config.get_region().unwrap_or("cn-hangzhou").to_owned();
    let endpoint = match settings.mock_endpoint() {
        Some(endpoint) => endpoint.to_owned(),
        None if region == "cn-hangzhou" => "sts.aliyuncs.com".to_owned(),
        None => format!("sts.{region}.aliyuncs.com"),
    };
    let config = config.allow_http(endpoint.starts_with("http://")).endpoint(endpoint);
    let client = Client::new(&STS, config.region(region))?;
    let identity = client.call(RawRequest::rpc("GetCallerIdentity").read()).await?;
    let provider = client.config().get_credentials().name();
    let text = |name: &str| identity[name].as_str().unwrap_or_default().to_owned();
    Ok(Caller {
        account: text("AccountId"),
        arn: text("Arn"),
        kind: text("IdentityType"),
        source: match settings.profile() {
            Some(profile) => format!("the profile {profile} ({provider})"),
            None => format!("the default credential chain ({provider})"),
        },
    })
}
