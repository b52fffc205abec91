//! `man`: the pages of the manual.

use super::Stop;
use clap::CommandFactory;
use replylint::error::{Error, nearest};
use replylint::report::Outcome;
use std::io::{self, Write};

/// Print a page of the manual: `replylint man check | man -l -`
#[derive(Debug, clap::Args)]
#[command(display_order = 101, max_term_width = 100)]
pub(super) struct Args {
    /// The command that the page is on; without one, all of them
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

impl Args {
    pub(super) fn run(&self) -> Result<Outcome, Stop> {
        let mut command = super::Args::command();
        command.build();
        let mut of = &command;
        for name in &self.command {
            let names = || of.get_subcommands().map(clap::Command::get_name);
            let next = of.find_subcommand(name).ok_or_else(|| {
                let error = Error::new(format!("there is no command `{name}`"));
                match nearest(name, names()) {
                    Some(near) => error.hint(format!("a similar name exists: `{near}`")),
                    None => error.hint("`replylint help` shows them all"),
                }
            })?;
            of = next;
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(of.clone()).render(&mut page)?;
        io::stdout().write_all(&page)?;
        Ok(Outcome::Clean)
    }
}
