//! The flags that say which configuration counts, the configurations that are found, and what they say of files.

use super::paths::absolute;
use super::paths::{dotted, parent};
use super::rule_flags::invalid;
use super::terminal::Terminal;
use super::variable;
use clap::Args as Flags;
use replylint::config::{self, Config, ForFile, Layer, NAMES};
use replylint::document::{Document, Fault, TOO_LARGE};
use replylint::error::{Error, Result};
use replylint::source::Source;
use replylint::toml_file::{Literal, Place, Problem};
use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Which configuration counts.
#[derive(Debug, Default, Flags)]
#[command(next_help_heading = "Configuration")]
pub(super) struct ConfigFlags {
    /// Use this configuration for all files, not the nearest `replylint.toml` of each; or set one of its keys, as in
    /// `--config fail-on=error`. May be repeated for keys
    #[arg(long, value_name = "FILE|KEY=VALUE")]
    config: Vec<String>,
    /// Use no configuration file
    #[arg(long)]
    isolated: bool,
}

/// What a key that is set on the command line stands in.
const ARGUMENT: &str = "--config";

/// The configuration file that counts where no flag names one.
const VARIABLE: &str = "REPLYLINT_CONFIG";

/// The configurations of a run: each is read once, however many files it serves.
#[derive(Default)]
pub(super) struct Settings {
    /// Files and arguments.
    sources: Vec<Source>,
    problems: Vec<Problem>,
    /// What the command line says, and what that builds on, the strongest first.
    arguments: Vec<Arc<Layer>>,
    /// Whether the nearest file counts, and not the same for all.
    nearest: bool,
    /// The first is that of the run.
    configs: Vec<Config>,
    /// By their number, the file that each begins in.
    begun: Vec<Option<PathBuf>>,
    /// The number of the configuration that a file begins, by its path from the root.
    files: HashMap<PathBuf, usize>,
    /// The number of the configuration that counts in a folder: by its path as it is given, and from the root.
    folders: HashMap<PathBuf, usize>,
    /// What a file says by itself, by its path from the root.
    layers: HashMap<PathBuf, Option<Arc<Layer>>>,
}

impl ConfigFlags {
    /// Reads the configuration of the run: that of the current folder, if no other is named.
    pub(super) fn load(&self) -> Result<Settings> {
        let is_file = |argument: &&String| !argument.contains('=') || Path::new(argument).is_file();
        let (files, keys): (Vec<_>, Vec<_>) = self.config.iter().partition(is_file);
        let named = match (&files[..], self.isolated) {
            ([_, second, ..], _) => {
                return Err(Error::new(format!("a second configuration was named: `{second}`"))
                    .hint("`extend` in a configuration names others that it builds on"));
            }
            ([_], true) => {
                return Err(Error::new("`--isolated` uses no configuration file, and `--config` names one")
                    .hint("leave one of them out"));
            }
            ([file], false) => Some(PathBuf::from(file)),
            ([], true) => None,
            ([], false) => variable(VARIABLE).map(PathBuf::from),
        };
        let mut settings = Settings { nearest: named.is_none() && !self.isolated, ..Settings::default() };
        if !keys.is_empty() {
            settings.sources.push(config::arguments(ARGUMENT, &keys));
            let layer = Layer::read(&settings.sources[0], 0, &absolute(Path::new("."))?, &mut settings.problems);
            if let Some(layer) = layer.map(Arc::new) {
                settings.arguments = settings.chain(layer, PathBuf::new())?;
            }
        }
        match named {
            Some(file) => settings.begin(&file).map_err(|error| match files[..] {
                [] => Error::new(format!("cannot heed {VARIABLE}: {error}"))
                    .hint("name a configuration in it, or unset it"),
                _ => error,
            })?,
            None if settings.nearest => settings.within(Path::new(""))?,
            None => settings.add(None, Vec::new())?,
        };
        Ok(settings)
    }
}

impl Settings {
    /// Those of a run in which nothing is said.
    pub(super) fn none() -> Result<Self> {
        ConfigFlags { isolated: true, ..ConfigFlags::default() }.load()
    }

    /// The number of the configuration that counts for a file.
    pub(super) fn of(&mut self, file: &Path) -> Result<usize> {
        self.within(parent(file))
    }

