//! The lines of a stream, some at a time.

use std::io::{self, BufRead, BufReader, Read};

/// How much is read at a time. What of it is whole lines is worked on before more is read, so that a program may write a line and
/// wait for its answer.
const BUFFER: usize = 1 << 20;

/// A longer line is no reply; it is not held in memory.
const MAX_LINE: usize = 16 << 20;

/// A line of the input. One longer than [`MAX_LINE`] holds only its beginning.
pub(super) struct Line {
    /// From 1.
    pub(super) number: usize,
    bytes: Vec<u8>,
}

impl Line {
    /// What it says, without white space at its ends; else, why it cannot be read.
    pub(super) fn text(&self) -> Result<&str, String> {
        if self.bytes.len() > MAX_LINE {
            return Err(format!("longer than {} MiB", MAX_LINE >> 20));
        }
        let text = str::from_utf8(&self.bytes).map_err(|e| format!("not UTF-8 text (byte {})", e.valid_up_to()))?;
        Ok(if self.number == 1 { text.trim_start_matches('\u{feff}').trim() } else { text.trim() })
    }
}

/// The lines of an input.
pub(super) struct Lines<R> {
    input: BufReader<R>,
    number: usize,
    /// How many bytes were read.
    pub(super) read: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input: BufReader::with_capacity(BUFFER, input), number: 0, read: 0 }
    }

    /// What the input begins with, as far as it has arrived.
    pub(super) fn head(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    /// The next lines that are not blank: as many as have arrived, at least one, none at the end.
    pub(super) fn chunk(&mut self) -> io::Result<Vec<Line>> {
        let mut chunk = Vec::new();
        while chunk.is_empty() || self.input.buffer().contains(&b'\n') {
            let Some(line) = self.line()? else { break };
            if !line.bytes.trim_ascii().is_empty() {
                chunk.push(line);
            }
        }
        Ok(chunk)
    }

    /// All that is left of the input.
    pub(super) fn rest(mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.input.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn line(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        (&mut self.input).take(MAX_LINE as u64 + 1).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        self.read += bytes.len() as u64;
        if bytes.len() > MAX_LINE && !bytes.ends_with(b"\n") {
            self.read += self.input.skip_until(b'\n')? as u64;
        }
        Ok(Some(Line { number: self.number, bytes }))
    }
}
