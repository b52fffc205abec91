//! From a document to findings.
//!
//! Each region is segmented once and every automaton is run over it once. Then the rule kinds, a file each, say where a rule may have
//! found something; what the rule asks of the place (mood, part, guards) decides; what is left becomes a [`Finding`].

mod limit;
mod repeat;
mod wording;

use crate::document::{Document, Region};
use crate::finding::{Edit, Finding, Fingerprint, Suggestion};
use crate::mapped::{Mapped, OBJECT};
use crate::rule::{Applicability, capitalized};
use crate::ruleset::file::{Mood, Replace, Scope};
use crate::ruleset::matcher::{Cache, Hit};
use crate::ruleset::template::Template;
use crate::ruleset::{Role, Ruleset};
use crate::segment::{Id, Tokens};
use crate::selection::Selection;
use crate::source::{Source, Span};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::{Mutex, OnceLock};

/// Checks documents against a rule set. One serves any number of threads.
#[derive(Debug)]
pub struct Linter {
    ruleset: Ruleset,
    /// By the number of a rule, whether its findings are wanted.
    wanted: Vec<bool>,
    expressions: wording::Expressions,
    /// By the number of an entry, its template if that holds captures: read again when it is first needed.
    captures: HashMap<usize, OnceLock<Option<Template>>>,
    /// Room that one check leaves for the next.
    scratch: Mutex<Vec<Scratch>>,
}

/// What a thread needs while it checks.
#[derive(Debug, Default)]
struct Scratch {
    tokens: Tokens,
    /// The tokens as one pack knows them.
    known: Vec<Id>,
    caches: Vec<Cache>,
    hits: Vec<Hit>,
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

/// Is shown what matched.
type Watch<'w> = &'w mut dyn FnMut(Sight<'_>);

/// A place where a rule may have found something.
struct Candidate<'a> {
    rule: usize,
    tokens: Range<usize>,
    /// In bytes of the derived text.
    span: Span,
    /// The template, expression or measure.
    via: Cow<'a, str>,
    /// The entry that matched, if a template did.
    entry: Option<usize>,
    /// Whether it is a count or a measure, which quotation marks do not change.
    measured: bool,
}

impl<'a> Candidate<'a> {
    /// A place that was counted or compared.
    fn measured(rule: usize, tokens: Range<usize>, via: Cow<'a, str>, reading: &Reading<'_>) -> Self {
        Self { rule, span: reading.tokens.span(tokens.clone()), tokens, via, entry: None, measured: true }
    }
}

impl Linter {
    /// Checks with all of these rules.
    pub fn new(ruleset: Ruleset) -> Self {
        let wanted = ruleset.checks.iter().map(|c| c.enabled).collect();
        let expressions = wording::Expressions::new(&ruleset);
        let entries = ruleset.entries.iter().enumerate().filter(|(_, e)| e.captures);
        let captures = entries.map(|(number, _)| (number, OnceLock::new())).collect();
        Self { ruleset, wanted, expressions, captures, scratch: Mutex::new(Vec::new()) }
    }

    /// Checks with those that are selected only.
    #[must_use]
    pub fn select(mut self, selection: &Selection) -> Self {
        for (wanted, rule) in self.wanted.iter_mut().zip(self.ruleset.rules()) {
            *wanted &= selection.wants(rule);
        }
        self
    }

    /// Whether no rule is left that could find anything.
    pub fn is_idle(&self) -> bool {
        !self.wanted.contains(&true)
    }

    /// The rules in use.
    pub fn ruleset(&self) -> &Ruleset {
        &self.ruleset
    }

    /// Finds what the rules find in the regions of a document, sorted by place, then by rule.
    pub fn check(&self, source: &Source, document: &Document<'_>) -> Vec<Finding> {
        self.run(source, document, None)
    }

    /// All findings, those in the shadow of others too. `watch` is shown every entry that matched where its rule may speak.
    pub(crate) fn check_each(&self, source: &Source, document: &Document<'_>, watch: Watch<'_>) -> Vec<Finding> {
        self.run(source, document, Some(watch))
    }

