//! Which findings of one audit are there in another.

use crate::finding::Fingerprint;
use crate::segment;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// The findings of an audit by what stays the same of them: the file, the rule and the fingerprint.
///
/// Where there are too many, those with the least ranks are kept: two audits then keep the same share of what they share.
#[derive(Clone, Debug)]
pub struct Prints {
    /// By rank and what stays the same, how many there are.
    held: BTreeMap<(Rank, Print), u64>,
    below: Option<Rank>,
    most: usize,
}

/// A number that hangs on all of a [`Print`] and on nothing else, so that what is kept of many is a fair share of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank(pub u64);

/// What stays the same of a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Print {
    /// The fingerprint.
    pub fingerprint: Fingerprint,
    /// The id of the rule.
    pub rule: Arc<str>,
    /// The file.
    pub path: Arc<str>,
}

/// How many kinds of findings are kept.
pub const MAX_PRINTS: usize = 100_000;

impl Print {
    /// A hash of its parts, the fingerprint first.
    fn rank(&self) -> Rank {
        let parts = [&self.fingerprint.0.to_be_bytes()[..], self.rule.as_bytes(), &[0], self.path.as_bytes()];
        let hash = segment::hash(parts.into_iter().flatten().copied());
        // Its highest bits hang on the last bytes too little.
        Rank((hash ^ hash >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }
}

impl Default for Prints {
    fn default() -> Self {
        Self { held: BTreeMap::new(), below: None, most: MAX_PRINTS }
    }
}

impl Prints {
    /// Some that were kept by another, which may have kept only those below a rank.
    pub fn kept(below: Option<Rank>) -> Self {
        Self { below, most: usize::MAX, ..Self::default() }
    }

    /// Takes in findings that are alike.
    pub fn add(&mut self, print: Print, count: u64) {
        let rank = print.rank();
        if self.below.is_some_and(|below| rank >= below) {
            return;
        }
        let held = self.held.entry((rank, print)).or_default();
        *held = held.saturating_add(count);
        if self.held.len() > self.most
            && let Some(((below, _), _)) = self.held.pop_last()
        {
            while self.held.last_key_value().is_some_and(|((last, _), _)| *last >= below) {
                self.held.pop_last();
            }
            self.below = Some(below);
        }
    }

    /// The rank that all that are kept are below, where not all are.
    pub fn below(&self) -> Option<Rank> {
        self.below
    }

    /// Those that are kept, with how many there are of each, the least rank first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Print, u64)> {
        self.held.iter().map(|((_, print), count)| (print, *count))
    }
}

/// What became of the findings of one audit in another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// How many there are of each.
    pub total: Change,
    /// The same by rule: those with most new findings first, then those with most that are fixed.
    pub rules: Vec<(Arc<str>, Change)>,
    /// The same by file.
    pub files: Vec<(Arc<str>, Change)>,
    /// The rank that all compared findings are below, where one of the audits did not keep all of its own.
    pub below: Option<Rank>,
}

/// How many findings are gone, came, and stayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// In the old audit only.
    pub fixed: u64,
    /// In the new one only.
    pub new: u64,
    /// In both.
    pub unchanged: u64,
    /// In both by file and rule, but in another sentence: most were reworded when their neighbour was mended.
    pub reworded: u64,
}

impl Changes {
    /// What became of old findings in a new audit. Of those that are alike, as many are the same as are in both; of the rest of a rule
    /// in a file, as many are the same in other words.
    pub fn between(old: &Prints, new: &Prints) -> Self {
        let below = [old.below, new.below].into_iter().flatten().min();
        let mut out = Self { below, ..Self::default() };
        let mut places = BTreeMap::<_, Change>::new();
        let held: HashSet<&(Rank, Print)> = old.held.keys().chain(new.held.keys()).collect();
        for key in held.into_iter().filter(|(rank, _)| below.is_none_or(|below| *rank < below)) {
            let count = |of: &Prints| of.held.get(key).copied().unwrap_or_default();
            let (was, is, print) = (count(old), count(new), &key.1);
            let change = places.entry((print.path.clone(), print.rule.clone())).or_default();
            change.fixed = change.fixed.saturating_add(was.saturating_sub(is));
            change.new = change.new.saturating_add(is.saturating_sub(was));
            change.unchanged = change.unchanged.saturating_add(was.min(is));
        }
        let (mut rules, mut files) = (BTreeMap::<_, Change>::new(), BTreeMap::<_, Change>::new());
        for ((path, rule), change) in places {
            let reworded = change.fixed.min(change.new);
            for all in [&mut out.total, rules.entry(rule).or_default(), files.entry(path).or_default()] {
                all.fixed = all.fixed.saturating_add(change.fixed - reworded);
                all.new = all.new.saturating_add(change.new - reworded);
                all.unchanged = all.unchanged.saturating_add(change.unchanged);
                all.reworded = all.reworded.saturating_add(reworded);
            }
        }
        let ranked = |of: BTreeMap<Arc<str>, Change>| {
            let mut all: Vec<_> = of.into_iter().collect();
            all.sort_by_key(|(_, change)| std::cmp::Reverse((change.new, change.fixed, change.unchanged)));
            all
        };
        (out.rules, out.files) = (ranked(rules), ranked(files));
        out
    }

