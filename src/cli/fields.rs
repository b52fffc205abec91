//! `fields`: the strings of data files, and what each is taken for.

use super::config_flags::{ConfigFlags, Settings, unreadable};
use super::terminal::{BOLD, Terminal, cut, print_json};
use super::{Listing, STDIN, Stop, read};
use replylint::config;
use replylint::document::profile::Profile;
use replylint::document::{Document, Field, Fields, Role};
use replylint::error::Error;
use replylint::output::{safe, wire};
use replylint::report::Outcome;
use replylint::source::Source;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Show the strings of data files, and which are taken for replies
///
/// Each is shown by its path, with how many there are and a sample of them. A table to paste into `replylint.toml` has the file read
/// as it was guessed, and is the place to say it better.
#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
pub(super) struct Args {
    /// Data files, or `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// How to print them
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output_format: Listing,
    #[command(flatten)]
    config: ConfigFlags,
}

/// A file and its strings. A text has none.
struct Listed {
    name: String,
    format: &'static str,
    /// Whether a configuration says how it is read.
    configured: bool,
    fields: Option<Fields>,
    /// The table to paste.
    table: Option<String>,
}

impl Args {
    pub(super) fn run(&self, terminal: &Terminal) -> std::result::Result<Outcome, Stop> {
        if self.files.iter().filter(|path| path.as_os_str() == STDIN).count() > 1 {
            return Err(Error::new("standard input can be read only once").hint("use `-` in one place").into());
        }
        let mut settings = self.config.load()?;
        let configs: Vec<_> = self.files.iter().map(|path| settings.of(path)).collect::<Result<_, _>>()?;
        settings.check(terminal)?;
        let (mut listed, mut errors) = (Vec::new(), Vec::new());
        for (path, config) in self.files.iter().zip(configs) {
            match read(path).and_then(|source| list(&source, &settings, config)) {
                Ok(one) => listed.push(one),
                Err(error) => errors.push(error),
            }
        }
        match self.output_format {
            Listing::Json => print_as_json(&listed)?,
            Listing::Text => {
                let mut out = terminal.stdout();
                for (i, one) in listed.iter().enumerate() {
                    if i > 0 {
                        writeln!(out)?;
                    }
                    write(one, terminal.style().width, &mut out)?;
                }
                out.flush()?;
            }
        }
        errors.iter().for_each(|error| terminal.error(error));
        Ok(if errors.is_empty() { Outcome::Clean } else { Outcome::Failed })
    }
}

fn list(source: &Source, settings: &Settings, config: usize) -> replylint::error::Result<Listed> {
    let path = Path::new(source.name());
    let says = settings.for_file(config, path);
    let reading = says.reading(source);
    let fields = Document::fields(source, &reading).map_err(|fault| unreadable(source, &fault))?;
    let local = settings.local(config, path).unwrap_or_else(|| source.name().to_owned());
    Ok(Listed {
        name: source.name().to_owned(),
        format: reading.format.name(),
        configured: says.is_source(),
        table: fields.as_ref().and_then(|fields| config::suggest(&local, fields)),
        fields,
    })
}

fn write(of: &Listed, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let Some(fields) = &of.fields else {
        let (name, format) = (safe(&of.name), of.format);
        return writeln!(
            out,
            "{BOLD}{name}{BOLD:#}: {format}; all of it is a reply but what is quoted, signed or code"
        );
    };
    write!(out, "{BOLD}{}{BOLD:#}: {}", safe(&of.name), of.format)?;
    let replies: usize = fields.of_role(Role::Reply).map(|field| field.of_role).sum();
    match (&fields.profile, of.configured) {
        (_, true) => write!(out, ", as the configuration says")?,
        (Some(profile), false) if Profile::named(profile).is_some() => write!(out, ", profile `{}`", safe(profile))?,
        (Some(_), false) => write!(out, ", no known profile, guessed by its names")?,
        (None, false) => write!(out, ", no known profile")?,
    }
    match replies {
        0 => writeln!(out, "; nothing in it is taken for a reply")?,
        1 => writeln!(out, "; 1 string is taken for a reply")?,
        many => writeln!(out, "; {many} strings are taken for replies")?,
    }
    if !fields.fields.is_empty() {
        writeln!(out)?;
    }
    let of_all = |field: &Field| match (field.of_role, field.count) {
        (some, all) if some < all => format!("{some} of {all}"),
        (_, all) => all.to_string(),
    };
    let counts: Vec<String> = fields.fields.iter().map(of_all).collect();
    let counts_width = counts.iter().map(String::len).max().unwrap_or_default();
    let paths: Vec<String> = fields.fields.iter().map(|field| safe(&field.path)).collect();
    let paths_width = paths.iter().map(|path| path.chars().count()).max().unwrap_or_default().min(MAX_PATH);
    for ((field, count), path) in fields.fields.iter().zip(counts).zip(paths) {
        let role = field.role.word();
        let lead = format!("  {role:ROLES$}  {count:counts_width$}  {path:paths_width$}  ");
        let room = width.saturating_sub(lead.chars().count() + 3).max(MIN_SAMPLE);
        let (shown, sign) = cut(&field.sample, room);
        writeln!(out, "{lead}“{}{sign}”", shown.trim_end())?;
    }
    match &of.table {
        _ if of.configured => Ok(()),
        Some(table) => {
            let what = if replies > 0 { "To have it read so" } else { "If its replies are the longest strings" };
            writeln!(out, "\n{what}, write into replylint.toml:\n")?;
            table.lines().try_for_each(|line| writeln!(out, "{}", safe(line)))
        }
        None => writeln!(out, "\nNo string in it is long enough to be a reply."),
    }
}

/// How wide the column of roles is.
const ROLES: usize = 8;

/// How wide the column of paths grows.
const MAX_PATH: usize = 50;

/// So much of a sample is shown in the narrowest terminal.
const MIN_SAMPLE: usize = 20;

fn print_as_json(listed: &[Listed]) -> io::Result<()> {
    #[derive(serde::Serialize)]
    struct Envelope<'a> {
        schema_version: u32,
        tool: wire::Tool,
        files: Vec<wire::Fields<'a>>,
    }
    let files = listed
        .iter()
        .map(|of| wire::Fields {
            path: &of.name,
            format: of.format,
            profile: of.fields.as_ref().and_then(|fields| fields.profile.as_deref()),
            fields: of.fields.iter().flat_map(|fields| &fields.fields).map(wire::Field::from).collect(),
            source: of.table.as_deref(),
        })
        .collect();
    print_json(&Envelope { schema_version: wire::VERSION, tool: wire::Tool::this(), files })
}
