//! Where a team stands, and what to mend first: the sums over any number of replies, in bounded memory.
//!
//! An [`Audit`] takes in one [`Reply`] after another, in the order of their places. It keeps counts, the few that rank highest, and a
//! few texts to show; whatever ranks alike is told in the order of its place. A redacted one keeps no text at all.

pub mod compare;
pub mod macros;
mod sums;
pub mod trend;

use crate::document::Document;
use crate::error::Error;
use crate::finding::{Finding, Suggestion};
use crate::fix;
use crate::likeness;
use crate::linter::{self, Linter};
use crate::report::{Count, reasons};
use crate::rule::{Applicability, Rule, Severity, Text};
use crate::score::{self, Score};
use crate::source::{LogicalPlace, Source, Span};
use crate::suppression::{self, Paths, Suppression};
use compare::{Print, Prints};
use macros::Macros;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
pub use sums::{Scores, Sums, Tenths};
use trend::Trend;

/// A reply that was checked, and what is known of it.
#[derive(Debug)]
pub struct Reply {
    /// Where it stands.
    pub place: Place,
    /// Its own text as it is written, in which the places of findings lie as they are in the reply.
    pub source: Arc<Source>,
    /// What its reader sees.
    pub text: String,
    /// Whether it is the subject of a mail and nothing else: its words are checked, and nothing more is asked of it.
    pub is_subject: bool,
    /// The kind of reply that it is, if it is of any and that was asked for.
    pub kind: Option<String>,
    /// Its score.
    pub score: Score,
    /// What was found in it and is to be mended, by place.
    pub findings: Vec<Finding>,
    /// How much was found in it that may stand.
    pub suppressed: usize,
    /// The same to be compared with others; of macros only, and where that is asked for.
    pub compared: Option<likeness::Reply>,
    /// How often it was used, where that is known.
    pub usage: Option<u64>,
    /// What its record says under the names that the audit is broken down by, in their order.
    pub columns: Vec<Option<String>>,
}

/// Where a reply stands.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file, as it was named.
    pub path: Arc<str>,
    /// The line that it begins on, from 1.
    pub line: usize,
    /// Where it stands in the file's own terms, in a data file.
    pub record: Option<Arc<LogicalPlace>>,
}

impl Place {
    /// The file and the line, and what the file calls the record: ``macros.json:15 “Refund”``.
    pub fn short(&self) -> String {
        let name = self.record.as_ref().and_then(|record| record.title.as_ref().or(record.id.as_ref()));
        let name = name.map_or_else(String::new, |name| format!(" “{name}”"));
        format!("{}:{}{name}", self.path, self.line)
    }
}

/// The file and the line, and the record where there is one: ``macros.json:15, macros[1].value of “Refund”``.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path, self.line)?;
        match &self.record {
            Some(record) => write!(f, ", {record}"),
            None => Ok(()),
        }
    }
}

impl Reply {
    fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }
}

/// What an audit keeps.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The names that it is broken down by.
    pub by: Vec<String>,
    /// The name under which records say how often a reply was used.
    pub usage: Option<String>,
    /// Whether no words of drafts or customers are kept.
    pub redact: bool,
    /// Whether macros are held against each other.
    pub compare: bool,
    /// Whether findings are kept by what stays the same of them, for a later audit to be compared with.
    pub prints: bool,
}

/// The sums over replies, and what ranks highest among them.
#[derive(Debug, Default)]
pub struct Audit {
    /// What it keeps.
    pub options: Options,
    /// The sums over all replies.
    pub sums: Sums,
    /// How many replies say nothing of their usage, where that is asked for. They count as used once.
    pub unused: u64,
    /// By name, the moves that replies were to make.
    pub moves: BTreeMap<String, Asked>,
    /// By id, the rules that found something.
    pub rules: BTreeMap<Text, OfRule>,
    /// What the sums come to for each value of a name that the audit is broken down by.
    pub facets: Vec<Facet>,
    /// What `check --fix` would mend.
    pub safe: Fixes,
    /// What more it would mend with `--unsafe-fixes`.
    pub risky: Fixes,
    /// What findings can be known by in another audit, where that is kept.
    pub prints: Prints,
    /// The macros, where they are held against each other.
    pub macros: Option<Macros>,
    /// How many files held a reply.
    pub files: u64,
    /// What was not checked.
    pub unchecked: Unchecked,
    /// How earlier runs came out, where that is known.
    pub trend: Option<Trend>,
    /// The command that makes the safe fixes.
    pub mend: String,
    worst: BTreeMap<(Reverse<u128>, u64), Worst>,
    /// By the hash of its text, where one of the worst stands.
    known: HashMap<u64, (Reverse<u128>, u64)>,
    /// How many replies and subjects were taken in.
    number: u64,
}

