//! Formats expressions like rustfmt.

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// A literal, a path, or anything else that fits in a line.
    Text(String),
    /// `path(arguments)`, `path[arguments]` or `[arguments]`, by the delimiters.
    Call(String, [char; 2], Vec<Expression>),
    /// `path { name: value }`
    Struct(String, Vec<(String, Expression)>),
    /// `receiver.method(arguments)` with each method, or `.await`, as text before its arguments.
    Chain(Box<Expression>, Vec<(String, Option<Vec<Expression>>)>),
}

/// The maximum width of a line in the body of a function, without its indentation.
pub(super) const WIDTH: usize = 96;

/// The maximum width of a list of arguments, an array or a chain in one line.
const LIST: usize = 60;

/// The maximum width of a struct literal in one line.
const STRUCT: usize = 18;

impl Expression {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn call(path: impl Into<String>, arguments: Vec<Self>) -> Self {
        Self::Call(path.into(), ['(', ')'], arguments)
    }

    /// Creates `[items]`, or `vec![items]` with the prefix `vec!`.
    pub(super) fn list(prefix: &str, items: Vec<Self>) -> Self {
        Self::Call(prefix.to_owned(), ['[', ']'], items)
    }

    /// Appends a method call.
    pub(super) fn method(self, name: impl Into<String>, arguments: Vec<Self>) -> Self {
        self.link(name.into(), Some(arguments))
    }

    /// Appends `.await`, `?` or both.
    pub(super) fn suffix(self, text: &str) -> Self {
        self.link(text.to_owned(), None)
    }

    fn link(self, name: String, arguments: Option<Vec<Self>>) -> Self {
        match self {
            Self::Chain(receiver, mut links) => {
                links.push((name, arguments));
                Self::Chain(receiver, links)
            }
            receiver => Self::Chain(Box::new(receiver), vec![(name, arguments)]),
        }
    }

    /// Returns the expression in one line; `None` if rustfmt always breaks it.
    pub(super) fn line(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Call(path, [open, close], arguments) => Some(format!("{path}{open}{}{close}", joined(arguments)?)),
            Self::Struct(path, fields) => {
                let fields = fields.iter().map(|(name, value)| Some(format!("{name}: {}", value.line()?)));
                let fields = fields.collect::<Option<Vec<_>>>()?.join(", ");
                (fields.chars().count() <= STRUCT).then(|| format!("{path} {{ {fields} }}"))
            }
            Self::Chain(receiver, links) => {
                let mut line = receiver.line()?;
                for (name, arguments) in links {
                    match arguments {
                        Some(arguments) => line.push_str(&format!(".{name}({})", joined(arguments)?)),
                        None => line.push_str(name),
                    }
                }
                // A call with only suffixes is not a chain of methods.
                let methods = links.iter().filter(|(_, arguments)| arguments.is_some()).count();
                (methods == 0 || width(&line) <= LIST).then_some(line)
            }
        }
    }

    /// Appends the expression to the last line of `out`. `indent` is the indentation of the statement, and `tail` the
    /// number of characters that follow in the last line.
    pub(super) fn write(&self, out: &mut String, indent: usize, tail: usize) {
        let column = width(out.rsplit('\n').next().unwrap_or_default());
        if let Some(line) = self.line().filter(|line| column + width(line) + tail <= WIDTH) {
            out.push_str(&line);
            return;
        }
        let inner = indent + 4;
        match self {
            Self::Text(text) => out.push_str(text),
            Self::Call(path, [open, close], arguments) => {
                out.push_str(path);
                out.push(*open);
                match &arguments[..] {
                    // A single argument continues in the line of the call.
                    [only @ (Self::Struct(..) | Self::Call(_, ['[', _], _))] => only.write(out, indent, tail + 1),
                    _ => {
                        for argument in arguments {
                            new_line(out, inner);
                            argument.write(out, inner, 1);
                            out.push(',');
                        }
                        new_line(out, indent);
                    }
                }
                out.push(*close);
            }
            Self::Struct(path, fields) => {
                out.push_str(path);
                out.push_str(" {");
                for (name, value) in fields {
                    new_line(out, inner);
                    out.push_str(&format!("{name}: "));
                    value.write(out, inner, 1);
                    out.push(',');
                }
                new_line(out, indent);
                out.push('}');
            }
            Self::Chain(receiver, links) => {
                receiver.write(out, indent, 0);
                let broken = links.iter().any(|(_, arguments)| arguments.is_some());
                for (name, arguments) in links {
                    let question = name.strip_prefix('?').is_some();
                    if broken && !question {
                        new_line(out, inner);
                    }
                    match arguments {
                        Some(arguments) => Self::call(format!(".{name}"), arguments.clone()).write(out, inner, tail),
                        None => out.push_str(name),
                    }
                }
            }
        }
    }
}

fn joined(arguments: &[Expression]) -> Option<String> {
    let lines = arguments.iter().map(Expression::line).collect::<Option<Vec<_>>>()?;
    let joined = lines.join(", ");
    // One argument may be as long as the line.
    (lines.len() <= 1 || width(&joined) <= LIST).then_some(joined)
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn new_line(out: &mut String, indent: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}
