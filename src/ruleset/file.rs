//! Reads a rule file: TOML to what its tables say, with the place of every value.
//!
//! Nothing here stops at the first fault. Whatever is wrong becomes a [`Problem`] and reading goes on, so that an author sees all of
//! it in one run.

use crate::error::nearest;
use crate::rule::{Applicability, Confidence, DETECTORS, Severity};
use crate::source::Source;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A place in one of the rule files that are read together: which file, and the bytes in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The index of the file.
    pub file: usize,
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Place {
    /// Whether another place lies in this one.
    pub fn holds(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// Something wrong in a rule file.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong, in lower case, without a full stop.
    pub message: String,
}

/// A string of a rule file.
#[derive(Clone, Debug)]
pub struct Literal {
    /// Its value.
    pub text: String,
    /// The literal, quotes included.
    pub place: Place,
    /// Where its text begins in the file, if it is written there letter for letter.
    inner: Option<usize>,
}

impl Literal {
    /// A string without a place.
    pub fn bare(text: &str) -> Self {
        Self { text: text.to_owned(), place: Place::default(), inner: None }
    }

    /// The place of some bytes of its text; the whole literal where escapes stand between the two.
    pub fn part(&self, range: Range<usize>) -> Place {
        match self.inner {
            Some(start) => Place { file: self.place.file, start: start + range.start, end: start + range.end },
            None => self.place,
        }
    }
}

/// What a rule file holds.
#[derive(Debug, Default)]
pub struct RuleFile {
    /// Named word classes.
    pub lists: Vec<(Literal, Vec<Literal>)>,
    /// Named context tests.
    pub guards: Vec<GuardSpec>,
    /// Rules and detectors, and changes to them.
    pub rules: Vec<RuleSpec>,
    /// Kinds of reply, in the order in which they are tried.
    pub kinds: Vec<KindSpec>,
    /// What the rules are there for, article by article.
    pub advice: Vec<ArticleSpec>,
}

/// An `[[advice]]` table: an article and the advice in it.
#[derive(Debug)]
pub struct ArticleSpec {
    /// Its title.
    pub article: Literal,
    /// Its advice, in its order.
    pub rows: Vec<AdviceSpec>,
}

/// A piece of advice.
#[derive(Debug)]
pub struct AdviceSpec {
    /// What the article says.
    pub quote: Literal,
    /// The rules, categories and moves that see to it.
    pub by: Vec<Literal>,
    /// Why text cannot show it, where none do.
    pub untold: Option<Literal>,
}

/// A `[kinds.NAME]` table: a kind of reply, and how it is told.
#[derive(Debug)]
pub struct KindSpec {
    /// Its name.
    pub name: Literal,
    /// What such a reply is, in lower case, without a full stop.
    pub title: Option<Literal>,
    /// It is of this kind if one of them holds.
    pub when: Vec<ConditionSpec>,
    /// What each move is worth in the score.
    pub score: Vec<(Literal, u32)>,
}

/// What must hold all at once for a `when` to hold. A field that was not given asks for nothing.
#[derive(Clone, Debug, Default)]
pub struct ConditionSpec {
    /// The reply is of one of these kinds.
    pub kind: Vec<Literal>,
    /// Of each of these groups, one detector found something in the customer's message.
    pub customer: Vec<Vec<Literal>>,
    /// None of these did.
    pub customer_lacks: Vec<Literal>,
    /// The reply makes one of these moves, or has a finding of one of these rules.
    pub has: Vec<Literal>,
    /// It makes and has none of these.
    pub lacks: Vec<Literal>,
    /// The customer is at least so angry, 0 to 3.
    pub anger: Option<u32>,
    /// What the customer tells of comes to at least so much trouble.
    pub trouble: Option<u32>,
    /// Whether the customer's message is known.
    pub message: Option<bool>,
    /// The reply has at least so many words between greeting and sign-off.
    pub words: Option<u32>,
}

/// A `[guards.NAME]` table.
#[derive(Debug)]
pub struct GuardSpec {
    /// Its name.
    pub name: Literal,
    /// Where its templates are looked for.
    pub scope: Scope,
    /// The templates.
    pub templates: Vec<Literal>,
    /// Moves that make it hold as well.
    pub moves: Vec<Literal>,
    /// A guard whose templates and moves it shares.
    pub like: Option<Literal>,
}

/// Where a guard looks, seen from a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In the same clause, before it, at most so many tokens away; 0 is the whole clause.
    Before(u32),
    /// In the same clause, after it, likewise.
    After(u32),
    /// In the same clause.
    Clause,
    /// In the sentence before.
    Previous,
    /// In the sentence after.
    Next,
    /// In the same sentence and so many on each side.
    Near(u32),
    /// Anywhere in the reply.
    Reply,
    /// Among the customer's words. Only the built-in guard `customer-words` looks there.
    CustomerWords,
}

