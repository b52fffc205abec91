//! What fixes would change, as a unified diff that `patch` and `git apply` take.

use crate::report::Report;
use similar::TextDiff;
use std::io::{self, Write};

pub(super) fn write(report: &mut Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for checked in report {
        let Some(proposed) = &checked.proposed else { continue };
        // A name with a line break would forge a header.
        let name = checked.source.name().trim_start_matches('/').replace(['\n', '\r'], " ");
        let diff = TextDiff::from_lines(checked.source.text(), proposed.text());
        write!(out, "{}", diff.unified_diff().context_radius(3).header(&format!("a/{name}"), &format!("b/{name}")))?;
    }
    Ok(())
}
