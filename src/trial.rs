//! Tries rules on their own examples.
//!
//! A rule's examples are its tests: it fires at the marked place, stays quiet where it should, its fixes give what is written, its
//! rewrites trip no rule, and no part of its templates is there without an example that shows what it is for.

use crate::date::Date;
use crate::document::{Document, Format};
use crate::finding::{Finding, Problems};
use crate::fix;
use crate::linter::{Linter, Sight};
use crate::rule::{Applicability, Severity};
use crate::ruleset::Side;
use crate::ruleset::file::{self, Detects, RuleFile, RuleSpec};
use crate::ruleset::template::{Parser, Template};
use crate::ruleset::{Ruleset, problems_of};
use crate::source::{Source, Span};
use crate::suppression::{Paths, Suppression};
use crate::toml_file::{Literal, Place, Problem};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// What came of it.
#[derive(Debug)]
pub struct Tested {
    /// How many rules were tried.
    pub rules: usize,
    /// How many examples they have.
    pub examples: usize,
    /// What did not hold, file by file.
    pub failures: Vec<Problems>,
    /// How much of their wording the examples spell out.
    pub coverage: Coverage,
}

/// How much of the wording of rules their examples spell out.
#[derive(Debug)]
pub struct Coverage {
    /// How many alternatives there are: those of templates, and the entries of the lists that these use.
    pub alternatives: usize,
    /// Those that no example has in its own words, but that work in the place of others, in the order of their places.
    pub derived: Vec<Place>,
    /// Those that no example reaches, in the order of their places: dead, or plain words that work in no text that was tried.
    pub unreached: Vec<Place>,
}

/// Tries the rules of some files, over the built-in ones unless `bare`; without files, the built-in ones.
///
/// # Errors
/// Everything that is wrong with the files, if they cannot be used at all.
pub fn run(sources: &[Source], bare: bool) -> Result<Tested, Vec<Problems>> {
    let own;
    let (sources, bare) = match sources {
        [] => {
            own = [Ruleset::builtin_source()];
            (&own[..], true)
        }
        _ => (sources, bare),
    };
    let linter = Linter::new(Ruleset::load(sources, bare)?).with_detectors();
    let mut ignored = Vec::new();
    let files: Vec<RuleFile> = sources.iter().enumerate().filter_map(|(i, s)| file::read(s, i, &mut ignored)).collect();
    let mut trial = Trial {
        alternatives: Alternatives::new(&linter, &files),
        linter: &linter,
        problems: Vec::new(),
        examples: 0,
        fired: HashSet::new(),
    };
    let specs: Vec<&RuleSpec> = files.iter().flat_map(|f| &f.rules).collect();
    for spec in &specs {
        trial.rule(spec);
    }
    let Trial { alternatives, mut problems, examples, .. } = trial;
    let coverage = alternatives.dead(&mut problems);
    Ok(Tested { rules: specs.len(), examples, failures: problems_of(problems), coverage })
}

/// The day on which examples are tried, in seconds since 1970: 1 January 2026, whatever day it is.
const TODAY: u64 = 1_767_225_600;

struct Trial<'l> {
    linter: &'l Linter,
    alternatives: Alternatives<'l>,
    problems: Vec<Problem>,
    examples: usize,
    /// What the findings of `fires` examples came from.
    fired: HashSet<String>,
}