/// What was not checked, and why.
#[derive(Debug, Default)]
pub struct Unchecked {
    /// What could not be read.
    pub errors: Vec<Error>,
    /// How many lines of JSON Lines could not be read, or held no reply.
    pub lines: u64,
    /// Why the first [`MAX_FAULTS`] of them could not.
    pub faults: Vec<String>,
    /// Files in which there was no reply.
    pub empty: Vec<String>,
    /// How many files met in folders are not text.
    pub binary: u64,
    /// How many texts are in another language.
    pub foreign: u64,
    /// How many texts are too long for a reply: only their wording is checked.
    pub long: u64,
    /// How many files were left out, by what kept them from being checked: `hidden`.
    pub left_out: Vec<(&'static str, u64)>,
}

/// How many lines that could not be read are told one by one.
pub const MAX_FAULTS: usize = 5;

impl Unchecked {
    /// How many of each, and what they are, where there are any: `3 files without a reply`.
    pub fn reasons(&self) -> Vec<String> {
        let of = |count: u64, noun, why| (Count(count as usize, noun), why);
        let left_out = self.left_out.iter().map(|(why, count)| of(*count, "file", *why));
        let all = [
            of(self.errors.len() as u64, "path", "not readable"),
            of(self.lines, "line", "not readable, or without a reply"),
            of(self.empty.len() as u64, "file", "without a reply"),
            of(self.binary, "file", "not text"),
            of(self.foreign, "text", "in another language"),
            of(self.long, "text", "as a whole, longer than a reply"),
        ];
        reasons(all.into_iter().chain(left_out))
    }
}

/// How often a move was called for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// How many replies were to make it.
    pub asked: u64,
    /// How many of them do.
    pub made: u64,
    /// The points that the others lack for it.
    pub lost: u64,
}

impl Asked {
    /// The share of those that make it, in percent.
    pub const fn share(self) -> Tenths {
        Tenths::percent(self.made, self.asked)
    }
}

/// What a rule found.
#[derive(Clone, Debug)]
pub struct OfRule {
    /// The rule.
    pub rule: Arc<Rule>,
    /// The gravest that a finding of it is.
    pub severity: Severity,
    /// How many findings it has.
    pub findings: u64,
    /// In how many replies, or subjects.
    pub replies: u64,
    /// What they would take off the score if each counted in full: 18 points for an error, 8 for a warning, 2 for an info.
    pub cost: u64,
    /// How many of the findings `check --fix` would mend.
    pub safe: u64,
    /// How many more it would mend with `--unsafe-fixes`.
    pub risky: u64,
    /// A few sentences of it before and after a rewrite, the first in the order of their places; none in a redacted audit.
    pub pairs: Vec<Pair>,
}

/// A sentence before and after a rewrite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Where the reply stands.
    pub place: String,
    /// What stands there; empty where the rewrite only adds words.
    pub before: String,
    /// What may stand there, with `{blanks}`; empty where words are only taken out.
    pub after: String,
    /// How far the rewrite may be trusted.
    pub applicability: Applicability,
}

/// Fixes that could be made at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fixes {
    /// How many findings they mend.
    pub findings: u64,
    /// In how many replies.
    pub replies: u64,
}

