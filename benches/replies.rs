//! Replies that nobody wrote, to measure with: as many as asked for, the same for the same seed, and hardly two sentences alike.
//!
//! What they say is a grammar, in `replies/grammar.txt`; its first lines tell how it is read.

use std::collections::HashMap;
use std::fmt::Write as _;

const GRAMMAR: &str = include_str!("replies/grammar.txt");

/// How many words are made up, for names and products. Few are met often, and most of them rarely, as in real texts.
const COINED: u64 = 24_000;

/// A reply, and the message it answers.
pub(crate) struct Exchange {
    /// What the customer wrote. It is about the same things, and names the same numbers, as the reply.
    pub(crate) customer: String,
    /// What is answered.
    pub(crate) reply: String,
}

/// All replies that a seed and a share of faults stand for. There is no end to them.
pub(crate) struct Replies {
    grammar: Grammar,
    random: Random,
    /// The share of replies that hold something a reviewer would send back, 0 to 1.
    faults: f64,
}

impl Replies {
    /// The replies of a seed, `faults` of them faulty.
    pub(crate) fn new(seed: u64, faults: f64) -> Self {
        Self { grammar: Grammar::parse(GRAMMAR), random: Random(seed), faults }
    }

    /// A text of at least `bytes` bytes: replies with an empty line between them.
    pub(crate) fn text(&mut self, bytes: usize) -> String {
        let mut out = String::with_capacity(bytes + 4096);
        while out.len() < bytes {
            out += &self.exchange().reply;
            out += "\n\n";
        }
        out
    }

    /// The replies of a `text` of that many bytes as JSON Lines, three in five with the message they answer.
    pub(crate) fn json_lines(&mut self, bytes: usize) -> String {
        let mut out = String::with_capacity(bytes * 3 / 2);
        let (mut length, mut id) = (0, 0_u64);
        while length < bytes {
            let Exchange { customer, reply } = self.exchange();
            length += reply.len() + 2;
            id += 1;
            let _ = write!(out, "{{\"id\":{id},\"reply\":{}", quoted(&reply));
            if id % 5 < 3 {
                let _ = write!(out, ",\"customer\":{}", quoted(&customer));
            }
            out += "}\n";
        }
        out
    }

    fn exchange(&mut self) -> Exchange {
        let faulty = self.random.chance(self.faults);
        let mut author = Author {
            grammar: &self.grammar,
            random: &mut self.random,
            world: 0,
            kept: HashMap::new(),
            last: HashMap::new(),
        };
        author.world = 1 + author.random.index(author.grammar.worlds.len() - 1);
        let exchange = author.written("exchange");
        let (draft, customer) = exchange.split_once(" <= ").expect("an exchange has two sides");
        let reply = author.with_faults(draft, faulty);
        Exchange { customer: customer.to_owned(), reply: typed(reply, &mut self.random) }
    }
}

impl Iterator for Replies {
    type Item = Exchange;

    fn next(&mut self) -> Option<Exchange> {
        Some(self.exchange())
    }
}

/// What is to be written, in the order of the text.
enum Part {
    Text(&'static str),
    /// What a name stands for, drawn anew.
    Draw(&'static str),
    /// What a name stands for, the same throughout an exchange: all of it, or one side of its `=>`.
    Keep(&'static str, Side),
    Number(u64, u64),
    Coined,
    OneOf(Vec<Vec<Part>>),
    Perhaps(Vec<Vec<Part>>),
}

#[derive(Clone, Copy)]
enum Side {
    Whole,
    Left,
    Right,
}

type Rules = HashMap<&'static str, Vec<Vec<Part>>>;

/// The first world is what all others share.
struct Grammar {
    worlds: Vec<Rules>,
}

impl Grammar {
    fn parse(text: &'static str) -> Self {
        let mut worlds = vec![Rules::new()];
        let mut name = "";
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if line.starts_with('[') {
                worlds.push(Rules::new());
            } else if let Some(alternatives) = line.strip_prefix("  ") {
                let rules = worlds.last_mut().expect("there is a first world");
                rules.entry(name).or_default().extend(Self::alternatives(&mut { alternatives }, None));
            } else {
                name = line;
            }
        }
        Self { worlds }
    }

    /// Reads up to `end`, or to the end of the line.
    fn alternatives(rest: &mut &'static str, end: Option<char>) -> Vec<Vec<Part>> {
        let mut all = vec![Vec::new()];
        loop {
            let at = rest.find(['{', '(', ')', '[', ']', '|', '\\']).unwrap_or(rest.len());
            let (text, after) = rest.split_at(at);
            let sequence = all.last_mut().expect("there is a first alternative");
            if !text.is_empty() {
                sequence.push(Part::Text(text));
            }
            let Some(mark) = after.chars().next() else {
                assert!(end.is_none(), "the grammar has `{text}` without its end");
                *rest = after;
                return all;
            };
            *rest = &after[1..];
            match mark {
                '(' => sequence.push(Part::OneOf(Self::alternatives(rest, Some(')')))),
                '[' => sequence.push(Part::Perhaps(Self::alternatives(rest, Some(']')))),
                '|' => all.push(Vec::new()),
                '\\' => {
                    let (escaped, after) = rest.split_at(1);
                    sequence.push(Part::Text(if escaped == "n" { "\n" } else { escaped }));
                    *rest = after;
                }
                '{' => {
                    let (name, after) = rest.split_once('}').expect("a name has its end");
                    sequence.push(Self::slot(name));
                    *rest = after;
                }
                mark => {
                    assert_eq!(end, Some(mark), "the grammar has an end without its beginning at `{text}`");
                    return all;
                }
            }
        }
    }

    fn slot(name: &'static str) -> Part {
        if name == "coined" {
            return Part::Coined;
        }
        if let Some(name) = name.strip_prefix('$') {
            return match (name.strip_suffix('<'), name.strip_suffix('>')) {
                (Some(name), _) => Part::Keep(name, Side::Left),
                (_, Some(name)) => Part::Keep(name, Side::Right),
                _ => Part::Keep(name, Side::Whole),
            };
        }
        match name.split_once('-').map(|(from, to)| (from.parse(), to.parse())) {
            Some((Ok(from), Ok(to))) => Part::Number(from, to),
            _ => Part::Draw(name),
        }
    }
}

/// Who writes one exchange.
struct Author<'a> {
    grammar: &'a Grammar,
    random: &'a mut Random,
    world: usize,
    kept: HashMap<&'static str, String>,
    /// Which alternative each name stood for last: nobody says the same thing twice running.
    last: HashMap<&'static str, usize>,
}

impl Author<'_> {
    fn written(&mut self, name: &'static str) -> String {
        let mut out = String::new();
        self.draw(name, &mut out);
        out
    }

