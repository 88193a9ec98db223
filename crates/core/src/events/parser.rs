//! The format of server-sent events, as the WHATWG specifies it.

use std::time::Duration;

/// An event without its decoded data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RawEvent {
    pub(crate) kind: Option<String>,
    pub(crate) data: String,
    pub(crate) id: Option<String>,
    pub(crate) retry: Option<Duration>,
}

/// An event exceeds the size limit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// Parses a stream in chunks of any size.
pub(crate) struct Parser {
    /// Bytes that were received and not yet removed.
    buffer: Vec<u8>,
    /// The position up to which the buffer is parsed.
    read: usize,
    /// The position up to which the buffer contains no end of a line.
    searched: usize,
    started: bool,
    /// Whether the last line ended with a carriage return, so that a following line feed belongs to it.
    after_return: bool,
    /// Whether the event has a line of data, which may be empty.
    filled: bool,
    event: RawEvent,
    id: Option<String>,
    retry: Option<Duration>,
    limit: usize,
}

impl Parser {
    /// Creates a parser for events up to a number of bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            buffer: Vec::new(),
            read: 0,
            searched: 0,
            started: false,
            after_return: false,
            filled: false,
            event: RawEvent::default(),
            id: None,
            retry: None,
            limit,
        }
    }

    /// Adds bytes of the stream.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.read);
        self.searched -= self.read;
        self.read = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// Returns the next complete event.
    pub(crate) fn next(&mut self) -> Result<Option<RawEvent>, TooLarge> {
        while let Some(end) = self.line_end() {
            let line = String::from_utf8_lossy(&self.buffer[self.read..end]).into_owned();
            self.after_return = self.buffer[end] == b'\r';
            self.read = end + 1;
            self.searched = self.read;
            if let Some(event) = self.line(&line)? {
                return Ok(Some(event));
            }
        }
        if self.buffer.len() - self.read > self.limit { Err(TooLarge) } else { Ok(None) }
    }

    /// Ends the stream: an incomplete event counts as an event.
    pub(crate) fn finish(&mut self) -> Result<Option<RawEvent>, TooLarge> {
        let rest = std::mem::take(&mut self.buffer);
        let rest = String::from_utf8_lossy(rest.get(self.read..).unwrap_or_default()).into_owned();
        (self.read, self.searched) = (0, 0);
        let rest = if self.after_return { rest.strip_prefix('\n').unwrap_or(&rest) } else { &rest };
        if !rest.is_empty() {
            self.line(rest)?;
        }
        Ok(self.dispatch())
    }

    /// Returns the end of the next line, if the line is complete.
    fn line_end(&mut self) -> Option<usize> {
        if self.after_return && self.read < self.buffer.len() {
            self.after_return = false;
            if self.buffer[self.read] == b'\n' {
                self.read += 1;
                self.searched = self.searched.max(self.read);
            }
        }
        if !self.started {
            const MARK: &[u8] = b"\xef\xbb\xbf";
            let start = &self.buffer[self.read..];
            if start.len() < MARK.len() && MARK.starts_with(start) {
                return None;
            }
            self.started = true;
            if start.starts_with(MARK) {
                self.read += MARK.len();
                self.searched = self.read;
            }
        }
        match self.buffer[self.searched..].iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(at) => Some(self.searched + at),
            None => {
                self.searched = self.buffer.len();
                None
            }
        }
    }

    fn line(&mut self, line: &str) -> Result<Option<RawEvent>, TooLarge> {
        if line.is_empty() {
            return Ok(self.dispatch());
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => {
                if self.event.data.len() + value.len() > self.limit {
                    return Err(TooLarge);
                }
                if self.filled {
                    self.event.data.push('\n');
                }
                self.filled = true;
                self.event.data.push_str(value);
            }
            "event" => self.event.kind = Some(value.to_owned()).filter(|kind| !kind.is_empty()),
            "id" if !value.contains('\0') => self.id = Some(value.to_owned()).filter(|id| !id.is_empty()),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok().map(Duration::from_millis);
            }
            // A comment, or an unknown field.
            _ => {}
        }
        Ok(None)
    }

    /// Ends an event. An event without data is ignored.
    fn dispatch(&mut self) -> Option<RawEvent> {
        let event = std::mem::take(&mut self.event);
        let filled = std::mem::take(&mut self.filled);
        (filled && !event.data.is_empty()).then(|| RawEvent { id: self.id.clone(), retry: self.retry, ..event })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(pieces: &[&[u8]]) -> Vec<RawEvent> {
        let mut parser = Parser::new(1 << 20);
        let mut events = Vec::new();
        for piece in pieces {
            parser.feed(piece);
            while let Some(event) = parser.next().unwrap() {
                events.push(event);
            }
        }
        events.extend(parser.finish().unwrap());
        events
    }

    fn event(data: &str) -> RawEvent {
        RawEvent { data: data.into(), ..RawEvent::default() }
    }

    /// The examples of the specification, and edge cases of its rules.
    #[test]
    fn parser_of_standard_events_returns_their_fields() {
        for (text, expected) in [
            ("data: YHOO\ndata: +2\ndata: 10\n\n", vec![event("YHOO\n+2\n10")]),
            (
                ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
                vec![
                    RawEvent { id: Some("1".into()), ..event("first event") },
                    event("second event"),
                    event(" third event"),
                ],
            ),
            ("data:test\n\ndata: test\n\n", vec![event("test"), event("test")]),
            (
                "event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\ndata: x\n\n",
                vec![
                    RawEvent { kind: Some("add".into()), ..event("73857293") },
                    RawEvent { kind: Some("remove".into()), ..event("2153") },
                    event("x"),
                ],
            ),
            ("data: a\r\n\r\ndata: b\r\rdata: c\n\n", vec![event("a"), event("b"), event("c")]),
            ("\u{feff}data: marked\n\n", vec![event("marked")]),
            ("data\n\ndata\ndata\n\n", vec![event("\n")]),
            (
                "retry: 1500\ndata: a\n\nretry: 1x\ndata: b\n\n",
                vec![
                    RawEvent { retry: Some(Duration::from_millis(1500)), ..event("a") },
                    RawEvent { retry: Some(Duration::from_millis(1500)), ..event("b") },
                ],
            ),
            (
                "id: 7\ndata: a\n\nid: a\0b\ndata: b\n\n",
                vec![RawEvent { id: Some("7".into()), ..event("a") }, RawEvent { id: Some("7".into()), ..event("b") }],
            ),
            ("unknown: x\ndata: {\"a\":1}\nDATA: no\n\n", vec![event("{\"a\":1}")]),
            ("data: the end without a blank line", vec![event("the end without a blank line")]),
            ("data: a\n\nevent: lonely\n\n", vec![event("a")]),
            ("", vec![]),
            ("\n\n\n", vec![]),
        ] {
            assert_eq!(parse(&[text.as_bytes()]), expected, "{text:?}");
            let single: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
            assert_eq!(parse(&single), expected, "{text:?} byte by byte");
        }
    }

    #[test]
    fn parser_of_invalid_utf8_continues() {
        assert_eq!(parse(&[b"data: \xff\xfe\n\ndata: b\n\n"]), [event("\u{fffd}\u{fffd}"), event("b")]);
    }

    #[test]
    fn parser_of_a_too_long_event_is_an_error() {
        for text in
            ["data: 0123456789abcdef".to_owned(), "data: 01234567\n".repeat(3), ": ".to_owned() + &"x".repeat(50)]
        {
            let mut parser = Parser::new(16);
            parser.feed(text.as_bytes());
            assert_eq!(parser.next(), Err(TooLarge), "{text}");
        }
    }

    proptest! {
        /// The position of the cuts between chunks makes no difference.
        #[test]
        fn parser_of_any_chunks_returns_the_same_events(
            lines in proptest::collection::vec("(data|id|event|retry|)[: ]{0,2}[a-zé0-9]{0,4}(\n|\r\n|\r|\n\n|\r\r)", 0..20),
            cuts in proptest::collection::vec(0_usize..200, 0..10),
        ) {
            let text = lines.concat();
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= bytes.len()).chain([0, bytes.len()]).collect();
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(parse(&pieces), parse(&[bytes]));
        }

        /// An event that was written is the event that is parsed.
        #[test]
        fn parser_of_written_events_returns_them(texts in proptest::collection::vec("[^\r\u{0}]{1,40}", 0..8)) {
            let stream: String = texts
                .iter()
                .map(|text| text.split('\n').map(|line| format!("data: {line}\n")).collect::<String>() + "\n")
                .collect();
            let read: Vec<String> = parse(&[stream.as_bytes()]).into_iter().map(|event| event.data).collect();
            prop_assert_eq!(read, texts);
        }

        #[test]
        fn parser_of_any_bytes_does_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            parse(&[&bytes]);
        }
    }
}
