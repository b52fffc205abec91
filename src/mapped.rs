//! Text derived from a source, with the way back.
//!
//! Quoted lines, Markdown emphasis, escapes, placeholders and folded letters all turn the bytes of a file into the text that a
//! reader sees. [`Mapped`] holds that text and, piece by piece, where it came from. A finding made in the derived text gets its
//! place in the file from [`Mapped::to_source`]; it is never searched for.

use crate::effort::spend;
use crate::source::Span;
use std::borrow::Cow;

/// The one character that stands for an opaque piece: U+FFFC, OBJECT REPLACEMENT CHARACTER.
pub const OBJECT: char = '\u{FFFC}';

/// A derived text and the pieces that it was made of.
#[derive(Clone, Debug)]
pub struct Mapped<'a> {
    text: Cow<'a, str>,
    /// Sorted by `at`; the first begins at 0; each ends where the next begins.
    pieces: Vec<Piece>,
}

/// A stretch of derived text and the source bytes that it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins in the derived text, in bytes.
    pub at: usize,
    /// The source bytes it stands for. Empty where text was added, such as the break between two blocks.
    pub source: Span,
    /// How the two correspond.
    pub kind: PieceKind,
}

/// How a piece of derived text corresponds to its source bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// Byte for byte the same.
    Verbatim,
    /// Written differently in the source (an escape, an entity, a folded letter). A span never splits it.
    Escaped,
    /// One [`OBJECT`] character that stands for something whose inside is not text.
    Opaque(Object),
}

/// What an opaque piece stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// A slot that the helpdesk fills: `{{ticket.requester.first_name}}`.
    Placeholder(Slot),
    /// Code, quoted for the reader.
    Code,
    /// A web address.
    Url,
    /// An image or anything else that shows no words.
    Other,
}

/// What fills a slot, as far as its name tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Slot {
    /// The name of a person or of a company.
    Name,
    /// Money.
    Amount,
    /// A day or a time.
    Date,
    /// A number, such as that of an order.
    Number,
    /// A web address.
    Url,
    /// An e-mail address.
    Email,
    /// Anything else.
    #[default]
    Other,
}

impl<'a> Mapped<'a> {
    /// The bytes of `source` in `span`, unchanged.
    pub fn verbatim(source: &'a str, span: Span) -> Self {
        Self {
            text: Cow::Borrowed(&source[span.range()]),
            pieces: vec![Piece { at: 0, source: span, kind: PieceKind::Verbatim }],
        }
    }

    /// The derived text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The derived text with what objects stand for as the source writes it: for people to read.
    pub fn shown(&self, source: &str) -> String {
        let mut out = String::with_capacity(self.text.len());
        for (number, piece) in self.pieces.iter().enumerate() {
            let end = self.pieces.get(number + 1).map_or(self.text.len(), |next| next.at);
            out += match piece.kind {
                PieceKind::Opaque(_) => source.get(piece.source.range()).unwrap_or_default(),
                _ => &self.text[piece.at..end],
            };
        }
        out
    }

    /// The pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The source bytes that a span of the derived text stands for. A span that cuts an escaped or opaque piece takes all of it.
    pub fn to_source(&self, span: Span) -> Span {
        let Some(last) = span.end.checked_sub(usize::from(!span.is_empty())) else {
            return Span::new(self.start(0), self.start(0));
        };
        let start = self.start(span.start);
        if span.is_empty() {
            return Span::new(start, start);
        }
        let piece = self.piece(last);
        let end = match piece.kind {
            PieceKind::Verbatim => piece.source.start + (span.end - piece.at),
            _ => piece.source.end,
        };
        Span::new(start, end.max(start))
    }

    /// The source byte where what stands before a byte of the derived text ends: the place to put something after it.
    pub fn end_in_source(&self, byte: usize) -> usize {
        let Some(last) = byte.checked_sub(1) else { return self.start(0) };
        self.to_source(Span::new(last, byte)).end
    }

    /// Whether a span of the derived text is one stretch of the source, letter for letter, so that an edit of it can be written back.
    /// White space may be written as other white space.
    pub fn is_verbatim(&self, span: Span) -> bool {
        let first = self.index(span.start);
        let last = self.index(span.end.saturating_sub(1).max(span.start));
        let Some(pieces) = self.pieces.get(first..=last) else { return false };
        let same = |number: usize, piece: &Piece| match piece.kind {
            PieceKind::Verbatim => true,
            PieceKind::Escaped => {
                let end = self.pieces.get(first + number + 1).map_or(self.text.len(), |next| next.at);
                !piece.source.is_empty() && self.text[piece.at..end].trim().is_empty()
            }
            PieceKind::Opaque(_) => false,
        };
        pieces.iter().enumerate().all(|(number, piece)| same(number, piece))
            && pieces.windows(2).all(|pair| pair[0].source.end == pair[1].source.start)
    }

