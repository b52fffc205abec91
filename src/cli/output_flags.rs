//! The flags that say how findings are printed, and to where.

use super::config_flags::Settings;
use clap::ValueEnum;
use replylint::error::{Error, Result};
use replylint::output::Output;
use replylint::toml_file::similar;

/// How findings are printed.
#[derive(Debug, clap::Args)]
pub(super) struct OutputFlags {
    /// How to print findings [default: full]
    #[arg(long, value_enum, value_name = "FORMAT")]
    output_format: Option<OutputFormat>,
    /// Count the findings of each rule instead of showing them
    #[arg(long)]
    statistics: bool,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum OutputFormat {
    /// The lines of a finding, with a reason and rewrites
    #[default]
    Full,
    /// One line for each: path:line:column: severity[rule] message
    Concise,
    /// One JSON object
    Json,
    /// JSON Lines: one for each finding, and one for the sums
    Jsonl,
}

impl OutputFlags {
    pub(super) fn output(&self, settings: &mut Settings) -> Result<Output> {
        match self.output_format.or_else(|| configured(settings)).unwrap_or_default() {
            OutputFormat::Full | OutputFormat::Concise if self.statistics => Ok(Output::Statistics),
            _ if self.statistics => Err(Error::new("`--statistics` is a table for people")
                .hint("leave it out: `summary.by_rule` in JSON holds the same counts")),
            OutputFormat::Full => Ok(Output::Full),
            OutputFormat::Concise => Ok(Output::Concise),
            OutputFormat::Json => Ok(Output::Json),
            OutputFormat::Jsonl => Ok(Output::Jsonl),
        }
    }
}

/// The format that the configuration names.
fn configured(settings: &mut Settings) -> Option<OutputFormat> {
    let named = settings.run().output_format()?.clone();
    let format = OutputFormat::from_str(&named.text, false).ok();
    if format.is_none() {
        let formats: Vec<_> = OutputFormat::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect();
        let near = similar(&named.text, formats.iter().map(|format| format.get_name()));
        settings.problem(named.place, format!("there is no output format `{}`{near}", named.text));
    }
    format
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_has_the_formats() {
        let schema: serde_json::Value = serde_json::from_str(replylint::config::SCHEMA).expect("JSON");
        let formats = OutputFormat::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let formats: serde_json::Value = formats.map(|format| format.get_name().to_owned()).collect();
        assert_eq!(schema["properties"]["output-format"]["enum"], formats);
    }
}
