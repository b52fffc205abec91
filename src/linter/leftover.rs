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
    let mut out = Vec::new();
    let signs = reading.signs();
    for kind in wanted {
        match kind {
            Leftover::Placeholder | Leftover::Slot => {
                let is_slot = |span: &Span| {
                    let raw = source.slice(reading.text.to_source(*span));
                    raw.starts_with(['[', '<', '(']) && !raw.starts_with(MISSING)
                };
                let wanted = slots(reading).filter(|span| *kind == Leftover::Placeholder || is_slot(span));
                spans.extend(wanted.map(|span| (span, "a placeholder")));
            }
            Leftover::Broken if !signs.bracket => {}
            Leftover::Broken => spans.extend(halves(reading.text.text()).map(|span| (span, "half a placeholder"))),
            Leftover::Blank if !signs.capitals && !signs.blank => {}
            Leftover::Blank => spans.extend(blanks(reading.text.text()).map(|span| (span, "a blank"))),
            Leftover::MissingValue => spans.extend(missing(source, reading).map(|span| (span, "a missing value"))),
            Leftover::Unbalanced => {
                out.extend(region.unbalanced.iter().map(|&tag| unbalanced(rule, source, tag, reading)));
            }
            Leftover::Dialect => {
                let Some(dialect) = region.dialect else { continue };
                let stray = |span: &Span| dialect.excludes(source.slice(reading.text.to_source(*span)));
                spans.extend(slots(reading).filter(stray).map(|span| (span, "another dialect")));
            }
            Leftover::Greeting => spans.extend(greeting(reading).map(|span| (span, "a greeting without a name"))),
        }
    }
    let candidate = |(span, via): (Span, &'static str)| {
        let token = reading.tokens.spans.partition_point(|s| (s.1 as usize) <= span.start);
        let token = token.min(reading.tokens.spans.len().saturating_sub(1));
        Candidate { measured: true, ..Candidate::new(rule, token..token + 1, span, Cow::Borrowed(via)) }
    };
    out.extend(spans.into_iter().map(candidate));
    out
}

/// The placeholders.
fn slots(reading: &Reading<'_>) -> impl Iterator<Item = Span> {
    let ids = if reading.signs().object { &reading.tokens.ids[..] } else { &[] };
    let tokens = ids.iter().enumerate().filter(|(_, id)| segment::SLOTS.contains(id));
    tokens.map(|(token, _)| reading.tokens.span(token..token + 1))
}

/// A tag of template logic, which the reader never sees, at the token that follows it.
fn unbalanced<'a>(rule: usize, source: &Source, tag: Span, reading: &Reading<'_>) -> Candidate<'a> {
    let place = |token: &(u32, u32)| reading.text.to_source(Span::new(token.0 as usize, token.1 as usize));
    let token = reading.tokens.spans.partition_point(|token| place(token).start < tag.start);
    let token = token.min(reading.tokens.spans.len().saturating_sub(1));
    let note = source.slice(tag).split_whitespace().collect::<Vec<_>>().join(" ");
    let candidate = Candidate::measured(rule, token..token + 1, Cow::Borrowed("half a pair of tags"), reading);
    Candidate { unseen: Some(tag), note: Some(note), ..candidate }
}

/// How a product writes a value that it does not have, and how programs do.
const MISSING: &str = "[[MISSING";
const VALUES: [&str; 6] = ["null", "undefined", "None", "NaN", "(null)", "[object"];

/// `Dear null,`, `[[MISSING TOKEN - FIRSTNAME]]`
fn missing(source: &Source, reading: &Reading<'_>) -> impl Iterator<Item = Span> {
    let text = reading.text.text();
    let greeting = reading.tokens.sentences.first().filter(|s| s.part == Part::Greeting).map(|s| s.span);
    let named = greeting.and_then(|greeting| {
        let mut words = words(&text[greeting.range()]).skip(1).take(2);
        let bare = |word: &str| word.trim_end_matches([',', '!', ':', '.']).len();
        words.find(|(word, _)| VALUES.contains(&&word[..bare(word)])).map(|(word, span)| {
            let start = greeting.start + span.start;
            Span::new(start, start + bare(word))
        })
    });
    let marked = slots(reading).filter(|span| source.slice(reading.text.to_source(*span)).starts_with(MISSING));
    marked.chain(named)
}

/// Signs of placeholders that are not whole, with the word that they stand at.
fn halves(text: &str) -> impl Iterator<Item = Span> {
    const SIGNS: [&[u8; 2]; 9] = [b"{{", b"}}", b"{%", b"%}", b"${", b"<%", b"%>", b"[[", b"]]"];
    let is_sign = |pair: &[u8]| SIGNS.iter().any(|sign| *sign == pair);
    words(text).filter(move |(word, _)| word.as_bytes().windows(2).any(is_sign)).map(|(word, span)| {
        let marks = word.len() - word.trim_end_matches([',', '.', ';', ':', '!', '?']).len();
        Span::new(span.start, span.end - marks)
    })
}

/// `____`, `XXX`, `TODO`: what a person meant to fill in.
fn blanks(text: &str) -> impl Iterator<Item = Span> {
    words(text).filter_map(|(word, span)| {
        let core = word.trim_matches(|c: char| c.is_ascii_punctuation() && c != '_');
        let drawn = core.len() >= 3 && (core.bytes().all(|b| b == b'_') || core.bytes().all(|b| b == b'X'));
        let note = || ["TODO", "FIXME", "TKTK", "TBD", "TBC"].contains(&core);
        if !drawn && !(core.starts_with(['T', 'F']) && note()) {
            return None;
        }
        let start = span.start + word.find(core)?;
        Some(Span::new(start, start + core.len()))
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
