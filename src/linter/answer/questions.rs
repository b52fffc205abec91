//! Questions of the customer's that nothing in the reply takes up.

use super::{Message, Topic, Words, quoted};
use crate::effort::spend;
use crate::linter::Candidate;
use crate::linter::reading::Reading;
use crate::linter::require::missing;
use crate::linter::situation::{Made, Situation};
use crate::ruleset::file::At;
use crate::ruleset::{Answers, Check, Ruleset};
use crate::segment::{self, Tokens};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::Range;
use std::slice;

/// A question that speaks of fewer things can be answered in other words, as can a condition that names fewer.
const ASKED: usize = 2;

/// A sentence that speaks of fewer things is no answer in other words.
const SAID: usize = 3;

/// How many questions of a message are looked at: nobody asks hundreds.
const MAX_QUESTIONS: usize = 100;

/// The most tokens that lead to a question: `Hi there, also: `.
const LEAD: usize = 6;

/// A question.
struct Question {
    tokens: Range<usize>,
    /// What it speaks of and no other question does, without its condition.
    topics: Vec<Topic>,
    /// What its `if` speaks of, and no question does.
    condition: Vec<Topic>,
    /// Whether it is put as one; else it may be surprise, as in `I won??`.
    asks: bool,
}

/// Questions that the reply leaves open. One of a kind that wants a certain move (a price wants a sum) is open without it. Any other is
/// where the reply has none of its words and takes up another question: only there can it be told from one that is answered in other
/// words.
pub(super) fn find<'a>(
    words: &Words,
    rule: usize,
    set: &Ruleset,
    message: &Message<'_>,
    situation: &Situation<'_>,
    reading: &Reading<'_>,
) -> Vec<Candidate<'a>> {
    let check = &set.checks[rule];
    let questions = asked(words, message);
    if questions.is_empty() {
        return Vec::new();
    }
    let told = told(words, check, situation, reading);
    // The sentence that takes up most of a question, and how much of it.
    let best = |question: &Question| {
        let shared = told.iter().enumerate().map(|(at, told)| (shared(&question.topics, told), Reverse(at)));
        shared.max().filter(|(shared, _)| *shared > 0).map(|(shared, Reverse(at))| (at, shared))
    };
    let is_of = |question: &Question, answers: &&Answers| {
        let within = |at: &Range<usize>| at.end > question.tokens.start && at.start < question.tokens.end;
        situation.shown.iter().any(|(number, at)| *number == answers.question && within(at))
    };
    // The sentence with a move that answers questions of this kind.
    let kind = |question: &Question| {
        let answers = check.answered_by.iter().filter(|answers| is_of(question, answers));
        let mut moves = answers.flat_map(|answers| answers.by.iter());
        moves.find_map(|by| situation.first(slice::from_ref(by))).map(|made| made.sentence)
    };
    let best: Vec<_> = questions.iter().map(best).collect();
    let kinds: Vec<_> = questions.iter().map(kind).collect();
    let is_well = |(question, best): (&Question, &Option<(usize, usize)>)| {
        best.is_some_and(|(_, shared)| shared >= ASKED || 2 * shared >= question.topics.len())
    };
    let any_is_taken = questions.iter().zip(&best).any(is_well) || kinds.iter().any(Option::is_some);
    let taken: Vec<_> = best.iter().zip(&kinds).map(|(best, kind)| best.map(|(at, _)| at).or(*kind)).collect();
    // Answers mostly come in the order of the questions: what is said between two of them may answer the one between in other words.
    let between = |number: usize| {
        let before = taken[..number].iter().rev().find_map(|at| *at).map_or(0, |at| at + 1);
        let after = taken[number + 1..].iter().find_map(|at| *at).unwrap_or(0);
        before < after && told[before..after].iter().any(|told| told.len() >= SAID)
    };
    let condition = |question: &Question| told.iter().any(|told| shared(&question.condition, told) >= ASKED);
    let (mut found, mut place) = (Vec::new(), None);
    for (number, question) in questions.iter().enumerate() {
        let is_passed_by = || {
            let is_open = question.asks && question.topics.len() >= ASKED && taken[number].is_none();
            any_is_taken && is_open && !condition(question) && !between(number)
        };
        let lacks = |answers: &Answers| situation.first(&answers.by).is_none();
        let via = match check.needs.iter().filter(|answers| is_of(question, answers)).any(lacks) {
            true => "no move that such a question needs",
            false if is_passed_by() => "no word of the question",
            false => continue,
        };
        let words = message.text.text()[message.tokens.span(question.tokens.clone()).range()].split_whitespace();
        let note = quoted(&words.collect::<Vec<_>>().join(" "));
        let place = place.get_or_insert_with(|| missing(rule, At::End, Cow::Borrowed(via), reading));
        found.extend(place.clone().map(|missing| Candidate { note: Some(note), via: Cow::Borrowed(via), ..missing }));
    }
    found
}

