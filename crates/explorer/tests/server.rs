//! The endpoints of the page, and the requests that they refuse.
#![allow(missing_docs)]

mod support;

use std::path::PathBuf;

use alicloud_explorer::target::{Settings, Target};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use support::{root, start};
use tempfile::TempDir;

/// A secret that no response may contain.
const PLANTED: &str = "planted-secret-7Q";

struct Server {
    link: String,
    client: Client,
    folder: TempDir,
}

impl Server {
    async fn start(documents: &[PathBuf]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let link = start(documents, &folder).await;
        // Another test may have installed it.
        _ = rustls::crypto::ring::default_provider().install_default();
        Self { link, client: Client::builder().no_proxy().build().unwrap(), folder }
    }

    async fn app_streaming() -> Self {
        Self::start(&[root().join("spec/appstream-center/2021-09-01.json")]).await
    }

    async fn get(&self, path: &str) -> Value {
        let response = self.client.get(format!("{}api/{path}", self.link)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let response = self.client.post(format!("{}api/{path}", self.link)).json(body).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }
}

fn log_off(parameters: Value) -> Value {
    json!({
        "product": "appstream-center",
        "version": "2021-09-01",
        "operation": "LogOffAllSessionsInAppInstanceGroup",
        "parameters": parameters,
    })
}

#[tokio::test]
async fn index_lists_every_operation_with_its_summary() {
    let server = Server::app_streaming().await;
    let index = server.get("index").await;
    let operations = index["documents"][0]["operations"].as_array().unwrap();
    assert_eq!(operations.len(), 92);
    assert!(operations.iter().all(|row| !row[1].as_str().unwrap().is_empty()));
    assert_eq!(index["settings"]["target"], "mock");
}

#[tokio::test]
async fn call_of_the_mock_returns_the_response_and_explains_a_refusal() {
    let server = Server::app_streaming().await;
    let good = log_off(json!({"ProductType": "CloudApp", "AppInstanceGroupId": "aig-9ciijz60n4xsv****"}));
    let (status, made) = server.post("call", &good).await;
    assert_eq!((status, &made["outcome"]["ok"]), (StatusCode::OK, &json!(true)), "{made}");
    assert!(made["outcome"]["value"]["RequestId"].is_string());
    assert_eq!(made["outcome"]["attempts"].as_array().unwrap().len(), 1);

    let bad = log_off(json!({"ProductType": "Unknown", "AppInstanceGroupId": "aig-9ciijz60n4xsv****"}));
    let (_, made) = server.post("call", &bad).await;
    let error = &made["outcome"]["error"];
    assert_eq!(error["code"], "InvalidParameter.ProductType", "{made}");
    let explanation = error["explanation"].to_string();
    assert!(explanation.contains("CloudApp") && explanation.contains("did not execute"), "{explanation}");

    let history = server.get("history").await;
    assert_eq!(history.as_array().unwrap().len(), 2);
    assert_eq!(history[0]["outcome"]["error"]["code"], "InvalidParameter.ProductType");
    assert_eq!(history[1]["parameters"]["ProductType"], "CloudApp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(server.folder.path().join("history.jsonl")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    server.post("history/clear", &json!({})).await;
    assert_eq!(server.get("history").await, json!([]));
}

#[tokio::test]
async fn parameters_with_problems_are_named_and_nothing_is_called() {
    let server = Server::app_streaming().await;
    let wrong = log_off(json!({"ProductTyp": "CloudApp", "AppInstanceGroupId": ["a"]}));
    for path in ["call", "code"] {
        let (status, problems) = server.post(path, &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = problems.to_string();
        assert!(text.contains("did you mean `ProductType`") && text.contains("expected a text"), "{text}");
    }
    assert_eq!(server.get("history").await, json!([]));
}

#[tokio::test]
async fn write_on_the_service_without_its_name_is_refused() {
    let server = Server::app_streaming().await;
    let mut call = log_off(json!({"ProductType": "CloudApp", "AppInstanceGroupId": "aig-1"}));
    call["settings"] = json!({"target": "service"});
    for confirm in ["", "LogOff", "logoffallsessionsinappinstancegroup"] {
        call["confirm"] = confirm.into();
        let (status, refused) = server.post("call", &call).await;
        assert_eq!(status, StatusCode::CONFLICT, "{refused}");
    }
}

#[tokio::test]
async fn project_is_saved_to_an_empty_folder_alone() {
    let server = Server::app_streaming().await;
    let mut filled = log_off(json!({"ProductType": "CloudApp", "AppInstanceGroupId": "aig-1"}));
    let folder = server.folder.path().join("project");
    filled["folder"] = json!(folder);
    let (status, saved) = server.post("project", &filled).await;
    assert_eq!(status, StatusCode::OK, "{saved}");
    let main = std::fs::read_to_string(folder.join("src/main.rs")).unwrap();
    assert!(main.contains("ProductType::CloudApp") && main.contains("\"aig-1\""), "{main}");
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("appstream-center-20210901\" }"), "{manifest}");
    let (status, refused) = server.post("project", &filled).await;
    assert_eq!(
        (status, refused["error"].as_str().unwrap().contains("is not empty")),
        (StatusCode::UNPROCESSABLE_ENTITY, true)
    );
    filled["folder"] = json!("relative");
    assert_eq!(server.post("project", &filled).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn requests_of_other_pages_are_refused() {
    let server = Server::app_streaming().await;
    let (link, client) = (&server.link, &server.client);
    let origin = link.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let port = origin.rsplit(':').next().unwrap();
    let body = log_off(json!({"ProductType": "CloudApp", "AppInstanceGroupId": "aig-1"})).to_string();
    let call = || client.post(format!("{link}api/call")).body(body.clone());
    let json_call = || call().header("content-type", "application/json");
    let refused = [
        // DNS rebinding: the name of another host resolves to this machine.
        json_call().header("host", "attacker.example"),
        json_call().header("host", format!("attacker.example:{port}")),
        json_call().header("host", "127.0.0.1"),
        json_call().header("host", "127.0.0.1:1"),
        // A form or a script of another page.
        json_call().header("origin", "https://attacker.example"),
        json_call().header("origin", "null"),
        json_call().header("origin", format!("https://127.0.0.1:{port}")),
        json_call().header("origin", "http://127.0.0.1:1"),
        json_call().header("origin", origin.clone()).header("origin", "https://attacker.example"),
        // Content types that a page may send without asking.
        call().header("content-type", "text/plain"),
        call().header("content-type", "application/x-www-form-urlencoded"),
        call().header("content-type", "multipart/form-data; boundary=x"),
        call(),
        // The token.
        client.get(format!("{origin}/")),
        client.get(format!("{origin}/api/index")),
        client.get(format!("{origin}/{}/api/index", "0".repeat(32))),
        client.get(format!("{}x/api/index", link.trim_end_matches('/'))),
        client.get(format!("{}/api/index", &link[..link.len() - 2])),
        client
            .request(reqwest::Method::OPTIONS, format!("{link}api/call"))
            .header("origin", "https://attacker.example"),
    ];
    for request in refused {
        let request = request.build().unwrap();
        let what = format!("{} {} {:?}", request.method(), request.url(), request.headers());
        let response = client.execute(request).await.unwrap();
        assert!(matches!(response.status().as_u16(), 400 | 403 | 415), "{what}: {}", response.status());
        assert!(response.headers().get("access-control-allow-origin").is_none());
        assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    }
    assert_eq!(server.get("history").await, json!([]), "nothing was called");
    // The page itself may.
    let own = json_call().header("origin", origin).send().await.unwrap();
    assert_eq!(own.status(), StatusCode::OK);
}

#[tokio::test]
async fn every_response_confines_the_page() {
    let server = Server::app_streaming().await;
    for path in ["", "app.js", "style.css", "api/index", "api/operation?product=x&version=y&operation=z", "nowhere"] {
        let response = server.client.get(format!("{}{path}", server.link)).send().await.unwrap();
        let headers = response.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["cache-control"], "no-store");
    }
    let page = server.client.get(&server.link).send().await.unwrap().text().await.unwrap();
    assert!(!page.contains("<script>") && !page.contains(" style=") && !page.contains("onclick"), "no inline code");
    assert!(!page.contains("http:") && !page.contains("https:"), "nothing is downloaded");
}

#[tokio::test]
async fn secrets_reach_no_response_and_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let document = json!({
        "info": {"style": "RPC", "product": "vault", "version": "2024-01-01"},
        "apis": {"Open": {"methods": ["post"], "parameters": [
            {"name": "Password", "in": "query", "schema": {"type": "string", "required": true}},
            {"name": "Name", "in": "query", "schema": {"type": "string"}},
            {"name": "Users", "in": "query", "style": "json", "schema": {"type": "array", "items": {"type": "object",
                "properties": {"AccessKeySecret": {"type": "string"}, "Id": {"type": "string"}}}}},
        ], "responses": {"200": {"schema": {"type": "object", "properties": {
            "RequestId": {"type": "string"},
            "SecurityToken": {"type": "string", "example": PLANTED},
            "Keys": {"type": "array", "items": {"type": "object", "properties": {
                "AccessKeySecret": {"type": "string", "example": PLANTED}}}},
        }}}}}},
    });
    let path = folder.path().join("vault.json");
    std::fs::write(&path, document.to_string()).unwrap();
    let server = Server::start(&[path]).await;
    let filled = json!({
        "product": "vault", "version": "2024-01-01", "operation": "Open",
        "parameters": {"Password": PLANTED, "Name": "n", "Users": [{"AccessKeySecret": PLANTED, "Id": "i"}]},
        "folder": folder.path().join("project"),
    });
    let mut shown = String::new();
    for path in ["code", "call", "project"] {
        let (status, body) = server.post(path, &filled).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        shown.push_str(&body.to_string());
    }
    shown.push_str(&server.get("history").await.to_string());
    shown.push_str(&std::fs::read_to_string(server.folder.path().join("history.jsonl")).unwrap());
    shown.push_str(&std::fs::read_to_string(folder.path().join("project/src/main.rs")).unwrap());
    assert!(!shown.contains(PLANTED), "{shown}");
    assert!(shown.contains("std::env::var(\\\"PASSWORD\\\")") && shown.contains("***"), "{shown}");
}

/// The page shows texts of documents as text; the server sends them as JSON, which no browser executes.
#[tokio::test]
async fn hostile_texts_stay_data() {
    let folder = tempfile::tempdir().unwrap();
    let script = "</script><script>alert(1)</script><img src=x onerror=alert(1)>";
    let document = json!({
        "info": {"style": "RPC", "product": "hostile", "version": "2024-01-01", "x-title": script},
        "apis": {"Show": {"methods": ["post"], "summary": script, "description": format!("[x](javascript:alert(1)) {script}"),
            "parameters": [{"name": "A", "in": "query", "schema": {"type": "string", "description": script, "enum": [script]}}],
            "responses": {"200": {"schema": {"type": "object", "properties": {"B": {"type": "string", "example": script}}}}}}},
    });
    let path = folder.path().join("hostile.json");
    std::fs::write(&path, document.to_string()).unwrap();
    let server = Server::start(&[path]).await;
    for path in ["api/index", "api/operation?product=hostile&version=2024-01-01&operation=Show"] {
        let response = server.client.get(format!("{}{path}", server.link)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "application/json");
    }
    for file in ["app.js", "dom.js", "form.js", "result.js"] {
        let script = server.client.get(format!("{}{file}", server.link)).send().await.unwrap().text().await.unwrap();
        for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
            assert!(!script.contains(sink), "{file} uses {sink}");
        }
    }
}

#[test]
fn target_defaults_to_the_mock() {
    assert_eq!(Settings::default().target, Target::Mock);
}
