//! `--interactive`: findings one by one, each mended or left as the answers say.

use super::paths::absolute;
use super::replace::{Held, create};
use super::terminal::Terminal;
use replylint::config::{self, Ignore, Layer};
use replylint::error::{Error, Result};
use replylint::finding::{By, Edit, Finding, Fingerprint, Suggestion, Suppressed};
use replylint::fix::{self, Made, Reviewer};
use replylint::output::{self, MAX_SUGGESTIONS};
use replylint::rule::Applicability;
use replylint::source::Source;
use replylint::suppression::Parted;
use std::collections::HashMap;
use std::io::{self, BufRead, Write};
use std::path::Path;

/// Questions on standard output and answers from standard input.
pub(super) struct Conversation<'t> {
    terminal: &'t Terminal,
    /// What the answers have let stand.
    ignores: Vec<Ignore>,
    /// Whether the answers have ended it.
    pub(super) over: bool,
}

/// A file that was gone through.
pub(super) struct Mended {
    /// The file as it is to be.
    pub(super) source: Source,
    /// What was left in it, and what may stand; some of that because of the answers.
    pub(super) found: Parted,
    pub(super) made: Vec<Made>,
    /// Why the next question could not be asked, if that is so.
    pub(super) unasked: Option<Error>,
}

/// What is to be done about a finding.
enum Choice {
    Take(Suggestion),
    Skip,
    Ignore(String),
    Quit,
}

const HELP: &str = "\
  1, 2, 3  take that rewrite; what stands in {braces} is asked for
  e        write it in your own words
  s        leave it for now; an empty answer does the same
  i        let it stand, here and from now on, for a reason that is written into the configuration
  q        stop here; what was taken is kept
";

impl<'t> Conversation<'t> {
    pub(super) fn new(terminal: &'t Terminal) -> Self {
        Self { terminal, ignores: Vec::new(), over: false }
    }

    /// Goes through the findings of a file. After each rewrite the file is checked again. What is to stand is written into `config`.
    pub(super) fn review(&mut self, source: &Source, config: &Path, reviewer: &dyn Reviewer) -> Result<Mended> {
        let mut mended = Mended { source: source.clone(), found: Parted::default(), made: Vec::new(), unasked: None };
        let root = absolute(Path::new(source.name()))?;
        let mut left: HashMap<Fingerprint, usize> = HashMap::new();
        loop {
            let document = reviewer.read(&mended.source)?;
            let mut found = reviewer.check(&mended.source, &document);
            self.part(&mut found, &root);
            let mut seen: HashMap<Fingerprint, usize> = HashMap::new();
            let next = found.open.iter().find(|finding| {
                let count = seen.entry(finding.fingerprint).or_default();
                *count += 1;
                *count > left.get(&finding.fingerprint).copied().unwrap_or_default()
            });
            let Some(finding) = next.filter(|_| !self.over) else {
                mended.found = found;
                return Ok(mended);
            };
            let finding = finding.clone();
            // Where nobody can be asked any more, what was taken is kept.
            let choice = self.ask(&finding, &mended.source).unwrap_or_else(|error| {
                mended.unasked = Some(Error::new(format!("cannot ask: {error}")));
                Choice::Quit
            });
            let outcome = match choice {
                Choice::Skip => None,
                Choice::Quit => {
                    self.over = true;
                    None
                }
                Choice::Ignore(reason) => match self.remember(&finding, &root, config, &reason) {
                    Ok(()) => continue,
                    Err(error) => {
                        self.terminal.error(&error);
                        None
                    }
                },
                Choice::Take(suggestion) => {
                    let taken = fix::take(&mended.source, &document, &finding, suggestion, reviewer);
                    if taken.is_none() {
                        self.terminal.note("note: not written");
                        self.terminal.help("the file has no safe way to hold these words; change it by hand");
                    }
                    taken
                }
            };
            drop(document);
            match outcome {
                Some((next, made)) => {
                    mended.source = next;
                    mended.made.push(made);
                }
                None => *left.entry(finding.fingerprint).or_default() += 1,
            }
        }
    }

    /// Has those findings stand in a file, whose path is absolute, of which the answers have said so.
    fn part(&self, found: &mut Parted, file: &Path) {
        for finding in std::mem::take(&mut found.open) {
            match self.ignores.iter().find(|ignore| ignore.covers(file, &finding)) {
                Some(ignore) => {
                    let reason = ignore.reason.clone();
                    found.suppressed.push(Suppressed { finding, by: By::Config, reason });
                }
                None => found.open.push(finding),
            }
        }
        found.suppressed.sort_by_key(|suppressed| suppressed.finding.span);
    }

