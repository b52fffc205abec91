//! Reports as people and programs read them.
//!
//! To add a format: a file here with its [`Writer`], its line in [`Output`], in [`Output::NAMED`] and in [`Output::begin`].
//!
//! Most formats tell of a finding through a `View` of it. Each escapes all text that comes from outside in its own way; those that
//! may reach a terminal pass it through [`safe`] first.

use crate::report::{Checked, Report, Summary};
use std::io::{self, Write};

pub mod audit;
pub mod wire;

mod view;
mod agent;
mod concise;
mod csv;
mod diff;
mod github;
mod gitlab;
mod grouped;
mod html;
mod json;
mod jsonl;
mod junit;
mod markdown;
mod page;
mod rdjson;
mod sarif;
mod statistics;
mod terminal;

pub use page::write as rules_page;
pub use sarif::encoded as uri_path;
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
    /// Findings by file, in columns.
    Grouped,
    /// A line for each finding with its best rewrite, for programs that write drafts.
    Agent,
    /// One JSON object.
    Json,
    /// JSON Lines: a line for each finding and one for the sums.
    Jsonl,
    /// SARIF 2.1.0, as GitHub's code scanning takes it.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// A code quality report for GitLab.
    Gitlab,
    /// The diagnostic format of reviewdog.
    Rdjson,
    /// Test results, as most CI servers take them.
    Junit,
    /// A table for spreadsheets.
    Csv,
    /// Tables for the summary of a job, or a comment.
    Markdown,
    /// A page for people, with sums.
    Html,
}

impl Output {
    /// The formats that can be asked for by name, and what is said of each.
    pub const NAMED: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Full, "full", "The lines of a finding, with a reason and rewrites"),
        (Self::Concise, "concise", "One line for each: path:line:column: severity[rule] message"),
        (Self::Grouped, "grouped", "Findings by file, in columns"),
        (Self::Agent, "agent", "For AI agents: one line for each, with its best rewrite, and one for the sums"),
        (Self::Json, "json", "One JSON object"),
        (Self::Jsonl, "jsonl", "JSON Lines: one for each finding, and one for the sums"),
        (Self::Sarif, "sarif", "SARIF 2.1.0, for code scanning"),
        (Self::Github, "github", "Workflow commands, which GitHub shows beside the lines of a change"),
        (Self::Gitlab, "gitlab", "A code quality report for GitLab"),
        (Self::Rdjson, "rdjson", "Diagnostics for reviewdog"),
        (Self::Junit, "junit", "Test results as XML"),
        (Self::Csv, "csv", "A table for spreadsheets"),
        (Self::Markdown, "markdown", "Tables for the summary of a job, or a comment"),
        (Self::Html, "html", "A page with sums, to read and to print"),
    ];

    /// The format of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(_, known, _)| *known == name).map(|(output, ..)| *output)
    }

    /// The name that it is asked for by, where it is.
    pub fn name(self) -> Option<&'static str> {
        Self::NAMED.iter().find(|(output, ..)| *output == self).map(|(_, name, _)| *name)
    }

    /// Whether people read it in a terminal, who also want a closing line.
    pub const fn is_for_people(self) -> bool {
        matches!(self, Self::Full | Self::Concise | Self::Grouped | Self::Statistics | Self::Diff)
    }

    /// Begins a report in this format.
    pub fn begin<'w>(self, style: Style, out: Out<'w>) -> Box<dyn Writer + 'w> {
        match self {
            Self::Full => Box::new(terminal::Full { style, out }),
            Self::Concise => Box::new(concise::Concise { style, out }),
            Self::Statistics => Box::new(statistics::Statistics { out }),
            Self::Diff => Box::new(diff::Diff { style, out }),
            Self::Grouped => Box::new(grouped::Grouped { style, out }),
            Self::Agent => Box::new(agent::Agent { out }),
            Self::Json => Box::new(json::Json { findings: Vec::new(), suppressed: Vec::new(), out }),
            Self::Jsonl => Box::new(jsonl::Jsonl { out }),
            Self::Sarif => Box::new(sarif::Sarif::new(out)),
            Self::Github => Box::new(github::Github { commands: Vec::new(), out }),
            Self::Gitlab => Box::new(gitlab::Gitlab { issues: Vec::new(), out }),
            Self::Rdjson => Box::new(rdjson::Rdjson { diagnostics: Vec::new(), out }),
            Self::Junit => Box::new(junit::Junit::new(out)),
            Self::Csv => Box::new(csv::Csv { begun: false, out }),
            Self::Markdown => Box::new(markdown::Markdown::new(out)),
            Self::Html => Box::new(html::Html::new(out)),
        }
    }
}

/// A text for readers of which some take it for Markdown and others do not: on one line, with spaces where it would be a link, an image, a tag
/// or the name of somebody to notify.
fn unmarked(text: &str) -> String {
    let text = safe(text).replace("](", "] (");
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        out.push(c);
        let next = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        let is_tag = c == '<' && (next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'));
        if is_tag || c == '@' && next.is_alphanumeric() && !before.is_alphanumeric() {
            out.push(' ');
        }
        before = c;
    }
    out
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

    /// How many findings the ended report has no room for: those that are least grave.
    fn left_out(&self) -> usize {
        0
    }
}

/// Writes a report in as many formats as are wanted, file by file as they are checked.
///
/// # Errors
/// When what one of them is written to fails.
pub fn write(report: &mut Report<'_>, writers: &mut [(Output, Box<dyn Writer + '_>)]) -> io::Result<()> {
    for checked in report.by_ref() {
        writers.iter_mut().try_for_each(|(_, writer)| writer.file(&checked))?;
    }
    writers.iter_mut().try_for_each(|(_, writer)| writer.end(&report.summary))
}