    /// The number of the configuration that counts in a folder: the nearest, from there up to the root of the repository.
    pub(super) fn within(&mut self, folder: &Path) -> Result<usize> {
        if !self.nearest {
            return Ok(0);
        }
        if let Some(&number) = self.folders.get(folder) {
            return Ok(number);
        }
        let root = absolute(dotted(folder))?;
        let mut way = folder.to_owned();
        let (mut passed, mut found) = (vec![folder.to_owned()], None);
        for above in root.ancestors() {
            if let Some(&number) = self.folders.get(above) {
                found = Some(number);
                break;
            }
            passed.push(above.to_owned());
            if let Some(name) = NAMES.iter().find(|name| above.join(name).is_file()) {
                found = Some(self.begin(&way.join(name))?);
                break;
            }
            if above.join(".git").exists() {
                break;
            }
            way = match way.components().next_back() {
                Some(Component::Normal(_)) => parent(&way).to_owned(),
                Some(Component::CurDir) => Path::new("..").to_owned(),
                _ => way.join(".."),
            };
        }
        let number = match found {
            Some(number) => number,
            // Where there is no file, the arguments count all the same.
            None => match self.files.get(Path::new("")) {
                Some(&number) => number,
                None => self.add(None, Vec::new())?,
            },
        };
        self.folders.extend(passed.into_iter().map(|folder| (folder, number)));
        Ok(number)
    }

    /// The number of the configuration that a file begins.
    fn begin(&mut self, file: &Path) -> Result<usize> {
        let root = absolute(file)?;
        if let Some(&number) = self.files.get(&root) {
            return Ok(number);
        }
        let layers = match self.layer(file)? {
            Some(own) => self.chain(own, root)?,
            None => Vec::new(),
        };
        self.add(Some(file), layers)
    }

    /// The number of a configuration that is made of the arguments and these layers.
    fn add(&mut self, file: Option<&Path>, layers: Vec<Arc<Layer>>) -> Result<usize> {
        let number = self.configs.len();
        self.files.insert(file.map(absolute).transpose()?.unwrap_or_default(), number);
        self.begun.push(file.map(Path::to_owned));
        self.configs.push(Config::new(self.arguments.iter().cloned().chain(layers).collect()));
        Ok(number)
    }

    /// A layer and all that it builds on, the strongest first. `file` is where it stands, from the root.
    fn chain(&mut self, layer: Arc<Layer>, file: PathBuf) -> Result<Vec<Arc<Layer>>> {
        let mut out = Vec::new();
        self.extend(layer, &mut vec![file], &mut HashSet::new(), &mut out)?;
        out.reverse();
        Ok(out)
    }

    /// Adds what a layer builds on, the weakest first, and then the layer; each file once, before all that build on it. `way` leads
    /// to it.
    fn extend(
        &mut self,
        layer: Arc<Layer>,
        way: &mut Vec<PathBuf>,
        seen: &mut HashSet<PathBuf>,
        out: &mut Vec<Arc<Layer>>,
    ) -> Result<()> {
        for named in layer.extend.iter().rev() {
            let file = self.beside(named);
            let root = absolute(&file)?;
            if way.contains(&root) {
                self.problem(named.place, "this configuration extends itself");
                continue;
            }
            match self.layer(&file) {
                Ok(Some(other)) if seen.insert(root.clone()) => {
                    way.push(root);
                    self.extend(other, way, seen, out)?;
                    way.pop();
                }
                Ok(_) => {}
                Err(error) => self.problem(named.place, error.to_string()),
            }
        }
        out.push(layer);
        Ok(())
    }

    /// What a file says by itself; nothing where it is no TOML.
    fn layer(&mut self, file: &Path) -> Result<Option<Arc<Layer>>> {
        let root = absolute(file)?;
        if let Some(layer) = self.layers.get(&root) {
            return Ok(layer.clone());
        }
        let number = self.sources.len();
        self.sources.push(Source::read(file)?);
        let layer = Layer::read(&self.sources[number], number, parent(&root), &mut self.problems).map(Arc::new);
        self.layers.insert(root, layer.clone());
        Ok(layer)
    }

