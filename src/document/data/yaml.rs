//! YAML. What an anchor names is read once, where it is written.

use super::quoting::is_typed;
use super::{Fault, Quoting, ROOT, Text, Tree, Value};
use crate::mapped::Builder;
use crate::source::Span;
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, options};
use std::borrow::Cow;
use std::collections::HashMap;

/// Reads a file: its document, or a list of its documents.
pub(super) fn parse(source: &str, span: Span) -> Result<Tree<'_>, Fault> {
    let tree = Tree::new(Value::List(Vec::new()));
    let mut reader = Reader { source, tree, open: Vec::new(), complex: None, anchored: HashMap::new() };
    let limits = options! { flow_nesting_limit: MAX_DEPTH, block_nesting_limit: MAX_DEPTH };
    let text = &source[span.range()];
    for next in Parser::new_from_str_with_options(text, limits) {
        let (event, place) = next.map_err(|error| fault(text, span.start, &error))?;
        let place = place.byte_range().unwrap_or_default();
        reader.take(event, Span::new(span.start + place.start, span.start + place.end))?;
    }
    Ok(reader.finish())
}

/// How deep lists and maps may hold each other.
const MAX_DEPTH: usize = 256;

/// The longest text, in bytes, that an alias repeats: enough for a name that something is asked by, too little to blow up a file.
const MAX_ALIASED: usize = 200;

/// Makes a tree of what the parser tells.
struct Reader<'s> {
    source: &'s str,
    /// Under its root, the documents.
    tree: Tree<'s>,
    /// The lists and maps around, from the outside in.
    open: Vec<Open<'s>>,
    /// A key that is itself a list or a map: where it begins, and how deep in it the parser is.
    complex: Option<(usize, usize)>,
    /// The short texts that aliases may repeat.
    anchored: HashMap<usize, Cow<'s, str>>,
}

/// A list or a map that is not at its end.
struct Open<'s> {
    node: usize,
    is_map: bool,
    /// Whether it is written `[…]` or `{…}`, or stands in one that is.
    is_flow: bool,
    /// The key that was read, if its value is still to come.
    key: Option<Cow<'s, str>>,
}

impl<'s> Reader<'s> {
    fn take(&mut self, event: Event<'s>, at: Span) -> Result<(), Fault> {
        if self.complex.is_some() {
            self.pass(&event, at);
            return Ok(());
        }
        match event {
            Event::MappingStart(style, ..) => self.begin(Value::Map(Vec::new()), style, at)?,
            Event::SequenceStart(style, ..) => self.begin(Value::List(Vec::new()), style, at)?,
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
            }
            Event::Scalar(value, style, anchor, tag) => {
                if anchor > 0 && value.len() <= MAX_ALIASED {
                    self.anchored.insert(anchor, value.clone());
                }
                let binary = tag.is_some_and(|tag| tag.suffix_in_namespace(NAMESPACE).as_deref() == Some("binary"));
                self.scalar(value, style, binary, at);
            }
            Event::Alias(anchor) => {
                let value = self.anchored.get(&anchor).cloned();
                let value = value.unwrap_or_else(|| Cow::Borrowed(&self.source[at.range()]));
                if let Some(value) = self.as_key(value) {
                    self.add(Value::Other(value));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Goes through a key that is a list or a map. It is called what is written there.
    fn pass(&mut self, event: &Event<'s>, at: Span) {
        let Some((start, depth)) = &mut self.complex else { return };
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => *depth += 1,
            Event::MappingEnd | Event::SequenceEnd => *depth -= 1,
            _ => {}
        }
        if *depth == 0 {
            let key = self.source[*start..at.end].trim_end();
            self.complex = None;
            self.as_key(Cow::Borrowed(key));
        }
    }

    fn begin(&mut self, value: Value<'s>, style: StructureStyle, at: Span) -> Result<(), Fault> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault { at: at.start, message: too_deep() });
        }
        if self.awaits_key() {
            self.complex = Some((at.start, 1));
            return Ok(());
        }
        let is_map = matches!(value, Value::Map(_));
        let is_flow = style == StructureStyle::Flow || self.is_flow();
        let node = self.add(value);
        self.open.push(Open { node, is_map, is_flow, key: None });
        Ok(())
    }

    fn scalar(&mut self, value: Cow<'s, str>, style: ScalarStyle, binary: bool, at: Span) {
        // The parser says `~` where nothing is written.
        let value = if style == ScalarStyle::Plain && at.is_empty() { Cow::Borrowed("") } else { value };
        let Some(value) = self.as_key(value) else { return };
        let value = if binary || style == ScalarStyle::Plain && is_typed(&value) {
            Value::Other(value)
        } else {
            Value::Text(self.text(&value, style, at))
        };
        self.add(value);
    }

    fn text(&self, value: &str, style: ScalarStyle, at: Span) -> Text<'s> {
        let source = self.source;
        let inside = Span::new(at.start + 1, at.end.saturating_sub(1).max(at.start + 1));
        let lines = source[at.range()].contains(LINE_BREAKS);
        let (raw, decoded, quoting) = match style {
            ScalarStyle::SingleQuoted => (inside, flow(source, inside, Some('\'')), Quoting::YamlSingle { lines }),
            ScalarStyle::DoubleQuoted => (inside, flow(source, inside, Some('\\')), Quoting::YamlDouble { lines }),
            ScalarStyle::Literal => {
                let (decoded, line) = block(source, at, value, false);
                (at, decoded, Quoting::YamlLiteral { line })
            }
            ScalarStyle::Folded => (at, block(source, at, value, true).0, Quoting::YamlFolded),
            _ => (at, flow(source, at, None), Quoting::YamlPlain { flow: self.is_flow() }),
        };
        Text::new(source, raw, decoded, quoting, value)
    }

