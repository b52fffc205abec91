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
use crate::ruleset::{Check, Role, Ruleset, Tag};
use crate::score::{Score, Worth};
use crate::segment::{Id, Tokens, is_fact};
use crate::selection::Selection;
use crate::source::{Source, Span};
use crate::understanding::Understanding;
use rayon::prelude::*;
use reading::Reading;
pub(crate) use reading::{fingerprint, words};
use rewrite::{ANOTHER_WAY, ONE_WAY, Rewrite};
use situation::{Made, Situation};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

/// Checks documents against a rule set. One serves any number of threads; copies share all that was made ready.
#[derive(Clone, Debug)]
pub struct Linter {
    shared: Arc<Shared>,
    /// By the number of a rule, the severity of its findings; `None` where they are not wanted.
    levels: Vec<Option<Severity>>,
    /// Whether one of them looks at the reply as a whole and at what it answers.
    judges: bool,
}

/// What linters that check with the same rule set share, whichever of its rules they select.
#[derive(Debug)]
struct Shared {
    ruleset: Ruleset,
    expressions: wording::Expressions,
    /// By the number of an entry, its template if that holds captures: read again when it is first needed.
    captures: HashMap<usize, OnceLock<Option<Template>>>,
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
}

/// What is known of one text.
#[derive(Debug, Default)]
pub(crate) struct Room {
    tokens: Tokens,
    context: Vec<Context>,
}

/// A match of a template that is no entry: it bears on the matches of those that are.
type Context = (Role, u32, u32);

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

