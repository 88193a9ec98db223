//! Requests to the metadata service and to local servers use no proxy. On real sockets.

use alicloud_core::credentials::{
    CliProfileCredentials, CredentialsError, DefaultCredentials, EcsRamRoleCredentials, IniProfileCredentials,
    ProvideCredentials, ProviderContext, UriCredentials,
};
use alicloud_core::transport::{HttpTransport, Proxy};

use crate::home::Home;
use crate::local::{Peer, raw};
use crate::services::{FakeServices, error, id, keys, machine, ok, session};

/// SessionCredentials that are good by the clock of the system.
fn lasting(name: &str) -> String {
    keys(name).replace("2026-01-02", "2999-01-02")
}

/// A proxy that answers every request as the metadata service of its own host would, and knows no tunnel that does not
/// open.
fn proxy() -> Peer {
    Peer::start(|mut connection| {
        while let Some(request) = connection.request() {
            let line = request.lines().next().unwrap_or_default();
            connection.send(&match line {
                _ if line.contains("/api/token") => raw("200 OK", "", "t"),
                _ if line.contains("/security-credentials/ ") => raw("200 OK", "", "r"),
                _ => ok(&format!(r#"{{"Code":"Success",{}}}"#, lasting("proxy"))),
            });
        }
    })
}

const CLI: &str = r#"{"profiles": [
    {"name": "machine", "mode": "EcsRamRole"},
    {"name": "machine with a name", "mode": "EcsRamRole", "ram_role_name": "r"},
    {"name": "role of machine", "mode": "RamRoleArnWithRoleName", "ram_role_name": "r", "ram_role_arn": "a"},
    {"name": "chain", "mode": "ChainableRamRoleArn", "source_profile": "machine", "ram_role_arn": "a"},
    {"name": "address", "mode": "CredentialsURI", "credentials_uri": "http://100.100.100.200/latest/keys"},
    {"name": "link", "mode": "CredentialsURI", "credentials_uri": "http://169.254.1.1/keys"}
]}"#;

const INI: &str = "[default]\ntype = ecs_ram_role\n[named]\ntype = ecs_ram_role\nrole_name = r\n";

/// Addresses that mean something on this machine, its link or its network alone. Nobody answers there.
const ADDRESSES: [&str; 12] = [
    "http://100.100.100.200/latest/meta-data/ram/security-credentials/r",
    "https://100.100.100.200/keys",
    "http://169.254.169.254/keys",
    "https://169.254.169.254/keys",
    "http://[::ffff:169.254.169.254]/keys",
    "http://[fe80::1]/keys",
    "http://127.0.0.1:1/keys",
    "https://127.0.0.1:1/keys",
    "http://localhost:1/keys",
    "https://localhost:1/keys",
    "http://[::1]:1/keys",
    "http://10.255.255.254/keys",
];

