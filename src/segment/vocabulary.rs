//! Words as numbers: every word that some rule names has an id; all others share one.

use std::borrow::Cow;

/// A token's number. Those below [`FIRST_WORD`] stand for what is not a word of some rule.
pub type Id = u32;

/// A word that no rule names.
pub const UNKNOWN: Id = 0;
/// The start of a text, and every end of a sentence.
pub const BOUND: Id = 1;
/// `,`
pub const COMMA: Id = 2;
/// `;`
pub const SEMICOLON: Id = 3;
/// `:`
pub const COLON: Id = 4;
/// A dash with space around it, an em dash, or an ellipsis inside a sentence.
pub const DASH: Id = 5;
/// One or more `?`
pub const QUESTION: Id = 6;
/// One or more `!`
pub const EXCLAMATION: Id = 7;
/// `(` or `)`
pub const PAREN: Id = 8;
/// A token with digits in it that is none of those below.
pub const NUMBER: Id = 9;
/// A number with a currency sign.
pub const AMOUNT: Id = 10;
/// A time of day: `10:30`, `5pm`.
pub const CLOCK: Id = 11;
/// A date in figures: `2026-04-12`, `12/04`.
pub const DATE: Id = 12;
/// A word in capitals that no rule names.
pub const ACRONYM: Id = 13;
/// A slot that the helpdesk fills, with nothing that has a token of its own.
pub const PLACEHOLDER: Id = 14;
/// A web address, a host name, a file name.
pub const URL: Id = 15;
/// An e-mail address or a handle.
pub const EMAIL: Id = 16;
/// An emoji or an emoticon.
pub const EMOJI: Id = 17;
/// Code, images, and other things without words.
pub const OBJECT: Id = 18;
/// `'d`: had or would.
pub const APOSTROPHE_D: Id = 19;
/// `'s` after a pronoun: is or has.
pub const APOSTROPHE_IS: Id = 20;
/// `'s` after a noun: possessive, is or has.
pub const APOSTROPHE_S: Id = 21;
/// A sign between words: `/`, `&`, `+`.
pub const SYMBOL: Id = 22;
/// A slot that the helpdesk fills with money.
pub const SLOT_AMOUNT: Id = 23;
/// A slot for a day or a time.
pub const SLOT_DATE: Id = 24;
/// A slot for a number.
pub const SLOT_NUMBER: Id = 25;
/// A slot for a name.
pub const SLOT_NAME: Id = 26;
/// A slot for a web address.
pub const SLOT_URL: Id = 27;
/// A slot for an e-mail address.
pub const SLOT_EMAIL: Id = 28;
/// The first id that stands for a word.
pub const FIRST_WORD: Id = 32;

/// Slots, whatever fills them.
pub const SLOTS: &[Id] = &[PLACEHOLDER, SLOT_AMOUNT, SLOT_DATE, SLOT_NUMBER, SLOT_NAME, SLOT_URL, SLOT_EMAIL];

/// Whether a token stands for something that only its writer knows: a number, a date, a name in capitals, an address, a placeholder.
pub fn is_fact(id: Id) -> bool {
    (NUMBER..=EMAIL).contains(&id) || id == OBJECT || SLOTS.contains(&id)
}

/// Words that the tokenizer itself produces or asks for: they have the same id in every vocabulary.
const CORE: &[&str] = &[
    "not", "never", "no", "will", "are", "have", "am", "us", "is", "has", "had", "would", "can", "shall", "to", "do",
    "i", "does", "did", "was", "were", "could", "should", "you", "they", "that", "what", "going", "want", "there",
    "must", "we",
];

/// The id of a core word.
const fn core(word: &str) -> Id {
    let mut i = 0;
    while i < CORE.len() {
        if same(CORE[i].as_bytes(), word.as_bytes()) {
            return FIRST_WORD + i as Id;
        }
        i += 1;
    }
    panic!("not a core word")
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    a.len() == b.len() && i == a.len()
}

/// `not`, wherever a contraction holds it.
pub const NOT: Id = core("not");
/// `never`
pub const NEVER: Id = core("never");
/// `no`
pub const NO: Id = core("no");
/// `us`, as in `let's`
pub const US: Id = core("us");
/// `is`
pub const IS: Id = core("is");
/// `has`
pub const HAS: Id = core("has");
/// `had`
pub const HAD: Id = core("had");
/// `would`
pub const WOULD: Id = core("would");
/// `can`
pub const CAN: Id = core("can");

/// Whether a token is a word to a reader: no mark, and no link or emoji.
pub fn is_word(id: Id) -> bool {
    (id == UNKNOWN || id >= NUMBER) && !matches!(id, URL | EMAIL | EMOJI)
}

/// Whether an id is that of a word which every vocabulary holds: the little words of English.
pub fn is_core(id: Id) -> bool {
    (FIRST_WORD..FIRST_JOINED).contains(&id)
}

