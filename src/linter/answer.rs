//! What the customer's message asks for and the reply does not take up.
//!
//! Texts are compared by what they speak of: the stems of their words, without the small words of the language (the list `small-word`),
//! and with words that mean the same (an entry of the list `same-word` each) taken for one.

use super::Candidate;
use super::reading::Reading;
use super::require::missing;
use super::situation::{Message, Situation};
use crate::ruleset::file::{Answer, At};
use crate::ruleset::{Answers, Ruleset};
use crate::segment::{self, Part, Sentence, Tokens};
use crate::source::Span;
use rust_stemmers::{Algorithm, Stemmer};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// The list of words that say nothing of what a text is about.
const SMALL: &str = "small-word";
/// The list of words that mean the same, those of an entry.
const SAME: &str = "same-word";

/// What is not taken up, each with a place in the reply.
pub(super) fn find<'a>(
    words: &Words,
    rule: usize,
    answer: Answer,
    answered_by: &[Answers],
    situation: &Situation<'_>,
    reading: &Reading<'_>,
) -> Vec<Candidate<'a>> {
    let Some(message) = &situation.message else { return Vec::new() };
    match answer {
        Answer::Concern => words.concern(rule, message, reading).into_iter().collect(),
        Answer::Questions => words.questions(rule, answered_by, message, situation, reading),
        Answer::Name => name(rule, message, reading).into_iter().collect(),
        Answer::Numbers => numbers(rule, message, reading),
    }
}

/// What is known of words.
pub(super) struct Words {
    stemmer: Stemmer,
    small: HashSet<String>,
    /// By stem, the number of its group of words that mean the same.
    same: HashMap<String, usize>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words")
            .field("small", &self.small.len())
            .field("same", &self.same.len())
            .finish_non_exhaustive()
    }
}

/// What a message must speak of, in stems, before a reply that shares none of them seems to be about something else.
const TELLING: usize = 8;

/// A question that speaks of fewer things can be answered in other words.
const ASKED: usize = 2;

impl Words {
    pub(super) fn new(set: &Ruleset) -> Self {
        let stemmer = Stemmer::create(Algorithm::English);
        let entries = |name: &str| {
            let list = set.lists.iter().rev().find(|list| list.name == name);
            list.map(|list| list.entries.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap_or_default()
        };
        let small = entries(SMALL).into_iter().collect();
        let mut same = HashMap::new();
        for (group, entry) in entries(SAME).iter().enumerate() {
            same.extend(entry.split(' ').map(|word| (stemmer.stem(word).into_owned(), group)));
        }
        Self { stemmer, small, same }
    }

    /// What some tokens speak of.
    fn stems(&self, text: &str, tokens: &Tokens, range: Range<usize>) -> BTreeSet<String> {
        range
            .filter(|&t| segment::is_word(tokens.ids[t]) && tokens.ids[t] != segment::PLACEHOLDER)
            .filter_map(|t| {
                let word = text[tokens.span(t..t + 1).range()].to_lowercase();
                let small = self.small.contains(&word) || word.len() < 2 || word.starts_with(['\'', '’']);
                let stem = self.stemmer.stem(&word);
                let group = self.same.get(stem.as_ref()).map(|group| format!("={group}"));
                (!small).then(|| group.unwrap_or_else(|| stem.into_owned()))
            })
            .collect()
    }

    fn of_reply(&self, reading: &Reading<'_>) -> BTreeSet<String> {
        self.stems(reading.text.text(), reading.tokens, 0..reading.tokens.ids.len())
    }

    /// That nothing in the reply speaks of what the message speaks of.
    fn concern<'a>(&self, rule: usize, message: &Message<'_>, reading: &Reading<'_>) -> Option<Candidate<'a>> {
        let asked = self.stems(message.text.text(), message.tokens, 0..message.tokens.ids.len());
        let told = self.of_reply(reading);
        let apart = asked.len() >= TELLING && asked.is_disjoint(&told);
        let via = Cow::Borrowed("no word of the message");
        if apart { missing(rule, At::Opening, via, reading) } else { None }
    }

    /// Questions of whose words the reply has none.
    fn questions<'a>(
        &self,
        rule: usize,
        answered_by: &[Answers],
        message: &Message<'_>,
        situation: &Situation<'_>,
        reading: &Reading<'_>,
    ) -> Vec<Candidate<'a>> {
        let told = self.of_reply(reading);
        let text = message.text.text();
        let questions: Vec<Range<usize>> = message
            .tokens
            .sentences
            .iter()
            .filter(|s| s.question)
            .flat_map(|s| parts(s, text, message.tokens))
            .collect();
        let mut found = Vec::new();
        for question in questions {
            let asked = self.stems(text, message.tokens, question.clone());
            let taken = asked.intersection(&told).count();
            let of_kind = |answers: &&Answers| {
                let within = |at: &Range<usize>| question.start <= at.start && at.start < question.end;
                situation.shown.iter().any(|(number, at)| *number == answers.question && within(at))
            };
            let answered = answered_by.iter().filter(of_kind).any(|answers| situation.first(&answers.by).is_some());
            if asked.len() < ASKED || taken * 3 > asked.len() || answered {
                continue;
            }
            let span = message.tokens.span(question);
            let words = text[span.range()].split_whitespace().collect::<Vec<_>>().join(" ");
            let note = Some(format!("“{words}”"));
            let missing = missing(rule, At::End, Cow::Borrowed("no word of the question"), reading);
            found.extend(missing.map(|missing| Candidate { note, ..missing }));
        }
        found
    }
}

