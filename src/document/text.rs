//! Plain text, chat, and e-mail drafts as a mail program shows them.

use super::email::{self, Headers};
use super::placeholder::{Foreign, Kind, Scanner};
use super::thread::{self, Fences};
use super::writer::Writer;
use super::{Mode, Region, html};
use crate::effort::spend;
use crate::mapped::Object;
use crate::source::Span;
use memchr::memchr;

/// The reply in a span of a source.
pub(super) fn extract<'s>(source: &'s str, span: Span, mode: Mode, foreign: &Foreign) -> Option<Region<'s>> {
    if mode == Mode::Template {
        let mut own = Writer::new(source, foreign);
        write(&mut own, source, span);
        return Region::new(own, Writer::new(source, foreign));
    }
    let headers = email::draft_headers(source, span);
    let start = headers.as_ref().map_or(span.start, |h| h.end);
    extract_with(source, Span::new(start, span.end), headers, foreign)
}

/// The reply in a body whose headers are known.
pub(super) fn extract_with<'s>(
    source: &'s str,
    body: Span,
    headers: Option<Headers>,
    foreign: &Foreign,
) -> Option<Region<'s>> {
    let thread = thread::split(source, body, Fences::Drop);
    let (mut own, mut customer) = (Writer::new(source, foreign), Writer::new(source, foreign));
    if let Some(headers) = headers {
        headers.write(source, &mut own, &mut customer);
    }
    for &stretch in &thread.own {
        own.break_block(stretch.start);
        write(&mut own, source, stretch);
    }
    for group in &thread.quoted {
        write_quoted(&mut customer, group);
    }
    Region::new(own, customer)
}

/// Lines of the customer's that stood together.
pub(super) fn write_quoted(customer: &mut Writer<'_>, lines: &[Span]) {
    for line in lines {
        customer.verbatim(*line);
    }
    if let Some(last) = lines.last() {
        customer.break_block(last.end);
    }
}

/// Text of whole lines, with placeholders, code, comments and the odd HTML tag in it.
pub(super) fn write(own: &mut Writer<'_>, source: &str, span: Span) {
    let text = &source[..span.end];
    let mut scanner = Scanner::new(text).with_html_comments();
    let mut mark = scanner.find(span.start);
    let mut code = inline_code(text, span.start);
    let mut tag = html::find_tag(text, span.start);
    let mut at = span.start;
    // Whether nothing that shows stands between the start of the line and `at`.
    let mut clear = true;
    loop {
        if mark.is_some_and(|m| m.span.start < at) {
            mark = scanner.find(at);
        }
        if code.is_some_and(|c| c.start < at) {
            code = inline_code(text, at);
        }
        if tag.is_some_and(|(t, _)| t.start < at) {
            tag = html::find_tag(text, at);
        }
        let starts = [mark.map(|m| m.span.start), code.map(|c| c.start), tag.map(|(t, _)| t.start)];
        let Some(start) = starts.into_iter().flatten().min() else { break };
        if let Some(code) = code.filter(|c| c.start == start) {
            own.verbatim(Span::new(at, start));
            own.opaque(code, Object::Code);
            (at, clear) = (code.end, false);
        } else if let Some((tag, block)) = tag.filter(|(t, _)| t.start == start) {
            own.verbatim(Span::new(at, start));
            if block {
                own.break_block(start);
            }
            (at, clear) = (tag.end, false);
        } else if let Some(mark) = mark {
            // A line of nothing but logic goes with its end.
            let line = text[at..start].rfind('\n').map_or(at, |i| at + i + 1);
            clear = (clear || line > at) && mark.kind != Kind::Slot && text[line..start].trim_start().is_empty();
            let rest = text[mark.span.end..].trim_start_matches([' ', '\t', '\r']);
            let alone = clear && (rest.is_empty() || rest.starts_with('\n'));
            own.verbatim(Span::new(at, if alone { line } else { start }));
            own.mark(mark);
            at = if alone { (text.len() - rest.len() + 1).min(text.len()) } else { mark.span.end };
        }
    }
    own.verbatim(Span::new(at, span.end));
}

/// The first back-ticked stretch of a line from `from` on.
fn inline_code(text: &str, mut from: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    loop {
        let start = from + memchr(b'`', bytes.get(from..)?)?;
        let ticks = bytes[start..].iter().take_while(|b| **b == b'`').count();
        let inside = &bytes[start + ticks..bytes.len().min(start + ticks + MAX_CODE)];
        spend(start - from + ticks + if ticks <= 2 { inside.len() } else { 0 });
        if ticks <= 2 {
            let mut len = 0;
            while let Some(i) = inside[len..].iter().position(|b| matches!(b, b'`' | b'\n')) {
                let run = inside[len + i..].iter().take_while(|b| **b == b'`').count();
                if run == ticks && len + i > 0 {
                    return Some(Span::new(start, start + ticks + len + i + ticks));
                }
                if run == 0 {
                    break;
                }
                len += i + run;
            }
        }
        from = start + ticks;
    }
}

/// The longest inline code, in bytes.
const MAX_CODE: usize = 200;
