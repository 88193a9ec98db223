//! Measures the page in a real browser, for `cargo xtask bench explorer`: the explorer runs already, with many
//! documents.
#![allow(missing_docs)]

mod support;

use serde_json::Value;
use support::browser::Browser;

/// Calls `arguments[0]` with the time since the navigation when the list of operations is drawn.
const USABLE: &str = "const done = arguments[0];
    const check = () => document.querySelector('#list [role=option]') ? done(performance.now()) : setTimeout(check, 2);
    check();";

/// Opens the operation `arguments[0]`, and calls `arguments[2]` with the time until the parameter `arguments[1]` is
/// drawn.
const OPEN: &str = "const [hash, parameter, done] = arguments;
    const started = performance.now();
    location.hash = hash;
    const check = () => document.querySelector(`#operation [data-name='${parameter}']`)
      ? done(performance.now() - started) : requestAnimationFrame(check);
    check();";

/// Types a text into the search, and returns the time of each key, with the layout after it.
const SEARCH: &str = "const input = document.getElementById('search');
    return [...arguments[0]].map((_, index) => {
      const started = performance.now();
      input.value = arguments[0].slice(0, index + 1);
      input.dispatchEvent(new Event('input'));
      document.body.getBoundingClientRect();
      return performance.now() - started;
    });";

/// The bytes of the page: everything but the server's data.
const BYTES: &str = "const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    return entries.filter((entry) => !entry.name.includes('/api/')).reduce((sum, entry) => sum + entry.transferSize, 0);";

#[tokio::test]
#[ignore = "a measurement: run `cargo xtask bench explorer`"]
async fn page_with_many_documents_is_measured() {
    let link = std::env::var("ALICLOUD_EXPLORER_LINK").expect("the link of a running explorer");
    let folder = tempfile::tempdir().expect("a folder");
    let Some(browser) = Browser::open(&link, folder).await else { return };
    let client = &browser.client;
    let number = |value: Value| value.as_f64().expect("a number");
    let report = |name: &str, value: f64| println!("measured {name}: {value:.1}");
    report("usable", number(client.execute_async(USABLE, Vec::new()).await.expect("a script")));
    report("bytes", number(client.execute(BYTES, Vec::new()).await.expect("a script")));
    let mut open = Vec::new();
    for (operation, parameter) in [
        ("RunInstances", "ImageId"),
        ("DescribeInstances", "InstanceIds"),
        ("CreateSecurityGroup", "VpcId"),
        ("ModifyInstanceAttribute", "InstanceId"),
        ("DescribeImages", "ImageId"),
    ] {
        let hash = format!("ecs/2014-05-26/{operation}").into();
        open.push(number(client.execute_async(OPEN, vec![hash, parameter.into()]).await.expect("a script")));
    }
    report("first", open.remove(0));
    open.sort_by(f64::total_cmp);
    report("open", open[open.len() / 2]);
    let keys = client.execute(SEARCH, vec!["describe instance status".into()]).await.expect("a script");
    let mut keys: Vec<f64> = keys.as_array().expect("a list").iter().cloned().map(number).collect();
    keys.sort_by(f64::total_cmp);
    report("key", keys[keys.len() / 2]);
    report("slowest key", keys[keys.len() - 1]);
    browser.end().await;
}
