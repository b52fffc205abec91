//! How far a long run has come: a line on a terminal that is gone before anything else is written.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A run over so many files.
pub(super) struct Progress {
    files: usize,
    done: AtomicUsize,
    found: AtomicUsize,
    start: Instant,
    line: Option<Mutex<Line>>,
}

/// What stands on the terminal.
#[derive(Default)]
struct Line {
    shown: bool,
    /// When it was drawn, from the start of the run.
    drawn: Duration,
}

/// A run that is over sooner needs no line.
const DELAY: Duration = Duration::from_millis(400);

/// How long a line stays the same.
const INTERVAL: Duration = Duration::from_millis(100);

/// Back to the start of the line, and nothing on it.
const CLEAR: &str = "\r\x1b[2K";

impl Progress {
    pub(super) fn new(files: usize, shown: bool) -> Self {
        let line = shown.then(Mutex::default);
        Self { files, done: AtomicUsize::new(0), found: AtomicUsize::new(0), start: Instant::now(), line }
    }

    /// Another file is done, in which so much was found.
    pub(super) fn step(&self, findings: usize) {
        let done = 1 + self.done.fetch_add(1, Ordering::Relaxed);
        let found = findings + self.found.fetch_add(findings, Ordering::Relaxed);
        // Whoever finds another thread drawing has nothing to add.
        let Some(Ok(mut line)) = self.line.as_ref().map(Mutex::try_lock) else { return };
        if line.is_due(self.start.elapsed()) {
            write(&format!("{CLEAR}checked {done} of {} files, findings: {found}", self.files));
        }
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        let Some(Ok(mut line)) = self.line.as_ref().map(Mutex::lock) else { return };
        if std::mem::take(&mut line.shown) {
            write(CLEAR);
        }
    }
}

impl Line {
    /// Whether to draw it anew, at a time from the start of the run.
    fn is_due(&mut self, now: Duration) -> bool {
        let is_due = now >= DELAY && now >= self.drawn + INTERVAL;
        if is_due {
            *self = Self { shown: true, drawn: now };
        }
        is_due
    }
}

/// When even that fails, there is nobody left to tell.
fn write(text: &str) {
    let mut err = io::stderr().lock();
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_drawn_late_and_seldom() {
        let mut line = Line::default();
        let due: Vec<_> =
            [0, 399, 400, 450, 499, 500, 2000].map(Duration::from_millis).map(|now| line.is_due(now)).into();
        assert_eq!(due, [false, false, true, false, false, true, true]);
        assert!(line.shown);
    }
}
