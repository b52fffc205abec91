//! A segmented text, what templates found in it, and what guards make of that.

use super::{Context, Room};
use crate::finding::Fingerprint;
use crate::mapped::{Mapped, OBJECT};
use crate::ruleset::file::Scope;
use crate::ruleset::{Guard, Role};
use crate::segment::Tokens;
use crate::source::{Source, Span};
use sha2::{Digest, Sha256};
use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;

/// A segmented region and what templates found in it.
pub(super) struct Reading<'r> {
    pub(super) text: &'r Mapped<'r>,
    pub(super) customer: Option<&'r Mapped<'r>>,
    /// The customer's words, gathered when they are first asked for.
    pub(super) said: OnceCell<HashSet<String>>,
    pub(super) tokens: &'r Tokens,
    /// Sorted by role, then by place.
    pub(super) context: &'r [Context],
}

impl<'r> Reading<'r> {
    pub(super) fn new(text: &'r Mapped<'r>, customer: Option<&'r Mapped<'r>>, room: &'r Room) -> Self {
        Self { text, customer, said: OnceCell::new(), tokens: &room.tokens, context: &room.context }
    }
}

impl Reading<'_> {
    /// The matches of a role that begin in a range of tokens.
    pub(super) fn of(&self, role: Role, start: usize, end: usize) -> impl Iterator<Item = Range<usize>> {
        let from = self.context.partition_point(|c| (c.0, c.1) < (role, start as u32));
        self.context[from..]
            .iter()
            .take_while(move |c| c.0 == role && (c.1 as usize) < end)
            .map(|c| c.1 as usize..c.2 as usize)
    }

    /// No template is longer than this, anchors included.
    const REACH: usize = 64;

    pub(super) fn overlaps(&self, role: Role, tokens: &Range<usize>) -> bool {
        self.of(role, tokens.start.saturating_sub(Self::REACH), tokens.end).any(|r| r.end > tokens.start)
    }

    pub(super) fn ends_at(&self, role: Role, token: usize) -> bool {
        self.of(role, token.saturating_sub(Self::REACH), token).any(|r| r.end == token)
    }

    pub(super) fn starts_at(&self, role: Role, token: usize) -> bool {
        self.of(role, token, token + 1).next().is_some()
    }

    /// Whether a guard holds for some tokens.
    pub(super) fn holds(&self, guards: &[Guard], guard: u32, tokens: &Range<usize>) -> bool {
        let scope = guards[guard as usize].scope;
        let like = guards[guard as usize].like;
        let moves = guards[like as usize].moves.iter().map(|&number| Role::Move(number));
        moves.chain([Role::Guard(like)]).any(|role| self.in_scope(role, scope, tokens))
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
        if text.contains(OBJECT) { source.slice(self.text.to_source(derived)).to_owned() } else { text.to_owned() }
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
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase)
}
