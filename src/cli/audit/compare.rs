//! `audit compare`: what became of the findings of one report in another.

use super::super::terminal::{Terminal, print_json};
use super::super::{Listing, Stop, read};
use replylint::audit::compare::{Changes, Prints};
use replylint::error::{Error, Result};
use replylint::output::{self, wire};
use replylint::report::Outcome;
use std::path::{Path, PathBuf};

/// Tell which findings are fixed, new and unchanged between two reports
///
/// The reports are JSON: of `audit`, or of `check` with `json` or `jsonl`. A finding is the same where the file, the rule and the
/// sentence are. Where a file has findings of a rule in other sentences than before, as many as there were are told as reworded.
#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
pub(super) struct Args {
    /// The earlier report
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The later report
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Exit with 1 where there is a new finding
    #[arg(long)]
    fail_on_new: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output_format: Listing,
}

impl Args {
    pub(super) fn run(&self, terminal: &Terminal) -> std::result::Result<Outcome, Stop> {
        let changes = Changes::between(&prints(&self.old)?, &prints(&self.new)?);
        match self.output_format {
            Listing::Json => print_json(&wire::Comparison::new(&changes))?,
            Listing::Text => output::audit::compared(&changes, terminal.stdout())?,
        }
        if changes.below.is_some() {
            terminal.note("note: a report does not hold all of its findings; the same share of both was compared");
        }
        if changes.share_no_file() {
            terminal.note("note: no file has findings in both reports; run both audits from the same folder");
        }
        Ok(if self.fail_on_new && changes.total.new > 0 { Outcome::Found } else { Outcome::Clean })
    }
}

fn prints(path: &Path) -> Result<Prints> {
    let source = read(path)?;
    wire::prints(source.text()).map_err(|fault| {
        Error::new(format!("`{}` is no report of findings: {fault}", path.display())).hint(
            "`replylint audit PATH --output json=FILE` writes one, as does `replylint check PATH --output-format json`",
        )
    })
}
