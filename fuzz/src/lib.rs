//! What the targets share. The properties are those of the tests, in `tests/it/sound.rs`.

#[path = "../../tests/it/sound.rs"]
pub mod sound;

use replylint::document::{Format, Mode, Reading};
use replylint::linter::Linter;
use replylint::ruleset::Ruleset;
use replylint::source::Source;
use std::sync::LazyLock;

/// A linter with the rules that are built in.
pub static LINTER: LazyLock<Linter> = LazyLock::new(|| Linter::new(Ruleset::builtin()));

/// What the first byte chooses, and the text that follows. `None` where the bytes are no text that the program reads.
pub fn chosen(bytes: &[u8]) -> Option<(usize, Source)> {
    let (choice, bytes) = bytes.split_first()?;
    Some((usize::from(*choice), Source::from_bytes("x", bytes.to_vec()).ok()?))
}

/// The way of reading that a number stands for: a format, for a draft or for a text that is kept.
pub fn reading(choice: usize) -> Reading<'static> {
    let formats: Vec<Format> = Format::names().filter_map(Format::named).collect();
    let mode = if choice / formats.len() % 2 == 0 { Mode::Draft } else { Mode::Template };
    Reading { mode, ..formats[choice % formats.len()].into() }
}

/// A file of one rule whose wording is so many templates or expressions.
pub fn rule(kind: &str, wording: &str) -> Source {
    let wording = wording.replace("'''", "");
    let text = format!(
        "[rules.a.b]\ntitle = \"x\"\nwhy = \"x\"\nsource = \"x\"\nno-suggest = \"x\"\n{kind} = ['''{wording}''']\n\
         [rules.a.b.examples]\nfires = [\"x\"]\nquiet = [\"y\"]\n"
    );
    Source::new("rule.toml", text)
}