impl<'a> Candidate<'a> {
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
        let judges = ruleset.judges(&levels);
        let expressions = wording::Expressions::new(&ruleset);
        let entries = ruleset.entries.iter().enumerate().filter(|(_, e)| e.captures);
        let captures = entries.map(|(number, _)| (number, OnceLock::new())).collect();
        let (words, scratch) = (OnceLock::new(), Mutex::new(Vec::new()));
        Self { shared: Arc::new(Shared { ruleset, expressions, captures, words, scratch }), levels, judges }
    }

    /// One that checks with those that are selected only. It shares all that was made ready.
    #[must_use]
    pub fn select(&self, selection: &Selection) -> Self {
        let rules = self.shared.ruleset.all.iter().enumerate();
        let levels: Vec<_> = rules.map(|(number, rule)| selection.severity(number, rule)).collect();
        let judges = self.shared.ruleset.judges(&levels);
        Self { shared: self.shared.clone(), levels, judges }
    }

    /// Runs every detector, whether rules look at what it finds or not.
    #[must_use]
    pub fn with_detectors(mut self) -> Self {
        self.judges = true;
        self
    }

    /// Whether no rule is left that could find anything.
    pub fn is_idle(&self) -> bool {
        self.levels.iter().all(Option::is_none)
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
        self.levels[rule].is_some()
    }

    /// Finds what the rules find in the regions of a document, sorted by place, then by rule.
    pub fn check(&self, source: &Source, document: &Document<'_>) -> Vec<Finding> {
        let mut out = Vec::new();
        self.with_scratch(|scratch| {
            for region in &document.regions {
                self.region(source, region, scratch, &mut out, None);
            }
        });
        // A file may hold thousands of replies; threads take longer to start than a few take to check.
        match &document.records[..] {
            records if records.len() < MANY => out.extend(records.iter().flat_map(|record| self.record(record))),
            records => out.extend(records.par_iter().map(|record| self.record(record)).collect::<Vec<_>>().concat()),
        }
        out
    }

    fn record(&self, record: &Record) -> Vec<Finding> {
        let mut found = Vec::new();
        self.with_scratch(|scratch| {
            for region in &record.regions {
                self.region(&record.source, region, scratch, &mut found, None);
            }
        });
        found.into_iter().map(|finding| recorded(finding, record)).collect()
    }

    /// The same, reply by reply, with what was understood of each; places in a reply of a data file are places in its own text. For all
    /// of it, see [`Linter::with_detectors`].
    pub fn understand(&self, source: &Source, document: &Document<'_>) -> Vec<(Vec<Finding>, Understanding)> {
        let mut out = Vec::new();
        let recorded = document.records.iter().flat_map(|r| r.regions.iter().map(|region| (&*r.source, region)));
        self.with_scratch(|scratch| {
            for (source, region) in document.regions.iter().map(|region| (source, region)).chain(recorded) {
                let mut findings = Vec::new();
                let mut understanding = None;
                self.region(source, region, scratch, &mut findings, Some(&mut understanding));
                out.extend(understanding.map(|mut understanding: Understanding| {
                    let moves = std::mem::take(&mut understanding.score.moves);
                    let counted = |finding: &&Finding| self.counts(finding, &moves);
                    understanding.score = Score::new(findings.iter().filter(|f| !counted(f)), moves.clone());
                    (findings, understanding)
                }));
            }
        });
        out
    }

    /// Whether a finding says that a move is missing which the score lacks already.
    fn counts(&self, finding: &Finding, moves: &[Worth]) -> bool {
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

    /// Segments a text and runs every automaton over it: what rules and moves, or detectors of the customer's message, may have found,
    /// and, in `room`, what bears on that.
    fn read(
        &self,
        text: &Mapped<'_>,
        subject: usize,
        of_customer: bool,
        engine: &mut Engine,
        room: &mut Room,
    ) -> Vec<Candidate<'_>> {
        let Engine { known, caches, hits } = engine;
        let Room { tokens, context } = room;
        tokens.fill(text, subject, &self.shared.ruleset.lexicon);
        context.clear();
        let mut candidates = Vec::new();
        caches.resize_with(self.shared.ruleset.packs.len(), Cache::default);
        for (pack, cache) in self.shared.ruleset.packs.iter().zip(caches) {
            hits.clear();
            let ids = tokens.known_to(pack.program.tokens() as Id, &self.shared.ruleset.lexicon, known);
            cache.run(&pack.program, ids, hits);
            for hit in hits.iter() {
                let pattern = &self.shared.ruleset.patterns[pack.first + hit.template as usize];
                let start = hit.start + u32::from(pattern.anchored_start);
                let end = hit.end - u32::from(pattern.anchored_end);
                match pattern.role {
                    Role::Entry(number) => {
                        let entry = &self.shared.ruleset.entries[number as usize];
                        if entry.live && self.runs(entry.rule as usize, of_customer) {
                            candidates.push(wording::candidate(
                                entry,
                                number as usize,
                                text.text(),
                                tokens,
                                start..end,
                            ));
                        }
                    }
                    role => context.push((role, start, end)),
                }
            }
        }
        context.sort_unstable();
        let reading = Reading { text, customer: None, said: OnceCell::new(), tokens, context };
        candidates.extend(self.shared.expressions.find(
            &self.shared.ruleset,
            |rule| self.runs(rule, of_customer),
            &reading,
        ));
        candidates
    }

    /// Whether a rule or detector is run over texts of this side. Rules that are not wanted are: what they find may bear on others.
    fn runs(&self, rule: usize, of_customer: bool) -> bool {
        let check = &self.shared.ruleset.checks[rule];
        let runs = self.wants(rule) || self.judges && check.enabled;
        runs && (check.detects == Some(Detects::Customer)) == of_customer
    }

    /// What is found in a text, each where its rule may speak: of wording only, and with what overlaps.
    fn worded<'a>(
        &'a self,
        (text, subject): (&Mapped<'_>, usize),
        customer: Option<&Mapped<'_>>,
        of_customer: bool,
        engine: &mut Engine,
        room: &mut Room,
    ) -> Vec<Candidate<'a>> {
        let mut candidates = self.read(text, subject, of_customer, engine, room);
        let settled = |candidates: &mut Vec<Candidate<'a>>, room: &Room| {
            let reading = Reading::new(text, customer, room);
            candidates.retain(|c| self.accepts(&reading, c));
            wording::drop_weak(&self.shared.ruleset, &reading, candidates);
        };
        if !of_customer && self.shared.ruleset.guards.iter().any(|guard| !guard.moves.is_empty()) {
            // Guards may look at moves, so those are made sure of first.
            let is_move = |c: &Candidate<'_>| self.shared.ruleset.checks[c.rule].detects == Some(Detects::Move);
            let (mut moves, rest) = candidates.into_iter().partition(is_move);
            settled(&mut moves, room);
            let noted = |c: &Candidate<'_>| (Role::Move(c.rule as u32), c.tokens.start as u32, c.tokens.end as u32);
            room.context.extend(moves.iter().map(noted));
            room.context.sort_unstable();
            candidates = moves;
            candidates.extend::<Vec<_>>(rest);
        }
        settled(&mut candidates, room);
        candidates
    }

    /// All that one text shows, for trying rules on their examples: findings of detectors and those in the shadow of others too.
    /// `watch` is shown every entry that matched where its rule may speak.
    pub(crate) fn check_each(
        &self,
        source: &Source,
        document: &Document<'_>,
        of_customer: bool,
        watch: &mut dyn FnMut(Sight<'_>),
    ) -> Vec<Finding> {
        let mut out = Vec::new();
        self.with_scratch(|scratch| {
            for region in &document.regions {
                let customer = region.customer.as_ref();
                let Scratch { engine, reply, customer: room } = &mut *scratch;
                let mut candidates = self.worded((&region.text, region.subject), customer, of_customer, engine, reply);
                let reading = Reading::new(&region.text, customer, reply);
                let situation = (!of_customer).then(|| self.situation(region, &reading, &candidates, engine, room));
                if let Some(situation) = &situation {
                    candidates.retain(|c| self.is_due(situation, c));
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
        understood: Option<&mut Option<Understanding>>,
    ) {
        let first = out.len();
        let paths = region.paths();
        let customer = region.customer.as_ref();
        let Scratch { engine, reply, customer: room } = &mut *scratch;
        let judges = self.judges || understood.is_some();
        let text = (&region.text, region.subject);
        let (mut candidates, situation) = self.sifted(source, region, text, judges, engine, reply, room);
        let reading = Reading::new(&region.text, customer, reply);
        if let (Some(understood), Some(situation)) = (understood, &situation) {
            *understood = Some(self.understanding(situation, &reading));
        }
        // What is sent never holds every branch at once.
        candidates.retain(|c| paths.is_empty() || !self.looks_at_whole(c));
        out.extend(candidates.iter().map(|c| self.finding(source, &reading, c)));
        for fallback in &region.fallbacks {
            // It is no reply, so nothing is asked of it but its wording, as of a subject.
            let mut candidates = self.worded((fallback, fallback.text().len()), customer, false, engine, reply);
            let reading = Reading::new(fallback, customer, reply);
            candidates.retain(|c| self.wants(c.rule) && situation.as_ref().is_none_or(|s| self.is_due(s, c)));
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
            out[first..].sort_by_key(|f| (f.span.start, f.span.end));
        }
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
        let mut candidates = self.worded(text, customer, false, engine, reply);
        let reading = Reading::new(text.0, customer, reply);
        let situation = judges.then(|| self.situation(region, &reading, &candidates, engine, room));
        if let Some(situation) = &situation {
            candidates.retain(|c| self.wants(c.rule) && self.is_due(situation, c));
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
        for (number, path) in paths.iter().enumerate() {
            let Scratch { engine, reply, customer: room } = &mut *scratch;
            let text = (&path.text, path.subject);
            let (candidates, _) = self.sifted(source, region, text, self.judges, engine, reply, room);
            let reading = Reading::new(&path.text, customer, reply);
            for candidate in candidates.iter().filter(|c| self.looks_at_whole(c)) {
                let finding = self.finding(source, &reading, candidate);
                // What is missing belongs in another place on each way.
                let same = |f: &Finding| {
                    let missing = f.missing.is_some() && finding.missing.is_some();
                    f.rule.id == finding.rule.id && (missing || f.span == finding.span)
                };
                match found.iter_mut().find(|(f, _)| same(f)) {
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
        for (rule, check) in set.checks.iter().enumerate().filter(|(rule, _)| self.wants(*rule)) {
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
                found.extend(answer::find(words, rule, answer, &check.answered_by, situation, reading));
            }
        }
        // What is missing has no place that a rule could speak of.
        found.retain(|c| c.insert.is_some() || self.accepts(reading, c));
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
        let wanted = self.shared.ruleset.checks.iter().enumerate().filter(|(rule, _)| self.wants(*rule));
        for (rule, check) in wanted.filter(|(_, check)| allowed(check)) {
            if let Some(limit) = check.limit {
                candidates.extend(limit::find(rule, limit, reading, |c| self.accepts(reading, c)));
            }
            if let Some(repeat) = check.repeat {
                let found = repeat::find(rule, repeat, reading);
                candidates.extend(found.into_iter().filter(|c| self.accepts(reading, c)));
            }
        }
        candidates.sort_by_key(|c| (c.span.start, c.span.end, c.rule));
    }

    /// Whether what a match asks of the whole reply holds.
    fn is_due(&self, situation: &Situation<'_>, candidate: &Candidate<'_>) -> bool {
        let check = &self.shared.ruleset.checks[candidate.rule];
        let entry = candidate.entry.is_none_or(|entry| situation.allows(&self.shared.ruleset.entries[entry].when));
        // The `when` of a move says where it is called for, not where it is made.
        entry && (check.detects.is_some() || situation.allows(&check.when))
    }

    /// Whether the place is one that the rule speaks of.
    fn accepts(&self, reading: &Reading<'_>, candidate: &Candidate<'_>) -> bool {
        let (check, tokens, number) =
            (&self.shared.ruleset.checks[candidate.rule], &candidate.tokens, candidate.rule as u32);
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
        if !candidate.measured && reading.tokens.is_quoted(tokens) {
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
        candidate.entry.is_none_or(|entry| {
            !reading.overlaps(Role::EntryUnless(entry as u32), tokens)
                && !guards(&self.shared.ruleset.entries[entry].unless)
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
        let entry = candidate.entry.map(|e| &self.shared.ruleset.entries[e]);
        let captures = candidate.entry.map(|e| self.captures(e, reading, &candidate.tokens)).unwrap_or_default();
        let marked = entry
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
        let replacement = entry.and_then(|e| e.replacement.as_ref());
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
            _ if candidate.insert.is_some() || self.counts_reply(candidate.rule) => "",
            check if !check.leftover.is_empty() => &matched,
            _ => &reading.text.text()[around.range()],
        };
        let told = [own, candidate.note.as_deref().unwrap_or_default()];
        let fingerprint = fingerprint(&rule.id, told.into_iter().flat_map(words));
        let labels = candidate.label.iter().map(|(span, text)| {
            let span = reading.text.to_source(*span);
            Label { span, text: text.clone() }
        });
        Finding {
            rule: rule.clone(),
            severity: self.levels[candidate.rule].unwrap_or(rule.severity),
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
        let read = || self.shared.ruleset.template(&self.shared.ruleset.entries[entry]);
        let Some(template) = self.shared.captures.get(&entry).and_then(|t| t.get_or_init(read).as_ref()) else {
            return Vec::new();
        };
        let trace = template.trace(&reading.tokens.ids[tokens.clone()], &|id| self.shared.ruleset.lexicon.letters(id));
        trace.captures.into_iter().map(|(n, r)| (n, r.start + tokens.start..r.end + tokens.start)).collect()
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

/// So many replies of a file are checked on all cores.
const MANY: usize = 64;

/// A longer sentence, in bytes, is not rewritten as a whole, and does not count as the neighbourhood of what is found in it.
const MAX_SENTENCE: usize = 2_000;
