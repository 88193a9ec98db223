//! The head of a request, parsed strictly by RFC 9112.

/// The maximum number of headers.
const MAX_HEADERS: usize = 128;

/// The head of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) length: Length,
    /// Whether the connection is closed after this request.
    pub(crate) close: bool,
    /// Whether the client waits for a response before it sends the body.
    pub(crate) expects_continue: bool,
}

/// The length of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    Known(u64),
    Chunked,
}

/// The error of a malformed request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    pub(crate) status: u16,
    pub(crate) reason: &'static str,
}

pub(crate) fn malformed(reason: &'static str) -> Malformed {
    Malformed { status: 400, reason }
}

/// Parses the bytes before the empty line.
pub(crate) fn parse(bytes: &[u8]) -> Result<Head, Malformed> {
    let text = std::str::from_utf8(bytes).map_err(|_| malformed("the head is not UTF-8"))?;
    let mut lines = text.split("\r\n");
    let (method, target, version) = request_line(lines.next().unwrap_or_default())?;
    let mut headers = Vec::new();
    for line in lines {
        if headers.len() == MAX_HEADERS {
            return Err(Malformed { status: 431, reason: "too many headers" });
        }
        headers.push(header(line)?);
    }
    let length = length(&headers, version)?;
    let hosts = values(&headers, "host").count();
    if hosts > 1 || (hosts == 0 && version == Version::Http11) {
        return Err(malformed("there must be exactly one Host header"));
    }
    let options: Vec<String> = values(&headers, "connection")
        .flat_map(|value| value.split(','))
        .map(|option| option.trim().to_ascii_lowercase())
        .collect();
    let asked = |option: &str| options.iter().any(|asked| asked == option);
    let close = asked("close") || (version == Version::Http10 && !asked("keep-alive"));
    let expects_continue = match values(&headers, "expect").next() {
        None => false,
        Some(value) if value.eq_ignore_ascii_case("100-continue") => version == Version::Http11,
        Some(_) => return Err(Malformed { status: 417, reason: "the expectation is not supported" }),
    };
    Ok(Head { method, target, headers, length, close, expects_continue })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    Http10,
    Http11,
}

fn request_line(line: &str) -> Result<(String, String, Version), Malformed> {
    let mut parts = line.split(' ');
    let (Some(method), Some(target), Some(version), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(malformed("the request line is not METHOD TARGET VERSION"));
    };
    if method.is_empty() || method.len() > 32 || !method.bytes().all(is_token) {
        return Err(malformed("the method is not a token"));
    }
    let version = match version {
        "HTTP/1.1" => Version::Http11,
        "HTTP/1.0" => Version::Http10,
        other if other.starts_with("HTTP/") => {
            return Err(Malformed { status: 505, reason: "the HTTP version is not supported" });
        }
        _ => return Err(malformed("the HTTP version is malformed")),
    };
    Ok((method.to_owned(), origin_form(target)?.to_owned(), version))
}

/// Returns path and query of a target, which the client of a proxy sends with scheme and host.
fn origin_form(target: &str) -> Result<&str, Malformed> {
    if target.bytes().any(|byte| !byte.is_ascii_graphic() || byte == b'#') {
        return Err(malformed("the target contains an invalid character"));
    }
    let path = match target.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest.find('/').map_or("/", |at| &rest[at..]),
        _ => target,
    };
    if path.starts_with('/') { Ok(path) } else { Err(malformed("the target must begin with /")) }
}

fn header(line: &str) -> Result<(String, String), Malformed> {
    let (name, value) = line.split_once(':').ok_or(malformed("a header line has no colon"))?;
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(malformed("the name of a header is not a token"));
    }
    let value = value.trim_matches([' ', '\t']);
    if value.bytes().any(|byte| (byte < 0x20 && byte != b'\t') || byte == 0x7f) {
        return Err(malformed("the value of a header contains a control character"));
    }
    Ok((name.to_owned(), value.to_owned()))
}

