//! The configuration: which files are read how, which rules count for them, and how grave their findings are.
//!
//! A [`Layer`] is what one `replylint.toml` says, or one argument; a [`Config`] is the layers that count together, of which a stronger
//! one has the last word. Who calls finds and opens the files; what is wrong is shown in them, all at once.

mod files;
mod ignore;

use crate::document::{Format, Known, Reading};
use crate::error::nearest;
use crate::finding::Problems;
use crate::rule::{Confidence, Severity};
use crate::ruleset::Ruleset;
use crate::selection::{Choice, Selection};
use crate::source::Source;
use crate::toml_file::{self, Keys, Literal, Place, Problem, Reader, Value, quoted, similar};
use files::Files;
pub use files::suggest;
use globset::{GlobBuilder, GlobMatcher};
pub use ignore::{Ignore, ignore_table};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::de::DeTable;

/// The names that a configuration goes by.
pub const NAMES: [&str; 2] = ["replylint.toml", ".replylint.toml"];

/// The keys that concern a run as a whole: those of the run's own configuration count, whatever files it checks.
pub const OF_THE_RUN: [&str; 3] = ["fail-on", "output-format", "baseline"];

/// The JSON Schema of configurations, draft 7.
pub const SCHEMA: &str = include_str!("config/schema.json");

/// What one file says, or one argument.
#[derive(Debug, Default)]
pub struct Layer {
    /// Where its paths begin.
    folder: PathBuf,
    /// The configurations that it builds on, the strongest first.
    pub extend: Vec<Literal>,
    rules: Vec<Literal>,
    default_rules: Option<bool>,
    min_severity: Option<Severity>,
    min_confidence: Option<Confidence>,
    fail_on: Option<Severity>,
    output_format: Option<Literal>,
    baseline: Option<Literal>,
    /// The findings that may stand.
    pub ignores: Vec<Ignore>,
    choice: Choice,
    /// What is left out where folders are searched.
    exclude: Vec<GlobMatcher>,
    sources: Vec<Files>,
    overrides: Vec<Override>,
    given: Vec<Given>,
}

/// An `[[override]]` table: files, and how their replies are judged.
#[derive(Debug)]
struct Override {
    globs: Vec<GlobMatcher>,
    choice: Choice,
    kind: Option<Literal>,
    channel: Option<Literal>,
    language: Option<Literal>,
    given: Vec<Given>,
}

/// A key, and where it stands.
#[derive(Clone, Debug)]
pub struct Given {
    /// The key: `min-severity`, `severity.jargon`, `source.format`.
    pub key: String,
    /// Where it stands.
    pub place: Place,
    /// Where its value stands.
    pub value: Place,
}

/// Layers that count together, the strongest first.
#[derive(Clone, Debug, Default)]
pub struct Config {
    layers: Vec<Arc<Layer>>,
}

/// What a configuration says of one file.
#[derive(Debug)]
pub struct ForFile<'c> {
    config: &'c Config,
    /// The first source that names it.
    files: Option<&'c Files>,
    /// The overrides that name it, the weakest first: the number of the layer, and that in the layer.
    overrides: Vec<(usize, usize)>,
}

impl Layer {
    /// Reads one. `file` is its index among those that are read together; its paths begin in `folder`, which is absolute. What cannot
    /// be read as TOML is nothing, and one problem.
    pub fn read(source: &Source, file: usize, folder: &Path, problems: &mut Vec<Problem>) -> Option<Self> {
        let root = toml_file::parse_own(source, file, problems)?;
        let mut reader = Reader { source, file, problems };
        let mut keys = reader.keys(root.get_ref());
        let given = given(&reader, &keys, "");
        let mut list = |reader: &mut Reader<'_, '_>, key| keys.take(key).map(|v| reader.strings(v)).unwrap_or_default();
        let (extend, rules) = (list(&mut reader, "extend"), list(&mut reader, "rules"));
        let mut out = Self {
            folder: folder.to_owned(),
            extend,
            rules,
            default_rules: keys.take("default-rules").and_then(|v| reader.truth(v)),
            min_severity: keys.take("min-severity").and_then(|v| reader.word(v, &words(Severity::ALL, Severity::word))),
            min_confidence: keys
                .take("min-confidence")
                .and_then(|v| reader.word(v, &words(Confidence::ALL, Confidence::word))),
            fail_on: keys.take("fail-on").and_then(|v| reader.word(v, &words(Severity::ALL, Severity::word))),
            output_format: keys.take("output-format").and_then(|v| reader.string(v)),
            baseline: keys.take("baseline").and_then(|v| reader.string(v)),
            ignores: ignore::read(&mut reader, keys.take("ignore"), folder),
            choice: choice(&mut reader, &mut keys),
            exclude: keys.take("exclude").map(|value| patterns(&mut reader, value)).unwrap_or_default(),
            given,
            ..Self::default()
        };
        for (place, keys) in reader.list(keys.take("source")) {
            out.sources.push(Files::read(&mut reader, place, keys));
        }
        for (place, keys) in reader.list(keys.take("override")) {
            out.overrides.push(Override::read(&mut reader, place, keys));
        }
        reader.finish(keys, "a configuration");
        Some(out)
    }
}

