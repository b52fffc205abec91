//! From a reply's text to sentences and tokens.
//!
//! One pass over the bytes. Words become numbers, so that rules compare integers; what is not a word (a number, a placeholder, a
//! comma) becomes one of a few fixed tokens. The end of a sentence is a token too: nothing that looks for words can step over it.

#[cfg(test)]
mod tests;
mod tokenizer;
mod vocabulary;

pub(crate) use tokenizer::bare;
pub use vocabulary::*;

use crate::mapped::Mapped;
use crate::source::Span;
use std::ops::Range;
use tokenizer::{MAX_WORD, Segmenter};

/// The tokens of one reply. Places are byte ranges of its derived text.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    /// What each token is. The first and the last are [`BOUND`].
    pub ids: Vec<Id>,
    /// Where each token stands, half-open, in bytes of the derived text. A [`BOUND`] is empty.
    pub spans: Vec<(u32, u32)>,
    /// The sentences, in order.
    pub sentences: Vec<Sentence>,
    /// For each token before the end of the last sentence, the sentence that holds it, or the next one.
    within: Vec<u32>,
    /// Token ranges between quotation marks, in order.
    pub quotes: Vec<Range<usize>>,
    /// Tokens that some rule names and that are also of a kind, with that kind: a `2FA` is a [`NUMBER`], an `RMA` an [`ACRONYM`], to
    /// rules that know nothing of the name.
    pub kinds: Vec<(u32, Id)>,
}

/// How far the ends of a clause are looked for, in tokens: text without punctuation must not make guards slow.
const MAX_CLAUSE: usize = 64;

/// A sentence, without the bounds around it.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// Its tokens.
    pub tokens: Range<usize>,
    /// From its first word to its last mark, in bytes of the derived text.
    pub span: Span,
    /// Whether it ends in a question mark.
    pub question: bool,
    /// Where in the reply it stands.
    pub part: Part,
}

/// Where in a reply a sentence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The subject of a mail.
    Subject,
    /// `Dear Ms Lee,`
    Greeting,
    /// The first two sentences after the greeting.
    Opening,
    /// What follows them.
    Body,
    /// From the sign-off (`Best regards`) to the end.
    Closing,
}

impl Tokens {
    /// Segments the text of a reply.
    pub fn of(text: &Mapped<'_>, lexicon: &Lexicon) -> Self {
        let mut tokens = Self::default();
        tokens.fill(text, 0, lexicon);
        tokens
    }

    /// Segments the text of a reply, of which so many bytes are a subject, into the space of an earlier one.
    pub fn fill(&mut self, text: &Mapped<'_>, subject: usize, lexicon: &Lexicon) {
        self.ids.clear();
        self.spans.clear();
        self.sentences.clear();
        self.within.clear();
        self.quotes.clear();
        self.kinds.clear();
        Segmenter::new(self, text.text(), |byte| text.object_at(byte), |word| lexicon.get(word)).run();
        self.place_parts(text.text(), subject);
    }

    /// Tokenizes a literal of a rule: every word is looked up through `intern`; there are no sentences.
    pub fn of_literal(text: &str, mut intern: impl FnMut(&[u8]) -> Id) -> Vec<Id> {
        // Nearly all literals are plain words; a rule file holds thousands.
        let mut folded = [0; MAX_WORD];
        if let Some(word) = folded.get_mut(..text.len()).filter(|_| text.bytes().all(|b| b.is_ascii_alphabetic())) {
            word.copy_from_slice(text.as_bytes());
            word.make_ascii_lowercase();
            let id = intern(word);
            if !(FIRST_JOINED..FIRST_OWN).contains(&id) {
                return vec![id];
            }
        }
        let mut tokens = Self::default();
        Segmenter::new(&mut tokens, text, |_| None, intern).run();
        tokens.ids.retain(|&id| id != BOUND);
        tokens.ids
    }

    /// The tokens as they are to rules whose last word has the id `end - 1`: words that only later rules name are of their kind, or
    /// unknown. They are written to `out`, unless those rules know all words of the lexicon.
    pub fn known_to<'t>(&'t self, end: Id, lexicon: &Lexicon, out: &'t mut Vec<Id>) -> &'t [Id] {
        if end >= lexicon.end() {
            return &self.ids;
        }
        out.clear();
        out.extend(self.ids.iter().map(|&id| if id < end { id } else { UNKNOWN }));
        for &(token, kind) in &self.kinds {
            let id = &mut out[token as usize];
            *id = if *id == UNKNOWN { kind } else { *id };
        }
        out
    }

    /// The bytes of the derived text from the first to the last of some tokens.
    pub fn span(&self, tokens: Range<usize>) -> Span {
        let last = tokens.end.saturating_sub(1).max(tokens.start);
        Span::new(self.spans[tokens.start].0 as usize, self.spans[last].1 as usize)
    }

