//! `[[ignore]]` tables: findings that may stand, in which files, and why.

use super::glob;
use crate::date::Date;
use crate::error::nearest;
use crate::finding::{Finding, Problems};
use crate::ruleset::Ruleset;
use crate::source::Span;
use crate::toml_file::{Keys, Literal, Place, Problem, Reader, Value};
use globset::GlobMatcher;

/// An `[[ignore]]` table.
#[derive(Debug)]
pub struct Ignore {
    /// The rules and categories that it names.
    names: Vec<Literal>,
    /// The files that it speaks for; all without any.
    paths: Vec<(GlobMatcher, String)>,
    /// Words that the text found must hold, folded.
    matching: Option<String>,
    /// Why they may stand.
    pub reason: String,
    /// The last day on which it holds, and where that stands.
    pub until: Option<(Date, Span)>,
    place: Place,
}

impl Ignore {
    pub(super) fn read(reader: &mut Reader<'_, '_>, place: Place, mut keys: Keys<'_>) -> Self {
        let names = keys.take("rule").map(|value| one_or_more(reader, value)).unwrap_or_default();
        if names.is_empty() {
            reader.problem(place, "this ignore needs `rule`");
        }
        let paths = keys.take("path").map(|value| one_or_more(reader, value)).unwrap_or_default();
        let paths = paths.into_iter().filter_map(|path| Some((glob(reader, &path)?, path.text))).collect();
        let matching = keys.take("match").and_then(|value| reader.string(value)).map(|words| folded(&words.text));
        let reason = keys.take("reason").map(|value| reader.string(value));
        match &reason {
            None => reader.problem(place, "this ignore needs `reason`, so that others know why it is here"),
            Some(Some(reason)) if reason.text.trim().is_empty() => reader.problem(reason.place, "this reason is empty"),
            Some(_) => {}
        }
        let until = keys.take("until").and_then(|value| day(reader, value));
        reader.finish(keys, "an ignore");
        let reason = reason.flatten().map(|reason| reason.text).unwrap_or_default();
        Self { names, paths, matching, reason, until, place }
    }

    /// Where it stands in its file: the names of its rules.
    pub fn span(&self) -> Span {
        let place = self.names.iter().map(|name| Span::new(name.place.start, name.place.end)).reduce(Span::cover);
        place.unwrap_or(Span::new(self.place.start, self.place.end))
    }

    /// The rules and categories that it names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| name.text.as_str())
    }

    /// The globs of the files that it speaks for; none where that is all.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(|(_, path)| path.as_str())
    }

    /// Whether it lets a finding stand. `path` leads to the file from the folder of the configuration; a file outside of it has none.
    pub fn covers(&self, path: Option<&str>, finding: &Finding) -> bool {
        self.names().any(|name| finding.rule.is_named(name))
            && (self.paths.is_empty()
                || path.is_some_and(|path| self.paths.iter().any(|(glob, _)| glob.is_match(path))))
            && self.matching.as_ref().is_none_or(|words| folded(&finding.matched).contains(words))
    }
}

/// What `[[ignore]]` tables name that is no rule and no category, each in its place.
pub(super) fn unknown(ignores: &[Ignore], ruleset: &Ruleset) -> Vec<Problems> {
    let names = || ruleset.rules().flat_map(|rule| [rule.id.as_ref(), rule.category()]);
    let wrong = ignores.iter().flat_map(|ignore| &ignore.names).filter(|name| !names().any(|known| known == name.text));
    let problem = |name: &Literal| {
        let near = match nearest(&name.text, names()) {
            Some(known) => format!("; a similar name exists: `{known}`"),
            None => String::new(),
        };
        Problem { place: name.place, message: format!("no rule or category is named `{}`{near}", name.text) }
    };
    Problems::of(wrong.map(problem).collect(), super::FAULT.0, super::FAULT.1)
}

/// A string, or a list of them.
fn one_or_more(reader: &mut Reader<'_, '_>, value: &Value<'_>) -> Vec<Literal> {
    match value.get_ref().is_array() {
        true => reader.strings(value),
        false => reader.string(value).into_iter().collect(),
    }
}

/// A day, written as one of TOML.
fn day(reader: &mut Reader<'_, '_>, value: &Value<'_>) -> Option<(Date, Span)> {
    let date = value.get_ref().as_datetime().and_then(|day| Date::parse(&day.to_string()));
    if date.is_none() {
        reader.wrong(value, "a day such as 2027-01-31, without quotes");
    }
    Some((date?, value.span().into()))
}

/// A text in lower case, with plain apostrophes and one space between its words.
fn folded(text: &str) -> String {
    let plain = text.replace(['’', '‘'], "'").to_lowercase();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
