//! What a library of replies says twice, and where it contradicts itself.
//!
//! Replies are compared by their words, folded, with greeting and sign-off left out and each placeholder one word, whatever its name.
//! Two readings come of it: replies that say nearly the same in nearly the same words ([`Alike`]), which might be one; and sentences that
//! say the same but for a figure or a “not” ([`AtOdds`]). The second is an accusation, so it is made only where sentences
//! stand on their own and their replies do not tell of different things.
//!
//! Time is nearly linear in the replies, and neither their order nor the number of threads matters.

mod alike;
mod claim;
mod figure;
mod reader;
#[cfg(test)]
mod tests;

use crate::segment;
use crate::source::Span;
use claim::Claim;
pub use reader::Reader;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// A reply as it is compared.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What it stands in: the versions of one macro, such as its text and its HTML, share one and are not compared.
    home: u64,
    /// What its reader sees, without greeting and sign-off; placeholders as they are written.
    text: Box<str>,
    words: Vec<Word>,
    /// A number for its words without figures and little words: replies that share it differ in nothing else.
    frame: u64,
    /// How many words in it deny something.
    denials: u32,
    /// Numbers for the names in it, sorted.
    names: Vec<u64>,
    claims: Vec<Claim>,
}

/// A word, a figure or a placeholder.
#[derive(Clone, Copy, Debug)]
struct Word {
    /// The same for all that is read as the same word.
    key: u64,
    /// Where it stands in the text, half-open, in bytes.
    start: u32,
    end: u32,
}

/// Replies to compare, in bounded memory.
#[derive(Debug, Default)]
pub struct Library {
    replies: Vec<Reply>,
    bytes: usize,
    left_out: usize,
}

/// What comparing found. Replies are known by the order in which they were added, from 0.
#[derive(Debug, Default)]
pub struct Likeness {
    /// Replies that say nearly the same, largest group first. No reply is in two of them.
    pub alike: Vec<Alike>,
    /// Sentences that contradict each other; those that most replies share first.
    pub at_odds: Vec<AtOdds>,
    /// How many replies were compared.
    pub compared: usize,
    /// How many there was no room for.
    pub left_out: usize,
}

/// Replies that say nearly the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// The replies, in order: at least two.
    pub replies: Vec<usize>,
    /// The first of them and the one that differs most from it, or is the next where none differs; what differs is marked.
    pub pair: [Passage; 2],
    /// How much of their words those two share, in percent. They may differ in marks and capitals at 100.
    pub percent: u32,
}

/// A sentence that is said in several ways which cannot all be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtOdds {
    /// In what they differ.
    pub over: Over,
    /// The ways: at least two, that of most replies first.
    pub sides: Vec<Side>,
}

/// In what sentences differ that are at odds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Over {
    /// One says that something is so, one that it is not.
    Denial,
    /// A time, an amount, a number or an address.
    Figure,
}

/// One way to say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The replies that say so, in order.
    pub replies: Vec<usize>,
    /// The sentence as the first of them has it. What the first other side says differently is marked.
    pub sentence: Passage,
}

/// A stretch of a reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// The reply that it is taken from.
    pub reply: usize,
    /// What it says.
    pub text: String,
    /// What of it differs, in bytes of the text, in order and apart.
    pub marks: Vec<Span>,
}

/// So many replies are compared; the rest is counted.
const MAX_REPLIES: usize = 50_000;
/// So much text is held, in bytes.
const MAX_BYTES: usize = 32 << 20;

impl Library {
    /// Takes in a reply, if there is room; says whether there was.
    pub fn add(&mut self, reply: Reply) -> bool {
        let has_room =
            self.left_out == 0 && self.replies.len() < MAX_REPLIES && self.bytes + reply.text.len() <= MAX_BYTES;
        if has_room {
            self.bytes += reply.text.len();
            self.replies.push(reply);
        } else {
            self.left_out += 1;
        }
        has_room
    }

