//! A text and the places in it.
//!
//! Inside the program a place is always a [`Span`]: a half-open range of bytes in the original file. Lines, columns,
//! code points and UTF-16 units exist only in [`Position`], and only this module computes them.

use crate::error::{Error, Result};
use std::fmt;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

/// A half-open range of bytes in a [`Source`], or in a text derived from one where that is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to, and without, `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Its length in bytes.
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it holds no byte: a place between two characters.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the two share a byte.
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies wholly inside.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The same place as a range.
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// One place in every unit that a consumer may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1. Lines end at `\n`.
    pub line: usize,
    /// Column in code points, from 1.
    pub column: usize,
    /// Column in bytes, from 1.
    pub byte_column: usize,
    /// Offset from the start of the text in bytes, from 0.
    pub byte: usize,
    /// Offset from the start of the text in code points, from 0.
    pub char: usize,
    /// Offset from the start of the text in UTF-16 units, from 0.
    pub utf16: usize,
}

/// Where a reply stands in a data file, in the file's own terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogicalPlace {
    /// Which of the file's records it is, from 0.
    pub index: usize,
    /// The path of its value: `macros[3].actions[2].value`.
    pub path: String,
    /// The same with `*` for each key that is not known to be one of the format: `*[3].actions[2].value`.
    pub shape: String,
    /// What the file calls it.
    pub title: Option<String>,
    /// What the file knows it by.
    pub id: Option<String>,
}

impl LogicalPlace {
    /// The same without any words of the file.
    #[must_use]
    pub fn redacted(&self) -> Self {
        // A key may be the name of what the file holds, or of whom.
        Self { index: self.index, path: self.shape.clone(), shape: self.shape.clone(), ..Self::default() }
    }
}

/// The path, and the title where there is one: ``macros[3].actions[2].value of “Refund approved”``.
impl fmt::Display for LogicalPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        match self.title.as_ref().or(self.id.as_ref()) {
            Some(name) => write!(f, " of “{name}”"),
            None => Ok(()),
        }
    }
}

/// A text with the name it goes by: a draft, a rule file, a configuration.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    encoding: Encoding,
    /// Whether other characters stand for those of its text.
    redacted: bool,
    index: OnceLock<Index>,
}

/// How the bytes of a file stand for its text. Places are places in the text, as UTF-8, whatever its file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Encoding {
    #[default]
    Utf8,
    /// UTF-16, as its byte order mark says.
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// What the first bytes of a file say.
    fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0xFF, 0xFE, ..] => Self::Utf16Le,
            [0xFE, 0xFF, ..] => Self::Utf16Be,
            _ => Self::Utf8,
        }
    }

    /// The text of a file; its byte order mark is the first character.
    fn decode(self, bytes: Vec<u8>) -> std::result::Result<String, String> {
        let units = |unit: fn([u8; 2]) -> u16| {
            let pairs = bytes.chunks_exact(2);
            let text =
                char::decode_utf16(pairs.map(|pair| unit([pair[0], pair[1]]))).collect::<std::result::Result<_, _>>();
            text.ok().filter(|_| bytes.len().is_multiple_of(2)).ok_or_else(|| "its UTF-16 is broken".to_owned())
        };
        match self {
            Self::Utf16Le => units(u16::from_le_bytes),
            Self::Utf16Be => units(u16::from_be_bytes),
            Self::Utf8 => String::from_utf8(bytes)
                .map_err(|e| format!("it is not UTF-8 text (byte {})", e.utf8_error().valid_up_to())),
        }
    }
}

/// Files above this size are refused: token places are 32-bit.
const MAX_BYTES: usize = 1 << 30;

/// How far from a place the ends of its sentence are looked for, in bytes.
const MAX_SENTENCE: usize = 2_000;

/// The bytes of a file, as [`read_from`] takes them.
///
/// # Errors
/// When the file cannot be read.
pub fn read_file(path: &Path) -> Result<Vec<u8>> {
    let unreadable = |e| Error::io("read", path, &e);
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_or(0, |of| of.len());
    read_from(file, size).map_err(unreadable)
}