/// The path of a file from a folder, with `/` between its parts, if it is in there. Globs match such paths.
pub fn local(path: &Path, folder: &Path) -> Option<String> {
    let local = path.strip_prefix(folder).ok()?;
    Some(local.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
}

/// Whether one of some globs, whose paths begin in a folder, names a file or a folder that it lies in.
pub fn covers(globs: &[GlobMatcher], folder: &Path, path: &Path) -> bool {
    if globs.is_empty() {
        return false;
    }
    let Some(path) = local(path, folder) else { return false };
    let mut ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
    ends.any(|end| globs.iter().any(|glob| glob.is_match(&path[..end])))
}

impl Override {
    fn read(reader: &mut Reader<'_, '_>, place: Place, mut keys: Keys<'_>) -> Self {
        let given = given(reader, &keys, "");
        let globs = globs(reader, place, &mut keys, "override");
        let choice = choice(reader, &mut keys);
        let mut string = |reader: &mut Reader<'_, '_>, key| keys.take(key).and_then(|v| reader.string(v));
        let (kind, channel) = (string(reader, "kind"), string(reader, "channel"));
        let language = string(reader, "language");
        if let Some(language) = language.as_ref().filter(|language| !is_language(&language.text)) {
            reader.problem(language.place, "expected the code of a language, such as `en`, `fr` or `pt-BR`");
        }
        reader.finish(keys, "an override");
        Self { globs, choice, kind, channel, language, given }
    }
}

/// Whether a text is the code of a language, alone or with a region or a script.
fn is_language(text: &str) -> bool {
    let mut parts = text.split(['-', '_']);
    let alphanumeric = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
    parts.next().is_some_and(|code| matches!(code.len(), 2 | 3) && code.bytes().all(|b| b.is_ascii_alphabetic()))
        && parts.all(alphanumeric)
}

impl Config {
    /// Layers that count together, the strongest first.
    pub fn new(layers: Vec<Arc<Layer>>) -> Self {
        Self { layers }
    }

    /// The rule files to add, later ones over earlier ones. Their paths begin where the file that names them stands.
    pub fn rules(&self) -> impl Iterator<Item = &Literal> {
        self.layers.iter().rev().flat_map(|layer| &layer.rules)
    }

    /// Whether the built-in rules count.
    pub fn default_rules(&self) -> bool {
        self.strongest(|layer| layer.default_rules).unwrap_or(true)
    }

    /// From which severity on findings fail a run.
    pub fn fail_on(&self) -> Severity {
        self.strongest(|layer| layer.fail_on).unwrap_or(Severity::Warning)
    }

    /// How findings are printed, if it says so. Whether there is such a format is for the caller to say.
    pub fn output_format(&self) -> Option<&Literal> {
        self.strongest(|layer| layer.output_format.as_ref())
    }

    /// The baseline of the run, if it names one.
    pub fn baseline(&self) -> Option<&Literal> {
        self.strongest(|layer| layer.baseline.as_ref())
    }

    /// The findings that may stand.
    pub fn ignores(&self) -> impl Iterator<Item = &Ignore> {
        self.layers.iter().flat_map(|layer| &layer.ignores)
    }

    fn min_severity(&self) -> Severity {
        self.strongest(|layer| layer.min_severity).unwrap_or(Severity::Info)
    }

    fn min_confidence(&self) -> Confidence {
        self.strongest(|layer| layer.min_confidence).unwrap_or(Confidence::Low)
    }

    fn strongest<'c, T>(&'c self, of: impl Fn(&'c Layer) -> Option<T>) -> Option<T> {
        self.layers.iter().find_map(|layer| of(layer))
    }

    /// Whether it leaves anything out where folders are searched.
    pub fn has_excludes(&self) -> bool {
        self.layers.iter().any(|layer| !layer.exclude.is_empty())
    }

    /// Whether it leaves a file or a folder out, whose path is absolute.
    pub fn excludes(&self, path: &Path) -> bool {
        self.layers.iter().any(|layer| covers(&layer.exclude, &layer.folder, path))
    }

    /// Whether it says something of some files that it does not say of all.
    pub fn names_files(&self) -> bool {
        self.layers.iter().any(|layer| !layer.sources.is_empty() || !layer.overrides.is_empty())
    }

    /// What it says of all files.
    pub fn for_any_file(&self) -> ForFile<'_> {
        ForFile { config: self, files: None, overrides: Vec::new() }
    }

    /// What it says of a file, whose path is absolute.
    pub fn for_file(&self, path: &Path) -> ForFile<'_> {
        let locals: Vec<_> = self.layers.iter().map(|layer| local(path, &layer.folder)).collect();
        let names = |globs: &[GlobMatcher], layer: usize| {
            locals[layer].as_ref().is_some_and(|path| globs.iter().any(|glob| glob.is_match(path)))
        };
        let mut layers = self.layers.iter().enumerate();
        let files = layers.find_map(|(layer, of)| of.sources.iter().find(|files| names(&files.globs, layer)));
        let overrides = self.layers.iter().enumerate().rev().flat_map(|(layer, of)| {
            let numbered = of.overrides.iter().enumerate();
            numbered.filter(move |(_, over)| names(&over.globs, layer)).map(move |(number, _)| (layer, number))
        });
        ForFile { config: self, files, overrides: overrides.collect() }
    }

    /// What it says that a rule set knows nothing of: rules, categories, kinds of reply and channels.
    pub fn unknown(&self, ruleset: &Ruleset) -> Vec<Problem> {
        let (mut selection, mut unknown) = (Selection::new(ruleset), Vec::new());
        for layer in &self.layers {
            for choice in std::iter::once(&layer.choice).chain(layer.overrides.iter().map(|over| &over.choice)) {
                selection.apply(ruleset, choice, &mut unknown);
            }
        }
        let said = |(place, error): &(Place, crate::error::Error)| {
            let next = error.next_step().map(|hint| format!("; {hint}")).unwrap_or_default();
            Problem { place: *place, message: format!("{error}{next}") }
        };
        let mut problems: Vec<_> = unknown.iter().map(said).collect();
        problems.extend(self.ignores().flat_map(|ignore| ignore.unknown(ruleset)));
        for over in self.layers.iter().flat_map(|layer| &layer.overrides) {
            if let Some(kind) = over.kind.as_ref().filter(|kind| !ruleset.kinds().any(|known| known == kind.text)) {
                let near = match similar(&kind.text, ruleset.kinds()) {
                    near if near.is_empty() => {
                        format!("; there are {}", ruleset.kinds().collect::<Vec<_>>().join(", "))
                    }
                    near => near,
                };
                problems.push(Problem {
                    place: kind.place,
                    message: format!("there is no kind of reply `{}`{near}", kind.text),
                });
            }
            let channel = over.channel.as_ref();
            if let Some((channel, near)) =
                channel.and_then(|channel| Some((channel, mistyped(ruleset, &channel.text)?)))
            {
                let message =
                    format!("no rule asks about a channel `{}`; a similar name exists: `{near}`", channel.text);
                problems.push(Problem { place: channel.place, message });
            }
        }
        problems
    }
}

