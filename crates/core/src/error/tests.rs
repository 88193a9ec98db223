use std::error::Error as _;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{Context, Error, ErrorBody, ErrorKind, Phase, TimeoutKind};
use crate::invalid_input::InvalidInput;
use crate::provider::CredentialsError;
use crate::transport::{TransportError, TransportErrorKind};

const CAUSE: &str = "the innermost reason";

fn cause() -> CredentialsError {
    CredentialsError::new("a reason of its own").with_source(CAUSE)
}

/// Returns an error of each kind with a source, from the constructors that the client uses.
fn errors() -> Vec<Error> {
    use TransportErrorKind as Transport;
    let transport = |kind| Error::transport(TransportError::new(kind, "text").with_source(CAUSE), Phase::Sent);
    let response = |kind| {
        let parts = (StatusCode::INTERNAL_SERVER_ERROR, &HeaderMap::new(), Bytes::new());
        Error::from_response(kind, "text".to_owned(), ErrorBody::default(), parts).with_source(cause())
    };
    vec![
        Error::invalid(InvalidInput("a value".to_owned())).with_source(cause()),
        Error::configuration("no endpoint").with_source(cause()),
        Error::intercepted(Box::new(cause())),
        Error::credentials("env", cause()),
        transport(Transport::Request),
        transport(Transport::Connect),
        transport(Transport::ConnectTimeout),
        transport(Transport::Tls),
        transport(Transport::Proxy),
        transport(Transport::Source),
        transport(Transport::Interrupted),
        transport(Transport::Truncated),
        transport(Transport::BodyTooLarge),
        response(ErrorKind::Decode),
        response(ErrorKind::UnexpectedResponse),
        response(ErrorKind::Service),
        Error::waited("Get", (3, Duration::ZERO), Some("Failed"), None, Some(transport(Transport::Connect))),
    ]
}

#[test]
fn error_after_an_equal_error_has_no_source() {
    let limit = |seconds| Error::timed_out(TimeoutKind::Attempt, Duration::from_secs(seconds), Phase::Sent);
    assert!(limit(1).after(Some(limit(1))).source().is_none());
    assert!(limit(1).after(Some(limit(2))).source().is_some());
    assert!(limit(1).after(Some(limit(1))).may_have_been_executed());
}

fn sources(error: &Error) -> Vec<String> {
    std::iter::successors(error.source(), |&error| error.source()).map(ToString::to_string).collect()
}

#[test]
fn display_of_an_error_of_each_kind_leaves_the_source_to_source() {
    let errors = errors();
    let mut kinds: Vec<ErrorKind> = errors.iter().map(Error::kind).collect();
    kinds.sort();
    kinds.dedup();
    assert_eq!(kinds.len(), 14, "every kind: {kinds:?}");
    for error in errors {
        let error = error.with_context(Context { operation: "List", attempts: 2, elapsed: Duration::ZERO });
        let sources = sources(&error);
        assert_eq!(sources.last().map(String::as_str), Some(CAUSE), "{error:?}");
        let line = error.to_string();
        assert!(line.starts_with("List: ") && !line.contains('\n'), "{line}");
        for source in &sources {
            assert!(!line.contains(source.as_str()), "{:?}: {line} / {source}", error.kind());
        }
    }
}

#[test]
fn alternate_display_appends_each_source_once() {
    for error in errors() {
        let line = format!("{error:#}");
        assert_eq!(line.matches(CAUSE).count(), 1, "{line}");
        assert_eq!(line, std::iter::once(error.to_string()).chain(sources(&error)).collect::<Vec<_>>().join(": "));
    }
}

#[test]
fn kind_displays_and_names_are_distinct() {
    let mut texts: Vec<String> =
        errors().iter().flat_map(|error| [error.kind().to_string(), format!("{:?}", error.kind())]).collect();
    for error in errors() {
        assert_eq!(error.kind().name(), format!("{:?}", error.kind()));
        assert!(format!("{error:?}").starts_with(error.kind().name()), "{error:?}");
    }
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 28, "{texts:?}");
}

#[test]
fn error_is_one_pointer_and_sync() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Option<Error>>(), size_of::<usize>());
}