fn length(headers: &[(String, String)], version: Version) -> Result<Length, Malformed> {
    let mut lengths = values(headers, "content-length");
    let mut codings = values(headers, "transfer-encoding");
    match (lengths.next(), codings.next()) {
        (None, None) => Ok(Length::Known(0)),
        (Some(_), Some(_)) => Err(malformed("content-length and transfer-encoding exclude each other")),
        (None, Some(coding)) if codings.next().is_some() || !coding.eq_ignore_ascii_case("chunked") => {
            Err(Malformed { status: 501, reason: "only the transfer-encoding chunked is supported" })
        }
        (None, Some(_)) if version == Version::Http10 => Err(malformed("transfer-encoding requires HTTP/1.1")),
        (None, Some(_)) => Ok(Length::Chunked),
        (Some(length), None) => {
            let plain = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
            let length = length.parse().ok().filter(|_| plain && lengths.next().is_none());
            length.map(Length::Known).ok_or(malformed("the content-length is not a single number"))
        }
    }
}

fn values<'a>(headers: &'a [(String, String)], name: &'static str) -> impl Iterator<Item = &'a str> {
    headers.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_of_a_head_returns_its_parts() {
        let head = parse(b"PUT /a?b=c HTTP/1.1\r\nHost: x\r\nX-Acs-A:  b c\t\r\nContent-Length: 12").unwrap();
        assert_eq!((head.method.as_str(), head.target.as_str()), ("PUT", "/a?b=c"));
        assert_eq!(head.headers[1], ("X-Acs-A".to_owned(), "b c".to_owned()));
        assert_eq!((head.length, head.close, head.expects_continue), (Length::Known(12), false, false));
    }

    #[test]
    fn parse_of_connection_and_expect_sets_flags() {
        let close = |text: &str| parse(text.as_bytes()).unwrap().close;
        assert!(close("GET / HTTP/1.0"));
        assert!(!close("GET / HTTP/1.0\r\nConnection: Keep-Alive"));
        assert!(close("GET / HTTP/1.1\r\nhost: x\r\nconnection: foo, Close"));
        let head =
            parse(b"GET http://h:1/p?q HTTP/1.1\r\nhost: x\r\nexpect: 100-Continue\r\ntransfer-encoding: Chunked");
        let head = head.unwrap();
        assert_eq!((head.target.as_str(), head.length, head.expects_continue), ("/p?q", Length::Chunked, true));
    }

    #[test]
    fn parse_of_malformed_heads_is_an_error() {
        let many = format!("GET / HTTP/1.1\r\nhost: x{}", "\r\na: b".repeat(MAX_HEADERS));
        for (status, text) in [
            (400, ""),
            (400, "GET /"),
            (400, "GET  / HTTP/1.1\r\nhost: x"),
            (400, "GET / HTTP/1.1 \r\nhost: x"),
            (400, "G T / HTTP/1.1\r\nhost: x"),
            (400, "G\u{e9}T / HTTP/1.1\r\nhost: x"),
            (400, "GET /\u{e9} HTTP/1.1\r\nhost: x"),
            (400, "GET /#a HTTP/1.1\r\nhost: x"),
            (400, "GET * HTTP/1.1\r\nhost: x"),
            (400, "GET https://a/ HTTP/1.1\r\nhost: x"),
            (400, "GET / FTP/1.1\r\nhost: x"),
            (505, "GET / HTTP/2.0\r\nhost: x"),
            (400, "GET / HTTP/1.1"),
            (400, "GET / HTTP/1.1\r\nhost: x\r\nhost: x"),
            (400, "GET / HTTP/1.1\r\nhost x"),
            (400, "GET / HTTP/1.1\r\nhost : x"),
            (400, "GET / HTTP/1.1\r\nhost: x\r\n folded: y"),
            (400, "GET / HTTP/1.1\r\nhost: x\r\na: b\nc: d"),
            (400, "GET / HTTP/1.1\r\nhost: x\r\na: b\0"),
            (400, "GET / HTTP/1.1\r\nhost: x\r\n: b"),
            (400, "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 1"),
            (400, "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: +1"),
            (400, "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1, 1"),
            (400, "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999999999999"),
            (400, "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked"),
            (501, "GET / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip, chunked"),
            (501, "GET / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked"),
            (400, "GET / HTTP/1.0\r\ntransfer-encoding: chunked"),
            (417, "GET / HTTP/1.1\r\nhost: x\r\nexpect: more"),
            (431, many.as_str()),
        ] {
            assert_eq!(parse(text.as_bytes()).map_err(|error| error.status), Err(status), "{text:?}");
        }
        assert_eq!(parse(b"GET / HTTP/1.1\r\nhost: \xff").unwrap_err().status, 400);
    }
}
