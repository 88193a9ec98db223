//! Error codes that many services share, for comparison with [`Error::code`](crate::Error::code).
//!
//! The codes of an operation are constants in the module `codes` of its own module. To find out whether another attempt
//! may succeed, use [`Error::is_throttling`](crate::Error::is_throttling) and
//! [`Error::is_retryable`](crate::Error::is_retryable).
//!
//! ```
//! use alicloud_core::codes;
//!
//! # fn handle(error: alicloud_core::Error) {
//! match error.code() {
//!     Some(codes::FORBIDDEN_RAM | codes::NO_PERMISSION) => eprintln!("a policy is missing: {error}"),
//!     Some(codes::INVALID_ACCESS_KEY_ID_NOT_FOUND) => eprintln!("no such access key: {error}"),
//!     _ => eprintln!("{error}"),
//! }
//! # }
//! ```

macro_rules! codes {
    ($($name:ident $code:literal $meaning:literal,)*) => {
        $(#[doc = $meaning] pub const $name: &str = $code;)*
    };
}

codes! {
    THROTTLING "Throttling" "Too many requests.",
    THROTTLING_USER "Throttling.User" "Too many requests of this account.",
    THROTTLING_API "Throttling.Api" "Too many requests of this operation.",
    SERVICE_UNAVAILABLE "ServiceUnavailable" "The service is temporarily unavailable.",
    INTERNAL_ERROR "InternalError" "An error inside the service.",
    SIGNATURE_NONCE_USED "SignatureNonceUsed" "A request with this nonce was received before.",
    SIGNATURE_DOES_NOT_MATCH "SignatureDoesNotMatch" "The secret does not belong to the key, or the request was changed.",
    INCOMPLETE_SIGNATURE "IncompleteSignature" "A part of the signature is missing or wrong.",
    INVALID_TIME_STAMP_EXPIRED "InvalidTimeStamp.Expired" "The time of the request differs too much from the time of the service.",
    INVALID_ACCESS_KEY_ID_NOT_FOUND "InvalidAccessKeyId.NotFound" "The access key does not exist.",
    INVALID_ACCESS_KEY_ID_INACTIVE "InvalidAccessKeyId.Inactive" "The access key is disabled.",
    INVALID_SECURITY_TOKEN_EXPIRED "InvalidSecurityToken.Expired" "The temporary credentials have expired.",
    MISSING_SECURITY_TOKEN "MissingSecurityToken" "Temporary credentials were used without their token.",
    FORBIDDEN "Forbidden" "The caller has no permission.",
    FORBIDDEN_RAM "Forbidden.RAM" "No RAM policy allows the operation.",
    NO_PERMISSION "NoPermission" "No policy allows the operation.",
    INVALID_PRODUCT_NOT_FOUND "InvalidProduct.NotFound" "The endpoint does not serve this product.",
    INVALID_API_NOT_FOUND "InvalidApi.NotFound" "The product has no such operation.",
    INVALID_ACTION_NOT_FOUND "InvalidAction.NotFound" "The product has no such operation.",
    NO_SUCH_VERSION "NoSuchVersion" "The product has no such version.",
    MISSING_PARAMETER "MissingParameter" "A required parameter is missing.",
    INVALID_PARAMETER "InvalidParameter" "The value of a parameter is invalid.",
    UNSUPPORTED_PARAMETER "UnsupportedParameter" "The operation does not support a parameter.",
    IDEMPOTENT_PARAMETER_MISMATCH "IdempotentParameterMismatch" "The idempotency token was used before with other parameters.",
    DRY_RUN_OPERATION "DryRunOperation" "A dry run succeeded: without it, the operation would be executed.",
}
