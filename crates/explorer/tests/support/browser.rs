//! A browser for tests of the page.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;
use tempfile::TempDir;

/// Chromium with its own profile, driven by ChromeDriver.
pub(crate) struct Browser {
    pub(crate) client: Client,
    driver: Child,
    pub(crate) folder: TempDir,
    screens: PathBuf,
}

impl Browser {
    /// Opens a link in a browser of a size of 1280×800; `None`, and a note for the summary of the tests, on a machine
    /// without ChromeDriver. The browser stores its files in the folder.
    pub(crate) async fn open(link: &str, folder: TempDir) -> Option<Self> {
        let Ok(mut driver) =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
        else {
            skip("the page in a browser: chromedriver is not installed");
            return None;
        };
        let mut lines = BufReader::new(driver.stdout.take()?).lines();
        let port = lines.find_map(|line| {
            let line = line.ok()?;
            line.split("started successfully on port ").nth(1).map(|port| port.trim_end_matches('.').to_owned())
        })?;
        // ChromeDriver blocks when nobody reads its output.
        std::thread::spawn(move || lines.for_each(drop));
        let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--force-prefers-color-scheme=light",
            &profile,
        ];
        let capabilities = json!({"goog:chromeOptions": {"args": arguments}, "goog:loggingPrefs": {"browser": "ALL"}});
        let capabilities = capabilities.as_object().unwrap().clone();
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        client.goto(link).await.unwrap();
        let screens = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screens");
        std::fs::create_dir_all(&screens).unwrap();
        let browser = Self { client, driver, folder, screens };
        browser.resize(1280, 800).await;
        Some(browser)
    }

    pub(crate) async fn screen(&self, name: &str) {
        std::fs::write(self.screens.join(format!("{name}.png")), self.client.screenshot().await.unwrap()).unwrap();
    }

    pub(crate) async fn wait(&self, selector: &str) -> fantoccini::elements::Element {
        let found = self.client.wait().at_most(Duration::from_secs(10)).for_element(Locator::Css(selector)).await;
        match found {
            Ok(element) => element,
            Err(error) => {
                self.screen("failed").await;
                panic!("{selector}: {error}");
            }
        }
    }

    pub(crate) async fn text(&self, selector: &str) -> String {
        self.wait(selector).await.text().await.unwrap()
    }

    /// Waits until the text of an element contains a word.
    pub(crate) async fn until(&self, selector: &str, word: &str) {
        for _ in 0..100 {
            if let Ok(element) = self.client.find(Locator::Css(selector)).await
                && element.text().await.is_ok_and(|text| text.contains(word))
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.screen("failed").await;
        panic!("{selector} never contains `{word}`");
    }

    pub(crate) async fn click(&self, selector: &str) {
        self.wait(selector).await;
        self.click_at(Locator::Css(selector)).await;
    }

    /// Clicks an element. The page may replace it meanwhile: then the new one is clicked.
    pub(crate) async fn click_at(&self, locator: Locator<'_>) {
        // The bar with the buttons may cover an element at the edge.
        let script = "arguments[0].scrollIntoView({block: 'center'})";
        let mut result = Ok(());
        for _ in 0..20 {
            result = async {
                let element = self.client.find(locator).await?;
                self.client.execute(script, vec![serde_json::to_value(&element)?]).await?;
                element.click().await
            }
            .await;
            if result.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.screen("failed").await;
        panic!("{locator:?}: {result:?}");
    }

    pub(crate) async fn scroll_to(&self, selector: &str) {
        let element = serde_json::to_value(self.wait(selector).await).unwrap();
        self.client.execute("arguments[0].scrollIntoView()", vec![element]).await.unwrap();
    }

    /// Sets the size of the page; the window is higher.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.unwrap();
        let script = "return window.outerHeight - window.innerHeight";
        let frame = self.client.execute(script, Vec::new()).await.unwrap().as_u64().unwrap_or_default();
        self.client.set_window_size(width, height + u32::try_from(frame).unwrap_or_default()).await.unwrap();
    }

    pub(crate) async fn tab(&self, title: &str) {
        self.click_at(Locator::XPath(&format!("//button[@role='tab'][normalize-space()='{title}']"))).await;
    }

    pub(crate) async fn fill(&self, name: &str, text: &str) {
        let input = self.wait(&format!("[data-name='{name}'] input")).await;
        input.clear().await.unwrap();
        input.send_keys(text).await.unwrap();
    }

    /// Asserts that nothing is wider than the window.
    pub(crate) async fn fits(&self, what: &str) {
        let script = "return [document.documentElement.scrollWidth, window.innerWidth]";
        let sizes = self.client.execute(script, Vec::new()).await.unwrap();
        assert!(
            sizes[0].as_i64() <= sizes[1].as_i64(),
            "{what}: the page is {} wide in a window of {}",
            sizes[0],
            sizes[1]
        );
    }

    pub(crate) async fn end(mut self) {
        _ = self.client.clone().close().await;
        _ = self.driver.kill();
        _ = self.driver.wait();
    }
}

/// Notes a test that this machine cannot run, for the summary of `cargo xtask test`.
fn skip(what: &str) {
    use std::io::Write as _;
    eprintln!("skipped: {what}");
    if let Some(path) = std::env::var_os("ALICLOUD_SKIPPED_TESTS") {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
        _ = file.and_then(|mut file| writeln!(file, "{what}"));
    }
}
