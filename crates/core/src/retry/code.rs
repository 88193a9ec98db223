//! Classification of the service's error codes.

/// The class of an error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// No class that matters for retries.
    Unknown,
    /// Too many requests.
    Throttling,
    /// A quota is exceeded that a short delay does not refill.
    Quota,
    /// The signed time and the service's clock differ too much.
    Clock,
    /// The temporary access key has expired.
    ExpiredCredentials,
    /// The service computed another signature.
    SignatureMismatch,
    /// The service has seen the nonce before.
    NonceUsed,
    /// The service refused the request before executing anything, and would refuse it again.
    Rejected,
    /// The service failed or timed out. Whether the request was executed is unknown.
    Transient,
    /// A part of the request was executed.
    PartialFailure,
}

/// Codes with the same meaning in every product, by their first segments; the first match counts.
const KNOWN: [(&str, Code); 34] = [
    ("SignatureNonceUsed", Code::NonceUsed),
    ("SignatureDoesNotMatch", Code::SignatureMismatch),
    ("IncompleteSignature", Code::Rejected),
    ("InvalidTimeStamp", Code::Clock),
    ("IllegalTimestamp", Code::Clock),
    ("InvalidAccessKeyId", Code::Rejected),
    ("InvalidSecurityToken.Expired", Code::ExpiredCredentials),
    ("InvalidSecurityToken", Code::Rejected),
    ("Throttling.AllocationQuota", Code::Quota),
    ("Throttling", Code::Throttling),
    ("Forbidden", Code::Rejected),
    ("StatusForbidden", Code::Rejected),
    ("NoPermission", Code::Rejected),
    ("InvalidProduct", Code::Rejected),
    ("InvalidApi", Code::Rejected),
    ("InvalidAction", Code::Rejected),
    ("InvalidVersion", Code::Rejected),
    ("NoSuchVersion", Code::Rejected),
    ("InvalidRegionId", Code::Rejected),
    ("InvalidProtocol.NeedSsl", Code::Rejected),
    ("InvalidOperation.NotSupportedEndpoint", Code::Rejected),
    ("UnsupportedParameter", Code::Rejected),
    ("DryRunOperation", Code::Rejected),
    // Reported by an ECS backend in the middle of an operation.
    ("NodeControllerUnavailable", Code::Transient),
    // Documented as a failure of the server.
    ("EdgeRoutine.GeneralError", Code::Transient),
    ("ProxyError", Code::Transient),
    // Simple Log Service: the rate of a project or of a shard, which is refused before anything is stored.
    ("WriteQuotaExceed", Code::Throttling),
    ("ReadQuotaExceed", Code::Throttling),
    ("ShardWriteQuotaExceed", Code::Throttling),
    ("ShardReadQuotaExceed", Code::Throttling),
    ("ExceedQuota", Code::Throttling),
    // Simple Log Service: the number of projects.
    ("ProjectQuotaExceed", Code::Quota),
    ("RequestTimeExpired", Code::Clock),
    ("SignatureNotMatch", Code::SignatureMismatch),
];

/// Segments of throttling codes in the spelling of the vendor's documents. The comparison is exact, because these codes
/// prove that a request was not executed.
const THROTTLING: [&str; 12] = [
    "Throttling",
    "ThrottlingException",
    "Throttled",
    "OperationIsThrottled",
    "RequestThrottled",
    "FlowControl",
    "FlowControlError",
    "FlowLimited",
    "TooManyRequest",
    "tooManyRequest",
    "TooManyRequests",
    "TooQuickRequests",
];

impl Code {
    /// Classifies an error code.
    ///
    /// Products spell the same failure in many ways (`InternalError`, `Service.InternalError`, `INTERNAL_ERROR`,
    /// `InternalOssError`, `iot.system.SystemException`, `CreateOrderTimeout`). A code that is not [known](KNOWN) is
    /// classified segment by segment, and the first segment with a class counts: `InternalError.UserId.Missing` is a
    /// failure of the service, `InvalidParameter.RequestTimeout` names a parameter.
    pub(super) fn classify(code: &str) -> Self {
        let code = code.trim();
        if let Some((_, class)) = KNOWN.iter().find(|(prefix, _)| starts_with(code, prefix)) {
            return *class;
        }
        if is_parameter(code) {
            return Self::Rejected;
        }
        let mut words = String::new();
        for spelled in code.split('.') {
            let segment = normalize(spelled);
            if ["invalid", "missing", "unsupported", "illegal", "forbidden"]
                .iter()
                .any(|word| segment.starts_with(word))
            {
                return Self::Unknown;
            }
            if THROTTLING.contains(&spelled) {
                return Self::Throttling;
            }
            if segment.contains("partfail") || segment.contains("partialfail") {
                return Self::PartialFailure;
            }
            if is_service_failure(&segment) {
                return Self::Transient;
            }
            words.push_str(&segment);
        }
        // A failure whose name consists of several segments, such as `UNKNOWN.ERROR`.
        if is_service_failure(&words) { Self::Transient } else { Self::Unknown }
    }
}

