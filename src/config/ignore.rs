//! `[[ignore]]` tables: findings that may stand, in which files, and why.

use super::pattern;
use crate::date::Date;
use crate::finding::Finding;
use crate::ruleset::Ruleset;
use crate::toml_file::{Keys, Literal, Place, Problem, Reader, Value, quoted, similar};
use globset::GlobMatcher;
use std::path::{Path, PathBuf};

/// An `[[ignore]]` table.
#[derive(Debug)]
pub struct Ignore {
    /// The rules and categories that it names.
    names: Vec<Literal>,
    /// The files that it speaks for; all without any.
    paths: Vec<(GlobMatcher, String)>,
    /// The folder in which its paths begin, from the root.
    pub folder: PathBuf,
    /// Words that the text found must hold, folded.
    matching: Option<String>,
    /// Why they may stand.
    pub reason: String,
    /// The last day on which it holds, and where that stands.
    pub until: Option<(Date, Place)>,
    /// Where it stands.
    pub place: Place,
}

/// Reads the tables of a configuration whose paths begin in a folder.
pub(super) fn read(reader: &mut Reader<'_, '_>, value: Option<&Value<'_>>, folder: &Path) -> Vec<Ignore> {
    let is_list =
        |value: &Value<'_>| value.get_ref().as_array().is_some_and(|all| all.iter().any(|v| v.get_ref().is_str()));
    if let Some(value) = value.filter(|value| is_list(value)) {
        let place = reader.place(value.span());
        reader.problem(
            place,
            "`[[ignore]]` tables let findings stand; rules are turned off by `severity`, with `\"off\"`",
        );
        return Vec::new();
    }
    reader.list(value).into_iter().map(|(place, keys)| Ignore::read(reader, place, keys, folder)).collect()
}

impl Ignore {
    fn read(reader: &mut Reader<'_, '_>, place: Place, mut keys: Keys<'_>, folder: &Path) -> Self {
        let names = keys.take("rule").map(|value| one_or_more(reader, value)).unwrap_or_default();
        if names.is_empty() {
            reader.problem(place, "this ignore needs `rule`");
        }
        let paths =
            keys.take("path").map(|value| some(reader, value, "this list names no file; without `path`, it is all"));
        let paths = paths
            .unwrap_or_default()
            .into_iter()
            .filter_map(|path| Some((pattern(reader, &path)?, path.text)))
            .collect();
        let matching = keys.take("match").and_then(|value| reader.string(value));
        let matching = matching.map(|words| (folded(&words.text), words.place));
        if let Some((words, place)) = &matching
            && words.is_empty()
        {
            reader.problem(*place, "these words are empty; without `match`, any will do");
        }
        let matching = matching.map(|(words, _)| words);
        let reason = keys.take("reason").map(|value| reader.string(value));
        match &reason {
            None => reader.problem(place, "this ignore needs `reason`, so that others know why it is here"),
            Some(Some(reason)) if reason.text.trim().is_empty() => reader.problem(reason.place, "this reason is empty"),
            Some(_) => {}
        }
        let until = keys.take("until").and_then(|value| day(reader, value));
        reader.finish(keys, "an ignore");
        let reason = reason.flatten().map(|reason| reason.text).unwrap_or_default();
        Self { names, paths, folder: folder.to_owned(), matching, reason, until, place }
    }

    /// Where the names of its rules stand.
    pub fn names_at(&self) -> Place {
        match (self.names.first(), self.names.last()) {
            (Some(first), Some(last)) => Place { end: last.place.end, ..first.place },
            _ => self.place,
        }
    }

    /// The rules and categories that it names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| name.text.as_str())
    }

    /// The globs of the files that it speaks for; none where that is all.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(|(_, path)| path.as_str())
    }

    /// Whether it speaks for a file, whose path is absolute.
    pub fn concerns(&self, path: &Path) -> bool {
        let local = || super::local(path, &self.folder);
        let in_file = || local().is_some_and(|path| self.paths.iter().any(|(glob, _)| glob.is_match(&path)));
        self.paths.is_empty() || in_file()
    }

    /// Whether it lets a finding stand in a file, whose path is absolute.
    pub fn covers(&self, path: &Path, finding: &Finding) -> bool {
        self.names().any(|name| finding.rule.is_named(name))
            && self.concerns(path)
            && self.matching.as_ref().is_none_or(|words| folded(&finding.matched).contains(words))
    }

    /// What it names that is no rule and no category, each in its place.
    pub(super) fn unknown(&self, ruleset: &Ruleset) -> impl Iterator<Item = Problem> {
        let wrong = self.names.iter().filter(|name| !ruleset.names().any(|known| known == name.text));
        wrong.map(move |name| {
            let near = similar(&name.text, ruleset.names());
            Problem { place: name.place, message: format!("no rule or category is named `{}`{near}", name.text) }
        })
    }
}

/// A table that lets a finding stand in a file, whose path leads there from the folder of the configuration.
pub fn ignore_table(finding: &Finding, path: &str, reason: &str) -> String {
    let words = finding.matched.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines = [
        ("rule", finding.rule.id.as_ref()),
        ("path", &globset::escape(path)),
        // What is missing has no words.
        ("match", if finding.missing.is_some() { "" } else { &words }),
        ("reason", reason),
    ];
    let lines = lines.iter().filter(|(_, value)| !value.is_empty());
    let lines = lines.map(|(key, value)| format!("{key} = {}\n", quoted(value)));
    format!("[[ignore]]\n{}", lines.collect::<String>())
}

/// A string, or a list of them.
fn one_or_more(reader: &mut Reader<'_, '_>, value: &Value<'_>) -> Vec<Literal> {
    match value.get_ref().is_array() {
        true => reader.strings(value),
        false => reader.string(value).into_iter().collect(),
    }
}

/// The same, and a problem where there is none.
fn some(reader: &mut Reader<'_, '_>, value: &Value<'_>, problem: &str) -> Vec<Literal> {
    if value.get_ref().as_array().is_some_and(|list| list.is_empty()) {
        let place = reader.place(value.span());
        reader.problem(place, problem);
    }
    one_or_more(reader, value)
}

/// A day, written as one of TOML.
fn day(reader: &mut Reader<'_, '_>, value: &Value<'_>) -> Option<(Date, Place)> {
    let date = value.get_ref().as_datetime().and_then(|day| Date::parse(&day.to_string()));
    if date.is_none() {
        reader.wrong(value, "a day such as 2027-01-31, without quotes");
    }
    Some((date?, reader.place(value.span())))
}

/// A text in lower case, with plain apostrophes and one space between its words.
fn folded(text: &str) -> String {
    let plain = text.replace(['’', '‘'], "'").to_lowercase();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