/// The channel that a name is nearly, but not. Channels are free words: one that no rule asks about is no fault.
pub fn mistyped<'r>(ruleset: &'r Ruleset, channel: &str) -> Option<&'r str> {
    let known = ruleset.channels();
    if known.contains(&channel) { None } else { nearest(channel, known.into_iter()) }
}

impl<'c> ForFile<'c> {
    /// Whether a source names the file.
    pub fn is_source(&self) -> bool {
        self.files.is_some()
    }

    /// Which overrides name the file: those of files that are judged alike are the same.
    pub fn overrides(&self) -> &[(usize, usize)] {
        &self.overrides
    }

    /// How to read it.
    pub fn reading(&self, source: &Source) -> Reading<'c> {
        let reading = match self.files {
            Some(files) => files.reading(source),
            None => Format::detect(source.name(), source.text()).into(),
        };
        Reading { language: self.last(|over| over.language.as_ref()), ..reading }
    }

    /// What is known of its replies.
    pub fn known(&self) -> Known<'c> {
        let (kind, channel) = (self.last(|over| over.kind.as_ref()), self.last(|over| over.channel.as_ref()));
        Known { customer: None, kind, channel }
    }

    /// The rules that count for it, after what is said of them elsewhere, which is stronger.
    pub fn selection(&self, ruleset: &Ruleset, stronger: &Choice) -> Selection {
        let mut selection = Selection::new(ruleset);
        selection.min_severity = self.config.min_severity();
        selection.min_confidence = self.config.min_confidence();
        let all = self.said().map(|(layer, over)| over.map_or(&layer.choice, |over| &over.choice));
        all.chain([stronger]).for_each(|choice| selection.apply(ruleset, choice, &mut Vec::new()));
        selection
    }

    /// All that counts for it, the weakest first.
    pub fn given(&self) -> Vec<&'c Given> {
        let all = self.said().flat_map(|(layer, over)| over.map_or(&layer.given, |over| &over.given));
        let mut out: Vec<&Given> = Vec::new();
        for given in all.chain(self.files.iter().flat_map(|files| &files.given)) {
            match given.key.as_str() {
                "select" => out.retain(|g| !matches!(&*g.key, "select" | "extend-select")),
                // These add up.
                "extend" | "rules" | "extend-select" | "exclude" => {}
                key => out.retain(|g| g.key != key),
            }
            out.push(given);
        }
        out
    }

    /// What counts where nothing is said: keys and values, as they would be written.
    pub fn built_in() -> Vec<(&'static str, String)> {
        let nothing = Config::default();
        vec![
            ("default-rules", nothing.default_rules().to_string()),
            ("select", format!("[{}]", quoted(Selection::ALL))),
            ("min-severity", quoted(nothing.min_severity().word())),
            ("min-confidence", quoted(nothing.min_confidence().word())),
            ("fail-on", quoted(nothing.fail_on().word())),
            ("output-format", quoted("full")),
        ]
    }

    /// The layers, the weakest first, each with `None` and then with the overrides in it that name the file.
    fn said(&self) -> impl Iterator<Item = (&'c Layer, Option<&'c Override>)> {
        self.config.layers.iter().enumerate().rev().flat_map(move |(number, layer)| {
            let own = self.overrides.iter().filter(move |(of, _)| *of == number);
            std::iter::once((&**layer, None)).chain(own.map(move |(_, over)| (&**layer, Some(&layer.overrides[*over]))))
        })
    }

    fn last(&self, of: impl Fn(&'c Override) -> Option<&'c Literal>) -> Option<&'c str> {
        self.said().filter_map(|(_, over)| of(over?)).last().map(|literal| literal.text.as_str())
    }
}

