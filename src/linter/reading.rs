//! A segmented text, what templates found in it, and what guards make of that.

use crate::effort::spend;
use crate::finding::Fingerprint;
use crate::mapped::{Mapped, OBJECT};
use crate::ruleset::file::Scope;
use crate::ruleset::matcher::REACH;
use crate::ruleset::{Guard, Role, Ruleset};
use crate::segment::{Tokens, bare};
use crate::source::{Source, Span};
use sha2::{Digest, Sha256};
use std::cell::{OnceCell, RefCell};
use std::collections::HashSet;
use std::ops::Range;

/// The tokens of a text, and the matches of templates that bear on those of rules.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) tokens: Tokens,
    pub(super) context: Context,
}

/// A segmented region and what templates found in it.
pub(super) struct Reading<'r> {
    pub(super) text: &'r Mapped<'r>,
    pub(super) customer: Option<&'r Mapped<'r>>,
    /// The customer's words, gathered when they are first asked for.
    pub(super) said: OnceCell<HashSet<String>>,
    pub(super) tokens: &'r Tokens,
    context: &'r Context,
    signs: OnceCell<Signs>,
    /// The sentence asked about last, and its words: hundreds of findings may stand in one.
    joined: RefCell<(Span, String)>,
}

/// Signs that few texts hold, so that rules which look for them need not look at most texts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs {
    /// A bracket that placeholders are written with, but for round ones.
    pub(super) bracket: bool,
    /// Two capitals side by side.
    pub(super) capitals: bool,
    /// Two underscores side by side.
    pub(super) blank: bool,
    /// An object; any letter like it may be taken for one.
    pub(super) object: bool,
}

impl Signs {
    fn of(text: &str) -> Self {
        const BRACKET: u8 = 1;
        const CAPITAL: u8 = 2;
        const BLANK: u8 = 4;
        const OBJECT: u8 = 8;
        const KINDS: [u8; 256] = {
            let mut kinds = [0; 256];
            let mut byte = 0;
            while byte < 256 {
                kinds[byte] = match byte as u8 {
                    b'{' | b'}' | b'[' | b']' | b'<' | b'>' => BRACKET,
                    b'A'..=b'Z' => CAPITAL,
                    b'_' => BLANK,
                    // The first byte of U+FFFC.
                    0xEF => OBJECT,
                    _ => 0,
                };
                byte += 1;
            }
            kinds
        };
        let (mut seen, mut pairs, mut last) = (0, 0, 0);
        for byte in text.bytes() {
            let kind = KINDS[usize::from(byte)];
            seen |= kind;
            pairs |= kind & last;
            last = kind;
        }
        Self {
            bracket: seen & BRACKET > 0,
            capitals: pairs & CAPITAL > 0,
            blank: pairs & BLANK > 0,
            object: seen & OBJECT > 0,
        }
    }
}

/// Matches of templates that are no entries, by their role.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// How roles are numbered.
    roles: Roles,
    /// By the number of a role, where its matches are among `places`: from, and how many.
    ranges: Vec<(u32, u32)>,
    /// The roles that have matches.
    present: Vec<u32>,
    /// Token ranges, those of a role together, by their start.
    places: Vec<(u32, u32)>,
}

/// One number for each role that a template without an entry may have, and for each move.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Roles {
    rules: u32,
    guards: u32,
    entries: u32,
}

impl Roles {
    pub(super) fn of(set: &Ruleset) -> Self {
        let [rules, guards, entries] = [set.checks.len(), set.guards.len(), set.entries.len()].map(|n| n as u32);
        Self { rules, guards, entries }
    }

    /// The number of a role; `None` for those that have no matches here.
    pub(super) fn number(self, role: Role) -> Option<u32> {
        match role {
            Role::Unless(rule) => Some(rule),
            Role::NotAfter(rule) => Some(self.rules + rule),
            Role::NotBefore(rule) => Some(2 * self.rules + rule),
            Role::Count(rule) => Some(3 * self.rules + rule),
            Role::Require(rule) => Some(4 * self.rules + rule),
            Role::Move(rule) => Some(5 * self.rules + rule),
            Role::Guard(guard) => Some(6 * self.rules + guard),
            Role::EntryUnless(entry) => Some(6 * self.rules + self.guards + entry),
            Role::Entry(_) | Role::Retired => None,
        }
    }

    fn count(self) -> usize {
        (6 * self.rules + self.guards + self.entries) as usize
    }
}

impl Context {
    /// Forgets all matches.
    pub(super) fn clear(&mut self, roles: Roles) {
        for role in self.present.drain(..) {
            self.ranges[role as usize] = (0, 0);
        }
        self.places.clear();
        self.roles = roles;
        self.ranges.resize(roles.count(), (0, 0));
    }

    /// Adds the matches of roles, by number, that have none yet.
    pub(super) fn extend(&mut self, found: &[(u32, u32, u32)]) {
        let known = self.present.len();
        for (role, ..) in found {
            let (_, count) = &mut self.ranges[*role as usize];
            if *count == 0 {
                self.present.push(*role);
            }
            *count += 1;
        }
        let mut from = self.places.len() as u32;
        for role in &self.present[known..] {
            let range = &mut self.ranges[*role as usize];
            (range.0, range.1, from) = (from, 0, from + range.1);
        }
        self.places.resize(from as usize, (0, 0));
        for (role, start, end) in found {
            let (first, count) = &mut self.ranges[*role as usize];
            self.places[(*first + *count) as usize] = (*start, *end);
            *count += 1;
        }
        for role in &self.present[known..] {
            let (first, count) = self.ranges[*role as usize];
            if count > 1 {
                self.places[first as usize..][..count as usize].sort_unstable();
            }
        }
    }

