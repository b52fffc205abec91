//! Standard output and error, and what goes to which.

use super::When;
use anstream::{AutoStream, ColorChoice};
use clap::builder::styling;
use replylint::error::Error;
use replylint::finding::Problems;
use replylint::output::{self, Style};
use replylint::source::Source;
use std::io::{self, IsTerminal, Write};

const RED: styling::Style = styling::AnsiColor::BrightRed.on_default().bold();
const CYAN: styling::Style = styling::AnsiColor::BrightCyan.on_default().bold();
pub(super) const BOLD: styling::Style = styling::Style::new().bold();
pub(super) const UNDERLINE: styling::Style = styling::Style::new().underline();

/// Standard output and error, and what they can show.
pub(super) struct Terminal {
    out: ColorChoice,
    err: ColorChoice,
}

impl Terminal {
    pub(super) fn new(when: When) -> Self {
        let choose = |auto: ColorChoice| match (when, forced()) {
            (When::Always, _) => ColorChoice::Always,
            (When::Never, _) => ColorChoice::Never,
            (When::Auto, Some(choice)) => choice,
            (When::Auto, None) => auto,
        };
        Self { out: choose(AutoStream::choice(&io::stdout())), err: choose(AutoStream::choice(&io::stderr())) }
    }

    /// Standard output for text, buffered. Flush it before anything is written to standard error.
    pub(super) fn stdout(&self) -> Box<dyn Write> {
        Box::new(io::BufWriter::with_capacity(64 * 1024, AutoStream::new(io::stdout(), self.out)))
    }

    /// Standard error for text.
    pub(super) fn stderr(&self) -> Box<dyn Write> {
        Box::new(AutoStream::new(io::stderr(), self.err))
    }

    /// How to draw on standard output.
    pub(super) fn style(&self) -> Style {
        Self::drawing(self.out, &io::stdout())
    }

    fn drawing(choice: ColorChoice, stream: &impl IsTerminal) -> Style {
        let color = !matches!(choice, ColorChoice::Never);
        if !stream.is_terminal() {
            return Style { color, ..Style::PLAIN };
        }
        let width = terminal_size::terminal_size().map_or(Style::PLAIN.width, |(width, _)| width.0.into());
        Style { color, unicode: speaks_unicode(), width: width.clamp(60, 120), ..Style::PLAIN }
    }

    /// Tells the user something that is not a result. When even that fails, there is nobody left to tell.
    pub(super) fn note(&self, line: impl std::fmt::Display) {
        let _ = writeln!(AutoStream::new(io::stderr(), self.err), "{line}");
    }

    pub(super) fn error(&self, error: &Error) {
        self.note(format_args!("{RED}error{RED:#}: {}", output::safe(&error.to_string())));
        if let Some(hint) = error.next_step() {
            self.help(hint);
        }
    }

    pub(super) fn help(&self, hint: &str) {
        self.note(format_args!("  {CYAN}help{CYAN:#}: {}", output::safe(hint)));
    }

    /// Shows what is wrong with files, each in its place.
    pub(super) fn problems(&self, sources: &[Source], problems: &[Problems]) {
        let style = Self::drawing(self.err, &io::stderr());
        for of in problems {
            let Some(source) = sources.get(of.source) else { continue };
            for finding in &of.findings {
                self.note(format_args!("{}\n", output::draw(finding, source, style)));
            }
        }
    }
}

/// Standard output for data, buffered: not a byte of it is changed.
pub(super) fn raw_stdout() -> Box<dyn Write> {
    Box::new(io::BufWriter::with_capacity(64 * 1024, io::stdout()))
}

/// A text on one line, cut to so many characters, and the sign that it is cut.
pub(super) fn cut(text: &str, width: usize) -> (String, &'static str) {
    let text: String = output::safe(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = text.chars().take(width).collect();
    let sign = if shown.len() < text.len() { "…" } else { "" };
    (shown, sign)
}

/// What the environment says about colour before anyone asks the terminal. `anstream` knows all but FORCE_COLOR.
fn forced() -> Option<ColorChoice> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return Some(ColorChoice::Never);
    }
    let force = set("FORCE_COLOR")?;
    Some(if force == "0" || force == "false" { ColorChoice::Never } else { ColorChoice::Always })
}

/// Whether the locale is a UTF-8 one, as the C library would decide.
fn speaks_unicode() -> bool {
    let value =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    value.is_some_and(|locale| locale.to_ascii_lowercase().replace('-', "").contains("utf8"))
}