/// By sentence of the reply, what it speaks of; clauses that make a move which takes up nothing are left out.
fn told(words: &Words, check: &Check, situation: &Situation<'_>, reading: &Reading<'_>) -> Vec<Vec<Topic>> {
    let is_aside = |made: &&Made| check.aside.iter().any(|tag| made.is(*tag));
    // `Thank you for asking, and yes, it is`: what is thanked for ends where more is said.
    let said = |made: &Made| {
        let end = reading.tokens.clause_of(&made.tokens).end;
        let more = |token: &usize| {
            let word = &reading.text.text()[reading.tokens.span(*token..token + 1).range()];
            segment::is_one_of(word, &["and", "but"])
        };
        made.tokens.start..(made.tokens.end..end).find(more).unwrap_or(end)
    };
    let mut aside = vec![false; reading.tokens.ids.len()];
    for made in situation.made.iter().filter(is_aside) {
        aside[said(made)].fill(true);
    }
    let counts = |token: &usize| !aside[*token];
    let topics = |range: Range<usize>| words.topics(reading.text.text(), reading.tokens, range.filter(counts));
    reading.tokens.sentences.iter().map(|sentence| topics(sentence.tokens.clone())).collect()
}

/// How many topics two texts share.
fn shared(asked: &[Topic], told: &[Topic]) -> usize {
    let (few, many) = if asked.len() < told.len() { (asked, told) } else { (told, asked) };
    spend(few.len());
    few.iter().filter(|topic| many.binary_search(topic).is_ok()).count()
}

/// The questions of a message.
fn asked(words: &Words, message: &Message<'_>) -> Vec<Question> {
    let (text, tokens) = (message.text.text(), message.tokens);
    let clauses = Clauses { text, tokens };
    let sentences = tokens.sentences.iter().filter(|s| s.question || clauses.begins_plainly(s.tokens.clone()));
    let parts = sentences.flat_map(|sentence| clauses.parts(sentence.tokens.clone())).take(MAX_QUESTIONS);
    let mut questions: Vec<Question> = parts
        .map(|part| {
            let part = clauses.without_lead(part);
            let asks = clauses.is_question(part.clone());
            let condition = clauses.condition(part.clone());
            let topics = words.topics(text, tokens, part.clone().filter(|token| !condition.contains(token)));
            if topics.len() < ASKED {
                let topics = words.topics(text, tokens, part.clone());
                return Question { tokens: part, topics, condition: Vec::new(), asks };
            }
            let condition = words.topics(text, tokens, condition);
            Question { tokens: part, topics, condition, asks }
        })
        .collect();
    let mut all: Vec<Topic> = questions.iter().flat_map(|question| &question.topics).copied().collect();
    all.sort_unstable();
    for question in &mut questions {
        let times = |topic: &Topic| all.partition_point(|t| t <= topic) - all.partition_point(|t| t < topic);
        question.topics.retain(|topic| times(topic) == 1);
        question.condition.retain(|topic| times(topic) == 0);
    }
    questions
}

/// What a message asks, told by the order of its words.
struct Clauses<'t> {
    text: &'t str,
    tokens: &'t Tokens,
}

