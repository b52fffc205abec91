//! One JSON object, version 1.

use super::wire;
use crate::report::Report;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Envelope {
    schema_version: u32,
    tool: wire::Tool,
    summary: wire::Summary,
    findings: Vec<wire::Finding>,
}

pub(super) fn write(report: &mut Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut findings = Vec::new();
    for checked in report.by_ref() {
        findings
            .extend(checked.findings.iter().map(|f| wire::Finding::new(f, &checked.source).in_file(&checked.source)));
    }
    let summary = wire::Summary::new(&report.summary);
    let envelope = Envelope { schema_version: wire::VERSION, tool: wire::Tool::this(), summary, findings };
    serde_json::to_writer_pretty(&mut *out, &envelope)?;
    writeln!(out)
}
