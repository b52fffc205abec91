//! What may stand: findings that someone has decided to live with, and decisions that have outlived their reason.
//!
//! A configuration, a draft itself and a baseline each may say that a finding stands. What they say is kept beside the findings, and what
//! they say to no effect is a finding of its own.

use crate::baseline::Baseline;
use crate::config::{Config, Ignore};
use crate::date::Date;
use crate::document::{Document, Origin, Record, Region, Waiver};
use crate::finding::{By, Edit, Finding, Suggestion, Suppressed};
use crate::linter::{self, Linter, MAX_FINDINGS};
use crate::rule::Applicability;
use crate::ruleset::file::Lapse;
use crate::source::{Source, Span};
use crate::toml_file::{Place, similar};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// All that may let findings stand. One serves any number of threads, and gives the same answers in any order.
#[derive(Debug)]
pub struct Suppression<'a> {
    /// By their places, the ignores.
    ignores: BTreeMap<Place, Stated<'a>>,
    /// Whether there was a reply whose customer is not known.
    unanswered: AtomicBool,
    baseline: Option<&'a Baseline>,
    /// Whether what drafts say counts.
    waivers: bool,
    today: Date,
}

/// An ignore, and what came of it.
#[derive(Debug)]
struct Stated<'a> {
    ignore: &'a Ignore,
    /// The number of the first configuration that holds it.
    config: usize,
    /// Whether it let something stand.
    used: AtomicBool,
}

/// The findings of a file, parted.
#[derive(Debug, Default)]
pub struct Parted {
    /// Those to be mended, sorted by place.
    pub open: Vec<Finding>,
    /// Those that may stand, likewise.
    pub suppressed: Vec<Suppressed>,
}

impl Parted {
    /// Where the last finding begins, in bytes, if as many were found as are told of one file: there may be more after it.
    pub fn cut(&self) -> Option<usize> {
        let found = self.open.iter().chain(self.suppressed.iter().map(|s| &s.finding));
        (self.open.len() + self.suppressed.len() >= MAX_FINDINGS).then(|| found.map(|f| f.span.start).max()).flatten()
    }
}

/// Where a file stands, and what is said of it there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Paths<'p> {
    /// The configuration that counts for it, and its path from the root.
    pub config: Option<(&'p Config, &'p Path)>,
    /// The way to it from the folder of the baseline, with `/` between its parts.
    pub baseline: Option<&'p str>,
}

impl<'a> Suppression<'a> {
    /// What drafts themselves say, as of a day, and nothing else.
    pub fn of_drafts(today: Date) -> Self {
        Self { waivers: true, ..Self::none(today) }
    }

    /// Nothing: every finding is open.
    pub fn none(today: Date) -> Self {
        let unanswered = AtomicBool::new(false);
        Self { ignores: BTreeMap::new(), unanswered, baseline: None, waivers: false, today }
    }

    /// The same and what configurations say.
    #[must_use]
    pub fn with_ignores(self, configs: &'a [Config]) -> Self {
        let mut ignores = BTreeMap::new();
        for (config, of) in configs.iter().enumerate() {
            for ignore in of.ignores() {
                // One that is extended by several says it once.
                ignores.entry(ignore.place).or_insert(Stated { ignore, config, used: AtomicBool::new(false) });
            }
        }
        Self { ignores, ..self }
    }

    /// The same and what a baseline holds.
    #[must_use]
    pub fn with_baseline(self, baseline: &'a Baseline) -> Self {
        Self { baseline: Some(baseline), ..self }
    }

    /// Whether it has anything to say of a document.
    pub fn concerns(&self, document: &Document<'_>) -> bool {
        let waived = || document.waiver.is_some() || document.replies().any(|reply| !reply.waivers.is_empty());
        !self.ignores.is_empty() || self.baseline.is_some() || self.waivers && waived()
    }