/// Whether a text is an error code of the service: words of letters, or a number with its own meaning. Values that
/// gateways put in its place, such as the HTTP status or an empty text, and damaged codes are not.
pub(crate) fn names_failure(code: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':' | '/' | '%' | ' ' | '\t');
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    code.chars().all(plain) && (digits > 3 || code.contains(|c: char| c.is_ascii_alphabetic()))
}

/// Whether the first segments of `code` are `prefix`.
fn starts_with(code: &str, prefix: &str) -> bool {
    code.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a code reports a missing or invalid parameter: `MissingParameter`, `Missing{Name}`, `InvalidParameter`,
/// `InvalidParams`, `InvalidParameterValue`.
fn is_parameter(code: &str) -> bool {
    code.starts_with("InvalidParam")
        || code.strip_prefix("Missing").is_some_and(|name| name.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// Returns the letters and digits in lower case.
fn normalize(segment: &str) -> String {
    segment.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a normalized code reports a failure or a timeout inside the service.
fn is_service_failure(code: &str) -> bool {
    const SUBJECTS: [&str; 5] = ["internal", "unknow", "unknown", "system", "server"];
    const FAILURES: [&str; 5] = ["err", "exception", "failure", "busy", "unavailable"];
    let follows = |rest: &str| FAILURES.iter().any(|failure| rest.starts_with(failure));
    let anywhere = |subject: &str| code.match_indices(subject).any(|(at, _)| follows(&code[at + subject.len()..]));
    let spread = |subject: &str| {
        // `InternalOssError`
        code.strip_prefix(subject).is_some_and(|rest| FAILURES[..3].iter().any(|failure| rest.contains(failure)))
    };
    SUBJECTS.into_iter().any(anywhere)
        || ["serviceunavailable", "servicefailure", "servicebusy", "serviceexception", "timeout", "timedout"]
            .iter()
            .any(|words| code.contains(words))
        || ["internal", "unknown"].into_iter().any(spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes of published documents with their HTTP statuses.
    const TRANSIENT: &[&str] = &[
        "InternalError",        // 400, 404, 500
        "ServiceUnavailable",   // 400, 500, 503
        "ServiceUnavailable\t", // 503
        "UnknownError",         // 500
        "InternalServerError",
        "InternalFailure",                   // 500
        "InternalException",                 // 500
        "InternalErr",                       // 500
        "InternalError.System",              // 500
        "InternalError.UserId.Missing",      // 400, 500
        "InternalError.Meta.NoCalcEngine",   // 400, 500
        "InternalError.AllocateUnderlayIp",  // 403
        "InternalOssError",                  // 500
        "InternalInvokeError",               // 400
        "Internal Error",                    // 400
        "Internal.Error",                    // 500
        "Internal.KeyError",                 // 500
        "INTERNAL_ERROR",                    // 400
        "CloudSiem_Internal_Exception",      // 501
        "Openanalytics.Internal.Exception",  // 600
        "Service.InternalError",             // 500
        "Mayi.InternalError",                // 403
        "Console.InternalError",             // 500
        "Meter.ServerInternalError",         // 500
        "SystemError",                       // 400, 500
        "System.Error",                      // 500
        "SystemError.UnKnownError",          // 500
        "iot.system.SystemException",        // 400
        "iot.message.broker.SystemError",    // 400
        "iot.dap.insight.serverError",       // 400
        "iot.dap.insight.unknownException",  // 400
        "Server.error",                      // 400
        "ServerError",                       // 500
        "UNKNOWN.ERROR",                     // 500
        "SYSTEM.UNKNOWN.ERROR",              // 400, 500
        "UnknownError.Account",              // 409
        "UnknownFinancialError",             // 409
        "UnknownException",                  // 500
        "ExportDesktop.UnknowError",         // 400
        "ServiceFailure",                    // 503
        "SystemBusy",                        // 400, 500, 503
        "OperationFailed.SystemBusy",        // 400, 500
        "VpcSystemBusy",                     // 400
        "System.ServiceBusy",                // 400
        "VpcNatServiceException",            // 400
        "NodeControllerUnavailable",         // 403
        "EdgeRoutine.GeneralError",          // 400
        "CheckJobFailed.ServerUnAvailable",  // 403
        "Timeout",                           // 400, 408
        "RequestTimeout",                    // 500, 504
        "OperationTimeOut",                  // 452
        "CreateCaster.Timeout",              // 408
        "CreateOrderTimeout",                // 400
        "LocationServiceTimeout",            // 400
        "OperationFailed.CrateEntryTimeOut", // 404
        "AgentResponseTimeout",              // 406
    ];

    #[test]
    fn classify_of_transient_codes_accepts_every_spelling() {
        for code in TRANSIENT {
            assert_eq!(Code::classify(code), Code::Transient, "{code:?}");
        }
    }

    /// Codes that contain the words of a failure and have another meaning.
    #[test]
    fn classify_of_similar_codes_is_not_transient() {
        for code in [
            "InvalidAccountStatus.ServiceUnavailable",
            "InvalidAccountStatus.SnapshotServiceUnavailable",
            "iot.ota.InvalidTimeout",
            "InvalidInternalIp.Malformed",
            "DuplicatedParam.InternalPort",
            "Unknown.ResourceOwnerId",
            "ResourceType.Unknown",
            "Unavailable.Regions",
            "EniIpUnavailable",
            "TokenServiceError",
            "SLB_SERVICE_ERROR",
            "BackendServer.ServerRegionIdNotEqual",
            "OperationConflict",
            "InstanceNotReady",
            "",
            "...",
        ] {
            assert_eq!(Code::classify(code), Code::Unknown, "{code:?}");
        }
        for code in ["InvalidParameter.RequestTimeout", "InvalidParameter.IdleTimeout", "Forbidden.InternalError"] {
            assert_eq!(Code::classify(code), Code::Rejected, "{code:?}");
        }
    }

    #[test]
    fn classify_of_codes_before_execution_is_rejected() {
        for (code, class) in [
            ("Throttling", Code::Throttling),
            ("Throttling.User", Code::Throttling),
            ("Throttling.Api.Risk", Code::Throttling),
            ("ThrottlingException", Code::Throttling),
            ("TooManyRequests", Code::Throttling),
            ("TooQuickRequests", Code::Throttling),
            ("iot.common.TooManyRequest", Code::Throttling),
            ("Iot.digitaltwin.tooManyRequest", Code::Throttling),
            ("Product.FlowControl", Code::Throttling),
            ("FlowLimited", Code::Throttling),
            ("Throttling.AllocationQuota", Code::Quota),
            ("InvalidTimeStamp.Expired", Code::Clock),
            ("IllegalTimestamp", Code::Clock),
            ("InvalidSecurityToken.Expired", Code::ExpiredCredentials),
            ("InvalidSecurityToken.Malformed", Code::Rejected),
            ("MissingSecurityToken", Code::Rejected),
            ("SignatureDoesNotMatch", Code::SignatureMismatch),
            ("IncompleteSignature", Code::Rejected),
            ("MissingParameter.RegionId", Code::Rejected),
            ("MissingAction", Code::Rejected),
            ("InvalidParams", Code::Rejected),
            ("InvalidParameterValue", Code::Rejected),
            ("Forbidden.RAM", Code::Rejected),
            ("StatusForbidden", Code::Rejected),
            ("NoPermission.Operator", Code::Rejected),
            ("InvalidRegionId.NotFound", Code::Rejected),
            ("InvalidProtocol.NeedSsl", Code::Rejected),
            ("InvalidOperation.NotSupportedEndpoint", Code::Rejected),
        ] {
            assert_eq!(Code::classify(code), class, "{code:?}");
        }
    }

    /// Codes of signatures have the exact spelling of the documents.
    #[test]
    fn classify_of_similar_codes_is_not_throttling() {
        for code in ["throttling", "throttling.user", "THROTTLING", "Throttling_User", "Throttle", "flowcontrol"] {
            assert_eq!(Code::classify(code), Code::Unknown, "{code:?}");
        }
    }

    #[test]
    fn names_failure_of_each_kind_of_text() {
        for code in
            ["InvalidParameter.%s", "Internal Error", "IncorrectInstanceStatus\t", "a:b/c-d_e", "40002", "-1020004"]
        {
            assert!(names_failure(code), "{code:?}");
        }
        for code in [
            "",
            "  ",
            "...",
            "-",
            "\0",
            "400",
            "502",
            "-1",
            "Gone\0",
            "\u{406}nternalError",
            "&#73;nternalError",
            "[\"Gone\"]",
            "{\"Value\":\"Gone\"}",
        ] {
            assert!(!names_failure(code), "{code:?}");
        }
    }

    /// The first segment with a class counts.
    #[test]
    fn classify_of_several_segments_uses_the_first_class() {
        assert_eq!(Code::classify("InternalError.Throttling"), Code::Transient);
        assert_eq!(Code::classify("Throttling.InternalError"), Code::Throttling);
        assert_eq!(Code::classify("Missingness"), Code::Unknown);
        assert_eq!(Code::classify("Iot.sharetask.ImportDevicePartFail"), Code::PartialFailure);
        assert_eq!(Code::classify("PartFailure"), Code::PartialFailure);
        assert_eq!(Code::classify("SignatureNonceUsed"), Code::NonceUsed);
    }
}
