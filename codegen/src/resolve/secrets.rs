//! Detects secrets by the names of fields.
//!
//! The vendor's documents do not mark secrets. Names, types and examples distinguish passwords, keys and tokens from
//! similar fields: an ID, a name, a page token. `x-sensitive` in the document or an overlay overrides the decision.

use super::Resolver;
use super::schema::SchemaContext;
use crate::document::{self, Schema};
use crate::model::{MarkedSecret, Owner, Shape};

/// Last words of the names of secrets.
const ENDINGS: &[&str] = &[
    "api key",
    "apikey",
    "app sign",
    "assertion",
    "auth code",
    "auth key",
    "authcode",
    "authentication code",
    "authkey",
    "authorization code",
    "cert key",
    "certificate key",
    "client key",
    "cookies",
    "credential",
    "credentials",
    "encrypted code",
    "key material",
    "kube config",
    "kubeconfig",
    "license key",
    "passcode",
    "passphrase",
    "passphrases",
    "passwd",
    "password",
    "passwords",
    "pin code",
    "plaintext",
    "private key",
    "privatekey",
    "psk",
    "pwd",
    "pwds",
    // The picture and the text that set up an authenticator app.
    "qr code png",
    "string seed",
    "secret",
    "secret key",
    "secret sign",
    "secretkey",
    "secrets",
    "server key",
    "session key",
    "shared key",
    "sign key",
    "signing key",
    "ssl key",
    "ssl pri",
    "ticket",
    "tls key",
    "token code",
    "trust key",
];

/// Last words of parameters with a one-time code or a signature. In a response such a name is the result of a check, or
/// public.
const REQUEST_ENDINGS: &[&str] = &["signature", "v code", "verification code", "verify code"];

/// Words for the format of a secret, as in `PrivateKeyBody` or `SecretData`.
const FORMS: &[&str] = &["base64", "body", "content", "data", "pem", "string", "text", "value"];

/// Words before `Token` that exclude a secret: a position in a list, the identity of a request or of a step.
const PLAIN_TOKENS: &[&str] = &[
    "action",
    "client",
    "contionuation",
    "continuation",
    "continue",
    "cursor",
    "http",
    "idempotence",
    "idempotency",
    "idempotent",
    "next",
    "nextpage",
    "out",
    "page",
    "pagination",
    "start",
];

impl<'a> Resolver<'a> {
    /// Returns the shape of a member or a parameter, which is sensitive if its name is that of a secret.
    ///
    /// `siblings` are the names of the other members.
    pub(super) fn member_shape(
        &mut self,
        name: &document::Text,
        schema: &'a Schema,
        siblings: &[&str],
        place: &SchemaContext,
    ) -> Shape {
        let shape = self.shape(schema, &place.inner(name));
        let decided = schema.sensitive.is_some() || self.behind(schema).is_some_and(|found| found.sensitive.is_some());
        if decided || self.page_names.contains(&name.value.as_str()) {
            return shape;
        }
        let in_request = !self.in_response && place.owner != Owner::Shared;
        let operation = self.operation.as_deref().filter(|_| place.owner != Owner::Shared).unwrap_or_default();
        let text = matches!(shape, Shape::Text);
        let secret = is_secret(name, text, in_request)
            || is_certificate_key(name, siblings)
            || is_kubeconfig(name, operation, schema)
            || schema.example.as_deref().is_some_and(shows_secret);
        if !secret {
            return shape;
        }
        match mark_sensitive(shape, schema) {
            Ok(sensitive) => {
                let mut path = place.path.clone();
                path.push(name.value.clone());
                let owner = match place.owner {
                    Owner::Shared => "components.schemas".to_owned(),
                    Owner::Operation(_) => operation.to_owned(),
                };
                self.marked.push(MarkedSecret { owner, path: path.join("."), span: name.span });
                sensitive
            }
            Err(shape) => shape,
        }
    }
}

