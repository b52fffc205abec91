//! The configuration: which files are read how.
//!
//! It is a `replylint.toml`. Who calls finds and opens it; what is wrong with it is shown in it, all at once.

mod ignore;

use crate::document::profile::Profile;
use crate::document::{Fields, Format, Mode, Reading, Role};
use crate::finding::Problems;
use crate::ruleset::Ruleset;
use crate::source::Source;
use crate::toml_file::{self, Keys, Literal, Place, Reader, Value, similar};
use globset::{GlobBuilder, GlobMatcher};
pub use ignore::Ignore;

/// What a `replylint.toml` says.
#[derive(Debug, Default)]
pub struct Config {
    sources: Vec<Files>,
    /// The findings that may stand.
    pub ignores: Vec<Ignore>,
    /// The baseline of the run, as a path from the folder of the configuration.
    pub baseline: Option<String>,
}

/// A `[[source]]` table: files, and how they are read.
#[derive(Debug)]
pub struct Files {
    globs: Vec<GlobMatcher>,
    /// How they are written; without it, name and content tell.
    format: Option<Format>,
    mode: Mode,
    /// Where the replies stand in data files; without it, what a file holds tells.
    profile: Option<Profile>,
    /// Of what kind the replies are, where neither they nor the message that they answer tell.
    pub kind: Option<String>,
}

/// The names that a configuration goes by.
pub const NAMES: [&str; 2] = ["replylint.toml", ".replylint.toml"];

/// Under which name and title its faults are shown.
const FAULT: (&str, &str) = ("configuration", "fault in a configuration");

/// The profile of a source that spells out its own.
const SPELLED_OUT: &str = "custom";

impl Config {
    /// Reads one.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(source: &Source) -> Result<Self, Vec<Problems>> {
        let mut problems = Vec::new();
        let mut out = Self::default();
        if let Some(root) = toml_file::parse(source, 0, &mut problems) {
            let mut reader = Reader { source, file: 0, problems: &mut problems };
            let mut keys = reader.keys(root.get_ref());
            for (place, keys) in reader.list(keys.take("source")) {
                out.sources.push(Files::read(&mut reader, place, keys));
            }
            for (place, keys) in reader.list(keys.take("ignore")) {
                out.ignores.push(Ignore::read(&mut reader, place, keys));
            }
            out.baseline = keys.take("baseline").and_then(|value| reader.string(value)).map(|path| path.text);
            reader.finish(keys, "a configuration");
        }
        if problems.is_empty() {
            return Ok(out);
        }
        Err(Problems::of(problems, FAULT.0, FAULT.1))
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// What its `[[ignore]]` tables name that is no rule and no category.
    pub fn unknown_rules(&self, ruleset: &Ruleset) -> Vec<Problems> {
        ignore::unknown(&self.ignores, ruleset)
    }

    /// The kinds of reply that it names. Whether there are such kinds is for a rule set to say.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().filter_map(|files| files.kind.as_deref())
    }

    /// The first source that names a file. `path` leads to it from the folder of the configuration, with `/` between its parts.
    pub fn files(&self, path: &str) -> Option<&Files> {
        self.sources.iter().find(|files| files.globs.iter().any(|glob| glob.is_match(path)))
    }
}

impl Files {
    /// How to read one of them.
    pub fn reading(&self, source: &Source) -> Reading<'_> {
        let format = self.format.unwrap_or_else(|| Format::detect(source.name(), source.text()));
        Reading { format, mode: self.mode, profile: self.profile.as_ref() }
    }

    fn read(reader: &mut Reader<'_, '_>, place: Place, mut keys: Keys<'_>) -> Self {
        const MODES: &[(&str, Mode)] = &[("draft", Mode::Draft), ("template", Mode::Template)];
        let globs = match keys.take("files") {
            Some(value) => reader.strings(value).iter().filter_map(|text| glob(reader, text)).collect(),
            None => {
                reader.problem(place, "this source needs `files`");
                Vec::new()
            }
        };
        let fields = ["profile", "reply", "subject", "customer", "id", "title", "lang"];
        let fields: Vec<_> = fields.into_iter().filter_map(|key| Some((key, keys.place(key)?))).collect();
        let drafts = keys.place("mode");

        let format = keys.take("format").and_then(|v| named(reader, v, "format", Format::named, Format::names()));
        let mode = keys.take("mode").and_then(|v| reader.word(v, MODES)).unwrap_or_default();
        let base = keys.take("profile").and_then(|v| named(reader, v, "profile", Profile::named, Profile::names()));
        let base = base.cloned().unwrap_or_else(|| Profile::empty(SPELLED_OUT));
        let profile = base.with(reader, &mut keys);
        let kind = keys.take("kind").and_then(|v| reader.string(v)).map(|kind| kind.text);
        reader.finish(keys, "a source");

        let is_data = format.map(Format::is_data);
        let finds = fields.iter().any(|(key, _)| matches!(*key, "profile" | "reply" | "subject"));
        match (fields.first(), drafts) {
            (Some((key, place)), _) if is_data == Some(false) => {
                reader.problem(*place, format!("`{key}` is for data files; all of a text is a reply"));
            }
            (Some((key, place)), _) if !finds => {
                reader.problem(*place, format!("`{key}` stands beside replies; name those with `reply` or `profile`"));
            }
            (_, Some(place)) if mode == Mode::Draft && is_data == Some(true) => {
                reader.problem(place, "what a data file holds are templates, never a draft");
            }
            _ => {}
        }
        Self { globs, format, mode, profile: finds.then_some(profile), kind }
    }
}