/// Keys and their values, each as in `fail-on=error`, as one configuration; of a key that is there twice, the last counts. A value that
/// is no TOML is a string without its quotes.
pub fn arguments(name: &str, texts: &[&String]) -> Source {
    let is_toml = |text: &str| DeTable::parse(text).is_ok();
    let line = |text: &&String| {
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        // A category and a rule in it may both be named, which TOML has no way to say but in quotes.
        let bare = key.trim().strip_prefix("severity.").filter(|of| !of.contains(['"', '\'']));
        let key = bare.map_or(key.to_owned(), |of| format!("severity.\"{of}\""));
        let text = &if bare.is_some() { format!("{key}={value}") } else { text.to_string() };
        let quoted = format!("{key}=\"{}\"", value.trim());
        let is_plain = !value.trim().is_empty() && !value.contains(['"', '\'', '[', ']', '{', '}', '\\', '#']);
        if is_plain && !is_toml(text) && is_toml(&quoted) { quoted } else { text.clone() }
    };
    let key = |text: &str| text.split_once('=').map(|(key, _)| key.trim().to_owned());
    let counts = |number: usize| {
        !texts[number + 1..].iter().any(|later| key(later).is_some() && key(later) == key(texts[number]))
    };
    let lines = texts.iter().enumerate().filter(|(number, _)| counts(*number)).map(|(_, text)| line(text));
    Source::new(name, lines.collect::<Vec<_>>().join("\n"))
}

