//! What the customer's message asks for and the reply does not take up.
//!
//! Texts are compared by what they speak of: the stems of their words, without the small words of the language (the list `small-word`),
//! and with words that mean the same (an entry of the list `same-word` each) taken for one.

mod questions;

use super::Candidate;
use super::reading::Reading;
use super::require::missing;
use super::situation::{Message, Situation};
use crate::ruleset::Ruleset;
use crate::ruleset::file::{Answer, At};
use crate::segment::{self, Lexicon, Part, Tokens};
use crate::source::Span;
use rust_stemmers::{Algorithm, Stemmer};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The list of words that say nothing of what a text is about.
const SMALL: &str = "small-word";
/// The list of words that mean the same, those of an entry.
const SAME: &str = "same-word";

/// What is not taken up, each with a place in the reply.
pub(super) fn find<'a>(
    words: &Words,
    rule: usize,
    answer: Answer,
    set: &Ruleset,
    situation: &Situation<'_>,
    reading: &Reading<'_>,
) -> Vec<Candidate<'a>> {
    let Some(message) = &situation.message else { return Vec::new() };
    match answer {
        Answer::Concern => words.concern(rule, message, reading).into_iter().collect(),
        Answer::Questions => questions::find(words, rule, set, message, situation, reading),
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
    lexicon: Lexicon,
    /// By the number of a word, what it speaks of: 0 where that was not asked yet.
    known: Vec<AtomicU64>,
}

/// What a word speaks of: a hash of its stem, or the number of its group.
type Topic = u64;

/// That of words which say nothing of what a text is about.
const NOTHING: Topic = 1;

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

/// A longer name or number, in bytes, is none.
const MAX_NAME: usize = 64;

impl Words {
    pub(super) fn new(set: &Ruleset) -> Self {
        let stemmer = Stemmer::create(Algorithm::English);
        let entries = |name: &str| {
            let list = set.lists.iter().rev().find(|list| list.name == name);
            list.map(|list| list.entries().map(ToOwned::to_owned).collect::<Vec<_>>()).unwrap_or_default()
        };
        let small = entries(SMALL).into_iter().collect();
        let mut same = HashMap::new();
        for (group, entry) in entries(SAME).iter().enumerate() {
            same.extend(entry.split(' ').map(|word| (stemmer.stem(word).into_owned(), group)));
        }
        let known = (0..set.lexicon.end()).map(|_| AtomicU64::new(0)).collect();
        Self { stemmer, small, same, known, lexicon: set.lexicon.clone() }
    }

    /// What some tokens speak of, each once, sorted.
    fn topics(&self, text: &str, tokens: &Tokens, which: impl Iterator<Item = usize>) -> Vec<Topic> {
        let topics = which.map(|token| self.topic(text, tokens, token)).filter(|&topic| topic != NOTHING);
        let mut topics: Vec<Topic> = topics.collect();
        topics.sort_unstable();
        topics.dedup();
        topics
    }

    fn topic(&self, text: &str, tokens: &Tokens, token: usize) -> Topic {
        let id = tokens.ids[token];
        if !segment::is_word(id) || segment::SLOTS.contains(&id) {
            return NOTHING;
        }
        let word = &*segment::bare(&text[tokens.span(token..token + 1).range()]);
        if word.len() < 2 || word.starts_with(['\'', '’']) {
            return NOTHING;
        }
        let Some(known) = self.known.get(id as usize).filter(|_| id >= segment::FIRST_WORD) else {
            return self.topic_of(&word.to_lowercase());
        };
        match known.load(Ordering::Relaxed) {
            0 => {
                let topic = self.topic_of(self.lexicon.word(id).unwrap_or(word));
                known.store(topic, Ordering::Relaxed);
                topic
            }
            topic => topic,
        }
    }

    fn topic_of(&self, word: &str) -> Topic {
        if self.small.contains(word) {
            return NOTHING;
        }
        let stem = self.stemmer.stem(word);
        match self.same.get(stem.as_ref()) {
            Some(group) => *group as Topic + 2,
            None => segment::hash(stem.bytes()) | 1 << 63,
        }
    }