    /// Parts the findings of a file into those that may stand and the others; what drafts say to no effect is one of the others.
    pub fn part(
        &self,
        linter: &Linter,
        paths: Paths<'_>,
        source: &Source,
        document: &Document<'_>,
        findings: Vec<Finding>,
    ) -> Parted {
        let mut out = Parted::default();
        if !self.concerns(document) {
            out.open = findings;
            return out;
        }
        if document.replies().any(|reply| reply.customer.is_none()) {
            self.unanswered.store(true, Ordering::Relaxed);
        }
        let replies = Replies::of(document);
        let (mut general, mut waivers) = (None, Vec::new());
        if self.waivers {
            general = document.waiver.as_ref().map(|waiver| Held::new(waiver, None, self.today));
            for (number, reply) in replies.regions.iter().enumerate() {
                waivers.extend(reply.waivers.iter().map(|waiver| Held::new(waiver, Some(number), self.today)));
            }
        }
        for finding in findings {
            let config = self.ignored(paths, &finding);
            let number = replies.number(&finding);
            let first = waivers.partition_point(|held: &Held<'_>| held.reply < number);
            let own = waivers[first..].iter_mut().take_while(|held| held.reply == number);
            // All that cover it are of use.
            let waived = own.chain(&mut general).fold(None, |waived, held| {
                let covers = held.covers(&finding);
                waived.or(covers)
            });
            match config.or(waived) {
                Some((by, reason)) => out.suppressed.push(Suppressed { finding, by, reason: reason.to_owned() }),
                None => out.open.push(finding),
            }
        }
        for held in general.iter().chain(&waivers) {
            let record = held.reply.and_then(|number| replies.records.get(number).copied().flatten());
            let text = record.map_or(source, |record| &record.source);
            for lapse in self.lapses(linter, held, &replies, text) {
                let lapse = match record {
                    Some(record) => linter::recorded(lapse, record),
                    None => lapse,
                };
                match self.ignored(paths, &lapse) {
                    Some((by, reason)) => {
                        out.suppressed.push(Suppressed { finding: lapse, by, reason: reason.to_owned() });
                    }
                    None => out.open.push(lapse),
                }
            }
        }
        let at = |finding: &Finding| (finding.span.start, finding.span.end);
        if general.is_some() || !waivers.is_empty() {
            out.open.sort_by_key(at);
        }
        if let (Some(baseline), Some(path)) = (self.baseline, paths.baseline) {
            let mut tally = baseline.tally(path);
            let (known, open): (Vec<_>, Vec<_>) = out.open.into_iter().partition(|finding| tally.stands(finding));
            out.open = open;
            let stood = |finding| Suppressed { finding, by: By::Baseline, reason: String::new() };
            out.suppressed.extend(known.into_iter().map(stood));
        }
        out.suppressed.sort_by_key(|suppressed| at(&suppressed.finding));
        out
    }

    /// The ignore that lets a finding stand. All that do so are in use.
    fn ignored(&self, paths: Paths<'_>, finding: &Finding) -> Option<(By, &str)> {
        let (config, path) = paths.config?;
        let mut first = None;
        for Stated { ignore, used, .. } in config.ignores().filter_map(|ignore| self.ignores.get(&ignore.place)) {
            if ignore.until.is_none_or(|(until, _)| self.today <= until) && ignore.covers(path, finding) {
                used.store(true, Ordering::Relaxed);
                first = first.or(Some((By::Config, ignore.reason.as_str())));
            }
        }
        first
    }

    /// What is wrong with a waiver.
    fn lapses(&self, linter: &Linter, held: &Held<'_>, replies: &Replies<'_, '_>, source: &Source) -> Vec<Finding> {
        let waiver = held.waiver;
        let mut out = Vec::new();
        let mut tell = |lapse, span: Span, note: Option<String>| {
            let Some(rule) = linter.lapse(lapse) else { return };
            let message = note.map_or(rule.title.to_string(), |note| format!("{}: {note}", rule.title));
            let removable = matches!(lapse, Lapse::Unused | Lapse::Expired) && span == waiver.span;
            let mut finding = Finding::plain(rule.clone(), message, span);
            finding.matched = source.slice(span).to_owned();
            finding.fingerprint = linter::fingerprint(&rule.id, linter::words(&finding.matched));
            if removable && waiver.origin != Origin::FrontMatter {
                finding.suggestions.push(removal(source, span));
            }
            out.push(finding);
        };
        if waiver.origin == Origin::Markup {
            tell(Lapse::VisibleComment, waiver.span, None);
        }
        let place = |name: usize| if waiver.names.len() > 1 { waiver.names[name].1 } else { waiver.span };
        let names = || linter.ruleset().names();
        let is_known = |name: &str| names().any(|known| known == name);
        for (number, (name, _)) in waiver.names.iter().enumerate().filter(|(_, (name, _))| !is_known(name)) {
            tell(Lapse::UnknownRule, place(number), Some(format!("`{name}`{}", similar(name, names()))));
        }
        if waiver.names.is_empty() {
            tell(Lapse::Unused, waiver.span, Some("it names no rule".to_owned()));
            return out;
        }
        if waiver.reason.is_empty() {
            tell(Lapse::ReasonMissing, waiver.span, None);
        }
        match &waiver.until {
            Some(until) if held.is_over => {
                let note = match Date::parse(until) {
                    Some(date) => format!("it was {date}"),
                    None => format!("`{until}` is no day"),
                };
                tell(Lapse::Expired, waiver.span, Some(note));
            }
            _ => {}
        }
        if !held.holds() {
            return out;
        }
        let mut answers = match held.reply {
            Some(number) => &replies.regions[number..=number],
            None => &replies.regions[..],
        }
        .iter()
        .map(|reply| reply.customer.is_some());
        let answers = answers.all(|answers| answers);
        for (number, (name, _)) in waiver.names.iter().enumerate().filter(|(number, _)| !held.used[*number]) {
            if linter.tries(name, answers) && !replies.regions.is_empty() {
                tell(Lapse::Unused, place(number), Some(format!("`{name}` finds nothing here")));
            }
        }
        out
    }

    /// What is wrong with the ignores of configurations, once all files were checked: by the number of the file that holds them, in their
    /// places in it. `linter` has the rules of a configuration, by its number, and `is_whole` tells of an ignore whether every file that it
    /// speaks for was checked.
    pub fn audit(
        &self,
        linter: impl Fn(usize) -> Linter,
        is_whole: impl Fn(&Ignore) -> bool,
    ) -> BTreeMap<usize, Vec<Finding>> {
        let answers = !self.unanswered.load(Ordering::Relaxed);
        let lapsed = |Stated { ignore, config, used }: &Stated<'_>| {
            let over = ignore.until.filter(|(until, _)| *until < self.today);
            if over.is_none() && (used.load(Ordering::Relaxed) || !is_whole(ignore)) {
                return None;
            }
            let linter = linter(*config);
            let (lapse, note, place) = match over {
                Some((until, place)) => (Lapse::Expired, format!("it was {until}"), place),
                None if !ignore.names().all(|name| linter.tries(name, answers)) => return None,
                None => (Lapse::Unused, "no finding is as it says".to_owned(), ignore.names_at()),
            };
            let rule = linter.lapse(lapse)?;
            let span = Span::new(place.start, place.end);
            let mut finding = Finding::plain(rule.clone(), format!("{}: {note}", rule.title), span);
            let names = ignore.names().chain([ignore.reason.as_str()]);
            finding.fingerprint = linter::fingerprint(&rule.id, names.flat_map(linter::words));
            Some((place.file, finding))
        };
        let mut out: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
        for (file, finding) in self.ignores.values().filter_map(lapsed) {
            out.entry(file).or_default().push(finding);
        }
        out
    }
}

