//! What is understood of a reply as a whole: what the customer's message shows, what kind of reply it calls for, which moves the
//! reply makes.

use super::reading::Reading;
use super::require::{self, Found};
use super::wording::Match;
use super::{Engine, Linter, Room};
use crate::document::Region;
use crate::mapped::Mapped;
use crate::rule::Severity;
use crate::ruleset::file::{Detects, MAX_ANGER};
use crate::ruleset::{Check, Condition, Ruleset, Side, Tag};
use crate::score::{Score, Worth};
use crate::segment::{self, Part, Tokens};
use crate::understanding::{Customer, Demand, Evidence, Kind, Sentence, Understanding};
use std::collections::HashSet;
use std::ops::Range;

/// What conditions ask about.
pub(super) struct Situation<'s> {
    /// The customer's message, where it is known.
    pub(super) message: Option<Message<'s>>,
    /// What it shows: detectors, by number, and where; in the order of the message.
    pub(super) shown: Vec<(u32, Range<usize>)>,
    /// By detector, whether it is shown.
    shows: Vec<bool>,
    /// How angry the customer is, 0 to 3.
    pub(super) anger: u32,
    /// How much trouble the customer tells of.
    trouble: u32,
    /// The kind of reply, by number, and where that is from.
    pub(super) kind: Option<(u32, Told)>,
    /// The moves that the reply makes and what its rules find, in the order of the reply.
    pub(super) made: Vec<Made>,
    has: Has,
    /// Moves that do not count, because of what a rule finds in the same sentence, by number.
    pub(super) vetoed: Vec<(Made, u32)>,
    /// The words between greeting and sign-off.
    words: u32,
    /// What the reply is sent over, where that is known.
    channel: Option<&'s str>,
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

/// By number, which rules and which categories something is made or found of.
#[derive(Default)]
struct Has {
    rules: Vec<bool>,
    categories: Vec<bool>,
}

impl Has {
    fn of(set: &Ruleset, made: &[Made]) -> Self {
        let mut has = Self { rules: vec![false; set.all.len()], categories: vec![false; set.categories.len()] };
        for made in made {
            has.rules[made.rule as usize] = true;
            has.categories[made.category as usize] = true;
        }
        has
    }

    fn any(&self, tags: &[Tag]) -> bool {
        tags.iter().any(|tag| match tag {
            Tag::Rule(rule) => self.rules.get(*rule as usize) == Some(&true),
            Tag::Category(category) => self.categories.get(*category as usize) == Some(&true),
        })
    }
}

impl Linter {
    /// Reads the customer's message, and the reply in its light.
    pub(super) fn situation<'s>(
        &self,
        region: &'s Region<'_>,
        reading: &Reading<'_>,
        matches: &[Match],
        engine: &mut Engine,
        room: &'s mut Room,
    ) -> Situation<'s> {
        let set = self.ruleset();
        let customer =
            region.customer.as_ref().filter(|text| !text.text()[region.customer_subject..].trim().is_empty());
        let mut shown: Vec<(u32, Range<usize>)> = Vec::new();
        if let Some(text) = customer {
            self.worded((text, 0), None, Side::Customer, engine, room);
            shown.extend(room.matches.iter().map(|m| (m.rule, m.tokens())));
            shown.sort_by_key(|(number, at)| (at.start, *number));
        }
        let mut shows = vec![false; set.all.len()];
        let (mut anger, mut trouble) = (0, 0);
        for (number, _) in &shown {
            if !std::mem::replace(&mut shows[*number as usize], true) {
                anger += set.checks[*number as usize].anger;
                trouble += set.checks[*number as usize].trouble;
            }
        }
        let mut situation = Situation {
            message: customer.map(|text| Message { text, tokens: &room.read.tokens }),
            shown,
            shows,
            anger: anger.min(MAX_ANGER),
            trouble,
            kind: None,
            made: Vec::new(),
            has: Has::default(),
            vetoed: Vec::new(),
            words: words(reading.tokens),
            channel: region.channel.as_deref(),
        };
        // What is found where the customer's message rules it out says nothing of the reply.
        let may = |when: &[Condition]| when.is_empty() || when.iter().any(|c| situation.may_hold(c));
        let due = |m: &&Match| {
            let check = &set.checks[m.rule as usize];
            m.entry().is_none_or(|entry| may(&set.extra(entry).when)) && (check.detects.is_some() || may(&check.when))
        };
        let (made, vetoed) = made(set, reading, matches.iter().filter(due));
        (situation.has, situation.made, situation.vetoed) = (Has::of(set, &made), made, vetoed);
        situation.kind = situation.told(set, region.kind.as_deref());
        situation
    }
}