    /// The matches of a role, by their start.
    fn of(&self, role: Role) -> &[(u32, u32)] {
        let range = self.roles.number(role).and_then(|number| self.ranges.get(number as usize));
        range.map_or(&[], |&(from, count)| &self.places[from as usize..][..count as usize])
    }
}

impl<'r> Reading<'r> {
    pub(super) fn new(text: &'r Mapped<'r>, customer: Option<&'r Mapped<'r>>, read: &'r Read) -> Self {
        let (tokens, context) = (&read.tokens, &read.context);
        let (said, signs, joined) = Default::default();
        Self { text, customer, said, tokens, context, signs, joined }
    }
}

impl Reading<'_> {
    /// The matches of a role that begin in a range of tokens.
    pub(super) fn of(&self, role: Role, start: usize, end: usize) -> impl Iterator<Item = Range<usize>> {
        let all = self.context.of(role);
        let from = if all.is_empty() { 0 } else { all.partition_point(|place| (place.0 as usize) < start) };
        let looked_at = |place: &(u32, u32)| {
            spend(1);
            place.0 as usize..place.1 as usize
        };
        let places = all[from..].iter().map(looked_at);
        places.take_while(move |place| place.start < end)
    }

    /// The words of a stretch of the text in lower case, parted by spaces.
    pub(super) fn joined(&self, derived: Span) -> String {
        let mut last = self.joined.borrow_mut();
        if last.0 != derived {
            *last = (derived, words(&self.text.text()[derived.range()]).collect::<Vec<_>>().join(" "));
        }
        last.1.clone()
    }

    /// The rare signs in the text.
    pub(super) fn signs(&self) -> Signs {
        *self.signs.get_or_init(|| Signs::of(self.text.text()))
    }

    pub(super) fn overlaps(&self, role: Role, tokens: &Range<usize>) -> bool {
        self.of(role, tokens.start.saturating_sub(REACH), tokens.end).any(|r| r.end > tokens.start)
    }

    pub(super) fn ends_at(&self, role: Role, token: usize) -> bool {
        self.of(role, token.saturating_sub(REACH), token).any(|r| r.end == token)
    }

    pub(super) fn starts_at(&self, role: Role, token: usize) -> bool {
        self.of(role, token, token + 1).next().is_some()
    }

    /// Whether a guard holds for some tokens.
    pub(super) fn holds(&self, guards: &[Guard], guard: u32, tokens: &Range<usize>) -> bool {
        let scope = guards[guard as usize].scope;
        let like = guards[guard as usize].like;
        let moves = guards[like as usize].moves.iter().map(|&number| Role::Move(number));
        // Most of what guards look for is nowhere in the text; only then are its places looked at.
        let there = |role: &Role| scope == Scope::CustomerWords || !self.context.of(*role).is_empty();
        moves.chain([Role::Guard(like)]).filter(there).any(|role| self.in_scope(role, scope, tokens))
    }

    fn in_scope(&self, role: Role, scope: Scope, tokens: &Range<usize>) -> bool {
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
    pub(super) fn shown(&self, source: &Source, derived: Span) -> String {
        let text = &self.text.text()[derived.range()];
        let mut out = String::with_capacity(text.len());
        for part in text.split_inclusive(OBJECT) {
            let words = part.trim_end_matches(OBJECT);
            let end = derived.start + (part.as_ptr() as usize - text.as_ptr() as usize) + part.len();
            let object = Span::new(end - (part.len() - words.len()), end);
            out.push_str(words);
            out.push_str(if object.is_empty() { "" } else { source.slice(self.text.to_source(object)) });
        }
        out
    }
}

/// What identifies a finding of a rule, by the words that tell it from others of the rule.
pub(crate) fn fingerprint(rule: &str, words: impl Iterator<Item = String>) -> Fingerprint {
    let mut hash = Sha256::new();
    hash.update(rule.as_bytes());
    for word in words {
        hash.update(word.as_bytes());
        hash.update(b" ");
    }
    let digest = hash.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    Fingerprint(u64::from_be_bytes(first))
}

/// The words of a text in lower case.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    let apart = |c: char| !c.is_alphanumeric() && !bare(c.encode_utf8(&mut [0; 4])).is_empty();
    text.split(apart).map(bare).filter(|w| !w.is_empty()).map(|w| w.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_number_of_its_own() {
        let roles = Roles { rules: 5, guards: 3, entries: 4 };
        let of_rules = [Role::Unless, Role::NotAfter, Role::NotBefore, Role::Count, Role::Require, Role::Move];
        let of_rules = of_rules.iter().flat_map(|role| (0..roles.rules).map(role));
        let others = (0..roles.guards).map(Role::Guard).chain((0..roles.entries).map(Role::EntryUnless));
        let numbers: Vec<_> = of_rules.chain(others).map(|role| roles.number(role)).collect();
        assert_eq!(numbers, (0..roles.count() as u32).map(Some).collect::<Vec<_>>());
        assert_eq!((roles.number(Role::Entry(1)), roles.number(Role::Retired)), (None, None));
    }
}
