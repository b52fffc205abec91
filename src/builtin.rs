//! The rules that come with the program, compiled by the build script.

#![allow(unused_imports, reason = "which of them the rules use is known when they are compiled")]

use crate::finding::Problems;
use crate::rule::{Applicability, Confidence, Examples, Rule, Severity, Texts};
use crate::ruleset::file::{
    Answer, At, Detects, Lapse, Leftover, Measure, Mood, Per, RepeatSpec, Repeated, Replace, Scope,
};
use crate::ruleset::program::Program;
use crate::ruleset::{
    Answers, Check, Condition, Entry, Extra, Guard, Image, Kind, Limit, List, Order, Pack, Pattern, RegexEntry,
    Require, Role, Ruleset, Side, Tag,
};
use crate::segment::{Part, Vocabulary};
use crate::source::Source;
use std::borrow::Cow;

#[allow(clippy::all, reason = "written by the build script")]
static IMAGE: Image = include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// The built-in rule file, as people read and extend it.
pub const RULES: &str = include_str!("../rules.toml");

impl Ruleset {
    /// The rules that come with the program.
    pub fn builtin() -> Self {
        Self::from_image(IMAGE.clone())
    }

    /// The file of the rules that come with the program, for showing places in it.
    pub fn builtin_source() -> Source {
        Source::new("rules.toml", RULES)
    }

    /// Reads rule files, each extending or overriding those before it and, unless `bare`, the built-in rules.
    ///
    /// # Errors
    /// Everything that is wrong with the files, all at once.
    pub fn load(sources: &[Source], bare: bool) -> Result<Self, Vec<Problems>> {
        let base = if bare { Self::default() } else { Self::builtin() };
        if sources.is_empty() { Ok(base) } else { base.extend(sources) }
    }
}
