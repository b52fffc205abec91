//! One line for each finding, as compilers and `grep` print them, so that editors can jump to it.

use super::safe;
use crate::report::Report;
use std::io::{self, Write};

pub(super) fn write(report: &mut Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for checked in report {
        let path = safe(checked.source.name());
        for finding in &checked.findings {
            let at = checked.source.position(finding.span.start);
            let (severity, rule, message) = (finding.severity, safe(&finding.rule.id), safe(&finding.message));
            write!(out, "{path}:{}:{}: {severity}[{rule}] {message}", at.line, at.column)?;
            match &finding.recorded {
                Some(recorded) => writeln!(out, ", in {}", safe(&recorded.place.to_string()))?,
                None => writeln!(out)?,
            }
        }
    }
    Ok(())
}
