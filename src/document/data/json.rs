//! JSON, with the comments and trailing commas that people leave in it, and JSON Lines.

use super::{Fault, Quoting, ROOT, Text, Tree, Value};
use crate::mapped::Builder;
use crate::source::Span;
use jsonc_parser::ast;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use memchr::memchr;
use std::borrow::Cow;

/// Reads one value.
pub(super) fn parse(source: &str, span: Span) -> Result<Tree<'_>, Fault> {
    let mut tree = Tree::new(Value::List(Vec::new()));
    let value = value(source, span)?;
    tree.nodes[ROOT].value = own(source, span.start, &value);
    fill(&mut tree, ROOT, source, span.start, &value);
    Ok(tree)
}

/// Reads one value a line, as a list of them. A blank line is none.
pub(super) fn parse_lines(source: &str, span: Span) -> Result<Tree<'_>, Fault> {
    let mut tree = Tree::new(Value::List(Vec::new()));
    let mut at = span.start;
    while at < span.end {
        let end = memchr(b'\n', &source.as_bytes()[at..span.end]).map_or(span.end, |i| at + i + 1);
        if !source[at..end].trim().is_empty() {
            let value = value(source, Span::new(at, end))?;
            add(&mut tree, ROOT, None, source, at, &value);
        }
        at = end;
    }
    Ok(tree)
}

fn value(source: &str, span: Span) -> Result<ast::Value<'_>, Fault> {
    let strict = ParseOptions {
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_loose_object_property_names: false,
        ..ParseOptions::default()
    };
    match parse_to_ast(&source[span.range()], &CollectOptions::default(), &strict) {
        Ok(parsed) => parsed.value.ok_or_else(|| Fault { at: span.start, message: "there is no value".to_owned() }),
        Err(error) => {
            let message = error.kind().to_string();
            let message = message.trim_end_matches('.').to_owned();
            Err(Fault { at: span.start + error.range().start, message: lower_first(message) })
        }
    }
}

fn lower_first(text: String) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn add<'s>(
    tree: &mut Tree<'s>,
    parent: usize,
    key: Option<Cow<'s, str>>,
    source: &'s str,
    base: usize,
    value: &ast::Value<'s>,
) {
    let number = tree.add(parent, key, own(source, base, value));
    fill(tree, number, source, base, value);
}

fn fill<'s>(tree: &mut Tree<'s>, number: usize, source: &'s str, base: usize, value: &ast::Value<'s>) {
    match value {
        ast::Value::Object(object) => {
            for property in &object.properties {
                let key = match &property.name {
                    ast::ObjectPropName::String(name) => name.value.clone(),
                    ast::ObjectPropName::Word(word) => Cow::Borrowed(word.value),
                };
                add(tree, number, Some(key), source, base, &property.value);
            }
        }
        ast::Value::Array(array) => {
            array.elements.iter().for_each(|element| add(tree, number, None, source, base, element));
        }
        _ => {}
    }
}

/// What a value is without what it holds.
fn own<'s>(source: &'s str, base: usize, value: &ast::Value<'s>) -> Value<'s> {
    match value {
        ast::Value::Object(_) => Value::Map(Vec::new()),
        ast::Value::Array(_) => Value::List(Vec::new()),
        ast::Value::StringLit(string) => {
            let raw = Span::new(base + string.range.start + 1, base + string.range.end - 1);
            Value::Text(text(source, raw, &string.value))
        }
        ast::Value::NumberLit(number) => Value::Other(Cow::Borrowed(number.value)),
        ast::Value::BooleanLit(boolean) => Value::Other(Cow::Borrowed(if boolean.value { "true" } else { "false" })),
        _ => Value::Other(Cow::Borrowed("null")),
    }
}

/// A string between its quotes.
fn text<'s>(source: &'s str, raw: Span, value: &str) -> Text<'s> {
    let mut out = Builder::new(source);
    let bytes = &source.as_bytes()[..raw.end];
    let (mut at, mut ascii) = (raw.start, false);
    while let Some(i) = memchr(b'\\', &bytes[at..]) {
        out.verbatim(Span::new(at, at + i));
        at += i;
        let (len, c) = escape(&source[at..raw.end]);
        ascii |= len >= 6 && !c.is_ascii();
        out.escaped(Span::new(at, at + len), c.encode_utf8(&mut [0; 4]));
        at += len;
    }
    out.verbatim(Span::new(at, raw.end));
    Text::new(source, raw, out, Quoting::Json { ascii }, value)
}

/// The bytes that an escape takes, and the character it stands for.
fn escape(text: &str) -> (usize, char) {
    let unit = |at: usize| {
        text.get(at..at + 6).filter(|t| t.starts_with("\\u")).and_then(|t| u16::from_str_radix(&t[2..], 16).ok())
    };
    match text.as_bytes().get(1) {
        Some(b'n') => (2, '\n'),
        Some(b'r') => (2, '\r'),
        Some(b't') => (2, '\t'),
        Some(b'b') => (2, '\u{8}'),
        Some(b'f') => (2, '\u{c}'),
        Some(b'u') => {
            let units: Vec<u16> = [unit(0), unit(6)].into_iter().map_while(|unit| unit).collect();
            match char::decode_utf16(units).next() {
                Some(Ok(c)) => (6 * c.len_utf16(), c),
                _ => (text.len().min(6), char::REPLACEMENT_CHARACTER),
            }
        }
        _ => {
            let c = text[1..].chars().next().unwrap_or('\\');
            (1 + c.len_utf8().min(text.len() - 1), c)
        }
    }
}
