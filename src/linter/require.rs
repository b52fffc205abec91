//! What the situation calls for and the reply does not do.

use super::Candidate;
use super::reading::Reading;
use super::situation::{Situation, said};
use crate::ruleset::Require;
use crate::ruleset::file::At;
use crate::segment::Part;
use crate::source::Span;
use std::borrow::Cow;
use std::ops::Range;

/// A place for what is missing, if it is.
pub(super) fn find<'a>(
    rule: usize,
    require: &Require,
    situation: &Situation<'_>,
    reading: &Reading<'_>,
) -> Option<Candidate<'a>> {
    if situation.first(&require.moves).is_some() || said(reading, rule).is_some() {
        return None;
    }
    Some(missing(rule, require.at, Cow::Borrowed("not there"), reading))
}

/// Something missing, with the place where it belongs.
pub(super) fn missing<'a>(rule: usize, at: At, via: Cow<'a, str>, reading: &Reading<'_>) -> Candidate<'a> {
    let (tokens, span) = place(at, reading);
    Candidate { measured: true, insert: Some(at), ..Candidate::new(rule, tokens, span, via) }
}

/// Where something belongs: before the first sentence of the body, after it, or after the last.
fn place(at: At, reading: &Reading<'_>) -> (Range<usize>, Span) {
    let sentences = &reading.tokens.sentences;
    let body = || sentences.iter().filter(|s| matches!(s.part, Part::Opening | Part::Body));
    // A reply of nothing but a greeting and a sign-off: after the greeting.
    let sentence = match at {
        At::Start | At::Opening => body().next().or(sentences.last()),
        At::End => body().last().or(sentences.first()),
    };
    let Some(sentence) = sentence else { return (0..0, Span::default()) };
    let (token, byte) = match at {
        At::Start => (sentence.tokens.start, sentence.span.start),
        At::Opening | At::End => (sentence.tokens.end - 1, sentence.span.end),
    };
    (token..token, Span::new(byte, byte))
}
