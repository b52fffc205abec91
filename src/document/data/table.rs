//! Tables: a list of records, each a map of cells by the names in the first record.

use super::{Fault, MAX_NAME, Quoting, ROOT, Text, Tree, Value, cut};
use crate::mapped::Builder;
use crate::source::Span;
use csv_core::{ReadFieldResult, ReaderBuilder};
use std::borrow::Cow;

/// Reads a table. Without a delimiter, its first line tells.
pub(super) fn parse(source: &str, mut span: Span, delimiter: Option<u8>) -> Result<Tree<'_>, Fault> {
    let said = said_delimiter(&source[span.range()]);
    span.start += said.map_or(0, |(_, len)| len);
    let delimiter = delimiter.or(said.map(|(sign, _)| sign)).unwrap_or_else(|| delimiter_of(&source[span.range()]));
    let mut tree = Tree::new(Value::List(Vec::new()));
    let mut names: Option<Vec<Cow<'_, str>>> = None;
    let mut record = Vec::new();
    let last = each_cell(source, span, delimiter, |text, last| {
        record.push(text);
        if !last {
            return;
        }
        let record = std::mem::take(&mut record);
        let names = match &names {
            Some(names) => names,
            None if is_header(&record) => {
                names = Some(record.into_iter().enumerate().map(|(i, text)| name(i, text.text.text())).collect());
                return;
            }
            None => names.insert(Vec::new()),
        };
        let map = tree.add(ROOT, None, Value::Map(Vec::new()));
        for (i, text) in record.into_iter().enumerate() {
            let name = names.get(i).cloned().unwrap_or_else(|| name(i, ""));
            tree.add(map, Some(name), Value::Text(text));
        }
    });
    if let Some(at) = last.filter(|raw| is_unclosed(&source[raw.range()])).map(|raw| raw.start) {
        let message = "this quotation mark is not closed, so all that follows is one cell".to_owned();
        tree.doubts.push(Fault { at, message });
    }
    Ok(tree)
}

/// What a column is called: by its number, where it has no name.
fn name<'s>(column: usize, name: &str) -> Cow<'s, str> {
    let name = cut(name.trim(), MAX_NAME);
    Cow::Owned(if name.is_empty() { format!("column {}", column + 1) } else { name.into_owned() })
}

/// Whether the first record names the columns: prose is no name, and most columns have one.
fn is_header(record: &[Text<'_>]) -> bool {
    let prose = |text: &Text<'_>| text.text.text().split_whitespace().nth(MAX_WORDS).is_some();
    let blank = record.iter().filter(|text| text.text.text().trim().is_empty()).count();
    !record.iter().any(prose) && 2 * blank <= record.len()
}

/// The most words in the name of a column.
const MAX_WORDS: usize = 8;

/// What stands between the cells according to a first line such as `sep=;`, as Excel writes it, and the bytes of that.
fn said_delimiter(table: &str) -> Option<(u8, usize)> {
    let line = table.lines().next()?;
    let [sign] = line.strip_prefix("sep=")?.as_bytes() else { return None };
    Some((*sign, line.len()))
}

/// What stands between the cells of a table: the sign that its first line has most of, outside of quotation marks.
fn delimiter_of(table: &str) -> u8 {
    const SIGNS: [u8; 4] = *b",;\t|";
    let mut counts = [0; SIGNS.len()];
    let mut quoted = false;
    for byte in table.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(i) = SIGNS.iter().position(|sign| *sign == byte) {
                    counts[i] += 1;
                }
            }
        }
    }
    // The first of those that stand there equally often.
    SIGNS.into_iter().zip(counts).rev().max_by_key(|(_, count)| *count).map_or(b',', |(sign, _)| sign)
}

/// Whether a cell, as it is written, begins with a quotation mark that nothing closes. Two of them are one that is meant.
fn is_unclosed(raw: &str) -> bool {
    raw.strip_prefix('"').is_some_and(|inside| !inside.replace("\"\"", "").contains('"'))
}

/// Hands on every cell, and whether it is the last of its record. The last of all is returned, as it is written.
fn each_cell<'s>(source: &'s str, span: Span, delimiter: u8, mut take: impl FnMut(Text<'s>, bool)) -> Option<Span> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let input = &source.as_bytes()[..span.end];
    // No cell says more than it takes to write it.
    let mut value = vec![0; span.len()];
    let (mut at, mut first, mut last) = (span.start, true, None);
    loop {
        let rest = input.get(at..).unwrap_or_default();
        // A blank line is no record.
        let blank = if first { rest.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count() } else { 0 };
        let mut raw = Span::new(at + blank, at);
        let mut written = 0;
        let record_end = loop {
            let rest = input.get(at..).unwrap_or_default();
            let (result, read, wrote) = reader.read_field(rest, &mut value[written..]);
            at += read;
            written += wrote;
            match result {
                ReadFieldResult::Field { record_end } => {
                    // What ended the cell is its last byte, unless the file ended.
                    raw.end = if rest.is_empty() { at } else { at - 1 };
                    break record_end;
                }
                ReadFieldResult::End => return last,
                ReadFieldResult::OutputFull if value.len() == written => value.resize(2 * value.len() + 1, 0),
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
            }
        };
        raw.end = raw.end.max(raw.start);
        last = Some(raw);
        take(cell(source, raw, delimiter, &String::from_utf8_lossy(&value[..written])), record_end);
        first = record_end;
    }
}

/// A cell. One that is not quoted as it should be says what it says, but nothing is written there.
fn cell<'s>(source: &'s str, raw: Span, delimiter: u8, value: &str) -> Text<'s> {
    let mut out = Builder::new(source);
    let Some(inside) = source[raw.range()].strip_prefix('"') else {
        out.verbatim(raw);
        return Text::new(source, raw, out, Quoting::Cell { delimiter }, value);
    };
    let mut at = raw.start + 1;
    let mut quoting = Quoting::Sealed;
    let mut parts = inside.split('"').peekable();
    while let Some(part) = parts.next() {
        out.verbatim(Span::new(at, at + part.len()));
        at += part.len();
        // Now a quotation mark: two are one, the last closes, and after any other all is as it is.
        match parts.peek() {
            Some(&"") if at + 1 < raw.end => {
                parts.next();
                out.escaped(Span::new(at, at + 2), "\"");
                at += 2;
            }
            Some(_) if at + 1 == raw.end => {
                quoting = Quoting::QuotedCell;
                break;
            }
            Some(_) => {
                out.verbatim(Span::new(at + 1, raw.end));
                break;
            }
            None => {}
        }
    }
    Text::new(source, raw, out, quoting, value)
}
