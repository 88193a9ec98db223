//! The Security Token Service: credentials of a role, in exchange for other credentials or for an OIDC token.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::context::{MAX_BODY, ProviderContext};
use super::route::Route;
use super::session::SessionCredentials;
use super::{Credentials, CredentialsError, ProvideCredentials};
use crate::client::Client;
use crate::config::Config;
use crate::encode::Parameters;
use crate::endpoint::{Target, is_region};
use crate::info::OperationInfo;
use crate::operation::Operation;
use crate::secret::Sensitive;
use crate::service::Service;
use crate::sign::{SignatureVersion, UtcTime};

pub(super) static SERVICE: Service =
    Service::new("sts", "2015-04-01", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));

/// A role, and the settings of its sessions.
#[derive(Clone, Default)]
pub(super) struct Role {
    pub(super) arn: Option<String>,
    pub(super) session_name: Option<String>,
    pub(super) duration: Option<Duration>,
    pub(super) policy: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) endpoint: Option<String>,
    pub(super) region: Option<String>,
    pub(super) vpc: bool,
}

/// Implements the setters of builders that have a role.
macro_rules! role {
    () => {
        /// Sets the name of the session, which appears in the audit log of the service. Default:
        /// `ALIBABA_CLOUD_ROLE_SESSION_NAME`, or a name with the current time.
        pub fn session_name(mut self, name: impl Into<String>) -> Self {
            self.role.session_name = Some(name.into());
            self
        }

        /// Sets the duration of a session. Default: 1 hour. At least 15 minutes, at most the maximum of the role.
        pub fn duration(mut self, time: std::time::Duration) -> Self {
            self.role.duration = Some(time);
            self
        }

        /// Sets a policy, as JSON, that restricts the permissions of the session.
        pub fn policy(mut self, policy: impl Into<String>) -> Self {
            self.role.policy = Some(policy.into());
            self
        }

        /// Sets the region of the Security Token Service. Default: `ALIBABA_CLOUD_STS_REGION`, or the central endpoint.
        pub fn sts_region(mut self, region: impl Into<String>) -> Self {
            self.role.region = Some(region.into());
            self
        }

        /// Sets whether the VPC endpoint of the region is used. Default: `false`, unless
        /// `ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED` is `true`.
        pub fn sts_vpc(mut self, on: bool) -> Self {
            self.role.vpc = on;
            self
        }

        /// Sets the host of the Security Token Service, independent of the region.
        pub fn sts_endpoint(mut self, endpoint: impl Into<String>) -> Self {
            self.role.endpoint = Some(endpoint.into());
            self
        }
    };
}
pub(super) use role;

/// Assumes a role with the credentials of another provider.
pub(super) async fn assume_role(
    context: &ProviderContext,
    role: &Role,
    source: Arc<dyn ProvideCredentials>,
) -> Result<Credentials, CredentialsError> {
    let arn = context.or_variable(&role.arn, "ALIBABA_CLOUD_ROLE_ARN");
    let request = AssumeRole {
        arn: arn.ok_or_else(|| CredentialsError::new("no role is set to assume"))?,
        session_name: role.session_name(context),
        seconds: role.seconds(),
        policy: role.policy.clone(),
        external_id: role.external_id.clone(),
    };
    let mut config = config(context, role)?;
    config.credentials = source;
    keys(config, request).await
}

/// Assumes a role with an OIDC token.
pub(super) async fn assume_role_with_oidc(
    context: &ProviderContext,
    role: &Role,
    arn: String,
    provider_arn: String,
    token: String,
) -> Result<Credentials, CredentialsError> {
    let request = AssumeRoleWithOidc {
        arn,
        provider_arn,
        token: Sensitive::new(token),
        session_name: role.session_name(context),
        seconds: role.seconds(),
        policy: role.policy.clone(),
    };
    // Operation, version and time in the query, as the vendor's own providers send them.
    keys(config(context, role)?.signature(SignatureVersion::HmacSha1), request).await
}