    /// That nothing in the reply speaks of what the message speaks of.
    fn concern<'a>(&self, rule: usize, message: &Message<'_>, reading: &Reading<'_>) -> Option<Candidate<'a>> {
        let (asked, told) = ((message.text.text(), message.tokens), (reading.text.text(), reading.tokens));
        let apart = |asked: &[Topic], told: &[Topic]| !told.iter().any(|topic| asked.binary_search(topic).is_ok());
        // What the words of rules speak of is known; the stems of others are worked out where that does not tell.
        if !apart(&self.topics_of_named(asked), &self.topics_of_named(told)) {
            return None;
        }
        let [asked, told] = [asked, told].map(|(text, tokens)| self.topics(text, tokens, 0..tokens.ids.len()));
        let missed = asked.len() >= TELLING && apart(&asked, &told);
        if missed { missing(rule, At::Opening, Cow::Borrowed("no word of the message"), reading) } else { None }
    }

    fn topics_of_named(&self, (text, tokens): (&str, &Tokens)) -> Vec<Topic> {
        let is_named = |token: &usize| tokens.ids[*token] >= segment::FIRST_WORD;
        self.topics(text, tokens, (0..tokens.ids.len()).filter(is_named))
    }
}

/// The longest words of the customer's that are shown, in characters.
const SHOWN: usize = 120;

/// The customer's words in quotation marks.
fn quoted(words: &str) -> String {
    match words.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("“{}…”", &words[..end]),
        None => format!("“{words}”"),
    }
}

/// A greeting that misspells who signed the message.
fn name<'a>(rule: usize, message: &Message<'_>, reading: &Reading<'_>) -> Option<Candidate<'a>> {
    let greeting = reading.tokens.sentences.iter().find(|s| s.part == Part::Greeting)?;
    let signed = signature(message.text.text());
    let text = reading.text.text();
    let word = |t: usize| &text[reading.tokens.span(t..t + 1).range()];
    let is_name = |t: &usize| {
        let plain = matches!(reading.tokens.ids[*t], segment::UNKNOWN | segment::FIRST_WORD..);
        let greets = [segment::GREETINGS, ANYONE].iter().any(|words| segment::is_one_of(word(*t), words));
        plain && word(*t).starts_with(char::is_uppercase) && !greets
    };
    let same = |a: &str, b: &str| {
        let (a, b) = (plain(a), plain(b));
        let begins = |a: &str, b: &str| a.len() >= 3 && b.starts_with(a);
        a == b || begins(&a, &b) || begins(&b, &a)
    };
    // One letter off is a slip; another name altogether may be a second person, and is left alone.
    let near = |a: &str, b: &str| {
        let length = a.chars().count().min(b.chars().count());
        length >= 4 && a.len().max(b.len()) <= MAX_NAME && strsim::osa_distance(&plain(a), &plain(b)) <= 1 + length / 7
    };
    let mut names = greeting.tokens.clone().filter(is_name);
    let (slip, right) = names.find_map(|t| {
        let known = signed.iter().any(|name| same(name, word(t)));
        let right = signed.iter().find(|name| !known && near(name, word(t)))?;
        Some((t, right))
    })?;
    let candidate = Candidate::measured(rule, slip..slip + 1, Cow::Borrowed("the name"), reading);
    Some(Candidate { note: Some(format!("the message is signed {}", quoted(right))), ..candidate })
}

/// What else stands in greetings and is no name: a `Dean` may be greeted with `Dear Customer`.
const ANYONE: &[&str] = &[
    "good",
    "morning",
    "afternoon",
    "evening",
    "day",
    "valued",
    "customer",
    "client",
    "member",
    "guest",
    "friend",
    "friends",
    "reader",
    "sir",
    "madam",
    "miss",
    "team",
    "everyone",
    "there",
    "again",
];

