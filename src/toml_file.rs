//! TOML files that people write, read with every fault in its place.
//!
//! Whatever a table says that is wrong becomes a [`Problem`] and reading goes on, so that an author sees all of it in one run.

use crate::error::nearest;
use crate::source::Source;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A place in one of the files that are read together: which file, and the bytes in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The index of the file.
    pub file: usize,
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Place {
    /// Whether another place lies in this one.
    pub fn holds(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// Something wrong in a file.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong, in lower case, without a full stop.
    pub message: String,
}

/// A string of a file.
#[derive(Clone, Debug)]
pub struct Literal {
    /// Its value.
    pub text: String,
    /// The literal, quotes included.
    pub place: Place,
    /// Where its text begins in the file, if it is written there letter for letter.
    inner: Option<usize>,
}

impl Literal {
    /// A string without a place.
    pub fn bare(text: &str) -> Self {
        Self { text: text.to_owned(), place: Place::default(), inner: None }
    }

    /// The place of some bytes of its text; the whole literal where escapes stand between the two.
    pub fn part(&self, range: Range<usize>) -> Place {
        match self.inner {
            Some(start) => Place { file: self.place.file, start: start + range.start, end: start + range.end },
            None => self.place,
        }
    }
}

/// The largest rule file or configuration, in bytes.
const MAX_BYTES: usize = 8 << 20;

/// Reads a file that people write, which is never large.
pub(crate) fn parse_own<'s>(
    source: &'s Source,
    file: usize,
    problems: &mut Vec<Problem>,
) -> Option<Spanned<DeTable<'s>>> {
    if source.text().len() > MAX_BYTES {
        let message = format!("it is larger than {} MiB, and is not read; split it", MAX_BYTES >> 20);
        problems.push(Problem { place: Place { file, start: 0, end: 0 }, message });
        return None;
    }
    parse(source, file, problems)
}

/// Reads a file. `file` is its index among those read together. What cannot be read as TOML is nothing, and one problem: what
/// follows the first place is mostly its echo.
pub(crate) fn parse<'s>(source: &'s Source, file: usize, problems: &mut Vec<Problem>) -> Option<Spanned<DeTable<'s>>> {
    match DeTable::parse(source.text()) {
        Ok(root) => Some(root),
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let message = format!("cannot read this as TOML: {}", error.message().replace('\n', ", "));
            problems.push(Problem { place: Place { file, start: span.start, end: span.end }, message });
            None
        }
    }
}

/// Reads the tables of a file.
pub(crate) struct Reader<'s, 'p> {
    pub(crate) source: &'s Source,
    /// Its index among those read together.
    pub(crate) file: usize,
    pub(crate) problems: &'p mut Vec<Problem>,
}

/// A value and its place.
pub(crate) type Value<'t> = Spanned<DeValue<'t>>;

/// A table whose keys are taken one by one; what is left over is unknown.
pub(crate) struct Keys<'t> {
    entries: Vec<(&'t str, Place, &'t Value<'t>)>,
    asked: Vec<&'static str>,
}

impl<'t> Keys<'t> {
    /// The keys that were not taken yet, in the order of the file, each with its place and its value.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'t str, Place, &'t Value<'t>)> {
        self.entries.iter().copied()
    }

    /// Where a key stands that was not taken yet.
    pub(crate) fn place(&self, key: &str) -> Option<Place> {
        self.entries.iter().find(|e| e.0 == key).map(|e| e.1)
    }

    /// What stands under a key.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<&'t Value<'t>> {
        self.asked.push(key);
        let i = self.entries.iter().position(|e| e.0 == key)?;
        Some(self.entries.remove(i).2)
    }
}

impl Reader<'_, '_> {
    pub(crate) fn place(&self, span: Range<usize>) -> Place {
        Place { file: self.file, start: span.start, end: span.end }
    }

