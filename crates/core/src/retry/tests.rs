//! Tests of each row of the module's tables.

use super::*;

/// Returns a response of the service with an error code.
fn coded(status: u16, code: &str) -> Failure<'_> {
    Failure { code: Some(code), ..page(status) }
}

/// Returns a response without an error code.
fn page<'a>(status: u16) -> Failure<'a> {
    Failure { kind: FailureKind::Response, phase: Phase::Responded, status: Some(status), ..Failure::default() }
}

/// Returns the history of a call with one failed attempt that allows more.
fn history(idempotent: bool) -> History {
    History { idempotent, retries: true, attempts_left: true, ..History::default() }
}

fn next(failure: &Failure<'_>, idempotent: bool) -> Next {
    decide(failure, &history(idempotent)).next
}

const BACKOFF: Next = Next::Retry(Delay::Backoff { throttled: false });
const AT_ONCE: Delay = Delay::Fixed(Duration::ZERO);
const THROTTLED: Next = Next::Retry(Delay::Backoff { throttled: true });

/// Returns every valid status and some invalid ones.
fn statuses() -> impl Iterator<Item = u16> {
    (200..=599).chain([100, 600, 4_003])
}

#[test]
fn decide_with_a_transient_code_proves_nothing() {
    for status in statuses() {
        for code in ["InternalError", "InternalError.Dispatch", "ServiceUnavailable.X", "UnknownError", "Timeout"] {
            let failure = coded(status, code);
            assert!(failure.may_have_been_executed(), "{status} {code}");
            assert_eq!((next(&failure, false), next(&failure, true)), (Next::Stop, BACKOFF), "{status} {code}");
        }
        let failure = coded(status, "PartFailure");
        assert!(failure.may_have_been_executed());
        assert_eq!((next(&failure, false), next(&failure, true)), (Next::Stop, Next::Stop));
    }
}

#[test]
fn decide_with_a_rejection_code_proves_no_execution() {
    for status in statuses() {
        for (code, expected) in [
            ("Throttling.User", THROTTLED),
            ("Throttling.AllocationQuota", Next::Stop),
            ("SignatureDoesNotMatch", Next::Stop),
            ("InvalidSecurityToken.Expired", Next::RefreshCredentials(AT_ONCE)),
            ("InvalidParameter.X", Next::Stop),
            ("MissingRegionId", Next::Stop),
            ("Forbidden.RAM", Next::Stop),
        ] {
            let failure = coded(status, code);
            assert!(!failure.may_have_been_executed(), "{status} {code}");
            assert_eq!((next(&failure, false), next(&failure, true)), (expected, expected), "{status} {code}");
        }
    }
}

#[test]
fn decide_with_an_unknown_code_and_a_client_error_proves_no_execution() {
    for status in statuses() {
        let rejected = matches!(status, 400..=499) && status != 408;
        assert_eq!(coded(status, "IncorrectStatus.X").may_have_been_executed(), !rejected, "{status}");
        assert!(page(status).may_have_been_executed(), "{status}");
        let expected = match status {
            429 => THROTTLED,
            500 | 502 | 503 | 504 => BACKOFF,
            _ => Next::Stop,
        };
        assert_eq!((next(&page(status), false), next(&page(status), true)), (Next::Stop, expected), "{status}");
        let write = if rejected { expected } else { Next::Stop };
        let failure = coded(status, "IncorrectStatus.X");
        assert_eq!((next(&failure, false), next(&failure, true)), (write, expected), "{status}");
    }
}

/// Gateways also respond with JSON, with the HTTP status or a meaningless value in place of the error code.
#[test]
fn decide_without_a_code_proves_nothing() {
    for status in statuses() {
        for code in ["400", "429", "502", " ", "...", "Gone\0", "[\"InvalidParameter\"]"] {
            let (failure, page) = (coded(status, code), page(status));
            assert!(failure.may_have_been_executed(), "{status} {code:?}");
            assert_eq!(
                (next(&failure, false), next(&failure, true)),
                (Next::Stop, next(&page, true)),
                "{status} {code:?}"
            );
        }
    }
}

