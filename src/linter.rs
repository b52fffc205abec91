//! From a document to findings.
//!
//! Each region is segmented once and every automaton is run over it once. Then the rule kinds, a file each, say where a rule may have
//! found something; what the rule asks of the place (mood, part, guards) decides; what is left becomes a [`Finding`].

mod answer;
mod leftover;
mod limit;
mod order;
mod reading;
mod repeat;
mod require;
mod rewrite;
mod situation;
mod wording;

use crate::document::{Document, Path, Record, Region};
use crate::finding::{Edit, Finding, Label, Recorded, Suggestion};
use crate::mapped::Mapped;
use crate::rule::{Applicability, Rule, Severity};
use crate::ruleset::file::{At, Detects, Lapse, Mood, Per, Replace};
use crate::ruleset::matcher::{Cache, Hit};
use crate::ruleset::template::Template;
use crate::ruleset::{Check, Entry, Pattern, Role, Ruleset, Side, Tag};
use crate::score::{Score, Worth};
use crate::segment::{Id, Tokens, is_fact};
use crate::selection::Selection;
use crate::source::{Source, Span};
use crate::understanding::Understanding;
use rayon::prelude::*;
use reading::{Read, Reading, Roles};
pub(crate) use reading::{fingerprint, words};
use rewrite::{ANOTHER_WAY, ONE_WAY, Rewrite};
use situation::{Made, Situation};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};
use wording::Match;

/// Checks documents against a rule set. One serves any number of threads; copies share all that was made ready.
#[derive(Clone, Debug)]
pub struct Linter {
    shared: Arc<Shared>,
    wanted: Arc<Wanted>,
    /// Whether one of its rules looks at the reply as a whole and at what it answers.
    judges: bool,
}

/// Which rules a linter and its copies check with, and what follows from that.
#[derive(Debug)]
struct Wanted {
    /// By the number of a rule, the severity of its findings; `None` where they are not wanted.
    levels: Vec<Option<Severity>>,
    /// Those that are wanted and judge, by number.
    judging: Vec<usize>,
    /// Those that are wanted and count or compare, by number.
    measuring: Vec<usize>,
    /// By the number of a template, what its matches are for: without detectors that no rule asks for, and with them.
    aims: [OnceLock<Vec<Aim>>; 2],
}

/// What linters that check with the same rule set share, whichever of its rules they select.
#[derive(Debug)]
struct Shared {
    ruleset: Ruleset,
    /// Those for replies, and those for what customers write: made when a text of that side is first read.
    expressions: [OnceLock<wording::Expressions>; 2],
    /// By the number of an entry, its template if that holds captures: read again when it is first needed.
    captures: HashMap<usize, OnceLock<Option<Template>>>,
    roles: Roles,
    /// Whether a guard looks at moves.
    heeds_moves: bool,
    /// By the number of a rule, whether it is a move that stands once it is made sure of: none of its guards looks at other moves.
    settled: Vec<bool>,
    /// What is known of words: made when it is first needed.
    words: OnceLock<answer::Words>,
    /// Room that one check leaves for the next.
    scratch: Mutex<Vec<Scratch>>,
}

/// What a thread needs while it checks.
#[derive(Debug, Default)]
struct Scratch {
    engine: Engine,
    reply: Room,
    customer: Room,
}

/// What the automatons need while they run.
#[derive(Debug, Default)]
struct Engine {
    /// The tokens as one pack knows them.
    known: Vec<Id>,
    caches: Vec<Cache>,
    hits: Vec<Hit>,
    /// Matches that bear on those of rules: the number of the role, and the tokens.
    found: Vec<(u32, u32, u32)>,
}

/// What is known of one text.
#[derive(Debug, Default)]
struct Room {
    read: Read,
    /// What rules and detectors found in it, where they may speak.
    matches: Vec<Match>,
}

/// An entry that matched where its rule may speak.
pub(crate) struct Sight<'a> {
    /// The number of the entry.
    pub(crate) entry: usize,
    /// The text of the region.
    pub(crate) text: &'a Mapped<'a>,
    /// Its tokens.
    pub(crate) tokens: &'a Tokens,
    /// The tokens that matched.
    pub(crate) at: Range<usize>,
}

/// A place where a rule may have found something.
#[derive(Clone)]
struct Candidate<'a> {
    rule: usize,
    tokens: Range<usize>,
    /// In bytes of the derived text.
    span: Span,
    /// The template, expression or measure.
    via: Cow<'a, str>,
    /// The entry that matched, if a template did.
    entry: Option<usize>,
    /// Whether it is a count, a measure or something absent, which quotation marks do not change.
    measured: bool,
    /// The place in the source, where nothing of it shows in the derived text.
    unseen: Option<Span>,
    /// Where something is missing, if that is what was found.
    insert: Option<At>,
    /// What is said beside the rule's title.
    note: Option<String>,
    /// Another place in the derived text, and what it has to do with this one.
    label: Option<(Span, String)>,
}

/// What the matches of a template are for: all that is asked of each of them, in one place.
#[derive(Clone, Copy, Debug)]
struct Aim {
    at: Target,
    /// Whether the first token that matched is an anchor, and whether the last one is.
    after: bool,
    before: bool,
}

