//! The flags that say how findings are printed, and to where.

use super::config_flags::Settings;
use super::output_files::OutputFile;
use super::{AGENTS, variable};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use replylint::error::{Error, Result, nearest};
use replylint::output::Output;
use replylint::toml_file::similar;
use std::path::PathBuf;

/// How findings are printed.
#[derive(Debug, clap::Args)]
pub(super) struct OutputFlags {
    /// How to print findings. The variable REPLYLINT_OUTPUT_FORMAT says the same; without either it is `full`, or `agent` where an
    /// AI agent says that it is one, in AI_AGENT or AGENT
    #[arg(long, value_name = "FORMAT", value_parser = format())]
    output_format: Option<Output>,
    /// Write findings to a file as well, in any of these formats: `sarif=report.sarif`. May be repeated
    #[arg(long, value_name = "FORMAT=PATH", value_parser = format_and_path)]
    output: Vec<(Output, PathBuf)>,
    /// Leave out all words of drafts and customers, in every format: for reports that are passed on
    #[arg(long)]
    pub(super) redact: bool,
    /// Count the findings of each rule instead of showing them
    #[arg(long)]
    statistics: bool,
}

fn format() -> impl TypedValueParser<Value = Output> {
    let names = Output::NAMED.iter().map(|(_, name, about)| PossibleValue::new(*name).help(*about));
    PossibleValuesParser::new(names).map(|name| Output::from_name(&name).unwrap_or(Output::Full))
}

fn format_and_path(text: &str) -> std::result::Result<(Output, PathBuf), String> {
    part(text, Output::NAMED, "sarif=report.sarif")
}

/// A format and the file that a report in it is written to.
pub(super) fn part<F: Copy>(
    text: &str,
    formats: &[(F, &str, &str)],
    example: &str,
) -> std::result::Result<(F, PathBuf), String> {
    let (name, path) = text.split_once('=').ok_or(format!("it is no FORMAT=PATH, such as `{example}`"))?;
    let output = named(name, formats).map_err(|error| match error.next_step() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    })?;
    match path {
        "" => Err(format!("no PATH follows `{name}=`")),
        "-" => Err(format!("standard output has a flag of its own: `--output-format {name}`")),
        path => Ok((output, path.into())),
    }
}

/// The format of a name.
fn named<F: Copy>(name: &str, formats: &[(F, &str, &str)]) -> Result<F> {
    let names = || formats.iter().map(|(_, name, _)| *name);
    let known = formats.iter().find(|(_, known, _)| *known == name);
    known.map(|(format, ..)| *format).ok_or_else(|| {
        let error = Error::new(format!("no format is named `{name}`"));
        match nearest(name, names()) {
            Some(near) => error.hint(format!("a similar name exists: `{near}`")),
            None => error.hint(format!("the formats are: {}", names().collect::<Vec<_>>().join(", "))),
        }
    })
}

impl OutputFlags {
    /// The format of standard output: that of the flag, of the environment, of the configuration, and the one that suits who reads it.
    pub(super) fn output(&self, configured: Option<Output>) -> Result<Output> {
        let output = match (self.output_format, variable(FORMAT)) {
            (Some(output), _) => output,
            (None, Some(name)) => named(&name.to_string_lossy(), Output::NAMED).map_err(|error| {
                let hint = error.next_step().unwrap_or_default().to_owned();
                Error::new(format!("cannot heed {FORMAT}: {error}")).hint(hint)
            })?,
            (None, None) => configured.unwrap_or_else(|| match AGENTS.iter().any(|name| variable(name).is_some()) {
                true => Output::Agent,
                false => Output::Full,
            }),
        };
        match self.output_format {
            Some(asked) if self.statistics && !asked.is_for_people() => {
                Err(Error::new("`--statistics` is a table for people")
                    .hint("leave it out: `summary.by_rule` in JSON holds the same counts"))
            }
            _ if self.statistics => Ok(Output::Statistics),
            _ => Ok(output),
        }
    }

    /// The files that are written beside it.
    pub(super) fn files(&self) -> Result<Vec<OutputFile<Output>>> {
        OutputFile::open(&self.output)
    }
}

/// The variable that names a format.
const FORMAT: &str = "REPLYLINT_OUTPUT_FORMAT";

/// The format that the configuration of the run names.
pub(super) fn configured(settings: &mut Settings) -> Option<Output> {
    let named = settings.run().output_format()?.clone();
    let output = Output::from_name(&named.text);
    if output.is_none() {
        let near = similar(&named.text, Output::NAMED.iter().map(|(_, name, _)| *name));
        settings.problem(named.place, format!("there is no output format `{}`{near}", named.text));
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_has_the_formats() {
        let schema: serde_json::Value = serde_json::from_str(replylint::config::SCHEMA).expect("JSON");
        let formats: Vec<_> = Output::NAMED.iter().map(|(_, name, _)| *name).collect();
        assert_eq!(schema["properties"]["output-format"]["enum"], serde_json::json!(formats));
    }
}