    /// Takes a scalar for the next key where one is due; else gives it back.
    fn as_key(&mut self, scalar: Cow<'s, str>) -> Option<Cow<'s, str>> {
        if !self.awaits_key() {
            return Some(scalar);
        }
        if let Some(open) = self.open.last_mut() {
            open.key = Some(scalar);
        }
        None
    }

    fn awaits_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_map && open.key.is_none())
    }

    fn is_flow(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_flow)
    }

    fn add(&mut self, value: Value<'s>) -> usize {
        let (parent, key) = self.open.last_mut().map_or((ROOT, None), |open| (open.node, open.key.take()));
        self.tree.add(parent, key, value)
    }

    /// The tree: without its root where that holds a single document.
    fn finish(self) -> Tree<'s> {
        let mut tree = self.tree;
        if tree.held(ROOT).len() == 1 {
            tree.nodes.remove(ROOT);
            for node in &mut tree.nodes {
                node.parent = node.parent.saturating_sub(1);
                if let Value::Map(held) | Value::List(held) = &mut node.value {
                    held.iter_mut().for_each(|n| *n -= 1);
                }
            }
        }
        tree
    }
}

/// What the tags begin with that YAML itself defines.
const NAMESPACE: &str = "tag:yaml.org,2002:";

const LINE_BREAKS: [char; 2] = ['\n', '\r'];
const BLANKS: [char; 2] = [' ', '\t'];

/// A plain or a quoted scalar, without the quotes. Its lines are folded; `special` begins what is written otherwise than it is meant.
fn flow(source: &str, raw: Span, special: Option<char>) -> Builder<'_> {
    let mut out = Builder::new(source);
    let signs = ['\n', '\r', special.unwrap_or('\n')];
    let mut at = raw.start;
    while at < raw.end {
        let rest = &source[at..raw.end];
        let len = rest.find(signs).unwrap_or(rest.len());
        let breaks = rest[len..].starts_with(LINE_BREAKS);
        let kept = if breaks { rest[..len].trim_end_matches(BLANKS).len() } else { len };
        out.verbatim(Span::new(at, at + kept));
        at += kept;
        if breaks {
            let (end, breaks) = space(source, at, raw.end);
            let folded = if breaks == 1 { Cow::Borrowed(" ") } else { Cow::Owned("\n".repeat(breaks - 1)) };
            out.escaped(Span::new(at, end), &folded);
            at = end;
        } else if at < raw.end {
            let (end, meant) = escape(source, at, raw.end);
            out.escaped(Span::new(at, end), &meant);
            at = end;
        }
    }
    out
}

/// Where white space ends, and how many line breaks are in it.
fn space(source: &str, from: usize, to: usize) -> (usize, usize) {
    let rest = &source[from..to];
    let white = &rest[..rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len()];
    (from + white.len(), line_breaks(white))
}

fn line_breaks(text: &str) -> usize {
    text.matches(LINE_BREAKS).count() - text.matches("\r\n").count()
}

