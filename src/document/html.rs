//! HTML, as far as a linear scan takes it: tags go, blocks break, entities are read.

use super::placeholder::{Foreign, Scanner};
use super::writer::Writer;
use super::{Mode, Region};
use crate::effort::spend;
use crate::mapped::Object;
use crate::source::Span;
use memchr::{memchr, memchr2, memmem};

/// The reply in a span of a source.
pub(super) fn extract<'s>(source: &'s str, span: Span, mode: Mode, foreign: &Foreign) -> Option<Region<'s>> {
    let (mut own, mut customer) = (Writer::new(source, foreign), Writer::new(source, foreign));
    write(&mut own, &mut customer, source, span, mode);
    Region::new(own, customer)
}

/// Text in HTML. What a `blockquote` of a draft holds is the customer's.
pub(super) fn write<'s>(own: &mut Writer<'s>, customer: &mut Writer<'s>, source: &'s str, span: Span, mode: Mode) {
    let text = &source[..span.end];
    let bytes = text.as_bytes();
    let mut scanner = Scanner::new(text).with_html_comments();
    let mut mark = scanner.find(span.start);
    let after = |at: usize| memchr2(b'<', b'&', &bytes[at..]).map_or(span.end, |i| at + i);
    let mut next = after(span.start);
    let mut quotes = 0_usize;
    // Which ends of `RAW` are known to be absent from here on.
    let mut unclosed = [false; RAW.len()];
    let mut at = span.start;
    while at < span.end {
        spend(1);
        let out = if quotes > 0 { &mut *customer } else { &mut *own };
        if mark.is_some_and(|m| m.span.start < at) {
            mark = scanner.find(at);
        }
        if next < at {
            next = after(at);
        }
        if let Some(mark) = mark.filter(|m| m.span.start <= next) {
            write_text(out, source, Span::new(at, mark.span.start));
            out.mark(mark);
            at = mark.span.end;
            continue;
        }
        write_text(out, source, Span::new(at, next));
        at = next;
        if at == span.end {
            break;
        }
        if bytes[at] == b'&' {
            let (len, value) = entity(&text[at..]).unwrap_or((1, '&'));
            match len {
                1 => out.verbatim(Span::new(at, at + 1)),
                _ => out.escaped(Span::new(at, at + len), value.encode_utf8(&mut [0; 4])),
            }
            at += len;
            continue;
        }
        let Some(end) = tag_end(bytes, at) else {
            out.verbatim(Span::new(at, at + 1));
            at += 1;
            continue;
        };
        let inside = &text[at + 1..end - 1];
        let closing = inside.starts_with('/');
        let name = tag_name(inside);
        let start = std::mem::replace(&mut at, end);
        if let Some(i) = RAW.iter().position(|raw| *raw == name).filter(|i| !closing && !unclosed[*i]) {
            match raw_end(text, end, RAW[i]) {
                Some(end) => {
                    at = end;
                    if CODE.contains(&RAW[i]) {
                        out.opaque(Span::new(start, end), Object::Code);
                    }
                }
                None => unclosed[i] = true,
            }
        } else if name == "img" {
            out.opaque(Span::new(start, end), Object::Other);
        } else if name == "blockquote" && mode == Mode::Draft {
            out.break_block(start);
            quotes = if closing { quotes.saturating_sub(1) } else { quotes + 1 };
        }
        if BLOCKS.contains(&name.as_str()) {
            own.break_block(start);
            customer.break_block(start);
        }
    }
}

/// Text between two tags. In HTML the end of a line is a space like any other, and so is a blank line.
fn write_text(out: &mut Writer<'_>, source: &str, span: Span) {
    let mut at = span.start;
    let bytes = source.as_bytes();
    while let Some(i) = memchr(b'\n', &bytes[at..span.end]) {
        let body = source[at..at + i].trim_end().len();
        out.verbatim(Span::new(at, at + body));
        let rest = &source[at + i..span.end];
        let next = at + i + (rest.len() - rest.trim_start().len());
        out.space(Span::new(at + body, next));
        at = next;
    }
    out.verbatim(Span::new(at, span.end));
}

