use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

#[derive(serde::Deserialize)]
struct Response {
    #[serde(rename = "RequestId")]
    request_id: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    rustls::crypto::ring::default_provider().install_default().map_err(|_| "a provider is already installed")?;
    let body = "AppInstanceGroupId=aig-9ciijz60n4xsv****&ProductType=CloudApp";
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let payload = hex(&Sha256::digest(body));
    let mut mac = Hmac::<Sha256>::new_from_slice(std::env::var("ALIBABA_CLOUD_ACCESS_KEY_SECRET")?.as_bytes())?;
    mac.update(payload.as_bytes());
    let signature = hex(&mac.finalize().into_bytes());
    let response: Response = reqwest::Client::new()
        .post("https://appstream-center.cn-shanghai.aliyuncs.com/")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-acs-content-sha256", payload)
        .header("authorization", signature)
        .body(body)
        .send()
        .await?
        .json()
        .await?;
    println!("{}", response.request_id.unwrap_or_default());
    Ok(())
}