/// See [`Aim`].
#[derive(Clone, Copy, Debug)]
enum Target {
    /// Nobody asks.
    None,
    /// An entry of a rule that is run.
    Entry { rule: u32, entry: u32 },
    /// A role, by its number.
    Role(u32),
}

/// Sees what was understood of a reply.
type Look<'l> = dyn FnMut(&Situation<'_>, &Reading<'_>) + 'l;

/// A place, and what was found there.
struct Spot {
    rule: usize,
    tokens: Range<usize>,
    /// The entry that matched, if a template did.
    entry: Option<usize>,
    /// See [`Candidate::measured`].
    measured: bool,
}

impl Spot {
    fn of(found: &Match) -> Self {
        Self { rule: found.rule as usize, tokens: found.tokens(), entry: found.entry(), measured: false }
    }
}

impl<'a> Candidate<'a> {
    fn spot(&self) -> Spot {
        Spot { rule: self.rule, tokens: self.tokens.clone(), entry: self.entry, measured: self.measured }
    }

    fn new(rule: usize, tokens: Range<usize>, span: Span, via: Cow<'a, str>) -> Self {
        Self {
            rule,
            tokens,
            span,
            via,
            entry: None,
            measured: false,
            unseen: None,
            insert: None,
            note: None,
            label: None,
        }
    }

    /// A place that was counted or compared.
    fn measured(rule: usize, tokens: Range<usize>, via: Cow<'a, str>, reading: &Reading<'_>) -> Self {
        let span = reading.tokens.span(tokens.clone());
        Self { measured: true, ..Self::new(rule, tokens, span, via) }
    }
}

impl Linter {
    /// Checks with all of these rules.
    pub fn new(ruleset: Ruleset) -> Self {
        let in_use = |check: &Check| check.enabled && check.detects.is_none();
        let level = |(rule, check): (&Arc<Rule>, &Check)| in_use(check).then_some(rule.severity);
        let levels: Vec<_> = ruleset.all.iter().zip(ruleset.checks.iter()).map(level).collect();
        let expressions = Default::default();
        let entries = ruleset.entries.iter().enumerate().filter(|(_, e)| e.captures);
        let captures = entries.map(|(number, _)| (number, OnceLock::new())).collect();
        let (roles, words, scratch) = (Roles::of(&ruleset), OnceLock::new(), Mutex::new(Vec::new()));
        let heeds_moves = ruleset.guards.iter().any(|guard| !guard.moves.is_empty());
        let settled = ruleset.settled_moves();
        let shared = Shared { ruleset, expressions, captures, roles, heeds_moves, settled, words, scratch };
        Self::of(Arc::new(shared), levels)
    }

    fn of(shared: Arc<Shared>, levels: Vec<Option<Severity>>) -> Self {
        let judges = shared.ruleset.judges(&levels);
        let wanted = |is: fn(&Check) -> bool| {
            let checks = shared.ruleset.checks.iter().zip(&levels).enumerate();
            checks.filter(|(_, (check, level))| level.is_some() && is(check)).map(|(rule, _)| rule).collect()
        };
        let (judging, measuring) =
            (wanted(Check::is_judgement), wanted(|check| check.limit.is_some() || check.repeat.is_some()));
        let wanted = Wanted { levels, judging, measuring, aims: Default::default() };
        Self { shared, wanted: Arc::new(wanted), judges }
    }

    /// By the number of a template, what its matches are for: laid out when a text is first read.
    fn aims(&self) -> &[Aim] {
        self.wanted.aims[usize::from(self.judges)].get_or_init(|| self.laid_out())
    }

    fn laid_out(&self) -> Vec<Aim> {
        let set = &self.shared.ruleset;
        let aim = |pattern: &Pattern| {
            let at = match pattern.role {
                Role::Entry(entry) => {
                    let Entry { rule, live, .. } = set.entries[entry as usize];
                    let runs = live && self.runs(rule as usize);
                    if runs { Target::Entry { rule, entry } } else { Target::None }
                }
                role => self.shared.roles.number(role).map_or(Target::None, Target::Role),
            };
            Aim { at, after: pattern.anchored_start, before: pattern.anchored_end }
        };
        set.patterns.iter().map(aim).collect()
    }

    /// One that checks with those that are selected only. It shares all that was made ready.
    #[must_use]
    pub fn select(&self, selection: &Selection) -> Self {
        let rules = self.shared.ruleset.all.iter().enumerate();
        let levels: Vec<_> = rules.map(|(number, rule)| selection.severity(number, rule)).collect();
        Self::of(self.shared.clone(), levels)
    }

    /// Runs every detector, whether rules look at what it finds or not.
    #[must_use]
    pub fn with_detectors(mut self) -> Self {
        self.judges = true;
        self
    }

    /// Whether no rule is left that could find anything.
    pub fn is_idle(&self) -> bool {
        self.wanted.levels.iter().all(Option::is_none)
    }

    /// The rule that tells of a lapse, if it is wanted.
    pub(crate) fn lapse(&self, lapse: Lapse) -> Option<&Arc<Rule>> {
        let all = self.shared.ruleset.numbered(|check| check.lapse == Some(lapse));
        all.into_iter().find(|(rule, _)| self.wants(*rule)).map(|(_, rule)| rule)
    }