/// The bytes of an input, of which so many are expected. A device or a pipe may never end: no more is read than is needed to refuse it.
///
/// # Errors
/// When the input fails.
pub fn read_from(input: impl Read, size: u64) -> io::Result<Vec<u8>> {
    let most = MAX_BYTES as u64 + 1;
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(most) + 1).unwrap_or_default());
    input.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Source {
    /// A text under a name. The name is shown to people; it need not be a path.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let (encoding, index) = (Encoding::default(), OnceLock::new());
        Self { name: name.into(), text: text.into(), encoding, redacted: false, index }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When the file cannot be read, is larger than 1 GiB, or is not UTF-8 text.
    pub fn read(path: &Path) -> Result<Self> {
        Self::from_bytes(path.display().to_string(), read_file(path)?)
    }

    /// Takes bytes that were read elsewhere.
    ///
    /// # Errors
    /// When they are more than 1 GiB or not UTF-8 text.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self> {
        let name = name.into();
        Self::fits(&name, bytes.len())?;
        if Self::is_binary(&bytes) {
            return Err(Error::new(format!("cannot read `{name}`: it is a binary file"))
                .hint("pass text, Markdown or e-mail drafts"));
        }
        let encoding = Encoding::of(&bytes);
        match encoding.decode(bytes) {
            Ok(text) => Ok(Self { encoding, ..Self::new(name, text) }),
            Err(why) => {
                Err(Error::new(format!("cannot read `{name}`: {why}"))
                    .hint("save the file as UTF-8 and check it again"))
            }
        }
    }

    fn fits(name: &str, len: usize) -> Result<()> {
        if len > MAX_BYTES {
            return Err(Error::new(format!("cannot read `{name}`: it is larger than {} GiB", MAX_BYTES >> 30))
                .hint("split it into smaller files"));
        }
        Ok(())
    }

    /// Another text as the bytes of this file: in its encoding.
    pub fn encode(&self, text: &str) -> Vec<u8> {
        match self.encoding {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }

    /// The same file with another text.
    #[must_use]
    pub fn with_text(&self, text: String) -> Self {
        Self { encoding: self.encoding, ..Self::new(self.name.clone(), text) }
    }

    /// The same file with nothing to read in it: each character gives way to one of the same size, so that all places stay what they
    /// are, in every unit.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let blank = |c: char| match (c, c.len_utf8()) {
            ('\n' | '\r', _) => c,
            (_, 1) => 'x',
            (_, 2) => '×',
            (_, 3) => '…',
            _ => '🙊',
        };
        Self { redacted: true, ..self.with_text(self.text.chars().map(blank).collect()) }
    }

    /// Whether there is nothing to read in it.
    pub fn is_redacted(&self) -> bool {
        self.redacted
    }

    /// Whether bytes are not text in any encoding that this program reads.
    pub fn is_binary(bytes: &[u8]) -> bool {
        if Self::is_utf16(bytes) {
            return false;
        }
        // A zero byte is valid UTF-8, but no text that a person wrote holds one.
        memchr::memchr(0, &bytes[..bytes.len().min(8192)]).is_some()
    }

    /// Whether the bytes that a file begins with say that it is UTF-16.
    pub fn is_utf16(bytes: &[u8]) -> bool {
        Encoding::of(bytes) != Encoding::Utf8
    }

    /// The same text under another name.
    #[must_use]
    pub fn renamed(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// The name it goes by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span.
    ///
    /// # Panics
    /// When the span is not one of this source.
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// The place of a byte offset in all units. An offset past the end, or inside a character, is moved back to the nearest place.
    pub fn position(&self, offset: usize) -> Position {
        let (byte, index) = (self.text.floor_char_boundary(offset), self.index());
        let line = index.lines.partition_point(|&start| start <= byte);
        let begin = index.lines[line - 1];
        let (start, here) = (index.counts(&self.text, begin), index.counts(&self.text, byte));
        let (column, byte_column) = (here.chars - start.chars + 1, byte - begin + 1);
        Position { line, column, byte_column, byte, char: here.chars, utf16: here.utf16 }
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(&self.text))
    }

    /// The bytes of the lines that a span touches, without the last line's end.
    pub fn lines_around(&self, span: Span) -> Span {
        let lines = &self.index().lines;
        let last = span.end.max(span.start + 1).min(self.text.len()) - usize::from(span.end > span.start);
        let after = |byte: usize| lines.partition_point(|start| *start <= byte);
        let (first, next) = (after(span.start), after(last.max(span.start)));
        Span::new(lines[first - 1], lines.get(next).map_or(self.text.len(), |start| start - 1))
    }

    /// The same without what is further than so many bytes from the span, so that a line without end is not gone through for each place
    /// in it.
    pub fn lines_near(&self, span: Span, reach: usize) -> Span {
        let lines = self.lines_around(span);
        let start = self.text.floor_char_boundary(span.start.saturating_sub(reach));
        Span::new(lines.start.max(start), lines.end.min(self.text.floor_char_boundary(span.end + reach)))
    }

    /// The span widened to whole sentences within its lines, as far as those are near. A cut after `Dr.` shows a little less; nothing
    /// else hangs on it.
    pub fn sentences_around(&self, span: Span) -> Span {
        let lines = self.lines_near(span, MAX_SENTENCE);
        let text = self.slice(lines).trim_end_matches('\r');
        // The end of a line is no part of it, but may be of the span.
        let within = |offset: usize| offset.clamp(lines.start, lines.start + text.len()) - lines.start;
        let (from, to) = (within(span.start), within(span.end));
        let ends = || text.match_indices(['.', '!', '?']).map(|(i, _)| i + 1);
        let ends = || {
            ends().filter(|&end| {
                let rest = text[end..].trim_start();
                rest.len() < text.len() - end && !rest.starts_with(char::is_lowercase)
            })
        };
        // A text inserted at the end of a sentence belongs to that sentence.
        let start = ends().take_while(|end| end + usize::from(span.is_empty()) <= from).last().unwrap_or(0);
        let start = from - text[start..from].trim_start().len();
        let end = ends().find(|&end| end >= to).unwrap_or(text.len());
        Span::new(lines.start + start, lines.start + end)
    }
}

