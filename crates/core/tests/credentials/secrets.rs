//! Nothing that was planted shows itself.

use alicloud_core::Config;
use alicloud_core::credentials::*;

use crate::town::clean;

#[test]
fn no_debug_text_shows_a_secret() {
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
    clean(format!("{role:?} {:?}", role.clone().variables(variables).build()));
    let role = OidcRoleCredentials::builder().policy("canary-7").variables(variables);
    clean(format!("{role:?} {:?}", role.clone().build()));
    let uri = UriCredentials::builder().uri("https://host/canary-8?canary=9").variables(variables);
    clean(format!("{uri:?} {:?}", uri.clone().build()));
    let process = ProcessCredentials::builder("tool --secret canary-10").variables(variables);
    clean(format!("{process:?} {:?}", process.clone().build()));
    let others = (
        EcsRamRoleCredentials::builder().variables(variables),
        CliProfileCredentials::builder().variables(variables),
        IniProfileCredentials::builder().variables(variables),
        DefaultCredentials::builder().variables(variables),
    );
    clean(format!("{others:?}"));
    let (a, b, c, d) = others;
    let built = (a.build(), b.build(), c.build(), d.build());
    clean(format!("{built:?}"));
    clean(format!("{:?}", Config::new().credentials(built.3)));
}