/// Where `''`, or an escape that begins with a backslash, ends, and what it means.
fn escape(source: &str, at: usize, to: usize) -> (usize, Cow<'static, str>) {
    let rest = &source[at..to];
    let Some(sign) = rest[1..].chars().next() else { return (to, Cow::Borrowed("")) };
    let hex = |from: usize, len: usize| rest.get(from..from + len).and_then(|d| u32::from_str_radix(d, 16).ok());
    let (len, meant) = match sign {
        '\n' | '\r' => {
            let (end, breaks) = space(source, at + 1, to);
            return (end, Cow::Owned("\n".repeat(breaks - 1)));
        }
        'x' => (4, hex(2, 2)),
        'U' => (10, hex(2, 8)),
        'u' => match (hex(2, 4), rest.get(6..8), hex(8, 4)) {
            // Half of a pair, as JSON writes letters beyond the first 65,536.
            (Some(high @ 0xD800..=0xDBFF), Some("\\u"), Some(low @ 0xDC00..=0xDFFF)) => {
                (12, Some(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)))
            }
            (code, ..) => (6, code),
        },
        sign => {
            let meant = match sign {
                '0' => '\0',
                'a' => '\u{7}',
                'b' => '\u{8}',
                't' => '\t',
                'n' => '\n',
                'v' => '\u{b}',
                'f' => '\u{c}',
                'r' => '\r',
                'e' => '\u{1b}',
                'N' => '\u{85}',
                '_' => '\u{a0}',
                'L' => '\u{2028}',
                'P' => '\u{2029}',
                itself => itself,
            };
            (1 + sign.len_utf8(), Some(meant as u32))
        }
    };
    let meant = meant.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
    (at + len.min(rest.len()), Cow::Owned(meant.to_string()))
}

/// A literal or a folded scalar, and what begins a new line of it. The line breaks at its start and end are those of `value`: they hang
/// on a header that is not part of `raw`, which begins with the first character of the first line that is not blank.
fn block<'s>(source: &'s str, raw: Span, value: &str, folded: bool) -> (Builder<'s>, String) {
    let mut out = Builder::new(source);
    let line = source[..raw.start].rfind(LINE_BREAKS).map_or(0, |i| i + 1);
    let indent = raw.start - line;
    let ending = if source[..line].ends_with("\r\n") { "\r\n" } else { "\n" };
    let begin_line = format!("{ending}{}", " ".repeat(indent));
    let body = value.trim_start_matches('\n');
    out.escaped(Span::new(raw.start, raw.start), &value[..value.len() - body.len()]);
    if body.is_empty() {
        return (out, begin_line);
    }
    let mut at = raw.start;
    loop {
        let rest = &source[at..raw.end];
        let end = at + rest.find(LINE_BREAKS).unwrap_or(rest.len());
        out.verbatim(Span::new(at, end));
        let next = content(source, end, raw.end, indent);
        if next >= raw.end {
            let tail = body.trim_end_matches('\n').len();
            out.escaped(Span::new(end, end), &body[tail..]);
            return (out, begin_line);
        }
        let breaks = line_breaks(&source[end..next]);
        let spaced = rest.starts_with(BLANKS) || source[next..].starts_with(BLANKS);
        let meant = match breaks {
            _ if spaced || !folded => Cow::Owned("\n".repeat(breaks)),
            1 => Cow::Borrowed(" "),
            _ => Cow::Owned("\n".repeat(breaks - 1)),
        };
        out.escaped(Span::new(end, next), &meant);
        at = next;
    }
}

/// Where the next line of a block that is not blank begins, after its indentation.
fn content(source: &str, mut at: usize, to: usize, indent: usize) -> usize {
    while source[at..to].starts_with(LINE_BREAKS) {
        at += if source[at..to].starts_with("\r\n") { 2 } else { 1 };
        at += source.as_bytes()[at..to].iter().take(indent).take_while(|b| **b == b' ').count();
    }
    at
}

/// What is wrong with a file, and where in it.
fn fault(text: &str, base: usize, error: &ScanError) -> Fault {
    let mark = error.marker();
    let counted = || text.char_indices().nth(mark.index()).map_or(text.len(), |(at, _)| at);
    let at = base + mark.byte_offset().unwrap_or_else(counted).min(text.len());
    let message = match error.kind() {
        ErrorKind::RecursionLimitExceeded => too_deep(),
        ErrorKind::UnknownAnchor => {
            "no anchor has this name; a text that begins with `*` needs quotation marks".to_owned()
        }
        ErrorKind::UnclosedQuotedScalar => "this quotation mark is not closed".to_owned(),
        ErrorKind::MappingValueNotAllowed => "a text with `: ` in it needs quotation marks".to_owned(),
        ErrorKind::InvalidTrailingSingleQuotedScalar => {
            "the text ends before this; an apostrophe in it is written `''`".to_owned()
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            "the text ends before this; a quotation mark in it is written `\\\"`".to_owned()
        }
        ErrorKind::ExpectedBlockMappingKey => {
            "a key belongs here, indented like those before it, or the text before it needs quotation marks".to_owned()
        }
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => "lines are indented by spaces, not by tabs".to_owned(),
        other => other.to_string().replace("`\\u{0}'", "NUL").trim_end_matches('.').to_owned(),
    };
    Fault { at, message }
}

