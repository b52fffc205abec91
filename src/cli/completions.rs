//! `completions`: what a shell needs to complete commands, flags and the names of rules.

use super::Stop;
use clap::CommandFactory;
use clap::builder::PossibleValuesParser;
use clap_complete::Shell;
use replylint::report::Outcome;
use replylint::rule::Rule;
use replylint::ruleset::Ruleset;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;

/// Print a script that has a shell complete commands, flags and the names of rules
///
/// For bash, `source <(replylint completions bash)` in `~/.bashrc` does it; other shells have a folder for such scripts.
#[derive(Debug, clap::Args)]
#[command(display_order = 100, max_term_width = 100)]
pub(super) struct Args {
    /// Which shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Stop> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut with_rules(), env!("CARGO_PKG_NAME"), &mut script);
        io::stdout().write_all(&script)?;
        Ok(Outcome::Clean)
    }
}

/// The commands, with the ids and categories of the built-in rules where one of them is asked for.
fn with_rules() -> clap::Command {
    let ruleset = Ruleset::builtin();
    let names = |rules: &mut dyn Iterator<Item = &Arc<Rule>>| {
        let names: BTreeSet<_> = rules.flat_map(|rule| [rule.id.to_string(), rule.category().to_owned()]).collect();
        PossibleValuesParser::new(names)
    };
    let (rules, all) = (names(&mut ruleset.rules()), names(&mut ruleset.rules_and_detectors()));
    let mut command = super::Args::command()
        .mut_subcommand("explain", |explain| explain.mut_arg("names", |arg| arg.value_parser(all)));
    for of in ["check", "scan"] {
        for flag in ["select", "extend_select", "ignore"] {
            command = command.mut_subcommand(of, |of| of.mut_arg(flag, |arg| arg.value_parser(rules.clone())));
        }
    }
    command
}