/// One past the `>` of the tag that begins at a `<`; quoted attributes may hold one.
fn tag_end(bytes: &[u8], start: usize) -> Option<usize> {
    let named = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!');
    bytes.get(start + 1).filter(|b| named(b))?;
    let window = &bytes[start..bytes.len().min(start + MAX_TAG)];
    let mut quote = None;
    for (i, &b) in window.iter().enumerate().skip(1) {
        spend(1);
        match (quote, b) {
            (None, b'>') => return Some(start + i + 1),
            (None, b'<') => return None,
            (None, b'"' | b'\'') if window[i - 1] == b'=' => quote = Some(b),
            (Some(q), _) if q == b => quote = None,
            _ => {}
        }
    }
    None
}

/// The next tag that people write in text which is not HTML otherwise, and whether it breaks the block.
pub(super) fn find_tag(text: &str, mut from: usize) -> Option<(Span, bool)> {
    let bytes = text.as_bytes();
    loop {
        let start = from + memchr(b'<', bytes.get(from..)?)?;
        spend(start - from + 1);
        let inside = &text[start + 1..];
        let name = tag_name(inside);
        let block = BLOCKS.contains(&name.as_str());
        // `<a@example.com>` is none.
        let ends = inside[usize::from(inside.starts_with('/')) + name.len()..].starts_with([' ', '\n', '\t', '/', '>']);
        if ends
            && (block || INLINE.contains(&name.as_str()))
            && let Some(end) = tag_end(bytes, start)
        {
            return Some((Span::new(start, end), block));
        }
        from = start + 1;
    }
}

/// Whether a text that does not say what it is holds tags.
pub(super) fn is_html(text: &str) -> bool {
    find_tag(text, 0).is_some()
}

/// The name of a tag, from after its `<`, in lower case.
fn tag_name(inside: &str) -> String {
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let len = inside.bytes().take(12).take_while(u8::is_ascii_alphanumeric).count();
    inside[..len].to_ascii_lowercase()
}

/// One past the closing tag of an element whose inside is not text.
fn raw_end(text: &str, from: usize, name: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memmem::find_iter(&bytes[from..], "</").map(|i| from + i + 2).find_map(|at| {
        spend(1);
        let found = bytes.get(at..at + name.len())?.eq_ignore_ascii_case(name.as_bytes());
        found.then(|| memchr(b'>', &bytes[at..]).map_or(bytes.len(), |i| at + i + 1))
    })
}

/// The character that an entity stands for, and the bytes it takes.
pub(super) fn entity(text: &str) -> Option<(usize, char)> {
    let len = text.as_bytes().iter().take(12).position(|b| *b == b';')?;
    let name = text.get(1..len)?;
    let value = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
        None => ENTITIES.iter().find(|(n, _)| *n == name)?.1,
    };
    Some((len + 1, value))
}

/// The longest tag, in bytes.
const MAX_TAG: usize = 4096;

/// Elements whose inside is not text, and those of them that show code.
const RAW: [&str; 6] = ["script", "style", "title", "code", "pre", "kbd"];
const CODE: [&str; 3] = ["code", "pre", "kbd"];

/// Elements that begin and end a block.
#[rustfmt::skip]
const BLOCKS: &[&str] = &[
    "address", "article", "aside", "blockquote", "body", "br", "center", "dd", "details", "div", "dl", "dt",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
];

/// Elements that stand inside a line.
const INLINE: [&str; 12] = ["a", "b", "em", "font", "i", "img", "small", "span", "strong", "sub", "sup", "u"];

#[rustfmt::skip]
const ENTITIES: [(&str, char); 24] = [
    ("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", '\u{a0}'), ("rsquo", '’'),
    ("lsquo", '‘'), ("rdquo", '”'), ("ldquo", '“'), ("ndash", '–'), ("mdash", '—'), ("hellip", '…'), ("copy", '©'),
    ("reg", '®'), ("trade", '™'), ("bull", '•'), ("middot", '·'), ("euro", '€'), ("pound", '£'),
    ("zwnj", '\u{200c}'), ("shy", '\u{ad}'), ("laquo", '«'), ("raquo", '»'),
];