/// What stands after an apostrophe, and the token it is.
pub(super) const SUFFIXES: &[(&[u8], Id)] = &[
    (b"s", APOSTROPHE_S),
    (b"d", APOSTROPHE_D),
    (b"m", core("am")),
    (b"ll", core("will")),
    (b"re", core("are")),
    (b"ve", core("have")),
];

/// The words before `n't` that are not what is left of it: word, then what it is short for.
pub(super) const NEGATED: &[(&[u8], Id)] =
    &[(b"ca", CAN), (b"wo", core("will")), (b"sha", core("shall")), (b"ai", core("is"))];

/// Pronouns and the like, after which `'s` is never possessive.
pub(super) const PRONOUNS: &[&[u8]] = &[
    b"it",
    b"that",
    b"this",
    b"he",
    b"she",
    b"there",
    b"here",
    b"what",
    b"who",
    b"where",
    b"when",
    b"how",
    b"everything",
    b"something",
    b"nothing",
    b"everyone",
];

/// Words written together: the word, how many bytes the first part has, both parts.
pub(super) const JOINED: &[(&str, usize, Id, Id)] = &[
    ("cannot", 3, CAN, NOT),
    ("cant", 3, CAN, NOT),
    ("wont", 2, core("will"), NOT),
    ("dont", 2, core("do"), NOT),
    ("doesnt", 4, core("does"), NOT),
    ("didnt", 3, core("did"), NOT),
    ("isnt", 2, IS, NOT),
    ("arent", 3, core("are"), NOT),
    ("wasnt", 3, core("was"), NOT),
    ("werent", 4, core("were"), NOT),
    ("hasnt", 3, HAS, NOT),
    ("havent", 4, core("have"), NOT),
    ("hadnt", 3, HAD, NOT),
    ("wouldnt", 5, WOULD, NOT),
    ("couldnt", 5, core("could"), NOT),
    ("shouldnt", 6, core("should"), NOT),
    ("im", 1, core("i"), core("am")),
    ("ive", 1, core("i"), core("have")),
    ("youre", 3, core("you"), core("are")),
    ("youve", 3, core("you"), core("have")),
    ("youll", 3, core("you"), core("will")),
    ("theyre", 4, core("they"), core("are")),
    ("weve", 2, core("we"), core("have")),
    ("thats", 4, core("that"), IS),
    ("whats", 4, core("what"), IS),
    ("theres", 5, core("there"), IS),
    ("gonna", 3, core("going"), core("to")),
    ("wanna", 3, core("want"), core("to")),
];

/// The first id of a word in [`JOINED`].
pub(super) const FIRST_JOINED: Id = FIRST_WORD + CORE.len() as Id;
/// One past the last id that every vocabulary shares.
pub(super) const FIRST_OWN: Id = FIRST_JOINED + JOINED.len() as Id;

/// Words and their ids. Built into the program, it is a few arrays that nothing has to be done to.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// All words, one after another, lower case.
    pub words: Cow<'static, str>,
    /// Where each word ends in `words`.
    pub ends: Cow<'static, [u32]>,
    /// An open-addressing table of the words' keys; 0 is an empty place. Its length is a power of two.
    pub keys: Cow<'static, [u64]>,
    /// For each key, the index into `ends`.
    pub slots: Cow<'static, [u32]>,
    /// The id of the first word.
    pub first: Id,
}

impl Vocabulary {
    /// The id of a word in lower case.
    pub fn get(&self, word: &[u8]) -> Option<Id> {
        let (key, mask) = (key(word), self.keys.len() - 1);
        let mut at = spread(key) & mask;
        loop {
            match self.keys[at] {
                0 => return None,
                known if known == key => {
                    let slot = self.slots[at];
                    if key >> 63 == 0 || self.word(slot as usize).as_bytes() == word {
                        return Some(self.first + slot);
                    }
                }
                _ => {}
            }
            at = (at + 1) & mask;
        }
    }

    /// One past the last id.
    pub fn end(&self) -> Id {
        self.first + self.ends.len() as Id
    }

    /// Adds a word that is not there yet.
    fn add(&mut self, word: &str) -> Id {
        if (self.ends.len() + 1) * 2 > self.keys.len() {
            let larger = self.keys.len() * 2;
            (self.keys, self.slots) = (vec![0; larger].into(), vec![0; larger].into());
            for slot in 0..self.ends.len() {
                self.place(slot);
            }
        }
        self.words.to_mut().push_str(word);
        let end = self.words.len() as u32;
        self.ends.to_mut().push(end);
        self.place(self.ends.len() - 1);
        self.end() - 1
    }

