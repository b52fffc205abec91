//! The arithmetic of an audit: whole numbers only, so that the same replies come to the same sums in any order.

use crate::rule::Severity;
use std::fmt;
use std::ops::RangeInclusive;

/// A number in tenths, rounded half up: a mean, a share in percent, or findings per 1,000 words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenths(pub u64);

impl Tenths {
    /// `scale` times a part of a whole; nothing of nothing is 0.
    pub const fn of(part: u64, scale: u64, whole: u64) -> Self {
        match whole {
            0 => Self(0),
            _ => Self(((part as u128 * scale as u128 * 20 + whole as u128) / (2 * whole as u128)) as u64),
        }
    }

    /// A part of a whole in percent.
    pub const fn percent(part: u64, whole: u64) -> Self {
        Self::of(part, 100, whole)
    }

    /// The same rounded half up to a whole number.
    pub const fn whole(self) -> u64 {
        (self.0 + 5) / 10
    }

    /// How much more it is than another, in tenths.
    pub const fn since(self, other: Self) -> i64 {
        self.0 as i64 - other.0 as i64
    }
}

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{}", self.0 / 10, self.0 % 10))
    }
}

/// How many replies have each score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scores {
    counts: [u64; 101],
}

impl Default for Scores {
    fn default() -> Self {
        Self { counts: [0; 101] }
    }
}

impl Scores {
    /// Counts one. A score is 0 to 100.
    pub fn add(&mut self, score: u32) {
        self.counts[score.min(100) as usize] += 1;
    }

    /// Counts those that others counted.
    pub fn merge(&mut self, other: &Self) {
        self.counts.iter_mut().zip(other.counts).for_each(|(own, other)| *own += other);
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many of them lie in a range.
    pub fn within(&self, range: RangeInclusive<usize>) -> u64 {
        self.counts[range].iter().sum()
    }

    /// The mean; `None` of none.
    pub fn mean(&self) -> Option<Tenths> {
        let sum: u64 = self.counts.iter().enumerate().map(|(score, count)| score as u64 * count).sum();
        (self.count() > 0).then(|| Tenths::of(sum, 1, self.count()))
    }

    /// The least score that so many percent of them do not exceed; `None` of none.
    pub fn percentile(&self, percent: u64) -> Option<u32> {
        let rank = (u128::from(self.count()) * u128::from(percent)).div_ceil(100).max(1);
        let mut below = 0_u128;
        (0..=100).find(|score| {
            below += u128::from(self.counts[*score as usize]);
            below >= rank
        })
    }

    /// How many lie in each tenth of the scale: 0 to 9, 10 to 19, and so on; the last is 90 to 100.
    pub fn tenths(&self) -> [u64; 10] {
        std::array::from_fn(|i| self.within(10 * i..=if i == 9 { 100 } else { 10 * i + 9 }))
    }
}

/// The sums over some replies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many replies there are.
    pub replies: u64,
    /// How many words they hold, subjects of mails included.
    pub words: u64,
    /// How many of the replies have no finding.
    pub clean: u64,
    /// How many findings there are of each severity, in the order of [`Severity::ALL`].
    pub severities: [u64; Severity::ALL.len()],
    /// How many more are suppressed.
    pub suppressed: u64,
    /// The scores of the replies.
    pub scores: Scores,
    /// How often the replies were used, where that is known.
    pub used: u64,
    /// The scores added up once for each use.
    pub used_score: u128,
}

impl Sums {
    /// How many findings there are.
    pub fn findings(&self) -> u64 {
        self.severities.iter().sum()
    }

    /// How many findings there are of a severity.
    pub fn of_severity(&self, severity: Severity) -> u64 {
        self.severities[severity as usize]
    }

    /// Findings per 1,000 words.
    pub fn density(&self) -> Tenths {
        Tenths::of(self.findings(), 1_000, self.words)
    }

    /// The share of replies with no finding, in percent.
    pub fn clean_share(&self) -> Tenths {
        Tenths::percent(self.clean, self.replies)
    }

    /// The mean score; `None` where there is no reply.
    pub fn score(&self) -> Option<Tenths> {
        self.scores.mean()
    }

    /// The mean score where each reply counts as often as it was used; `None` where none was.
    pub fn used_score(&self) -> Option<Tenths> {
        let used = u128::from(self.used);
        (used > 0).then(|| Tenths(((self.used_score * 20 + used) / (2 * used)) as u64))
    }

    /// Adds the sums over other replies.
    pub fn merge(&mut self, other: &Self) {
        self.replies += other.replies;
        self.words += other.words;
        self.clean += other.clean;
        self.severities.iter_mut().zip(other.severities).for_each(|(own, other)| *own += other);
        self.suppressed += other.suppressed;
        self.scores.merge(&other.scores);
        self.used += other.used;
        self.used_score += other.used_score;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(of: &[u32]) -> Scores {
        let mut scores = Scores::default();
        of.iter().for_each(|score| scores.add(*score));
        scores
    }

    #[test]
    fn tenths_are_rounded_half_up() {
        for (part, scale, whole, told) in [
            (1, 100, 3, "33.3"),
            (2, 100, 3, "66.7"),
            (1, 1, 20, "0.1"),
            (1, 1, 21, "0.0"),
            (0, 100, 0, "0.0"),
            (7, 1_000, 7, "1000.0"),
            (u64::MAX, 100, u64::MAX, "100.0"),
        ] {
            assert_eq!(Tenths::of(part, scale, whole).to_string(), told);
        }
        assert_eq!((Tenths(714).whole(), Tenths(715).whole()), (71, 72));
        assert_eq!(Tenths(700).since(Tenths(714)), -14);
        assert_eq!(format!("{:>6}|{:<6}|", Tenths(714), Tenths(5)), "  71.4|0.5   |");
    }

    #[test]
    fn percentiles_are_scores_that_some_reply_has() {
        let all = scores(&[0, 10, 20, 30, 40, 50, 60, 70, 80, 100]);
        assert_eq!([1, 10, 11, 50, 90, 91, 100].map(|p| all.percentile(p)), [0, 0, 10, 40, 80, 100, 100].map(Some));
        assert_eq!(all.mean(), Some(Tenths(460)));
        assert_eq!(all.tenths(), [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!((scores(&[]).percentile(50), scores(&[]).mean()), (None, None));
        assert_eq!(scores(&[7]).percentile(0), Some(7));
    }

    #[test]
    fn sums_of_parts_are_the_sum() {
        let one = Sums { replies: 2, words: 30, clean: 1, severities: [1, 0, 2], ..Sums::default() };
        let mut both = one.clone();
        both.merge(&Sums { scores: scores(&[40]), used: 3, used_score: 120, ..one.clone() });
        assert_eq!((both.replies, both.findings(), both.density()), (4, 6, Tenths(1_000)));
        assert_eq!((both.score(), both.used_score()), (Some(Tenths(400)), Some(Tenths(400))));
        assert_eq!(both.clean_share(), Tenths(500));
    }
}
