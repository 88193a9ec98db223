//! Nothing that was planted shows itself.

use alicloud_core::Config;
use alicloud_core::credentials::*;

use crate::services::clean;

#[test]
fn debug_of_every_provider_shows_no_secret() {
    let key = || Credentials::access_key("id", "canary-1");
    let variables = |name: &str| Some(format!("canary {name}"));
    clean(format!("{:?}", key()));
    clean(format!("{:?}", Credentials::temporary("id", "canary-2", "canary-3")));
    clean(format!("{:?}", Credentials::bearer("canary-4")));
    clean(format!("{:?}", StaticCredentials::new(key())));
    clean(format!("{:?} {:?}", EnvironmentCredentials::new(), DefaultCredentials::new()));
    let cache = CachedCredentials::builder(key());
    clean(format!("{cache:?} {:?}", CachedCredentials::new(key())));
    let role = AssumeRoleCredentials::builder(key(), "arn").external_id("canary-5").policy("canary-6");
    clean(format!("{role:?} {:?}", role.clone().context(ProviderContext::new().variables(variables)).build()));
    let role = OidcRoleCredentials::builder().context(ProviderContext::new().variables(variables)).policy("canary-7");
    clean(format!("{role:?} {:?}", role.clone().build()));
    let uri = UriCredentials::builder()
        .context(ProviderContext::new().variables(variables))
        .uri("https://host/canary-8?canary=9");
    clean(format!("{uri:?} {:?}", uri.clone().build()));
    let process =
        ProcessCredentials::builder("tool --secret canary-10").context(ProviderContext::new().variables(variables));
    clean(format!("{process:?} {:?}", process.clone().build()));
    let others = (
        EcsRamRoleCredentials::builder().context(ProviderContext::new().variables(variables)),
        CliProfileCredentials::builder().context(ProviderContext::new().variables(variables)),
        IniProfileCredentials::builder().context(ProviderContext::new().variables(variables)),
        DefaultCredentials::builder().context(ProviderContext::new().variables(variables)),
    );
    clean(format!("{others:?}"));
    let (a, b, c, d) = others;
    let built = (a.build(), b.build(), c.build(), d.build());
    clean(format!("{built:?}"));
    clean(format!("{:?}", Config::new().credentials(built.3)));
}