    /// Whether all that a name stands for was looked for, so that nothing found means that nothing is there. Rules that are off by
    /// default may stay off. `answers` tells whether the customer's message was known.
    pub fn tries(&self, name: &str, answers: bool) -> bool {
        let ruleset = &self.shared.ruleset;
        let named = || ruleset.all.iter().enumerate().filter(|(_, rule)| rule.is_named(name));
        let tried = |number: usize| self.wants(number) && (answers || !ruleset.checks[number].heeds_customer());
        named().any(|(number, _)| self.wants(number))
            && named().all(|(number, _)| !ruleset.checks[number].enabled || tried(number))
    }

    /// Its rules, in use or not.
    pub fn ruleset(&self) -> &Ruleset {
        &self.shared.ruleset
    }

    /// Whether the findings of a rule, by number, are wanted.
    fn wants(&self, rule: usize) -> bool {
        self.wanted.levels[rule].is_some()
    }

    /// Finds what the rules find in the regions of a document, sorted by place, then by rule: at most [`MAX_FINDINGS`].
    pub fn check(&self, source: &Source, document: &Document<'_>) -> Vec<Finding> {
        let mut out = self.in_regions(source, &document.regions);
        // A file may hold thousands of replies; threads take longer to start than a few take to check.
        match &document.records[..] {
            records if records.len() < MANY => out.extend(records.iter().flat_map(|record| self.record(record))),
            records => {
                on_all_cores(records, |record| record.source.text().len(), |record| self.record(record), &mut out);
            }
        }
        out.truncate(MAX_FINDINGS);
        out
    }

    fn record(&self, record: &Record) -> Vec<Finding> {
        let found = self.in_regions(&record.source, &record.regions);
        found.into_iter().map(|finding| recorded(finding, record)).collect()
    }

