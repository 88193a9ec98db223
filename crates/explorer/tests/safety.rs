//! Attacks on the server of the page: foreign requests, planted secrets, hostile texts.
#![allow(missing_docs)]

mod support;

use reqwest::StatusCode;
use serde_json::json;
use support::{PLANTED, Server, log_off, scripts};

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
    for path in ["code", "curl", "signature", "permissions", "call", "project"] {
        let (status, body) = server.post(path, &filled).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        shown.push_str(&body.to_string());
    }
    shown.push_str(&server.lines("events", &filled).await.concat());
    let history = server.get("history").await;
    shown.push_str(&history.to_string());
    let pair = json!({"left": history[0]["id"], "right": history[1]["id"]});
    shown.push_str(&server.post("history/compare", &pair).await.1.to_string());
    let exported = folder.path().join("exported");
    let export = json!({"id": history[1]["id"], "folder": exported});
    let (status, body) = server.post("history/export", &export).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    for file in ["tests/replay.rs", "tests/recording.json"] {
        shown.push_str(&std::fs::read_to_string(exported.join(file)).unwrap());
    }
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
    for file in scripts() {
        let response = server.client.get(format!("{}{file}", server.link)).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/javascript; charset=utf-8", "{file}");
        let script = response.text().await.unwrap();
        for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
            assert!(!script.contains(sink), "{file} uses {sink}");
        }
    }
}
