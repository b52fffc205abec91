//! Writes derived text block by block, and keeps it tidy.

use super::logic::{Logic, Place};
use super::placeholder::{self, Foreign, Kind, Mark};
use super::waiver::Waiver;
use crate::mapped::{Builder, Mapped, Object};
use crate::source::Span;

/// A [`Builder`] that knows blocks: none begins or ends with white space, and a break stands only between two of them.
///
/// The last verbatim stretch is held back, so that text which needs nothing is never copied.
pub(super) struct Writer<'s> {
    source: &'s str,
    built: Builder<'s>,
    held: Span,
    /// Where a block ended, until the next one begins.
    broken: Option<usize>,
    /// How many bytes stand before the body.
    subject: usize,
    /// What slots say where they have no value.
    fallbacks: Vec<Span>,
    /// What is in another language, and left out.
    foreign: Foreign,
    /// Where template logic stands.
    logic: Vec<Place>,
    /// What comments say may stand in the reply.
    waivers: Vec<Waiver>,
}

impl<'s> Writer<'s> {
    pub(super) fn new(source: &'s str, foreign: &Foreign) -> Self {
        Self {
            source,
            built: Builder::new(source),
            held: Span::default(),
            broken: None,
            subject: 0,
            fallbacks: Vec::new(),
            foreign: foreign.clone(),
            logic: Vec::new(),
            waivers: Vec::new(),
        }
    }

    /// Source bytes as they are.
    pub(super) fn verbatim(&mut self, mut span: Span) {
        if self.foreign.holds(span.start) {
            return;
        }
        if !self.held.is_empty() && self.held.end == span.start {
            self.held.end = span.end;
            return;
        }
        self.flush();
        if self.begins() {
            span.start = span.end - self.source[span.range()].trim_start().len();
        }
        self.held = span;
    }

    /// Text that the source writes differently.
    pub(super) fn escaped(&mut self, span: Span, text: &str) {
        if self.foreign.holds(span.start) {
            return;
        }
        self.flush();
        if !(self.begins() && text.trim().is_empty()) {
            self.join();
            self.built.escaped(span, text);
        }
    }

    /// One object whose inside is not text.
    pub(super) fn opaque(&mut self, span: Span, object: Object) {
        if self.foreign.holds(span.start) {
            return;
        }
        self.flush();
        self.join();
        self.built.opaque(span, object);
    }

    /// A placeholder, or what shows of template logic: two alternatives do not run into each other.
    pub(super) fn mark(&mut self, mark: Mark) {
        match mark.kind {
            Kind::Slot => {
                let slot = placeholder::slot(self.source.get(mark.span.range()).unwrap_or_default());
                self.opaque(mark.span, Object::Placeholder(slot));
                let own = !self.foreign.holds(mark.span.start);
                self.fallbacks.extend(placeholder::fallback(self.source, mark.span).filter(|_| own));
            }
            Kind::Branch => {
                let start = self.len();
                match mark.fills_line(self.source) {
                    true => self.break_block(mark.span.start),
                    false => self.escaped(mark.span, " "),
                }
                let end = self.len();
                self.logic.push(Place { mark, at: Span::new(start.min(end), end) });
            }
            Kind::Tag => {
                let at = self.len();
                self.logic.push(Place { mark, at: Span::new(at, at) });
            }
            Kind::Comment if self.foreign.holds(mark.span.start) => {}
            Kind::Comment => {
                let comment = self.source.get(mark.span.range()).unwrap_or_default();
                self.waivers.extend(Waiver::in_comment(comment, mark.span.start));
            }
        }
    }

    /// A line that goes on in the next one.
    pub(super) fn soft_break(&mut self, span: Span) {
        let before = if self.held.is_empty() { self.built.text() } else { &self.source[self.held.range()] };
        if before.ends_with('\n') {
            return;
        }
        match &self.source[span.range()] {
            "\n" => self.verbatim(span),
            _ => self.escaped(span, "\n"),
        }
    }

    /// White space that shows as a single space.
    pub(super) fn space(&mut self, span: Span) {
        let before = if self.held.is_empty() { self.built.text() } else { &self.source[self.held.range()] };
        if !before.ends_with(char::is_whitespace) {
            self.escaped(span, " ");
        }
    }

    /// The end of a block at a byte of the source.
    pub(super) fn break_block(&mut self, at: usize) {
        self.trim();
        if self.broken.is_none() && !self.built.is_empty() {
            self.broken = Some(at);
        }
    }

    /// What was written so far is the subject.
    pub(super) fn begin_body(&mut self) {
        self.subject = self.built.text().len();
    }

    /// How many bytes of the derived text are the subject.
    pub(super) fn subject(&self) -> usize {
        self.subject
    }

    /// What slots say where they have no value: texts of their own.
    pub(super) fn fallbacks(&self) -> Vec<Mapped<'s>> {
        self.fallbacks.iter().map(|span| Mapped::verbatim(self.source, *span)).collect()
    }

    /// What comments say may stand in the reply.
    pub(super) fn waivers(&mut self) -> Vec<Waiver> {
        std::mem::take(&mut self.waivers)
    }

    /// The template logic of the text, and tags of it without their other half.
    pub(super) fn logic(&self) -> (Logic, Vec<Span>) {
        Logic::read(self.source, &self.logic, &self.foreign)
    }

    /// The text made, if there is any.
    pub(super) fn finish(mut self) -> Option<Mapped<'s>> {
        if self.built.is_empty() {
            self.held.end = self.held.start + self.source[self.held.range()].trim_end().len();
            return (!self.held.is_empty()).then(|| Mapped::verbatim(self.source, self.held));
        }
        self.trim();
        Some(self.built.finish())
    }

    /// Whether what comes next begins a block.
    fn begins(&self) -> bool {
        self.broken.is_some() || self.built.is_empty()
    }

    /// Takes the white space away that a block ends with.
    fn trim(&mut self) {
        self.flush();
        self.built.trim_end();
        let end = self.built.text().len();
        for place in self.logic.iter_mut().rev().take_while(|place| place.at.end > end) {
            place.at = Span::new(place.at.start.min(end), end);
        }
    }

    /// How much is written, a break that is still due not counted.
    fn len(&mut self) -> usize {
        self.flush();
        self.built.text().len()
    }

    fn flush(&mut self) {
        let held = std::mem::take(&mut self.held);
        if !held.is_empty() {
            self.join();
            self.built.verbatim(held);
        }
    }

    fn join(&mut self) {
        if let Some(at) = self.broken.take() {
            self.built.break_block(at);
        }
    }
}
