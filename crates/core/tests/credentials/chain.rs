//! The default places, in their order.

use alicloud_core::credentials::{DefaultCredentials, ProvideCredentials, ProviderContext};
use alicloud_core::{Client, Config, ErrorKind};

use crate::clock::ManualClock;
use crate::home::Home;
use crate::local::raw;
use crate::services::{FakeServices, clean, error, id, keys, machine, ok, session};
use crate::thing::{CreateThing, ProductType, SERVICE};

const METADATA: &str = "PUT http://100.100.100.200/latest/api/token";
const MACHINE: &str = "GET http://100.100.100.200/latest/meta-data/ram/security-credentials/r";
const STS: &str = "POST https://sts.aliyuncs.com/";
const ADDRESS: &str = "GET http://localhost/keys";

fn provider(services: &FakeServices, home: &Home) -> DefaultCredentials {
    let builder = DefaultCredentials::builder().context(
        ProviderContext::new()
            .transport(services.clone())
            .metadata_transport(services.clone())
            .clock(ManualClock::default())
            .variables(home.variables()),
    );
    builder.build()
}

/// All places there are, each with a key of its own name.
fn everything() -> (FakeServices, Home) {
    let services = FakeServices::of(vec![
        (STS, session("oidc")),
        (METADATA, raw("404 Not Found", "", "")),
        (MACHINE, ok(&format!(r#"{{"Code":"Success",{}}}"#, keys("machine")))),
        (ADDRESS, ok(&format!("{{{}}}", keys("address")))),
    ]);
    let home = Home::with(&[
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "environment"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "canary"),
        ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r"),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p"),
        ("ALIBABA_CLOUD_ECS_METADATA", "r"),
        ("ALIBABA_CLOUD_CREDENTIALS_URI", "http://localhost/keys"),
    ]);
    let token = home.write("token", "canary-token");
    home.set("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &token);
    home.cli(
        r#"{"current":"p","profiles":[{"name":"p","mode":"AK","access_key_id":"cli","access_key_secret":"canary"}]}"#,
    );
    home.write(".alibabacloud/credentials", "[default]\ntype=access_key\naccess_key_id=ini\naccess_key_secret=canary");
    home.write(
        ".alibabacloud/credentials.ini",
        "[default]\ntype=access_key\naccess_key_id=ini2\naccess_key_secret=canary",
    );
    (services, home)
}

#[tokio::test]
async fn chain_with_several_sources_uses_the_vendors_order() {
    let (services, home) = everything();
    let remove = |path: &str| std::fs::remove_file(home.path(path)).unwrap();
    let expect = async |key: &str, name: &str| {
        let provider = provider(&services, &home);
        assert_eq!(provider.name(), "default");
        assert_eq!(id(&provider).await, key);
        assert_eq!(provider.name(), name);
        clean(format!("{provider:?}"));
    };
    expect("environment", "default/env").await;
    home.set("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
    home.set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "");
    expect("oidc", "default/oidc_role_arn").await;
    home.set("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "");
    expect("cli", "default/cli_profile/static_ak").await;
    home.set("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "tRuE");
    expect("ini", "default/profile/static_ak").await;
    remove(".alibabacloud/credentials");
    expect("ini2", "default/profile/static_ak").await;
    remove(".alibabacloud/credentials.ini");
    expect("machine", "default/ecs_ram_role").await;
    home.set("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    expect("address", "default/credential_uri").await;
}

#[tokio::test]
async fn chain_reads_nothing_before_the_first_call_and_remembers_the_source() {
    let (services, home) = everything();
    home.set("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
    home.set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "");
    let provider = provider(&services, &home);
    assert_eq!(home.looks(), 0);
    for _ in 0..5 {
        assert_eq!(id(&provider).await, "oidc");
    }
    let looks = home.looks();
    assert_eq!(id(&provider).await, "oidc");
    assert_eq!(home.looks(), looks);
    assert_eq!(services.destinations(), [STS]);
}

#[tokio::test]
async fn chain_with_a_role_of_a_profile_names_each_step() {
    let (services, home) = (FakeServices::of(vec![(STS, session("a"))]), Home::new());
    home.cli(
        r#"{"current":"p","profiles":[{"name":"p","mode":"RamRoleArn","access_key_id":"k","access_key_secret":"canary",
        "ram_role_arn":"acs:ram::1:role/r","ram_session_name":"s"}]}"#,
    );
    let provider = provider(&services, &home);
    assert_eq!(id(&provider).await, "a");
    assert_eq!(provider.name(), "default/cli_profile/ram_role_arn/static_ak");
}

#[tokio::test]
async fn chain_with_a_broken_source_continues_and_reports_it_on_failure() {
    let (services, home) = everything();
    home.set("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
    home.set("ALIBABA_CLOUD_ROLE_ARN", "");
    home.cli("{\"profiles\": canary");
    home.write(".alibabacloud/credentials", "[default]\ncanary");
    assert_eq!(id(&provider(&services, &home)).await, "machine");

    home.set("ALIBABA_CLOUD_CREDENTIALS_URI", "http://far.example.com/canary");
    home.set("ALIBABA_CLOUD_ECS_METADATA", "other");
    let text = error(&provider(&services, &home)).await;
    for words in [
        "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "env: ALIBABA_CLOUD_ACCESS_KEY_SECRET is set, but ALIBABA_CLOUD_ACCESS_KEY_ID is not; ",
        "oidc_role_arn: not set: ALIBABA_CLOUD_ROLE_ARN; ",
        "cli_profile: the file ",
        "config.json cannot be read: profiles: not valid JSON at line 1",
        "profile: line 2 of the file ",
        "ecs_ram_role: this machine has no role other; ",
        "credential_uri: the address for credentials is plain http",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

/// A named profile or file that cannot be used is an error, and no later source is tried.
#[tokio::test]
async fn chain_with_a_broken_named_profile_is_an_error() {
    const PROFILE: &str = "ALIBABA_CLOUD_PROFILE";
    const INI: &str = "ALIBABA_CLOUD_CREDENTIALS_FILE";
    const CLI: &str = "ALIBABA_CLOUD_CONFIG_FILE";
    // What the ini file and the tool's file hold, the variable that is set, and what the error says.
    let cases = [
        (Some("[p]\ntype = access_key\naccess_key_id = k\n"), None, PROFILE, "p", "does not set access_key_secret"),
        (Some("[p]\ntype = canary\n"), None, PROFILE, "p", "known ones are access_key, sts, ecs_ram_role"),
        (Some("[p\n"), None, PROFILE, "p", "line 1 of the file"),
        (Some("[other]\ntype = access_key\n"), None, PROFILE, "p", "there is no profile \"p\""),
        (None, None, PROFILE, "p", "there is no file"),
        (None, Some(r#"{"profiles": [{"name": "p", "mode": "AK"}]}"#), PROFILE, "p", "access_key_id is not set"),
        (None, Some(r#"{"profiles": [{"name": "p", "mode": "canary"}]}"#), PROFILE, "p", "its mode is not known"),
        (None, Some("{canary"), PROFILE, "p", "cannot be read"),
        (None, Some(r#"{"profiles": [{"name": "other", "mode": "AK"}]}"#), PROFILE, "p", "has no profile \"p\""),
        (Some("[default]\ntype = access_key\n"), None, INI, ".alibabacloud/credentials", "does not set access_key_id"),
        (None, None, INI, "missing", "there is no file"),
        (None, Some("{canary"), CLI, ".aliyun/config.json", "cannot be read"),
        (None, Some(r#"{"profiles": []}"#), CLI, ".aliyun/config.json", "has no profile \"default\""),
        (None, None, CLI, "missing", "there is no file"),
    ];
    for (ini, cli, variable, value, expected) in cases {
        let (services, home) = (FakeServices::new(|request| machine(request.place())), Home::new());
        if let Some(text) = ini {
            home.write(".alibabacloud/credentials", text);
        }
        if let Some(text) = cli {
            home.cli(text);
        }
        // Without the name the machine has the last word.
        assert_eq!(id(&provider(&services, &home)).await, "machine", "{ini:?} {cli:?}");
        let count = services.requests().len();
        let path = home.path(value).to_str().unwrap().to_owned();
        home.set(variable, if variable == PROFILE { value } else { &path });
        let text = error(&provider(&services, &home)).await;
        assert!(text.contains(expected), "{text}");
        assert!(text.starts_with(&format!("{variable} names what cannot be used")), "{text}");
        assert_eq!(services.requests().len(), count, "{variable} {text}");
    }
}

#[tokio::test]
async fn chain_with_a_named_profile_searches_both_files() {
    let (services, home) = everything();
    home.set("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
    home.set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "");
    home.set("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "");
    home.set("ALIBABA_CLOUD_PROFILE", "p");
    assert_eq!(id(&provider(&services, &home)).await, "cli");
    // The tool's file has no such profile, the ini file has.
    home.set("ALIBABA_CLOUD_PROFILE", "default");
    assert_eq!(id(&provider(&services, &home)).await, "ini");
}

#[tokio::test]
async fn chain_without_credentials_reports_the_reason_of_each_source() {
    let home = Home::with(&[("ALIBABA_CLOUD_CREDENTIALS_URI", "http://far.example.com/canary")]);
    home.set("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    let error = provider(&FakeServices::of(vec![]), &home).credentials().await.unwrap_err();
    assert!(error.to_string().contains("is plain http"), "{error:?}");
}

#[tokio::test]
async fn chain_without_any_source_reports_what_to_set() {
    let services = FakeServices::new(|_| None);
    let provider = provider(&services, &Home::new());
    let config = Config::new().region("cn-shanghai").credentials(provider.clone()).transport(services.clone());
    let client = Client::new(&SERVICE, config).unwrap();
    let error = client.call(CreateThing::new(ProductType::CloudApp)).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Credentials);
    let text = format!("{error:#}");
    for words in ["`default`", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "aliyun configure"] {
        assert!(text.contains(words), "{text}");
    }
    assert!(!text.contains('\n'));
    // The metadata service received one request, although the search may have been repeated.
    _ = provider.credentials().await;
    assert_eq!(services.destinations(), [METADATA]);
}

#[tokio::test]
async fn chain_with_a_removed_source_changes_the_identity_and_with_a_failing_one_does_not() {
    let (services, home) = everything();
    let provider = provider(&services, &home);
    assert_eq!(id(&provider).await, "environment");
    home.set("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
    // One of a pair is a mistake.
    assert!(error(&provider).await.contains("ALIBABA_CLOUD_ACCESS_KEY_ID is not"));
    home.set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "");
    assert_eq!(id(&provider).await, "oidc");
    assert_eq!(provider.name(), "default/oidc_role_arn");
    // And it stays, though there is an earlier place again.
    home.set("ALIBABA_CLOUD_ACCESS_KEY_ID", "environment");
    home.set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "canary");
    assert_eq!(id(&provider).await, "oidc");
}

#[tokio::test]
async fn chain_with_refused_credentials_informs_their_source() {
    let (services, home) = everything();
    home.set("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
    home.set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "");
    let provider = provider(&services, &home);
    let credentials = provider.credentials().await.unwrap();
    provider.refused(&credentials);
    id(&provider).await;
    assert_eq!(services.destinations(), [STS, STS]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn chain_with_1000_first_calls_tries_each_source_once() {
    let (services, home) = everything();
    for name in ["ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "OIDC_TOKEN_FILE"] {
        home.set(&format!("ALIBABA_CLOUD_{name}"), "");
    }
    std::fs::remove_dir_all(home.path(".alibabacloud")).unwrap();
    home.cli(r#"{"current":"p","profiles":[{"name":"p","mode":"RamRoleArn","access_key_id":"k","access_key_secret":"canary","ram_role_arn":"a"}]}"#);
    let provider = provider(&services, &home);
    let calls: Vec<_> = (0..1_000)
        .map(|_| {
            let provider = provider.clone();
            tokio::spawn(async move { id(&provider).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), "oidc");
    }
    assert_eq!(services.destinations(), [STS]);
}