/// Line starts, and running counts at every [`Index::STEP`] bytes, so that a place costs no walk from the start.
#[derive(Clone, Debug)]
struct Index {
    lines: Vec<usize>,
    /// Empty when the text is ASCII: all units agree then.
    marks: Vec<Counts>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    chars: usize,
    utf16: usize,
}

impl Index {
    const STEP: usize = 1024;

    fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let lines = std::iter::once(0).chain(memchr::memchr_iter(b'\n', bytes).map(|i| i + 1)).collect();
        let mut marks = Vec::new();
        if !text.is_ascii() {
            let mut counts = Counts::default();
            for chunk in bytes.chunks(Self::STEP) {
                marks.push(counts);
                counts.add(chunk);
            }
            marks.push(counts);
        }
        Self { lines, marks }
    }

    fn counts(&self, text: &str, byte: usize) -> Counts {
        if self.marks.is_empty() {
            return Counts { chars: byte, utf16: byte };
        }
        let mark = byte / Self::STEP;
        let mut counts = self.marks[mark];
        counts.add(&text.as_bytes()[mark * Self::STEP..byte]);
        counts
    }
}

impl Counts {
    /// Counts characters by their first byte, so that a chunk may cut one in two.
    fn add(&mut self, bytes: &[u8]) {
        for &b in bytes {
            let first = usize::from(b & 0xC0 != 0x80);
            self.chars += first;
            self.utf16 += first + usize::from(b >= 0xF0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_agree_with_a_walk() {
        let text = "\u{feff}Añadir 😀\r\nkindly e\u{301}\n\n".repeat(200) + "end";
        let source = Source::new("x", text.clone());
        let (mut line, mut column, mut byte_column, mut utf16) = (1, 1, 1, 0);
        for (n, (byte, c)) in text.char_indices().enumerate() {
            assert_eq!(source.position(byte), Position { line, column, byte_column, byte, char: n, utf16 });
            utf16 += c.len_utf16();
            (column, byte_column) = (column + 1, byte_column + c.len_utf8());
            if c == '\n' {
                (line, column, byte_column) = (line + 1, 1, 1);
            }
        }
        assert_eq!(source.position(usize::MAX).byte, text.len());
    }

    #[test]
    fn files_in_utf_16() {
        let text = "\u{feff}Héllo 😀\r\n";
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
            let source = Source::from_bytes("x", bytes.clone()).expect("UTF-16");
            assert_eq!(source.text(), text);
            assert_eq!(source.encode(source.text()), bytes);
            let error = Source::from_bytes("x", bytes[..bytes.len() - 1].to_vec()).expect_err("half a unit");
            assert_eq!(error.to_string(), "cannot read `x`: its UTF-16 is broken");
        }
    }

    #[test]
    fn places_stay_when_a_text_is_redacted() {
        let source = Source::new("x", "\u{feff}Añadir … 😀\r\nkindly e\u{301}\n\tend");
        let redacted = source.redacted();
        assert!(redacted.is_redacted() && !source.is_redacted());
        assert_eq!(redacted.text(), "…x×xxxxx…x🙊\r\nxxxxxxxx×\nxxxx");
        for byte in 0..=source.text().len() {
            assert_eq!(source.position(byte), redacted.position(byte));
        }
    }

    #[test]
    fn the_largest_file_is_read_and_no_larger() {
        assert!(Source::fits("x", MAX_BYTES).is_ok());
        let error = Source::fits("x", MAX_BYTES + 1).expect_err("it is too large");
        assert_eq!(error.to_string(), "cannot read `x`: it is larger than 1 GiB");
    }

    #[test]
    fn lines_near_a_span_and_sentences_around_it_are_bounded() {
        let source = Source::new("x", "é".repeat(5_000) + "\n" + &"a. B ".repeat(2_000));
        let near = |start: usize, reach| source.lines_near(Span::new(start, start + 2), reach);
        assert_eq!(near(4_000, 99), Span::new(3_900, 4_100));
        assert_eq!(near(0, 10), Span::new(0, 12));
        assert_eq!(near(9_998, 10), Span::new(9_988, 10_000));
        assert!(source.sentences_around(Span::new(4_000, 4_002)).len() < 2 * MAX_SENTENCE + 10);
        assert_eq!(source.slice(source.sentences_around(Span::new(15_002, 15_003))), "B a.");
    }

    #[test]
    fn lines_around_a_span() {
        let source = Source::new("x", "one\ntwo\nthree");
        assert_eq!(source.slice(source.lines_around(Span::new(4, 7))), "two");
        assert_eq!(source.slice(source.lines_around(Span::new(5, 9))), "two\nthree");
        assert_eq!(source.slice(source.lines_around(Span::new(13, 13))), "three");
        assert_eq!(source.slice(source.lines_around(Span::new(0, 4))), "one");
    }
}