/// A reply that is among the worst.
#[derive(Clone, Debug)]
pub struct Worst {
    /// Where it stands. Redacted, it says no more than the shape of its file.
    pub place: Place,
    /// Its score, 0 to 100.
    pub score: u32,
    /// How often it was used, where that is known.
    pub usage: Option<u64>,
    /// How many more replies with the same text were met while it was among the worst.
    pub copies: u64,
    /// What it lacks of 100, once for each use: what it is ranked by.
    pub weight: u128,
    /// How many findings it has.
    pub findings: u64,
    /// The ids of the rules that found them, each once, the gravest first.
    pub rules: Vec<Text>,
    /// The moves that its kind calls for and it does not make, those with most points first.
    pub lacks: Vec<String>,
    /// The beginning of its text; none in a redacted audit.
    pub excerpt: Option<String>,
}

/// What the sums come to for each value of a name.
#[derive(Clone, Debug, Default)]
pub struct Facet {
    /// The name: `team`.
    pub name: String,
    groups: HashMap<Option<String>, Group>,
    /// Replies with values that came when [`MAX_VALUES`] were known.
    pub others: Group,
}

/// The replies that share a value.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Their sums.
    pub sums: Sums,
    /// How often each rule found something in them.
    rules: BTreeMap<Text, u64>,
    /// The number of the first of them.
    first: u64,
}

/// How many values of a name have sums of their own.
pub const MAX_VALUES: usize = 1_000;

/// How many of the worst replies are kept.
pub const MAX_WORST: usize = 100;

/// How many sentences are kept for a rule.
pub const MAX_PAIRS: usize = 3;

/// How many characters of a text are kept.
const MAX_EXCERPT: usize = 200;

/// A longer stretch, in bytes, is not shown before and after a rewrite.
const MAX_PAIR: usize = 600;

/// So many replies of a file are checked on all cores.
const MANY: usize = 64;

impl Group {
    /// The rule that found most, and how much; of several, the first by name.
    pub fn top_rule(&self) -> Option<(&str, u64)> {
        let most = self.rules.iter().max_by_key(|(id, count)| (**count, Reverse(*id)));
        most.map(|(id, count)| (id.as_ref(), *count))
    }

    /// Adds what is known of other replies.
    pub fn merge(&mut self, other: &Self) {
        self.sums.merge(&other.sums);
        other.rules.iter().for_each(|(id, count)| *self.rules.entry(id.clone()).or_default() += count);
    }
}

impl Facet {
    /// The values, those with most replies first. Replies that say nothing have no value.
    pub fn ranked(&self) -> Vec<(Option<&str>, &Group)> {
        let mut all: Vec<_> = self.groups.iter().map(|(value, group)| (value.as_deref(), group)).collect();
        all.sort_by_key(|(_, group)| (Reverse(group.sums.replies), group.first));
        all
    }

    /// The same, at most so many, and the rest taken together with [`Facet::others`].
    pub fn top(&self, most: usize) -> (Vec<(Option<&str>, &Group)>, Group) {
        let mut ranked = self.ranked();
        let mut rest = self.others.clone();
        let cut = ranked.split_off(most.min(ranked.len()));
        cut.into_iter().for_each(|(_, group)| rest.merge(group));
        (ranked, rest)
    }

    fn group(&mut self, value: Option<&String>, number: u64) -> &mut Group {
        let value = value.cloned();
        if self.groups.len() >= MAX_VALUES && !self.groups.contains_key(&value) {
            return &mut self.others;
        }
        self.groups.entry(value).or_insert_with(|| Group { first: number, ..Group::default() })
    }
}

impl Audit {
    /// One of no replies yet.
    pub fn new(options: Options) -> Self {
        let facets = options.by.iter().map(|name| Facet { name: name.clone(), ..Facet::default() }).collect();
        let macros = options.compare.then(Macros::default);
        Self { options, facets, macros, ..Self::default() }
    }

