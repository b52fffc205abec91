//! A rule set: what its rules say, and the automaton that finds what they look for.
//!
//! A rule file is read ([`mod@file`]), its templates are parsed ([`template`]) and compiled to one [`program`]; the [`matcher`] runs
//! it.
//! The built-in rules go this way in the build script, and are arrays in the program when it starts.

mod compile;
mod expression;
pub mod file;
mod hash;
pub mod inflection;
pub mod matcher;
pub mod program;
pub mod template;
#[cfg(test)]
mod tests;

use crate::finding::Problems;
use crate::rule::{Advice, Article, Rule, Text, Texts};
use crate::segment::{Lexicon, Part, Vocabulary};
use crate::source::Source;
use crate::toml_file::{Literal, Problem};
use file::{Answer, At, Detects, Lapse, Leftover, Measure, Mood, Per, RepeatSpec, Replace, Scope};
use program::Program;
use std::borrow::Cow;
use std::sync::Arc;

/// The JSON Schema of rule files, draft 7.
pub const SCHEMA: &str = include_str!("ruleset/schema.json");

/// Rules, ready to check.
#[derive(Clone, Debug, Default)]
pub struct Ruleset {
    /// Rules and detectors.
    pub(crate) all: Vec<Arc<Rule>>,
    /// Kinds of reply, in the order in which they are tried.
    pub(crate) kinds: Cow<'static, [Kind]>,
    /// The names of the categories, detectors' too.
    pub(crate) categories: Cow<'static, [Text]>,
    /// What each rule asks of a match, by the number of the rule.
    pub(crate) checks: Cow<'static, [Check]>,
    /// What templates of rules lead to.
    pub(crate) entries: Cow<'static, [Entry]>,
    /// These templates as they are written, by the number of the entry.
    pub(crate) templates: Texts,
    /// What few of them have.
    pub(crate) extras: Cow<'static, [Extra]>,
    /// Context tests.
    pub(crate) guards: Cow<'static, [Guard]>,
    /// What each template is for, by its number in all packs.
    pub(crate) patterns: Cow<'static, [Pattern]>,
    /// Regular expressions.
    pub(crate) regexes: Cow<'static, [RegexEntry]>,
    /// Named lists, later ones over earlier ones of the same name.
    pub(crate) lists: Cow<'static, [List]>,
    /// The words of all packs.
    pub(crate) lexicon: Lexicon,
    /// For the built-in rules, and again for a user's: one automaton for replies, one for what customers write.
    pub(crate) packs: Vec<Pack>,
}

/// An automaton.
#[derive(Clone, Debug)]
pub struct Pack {
    /// What it runs.
    pub program: Program,
    /// The number of its first template among those of all packs.
    pub first: usize,
    /// Whose texts it is run over.
    pub side: Side,
}

/// Who wrote a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The agent.
    Reply,
    /// The customer.
    Customer,
}

/// A compiled rule file without what it was compiled over. The built-in one is a static value.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the fields are those of `Ruleset`")]
pub struct Image {
    pub rules: Cow<'static, [Rule]>,
    pub kinds: Cow<'static, [Kind]>,
    pub categories: Cow<'static, [Text]>,
    pub checks: Cow<'static, [Check]>,
    pub entries: Cow<'static, [Entry]>,
    pub templates: Texts,
    pub extras: Cow<'static, [Extra]>,
    pub guards: Cow<'static, [Guard]>,
    pub patterns: Cow<'static, [Pattern]>,
    pub regexes: Cow<'static, [RegexEntry]>,
    pub lists: Cow<'static, [List]>,
    pub vocabulary: Vocabulary,
    pub packs: Cow<'static, [Pack]>,
}

