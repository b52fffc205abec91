//! How runs over the same inputs follow each other.

use super::{Audit, Tenths};
use crate::date::Date;
use crate::rule::Severity;

/// What is remembered of a run: counts, and never a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The day of it.
    pub date: Date,
    /// The paths that were named, in order.
    pub inputs: Vec<String>,
    /// What stands for the rules in use: it changes when any of them does.
    pub rules: String,
    /// How many replies were checked.
    pub replies: u64,
    /// How many words they hold.
    pub words: u64,
    /// How many findings there were of each severity, in the order of [`Severity::ALL`].
    pub severities: [u64; Severity::ALL.len()],
    /// How many replies had none.
    pub clean: u64,
    /// The mean score.
    pub score: Tenths,
}

/// The runs over the same inputs so far, and this one.
#[derive(Clone, Debug)]
pub struct Trend {
    /// The runs before, the oldest first; of many, the last [`MAX_RUNS`].
    pub before: Vec<Run>,
    /// This run.
    pub now: Run,
}

/// How many runs are shown.
pub const MAX_RUNS: usize = 30;

impl Run {
    /// What is to be remembered of an audit.
    pub fn of(audit: &Audit, date: Date, inputs: Vec<String>, rules: String) -> Self {
        let sums = &audit.sums;
        Self {
            date,
            inputs,
            rules,
            replies: sums.replies,
            words: sums.words,
            severities: sums.severities,
            clean: sums.clean,
            score: sums.score().unwrap_or_default(),
        }
    }

    /// Findings per 1,000 words.
    pub fn density(&self) -> Tenths {
        Tenths::of(self.severities.iter().sum(), 1_000, self.words)
    }

    /// The share of replies with no finding, in percent.
    pub fn clean_share(&self) -> Tenths {
        Tenths::percent(self.clean, self.replies)
    }
}

impl Trend {
    /// This run after those of a history that are over the same inputs.
    pub fn new(history: impl IntoIterator<Item = Run>, now: Run) -> Self {
        let mut before: Vec<Run> = history.into_iter().filter(|run| run.inputs == now.inputs).collect();
        before.drain(..before.len().saturating_sub(MAX_RUNS));
        Self { before, now }
    }

    /// The run before this one.
    pub fn last(&self) -> Option<&Run> {
        self.before.last()
    }

    /// Whether the rules changed since the run before this one.
    pub fn rules_changed(&self) -> bool {
        self.last().is_some_and(|last| last.rules != self.now.rules)
    }

    /// The mean scores, the oldest first and this run's last.
    pub fn scores(&self) -> impl Iterator<Item = Tenths> {
        self.before.iter().chain([&self.now]).map(|run| run.score)
    }
}
