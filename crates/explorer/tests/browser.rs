//! The page in a real browser. Screenshots are kept below the target folder.
#![allow(missing_docs)]

mod support;

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::json;
use support::browser::Browser;
use support::{root, start};

/// Starts a server with the document of App Streaming and a hostile one, and opens its page.
async fn open() -> Option<Browser> {
    let folder = tempfile::tempdir().unwrap();
    let hostile = folder.path().join("hostile.json");
    std::fs::write(&hostile, hostile_document()).unwrap();
    let link = start(&[root().join("spec/appstream-center/2021-09-01.json"), hostile], &folder).await;
    Browser::open(&link, folder).await
}

/// Selects the service as the target, as a user does.
const SELECT_SERVICE: &str = "const select = document.getElementById('target-select');
    select.value = 'service'; select.dispatchEvent(new Event('change'));";

/// A document whose texts are attacks on a page that shows them as HTML.
fn hostile_document() -> String {
    let script = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
    json!({
        "info": {"style": "RPC", "product": "hostile", "version": "2024-01-01", "x-title": script},
        "apis": {"Attack": {"methods": ["post"], "summary": script, "description": format!("[x](javascript:alert(1)) {script}"),
            "parameters": [{"name": "A", "in": "query", "schema": {"type": "string", "description": script, "enum": [script]}},
                {"name": "Labels", "in": "query", "schema": {"type": "object", "additionalProperties": {"type": "string"}}}],
            "responses": {"200": {"schema": {"type": "object", "properties": {"B": {"type": "string", "example": script}}}}}},
            "Talk": {"methods": ["post"], "schemes": ["https", "sse"], "systemTags": {"chargeType": "paid"}, "summary": "Talks in events.",
            "parameters": [], "responses": {"200": {"schema": {"type": "object", "properties": {
                "Answer": {"type": "string", "description": "A part of the answer.", "example": "yes"}}}}}}},
    })
    .to_string()
}