    /// Compares all of them.
    pub fn compare(&self) -> Likeness {
        let replies = &self.replies;
        // By their words: in this order, what is found does not depend on the one in which they came.
        let mut order: Vec<usize> = (0..replies.len()).collect();
        order.sort_by(|&a, &b| {
            let keys = |reply: usize| replies[reply].words.iter().map(|word| word.key);
            keys(a).cmp(keys(b)).then_with(|| replies[a].text.cmp(&replies[b].text)).then(a.cmp(&b))
        });
        Likeness {
            alike: alike::find(replies, &order),
            at_odds: claim::find(replies, &order),
            compared: replies.len(),
            left_out: self.left_out,
        }
    }
}

impl Likeness {
    /// The same without any words of replies.
    #[must_use]
    pub fn redacted(mut self) -> Self {
        let pairs = self.alike.iter_mut().flat_map(|alike| &mut alike.pair);
        let sentences = self.at_odds.iter_mut().flat_map(|odds| &mut odds.sides).map(|side| &mut side.sentence);
        for passage in pairs.chain(sentences) {
            *passage = Passage { reply: passage.reply, ..Passage::default() };
        }
        self
    }
}

impl Reply {
    /// Some of its words as a passage, on which those marked `true` differ.
    fn passage(&self, reply: usize, words: Range<usize>, differs: &[bool]) -> Passage {
        let words = &self.words[words];
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return Passage { reply, ..Passage::default() };
        };
        // A sentence is shown with its brackets and its full stop.
        let (before, behind) = (&self.text[..first.start as usize], &self.text[last.end as usize..]);
        let start = before.trim_end_matches(['(', '[', '“', '"', '‘', '\'']).len();
        let end = self.text.len() - behind.trim_start_matches(['.', '!', '?', ')', ']', '”', '"', '’', '\'']).len();
        let mut marks: Vec<Span> = Vec::new();
        let mut joined = false;
        for (word, &differs) in words.iter().zip(differs) {
            let span = Span::new(word.start as usize - start, word.end as usize - start);
            match marks.last_mut() {
                Some(before) if joined && differs => before.end = span.end,
                _ if differs => marks.push(span),
                _ => {}
            }
            joined = differs;
        }
        Passage { reply, text: self.text[start..end].to_owned(), marks }
    }
}

/// Two stretches of words, side by side.
struct Comparison {
    /// How many words they share, in the same order.
    shared: usize,
    /// Which words of each are not shared.
    differs: [Vec<bool>; 2],
}

impl Comparison {
    fn of(a: &[Word], b: &[Word]) -> Self {
        let keys = |words: &[Word]| words.iter().map(|word| word.key).collect::<Vec<_>>();
        let (left, right) = (keys(a), keys(b));
        let swapped = right < left;
        let [first, second] = if swapped { [&right, &left] } else { [&left, &right] };
        let mut shared = 0;
        let mut differs = [vec![true; first.len()], vec![true; second.len()]];
        for op in capture_diff_slices(Algorithm::Myers, first, second) {
            if let DiffOp::Equal { old_index, new_index, len } = op {
                shared += len;
                differs[0][old_index..old_index + len].fill(false);
                differs[1][new_index..new_index + len].fill(false);
            }
        }
        if swapped {
            differs.reverse();
        }
        Self { shared, differs }
    }

    /// How much of the words is shared, in percent, rounded down.
    fn percent(&self) -> u32 {
        let all = self.differs[0].len() + self.differs[1].len();
        (200 * self.shared).checked_div(all).unwrap_or(100) as u32
    }
}

/// A number for a word.
fn hash(bytes: &[u8]) -> u64 {
    mixed(segment::hash(bytes.iter().copied()))
}

/// A number for numbers in a row.
fn hash_all(numbers: impl IntoIterator<Item = u64>) -> u64 {
    numbers.into_iter().fold(0, |h, number| mixed(h.rotate_left(5) ^ number))
}

/// The same number with all of its bits in every bit.
fn mixed(mut h: u64) -> u64 {
    h = (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    h = (h ^ (h >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^ (h >> 33)
}
