//! The flags that have suggestions written into files.

use replylint::rule::Applicability;

/// Which fixes to make, and whether to write them.
#[derive(Debug, clap::Args)]
pub(super) struct FixFlags {
    /// Write the fixes that change no meaning into the files, and report what is left
    #[arg(long)]
    pub(super) fix: bool,
    /// Fix what changes the tone, too; read it over before you send it
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show what fixes would change, as a diff, and write nothing
    #[arg(long, conflicts_with_all = ["fix", "statistics", "output_format", "redact"])]
    pub(super) diff: bool,
}

impl FixFlags {
    /// How far the suggestions must be trusted that are made, if any are.
    pub(super) fn floor(&self) -> Option<Applicability> {
        let floor = if self.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        (self.fix || self.diff).then_some(floor)
    }
}
