//! Writes suggestions into a text.

use crate::finding::{Edit, Finding};
use crate::rule::Applicability;
use crate::source::Source;

/// Applies, in one round, the first suggestion of each finding that may be trusted at least so far. Of edits that overlap, the one
/// that begins first is made. The rest of the text stays as it is.
pub fn apply(source: &Source, findings: &[Finding], floor: Applicability) -> String {
    let mut edits: Vec<&Edit> = findings
        .iter()
        .filter_map(|f| f.suggestions.first())
        .filter(|s| s.applicability >= floor && s.applicability > Applicability::Manual)
        .flat_map(|s| &s.edits)
        .collect();
    edits.sort_by_key(|e| e.span);
    let mut out = String::with_capacity(source.text().len());
    let mut done = 0;
    for edit in edits {
        if edit.span.start < done {
            continue;
        }
        out.push_str(&source.text()[done..edit.span.start]);
        out.push_str(&edit.text);
        done = edit.span.end;
    }
    out.push_str(&source.text()[done..]);
    out
}
