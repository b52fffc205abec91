//! A table for spreadsheets: a row for each finding, suppressed ones too.

use super::view::{self, View};
use super::{Out, Writer, safe, wire};
use crate::report::{Checked, Summary};
use std::io;

pub(super) struct Csv<'w> {
    /// Whether the names of the columns are written.
    pub(super) begun: bool,
    pub(super) out: Out<'w>,
}

/// A column: its name, and what stands in it.
type Column = (&'static str, fn(&View<'_>) -> String);

/// The columns. They stay where they are; new ones are added at the end.
const COLUMNS: &[Column] = &[
    ("path", |view| view.path()),
    ("record", |view| view.place().map_or_else(String::new, |place| place.index.to_string())),
    ("record_id", |view| view.place().and_then(|place| place.id.clone()).unwrap_or_default()),
    ("record_title", |view| view.place().and_then(|place| place.title.clone()).unwrap_or_default()),
    ("record_path", |view| view.place().map_or_else(String::new, |place| place.path.clone())),
    ("line", |view| view.start.line.to_string()),
    ("column", |view| view.start.column.to_string()),
    ("end_line", |view| view.end.line.to_string()),
    ("end_column", |view| view.end.column.to_string()),
    ("severity", |view| view.finding.severity.to_string()),
    ("rule", |view| view.finding.rule.id.to_string()),
    ("category", |view| view.finding.rule.category().to_owned()),
    ("confidence", |view| view.finding.rule.confidence.to_string()),
    ("message", |view| view.finding.message.clone()),
    ("match", |view| view.finding.matched.clone()),
    ("suggestion", |view| view.rewrites().next().map_or_else(String::new, |rewrite| rewrite.told().to_owned())),
    ("applicability", |view| view.rewrites().next().map_or_else(String::new, |r| r.applicability.to_string())),
    ("fingerprint", |view| view.finding.fingerprint.to_string()),
    ("suppressed", |view| view.suppressed.map_or_else(String::new, |s| wire::by(s.by).to_owned())),
    ("reason", |view| view.suppressed.map_or_else(String::new, |s| s.reason.clone())),
];

impl Csv<'_> {
    fn row(&mut self, cells: impl Iterator<Item = String>) -> io::Result<()> {
        let cells: Vec<_> = cells.map(cell).collect();
        write!(self.out, "{}\r\n", cells.join(","))
    }

    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        self.row(COLUMNS.iter().map(|(name, _)| (*name).to_owned()))
    }
}

impl Writer for Csv<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        self.begin()?;
        view::all(checked).try_for_each(|view| self.row(COLUMNS.iter().map(|(_, of)| of(&view))))
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        self.begin()?;
        self.out.flush()
    }
}

/// A cell, on one line. Spreadsheets compute what begins like a formula, unless an apostrophe stands before it, and some split cells at other
/// signs than the comma.
pub(super) fn cell(text: String) -> String {
    let is_formula = |text: &str| text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    // A table may be read on a terminal, or in a log, too.
    let (begins, shown) = (text.starts_with(['\t', '\r', '\n']), safe(&text));
    let text = if begins || is_formula(&text) || is_formula(&shown) { format!("'{shown}") } else { shown };
    match text.contains(['"', ',', ';', '\'']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}
