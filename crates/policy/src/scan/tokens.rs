//! Names in the tokens of macros.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A name in a stream of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// A path, with the text that is the first argument of a call.
    Path { path: Vec<String>, argument: Option<String>, line: usize },
    /// A method, with the variable that it is called on.
    Method { receiver: Option<String>, method: String, line: usize },
    /// A name that the macro `paste` composes.
    Composed { line: usize },
}

/// Finds the names in tokens, in groups too.
pub(super) fn names(tokens: TokenStream) -> Vec<Name> {
    let mut found = Vec::new();
    visit(&tokens.into_iter().collect::<Vec<_>>(), &mut found);
    found
}

fn visit(tokens: &[TokenTree], found: &mut Vec<Name>) {
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                if group.delimiter() == Delimiter::Bracket
                    && is_punct(inner.first(), '<')
                    && is_punct(inner.last(), '>')
                {
                    found.push(Name::Composed { line: group.span().start().line });
                }
                visit(&inner, found);
                at += 1;
            }
            TokenTree::Ident(ident) => {
                let line = ident.span().start().line;
                let before = at.checked_sub(1).map(|before| &tokens[before]);
                if is_punct(before, '.') {
                    if called(tokens, at + 1) {
                        found.push(Name::Method { receiver: receiver(tokens, at), method: ident.to_string(), line });
                    }
                    at += 1;
                    continue;
                }
                // `$name` is replaced when the macro is expanded; `$crate` is a path.
                let is_variable = is_punct(before, '$') && ident != "crate";
                let mut path = vec![ident.to_string()];
                at += 1;
                while is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':') {
                    let Some(TokenTree::Ident(next)) = tokens.get(at + 2) else { break };
                    path.push(next.to_string());
                    at += 3;
                }
                if !is_variable {
                    found.push(Name::Path { path, argument: argument(tokens.get(at)), line });
                }
            }
            _ => at += 1,
        }
    }
}

fn is_punct(token: Option<&TokenTree>, c: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

/// Whether arguments follow, with type arguments before them or without.
fn called(tokens: &[TokenTree], at: usize) -> bool {
    let is_call = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
    is_call(tokens.get(at)) || (is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':'))
}

/// Returns the variable before `.method`, if it is a variable and no longer expression.
fn receiver(tokens: &[TokenTree], method: usize) -> Option<String> {
    let Some(TokenTree::Ident(ident)) = tokens.get(method.checked_sub(2)?) else { return None };
    let before = method.checked_sub(3).map(|before| &tokens[before]);
    let longer = ['.', '$', ':'].into_iter().any(|c| is_punct(before, c));
    (!longer).then(|| ident.to_string())
}

fn argument(token: Option<&TokenTree>) -> Option<String> {
    let Some(TokenTree::Group(group)) = token else { return None };
    match group.stream().into_iter().next()? {
        TokenTree::Literal(literal) => match syn::Lit::new(literal) {
            syn::Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
