//! Moves that stand in the wrong order.

use super::Candidate;
use super::reading::Reading;
use super::situation::{Made, Situation};
use crate::ruleset::{Order, Ruleset, Tag};
use crate::segment::Part;
use std::borrow::Cow;

/// The move that comes too soon.
pub(super) fn find<'a>(
    set: &Ruleset,
    rule: usize,
    order: &Order,
    situation: &Situation<'_>,
    reading: &Reading<'_>,
) -> Option<Candidate<'a>> {
    let in_body = |made: &&Made| matches!(reading.tokens.sentences[made.sentence].part, Part::Opening | Part::Body);
    let first = |tags: &[Tag]| situation.made.iter().filter(in_body).find(|made| tags.iter().any(|tag| made.is(*tag)));
    let early = first(&order.of)?;
    let late = first(&order.after);
    let wrong = late.map_or(order.alone, |late| early.sentence < late.sentence);
    if !wrong {
        return None;
    }
    let via = Cow::Borrowed("too soon");
    let candidate = Candidate::measured(rule, early.tokens.clone(), via, reading);
    let label = late.map(|late| {
        let span = reading.tokens.span(late.tokens.clone());
        (span, format!("{} only here", set.all[late.rule as usize].title))
    });
    Some(Candidate { label, ..candidate })
}
