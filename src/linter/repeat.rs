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

fn word<'r>(reading: &'r Reading<'_>, token: usize) -> Cow<'r, str> {
    segment::bare(&reading.text.text()[reading.tokens.span(token..token + 1).range()])
}

fn is_word(reading: &Reading<'_>, token: usize) -> bool {
    let id = reading.tokens.ids[token];
    let is_letter = |first: u8| match first.is_ascii() {
        true => first.is_ascii_alphabetic(),
        false => word(reading, token).starts_with(char::is_alphabetic),
    };
    let first = reading.tokens.spans[token].0 as usize;
    (id == segment::UNKNOWN || id >= segment::FIRST_WORD)
        && reading.text.text().as_bytes().get(first).is_some_and(|byte| is_letter(*byte))
}

/// `the the`, but not `that that`, `had had`, `bye bye`, nor two sentences that meet.
fn words(reading: &Reading<'_>) -> Vec<Range<usize>> {
    const FINE: &[&str] =
        &["that", "had", "bye", "no", "so", "very", "really", "is", "do", "ha", "blah", "knock", "night"];
    let ids = &reading.tokens.ids;
    let in_capitals = |t: usize| ids[t] == segment::ACRONYM;
    (1..ids.len())
        // The same word has the same number, unless one of the two is in capitals.
        .filter(|&t| ids[t] == ids[t - 1] || in_capitals(t) || in_capitals(t - 1))
        .filter(|&t| [t - 1, t].into_iter().all(|t| in_capitals(t) || is_word(reading, t)))
        .filter(|&t| {
            let (a, b) = (word(reading, t - 1), word(reading, t));
            a.eq_ignore_ascii_case(&b) && !segment::is_one_of(&a, FINE)
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
    a.len() == b.len()
        && a.clone().zip(b.clone()).all(|(a, b)| word(reading, a).eq_ignore_ascii_case(&word(reading, b)))
}

/// The second time that so many words come in the same order.
fn phrases(repeat: RepeatSpec, reading: &Reading<'_>) -> Vec<Range<usize>> {
    let n = repeat.words as usize;
    let mut words: Vec<(usize, u64)> = Vec::new();
    // Where each run of so many words begins and ends, in tokens, and its hash.
    let mut runs: Vec<(usize, usize, u64)> = Vec::new();
    for sentence in reading.tokens.sentences.iter().filter(|s| s.tokens.len() >= n) {
        words.clear();
        words.extend(sentence.tokens.clone().filter(|&t| is_word(reading, t)).map(|t| (t, hash(reading, t))));
        runs.extend(words.windows(n).map(|window| {
            let mix = |key: u64, word: u64| (key.rotate_left(7) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            (window[0].0, window[n - 1].0 + 1, window.iter().fold(0, |key, (_, word)| mix(key, *word)))
        }));
    }
    let mut out: Vec<Range<usize>> = Vec::new();
    if !may_repeat(&runs) {
        return out;
    }
    let mut seen: HashMap<u64, usize> = HashMap::new();
    for (first, end, key) in runs {
        let Some(before) = seen.insert(key, first).filter(|before| first - before <= REMEMBERED) else { continue };
        if !same(reading, &(before..before + n), &(first..first + n)) {
            continue;
        }
        match out.last_mut() {
            Some(open) if open.end > first => open.end = end,
            _ => out.push(first..end),
        }
    }
    out
}

/// How far back a phrase is noticed to be the same, in tokens: in what is longer, the same words are no slip.
const REMEMBERED: usize = 2_000;

/// Whether two hashes may be the same: `false` is certain, and spares nearly all replies a table.
fn may_repeat(runs: &[(usize, usize, u64)]) -> bool {
    const BITS: usize = 1 << 15;
    if runs.len() > BITS / 64 {
        return true;
    }
    let mut seen = [0_u64; BITS / 64];
    runs.iter().any(|(.., key)| {
        let bit = (key >> 40) as usize % BITS;
        let was = seen[bit / 64] >> (bit % 64) & 1 == 1;
        seen[bit / 64] |= 1 << (bit % 64);
        was
    })
}

/// A hash of a word whatever its case; words that share one are compared letter by letter.
fn hash(reading: &Reading<'_>, token: usize) -> u64 {
    match reading.tokens.ids[token] {
        id if id >= segment::FIRST_WORD => u64::from(id),
        _ => segment::hash(word(reading, token).bytes().map(|b| b.to_ascii_lowercase())),
    }
}
