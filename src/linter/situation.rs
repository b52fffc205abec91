//! What is understood of a reply as a whole: what the customer's message shows, what kind of reply it calls for, which moves the
//! reply makes.

use super::reading::Reading;
use super::{Candidate, Engine, Linter, Room};
use crate::document::Region;
use crate::mapped::Mapped;
use crate::ruleset::file::Detects;
use crate::ruleset::{Condition, Role, Ruleset, Tag};
use crate::segment::{self, Part, Tokens};
use std::ops::Range;

/// What conditions ask about.
pub(super) struct Situation<'s> {
    /// The customer's message, where it is known.
    pub(super) message: Option<Message<'s>>,
    /// What it shows: detectors, by number, and where; in the order of the message.
    pub(super) shown: Vec<(u32, Range<usize>)>,
    /// How angry the customer is, 0 to 3.
    pub(super) anger: u32,
    /// The kind of reply, by number, and where that is from.
    pub(super) kind: Option<(u32, Told)>,
    /// The moves that the reply makes and what its rules find, in the order of the reply.
    pub(super) made: Vec<Made>,
    /// Moves that do not count, because of what a rule finds in the same sentence, by number.
    pub(super) vetoed: Vec<(Made, u32)>,
    /// The words between greeting and sign-off.
    words: u32,
}

/// The customer's message.
pub(super) struct Message<'s> {
    pub(super) text: &'s Mapped<'s>,
    pub(super) tokens: &'s Tokens,
}

/// How a kind is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// It was said.
    Given,
    /// This condition of the kind holds.
    Condition(usize),
}

/// A move, or what a rule found.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) rule: u32,
    category: u32,
    pub(super) sentence: usize,
    pub(super) tokens: Range<usize>,
}

/// The most that a customer's anger comes to.
const FURIOUS: u32 = 3;

impl Linter {
    /// Reads the customer's message, and the reply in its light.
    pub(super) fn situation<'s>(
        &self,
        region: &'s Region<'_>,
        reading: &Reading<'_>,
        candidates: &[Candidate<'_>],
        engine: &mut Engine,
        room: &'s mut Room,
    ) -> Situation<'s> {
        let set = &self.ruleset;
        let customer = region.customer.as_ref().filter(|text| !text.text().trim().is_empty());
        let mut shown: Vec<(u32, Range<usize>)> = Vec::new();
        if let Some(text) = customer {
            let found = self.worded(text, None, true, engine, room);
            shown.extend(found.into_iter().map(|c| (c.rule as u32, c.tokens)));
            shown.sort_by_key(|(number, at)| (at.start, *number));
        }
        let mut anger = 0;
        for (i, (number, _)) in shown.iter().enumerate() {
            if !shown[..i].iter().any(|(earlier, _)| earlier == number) {
                anger += set.checks[*number as usize].anger;
            }
        }
        let (made, vetoed) = made(set, reading, candidates);
        let mut situation = Situation {
            message: customer.map(|text| Message { text, tokens: &room.tokens }),
            shown,
            anger: anger.min(FURIOUS),
            kind: None,
            made,
            vetoed,
            words: words(reading.tokens),
        };
        situation.kind = situation.told(set, region.kind.as_deref());
        situation
    }
}

/// The moves that count and what rules find, and the moves that do not count.
fn made(set: &Ruleset, reading: &Reading<'_>, candidates: &[Candidate<'_>]) -> (Vec<Made>, Vec<(Made, u32)>) {
    let of = |c: &Candidate<'_>| Made {
        rule: c.rule as u32,
        category: set.checks[c.rule].category,
        sentence: reading.tokens.sentence_of(c.tokens.start),
        tokens: c.tokens.clone(),
    };
    let is_move = |c: &&Candidate<'_>| set.checks[c.rule].detects == Some(Detects::Move);
    let mut made: Vec<Made> = candidates.iter().filter(|c| !is_move(c)).map(of).collect();
    let (mut moves, mut vetoed) = (Vec::new(), Vec::new());
    for candidate in candidates.iter().filter(is_move).map(of) {
        let veto = &set.checks[candidate.rule as usize].veto;
        let by = made.iter().find(|m| m.sentence == candidate.sentence && veto.iter().any(|tag| m.is(*tag)));
        match by.map(|m| m.rule) {
            Some(by) => vetoed.push((candidate, by)),
            None => moves.push(candidate),
        }
    }
    made.extend(moves);
    made.sort_by_key(|m| (m.tokens.start, m.tokens.end, m.rule));
    (made, vetoed)
}