/// A name in lower case and without accents.
fn plain(name: &str) -> String {
    name.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// The names that a message is signed with: a short last line of capitalized words, or what follows `my name is`.
fn signature(text: &str) -> Vec<&str> {
    const NO_NAMES: &[&str] = &[
        "thanks",
        "thank",
        "regards",
        "cheers",
        "best",
        "kind",
        "sincerely",
        "yours",
        "you",
        "sent",
        "please",
        "help",
    ];
    fn is_name(word: &str) -> bool {
        let letters = |c: char| c.is_alphabetic() || matches!(c, '-' | '\'' | '’');
        word.starts_with(char::is_uppercase) && word.chars().all(letters) && !segment::is_one_of(word, NO_NAMES)
    }
    let trimmed = |word| str::trim_matches(word, |c: char| !c.is_alphabetic());
    if let Some((_, rest)) = text.split_once("y name is ") {
        let names: Vec<&str> = rest.split_whitespace().take(2).map(trimmed).take_while(|word| is_name(word)).collect();
        if !names.is_empty() {
            return names;
        }
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let Some(last) = lines.next_back().filter(|_| lines.next().is_some()) else { return Vec::new() };
    let words: Vec<&str> = last.split_whitespace().map(trimmed).filter(|word| !word.is_empty()).collect();
    let fine = !words.is_empty() && words.len() <= 3 && words.iter().all(|word| is_name(word));
    if fine { words } else { Vec::new() }
}

/// The fewest characters of an order number and the like, and the fewest digits.
const NUMBER: usize = 5;
const FIGURES: usize = 4;

/// How many numbers of a text are looked at: a list of hundreds is no case.
const MAX_NUMBERS: usize = 100;

/// Numbers in the reply that are nearly, but not, one that the customer gave.
fn numbers<'a>(rule: usize, message: &Message<'_>, reading: &Reading<'_>) -> Vec<Candidate<'a>> {
    let figures = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    if figures(reading.text.text()) < FIGURES || figures(message.text.text()) < FIGURES {
        return Vec::new();
    }
    let given: Vec<String> =
        ids(message.text.text()).take(MAX_NUMBERS).map(|(id, _)| id.to_ascii_lowercase()).collect();
    let told: Vec<(String, Span)> =
        ids(reading.text.text()).take(MAX_NUMBERS).map(|(id, span)| (id.to_ascii_lowercase(), span)).collect();
    let mut found = Vec::new();
    for (id, span) in told.iter().filter(|(id, _)| !given.contains(id)) {
        let near = given.iter().find(|right| {
            right.len().abs_diff(id.len()) <= 1
                && right.as_bytes()[..2] == id.as_bytes()[..2]
                && strsim::osa_distance(right, id) <= 1
                && !follows(right, id)
                // The right one is there as well: this is another.
                && !told.iter().any(|(other, _)| other == *right)
        });
        if let Some(right) = near {
            let token = reading.tokens.spans.partition_point(|s| (s.1 as usize) <= span.start);
            let token = token.min(reading.tokens.spans.len() - 1);
            let note = Some(format!("the customer wrote {}", quoted(&right.to_ascii_uppercase())));
            let via = Cow::Borrowed("the number");
            found.push(Candidate { measured: true, note, ..Candidate::new(rule, token..token + 1, *span, via) });
        }
    }
    found
}

/// Whether one number comes right after or before another: a series has numbers that differ by a digit.
fn follows(a: &str, b: &str) -> bool {
    let number = |id: &str| {
        let digits = id.len() - id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        id[id.len() - digits.min(9)..].parse::<u64>().ok()
    };
    number(a).zip(number(b)).is_some_and(|(a, b)| a.abs_diff(b) <= 3)
}

/// Order numbers and the like: letters, digits and hyphens, with at least four digits, and no date, sum or time of day.
fn ids(text: &str) -> impl Iterator<Item = (&str, Span)> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';' | '#' | '"' | '“' | '”')).filter_map(
        move |word| {
            let id = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            let start = id.as_ptr() as usize - text.as_ptr() as usize;
            let digits = id.bytes().filter(u8::is_ascii_digit).count();
            let fine = (NUMBER..=MAX_NAME).contains(&id.len())
                && digits >= FIGURES
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            let phone = word.starts_with('+') || id.starts_with('0');
            let dashes = id.bytes().filter(|b| *b == b'-').count();
            let date = id.len() == 10 && dashes == 2
                || id.len() == 8 && digits == 8 && (id.starts_with("19") || id.starts_with("20"));
            (fine && !phone && !date && word.starts_with(|c: char| c.is_ascii_alphanumeric()))
                .then(|| (id, Span::new(start, start + id.len())))
        },
    )
}