    /// What the [`OBJECT`] character at a byte of the derived text stands for; `None` where the writer typed that character.
    pub fn object_at(&self, byte: usize) -> Option<Object> {
        match self.piece(byte).kind {
            PieceKind::Opaque(object) => Some(object),
            _ => None,
        }
    }

    /// A stretch of it, without white space at its ends.
    #[must_use]
    pub fn part(&self, span: Span) -> Mapped<'static> {
        self.without(&[Span::new(0, span.start), Span::new(span.end, self.text.len())])
    }

    /// The same without some stretches, sorted and apart, and without white space at its ends. What a line break parted that goes with
    /// such a stretch stays apart.
    #[must_use]
    pub fn without(&self, gone: &[Span]) -> Mapped<'static> {
        let mut kept: Vec<Span> = Vec::with_capacity(gone.len() + 1);
        let ends = gone.iter().map(|span| (span.start, span.end)).chain([(self.text.len(), self.text.len())]);
        let mut at = 0;
        for (end, next) in ends {
            if end > at {
                kept.push(Span::new(at, end));
            }
            at = next.max(at);
        }
        let inside = |span: &Span| self.text.get(span.range()).unwrap_or_default();
        let first = kept.iter().position(|span| !inside(span).trim().is_empty()).unwrap_or(kept.len());
        kept.drain(..first);
        kept.truncate(kept.iter().rposition(|span| !inside(span).trim().is_empty()).map_or(0, |last| last + 1));
        if let Some(first) = kept.first_mut() {
            first.start = first.end - inside(first).trim_start().len();
        }
        if let Some(last) = kept.last_mut() {
            last.end = last.start + inside(last).trim_end().len();
        }
        let mut out = Mapped { text: Cow::Owned(String::new()), pieces: Vec::new() };
        let mut before = 0;
        for span in kept {
            let text = inside(&span);
            let derived = out.text.to_mut();
            let apart = derived.ends_with(char::is_whitespace) || text.starts_with(char::is_whitespace);
            if let Some(cut) = self.text.get(before..span.start).filter(|_| !derived.is_empty() && !apart) {
                let end = &cut[cut.trim_end().len()..];
                let space = if end.is_empty() { &cut[..cut.len() - cut.trim_start().len()] } else { end };
                if space.contains('\n') {
                    let source = self.end_in_source(before);
                    let kind = PieceKind::Escaped;
                    out.pieces.push(Piece { at: derived.len(), source: Span::new(source, source), kind });
                    derived.push_str(space);
                }
            }
            for k in self.index(span.start)..self.pieces.len() {
                let piece = self.pieces[k];
                let end = self.pieces.get(k + 1).map_or(self.text.len(), |next| next.at).min(span.end);
                let start = piece.at.max(span.start);
                if start >= end {
                    break;
                }
                let source = match piece.kind {
                    PieceKind::Verbatim => {
                        let from = piece.source.start + (start - piece.at);
                        Span::new(from, from + (end - start))
                    }
                    _ => piece.source,
                };
                out.pieces.push(Piece { at: derived.len() + (start - span.start), source, kind: piece.kind });
            }
            derived.push_str(text);
            before = span.end;
        }
        out
    }

    /// The same derived text with places in what `inner` was derived from. `self` must be derived from `inner`'s text.
    #[must_use]
    pub fn through(self, inner: &Mapped<'_>) -> Self {
        let mut pieces = Vec::with_capacity(self.pieces.len());
        for (i, piece) in self.pieces.iter().enumerate() {
            if piece.kind != PieceKind::Verbatim {
                pieces.push(Piece { source: inner.to_source(piece.source), ..*piece });
                continue;
            }
            let len = self.pieces.get(i + 1).map_or(self.text.len(), |next| next.at) - piece.at;
            let mut done = 0;
            // A piece without text has a place, too.
            loop {
                let from = piece.source.start + done;
                let k = inner.index(from);
                let under = inner.pieces.get(k).copied().unwrap_or(Piece {
                    at: 0,
                    source: Span::default(),
                    kind: PieceKind::Verbatim,
                });
                let under_end = inner.pieces.get(k + 1).map_or(inner.text.len(), |next| next.at);
                let n = (under_end - from).min(len - done);
                debug_assert!(n > 0 || len == 0, "it is derived from the inner text");
                spend(1);
                pieces.push(Piece {
                    at: piece.at + done,
                    source: inner.to_source(Span::new(from, from + n)),
                    kind: under.kind,
                });
                done += n;
                if done >= len {
                    break;
                }
            }
        }
        Self { text: self.text, pieces }
    }

    /// The same, without borrowing.
    #[must_use]
    pub fn into_owned(self) -> Mapped<'static> {
        Mapped { text: Cow::Owned(self.text.into_owned()), pieces: self.pieces }
    }

    fn index(&self, byte: usize) -> usize {
        self.pieces.partition_point(|p| p.at <= byte).saturating_sub(1)
    }

    fn piece(&self, byte: usize) -> Piece {
        self.pieces.get(self.index(byte)).copied().unwrap_or(Piece {
            at: 0,
            source: Span::default(),
            kind: PieceKind::Verbatim,
        })
    }

    fn start(&self, byte: usize) -> usize {
        let piece = self.piece(byte);
        match piece.kind {
            PieceKind::Verbatim => piece.source.start + (byte - piece.at).min(piece.source.len()),
            _ if byte > 0 && byte == self.text.len() => piece.source.end,
            _ => piece.source.start,
        }
    }
}

