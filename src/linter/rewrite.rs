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
    /// Replaces a stretch of the derived text by the text of a rule, captures filled in. No text leaves it out.
    pub(super) fn of(&self, derived: Span, text: &str) -> Suggestion {
        if text.trim().is_empty() {
            return self.without(derived);
        }
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
        let is_i = old.starts_with('I') && !old[1..].starts_with(char::is_alphanumeric);
        if self.opens(derived) || old.starts_with(char::is_uppercase) && !is_i {
            new = capitalized(&new);
        }
        // What cannot be written back letter for letter, has a blank to fill, or may be markup, is only shown.
        let plain = !new.contains(['{', '&', '<', '>', '*', '_', '`', '[', ']', '\\']);
        let title = if self.apply == Applicability::Manual || new.contains('{') {
            ONE_WAY.to_owned()
        } else {
            format!("write `{new}`")
        };
        self.suggestion(title, derived, new, plain)
    }

    /// Leaves a stretch out, with the comma or the space that belongs to it; what then opens the sentence gets its capital.
    fn without(&self, derived: Span) -> Suggestion {
        let text = self.reading.text.text();
        let (before, after) = (&text[..derived.start], &text[derived.end..]);
        let opens = self.opens(derived);
        let after = if opens { after.trim_start_matches(',') } else { after };
        let rest = after.trim_start();
        let ends = rest.is_empty() || rest.starts_with(['.', '!', '?', ',', ';', ':', ')']);
        let (mut start, mut end) = (derived.start, text.len() - rest.len());
        let mut new = String::new();
        if ends {
            start = before.trim_end().trim_end_matches(',').len();
            end = text.len() - after.len();
        } else if let Some(first) = rest.chars().next().filter(|c| opens && c.is_lowercase()) {
            end += first.len_utf8();
            new.extend(first.to_uppercase());
        }
        // Not where nothing would be left of the sentence, or only the marks around the words.
        let whole = opens && ends || text[start..end].contains("\n\n");
        let marked = before.ends_with(MARKS) || after.starts_with(MARKS);
        let span = if whole { derived } else { Span::new(start, end) };
        self.suggestion("leave it out".to_owned(), span, new, !whole && !marked)
    }

    /// Whether a stretch begins a sentence.
    fn opens(&self, derived: Span) -> bool {
        self.reading.tokens.sentences.binary_search_by_key(&derived.start, |s| s.span.start).is_ok()
    }

    /// A suggestion that may be trusted as far as the rule says, unless what it replaces stands otherwise in the source.
    fn suggestion(&self, title: String, derived: Span, new: String, plain: bool) -> Suggestion {
        let old = &self.reading.text.text()[derived.range()];
        let is_own = plain && self.reading.text.is_verbatim(derived) && !old.contains(OBJECT);
        let applicability = if is_own { self.apply } else { Applicability::Manual };
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

/// What may be emphasis, a link or a quotation in a text that is not read as Markdown.
const MARKS: [char; 8] = ['*', '_', '~', '`', '[', '(', '"', '“'];

/// The longest address of a link, in bytes.
const MAX_LINK: usize = 2_000;

/// A span with the end of the markup that begins in it, or else the beginning of that which ends in it: nobody wants `](https://…)` left
/// over from a link.
fn closed(text: &str, span: Span) -> Span {
    let inside = &text[span.range()];
    let (before, rest) = (&text[..span.start], &text[span.end..]);
    let more = |some: &str, others: &str| inside.matches(some).count() > inside.matches(others).count();
    let tags = || {
        inside
            .split('<')
            .skip(1)
            .map(|tag| if tag.starts_with('/') { -1 } else { i32::from(!is_void(tag)) })
            .sum::<i32>()
    };
    let (ahead, behind) = if rest.starts_with("](") && more("[", "]") {
        (0, up_to(b')', rest.bytes()))
    } else if rest.starts_with("</") && tags() > 0 {
        (0, up_to(b'>', rest.bytes()))
    } else if before.ends_with('[') && more("](", "[") {
        (1, 0)
    } else if before.ends_with('>') && tags() < 0 {
        (up_to(b'<', before.bytes().rev()), 0)
    } else {
        let odd = |mark: &&str| inside.matches(*mark).count() % 2 == 1;
        let mut marks = ["**", "__", "*", "_"].into_iter().filter(odd);
        let place = |mark: &str| match (rest.starts_with(mark), before.ends_with(mark)) {
            (true, _) => Some((0, mark.len())),
            (false, true) => Some((mark.len(), 0)),
            _ => None,
        };
        marks.find_map(place).unwrap_or_default()
    };
    Span::new(span.start - ahead, span.end + behind)
}

/// How many bytes there are up to a sign, and with it; 0 where it is not near.
fn up_to(sign: u8, bytes: impl Iterator<Item = u8>) -> usize {
    bytes.take(MAX_LINK).position(|byte| byte == sign).map_or(0, |i| i + 1)
}

/// Whether a tag of HTML, given without its `<`, holds nothing and has no end.
fn is_void(tag: &str) -> bool {
    ["br", "hr", "img", "wbr"].contains(&tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default())
}
