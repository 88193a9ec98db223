//! What the service's error codes mean for another attempt.

/// The code's first part, or all of it, is `word`.
fn is(code: &str, word: &str) -> bool {
    code.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn is_one(code: &str, words: &[&str]) -> bool {
    words.iter().any(|word| is(code, word))
}

/// Too much was asked.
pub(super) fn is_throttling(code: &str) -> bool {
    is(code, "Throttling")
        || code.split('.').any(|part| matches!(part, "FlowControl" | "FlowControlError" | "Throttled" | "Throttling"))
}

/// A quota that waiting a moment does not refill.
pub(super) fn is_quota(code: &str) -> bool {
    is(code, "Throttling.AllocationQuota")
}

/// A fault of the moment on the service's side, or of the moment at which the request was signed.
pub(super) fn is_transient(code: &str) -> bool {
    is_one(code, &["ServiceUnavailable", "InternalError", "InternalServerError", "UnknownError", "SignatureNonceUsed"])
}

/// Said before anything is executed.
pub(super) fn is_rejection(code: &str) -> bool {
    is_throttling(code)
        || is_one(
            code,
            &[
                "SignatureNonceUsed",
                "SignatureDoesNotMatch",
                "IncompleteSignature",
                "InvalidTimeStamp",
                "IllegalTimestamp",
                "InvalidAccessKeyId",
                "InvalidSecurityToken",
                "MissingSecurityToken",
                "Forbidden",
                "NoPermission",
                "InvalidProduct",
                "InvalidApi",
                "InvalidAction",
                "InvalidVersion",
                "NoSuchVersion",
                "InvalidParameter",
                "MissingParameter",
                "UnsupportedParameter",
                "DryRunOperation",
            ],
        )
}

/// The time at which the request was signed is too far from the service's.
pub(super) fn is_clock(code: &str) -> bool {
    is_one(code, &["InvalidTimeStamp", "IllegalTimestamp"])
}

/// The temporary key has expired.
pub(super) fn is_expired(code: &str) -> bool {
    is(code, "InvalidSecurityToken.Expired")
}

/// The nonce was used before.
pub(super) fn is_nonce(code: &str) -> bool {
    is(code, "SignatureNonceUsed")
}

/// The service computed another signature.
pub(super) fn is_signature(code: &str) -> bool {
    is(code, "SignatureDoesNotMatch")
}