/// What is wrong with configurations, as findings.
pub fn problems_of(problems: Vec<Problem>) -> Vec<Problems> {
    Problems::of(problems, "configuration", "fault in a configuration")
}

/// The keys of a table that hold values, and where they stand. Tables in lists have keys of their own.
fn given(reader: &Reader<'_, '_>, keys: &Keys<'_>, of: &str) -> Vec<Given> {
    let mut out = Vec::new();
    for (key, place, value) in
        keys.entries().filter(|(key, ..)| !matches!(*key, "source" | "override" | "ignore" | "files"))
    {
        let mut add = |key: &str, place, value: &Value<'_>| {
            out.push(Given { key: format!("{of}{key}"), place, value: reader.place(value.span()) });
        };
        if key == SEVERITY {
            levels(reader, value).iter().for_each(|(name, place, value)| add(&format!("{key}.{name}"), *place, value));
        } else {
            add(key, place, value);
        }
    }
    out
}

/// What a table says of rules.
fn choice(reader: &mut Reader<'_, '_>, keys: &mut Keys<'_>) -> Choice {
    let mut list = |reader: &mut Reader<'_, '_>, key| keys.take(key).map(|v| reader.strings(v));
    let (select, extend_select) = (list(reader, "select"), list(reader, "extend-select"));
    let severities = Severity::ALL.iter().map(|&severity| (severity.word(), Some(severity)));
    let known: Vec<_> = [(OFF, None)].into_iter().chain(severities).collect();
    let mut severity = Vec::new();
    if let Some(value) = keys.take(SEVERITY) {
        if !value.get_ref().is_table() {
            reader.wrong(value, "a table of rules and categories");
        }
        for (name, place, value) in levels(reader, value) {
            let name = reader.key(&name, place);
            severity.extend(reader.word(value, &known).map(|level| (name, level)));
        }
    }
    Choice { select, extend_select: extend_select.unwrap_or_default(), severity, ..Choice::default() }
}

const SEVERITY: &str = "severity";

/// The severity of a rule whose findings are not wanted.
const OFF: &str = "off";

/// The rules and categories of a table of severities. `"blame.who-question" = "info"` is the same as `blame.who-question = "info"`.
fn levels<'t>(reader: &Reader<'_, '_>, value: &'t Value<'t>) -> Vec<(String, Place, &'t Value<'t>)> {
    let Some(table) = value.get_ref().as_table() else { return Vec::new() };
    let mut out = Vec::new();
    for (key, place, value) in reader.keys(table).entries() {
        match value.get_ref().as_table() {
            Some(inner) => {
                let rules = reader.keys(inner);
                out.extend(rules.entries().map(|(name, place, value)| (format!("{key}.{name}"), place, value)));
            }
            None => out.push((key.to_owned(), place, value)),
        }
    }
    out
}

fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<(&'static str, T)> {
    all.iter().map(|&t| (word(t), t)).collect()
}

/// The globs of a table that needs some.
fn globs(reader: &mut Reader<'_, '_>, place: Place, keys: &mut Keys<'_>, of: &str) -> Vec<GlobMatcher> {
    match keys.take("files") {
        Some(value) => patterns(reader, value),
        None => {
            reader.problem(place, format!("this {of} needs `files`"));
            Vec::new()
        }
    }
}

/// Reads a list of globs.
fn patterns(reader: &mut Reader<'_, '_>, value: &Value<'_>) -> Vec<GlobMatcher> {
    reader.strings(value).iter().filter_map(|text| pattern(reader, text)).collect()
}

