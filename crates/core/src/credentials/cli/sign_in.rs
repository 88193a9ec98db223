//! Credentials in exchange for the tokens of a sign-in in the browser.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use http::Method;
use zeroize::Zeroizing;

use super::file::Profile;
use super::needed;
use crate::credentials::context::{ProviderContext, ProviderRequest};
use crate::credentials::route::Route;
use crate::credentials::session::{SessionCredentials, expect_success};
use crate::credentials::uri::Address;
use crate::credentials::{Credentials, CredentialsError, value};
use crate::decode::{self, Decode, DecodeTarget};
use crate::percent;
use crate::sign::{FORM, UtcTime};

/// Credentials that expire sooner are replaced.
const SHORT: Duration = Duration::from_secs(180);
/// An access token that expires sooner is refreshed.
const TOKEN_SHORT: i64 = 1_200;

/// Refreshed tokens. They are not written to the file, which belongs to the CLI.
#[derive(Default)]
pub(super) struct Tokens(Mutex<Option<Token>>);

#[derive(Clone)]
struct Token {
    /// The refresh token in the file from which it came.
    origin: Zeroizing<String>,
    access: Zeroizing<String>,
    refresh: Zeroizing<String>,
    expiry: i64,
}

/// Returns the credentials in the file, unless they expire soon.
fn left_behind(profile: &Profile, now: SystemTime) -> Option<Credentials> {
    let seconds = u64::try_from(profile.token_expiry?).ok()?;
    let expiry = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
    // What is damaged is exchanged for new ones as well.
    let filled = |text: &Option<String>| value::secret("", text.clone()).ok().flatten();
    let (id, secret, token) = (filled(&profile.id)?, filled(&profile.secret)?, filled(&profile.token)?);
    (expiry > now + SHORT).then(|| Credentials::temporary(id, secret, token).expires_at(expiry))
}

/// Returns the credentials of a CloudSSO user.
pub(super) async fn cloud_sso(profile: &Profile, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
    const SOURCE: &str = "CloudSSO";
    let now = context.clock_or_system().now();
    if let Some(credentials) = left_behind(profile, now) {
        return Ok(credentials);
    }
    let url = needed(&profile.sso_url, "cloud_sso_sign_in_url")?;
    let account = needed(&profile.sso_account, "cloud_sso_account_id")?;
    let access_config = needed(&profile.sso_access_config, "cloud_sso_access_config")?;
    let expiry = profile.sso_token_expiry.unwrap_or_default();
    let token = value::secret("access_token", profile.sso_token.clone())?.filter(|_| expiry > seconds(now));
    let token = token.ok_or_else(|| sign_in_again("CloudSSO"))?;

    let Address { target, .. } = Address::parse(&url, false)?;
    let body = serde_json::json!({"AccountId": account, "AccessConfigurationId": access_config});
    let bearer = Zeroizing::new(format!("Bearer {token}"));
    let ask = ProviderRequest {
        method: Method::POST,
        url: format!("{}://{}/cloud-credentials", target.scheme, target.authority),
        headers: vec![("content-type", "application/json"), ("authorization", &bearer)],
        body: body.to_string(),
        secrets: Vec::new(),
    };
    let response = context.send(Route::to_service(&target), ask).await?;
    if matches!(response.status().as_u16(), 401 | 403) {
        return Err(sign_in_again("CloudSSO"));
    }
    SessionCredentials::from_response(&response, SOURCE)?.temporary(SOURCE)
}

