//! Catalogues of gettext: the language, and a list of entries.

use super::{Fault, Quoting, ROOT, Text, Tree, Value};
use crate::mapped::Builder;
use crate::source::Span;
use memchr::memchr2;
use std::borrow::Cow;

/// Reads a catalogue. Comments, and the obsolete entries in them, say nothing.
pub(super) fn parse(source: &str, span: Span) -> Result<Tree<'_>, Fault> {
    let mut tree = Tree::new(Value::Map(Vec::new()));
    let list = tree.add(ROOT, Some(Cow::Borrowed("entries")), Value::List(Vec::new()));
    let bytes = &source.as_bytes()[..span.end];
    let mut entry = Entry::default();
    let mut at = span.start;
    while let Some(&byte) = bytes.get(at) {
        let rest = &source[at..span.end];
        match byte {
            b'#' => at += rest.find(['\n', '\r']).unwrap_or(rest.len()),
            b'"' => {
                let Some((_, text)) = entry.fields.last_mut() else {
                    return Err(fault(at, "a string stands before the first `msgid`"));
                };
                at = string(source, at, span.end, text)?;
            }
            _ if byte.is_ascii_whitespace() => at += 1,
            _ => {
                let word = &rest[..rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count()];
                let key = Key::of(word).ok_or_else(|| fault(at, "`msgid`, `msgstr`, `#` or a string belongs here"))?;
                if entry.ends_before(key) {
                    std::mem::take(&mut entry).add(&mut tree, list);
                }
                at += word.len();
                let index = source[at..span.end].strip_prefix('[').and_then(|rest| rest.split_once(']'));
                let plural = index.filter(|(index, _)| index.bytes().all(|b| b.is_ascii_digit()));
                at += plural.map_or(0, |(index, _)| index.len() + 2);
                let key = if key == Key::Str && plural.is_some() { Key::PluralStr } else { key };
                entry.fields.push((key, Builder::new(source)));
            }
        }
    }
    entry.add(&mut tree, list);
    Ok(tree)
}

fn fault(at: usize, message: &str) -> Fault {
    Fault { at, message: message.to_owned() }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Context,
    Id,
    PluralId,
    Str,
    PluralStr,
    Domain,
}

impl Key {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "msgctxt" => Self::Context,
            "msgid" => Self::Id,
            "msgid_plural" => Self::PluralId,
            "msgstr" => Self::Str,
            "domain" => Self::Domain,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Context => "msgctxt",
            Self::Id => "msgid",
            Self::PluralId => "msgid_plural",
            Self::Str | Self::PluralStr => "msgstr",
            Self::Domain => "domain",
        }
    }
}

/// What is known of a message.
#[derive(Default)]
struct Entry<'s> {
    fields: Vec<(Key, Builder<'s>)>,
}

impl<'s> Entry<'s> {
    fn ends_before(&self, key: Key) -> bool {
        let last = self.fields.last().map(|(key, _)| *key);
        match key {
            Key::Context | Key::Domain => last.is_some(),
            Key::Id => last.is_some_and(|last| last != Key::Context),
            Key::PluralId | Key::Str | Key::PluralStr => last == Some(Key::Domain),
        }
    }

    fn said(&self, key: Key) -> Option<&str> {
        self.fields.iter().find(|(known, _)| *known == key).map(|(_, text)| text.text())
    }

    /// Hangs it into the tree; the first, which is of no message, for the language it names.
    fn add(self, tree: &mut Tree<'s>, list: usize) {
        if self.said(Key::Id) == Some("") && self.said(Key::Context).is_none() {
            let lines = self.said(Key::Str).unwrap_or_default().lines();
            let language = lines.filter_map(|line| line.strip_prefix("Language:")).map(str::trim).next();
            if let Some(language) = language.filter(|language| !language.is_empty()) {
                tree.add(ROOT, Some(Cow::Borrowed("language")), Value::Other(Cow::Owned(language.to_owned())));
            }
            return;
        }
        if self.said(Key::Id).is_none() {
            return;
        }
        let map = tree.add(list, None, Value::Map(Vec::new()));
        let mut plurals = None;
        for (key, text) in self.fields {
            // Programs look a message up by the words they know it by.
            let translated = matches!(key, Key::Str | Key::PluralStr);
            let quoting = if translated { Quoting::Gettext } else { Quoting::Sealed };
            let text = Value::Text(Text { text: text.finish(), quoting: vec![quoting] });
            let name = Some(Cow::Borrowed(key.name()));
            if key == Key::PluralStr {
                let plurals = *plurals.get_or_insert_with(|| tree.add(map, name, Value::List(Vec::new())));
                tree.add(plurals, None, text);
            } else {
                tree.add(map, name, text);
            }
        }
    }
}

/// Reads a string from its opening quotation mark on, and says where it ends.
fn string<'s>(source: &'s str, open: usize, end: usize, out: &mut Builder<'s>) -> Result<usize, Fault> {
    let unclosed = || fault(open, "this quotation mark is not closed");
    let mut at = open + 1;
    let end = memchr2(b'\n', b'\r', &source.as_bytes()[at..end]).map_or(end, |i| at + i);
    loop {
        let line = &source[at..end];
        let len = memchr2(b'"', b'\\', line.as_bytes()).ok_or_else(unclosed)?;
        out.verbatim(Span::new(at, at + len));
        at += len;
        if line[len..].starts_with('"') {
            return Ok(at + 1);
        }
        let (len, c) = escape(&line[len..]).ok_or_else(unclosed)?;
        match c {
            Some(c) => out.escaped(Span::new(at, at + len), c.encode_utf8(&mut [0; 4])),
            None => out.escaped(Span::new(at, at + len), &source[at..at + len]),
        }
        at += len;
    }
}

/// The bytes that an escape takes, and the character it stands for; none where that is not known. `None` at the end of the text.
fn escape(text: &str) -> Option<(usize, Option<char>)> {
    let c = text.chars().nth(1)?;
    let code = |from: usize, most: usize, radix: u32| {
        let len = text[from..].chars().take(most).take_while(|c| c.is_digit(radix)).count();
        let code = u8::from_str_radix(&text[from..from + len], radix).ok().filter(u8::is_ascii);
        (from + len, code.map(char::from))
    };
    Some(match c {
        'n' => (2, Some('\n')),
        't' => (2, Some('\t')),
        'r' => (2, Some('\r')),
        'a' => (2, Some('\u{7}')),
        'b' => (2, Some('\u{8}')),
        'f' => (2, Some('\u{c}')),
        'v' => (2, Some('\u{b}')),
        '"' | '\\' => (2, Some(c)),
        'x' => code(2, 2, 16),
        '0'..='7' => code(1, 3, 8),
        c => (1 + c.len_utf8(), None),
    })
}