/// Makes a [`Mapped`] from left to right.
#[derive(Debug)]
pub struct Builder<'a> {
    source: &'a str,
    text: String,
    pieces: Vec<Piece>,
}

impl<'a> Builder<'a> {
    /// Nothing yet, of this source.
    pub fn new(source: &'a str) -> Self {
        Self { source, text: String::new(), pieces: Vec::new() }
    }

    /// Whether nothing was added yet.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The derived text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds source bytes as they are.
    pub fn verbatim(&mut self, span: Span) {
        if span.is_empty() {
            return;
        }
        match self.pieces.last() {
            Some(p) if p.kind == PieceKind::Verbatim && p.source.start + (self.text.len() - p.at) == span.start => {
                let last = self.pieces.len() - 1;
                self.pieces[last].source.end = span.end;
            }
            _ => self.pieces.push(Piece { at: self.text.len(), source: span, kind: PieceKind::Verbatim }),
        }
        self.text.push_str(&self.source[span.range()]);
    }

    /// Adds text that the source writes differently, or, with an empty span, not at all.
    pub fn escaped(&mut self, span: Span, text: &str) {
        if text.is_empty() {
            return;
        }
        self.pieces.push(Piece { at: self.text.len(), source: span, kind: PieceKind::Escaped });
        self.text.push_str(text);
    }

    /// Adds one character for something whose inside is not text.
    pub fn opaque(&mut self, span: Span, object: Object) {
        self.pieces.push(Piece { at: self.text.len(), source: span, kind: PieceKind::Opaque(object) });
        self.text.push(OBJECT);
    }

    /// Takes white space away from the end.
    pub fn trim_end(&mut self) {
        while let Some(piece) = self.pieces.last_mut() {
            let kept = self.text[piece.at..].trim_end().len();
            match piece.kind {
                _ if kept == 0 => {}
                PieceKind::Verbatim => {
                    piece.source.end = piece.source.start + kept;
                    self.text.truncate(piece.at + kept);
                    return;
                }
                _ => return,
            }
            self.text.truncate(piece.at);
            self.pieces.pop();
        }
    }