/// Returns the credentials of an OAuth user.
pub(super) async fn oauth(
    profile: &Profile,
    context: &ProviderContext,
    tokens: &Tokens,
) -> Result<Credentials, CredentialsError> {
    const SOURCE: &str = "the OAuth service";
    let now = context.clock_or_system().now();
    if let Some(credentials) = left_behind(profile, now) {
        return Ok(credentials);
    }
    // The vendor's hosts, and the public ids by which they know the command-line tool.
    let site = profile.oauth_site.as_deref().unwrap_or_default();
    let (host, client) = if site.eq_ignore_ascii_case("CN") {
        ("https://oauth.aliyun.com", "4038181954557748008")
    } else if site.eq_ignore_ascii_case("INTL") {
        ("https://oauth.alibabacloud.com", "4103531455503354461")
    } else {
        return Err(CredentialsError::new("oauth_site_type is neither CN nor INTL"));
    };
    let mut token = tokens.of(profile)?;
    if !token.refresh.is_empty()
        && (token.access.is_empty() || token.expiry.saturating_sub(seconds(now)) <= TOKEN_SHORT)
    {
        token = refresh(context, host, client, &token, now).await?;
        tokens.keep(token.clone());
    }
    if token.access.is_empty() {
        return Err(sign_in_again("OAuth"));
    }
    let bearer = Zeroizing::new(format!("Bearer {}", *token.access));
    let ask = ProviderRequest {
        method: Method::POST,
        url: format!("{host}/v1/exchange"),
        headers: vec![("content-type", "application/json"), ("authorization", &bearer)],
        body: String::new(),
        secrets: Vec::new(),
    };
    let response = context.send(Route::Internet, ask).await?;
    if matches!(response.status().as_u16(), 401 | 403) {
        return Err(sign_in_again("OAuth"));
    }
    SessionCredentials::from_response(&response, SOURCE)?.temporary(SOURCE)
}

async fn refresh(
    context: &ProviderContext,
    host: &str,
    client: &str,
    token: &Token,
    now: SystemTime,
) -> Result<Token, CredentialsError> {
    const SOURCE: &str = "the OAuth service";
    let timestamp = UtcTime::from(now).iso();
    let mut body = String::new();
    for (name, value) in [
        ("grant_type", "refresh_token"),
        ("refresh_token", &token.refresh),
        ("client_id", client),
        ("Timestamp", &timestamp),
    ] {
        let separator = if body.is_empty() { "" } else { "&" };
        body.push_str(separator);
        body.push_str(name);
        body.push('=');
        percent::encode_form(value, &mut body);
    }
    let headers = vec![("content-type", FORM)];
    let url = format!("{host}/v1/token");
    let ask = ProviderRequest { method: Method::POST, url, headers, body, secrets: vec![&token.refresh] };
    let response = context.send(Route::Internet, ask).await?;
    if matches!(response.status().as_u16(), 400 | 401 | 403) {
        return Err(sign_in_again("OAuth"));
    }
    expect_success(&response, SOURCE)?;
    let mut answer = Refreshed::default();
    decode::read(response.body(), &mut answer)
        .map_err(|failure| CredentialsError::new(format!("the response of {SOURCE} cannot be read: {failure}")))?;
    match (answer.access, answer.refresh) {
        (Some(access), Some(refresh)) if !access.is_empty() && !refresh.is_empty() => Ok(Token {
            origin: token.origin.clone(),
            access: access.into(),
            refresh: refresh.into(),
            expiry: seconds(now).saturating_add(answer.seconds.unwrap_or_default()),
        }),
        _ => Err(CredentialsError::new(format!("the response of {SOURCE} has no tokens"))),
    }
}

#[derive(Default)]
struct Refreshed {
    access: Option<String>,
    refresh: Option<String>,
    seconds: Option<i64>,
}

impl Decode for Refreshed {
    fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
        Some(match name {
            "access_token" => &mut self.access,
            "refresh_token" => &mut self.refresh,
            "expires_in" => &mut self.seconds,
            _ => return None,
        })
    }
}

impl Tokens {
    /// Returns the refreshed tokens, unless there was another sign-in since; otherwise those in the file.
    fn of(&self, profile: &Profile) -> Result<Token, CredentialsError> {
        let text = |name: &str, text: &Option<String>| {
            value::secret(name, text.clone()).map(|text| Zeroizing::new(text.unwrap_or_default()))
        };
        let origin = text("oauth_refresh_token", &profile.oauth_refresh_token)?;
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(kept) = kept.filter(|kept| kept.origin == origin) {
            return Ok(kept);
        }
        Ok(Token {
            access: text("oauth_access_token", &profile.oauth_token)?,
            refresh: origin.clone(),
            expiry: profile.oauth_token_expiry.unwrap_or_default(),
            origin,
        })
    }

    fn keep(&self, token: Token) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
    }
}

fn seconds(time: SystemTime) -> i64 {
    UtcTime::from(time).unix() as i64
}

fn sign_in_again(mode: &str) -> CredentialsError {
    CredentialsError::new(format!(
        "the sign-in of mode {mode} has ended; sign in again with `aliyun configure --mode {mode}`"
    ))
}