async fn keys<O: Operation<Response = SessionCredentials>>(
    config: Config,
    request: O,
) -> Result<Credentials, CredentialsError> {
    let source = "the Security Token Service";
    let failed =
        |error: crate::Error| CredentialsError::new(format!("no credentials from {source}")).with_source(error);
    let keys = Client::new(&SERVICE, config).map_err(failed)?.call(request).await.map_err(failed)?;
    let keys = keys.inner.map_or_else(SessionCredentials::default, |inner| *inner);
    keys.temporary(source)
}

fn config(context: &ProviderContext, role: &Role) -> Result<Config, CredentialsError> {
    let endpoint = role.endpoint(context)?;
    let target = Target::parse(&endpoint, false).map_err(CredentialsError::new)?;
    let mut config = Config::with_credentials(Credentials::anonymous())
        .endpoint(endpoint)
        .attempt_timeout(Duration::from_secs(15))
        .timeout(Duration::from_secs(45))
        .max_response_bytes(MAX_BODY);
    config.transport = Some(context.transport_for(Route::to_service(&target))?);
    config.clock.clone_from(&context.clock);
    Ok(config)
}

impl Role {
    fn endpoint(&self, context: &ProviderContext) -> Result<String, CredentialsError> {
        if let Some(endpoint) = self.endpoint.clone().filter(|text| !text.is_empty()) {
            return Ok(endpoint);
        }
        let vpc = self.vpc || context.flag("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
        let prefix = if vpc { "sts-vpc" } else { "sts" };
        match context.or_variable(&self.region, "ALIBABA_CLOUD_STS_REGION") {
            Some(region) if is_region(&region) => Ok(format!("{prefix}.{region}.aliyuncs.com")),
            Some(region) => Err(CredentialsError::new(format!("{region:?} is no name of a region"))),
            None => Ok("sts.aliyuncs.com".to_owned()),
        }
    }

    fn session_name(&self, context: &ProviderContext) -> String {
        context.or_variable(&self.session_name, "ALIBABA_CLOUD_ROLE_SESSION_NAME").unwrap_or_else(|| {
            let now = context.clock.as_ref().map_or_else(SystemTime::now, |clock| clock.now());
            format!("credentials-rust-{}", UtcTime::from(now).unix())
        })
    }

    fn seconds(&self) -> i64 {
        self.duration.map_or(3_600, |time| i64::try_from(time.as_secs()).unwrap_or(i64::MAX))
    }
}

struct AssumeRole {
    arn: String,
    session_name: String,
    seconds: i64,
    policy: Option<String>,
    external_id: Option<String>,
}

impl Operation for AssumeRole {
    type Response = SessionCredentials;
    const INFO: OperationInfo = OperationInfo::rpc("AssumeRole").form().idempotent().sensitive_response();

    fn parameters(&self, out: &mut Parameters<'_>) {
        out.form("RoleArn", &self.arn);
        out.form("RoleSessionName", &self.session_name);
        out.form("DurationSeconds", &self.seconds);
        out.form("Policy", &self.policy);
        out.form("ExternalId", &self.external_id);
    }
}

struct AssumeRoleWithOidc {
    arn: String,
    provider_arn: String,
    token: Sensitive<String>,
    session_name: String,
    seconds: i64,
    policy: Option<String>,
}

impl Operation for AssumeRoleWithOidc {
    type Response = SessionCredentials;
    const INFO: OperationInfo =
        OperationInfo::rpc("AssumeRoleWithOIDC").form().anonymous().idempotent().sensitive_response();

    fn parameters(&self, out: &mut Parameters<'_>) {
        out.form("RoleArn", &self.arn);
        out.form("OIDCProviderArn", &self.provider_arn);
        out.form("OIDCToken", &self.token);
        out.form("RoleSessionName", &self.session_name);
        out.form("DurationSeconds", &self.seconds);
        out.form("Policy", &self.policy);
    }
}
