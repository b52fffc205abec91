//! Reports as people and programs read them.
//!
//! To add a format: a file here, a line in [`Output`] and an arm in each `match`.

use crate::report::Report;
use std::io::{self, Write};

pub mod wire;

mod concise;
mod diff;
mod json;
mod jsonl;
mod page;
mod statistics;
mod terminal;

pub use page::write as rules_page;
pub use terminal::{Style, finding as draw, safe};

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Each finding drawn in its lines, with its reason and its rewrites.
    Full,
    /// Each finding on a line: `path:line:column: severity[rule] message`.
    Concise,
    /// A table of the rules that found something and how often.
    Statistics,
    /// What fixes would change, as a unified diff.
    Diff,
    /// One JSON object.
    Json,
    /// JSON Lines: a line for each finding and one for the sums.
    Jsonl,
}

impl Output {
    /// Whether people read it, who also want a closing line.
    pub const fn is_for_people(self) -> bool {
        matches!(self, Self::Full | Self::Concise | Self::Statistics | Self::Diff)
    }

    /// Writes a report, file by file as they are checked. [`Output::Json`] holds its findings until the last file, because the sums
    /// come first.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write(self, report: &mut Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Full => terminal::write(report, style, out),
            Self::Concise => concise::write(report, out),
            Self::Statistics => statistics::write(report, out),
            Self::Diff => diff::write(report, out),
            Self::Json => json::write(report, out),
            Self::Jsonl => jsonl::write(report, out),
        }
    }
}