/// The moves that count and what rules find, and the moves that do not count.
fn made<'m>(
    set: &Ruleset,
    reading: &Reading<'_>,
    matches: impl Iterator<Item = &'m Match>,
) -> (Vec<Made>, Vec<(Made, u32)>) {
    let of = |m: &Match| Made {
        rule: m.rule,
        category: set.checks[m.rule as usize].category,
        sentence: reading.tokens.sentence_of(m.tokens().start),
        tokens: m.tokens(),
    };
    let is_move = |made: &Made| set.checks[made.rule as usize].detects == Some(Detects::Move);
    let mut all: Vec<Made> = matches.map(of).collect();
    all.sort_by_key(|m| (m.tokens.start, m.tokens.end, m.rule));
    let (mut made, mut vetoed) = (Vec::with_capacity(all.len()), Vec::new());
    for sentence in all.chunk_by(|a, b| a.sentence == b.sentence) {
        let grave = |m: &&Made| !is_move(m) && set.all[m.rule as usize].severity >= Severity::Warning;
        // The first of each rule stands for all: a sentence may hold thousands.
        let mut against: Vec<&Made> = Vec::new();
        for one in sentence.iter().filter(grave) {
            if !against.iter().any(|m| m.rule == one.rule) {
                against.push(one);
            }
        }
        for one in sentence {
            let veto = &set.checks[one.rule as usize].veto;
            match against.iter().find(|m| veto.iter().any(|tag| m.is(*tag))) {
                Some(by) => vetoed.push((one.clone(), by.rule)),
                None => made.push(one.clone()),
            }
        }
    }
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
        let kind = self.kind.map(|(kind, _)| kind);
        self.may_hold(condition)
            && (condition.kind.is_empty() || kind.is_some_and(|kind| condition.kind.contains(&kind)))
            && condition.has.iter().all(|group| self.has.any(group))
            && !self.has.any(&condition.lacks)
    }

    /// Whether what a condition asks of the message, of the channel and of the reply's length holds.
    fn may_hold(&self, condition: &Condition) -> bool {
        let shows = |number: &u32| self.shows[*number as usize];
        condition.customer.iter().all(|group| group.iter().any(shows))
            && !condition.customer_lacks.iter().any(shows)
            && self.anger >= condition.anger
            && self.trouble >= condition.trouble
            && condition.message.is_none_or(|known| known == self.message.is_some())
            && self.words >= condition.words
            && (condition.channel.is_empty()
                || self.channel.is_some_and(|own| condition.channel.iter().any(|c| c == own)))
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
            let condition = match kind.when.is_empty() {
                true => 0,
                false => kind.when.iter().position(|condition| self.holds(condition))?,
            };
            Some((number as u32, Told::Condition(condition)))
        })
    }
}

impl Ruleset {
    /// By the number of a rule, whether it is a move none of whose guards looks at moves, where some guard does.
    pub(super) fn settled_moves(&self) -> Vec<bool> {
        let heeds = |guard: &u32| !self.guards[self.guards[*guard as usize].like as usize].moves.is_empty();
        let any = self.guards.iter().any(|guard| !guard.moves.is_empty());
        let is_free = |check: &Check| !check.unless.iter().chain(check.only.iter()).any(heeds);
        let is_settled = |check: &Check| any && check.detects == Some(Detects::Move) && is_free(check);
        let mut settled: Vec<bool> = self.checks.iter().map(is_settled).collect();
        for (number, entry) in self.entries.iter().enumerate() {
            if self.extra(number).unless.iter().any(heeds) {
                settled[entry.rule as usize] = false;
            }
        }
        settled
    }

    /// Whether one of some rules looks at the reply as a whole, or at what it answers.
    pub(super) fn judges(&self, levels: &[Option<Severity>]) -> bool {
        let entries = self.entries.iter().enumerate();
        let mut in_use = entries.filter(|(_, entry)| entry.live && levels[entry.rule as usize].is_some());
        in_use.any(|(number, _)| !self.extra(number).when.is_empty())
            || self.guards.iter().any(|guard| !guard.moves.is_empty())
            || self
                .checks
                .iter()
                .zip(levels)
                .any(|(check, level)| level.is_some() && (check.is_judgement() || !check.when.is_empty()))
    }
}