/// Reads a glob of a configuration.
fn pattern(reader: &mut Reader<'_, '_>, text: &Literal) -> Option<GlobMatcher> {
    let path = text.text.strip_prefix("./").unwrap_or(&text.text);
    if path.starts_with('/') || path.split('/').any(|part| part == "..") {
        reader.problem(text.place, "a glob leads from the folder of the configuration to files in it");
        return None;
    }
    glob(path).map_err(|reason| reader.problem(text.place, format!("cannot read this glob: {reason}"))).ok()
}

/// Reads a glob: `*` stays in its folder, `**` does not.
///
/// # Errors
/// What is wrong with it.
pub fn glob(text: &str) -> Result<GlobMatcher, String> {
    let built = GlobBuilder::new(text).literal_separator(true).build();
    built.map(|glob| glob.compile_matcher()).map_err(|error| error.kind().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Fields, Mode, Role, Syntax};
    use crate::toml_file::asked;
    use proptest::prelude::*;

    /// The configuration of several texts, the strongest first, all in the folder `/c`.
    fn configs(texts: &[&str]) -> Result<Config, Vec<(usize, String)>> {
        let mut problems = Vec::new();
        let sources: Vec<_> = texts.iter().map(|text| Source::new("replylint.toml", *text)).collect();
        let read = |(file, source)| Layer::read(source, file, Path::new("/c"), &mut problems).map(Arc::new);
        let layers = sources.iter().enumerate().filter_map(read).collect();
        let placed = |p: &Problem| (sources[p.place.file].position(p.place.start).line, p.message.clone());
        if problems.is_empty() { Ok(Config::new(layers)) } else { Err(problems.iter().map(placed).collect()) }
    }

    fn config(text: &str) -> Result<Config, Vec<(usize, String)>> {
        configs(&[text])
    }

    /// What it says of a file in its folder.
    fn said<'c>(config: &'c Config, path: &str) -> ForFile<'c> {
        config.for_file(&Path::new("/c").join(path))
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
            assert_eq!(said(&config, path).is_source(), named, "{globs} and {path}");
            assert!(!config.for_file(&Path::new("/d").join(path)).is_source());
        }
    }

    #[test]
    fn the_first_source_that_names_a_file_is_the_one() {
        let text = "[[source]]\nfiles = ['*.x']\nformat = 'json'\n[[source]]\nfiles = ['a.*']\nformat = 'html'\nmode = 'template'";
        let config = config(text).expect("a configuration");
        let reading = |name: &str| {
            let source = Source::new(name, "");
            let says = said(&config, name);
            says.is_source().then(|| (says.reading(&source).format, says.reading(&source).mode))
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
            let files = said(&config, "[odd]\u{7f} \"name\".json");
            assert!(files.is_source());
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
kind = "complaint"
[[override]]
select = "blame"
selects = ["blame"]
language = "german"
[override.severity]
jargon = "of"
blame.who-question = 1
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
        has(25, "a source has no key `kind`");
        has(26, "this override needs `files`");
        has(27, "expected a list of strings, found string");
        has(28, "an override has no key `selects`; a similar name exists: `select`");
        has(29, "expected the code of a language");
        has(31, "expected one of `off`, `info`, `warning`, `error`");
        has(32, "expected a string, found integer");
        assert_eq!(faults.len(), 27, "{faults:#?}");
        assert_eq!(config("[").expect_err("no TOML").len(), 1);
    }

    /// By id, how grave the findings of the built-in rules are for a file.
    fn levels(config: &Config, path: &str) -> impl Fn(&str) -> Option<Severity> {
        let ruleset = Ruleset::builtin();
        let selection = said(config, path).selection(&ruleset, &Choice::default());
        move |id| {
            let mut numbered = ruleset.rules_and_detectors().enumerate();
            numbered.find(|(_, rule)| rule.id == id).and_then(|(number, rule)| selection.severity(number, rule))
        }
    }

    #[test]
    fn the_stronger_has_the_last_word() {
        let own = r#"
            severity = { "blame.who-question" = "info", jargon = "error", vague = "off" }
            [[override]]
            files = ["chat/*"]
            select = ["blame", "vague"]
            severity.blame = "warning"
            [[override]]
            files = ["chat/a"]
            severity.blame = "off"
        "#;
        let extended = r#"
            select = ["blame", "jargon", "vague"]
            min-confidence = "high"
            [[override]]
            files = ["chat/*"]
            severity.blame = "off"
        "#;
        let config = configs(&[own, extended]).expect("configurations");
        let (who, someone) = ("blame.who-question", "vague.someone-will");
        let plain = levels(&config, "a");
        assert_eq!((plain(who), plain(someone)), (Some(Severity::Info), None));
        assert_eq!(plain("boilerplate.officialese"), None, "what is not selected");
        let chat = levels(&config, "chat/b");
        assert_eq!((chat(who), chat(someone)), (Some(Severity::Warning), None));
        assert_eq!(levels(&config, "chat/a")(who), None);
        let low = configs(&["min-confidence = \"low\"", own, extended]).expect("configurations");
        assert!(levels(&low, "chat/b")(someone).is_some());
        assert!(levels(&configs(&["min-severity = \"error\"", own]).expect("both"), "a")(who).is_none());
    }

    #[test]
    fn what_is_off_is_on_again_where_it_is_selected_again() {
        let off = "severity.blame = \"off\"";
        for (stronger, wanted) in [
            ("", None),
            ("extend-select = [\"blame.who-question\"]", Some(Severity::Error)),
            ("select = [\"ALL\"]", Some(Severity::Error)),
            ("severity.blame.who-question = \"info\"", Some(Severity::Info)),
            ("select = [\"jargon\"]\nseverity.blame = \"info\"", None),
        ] {
            let config = configs(&[stronger, off]).expect("configurations");
            assert_eq!(levels(&config, "a")("blame.who-question"), wanted, "{stronger}");
        }
    }

    #[test]
    fn all_that_counts_is_given_once() {
        let own = "extend-select = [\"x\"]\nfail-on = \"error\"\n[[source]]\nfiles = [\"*\"]\nmode = \"template\"\n\
            [[override]]\nfiles = [\"a\"]\nkind = \"info\"\nextend-select = [\"y\"]\n";
        let extended = "fail-on = \"info\"\nextend-select = [\"z\"]\nseverity.a.b = \"off\"\nrules = [\"r\"]\n";
        let keys = |config: &Config, path: &str| -> Vec<String> {
            said(config, path).given().iter().map(|given| format!("{}@{}", given.key, given.place.file)).collect()
        };
        let config = configs(&[own, extended]).expect("configurations");
        let of_b = ["rules@1", "extend-select@1", "severity.a.b@1", "extend-select@0", "fail-on@0", "source.mode@0"];
        let mut found = keys(&config, "b");
        found.sort_unstable();
        let mut wanted = of_b.map(ToOwned::to_owned);
        wanted.sort_unstable();
        assert_eq!(found, wanted);
        assert_eq!(keys(&config, "a").len(), of_b.len() + 2);
        let selected = configs(&["select = [\"q\"]", own, extended]).expect("configurations");
        assert!(keys(&selected, "a").iter().all(|key| !key.starts_with("extend-select")), "what came before is gone");
    }

    #[test]
    fn what_rules_know_nothing_of_is_told_in_its_place() {
        let text = "select = [\"blme\"]\nextend-select = [\"moves.greet\"]\nseverity.jargon = \"info\"\nseverity.zzz = \"off\"\n\
            [[override]]\nfiles = [\"a\"]\nextend-select = [\"blame.who-qestion\"]\nkind = \"complain\"\nchannel = \"fax\"\n\
            [[override]]\nfiles = [\"a\"]\nchannel = \"chta\"\n";
        let config = config(text).expect("a configuration");
        let rule = Source::new(
            "rules",
            "[rules.x.y]\ntitle = \"t\"\nwhy = \"W.\"\nno-suggest = \"n\"\nmatch = [\"zyx\"]\n\
            when = { channel = [\"chat\"] }\n[rules.x.y.examples]\nfires = [\"[[zyx]]\"]\nquiet = [\"no\"]\n",
        );
        let ruleset = Ruleset::builtin().extend(&[rule]).expect("a rule");
        let source = Source::new("c", text);
        let problems = config.unknown(&ruleset);
        let mut told: Vec<_> =
            problems.iter().map(|p| (source.position(p.place.start).line, p.message.as_str())).collect();
        told.sort_unstable();
        let wanted = [
            (1, "no rule or category is named `blme`; a category with a similar name exists: `blame`"),
            (2, "`moves.greet` is a detector"),
            (4, "no rule or category is named `zzz`; "),
            (
                7,
                "no rule or category is named `blame.who-qestion`; a rule with a similar name exists: `blame.who-question`",
            ),
            (8, "there is no kind of reply `complain`; a similar name exists: `complaint`"),
            (12, "no rule asks about a channel `chta`; a similar name exists: `chat`"),
        ];
        assert_eq!(told.len(), wanted.len(), "{told:#?}");
        for ((line, message), (wanted_line, wanted)) in told.iter().zip(wanted) {
            assert!(*line == wanted_line && message.starts_with(wanted), "{line}: {message}");
        }
    }

    #[test]
    fn words_on_the_command_line_need_no_quotes() {
        for (argument, text) in [
            ("fail-on=error", "fail-on=\"error\""),
            ("fail-on=\"error\"", "fail-on=\"error\""),
            ("severity.blame.who-question=off", "severity.\"blame.who-question\"=\"off\""),
            ("default-rules=false", "default-rules=false"),
            ("select=[\"blame\"]", "select=[\"blame\"]"),
            ("select=[blame]", "select=[blame]"),
            ("fail-on=", "fail-on="),
            ("fail on=error", "fail on=error"),
            ("=error", "=error"),
        ] {
            assert_eq!(super::arguments("--config", &[&argument.to_owned()]).text(), text);
        }
    }

    #[test]
    fn the_schema_has_the_keys_that_are_read() {
        let text = "severity.a = \"off\"\n[[source]]\nfiles = []\nreply = [{ path = \"a\" }]\n[[override]]\nfiles = []\n\
            [[ignore]]\nrule = \"a\"\nreason = \"b\"\n";
        let read = asked::by(|| drop(config(text).expect("a configuration")));
        let in_schema = asked::in_schema(SCHEMA);
        // What profiles are read with has no place in a configuration.
        let mut read = read;
        read.remove("a profile");
        read.remove("the file of profiles");
        assert_eq!(in_schema, read);

        let schema: serde_json::Value = serde_json::from_str(SCHEMA).expect("JSON");
        let words = |pointer: &str| -> Vec<&str> {
            let words = schema.pointer(pointer).and_then(|words| words.as_array()).expect(pointer);
            words.iter().filter_map(|word| word.as_str()).collect()
        };
        assert_eq!(words("/definitions/source/properties/format/enum"), Format::names().collect::<Vec<_>>());
        let mut profiles: Vec<_> = crate::document::profile::Profile::names().collect();
        profiles.sort_unstable();
        assert_eq!(words("/definitions/source/properties/profile/enum"), profiles);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_told_to_be_wrong(from in 0usize..400, len in 0usize..60, put in "[a-z\\[\\]={}\".\n]{0,6}") {
            let text = "select = [\"blame\"]\nseverity = { jargon = \"off\" }\nfail-on = \"error\"\n[[source]]\nfiles = [\"é/*\"]\n\
                reply = [{ path = \"a[].b\" }]\n[[override]]\nfiles = [\"b\"]\nseverity.blame.who-question = \"info\"\nlanguage = \"en\"\n";
            let whole: Vec<char> = text.chars().collect();
            let (from, end) = (from.min(whole.len()), (from + len).min(whole.len()));
            let cut: String = whole[..from].iter().copied().chain(put.chars()).chain(whole[end..].iter().copied()).collect();
            let (source, mut problems) = (Source::new("c", cut.as_str()), Vec::new());
            let layer = Layer::read(&source, 0, Path::new("/c"), &mut problems);
            for given in layer.iter().flat_map(|layer| &layer.given) {
                prop_assert!(cut.get(given.value.start..given.value.end).is_some());
            }
            prop_assert!(problems.iter().all(|p| cut.get(p.place.start..p.place.end).is_some()));
            prop_assert!(layer.is_some() || problems.len() == 1);
        }
    }
}
