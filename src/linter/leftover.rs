//! What was never filled in.

use super::Candidate;
use super::reading::Reading;
use crate::document::Region;
use crate::ruleset::file::Leftover;
use crate::segment::{self, Part};
use crate::source::{Source, Span};
use std::borrow::Cow;

/// Placeholders, halves of placeholders and blanks.
pub(super) fn find<'a>(
    rule: usize,
    wanted: &[Leftover],
    source: &Source,
    region: &Region<'_>,
    reading: &Reading<'_>,
) -> Vec<Candidate<'a>> {
    let mut spans: Vec<(Span, &'static str)> = Vec::new();
    for kind in wanted {
        match kind {
            Leftover::Placeholder | Leftover::Slot => {
                let tokens = reading.tokens.ids.iter().enumerate().filter(|(_, id)| **id == segment::PLACEHOLDER);
                let places = tokens.map(|(t, _)| reading.tokens.span(t..t + 1));
                let is_slot = |span: &Span| source.slice(reading.text.to_source(*span)).starts_with(['[', '<', '(']);
                let wanted = places.filter(|span| *kind == Leftover::Placeholder || is_slot(span));
                spans.extend(wanted.map(|span| (span, "a placeholder")));
            }
            Leftover::Broken => spans.extend(halves(reading.text.text()).map(|span| (span, "half a placeholder"))),
            Leftover::Blank => spans.extend(blanks(reading.text.text()).map(|span| (span, "a blank"))),
            Leftover::Greeting => spans.extend(greeting(reading).map(|span| (span, "a greeting without a name"))),
        }
    }
    let candidate = |(span, via): (Span, &'static str)| {
        let token = reading.tokens.spans.partition_point(|s| (s.1 as usize) <= span.start);
        let token = token.min(reading.tokens.spans.len().saturating_sub(1));
        Candidate { measured: true, ..Candidate::new(rule, token..token + 1, span, Cow::Borrowed(via)) }
    };
    spans.into_iter().map(candidate).collect()
}

/// Signs of placeholders that are not whole, with the word that they stand at.
fn halves(text: &str) -> impl Iterator<Item = Span> {
    const SIGNS: &[&str] = &["{{", "}}", "{%", "%}", "${", "<%", "%>", "[[", "]]"];
    words(text).filter(|(word, _)| SIGNS.iter().any(|sign| word.contains(sign))).map(|(word, span)| {
        let marks = word.len() - word.trim_end_matches([',', '.', ';', ':', '!', '?']).len();
        Span::new(span.start, span.end - marks)
    })
}

/// `____`, `XXX`, `TODO`: what a person meant to fill in.
fn blanks(text: &str) -> impl Iterator<Item = Span> {
    words(text).filter_map(|(word, span)| {
        let core = word.trim_matches(|c: char| c.is_ascii_punctuation() && c != '_');
        let line = core.len() >= 3 && core.bytes().all(|b| b == b'_');
        let crosses = core.len() >= 3 && core.bytes().all(|b| b == b'X');
        let note = ["TODO", "FIXME", "TKTK", "TBD", "TBC"].contains(&core);
        let start = span.start + word.find(core)?;
        (line || crosses || note).then(|| Span::new(start, start + core.len()))
    })
}

/// `Hi ,` and `Dear,`
fn greeting(reading: &Reading<'_>) -> Option<Span> {
    let sentence = reading.tokens.sentences.first().filter(|s| s.part == Part::Greeting)?;
    let [hello, mark] = sentence.tokens.clone().collect::<Vec<_>>()[..] else { return None };
    let (hello, mark) = (reading.tokens.span(hello..hello + 1), reading.tokens.span(mark..mark + 1));
    let text = reading.text.text();
    let is_mark = [",", "!", ":"].contains(&&text[mark.range()]);
    let apart = hello.end < mark.start;
    (is_mark && (apart || text[hello.range()].eq_ignore_ascii_case("dear"))).then(|| hello.cover(mark))
}

fn words(text: &str) -> impl Iterator<Item = (&str, Span)> {
    text.split_whitespace().map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        (word, Span::new(start, start + word.len()))
    })
}
