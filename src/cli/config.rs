//! `config`: what counts for a file, and where that is said; a first configuration; the schemas that editors check with.

use super::config_flags::{ConfigFlags, Settings};
use super::inputs::Paths;
use super::replace::create;
use super::rule_flags::RuleFiles;
use super::terminal::{BOLD, Terminal, cut, print_json, raw_stdout};
use super::{Listing, Stop};
use replylint::config::{self, ForFile, Given, NAMES, OF_THE_RUN};
use replylint::document::{Document, Format, Role};
use replylint::error::Error;
use replylint::output::{safe, wire};
use replylint::report::Outcome;
use replylint::ruleset;
use replylint::source::Source;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Show(Show),
    Init(Init),
    Schema(Schema),
}

/// Show what counts for a file or a folder, and where each value is from
#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
struct Show {
    /// The file or folder; without it, the current folder
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output_format: Listing,
    #[command(flatten)]
    config: ConfigFlags,
}

/// Write a `replylint.toml` to begin with into the current folder
///
/// As written it changes nothing. Where files are met in which no reply is known, it holds tables to choose from.
#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
struct Init {}

/// Print the JSON Schema of configurations, for editors to complete and check them with
#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
struct Schema {
    /// That of rule files instead
    #[arg(long)]
    rules: bool,
}

impl Args {
    pub(super) fn run(&self, terminal: &Terminal) -> Result<Outcome, Stop> {
        match &self.command {
            Command::Show(args) => args.run(terminal),
            Command::Init(args) => args.run(terminal),
            Command::Schema(args) => args.run(),
        }
    }
}

/// A value that counts, as TOML, and where it is said.
struct Row<'s> {
    key: &'s str,
    value: &'s str,
    origin: &'s str,
    line: Option<usize>,
}

/// Where a value is said that nobody says.
const BUILT_IN: &str = "built-in";

impl Show {
    fn run(&self, terminal: &Terminal) -> Result<Outcome, Stop> {
        let mut settings = self.config.load()?;
        let path = self.path.as_deref();
        if let Some(path) = path.filter(|path| !path.exists()) {
            return Err(Error::io("find", path, &ErrorKind::NotFound.into()).into());
        }
        let config = match path {
            Some(path) if path.is_dir() => settings.within(path)?,
            Some(path) => settings.of(path)?,
            None => 0,
        };
        // What no rule file knows of is told here, too.
        RuleFiles::default().linters(&mut settings, terminal)?;
        let says = match path {
            Some(path) if path.is_file() => settings.for_file(config, path),
            _ => settings.configs()[config].for_any_file(),
        };
        let built_in = ForFile::built_in();
        let rows = rows(&settings, &says, &built_in);
        let name = path.map_or(".".to_owned(), |path| path.display().to_string());
        match self.output_format {
            Listing::Json => print_as_json(&name, settings.begun(config), &rows)?,
            Listing::Text => {
                let mut out = terminal.stdout();
                write(&name, settings.begun(config), &rows, terminal.style().width, &mut out)?;
                out.flush()?;
            }
        }
        Ok(Outcome::Clean)
    }
}

/// What counts: what nobody says, then what is said, the weakest first.
fn rows<'s>(settings: &'s Settings, says: &ForFile<'s>, built_in: &'s [(&str, String)]) -> Vec<Row<'s>> {
    let of_run = |given: &&Given| OF_THE_RUN.contains(&&*given.key);
    let run = settings.run().for_any_file().given();
    let mut given = says.given();
    given.retain(|given| !of_run(given));
    given.extend(run.into_iter().filter(of_run));
    let unsaid = built_in.iter().filter(|(key, _)| !given.iter().any(|given| given.key == *key));
    let unsaid = unsaid.map(|(key, value)| Row { key, value, origin: BUILT_IN, line: None });
    let said = given.iter().map(|given| {
        let (origin, line) = settings.place(given.place);
        Row { key: &given.key, value: settings.text(given.value), origin, line }
    });
    unsaid.chain(said).collect()
}

/// How wide the columns of keys and values grow.
const MAX_KEY: usize = 40;
const MAX_VALUE: usize = 48;