fn too_deep() -> String {
    format!("lists and maps are nested deeper than {MAX_DEPTH}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::data::Syntax;
    use crate::mapped::PieceKind;
    use proptest::prelude::*;

    fn tree(source: &str) -> Tree<'_> {
        Tree::parse(source, Span::new(0, source.len()), Syntax::Yaml).unwrap_or_else(|e| panic!("{source:?}: {e:?}"))
    }

    /// The texts of a file with their paths, each of which leads back to the file.
    fn texts(source: &str) -> Vec<(String, String)> {
        let tree = tree(source);
        let texts = (0..tree.len()).filter_map(|node| Some((node, tree.text(node)?))).map(|(node, text)| {
            let mapped = &text.text;
            assert_ne!(text.quoting, [Quoting::Sealed], "{} of {source:?}", tree.path(node));
            let ends = mapped.pieces().iter().skip(1).map(|p| p.at).chain([mapped.text().len()]);
            for (piece, end) in mapped.pieces().iter().zip(ends) {
                let written = &source[piece.source.range()];
                if piece.kind == PieceKind::Verbatim {
                    assert_eq!(written, &mapped.text()[piece.at..end], "in {source:?}");
                    assert!(!written.contains('\n'), "{written:?} is more than a line");
                }
            }
            (tree.path(node), mapped.text().to_owned())
        });
        texts.collect()
    }

    fn fault(source: &str) -> Fault {
        Tree::parse(source, Span::new(0, source.len()), Syntax::Yaml).expect_err(source)
    }

    #[test]
    fn every_style_is_read() {
        for (source, expected) in [
            // Plain.
            ("a: one two", &[("a", "one two")][..]),
            ("a: one\n  two\n\n  three\n\n\n  four  \n", &[("a", "one two\nthree\n\nfour")]),
            ("a: one  \r\n \t two\r\n\r\n  three\r\nb: x\r\n", &[("a", "one two\nthree"), ("b", "x")]),
            ("a: one \"two\" it's:fine x#y # no text\n", &[("a", "one \"two\" it's:fine x#y")]),
            ("one two\nthree", &[("", "one two three")]),
            ("- one\n- - two\n  - three\n", &[("[0]", "one"), ("[1][0]", "two"), ("[1][1]", "three")]),
            // Single quotes.
            ("a: 'it''s \"two\" \\n #1: x'", &[("a", "it's \"two\" \\n #1: x")]),
            ("a: ' one  \n\n   two\n  three '\n", &[("a", " one\ntwo three ")]),
            ("a: 'one\r\n\r\n  two''\r\n  '\r\n", &[("a", "one\ntwo' ")]),
            ("a: ''\nb: ''''", &[("a", ""), ("b", "'")]),
            // Double quotes.
            (
                r#"a: "x\ty\n\"\\\/\0\a\b\v\f\r\e\_\N\L\P\ z""#,
                &[("a", "x\ty\n\"\\/\0\u{7}\u{8}\u{b}\u{c}\r\u{1b}\u{a0}\u{85}\u{2028}\u{2029} z")],
            ),
            (r#"a: "\x41\u00e9\U0001F600\uD83D\uDE00é""#, &[("a", "Aé😀😀é")]),
            ("a: \"one \\\n   two\\\n\n   \\  three\n  four\\n\n  five\"", &[("a", "one two\n  three four\n five")]),
            ("a: \"one\\\r\n  two\r\n  three\"", &[("a", "onetwo three")]),
            ("a: \"one\\t  \n two\"", &[("a", "one\t two")]),
            // Literal.
            ("a: |\n  one\n   two  \n\n  three\n\nb: x", &[("a", "one\n two  \n\nthree\n"), ("b", "x")]),
            ("a: |-\n  one\n\n", &[("a", "one")]),
            ("a: |+\n  one\n\n \nb: x", &[("a", "one\n\n\n"), ("b", "x")]),
            ("a: |2\n    one\n  two\n", &[("a", "  one\ntwo\n")]),
            ("a:\n  - |1-\n     one\n    two", &[("a[0]", "  one\n two")]),
            ("a: |-1 # a comment | here\n  one", &[("a", " one")]),
            ("a: |\n\n\n  one", &[("a", "\n\none\n")]),
            ("a: |\r\n  one\r\n\r\n  two\r\nb: x\r\n", &[("a", "one\n\ntwo\n"), ("b", "x")]),
            ("a: |\n  # one\n  'two': \"three\"\n", &[("a", "# one\n'two': \"three\"\n")]),
            ("a: |\n  one\n\t\n", &[("a", "one\n")]),
            ("a: |\n  one\n  \ttwo", &[("a", "one\n\ttwo\n")]),
            ("|\none\n two\n", &[("", "one\n two\n")]),
            ("--- |\none\n...\n", &[("", "one\n")]),
            ("a: |\nb: |+\n\nc: >-\n  \n", &[("a", ""), ("b", "\n"), ("c", "")]),
            ("a: |+", &[("a", "")]),
            ("|", &[("", "")]),
            ("- |\n one\n- >\n two\n\n# end\n", &[("[0]", "one\n"), ("[1]", "two\n")]),
            // Folded.
            ("a: >\n  one\n  two\n\n  three\n", &[("a", "one two\nthree\n")]),
            ("a: >-\n  one  \n  two\n\n\n  three\n", &[("a", "one   two\n\nthree")]),
            ("a: >+\n  one\n  two\n\n\n", &[("a", "one two\n\n\n")]),
            (
                "a: >\n  one\n  two\n    - three\n    - four\n\n  five\n  six\n",
                &[("a", "one two\n  - three\n  - four\n\nfive six\n")],
            ),
            ("a: >\n\n  one\n\n    two\n\n  three", &[("a", "\none\n\n  two\n\nthree\n")]),
            ("a: >\r\n  one\r\n  two\r\n\r\n  three\r\n", &[("a", "one two\nthree\n")]),
            ("a: >2-\n   one\n  two\n", &[("a", " one\ntwo")]),
            // Letters of many bytes, before and in a text.
            ("é: 'ü'\n😀: >-\n  naïve\n  😀 x\n", &[("é", "ü"), ("['😀']", "naïve 😀 x")]),
        ] {
            let expected: Vec<_> = expected.iter().map(|(p, t)| ((*p).to_owned(), (*t).to_owned())).collect();
            assert_eq!(texts(source), expected, "in {source:?}");
        }
    }

    #[test]
    fn files_are_trees() {
        for (source, expected) in [
            // Several documents are a list; one is itself.
            ("---\na: x\n---\na: y\n...\n", "[0].a 'x', [1].a 'y'"),
            ("%YAML 1.2\n---\nx\n...\n", " 'x'"),
            ("---\n---\n- x\n", "[0] , [1][0] 'x'"),
            ("a: 1\n...\n\u{feff}b: x\n", "[0].a 1, [1].b 'x'"),
            // Nothing at all.
            ("", ""),
            (" \n\n", ""),
            ("# no text\n", ""),
            ("---\n", " "),
            ("~", " ~"),
            // What is no text is kept as it is written.
            (
                "[null, ~, true, False, 1, -2.5e3, .5, 0x1F, 0o17, .inf, -.INF, .nan, +7]",
                "[0] null, [1] ~, [2] true, [3] False, [4] 1, [5] -2.5e3, [6] .5, [7] 0x1F, [8] 0o17, [9] .inf, \
                 [10] -.INF, [11] .nan, [12] +7",
            ),
            (
                "[yes, 'true', \"1\", 1.2.3, '', 1e, 0xG, nulls, 2024-01-01, 1_000, .]",
                "[0] 'yes', [1] 'true', [2] '1', [3] '1.2.3', [4] '', [5] '1e', [6] '0xG', [7] 'nulls', \
                 [8] '2024-01-01', [9] '1_000', [10] '.'",
            ),
            ("a:\nb: x\nc: |\n 1\n", "a , b 'x', c '1\n'"),
            // What an anchor names is there once; an alias repeats it for whoever asks, but as no text.
            ("a: &x one two\nb: *x\nc: *x\n", "a 'one two', b one two, c one two"),
            ("a: &x {b: one}\nc: *x\n<<: *x\n", "a.b 'one', c *x, ['<<'] *x"),
            ("a: &x\n  one\nb: &x two\nc: *x\n", "a 'one', b 'two', c two"),
            ("a: &k key\n*k : one\n", "a 'key', key 'one'"),
            // Names.
            ("a: one\na: two\n", "a 'one', a 'two'"),
            (
                "'a b': one\n\"c\\td\": two\n1: three\n: four\n? five\n: six\n",
                "['a b'] 'one', ['c\td'] 'two', 1 'three', [''] 'four', five 'six'",
            ),
            (
                "[b, {c: d}]: one\n? {e: [f]}\n: two\n? - g\n: three\nh: i\n",
                "['[b, {c: d}]'] 'one', ['{e: [f]}'] 'two', ['- g'] 'three', h 'i'",
            ),
            // Lists and maps of either kind.
            (
                "a: [one two, 'it''s', {b: \"c\", d}, [e]]\nf: {g: one, \"h\":two}\n",
                "a[0] 'one two', a[1] 'it's', a[2].b 'c', a[2].d , a[3][0] 'e', f.g 'one', f.h 'two'",
            ),
            ("a:\n- b: one\n  c:\n  - two\n-\n  - d\n", "a[0].b 'one', a[0].c[0] 'two', a[1][0] 'd'"),
            ("a: [b: one, c]\n", "a[0].b 'one', a[1] 'c'"),
            // Slots of a template are maps to YAML.
            ("a: {{ name }}\n", "a['{ name }'] "),
            ("a: '{{ name }}, hello'\n", "a '{{ name }}, hello'"),
            // Tags.
            (
                "a: !!binary |\n  R0lG\nb: !!str x\nc: !own y\nd: !<tag:yaml.org,2002:binary> eA==\n",
                "a R0lG\n, b 'x', c 'y', d eA==",
            ),
            // A tab is no indentation, but may stand anywhere else.
            ("a:\tone\ttwo\t# three\n", "a 'one\ttwo'"),
            // A string that is JSON is opened.
            ("a: '{\"b\": \"it''s\"}'\n", "a.b 'it's'"),
        ] {
            let tree = tree(source);
            let mut said = Vec::new();
            for node in 0..tree.len() {
                match &tree.node(node).value {
                    Value::Map(_) | Value::List(_) => {}
                    Value::Text(text) => said.push(format!("{} '{}'", tree.path(node), text.text.text())),
                    Value::Other(written) => said.push(format!("{} {written}", tree.path(node))),
                }
            }
            assert_eq!(said.join(", "), expected, "in {source:?}");
        }
        assert!(matches!(&tree("# nothing").node(ROOT).value, Value::List(held) if held.is_empty()));
    }

    #[test]
    fn places_count_from_the_start_of_the_file() {
        let source = "\u{feff}é: 'one'\n";
        let tree = Tree::parse(source, Span::new(3, source.len()), Syntax::Yaml).expect("YAML");
        let (_, text) = tree.texts().next().expect("a text");
        assert_eq!(&source[text.text.to_source(Span::new(0, 3)).range()], "one");
        let fault = Tree::parse("\u{feff}é: 'one\n", Span::new(3, 12), Syntax::Yaml).expect_err("no YAML");
        assert_eq!(fault.at, 7);
    }

    #[test]
    fn faults_have_a_place() {
        let deep = "[".repeat(MAX_DEPTH + 1);
        let both = ["- ", "[", "]"].map(|sign| sign.repeat(MAX_DEPTH / 2)).concat().replace("[]", "[[]]");
        for (source, at, message) in [
            ("a: 'one", 3, "this quotation mark is not closed"),
            ("é: one: two", 7, "a text with `: ` in it needs quotation marks"),
            ("a: *b", 3, "no anchor has this name; a text that begins with `*` needs quotation marks"),
            ("a:\n\tb: c", 4, "lines are indented by spaces, not by tabs"),
            ("a: 'it's'", 7, "the text ends before this; an apostrophe in it is written `''`"),
            ("a: \"b\" c", 7, "the text ends before this; a quotation mark in it is written `\\\"`"),
            ("a: b\0c", 4, "unexpected character: NUL"),
            ("\0", 0, "unexpected character: NUL"),
            ("a: [b, c", 3, "unclosed bracket '['"),
            (&deep, MAX_DEPTH, "lists and maps are nested deeper than 256"),
            (&both, 3 * MAX_DEPTH / 2, "lists and maps are nested deeper than 256"),
        ] {
            assert_eq!(fault(source), Fault { at, message: message.to_owned() }, "in {source:?}");
        }
    }

    #[test]
    fn aliases_cost_nothing() {
        let mut source = String::from("a0: &a0 [x, x]\n");
        for i in 1..100 {
            source += &format!("a{i}: &a{i} [*a{0}, *a{0}, *a{0}, *a{0}]\n", i - 1);
        }
        source += &format!("long: &long {}\n", "x".repeat(MAX_ALIASED + 1));
        source += "again: [*long, *long]\n";
        let tree = tree(&source);
        assert_eq!(tree.texts().count(), 3);
        let again: Vec<_> = tree.under(ROOT, "again").flat_map(|n| tree.held(n)).map(|n| tree.scalar(*n)).collect();
        assert_eq!(again, [Some("*long"); 2]);
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        let line = "\r\n  ".to_owned();
        let (plain, flow) = (Quoting::YamlPlain { flow: false }, Quoting::YamlPlain { flow: true });
        let (single, singles) = (Quoting::YamlSingle { lines: false }, Quoting::YamlSingle { lines: true });
        let (double, literal) = (Quoting::YamlDouble { lines: false }, Quoting::YamlLiteral { line });
        for (quoting, text, written) in [
            (&plain, "it's \"so\", 50% [off] x:y", Some("it's \"so\", 50% [off] x:y")),
            (&plain, "a: b", None),
            (&plain, "a:", None),
            (&plain, "a #b", None),
            (&plain, "#b", None),
            (&plain, "- a", None),
            (&plain, "\"a\"", None),
            (&plain, "a\nb", None),
            (&plain, "true", None),
            (&plain, "12", None),
            (&plain, "", None),
            (&plain, " a", None),
            (&flow, "a, b", None),
            (&flow, "a]", None),
            (&flow, "a b", Some("a b")),
            (&single, "it's", Some("it''s")),
            (&single, "", Some("")),
            (&single, " #a: \\", Some(" #a: \\")),
            (&single, "a\nb", None),
            (&single, "a\u{1}", None),
            (&singles, " a", None),
            (&singles, "", None),
            (&double, "a \"b\" \\ \n\u{1}é", Some("a \\\"b\\\" \\\\ \\n\\u0001é")),
            (&literal, "a\n  b: 'c'\n\nd", Some("a\r\n    b: 'c'\r\n  \r\n  d")),
            (&literal, "a\n", None),
            (&literal, " a", None),
            (&literal, "a\u{1b}", None),
            (&literal, "a\n---", None),
            (&Quoting::YamlFolded, "a: #b", Some("a: #b")),
            (&Quoting::YamlFolded, "a\nb", None),
            (&Quoting::YamlFolded, " a", None),
        ] {
            assert_eq!(quoting.encode(text).as_deref(), written, "{text:?} in {quoting:?}");
        }
    }

    /// The ways to write a text, here as the value of `key` in a file.
    #[derive(Clone, Copy, Debug)]
    enum Style {
        Plain,
        Flow,
        Single,
        Double,
        Literal,
        Folded,
    }

    /// A file with a text written in a style, if that can hold it. Where `wrap` says so, spaces between words become line breaks.
    fn written(text: &str, style: Style, wrap: u64, crlf: bool) -> Option<String> {
        let blank = |c: Option<char>| c.is_none_or(|c| c.is_whitespace());
        let around = |i: usize, len: usize| (text[..i].chars().next_back(), text[i + len..].chars().next());
        // Line breaks that folding takes for spaces, and one more for each that it keeps.
        let fold = |encode: &dyn Fn(char) -> String, is_block: bool| {
            let mut out = String::new();
            for (i, c) in text.char_indices() {
                let (before, after) = around(i, c.len_utf8());
                match c {
                    ' ' if wrap >> (i % 64) & 1 == 1 && !blank(before) && !blank(after) => out += "\n  ",
                    '\n' => {
                        let run = text[i..].len() - text[i..].trim_start_matches('\n').len();
                        let rest = text[i + run..].chars().next();
                        if matches!(before, Some(' ')) && !is_block || matches!(rest, Some(' ')) {
                            return None;
                        }
                        out += if before == Some('\n') { "\n" } else { "\n\n" };
                        out += if run == 1 { "  " } else { "" };
                    }
                    c => out += &encode(c),
                }
            }
            Some(out)
        };
        let block = |sign: char, body: String| {
            let end = text.len() - text.trim_end_matches('\n').len();
            let chomp = ["-", "", "+"][end.min(2)];
            let indent = if text.starts_with([' ', '\n']) || wrap & 1 == 1 { "2" } else { "" };
            let body = body.trim_end_matches([' ', '\n']).to_owned();
            let trailing =
                if text.trim_end_matches('\n').ends_with(' ') { None } else { Some("\n".repeat(end.max(1))) };
            (!text.trim().is_empty())
                .then_some(())
                .and(trailing)
                .map(|trailing| format!("{sign}{indent}{chomp}\n  {body}{trailing}"))
        };
        let verbatim = |c: char| c.to_string();
        let value = match style {
            Style::Plain | Style::Flow => {
                let flow = matches!(style, Style::Flow);
                let lines = || text.split('\n').filter(|line| !line.is_empty());
                if !lines().all(|line| is_plain_line(line, flow)) || text.trim() != text || is_typed(text) {
                    return None;
                }
                fold(&verbatim, false)?
            }
            Style::Single => {
                format!("'{}'", fold(&|c| if c == '\'' { "''".to_owned() } else { c.to_string() }, false)?)
            }
            Style::Double if wrap & 1 == 1 => {
                let escaped = |c: char| match c {
                    '"' | '\\' => format!("\\{c}"),
                    'é' => "\\xe9".to_owned(),
                    '😀' => "\\ud83d\\ude00".to_owned(),
                    c => c.to_string(),
                };
                format!("\"{}\"", fold(&escaped, false)?)
            }
            Style::Double if text.contains("  ") => return None,
            Style::Double => {
                format!("\"{}\"", Quoting::YamlDouble { lines: false }.encode(text)?.replace(' ', " \\\n "))
            }
            Style::Literal => block('|', text.replace('\n', "\n  "))?,
            Style::Folded if text.contains("\n ") || text.starts_with(' ') => return None,
            Style::Folded => {
                let start = text.len() - text.trim_start_matches('\n').len();
                let body = fold(&verbatim, true)?;
                // At its start a block folds nothing.
                block('>', if start > 0 { body[1..].to_owned() } else { body })?
            }
        };
        let file = match style {
            Style::Flow => format!("before: 'it''s'\nkey: [one, {value}, \"two\"]\nafter: >-\n  three\n  four\n"),
            Style::Literal | Style::Folded => format!("before: 'it''s'\nkey: {value}after: >-\n  three\n  four\n"),
            _ => format!("before: 'it''s'\nkey: {value}\nafter: >-\n  three\n  four\n"),
        };
        Some(if crlf { file.replace('\n', "\r\n") } else { file })
    }

    /// Whether a line may be plain, even if each space in it becomes a line break.
    fn is_plain_line(line: &str, flow: bool) -> bool {
        let first = |word: &str| word.starts_with(['-', '\'', '"', '[', ']', '{', '}', ',']);
        let inside = |word: &str| word.ends_with(':') || word.starts_with([':', '#']);
        !(first(line) || line.split(' ').any(inside) || flow && line.contains([',', '[', ']', '{', '}', ':']))
    }

    fn text() -> impl Strategy<Value = String> {
        let part = prop::sample::select(vec![
            "word",
            "don't",
            "\"so\"",
            "it's fine",
            "a",
            "1",
            "é",
            "naïve",
            "😀",
            ":",
            ": ",
            " #",
            "#",
            "- ",
            ",",
            "[",
            "}",
            "\\",
            " ",
            " ",
            " ",
            "  ",
            "\n",
            "\n\n",
            "\n ",
            "null",
        ]);
        prop::collection::vec(part, 1..12).prop_map(|parts| parts.concat())
    }

    fn style() -> impl Strategy<Value = Style> {
        use Style::{Double, Flow, Folded, Literal, Plain, Single};
        prop::sample::select(vec![Plain, Flow, Single, Double, Literal, Folded])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn what_is_written_is_read(text in text(), style in style(), wrap: u64, crlf: bool) {
            let Some(file) = written(&text, style, wrap, crlf) else { return Ok(()) };
            let read = texts(&file);
            prop_assert!(read.iter().any(|(path, t)| path.starts_with("key") && *t == text), "{text:?} in {file:?}");
        }

        #[test]
        fn other_words_are_read_in_their_place(
            text in text(),
            style in style(),
            wrap: u64,
            crlf: bool,
            which: prop::sample::Index,
            new in prop_oneof![text(), Just(String::new()), Just("calm words".to_owned()), Just("it's \"so\"".to_owned())],
        ) {
            let Some(file) = written(&text, style, wrap, crlf) else { return Ok(()) };
            let before = tree(&file);
            let Some((node, found)) = before.texts().find(|(_, t)| t.text.text() == text) else { return Ok(()) };
            let starts: Vec<usize> = text
                .char_indices()
                .filter(|(i, c)| c.is_alphanumeric() && !text[..*i].ends_with(char::is_alphanumeric))
                .map(|(i, _)| i)
                .collect();
            if starts.is_empty() {
                return Ok(());
            }
            let start = *which.get(&starts);
            let len = text[start..].find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len() - start);
            let place = found.text.to_source(Span::new(start, start + len));
            let Some(written) = found.quoting[0].encode(&new) else { return Ok(()) };
            let edited = format!("{}{written}{}", &file[..place.start], &file[place.end..]);
            let mut expected = texts(&file);
            let path = before.path(node);
            for (_, t) in expected.iter_mut().filter(|(p, _)| *p == path) {
                *t = format!("{}{new}{}", &text[..start], &text[start + len..]);
            }
            prop_assert_eq!(texts(&edited), expected, "{:?} in {:?}", new, file);
        }

        #[test]
        fn any_file_is_a_tree_or_a_fault(parts in prop::collection::vec(fragment(), 0..16)) {
            let source = parts.concat();
            match Tree::parse(&source, Span::new(0, source.len()), Syntax::Yaml) {
                Ok(tree) => {
                    for node in 0..tree.len() {
                        prop_assert!(tree.held(node).iter().all(|n| tree.node(*n).parent == node));
                    }
                    for (_, text) in tree.texts() {
                        for piece in text.text.pieces() {
                            prop_assert!(source.get(piece.source.range()).is_some());
                        }
                    }
                }
                Err(fault) => prop_assert!(source.is_char_boundary(fault.at), "{:?}", fault),
            }
        }
    }

    fn fragment() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "a",
            "b: ",
            "- ",
            "? ",
            ": ",
            "\n",
            "\n",
            "\n  ",
            "\n    ",
            "\r\n ",
            "\r",
            "|",
            "|+2",
            ">",
            ">-",
            "'",
            "\"",
            "\\",
            "\\x41",
            "\\u",
            "''",
            "#",
            " #",
            "[",
            "]",
            "{",
            "}",
            ",",
            "&a ",
            "*a",
            "!!binary ",
            "!t ",
            "---",
            "...",
            "\u{feff}",
            "é",
            "😀",
            "\t",
            "\0",
            "%",
            "@",
            "~",
            "1",
            "<<: ",
            "one two",
        ])
    }
}
