//! The diagnostic format of reviewdog, which makes review comments with suggestions of it. Columns are counted in bytes.

use super::{Out, Writer, unmarked, view, wire};
use crate::finding::Suggestion;
use crate::report::{Checked, Summary};
use crate::rule::{Applicability, Severity};
use crate::source::{Source, Span};
use serde::Serialize;
use std::io;

#[derive(Serialize)]
struct Diagnostics {
    source: Tool,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
}

#[derive(Serialize)]
pub(super) struct Diagnostic {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Replacement>,
}

#[derive(Serialize)]
struct Location {
    path: String,
    range: Range,
}

#[derive(Serialize)]
struct Code {
    value: String,
}

#[derive(Serialize)]
struct Replacement {
    range: Range,
    text: String,
}

/// Up to, and without, its end.
#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

/// Line and column from 1, the column in bytes of UTF-8.
#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

pub(super) struct Rdjson<'w> {
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) out: Out<'w>,
}

impl Writer for Rdjson<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        self.diagnostics.extend(view::open(checked).map(|view| {
            let range = range(view.source, view.finding.span);
            let why = &view.finding.rule.why;
            Diagnostic {
                message: match why.is_empty() {
                    true => unmarked(&view.message()),
                    false => format!("{}\n{}", unmarked(&view.message()), unmarked(why)),
                },
                location: Location { path: view.path(), range },
                severity: match view.finding.severity {
                    Severity::Error => "ERROR",
                    Severity::Warning => "WARNING",
                    Severity::Info => "INFO",
                },
                code: Code { value: view.finding.rule.id.to_string() },
                suggestions: view.finding.suggestions.iter().filter_map(|s| replacement(view.source, s)).collect(),
            }
        }));
        Ok(())
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        let diagnostics = std::mem::take(&mut self.diagnostics);
        let all = Diagnostics { source: Tool { name: wire::Tool::this().name }, diagnostics };
        wire::write(&mut self.out, &all)?;
        self.out.flush()
    }
}

/// A suggestion that a reviewer may take with one click: none with a blank to fill. All of its edits become one.
fn replacement(source: &Source, suggestion: &Suggestion) -> Option<Replacement> {
    let (first, last) = (suggestion.edits.first()?, suggestion.edits.last()?);
    let several = suggestion.edits.len() > 1;
    if suggestion.applicability == Applicability::Manual || several && source.is_redacted() {
        return None;
    }
    let (mut text, mut end) = (String::new(), first.span.start);
    for edit in &suggestion.edits {
        text.push_str(source.slice(Span::new(end, edit.span.start)));
        text.push_str(&edit.text);
        end = edit.span.end;
    }
    Some(Replacement { range: range(source, first.span.cover(last.span)), text })
}

fn range(source: &Source, span: Span) -> Range {
    let place = |offset| {
        let at = source.position(offset);
        Position { line: at.line, column: at.byte_column }
    };
    Range { start: place(span.start), end: place(span.end) }
}