    /// Writes into a configuration that a finding may stand in a file, whose path is absolute.
    fn remember(&mut self, finding: &Finding, file: &Path, config: &Path, reason: &str) -> Result<()> {
        let shown = config.display();
        let folder = absolute(config)?.parent().map(Path::to_owned).unwrap_or_default();
        let Some(path) = config::local(file, &folder) else {
            return Err(Error::new(format!("cannot say so in `{shown}`: the file lies outside of its folder"))
                .hint("an `[[ignore]]` table in a configuration above the file can say it"));
        };
        let before = if config.exists() { Some((Held::at(config), Source::read(config)?)) } else { None };
        let mut text = before.as_ref().map_or_else(String::new, |(_, before)| before.text().to_owned());
        if !text.is_empty() {
            text += if text.ends_with('\n') { "\n" } else { "\n\n" };
        }
        text += &config::ignore_table(finding.in_reply(), &path, reason);
        let mut problems = Vec::new();
        let after = Source::new(shown.to_string(), text.as_str());
        let layer = Layer::read(&after, 0, &folder, &mut problems);
        let Some(layer) = layer.filter(|_| problems.is_empty()) else {
            return Err(Error::new(format!(
                "cannot write `{shown}`: an `[[ignore]]` table at its end would be a fault"
            ))
            .hint("write what it ignores as `[[ignore]]` tables, at its end"));
        };
        match before {
            Some((held, before)) => held.replace(&before.encode(before.text()), &before.encode(&text))?,
            None => create(config, text.as_bytes(), false)?,
        }
        self.ignores.extend(layer.ignores.into_iter().next_back());
        self.terminal.note(format_args!("note: `{}` says so", output::safe(&shown.to_string())));
        Ok(())
    }

    /// Shows a finding and reads what is to be done about it.
    fn ask(&self, finding: &Finding, source: &Source) -> io::Result<Choice> {
        let mut out = self.terminal.stdout();
        writeln!(out, "{}\n", output::draw(finding, source, self.terminal.style()))?;
        let finding = finding.in_reply();
        let rewrites = &finding.suggestions[..finding.suggestions.len().min(MAX_SUGGESTIONS)];
        let take = match rewrites.len() {
            0 => String::new(),
            1 => "1 takes the rewrite, ".to_owned(),
            2 => "1 or 2 takes a rewrite, ".to_owned(),
            n => format!("1 to {n} takes a rewrite, "),
        };
        loop {
            let Some(answer) = self.answer(&format!("{take}e edit, s skip, i ignore, q quit, ? help"), &mut out)?
            else {
                return Ok(Choice::Quit);
            };
            let chosen = answer.parse().ok().and_then(|n: usize| rewrites.get(n.checked_sub(1)?));
            let taken = match answer.as_str() {
                "s" | "" => return Ok(Choice::Skip),
                "q" => return Ok(Choice::Quit),
                "e" => self.own_words(finding, &mut out)?,
                "i" => match self.answer("why it may stand", &mut out)?.filter(|reason| !reason.is_empty()) {
                    Some(reason) => return Ok(Choice::Ignore(reason)),
                    None => None,
                },
                _ => match chosen {
                    Some(rewrite) => self.filled(rewrite, &mut out)?,
                    None => {
                        write!(out, "{HELP}")?;
                        None
                    }
                },
            };
            if let Some(suggestion) = taken {
                return Ok(Choice::Take(suggestion));
            }
        }
    }

    /// A rewrite in words that are typed in, in the place of the first that is offered.
    fn own_words(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<Option<Suggestion>> {
        let Some(words) = self.answer("in your own words", out)?.filter(|words| !words.is_empty()) else {
            return Ok(None);
        };
        let offered = finding.suggestions.first().and_then(|s| s.edits.first());
        let (span, old) = offered.map_or((finding.span, ""), |edit| (edit.span, edit.text.as_str()));
        // What is put between sentences keeps its distance.
        let (start, end) = (&old[..old.len() - old.trim_start().len()], &old[old.trim_end().len()..]);
        let text = if span.is_empty() { format!("{start}{words}{end}") } else { words };
        let title = format!("write `{}`", text.trim());
        Ok(Some(Suggestion { title, applicability: Applicability::Unsafe, edits: vec![Edit { span, text }] }))
    }

    /// A rewrite with its blanks filled in; `None` where one of them is left empty.
    fn filled(&self, rewrite: &Suggestion, out: &mut dyn Write) -> io::Result<Option<Suggestion>> {
        let mut rewrite = rewrite.clone();
        for edit in &mut rewrite.edits {
            while let Some((start, end)) = blank(&edit.text) {
                let Some(words) = self.answer(&edit.text[start + 1..end - 1], out)?.filter(|w| !w.is_empty()) else {
                    return Ok(None);
                };
                // A brace that is typed in is no blank.
                edit.text.replace_range(start..end, &words.replace(['{', '}'], ""));
            }
        }
        Ok(Some(rewrite))
    }

    /// The line that answers a question; `None` at the end of the input.
    fn answer(&self, question: &str, out: &mut dyn Write) -> io::Result<Option<String>> {
        write!(out, "{} > ", output::safe(question))?;
        out.flush()?;
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line)?;
        if read == 0 {
            writeln!(out)?;
        }
        Ok((read > 0).then(|| line.trim().to_owned()))
    }
}

/// The first blank of a rewrite, braces included, in bytes. Double braces are a placeholder of the draft.
fn blank(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    loop {
        let start = from + text[from..].find('{')?;
        let end = start + text[start..].find('}')? + 1;
        let doubled = text[start + 1..].starts_with('{') || text[..start].ends_with('{');
        if !doubled {
            return Some((start, end));
        }
        from = end;
    }
}

#[cfg(test)]
mod tests {
    use super::blank;

    #[test]
    fn blanks_are_not_placeholders() {
        assert_eq!(blank("Write to {{name}} by {day}."), Some((21, 26)));
        assert_eq!(blank("{when}"), Some((0, 6)));
        for text in ["", "{{name}}", "no blank", "half { a", "half } a {"] {
            assert_eq!(blank(text), None, "{text}");
        }
    }
}