/// What a rule asks of a match before it is a finding.
#[derive(Clone, Debug)]
pub struct Check {
    /// Whether the rule is in use.
    pub enabled: bool,
    /// What it counts, if it is a `limit`.
    pub limit: Option<Limit>,
    /// What it compares, if it is a `repeat`.
    pub repeat: Option<RepeatSpec>,
    /// Guards that cancel.
    pub unless: Cow<'static, [u32]>,
    /// Guards that must hold.
    pub only: Cow<'static, [u32]>,
    /// The kind of sentence.
    pub mood: Option<Mood>,
    /// The parts of the reply; empty for all.
    pub parts: Cow<'static, [Part]>,
    /// What a rewrite replaces.
    pub replace: Replace,
    /// What the weights of the templates that match in a sentence must come to, in hundredths; 0 where each stands for itself.
    pub at_least: u32,
    /// What it tells, if it is a detector.
    pub detects: Option<Detects>,
    /// Its category, by number.
    pub category: u32,
    /// It counts only where one of these holds. For a move: the replies that it is called for in.
    pub when: Cow<'static, [Condition]>,
    /// What cancels a move in the same sentence.
    pub veto: Cow<'static, [Tag]>,
    /// By how much it raises the customer's anger.
    pub anger: u32,
    /// How much trouble it tells of.
    pub trouble: u32,
    /// What must be there.
    pub require: Option<Require>,
    /// What is out of place.
    pub misplaced: Cow<'static, [Tag]>,
    /// What must stand after what.
    pub order: Option<Order>,
    /// What of the customer's message must be taken up.
    pub answer: Option<Answer>,
    /// Moves that answer a question in which a detector, by number, finds something.
    pub answered_by: Cow<'static, [Answers]>,
    /// Moves of which such a question needs one, whatever else is said.
    pub needs: Cow<'static, [Answers]>,
    /// Moves that take up no question: what is said in them, to the end of the clause, answers nothing.
    pub aside: Cow<'static, [Tag]>,
    /// What must not be left in the reply.
    pub leftover: Cow<'static, [Leftover]>,
    /// What is wrong with words that let findings stand.
    pub lapse: Option<Lapse>,
}

/// A rule or detector, or all of a category, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// One of them.
    Rule(u32),
    /// A category.
    Category(u32),
}

/// What must hold all at once. What is empty, zero or `None` asks for nothing.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    /// The reply is of one of these kinds, by number.
    pub kind: Cow<'static, [u32]>,
    /// It is sent over one of these channels.
    pub channel: Cow<'static, [Text]>,
    /// The customer's message shows one of each of these groups.
    pub customer: Cow<'static, [Cow<'static, [u32]>]>,
    /// It shows none of these.
    pub customer_lacks: Cow<'static, [u32]>,
    /// The reply makes or has one of each of these groups.
    pub has: Cow<'static, [Cow<'static, [Tag]>]>,
    /// It makes and has none of these.
    pub lacks: Cow<'static, [Tag]>,
    /// The customer is at least so angry.
    pub anger: u32,
    /// What the customer tells of comes to at least so much trouble.
    pub trouble: u32,
    /// Whether the customer's message is known.
    pub message: Option<bool>,
    /// The reply has at least so many words between greeting and sign-off.
    pub words: u32,
}

/// What answers a kind of question.
#[derive(Clone, Debug)]
pub struct Answers {
    /// The detector that tells the kind, by number.
    pub question: u32,
    /// The moves.
    pub by: Cow<'static, [Tag]>,
}

/// What a `require` asks for: a move, or one of the templates of [`Role::Require`].
#[derive(Clone, Debug)]
pub struct Require {
    /// Where it must stand: in the same sentence as each of these, or in one next to it. Empty for anywhere.
    pub beside: Cow<'static, [Tag]>,
    /// The moves.
    pub moves: Cow<'static, [Tag]>,
    /// Where it belongs.
    pub at: At,
}

/// What an `order` compares.
#[derive(Clone, Debug)]
pub struct Order {
    /// What must not stand first.
    pub of: Cow<'static, [Tag]>,
    /// What must stand before it.
    pub after: Cow<'static, [Tag]>,
    /// Whether it is a fault also where none of `after` follows.
    pub alone: bool,
}

/// A kind of reply.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its name.
    pub name: Text,
    /// What such a reply is.
    pub title: Text,
    /// It is of this kind if one of them holds.
    pub when: Cow<'static, [Condition]>,
    /// Moves, by number, and what each is worth in the score.
    pub score: Cow<'static, [(u32, u32)]>,
}

/// What a `limit` counts, and how many are fine.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// What is counted.
    pub of: Measure,
    /// How many are still fine.
    pub max: u32,
    /// What they are counted in.
    pub per: Per,
}

/// A template of a rule: numbers and flags alone, which the build script writes by their `Debug`.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The number of its rule.
    pub rule: u32,
    /// What few templates have, by number.
    pub extra: Option<u32>,
    /// How much it counts for, in hundredths, where the templates of its rule add up.
    pub weight: u32,
    /// Whether it holds captures.
    pub captures: bool,
    /// How many of the lists of its rule set it can see: those of later files are not meant.
    pub lists: u32,
    /// Whether it is in use.
    pub live: bool,
}

/// What few templates of rules have.
#[derive(Clone, Debug, Default)]
pub struct Extra {
    /// What it is replaced by, in a `swap`.
    pub replacement: Option<Text>,
    /// Guards that cancel it.
    pub unless: Cow<'static, [u32]>,
    /// The capture to underline.
    pub mark: Option<Text>,
    /// It counts only where one of these holds.
    pub when: Cow<'static, [Condition]>,
}

