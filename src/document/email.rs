//! E-mail: header blocks, and messages with their headers.

use super::placeholder::Foreign;
use super::thread::{Header, header};
use super::writer::Writer;
use super::{Mode, Region, html, text};
use crate::effort::spend;
use crate::mapped::{Builder, Mapped};
use crate::source::Span;
use memchr::memchr;

/// The headers at the start of a draft or a message.
#[derive(Debug, Default)]
pub(super) struct Headers {
    subject: Option<Span>,
    /// `Content-Type` and `Content-Transfer-Encoding`, with their parameters.
    content: Option<Span>,
    encoding: Option<Span>,
    /// Where the body begins.
    pub(super) end: usize,
}

impl Headers {
    /// The subject is a block of its own. That of an answer only repeats the customer's.
    pub(super) fn write(&self, source: &str, own: &mut Writer<'_>, customer: &mut Writer<'_>) {
        let Some(subject) = self.subject else { return };
        let value = &source[subject.range()];
        let answer = ["re:", "aw:", "sv:", "antw:", "fw:", "fwd:", "wg:", "tr:", "rv:"]
            .into_iter()
            .find(|p| value.get(..p.len()).is_some_and(|v| v.eq_ignore_ascii_case(p)));
        match answer {
            _ if value.starts_with("=?") => {}
            Some(prefix) => customer.verbatim(Span::new(subject.start + prefix.len(), subject.end)),
            None => text::write(own, source, subject),
        }
        own.break_block(self.end);
        own.begin_body();
        customer.break_block(self.end);
        customer.begin_body();
    }
}

/// A block of mail headers that a draft begins with: `Subject:`, or two of any, and a blank line.
pub(super) fn draft_headers(source: &str, span: Span) -> Option<Headers> {
    let (mut headers, mut lines) = (Headers { end: span.start, ..Headers::default() }, 0);
    for line in lines_of(source, span) {
        let body = source[line.range()].trim();
        match header(body) {
            _ if body.is_empty() && lines == 0 => {}
            _ if body.is_empty() => break,
            Some(Header::Subject) if headers.subject.is_none() => headers.subject = Some(value(source, line)),
            Some(_) => {}
            None if lines > 0 && source[line.range()].starts_with([' ', '\t']) => {}
            None => return None,
        }
        lines += usize::from(!body.is_empty());
        headers.end = line.end;
    }
    (headers.subject.is_some() || lines >= 2).then_some(headers)
}

/// Whether a text begins with the headers that mail servers write.
pub(super) fn is_message(text: &str) -> bool {
    let servers = ["received", "return-path", "delivered-to", "message-id", "mime-version", "dkim-signature"];
    let mut lines = text.lines().filter(|line| !line.starts_with([' ', '\t'])).take(40);
    let first = lines.next().and_then(header_name).is_some_and(|n| servers.iter().any(|s| s.eq_ignore_ascii_case(n)));
    first && lines.take_while(|line| !line.is_empty()).filter(|line| header_name(line).is_some()).count() >= 2
}

/// The name of a header line.
fn header_name(line: &str) -> Option<&str> {
    let name = line.split_once(':')?.0;
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic())).then_some(name)
}

/// The reply in a message: its subject and its plain text, or its HTML where there is no other.
pub(super) fn extract<'s>(source: &'s str, span: Span, foreign: &Foreign) -> Option<Region<'s>> {
    let headers = message_headers(source, span);
    if let Some((body, encoding)) = part(source, &headers, span.end, "text/plain", 0) {
        if encoding == Encoding::Plain {
            return text::extract_with(source, body, Some(headers), foreign);
        }
        let decoded = quoted_printable(source, &headers, body);
        let all = Span::new(0, decoded.text().len());
        let foreign = Foreign::of(decoded.text());
        return Some(text::extract(decoded.text(), all, Mode::Draft, &foreign)?.through(&decoded));
    }
    let (body, encoding) = part(source, &headers, span.end, "text/html", 0)?;
    if encoding == Encoding::Plain {
        return html::extract(source, body, Mode::Draft, foreign);
    }
    let decoded = quoted_printable(source, &Headers::default(), body);
    let all = Span::new(0, decoded.text().len());
    let foreign = Foreign::of(decoded.text());
    Some(html::extract(decoded.text(), all, Mode::Draft, &foreign)?.through(&decoded))
}

/// How the bytes of a text were made fit for transport.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Plain,
    QuotedPrintable,
}

