//! What rule files say, table by table, with the place of every value.

mod reader;

pub use reader::read;

use crate::rule::{Applicability, Confidence, DETECTORS, Severity};
use crate::toml_file::{Literal, Place};

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
    /// It is sent over one of these channels.
    pub channel: Vec<Literal>,
    /// Of each of these groups, one detector found something in the customer's message.
    pub customer: Vec<Vec<Literal>>,
    /// None of these did.
    pub customer_lacks: Vec<Literal>,
    /// Of each of these groups, the reply makes a move, or has a finding of a rule.
    pub has: Vec<Vec<Literal>>,
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
    /// Moves of which such a question needs one, whatever else is said.
    pub needs: Vec<(Literal, Vec<Literal>)>,
    /// Moves that take up no question: what is said in them, to the end of the clause, answers nothing.
    pub aside: Vec<Literal>,
    /// Things that must not be left in a reply.
    pub leftover: Vec<Leftover>,
    /// What is wrong with words that let findings stand.
    pub lapse: Option<Lapse>,
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
    /// What a program writes where it has no value.
    MissingValue,
    /// A tag of template logic without its other half.
    Unbalanced,
    /// A placeholder of another product than all others.
    Dialect,
}

/// What a `suppression` rule tells of an ignore: an `[[ignore]]` table, or what a draft says itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// It lets nothing stand.
    Unused,
    /// Its last day has passed.
    Expired,
    /// It does not say why.
    ReasonMissing,
    /// It names a rule that there is not.
    UnknownRule,
    /// The customer is sent it.
    VisibleComment,
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