    /// Ends a block: a blank line, unless one stands there already or nothing does.
    pub fn break_block(&mut self, at: usize) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.escaped(Span::new(at, at), "\n\n");
        }
    }

    /// The text made. Borrows from the source when it is one stretch of it.
    pub fn finish(self) -> Mapped<'a> {
        match self.pieces.as_slice() {
            [Piece { source, kind: PieceKind::Verbatim, .. }] => Mapped::verbatim(self.source, *source),
            _ => Mapped { text: Cow::Owned(self.text), pieces: self.pieces },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Mapped<'static> {
        // source: "ab\\ncd{{x}}ef"
        let source = "ab\\ncd{{x}}ef";
        let mut b = Builder::new(source);
        b.verbatim(Span::new(0, 2));
        b.escaped(Span::new(2, 4), "\n");
        b.verbatim(Span::new(4, 6));
        b.opaque(Span::new(6, 11), Object::Placeholder(Slot::Other));
        b.verbatim(Span::new(11, 13));
        b.finish()
    }

    #[test]
    fn maps_back() {
        let m = sample();
        assert_eq!(m.text(), "ab\ncd\u{FFFC}ef");
        assert_eq!(m.to_source(Span::new(0, 2)), Span::new(0, 2));
        assert_eq!(m.to_source(Span::new(1, 4)), Span::new(1, 5));
        assert_eq!(m.to_source(Span::new(2, 3)), Span::new(2, 4));
        assert_eq!(m.to_source(Span::new(3, 9)), Span::new(4, 12));
        assert_eq!(m.object_at(5), Some(Object::Placeholder(Slot::Other)));
        assert!(m.is_verbatim(Span::new(3, 5)) && !m.is_verbatim(Span::new(2, 6)));
        assert_eq!(m.shown("ab\\ncd{{x}}ef"), "ab\ncd{{x}}ef");
    }

    #[test]
    fn the_end_of_a_text_is_behind_its_last_character() {
        let source = "so \\u0021 ";
        let mut b = Builder::new(source);
        b.verbatim(Span::new(0, 3));
        b.escaped(Span::new(3, 9), "!");
        let m = b.finish();
        assert_eq!(m.to_source(Span::new(4, 4)), Span::new(9, 9));
        assert_eq!(m.to_source(Span::new(3, 3)), Span::new(3, 3));
        assert!(m.is_verbatim(Span::new(0, 3)) && !m.is_verbatim(Span::new(3, 4)));
    }

    #[test]
    fn what_goes_on_is_one_piece_and_blocks_stay_apart() {
        let source = "one two";
        let mut b = Builder::new(source);
        b.break_block(0);
        assert!(b.is_empty());
        b.verbatim(Span::new(0, 2));
        b.verbatim(Span::new(2, 3));
        b.break_block(3);
        b.break_block(3);
        b.verbatim(Span::new(4, 7));
        let m = b.finish();
        assert_eq!((m.text(), m.pieces().len()), ("one\n\ntwo", 3));
        // What nobody wrote has no letters to write into.
        assert!(!m.is_verbatim(Span::new(3, 5)));
    }

    #[test]
    fn what_is_left_out_leaves_lines_apart() {
        for (text, gone, left) in [
            ("one [x] two", 4..8, "one two"),
            ("one\n[x]\ntwo", 3..8, "one\ntwo"),
            ("one\n[x]\ntwo", 4..8, "one\ntwo"),
            ("one\n[x]\ntwo", 4..7, "one\n\ntwo"),
            ("one\n\n[x]two", 3..8, "one\n\ntwo"),
            ("[x] one", 0..3, "one"),
            ("one [x] ", 4..8, "one"),
            ("[x]", 0..3, ""),
        ] {
            let whole = Mapped::verbatim(text, Span::new(0, text.len()));
            let m = whole.without(&[Span::from(gone)]);
            assert_eq!(m.text(), left, "{text:?}");
            for (at, c) in m.text().char_indices().filter(|(_, c)| c.is_alphabetic()) {
                assert_eq!(&text[m.to_source(Span::new(at, at + 1)).range()], c.to_string(), "{text:?}");
            }
        }
    }

    #[test]
    fn white_space_may_be_written_as_other_white_space() {
        let source = "now\n  or&nbsp;then <b>so";
        let mut b = Builder::new(source);
        b.verbatim(Span::new(0, 3));
        b.escaped(Span::new(3, 6), " ");
        b.verbatim(Span::new(6, 8));
        b.escaped(Span::new(8, 14), "\u{a0}");
        b.verbatim(Span::new(14, 19));
        b.verbatim(Span::new(22, 24));
        let m = b.finish();
        assert_eq!(m.text(), "now or\u{a0}then so");
        assert!(m.is_verbatim(Span::new(0, 13)));
        // What stands between the two would be lost.
        assert!(!m.is_verbatim(Span::new(0, 14)));
    }

    #[test]
    fn composes() {
        let inner = sample();
        let mut b = Builder::new(inner.text());
        b.verbatim(Span::new(1, 4)); // "b\nc"
        b.escaped(Span::new(4, 5), "D");
        let outer = b.finish().through(&inner);
        assert_eq!(outer.text(), "b\ncD");
        assert_eq!(outer.to_source(Span::new(0, 1)), Span::new(1, 2));
        assert_eq!(outer.to_source(Span::new(1, 2)), Span::new(2, 4));
        assert_eq!(outer.to_source(Span::new(0, 4)), Span::new(1, 6));
        // Nothing, too, stands somewhere; where each piece has a beginning, places between them are told apart.
        let nothing = Mapped::verbatim(inner.text(), Span::new(4, 4)).through(&inner);
        assert_eq!((nothing.text(), nothing.pieces().len()), ("", 1));
        assert_eq!(nothing.to_source(Span::new(0, 0)), Span::new(5, 5));
        let whole = Mapped::verbatim(inner.text(), Span::new(0, inner.text().len())).through(&inner);
        assert_eq!(whole.pieces(), inner.pieces());
    }
}