    fn run(&self, source: &Source, document: &Document<'_>, mut watch: Option<Watch<'_>>) -> Vec<Finding> {
        let mut scratch = self.scratch.lock().ok().and_then(|mut free| free.pop()).unwrap_or_default();
        let mut out = Vec::new();
        for region in &document.regions {
            let watch = watch.as_mut().map(|w| &mut **w as &mut dyn FnMut(Sight<'_>));
            self.region(source, region, &mut scratch, watch, &mut out);
        }
        if let Ok(mut free) = self.scratch.lock() {
            free.push(scratch);
        }
        out
    }

    fn region(
        &self,
        source: &Source,
        region: &Region<'_>,
        scratch: &mut Scratch,
        watch: Option<&mut dyn FnMut(Sight<'_>)>,
        out: &mut Vec<Finding>,
    ) {
        let Scratch { tokens, known, caches, hits, context } = scratch;
        tokens.fill(&region.text, &self.ruleset.lexicon);
        context.clear();
        let mut candidates = Vec::new();
        caches.resize_with(self.ruleset.packs.len(), Cache::default);
        for (pack, cache) in self.ruleset.packs.iter().zip(caches) {
            hits.clear();
            let ids = tokens.known_to(pack.program.tokens() as Id, &self.ruleset.lexicon, known);
            cache.run(&pack.program, ids, hits);
            for hit in hits.iter() {
                let pattern = &self.ruleset.patterns[pack.first + hit.template as usize];
                let start = hit.start + u32::from(pattern.anchored_start);
                let end = hit.end - u32::from(pattern.anchored_end);
                match pattern.role {
                    Role::Entry(number) => {
                        let entry = &self.ruleset.entries[number as usize];
                        if entry.live && self.wanted[entry.rule as usize] {
                            let text = region.text.text();
                            candidates.push(wording::candidate(entry, number as usize, text, tokens, start..end));
                        }
                    }
                    role => context.push((role, start, end)),
                }
            }
        }
        context.sort_unstable();
        let reading =
            Reading { text: &region.text, customer: region.customer.as_ref(), said: OnceCell::new(), tokens, context };
        candidates.extend(self.expressions.find(&self.ruleset, &self.wanted, &reading));
        candidates.retain(|c| self.accepts(&reading, c));
        let all = watch.is_some();
        if let Some(watch) = watch {
            for candidate in &candidates {
                if let Some(entry) = candidate.entry {
                    watch(Sight { entry, text: reading.text, tokens, at: candidate.tokens.clone() });
                }
            }
        }
        wording::leftmost_longest(&mut candidates);
        for (rule, check) in self.ruleset.checks.iter().enumerate().filter(|(rule, _)| self.wanted[*rule]) {
            if let Some(limit) = check.limit {
                candidates.extend(limit::find(rule, limit, &reading, |c| self.accepts(&reading, c)));
            }
            if let Some(repeat) = check.repeat {
                candidates
                    .extend(repeat::find(rule, repeat, &reading).into_iter().filter(|c| self.accepts(&reading, c)));
            }
        }
        candidates.sort_by_key(|c| (c.span.start, c.span.end, c.rule));
        if !all {
            self.drop_shadowed(&mut candidates);
        }
        out.extend(candidates.iter().map(|c| self.finding(source, &reading, c)));
    }

    /// Whether the place is one that the rule speaks of.
    fn accepts(&self, reading: &Reading<'_>, candidate: &Candidate<'_>) -> bool {
        let (check, tokens, number) = (&self.ruleset.checks[candidate.rule], &candidate.tokens, candidate.rule as u32);
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
        let guards =
            |list: &[u32]| list.iter().any(|&g| reading.holds(g, self.ruleset.guards[g as usize].scope, tokens));
        if guards(&check.unless) || !check.only.is_empty() && !guards(&check.only) {
            return false;
        }
        candidate.entry.is_none_or(|entry| {
            !reading.overlaps(Role::EntryUnless(entry as u32), tokens) && !guards(&self.ruleset.entries[entry].unless)
        })
    }

    /// Leaves out what lies in the place of a match of the same category that is as grave: one fault, one report. A count casts no
    /// shadow: that a reply is long says nothing of the words in it.
    fn drop_shadowed(&self, candidates: &mut Vec<Candidate<'_>>) {
        let rule = |c: &Candidate<'_>| &self.ruleset.rules()[c.rule];
        let shadowed: Vec<bool> = (0..candidates.len())
            .map(|i| {
                let small = &candidates[i];
                // They are sorted by place, so whatever holds this one stands close to it.
                let mut nearby = i.saturating_sub(16)..candidates.len().min(i + 16);
                nearby.any(|j| {
                    let large = &candidates[j];
                    large.rule != small.rule
                        && !large.measured
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
        let rule = &self.ruleset.rules()[candidate.rule];
        let entry = candidate.entry.map(|e| &self.ruleset.entries[e]);
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
        let rewrite = Rewrite { source, reading, captures: &captures, apply: rule.apply };
        let mut suggestions = Vec::new();
        if let Some(text) = entry.and_then(|e| e.replacement.as_ref()) {
            suggestions.push(rewrite.of(derived, text));
        }
        let place = if self.ruleset.checks[candidate.rule].replace == Replace::Match { derived } else { around };
        suggestions.extend(rule.suggest.iter().map(|text| rewrite.of(place, text)));
        for more in suggestions.iter_mut().skip(1).filter(|s| s.title == ONE_WAY) {
            more.title = ANOTHER_WAY.to_owned();
        }
        let span = reading.text.to_source(derived);
        Finding {
            rule: rule.clone(),
            severity: rule.severity,
            message: rule.title.to_string(),
            span,
            matched: reading.shown(source, derived),
            via: candidate.via.to_string(),
            missing: None,
            labels: Vec::new(),
            suggestions,
            fingerprint: reading.fingerprint(&rule.id, derived, around),
        }
    }

    fn captures(&self, entry: usize, reading: &Reading<'_>, tokens: &Range<usize>) -> Vec<(String, Range<usize>)> {
        let read = || self.ruleset.template(&self.ruleset.entries[entry]);
        let Some(template) = self.captures.get(&entry).and_then(|t| t.get_or_init(read).as_ref()) else {
            return Vec::new();
        };
        let trace = template.trace(&reading.tokens.ids[tokens.clone()], &|id| self.ruleset.lexicon.letters(id));
        trace.captures.into_iter().map(|(n, r)| (n, r.start + tokens.start..r.end + tokens.start)).collect()
    }
}

/// A segmented region and what templates found in it.
struct Reading<'r> {
    text: &'r Mapped<'r>,
    customer: Option<&'r Mapped<'r>>,
    /// The customer's words, gathered when they are first asked for.
    said: OnceCell<HashSet<String>>,
    tokens: &'r Tokens,
    /// Sorted by role, then by place.
    context: &'r [Context],
}

impl Reading<'_> {
    /// The matches of a role that begin in a range of tokens.
    fn of(&self, role: Role, start: usize, end: usize) -> impl Iterator<Item = Range<usize>> {
        let from = self.context.partition_point(|c| (c.0, c.1) < (role, start as u32));
        self.context[from..]
            .iter()
            .take_while(move |c| c.0 == role && (c.1 as usize) < end)
            .map(|c| c.1 as usize..c.2 as usize)
    }

    /// No template is longer than this, anchors included.
    const REACH: usize = 64;

    fn overlaps(&self, role: Role, tokens: &Range<usize>) -> bool {
        self.of(role, tokens.start.saturating_sub(Self::REACH), tokens.end).any(|r| r.end > tokens.start)
    }

    fn ends_at(&self, role: Role, token: usize) -> bool {
        self.of(role, token.saturating_sub(Self::REACH), token).any(|r| r.end == token)
    }

    fn starts_at(&self, role: Role, token: usize) -> bool {
        self.of(role, token, token + 1).next().is_some()
    }

    /// Whether a guard holds for some tokens.
    fn holds(&self, guard: u32, scope: Scope, tokens: &Range<usize>) -> bool {
        let role = Role::Guard(guard);
        let inside = |r: Range<usize>| self.of(role, r.start, r.end).any(|m| m.end <= r.end);
        let sentences = |from: usize, to: usize| match (self.tokens.sentences.get(from), self.tokens.sentences.get(to))
        {
            (Some(a), Some(b)) => inside(a.tokens.start..b.tokens.end),
            _ => false,
        };
        let here = self.tokens.sentence_of(tokens.start);
        let last = self.tokens.sentences.len().saturating_sub(1);
        match scope {
            Scope::Before(within) => {
                let low = self.tokens.clause_of(tokens).start;
                self.of(role, low, tokens.start)
                    .any(|m| m.end <= tokens.start && (within == 0 || m.end + within as usize >= tokens.start))
            }
            Scope::After(within) => {
                let high = self.tokens.clause_of(tokens).end;
                self.of(role, tokens.end, high)
                    .any(|m| m.end <= high && (within == 0 || m.start <= tokens.end + within as usize))
            }
            Scope::Clause => inside(self.tokens.clause_of(tokens)),
            Scope::Previous => here > 0 && sentences(here - 1, here - 1),
            Scope::Next => sentences(here + 1, here + 1),
            Scope::Near(n) => sentences(here.saturating_sub(n as usize), (here + n as usize).min(last)),
            Scope::Reply => inside(0..self.tokens.ids.len()),
            Scope::CustomerWords => self.said_by_customer(self.tokens.span(tokens.clone())),
        }
    }

    /// Whether the customer used every word of a stretch.
    fn said_by_customer(&self, derived: Span) -> bool {
        let Some(customer) = self.customer else { return false };
        let said = self.said.get_or_init(|| words(customer.text()).collect());
        words(&self.text.text()[derived.range()]).all(|word| said.contains(&word))
    }

    /// A stretch of the derived text as its reader sees it, with placeholders as they are written.
    fn shown(&self, source: &Source, derived: Span) -> String {
        let text = &self.text.text()[derived.range()];
        if text.contains(OBJECT) { source.slice(self.text.to_source(derived)).to_owned() } else { text.to_owned() }
    }

    fn fingerprint(&self, rule: &str, derived: Span, around: Span) -> Fingerprint {
        let mut hash = Sha256::new();
        hash.update(rule.as_bytes());
        for span in [derived, around] {
            for word in words(&self.text.text()[span.range()]) {
                hash.update(word.as_bytes());
                hash.update(b" ");
            }
        }
        let digest = hash.finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        Fingerprint(u64::from_be_bytes(first))
    }
}

/// The words of a text in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase)
}

/// A longer sentence, in bytes, is not rewritten as a whole, and does not count as the neighbourhood of what is found in it.
const MAX_SENTENCE: usize = 2_000;

/// The title of a rewrite that is not simply applied, and of those after it.
const ONE_WAY: &str = "one way to say it";
const ANOTHER_WAY: &str = "another way";

/// Makes suggestions for one finding.
struct Rewrite<'r> {
    source: &'r Source,
    reading: &'r Reading<'r>,
    captures: &'r [(String, Range<usize>)],
    apply: Applicability,
}

impl Rewrite<'_> {
    /// Replaces a stretch of the derived text by the text of a rule, captures filled in.
    fn of(&self, derived: Span, text: &str) -> Suggestion {
        let old = &self.reading.text.text()[derived.range()];
        let mut new = text.to_owned();
        for (name, range) in self.captures {
            let slot = format!("{{{name}}}");
            if new.contains(&slot) {
                let words = match range.is_empty() {
                    true => String::new(),
                    false => self.reading.shown(self.source, self.reading.tokens.span(range.clone())),
                };
                new = new.replace(&slot, &words);
            }
        }
        // The writer's capital is kept, but not that of `I`, which is always one.
        let sentences = &self.reading.tokens.sentences;
        let opens = sentences.binary_search_by_key(&derived.start, |s| s.span.start).is_ok();
        let is_i = old.starts_with('I') && !old[1..].starts_with(char::is_alphanumeric);
        if opens || old.starts_with(char::is_uppercase) && !is_i {
            new = capitalized(&new);
        }
        // A text that cannot be written back letter for letter, or that has a blank to fill, is only shown.
        let applicability = if self.reading.text.is_verbatim(derived) && !new.contains('{') && !old.contains(OBJECT) {
            self.apply
        } else {
            Applicability::Manual
        };
        let title = match self.apply {
            Applicability::Manual => ONE_WAY.to_owned(),
            _ => format!("write `{new}`"),
        };
        Suggestion { title, applicability, edits: vec![Edit { span: self.reading.text.to_source(derived), text: new }] }
    }
}
