//! Reports as people and programs read them.
//!
//! To add a format: a file here with its [`Writer`], a line in [`Output`] and an arm in each `match`.

use crate::report::{Checked, Report, Summary};
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
pub use terminal::{MAX_SUGGESTIONS, Style, finding as draw, safe};

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

    /// Begins a report in this format.
    pub fn begin<'w>(self, style: Style, out: Out<'w>) -> Box<dyn Writer + 'w> {
        match self {
            Self::Full => Box::new(terminal::Full { style, out }),
            Self::Concise => Box::new(concise::Concise { style, out }),
            Self::Statistics => Box::new(statistics::Statistics { out }),
            Self::Diff => Box::new(diff::Diff { out }),
            Self::Json => Box::new(json::Json { findings: Vec::new(), out }),
            Self::Jsonl => Box::new(jsonl::Jsonl { out }),
        }
    }
}

/// Where a report is written to.
pub type Out<'w> = Box<dyn Write + 'w>;

/// A report in the making. Formats that can do so write each file as it is checked; the others keep what they need of it.
pub trait Writer {
    /// Takes in a file that was checked.
    ///
    /// # Errors
    /// When what is written to fails.
    fn file(&mut self, checked: &Checked) -> io::Result<()>;

    /// Ends the report, and sees to it that all of it is written.
    ///
    /// # Errors
    /// When what is written to fails.
    fn end(&mut self, summary: &Summary) -> io::Result<()>;
}

/// Writes a report in as many formats as are wanted, file by file as they are checked.
///
/// # Errors
/// When what one of them is written to fails.
pub fn write(report: &mut Report<'_>, writers: &mut [Box<dyn Writer + '_>]) -> io::Result<()> {
    for checked in report.by_ref() {
        writers.iter_mut().try_for_each(|writer| writer.file(&checked))?;
    }
    writers.iter_mut().try_for_each(|writer| writer.end(&report.summary))
}