impl Trial<'_> {
    fn problem(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem { place, message: message.into() });
    }

    /// What one rule or detector finds in a text.
    fn check(&mut self, spec: &RuleSpec, source: &Source, shows: bool) -> Vec<Finding> {
        let side = if spec.detects == Some(Detects::Customer) { Side::Customer } else { Side::Reply };
        self.examples += 1;
        let document = Document::extract(source, Format::Text);
        let alternatives = &mut self.alternatives;
        let mut findings = self.linter.check_each(source, &document, side, &mut |sight| {
            if shows {
                alternatives.see(source, &sight, side);
            }
        });
        if spec.lapse.is_some() {
            let suppression = Suppression::of_drafts(Date::at(TODAY));
            findings = suppression.part(self.linter, Paths::default(), source, &document, findings).open;
        }
        findings.retain(|f| f.rule.id == spec.id.text);
        findings
    }

    fn rule(&mut self, spec: &RuleSpec) {
        if spec.enabled == Some(false) {
            return;
        }
        for example in &spec.fires {
            self.fires(spec, example);
        }
        for example in &spec.quiet {
            let source = Source::new("example", example.text.clone());
            let found = self.check(spec, &source, false);
            if let Some(first) = found.first() {
                self.problem(
                    example.place,
                    format!("`{}` fires here, at `{}` (by `{}`)", spec.id.text, first.matched, first.via),
                );
            }
        }
        for (before, after) in &spec.fixed {
            let source = Source::new("example", before.text.clone());
            let found = self.check(spec, &source, false);
            let fixed = fix::apply(&source, &found, Applicability::Unsafe);
            if fixed != after.text {
                self.problem(after.place, format!("the fix gives `{fixed}`"));
            }
        }
        let apply = self.linter.ruleset().all.iter().find(|r| r.id == spec.id.text).map(|r| r.apply);
        let fixes = !spec.suggest.is_empty() || spec.swaps;
        if spec.fixed.is_empty() && fixes && apply.is_some_and(|a| a > Applicability::Manual) {
            self.problem(spec.id.place, "its rewrites may be applied, so it needs `fixed` examples");
        }
        if spec.fires.is_empty() && spec.title.is_some() {
            self.problem(spec.id.place, "it has no `fires` example");
        }
        for text in &spec.suggest {
            self.suggestion(text);
        }
        if spec.title.is_some() && !fixes && spec.no_suggest.is_none() && spec.detects.is_none() {
            self.problem(spec.id.place, "it offers no rewrite; say why in `no-suggest`");
        }
        for regex in spec.regexes.iter().filter(|r| !self.fired.contains(&r.text)) {
            self.problems
                .push(Problem { place: regex.place, message: "no `fires` example shows this expression".into() });
        }
    }

    fn fires(&mut self, spec: &RuleSpec, example: &Literal) {
        let (text, marks) = unmark(&example.text);
        let source = Source::new("example", text);
        let found = self.check(spec, &source, true);
        self.fired.extend(found.iter().map(|f| f.via.clone()));
        if found.is_empty() {
            self.problem(example.place, format!("`{}` does not fire here", spec.id.text));
        }
        for mark in marks {
            if !found.is_empty() && !found.iter().any(|f| f.span == mark) {
                let places: Vec<_> = found.iter().map(|f| format!("`{}`", source.slice(f.span))).collect();
                self.problem(
                    example.place,
                    format!("it fires at {}, not at `{}`", places.join(" and "), source.slice(mark)),
                );
            }
        }
    }

    /// A rewrite must not be what the linter itself would send back.
    fn suggestion(&mut self, text: &Literal) {
        let source = Source::new("suggestion", text.text.clone());
        let document = Document::extract(&source, Format::Text);
        let found = self.linter.check(&source, &document);
        // That it is no whole reply, and that it holds blanks, is no fault of a rewrite.
        let set = self.linter.ruleset();
        let judges = |f: &Finding| set.numbered(|c| c.is_judgement()).any(|(_, rule)| rule.id == f.rule.id);
        for finding in found.iter().filter(|f| f.severity >= Severity::Warning && !judges(f)) {
            self.problem(text.place, format!("this rewrite trips `{}` at `{}`", finding.rule.id, finding.matched));
        }
    }
}

/// Takes the `[[` and `]]` out of an example. The places are in bytes of the text without them.
fn unmark(text: &str) -> (String, Vec<Span>) {
    let mut out = String::new();
    let (mut marks, mut open) = (Vec::new(), None);
    let mut rest = text;
    while let Some(mut at) = rest.find(if open.is_some() { "]]" } else { "[[" }) {
        // `[[[Name]]]` marks a name in brackets.
        at += usize::from(open.is_some() && rest[at..].starts_with("]]]"));
        out.push_str(&rest[..at]);
        rest = &rest[at + 2..];
        match open.take() {
            Some(start) => marks.push(Span::new(start, out.len())),
            None => open = Some(out.len()),
        }
    }
    out.push_str(rest);
    (out, marks)
}

/// The alternatives of all templates and lists, and which of them work.
///
/// An example need not spell out every alternative. Where one shows a template by way of one alternative, the words it took are
/// exchanged for those of each other alternative, and the rule must fire on that text too. An alternative that works in no such text
/// is dead.
struct Alternatives<'l> {
    linter: &'l Linter,
    /// By entry number: the template, and where it stands.
    templates: BTreeMap<usize, (Template, Place)>,
    /// What must work: alternatives of templates, and entries of the lists that they use.
    asked: BTreeSet<Place>,
    /// Those of them that are plain words of a list. Reading one is reading all, so that one which the examples do not reach is no fault.
    words: BTreeSet<Place>,
    used: BTreeSet<Place>,
    hit: BTreeSet<usize>,
    /// Texts that ought to show an alternative, and whether they are a customer's.
    to_try: BTreeMap<Place, Vec<(String, Side)>>,
}

/// In how many texts an alternative is tried before it is called dead.
const TRIES: usize = 6;