impl Extra {
    /// That of most templates.
    const NONE: Self = Self { replacement: None, unless: Cow::Borrowed(&[]), mark: None, when: Cow::Borrowed(&[]) };

    fn is_none(&self) -> bool {
        self.replacement.is_none() && self.unless.is_empty() && self.mark.is_none() && self.when.is_empty()
    }
}

/// A context test.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Its name.
    pub name: Text,
    /// Where it looks.
    pub scope: Scope,
    /// The guard whose templates and moves it looks for: itself, or the one that it is like.
    pub like: u32,
    /// Moves that make it hold, by number.
    pub moves: Cow<'static, [u32]>,
}

/// What a template is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It is an entry: a match may become a finding.
    Entry(u32),
    /// It cancels matches of a rule that it overlaps.
    Unless(u32),
    /// It cancels matches of an entry that it overlaps.
    EntryUnless(u32),
    /// It cancels matches of a rule right behind it.
    NotAfter(u32),
    /// It cancels matches of a rule right before it.
    NotBefore(u32),
    /// It makes a guard hold.
    Guard(u32),
    /// A rule counts it.
    Count(u32),
    /// A rule asks for it.
    Require(u32),
    /// It makes a move. No template has this role: moves are entries first.
    Move(u32),
    /// A later file took its place.
    Retired,
}

/// A template in the automaton.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    /// What it is for.
    pub role: Role,
    /// Whether its first token is an anchor and no part of the match.
    pub anchored_start: bool,
    /// Whether its last token is one.
    pub anchored_end: bool,
}

/// A regular expression, which runs on a sentence in which one of its literals stands.
#[derive(Clone, Debug)]
pub struct RegexEntry {
    /// The number of its rule.
    pub rule: u32,
    /// As it is written.
    pub pattern: Text,
    /// In lower case; every match holds one of them.
    pub literals: Cow<'static, [Text]>,
}

/// A named list, as it is written.
#[derive(Clone, Debug)]
pub struct List {
    /// Its name.
    pub name: Text,
    /// Its entries, a line each: as one text, which a program that starts has nothing to do for.
    pub lines: Text,
}

impl List {
    /// Its entries.
    pub fn entries(&self) -> impl Iterator<Item = &str> {
        self.lines.lines()
    }
}

impl Check {
    /// Whose texts it looks at.
    pub(crate) fn side(&self) -> Side {
        if self.detects == Some(Detects::Customer) { Side::Customer } else { Side::Reply }
    }

    /// Whether it finds wording.
    pub(crate) fn is_wording(&self) -> bool {
        self.limit.is_none() && self.repeat.is_none() && self.lapse.is_none() && !self.is_judgement()
    }

    /// Whether it looks at the reply as a whole, or at what it answers.
    pub(crate) fn is_judgement(&self) -> bool {
        let finds = self.require.is_some() || self.order.is_some() || self.answer.is_some();
        finds || !self.misplaced.is_empty() || !self.leftover.is_empty()
    }

    /// Whether its own conditions let it find more in the same reply where the customer's message is known. That the message must lack
    /// something only takes away.
    pub(crate) fn heeds_customer(&self) -> bool {
        let heeds = |when: &Condition| {
            let asks = !when.kind.is_empty() || !when.customer.is_empty();
            asks || when.anger > 0 || when.trouble > 0 || when.message.is_some()
        };
        self.answer.is_some() || self.when.iter().any(heeds)
    }
}

impl Ruleset {
    /// The rules, and the detectors that some of them look at, in the order of their files.
    pub fn rules_and_detectors(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.all.iter()
    }

