use alicloud_document::document;
use alicloud_document::source::Source;

use super::*;

fn catalog(texts: &[&str]) -> Catalog {
    let read = |text: &&str| document::read(&Source::new("test.json", *text)).0;
    Catalog::new(texts.iter().map(read).collect())
}

fn request(method: &str, target: &str, headers: &[(&str, &str)]) -> Request {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Request { method: method.to_owned(), target: target.to_owned(), headers, body: Vec::new() }
}

fn found(catalog: &Catalog, request: &Request, older: bool) -> Result<String, String> {
    let query = request.query().unwrap();
    let route = catalog.route(request, &OperationSelector::of(request, older.then_some(&query)));
    route
        .map(|route| format!("{} {}", route.document.product.value, route.operation.name.value))
        .map_err(|failure| format!("{} {}", failure.status, failure.code))
}

const RPC: &str = r#"{"info": {"style": "RPC", "product": "Demo", "version": "1"}, "apis": {
    "Get": {"methods": ["get", "post"]}, "Set": {"methods": ["post"], "path": "/Set"}}}"#;
const OTHER: &str = r#"{"info": {"style": "RPC", "product": "Other", "version": "1"}, "apis": {
    "Get": {"methods": ["post"]}, "Own": {"methods": ["post"]}}}"#;
const ROA: &str = r#"{"info": {"style": "ROA", "product": "Cs", "version": "2"}, "apis": {
    "Show": {"path": "/things/{id}", "methods": ["get"]}, "List": {"path": "/things/all", "methods": ["get"]},
    "Change": {"path": "/things/{id}", "methods": ["put", "post"]}}}"#;
const V3: &str = r#"{"info": {"style": "V3", "product": "Both", "version": "3"}, "apis": {
    "Call": {"methods": ["post"]}, "Visit": {"path": "/visits/{id}", "methods": ["get"]}}}"#;

#[test]
fn route_of_rpc_operations_requires_the_root_path() {
    let catalog = catalog(&[RPC]);
    let headers = |action| [("x-acs-action", action), ("x-acs-version", "1")];
    let ask = |method, target, action| found(&catalog, &request(method, target, &headers(action)), false);
    assert_eq!(ask("POST", "/", "Get").unwrap(), "Demo Get");
    assert_eq!(ask("GET", "/?a=1", "Get").unwrap(), "Demo Get");
    assert_eq!(ask("POST", "/", "Set").unwrap(), "Demo Set");
    assert_eq!(ask("POST", "/Set", "Set").unwrap_err(), "404 InvalidApi.NotFound");
    assert_eq!(ask("PUT", "/", "Get").unwrap_err(), "405 UnsupportedHTTPMethod");
    assert_eq!(ask("POST", "/", "get").unwrap_err(), "404 InvalidAction.NotFound");
}

#[test]
fn route_of_older_requests_reads_the_operation_from_the_query() {
    let catalog = catalog(&[RPC]);
    let asked = request("GET", "/?Action=Get&Version=1", &[]);
    assert_eq!(found(&catalog, &asked, true).unwrap(), "Demo Get");
    assert_eq!(found(&catalog, &asked, false).unwrap_err(), "400 MissingParameter");
    let form = [("Action".to_owned(), "Get".to_owned()), ("Version".to_owned(), "1".to_owned())];
    let posted = request("POST", "/", &[]);
    let route = catalog.route(&posted, &OperationSelector::of(&posted, Some(&form)));
    assert_eq!(route.map(|route| route.operation.name.value.as_str()).ok(), Some("Get"));
    let other = request("GET", "/?Action=Get&Version=9", &[]);
    assert_eq!(found(&catalog, &other, true).unwrap_err(), "404 NoSuchVersion");
}

#[test]
fn route_of_ambiguous_paths_prefers_literal_segments() {
    let catalog = catalog(&[ROA]);
    let ask = |method, target| found(&catalog, &request(method, target, &[("x-acs-version", "2")]), false);
    assert_eq!(ask("GET", "/things/all").unwrap(), "Cs List");
    assert_eq!(ask("GET", "/things/one?x=1").unwrap(), "Cs Show");
    assert_eq!(ask("PUT", "/things/one").unwrap(), "Cs Change");
    assert_eq!(ask("POST", "/things/one").unwrap(), "Cs Change");
    assert_eq!(ask("DELETE", "/things/one").unwrap_err(), "405 UnsupportedHTTPMethod");
    assert_eq!(ask("GET", "/things").unwrap_err(), "404 InvalidApi.NotFound");
}

#[test]
fn route_of_a_named_operation_requires_its_path() {
    let catalog = catalog(&[ROA]);
    let headers = [("x-acs-version", "2"), ("x-acs-action", "Show")];
    let ask = |method, target| found(&catalog, &request(method, target, &headers), false);
    assert_eq!(ask("GET", "/things/all").unwrap(), "Cs Show");
    assert_eq!(ask("GET", "/").unwrap_err(), "404 InvalidApi.NotFound");
    assert_eq!(ask("PUT", "/things/one").unwrap_err(), "405 UnsupportedHTTPMethod");
}

#[test]
fn route_with_several_documents_selects_one_by_version() {
    let catalog = catalog(&[RPC, OTHER, ROA, V3]);
    let ask = |method, target, headers: &[_]| found(&catalog, &request(method, target, headers), false);
    let named = |action, version| [("x-acs-action", action), ("x-acs-version", version), ("host", "127.0.0.1:1")];
    assert_eq!(ask("POST", "/", &named("Get", "1")).unwrap(), "Demo Get");
    assert_eq!(ask("POST", "/", &named("Own", "1")).unwrap(), "Other Own");
    assert_eq!(ask("POST", "/", &named("Call", "3")).unwrap(), "Both Call");
    assert_eq!(ask("GET", "/visits/7", &named("Visit", "3")).unwrap(), "Both Visit");
    let other = [("x-acs-action", "Get"), ("x-acs-version", "1"), ("host", "other.cn-shanghai.aliyuncs.com")];
    assert_eq!(ask("POST", "/", &other).unwrap(), "Other Get");
    assert_eq!(ask("GET", "/", &other).unwrap(), "Demo Get");
}