/// A waiver, and what came of it.
struct Held<'d> {
    waiver: &'d Waiver,
    /// The reply that it speaks for; all of them without one.
    reply: Option<usize>,
    /// Whether its last day has passed, or is no day.
    is_over: bool,
    /// By the number of a name, whether it let something stand.
    used: Vec<bool>,
}

impl<'d> Held<'d> {
    fn new(waiver: &'d Waiver, reply: Option<usize>, today: Date) -> Self {
        let holds = |until: &String| Date::parse(until).is_some_and(|until| today <= until);
        let is_over = !waiver.until.as_ref().is_none_or(holds);
        Self { waiver, reply, is_over, used: vec![false; waiver.names.len()] }
    }

    fn holds(&self) -> bool {
        !self.is_over && !self.waiver.reason.is_empty()
    }

    /// Why a finding of its reply may stand.
    fn covers(&mut self, finding: &Finding) -> Option<(By, &'d str)> {
        if !self.holds() {
            return None;
        }
        let mut covers = false;
        for ((name, _), used) in self.waiver.names.iter().zip(&mut self.used) {
            let named = finding.rule.is_named(name);
            *used |= named;
            covers |= named;
        }
        let by = if self.waiver.origin == Origin::FrontMatter { By::FrontMatter } else { By::Comment };
        covers.then_some((by, self.waiver.reason.as_str()))
    }
}

