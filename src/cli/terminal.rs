//! Standard output and error, and what goes to which.

use super::{AGENTS, When, variable};
use anstream::{AutoStream, ColorChoice};
use clap::builder::styling;
use replylint::error::Error;
use replylint::finding::Problems;
use replylint::output::{self, Style, wire};
use replylint::source::Source;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

const RED: styling::Style = styling::AnsiColor::BrightRed.on_default().bold();
const CYAN: styling::Style = styling::AnsiColor::BrightCyan.on_default().bold();
pub(super) const BOLD: styling::Style = styling::Style::new().bold();
pub(super) const UNDERLINE: styling::Style = styling::Style::new().underline();

/// Standard output and error, and what they can show.
pub(super) struct Terminal {
    out: ColorChoice,
    err: ColorChoice,
    verbosity: Verbosity,
}

/// How much is said beside results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verbosity {
    /// What went wrong.
    Quiet,
    /// And what one should know.
    Normal,
    /// And how it was done.
    Verbose,
}

impl Terminal {
    pub(super) fn new(when: When, verbosity: Verbosity) -> Self {
        let choose = |auto: ColorChoice| match (when, forced()) {
            (When::Always, _) => ColorChoice::Always,
            (When::Never, _) => ColorChoice::Never,
            (When::Auto, Some(choice)) => choice,
            (When::Auto, None) => auto,
        };
        let (out, err) = (AutoStream::choice(&io::stdout()), AutoStream::choice(&io::stderr()));
        Self { out: choose(out), err: choose(err), verbosity }
    }

    /// Standard output for text, buffered. Flush it before anything is written to standard error.
    pub(super) fn stdout(&self) -> Box<dyn Write> {
        buffered(AutoStream::new(io::stdout(), self.out))
    }

    /// Standard error for text.
    pub(super) fn stderr(&self) -> Box<dyn Write> {
        Box::new(AutoStream::new(io::stderr(), self.err))
    }

    /// How to draw on standard output.
    pub(super) fn style(&self) -> Style {
        // What links are written in is taken out with the colours.
        let links =
            !matches!(self.out, ColorChoice::Never) && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
        Style { links: links.then_some(address), ..Self::drawing(self.out, &io::stdout()) }
    }

    fn drawing(choice: ColorChoice, stream: &impl IsTerminal) -> Style {
        let color = !matches!(choice, ColorChoice::Never);
        let is_terminal = stream.is_terminal();
        let asked = || variable("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
        let seen = || is_terminal.then(terminal_size::terminal_size).flatten().map(|(width, _)| width.0.into());
        let width = asked().or_else(seen).unwrap_or(Style::PLAIN.width);
        let unicode = is_terminal && speaks_unicode();
        Style { terminal: is_terminal, color, unicode, width: width.clamp(60, 120), ..Style::PLAIN }
    }

    /// Writes a line to standard error where so much is to be said. When even that fails, there is nobody left to tell.
    fn say(&self, at: Verbosity, line: impl Display) {
        if self.verbosity >= at {
            let _ = writeln!(AutoStream::new(io::stderr(), self.err), "{line}");
        }
    }

    /// Tells the user something that is not a result.
    pub(super) fn note(&self, line: impl Display) {
        self.say(Verbosity::Normal, line);
    }

    /// Tells the user why a run failed, where no error does.
    pub(super) fn failure(&self, line: impl Display) {
        self.say(Verbosity::Quiet, line);
    }

    /// Tells the user what to do about it.
    pub(super) fn help(&self, hint: &str) {
        self.note(hinted(hint));
    }

    /// Tells a curious user how something is done.
    pub(super) fn detail(&self, line: impl Display) {
        self.say(Verbosity::Verbose, line);
    }

    pub(super) fn error(&self, error: &Error) {
        self.say(Verbosity::Quiet, format_args!("{RED}error{RED:#}: {}", output::safe(&error.to_string())));
        if let Some(hint) = error.next_step() {
            self.say(Verbosity::Quiet, hinted(hint));
        }
    }

    /// Whether a person is watching standard error, who may like to know how far a run has come.
    pub(super) fn is_watched(&self) -> bool {
        let others = AGENTS.iter().chain(&["CI"]).any(|name| variable(name).is_some());
        let is_dumb = variable("TERM").is_some_and(|term| term == "dumb");
        self.verbosity == Verbosity::Normal && io::stderr().is_terminal() && !others && !is_dumb
    }

    /// Shows what is wrong with files, each in its place.
    pub(super) fn problems(&self, sources: &[Source], problems: &[Problems]) {
        let style = Self::drawing(self.err, &io::stderr());
        for of in problems {
            let Some(source) = sources.get(of.source) else { continue };
            for finding in &of.findings {
                self.say(Verbosity::Quiet, format_args!("{}\n", output::draw(finding, source, style)));
            }
        }
    }
}

/// Standard output for data, buffered: not a byte of it is changed.
pub(super) fn raw_stdout() -> Box<dyn Write> {
    buffered(io::stdout())
}

/// Writes an answer for programs.
pub(super) fn print_json(answer: &impl serde::Serialize) -> io::Result<()> {
    let mut out = raw_stdout();
    wire::write(&mut out, answer)?;
    out.flush()
}

/// On a terminal, whole lines are written at once, so that what else is shown there stands between them.
fn buffered(out: impl Write + 'static) -> Box<dyn Write> {
    const CAPACITY: usize = 64 * 1024;
    match io::stdout().is_terminal() {
        true => Box::new(io::LineWriter::with_capacity(CAPACITY, out)),
        false => Box::new(io::BufWriter::with_capacity(CAPACITY, out)),
    }
}

/// A stream whose reader may go before there is nothing left to do. What is written to it then goes nowhere.
pub(super) fn unattended<'w>(out: Box<dyn Write + 'w>) -> Box<dyn Write + 'w> {
    Box::new(Unattended { out, is_gone: false })
}

struct Unattended<W> {
    out: W,
    is_gone: bool,
}

impl<W: Write> Unattended<W> {
    fn heed<T>(&mut self, done: io::Result<T>, nothing: T) -> io::Result<T> {
        match done {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_gone = true;
                Ok(nothing)
            }
            done => done,
        }
    }
}

impl<W: Write> Write for Unattended<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_gone {
            return Ok(bytes.len());
        }
        let done = self.out.write(bytes);
        self.heed(done, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = if self.is_gone { Ok(()) } else { self.out.flush() };
        self.heed(done, ())
    }
}

/// The next step to take, below what makes it needed.
fn hinted(hint: &str) -> impl Display {
    format!("  {CYAN}help{CYAN:#}: {}", output::safe(hint))
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
    if variable("NO_COLOR").is_some() {
        return Some(ColorChoice::Never);
    }
    let force = variable("FORCE_COLOR")?;
    Some(if force == "0" || force == "false" { ColorChoice::Never } else { ColorChoice::Always })
}

/// Whether the locale is a UTF-8 one, as the C library would decide.
fn speaks_unicode() -> bool {
    let value = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name)?.into_string().ok());
    value.is_some_and(|locale| locale.to_ascii_lowercase().replace('-', "").contains("utf8"))
}

/// The address of a file on this machine.
fn address(path: &str) -> Option<String> {
    let path = std::path::absolute(path).ok()?;
    Some(format!("file://{}", output::uri_path(path.to_str()?)))
}
