//! The configuration file of the Alibaba Cloud CLI.

use crate::decode::{self, Decode, DecodeTarget};

/// The maximum number of source profiles of a profile.
const MAX_CHAIN: usize = 10;

/// The content of the file. Without `Debug`, which would show secrets.
#[derive(Default)]
pub(crate) struct File {
    pub(crate) current: Option<String>,
    pub(crate) profiles: Vec<Profile>,
}

macro_rules! profile {
    ($($(#[$doc:meta])* $field:ident: $type:ty = $name:literal,)*) => {
        /// A profile. Its mode decides which fields are used.
        #[derive(Default)]
        pub(crate) struct Profile {
            $($(#[$doc])* pub(crate) $field: Option<$type>,)*
        }

        impl Decode for Profile {
            fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
                match name {
                    $($name => Some(&mut self.$field),)*
                    _ => None,
                }
            }
        }
    };
}

profile! {
    name: String = "name",
    mode: String = "mode",
    id: String = "access_key_id",
    secret: String = "access_key_secret",
    region: String = "region_id",
    token: String = "sts_token",
    /// Seconds since 1970.
    token_expiry: i64 = "sts_expiration",
    role_arn: String = "ram_role_arn",
    session_name: String = "ram_session_name",
    seconds: i64 = "expired_seconds",
    external_id: String = "external_id",
    policy: String = "policy",
    sts_region: String = "sts_region",
    sts_endpoint: String = "sts_endpoint",
    vpc: bool = "enable_vpc",
    role_name: String = "ram_role_name",
    source_profile: String = "source_profile",
    oidc_provider_arn: String = "oidc_provider_arn",
    oidc_token_file: String = "oidc_token_file",
    sso_url: String = "cloud_sso_sign_in_url",
    sso_account: String = "cloud_sso_account_id",
    sso_access_config: String = "cloud_sso_access_config",
    sso_token: String = "access_token",
    /// Seconds since 1970.
    sso_token_expiry: i64 = "cloud_sso_access_token_expire",
    oauth_site: String = "oauth_site_type",
    oauth_token: String = "oauth_access_token",
    /// Seconds since 1970.
    oauth_token_expiry: i64 = "oauth_access_token_expire",
    oauth_refresh_token: String = "oauth_refresh_token",
    command: String = "process_command",
    uri: String = "credentials_uri",
    bearer_token: String = "bearer_token",
    bearer_header: String = "bearer_token_header_key",
}

impl Decode for File {
    fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
        match name {
            "current" => Some(&mut self.current),
            "profiles" => Some(&mut self.profiles),
            _ => None,
        }
    }
}

impl File {
    /// Reads the file. The error contains the path in it and, if known, the name of the profile.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut file = Self::default();
        decode::read(text.as_bytes(), &mut file).map_err(|failure| {
            let profile = file.profiles.last().and_then(|profile| profile.name.as_deref());
            match profile.filter(|_| failure.path.starts_with("profiles")) {
                Some(name) => format!("cannot be read: {failure}, in the profile {name:?}"),
                None => format!("cannot be read: {failure}"),
            }
        })?;
        Ok(file)
    }

    /// Whether there is a profile of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.profiles.iter().any(|profile| profile.name.as_deref() == Some(name))
    }

    /// Returns the profile at the end of a chain of source profiles, and the profiles before it, whose roles are
    /// assumed, the wanted one first.
    pub(crate) fn chain(&self, wanted: &str) -> Result<(&Profile, Vec<&Profile>), String> {
        let mut names = vec![wanted];
        let mut roles = Vec::new();
        let mut at = self.profile(wanted)?;
        while at.mode.as_deref().is_some_and(|mode| mode.eq_ignore_ascii_case("ChainableRamRoleArn")) {
            let source = at.source_profile.as_deref().unwrap_or_default();
            if names.contains(&source) {
                return Err(format!("has profiles that are sources of each other: {} -> {source}", names.join(" -> ")));
            }
            if roles.len() == MAX_CHAIN {
                return Err(format!("has more than {MAX_CHAIN} profiles behind {wanted:?}"));
            }
            roles.push(at);
            names.push(source);
            at = self.profile(source).map_err(|error| {
                let name = names[names.len() - 2];
                format!("{error}, which the profile {name:?} has as its source_profile")
            })?;
        }
        Ok((at, roles))
    }

    /// Returns the profile of this name.
    pub(crate) fn profile(&self, name: &str) -> Result<&Profile, String> {
        let mut found = self.profiles.iter().filter(|profile| profile.name.as_deref() == Some(name));
        match (found.next(), found.next()) {
            (Some(profile), None) => Ok(profile),
            (Some(_), Some(_)) => Err(format!("has more than one profile {name:?}")),
            (None, _) => Err(format!("has no profile {name:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_of_an_invalid_file_reports_path_and_profile_without_values() {
        for (text, words) in [
            ("{\"profiles\": [{\"name\": \"a\", \"enable_vpc\": {\"canary\": 1}}]}", "profile \"a\""),
            ("{\"profiles\": [{\"name\": \"a\"}, \"canary\"]}", "profiles[1]"),
            ("{\"profiles\": {\"canary\": 1}}", "profiles"),
            ("[\"canary\"]", "expected an object"),
            ("{\"profiles\": [{\"name\": \"a\", \"access_key_secret\": \"canary", "ends too early"),
            ("canary", "not valid JSON"),
            ("{\"profiles\": [{\"name\": \"a\", \"expired_seconds\": \"canary\"}]}", "expired_seconds"),
        ] {
            let error = File::read(text).err().unwrap();
            assert!(error.contains(words) && !error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn source_names_are_unique() {
        let file = File::read(r#"{"profiles": [{"name": "a"}, {"name": "b"}, {"name": "a"}]}"#).unwrap();
        assert!(file.profile("b").is_ok());
        assert!(file.profile("a").err().unwrap().contains("more than one"));
        assert!(file.profile("c").err().unwrap().contains("no profile"));
    }
}