    /// Takes in the next reply.
    pub fn add(&mut self, reply: &Reply) {
        self.number += 1;
        let sums = self.sums_of(reply);
        self.sums.merge(&sums);
        self.unused += u64::from(self.options.usage.is_some() && !reply.is_subject && reply.usage.is_none());
        for (facet, value) in self.facets.iter_mut().zip(&reply.columns) {
            let group = facet.group(value.as_ref(), self.number);
            group.sums.merge(&sums);
            reply.findings.iter().for_each(|f| *group.rules.entry(f.rule.id.clone()).or_default() += 1);
        }
        for worth in reply.score.moves.iter().filter(|_| !reply.is_subject) {
            let asked = self.moves.entry(worth.name.clone()).or_default();
            asked.asked += 1;
            asked.made += u64::from(worth.made);
            asked.lost += if worth.made { 0 } else { u64::from(worth.points) };
        }
        if !reply.findings.is_empty() {
            self.add_findings(reply);
        }
        if let Some(macros) = self.macros.as_mut().filter(|_| !reply.is_subject) {
            macros.add(reply.compared.as_ref(), &place(reply, self.options.redact));
        }
        let weight = u128::from(100 - reply.score.total()) * u128::from(reply.usage.unwrap_or(1));
        if weight > 0 && !reply.is_subject {
            self.add_worst(reply, weight);
        }
    }

    /// The sums over one reply.
    fn sums_of(&self, reply: &Reply) -> Sums {
        let mut sums = Sums { words: reply.words() as u64, suppressed: reply.suppressed as u64, ..Sums::default() };
        for finding in &reply.findings {
            sums.severities[finding.severity as usize] += 1;
        }
        if !reply.is_subject {
            let score = reply.score.total();
            sums.replies = 1;
            sums.clean = u64::from(reply.findings.is_empty());
            sums.scores.add(score);
            if self.options.usage.is_some() {
                sums.used = reply.usage.unwrap_or(1);
                sums.used_score = u128::from(sums.used) * u128::from(score);
            }
        }
        sums
    }

    fn add_findings(&mut self, reply: &Reply) {
        let safe = fix::choose(&reply.findings, Applicability::Safe);
        let all = fix::choose(&reply.findings, Applicability::Unsafe);
        let risky = all.len().saturating_sub(safe.len());
        for (fixes, count) in [(&mut self.safe, safe.len()), (&mut self.risky, risky)] {
            fixes.findings += count as u64;
            fixes.replies += u64::from(count > 0);
        }
        let [safe, all] = [safe, all].map(|chosen| chosen.into_iter().map(std::ptr::from_ref).collect::<HashSet<_>>());
        let mut met = BTreeSet::new();
        for finding in &reply.findings {
            if self.options.prints {
                let (rule, path) = (finding.rule.id.as_ref().into(), reply.place.path.clone());
                self.prints.add(Print { fingerprint: finding.fingerprint, rule, path }, 1);
            }
            let of = self.rules.entry(finding.rule.id.clone()).or_insert_with(|| OfRule {
                rule: finding.rule.clone(),
                severity: finding.severity,
                findings: 0,
                replies: 0,
                cost: 0,
                safe: 0,
                risky: 0,
                pairs: Vec::new(),
            });
            of.severity = of.severity.max(finding.severity);
            of.findings += 1;
            of.cost += u64::from(score::off(finding.severity));
            of.replies += u64::from(met.insert(&finding.rule.id));
            let is_in = |chosen: &HashSet<*const Finding>| chosen.contains(&std::ptr::from_ref(finding));
            if is_in(&safe) {
                of.safe += 1;
            } else if is_in(&all) {
                of.risky += 1;
            }
            if of.pairs.len() < MAX_PAIRS
                && !self.options.redact
                && let Some(pair) = pair(reply, finding)
                && !of.pairs.iter().any(|other| (&other.before, &other.after) == (&pair.before, &pair.after))
            {
                of.pairs.push(pair);
            }
        }
    }