#[tokio::test]
async fn page_finds_fills_calls_and_explains() {
    let Some(browser) = open().await else { return };
    browser.until("#count", "94 operations").await;
    browser.screen("1-start").await;

    // Search by words of the summary, with the keyboard alone.
    let search = browser.wait("#search").await;
    search.send_keys("log off session").await.unwrap();
    browser.until("#count", "1 operation").await;
    search.send_keys(&Key::Enter.to_string()).await.unwrap();
    browser.until("#operation h2", "LogOffAllSessionsInAppInstanceGroup").await;

    // The code follows the form.
    browser.fill("ProductType", "CloudApp").await;
    browser.fill("AppInstanceGroupId", "aig-9ciijz60n4xsv****").await;
    browser.until("#side .code", "ProductType::CloudApp").await;
    browser.until("#side .code", "aig-9ciijz60n4xsv****").await;
    browser.screen("2-filled").await;

    browser.click("#call").await;
    browser.until("#side .status", "Success").await;
    assert!(browser.text("#side .result").await.contains("RequestId"));
    browser.screen("3-success").await;

    browser.fill("ProductType", "Unknown").await;
    browser.until("#side .code", "ProductType::from(\"Unknown\")").await;
    browser.click("#call").await;
    browser.until("#side .status", "InvalidParameter.ProductType").await;
    let explanation = browser.text("#side .result").await;
    assert!(explanation.contains("Known values: CloudApp") && explanation.contains("did not execute"), "{explanation}");
    browser.screen("4-refused").await;

    browser.tab("Documentation").await;
    browser.until("#operation .panel", "Error codes").await;
    browser.screen("5-documentation").await;

    for (tab, word) in [
        ("Cargo.toml", "[dependencies]"),
        ("Command", "alicloud call appstream-center"),
        ("Raw request", "RawRequest::rpc"),
        ("Signature", "AccessKeyId: YourAccessKeyId"),
    ] {
        browser.tab(tab).await;
        browser.until("#side .code", word).await;
    }
    browser.scroll_to("#side > .tabs").await;
    let steps = browser.text("#side").await;
    assert!(steps.contains("3. String to sign") && steps.contains("ACS3-HMAC-SHA256\n"), "{steps}");
    browser.screen("13-signature").await;

    // The permission, and a policy of it.
    browser.tab("Command").await;
    browser.until("#side", "Credential=mock-access-key-id").await;
    browser.until("#side", "Signed with the key of the mock").await;
    browser.screen("22-curl").await;
    browser.tab("Permission").await;
    browser.until("#operation .panel", "appstreaming:LogOffAllSessionsInAppInstanceGroup").await;
    browser.click("#add-permission").await;
    browser.until("#operation .code", "\"Effect\": \"Allow\"").await;
    browser.screen("14-permission").await;

    // The history: compare, repeat, export.
    browser.tab("History").await;
    browser.until("#operation .panel", "InvalidParameter.ProductType").await;
    for row in 1..=2 {
        browser.click(&format!("#operation tbody tr:nth-child({row}) input")).await;
    }
    browser.click("#compare").await;
    browser.until("#operation .panel", "parameters.ProductType").await;
    browser.screen("15-compare").await;
    browser.click("#operation tbody tr:nth-child(2) [aria-label^='Export']").await;
    let exported = browser.folder.path().join("exported");
    browser.wait("#answer").await.send_keys(&exported.display().to_string()).await.unwrap();
    browser.screen("16-dialog").await;
    browser.click("dialog button.primary").await;
    browser.until("#side .notice", "Saved in").await;
    assert!(exported.join("tests/recording.json").is_file());
    browser.click("#operation tbody tr:nth-child(2) [aria-label^='Repeat']").await;
    browser.until("#side .status", "Success").await;
    browser.tab("Attempts").await;
    browser.until("#side .result", "ms").await;

    // A call of the service needs the name of the operation; the line for it has no signature.
    browser.client.execute(SELECT_SERVICE, Vec::new()).await.unwrap();
    browser.tab("Command").await;
    browser.until("#side", "This line has no signature").await;
    browser.screen("17-service").await;
    browser.fits("the settings of the service").await;
    browser.click("#call").await;
    browser.until("dialog", "Type its name to confirm").await;
    browser.click("dialog button[value='no']").await;

    // A project.
    browser.click("#save").await;
    let folder = browser.folder.path().join("project");
    browser.wait("#answer").await.send_keys(&folder.display().to_string()).await.unwrap();
    browser.click("dialog button.primary").await;
    browser.until("#side .notice", "Saved in").await;
    assert!(folder.join("src/main.rs").is_file());

    // The link reopens the filled form.
    let link = browser.client.current_url().await.unwrap();
    browser.client.goto("about:blank").await.unwrap();
    browser.client.goto(link.as_str()).await.unwrap();
    let input = browser.wait("[data-name='AppInstanceGroupId'] input").await;
    assert_eq!(input.prop("value").await.unwrap().as_deref(), Some("aig-9ciijz60n4xsv****"));
    browser.end().await;
}