    fn draw(&mut self, name: &'static str, out: &mut String) {
        let worlds = &self.grammar.worlds;
        let alternatives = worlds[self.world].get(name).or_else(|| worlds[0].get(name));
        let alternatives = alternatives.unwrap_or_else(|| panic!("the grammar has no `{name}`"));
        let mut chosen = self.random.index(alternatives.len());
        if self.last.insert(name, chosen) == Some(chosen) {
            chosen = (chosen + 1) % alternatives.len();
            self.last.insert(name, chosen);
        }
        self.write(&alternatives[chosen], out);
    }

    fn write(&mut self, parts: &[Part], out: &mut String) {
        for part in parts {
            match part {
                Part::Text(text) => *out += text,
                Part::Draw(name) => self.draw(name, out),
                Part::Keep(name, side) => {
                    if !self.kept.contains_key(name) {
                        let text = self.written(name);
                        self.kept.insert(name, text);
                    }
                    let text = self.kept[name].as_str();
                    let (left, right) = text.split_once(" => ").unwrap_or((text, text));
                    *out += match side {
                        Side::Whole => text,
                        Side::Left => left,
                        Side::Right => right,
                    };
                }
                Part::Number(from, to) => {
                    let _ = write!(out, "{}", from + self.random.below(to - from + 1));
                }
                Part::Coined => *out += &coined(self.random),
                Part::Perhaps(_) if self.random.chance(0.5) => {}
                Part::Perhaps(all) | Part::OneOf(all) => {
                    let chosen = self.random.index(all.len());
                    self.write(&all[chosen], out);
                }
            }
        }
    }

    /// Where the grammar says `~`, a faulty reply may have sentences that should not be there: two in one place, at times one in others.
    fn with_faults(&mut self, draft: &str, faulty: bool) -> String {
        let places = draft.matches('~').count();
        let chosen = self.random.index(places.max(1));
        let mut out = String::with_capacity(draft.len() + 200);
        for (place, piece) in draft.split('~').enumerate() {
            out += piece;
            if place == places || !faulty {
                continue;
            }
            for _ in 0..if place == chosen { 2 } else { self.random.index(2) } {
                if !out.ends_with('\n') {
                    out.push(' ');
                }
                self.draw("fault", &mut out);
            }
        }
        out.truncate(out.trim_end().len());
        out
    }
}

/// A word that no dictionary holds, such as `Velmora`.
fn coined(random: &mut Random) -> String {
    const ONSETS: &[&str] = &[
        "b", "br", "c", "cal", "d", "dr", "f", "fen", "g", "gl", "h", "j", "k", "kr", "l", "m", "mar", "n", "nor", "p",
        "pr", "qu", "r", "s", "sel", "st", "t", "tr", "v", "vel", "w", "z",
    ];
    const RIMES: &[&str] = &[
        "a", "adi", "ane", "aro", "e", "elo", "en", "era", "i", "ica", "ilo", "ine", "o", "ola", "on", "ora", "u",
        "una", "usk", "yn",
    ];
    // The rank is drawn so that low ones are frequent; the word is a function of the rank.
    let share = random.unit();
    let mut word = Random(((share * share * share) * COINED as f64) as u64);
    let mut out = String::new();
    for _ in 0..2 + word.below(4) / 3 {
        out += ONSETS[word.index(ONSETS.len())];
        out += RIMES[word.index(RIMES.len())];
    }
    out[..1].to_uppercase() + &out[1..]
}

/// How people type: mostly straight quotes and long lines; at times curly quotes, wrapped lines, or no capitals.
fn typed(text: String, random: &mut Random) -> String {
    match random.below(40) {
        0..10 => text.replace('\'', "\u{2019}"),
        10 => text.to_lowercase(),
        11..15 => wrapped(&text),
        _ => text,
    }
}

/// The text in lines of about 72 characters.
fn wrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for word in text.split_inclusive([' ', '\n']) {
        if column + word.len() > 73 && out.ends_with(' ') {
            out.pop();
            out.push('\n');
            column = 0;
        }
        column = if word.ends_with('\n') { 0 } else { column + word.len() };
        out += word;
    }
    out
}

/// A string of JSON. The grammar has no control characters but line ends.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// SplitMix64: small, quick, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `end`, which is left out.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A place in something that long.
    fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// 0 to 1, which is left out.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }
}