/// The subject, as a header, and a decoded body below it.
fn quoted_printable<'s>(source: &'s str, headers: &Headers, body: Span) -> Mapped<'s> {
    let mut out = Builder::new(source);
    if let Some(subject) = headers.subject {
        out.escaped(Span::new(subject.start, subject.start), "Subject: ");
        out.verbatim(subject);
        out.escaped(Span::new(subject.end, subject.end), "\n");
    }
    let bytes = &source.as_bytes()[..body.end];
    let mut at = body.start;
    while let Some(i) = memchr(b'=', &bytes[at..]) {
        out.verbatim(Span::new(at, at + i));
        at += i;
        let rest = &bytes[at + 1..];
        let eol = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
        if rest.get(eol).is_none_or(|b| *b == b'\n') {
            at = (at + eol + 2).min(body.end);
            continue;
        }
        // The bytes of one character, or of several, follow each other.
        let hex = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let run: Vec<u8> = bytes[at..]
            .chunks_exact(3)
            .map_while(|c| if c[0] == b'=' && c[1..].iter().all(u8::is_ascii_hexdigit) { hex(&c[1..]) } else { None })
            .take(64)
            .collect();
        let width = std::str::from_utf8(&run).map_or_else(|e| e.valid_up_to(), str::len);
        match std::str::from_utf8(&run[..width]).unwrap_or_default() {
            _ if run.is_empty() => {
                out.verbatim(Span::new(at, at + 1));
                at += 1;
            }
            // Not UTF-8: then it is mostly Latin-1.
            "" => {
                out.escaped(Span::new(at, at + 3), char::from(run[0]).encode_utf8(&mut [0; 4]));
                at += 3;
            }
            text => {
                for c in text.chars() {
                    let end = at + 3 * c.len_utf8();
                    out.escaped(Span::new(at, end), c.encode_utf8(&mut [0; 4]));
                    at = end;
                }
            }
        }
    }
    out.verbatim(Span::new(at, body.end));
    out.finish()
}

/// The headers of a message or of a part of one. Without any, all is body.
fn message_headers(source: &str, span: Span) -> Headers {
    let mut headers = Headers { end: span.start, ..Headers::default() };
    let mut last: Option<&mut Option<Span>> = None;
    for line in lines_of(source, span) {
        let text = &source[line.range()];
        if text.trim().is_empty() {
            headers.end = line.end;
            break;
        }
        if text.starts_with([' ', '\t']) {
            // Folded: it belongs to the header above.
            if let Some(Some(span)) = last.as_deref_mut() {
                span.end = line.end;
            }
            headers.end = line.end;
            continue;
        }
        let Some(name) = header_name(text) else { break };
        let slot = match () {
            () if name.eq_ignore_ascii_case("subject") => Some(&mut headers.subject),
            () if name.eq_ignore_ascii_case("content-type") => Some(&mut headers.content),
            () if name.eq_ignore_ascii_case("content-transfer-encoding") => Some(&mut headers.encoding),
            () => None,
        };
        last = slot.map(|slot| {
            *slot = Some(value(source, line));
            slot
        });
        headers.end = line.end;
    }
    headers
}

/// The first text of a kind in a body, which may have parts. Text in an encoding that is not read here is none.
fn part(source: &str, headers: &Headers, end: usize, wanted: &str, depth: usize) -> Option<(Span, Encoding)> {
    let content = headers.content.map_or("", |span| &source[span.range()]);
    let kind = content.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !kind.starts_with("multipart/") {
        let encoding = headers.encoding.map_or("", |span| source[span.range()].trim());
        let encoding = match encoding.to_ascii_lowercase().as_str() {
            "quoted-printable" => Encoding::QuotedPrintable,
            "" | "7bit" | "8bit" | "binary" => Encoding::Plain,
            _ => return None,
        };
        let kind = if kind.is_empty() { "text/plain" } else { kind.as_str() };
        return (kind == wanted).then_some((Span::new(headers.end, end), encoding));
    }
    let (_, boundary) = content.split_once("boundary=")?;
    let boundary = match boundary.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => boundary.split([';', ' ', '\t', '\r', '\n']).next()?,
    };
    let mut open: Option<usize> = None;
    for line in lines_of(source, Span::new(headers.end, end)) {
        let Some(rest) = source[line.range()].strip_prefix("--").and_then(|l| l.strip_prefix(boundary)) else {
            continue;
        };
        if let Some(start) = open.filter(|_| depth < 8) {
            let headers = message_headers(source, Span::new(start, line.start));
            let found = part(source, &headers, line.start, wanted, depth + 1);
            if found.is_some() {
                return found;
            }
        }
        open = (!rest.starts_with("--")).then_some(line.end);
    }
    None
}

/// The lines of a span, with their ends.
fn lines_of(source: &str, span: Span) -> impl Iterator<Item = Span> {
    let mut at = span.start;
    std::iter::from_fn(move || {
        let rest = &source.as_bytes()[at..span.end];
        let len = memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        spend(len);
        let line = Span::new(at, at + len);
        at = line.end;
        (len > 0).then_some(line)
    })
}

/// What stands after the colon of a header line.
fn value(source: &str, line: Span) -> Span {
    let text = &source[line.range()];
    let colon = text.find([':', '：']).map_or(0, |i| i + text[i..].chars().next().map_or(0, char::len_utf8));
    Span::new(
        line.start + colon + (text[colon..].len() - text[colon..].trim_start_matches([' ', '\t']).len()),
        line.end,
    )
}
