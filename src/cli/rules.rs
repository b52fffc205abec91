//! `rules`: the rules there are, and whether their examples hold.

use super::rule_flags::{RuleFiles, invalid, print_as_json};
use super::terminal::Terminal;
use super::{Listing, Stop};
use replylint::output::{self, safe};
use replylint::report::{Count, Outcome};
use replylint::rule::Rule;
use replylint::ruleset::Ruleset;
use replylint::trial::{self, Coverage};
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the rules
    List(List),
    /// Run the examples of rules
    Test(Test),
}

#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
struct List {
    /// How to print them
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output_format: Listing,
    #[command(flatten)]
    files: RuleFiles,
}

#[derive(Debug, clap::Args)]
#[command(max_term_width = 100)]
struct Test {
    /// Rule files whose examples to run; without any, those of the built-in rules
    #[arg(value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Tell how much of the wording the examples spell out, and list what only follows from them
    #[arg(long)]
    coverage: bool,
    #[command(flatten)]
    files: RuleFiles,
}

impl Args {
    pub(super) fn run(self, terminal: &Terminal) -> Result<Outcome, Stop> {
        match self.command {
            Command::List(args) => args.run(terminal),
            Command::Test(args) => args.run(terminal),
        }
    }
}

impl List {
    fn run(&self, terminal: &Terminal) -> Result<Outcome, Stop> {
        let ruleset = self.files.load(terminal)?;
        let rules: Vec<&Rule> = ruleset.rules_in_use().map(AsRef::as_ref).collect();
        let mut out = terminal.stdout();
        match self.output_format {
            Listing::Json => print_as_json(&rules)?,
            Listing::Text => {
                let width = rules.iter().map(|rule| safe(&rule.id).chars().count()).max().unwrap_or_default();
                for rule in rules {
                    let (id, severity, title) = (safe(&rule.id), rule.severity.word(), safe(&rule.title));
                    writeln!(out, "{id:width$}  {severity:7}  {title}")?;
                }
            }
        }
        out.flush()?;
        Ok(Outcome::Clean)
    }
}

impl Test {
    fn run(mut self, terminal: &Terminal) -> Result<Outcome, Stop> {
        self.files.rules.append(&mut self.paths);
        let mut sources = self.files.sources()?;
        let tested = trial::run(&sources, self.files.no_default_rules).map_err(|problems| {
            terminal.problems(&sources, &problems);
            invalid(&problems, "the rule files")
        })?;
        if sources.is_empty() {
            sources.push(Ruleset::builtin_source());
        }
        let mut out = terminal.stdout();
        for of in &tested.failures {
            let Some(source) = sources.get(of.source) else { continue };
            for failure in &of.findings {
                writeln!(out, "{}\n", output::draw(failure, source, terminal.style()))?;
            }
        }
        if self.coverage {
            let Coverage { alternatives, derived, unreached } = &tested.coverage;
            for (places, why) in [(unreached, "no example reaches it"), (derived, "it follows from an example")] {
                for place in places {
                    let Some(source) = sources.get(place.file) else { continue };
                    let at = source.position(place.start);
                    let text = source.slice((place.start..place.end).into());
                    writeln!(out, "{}:{}:{}: {why}: {}", safe(source.name()), at.line, at.column, safe(text))?;
                }
            }
            out.flush()?;
            let spelled = alternatives - derived.len() - unreached.len();
            terminal.note(format_args!(
                "{}: {spelled} spelled out by examples, {} following from them, {} out of reach.",
                Count(*alternatives, "alternative"),
                derived.len(),
                unreached.len(),
            ));
        }
        out.flush()?;
        let failures: usize = tested.failures.iter().map(|of| of.findings.len()).sum();
        let (rules, examples) = (Count(tested.rules, "rule"), Count(tested.examples, "example"));
        if failures == 0 {
            terminal.note(format_args!("All examples hold: {rules}, {examples}."));
            return Ok(Outcome::Clean);
        }
        terminal.note(format_args!("{}: {rules}, {examples}.", Count(failures, "failure")));
        Ok(Outcome::Found)
    }
}