/// A template with what belongs to it alone.
#[derive(Clone, Debug)]
pub struct EntrySpec {
    /// The template.
    pub template: Literal,
    /// What it is replaced by, in a `swap`.
    pub replacement: Option<Literal>,
    /// Templates and guards that cancel it.
    pub unless: Vec<Literal>,
    /// The capture to underline.
    pub mark: Option<Literal>,
    /// How much it counts for, in hundredths, where the templates of a rule add up.
    pub weight: Option<u32>,
    /// It counts only where one of these holds.
    pub when: Vec<ConditionSpec>,
}

impl EntrySpec {
    fn of(template: Literal) -> Self {
        Self { template, replacement: None, unless: Vec::new(), mark: None, weight: None, when: Vec::new() }
    }
}

/// A `[rules.CATEGORY.NAME]`, `[moves.NAME]` or `[customer.NAME]` table. Fields that were not given are empty.
#[derive(Debug)]
pub struct RuleSpec {
    /// `category.name`, at the place of the name.
    pub id: Literal,
    /// What it tells, if it is a detector.
    pub detects: Option<Detects>,
    /// It counts only where one of these holds.
    pub when: Vec<ConditionSpec>,
    /// Rules and categories whose findings cancel a move in their sentence.
    pub veto: Vec<Literal>,
    /// By how much what the customer wrote raises their anger.
    pub anger: Option<u32>,
    /// How much trouble it tells of.
    pub trouble: Option<u32>,
    /// A move that must be made.
    pub require: Option<RequireSpec>,
    /// Moves that are out of place.
    pub misplaced: Vec<Literal>,
    /// A move that must come after others.
    pub order: Option<OrderSpec>,
    /// Something of the customer's message that must be taken up.
    pub answer: Option<Answer>,
    /// Moves that answer a question in which a detector finds something, whatever their words.
    pub answered_by: Vec<(Literal, Vec<Literal>)>,
    /// Things that must not be left in a reply.
    pub leftover: Vec<Leftover>,
    /// Whether it is wanted at all.
    pub enabled: Option<bool>,
    /// See [`crate::rule::Rule`].
    pub severity: Option<Severity>,
    /// See [`crate::rule::Rule`].
    pub confidence: Option<Confidence>,
    /// See [`crate::rule::Rule`].
    pub title: Option<Literal>,
    /// See [`crate::rule::Rule`].
    pub why: Option<Literal>,
    /// See [`crate::rule::Rule`].
    pub source: Option<Literal>,
    /// Rewrites.
    pub suggest: Vec<Literal>,
    /// Why there are none.
    pub no_suggest: Option<Literal>,
    /// How far a rewrite may be trusted.
    pub apply: Option<Applicability>,
    /// Whether a rewrite replaces the match or its sentence.
    pub replace: Option<Replace>,
    /// Wording, and `swap`s.
    pub entries: Vec<EntrySpec>,
    /// Whether the entries come from `swap`.
    pub swaps: bool,
    /// What the weights of the templates that match in a sentence must come to, in hundredths.
    pub at_least: Option<u32>,
    /// Regular expressions.
    pub regexes: Vec<Literal>,
    /// A count or measure.
    pub limit: Option<LimitSpec>,
    /// Something said again.
    pub repeat: Option<RepeatSpec>,
    /// Templates and guards that cancel.
    pub unless: Vec<Literal>,
    /// Guards that must hold.
    pub only: Vec<Literal>,
    /// Templates that cancel right before a match.
    pub not_after: Vec<Literal>,
    /// Templates that cancel right after a match.
    pub not_before: Vec<Literal>,
    /// The kind of sentence.
    pub mood: Option<(Mood, Place)>,
    /// The parts of the reply.
    pub parts: Vec<crate::segment::Part>,
    /// The capture to underline.
    pub mark: Option<Literal>,
    /// Texts that it fires on.
    pub fires: Vec<Literal>,
    /// Texts that it does not fire on.
    pub quiet: Vec<Literal>,
    /// Texts before and after its fixes.
    pub fixed: Vec<(Literal, Literal)>,
    /// Templates added to an earlier rule of this id.
    pub match_add: Vec<EntrySpec>,
    /// Templates taken from an earlier rule of this id.
    pub match_remove: Vec<Literal>,
    /// Exceptions added to an earlier rule of this id.
    pub unless_add: Vec<Literal>,
}

impl RuleSpec {
    /// Whether it looks at the reply as a whole, or at what it answers.
    pub fn is_judgement(&self) -> bool {
        let finds = self.require.is_some() || self.order.is_some() || self.answer.is_some();
        finds || !self.misplaced.is_empty() || !self.leftover.is_empty()
    }
}

