//! What the customer's message asks for and the reply does not take up.

use super::Candidate;
use super::reading::Reading;
use super::situation::Situation;
use crate::ruleset::file::Answer;

pub(super) fn find<'a>(_rule: usize, _of: Answer, _s: &Situation<'_>, _reading: &Reading<'_>) -> Vec<Candidate<'a>> {
    Vec::new()
}