    /// The index of the sentence that holds a token.
    pub fn sentence_of(&self, token: usize) -> usize {
        self.within.get(token).map_or(self.sentences.len().saturating_sub(1), |sentence| *sentence as usize)
    }

    /// The tokens of the clause around some tokens: up to the nearest `,` `;` `:` dash or bracket on each side, and at most
    /// 64 tokens away.
    pub fn clause_of(&self, tokens: &Range<usize>) -> Range<usize> {
        let (low, high) = (tokens.start.saturating_sub(MAX_CLAUSE), self.ids.len().min(tokens.end + MAX_CLAUSE));
        let start = (low..tokens.start).rev().find(|&i| is_clause_end(self.ids[i])).map_or(low, |i| i + 1);
        let end = (tokens.end..high).find(|&i| is_clause_end(self.ids[i])).unwrap_or(high);
        start..end
    }

    /// Whether all of some tokens stand between one pair of quotation marks.
    pub fn is_quoted(&self, tokens: &Range<usize>) -> bool {
        let after = self.quotes.partition_point(|q| q.start <= tokens.start);
        self.quotes[..after].iter().rev().take(2).any(|q| tokens.end <= q.end)
    }

    /// Tells greeting, opening, body and closing apart.
    fn place_parts(&mut self, text: &str, subject: usize) {
        let word = |s: &Sentence| {
            let (start, end) = self.spans[s.tokens.start];
            bare(&text[start as usize..end as usize])
        };
        let mut parts = Vec::with_capacity(self.sentences.len());
        let mut opening = 2;
        let mut first = true;
        for sentence in &self.sentences {
            let part = if sentence.span.start < subject {
                Part::Subject
            } else if std::mem::take(&mut first) && is_greeting(&word(sentence), sentence, text) {
                Part::Greeting
            } else if opening > 0 {
                opening -= 1;
                Part::Opening
            } else {
                Part::Body
            };
            parts.push(part);
        }
        // A sign-off is looked for among the last sentences only: a name, a role, a company may follow it.
        let from = self.sentences.len().saturating_sub(8).max(1);
        let is_last = |s: &Sentence, after: &[Sentence]| {
            // Thanks that something is said after are no sign-off, unless a comma leads on to a name.
            let said = || after.iter().take_while(|s| !is_postscript(&word(s), s, text)).any(|s| is_said(s, text));
            is_sign_off(&word(s), s) || is_thanks(&word(s), s) && (text[..s.span.end].ends_with(',') || !said())
        };
        if let Some(close) =
            (from..self.sentences.len()).find(|&i| is_last(&self.sentences[i], &self.sentences[i + 1..]))
        {
            parts[close..].fill(Part::Closing);
        }
        for (sentence, part) in self.sentences.iter_mut().zip(parts) {
            sentence.part = part;
        }
    }
}

/// Whether a token ends a clause.
pub fn is_clause_end(id: Id) -> bool {
    matches!(id, BOUND | COMMA | SEMICOLON | COLON | DASH | PAREN)
}

/// Whether a word is one of some, whatever its case.
pub(crate) fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// What greetings begin with.
pub(crate) const GREETINGS: &[&str] = &["hi", "hello", "hey", "dear", "hiya", "greetings", "welcome"];

fn is_greeting(word: &str, sentence: &Sentence, text: &str) -> bool {
    let vocative = sentence.tokens.len() <= 4 && text[..sentence.span.end].ends_with(',');
    vocative
        || sentence.tokens.len() <= 7 && is_one_of(word, GREETINGS)
        || sentence.tokens.len() <= 5 && is_one_of(word, &["good"])
}

fn is_sign_off(word: &str, sentence: &Sentence) -> bool {
    const WORDS: &[&str] = &[
        "regards",
        "best",
        "kind",
        "kindest",
        "warm",
        "warmest",
        "warmly",
        "sincerely",
        "yours",
        "cheers",
        "respectfully",
    ];
    sentence.tokens.len() <= 8 && is_one_of(word, WORDS)
}

/// Whether it says something, as the lines of a signature do not: it ends in a mark, or is longer than a name with a role.
fn is_said(sentence: &Sentence, text: &str) -> bool {
    let closed = text[..sentence.span.end].trim_end_matches(['"', '”', '’', '\'', ')', ']']);
    sentence.tokens.len() > 8 || sentence.tokens.len() > 2 && closed.ends_with(['.', '?', '!', '…'])
}

/// Whether it begins what is added below a signature.
fn is_postscript(word: &str, sentence: &Sentence, text: &str) -> bool {
    let start = sentence.span.start;
    is_one_of(word, &["ps"]) || text.get(start..start + 3).is_some_and(|p| is_one_of(p, &["p.s"]))
}

/// Whether it is short thanks or wishes, which may be a sign-off.
fn is_thanks(word: &str, sentence: &Sentence) -> bool {
    sentence.tokens.len() <= 4 && is_one_of(word, &["thanks", "thank", "many", "with"])
}
