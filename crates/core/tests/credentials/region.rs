//! The region, where a client is made from the environment.

use std::process::Command;

use alicloud_core::{Client, Config};

use crate::home::Home;
use crate::thing::SERVICE;

/// Run by the tests below, each time in an environment of its own.
#[test]
#[ignore = "it needs an environment of its own"]
fn from_env_with_a_variable_returns_its_region() {
    let mut config = Config::from_default_chain().unwrap();
    if let Ok(region) = std::env::var("TEST_REGION") {
        config = config.region(region);
    }
    if let Ok(endpoint) = std::env::var("TEST_ENDPOINT") {
        config = config.endpoint(endpoint);
    }
    match Client::new(&SERVICE, config) {
        Ok(client) => println!("<{} at {}>", client.region().unwrap_or("none"), client.endpoint()),
        Err(error) => println!("<{error:#}; source: {}>", std::error::Error::source(&error).is_some()),
    }
}

/// What a client is made of in an environment of these variables and this file.
fn client(file: Option<&str>, variables: &[(&str, &str)]) -> String {
    let home = Home::new();
    if let Some(file) = file {
        home.cli(file);
    }
    let folder = home.path("");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "region::from_env_with_a_variable_returns_its_region", "--ignored", "--nocapture"]);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ALIBABA_CLOUD") {
            command.env_remove(name);
        }
    }
    command.env("HOME", &folder).env("USERPROFILE", &folder).envs(variables.iter().copied());
    let text = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let (_, rest) = text.split_once('<').unwrap_or_else(|| panic!("{text}"));
    rest.split_once('>').unwrap().0.to_owned()
}

const FILE: &str = r#"{"current": "work", "profiles": [
    {"name": "work", "mode": "AK", "access_key_id": "k", "access_key_secret": "canary", "region_id": "cn-shanghai"},
    {"name": "other", "mode": "EcsRamRole", "region_id": "ap-southeast-1"},
    {"name": "far", "mode": "AK", "region_id": "cn-nowhere"},
    {"name": "none", "mode": "AK"}]}"#;

const SHANGHAI: &str = "cn-shanghai at thing.cn-shanghai.aliyuncs.com";
const SINGAPORE: &str = "ap-southeast-1 at thing.ap-southeast-1.aliyuncs.com";

#[test]
fn from_env_region_has_the_order_config_variable_profile() {
    for (variables, expected) in [
        (vec![], SHANGHAI),
        (vec![("ALIBABA_CLOUD_PROFILE", "other")], SINGAPORE),
        (vec![("ALIBABA_CLOUD_REGION_ID", "ap-southeast-1")], SINGAPORE),
        (vec![("ALIBABA_CLOUD_REGION_ID", "ap-southeast-1\n")], SINGAPORE),
        (vec![("ALIBABA_CLOUD_REGION_ID", " ")], SHANGHAI),
        (vec![("TEST_REGION", "ap-southeast-1"), ("ALIBABA_CLOUD_REGION_ID", "cn-nowhere")], SINGAPORE),
        // The keys come from elsewhere.
        (vec![("ALIBABA_CLOUD_ACCESS_KEY_ID", "k"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s")], SHANGHAI),
        (vec![("TEST_ENDPOINT", "http://localhost:8080")], "cn-shanghai at localhost:8080"),
    ] {
        assert_eq!(client(Some(FILE), &variables), expected, "{variables:?}");
    }
}

#[test]
fn from_env_without_a_required_region_reports_why() {
    let disabled = [("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")];
    for (file, variables, expected) in [
        (None, &[][..], "no region is set for thing"),
        (Some(FILE), &disabled[..], "no region is set for thing"),
        (Some(FILE), &[("ALIBABA_CLOUD_PROFILE", "none")][..], "no region is set for thing"),
        (Some(FILE), &[("ALIBABA_CLOUD_PROFILE", "missing")][..], "has no profile \"missing\"; source: true"),
        (Some(FILE), &[("ALIBABA_CLOUD_PROFILE", "far")][..], "no endpoint of thing in region \"cn-nowhere\""),
        (Some("{\"current\": canary"), &[][..], "config.json cannot be read"),
        (None, &[("ALIBABA_CLOUD_CONFIG_FILE", "/nowhere/file")][..], "there is no file /nowhere/file"),
    ] {
        let text = client(file, variables);
        assert!(text.contains(expected) && !text.contains("canary"), "{variables:?}: {text}");
    }
}

#[test]
fn from_env_with_a_broken_file_works_if_no_region_is_required() {
    let broken = Some("{canary");
    assert_eq!(client(broken, &[("TEST_ENDPOINT", "http://localhost")]), "none at localhost");
    assert_eq!(client(broken, &[("TEST_REGION", "cn-shanghai")]), SHANGHAI);
    assert_eq!(client(broken, &[("ALIBABA_CLOUD_REGION_ID", "cn-shanghai")]), SHANGHAI);
}

#[test]
fn new_config_has_no_region() {
    let error = Client::new(&SERVICE, Config::new()).unwrap_err();
    assert!(format!("{error:#}").contains("no region is set"), "{error}");
}