    /// The path of a file that a configuration names.
    pub(super) fn beside(&self, named: &Literal) -> PathBuf {
        let mut out = parent(Path::new(self.sources[named.place.file].name())).to_owned();
        for part in Path::new(&named.text).components() {
            match (part, out.components().next_back()) {
                (Component::ParentDir, Some(Component::Normal(_))) => drop(out.pop()),
                _ => out.push(part),
            }
        }
        out
    }

    /// Something that is wrong with what stands in a configuration.
    pub(super) fn problem(&mut self, place: Place, message: impl Into<String>) {
        let problem = Problem { place, message: message.into() };
        if !self.problems.iter().any(|other| other.place == problem.place && other.message == problem.message) {
            self.problems.push(problem);
        }
    }

    /// The same of several.
    pub(super) fn problems(&mut self, problems: Vec<Problem>) {
        problems.into_iter().for_each(|problem| self.problem(problem.place, problem.message));
    }

    /// Shows what is wrong with the configurations, if anything is.
    pub(super) fn check(&mut self, terminal: &Terminal) -> Result<()> {
        if self.problems.is_empty() {
            return Ok(());
        }
        let problems = config::problems_of(std::mem::take(&mut self.problems));
        terminal.problems(&self.sources, &problems);
        Err(invalid(&problems, "the configuration"))
    }

    /// The configuration of the run.
    pub(super) fn run(&self) -> &Config {
        &self.configs[0]
    }

    /// All configurations, by number.
    pub(super) fn configs(&self) -> &[Config] {
        &self.configs
    }

    /// The file in which a configuration, by number, begins.
    pub(super) fn begun(&self, config: usize) -> Option<&Path> {
        self.begun[config].as_deref()
    }

    /// The baseline that the configuration of the run names, as a path from the current folder.
    pub(super) fn baseline(&self) -> Option<PathBuf> {
        self.run().baseline().map(|named| self.beside(named))
    }

    /// The files that were read.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        self.sources.iter().map(|source| Path::new(source.name())).filter(|name| *name != Path::new(ARGUMENT))
    }

    /// What was read, by number: files and arguments.
    pub(super) fn source(&self, number: usize) -> &Source {
        &self.sources[number]
    }

    /// What a configuration, by number, says of a file.
    pub(super) fn for_file(&self, config: usize, file: &Path) -> ForFile<'_> {
        let config = &self.configs[config];
        let path = if config.names_files() { absolute(file).ok() } else { None };
        path.map_or_else(|| config.for_any_file(), |path| config.for_file(&path))
    }

    /// The path of a file from the folder in which the paths of its configuration, by number, begin.
    pub(super) fn local(&self, config: usize, file: &Path) -> Option<String> {
        let folder = absolute(dotted(self.begun(config).map_or(Path::new(""), parent))).ok()?;
        config::local(&absolute(file).ok()?, &folder)
    }

    /// Where something stands: `replylint.toml:3`.
    pub(super) fn place(&self, place: Place) -> (&str, Option<usize>) {
        let source = &self.sources[place.file];
        let line = source.position(place.start).line;
        (source.name(), (source.name() != ARGUMENT).then_some(line))
    }

    /// What stands at a place.
    pub(super) fn text(&self, place: Place) -> &str {
        &self.sources[place.file].text()[place.start..place.end]
    }
}

/// Reads the replies of a file.
pub(super) fn document<'s>(source: &'s Source, says: &ForFile<'_>) -> Result<Document<'s>> {
    let mut document = Document::read(source, &says.reading(source)).map_err(|fault| unreadable(source, &fault))?;
    document.presume(says.known());
    Ok(document)
}

/// The error that a file is not written as its format asks.
pub(super) fn unreadable(source: &Source, fault: &Fault) -> Error {
    if fault.message == TOO_LARGE {
        return Error::new(format!("cannot check `{}`: {}", source.name(), fault.message))
            .hint("convert it to JSON Lines, of which each line is read by itself, or split it");
    }
    let at = source.position(fault.at);
    let (name, place) = (source.name(), format_args!("line {}, column {}", at.line, at.column));
    Error::new(format!("cannot check `{name}`: {} ({place})", fault.message))
        .hint("mend the file there, or leave it out")
}