fn write(path: &str, begun: Option<&Path>, rows: &[Row<'_>], width: usize, out: &mut dyn Write) -> io::Result<()> {
    let file = begun.map_or("no configuration file counts".to_owned(), |file| safe(&file.to_string_lossy()));
    writeln!(out, "{BOLD}{}{BOLD:#}: {file}\n", safe(path))?;
    let wide = |texts: &mut dyn Iterator<Item = usize>, most| texts.max().unwrap_or_default().min(most);
    let keys = wide(&mut rows.iter().map(|row| row.key.chars().count()), MAX_KEY);
    let shown: Vec<String> = rows
        .iter()
        .map(|row| {
            let (text, sign) = cut(row.value, MAX_VALUE.min(width));
            text + sign
        })
        .collect();
    let values = wide(&mut shown.iter().map(|value| value.chars().count()), MAX_VALUE);
    for (row, value) in rows.iter().zip(&shown) {
        let line = row.line.map(|line| format!(":{line}")).unwrap_or_default();
        writeln!(out, "  {:keys$}  {value:values$}  {}{line}", safe(row.key), safe(row.origin))?;
    }
    Ok(())
}

fn print_as_json(path: &str, begun: Option<&Path>, rows: &[Row<'_>]) -> io::Result<()> {
    #[derive(serde::Serialize)]
    struct Envelope<'a> {
        schema_version: u32,
        tool: wire::Tool,
        path: &'a str,
        configuration: Option<String>,
        values: Vec<Value<'a>>,
    }
    #[derive(serde::Serialize)]
    struct Value<'a> {
        key: &'a str,
        value: serde_json::Value,
        origin: &'a str,
        line: Option<usize>,
    }
    let value = |row: &Row<'_>| wire::toml(&format!("value = {}", row.value)).map(|mut of| of["value"].take());
    let values = rows.iter().map(|row| {
        let value = value(row).unwrap_or_default();
        Value { key: row.key, value, origin: row.origin, line: row.line }
    });
    let configuration = begun.map(|file| file.display().to_string());
    let (schema_version, tool) = (wire::VERSION, wire::Tool::this());
    print_json(&Envelope { schema_version, tool, path, configuration, values: values.collect() })
}

/// What a configuration begins as. It says what counts anyway.
const BEGINNING: &str = "\
#:schema replylint.schema.json
# `replylint config schema > replylint.schema.json` has editors complete and check this file.
# `replylint config show` tells what counts, and where it is said.

# Findings of this severity and above fail a run: info, warning or error.
fail-on = \"warning\"

# What `replylint baseline create` found is left alone.
# baseline = \"replylint-baseline.toml\"

# How grave the findings of a rule or a category are: off, info, warning or error. `replylint rules list` shows them all.
[severity]
# jargon = \"info\"
# \"boilerplate.officialese\" = \"off\"

# What may stand, where, and why.
# [[ignore]]
# rule = \"dismissive.calm-down\"
# path = \"campaigns/**\"
# reason = \"the campaign is called so\"

# How the replies of some files are judged.
# [[override]]
# files = [\"chat/**\"]
# channel = \"chat\"
";

/// So many data files are looked at, and so many tables are offered.
const MAX_LOOKED_AT: usize = 200;
const MAX_OFFERED: usize = 3;

impl Init {
    fn run(&self, terminal: &Terminal) -> Result<Outcome, Stop> {
        if let Some(name) = NAMES.iter().find(|name| Path::new(name).exists()) {
            return Err(Error::new(format!("cannot write a configuration: `{name}` is there already"))
                .hint("`replylint config show` tells what it says")
                .into());
        }
        let offered = offered()?;
        let mut text = BEGINNING.to_owned();
        if !offered.is_empty() {
            text += "\n# Files in which no reply is known. Where the longest strings are replies, take the table.\n\
                # `replylint fields FILE` shows all strings of a file.\n";
            for line in offered.iter().flat_map(|table| table.lines()) {
                text += &format!("# {line}\n");
            }
        }
        create(Path::new(NAMES[0]), text.as_bytes(), false)?;
        terminal.note(format_args!("Wrote `{}`.", NAMES[0]));
        Ok(Outcome::Clean)
    }
}

/// Tables for data files around here in which no reply is known.
fn offered() -> Result<Vec<String>, Error> {
    let mut settings = Settings::none()?;
    let inputs = Paths::default().inputs(&mut settings, false)?;
    let is_data = |path: &&Path| Format::detect(&path.to_string_lossy(), "").is_data();
    let data = inputs.files.iter().map(|input| input.path.as_path()).filter(is_data);
    let table = |path: &Path| {
        let source = Source::read(path).ok()?;
        let reading = Format::detect(source.name(), source.text()).into();
        let fields = Document::fields(&source, &reading).ok()??;
        let known = fields.of_role(Role::Reply).next().is_some();
        if known { None } else { config::suggest(&path.to_string_lossy().replace('\\', "/"), &fields) }
    };
    Ok(data.take(MAX_LOOKED_AT).filter_map(table).take(MAX_OFFERED).collect())
}

impl Schema {
    fn run(&self) -> Result<Outcome, Stop> {
        let mut out = raw_stdout();
        out.write_all(if self.rules { ruleset::SCHEMA } else { config::SCHEMA }.as_bytes())?;
        out.flush()?;
        Ok(Outcome::Clean)
    }
}
