//! XML: elements by their names, attributes as `@name`, text beside either as `#text`.

use super::{Fault, Quoting, ROOT, Text, Tree, Value};
use crate::mapped::Builder;
use crate::source::Span;
use memchr::memchr;
use quick_xml::errors::IllFormedError;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, Reader};
use std::borrow::Cow;

/// How deep elements may stand in one another.
const MAX_DEPTH: usize = 256;

/// Reads a file. What it defines itself is never expanded.
pub(super) fn parse(source: &str, span: Span) -> Result<Tree<'_>, Fault> {
    let mut reader = Reader::from_str(&source[span.range()]);
    let mut tree = Tree::new(Value::Map(Vec::new()));
    let mut open = vec![(ROOT, span.start)];
    let mut run = Run::default();
    let mut at = span.start;
    loop {
        let event = reader
            .read_event()
            .map_err(|error| Fault { at: span.start + reader.error_position() as usize, message: plainly(&error) })?;
        let raw = Span::new(at, span.start + reader.buffer_position() as usize);
        at = raw.end;
        let parent = open.last().map_or(ROOT, |(number, _)| *number);
        match event {
            Event::Start(tag) => {
                run.end(&mut tree, source, parent);
                if open.len() > MAX_DEPTH {
                    let message = format!("elements stand more than {MAX_DEPTH} deep in one another");
                    return Err(Fault { at: raw.start, message });
                }
                open.push((element(&mut tree, source, parent, raw, &tag)?, raw.start));
            }
            Event::Empty(tag) => {
                run.end(&mut tree, source, parent);
                let number = element(&mut tree, source, parent, raw, &tag)?;
                run.close(&mut tree, source, number);
            }
            Event::End(_) => {
                run.close(&mut tree, source, parent);
                open.pop();
            }
            Event::Text(text) => run.parts.push(Part { raw, kind: Kind::Text, value: text.into_inner() }),
            Event::CData(text) => {
                let inside = Span::new(raw.start + "<![CDATA[".len(), raw.end - "]]>".len());
                run.parts.push(Part { raw: inside, kind: Kind::Cdata, value: text.into_inner() });
            }
            Event::GeneralRef(name) => {
                let known = match name.resolve_char_ref() {
                    Ok(Some(c)) => Some(Cow::Owned(c.to_string())),
                    Ok(None) => resolve_xml_entity(&name).map(Cow::Borrowed),
                    Err(_) => None,
                };
                let value = known.unwrap_or_else(|| Cow::Owned(format!("&{};", &*name)));
                run.parts.push(Part { raw, kind: Kind::Text, value });
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    if let [_, .., (_, start)] = open[..] {
        return Err(Fault { at: start, message: "this element is not closed".to_owned() });
    }
    if let Some(part) = run.parts.iter().find(|part| !part.value.trim().is_empty()) {
        return Err(Fault { at: part.raw.start, message: "this text stands outside of all elements".to_owned() });
    }
    if tree.held(ROOT).is_empty() {
        return Err(Fault { at: span.start, message: "there is no element".to_owned() });
    }
    Ok(tree)
}

/// A message of the parser without names from the file, and without the kind of fault it names first.
fn plainly(error: &Error) -> String {
    use IllFormedError::{MismatchedEndTag, MissingDeclVersion, UnmatchedEndTag};
    let message = match error {
        Error::IllFormed(MismatchedEndTag { .. }) => {
            "this tag closes another element than the one that is open".to_owned()
        }
        Error::IllFormed(UnmatchedEndTag(_)) => "this tag closes an element, and none is open".to_owned(),
        Error::IllFormed(MissingDeclVersion(_)) => "the declaration does not begin with `version`".to_owned(),
        error => error.to_string(),
    };
    let message = message.split_once(": ").map_or(&*message, |(_, message)| message);
    message.trim_end_matches('.').to_owned()
}

/// Adds an element with its attributes.
fn element<'s>(
    tree: &mut Tree<'s>,
    source: &'s str,
    parent: usize,
    raw: Span,
    tag: &BytesStart<'s>,
) -> Result<usize, Fault> {
    let name = tag.name().into_inner().to_owned();
    let number = tree.add(parent, Some(Cow::Owned(name)), Value::Map(Vec::new()));
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| Fault { at: raw.start, message: plainly(&error.into()) })?;
        let key = attribute.key.into_inner();
        if key == "xmlns" || key.starts_with("xmlns:") {
            continue;
        }
        // It is a slice of the tag, whose inside begins after `<`.
        let start = (attribute.value.as_ptr() as usize).wrapping_sub(tag.as_ptr() as usize);
        let inside = Span::new(raw.start + 1 + start, raw.start + 1 + start + attribute.value.len());
        let mut out = Builder::new(source);
        decode(source, inside, &mut out);
        let value = unescape(&attribute.value).map_or_else(|_| out.text().to_owned(), Cow::into_owned);
        let name = Cow::Owned(format!("@{key}"));
        let text = Text::new(source, inside, out, Quoting::XmlAttribute, &value);
        tree.add(number, Some(name), Value::Text(text));
    }
    Ok(number)
}