impl Linter {
    /// What was understood, in words. The score lacks what is taken off for findings.
    pub(super) fn understanding(&self, situation: &Situation<'_>, reading: &Reading<'_>) -> Understanding {
        let set = self.ruleset();
        let named = |number: u32| set.all[number as usize].clone();
        let shown = |number: u32, text: &str| Evidence { detector: named(number), words: text.to_owned() };
        let customer = situation.message.as_ref().map(|message| {
            let mut seen = HashSet::new();
            let shows = situation.shown.iter().filter(|(number, _)| seen.insert(*number));
            let words = |at: &Range<usize>| &message.text.text()[message.tokens.span(at.clone()).range()];
            Customer { anger: situation.anger, shows: shows.map(|(number, at)| shown(*number, words(at))).collect() }
        });
        let words = |made: &Made| &reading.text.text()[reading.tokens.span(made.tokens.clone()).range()];
        let kind = situation.kind.map(|(number, told)| {
            let kind = &set.kinds[number as usize];
            let condition = match told {
                Told::Given => None,
                Told::Condition(number) => kind.when.get(number),
            };
            let mut because = Vec::new();
            if let (Some(condition), Some(customer)) = (condition, &customer) {
                let told = |e: &&Evidence| {
                    condition
                        .customer
                        .iter()
                        .flat_map(|group| group.iter())
                        .any(|&n| set.all[n as usize].id == e.detector.id)
                };
                because.extend(customer.shows.iter().filter(told).cloned());
            }
            let groups = condition.into_iter().flat_map(|condition| condition.has.iter());
            let made = groups.filter_map(|group| situation.first(group));
            because.extend(made.map(|made| shown(made.rule, words(made))));
            let (name, title) = (kind.name.to_string(), kind.title.to_string());
            Kind { name, title, because, given: told == Told::Given }
        });
        let is_move = |made: &&Made| set.checks[made.rule as usize].detects == Some(Detects::Move);
        let mut sentences: Vec<Sentence> = reading
            .tokens
            .sentences
            .iter()
            .map(|sentence| Sentence {
                span: reading.text.to_source(sentence.span),
                moves: Vec::new(),
                vetoed: Vec::new(),
            })
            .collect();
        for made in situation.made.iter().filter(is_move) {
            let moves = &mut sentences[made.sentence].moves;
            if !moves.iter().any(|rule| rule.id == set.all[made.rule as usize].id) {
                moves.push(named(made.rule));
            }
        }
        for (made, by) in &situation.vetoed {
            let vetoed = &mut sentences[made.sentence].vetoed;
            if !vetoed.iter().any(|(rule, _)| rule.id == set.all[made.rule as usize].id) {
                vetoed.push((named(made.rule), named(*by)));
            }
        }
        let demands = self.wanted.judging.iter().filter_map(|&rule| {
            let check = &set.checks[rule];
            let require = check.require.as_ref().filter(|_| situation.allows(&check.when))?;
            let by = match require::look(rule, require, situation, reading) {
                Found::In(sentence) => Some(sentence),
                Found::Nowhere(_) => None,
                Found::NotAsked => return None,
            };
            Some(Demand { rule: set.all[rule].clone(), by })
        });
        let score = Score::new(&[], self.worth(situation));
        Understanding { customer, kind, sentences, demands: demands.collect(), score }
    }

    /// The moves that count for the score.
    pub(super) fn worth(&self, situation: &Situation<'_>) -> Vec<Worth> {
        let set = self.ruleset();
        let worth = situation.kind.map_or(&[][..], |(kind, _)| &set.kinds[kind as usize].score);
        let worth = worth.iter().filter(|(number, _)| situation.allows(&set.checks[*number as usize].when));
        let moves = worth.map(|&(number, points)| Worth {
            name: set.all[number as usize].name().to_owned(),
            points,
            made: situation.has.any(&[Tag::Rule(number)]),
        });
        moves.collect()
    }
}

/// The words between greeting and sign-off.
fn words(tokens: &Tokens) -> u32 {
    let body = tokens.sentences.iter().filter(|s| matches!(s.part, Part::Opening | Part::Body));
    let ids = body.flat_map(|s| &tokens.ids[s.tokens.clone()]);
    ids.filter(|&&id| segment::is_word(id)).count() as u32
}