impl Made {
    pub(super) fn is(&self, tag: Tag) -> bool {
        match tag {
            Tag::Rule(rule) => self.rule == rule,
            Tag::Category(category) => self.category == category,
        }
    }
}

impl Situation<'_> {
    /// Whether one of some conditions holds; without any, nothing is asked.
    pub(super) fn allows(&self, conditions: &[Condition]) -> bool {
        conditions.is_empty() || conditions.iter().any(|condition| self.holds(condition))
    }

    fn holds(&self, condition: &Condition) -> bool {
        let shows = |number: &u32| self.shown.iter().any(|(shown, _)| shown == number);
        let kind = self.kind.map(|(kind, _)| kind);
        (condition.kind.is_empty() || kind.is_some_and(|kind| condition.kind.contains(&kind)))
            && (condition.customer.is_empty() || condition.customer.iter().any(shows))
            && !condition.customer_lacks.iter().any(shows)
            && (condition.has.is_empty() || self.first(&condition.has).is_some())
            && self.first(&condition.lacks).is_none()
            && self.anger >= condition.anger
            && condition.message.is_none_or(|known| known == self.message.is_some())
            && self.words >= condition.words
    }

    /// The first of some moves and findings in the reply.
    pub(super) fn first(&self, tags: &[Tag]) -> Option<&Made> {
        self.made.iter().find(|made| tags.iter().any(|tag| made.is(*tag)))
    }

    /// The kind that was given, if there is one of that name; else the first that is told by a condition.
    fn told(&self, set: &Ruleset, given: Option<&str>) -> Option<(u32, Told)> {
        let named = given.and_then(|name| set.kinds.iter().position(|kind| kind.name == name));
        if let Some(kind) = named {
            return Some((kind as u32, Told::Given));
        }
        set.kinds.iter().enumerate().find_map(|(number, kind)| {
            let condition = kind.when.iter().position(|condition| self.holds(condition))?;
            Some((number as u32, Told::Condition(condition)))
        })
    }
}

impl Ruleset {
    /// Whether one of some rules looks at the reply as a whole, or at what it answers.
    pub(super) fn judges(&self, wanted: &[bool]) -> bool {
        let entries = self.entries.iter().any(|e| e.live && !e.when.is_empty() && wanted[e.rule as usize]);
        entries
            || self.guards.iter().any(|guard| !guard.moves.is_empty())
            || self.checks.iter().zip(wanted).any(|(check, wanted)| {
                let whole = check.require.is_some() || check.order.is_some() || check.answer.is_some();
                *wanted && (whole || !check.when.is_empty() || !check.leftover.is_empty())
            })
    }
}

/// The words between greeting and sign-off.
fn words(tokens: &Tokens) -> u32 {
    let body = tokens.sentences.iter().filter(|s| matches!(s.part, Part::Opening | Part::Body));
    let ids = body.flat_map(|s| &tokens.ids[s.tokens.clone()]);
    ids.filter(|&&id| segment::is_word(id)).count() as u32
}

/// Whether the reply holds what a rule asks for in words.
pub(super) fn says(reading: &Reading<'_>, rule: usize) -> bool {
    reading.of(Role::Require(rule as u32), 0, reading.tokens.ids.len()).next().is_some()
}
