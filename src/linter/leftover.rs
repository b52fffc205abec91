//! What was never filled in.

use super::Candidate;
use super::reading::Reading;
use crate::ruleset::file::Leftover;

pub(super) fn find<'a>(_rule: usize, _of: &[Leftover], _reading: &Reading<'_>) -> Vec<Candidate<'a>> {
    Vec::new()
}
