//! Suggestions: what to write instead, or where something is missing.

use super::reading::Reading;
use crate::finding::{Edit, Suggestion};
use crate::mapped::OBJECT;
use crate::rule::{Applicability, capitalized};
use crate::source::{Source, Span};
use std::ops::Range;

/// The title of a rewrite that is not simply applied, and of those after it.
pub(super) const ONE_WAY: &str = "one way to say it";
pub(super) const ANOTHER_WAY: &str = "another way";

/// Makes suggestions for one finding.
pub(super) struct Rewrite<'r> {
    pub(super) source: &'r Source,
    pub(super) reading: &'r Reading<'r>,
    pub(super) captures: &'r [(String, Range<usize>)],
    pub(super) apply: Applicability,
}

impl Rewrite<'_> {
    /// Replaces a stretch of the derived text by the text of a rule, captures filled in.
    pub(super) fn of(&self, derived: Span, text: &str) -> Suggestion {
        let old = &self.reading.text.text()[derived.range()];
        let mut new = text.to_owned();
        for (name, range) in self.captures {
            let slot = format!("{{{name}}}");
            if new.contains(&slot) {
                let words = match range.is_empty() {
                    true => String::new(),
                    false => self.reading.shown(self.source, self.reading.tokens.span(range.clone())),
                };
                new = new.replace(&slot, &words);
            }
        }
        // The writer's capital is kept, but not that of `I`, which is always one.
        let sentences = &self.reading.tokens.sentences;
        let opens = sentences.binary_search_by_key(&derived.start, |s| s.span.start).is_ok();
        let is_i = old.starts_with('I') && !old[1..].starts_with(char::is_alphanumeric);
        if opens || old.starts_with(char::is_uppercase) && !is_i {
            new = capitalized(&new);
        }
        // What cannot be written back letter for letter, has a blank to fill, or may be markup, is only shown.
        let plain = !new.contains(['{', '&', '<', '>', '*', '_', '`', '[', ']', '\\']);
        let applicability = if self.reading.text.is_verbatim(derived) && plain && !old.contains(OBJECT) {
            self.apply
        } else {
            Applicability::Manual
        };
        let title = match self.apply {
            Applicability::Manual => ONE_WAY.to_owned(),
            _ => format!("write `{new}`"),
        };
        let span = closed(self.source.text(), self.reading.text.to_source(derived));
        Suggestion { title, applicability, edits: vec![Edit { span, text: new }] }
    }

    /// Puts a text at a place in the source where something is missing: before a sentence, or after the one that ends there.
    pub(super) fn inserted(&self, place: Span, after: bool, text: &str) -> Suggestion {
        let text = if after { format!(" {text}") } else { format!("{text} ") };
        let edits = vec![Edit { span: place, text }];
        Suggestion { title: ONE_WAY.to_owned(), applicability: Applicability::Manual, edits }
    }
}

/// A span with the end of the markup that begins in it: nobody wants `](https://…)` left over from a link.
fn closed(text: &str, span: Span) -> Span {
    let inside = &text[span.range()];
    let rest = &text[span.end..];
    let opens = |open: &str, close: &str| inside.matches(open).count() > inside.matches(close).count();
    let extra = if rest.starts_with("](") && opens("[", "]") {
        rest.find(')').map_or(0, |i| i + 1)
    } else if rest.starts_with("</") && opens("<", "</") {
        rest.find('>').map_or(0, |i| i + 1)
    } else {
        let odd = |mark: &&&str| rest.starts_with(**mark) && inside.matches(**mark).count() % 2 == 1;
        ["**", "__", "*", "_"].iter().find(odd).map_or(0, |mark| mark.len())
    };
    Span::new(span.start, span.end + extra)
}
