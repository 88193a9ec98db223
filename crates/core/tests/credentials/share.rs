//! Providers that are given the client's own transport, and transports that cannot be set up.

use std::sync::{Arc, Mutex};

use alicloud_core::credentials::{
    AssumeRoleCredentials, CachedCredentials, CliProfileCredentials, Credentials, DefaultCredentials,
    OidcRoleCredentials, ProvideCredentials, ProviderContext, UriCredentials,
};
use alicloud_core::transport::{Body, BoxFuture, RequestContext, Transport, TransportError, TransportErrorKind};
use alicloud_core::{Client, Config};
use bytes::Bytes;
use http::{Request, Response};

use crate::clock::ManualClock;
use crate::home::Home;
use crate::local::raw;
use crate::services::{FakeServices, ok, session};
use crate::thing::{ListThings, SERVICE};

const STS: &str = "POST https://sts.aliyuncs.com/";

/// Where STS and the product are.
fn services() -> FakeServices {
    FakeServices::new(|received| Some(if received.place() == STS { session("role") } else { ok("[]") }))
}

/// Variables of a pod with an OIDC token.
fn pod() -> Home {
    let home = Home::with(&[
        ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r"),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p"),
    ]);
    let token = home.write("token", "canary-token\n");
    home.set("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &token);
    home
}

async fn call(config: Config) -> Result<(), alicloud_core::Error> {
    let client = Client::new(&SERVICE, config.region("cn-shanghai").max_attempts(1)).unwrap();
    client.call(ListThings {}).await.map(|_| ())
}

#[tokio::test]
async fn share_transport_gives_sts_the_transport_of_the_client() {
    let home = pod();
    let oidc = || {
        OidcRoleCredentials::builder()
            .context(ProviderContext::new().clock(ManualClock::default()).variables(home.variables()))
    };
    let role = |source| {
        AssumeRoleCredentials::builder(source, "acs:ram::1:role/s")
            .context(ProviderContext::new().clock(ManualClock::default()))
    };
    let default = || {
        DefaultCredentials::builder()
            .context(ProviderContext::new().clock(ManualClock::default()).variables(home.variables()))
            .build()
    };
    let key = Credentials::access_key("k", "canary");
    let providers: [(Box<dyn ProvideCredentials>, usize); 5] = [
        (Box::new(oidc().build()), 1),
        (Box::new(role(key).build()), 1),
        (Box::new(default()), 1),
        // Each provider passes it on to what it wraps.
        (
            Box::new(
                AssumeRoleCredentials::builder(default(), "a")
                    .context(ProviderContext::new().clock(ManualClock::default()))
                    .build(),
            ),
            2,
        ),
        (Box::new(CachedCredentials::builder(Arc::new(oidc().build())).clock(ManualClock::default()).build()), 1),
    ];
    for (provider, requests) in providers {
        let services = services();
        let provider: Arc<dyn ProvideCredentials> = provider.into();
        call(Config::new().credentials(provider).transport(services.clone()).share_transport(true)).await.unwrap();
        assert_eq!(services.destinations().iter().filter(|place| *place == STS).count(), requests);
        assert_eq!(services.destinations().len(), requests + 1);
    }
}

#[tokio::test]
async fn provider_with_its_own_transport_keeps_it() {
    let home = pod();
    let (own, clients) = (services(), services());
    let context = || ProviderContext::new().clock(ManualClock::default()).variables(home.variables());
    let oidc = || OidcRoleCredentials::builder().context(context());
    let with_own = oidc().context(context().transport(own.clone())).build();
    let config = Config::new().credentials(with_own).transport(clients.clone());
    call(config.share_transport(true)).await.unwrap();
    assert_eq!(own.destinations(), [STS]);
    assert!(!clients.destinations().contains(&STS.to_owned()));

    // Nothing listens at the address, so the shared transport reports the failure.
    let provider = OidcRoleCredentials::builder()
        .context(ProviderContext::new().variables(home.variables()))
        .sts_endpoint("http://127.0.0.1:1")
        .build();
    let error = call(Config::new().credentials(provider).transport(clients.clone())).await.unwrap_err();
    assert!(format!("{error:#}").contains("127.0.0.1:1"), "{error}");
    assert_eq!(clients.destinations().len(), 1);
}