    fn add_worst(&mut self, reply: &Reply, weight: u128) {
        let mut hash = DefaultHasher::new();
        reply.text.hash(&mut hash);
        let text = hash.finish();
        if let Some(held) = self.known.get(&text).and_then(|key| self.worst.get_mut(key))
            && held.weight >= weight
        {
            held.copies += 1;
            return;
        }
        let key = (Reverse(weight), self.number);
        if self.worst.len() >= MAX_WORST && self.worst.last_key_value().is_some_and(|(last, _)| *last < key) {
            return;
        }
        let copies = match self.known.insert(text, key) {
            Some(other) => self.worst.remove(&other).map_or(0, |other| other.copies + 1),
            None => 0,
        };
        let mut graver: Vec<&Finding> = reply.findings.iter().collect();
        graver.sort_by_key(|finding| Reverse(finding.severity));
        let mut rules: Vec<Text> = Vec::new();
        for finding in graver {
            if !rules.contains(&finding.rule.id) {
                rules.push(finding.rule.id.clone());
            }
        }
        let mut lacks: Vec<_> = reply.score.moves.iter().filter(|worth| !worth.made).collect();
        lacks.sort_by_key(|worth| Reverse(worth.points));
        let worst = Worst {
            place: place(reply, self.options.redact),
            score: reply.score.total(),
            usage: reply.usage,
            copies,
            weight,
            findings: reply.findings.len() as u64,
            rules,
            lacks: lacks.into_iter().map(|worth| worth.name.clone()).collect(),
            excerpt: (!self.options.redact).then(|| excerpt(&reply.text)),
        };
        self.worst.insert(key, worst);
        if self.worst.len() > MAX_WORST
            && let Some((last, _)) = self.worst.pop_last()
        {
            self.known.retain(|_, key| *key != last);
        }
    }

    /// Ends it: what can only be told of all replies together is found.
    pub fn end(&mut self) {
        if let Some(macros) = &mut self.macros {
            macros.compare(self.options.redact);
        }
    }

    /// The worst replies: those that lack most, once for each use; at most [`MAX_WORST`], each text once.
    pub fn worst(&self) -> impl ExactSizeIterator<Item = &Worst> {
        self.worst.values()
    }

    /// The rules that found something, what costs most first; of several, what finds most and then the first by name.
    pub fn by_rule(&self) -> Vec<&OfRule> {
        let mut rules: Vec<_> = self.rules.values().collect();
        rules.sort_by_key(|of| (Reverse(of.cost), Reverse(of.findings)));
        rules
    }

    /// The moves that replies were to make, the one whose lack costs most first.
    pub fn by_move(&self) -> Vec<(&str, Asked)> {
        let mut moves: Vec<_> = self.moves.iter().map(|(name, asked)| (name.as_str(), *asked)).collect();
        moves.sort_by_key(|(_, asked)| Reverse(asked.lost));
        moves
    }
}

/// Where a reply stands; redacted, no more than the shape of its file.
fn place(reply: &Reply, redact: bool) -> Place {
    let mut place = reply.place.clone();
    if redact {
        place.record = place.record.map(|record| Arc::new(record.redacted()));
    }
    place
}

/// The replies of a document with what is found in them and what was understood of each, in order. What may stand is left out and
/// counted. Telling of what kind each is takes longer. How often they were used, and what their records say beside them, is for the caller
/// to add.
pub fn replies(
    linter: &Linter,
    suppression: &Suppression<'_>,
    paths: Paths<'_>,
    source: &Arc<Source>,
    document: &mut Document<'_>,
    kinds: bool,
) -> Vec<Reply> {
    let (mut findings, mut understood) = (Vec::new(), Vec::new());
    for (found, kind, score) in understand(linter, source, document, kinds) {
        findings.extend(found);
        understood.push((kind, score));
    }
    let parted = suppression.part(linter, paths, source, document, findings);
    let numbered = suppression::Replies::of(document);
    let path: Arc<str> = source.name().into();
    let of_each = numbered.regions.iter().zip(&numbered.records).zip(understood);
    let mut replies: Vec<Reply> = of_each
        .map(|((region, record), (kind, score))| {
            let start = region.text.to_source(Span::default());
            let (start, own, place) = match record {
                Some(record) => (record.to_source(start).start, &record.source, Some(record.place.clone())),
                None => (start.start, source, None),
            };
            Reply {
                place: Place { path: path.clone(), line: source.position(start).line, record: place },
                source: own.clone(),
                text: region.text.shown(own.text()),
                is_subject: region.subject >= region.text.text().len(),
                kind,
                score,
                findings: Vec::new(),
                suppressed: 0,
                compared: None,
                usage: None,
                columns: Vec::new(),
            }
        })
        .collect();
    // What is wrong with words for the whole file is told with its first reply.
    let number = |finding: &Finding| numbered.number(finding).unwrap_or_default();
    for suppressed in &parted.suppressed {
        if let Some(reply) = replies.get_mut(number(&suppressed.finding)) {
            reply.suppressed += 1;
        }
    }
    for finding in parted.open {
        if let Some(reply) = replies.get_mut(number(&finding)) {
            reply.findings.push(finding);
        }
    }
    replies
}

