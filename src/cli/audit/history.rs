//! The sums of earlier runs: a file to which each run adds a line.

use super::super::paths::{absolute, dotted, parent};
use super::super::terminal::Terminal;
use replylint::audit::trend::Run;
use replylint::error::{Error, Result};
use replylint::output::{safe, wire};
use replylint::report::Count;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What each line begins with.
const START: &[u8] = b"{\"date\":";

/// A history as it was read.
pub(super) struct History {
    file: PathBuf,
    /// The runs that it tells of, the oldest first.
    pub(super) runs: Vec<Run>,
    /// The lines that tell of none: cut short, or not from here. They stay as they are.
    faulty: Vec<usize>,
    /// Whether the last line has no end.
    torn: bool,
}

impl History {
    /// Reads one. It need not be there yet.
    ///
    /// # Errors
    /// When it cannot be read, or could not be written.
    pub(super) fn read(file: &Path) -> Result<Self> {
        let failed = |act: &str, error: &io::Error| Error::io(act, file, error);
        let bytes = match fs::read(file) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound && dotted(parent(file)).is_dir() => Vec::new(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                return Err(failed("write", &e).hint("make the folder first, or choose one that is there"));
            }
            Err(e) => return Err(failed("read", &e)),
        };
        let mut history = Self { file: file.to_owned(), runs: Vec::new(), faulty: Vec::new(), torn: false };
        history.torn = bytes.last().is_some_and(|last| *last != b'\n');
        for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            match wire::Run::read(line) {
                Some(run) => history.runs.push(run),
                None if line.is_empty() => {}
                None => history.faulty.push(number + 1),
            }
        }
        let is_torn = history.torn && bytes.starts_with(START) && history.faulty == [1];
        if !history.faulty.is_empty() && history.runs.is_empty() && !is_torn {
            return Err(Error::new(format!("`{}` is no history of audits", file.display()))
                .hint("name a file that is not there yet, or one that `audit --history` wrote"));
        }
        Ok(history)
    }

    /// Whether a file is the history itself.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        path.file_name() == self.file.file_name() && absolute(path).ok() == absolute(&self.file).ok()
    }

    /// Says which of its lines tell of no run.
    pub(super) fn tell(&self, terminal: &Terminal) {
        let Some(first) = self.faulty.first() else { return };
        let (file, lines) = (safe(&self.file.to_string_lossy()), Count(self.faulty.len(), "line"));
        terminal.note(format_args!("note: {lines} of `{file}` could not be read, the first of them line {first}"));
        terminal.help("a run that was cut short may have left it; it is passed over");
    }

    /// Adds a run. What is there is not written again, so that it cannot be lost.
    pub(super) fn add(&self, run: &Run) -> Result<()> {
        let failed = |error: &io::Error| Error::io("write", &self.file, error);
        let mut file = File::options().append(true).create(true).open(&self.file).map_err(|e| failed(&e))?;
        // A line that a crash has torn gets its end, so that it spoils no other.
        let end = if self.torn { "\n" } else { "" };
        let line = format!("{end}{}\n", wire::Run::new(run).line());
        file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).map_err(|e| failed(&e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use replylint::audit::Audit;
    use replylint::date::Date;

    #[test]
    fn a_torn_line_spoils_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("history.jsonl");
        let run = |seconds| Run::of(&Audit::default(), Date::at(seconds), vec!["macros".into()], "0".into());
        let first = History::read(&path).expect("none yet");
        first.add(&run(0)).expect("added");
        let whole = fs::read(&path).expect("read");
        // Wherever a crash tears the second line, the first and the third are there.
        for cut in 1..whole.len() {
            fs::write(&path, [&whole[..], &whole[..cut]].concat()).expect("written");
            let history = History::read(&path).expect("one line is whole");
            let is_whole = cut == whole.len() - 1;
            assert_eq!((history.runs.len(), history.faulty.len()), if is_whole { (2, 0) } else { (1, 1) }, "{cut}");
            history.add(&run(86_400)).expect("added");
            let runs = History::read(&path).expect("read").runs;
            assert_eq!(runs.first(), Some(&run(0)));
            assert_eq!(runs.last(), Some(&run(86_400)));
        }
    }

    #[test]
    fn what_is_no_history_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("replies.jsonl");
        fs::write(&path, "{\"reply\": \"Thank you.\"}\n").expect("written");
        assert!(History::read(&path).is_err());
        assert!(History::read(&folder.path().join("none/history.jsonl")).is_err());
    }
}