    /// Whether both had findings, and no file had some in both: they may be of different folders, or name their files differently.
    /// `false` where only a share of the findings was compared, as others may be of the same files.
    pub fn share_no_file(&self) -> bool {
        let one_sided = |c: &Change| [c.unchanged, c.reworded, c.fixed.min(c.new)] == [0; 3];
        self.below.is_none()
            && self.total.fixed.min(self.total.new) > 0
            && self.files.iter().all(|(_, change)| one_sided(change))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(fingerprint: u64) -> Print {
        Print { fingerprint: Fingerprint(fingerprint), rule: "vague.a".into(), path: "a.txt".into() }
    }

    fn prints(most: usize, all: impl IntoIterator<Item = u64>) -> Prints {
        let mut prints = Prints { most, ..Prints::default() };
        all.into_iter().for_each(|fingerprint| prints.add(print(fingerprint), 1));
        prints
    }

    #[test]
    fn as_many_stay_as_are_in_both() {
        let changes = Changes::between(&prints(9, [1, 1, 1, 2, 3]), &prints(9, [1, 1, 3, 4]));
        assert_eq!(changes.total, Change { fixed: 1, new: 0, unchanged: 3, reworded: 1 });
        assert_eq!((changes.rules.len(), changes.files.len(), changes.below), (1, 1, None));
    }

    #[test]
    fn reports_of_different_files_share_none() {
        let of = |findings: &[(&str, &str, u64)]| {
            let mut prints = Prints::default();
            for (path, rule, fingerprint) in findings {
                prints.add(Print { path: (*path).into(), rule: (*rule).into(), ..print(*fingerprint) }, 1);
            }
            prints
        };
        let (old, new) = (("a.txt", "vague.a", 1), ("b.txt", "vague.a", 1));
        for (before, after, apart) in [
            (&[old][..], &[new][..], true),
            (&[old], &[], false),
            (&[], &[new], false),
            // Beside those, one in both: unchanged, in other words, and of another rule.
            (&[old, ("c.txt", "vague.a", 1)], &[new, ("c.txt", "vague.a", 1)], false),
            (&[old, ("c.txt", "vague.a", 1)], &[new, ("c.txt", "vague.a", 2)], false),
            (&[old, ("c.txt", "vague.a", 1)], &[new, ("c.txt", "vague.b", 1)], false),
        ] {
            assert_eq!(Changes::between(&of(before), &of(after)).share_no_file(), apart, "{before:?} {after:?}");
        }
        let part = Prints { below: Some(Rank(u64::MAX)), ..of(&[old]) };
        assert!(!Changes::between(&part, &of(&[new])).share_no_file());
    }

    #[test]
    fn what_is_kept_of_many_is_a_fair_share_in_any_order() {
        let all: Vec<u64> = (0..50).map(|n| n * 7 % 50).collect();
        let (one, other) = (prints(10, all.iter().copied()), prints(10, all.iter().rev().copied()));
        let kept = |of: &Prints| of.iter().map(|(print, _)| print.fingerprint.0).collect::<Vec<_>>();
        assert_eq!((kept(&one).len(), kept(&one), one.below()), (10, kept(&other), other.below()));
        // Against one that kept less, only that much is compared.
        let changes = Changes::between(&one, &prints(5, 0..50));
        assert_eq!(changes.total, Change { unchanged: 5, ..Change::default() });
        // The same words in every file are told apart.
        let mut stock = Prints { most: 10, ..Prints::default() };
        for file in 0..50 {
            stock.add(Print { path: format!("{file}.txt").into(), ..print(1) }, 1);
        }
        assert_eq!(stock.iter().len(), 10);
    }
}
