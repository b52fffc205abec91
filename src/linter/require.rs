//! What the situation calls for and the reply does not do.

use super::Candidate;
use super::reading::Reading;
use super::situation::Situation;
use crate::ruleset::file::At;
use crate::ruleset::{Require, Role, Tag};
use crate::segment::{Part, Sentence};
use crate::source::Span;
use std::borrow::Cow;

/// Whether a reply does what a rule asks for.
pub(super) enum Found {
    /// In this sentence first.
    In(usize),
    /// Nowhere; or not beside this sentence, where it is asked for.
    Nowhere(Option<usize>),
    /// It is asked for beside something that is not there.
    NotAsked,
}

/// A place for what is missing, if it is.
pub(super) fn find<'a>(
    rule: usize,
    require: &Require,
    situation: &Situation<'_>,
    reading: &Reading<'_>,
) -> Option<Candidate<'a>> {
    let Found::Nowhere(beside) = look(rule, require, situation, reading) else { return None };
    let via = Cow::Borrowed("not there");
    match beside {
        Some(sentence) => Some(missing_at(rule, At::Opening, &reading.tokens.sentences[sentence], via)),
        None => missing(rule, require.at, via, reading),
    }
}

/// Looks for what a rule asks for.
pub(super) fn look(rule: usize, require: &Require, situation: &Situation<'_>, reading: &Reading<'_>) -> Found {
    let is = |tags: &[Tag], made: &super::Made| tags.iter().any(|tag| made.is(*tag));
    let said = reading.of(Role::Require(rule as u32), 0, reading.tokens.ids.len());
    let said = said.filter(|at| !reading.tokens.is_quoted(at)).map(|at| reading.tokens.sentence_of(at.start));
    let made = situation.made.iter().filter(|made| is(&require.moves, made)).map(|made| made.sentence);
    let mut there: Vec<usize> = said.chain(made).collect();
    there.sort_unstable();
    let first = there.first().copied();
    if require.beside.is_empty() {
        return first.map_or(Found::Nowhere(None), Found::In);
    }
    let asked: Vec<usize> =
        situation.made.iter().filter(|made| is(&require.beside, made)).map(|made| made.sentence).collect();
    let beside = |asked: usize| {
        let next = there.partition_point(|there| *there + 1 < asked);
        there.get(next).is_some_and(|there| *there <= asked + 1)
    };
    match asked.iter().find(|asked| !beside(**asked)) {
        Some(&alone) => Found::Nowhere(Some(alone)),
        None if asked.is_empty() => Found::NotAsked,
        None => first.map_or(Found::NotAsked, Found::In),
    }
}

/// Something missing, with the place where it belongs: before the first sentence of the body, after it, or after the last.
pub(super) fn missing<'a>(rule: usize, at: At, via: Cow<'a, str>, reading: &Reading<'_>) -> Option<Candidate<'a>> {
    let sentences = &reading.tokens.sentences;
    let body = || sentences.iter().filter(|s| matches!(s.part, Part::Opening | Part::Body));
    let sentence = match at {
        At::Start | At::Opening => body().next(),
        At::End => body().next_back(),
    };
    // In a reply of nothing but a greeting and a sign-off, it belongs between them.
    let greeting = || sentences.iter().rfind(|s| s.part == Part::Greeting).map(|s| (At::End, s));
    let (at, sentence) = sentence.map(|s| (at, s)).or_else(greeting).or(sentences.first().map(|s| (At::Start, s)))?;
    Some(missing_at(rule, at, sentence, via))
}

/// Something missing before a sentence, or after it.
fn missing_at<'a>(rule: usize, at: At, sentence: &Sentence, via: Cow<'a, str>) -> Candidate<'a> {
    let (token, byte) = match at {
        At::Start => (sentence.tokens.start, sentence.span.start),
        At::Opening | At::End => (sentence.tokens.end - 1, sentence.span.end),
    };
    let span = Span::new(byte, byte);
    Candidate { measured: true, insert: Some(at), ..Candidate::new(rule, token..token, span, via) }
}
