use super::*;
use crate::service::Endpoint;

static SERVICE: Service = Service::new("thing", "2021-09-01", "p", "1").endpoints(&[
    Endpoint::new("cn-shanghai", "thing.cn-shanghai.aliyuncs.com").vpc("thing.vpc-proxy.aliyuncs.com"),
    Endpoint::new("ap-southeast-1", "thing.ap-southeast-1.aliyuncs.com"),
]);
static CENTRAL: Service = Service::new("thing", "2021-09-01", "p", "1").endpoints(&[
    Endpoint::new("cn-shanghai", "thing.aliyuncs.com"),
    Endpoint::new("cn-beijing", "thing.aliyuncs.com"),
]);

#[test]
fn resolve_of_a_region_returns_its_endpoint() {
    let target = resolve(&SERVICE, Some("cn-shanghai"), EndpointType::Public).unwrap();
    assert_eq!(
        (target.scheme.as_str(), target.authority.as_str(), target.loopback),
        ("https", "thing.cn-shanghai.aliyuncs.com", false)
    );
    let target = resolve(&SERVICE, Some("cn-shanghai"), EndpointType::Vpc).unwrap();
    assert_eq!(target.authority, "thing.vpc-proxy.aliyuncs.com");
    assert_eq!(resolve(&CENTRAL, None, EndpointType::Public).unwrap().authority, "thing.aliyuncs.com");
}

#[test]
fn resolve_of_an_unknown_region_lists_the_known_ones() {
    let error = resolve(&SERVICE, Some("mars-1"), EndpointType::Public).unwrap_err();
    assert!(error.contains("\"mars-1\"") && error.contains("ap-southeast-1, cn-shanghai"), "{error}");
    let error = resolve(&SERVICE, Some("ap-southeast-1"), EndpointType::Vpc).unwrap_err();
    assert!(error.contains("known regions: cn-shanghai;"), "{error}");
    let error = resolve(&SERVICE, None, EndpointType::Public).unwrap_err();
    assert!(error.contains("ALIBABA_CLOUD_REGION_ID") && error.contains("ap-southeast-1, cn-shanghai"), "{error}");
}

#[test]
fn parse_of_common_spellings_returns_the_target() {
    let good = [
        ("thing.example.com", "https", "thing.example.com"),
        ("https://Thing.Example.com/", "https", "thing.example.com"),
        ("thing.example.com.", "https", "thing.example.com"),
        ("https://thing.example.com:443", "https", "thing.example.com"),
        ("https://thing.example.com:8443", "https", "thing.example.com:8443"),
        ("http://127.0.0.1:1234", "http", "127.0.0.1:1234"),
        ("http://127.8.0.1:80", "http", "127.8.0.1"),
        ("HTTP://localhost:1234/", "http", "localhost:1234"),
        ("http://[::1]:1234", "http", "[::1]:1234"),
        ("https://[2001:DB8:0:0::1]", "https", "[2001:db8::1]"),
        ("[::ffff:1.2.3.4]:80", "https", "[::ffff:102:304]:80"),
        ("10.0.0.1:9", "https", "10.0.0.1:9"),
    ];
    for (text, scheme, authority) in good {
        let target = Target::parse(text, false).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((target.scheme.as_str(), target.authority.as_str()), (scheme, authority), "{text}");
    }
    let bad = [
        "",
        "https://",
        "ftp://a",
        "http://example.com",
        "http://10.0.0.1",
        "a/b",
        "https://a/?x",
        "a?b",
        "a#b",
        "a\\b",
        "::1",
        "[::1",
        "[::1]x",
        "[zz]",
        "a:0",
        "a:65536",
        "a:+1",
        "a:",
        "a b",
        "a\r\nb",
        "a..b",
        "bücher.de",
        "1.2.3",
        "1.2.3.256",
        "0x7f.1",
        "a:1:2",
        "http://localhost.example.com",
    ];
    for text in bad {
        assert!(Target::parse(text, false).is_err(), "{text:?}");
    }
    assert!(Target::parse("http://example.com", true).is_ok());
}

#[test]
fn parse_of_a_password_does_not_report_it() {
    let error = Target::parse("https://user:canary@example.com", false).unwrap_err();
    assert!(!error.contains("canary") && error.contains("password"), "{error}");
}

#[test]
fn with_label_of_an_address_is_unchanged() {
    let of = |text| Target::parse(text, false).unwrap().with_label("Bucket").unwrap();
    assert_eq!(of("thing.example.com:8443"), "bucket.thing.example.com:8443");
    assert_eq!(of("http://127.0.0.1:1"), "127.0.0.1:1");
    // A host of Function Compute has one account.
    for host in ["1234.cn-shanghai.fc.aliyuncs.com", "cn-shanghai.fc.aliyuncs.com", "fc.cn-shanghai.aliyuncs.com"] {
        assert_eq!(of(host), "bucket.cn-shanghai.fc.aliyuncs.com");
    }
    assert_eq!(of("fcv3.cn-shanghai.aliyuncs.com"), "bucket.fcv3.cn-shanghai.aliyuncs.com");
}