/// A requested delay changes the delay, and neither of the two decisions.
#[test]
fn decide_with_retry_after_only_sets_the_delay() {
    let pause = Duration::from_secs(7);
    for status in statuses() {
        for code in ["", "InternalError", "Throttling", "Odd", "SignatureNonceUsed", "InvalidSecurityToken.Expired"] {
            let code = Some(code).filter(|code| !code.is_empty());
            for idempotent in [false, true] {
                let without = Failure { code, ..page(status) };
                let with = Failure { retry_after: Some(pause), ..without };
                let (one, two) = (decide(&without, &history(idempotent)), decide(&with, &history(idempotent)));
                assert_eq!(one.may_have_been_executed, two.may_have_been_executed);
                assert_eq!(without.is_throttling(), with.is_throttling());
                match one.next {
                    Next::Retry(_) => assert_eq!(two.next, Next::Retry(Delay::Fixed(pause))),
                    Next::ReplaceNonce(_) => assert_eq!(two.next, Next::ReplaceNonce(Delay::Fixed(pause))),
                    Next::RefreshCredentials(_) => {
                        assert_eq!(two.next, Next::RefreshCredentials(Delay::Fixed(pause)));
                    }
                    next => assert_eq!(two.next, next),
                }
            }
        }
    }
}

#[test]
fn decide_with_a_used_nonce_assumes_an_earlier_delivery() {
    for status in [400, 403, 409, 500] {
        let failure = coded(status, "SignatureNonceUsed");
        assert!(failure.may_have_been_executed());
        assert_eq!(next(&failure, false), Next::Stop);
        assert_eq!(next(&failure, true), Next::ReplaceNonce(AT_ONCE));
        let replaced = History { nonce_replaced: true, ..history(true) };
        assert_eq!(decide(&failure, &replaced).next, Next::Stop);
        // The attempt does not count.
        let last = History { attempts_left: false, ..history(true) };
        assert_eq!(decide(&failure, &last).next, Next::ReplaceNonce(AT_ONCE));
    }
}

#[test]
fn decide_by_phase_knows_what_was_sent() {
    for (kind, phase, status, executed, read, write) in [
        (FailureKind::Transport, Phase::NotSent, None, false, BACKOFF, BACKOFF),
        (FailureKind::Timeout, Phase::NotSent, None, false, BACKOFF, BACKOFF),
        (FailureKind::Transport, Phase::Sent, None, true, BACKOFF, Next::Stop),
        (FailureKind::Timeout, Phase::Sent, None, true, BACKOFF, Next::Stop),
        (FailureKind::Transport, Phase::Responded, Some(200), true, BACKOFF, Next::Stop),
        (FailureKind::Transport, Phase::Responded, Some(400), true, BACKOFF, Next::Stop),
        (FailureKind::Deadline, Phase::NotSent, None, false, Next::Stop, Next::Stop),
        (FailureKind::Deadline, Phase::Sent, None, true, Next::Stop, Next::Stop),
        (FailureKind::Permanent, Phase::NotSent, None, false, Next::Stop, Next::Stop),
        (FailureKind::Permanent, Phase::Responded, Some(200), true, Next::Stop, Next::Stop),
    ] {
        let failure = Failure { kind, phase, status, ..Failure::default() };
        assert_eq!(failure.may_have_been_executed(), executed, "{failure:?}");
        assert_eq!((next(&failure, true), next(&failure, false)), (read, write), "{failure:?}");
    }
}

#[test]
fn decide_with_clock_skew_corrects_the_clock_once() {
    for (skew, expected) in [
        (None, Next::Stop),
        (Some(60), Next::Stop),
        (Some(-60), Next::Stop),
        (Some(61), Next::CorrectClock(AT_ONCE)),
        (Some(-1_200), Next::CorrectClock(AT_ONCE)),
    ] {
        let failure = Failure { skew, ..coded(400, "InvalidTimeStamp.Expired") };
        assert_eq!(next(&failure, false), expected, "{skew:?}");
        let corrected = History { clock_corrected: true, ..history(true) };
        assert_eq!(decide(&failure, &corrected).next, Next::Stop);
    }
    let refreshed = History { credentials_refreshed: true, ..history(true) };
    assert_eq!(decide(&coded(403, "InvalidSecurityToken.Expired"), &refreshed).next, Next::Stop);
}

#[test]
fn decide_without_attempts_left_stops() {
    let failures = [page(503), coded(429, "Throttling"), coded(400, "SignatureNonceUsed")];
    for failure in &failures {
        let one = History { retries: false, attempts_left: false, ..history(true) };
        assert_eq!(decide(failure, &one).next, Next::Stop);
    }
    for failure in &failures[..2] {
        let last = History { attempts_left: false, ..history(true) };
        assert_eq!(decide(failure, &last).next, Next::Stop);
    }
}