/// Asks every source that is close by, each provider alone and in the chain, with a transport or with the one that
/// comes along. Brings back what each of them result.
async fn use_every_provider(given: Option<&HttpTransport>) -> Vec<Result<String, CredentialsError>> {
    let home = Home::new();
    home.cli(CLI);
    home.write(".alibabacloud/credentials", INI);
    let mut providers: Vec<Box<dyn ProvideCredentials>> = Vec::new();
    macro_rules! provider {
        ($builder:expr) => {
            providers.push(Box::new($builder.build()))
        };
    }
    let context = |home: &Home| {
        let context = ProviderContext::new().variables(home.variables());
        match given {
            Some(transport) => context.transport(transport.clone()),
            None => context,
        }
    };
    let bare = Home::new();
    provider!(DefaultCredentials::builder().context(context(&bare)));
    provider!(DefaultCredentials::builder().context(context(&home)));
    provider!(EcsRamRoleCredentials::builder().context(context(&bare)));
    provider!(EcsRamRoleCredentials::builder().context(context(&bare)).role_name("r"));
    for profile in ["machine", "machine with a name", "role of machine", "chain", "address", "link"] {
        provider!(CliProfileCredentials::builder().context(context(&home)).profile(profile));
    }
    for profile in ["default", "named"] {
        provider!(IniProfileCredentials::builder().context(context(&home)).profile(profile));
    }
    for uri in ADDRESSES {
        provider!(UriCredentials::builder().context(context(&bare)).uri(uri));
        let in_chain =
            Home::with(&[("ALIBABA_CLOUD_CREDENTIALS_URI", uri), ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")]);
        provider!(DefaultCredentials::builder().context(context(&in_chain)));
    }
    let tasks = providers.into_iter().map(|provider| {
        tokio::spawn(async move {
            // The addresses that lead nowhere need not be waited for to the end.
            let limit = std::time::Duration::from_millis(2_500);
            let credentials = tokio::time::timeout(limit, provider.credentials()).await;
            let credentials = credentials.unwrap_or_else(|_| Err(CredentialsError::new("nobody answers")))?;
            Ok(credentials.access_key_id().unwrap_or_default().to_owned())
        })
    });
    let mut results = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        results.push(task.await.unwrap());
    }
    results
}

#[tokio::test]
async fn transport_with_a_proxy_does_not_serve_link_local_sources() {
    let proxy = proxy();
    let transport = HttpTransport::builder().proxy(Proxy::new(proxy.endpoint())).build().unwrap();
    for result in use_every_provider(Some(&transport)).await {
        assert!(result.as_deref().ok() != Some("proxy"), "the role of the proxy's host");
    }
    assert_eq!(proxy.count(), 0);
    // It does serve a source on the Internet.
    let builder = UriCredentials::builder()
        .context(ProviderContext::new().transport(transport.clone()))
        .uri("http://keys.invalid/");
    assert_eq!(id(&builder.allow_http(true).build()).await, "proxy");
    error(
        &UriCredentials::builder()
            .context(ProviderContext::new().transport(transport))
            .uri("https://keys.invalid/")
            .build(),
    )
    .await;
    assert_eq!(proxy.count(), 2);
}

/// Run by the test below, in an environment with proxies.
#[tokio::test]
#[ignore = "it needs an environment of its own"]
async fn use_every_provider_with_the_proxies_of_the_environment() {
    let from_proxy = use_every_provider(None).await.into_iter().any(|result| result.is_ok_and(|id| id == "proxy"));
    println!("<from the proxy: {from_proxy}>");
    // A source on the Internet is reached through the proxy.
    _ = UriCredentials::builder().uri("https://keys.invalid/").build().credentials().await;
}

#[test]
fn proxies_of_the_environment_do_not_serve_link_local_sources() {
    let (proxy, connect) = (proxy(), proxy());
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "direct::use_every_provider_with_the_proxies_of_the_environment",
        "--ignored",
        "--nocapture",
    ]);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(name, proxy.endpoint());
    }
    for name in ["HTTPS_PROXY", "https_proxy"] {
        command.env(name, connect.endpoint());
    }
    let output = command.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("<from the proxy: false>"), "{text}");
    assert_eq!((proxy.count(), connect.count()), (0, 1));
}

#[tokio::test]
async fn request_to_the_local_machine_uses_no_proxy_and_follows_no_redirect() {
    let (proxy, elsewhere) = (proxy(), Peer::answering(ok(&format!("{{{}}}", lasting("elsewhere")))));
    let transport = HttpTransport::builder().proxy(Proxy::new(proxy.endpoint())).build().unwrap();
    let server = Peer::answering(ok(&format!("{{{}}}", lasting("server"))));
    let builder = || UriCredentials::builder().context(ProviderContext::new().transport(transport.clone()));
    assert_eq!(id(&builder().uri(server.endpoint()).build()).await, "server");

    let location = format!("location: {}/keys\r\n", elsewhere.endpoint());
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let server = Peer::answering(raw(status, &location, ""));
        let text = error(&builder().uri(server.endpoint()).build()).await;
        assert!(text.contains("redirect"), "{text}");
    }
    assert_eq!((server.count(), elsewhere.count(), proxy.count()), (1, 0, 0));
}

/// Each transport sees what is for it: a role of the machine's role needs both.
#[tokio::test]
async fn metadata_transport_and_transport_serve_their_own_sources() {
    for profile in ["role of machine", "chain"] {
        let home = Home::new();
        home.cli(CLI);
        let near = FakeServices::new(|request| machine(request.place()));
        let far = FakeServices::new(|_| Some(session("role")));
        let provider = CliProfileCredentials::builder()
            .context(
                ProviderContext::new()
                    .transport(far.clone())
                    .metadata_transport(near.clone())
                    .clock(crate::clock::ManualClock::default())
                    .variables(home.variables()),
            )
            .profile(profile)
            .build();
        assert_eq!(id(&provider).await, "role", "{profile}");
        assert!(!near.destinations().is_empty());
        assert!(
            near.destinations().iter().all(|place| place.contains("//100.100.100.200/")),
            "{:?}",
            near.destinations()
        );
        assert_eq!(far.destinations(), ["POST https://sts.aliyuncs.com/"]);
    }
}
