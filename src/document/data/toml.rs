//! TOML.

use super::{Fault, Quoting, ROOT, Text, Tree, Value};
use crate::mapped::Builder;
use crate::source::Span;
use std::borrow::Cow;
use toml::de::{DeTable, DeValue};

/// Reads a file.
pub(super) fn parse(source: &str, span: Span) -> Result<Tree<'_>, Fault> {
    let table = DeTable::parse(&source[span.range()]).map_err(|error| Fault {
        at: span.start + error.span().map_or(0, |span| span.start),
        message: error.message().lines().next().unwrap_or("this is no TOML").to_owned(),
    })?;
    let mut tree = Tree::new(Value::Map(Vec::new()));
    fill(&mut tree, ROOT, source, span.start, table.get_ref());
    Ok(tree)
}

/// Adds what a table holds, in the order of the file.
fn fill<'s>(tree: &mut Tree<'s>, number: usize, source: &'s str, base: usize, table: &DeTable<'s>) {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in entries {
        add(tree, number, Some(key.get_ref().clone()), source, base, (value.get_ref(), value.span()));
    }
}

fn add<'s>(
    tree: &mut Tree<'s>,
    parent: usize,
    key: Option<Cow<'s, str>>,
    source: &'s str,
    base: usize,
    (value, range): (&DeValue<'s>, std::ops::Range<usize>),
) {
    let raw = Span::new(base + range.start, base + range.end);
    let own = match value {
        DeValue::Table(_) => Value::Map(Vec::new()),
        DeValue::Array(_) => Value::List(Vec::new()),
        DeValue::String(value) => Value::Text(text(source, raw, value)),
        _ => Value::Other(Cow::Borrowed(source.get(raw.range()).unwrap_or_default())),
    };
    let number = tree.add(parent, key, own);
    match value {
        DeValue::Table(table) => fill(tree, number, source, base, table),
        DeValue::Array(list) => {
            for element in list.iter() {
                add(tree, number, None, source, base, (element.get_ref(), element.span()));
            }
        }
        _ => {}
    }
}

/// A string with its quotes.
fn text<'s>(source: &'s str, raw: Span, value: &str) -> Text<'s> {
    let written = source.get(raw.range()).unwrap_or_default();
    let mut out = Builder::new(source);
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| written.starts_with(quote)).unwrap_or("");
    let Some(inside) = written.get(quote.len()..).and_then(|rest| rest.strip_suffix(quote)) else {
        return Text::new(source, raw, out, Quoting::Sealed, value);
    };
    let block = quote.len() == 3;
    let mut at = raw.start + quote.len();
    let end = at + inside.len();
    if block {
        at += line_break(inside);
    }
    if quote.starts_with('\'') {
        out.verbatim(Span::new(at, end));
        let quoting = if block { Quoting::TomlLiteralBlock } else { Quoting::TomlLiteral };
        return Text::new(source, raw, out, quoting, value);
    }
    let mut joined = false;
    while let Some(i) = memchr::memchr(b'\\', &source.as_bytes()[at..end]) {
        out.verbatim(Span::new(at, at + i));
        at += i;
        let rest = &source[at..end];
        let Some((len, c)) = escape(rest) else {
            // A line joined to the next.
            joined = true;
            at += 1 + rest[1..].len() - rest[1..].trim_start_matches([' ', '\t', '\n', '\r']).len();
            continue;
        };
        out.escaped(Span::new(at, at + len), c.encode_utf8(&mut [0; 4]));
        at += len;
    }
    out.verbatim(Span::new(at, end));
    let quoting = if block { Quoting::TomlBasicBlock { joined } } else { Quoting::TomlBasic };
    Text::new(source, raw, out, quoting, value)
}

/// The bytes of the line break that a text begins with.
fn line_break(text: &str) -> usize {
    if text.starts_with("\r\n") { 2 } else { usize::from(text.starts_with('\n')) }
}

/// The bytes that an escape takes, and the character it stands for.
fn escape(text: &str) -> Option<(usize, char)> {
    let code = |len: usize| {
        let code = text.get(2..2 + len).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        code.and_then(char::from_u32).map(|c| (2 + len, c))
    };
    match text.as_bytes().get(1)? {
        b'b' => Some((2, '\u{8}')),
        b't' => Some((2, '\t')),
        b'n' => Some((2, '\n')),
        b'f' => Some((2, '\u{c}')),
        b'r' => Some((2, '\r')),
        b'e' => Some((2, '\u{1b}')),
        b'"' => Some((2, '"')),
        b'\\' => Some((2, '\\')),
        b'x' => code(2),
        b'u' => code(4),
        b'U' => code(8),
        _ => None,
    }
}
