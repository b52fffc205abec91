//! JSON Lines: each finding as soon as its file is checked, then the sums.

use super::wire;
use crate::report::Report;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Finding(Box<wire::Finding>),
    Summary(wire::Summary),
}

pub(super) fn write(report: &mut Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for checked in report.by_ref() {
        for finding in &checked.findings {
            line(&Line::Finding(Box::new(wire::Finding::new(finding, &checked.source).in_file(&checked.source))), out)?;
        }
    }
    line(&Line::Summary(wire::Summary::new(&report.summary)), out)
}

fn line(line: &Line, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    writeln!(out)
}
