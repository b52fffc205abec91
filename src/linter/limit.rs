//! Counts and measures.

use super::{Candidate, Reading};
use crate::ruleset::file::{Measure, Per};
use crate::ruleset::{Limit, Role};
use crate::segment::{self, Sentence};
use crate::source::Span;
use std::borrow::Cow;
use std::ops::Range;

/// Where more was found than the rule allows: the first thing too many, or the stretch that is too long.
///
/// What `accepts` refuses is not counted.
pub(super) fn find<'a>(
    rule: usize,
    limit: Limit,
    reading: &Reading<'_>,
    accepts: impl Fn(&Candidate<'_>) -> bool,
) -> Vec<Candidate<'a>> {
    let places = match limit.of {
        Measure::Words | Measure::Sentences | Measure::ReadingGrade => stretches(limit, reading),
        _ => {
            let mut found = occurrences(rule, limit.of, reading);
            if found.iter().map(|o| o.weight).sum::<usize>() <= limit.max as usize {
                return Vec::new();
            }
            found.retain(|o| accepts(&Candidate::measured(rule, o.tokens.clone(), Cow::Borrowed(""), reading)));
            return drawn(rule, limit, too_often(limit, found), reading);
        }
    };
    let found = drawn(rule, limit, places, reading);
    found.into_iter().filter(|c| accepts(c)).collect()
}

fn drawn<'a>(rule: usize, limit: Limit, places: Vec<Range<usize>>, reading: &Reading<'_>) -> Vec<Candidate<'a>> {
    if places.is_empty() {
        return Vec::new();
    }
    let via = format!("{} > {}", limit.of.name(), limit.max);
    let candidate = |tokens| Candidate::measured(rule, tokens, Cow::Owned(via.clone()), reading);
    places.into_iter().map(candidate).collect()
}

/// A grade says nothing of fewer words.
const GRADED: usize = 30;

/// Sentences, or the reply, that are too long or too hard.
fn stretches(limit: Limit, reading: &Reading<'_>) -> Vec<Range<usize>> {
    let sentences = &reading.tokens.sentences;
    let over = |s: &[Sentence]| measure(limit.of, s, reading) > f64::from(limit.max);
    match limit.per {
        Per::Reply => match (sentences.first(), sentences.last()) {
            // The place of a whole reply is its first sentence: nobody reads a screen of underlining.
            (Some(first), Some(_)) if over(sentences) => vec![first.tokens.clone()],
            _ => Vec::new(),
        },
        _ => {
            // No measure of a sentence comes to more than its tokens, but for a grade.
            let long = |s: &&Sentence| limit.of == Measure::ReadingGrade || s.tokens.len() > limit.max as usize;
            let found = sentences.iter().filter(long).filter(|s| over(std::slice::from_ref(s)));
            found.map(|s| s.tokens.clone()).collect()
        }
    }
}

fn measure(of: Measure, sentences: &[Sentence], reading: &Reading<'_>) -> f64 {
    let words = |s: &Sentence| reading.tokens.ids[s.tokens.clone()].iter().filter(|id| segment::is_word(**id)).count();
    let count: usize = sentences.iter().map(words).sum();
    match of {
        Measure::Sentences => sentences.len() as f64,
        Measure::ReadingGrade if count < GRADED => 0.0,
        Measure::ReadingGrade => {
            let text = reading.text.text();
            let of = |s: &Sentence| -> usize {
                let (ids, spans) = (&reading.tokens.ids[s.tokens.clone()], &reading.tokens.spans[s.tokens.clone()]);
                let words = ids.iter().zip(spans).filter(|(id, _)| segment::is_word(**id));
                words.map(|(_, span)| syllables(&text[span.0 as usize..span.1 as usize])).sum()
            };
            let syllables: usize = sentences.iter().map(of).sum();
            // Kincaid et al. 1975.
            0.39 * count as f64 / sentences.len() as f64 + 11.8 * syllables as f64 / count as f64 - 15.59
        }
        _ => count as f64,
    }
}

/// Vowel groups, without a silent last `e`: within about a tenth of a dictionary's count.
fn syllables(word: &str) -> usize {
    let bytes = word.as_bytes();
    let silent = bytes.len() > 3 && matches!(bytes.last(), Some(b'e' | b'E'));
    // The vowels as bits, by their place in the alphabet.
    const VOWELS: u32 = 1 << 1 | 1 << 5 | 1 << 9 | 1 << 15 | 1 << 21 | 1 << 25;
    let (mut groups, mut inside) = (0, 0);
    for byte in &bytes[..bytes.len() - usize::from(silent)] {
        let vowel = VOWELS >> (byte & 31) & u32::from(byte >> 6 == 1);
        groups += (vowel & !inside) as usize;
        inside = vowel;
    }
    groups.max(usize::from(word.starts_with(|c: char| c.is_alphabetic())))
}

