//! The default chain: the sources of credentials and region if the application sets neither.

use crate::config::Config;
use crate::credentials::{DefaultCredentials, profile_region};
use crate::error::Error;

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

impl Config {
    /// Creates the default configuration: [`DefaultCredentials`], no region.
    pub fn new() -> Self {
        Self::with_credentials(DefaultCredentials::new())
    }

    /// Creates the default configuration, with the region of the environment.
    ///
    /// The region is the first of:
    ///
    /// 1. the one that [`region`](Self::region) sets,
    /// 2. `ALIBABA_CLOUD_REGION_ID`, read by this function,
    /// 3. `region_id` in a profile of the Alibaba Cloud CLI: the profile that `ALIBABA_CLOUD_PROFILE` names, or the
    ///    current one, in `~/.aliyun/config.json` or in the file that `ALIBABA_CLOUD_CONFIG_FILE` names. It is read
    ///    when a client is created, even if the credentials come from elsewhere, unless
    ///    `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is `true`.
    ///
    /// A missing region is not an error of this function, because some products need none. If the product needs a
    /// region and the file cannot be read, the client returns the error.
    ///
    /// # Errors
    ///
    /// Returns an error if the variable is set to a value that is not valid text.
    pub fn from_default_chain() -> Result<Self, Error> {
        const REGION: &str = "ALIBABA_CLOUD_REGION_ID";
        let mut config = Self::new();
        config.default_region = Some(profile_region);
        match std::env::var(REGION) {
            Ok(region) => config.region = Some(region.trim().to_owned()).filter(|region| !region.is_empty()),
            Err(std::env::VarError::NotPresent) => {}
            Err(std::env::VarError::NotUnicode(_)) => {
                return Err(Error::configuration(format!("{REGION} is set to something that is not valid text")));
            }
        }
        Ok(config)
    }
}