/// What is found in a reply, of what kind it is, and its score.
type Judged = (Vec<Finding>, Option<String>, Score);

/// That of each reply of a document, in places of its file.
fn understand(linter: &Linter, source: &Source, document: &mut Document<'_>, kinds: bool) -> Vec<Judged> {
    let judged = |document: &Document<'_>| -> Vec<Judged> {
        if !kinds {
            return linter.rate(source, document).into_iter().map(|(found, score)| (found, None, score)).collect();
        }
        let understood = linter.understand(source, document).into_iter();
        understood.map(|(found, of)| (found, of.kind.map(|kind| kind.name), of.score)).collect()
    };
    if document.records.is_empty() {
        return judged(document);
    }
    let alone = |record| Document { records: vec![record], ..Document::default() };
    let parts: Vec<Document<'_>> = std::mem::take(&mut document.records).into_iter().map(alone).collect();
    let of_one = |part: &Document<'_>| -> Vec<Judged> {
        let placed = |found: Vec<Finding>| found.into_iter().map(|f| linter::recorded(f, &part.records[0])).collect();
        judged(part).into_iter().map(|(found, kind, score)| (placed(found), kind, score)).collect()
    };
    // Threads take longer to start than a few replies take to check.
    let judged: Vec<Vec<_>> = match parts.len() < MANY {
        true => parts.iter().map(of_one).collect(),
        false => parts.par_iter().map(of_one).collect(),
    };
    document.records = parts.into_iter().flat_map(|part| part.records).collect();
    judged.into_iter().flatten().collect()
}

/// A sentence of a finding before and after its first rewrite.
fn pair(reply: &Reply, finding: &Finding) -> Option<Pair> {
    let read = finding.in_reply();
    let Suggestion { edits, applicability, .. } = read.suggestions.first()?;
    let (first, last) = (edits.first()?, edits.last()?);
    let edited = Span::new(first.span.start, last.span.end);
    let place = reply.place.to_string();
    if edited.is_empty() {
        let after = on_a_line(first.text.chars());
        return Some(Pair { place, before: String::new(), after, applicability: *applicability });
    }
    let mut whole = reply.source.sentences_around(edited).cover(edited);
    if whole.len() > MAX_PAIR {
        whole = edited;
    }
    if whole.len() > MAX_PAIR {
        return None;
    }
    let (mut after, mut done) = (String::new(), whole.start);
    for edit in edits {
        after += reply.source.slice(Span::new(done, edit.span.start));
        after += &edit.text;
        done = edit.span.end;
    }
    after += reply.source.slice(Span::new(done, whole.end));
    let before = on_a_line(reply.source.slice(whole).chars());
    Some(Pair { place, before, after: on_a_line(after.chars()), applicability: *applicability })
}

/// The beginning of a text, on a line.
fn excerpt(text: &str) -> String {
    let mut chars = text.chars();
    let begins = on_a_line(chars.by_ref().take(MAX_EXCERPT));
    if chars.next().is_some() { begins + "…" } else { begins }
}