    pub(crate) fn problem(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem { place, message: message.into() });
    }

    pub(crate) fn keys<'t>(&self, table: &'t DeTable<'t>) -> Keys<'t> {
        let mut entries: Vec<_> = table.iter().map(|(k, v)| (k.get_ref().as_ref(), self.place(k.span()), v)).collect();
        entries.sort_by_key(|e| e.1.start);
        Keys { entries, asked: Vec::new() }
    }

    pub(crate) fn finish(&mut self, keys: Keys<'_>, of: &str) {
        #[cfg(test)]
        asked::of(of, &keys.asked);
        for (key, place, _) in keys.entries {
            let near = similar(key, keys.asked.iter().copied());
            self.problem(place, format!("{of} has no key `{key}`{near}"));
        }
    }

    pub(crate) fn key(&self, text: &str, place: Place) -> Literal {
        Literal { text: text.to_owned(), place, inner: None }
    }

    pub(crate) fn wrong(&mut self, value: &Value<'_>, wanted: &str) {
        let place = self.place(value.span());
        self.problem(place, format!("expected {wanted}, found {}", value.get_ref().type_str()));
    }

    /// The entries of a table of named things.
    pub(crate) fn tables<'t>(&mut self, value: Option<&'t Value<'t>>) -> Vec<(&'t str, Place, &'t Value<'t>)> {
        let Some(value) = value else { return Vec::new() };
        match value.get_ref().as_table() {
            Some(table) => self.keys(table).entries,
            None => {
                self.wrong(value, "a table");
                Vec::new()
            }
        }
    }

    pub(crate) fn string(&mut self, value: &Value<'_>) -> Option<Literal> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong(value, "a string");
            return None;
        };
        let place = self.place(value.span());
        let written = &self.source.text()[value.span()];
        let quotes = if written.starts_with("\"\"\"") || written.starts_with("'''") { 3 } else { 1 };
        let inner = written.get(quotes..quotes + text.len()).filter(|w| *w == text).map(|_| place.start + quotes);
        Some(Literal { text: text.to_owned(), place, inner })
    }

    pub(crate) fn strings(&mut self, value: &Value<'_>) -> Vec<Literal> {
        match value.get_ref().as_array() {
            Some(items) => items.iter().filter_map(|item| self.string(item)).collect(),
            None => {
                self.wrong(value, "a list of strings");
                Vec::new()
            }
        }
    }

    pub(crate) fn number(&mut self, value: &Value<'_>) -> Option<u32> {
        let decimal = value.get_ref().as_integer().filter(|n| n.radix() == 10);
        let number = decimal.and_then(|n| n.as_str().parse().ok());
        if number.is_none() {
            self.wrong(value, "a whole number from 0 on");
        }
        number
    }

    /// A number from 0 to some other.
    pub(crate) fn number_to(&mut self, value: &Value<'_>, most: u32) -> Option<u32> {
        let number = self.number(value)?;
        if number > most {
            self.problem(self.place(value.span()), format!("expected a number from 0 to {most}"));
        }
        (number <= most).then_some(number)
    }

    /// A number from 0.01 to 10, in hundredths.
    pub(crate) fn hundredths(&mut self, value: &Value<'_>) -> Option<u32> {
        let written = match value.get_ref() {
            DeValue::Float(float) => Some(float.as_str()),
            DeValue::Integer(integer) if integer.radix() == 10 => Some(integer.as_str()),
            _ => None,
        };
        let number: Option<f64> = written.and_then(|n| n.parse().ok());
        let number = number.map(|n| (n * 100.0).round()).filter(|n| (1.0..=1000.0).contains(n));
        if number.is_none() {
            self.wrong(value, "a number from 0.01 to 10");
        }
        number.map(|n| n as u32)
    }

    /// One of some words.
    pub(crate) fn word<T: Copy>(&mut self, value: &Value<'_>, words: &[(&str, T)]) -> Option<T> {
        let literal = self.string(value)?;
        let found = words.iter().find(|(w, _)| *w == literal.text).map(|(_, t)| *t);
        if found.is_none() {
            let all: Vec<_> = words.iter().map(|(w, _)| format!("`{w}`")).collect();
            self.problem(literal.place, format!("expected one of {}", all.join(", ")));
        }
        found
    }

    pub(crate) fn truth(&mut self, value: &Value<'_>) -> Option<bool> {
        if !value.get_ref().is_bool() {
            self.wrong(value, "true or false");
        }
        value.get_ref().as_bool()
    }

    /// The tables of a list of them.
    pub(crate) fn list<'t>(&mut self, value: Option<&'t Value<'t>>) -> Vec<(Place, Keys<'t>)> {
        let Some(value) = value else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(value, "a list of tables");
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_table() {
                Some(table) => out.push((self.place(item.span()), self.keys(table))),
                None => self.wrong(item, "a table"),
            }
        }
        out
    }
}

/// A text as a string of TOML.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out += &format!("\\u{:04X}", c as u32),
            c => out.push(c),
        }
    }
    out + "\""
}

/// "; a similar name exists", where one does.
pub fn similar<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    nearest(name, known).map(|k| format!("; a similar name exists: `{k}`")).unwrap_or_default()
}

/// What tables were asked for while a test read them: by what they are called, all their keys.
#[cfg(test)]
pub(crate) mod asked {
    use std::cell::RefCell;
    use std::collections::{BTreeMap, BTreeSet};

    pub(crate) type Asked = BTreeMap<String, BTreeSet<String>>;

    thread_local! {
        static ASKED: RefCell<Asked> = const { RefCell::new(BTreeMap::new()) };
    }

    pub(super) fn of(of: &str, keys: &[&str]) {
        let keys = keys.iter().map(|key| (*key).to_owned());
        ASKED.with_borrow_mut(|asked| asked.entry(of.to_owned()).or_default().extend(keys));
    }

    /// What the work asks for.
    pub(crate) fn by(work: impl FnOnce()) -> Asked {
        ASKED.take();
        work();
        ASKED.take()
    }

    /// What a JSON Schema has: its tables by their titles, with their keys.
    pub(crate) fn in_schema(schema: &str) -> Asked {
        fn walk(of: &serde_json::Value, out: &mut Asked) {
            if let (Some(title), Some(keys)) = (of["title"].as_str(), of["properties"].as_object()) {
                let described = |(key, of): (&String, &serde_json::Value)| {
                    assert!(of.is_object(), "{title}: {key}");
                    key.clone()
                };
                assert_eq!(of["additionalProperties"], false, "{title} takes no other keys");
                assert!(out.insert(title.to_owned(), keys.iter().map(described).collect()).is_none(), "{title} twice");
            }
            of.as_object().into_iter().flat_map(|map| map.values()).for_each(|inner| walk(inner, out));
            of.as_array().into_iter().flatten().for_each(|inner| walk(inner, out));
        }
        let mut out = Asked::new();
        walk(&serde_json::from_str(schema).expect("JSON"), &mut out);
        out
    }
}