/// Run by the test below, where there are no certificates.
#[tokio::test]
#[ignore = "it needs an environment of its own"]
async fn provider_without_certificates() {
    let home = pod();
    let services = FakeServices::of(vec![]);
    let sts = OidcRoleCredentials::builder().context(ProviderContext::new().variables(home.variables())).build();
    let chain = DefaultCredentials::builder()
        .context(ProviderContext::new().variables(home.variables()).metadata_transport(services.clone()))
        .build();
    for provider in [Box::new(sts) as Box<dyn ProvideCredentials>, Box::new(chain)] {
        let error = provider.credentials().await.unwrap_err();
        let call = alicloud_core::Client::new(&SERVICE, Config::new().region("cn-shanghai")).unwrap_err();
        for error in [&error as &dyn std::error::Error, &call] {
            let chain = std::iter::successors(Some(error), |error| error.source());
            let depth = chain.clone().filter(|error| format!("{error:#}").contains("No CA certificates")).count();
            println!("<{error:#}> <{depth}>");
        }
    }
}

/// The usual transport cannot be set up where the system has no certificates: the reason is shown and in the chain.
#[cfg(target_os = "linux")]
#[test]
fn transport_that_cannot_be_created_reports_the_reason() {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "share::provider_without_certificates", "--ignored", "--nocapture"]);
    command.env("SSL_CERT_FILE", "/dev/null").env("SSL_CERT_DIR", "/nowhere");
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let said: Vec<_> = text.lines().filter(|line| line.starts_with('<')).collect();
    assert_eq!(said.len(), 4, "{text}");
    for line in said {
        assert!(line.contains("cannot set up") && line.contains("No CA certificates"), "{line}");
        let depth = line.rsplit(['<', '>']).nth(1).unwrap().parse::<usize>().unwrap();
        assert!(depth >= 1, "the reason is in the chain as well: {line}");
    }
}

/// A transport that records requests receives the secrets in the requests of providers.
#[tokio::test]
async fn transport_that_requests_secrets_receives_those_of_a_provider() {
    #[derive(Clone, Default)]
    struct Writing(Arc<Mutex<Vec<String>>>);
    impl Transport for Writing {
        fn send(
            &self,
            request: Request<Body>,
            context: RequestContext,
        ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
            let mut text = format!("{} {:?}", request.uri(), request.headers().get("authorization"));
            let authorization = request.headers().get("authorization").and_then(|value| value.to_str().ok());
            text.push_str(authorization.unwrap_or_default());
            assert!(text.contains("canary") && context.secrets.in_response());
            context.secrets.scrub(&mut text);
            self.0.lock().unwrap().push(text);
            Box::pin(async { Err(TransportError::new(TransportErrorKind::Connect, "no connection")) })
        }

        fn wants_secrets(&self) -> bool {
            true
        }
    }
    let (home, writing) = (Home::new(), Writing::default());
    home.cli(
        r#"{"profiles": [{"name": "default", "mode": "CloudSSO", "cloud_sso_sign_in_url": "https://sso.example.com/",
        "cloud_sso_account_id": "1", "cloud_sso_access_config": "c", "access_token": "canary-token",
        "cloud_sso_access_token_expire": 9999999999}]}"#,
    );
    let cli = CliProfileCredentials::builder()
        .context(ProviderContext::new().transport(writing.clone()).variables(home.variables()))
        .build();
    let uri = UriCredentials::builder()
        .context(ProviderContext::new().transport(writing.clone()))
        .uri("https://keys.example.com/canary?canary=1")
        .build();
    crate::services::error(&cli).await;
    crate::services::error(&uri).await;
    let written = writing.0.lock().unwrap().join("\n");
    assert!(written.contains("sso.example.com") && written.contains("keys.example.com"), "{written}");
    assert!(!written.contains("canary"), "{written}");
}

/// A provider with a transport of its own is shown what the transport says.
#[tokio::test]
async fn error_of_a_transport_is_in_the_source_chain() {
    use std::error::Error as _;
    let services = FakeServices::new(|_| Some(raw("503 Busy", "", "")));
    let pod = pod();
    let provider = OidcRoleCredentials::builder()
        .context(ProviderContext::new().transport(services).variables(pod.variables()))
        .sts_endpoint("nobody.example.com");
    let error = provider.build().credentials().await.unwrap_err();
    assert!(format!("{error:#}").contains("no connection to nobody.example.com"), "{error}");
    assert!(error.source().unwrap().is::<alicloud_core::Error>(), "{error:?}");
}
