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

    /// The lines of a streamed response.
    async fn lines(&self, path: &str, body: &Value) -> Vec<String> {
        let response = self.client.post(format!("{}api/{path}", self.link)).json(body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap().lines().map(str::to_owned).collect()
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

/// The modules of the page; `types.js` has only types.
fn scripts() -> Vec<String> {
    let files = std::fs::read_dir(root().join("crates/explorer/page")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let scripts: Vec<String> = names.filter(|name| name.ends_with(".js") && name != "types.js").collect();
    assert!(scripts.len() > 10);
    scripts
}

/// Every text of the page has a translation, and every translation is used.
#[test]
fn chinese_table_has_the_texts_of_the_page() {
    let page = root().join("crates/explorer/page");
    let table = std::fs::read_to_string(page.join("chinese.js")).unwrap();
    let keys: Vec<&str> =
        table.lines().filter_map(|line| line.trim().strip_prefix('"')?.split("\": ").next()).collect();
    let mut used = std::fs::read_to_string(page.join("index.html")).unwrap();
    for file in scripts().iter().filter(|file| *file != "chinese.js") {
        let text = std::fs::read_to_string(page.join(file)).unwrap();
        for (at, _) in text.match_indices("t(\"").filter(|(at, _)| !text[..*at].ends_with(char::is_alphanumeric)) {
            let key = text[at + 3..].split('"').next().unwrap();
            assert!(keys.contains(&key), "{file}: `{key}` has no translation");
        }
        used.push_str(&text);
    }
    // The server's sentences, and words that the page composes.
    for file in ["outcome.rs", "signature.rs", "target.rs"] {
        let text = std::fs::read_to_string(root().join("crates/explorer/src").join(file)).unwrap();
        used.push_str(&text.replace("\\\n                          ", ""));
    }
    let composed = [
        "Add entry",
        "Add item",
        "Remove entry",
        "Remove item",
        "high risk",
        "added",
        "withdrawn",
        "request parameters changed",
        "response changed",
        "error codes changed",
        "description changed",
        "changed",
        "boolean",
        "bytes",
        "enum",
        "json",
        "number",
        "text",
        "timestamp",
        "read",
        "write",
        "mock",
        "service",
    ];
    for key in keys.iter().filter(|key| !composed.contains(key)) {
        assert!(used.contains(key), "nothing shows `{key}`");
    }
}

#[tokio::test]
async fn curl_for_the_mock_is_signed_and_accepted() {
    let server = Server::app_streaming().await;
    let filled = log_off(json!({"ProductType": "CloudApp", "AppInstanceGroupId": "aig-1 'x'"}));
    let (status, body) = server.post("curl", &filled).await;
    assert_eq!((status, &body["signed"]), (StatusCode::OK, &json!(true)), "{body}");
    let line = body["curl"].as_str().unwrap();
    assert!(line.contains("Credential=mock-access-key-id"), "{line}");
    let Ok(ran) = std::process::Command::new("sh").args(["-c", &format!("{line} --silent --noproxy '*'")]).output()
    else {
        return;
    };
    if ran.status.code() != Some(127) {
        let response: Value = serde_json::from_slice(&ran.stdout).unwrap();
        assert_eq!(response["Code"], "OK", "{line}\n{response}");
    }
}

#[tokio::test]
async fn curl_for_the_service_has_no_signature() {
    let server = Server::app_streaming().await;
    let mut filled = log_off(json!({"ProductType": "CloudApp", "AppInstanceGroupId": "aig-1"}));
    filled["settings"] = json!({"target": "service"});
    let (status, body) = server.post("curl", &filled).await;
    assert_eq!((status, &body["signed"]), (StatusCode::OK, &json!(false)), "{body}");
    let line = body["curl"].as_str().unwrap();
    assert!(!line.contains("Credential=") && !line.contains("x-acs-date") && line.contains("$AUTHORIZATION"), "{line}");
    assert!(body["command"].as_str().unwrap().ends_with("--AppInstanceGroupId aig-1 --curl"), "{body}");
}

#[tokio::test]
async fn signature_is_explained_with_a_dummy_key() {
    let server = Server::app_streaming().await;
    let filled = log_off(json!({"ProductType": "CloudApp", "AppInstanceGroupId": "aig-1"}));
    let (_, steps) = server.post("signature", &filled).await;
    let titles: Vec<&str> = steps.as_array().unwrap().iter().map(|step| step["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Key", "Canonical request", "String to sign", "Headers of the signature"]);
    assert!(steps[1]["text"].as_str().unwrap().contains("\nx-acs-action:LogOffAllSessionsInAppInstanceGroup\n"));
    assert!(steps[3]["text"].as_str().unwrap().contains("authorization: ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"));
}

#[tokio::test]
async fn permission_and_policy_name_the_action() {
    let server = Server::app_streaming().await;
    let (_, permissions) = server.post("permissions", &log_off(json!({}))).await;
    let permission = &permissions[0];
    let action = "appstreaming:LogOffAllSessionsInAppInstanceGroup";
    assert_eq!((&permission["action"], &permission["resources"]), (&json!(action), &json!(["*"])), "{permission}");
    let (_, policy) = server.post("policy", &json!({"permissions": permissions})).await;
    let expected = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": [action], "Resource": ["*"]}]});
    assert_eq!(policy, expected);
}

#[tokio::test]
async fn events_arrive_line_by_line_before_the_result() {
    let folder = tempfile::tempdir().unwrap();
    let document = json!({
        "info": {"style": "RPC", "product": "chat", "version": "2024-01-01"},
        "apis": {"Talk": {"methods": ["post"], "schemes": ["https", "sse"], "parameters": [
            {"name": "Question", "in": "query", "schema": {"type": "string", "required": true}},
        ], "responses": {"200": {"schema": {"type": "object", "properties": {
            "RequestId": {"type": "string"}, "Answer": {"type": "string", "example": "yes"},
            "ApiKey": {"type": "string", "example": PLANTED}}}}}}},
    });
    let path = folder.path().join("chat.json");
    std::fs::write(&path, document.to_string()).unwrap();
    let server = Server::start(&[path]).await;
    let described = server.get("operation?product=chat&version=2024-01-01&operation=Talk").await;
    assert_eq!(described["events"], true, "{described}");
    let talk = |parameters: Value| json!({"product": "chat", "version": "2024-01-01", "operation": "Talk", "parameters": parameters});
    let lines = server.lines("events", &talk(json!({"Question": "q"}))).await;
    let lines: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert_eq!((&lines[0]["event"]["id"], &lines[0]["event"]["value"]["Answer"]), (&json!("1"), &json!("yes")));
    let times: Vec<f64> = lines[..3].iter().map(|line| line["event"]["milliseconds"].as_f64().unwrap()).collect();
    assert!(times[2] - times[0] > 200.0, "the events arrive as they are sent: {times:?}");
    assert_eq!(lines[3]["outcome"]["value"].as_array().unwrap().len(), 3);
    assert!(!serde_json::to_string(&lines).unwrap().contains(PLANTED));
    // A refused call leaves no script for the next one.
    let refused = server.lines("events", &talk(json!({}))).await;
    assert!(refused[0].contains("MissingQuestion") || refused[0].contains("MissingParameter"), "{refused:?}");
    let (_, made) = server.post("call", &talk(json!({"Question": "q"}))).await;
    assert_eq!(made["outcome"]["value"]["Answer"], "yes", "{made}");
}

#[tokio::test]
async fn calls_in_the_history_are_compared_and_exported() {
    let server = Server::app_streaming().await;
    for product in ["CloudApp", "Unknown"] {
        let call = log_off(json!({"ProductType": product, "AppInstanceGroupId": "aig-1"}));
        assert_eq!(server.post("call", &call).await.0, StatusCode::OK);
    }
    let history = server.get("history").await;
    let pair = json!({"left": history[1]["id"], "right": history[0]["id"]});
    let (status, found) = server.post("history/compare", &pair).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    let paths: Vec<&str> = found.as_array().unwrap().iter().map(|part| part["path"].as_str().unwrap()).collect();
    assert!(paths.contains(&"parameters.ProductType") && paths.contains(&"error"), "{found}");
    assert_eq!(server.post("history/compare", &json!({"left": "x", "right": "y"})).await.0, StatusCode::NOT_FOUND);

    // Both tests compile without warnings and pass.
    for (index, name) in ["fails", "succeeds"].into_iter().enumerate() {
        let folder = server.folder.path().join(name);
        let (status, saved) =
            server.post("history/export", &json!({"id": history[index]["id"], "folder": folder})).await;
        assert_eq!(status, StatusCode::OK, "{saved}");
        std::fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        let mut cargo = std::process::Command::new(env!("CARGO"));
        cargo.args(["test", "--quiet"]).current_dir(&folder).env("RUSTFLAGS", "-Dwarnings");
        let ran = cargo.env("CARGO_TARGET_DIR", root().join("target/exported")).output().unwrap();
        let (out, errors) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        let test = std::fs::read_to_string(folder.join("tests/replay.rs")).unwrap();
        assert!(ran.status.success() && out.contains("1 passed"), "{out}{errors}\n{test}");
    }
}

#[tokio::test]
async fn documentation_has_rate_limits_and_changes() {
    let folder = tempfile::tempdir().unwrap();
    let document = json!({
        "info": {"style": "RPC", "product": "limits", "version": "2024-01-01"},
        "flowControl": {"flowControlList": [
            {"threshold": "5", "countWindow": 1, "regionId": "*", "api": "Act"},
            {"threshold": "9", "countWindow": 1, "regionId": "*", "api": "Other"},
            {"threshold": "-1", "countWindow": 1, "regionId": "*"}]},
        "changeSet": [{"createdAt": "2025-12-03T01:37:06.000Z", "apis": [{"api": "Act", "description": "a new parameter"}]}],
        "apis": {"Act": {"methods": ["post"], "parameters": [], "systemTags": {"chargeType": "paid"},
            "responses": {"200": {"schema": {"type": "object", "properties": {"RequestId": {"type": "string"}}}}}}},
    });
    let path = folder.path().join("limits.json");
    std::fs::write(&path, document.to_string()).unwrap();
    let server = Server::start(&[path]).await;
    let described = server.get("operation?product=limits&version=2024-01-01&operation=Act").await;
    assert_eq!(described["limits"], json!([{"threshold": "5", "seconds": 1, "region": "*"}]));
    assert_eq!(described["changes"][0]["description"], "a new parameter");
    assert_eq!(described["paid"], true);
    // A call that costs money needs its name as well.
    let mut call = json!({"product": "limits", "version": "2024-01-01", "operation": "Act"});
    call["settings"] = json!({"target": "service"});
    assert_eq!(server.post("call", &call).await.0, StatusCode::CONFLICT);
    assert_eq!(server.post("events", &call).await.0, StatusCode::CONFLICT);
}

#[test]
fn target_defaults_to_the_mock() {
    assert_eq!(Settings::default().target, Target::Mock);
}