    fn in_regions(&self, source: &Source, regions: &[Region<'_>]) -> Vec<Finding> {
        let mut found = Vec::new();
        self.with_scratch(|scratch| {
            for region in regions {
                self.region(source, region, scratch, &mut found, None);
            }
        });
        // One may stand in the middle of another.
        if regions.len() > 1 {
            sort(&mut found);
        }
        found
    }

    /// The same, reply by reply, with what was understood of each; places in a reply of a data file are places in its own text. For all
    /// of it, see [`Linter::with_detectors`].
    pub fn understand(&self, source: &Source, document: &Document<'_>) -> Vec<(Vec<Finding>, Understanding)> {
        let understood = self.observe(source, document, |situation, reading| self.understanding(situation, reading));
        let scored = understood.into_iter().map(|(findings, mut understanding)| {
            understanding.score = self.score(&findings, std::mem::take(&mut understanding.score.moves));
            (findings, understanding)
        });
        scored.collect()
    }

    /// The same with no more than the score of each reply.
    pub fn rate(&self, source: &Source, document: &Document<'_>) -> Vec<(Vec<Finding>, Score)> {
        let rated = self.observe(source, document, |situation, _| self.worth(situation));
        let scored = rated.into_iter().map(|(findings, moves)| {
            let score = self.score(&findings, moves);
            (findings, score)
        });
        scored.collect()
    }

    /// What is found in each reply, and what `look` makes of its situation.
    fn observe<T>(
        &self,
        source: &Source,
        document: &Document<'_>,
        look: impl Fn(&Situation<'_>, &Reading<'_>) -> T,
    ) -> Vec<(Vec<Finding>, T)> {
        let mut out = Vec::new();
        let recorded = document.records.iter().flat_map(|r| r.regions.iter().map(|region| (&*r.source, region)));
        self.with_scratch(|scratch| {
            for (source, region) in document.regions.iter().map(|region| (source, region)).chain(recorded) {
                let (mut findings, mut seen) = (Vec::new(), None);
                let mut look = |situation: &Situation<'_>, reading: &Reading<'_>| seen = Some(look(situation, reading));
                self.region(source, region, scratch, &mut findings, Some(&mut look));
                out.extend(seen.map(|seen| (findings, seen)));
            }
        });
        out
    }

    /// The score of a reply in which something was found. What is missing is counted by the moves already.
    fn score(&self, findings: &[Finding], moves: Vec<Worth>) -> Score {
        let counted: Vec<&Finding> = findings.iter().filter(|finding| !self.counts(finding, &moves)).collect();
        Score::new(counted, moves)
    }

    /// Whether a finding says that a move is missing which the score lacks already.
    fn counts(&self, finding: &Finding, moves: &[Worth]) -> bool {
        if finding.missing.is_none() {
            return false;
        }
        let check = self.shared.ruleset.numbered(|c| c.require.is_some()).find(|(_, rule)| rule.id == finding.rule.id);
        let require = check.and_then(|(number, _)| self.shared.ruleset.checks[number].require.as_ref());
        require.is_some_and(|require| {
            let names = require.moves.iter().filter_map(|tag| match tag {
                Tag::Rule(number) => Some(self.shared.ruleset.all[*number as usize].name()),
                Tag::Category(_) => None,
            });
            names.into_iter().any(|name| moves.iter().any(|worth| worth.name == name))
        })
    }

    fn with_scratch(&self, work: impl FnOnce(&mut Scratch)) {
        let mut scratch = self.shared.scratch.lock().ok().and_then(|mut free| free.pop()).unwrap_or_default();
        work(&mut scratch);
        if let Ok(mut free) = self.shared.scratch.lock() {
            free.push(scratch);
        }
    }

    /// Segments a text and runs the automatons of its side over it: what rules and moves, or detectors of the customer's message, may
    /// have found, and what bears on that.
    fn read(&self, text: &Mapped<'_>, subject: usize, side: Side, engine: &mut Engine, room: &mut Room) {
        let (set, aims) = (&self.shared.ruleset, self.aims());
        let Engine { known, caches, hits, found } = engine;
        let Room { read: Read { tokens, context }, matches } = room;
        tokens.fill(text, subject, &set.lexicon);
        context.clear(self.shared.roles);
        matches.clear();
        found.clear();
        caches.resize_with(set.packs.len(), Cache::default);
        for (pack, cache) in set.packs.iter().zip(caches).filter(|(pack, _)| pack.side == side) {
            hits.clear();
            let ids = tokens.known_to(pack.program.tokens() as Id, &set.lexicon, known);
            cache.run(&pack.program, ids, hits);
            for hit in hits.iter() {
                let aim = aims[pack.first + hit.template as usize];
                let (start, end) = (hit.start + u32::from(aim.after), hit.end - u32::from(aim.before));
                match aim.at {
                    Target::None => {}
                    Target::Entry { rule, entry } => matches.push(Match::of_entry(rule, entry, start, end)),
                    Target::Role(role) => found.push((role, start, end)),
                }
            }
        }
        context.extend(found);
        let expressions = &self.shared.expressions[side as usize];
        let expressions = expressions.get_or_init(|| wording::Expressions::new(set, side));
        expressions.find(set, |rule| self.runs(rule), text.text(), tokens, matches);
    }

    /// Whether a rule or detector is run. Rules that are not wanted are: what they find may bear on others.
    fn runs(&self, rule: usize) -> bool {
        self.wants(rule) || self.judges && self.shared.ruleset.checks[rule].enabled
    }

    /// Reads a text: what is found in it, each where its rule may speak, of wording only and with what overlaps, is in the room.
    fn worded(
        &self,
        (text, subject): (&Mapped<'_>, usize),
        customer: Option<&Mapped<'_>>,
        side: Side,
        engine: &mut Engine,
        room: &mut Room,
    ) {
        self.read(text, subject, side, engine, room);
        let set = &self.shared.ruleset;
        let Room { read, matches } = room;
        // Guards and exceptions only take away, so what falls short now needs no look at them.
        wording::drop_weak(set, &read.tokens, matches);
        if side == Side::Reply && self.shared.heeds_moves {
            // Guards may look at moves, so those are made sure of first.
            let is_move = |m: &Match| set.checks[m.rule as usize].detects == Some(Detects::Move);
            let reading = Reading::new(text, customer, read);
            matches.retain(|m| !is_move(m) || self.accepts(&reading, &Spot::of(m)));
            wording::drop_weak(set, &read.tokens, matches);
            let number = |m: &Match| self.shared.roles.number(Role::Move(m.rule));
            let noted = |m: &Match| Some((number(m)?, m.tokens().start as u32, m.tokens().end as u32));
            engine.found.clear();
            engine.found.extend(matches.iter().filter(|m| is_move(m)).filter_map(noted));
            read.context.extend(&engine.found);
        }
        let reading = Reading::new(text, customer, read);
        let is_settled = |m: &Match| side == Side::Reply && self.shared.settled[m.rule as usize];
        matches.retain(|m| is_settled(m) || self.accepts(&reading, &Spot::of(m)));
        wording::drop_weak(set, &read.tokens, matches);
    }

    /// The matches of some rules as places that may be reported.
    fn candidates<'a>(
        &'a self,
        reading: &Reading<'_>,
        matches: &[Match],
        wanted: impl Fn(&Match) -> bool,
    ) -> Vec<Candidate<'a>> {
        matches.iter().filter(|m| wanted(m)).map(|m| m.candidate(&self.shared.ruleset, reading)).collect()
    }

