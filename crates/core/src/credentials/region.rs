//! The region of the command-line tool's profile.

use super::context::{MAX_FILE, ProviderContext, read_file};
use super::{CredentialsError, cli};
use crate::endpoint::is_region;
use crate::sign::trim;

/// The region of the current profile of the command-line tool, or of the profile that `ALIBABA_CLOUD_PROFILE` names;
/// `None` if there is no file, no region in the profile, or `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is `true`. Blocks
/// while it reads the file.
pub(crate) fn profile_region() -> Result<Option<String>, CredentialsError> {
    of(&ProviderContext::default())
}

fn of(context: &ProviderContext) -> Result<Option<String>, CredentialsError> {
    if context.flag(cli::DISABLED) {
        return Ok(None);
    }
    let Ok((path, named)) = cli::path(None, context) else { return Ok(None) };
    let text = match read_file(&path, MAX_FILE)? {
        Some(text) => text,
        None if named => return Err(CredentialsError::new(format!("there is no file {}", path.display()))),
        None => return Ok(None),
    };
    let wrong = |what: String| CredentialsError::new(format!("the file {} {what}", path.display()));
    let file = cli::File::read(&text).map_err(wrong)?;
    let name = cli::profile_name(None, context, &file);
    let mut region = file.profile(&name).map_err(wrong)?.region.clone().unwrap_or_default();
    trim(&mut region);
    match region.is_empty() || is_region(&region) {
        true => Ok(Some(region).filter(|region| !region.is_empty())),
        false => {
            Err(wrong(format!("has {region:?} as the region_id of profile {name:?}, which is no name of a region")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found with this file and these variables. A file of `None` is not there.
    fn found(file: Option<&str>, variables: &'static [(&str, &str)]) -> Result<Option<String>, String> {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".aliyun");
        std::fs::create_dir(&folder).unwrap();
        if let Some(text) = file {
            std::fs::write(folder.join("config.json"), text).unwrap();
        }
        let home = home.path().to_str().unwrap().to_owned();
        let context = ProviderContext::default().variables({
            let home = home.clone();
            move |name| match name {
                "HOME" | "USERPROFILE" => Some(home.clone()),
                _ => variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()),
            }
        });
        of(&context).map_err(|error| error.to_string().replace(&home, "~"))
    }

    const FILE: &str = r#"{"current": "work", "profiles": [
        {"name": "default", "mode": "AK", "region_id": "cn-beijing"},
        {"name": "work", "mode": "no mode of today", "region_id": " ap-southeast-1\n"},
        {"name": "none", "region_id": ""}, {"name": "odd", "region_id": "evil.example.com/"}]}"#;

    #[test]
    fn region_of_a_profile_of_any_mode_is_found() {
        let region = |name: &str| Ok(Some(name.to_owned()));
        assert_eq!(found(Some(FILE), &[]), region("ap-southeast-1"));
        assert_eq!(found(Some(FILE), &[("ALIBABA_CLOUD_PROFILE", "default")]), region("cn-beijing"));
        let without_current = FILE.replace(r#""current": "work", "#, "");
        assert_eq!(found(Some(&without_current), &[]), region("cn-beijing"));
        assert_eq!(found(Some(FILE), &[("ALIBABA_CLOUD_PROFILE", "none")]), Ok(None));
        assert_eq!(found(Some(FILE), &[("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "TRUE")]), Ok(None));
        assert_eq!(found(None, &[]), Ok(None));
    }

    #[test]
    fn region_of_an_unreadable_file_is_an_error_with_its_path() {
        for (file, variables, expected) in [
            (Some("{\"profiles\": canary"), &[][..], "config.json cannot be read"),
            (Some(FILE), &[("ALIBABA_CLOUD_PROFILE", "missing")][..], "has no profile \"missing\""),
            (Some(FILE), &[("ALIBABA_CLOUD_PROFILE", "odd")][..], "profile \"odd\", which is no name of a region"),
            (None, &[("ALIBABA_CLOUD_CONFIG_FILE", "/nowhere/config.json")][..], "there is no file /nowhere/config"),
        ] {
            let error = found(file, variables).unwrap_err();
            assert!(error.contains(expected) && !error.contains("canary"), "{error}");
        }
    }
}