/// The replies of a document by number, with the places of those that share a text.
pub(crate) struct Replies<'d, 's> {
    pub(crate) regions: Vec<&'d Region<'s>>,
    /// The record that each is of, in a data file.
    pub(crate) records: Vec<Option<&'d Record>>,
    /// The number of the first reply of each record.
    first: Vec<usize>,
    spans: Vec<Span>,
}

impl<'d, 's> Replies<'d, 's> {
    pub(crate) fn of(document: &'d Document<'s>) -> Self {
        let own = document.regions.iter().map(|_| None);
        let recorded = document.records.iter().flat_map(|record| record.regions.iter().map(move |_| Some(record)));
        let all = |reply: &Region<'_>| reply.text.to_source(Span::new(0, reply.text.text().len()));
        Self {
            regions: document.replies().collect(),
            records: own.chain(recorded).collect(),
            first: (document.records.iter())
                .scan(document.regions.len(), |next, record| {
                    Some(std::mem::replace(next, *next + record.regions.len()))
                })
                .collect(),
            spans: document.regions.iter().map(all).collect(),
        }
    }

    /// The number of the reply in which a finding was made. A reply may stand in the midst of another.
    pub(crate) fn number(&self, finding: &Finding) -> Option<usize> {
        if let Some(recorded) = &finding.recorded {
            return self.first.get(recorded.place.index).copied();
        }
        let holds = |(_, span): &(usize, &Span)| span.contains(finding.span) || self.spans.len() == 1;
        let spans = self.spans.iter().enumerate().filter(holds);
        spans.min_by_key(|(_, span)| span.len()).map(|(number, _)| number)
    }
}

/// The edit that takes a comment out, and its line with it where nothing else stands there.
fn removal(source: &Source, comment: Span) -> Suggestion {
    let text = source.text();
    let (before, after) = (&text[..comment.start], &text[comment.end..]);
    let space = |c: char| matches!(c, ' ' | '\t' | '\r');
    let line = before.trim_end_matches(space);
    let rest = after.trim_start_matches(space);
    let begins = line.is_empty() || line.ends_with('\n');
    let span = match rest.strip_prefix('\n') {
        Some(next) if begins => Span::new(line.len(), text.len() - next.len()),
        _ if begins && !rest.is_empty() => Span::new(comment.start, text.len() - rest.len()),
        _ if rest.is_empty() || rest.starts_with('\n') => Span::new(line.len(), comment.end),
        _ if line.len() < before.len() => Span::new(comment.start, text.len() - rest.len()),
        _ => comment,
    };
    Suggestion {
        title: "remove the comment".to_owned(),
        applicability: Applicability::Safe,
        edits: vec![Edit { span, text: String::new() }],
    }
}