    /// All that one text shows, for trying rules on their examples: findings of detectors and those in the shadow of others too.
    /// `watch` is shown every entry that matched where its rule may speak.
    pub(crate) fn check_each(
        &self,
        source: &Source,
        document: &Document<'_>,
        side: Side,
        watch: &mut dyn FnMut(Sight<'_>),
    ) -> Vec<Finding> {
        let mut out = Vec::new();
        self.with_scratch(|scratch| {
            for region in &document.regions {
                let customer = region.customer.as_ref();
                let Scratch { engine, reply, customer: room } = &mut *scratch;
                self.worded((&region.text, region.subject), customer, side, engine, reply);
                let reading = Reading::new(&region.text, customer, &reply.read);
                let judges = side == Side::Reply;
                let situation = judges.then(|| self.situation(region, &reading, &reply.matches, engine, room));
                let due = |m: &Match| situation.as_ref().is_none_or(|situation| self.is_due(situation, m));
                let mut candidates = self.candidates(&reading, &reply.matches, due);
                if let Some(situation) = &situation {
                    candidates.extend(self.judged(source, region, situation, &reading));
                }
                for candidate in &candidates {
                    if let Some(entry) = candidate.entry {
                        watch(Sight {
                            entry,
                            text: reading.text,
                            tokens: reading.tokens,
                            at: candidate.tokens.clone(),
                        });
                    }
                }
                self.settle(&reading, situation.as_ref(), &mut candidates);
                out.extend(candidates.iter().map(|c| self.finding(source, &reading, c)));
            }
        });
        out
    }

    fn region(
        &self,
        source: &Source,
        region: &Region<'_>,
        scratch: &mut Scratch,
        out: &mut Vec<Finding>,
        look: Option<&mut Look<'_>>,
    ) {
        let first = out.len();
        let customer = region.customer.as_ref();
        let is_long = region.is_long();
        if is_long {
            self.in_parts(source, region, out);
            if look.is_none() {
                return;
            }
        }
        let Scratch { engine, reply, customer: room } = &mut *scratch;
        let judges = self.judges || look.is_some();
        let text = (&region.text, region.subject);
        let (mut candidates, situation) = self.sifted(source, region, text, judges, engine, reply, room);
        let reading = Reading::new(&region.text, customer, &reply.read);
        if let (Some(look), Some(situation)) = (look, &situation) {
            look(situation, &reading);
        }
        if is_long {
            return;
        }
        // What is sent never holds every branch at once.
        let paths = region.paths();
        candidates.retain(|c| paths.is_empty() || !self.looks_at_whole(c));
        out.extend(candidates.iter().map(|c| self.finding(source, &reading, c)));
        for fallback in &region.fallbacks {
            // It is no reply, so nothing is asked of it but its wording, as of a subject.
            self.worded((fallback, fallback.text().len()), customer, Side::Reply, engine, reply);
            let reading = Reading::new(fallback, customer, &reply.read);
            let due = |m: &Match| {
                self.wants(m.rule as usize) && situation.as_ref().is_none_or(|situation| self.is_due(situation, m))
            };
            let mut candidates = self.candidates(&reading, &reply.matches, due);
            wording::add_up(&self.shared.ruleset, &reading, &mut candidates);
            wording::leftmost_longest(&mut candidates);
            candidates.sort_by_key(|c| (c.span.start, c.span.end, c.rule));
            self.drop_shadowed(&mut candidates);
            out.extend(candidates.iter().map(|c| self.finding(source, &reading, c)));
        }
        if !paths.is_empty() {
            out.extend(self.on_paths(source, region, &paths, scratch));
        }
        if !paths.is_empty() || !region.fallbacks.is_empty() || !region.unbalanced.is_empty() {
            sort(&mut out[first..]);
        }
    }

    /// What is found in a region that is too long for a reply: its wording, part by part, on all cores and in little memory.
    fn in_parts(&self, source: &Source, region: &Region<'_>, out: &mut Vec<Finding>) {
        let customer = region.customer.as_ref();
        let set = &self.shared.ruleset;
        let check = |part: &Span| {
            let text = region.text.part(*part);
            let mut found = Vec::new();
            self.with_scratch(|Scratch { engine, reply, .. }| {
                self.worded((&text, region.subject.saturating_sub(part.start)), customer, Side::Reply, engine, reply);
                let reading = Reading::new(&text, customer, &reply.read);
                let due = |m: &Match| {
                    self.wants(m.rule as usize) && m.entry().is_none_or(|entry| set.extra(entry).when.is_empty())
                };
                let mut candidates = self.candidates(&reading, &reply.matches, due);
                self.settle(&reading, None, &mut candidates);
                candidates.retain(|c| set.checks[c.rule].when.is_empty() && !self.looks_at_whole(c));
                self.drop_shadowed(&mut candidates);
                found.extend(candidates.iter().map(|c| self.finding(source, &reading, c)));
            });
            found
        };
        on_all_cores(&region.parts(), |part| part.len(), check, out);
    }

    /// What is found in the text of a region, or in that of one way through it, and what was understood of it if that was asked for.
    #[expect(
        clippy::too_many_arguments,
        reason = "the rooms are lent one by one, so that a reading of one can be made beside another"
    )]
    fn sifted<'a, 's>(
        &'a self,
        source: &Source,
        region: &'s Region<'_>,
        text: (&Mapped<'_>, usize),
        judges: bool,
        engine: &mut Engine,
        reply: &mut Room,
        room: &'s mut Room,
    ) -> (Vec<Candidate<'a>>, Option<Situation<'s>>) {
        let customer = region.customer.as_ref();
        self.worded(text, customer, Side::Reply, engine, reply);
        let reading = Reading::new(text.0, customer, &reply.read);
        let situation = judges.then(|| self.situation(region, &reading, &reply.matches, engine, room));
        let due = |m: &Match| {
            self.wants(m.rule as usize) && situation.as_ref().is_none_or(|situation| self.is_due(situation, m))
        };
        let mut candidates = self.candidates(&reading, &reply.matches, due);
        if let Some(situation) = &situation {
            candidates.extend(self.judged(source, region, situation, &reading));
        }
        self.settle(&reading, situation.as_ref(), &mut candidates);
        self.drop_shadowed(&mut candidates);
        (candidates, situation)
    }

    /// What is found of the reply as a whole on the ways through a template: once what is found on all of them, and with the branch
    /// what is not.
    fn on_paths(&self, source: &Source, region: &Region<'_>, paths: &[Path], scratch: &mut Scratch) -> Vec<Finding> {
        let customer = region.customer.as_ref();
        let mut found: Vec<(Finding, u32)> = Vec::new();
        let mut known = HashMap::new();
        for (number, path) in paths.iter().enumerate() {
            let Scratch { engine, reply, customer: room } = &mut *scratch;
            let text = (&path.text, path.subject);
            let (candidates, _) = self.sifted(source, region, text, self.judges, engine, reply, room);
            let reading = Reading::new(&path.text, customer, &reply.read);
            for candidate in candidates.iter().filter(|c| self.looks_at_whole(c)) {
                let finding = self.finding(source, &reading, candidate);
                // What is missing belongs in another place on each way.
                let place = finding.missing.is_none().then_some(finding.span);
                let at = *known.entry((candidate.rule, place)).or_insert(found.len());
                match found.get_mut(at) {
                    Some((_, on)) => *on |= 1 << number,
                    None => found.push((finding, 1 << number)),
                }
            }
        }
        let holds: Vec<&[bool]> = paths.iter().map(|path| path.holds.as_slice()).collect();
        let told = |(mut finding, on): (Finding, u32)| {
            if let Some(branch) = region.logic.describe(&holds, on) {
                finding.message = format!("{}, {branch}", finding.message);
            }
            finding
        };
        found.into_iter().map(told).collect()
    }

    /// Whether a rule asks something of the whole reply, and not of a place in it.
    fn looks_at_whole(&self, candidate: &Candidate<'_>) -> bool {
        let check = &self.shared.ruleset.checks[candidate.rule];
        check.repeat.is_some() || self.counts_reply(candidate.rule) || check.is_judgement() && check.leftover.is_empty()
    }

    /// Whether a rule counts or measures all of a reply.
    fn counts_reply(&self, rule: usize) -> bool {
        self.shared.ruleset.checks[rule].limit.is_some_and(|limit| limit.per == Per::Reply)
    }

    /// What the rules find that look at the reply as a whole.
    fn judged<'a>(
        &'a self,
        source: &Source,
        region: &Region<'_>,
        situation: &Situation<'_>,
        reading: &Reading<'_>,
    ) -> Vec<Candidate<'a>> {
        let mut found = Vec::new();
        let set = &self.shared.ruleset;
        for &rule in &self.wanted.judging {
            let check = &set.checks[rule];
            if !situation.allows(&check.when) {
                continue;
            }
            if !check.leftover.is_empty() {
                found.extend(leftover::find(rule, &check.leftover, source, region, reading));
            }
            // A subject alone is no reply.
            if region.subject >= region.text.text().len() {
                continue;
            }
            if let Some(require) = &check.require {
                found.extend(require::find(rule, require, situation, reading));
            }
            let misplaced = |made: &&Made| check.misplaced.iter().any(|tag| made.is(*tag));
            for made in situation.made.iter().filter(misplaced) {
                let via = Cow::Borrowed(set.all[made.rule as usize].id.as_ref());
                found.push(Candidate::measured(rule, made.tokens.clone(), via, reading));
            }
            if let Some(order) = &check.order {
                found.extend(order::find(set, rule, order, situation, reading));
            }
            if let Some(answer) = check.answer {
                let words = self.shared.words.get_or_init(|| answer::Words::new(set));
                found.extend(answer::find(words, rule, answer, set, situation, reading));
            }
        }
        // What is missing has no place that a rule could speak of.
        found.retain(|c| c.insert.is_some() || self.accepts(reading, &c.spot()));
        found
    }

    /// Keeps one candidate of those of a rule that overlap, adds what is counted, and sorts.
    fn settle<'a>(
        &'a self,
        reading: &Reading<'_>,
        situation: Option<&Situation<'_>>,
        candidates: &mut Vec<Candidate<'a>>,
    ) {
        wording::add_up(&self.shared.ruleset, reading, candidates);
        wording::leftmost_longest(candidates);
        let allowed = |check: &Check| situation.is_none_or(|situation| situation.allows(&check.when));
        let measuring = self.wanted.measuring.iter().map(|&rule| (rule, &self.shared.ruleset.checks[rule]));
        for (rule, check) in measuring.filter(|(_, check)| allowed(check)) {
            if let Some(limit) = check.limit {
                candidates.extend(limit::find(rule, limit, reading, |c| self.accepts(reading, &c.spot())));
            }
            if let Some(repeat) = check.repeat {
                let found = repeat::find(rule, repeat, reading);
                candidates.extend(found.into_iter().filter(|c| self.accepts(reading, &c.spot())));
            }
        }
        candidates.sort_by_key(|c| (c.span.start, c.span.end, c.rule));
    }

    /// Whether what a match asks of the whole reply holds.
    fn is_due(&self, situation: &Situation<'_>, found: &Match) -> bool {
        let check = &self.shared.ruleset.checks[found.rule as usize];
        let entry = found.entry().is_none_or(|entry| situation.allows(&self.shared.ruleset.extra(entry).when));
        // The `when` of a move says where it is called for, not where it is made.
        entry && (check.detects.is_some() || situation.allows(&check.when))
    }

    /// Whether the place is one that the rule speaks of.
    fn accepts(&self, reading: &Reading<'_>, spot: &Spot) -> bool {
        let (check, tokens, number) = (&self.shared.ruleset.checks[spot.rule], &spot.tokens, spot.rule as u32);
        let Some(sentence) = reading.tokens.sentences.get(reading.tokens.sentence_of(tokens.start)) else {
            return false;
        };
        let mood = match check.mood {
            Some(Mood::Question) => sentence.question,
            Some(Mood::Command | Mood::Statement) => !sentence.question,
            None => true,
        };
        if !mood || !check.parts.is_empty() && !check.parts.contains(&sentence.part) {
            return false;
        }
        if !spot.measured && reading.tokens.is_quoted(tokens) {
            return false;
        }
        if reading.overlaps(Role::Unless(number), tokens)
            || reading.ends_at(Role::NotAfter(number), tokens.start)
            || reading.starts_at(Role::NotBefore(number), tokens.end)
        {
            return false;
        }
        let guards = |list: &[u32]| list.iter().any(|&g| reading.holds(&self.shared.ruleset.guards, g, tokens));
        if guards(&check.unless) || !check.only.is_empty() && !guards(&check.only) {
            return false;
        }
        spot.entry.is_none_or(|entry| {
            !reading.overlaps(Role::EntryUnless(entry as u32), tokens)
                && !guards(&self.shared.ruleset.extra(entry).unless)
        })
    }

    /// Leaves out what lies in the place of a match of the same category that is as grave: one fault, one report. A count casts no
    /// shadow: that a reply is long says nothing of the words in it.
    fn drop_shadowed(&self, candidates: &mut Vec<Candidate<'_>>) {
        let rule = |c: &Candidate<'_>| &self.shared.ruleset.all[c.rule];
        let shadowed: Vec<bool> = (0..candidates.len())
            .map(|i| {
                let small = &candidates[i];
                // They are sorted by place, so whatever holds this one stands close to it.
                let mut nearby = i.saturating_sub(16)..candidates.len().min(i + 16);
                nearby.any(|j| {
                    let large = &candidates[j];
                    large.rule != small.rule
                        && !large.measured
                        && small.insert.is_none()
                        && large.span.contains(small.span)
                        && rule(large).category() == rule(small).category()
                        && rule(large).severity >= rule(small).severity
                        && (large.span != small.span || rule(large).severity > rule(small).severity || j < i)
                })
            })
            .collect();
        let mut shadowed = shadowed.into_iter();
        candidates.retain(|_| !shadowed.next().unwrap_or(false));
    }

    fn finding(&self, source: &Source, reading: &Reading<'_>, candidate: &Candidate<'_>) -> Finding {
        let rule = &self.shared.ruleset.all[candidate.rule];
        let extra = candidate.entry.map(|e| self.shared.ruleset.extra(e));
        let captures = candidate.entry.map(|e| self.captures(e, reading, &candidate.tokens)).unwrap_or_default();
        let marked = extra
            .and_then(|e| e.mark.as_ref())
            .and_then(|mark| captures.iter().find(|(name, _)| name == mark))
            .filter(|(_, range)| !range.is_empty());
        let derived = match marked {
            Some((_, range)) => wording::whole_words(reading.text.text(), reading.tokens.span(range.clone())),
            None => candidate.span,
        };
        let sentence = reading.tokens.sentences.get(reading.tokens.sentence_of(candidate.tokens.start));
        // What is done for a finding must not grow with a sentence that never ends.
        let around = sentence.map(|s| s.span).filter(|s| s.len() <= MAX_SENTENCE).unwrap_or(derived);
        let span = match candidate.insert {
            Some(At::Opening | At::End) => {
                let end = reading.text.end_in_source(derived.end);
                Span::new(end, end)
            }
            _ => candidate.unseen.unwrap_or_else(|| reading.text.to_source(derived)),
        };
        let rewrite = Rewrite { source, reading, captures: &captures, apply: rule.apply };
        let mut suggestions = Vec::new();
        let replacement = extra.and_then(|e| e.replacement.as_ref());
        suggestions.extend(replacement.map(|text| rewrite.of(derived, text)));
        match candidate.insert {
            // Words that may be left out need no others in their place.
            _ if replacement.is_some_and(|text| text.is_empty()) => {}
            Some(at) => {
                suggestions.extend(rule.suggest.iter().map(|text| rewrite.inserted(span, at != At::Start, text)));
            }
            None => {
                let replaced = self.shared.ruleset.checks[candidate.rule].replace;
                let place = if replaced == Replace::Match { derived } else { around };
                // Other words for a whole sentence know nothing of the facts and quotations in it.
                let all = sentence.filter(|_| place != derived).map(|s| s.tokens.clone()).unwrap_or_default();
                let tokens = reading.tokens;
                let is_kept = |token: usize| is_fact(tokens.ids[token]) || tokens.is_quoted(&(token..token + 1));
                let loses = all.into_iter().any(|token| !candidate.tokens.contains(&token) && is_kept(token));
                let apply = if loses { Applicability::Manual } else { rule.apply };
                let rewrite = Rewrite { apply, ..rewrite };
                suggestions.extend(rule.suggest.iter().map(|text| rewrite.of(place, text)));
            }
        }
        for more in suggestions.iter_mut().skip(1).filter(|s| s.title == ONE_WAY) {
            more.title = ANOTHER_WAY.to_owned();
        }
        let matched = match candidate.unseen {
            Some(unseen) => source.slice(unseen).to_owned(),
            None => reading.shown(source, derived),
        };
        // The words that tell it from others of its rule. What is missing, or counted over the whole reply, has none.
        let own = match &self.shared.ruleset.checks[candidate.rule] {
            _ if candidate.insert.is_some() || self.counts_reply(candidate.rule) => String::new(),
            check if !check.leftover.is_empty() => words(&matched).collect::<Vec<_>>().join(" "),
            _ => reading.joined(around),
        };
        let told = Some(own).filter(|own| !own.is_empty()).into_iter();
        let fingerprint = fingerprint(&rule.id, told.chain(words(candidate.note.as_deref().unwrap_or_default())));
        let labels = candidate.label.iter().map(|(span, text)| {
            let span = reading.text.to_source(*span);
            Label { span, text: text.clone() }
        });
        Finding {
            rule: rule.clone(),
            severity: self.wanted.levels[candidate.rule].unwrap_or(rule.severity),
            message: candidate.note.as_ref().map_or(rule.title.to_string(), |note| format!("{}: {note}", rule.title)),
            span,
            matched,
            via: candidate.via.to_string(),
            missing: candidate.insert.map(|_| rule.name().to_owned()),
            labels: labels.collect(),
            suggestions,
            fingerprint,
            recorded: None,
        }
    }

    fn captures(&self, entry: usize, reading: &Reading<'_>, tokens: &Range<usize>) -> Vec<(String, Range<usize>)> {
        let read = || self.shared.ruleset.template(entry);
        let Some(template) = self.shared.captures.get(&entry).and_then(|t| t.get_or_init(read).as_ref()) else {
            return Vec::new();
        };
        let trace = template.trace(&reading.tokens.ids[tokens.clone()], &|id| self.shared.ruleset.lexicon.letters(id));
        trace.captures.into_iter().map(|(n, r)| (n, r.start + tokens.start..r.end + tokens.start)).collect()
    }
}