/// Characters with single spaces between words.
fn on_a_line(chars: impl Iterator<Item = char>) -> String {
    let text: String = chars.collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::finding;
    use crate::score::Worth;

    /// A reply that lacks so much of 100, in a team.
    fn reply(line: usize, text: &str, lacks: u32, usage: Option<u64>, team: Option<&str>) -> Reply {
        let worth = |name: &str, points, made| Worth { name: name.to_owned(), points, made };
        // Six tenths of the score are for moves.
        let moves = vec![worth("solve", lacks * 5, false), worth("close", 300 - lacks * 5, true)];
        let findings = vec![finding("vague.a", Severity::Info)];
        Reply {
            place: Place { path: "a.jsonl".into(), line, record: None },
            source: Arc::new(Source::new("a.jsonl", text)),
            text: text.to_owned(),
            is_subject: false,
            kind: None,
            score: Score::new(&[], moves),
            findings,
            suppressed: 1,
            compared: None,
            usage,
            columns: vec![team.map(ToOwned::to_owned)],
        }
    }

    fn audit(usage: bool) -> Audit {
        let usage = usage.then(|| "sent".to_owned());
        Audit::new(Options { by: vec!["team".to_owned()], usage, ..Options::default() })
    }

    #[test]
    fn the_worst_are_those_that_cost_most_each_text_once() {
        let told = |audit: &Audit| audit.worst().map(|w| (w.place.line, w.weight, w.copies)).collect::<Vec<_>>();
        let mut by_score = audit(false);
        for (line, text, lacks) in [(1, "a", 6), (2, "b", 12), (3, "c", 6), (4, "b", 12), (5, "d", 0), (6, "a", 6)] {
            by_score.add(&reply(line, text, lacks, None, None));
        }
        assert_eq!(told(&by_score), [(2, 12, 1), (1, 6, 1), (3, 6, 0)]);
        let mut by_use = audit(true);
        for (line, text, usage) in [(1, "a", Some(1)), (2, "b", None), (3, "a", Some(9)), (4, "c", Some(0))] {
            by_use.add(&reply(line, text, 10, usage, None));
        }
        assert_eq!(told(&by_use), [(3, 90, 1), (2, 10, 0)]);
        assert_eq!((by_use.unused, by_use.sums.used), (1, 11));
        assert_eq!(by_use.worst().next().map(|worst| worst.lacks.clone()), Some(vec!["solve".to_owned()]));
    }

    #[test]
    fn no_more_of_the_worst_are_kept_than_there_is_room_for() {
        let mut all = audit(false);
        for n in 0..3 * MAX_WORST {
            all.add(&reply(n, &n.to_string(), (n % 50) as u32 + 1, None, None));
        }
        let worst: Vec<_> = all.worst().map(|worst| (worst.weight, worst.place.line)).collect();
        assert_eq!((worst.len(), all.known.len()), (MAX_WORST, MAX_WORST));
        assert!(worst.is_sorted_by_key(|(weight, line)| (Reverse(*weight), *line)));
        assert_eq!((worst[0], worst[5], worst[6]), ((50, 49), (50, 299), (49, 48)));
    }

    #[test]
    fn values_for_which_there_is_no_room_are_summed_up_together() {
        let mut all = audit(false);
        for n in 0..MAX_VALUES + 5 {
            all.add(&reply(n, "a", 6, None, Some(&n.to_string())));
        }
        all.add(&reply(0, "a", 6, None, Some("7")));
        all.add(&reply(0, "a", 6, None, None));
        let facet = &all.facets[0];
        assert_eq!((facet.ranked().len(), facet.others.sums.replies), (MAX_VALUES, 6));
        let (top, rest) = facet.top(2);
        let named: Vec<_> = top.iter().map(|(value, group)| (*value, group.sums.replies)).collect();
        assert_eq!(named, [(Some("7"), 2), (Some("0"), 1)]);
        assert_eq!(rest.sums.replies, all.sums.replies - 3);
        assert_eq!(rest.top_rule(), Some(("vague.a", rest.sums.replies)));
    }

    #[test]
    fn moves_are_ranked_by_what_their_lack_costs() {
        let mut all = audit(false);
        all.add(&reply(1, "a", 10, None, None));
        all.add(&reply(2, "b", 20, None, None));
        assert_eq!(all.moves["solve"], Asked { asked: 2, made: 0, lost: 150 });
        assert_eq!(all.moves["close"], Asked { asked: 2, made: 2, lost: 0 });
        assert_eq!(all.by_move()[0].0, "solve");
        assert_eq!((all.sums.suppressed, all.sums.findings(), all.sums.clean), (2, 2, 0));
    }
}