/// A `[[source]]` table that reads a file as its strings are taken; where none was taken for a reply, as the longest are.
pub fn suggest(file: &str, fields: &Fields) -> Option<String> {
    let mut out = format!("[[source]]\nfiles = {}\n", list(&[globset::escape(file)]));
    if let Some(name) = fields.profile.as_deref().filter(|name| Profile::named(name).is_some()) {
        return Some(out + &format!("profile = {}\n", quoted(name)));
    }
    let paths = |role| fields.of_role(role).map(|field| field.path.clone()).collect();
    let keys = |role| fields.keys.iter().filter(|(of, _)| *of == role).map(|(_, key)| key.clone()).collect();
    let mut replies: Vec<String> = paths(Role::Reply);
    if replies.is_empty() {
        replies.push(fields.longest_prose()?.path.clone());
    }
    let lines: [(_, Vec<String>); 6] = [
        (Role::Reply, replies),
        (Role::Subject, paths(Role::Subject)),
        (Role::Customer, keys(Role::Customer)),
        (Role::Id, keys(Role::Id)),
        (Role::Title, keys(Role::Title)),
        (Role::Lang, keys(Role::Lang)),
    ];
    for (role, names) in lines.iter().filter(|(_, names)| !names.is_empty()) {
        out += &format!("{} = {}\n", role.word(), list(names));
    }
    Some(out)
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// A string of TOML.
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

/// What a value names, or the problem that there is nothing of this name.
fn named<T>(
    reader: &mut Reader<'_, '_>,
    value: &Value<'_>,
    what: &str,
    find: impl Fn(&str) -> Option<T>,
    names: impl Iterator<Item = &'static str> + Clone,
) -> Option<T> {
    let name = reader.string(value)?;
    let found = find(&name.text);
    if found.is_none() {
        let near = match similar(&name.text, names.clone()) {
            near if near.is_empty() => format!("; there are {}", names.collect::<Vec<_>>().join(", ")),
            near => near,
        };
        reader.problem(name.place, format!("there is no {what} `{}`{near}", name.text));
    }
    found
}

/// Reads a glob: `*` stays in its folder, `**` does not.
fn glob(reader: &mut Reader<'_, '_>, text: &Literal) -> Option<GlobMatcher> {
    let pattern = text.text.strip_prefix("./").unwrap_or(&text.text);
    if pattern.starts_with('/') || pattern.split('/').any(|part| part == "..") {
        reader.problem(text.place, "a glob leads from the folder of the configuration to files in it");
        return None;
    }
    match GlobBuilder::new(pattern).literal_separator(true).build() {
        Ok(glob) => Some(glob.compile_matcher()),
        Err(error) => {
            reader.problem(text.place, format!("cannot read this glob: {}", error.kind()));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Syntax};

    fn config(text: &str) -> Result<Config, Vec<(usize, String)>> {
        let source = Source::new("replylint.toml", text);
        let placed = |p: &Problems| -> Vec<_> {
            p.findings.iter().map(|f| (source.position(f.span.start).line, f.message.clone())).collect()
        };
        Config::read(&source).map_err(|problems| problems.iter().flat_map(placed).collect())
    }

    #[test]
    fn globs_name_files() {
        for (globs, path, named) in [
            (r#"["a/*.json"]"#, "a/b.json", true),
            (r#"["a/*.json"]"#, "a/b/c.json", false),
            (r#"["a/**"]"#, "a/b/c.json", true),
            (r#"["**/*.json"]"#, "c.json", true),
            (r#"["*.json"]"#, "a/c.json", false),
            (r#"["./a.json"]"#, "a.json", true),
            (r#"["a.{json,yaml}"]"#, "a.yaml", true),
            (r#"["x", "a.json"]"#, "a.json", true),
            ("[]", "a.json", false),
        ] {
            let config = config(&format!("[[source]]\nfiles = {globs}")).expect("a configuration");
            assert_eq!(config.files(path).is_some(), named, "{globs} and {path}");
        }
    }

    #[test]
    fn the_first_source_that_names_a_file_is_the_one() {
        let text = "[[source]]\nfiles = ['*.x']\nformat = 'json'\n[[source]]\nfiles = ['a.*']\nformat = 'html'\nmode = 'template'";
        let config = config(text).expect("a configuration");
        let reading = |name: &str| {
            let source = Source::new(name, "");
            config.files(name).map(|files| (files.reading(&source).format, files.reading(&source).mode))
        };
        assert_eq!(reading("a.x"), Some((Format::Data(Syntax::Json), Mode::Draft)));
        assert_eq!(reading("a.y"), Some((Format::Html, Mode::Template)));
        assert_eq!(reading("b.y"), None);
    }

    #[test]
    fn what_is_suggested_reads_the_same_strings() {
        for text in [
            r#"[{"question": "Why was I charged?", "Agent's reply.html": "You were charged twice, and we are sorry.", "id": "7"}]"#,
            r#"{"a": {"x]y": [["One two three four five."], ["Six seven eight nine ten."]]}, "b": "no"}"#,
            "{\"reply\": \"You were charged twice.\", \"name\": \"A\"}",
        ] {
            let source = Source::new("[odd]\u{7f} \"name\"\\.json", text);
            let read = |reading: &Reading<'_>| Document::fields(&source, reading).expect("JSON").expect("a data file");
            let fields = read(&Format::Data(Syntax::Json).into());
            let config =
                config(&suggest("[odd]\u{7f} \"name\".json", &fields).expect("a table")).expect("a configuration");
            let files = config.files("[odd]\u{7f} \"name\".json").expect("the file");
            let wanted = fields.of_role(Role::Reply).next().or(fields.longest_prose()).expect("replies");
            let again = read(&files.reading(&source));
            let found: Vec<_> = again.of_role(Role::Reply).collect();
            assert_eq!((found.len(), &found[0].path, found[0].count), (1, &wanted.path, wanted.count));
            let others =
                |of: &Fields| of.fields.iter().map(|f| f.role).filter(|r| *r != Role::Reply).collect::<Vec<_>>();
            assert_eq!(others(&again).len() + 1, again.fields.len());
        }
    }

    #[test]
    fn all_faults_are_found_in_their_places() {
        let text = r#"sources = 1
[[source]]
file = ["a"]
[[source]]
files = ["[a", "../b", "/c", 1]
format = "jsno"
mode = "templates"
profile = "zendesk-macro"
[[source]]
files = ["d"]
profile = "?"
reply = ["a..b", { path = "c", markup = "md" }, { paths = "d" }, "(e"]
id = 7
[[source]]
files = ["e"]
title = ["name"]
[[source]]
files = ["f"]
format = "text"
reply = ["a"]
[[source]]
files = ["g"]
format = "json"
mode = "draft"
"#;
        let faults: Vec<_> = config(text).expect_err("faults");
        let has = |line: usize, message: &str| {
            assert!(faults.iter().any(|(l, m)| *l == line && m.contains(message)), "{line}: {message}\n{faults:#?}");
        };
        has(1, "a configuration has no key `sources`; a similar name exists: `source`");
        has(2, "this source needs `files`");
        has(3, "a source has no key `file`; a similar name exists: `files`");
        has(5, "cannot read this glob: unclosed character class");
        has(5, "a glob leads from the folder of the configuration to files in it");
        has(5, "expected a string, found integer");
        has(6, "there is no format `jsno`; a similar name exists: `json`");
        has(7, "expected one of `draft`, `template`");
        has(8, "there is no profile `zendesk-macro`; a similar name exists: `zendesk-macros`");
        has(11, "there is no profile `?`; there are zendesk-macros, ");
        has(12, "cannot read this path: a name belongs here");
        has(12, "expected one of `auto`, `text`, `markdown`, `html`");
        has(12, "a field has no key `paths`; a similar name exists: `path`");
        has(12, "this field needs `path`");
        has(12, "cannot read this path: `)` is missing here");
        has(13, "expected a list of strings, found integer");
        has(16, "`title` stands beside replies; name those with `reply` or `profile`");
        has(20, "`reply` is for data files; all of a text is a reply");
        has(24, "what a data file holds are templates, never a draft");
        assert_eq!(faults.len(), 20, "{faults:#?}");
        assert_eq!(config("[").expect_err("no TOML").len(), 1);
    }
}