/// The questions that a sentence asks: `Is it open, and do you sell tickets?` asks two.
fn parts(sentence: &Sentence, text: &str, tokens: &Tokens) -> Vec<Range<usize>> {
    const LEADS: &[&str] = &[
        "is", "are", "was", "were", "do", "does", "did", "can", "could", "will", "would", "have", "has", "should",
        "may", "who", "what", "when", "where", "why", "how", "which",
    ];
    let word = |t: usize| text[tokens.span(t..t + 1).range()].to_ascii_lowercase();
    let range = sentence.tokens.clone();
    let mut parts = Vec::new();
    let mut start = range.start;
    for t in range.start + 1..range.end.saturating_sub(1) {
        if word(t) == "and" && LEADS.contains(&word(t + 1).as_str()) {
            parts.push(start..t);
            start = t + 1;
        }
    }
    parts.push(start..range.end);
    parts
}

/// A greeting to somebody else than who signed the message.
fn name<'a>(rule: usize, message: &Message<'_>, reading: &Reading<'_>) -> Option<Candidate<'a>> {
    let signed = signature(message.text.text());
    let greeting = reading.tokens.sentences.first().filter(|s| s.part == Part::Greeting)?;
    let text = reading.text.text();
    let is_name = |t: &usize| {
        let word = &text[reading.tokens.span(*t..*t + 1).range()];
        let title = ["dear", "hi", "hello", "hey", "mr", "mrs", "ms", "miss", "dr", "good", "prof", "mx"];
        let plain = matches!(reading.tokens.ids[*t], segment::UNKNOWN | segment::FIRST_WORD..);
        plain && word.starts_with(char::is_uppercase) && !title.contains(&word.to_lowercase().as_str())
    };
    let names: Vec<usize> = greeting.tokens.clone().filter(is_name).collect();
    let (&first, &last) = (names.first()?, names.last()?);
    let greeted: Vec<String> =
        names.iter().map(|&t| text[reading.tokens.span(t..t + 1).range()].to_lowercase()).collect();
    let close = |a: &str, b: &str| a == b || (a.len() >= 3 && b.starts_with(a)) || (b.len() >= 3 && a.starts_with(b));
    let known = greeted.iter().any(|name| signed.iter().any(|s| close(name, s)));
    // One letter off is a slip; another name altogether may be a second person, and is left alone.
    let slip = greeted.iter().any(|name| {
        signed.iter().any(|s| s.len() >= 4 && name.len() >= 4 && strsim::osa_distance(name, s) <= 1 + s.len() / 7)
    });
    (!known && slip).then(|| {
        let candidate = Candidate::measured(rule, first..last + 1, Cow::Borrowed("the name"), reading);
        Candidate { note: Some(format!("the message is signed “{}”", signed.join(" "))), ..candidate }
    })
}