/// Marks, words and matches of which there are too many.
fn too_often(limit: Limit, found: Vec<Occurrence>) -> Vec<Range<usize>> {
    let max = limit.max as usize;
    let mut out = Vec::new();
    match limit.per {
        Per::Run => {
            for run in found.chunk_by(|a, b| a.tokens.end == b.tokens.start) {
                let weight: usize = run.iter().map(|o| o.weight).sum();
                if let (Some(first), Some(last)) = (run.first(), run.last())
                    && weight > max
                {
                    out.push(first.tokens.start..last.tokens.end);
                }
            }
        }
        Per::Sentence => {
            for sentence in found.chunk_by(|a, b| a.sentence == b.sentence) {
                out.extend(too_many(sentence, max));
            }
        }
        Per::Reply => out.extend(too_many(&found, max)),
    }
    out
}

/// One of the things counted.
struct Occurrence {
    tokens: Range<usize>,
    sentence: usize,
    /// How many it counts for: `!!!` is three.
    weight: usize,
}

fn too_many(found: &[Occurrence], max: usize) -> Option<Range<usize>> {
    let mut count = 0;
    found.iter().find_map(|o| {
        count += o.weight;
        (count > max).then(|| o.tokens.clone())
    })
}

fn occurrences(rule: usize, of: Measure, reading: &Reading<'_>) -> Vec<Occurrence> {
    let tokens = reading.tokens;
    let text = |span: Span| &reading.text.text()[span.range()];
    let marks = |id, sign: u8| {
        let own = tokens.ids.iter().enumerate().filter(|(_, own)| **own == id).map(|(t, _)| t);
        let named = tokens.kinds.iter().filter(|(_, kind)| *kind == id).map(|(t, _)| *t as usize);
        let mut places: Vec<usize> = own.chain(named).collect();
        places.sort_unstable();
        let weighed = places.into_iter().map(|t| {
            let weight = text(tokens.span(t..t + 1)).bytes().filter(|b| *b == sign).count();
            (t..t + 1, weight.max(1))
        });
        weighed.collect()
    };
    let places: Vec<(Range<usize>, usize)> = match of {
        Measure::ExclamationMarks => marks(segment::EXCLAMATION, b'!'),
        Measure::QuestionMarks => marks(segment::QUESTION, b'?'),
        Measure::Emoji => marks(segment::EMOJI, 0),
        Measure::Capitals if !reading.signs().capitals => Vec::new(),
        Measure::Capitals => {
            let capitals: Vec<usize> =
                (0..tokens.ids.len()).filter(|&t| is_capital(text(tokens.span(t..t + 1)))).collect();
            let loud = |t: &usize| is_loud(tokens.ids[*t], text(tokens.span(*t..t + 1)));
            // Beside a loud word, a short one is loud too: `READ` and `THE` after `PLEASE`.
            let runs = capitals.chunk_by(|a, b| a + 1 == *b).filter(|run| run.iter().any(loud));
            runs.flatten().map(|&t| (t..t + 1, 1)).collect()
        }
        _ => {
            let mut places: Vec<(Range<usize>, usize)> = Vec::new();
            for place in reading.of(Role::Count(rule as u32), 0, tokens.ids.len()) {
                if places.last().is_none_or(|(last, _)| last.end <= place.start) {
                    places.push((place, 1));
                }
            }
            places
        }
    };
    places
        .into_iter()
        .map(|(tokens, weight)| Occurrence { sentence: reading.tokens.sentence_of(tokens.start), tokens, weight })
        .collect()
}

fn is_capital(word: &str) -> bool {
    word.len() > 1 && word.starts_with(|c: char| c.is_ascii_uppercase()) && {
        segment::bare(word).bytes().all(|b| b.is_ascii_uppercase())
    }
}

/// Whether a word in capitals is one for loudness: `USB` and `RMA` are names, `NOT` and `PLEASE` are not.
fn is_loud(id: segment::Id, word: &str) -> bool {
    word.len() > 4 || segment::is_core(id) && id != segment::US
}