/// Verbs that stand before their subject in a question.
const VERBS: &[&str] = &[
    "is", "are", "was", "were", "do", "does", "did", "can", "could", "will", "would", "have", "has", "should", "may",
    "might", "shall", "am", "'s", "’s",
];
/// Words that ask.
const ASKING: &[&str] = &["who", "what", "when", "where", "why", "how", "which"];
/// What follows `how` and `what` in a question, beside a verb.
const MEASURES: &[&str] = &["much", "many", "long", "often", "far", "old", "big", "else", "about", "soon"];
/// What a subject begins with.
const SUBJECTS: &[&str] = &[
    "i", "we", "you", "u", "they", "he", "she", "it", "there", "this", "that", "these", "those", "my", "your", "our",
    "the", "his", "her", "a", "an", "any", "anyone", "someone",
];

impl Clauses<'_> {
    fn is(&self, token: usize, words: &[&str]) -> bool {
        segment::is_one_of(self.word(token), words)
    }

    fn word(&self, token: usize) -> &str {
        &self.text[self.tokens.span(token..token + 1).range()]
    }

    /// Whether a question begins at a token: a verb before its subject, or a word that asks before a verb.
    fn asks(&self, token: usize, end: usize) -> bool {
        token + 1 < end
            && (self.is(token, VERBS) && self.is(token + 1, SUBJECTS)
                || self.is(token, ASKING) && (self.is(token + 1, VERBS) || self.is(token + 1, MEASURES)))
    }

    /// Whether a sentence without a question mark is sure to be a question: `what is worse`, `have a look` and `who would have thought` are
    /// none.
    fn begins_plainly(&self, range: Range<usize>) -> bool {
        let first = range.clone().find(|token| !self.leads(*token));
        first.filter(|token| token + 1 < range.end).is_some_and(|token| {
            self.is(token, &["can", "could", "is", "are", "does", "will", "do"])
                && self.is(token + 1, &["i", "we", "you", "u", "there"])
                || self.is(token, &["how", "when", "where", "who"])
                    && self.is(token + 1, &["do", "does", "can", "will", "much", "many", "long", "often", "far"])
        })
    }

    /// Whether a token stands before a question: its number, or what ties it to the sentence before.
    fn leads(&self, token: usize) -> bool {
        self.is(token, &["and", "also", "so", "but", ",", ")", "."])
            || self.word(token).bytes().all(|b| b.is_ascii_digit())
    }

    /// Whether a sentence begins as a question, after its number or what ties it to the one before.
    fn begins_asking(&self, range: Range<usize>) -> bool {
        range.clone().find(|token| !self.leads(*token)).is_some_and(|token| self.asks(token, range.end))
    }

    /// A question without what leads to it: `Hi, how much is it?` begins with `how`.
    fn without_lead(&self, range: Range<usize>) -> Range<usize> {
        let asks = range.clone().take(LEAD).find(|&token| self.asks(token, range.end));
        asks.unwrap_or(range.start)..range.end
    }

    /// Whether a question is put as one anywhere in a sentence.
    fn is_question(&self, range: Range<usize>) -> bool {
        range.into_iter().any(|token| self.is(token, VERBS) || self.is(token, ASKING))
    }

    /// The questions that a sentence asks: `Is it open, and do you sell tickets?` asks two.
    fn parts(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = range.start;
        // What a part begins with is looked at once for each part: a sentence may hold thousands of commas.
        let mut begins_asking = self.begins_asking(range.clone());
        spend(range.len());
        for token in range.start + 1..range.end.saturating_sub(1) {
            let leads = self.is(token + 1, VERBS) || self.is(token + 1, ASKING) || self.is(token + 1, &["if"]);
            let asks = self.asks(token + 1, range.end);
            if self.is(token, &["and"]) && leads || self.is(token, &[",", ";"]) && asks && begins_asking {
                parts.push(start..token);
                start = token + 1;
                begins_asking = asks || self.begins_asking(start..range.end);
            } else if self.is(token, &[":"]) && asks {
                start = token + 1;
                begins_asking = true;
            }
        }
        parts.push(start..range.end);
        parts
    }

    /// The condition under which a question is asked: from its `if` to a comma, or to where it begins to ask.
    fn condition(&self, range: Range<usize>) -> Range<usize> {
        let Some(start) = range.clone().find(|&token| self.is(token, &["if"])) else { return 0..0 };
        let ends = |token: &usize| self.is(*token, &[","]) || self.asks(*token, range.end);
        start..(start + 2..range.end).find(ends).unwrap_or(range.end)
    }
}
