//! The endpoints of the page.
#![allow(missing_docs)]

mod support;

use alicloud_explorer::target::{Settings, Target};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::{PLANTED, Server, log_off, root, scripts};

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
        let lines = text.split("\\\n").enumerate();
        used.extend(lines.map(|(index, line)| if index == 0 { line } else { line.trim_start() }));
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
        let ran = cargo
            .env("CARGO_TARGET_DIR", std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("exported"))
            .output()
            .unwrap();
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
        "changeSet": [{"createdAt": "2025-12-03T01:37:06.000Z", "apis": [{"api": "Act", "description": "请求参数发生变更"}]}],
        "apis": {"Act": {"methods": ["post"], "parameters": [], "systemTags": {"chargeType": "paid"},
            "responses": {"200": {"schema": {"type": "object", "properties": {"RequestId": {"type": "string"}}}}}}},
    });
    let path = folder.path().join("limits.json");
    std::fs::write(&path, document.to_string()).unwrap();
    let server = Server::start(&[path]).await;
    let described = server.get("operation?product=limits&version=2024-01-01&operation=Act").await;
    assert_eq!(described["limits"], json!([{"calls": 5, "seconds": 1, "region": null}]));
    let change = json!({"date": "2025-12-03", "description": "request parameters changed"});
    assert_eq!(described["changes"], json!([change]));
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
