//! The flags that say how findings are printed, and to where.

use replylint::error::{Error, Result};
use replylint::output::Output;

/// How findings are printed.
#[derive(Debug, clap::Args)]
pub(super) struct OutputFlags {
    /// How to print findings
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output_format: OutputFormat,
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
    pub(super) fn output(&self) -> Result<Output> {
        match self.output_format {
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