    /// The rules, in the order of their files.
    pub fn rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.numbered(|check| check.detects.is_none()).map(|(_, rule)| rule)
    }

    /// What its rules go by: their ids and their categories.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rules().flat_map(|rule| [rule.id.as_ref(), rule.category()])
    }

    /// The rules in use.
    pub fn rules_in_use(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.numbered(|check| check.detects.is_none() && check.enabled).map(|(_, rule)| rule)
    }

    /// Rules and detectors with their numbers.
    pub(crate) fn numbered(&self, wanted: impl Fn(&Check) -> bool) -> impl Iterator<Item = (usize, &Arc<Rule>)> {
        self.all.iter().enumerate().filter(move |(number, _)| wanted(&self.checks[*number]))
    }

    /// The names of the kinds of reply, in the order in which they are tried.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.iter().map(|kind| kind.name.as_ref())
    }

    /// The channels that rules ask about, each once, in order.
    pub fn channels(&self) -> Vec<&str> {
        let of_checks = self.checks.iter().flat_map(|check| check.when.iter());
        let of_entries = self.extras.iter().flat_map(|extra| extra.when.iter());
        let of_kinds = self.kinds.iter().flat_map(|kind| kind.when.iter());
        let named = of_checks.chain(of_entries).chain(of_kinds).flat_map(|condition| condition.channel.iter());
        let mut channels: Vec<&str> = named.map(AsRef::as_ref).collect();
        channels.sort_unstable();
        channels.dedup();
        channels
    }

    /// Reads rule files, all of which extend or override those before them and this set.
    ///
    /// # Errors
    /// Everything that is wrong with the files, all at once.
    pub fn extend(&self, sources: &[Source]) -> Result<Self, Vec<Problems>> {
        let mut problems = Vec::new();
        let files: Vec<_> = sources.iter().enumerate().map(|(i, s)| file::read(s, i, &mut problems)).collect();
        let Some(files) = files.into_iter().collect::<Option<Vec<_>>>() else { return Err(problems_of(problems)) };
        let set = compile::compile(self, &files, &mut problems);
        if problems.is_empty() { Ok(set) } else { Err(problems_of(problems)) }
    }

    /// Compiles one file to an image that needs nothing under it.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn image(source: &Source) -> Result<Image, Vec<Problems>> {
        let mut problems = Vec::new();
        let Some(file) = file::read(source, 0, &mut problems) else { return Err(problems_of(problems)) };
        let mut set = compile::compile(&Self::default(), &[file], &mut problems);
        let (Some(vocabulary), true) = (set.lexicon.pop(), problems.is_empty()) else {
            return Err(problems_of(problems));
        };
        Ok(Image {
            rules: set.all.iter().map(|r| Rule::clone(r)).collect(),
            kinds: set.kinds,
            categories: set.categories,
            checks: set.checks,
            entries: set.entries,
            templates: set.templates,
            extras: set.extras,
            guards: set.guards,
            patterns: set.patterns,
            regexes: set.regexes,
            lists: set.lists,
            vocabulary,
            packs: set.packs.into(),
        })
    }

    /// Sets up the rules of an image.
    pub fn from_image(image: Image) -> Self {
        let mut lexicon = Lexicon::default();
        lexicon.push(image.vocabulary);
        Self {
            all: image.rules.iter().cloned().map(Arc::new).collect(),
            kinds: image.kinds,
            categories: image.categories,
            checks: image.checks,
            entries: image.entries,
            templates: image.templates,
            extras: image.extras,
            guards: image.guards,
            patterns: image.patterns,
            regexes: image.regexes,
            lists: image.lists,
            lexicon,
            packs: image.packs.into_owned(),
        }
    }

    /// What the rules of a file are there for. It is read again when somebody asks: checking has no use for it.
    pub fn advice(source: &Source) -> Vec<Article> {
        let strings = |literals: &[Literal]| literals.iter().map(|literal| literal.text.clone()).collect();
        let articles = file::read(source, 0, &mut Vec::new()).map(|file| file.advice).unwrap_or_default();
        let advice = |row: &file::AdviceSpec| Advice {
            quote: row.quote.text.clone(),
            by: strings(&row.by),
            untold: row.untold.as_ref().map(|untold| untold.text.clone()),
        };
        let article =
            |a: file::ArticleSpec| Article { title: a.article.text, advice: a.rows.iter().map(advice).collect() };
        articles.into_iter().map(article).collect()
    }

    /// Whose texts a template is for; `None` where both sides may ask.
    fn side(&self, role: Role) -> Option<Side> {
        let rule = match role {
            Role::Entry(entry) | Role::EntryUnless(entry) => self.entries.get(entry as usize)?.rule,
            Role::Unless(rule) | Role::NotAfter(rule) | Role::NotBefore(rule) => rule,
            Role::Count(_) | Role::Require(_) | Role::Move(_) | Role::Retired => return Some(Side::Reply),
            Role::Guard(_) => return None,
        };
        Some(self.checks.get(rule as usize)?.side())
    }

    /// What a template of a rule has beside its words, by the number of the entry.
    pub(crate) fn extra(&self, entry: usize) -> &Extra {
        static NONE: Extra = Extra::NONE;
        self.entries[entry].extra.map_or(&NONE, |number| &self.extras[number as usize])
    }

    /// Reads an entry's template again, to know what its captures hold. Templates in use were read before, so this gives one.
    pub(crate) fn template(&self, entry: usize) -> Option<template::Template> {
        compile::reread(self, entry)
    }
}

/// Problems of rule files as findings.
pub(crate) fn problems_of(problems: Vec<Problem>) -> Vec<Problems> {
    Problems::of(problems, "rule-file", "fault in a rule file")
}
