//! The lines of a stream, some at a time.

use std::io::{self, BufRead, BufReader, Cursor, Read};

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
    /// What was looked at already, and the rest.
    input: BufReader<io::Chain<Cursor<Vec<u8>>, R>>,
    number: usize,
    /// How many bytes were read.
    pub(super) read: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self::after(Vec::new(), input)
    }

    /// What the input begins with: two whole lines at least, however it is cut on its way, unless they are longer than a buffer.
    pub(super) fn begun(mut input: R) -> io::Result<(Vec<u8>, Self)> {
        let mut head = Vec::with_capacity(BUFFER);
        while head.len() < BUFFER && memchr::memchr_iter(b'\n', &head).nth(1).is_none() {
            let room = (BUFFER - head.len()) as u64;
            let mut piece = [0; 64 << 10];
            match (&mut input).take(room).read(&mut piece) {
                Ok(0) => break,
                Ok(read) => head.extend(&piece[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let lines = Self::after(head.clone(), input);
        Ok((head, lines))
    }

    fn after(head: Vec<u8>, input: R) -> Self {
        Self { input: BufReader::with_capacity(BUFFER, Cursor::new(head).chain(input)), number: 0, read: 0 }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Drops<'t>(&'t [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            let take = self.0.len().min(room.len()).min(1);
            room[..take].copy_from_slice(&self.0[..take]);
            self.0 = &self.0[take..];
            Ok(take)
        }
    }

    #[test]
    fn the_beginning_holds_two_lines_however_it_arrives() {
        let text = "{\"a\": 1}\n\n{\"a\": 2}\n{\"a\": 3}";
        let (head, mut lines) = Lines::begun(Drops(text.as_bytes())).expect("memory gives all");
        assert_eq!(head, b"{\"a\": 1}\n\n");
        let mut all = Vec::new();
        while let Some(line) = lines.chunk().expect("memory gives all").first() {
            all.push((line.number, line.text().expect("UTF-8").to_owned()));
        }
        assert_eq!(all, [(1, "{\"a\": 1}".into()), (3, "{\"a\": 2}".into()), (4, "{\"a\": 3}".into())]);
    }
}