/// What a detector tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detects {
    /// What a sentence of the reply does.
    Move,
    /// What the customer's message shows.
    Customer,
}

impl Detects {
    /// The category of such detectors, which no rule may have.
    pub const fn category(self) -> &'static str {
        match self {
            Self::Move => DETECTORS[0],
            Self::Customer => DETECTORS[1],
        }
    }
}

/// `require = { move, match, beside, at }`: one of the moves, or one of the templates, must be there.
#[derive(Debug)]
pub struct RequireSpec {
    /// It must be there beside each of these moves and findings: in the same sentence, or in one next to it.
    pub beside: Vec<Literal>,
    /// The moves.
    pub moves: Vec<Literal>,
    /// The templates.
    pub templates: Vec<Literal>,
    /// Where it belongs.
    pub at: At,
}

/// Where something that is missing belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// Before the first sentence after the greeting.
    Start,
    /// After that sentence.
    Opening,
    /// After the last sentence before the sign-off.
    End,
}

/// `order = { of, after, alone }`: the first of `of` stands after the first of `after`.
#[derive(Debug)]
pub struct OrderSpec {
    /// Moves, rules and categories.
    pub of: Vec<Literal>,
    /// Likewise.
    pub after: Vec<Literal>,
    /// Whether it is a fault also where none of `after` follows.
    pub alone: bool,
}

/// What of the customer's message an `answer` looks for in the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What it is about.
    Concern,
    /// Each question.
    Questions,
    /// The name that it is signed with.
    Name,
    /// Order numbers and the like.
    Numbers,
}

/// What a `leftover` looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// A placeholder that nothing filled in.
    Placeholder,
    /// One that only a person fills in: `[Name]`, `<date>`.
    Slot,
    /// Half a placeholder.
    Broken,
    /// A blank for a person to fill in.
    Blank,
    /// A greeting with nothing where the name belongs.
    Greeting,
}

/// The kind of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It ends in a question mark.
    Question,
    /// It begins with a verb of the list `command-verb`.
    Command,
    /// Neither.
    Statement,
}

/// What a rewrite replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replace {
    /// The match.
    Match,
    /// The sentence around it.
    Sentence,
}

/// `limit = { of, max, per }`.
#[derive(Debug)]
pub struct LimitSpec {
    /// What is counted.
    pub of: Measure,
    /// Templates, where those are counted.
    pub templates: Vec<Literal>,
    /// How many are still fine.
    pub max: u32,
    /// What they are counted in.
    pub per: Per,
}

/// What a `limit` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// `!`
    ExclamationMarks,
    /// `?`
    QuestionMarks,
    /// Words in capitals.
    Capitals,
    /// Emoji and emoticons.
    Emoji,
    /// Words.
    Words,
    /// Sentences.
    Sentences,
    /// The Flesch-Kincaid grade.
    ReadingGrade,
    /// Matches of templates.
    Templates,
}

impl Measure {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("exclamation-marks", Self::ExclamationMarks),
        ("question-marks", Self::QuestionMarks),
        ("capitals", Self::Capitals),
        ("emoji", Self::Emoji),
        ("words", Self::Words),
        ("sentences", Self::Sentences),
        ("reading-grade", Self::ReadingGrade),
    ];

    /// The name of the measure in rule files.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, m)| *m == self).map_or("templates", |(n, _)| n)
    }
}

/// The stretch that a `limit` counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// Marks or words in a row.
    Run,
    /// A sentence.
    Sentence,
    /// The reply.
    Reply,
}

/// `repeat = { of, words, max }`.
#[derive(Clone, Copy, Debug)]
pub struct RepeatSpec {
    /// What is said again.
    pub of: Repeated,
    /// How many words long it is.
    pub words: u32,
    /// How often in a row is still fine.
    pub max: u32,
}

/// The longest phrase that a `repeat` compares, in words.
const MAX_REPEATED: u32 = 20;

/// The most that a customer's anger comes to.
pub const MAX_ANGER: u32 = 3;

/// The most that a move is worth in a score.
const MAX_POINTS: u32 = 1000;

/// What a `repeat` looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeated {
    /// A word right after itself.
    Word,
    /// Sentences in a row that begin alike.
    Opening,
    /// The same words again, anywhere in the reply.
    Phrase,
}

/// Reads a rule file. `file` is its index among those read together.
pub fn read(source: &Source, file: usize, problems: &mut Vec<Problem>) -> RuleFile {
    let (root, errors) = DeTable::parse_recoverable(source.text());
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        problems.push(Problem {
            place: Place { file, start: span.start, end: span.end },
            message: format!("cannot read this as TOML: {}", error.message().replace('\n', ", ")),
        });
    }
    let mut reader = Reader { source, file, problems };
    reader.file(root.get_ref())
}