/// The names that a message is signed with: a short last line of capitalized words, or what follows `my name is`.
fn signature(text: &str) -> Vec<String> {
    let is_name = |word: &&str| {
        word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || c == '-' || c == '\'')
    };
    let names = |words: &str| -> Vec<String> {
        let words: Vec<&str> = words.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphabetic())).collect();
        let fine = !words.is_empty() && words.len() <= 3 && words.iter().all(is_name);
        if fine { words.iter().map(|w| w.to_lowercase()).collect() } else { Vec::new() }
    };
    for lead in ["my name is ", "My name is "] {
        if let Some((_, rest)) = text.split_once(lead) {
            let name: Vec<&str> = rest.split_whitespace().take_while(is_name).take(2).collect();
            return name.iter().map(|w| w.to_lowercase()).collect();
        }
    }
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [_, .., last] => names(last.trim_start_matches(['-', '–', '—', '~']).trim_end_matches(['.', ','])),
        _ => Vec::new(),
    }
}

/// The fewest characters of an order number and the like.
const NUMBER: usize = 5;

/// Numbers in the reply that are nearly, but not, one that the customer gave.
fn numbers<'a>(rule: usize, message: &Message<'_>, reading: &Reading<'_>) -> Vec<Candidate<'a>> {
    let given: Vec<(&str, Span)> = ids(message.text.text()).collect();
    let told: Vec<(&str, Span)> = ids(reading.text.text()).collect();
    let is = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    let mut found = Vec::new();
    for &(id, span) in &told {
        let known = given.iter().any(|(g, _)| is(g, id));
        let near = given.iter().find(|(g, _)| {
            g.len().abs_diff(id.len()) <= 1
                && g.as_bytes()[..2].eq_ignore_ascii_case(&id.as_bytes()[..2])
                && strsim::osa_distance(&g.to_ascii_lowercase(), &id.to_ascii_lowercase()) <= 1
                // The right one is there as well: this is another.
                && !told.iter().any(|(other, _)| is(other, g))
        });
        if let Some((right, _)) = near.filter(|_| !known) {
            let token = reading.tokens.spans.partition_point(|s| (s.1 as usize) <= span.start);
            let token = token.min(reading.tokens.spans.len() - 1);
            let via = Cow::Borrowed("the number");
            let note = Some(format!("the customer wrote “{right}”"));
            found.push(Candidate { measured: true, note, ..Candidate::new(rule, token..token + 1, span, via) });
        }
    }
    found
}

/// Order numbers and the like: letters, digits and hyphens, with at least four digits, and no date, sum or time of day.
fn ids(text: &str) -> impl Iterator<Item = (&str, Span)> {
    text.split(|c: char| c.is_whitespace() || "(),;#\"“”".contains(c)).filter_map(move |word| {
        let id = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let start = id.as_ptr() as usize - text.as_ptr() as usize;
        let digits = id.bytes().filter(u8::is_ascii_digit).count();
        let fine = id.len() >= NUMBER && digits >= 4 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let phone = word.starts_with('+') || id.starts_with('0');
        let year = id.len() == 10 && id.bytes().filter(|b| *b == b'-').count() == 2;
        (fine && !phone && !year && word.starts_with(|c: char| c.is_ascii_alphanumeric()))
            .then(|| (id, Span::new(start, start + id.len())))
    })
}
