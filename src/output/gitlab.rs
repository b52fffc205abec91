//! A code quality report for GitLab, which shows it beside a merge request.

use super::{Out, Writer, unmarked, view, wire};
use crate::report::{Checked, Summary};
use crate::rule::Severity;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io;

#[derive(Serialize)]
pub(super) struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

/// Lines from 1; there are no columns here.
#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub(super) struct Gitlab<'w> {
    pub(super) issues: Vec<Issue>,
    pub(super) out: Out<'w>,
}

impl Writer for Gitlab<'_> {
    fn file(&mut self, checked: &Checked) -> io::Result<()> {
        self.issues.extend(view::open(checked).map(|view| {
            let path = view.path();
            // GitLab takes findings with one fingerprint for one finding, wherever they are.
            let told = format!("{path}\n{}\n{}", view.finding.fingerprint, view.occurrence);
            Issue {
                description: unmarked(&format!("{}: {}", view.finding.rule.id, view.message())),
                check_name: view.finding.rule.id.to_string(),
                fingerprint: Sha256::digest(told)[..16].iter().map(|byte| format!("{byte:02x}")).collect(),
                severity: match view.finding.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Info => "info",
                },
                location: Location { path, lines: Lines { begin: view.start.line, end: view.end.line } },
            }
        }));
        Ok(())
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        wire::write(&mut self.out, &self.issues)?;
        self.out.flush()
    }
}