    fn place(&mut self, slot: usize) {
        let (key, mask) = (key(self.word(slot).as_bytes()), self.keys.len() - 1);
        let mut at = spread(key) & mask;
        while self.keys[at] != 0 {
            at = (at + 1) & mask;
        }
        self.keys.to_mut()[at] = key;
        self.slots.to_mut()[at] = slot as u32;
    }

    fn word(&self, i: usize) -> &str {
        &self.words[if i == 0 { 0 } else { self.ends[i - 1] as usize }..self.ends[i] as usize]
    }
}

/// A number for a word, never 0. Words of up to eight bytes are their own bytes, so that their keys need no second look; those with
/// the highest bit set may share theirs. It is part of the image that the build script makes, so it must not change between the two.
fn key(word: &[u8]) -> u64 {
    let four = |at: usize| word.get(at..at + 4).and_then(|w| w.try_into().ok()).map_or(0, u32::from_le_bytes);
    match word.len() {
        0..4 => word.iter().rev().fold(0, |key, &b| key << 8 | u64::from(b)),
        // The last four bytes, of which the first may be among the first four.
        len @ 4..=8 => u64::from(four(0)) | (u64::from(four(len - 4)) << 32 >> (8 * (8 - len)) & !0 << 32),
        _ => 1 << 63 | hash(word.iter().copied()),
    }
}

/// FNV-1a: quick, and the same on every machine and for ever.
pub fn hash(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// Where a key's search begins, before it is cut to the size of a table.
fn spread(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize
}

/// The vocabularies of all rules in use, later ones holding only what earlier ones lack.
#[derive(Clone, Debug, Default)]
pub struct Lexicon(Vec<Vocabulary>);

impl Lexicon {
    /// The id of a word in lower case; [`UNKNOWN`] if no rule names it.
    pub fn get(&self, word: &[u8]) -> Id {
        self.0.iter().find_map(|v| v.get(word)).unwrap_or(UNKNOWN)
    }

    /// Adds a vocabulary that was made over this lexicon.
    pub fn push(&mut self, vocabulary: Vocabulary) {
        self.0.push(vocabulary);
    }

    /// Takes away the vocabulary that was added last.
    pub fn pop(&mut self) -> Option<Vocabulary> {
        self.0.pop()
    }

    /// One past the last id.
    pub fn end(&self) -> Id {
        self.0.last().map_or(FIRST_WORD, Vocabulary::end)
    }

    /// The word of an id.
    pub fn word(&self, id: Id) -> Option<&str> {
        self.0.iter().find(|v| (v.first..v.end()).contains(&id)).map(|v| v.word((id - v.first) as usize))
    }

    /// What the word of an id is made of.
    pub fn letters(&self, id: Id) -> Letters {
        Letters::of(self.word(id))
    }
}

/// What a word that some rule names is made of: by this a `2fa` or a 🙂 is also a number or an emoji.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// Letters.
    Plain,
    /// There is a digit in it.
    Digits,
    /// It is an emoji or an emoticon.
    Emoji,
}

impl Letters {
    fn of(word: Option<&str>) -> Self {
        match word {
            Some(w) if w.starts_with([':', ';', '=', '<']) => Self::Emoji,
            Some(w) if w.contains(|c: char| c.is_ascii_digit()) => Self::Digits,
            Some(w) if !w.contains(char::is_alphabetic) => Self::Emoji,
            _ => Self::Plain,
        }
    }
}

/// Gives ids to words while rules are compiled.
#[derive(Debug)]
pub struct Interner<'a> {
    under: &'a Lexicon,
    new: Vocabulary,
}

impl<'a> Interner<'a> {
    /// Adds to a lexicon. The first vocabulary of all begins with the words that the tokenizer knows.
    pub fn over(under: &'a Lexicon) -> Self {
        let new = Vocabulary {
            words: Cow::default(),
            ends: Cow::default(),
            keys: vec![0; 64].into(),
            slots: vec![0; 64].into(),
            first: under.end(),
        };
        let mut interner = Self { under, new };
        if under.0.is_empty() {
            for word in CORE.iter().copied().chain(JOINED.iter().map(|j| j.0)) {
                interner.intern(word);
            }
        }
        interner
    }

    /// The id of a word in lower case, new if need be.
    pub fn intern(&mut self, word: &str) -> Id {
        match self.under.get(word.as_bytes()) {
            UNKNOWN => self.new.get(word.as_bytes()).unwrap_or_else(|| self.new.add(word)),
            known => known,
        }
    }

    /// One past the last id given.
    pub fn end(&self) -> Id {
        self.new.end()
    }

    /// What the word of an id is made of.
    pub fn letters(&self, id: Id) -> Letters {
        Letters::of(match id.checked_sub(self.new.first) {
            Some(own) => Some(self.new.word(own as usize)),
            None => self.under.word(id),
        })
    }

    /// The words that were new.
    pub fn finish(self) -> Vocabulary {
        self.new
    }
}
