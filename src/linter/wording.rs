//! Wording: templates and regular expressions.

use super::{Candidate, Reading};
use crate::effort::spend;
use crate::mapped::{Builder, Mapped};
use crate::ruleset::{Ruleset, Side};
use crate::segment::{Sentence, Tokens};
use crate::source::Span;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::{Regex, RegexBuilder};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::OnceLock;

/// A match of a rule's wording.
#[derive(Clone, Copy, Debug)]
pub(super) struct Match {
    pub(super) rule: u32,
    pub(super) by: By,
    start: u32,
    end: u32,
}

/// What matched.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    /// The template of an entry, by number.
    Entry(u32),
    /// An expression, by number, and where in the derived text, in bytes.
    Expression(u32, u32, u32),
}

impl Match {
    pub(super) fn of_entry(rule: u32, entry: u32, start: u32, end: u32) -> Self {
        Self { rule, by: By::Entry(entry), start, end }
    }

    /// The tokens that matched.
    pub(super) fn tokens(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The entry that matched, if a template did.
    pub(super) fn entry(&self) -> Option<usize> {
        match self.by {
            By::Entry(entry) => Some(entry as usize),
            By::Expression(..) => None,
        }
    }

    /// As a place that may be reported.
    pub(super) fn candidate<'a>(&self, set: &'a Ruleset, reading: &Reading<'_>) -> Candidate<'a> {
        let (via, span) = match self.by {
            By::Entry(entry) => {
                let span = whole_words(reading.text.text(), reading.tokens.span(self.tokens()));
                (set.templates.get(entry as usize).unwrap_or_default(), span)
            }
            By::Expression(number, start, end) => {
                (set.regexes[number as usize].pattern.as_ref(), Span::new(start as usize, end as usize))
            }
        };
        let candidate = Candidate::new(self.rule as usize, self.tokens(), span, Cow::Borrowed(via));
        Candidate { entry: self.entry(), ..candidate }
    }
}

/// A span that begins or ends inside a contraction, widened to all of it: `isn't`, not `n't`.
pub(super) fn whole_words(text: &str, span: Span) -> Span {
    let inside = |c: char| c.is_alphabetic() || matches!(c, '\'' | '’' | '‘' | 'ʼ' | '´');
    let (before, after) = (near(&text[..span.start], true), near(&text[span.end..], false));
    let (first, last) = (text[span.start..].chars().next(), text[..span.end].chars().next_back());
    let (mut start, mut end) = (span.start, span.end);
    if first.is_some_and(inside) && before.ends_with(char::is_alphabetic) {
        start = span.start - (before.len() - before.trim_end_matches(inside).len());
    }
    if last.is_some_and(inside) {
        let rest = after.trim_start_matches(inside);
        let taken = &after[..after.len() - rest.len()];
        // A closing quotation mark is no part of the word.
        end += taken.trim_end_matches(|c: char| !c.is_alphabetic()).len();
    }
    Span::new(start, end)
}

/// The end or the beginning of a text, which holds all of any word that has a long form.
fn near(text: &str, end: bool) -> &str {
    let cut = if end { text.len().saturating_sub(MAX_CONTRACTION) } else { MAX_CONTRACTION };
    let (before, after) = text.split_at(text.floor_char_boundary(cut));
    if end { after } else { before }
}

/// The longest word, in bytes, that is widened to: longer ones are made to be long.
const MAX_CONTRACTION: usize = 64;

/// Leaves out what does not come to enough: matches of a rule whose templates add up, in a sentence where their weights fall short.
pub(super) fn drop_weak(set: &Ruleset, tokens: &Tokens, matches: &mut Vec<Match>) {
    let adds_up = |m: &Match| set.checks[m.rule as usize].at_least > 0;
    if !matches.iter().any(adds_up) {
        return;
    }
    // By rule and sentence, the entries that match there: each counts once.
    let place = |m: &Match| (m.rule, tokens.sentence_of(m.start as usize) as u32);
    let weights = matches.iter().filter(|m| adds_up(m)).filter_map(|m| Some((place(m), m.entry()?)));
    let mut weights: Vec<_> = weights.collect();
    weights.sort_unstable();
    weights.dedup();
    let enough = |of: &[((u32, u32), usize)]| {
        let sum: u32 = of.iter().map(|(_, entry)| set.entries[*entry].weight).sum();
        sum >= set.checks[of[0].0.0 as usize].at_least
    };
    let strong = weights.chunk_by(|a, b| a.0 == b.0).filter(|of| enough(of)).map(|of| of[0].0);
    let strong: Vec<_> = strong.collect();
    matches.retain(|m| !adds_up(m) || strong.binary_search(&place(m)).is_ok());
}

/// Makes one candidate of the matches that add up in a sentence: from the first of them to the last, by the heaviest.
pub(super) fn add_up(set: &Ruleset, reading: &Reading<'_>, candidates: &mut Vec<Candidate<'_>>) {
    let Some(sums) = sums(set, reading, candidates) else { return };
    let mut whole: HashMap<(usize, usize), Range<usize>> = HashMap::new();
    for c in candidates.iter().filter(|c| set.checks[c.rule].at_least > 0) {
        let range =
            whole.entry((c.rule, reading.tokens.sentence_of(c.tokens.start))).or_insert_with(|| c.tokens.clone());
        *range = range.start.min(c.tokens.start)..range.end.max(c.tokens.end);
    }
    candidates.retain_mut(|c| {
        if set.checks[c.rule].at_least == 0 {
            return true;
        }
        let key = (c.rule, reading.tokens.sentence_of(c.tokens.start));
        let least = set.checks[c.rule].at_least;
        if sums.get(&key).is_none_or(|(sum, heaviest)| *sum < least || c.entry != Some(*heaviest)) {
            return false;
        }
        // The first match of the heaviest template stands for all.
        let Some(tokens) = whole.remove(&key) else { return false };
        c.span = whole_words(reading.text.text(), reading.tokens.span(tokens.clone()));
        (c.tokens, c.entry) = (tokens, None);
        true
    });
}

/// By rule and sentence, the sum of the weights of the different templates that match there, and the entry that weighs most. `None`
/// where no rule adds up.
fn sums(
    set: &Ruleset,
    reading: &Reading<'_>,
    candidates: &[Candidate<'_>],
) -> Option<HashMap<(usize, usize), (u32, usize)>> {
    if !candidates.iter().any(|c| set.checks[c.rule].at_least > 0) {
        return None;
    }
    let mut weights: BTreeSet<(usize, usize, usize)> = BTreeSet::new();
    for c in candidates.iter().filter(|c| set.checks[c.rule].at_least > 0) {
        weights.extend(c.entry.map(|entry| (c.rule, reading.tokens.sentence_of(c.tokens.start), entry)));
    }
    let mut sums = HashMap::new();
    for &(rule, sentence, entry) in &weights {
        let (sum, heaviest) = sums.entry((rule, sentence)).or_insert((0, entry));
        *sum += set.entries[entry].weight;
        if set.entries[entry].weight > set.entries[*heaviest].weight {
            *heaviest = entry;
        }
    }
    (!sums.is_empty()).then_some(sums)
}

/// Keeps, of the overlapping candidates of a rule, the one that begins first, and of those the longest.
pub(super) fn leftmost_longest(candidates: &mut Vec<Candidate<'_>>) {
    candidates.sort_by_key(|c| (c.rule, c.tokens.start, std::cmp::Reverse(c.tokens.end)));
    let mut last: Option<(usize, usize)> = None;
    candidates.retain(|c| {
        let free = c.measured || last.is_none_or(|(rule, end)| rule != c.rule || c.tokens.start >= end);
        if free {
            last = Some((c.rule, c.tokens.end));
        }
        free
    });
}

/// Room for the largest expression that a rule file may hold, in bytes.
const MAX_COMPILED: usize = 64 << 20;

/// The regular expressions of a rule set for the texts of one side. One automaton of their literals says on which sentence which of them is run; an expression
/// is compiled when that first happens.
#[derive(Debug, Default)]
pub(super) struct Expressions {
    literals: Option<AhoCorasick>,
    /// For each literal, the expressions it stands for.
    owners: Vec<Vec<usize>>,
    compiled: Vec<OnceLock<Option<Regex>>>,
}

impl Expressions {
    pub(super) fn new(set: &Ruleset, side: Side) -> Self {
        let mut literals: Vec<&str> = Vec::new();
        let mut owners: Vec<Vec<usize>> = Vec::new();
        let own = set.regexes.iter().enumerate().filter(|(_, entry)| set.checks[entry.rule as usize].side() == side);
        for (number, entry) in own {
            for literal in entry.literals.iter() {
                match literals.iter().position(|l| l == literal) {
                    Some(known) => owners[known].push(number),
                    None => {
                        literals.push(literal);
                        owners.push(vec![number]);
                    }
                }
            }
        }
        if literals.is_empty() {
            return Self::default();
        }
        // Building fails only beyond sizes that no rule file reaches; then no expression is run.
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            // A deterministic one takes longer to build than a reply takes to check.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(literals)
            .ok();
        let compiled = set.regexes.iter().map(|_| OnceLock::new()).collect();
        Self { literals: automaton, owners, compiled }
    }

    /// The matches of all expressions of the rules that are run.
    pub(super) fn find(
        &self,
        set: &Ruleset,
        runs: impl Fn(usize) -> bool,
        text: &str,
        tokens: &Tokens,
        out: &mut Vec<Match>,
    ) {
        let Some(literals) = &self.literals else { return };
        let sentences = &tokens.sentences;
        let mut due = BTreeSet::new();
        for hit in literals.find_overlapping_iter(text) {
            let sentence = sentences.partition_point(|s| s.span.end <= hit.start());
            if sentences.get(sentence).is_some_and(|s| s.span.start <= hit.start()) {
                due.extend(self.owners[hit.pattern().as_usize()].iter().map(|&e| (sentence, e)));
            }
        }
        // Where letters are written in ways that folding undoes, a literal may stand unseen.
        if memchr::memchr3(0xC2, 0xE2, 0xEF, text.as_bytes()).is_some() || text.contains('\u{130}') {
            let hidden = sentences.iter().enumerate().filter(|(_, s)| text[s.span.range()].contains(is_hidden));
            due.extend(hidden.flat_map(|(number, _)| self.owners.iter().flatten().map(move |&owner| (number, owner))));
        }
        let mut folded: Option<(usize, Mapped<'_>)> = None;
        for (number, expression) in due {
            let entry = &set.regexes[expression];
            let rule = entry.rule as usize;
            if !runs(rule) {
                continue;
            }
            let regex = self.compiled[expression]
                .get_or_init(|| RegexBuilder::new(&entry.pattern).size_limit(MAX_COMPILED).build().ok());
            let Some(regex) = regex else { continue };
            let sentence = &sentences[number];
            if folded.as_ref().is_none_or(|(n, _)| *n != number) {
                folded = Some((number, fold(text, sentence.span)));
            }
            let Some((_, folded)) = &folded else { continue };
            search(regex, folded.text(), |found| {
                let span = folded.to_source(found.into());
                let at = covering(tokens, sentence, span);
                let by = By::Expression(expression as u32, span.start as u32, span.end as u32);
                out.push(Match { rule: entry.rule, by, start: at.start as u32, end: at.end as u32 });
            });
        }
    }
}

/// Where an expression matches. To find the next match, some expressions read all that is left of the text; so a long one is searched
/// window by window, and no window is read more than so many times.
fn search(regex: &Regex, text: &str, mut found: impl FnMut(Range<usize>)) {
    let mut start = 0;
    loop {
        // What begins in the first half of a window ends in it, or is longer than half a window.
        let [next, end] = [WINDOW, 2 * WINDOW].map(|len| text.floor_char_boundary(start + len));
        let is_last = end == text.len();
        let mut at = start;
        for _ in 0..MAX_MATCHES {
            spend(end - at);
            // Every match holds a literal, so none is empty.
            let Some(one) = regex.find_at(&text[..end], at).filter(|one| !one.is_empty()) else { break };
            if !is_last && (one.start() >= next || one.end() == end) {
                break;
            }
            found(one.range());
            at = one.end();
        }
        if is_last {
            return;
        }
        start = at.max(next);
    }
}

/// In a longer sentence, in bytes, an expression finds what is no longer than this.
const WINDOW: usize = 2_000;

/// How many matches of an expression are told of, of those that begin in one window.
const MAX_MATCHES: usize = 256;

/// Whether folding leaves a character out, or makes a letter of English of it, so that a literal may stand unseen.
fn is_hidden(c: char) -> bool {
    is_invisible(c) || matches!(c, '\u{130}' | '\u{212A}')
}

/// Whether a character does not show, and is left out when a sentence is folded. Accents stay, which the tokenizer takes off words.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

/// The tokens that a span touches; at least one.
fn covering(tokens: &Tokens, sentence: &Sentence, span: Span) -> Range<usize> {
    let spans = &tokens.spans[sentence.tokens.clone()];
    let first = spans.partition_point(|s| s.1 as usize <= span.start).min(spans.len() - 1);
    let end = spans.partition_point(|s| (s.0 as usize) < span.end).max(first + 1);
    sentence.tokens.start + first..sentence.tokens.start + end
}

/// A sentence in lower case, with straight quotes and single spaces.
fn fold(text: &str, span: Span) -> Mapped<'_> {
    let mut out = Builder::new(text);
    let mut space = false;
    // What stands as it is since here.
    let mut from = span.start;
    for (at, c) in text[span.range()].char_indices() {
        let place = Span::new(span.start + at, span.start + at + c.len_utf8());
        let was_space = std::mem::replace(&mut space, c.is_whitespace());
        let lower;
        let new = match c {
            'a'..='z' | '0'..='9' => continue,
            _ if space && was_space => "",
            ' ' => continue,
            _ if space => " ",
            '’' | '‘' | 'ʼ' | '´' | '`' => "'",
            '“' | '”' | '„' | '«' | '»' => "\"",
            '–' | '—' | '−' => "-",
            '…' => "...",
            _ if is_invisible(c) => "",
            _ if c.is_uppercase() => {
                lower = c.to_lowercase().collect::<String>();
                &lower
            }
            _ => continue,
        };
        out.verbatim(Span::new(from, place.start));
        out.escaped(place, new);
        from = place.end;
    }
    out.verbatim(Span::new(from, span.end));
    out.finish()
}