impl<'l> Alternatives<'l> {
    fn new(linter: &'l Linter, files: &[RuleFile]) -> Self {
        let set = linter.ruleset();
        let intern = |word: &str| set.lexicon.get(word.as_bytes());
        let mut parser = Parser::new(intern, &set.lists);
        for (name, entries) in files.iter().flat_map(|f| &f.lists) {
            parser.define(&name.text, entries.clone());
        }
        let live = set.entries.iter().zip(set.templates.iter()).enumerate().filter(|(_, (entry, _))| entry.live);
        let numbers: HashMap<(&str, &str), usize> =
            live.map(|(i, (entry, template))| ((set.all[entry.rule as usize].id.as_ref(), template), i)).collect();
        let mut templates = BTreeMap::new();
        for spec in files.iter().flat_map(|f| &f.rules).filter(|r| r.enabled != Some(false)) {
            for entry in spec.entries.iter().chain(&spec.match_add) {
                let literal = &entry.template;
                let number = numbers.get(&(spec.id.text.as_str(), literal.text.as_str()));
                if let (Some(&number), Ok(template)) = (number, parser.template(&literal.text, &|r| literal.part(r))) {
                    templates.insert(number, (template, literal.place));
                }
            }
        }
        let (mut asked, mut words) = (BTreeSet::new(), BTreeSet::new());
        templates.values().for_each(|(t, _)| t.places(&mut asked));
        for list in files.iter().flat_map(|f| &f.lists).filter_map(|(name, _)| parser.list(&name.text)) {
            words.extend(list.branches.iter().filter(|branch| branch.node.words().is_some()).filter_map(|b| b.place));
        }
        // The built-in lists have no place in these files.
        asked.remove(&Place::default());
        Self { linter, templates, asked, words, used: BTreeSet::new(), hit: BTreeSet::new(), to_try: BTreeMap::new() }
    }

    /// Notes what an entry that matched shows, and what texts like it ought to show.
    fn see(&mut self, source: &Source, sight: &Sight<'_>, side: Side) {
        let Some((template, _)) = self.templates.get(&sight.entry) else { return };
        self.hit.insert(sight.entry);
        let lexicon = &self.linter.ruleset().lexicon;
        let trace = template.trace(&sight.tokens.ids[sight.at.clone()], &|id| lexicon.letters(id));
        self.used.extend(trace.used);
        for (choice, range) in trace.choices {
            let at = sight.at.start + range.start..sight.at.start + range.end;
            for branch in &choice.branches {
                let Some(place) = branch.place.filter(|p| self.asked.contains(p) && !self.used.contains(p)) else {
                    continue;
                };
                let texts = self.to_try.entry(place).or_default();
                if texts.len() < TRIES {
                    texts.push((exchange(source, sight, at.clone(), &branch.node.sample(lexicon)), side));
                }
            }
        }
    }

    /// Tries what no example spelled out, until nothing more comes of it, reports what is dead, and tells what is covered.
    fn dead(mut self, problems: &mut Vec<Problem>) -> Coverage {
        let spelled = self.used.clone();
        loop {
            let before = self.used.len();
            let mut round = std::mem::take(&mut self.to_try);
            round.retain(|place, _| !self.used.contains(place));
            for (place, texts) in round {
                for (text, side) in texts {
                    // What else a text shows is worth a look where few alternatives have one.
                    if self.words.contains(&place) && self.used.contains(&place) {
                        break;
                    }
                    let source = Source::new("example", text);
                    let document = Document::extract(&source, Format::Text);
                    let linter = self.linter;
                    linter.check_each(&source, &document, side, &mut |sight| self.see(&source, &sight, side));
                }
            }
            if self.used.len() == before {
                break;
            }
        }
        let mut report = |place, message: &str| problems.push(Problem { place, message: message.to_owned() });
        let mut unshown = Vec::new();
        for (entry, (_, place)) in &self.templates {
            if !self.hit.contains(entry) {
                report(*place, "no `fires` example shows this template");
                unshown.push(*place);
            }
        }
        let unreached: Vec<Place> = self.asked.difference(&self.used).copied().collect();
        let is_faulty = |p: &&Place| !self.words.contains(p) && !unshown.iter().any(|u| u.holds(**p));
        for place in unreached.iter().filter(is_faulty) {
            report(*place, "dead alternative: the rule fires on no example that has it");
        }
        let derived = self.asked.intersection(&self.used).filter(|place| !spelled.contains(place)).copied();
        Coverage { alternatives: self.asked.len(), derived: derived.collect(), unreached }
    }
}

/// The text with other words in the place of some tokens.
fn exchange(source: &Source, sight: &Sight<'_>, at: Range<usize>, words: &str) -> String {
    let span = |tokens: Range<usize>| sight.text.to_source(sight.tokens.span(tokens));
    let place = if !at.is_empty() {
        span(at)
    } else if at.start < sight.at.end {
        let start = span(at.start..at.start + 1).start;
        Span::new(start, start)
    } else {
        let end = span(at.start - 1..at.start).end;
        Span::new(end, end)
    };
    let text = source.text();
    let new = format!("{} {words} {}", text[..place.start].trim_end(), text[place.end..].trim_start());
    // What is written without a space before it.
    ["'s", "'d", ",", ";", ":", "?", "!"]
        .iter()
        .fold(new, |text, mark| text.replace(&format!(" {mark}"), mark))
        .trim()
        .to_owned()
}