/// Returns the shape with every text in it marked as sensitive; unchanged if it contains none or if `x-sensitive` is
/// set inside.
fn mark_sensitive(shape: Shape, schema: &Schema) -> Result<Shape, Shape> {
    let inner = |schema: Option<&Schema>| schema.is_some_and(|inner| inner.sensitive.is_some());
    match shape {
        Shape::Text | Shape::Timestamp | Shape::Json => Ok(Shape::Sensitive(Box::new(shape))),
        Shape::List(item) if !inner(schema.items.as_deref()) => {
            let found = mark_sensitive(*item, schema.items.as_deref().unwrap_or(schema));
            found.map(|item| Shape::List(Box::new(item))).map_err(|item| Shape::List(Box::new(item)))
        }
        Shape::Map(item) if !inner(schema.additional.as_deref()) => {
            let found = mark_sensitive(*item, schema.additional.as_deref().unwrap_or(schema));
            found.map(|item| Shape::Map(Box::new(item))).map_err(|item| Shape::Map(Box::new(item)))
        }
        other => Err(other),
    }
}

/// Whether a name is that of a secret. `text`: whether the value is a single text.
fn is_secret(name: &str, text: bool, in_request: bool) -> bool {
    let mut words = words(name);
    while words.len() > 1 && words.last().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit())) {
        words.pop();
    }
    let whole = words.join(" ");
    while words.len() > 1 && words.last().is_some_and(|word| FORMS.contains(&word.as_str())) {
        words.pop();
    }
    let bare = words.join(" ");
    let ends = |endings: &[&str]| {
        [&whole, &bare].into_iter().any(|name| endings.iter().any(|ending| ends_with_words(name, ending)))
    };
    ends(ENDINGS) || in_request && ends(REQUEST_ENDINGS) || is_token(&words, text)
}

/// Whether a name is that of a secret token. A list named `Token` contains the tokens of a tokenizer.
fn is_token(words: &[String], text: bool) -> bool {
    let Some((last, before)) = words.split_last() else { return false };
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let plain = match before.as_slice() {
        // `PageToken` and `NextPageToken` are positions; `AccessPageToken` gives access to a page.
        [.., first, "page"] => *first == "next",
        [.., word] => PLAIN_TOKENS.contains(word),
        [] => false,
    };
    (last == "tokens" || text && last == "token") && !plain
}

/// Whether a field is the `Key` beside a `Certificate`.
fn is_certificate_key(name: &str, siblings: &[&str]) -> bool {
    let certificate =
        |sibling: &&str| matches!(words(sibling).last().map(String::as_str), Some("cert" | "certificate"));
    words(name) == ["key"] && siblings.iter().any(certificate)
}

/// Whether a field `config` contains a kubeconfig, by the name of the operation or by the example.
fn is_kubeconfig(name: &str, operation: &str, schema: &Schema) -> bool {
    let operation = words(operation);
    let named = operation.iter().any(|word| word == "kubeconfig")
        || operation.join(" ").contains("kube config")
        || operation.join(" ").ends_with("user config");
    let example = schema.example.as_deref().unwrap_or_default();
    words(name).last().is_some_and(|word| word == "config")
        && (named || example.trim_start().starts_with("apiVersion: v1"))
}

/// Whether an example is a private key, or JSON or YAML with a password among its keys.
fn shows_secret(example: &str) -> bool {
    let keys = example.match_indices(':').filter_map(|(at, _)| {
        let before = example[..at].trim_end_matches(['"', '\\', '\'']);
        let outside = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let key = &before[outside.len()..];
        let line = outside.rsplit('\n').next().unwrap_or(outside);
        let is_key = outside.ends_with(['"', '\'']) || line.chars().all(|c| c == ' ' || c == '-') && !line.is_empty();
        is_key.then_some(key)
    });
    example.contains("PRIVATE KEY-----") || keys.into_iter().any(|key| is_secret(key, false, false))
}

fn ends_with_words(name: &str, ending: &str) -> bool {
    name.strip_suffix(ending).is_some_and(|before| before.is_empty() || before.ends_with(' '))
}

