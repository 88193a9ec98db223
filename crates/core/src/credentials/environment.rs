//! Credentials from environment variables.

use super::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials, value};

const ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
const TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";

/// Credentials from `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET` and, for temporary credentials,
/// `ALIBABA_CLOUD_SECURITY_TOKEN`, which are read at every call.
///
/// White space around a value is removed, such as the line break at the end of a mounted secret. A variable that
/// contains nothing else is treated as unset. A control character in a value is an error that names the variable.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct EnvironmentCredentials {}

impl EnvironmentCredentials {
    /// Creates the provider. Nothing is read yet.
    pub const fn new() -> Self {
        Self {}
    }
}

impl ProvideCredentials for EnvironmentCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::ready(read(&|name| std::env::var(name).ok()).map_err(|error| advise(&error)))
    }

    fn name(&self) -> &str {
        "env"
    }
}

pub(super) fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Credentials, CredentialsError> {
    let set = |name| value::secret(name, variable(name));
    match (set(ID)?, set(SECRET)?) {
        (Some(id), Some(secret)) => Ok(match set(TOKEN)? {
            Some(token) => Credentials::temporary(id, secret, token),
            None => Credentials::access_key(id, secret),
        }),
        (Some(_), None) => Err(CredentialsError::new(format!("{ID} is set, but {SECRET} is not"))),
        (None, Some(_)) => Err(CredentialsError::new(format!("{SECRET} is set, but {ID} is not"))),
        (None, None) => Err(CredentialsError::absent(format!("neither {ID} nor {SECRET} is set"))),
    }
}

/// Adds advice to the error.
fn advise(error: &CredentialsError) -> CredentialsError {
    CredentialsError::new(format!(
        "no credentials in the environment: {error}; set both (and {TOKEN} for a temporary key), or give credentials in \
         the configuration"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Credentials, CredentialsError> {
        read(&|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn variable_with_an_empty_value_is_unset() {
        let error = with(&[(ID, "id"), (SECRET, "")]).unwrap_err().to_string();
        assert!(error.contains("ALIBABA_CLOUD_ACCESS_KEY_SECRET is not"), "{error}");
        let error = with(&[(ID, ""), (SECRET, "canary")]).unwrap_err().to_string();
        assert!(error.contains("ALIBABA_CLOUD_ACCESS_KEY_ID is not") && !error.contains("canary"), "{error}");
        assert!(advise(&with(&[]).unwrap_err()).to_string().contains("set both"));
    }

    #[test]
    fn variable_with_white_space_is_trimmed_and_with_a_control_character_is_refused() {
        let credentials = with(&[(ID, " id\n"), (SECRET, "secret\r\n"), (TOKEN, "\ttoken ")]).unwrap();
        let values: Vec<_> = credentials.secrets().values().collect();
        assert_eq!(values, ["secret", "token", "id"]);
        assert!(with(&[(ID, "\n"), (SECRET, " ")]).unwrap_err().is_absent());
        for name in [ID, SECRET, TOKEN] {
            let mut pairs = vec![(ID, "id"), (SECRET, "secret"), (TOKEN, "token")];
            pairs.iter_mut().filter(|(known, _)| *known == name).for_each(|pair| pair.1 = "can\nary");
            let error = with(&pairs).unwrap_err().to_string();
            assert!(
                error.starts_with(name) && error.contains("control character") && !error.contains("ary"),
                "{error}"
            );
        }
    }

    #[test]
    fn environment_with_a_token_returns_temporary_credentials() {
        let plain = with(&[(ID, "id"), (SECRET, "secret"), (TOKEN, "")]).unwrap();
        assert!(matches!(plain.secrets(), crate::sign::Secrets::AccessKey { token: None, .. }));
        let temporary = with(&[(ID, "id"), (SECRET, "secret"), (TOKEN, "token")]).unwrap();
        assert!(matches!(temporary.secrets(), crate::sign::Secrets::AccessKey { token: Some(_), .. }));
        assert_eq!(temporary.access_key_id(), Some("id"));
    }
}