#[tokio::test]
async fn page_shows_problems_nested_values_and_pages() {
    let Some(browser) = open().await else { return };
    let open = async |name: &str| {
        let search = browser.wait("#search").await;
        search.clear().await.unwrap();
        search.send_keys(name).await.unwrap();
        browser.until("#count", "operation").await;
        search.send_keys(&Key::Enter.to_string()).await.unwrap();
        browser.until("#operation h2", name).await;
    };
    open("CreateAppInstanceGroup").await;
    browser.click("#examples").await;
    browser.until("#side .code", "CreateAppInstanceGroup::new").await;
    browser.screen("6-nested").await;
    browser.fits("a form with nested values").await;
    browser.fill("Period", "many").await;
    browser.until("[data-name='Period'] .problem", "expected an integer").await;
    browser.screen("7-problem").await;

    open("ListAppInstanceGroup").await;
    browser.fill("ProductType", "CloudApp").await;
    browser.click("#call-all").await;
    browser.until("#side .status", "Success").await;
    browser.screen("8-list").await;

    // The second item remains when the first is removed.
    for (index, text) in ["A", "B"].into_iter().enumerate() {
        browser.click("[data-name='Status'] .add").await;
        let item = format!("[data-name='Status'] .item:nth-child({}) input", index + 1);
        browser.wait(&item).await.send_keys(text).await.unwrap();
    }
    browser.until("#side .code", "AppInstanceGroupStatus::from(\"B\")").await;
    browser.click("[data-name='Status'] [aria-label='Remove item']").await;
    browser.until("#side .code", "status([AppInstanceGroupStatus::from(\"B\")])").await;

    browser.tab("JSON").await;
    browser.until("#operation .panel", "").await;
    browser.screen("9-json").await;

    // A search without a result.
    let search = browser.wait("#search").await;
    search.clear().await.unwrap();
    search.send_keys("nothing has these words").await.unwrap();
    browser.until("#list", "No operation matches").await;

    // Texts of a document are text.
    open("Attack").await;
    browser.click("[data-name='Labels'] .add").await;
    browser.wait("[data-name='Labels'] [aria-label='Key']").await.send_keys("name").await.unwrap();
    browser.wait("[data-name='Labels'] .item .control input").await.send_keys("<b>").await.unwrap();
    browser.until("#side .code", "labels([(\"name\", \"<b>\")])").await;
    browser.click("#call").await;
    browser.until("#side .status", "Success").await;
    browser.tab("Documentation").await;
    let title = browser.client.title().await.unwrap();
    assert!(title.starts_with("Attack"), "{title}");
    assert!(browser.client.find(Locator::Css("#operation img, #side img, a[href^='javascript']")).await.is_err());
    browser.screen("10-hostile").await;

    // Events are shown before the stream ends.
    open("Talk").await;
    browser.until("#operation h2", "costs money").await;
    browser.click("#call-events").await;
    browser.until("#side .live", "message 1").await;
    browser.screen("18-live").await;
    browser.until("#side .status", "Success").await;
    browser.until("#side .result", "3 items").await;
    browser.until("#side .result", "A part of the answer.").await;
    browser.screen("19-events").await;
    browser.end().await;
}

#[tokio::test]
async fn page_fits_a_phone_and_has_a_dark_theme() {
    let Some(browser) = open().await else { return };
    let (link, _) = {
        let url = browser.client.current_url().await.unwrap();
        (format!("{url}#appstream-center/2021-09-01/CreateAppInstanceGroup"), ())
    };
    browser.resize(390, 844).await;
    browser.client.goto(&link).await.unwrap();
    browser.client.refresh().await.unwrap();
    browser.until("#operation h2", "CreateAppInstanceGroup").await;
    browser.fits("a phone").await;
    browser.screen("11-phone").await;
    browser.click("#examples").await;
    browser.click("#call").await;
    browser.until("#side .status", "Success").await;
    browser.scroll_to("#side").await;
    browser.fits("a result on a phone").await;
    browser.screen("23-phone-result").await;
    browser.tab("Signature").await;
    browser.until("#side .code", "YourAccessKeyId").await;
    browser.tab("History").await;
    browser.until("#operation .panel", "success").await;
    browser.scroll_to("#operation .panel").await;
    browser.fits("the history on a phone").await;
    browser.screen("24-phone-history").await;
    browser.tab("Parameters").await;
    browser.resize(1280, 800).await;
    browser.click("#theme").await;
    let script = "return getComputedStyle(document.body).backgroundColor";
    let color = browser.client.execute(script, Vec::new()).await.unwrap();
    assert_eq!(color, "rgb(22, 24, 27)");
    browser.click("#clear").await;
    browser.click("#call").await;
    browser.until("#side", "MissingParameter").await;
    browser.screen("12-dark").await;

    // Chinese, and the choice is remembered.
    browser.click("#language").await;
    browser.until("#operation", "填充示例").await;
    browser.client.refresh().await.unwrap();
    browser.until("#operation", "填充示例").await;
    browser.click("#examples").await;
    browser.until("#side .code", "CreateAppInstanceGroup::new").await;
    for name in ["Signature", "签名"] {
        let found =
            browser.client.find(Locator::XPath(&format!("//button[@role='tab'][normalize-space()='{name}']"))).await;
        assert_eq!(found.is_ok(), name == "签名");
    }
    browser.click("#call").await;
    browser.until("#side .status", "成功").await;
    browser.screen("20-chinese").await;
    browser.resize(390, 844).await;
    browser.fits("a phone in Chinese").await;
    browser.screen("21-chinese-phone").await;
    browser.end().await;
}
