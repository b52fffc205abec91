//! The same words again.

use super::{Candidate, Reading};
use crate::ruleset::file::{RepeatSpec, Repeated};
use crate::segment::{self, Part};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// Where something is said again that was said before.
pub(super) fn find<'a>(rule: usize, repeat: RepeatSpec, reading: &Reading<'_>) -> Vec<Candidate<'a>> {
    let places = match repeat.of {
        Repeated::Word => words(reading),
        Repeated::Opening => openings(repeat, reading),
        Repeated::Phrase => phrases(repeat, reading),
    };
    let via = match repeat.of {
        Repeated::Word => "the same word twice",
        Repeated::Opening => "the same opening again",
        Repeated::Phrase => "the same phrase again",
    };
    places.into_iter().map(|tokens| Candidate::measured(rule, tokens, Cow::Borrowed(via), reading)).collect()
}

fn word<'r>(reading: &'r Reading<'_>, token: usize) -> &'r str {
    &reading.text.text()[reading.tokens.span(token..token + 1).range()]
}

fn is_word(reading: &Reading<'_>, token: usize) -> bool {
    let id = reading.tokens.ids[token];
    (id == segment::UNKNOWN || id >= segment::FIRST_WORD) && word(reading, token).starts_with(char::is_alphabetic)
}

/// `the the`, but not `that that`, `had had`, `bye bye`, nor two sentences that meet.
fn words(reading: &Reading<'_>) -> Vec<Range<usize>> {
    const FINE: &[&str] =
        &["that", "had", "bye", "no", "so", "very", "really", "is", "do", "ha", "blah", "knock", "night"];
    (1..reading.tokens.ids.len())
        .filter(|&t| is_word(reading, t) && is_word(reading, t - 1))
        .filter(|&t| {
            let (a, b) = (word(reading, t - 1), word(reading, t));
            a.eq_ignore_ascii_case(b) && !FINE.iter().any(|f| a.eq_ignore_ascii_case(f))
        })
        // `Wagga Wagga` is a place.
        .filter(|&t| !word(reading, t).starts_with(char::is_uppercase))
        .map(|t| t - 1..t + 1)
        .collect()
}

/// Sentences in a row that begin with the same words, more often than allowed: the one that is too many.
fn openings(repeat: RepeatSpec, reading: &Reading<'_>) -> Vec<Range<usize>> {
    let n = repeat.words as usize;
    let mut out = Vec::new();
    let mut count = 0;
    let mut last: Option<Range<usize>> = None;
    for sentence in reading.tokens.sentences.iter().filter(|s| matches!(s.part, Part::Opening | Part::Body)) {
        let opening = sentence.tokens.start..(sentence.tokens.start + n).min(sentence.tokens.end);
        let worded = opening.clone().all(|t| is_word(reading, t));
        let same = worded && last.as_ref().is_some_and(|l| same(reading, l, &opening));
        count = if same && opening.len() == n { count + 1 } else { 1 };
        if count == repeat.max + 1 {
            out.push(opening.clone());
        }
        last = Some(opening);
    }
    out
}

fn same(reading: &Reading<'_>, a: &Range<usize>, b: &Range<usize>) -> bool {
    a.len() == b.len() && a.clone().zip(b.clone()).all(|(a, b)| word(reading, a).eq_ignore_ascii_case(word(reading, b)))
}

/// The second time that so many words come in the same order.
fn phrases(repeat: RepeatSpec, reading: &Reading<'_>) -> Vec<Range<usize>> {
    let n = repeat.words as usize;
    let mut seen: HashMap<u64, usize> = HashMap::new();
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut words: Vec<(usize, u64)> = Vec::new();
    for sentence in reading.tokens.sentences.iter().filter(|s| s.tokens.len() >= n) {
        words.clear();
        words.extend(sentence.tokens.clone().filter(|&t| is_word(reading, t)).map(|t| (t, hash(word(reading, t)))));
        for window in words.windows(n) {
            let (Some(first), Some(last)) = (window.first(), window.last()) else { continue };
            let key = window
                .iter()
                .fold(0_u64, |key, (_, word)| (key.rotate_left(7) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let before = *seen.entry(key).or_insert(first.0);
            if before == first.0 || !same(reading, &(before..before + n), &(first.0..first.0 + n)) {
                continue;
            }
            match out.last_mut() {
                Some(open) if open.end > first.0 => open.end = last.0 + 1,
                _ => out.push(first.0..last.0 + 1),
            }
        }
    }
    out
}

/// A hash of a word whatever its case; words that share one are compared letter by letter.
fn hash(word: &str) -> u64 {
    word.bytes().fold(0, |h, b| (h ^ u64::from(b.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3))
}