/// Returns the words of the last part of a wire name, in lower case: `db` and `password` of
/// `SourceEndpoint.DBPassword`.
fn words(name: &str) -> Vec<String> {
    let name: Vec<char> = name.rsplit('.').next().unwrap_or(name).chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for (at, &c) in name.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| name[at]);
        let after = name.get(at + 1);
        let starts = before.is_some_and(|before| {
            let upper =
                c.is_ascii_uppercase() && (!before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase));
            upper || c.is_ascii_digit() != before.is_ascii_digit()
        });
        if starts || !c.is_ascii_alphanumeric() {
            words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_wire_names_are_split_at_case_and_separators() {
        let cases: [(&str, &[&str]); 7] = [
            ("DBPassword", &["db", "password"]),
            ("SourceEndpoint.Password", &["password"]),
            ("cert_privatekey", &["cert", "privatekey"]),
            ("AuthenticationCode1", &["authentication", "code", "1"]),
            ("x-acs-airticket-access-token", &["x", "acs", "airticket", "access", "token"]),
            ("SAMLAssertion", &["saml", "assertion"]),
            ("Base64QRCodePNG", &["base", "64", "qr", "code", "png"]),
        ];
        for (name, expected) in cases {
            assert_eq!(words(name), expected, "{name}");
        }
    }

    #[test]
    fn is_secret_accepts_names_of_secrets_and_rejects_similar_names() {
        // One name of each kind in the vendor's documents.
        let secret = [
            "Password",
            "login_password",
            "AdUserPasswd",
            "share_pwd",
            "AccessKeySecret",
            "DeviceSecret",
            "SecretData",
            "SecretKey",
            "PrivateKeyBody",
            "SignPrivateKey",
            "ApiKey",
            "CallbackAuthKey",
            "DingSignKey",
            "LicenseKey",
            "Psk",
            "Kubeconfig",
            "KubeConfig",
            "EncryptedKeyMaterial",
            "Plaintext",
            "SSLPri",
            "Token",
            "AccessPageToken",
            "SecurityToken",
            "x-acs-airticket-access-token",
            "ConnectTicket",
            "AuthCode",
            "AuthenticationCode2",
            "PinCode",
            "VerifyCode",
            "QRCodePNG",
            "Base32StringSeed",
            "SAMLAssertion",
        ];
        let plain = [
            "NextToken",
            "next_token",
            "NextPageToken",
            "PageToken",
            "NextpageToken",
            "ClientToken",
            "IdempotenceToken",
            "NextContinuationToken",
            "LifecycleActionToken",
            "ScaleOutToken",
            "HttpTokens",
            "TokenType",
            "TokenId",
            "TokenExpireTime",
            "PasswordPolicy",
            "PasswordLength",
            "PasswordExpireDays",
            "WindowsPasswordName",
            "SecretName",
            "SecretId",
            "SecretNo",
            "SecretType",
            "AccessKeyId",
            "AccessKey",
            "KeyPairName",
            "KeyId",
            "PublicKey",
            "PublicKeyBody",
            "EncryptionKey",
            "AppKey",
            "ProductKey",
            "AgentKey",
            "CertificateId",
            "Certificate",
            "CredentialNo",
            "TicketId",
            "ticket_nos",
            "Cookie",
            "CiphertextBlob",
            "PlainText",
            "SAMLProviderArn",
            "SignatureMethod",
            "License",
            "RoleArn",
        ];
        assert_eq!(secret.into_iter().filter(|name| !is_secret(name, true, true)).collect::<Vec<_>>(), [""; 0]);
        assert_eq!(plain.into_iter().filter(|name| is_secret(name, true, true)).collect::<Vec<_>>(), [""; 0]);
        assert!(!is_secret("VerifyCode", true, false), "the result of a check");
        assert!(is_secret("Signature", true, true) && !is_secret("Signature", true, false));
        assert!(!is_secret("token", false, true), "the delimiters of a tokenizer");
        assert!(is_secret("Tokens", false, true));
    }

    #[test]
    fn shows_secret_detects_keys_and_passwords_in_examples() {
        assert!(shows_secret("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII"));
        assert!(shows_secret(r#"{"IkeVersion":"ikev2","Psk":"1234"}"#));
        assert!(shows_secret(r#"{\"database\":\"x\",\"password\":\"y\"}"#));
        assert!(shows_secret("basic_auth:\n  username: x\n  password: y"));
        assert!(!shows_secret("-----BEGIN CERTIFICATE-----"));
        assert!(!shows_secret("\u{5bc6}\u{7801}: x") && !shows_secret("\"\u{5bc6}\": x"));
        assert!(!shows_secret("Access denied for user 'x' (using password: YES)"));
        assert!(!shows_secret("2024-01-01T00:00:00Z") && !shows_secret("acs:ram::1:role/secret") && !shows_secret(":"));
    }
}
