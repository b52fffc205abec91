//! The score of a reply: 0 to 100, in arithmetic that anyone can redo. It sums up; the findings say what to do.
//!
//! Six tenths are for what the reply does and four for how it says it. What it does: the worth of the moves that it makes, out of the
//! worth of all that its kind of reply calls for. How it says it: 100 less 18 for an error, 8 for a warning and 2 for an info; from
//! the third time on, a rule counts half; one category takes at most 36, and all infos at most 12. A missing move is not counted
//! twice. A reply with an error is not ready to be sent: its score is at most 49.

use crate::finding::Finding;
use crate::rule::Severity;
use std::collections::BTreeMap;
use std::fmt;

/// A score with its sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// The moves that the kind of reply calls for; empty where it calls for none.
    pub moves: Vec<Worth>,
    /// What is taken off for findings, by severity: errors, warnings, infos.
    pub off: [u32; 3],
    /// Whether an error holds the score down.
    pub held: bool,
}

/// What a move is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worth {
    /// Its name.
    pub name: String,
    /// Its points.
    pub points: u32,
    /// Whether the reply makes it.
    pub made: bool,
}

/// Points off for a finding.
pub(crate) const fn off(severity: Severity) -> u32 {
    match severity {
        Severity::Error => 18,
        Severity::Warning => 8,
        Severity::Info => 2,
    }
}

/// The most that one category takes, and all infos together.
const MOST_OF_CATEGORY: u32 = 36;
const MOST_OF_INFOS: u32 = 12;
/// The most that a reply with an error comes to.
const HELD: u32 = 49;
/// From which time on a rule counts half.
const HALF_FROM: u32 = 3;

impl Score {
    /// The score of a reply that makes some of these moves, less these findings.
    pub fn new<'f>(findings: impl IntoIterator<Item = &'f Finding>, moves: Vec<Worth>) -> Self {
        let mut times: BTreeMap<&str, u32> = BTreeMap::new();
        let mut categories: BTreeMap<&str, u32> = BTreeMap::new();
        let mut twice = [0; 3];
        for finding in findings {
            let count = times.entry(finding.rule.id.as_ref()).or_default();
            *count += 1;
            // Twice over, so that half of it is whole.
            let off = off(finding.severity) * if *count < HALF_FROM { 2 } else { 1 };
            let category = categories.entry(finding.rule.category()).or_default();
            let off = off.min(2 * MOST_OF_CATEGORY - *category);
            *category += off;
            twice[Severity::Error as usize - finding.severity as usize] += off;
        }
        let [errors, warnings, infos] = twice.map(|off| off.div_ceil(2));
        let off = [errors, warnings, infos.min(MOST_OF_INFOS)];
        Self { moves, off, held: errors > 0 }
    }

    /// What the reply does, 0 to 100; `None` where nothing is called for.
    pub fn done(&self) -> Option<u32> {
        let sum = |moves: &mut dyn Iterator<Item = &Worth>| moves.map(|m| m.points).sum::<u32>();
        let all = sum(&mut self.moves.iter());
        let made = sum(&mut self.moves.iter().filter(|m| m.made));
        (all > 0).then(|| (200 * made + all) / (2 * all))
    }

    /// How it says it, 0 to 100.
    pub fn language(&self) -> u32 {
        100_u32.saturating_sub(self.off.iter().sum())
    }

    /// The whole, 0 to 100.
    pub fn total(&self) -> u32 {
        let sum = self.done().map_or(self.language(), |done| (6 * done + 4 * self.language() + 5) / 10);
        if self.held { sum.min(HELD) } else { sum }
    }
}

/// The sum, in up to three lines.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "score {} = ", self.total())?;
        match self.done() {
            Some(done) => write!(f, "0.6 × moves {done} + 0.4 × language {}", self.language())?,
            None => write!(f, "language {}", self.language())?,
        }
        if self.held {
            write!(f, ", held at {HELD} by an error")?;
        }
        if !self.moves.is_empty() {
            let moves =
                self.moves.iter().map(|m| format!("{} {}/{}", m.name, if m.made { m.points } else { 0 }, m.points));
            write!(f, "\nmoves: {}", moves.collect::<Vec<_>>().join(" · "))?;
        }
        let [errors, warnings, infos] = self.off;
        write!(f, "\nlanguage: 100 - {errors} (errors) - {warnings} (warnings) - {infos} (infos)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::finding;

    #[test]
    fn sums() {
        let worth = |name: &str, points, made| Worth { name: name.into(), points, made };
        let all = |made| vec![worth("solve", 24, made), worth("acknowledge", 18, made), worth("close", 2, true)];
        assert_eq!(Score::new(&[], all(true)).total(), 100);
        let score = Score::new(&[], all(false));
        assert_eq!((score.done(), score.language(), score.total()), (Some(5), 100, 43));
        assert_eq!(
            Score::new(&[], Vec::new()).to_string(),
            "score 100 = language 100\nlanguage: 100 - 0 (errors) - 0 (warnings) - 0 (infos)"
        );

        let infos: Vec<Finding> = (0..20).map(|_| finding("tone.a", Severity::Info)).collect();
        assert_eq!(Score::new(&infos, Vec::new()).language(), 100 - MOST_OF_INFOS);
        // 8 + 8 + 4: the third time counts half.
        let warnings: Vec<Finding> = (0..3).map(|_| finding("vague.a", Severity::Warning)).collect();
        assert_eq!(Score::new(&warnings, Vec::new()).language(), 80);
        let error = [finding("blame.a", Severity::Error)];
        assert_eq!(Score::new(&error, all(true)).total(), HELD);
    }
}
