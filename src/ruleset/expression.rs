//! Regular expressions of rule files: whether one may run, and which literals its matches hold.

use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};
use regex_syntax::hir::{Class, Hir, HirKind};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

/// What is wrong with an expression, and where in it; the whole of it where no place is better.
pub(super) type Fault = (Option<Range<usize>>, String);

/// A few literals in lower case of which every match holds one.
pub(super) fn literals(expression: &str) -> Result<Vec<String>, Fault> {
    let hir = regex_syntax::Parser::new().parse(expression).map_err(|error| {
        let (at, message) = regex_fault(&error);
        (Some(at), format!("cannot read this expression: {message}"))
    })?;
    let fault = |message: &str| Err((None, message.to_owned()));
    if has_capitals(&hir) {
        return fault("expressions run on text in lower case, so one with a capital letter matches nothing");
    }
    if size(&hir) > MAX_REGEX {
        return fault("this expression repeats so much that it would be slow; use smaller counts");
    }
    if hir.properties().minimum_len().unwrap_or(0) == 0 {
        return fault("this expression also matches nothing at all; make a part of it fixed");
    }
    let none = "every match of an expression must hold one of a few fixed words of two letters or more";
    required(&hir).ok_or_else(|| (None, none.to_owned()))
}

/// How large an expression may be: characters and ranges, each as often as it is repeated. `\w` has some 800 ranges.
const MAX_REGEX: u64 = 20_000;

fn size(hir: &Hir) -> u64 {
    match hir.kind() {
        HirKind::Repetition(r) => u64::from(r.max.unwrap_or(r.min + 1).max(1)).saturating_mul(size(&r.sub)),
        HirKind::Capture(c) => size(&c.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().map(size).fold(0, u64::saturating_add),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len() as u64,
        HirKind::Literal(literal) => literal.0.len() as u64,
        _ => 1,
    }
}

fn has_capitals(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(r) => has_capitals(&r.sub),
        HirKind::Capture(c) => has_capitals(&c.sub),
        HirKind::Concat(parts) => parts.iter().any(has_capitals),
        HirKind::Alternation(parts) => parts.iter().all(has_capitals),
        HirKind::Literal(literal) => literal.0.iter().any(u8::is_ascii_uppercase),
        _ => false,
    }
}

fn regex_fault(error: &regex_syntax::Error) -> (std::ops::Range<usize>, String) {
    match error {
        regex_syntax::Error::Parse(e) => (e.span().start.offset..e.span().end.offset, e.kind().to_string()),
        regex_syntax::Error::Translate(e) => (e.span().start.offset..e.span().end.offset, e.kind().to_string()),
        _ => (0..0, error.to_string()),
    }
}

/// A few literals of which every match holds one: from the beginning of the expression, its end, or a part between.
fn required(hir: &Hir) -> Option<Vec<String>> {
    let mut candidates = vec![Extractor::new().extract(hir), Extractor::new().kind(ExtractKind::Suffix).extract(hir)];
    let mut inner = hir;
    while let HirKind::Capture(c) = inner.kind() {
        inner = &c.sub;
    }
    if let HirKind::Concat(parts) = inner.kind() {
        candidates.extend(parts.iter().map(|part| Extractor::new().extract(part)));
    }
    let found = candidates.iter().filter_map(plain);
    found.min_by_key(|literals| Reverse(literals.iter().map(|literal| rarity(literal)).min()))
}

/// How seldom a literal stands in a text, by and large: a long word more seldom than a short one, signs side by side than any word.
fn rarity(literal: &str) -> usize {
    match literal.bytes().all(|b| b.is_ascii_alphabetic()) {
        true => literal.len(),
        false => 8,
    }
}

/// The longest run of letters in each literal: what folding does not change.
fn plain(seq: &Seq) -> Option<Vec<String>> {
    let literals = seq.literals().filter(|l| !l.is_empty())?;
    let mut out = BTreeSet::new();
    for literal in literals {
        let bytes = literal.as_bytes();
        let word = bytes.split(|b| !b.is_ascii_alphanumeric()).max_by_key(|w| w.len()).unwrap_or_default();
        let sign = bytes == b"@"
            || bytes.len() > 1 && bytes.iter().all(|b| b.is_ascii_digit() || b"!?*=+#%&/$<>|".contains(b));
        if bytes.len() > 1 && bytes.iter().all(|b| *b == b'.') {
            // Folding writes an ellipsis as three dots.
            out.extend(["..".to_owned(), "…".to_owned()]);
            continue;
        }
        if bytes.trim_ascii() == b"\"" {
            // Folding writes all of these as the first of them.
            out.extend(['"', '“', '”', '„', '«', '»'].map(String::from));
            continue;
        }
        let kept = if word.len() > 1 {
            word
        } else if sign {
            bytes
        } else {
            return None;
        };
        out.insert(String::from_utf8(kept.to_ascii_lowercase()).ok()?);
    }
    Some(out.into_iter().collect())
}