/// Sorts by place; what is in one place stays as it was.
fn sort(found: &mut [Finding]) {
    found.sort_by_key(|finding| (finding.span.start, finding.span.end));
}

/// Adds what is found in the pieces of a text, of which each is so many bytes long, until there is more than is told of one file.
fn on_all_cores<T: Sync>(
    pieces: &[T],
    len: impl Fn(&T) -> usize,
    find: impl Fn(&T) -> Vec<Finding> + Sync,
    out: &mut Vec<Finding>,
) {
    let mut rest = pieces;
    while !rest.is_empty() && out.len() < MAX_FINDINGS {
        let mut taken = 0;
        let fits = |piece: &&T| {
            let fits = taken < MAX_AT_ONCE;
            taken += len(piece);
            fits
        };
        let (now, later) = rest.split_at(rest.iter().take_while(fits).count());
        out.par_extend(now.par_iter().flat_map_iter(&find));
        rest = later;
    }
}

/// The finding in a data file that comes of one in the text of a record. What cannot be written there is not suggested as an edit.
pub(crate) fn recorded(finding: Finding, record: &Record) -> Finding {
    let place = |span| record.to_source(span);
    let shown = |s: &Suggestion| Suggestion { applicability: Applicability::Manual, edits: Vec::new(), ..s.clone() };
    let suggestions = finding.suggestions.iter().map(|s| written(s, record).unwrap_or_else(|| shown(s)));
    Finding {
        span: place(finding.span),
        labels: finding.labels.iter().map(|l| Label { span: place(l.span), text: l.text.clone() }).collect(),
        suggestions: suggestions.collect(),
        recorded: Some(Box::new(Recorded {
            place: record.place.clone(),
            source: record.source.clone(),
            finding: finding.clone(),
        })),
        ..finding
    }
}

/// A suggestion for the text of a record as one for the file that holds it; `None` where the file cannot hold it.
pub(crate) fn written(suggestion: &Suggestion, record: &Record) -> Option<Suggestion> {
    let edits = suggestion.edits.iter().map(|edit| {
        let (span, text) = record.written(edit.span, &edit.text)?;
        Some(Edit { span, text })
    });
    Some(Suggestion { edits: edits.collect::<Option<_>>()?, ..suggestion.clone() })
}

/// No more findings of one file are told: nobody reads so many, and a file that is made to have them would fill the memory.
pub const MAX_FINDINGS: usize = 100_000;

/// So many replies of a file are checked on all cores.
const MANY: usize = 64;

/// So many bytes of a file are checked before the findings are counted.
const MAX_AT_ONCE: usize = 1 << 20;

/// A longer sentence, in bytes, is not rewritten as a whole, and does not count as the neighbourhood of what is found in it.
const MAX_SENTENCE: usize = 2_000;
