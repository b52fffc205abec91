//! How far a long run has come: a line on a terminal that is gone before anything else is written.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A run over so much.
pub(super) struct Progress {
    of: Measure,
    /// How much there is; 0 where that is not known.
    total: u64,
    done: AtomicU64,
    found: AtomicU64,
    start: Instant,
    line: Option<Mutex<Line>>,
}

/// What a run goes through.
#[derive(Clone, Copy)]
enum Measure {
    /// Files, in which findings are counted.
    Files,
    /// Bytes, in which replies are counted.
    Bytes,
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
        Self::of(Measure::Files, files as u64, shown)
    }

    /// A run over so many bytes; 0 where that is not known.
    pub(super) fn of_bytes(total: u64, shown: bool) -> Self {
        Self::of(Measure::Bytes, total, shown)
    }

    fn of(of: Measure, total: u64, shown: bool) -> Self {
        let line = shown.then(Mutex::default);
        Self { of, total, done: AtomicU64::new(0), found: AtomicU64::new(0), start: Instant::now(), line }
    }

    /// Another file is done, in which so much was found.
    pub(super) fn step(&self, findings: usize) {
        self.pass(1, findings as u64);
    }

    /// So much more is done, and so much more was found in it.
    pub(super) fn pass(&self, done: u64, found: u64) {
        let done = done + self.done.fetch_add(done, Ordering::Relaxed);
        let found = found + self.found.fetch_add(found, Ordering::Relaxed);
        // Whoever finds another thread drawing has nothing to add.
        let Some(Ok(mut line)) = self.line.as_ref().map(Mutex::try_lock) else { return };
        let elapsed = self.start.elapsed();
        if line.is_due(elapsed) {
            let told = match self.of {
                Measure::Files => format!("checked {done} of {} files, findings: {found}", self.total),
                Measure::Bytes if self.total == 0 => format!("checked {found} replies"),
                Measure::Bytes => format!("checked {found} replies, {} %", 100 * done.min(self.total) / self.total),
            };
            let left = left(done, self.total, elapsed).map_or_else(String::new, |left| format!(", {left} left"));
            write(&format!("{CLEAR}{told}{left}"));
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

/// About how long the rest will take, if the pace stays as it is: `about 2 min`. Nothing is known of it at first.
fn left(done: u64, total: u64, elapsed: Duration) -> Option<String> {
    let rest = total.checked_sub(done).filter(|rest| *rest > 0)?;
    if done == 0 || elapsed < SETTLED {
        return None;
    }
    let seconds = (elapsed.as_secs_f64() * rest as f64 / done as f64).ceil() as u64;
    Some(match seconds {
        0..=90 => format!("about {seconds} s"),
        91..=5400 => format!("about {} min", seconds.div_ceil(60)),
        _ => format!("about {} h", seconds.div_ceil(3600)),
    })
}

/// When the pace of a run says something of its end.
const SETTLED: Duration = Duration::from_secs(2);

/// When even that fails, there is nobody left to tell.
fn write(text: &str) {
    let mut err = io::stderr().lock();
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_needs_a_pace() {
        let after = |seconds| Duration::from_secs(seconds);
        assert_eq!(left(1, 10, after(1)), None);
        assert_eq!(left(0, 10, after(60)), None);
        assert_eq!(left(10, 10, after(60)), None);
        assert_eq!(left(7, 0, after(60)), None);
        assert_eq!(left(1, 10, after(2)).as_deref(), Some("about 18 s"));
        assert_eq!(left(1, 100, after(3)).as_deref(), Some("about 5 min"));
        assert_eq!(left(1, 10_000, after(3)).as_deref(), Some("about 9 h"));
    }

    #[test]
    fn a_line_is_drawn_late_and_seldom() {
        let mut line = Line::default();
        let due: Vec<_> =
            [0, 399, 400, 450, 499, 500, 2000].map(Duration::from_millis).map(|now| line.is_due(now)).into();
        assert_eq!(due, [false, false, true, false, false, true, true]);
        assert!(line.shown);
    }
}
