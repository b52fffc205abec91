//! The flags that have suggestions written into files.

use super::inputs::Paths;
use super::terminal::Terminal;
use replylint::error::{Error, Result};
use replylint::output;
use replylint::report::Checked;
use replylint::rule::Applicability;

/// Which fixes to make, and whether to write them.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Fixes")]
pub(super) struct FixFlags {
    /// Write the fixes that change no meaning into the files, and report what is left. For `-`, the fixed text goes to standard
    /// output and what is left to standard error
    #[arg(long)]
    pub(super) fix: bool,
    /// Fix what changes the tone, too; read it over before you send it
    #[arg(long)]
    unsafe_fixes: bool,
    /// Write fixes, and neither report what is left nor exit with 1 for it
    #[arg(long, conflicts_with_all = ["diff", "statistics", "output_format"])]
    pub(super) fix_only: bool,
    /// Say on standard error which fixes were made, and where
    #[arg(long)]
    show_fixes: bool,
    /// Show what fixes would change, as a diff, and write nothing
    #[arg(long, conflicts_with_all = ["fix", "statistics", "output_format"])]
    pub(super) diff: bool,
    /// Show the findings one by one, and take a rewrite, words of your own, or none
    #[arg(short, long, conflicts_with_all = ["fix", "fix_only", "diff", "unsafe_fixes", "statistics", "output_format"])]
    pub(super) interactive: bool,
}

impl FixFlags {
    /// How far the suggestions must be trusted that are made, if any are.
    pub(super) fn floor(&self) -> Option<Applicability> {
        let floor = if self.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        (self.writes() || self.diff).then_some(floor)
    }

    /// Whether fixes are written without asking.
    pub(super) fn writes(&self) -> bool {
        self.fix || self.fix_only
    }

    /// Makes sure that the flags go together.
    pub(super) fn fit(&self, paths: &Paths) -> Result<()> {
        if self.show_fixes && self.floor().is_none() {
            return Err(Error::new("`--show-fixes` shows what is fixed, and nothing is").hint("add `--fix`"));
        }
        if self.interactive && paths.check_stdin() {
            return Err(Error::new("`--interactive` reads answers from standard input, which is to be checked")
                .hint("name the file"));
        }
        Ok(())
    }

    /// Says which fixes were made, if that is asked for.
    pub(super) fn show(&self, checked: &Checked, terminal: &Terminal) {
        for made in checked.fixed.iter().filter(|_| self.show_fixes) {
            let (name, rule) = (output::safe(checked.source.name()), output::safe(&made.rule.id));
            let title = output::safe(&made.title);
            terminal.note(format_args!("{name}:{}:{}: fixed[{rule}] {title}", made.at.line, made.at.column));
        }
    }
}