/// Text between two tags, as far as it was read.
#[derive(Default)]
struct Run<'s> {
    parts: Vec<Part<'s>>,
}

/// A stretch of it.
struct Part<'s> {
    raw: Span,
    kind: Kind,
    /// What the parser makes of it.
    value: Cow<'s, str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Cdata,
}

impl<'s> Run<'s> {
    /// Ends before a tag inside an element.
    fn end(&mut self, tree: &mut Tree<'s>, source: &'s str, element: usize) {
        if let Some(text) = self.take(source) {
            tree.add(element, Some(Cow::Borrowed("#text")), Value::Text(text));
        }
    }

    /// Ends with its element, which is nothing but text if it holds nothing else.
    fn close(&mut self, tree: &mut Tree<'s>, source: &'s str, element: usize) {
        if tree.held(element).is_empty() && element != ROOT {
            let empty = || Text { text: Builder::new(source).finish(), quoting: vec![Quoting::Sealed] };
            tree.nodes[element].value = Value::Text(self.take(source).unwrap_or_else(empty));
        } else {
            self.end(tree, source, element);
        }
    }

    fn take(&mut self, source: &'s str) -> Option<Text<'s>> {
        let mut parts = std::mem::take(&mut self.parts);
        if parts.iter().all(|part| part.value.trim().is_empty()) {
            return None;
        }
        let cdata = parts.iter().any(|part| part.kind == Kind::Cdata);
        if cdata {
            // White space around it sets out the file.
            parts.retain(|part| part.kind == Kind::Cdata || !part.value.trim().is_empty());
        }
        let text = parts.iter().any(|part| part.kind == Kind::Text);
        let quoting = match (text, cdata) {
            (_, false) => Quoting::XmlText,
            (false, true) => Quoting::XmlCdata,
            (true, true) => Quoting::Sealed,
        };
        let raw = Span::new(parts.first()?.raw.start, parts.last()?.raw.end);
        let mut out = Builder::new(source);
        let mut value = String::new();
        for part in &parts {
            value += &part.value;
            match part.kind {
                Kind::Text => decode(source, part.raw, &mut out),
                Kind::Cdata => out.verbatim(part.raw),
            }
        }
        Some(Text::new(source, raw, out, quoting, &value))
    }
}

/// Reads text with its entities. One that is not known stays as it is written.
fn decode<'s>(source: &'s str, raw: Span, out: &mut Builder<'s>) {
    let Some(text) = source.get(raw.range()) else { return };
    let mut at = 0;
    while let Some(i) = memchr(b'&', &text.as_bytes()[at..]) {
        out.verbatim(Span::new(raw.start + at, raw.start + at + i));
        at += i;
        // Long names are none, so that nothing is looked through twice.
        let near = &text.as_bytes()[at..text.len().min(at + MAX_ENTITY)];
        let len = memchr(b';', near).map_or(1, |i| i + 1);
        let span = Span::new(raw.start + at, raw.start + at + len);
        let known = text.get(at + 1..(at + len).saturating_sub(1)).and_then(entity);
        match known {
            Some(c) => out.escaped(span, c.encode_utf8(&mut [0; 4])),
            None => out.escaped(span, &text[at..at + len]),
        }
        at += len;
    }
    out.verbatim(Span::new(raw.start + at, raw.end));
}

/// The longest entity that is looked for, in bytes.
const MAX_ENTITY: usize = 40;

/// What an entity stands for.
fn entity(name: &str) -> Option<char> {
    let code = |digits: &str, radix| {
        let code = u32::from_str_radix(digits, radix).ok().filter(|_| digits.chars().all(|c| c.is_digit(radix)))?;
        char::from_u32(code).filter(|c| *c != '\0')
    };
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix('#')? {
            hex if hex.starts_with('x') => code(&hex[1..], 16),
            digits => code(digits, 10),
        },
    }
}