struct Reader<'s, 'p> {
    source: &'s Source,
    file: usize,
    problems: &'p mut Vec<Problem>,
}

/// A table whose keys are taken one by one; what is left over is unknown.
struct Keys<'t> {
    entries: Vec<(&'t str, Place, &'t Spanned<DeValue<'t>>)>,
    asked: Vec<&'static str>,
}

impl<'t> Keys<'t> {
    fn take(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.push(key);
        let i = self.entries.iter().position(|e| e.0 == key)?;
        Some(self.entries.remove(i).2)
    }
}

impl Reader<'_, '_> {
    fn place(&self, span: Range<usize>) -> Place {
        Place { file: self.file, start: span.start, end: span.end }
    }

    fn problem(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem { place, message: message.into() });
    }

    fn keys<'t>(&self, table: &'t DeTable<'t>) -> Keys<'t> {
        let mut entries: Vec<_> = table.iter().map(|(k, v)| (k.get_ref().as_ref(), self.place(k.span()), v)).collect();
        entries.sort_by_key(|e| e.1.start);
        Keys { entries, asked: Vec::new() }
    }

    fn finish(&mut self, keys: Keys<'_>, of: &str) {
        for (key, place, _) in keys.entries {
            let near = similar(key, keys.asked.iter().copied());
            self.problem(place, format!("{of} has no key `{key}`{near}"));
        }
    }

    fn file(&mut self, root: &DeTable<'_>) -> RuleFile {
        let mut out = RuleFile::default();
        let mut keys = self.keys(root);
        for (name, at, value) in self.tables(keys.take("lists")) {
            let name = self.key(name, at);
            let entries = self.strings(value);
            out.lists.push((name, entries));
        }
        for (name, at, value) in self.tables(keys.take("guards")) {
            let name = self.key(name, at);
            out.guards.extend(self.guard(name, value));
        }
        for detects in [Detects::Move, Detects::Customer] {
            for (name, at, value) in self.tables(keys.take(detects.category())) {
                self.name(name, at);
                let id = self.key(&format!("{}.{name}", detects.category()), at);
                out.rules.extend(self.rule(id, value, Some(detects)));
            }
        }
        for (name, at, value) in self.tables(keys.take("kinds")) {
            self.name(name, at);
            let name = self.key(name, at);
            out.kinds.extend(self.kind(name, value));
        }
        out.advice = self.advice(keys.take("advice"));
        for (category, place, value) in self.tables(keys.take("rules")) {
            self.name(category, place);
            if [Detects::Move, Detects::Customer].iter().any(|d| d.category() == category) {
                self.problem(place, format!("`{category}` are detectors; write `[{category}.NAME]`"));
            }
            for (name, at, value) in self.tables(Some(value)) {
                self.name(name, at);
                let id = self.key(&format!("{category}.{name}"), at);
                out.rules.extend(self.rule(id, value, None));
            }
        }
        self.finish(keys, "a rule file");
        out
    }

    /// Names are what selectors, lists and links are made of.
    fn name(&mut self, name: &str, place: Place) {
        let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(fine) {
            self.problem(place, "names of categories and rules have small letters, digits and hyphens");
        }
    }

    fn key(&self, text: &str, place: Place) -> Literal {
        Literal { text: text.to_owned(), place, inner: None }
    }

    fn wrong(&mut self, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let place = self.place(value.span());
        self.problem(place, format!("expected {wanted}, found {}", value.get_ref().type_str()));
    }

    /// The entries of a table of named things.
    fn tables<'t>(
        &mut self,
        value: Option<&'t Spanned<DeValue<'t>>>,
    ) -> Vec<(&'t str, Place, &'t Spanned<DeValue<'t>>)> {
        let Some(value) = value else { return Vec::new() };
        match value.get_ref().as_table() {
            Some(table) => self.keys(table).entries,
            None => {
                self.wrong(value, "a table");
                Vec::new()
            }
        }
    }

    fn string(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Literal> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong(value, "a string");
            return None;
        };
        let place = self.place(value.span());
        let written = &self.source.text()[value.span()];
        let quotes = if written.starts_with("\"\"\"") || written.starts_with("'''") { 3 } else { 1 };
        let inner = written.get(quotes..quotes + text.len()).filter(|w| *w == text).map(|_| place.start + quotes);
        Some(Literal { text: text.to_owned(), place, inner })
    }

    fn strings(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Literal> {
        match value.get_ref().as_array() {
            Some(items) => items.iter().filter_map(|item| self.string(item)).collect(),
            None => {
                self.wrong(value, "a list of strings");
                Vec::new()
            }
        }
    }

    fn number(&mut self, value: &Spanned<DeValue<'_>>) -> Option<u32> {
        let decimal = value.get_ref().as_integer().filter(|n| n.radix() == 10);
        let number = decimal.and_then(|n| n.as_str().parse().ok());
        if number.is_none() {
            self.wrong(value, "a whole number from 0 on");
        }
        number
    }

    /// A number from 0 to some other.
    fn number_to(&mut self, value: &Spanned<DeValue<'_>>, most: u32) -> Option<u32> {
        let number = self.number(value)?;
        if number > most {
            self.problem(self.place(value.span()), format!("expected a number from 0 to {most}"));
        }
        (number <= most).then_some(number)
    }

    /// A number from 0.01 to 10, in hundredths.
    fn hundredths(&mut self, value: &Spanned<DeValue<'_>>) -> Option<u32> {
        let written = match value.get_ref() {
            DeValue::Float(float) => Some(float.as_str()),
            DeValue::Integer(integer) if integer.radix() == 10 => Some(integer.as_str()),
            _ => None,
        };
        let number: Option<f64> = written.and_then(|n| n.parse().ok());
        let number = number.map(|n| (n * 100.0).round()).filter(|n| (1.0..=1000.0).contains(n));
        if number.is_none() {
            self.wrong(value, "a number from 0.01 to 10");
        }
        number.map(|n| n as u32)
    }

    /// One of some words.
    fn word<T: Copy>(&mut self, value: &Spanned<DeValue<'_>>, words: &[(&str, T)]) -> Option<T> {
        let literal = self.string(value)?;
        let found = words.iter().find(|(w, _)| *w == literal.text).map(|(_, t)| *t);
        if found.is_none() {
            let all: Vec<_> = words.iter().map(|(w, _)| format!("`{w}`")).collect();
            self.problem(literal.place, format!("expected one of {}", all.join(", ")));
        }
        found
    }

    fn guard(&mut self, name: Literal, value: &Spanned<DeValue<'_>>) -> Option<GuardSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return None;
        };
        let mut keys = self.keys(table);
        let within = keys.take("within").and_then(|v| self.number(v));
        const SCOPES: &[(&str, Scope)] = &[
            ("before", Scope::Before(0)),
            ("after", Scope::After(0)),
            ("clause", Scope::Clause),
            ("sentence", Scope::Near(0)),
            ("previous", Scope::Previous),
            ("next", Scope::Next),
            ("near", Scope::Near(1)),
            ("reply", Scope::Reply),
        ];
        let scope = match keys.take("where") {
            Some(v) => self.word(v, SCOPES),
            None => {
                self.problem(name.place, "this guard needs `where`");
                None
            }
        };
        let scope = match (scope, within) {
            (Some(Scope::Before(_)), Some(n)) => Some(Scope::Before(n)),
            (Some(Scope::After(_)), Some(n)) => Some(Scope::After(n)),
            (Some(Scope::Near(_)), Some(n)) => Some(Scope::Near(n)),
            (scope, _) => scope,
        };
        let templates = keys.take("match").map(|v| self.strings(v)).unwrap_or_default();
        let moves = keys.take("moves").map(|v| self.strings(v)).unwrap_or_default();
        let like = keys.take("like").and_then(|v| self.string(v));
        if templates.is_empty() && moves.is_empty() && like.is_none() {
            self.problem(name.place, "this guard needs `match`, `moves` or `like`");
        }
        self.finish(keys, "a guard");
        Some(GuardSpec { name, scope: scope.unwrap_or(Scope::Near(0)), templates, moves, like })
    }

    fn entries(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<EntrySpec> {
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(value, "a list of templates");
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in items.iter() {
            let Some(table) = item.get_ref().as_table() else {
                out.extend(self.string(item).map(EntrySpec::of));
                continue;
            };
            let mut keys = self.keys(table);
            let template = keys.take("match").and_then(|v| self.string(v));
            let unless = keys.take("unless").map(|v| self.strings(v)).unwrap_or_default();
            let mark = keys.take("mark").and_then(|v| self.string(v));
            let weight = keys.take("weight").and_then(|v| self.hundredths(v));
            let when = keys.take("when").map(|v| self.conditions(v)).unwrap_or_default();
            self.finish(keys, "a template table");
            match template {
                Some(template) => out.push(EntrySpec { unless, mark, weight, when, ..EntrySpec::of(template) }),
                None => self.problem(self.place(item.span()), "this template table needs `match`"),
            }
        }
        out
    }

    /// One condition, or a list of them of which one must hold.
    fn conditions(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<ConditionSpec> {
        match value.get_ref().as_array() {
            Some(items) => items.iter().filter_map(|item| self.condition(item)).collect(),
            None => self.condition(value).into_iter().collect(),
        }
    }

    fn condition(&mut self, value: &Spanned<DeValue<'_>>) -> Option<ConditionSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a condition: a table");
            return None;
        };
        let mut keys = self.keys(table);
        let mut strings = |reader: &mut Self, key| keys.take(key).map(|v| reader.strings(v)).unwrap_or_default();
        let (kind, has, lacks) = (strings(self, "kind"), strings(self, "has"), strings(self, "lacks"));
        let customer_lacks = strings(self, "customer-lacks");
        let customer = keys.take("customer").map(|v| self.groups(v)).unwrap_or_default();
        let anger = keys.take("anger").and_then(|v| self.number_to(v, MAX_ANGER));
        let trouble = keys.take("trouble").and_then(|v| self.number(v));
        let words = keys.take("words").and_then(|v| self.number(v));
        let message = keys.take("message").and_then(|v| self.truth(v));
        self.finish(keys, "a condition");
        Some(ConditionSpec { kind, customer, customer_lacks, has, lacks, anger, trouble, message, words })
    }

    /// A list of strings, which is one group, or a list of such lists.
    fn groups(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Vec<Literal>> {
        match value.get_ref().as_array() {
            Some(items) if items.iter().any(|item| item.get_ref().is_array()) => {
                items.iter().map(|item| self.strings(item)).collect()
            }
            _ => vec![self.strings(value)],
        }
    }

    fn truth(&mut self, value: &Spanned<DeValue<'_>>) -> Option<bool> {
        if !value.get_ref().is_bool() {
            self.wrong(value, "true or false");
        }
        value.get_ref().as_bool()
    }

    fn kind(&mut self, name: Literal, value: &Spanned<DeValue<'_>>) -> Option<KindSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return None;
        };
        let mut keys = self.keys(table);
        let title = keys.take("title").and_then(|v| self.string(v));
        let when = keys.take("when").map(|v| self.conditions(v)).unwrap_or_default();
        let mut score = Vec::new();
        for (of, place, value) in self.tables(keys.take("score")) {
            let of = self.key(of, place);
            score.extend(self.number_to(value, MAX_POINTS).map(|n| (of, n)));
        }
        self.finish(keys, "a kind of reply");
        Some(KindSpec { name, title, when, score })
    }

    /// The tables of a list of them.
    fn list<'t>(&mut self, value: Option<&'t Spanned<DeValue<'t>>>) -> Vec<(Place, Keys<'t>)> {
        let Some(value) = value else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(value, "a list of tables");
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_table() {
                Some(table) => out.push((self.place(item.span()), self.keys(table))),
                None => self.wrong(item, "a table"),
            }
        }
        out
    }

    fn advice(&mut self, value: Option<&Spanned<DeValue<'_>>>) -> Vec<ArticleSpec> {
        let mut out = Vec::new();
        for (place, mut keys) in self.list(value) {
            let article = keys.take("article").and_then(|v| self.string(v));
            let mut rows = Vec::new();
            for (place, mut keys) in self.list(keys.take("rows")) {
                let quote = keys.take("quote").and_then(|v| self.string(v));
                let by = keys.take("by").map(|v| self.strings(v)).unwrap_or_default();
                let untold = keys.take("untold").and_then(|v| self.string(v));
                self.finish(keys, "a piece of advice");
                match quote {
                    Some(quote) if by.is_empty() == untold.is_some() => rows.push(AdviceSpec { quote, by, untold }),
                    _ => self.problem(place, "a piece of advice needs `quote`, and either `by` or `untold`"),
                }
            }
            self.finish(keys, "advice");
            match article {
                Some(article) => out.push(ArticleSpec { article, rows }),
                None => self.problem(place, "advice needs `article`"),
            }
        }
        out
    }

    fn require(&mut self, value: &Spanned<DeValue<'_>>) -> Option<RequireSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return None;
        };
        let place = self.place(value.span());
        let mut keys = self.keys(table);
        let moves = keys.take("move").map(|v| self.strings(v)).unwrap_or_default();
        let templates = keys.take("match").map(|v| self.strings(v)).unwrap_or_default();
        let beside = keys.take("beside").map(|v| self.strings(v)).unwrap_or_default();
        let places = [("start", At::Start), ("opening", At::Opening), ("end", At::End)];
        let at = keys.take("at").map_or(Some(At::End), |v| self.word(v, &places));
        self.finish(keys, "a requirement");
        if moves.is_empty() && templates.is_empty() {
            self.problem(place, "a requirement needs `move` or `match`");
        }
        Some(RequireSpec { beside, moves, templates, at: at.unwrap_or(At::End) })
    }

    fn order(&mut self, value: &Spanned<DeValue<'_>>) -> Option<OrderSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return None;
        };
        let place = self.place(value.span());
        let mut keys = self.keys(table);
        let of = keys.take("of").map(|v| self.strings(v)).unwrap_or_default();
        let after = keys.take("after").map(|v| self.strings(v)).unwrap_or_default();
        let alone = keys.take("alone").and_then(|v| self.truth(v)).unwrap_or_default();
        self.finish(keys, "an order");
        if of.is_empty() || after.is_empty() {
            self.problem(place, "an order needs `of` and `after`");
        }
        Some(OrderSpec { of, after, alone })
    }

    fn leftover(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Leftover> {
        let names = [
            ("placeholder", Leftover::Placeholder),
            ("slot", Leftover::Slot),
            ("broken", Leftover::Broken),
            ("blank", Leftover::Blank),
            ("greeting", Leftover::Greeting),
        ];
        match value.get_ref().as_array() {
            Some(items) => items.iter().filter_map(|v| self.word(v, &names)).collect(),
            None => {
                self.wrong(value, "a list");
                Vec::new()
            }
        }
    }

    fn rule(&mut self, id: Literal, value: &Spanned<DeValue<'_>>, detects: Option<Detects>) -> Option<RuleSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return None;
        };
        let mut keys = self.keys(table);
        let mut strings = |reader: &mut Self, key| keys.take(key).map(|v| reader.strings(v)).unwrap_or_default();
        let (suggest, unless, only) = (strings(self, "suggest"), strings(self, "unless"), strings(self, "only"));
        let (not_after, not_before) = (strings(self, "not-after"), strings(self, "not-before"));
        let (match_remove, unless_add) = (strings(self, "match-remove"), strings(self, "unless-add"));
        let regexes = strings(self, "regex");
        let mut string = |reader: &mut Self, key| keys.take(key).and_then(|v| reader.string(v));
        let (title, why, source) = (string(self, "title"), string(self, "why"), string(self, "source"));
        let (mark, no_suggest) = (string(self, "mark"), string(self, "no-suggest"));
        let mut entries = keys.take("match").map(|v| self.entries(v)).unwrap_or_default();
        let match_add = keys.take("match-add").map(|v| self.entries(v)).unwrap_or_default();
        let swap = keys.take("swap");
        let swaps = swap.is_some();
        for (key, place, value) in self.tables(swap) {
            // A key's place is that of its text; templates are shown with their quotes.
            let template = Literal { text: key.to_owned(), place, inner: None };
            if let Some(replacement) = self.string(value) {
                entries.push(EntrySpec { replacement: Some(replacement), ..EntrySpec::of(template) });
            }
        }
        fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<(&'static str, T)> {
            all.iter().map(|&t| (word(t), t)).collect()
        }
        let severity = keys.take("severity").and_then(|v| self.word(v, &words(Severity::ALL, Severity::word)));
        let confidence = keys.take("confidence").and_then(|v| self.word(v, &words(Confidence::ALL, Confidence::word)));
        let apply = keys.take("apply").and_then(|v| self.word(v, &words(Applicability::ALL, Applicability::word)));
        let replace = keys
            .take("replace")
            .and_then(|v| self.word(v, &[("match", Replace::Match), ("sentence", Replace::Sentence)]));
        let mood = keys.take("mood").and_then(|v| {
            let moods = [("question", Mood::Question), ("command", Mood::Command), ("statement", Mood::Statement)];
            self.word(v, &moods).map(|mood| (mood, self.place(v.span())))
        });
        let enabled = keys.take("enabled").and_then(|v| self.truth(v));
        let parts = keys.take("in").map(|v| self.parts(v)).unwrap_or_default();
        let at_least = keys.take("at-least").and_then(|v| self.hundredths(v));
        let limit = keys.take("limit").and_then(|v| self.limit(v));
        let repeat = keys.take("repeat").and_then(|v| self.repeat(v));
        let when = keys.take("when").map(|v| self.conditions(v)).unwrap_or_default();
        let require = keys.take("require").and_then(|v| self.require(v));
        let misplaced = keys.take("move").map(|v| self.strings(v)).unwrap_or_default();
        let order = keys.take("order").and_then(|v| self.order(v));
        let answers = [
            ("concern", Answer::Concern),
            ("questions", Answer::Questions),
            ("name", Answer::Name),
            ("numbers", Answer::Numbers),
        ];
        let answer = keys.take("answer").and_then(|v| self.word(v, &answers));
        let mut answered_by = Vec::new();
        for (name, place, value) in self.tables(keys.take("answered-by")) {
            answered_by.push((self.key(name, place), self.strings(value)));
        }
        let leftover = keys.take("leftover").map(|v| self.leftover(v)).unwrap_or_default();
        let veto = keys.take("veto").map(|v| self.strings(v)).unwrap_or_default();
        let anger = keys.take("anger").and_then(|v| self.number_to(v, MAX_ANGER));
        let trouble = keys.take("trouble").and_then(|v| self.number_to(v, MAX_ANGER));
        let mut spec = RuleSpec {
            id,
            detects,
            when,
            veto,
            anger,
            trouble,
            require,
            misplaced,
            order,
            answer,
            answered_by,
            leftover,
            enabled,
            severity,
            confidence,
            title,
            why,
            source,
            suggest,
            no_suggest,
            apply,
            replace,
            entries,
            swaps,
            at_least,
            regexes,
            limit,
            repeat,
            unless,
            only,
            not_after,
            not_before,
            mood,
            parts,
            mark,
            fires: Vec::new(),
            quiet: Vec::new(),
            fixed: Vec::new(),
            match_add,
            match_remove,
            unless_add,
        };
        if let Some(examples) = keys.take("examples") {
            self.examples(examples, &mut spec);
        }
        self.finish(keys, "a rule");
        Some(spec)
    }

    fn parts(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<crate::segment::Part> {
        use crate::segment::Part;
        let names = [
            ("subject", Part::Subject),
            ("greeting", Part::Greeting),
            ("opening", Part::Opening),
            ("body", Part::Body),
            ("closing", Part::Closing),
        ];
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(value, "a list of parts");
            return Vec::new();
        };
        let mut parts: Vec<Part> = items.iter().filter_map(|v| self.word(v, &names)).collect();
        // The opening is the beginning of the body.
        if parts.contains(&Part::Body) {
            parts.push(Part::Opening);
        }
        parts
    }

    fn limit(&mut self, value: &Spanned<DeValue<'_>>) -> Option<LimitSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return None;
        };
        let place = self.place(value.span());
        let mut keys = self.keys(table);
        let (of, templates) = match keys.take("of") {
            Some(v) if v.get_ref().is_array() => (Some(Measure::Templates), self.strings(v)),
            Some(v) => (self.word(v, Measure::NAMES), Vec::new()),
            None => (None, Vec::new()),
        };
        let max = keys.take("max").and_then(|v| self.number(v));
        let pers = [("run", Per::Run), ("sentence", Per::Sentence), ("reply", Per::Reply)];
        let per = keys.take("per").map_or(Some(Per::Reply), |v| self.word(v, &pers));
        self.finish(keys, "a limit");
        if of.is_none() || max.is_none() {
            self.problem(place, "a limit needs `of` and `max`");
        }
        let (of, per) = (of.unwrap_or(Measure::Words), per.unwrap_or(Per::Reply));
        Some(LimitSpec { of, templates, max: max.unwrap_or_default(), per })
    }

    fn repeat(&mut self, value: &Spanned<DeValue<'_>>) -> Option<RepeatSpec> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return None;
        };
        let place = self.place(value.span());
        let mut keys = self.keys(table);
        let names = [("word", Repeated::Word), ("opening", Repeated::Opening), ("phrase", Repeated::Phrase)];
        let of = keys.take("of").and_then(|v| self.word(v, &names));
        let words = keys.take("words").map_or(Some(1), |v| self.number(v)).map(|n| n.max(1));
        let max = keys.take("max").map_or(Some(1), |v| self.number(v)).map(|n| n.max(1));
        self.finish(keys, "a repeat");
        if of.is_none() {
            self.problem(place, "a repeat needs `of`");
        }
        if words.is_some_and(|n| n > MAX_REPEATED) {
            self.problem(place, format!("a repeat compares at most {MAX_REPEATED} words"));
        }
        Some(RepeatSpec { of: of.unwrap_or(Repeated::Word), words: words.unwrap_or(1), max: max.unwrap_or(1) })
    }

    fn examples(&mut self, value: &Spanned<DeValue<'_>>, spec: &mut RuleSpec) {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, "a table");
            return;
        };
        let mut keys = self.keys(table);
        spec.fires = keys.take("fires").map(|v| self.strings(v)).unwrap_or_default();
        spec.quiet = keys.take("quiet").map(|v| self.strings(v)).unwrap_or_default();
        let fixed = keys.take("fixed");
        self.finish(keys, "examples");
        let Some(pairs) = fixed else { return };
        let Some(items) = pairs.get_ref().as_array() else {
            self.wrong(pairs, "a list of [before, after] pairs");
            return;
        };
        for item in items.iter() {
            match <[Literal; 2]>::try_from(self.strings(item)) {
                Ok([before, after]) => spec.fixed.push((before, after)),
                Err(_) => self.problem(self.place(item.span()), "expected a pair: [before, after]"),
            }
        }
    }
}

/// "; a similar name exists", where one does.
pub fn similar<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    nearest(name, known).map(|k| format!("; a similar name exists: `{k}`")).unwrap_or_default()
}
