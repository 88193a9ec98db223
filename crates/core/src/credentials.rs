//! Credentials, and their providers.
//!
//! A client uses [`DefaultCredentials`] unless another provider is set. Each source of the default chain is a provider
//! as well. See [the guide](crate::guide::credentials).
//!
//! ```
//! use alicloud_core::credentials::{Credentials, StaticCredentials};
//!
//! let fixed = StaticCredentials::new(Credentials::access_key("LTAI5tMyAccessKeyId", "my-secret"));
//! assert_eq!(format!("{fixed:?}"), "StaticCredentials(Credentials { access_key_id: \"LTAI***\", .. })");
//! ```

mod assume_role;
mod cli;
mod context;
mod default;
mod ecs;
mod environment;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod ini;
mod oidc;
mod process;
mod profile;
mod region;
mod route;
mod session;
mod sts;
mod uri;
mod value;

pub use assume_role::{AssumeRoleCredentials, AssumeRoleCredentialsBuilder};
pub use cli::{CliProfileCredentials, CliProfileCredentialsBuilder};
pub use context::ProviderContext;
pub use default::{DefaultCredentials, DefaultCredentialsBuilder};
pub use ecs::{EcsRamRoleCredentials, EcsRamRoleCredentialsBuilder};
pub use environment::EnvironmentCredentials;
pub use oidc::{OidcRoleCredentials, OidcRoleCredentialsBuilder};
pub use process::{ProcessCredentials, ProcessCredentialsBuilder};
pub use profile::{IniProfileCredentials, IniProfileCredentialsBuilder};
pub(crate) use region::profile_region;
pub use uri::{UriCredentials, UriCredentialsBuilder};

pub use crate::provider::{
    CachedCredentials, CachedCredentialsBuilder, CredentialsError, CredentialsFuture, ProvideCredentials,
    StaticCredentials,
};
pub use crate::sign::Credentials;
